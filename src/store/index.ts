import type { Pool } from 'pg'
import { accounts } from './accounts.ts'
import { adjustments } from './adjustments.ts'
import { alike } from './alike.ts'
import { answering } from './answering.ts'
import { assessing } from './assessing.ts'
import { authorNotes } from './author-notes.ts'
import { avatars } from './avatars.ts'
import { blockForGood, blocks } from './blocks.ts'
import { browsers } from './browsers.ts'
import { care, exposure } from './care.ts'
import { claims } from './claims.ts'
import { confirming } from './confirming.ts'
import { contacts } from './contacts.ts'
import { contests } from './contests.ts'
import type { Db } from './db.ts'
import { disclosures } from './disclosures.ts'
import { openDatabase } from './engine/open.ts'
import { evidence } from './evidence.ts'
import { factors } from './factors.ts'
import { forgetting } from './forgetting.ts'
import { handing } from './handing.ts'
import { hints } from './hints.ts'
import { histories } from './histories.ts'
import { identities } from './identities.ts'
import { intake } from './intake.ts'
import { known } from './known.ts'
import { ladder } from './ladder.ts'
import { letters } from './letters.ts'
import { log } from './log.ts'
import { notes } from './notes.ts'
import { outbox } from './outbox.ts'
import { people } from './people.ts'
import { pictures } from './pictures.ts'
import { privacy } from './privacy.ts'
import { promises } from './promises.ts'
import { queue } from './queue.ts'
import { reconciling } from './reconciling.ts'
import { referrals } from './referrals.ts'
import { register } from './register.ts'
import { replaying } from './replaying.ts'
import { scores } from './scores.ts'
import { sessions } from './sessions.ts'
import { confirmStop, settings } from './settings.ts'
import { sources } from './sources.ts'
import { spending } from './spending.ts'
import { together } from './together.ts'
import { type Exclusive, vaults } from './vault.ts'
import { works } from './works.ts'
import { written } from './written.ts'

export { capabilitiesOf } from './accounts.ts'
export { FORMATS, type Format, type Turn } from './adjustments.ts'
export { type Alike, type AlikePlace, BONDS, type Bond, type Hindrance } from './alike.ts'
export { type Answer, type Farewell, NotAllowed, NotOpen } from './answering.ts'
export type { Assessed, Lane, Rules, Waiting } from './assessing.ts'
export { authorOf } from './assessing.ts'
export type { WantedAvatar } from './avatars.ts'
export type { Block } from './blocks.ts'
export { KNOWN_DAYS } from './browsers.ts'
export { type Care, type Exposed, MASKS, type Mask } from './care.ts'
export { type Claim, Claimed } from './claims.ts'
export type { Asked, Weighty } from './confirming.ts'
export type { ContestRow } from './contests.ts'
export { type Disclosure, type GivenDisclosure, TOLD, type Told } from './disclosures.ts'
export type { Packed } from './evidence.ts'
export type { Factors, Offer } from './factors.ts'
export { isNameless, isUnanswered } from './forgetting.ts'
export { GROUNDS, type Ground } from './identities.ts'
export { KNOWN_KINDS, type KnownKind, type KnownRow } from './known.ts'
export type { Warning } from './ladder.ts'
export { isUnsent, type LetterRow } from './letters.ts'
export { brokenWhere, type Verified } from './log.ts'
export type { Errand } from './outbox.ts'
export { MESSAGE_READERS, type News, ROLES, type Role, type Staff } from './people.ts'
export { isHarmless, sightIn, type Unexamined, type Wanted } from './pictures.ts'
export type { Private } from './privacy.ts'
export type { Proof } from './proof.ts'
export type { Case } from './queue.ts'
export type { Question } from './reconciling.ts'
export {
  type GivenReferral,
  HOW,
  type How,
  OUTCOMES,
  type Overdue,
  type PoliceOutcome,
  type Referral,
  referralIn,
} from './referrals.ts'
export type { Past } from './replaying.ts'
export type { Histogram } from './scores.ts'
export type { OpenSession, Session } from './sessions.ts'
export { ENOUGH, SETTING_SHAPES, type SettingName, type Settings } from './settings.ts'
export { LeaseLost, type Pass } from './sources.ts'
export { moneyWords, periodsOf, type Spent, type Standing } from './spending.ts'
export type { Filter, Place } from './waiting.ts'
export type { WorkRow } from './works.ts'

export interface StoreOptions {
  /** A Postgres server; absent, the embedded database in `dir`. */
  url?: string | undefined
  dir: string
  /** 32 bytes that seal the accounts' secrets. */
  key: Uint8Array
  onFatal: (error: unknown) => void
}

/** All that is kept, by noun. The only way to the database. */
export type Store = Awaited<ReturnType<typeof openStore>>

/** @throws DatabaseError with a sentence that says what to do */
export async function openStore({ url, dir, key, onFatal }: StoreOptions) {
  const database = await openDatabase({ ...(url ? { url } : {}), dir, onFatal })
  const db: Db = database.prisma
  const exclusive = database.kind === 'server' ? acrossProcesses(database.pool) : oneAtATime()
  const protectedRegister = register(db, key)
  const registeredWorks = works(db)
  const chosen = settings(db)
  /** How each is carried out once a second person agrees. */
  const secondPerson = confirming(db, { 'permanent-block': blockForGood, 'stop-all': confirmStop })
  await Promise.all([protectedRegister.load(), registeredWorks.load(), chosen.load()])
  return {
    kind: database.kind,
    accounts: accounts(db),
    sources: sources(db),
    hints: hints(db),
    intake: intake(db, (error) => database.explain(error)),
    assessing: assessing(db),
    outbox: outbox(db),
    queue: { ...queue(db), ...answering(db) },
    claims: claims(db),
    handing: handing(db),
    notes: notes(db),
    together: { ...alike(db), ...together(db) },
    replaying: replaying(db),
    forgetting: forgetting(db),
    evidence: evidence(db),
    referrals: referrals(db),
    disclosures: disclosures(db),
    histories: histories(db),
    identities: identities(db),
    adjustments: adjustments(db),
    contacts: contacts(db),
    authorNotes: authorNotes(db),
    ladder: ladder(db),
    letters: letters(db),
    promises: promises(db),
    contests: contests(db),
    blocks: blocks(db),
    written: written(db),
    reconciling: reconciling(db),
    pictures: pictures(db),
    known: known(db),
    avatars: avatars(db),
    register: protectedRegister,
    works: registeredWorks,
    settings: chosen,
    scores: scores(db),
    confirming: {
      ...secondPerson,
      agree: async (...given: Parameters<typeof secondPerson.agree>) => {
        const asked = await secondPerson.agree(...given)
        await chosen.load()
        return asked
      },
    },
    people: people(db),
    privacy: privacy(db),
    sessions: sessions(db, () => chosen.present().signOutAfterHours),
    factors: factors(db, key),
    browsers: browsers(key),
    care: care(db),
    exposure: exposure(db),
    log: log(db),
    vault: vaults(db, key, exclusive),
    spending: spending(db),
    /** Throws if the database does not answer. */
    ping: async (): Promise<void> => {
      await db.$queryRaw`SELECT 1`
    },
    /**
     * End every lease. For the start of the only process there is: whoever held them is dead, and nobody need wait until
     * they run out. An action that was running is still taken for one that may have reached the platform. And what was
     * read without trouble is read at once: nobody knows how long the process was away.
     */
    endLeases: async (): Promise<void> => {
      const over = { leasedTill: new Date(0) }
      await db.source.updateMany({ where: { leasedTill: { not: null } }, data: over })
      await db.source.updateMany({ where: { trouble: null }, data: { nextAt: new Date(0) } })
      await db.item.updateMany({ where: { state: 'waiting', leasedTill: { not: null } }, data: over })
      await db.action.updateMany({ where: { state: 'running' }, data: over })
    },
    /** The plain reason behind an error, where it is the database's health (a full disk, a lost server); else null. */
    explain: (error: unknown) => database.explain(error),
    maintain: () => database.maintain(),
    analyse: () => database.analyse(),
    close: () => database.close(),
  }
}

/** In one process a chain of promises per name is enough. */
function oneAtATime(): Exclusive {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work)
    last.set(
      name,
      turn.catch(() => {}),
    )
    return turn
  }
}

/** Across processes an advisory lock on a connection of its own; within this one the chain keeps it to one connection. */
function acrossProcesses(pool: Pool): Exclusive {
  const inProcess = oneAtATime()
  return (name, work) =>
    inProcess(name, async () => {
      const client = await pool.connect()
      try {
        await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name])
        try {
          return await work()
        } finally {
          await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
        }
      } finally {
        client.release()
      }
    })
}
