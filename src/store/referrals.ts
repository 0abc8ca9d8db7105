import { createHash } from 'node:crypto'
import type { Prisma, Referral } from '../generated/prisma/client.ts'
import { canonical } from './chain.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { saysNobodyAtRisk } from './risk.ts'
import { storable } from './text.ts'

export type { Referral } from '../generated/prisma/client.ts'

/** How something was reported. */
export const HOW = ['999', '101', 'online', 'email', 'in-person'] as const
export type How = (typeof HOW)[number]

/** What came of it. */
export const OUTCOMES = ['no-action', 'spoken-to', 'caution', 'charged', 'other'] as const
export type PoliceOutcome = (typeof OUTCOMES)[number]

export type GivenReferral =
  | { kind: 'referred'; force: string; officer: string | null; how: How; reference: string | null; at: Date }
  /** It was not reported, and why. */
  | { kind: 'not-referred'; why: string; at: Date }

/** What is overdue with the police, in numbers alone. */
export interface Overdue {
  /** Cases for the police that nobody has closed. */
  waiting: number
  /** Reported, and the police's reference was never noted. */
  unreferenced: number
  /** Reported, and nobody has heard or asked for long what came of it. */
  silent: number
}

export interface Patience {
  /** For a case to be answered, and a reference to be noted. */
  days: number
  /** Between one asking what came of it and the next. */
  outcomeDays: number
}

const DAY = 86_400_000
const before = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY)

/** The police have it: until they are done, it is kept whatever its author, the platform or the calendar says. */
export const WITH_POLICE = { kind: 'referred', concludedAt: null } satisfies Prisma.ReferralWhereInput

/** A reference, or a reason why there is none: only then is a threat that the policy promises to report done with. */
const SETTLES = {
  OR: [{ kind: 'referred', reference: { not: null } }, { kind: 'not-referred' }],
} satisfies Prisma.ReferralWhereInput

/** Must the police's reference, or the reason why there is none, be noted before this can be closed? */
export const isOwed = async (tx: Tx, itemId: string): Promise<boolean> =>
  (await tx.capture.count({ where: { itemId, mustRefer: true, item: { referrals: { none: SETTLES } } } })) > 0

export const referrals = (db: Db) => ({
  /** Oldest first. */
  ofItem: (itemId: string): Promise<Referral[]> => db.referral.findMany({ where: { itemId }, orderBy: { id: 'asc' } }),

  /** What it is about; null if there is none of that id. */
  itemOf: async (id: string): Promise<string | null> =>
    (await db.referral.findUnique({ where: { id }, select: { itemId: true } }))?.itemId ?? null,

  /** Must a reference or a reason still be noted? */
  isOwed: (itemId: string): Promise<boolean> => isOwed(db, itemId),

  /**
   * Note that it was reported, or why not. A case that was answered and waited for no more than this is closed.
   * @returns whether it is closed by it
   */
  record: (decisionId: string, person: string, given: GivenReferral, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM decision WHERE id = ${decisionId}::uuid FOR UPDATE`
      const { itemId } = await tx.decision.findUniqueOrThrow({ where: { id: decisionId } })
      const kept =
        given.kind === 'referred'
          ? { ...given, force: storable(given.force), officer: clean(given.officer), reference: clean(given.reference) }
          : { ...given, why: storable(given.why) }
      const row = await tx.referral.create({
        data: { itemId, ...kept, recordedBy: person, recordedAt: now, heardAt: now },
      })
      const closed = await closeIfAnswered(tx, decisionId, now)
      await note(tx, row, row.kind, person, now, { closed })
      return closed
    }, PATIENCE),

  /** The police have given a reference. @returns false if there is none of that id to give it to */
  addReference: (id: string, person: string, reference: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const row = await changed(tx, id, { reference: storable(reference), heardAt: now })
      if (row === null) return false
      const { id: decisionId } = await tx.decision.findUniqueOrThrow({ where: { itemId: row.itemId } })
      await tx.$queryRaw`SELECT id FROM decision WHERE id = ${decisionId}::uuid FOR UPDATE`
      const closed = await closeIfAnswered(tx, decisionId, now)
      await note(tx, row, 'referral-reference', person, now, { closed })
      return true
    }, PATIENCE),

  /** They were asked, and have nothing to say yet. @returns false if nothing is asked of them */
  asked: (id: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const row = await changed(tx, id, { heardAt: now })
      if (row !== null) await note(tx, row, 'referral-asked', person, now)
      return row !== null
    }, PATIENCE),

  /** The police are done: from now on it is kept no longer than anything else. @returns false if they were already */
  conclude: (id: string, person: string, outcome: PoliceOutcome, words: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const data = { outcome, note: clean(words), concludedAt: now, concludedBy: person, heardAt: now }
      const row = await changed(tx, id, data)
      if (row !== null) await note(tx, row, 'referral-outcome', person, now, { outcome })
      return row !== null
    }, PATIENCE),

  /** With the police at present, oldest first; `after` is the id of the last one of the page before. */
  open: (after: string | null, take: number) =>
    db.referral.findMany({
      where: { ...WITH_POLICE, ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take,
      include: { item: { select: { account: { select: { platform: true } }, decision: { select: { id: true } } } } },
    }),

  overdue: async (now: Date, { days, outcomeDays }: Patience): Promise<Overdue> => {
    const [soon, late] = [before(now, days), before(now, outcomeDays)]
    const open = { closedAt: null, lane: { not: null }, decidedAt: { lt: soon } }
    const waiting = await db.decision.count({
      where: { ...open, escalate: 'police', OR: [{ lane: 'police' }, { item: { capture: { mustRefer: true } } }] },
    })
    const unreferenced = await db.referral.count({
      where: { ...WITH_POLICE, reference: null, heardAt: { lt: soon } },
    })
    const silent = await db.referral.count({
      where: { ...WITH_POLICE, reference: { not: null }, heardAt: { lt: late } },
    })
    return { waiting, unreferenced, silent }
  },
})

const clean = (words: string | null): string | null => (words === null || words === '' ? null : storable(words))

async function changed(tx: Tx, id: string, data: Prisma.ReferralUpdateManyMutationInput): Promise<Referral | null> {
  const { count } = await tx.referral.updateMany({ where: { id, ...WITH_POLICE }, data })
  return count === 0 ? null : tx.referral.findUniqueOrThrow({ where: { id } })
}

/** Somebody answered that it is a threat, and it waited only for the police. */
async function closeIfAnswered(tx: Tx, decisionId: string, now: Date): Promise<boolean> {
  const { itemId, closedAt, reviews } = await tx.decision.findUniqueOrThrow({
    where: { id: decisionId },
    select: { itemId: true, closedAt: true, reviews: { where: { undoneAt: null } } },
  })
  const isAnswered = reviews.some((review) => !saysNobodyAtRisk(review) && review.apart.length === 0)
  if (closedAt !== null || !isAnswered || (await isOwed(tx, itemId))) return false
  await tx.decision.update({ where: { id: decisionId }, data: { closedAt: now } })
  return true
}

/** The log has the hash of what was noted, so that nobody can note something else later in its place. */
async function note(
  tx: Tx,
  row: Referral,
  kind: string,
  actor: string,
  now: Date,
  more: NonNullable<NewFact['body']> = {},
): Promise<void> {
  const { itemId } = row
  const { authorId, accountId: account } = await tx.item.findUniqueOrThrow({ where: { id: itemId } })
  const body = { account, referral: row.id, sha256: referralHash(row), ...more }
  await append(tx, now, [{ kind, actor, itemId, authorId, body }])
}

/** What is noted of a report, as the log's hash of it covers it and an evidence pack shows it. */
export const referralIn = ({
  id,
  kind,
  force,
  officer,
  how,
  reference,
  why,
  at,
  recordedBy,
  recordedAt,
  ...end
}: Referral) => ({
  id,
  kind,
  force,
  officer,
  how,
  reference,
  why,
  at: at.toISOString(),
  recordedBy,
  recordedAt: recordedAt.toISOString(),
  outcome: end.outcome,
  note: end.note,
  concludedAt: end.concludedAt?.toISOString() ?? null,
})

const referralHash = (row: Referral): string =>
  createHash('sha256')
    .update(canonical(referralIn(row)))
    .digest('hex')
