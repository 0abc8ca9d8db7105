import { type Author, type Decision, type Item, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { WITH_POLICE } from './referrals.ts'
import { storable } from './text.ts'

/** Rows in one transaction: a purge of a year must hold nobody up. */
const BATCH = 200

/** An item whose words go. What was decided on it, when, by which clause and by whom stays, and so does the log. */
const BLANK = {
  text: '',
  exact: null,
  lang: null,
  links: [],
  media: [],
  above: [],
  link: '',
} satisfies Prisma.ItemUpdateManyMutationInput

const NAMELESS = { handle: '', displayName: null, profile: {} } satisfies Prisma.AuthorUpdateManyMutationInput

/** Evidence, until the police are done with it: nothing here takes it away before, not even a purge. */
const FREE = { referrals: { none: WITH_POLICE } } satisfies Prisma.ItemWhereInput

/** Staff must have read it first: a threat that its author deletes is evidence until somebody has decided about it. */
const DANGER: readonly string[] = ['risk', 'police']
const ANSWERED: Prisma.ItemWhereInput = {
  OR: [
    { decision: { is: { closedAt: { not: null } } } },
    { decision: { is: { lane: null } } },
    { decision: { is: { lane: { notIn: [...DANGER] } } } },
  ],
}

/** Is it kept until somebody has answered it, whatever its author does? */
export const isUnanswered = ({ closedAt, lane }: Pick<Decision, 'closedAt' | 'lane'>): boolean =>
  closedAt === null && lane !== null && DANGER.includes(lane)

/** Were the person's name and handle removed, since nothing is left of what they wrote? */
export const isNameless = ({ handle }: Pick<Author, 'handle'>): boolean => handle === NAMELESS.handle

const ON_PEOPLE = { in: ['mute', 'restrict', 'block'] }

/** These need a name, to be undone by hand one day. */
const STANDING: Prisma.ActionWhereInput = {
  kind: ON_PEOPLE,
  OR: [
    { state: { in: ['proposed', 'queued', 'running', 'done', 'manual', 'unconfirmed'] }, undoOf: null, undoneBy: null },
    { undoOf: { not: null }, settledAt: null },
  ],
  // Nothing is left to undo of what was taken back on the platform itself.
  NOT: { state: 'done', otherwiseAt: { not: null } },
}

export const forgetting = (db: Db) => ({
  /**
   * Keep an item as evidence, whatever becomes of it on the platform.
   * @returns false if it is kept already, or its words are gone
   */
  hold: (itemId: string, personId: string, why: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.item.updateMany({
        where: { id: itemId, heldAt: null, blankedAt: null },
        data: { heldAt: now, heldBy: personId, heldWhy: storable(why) },
      })
      if (count > 0) await append(tx, now, [{ kind: 'held', actor: personId, itemId, body: {} }])
      return count > 0
    }, PATIENCE),

  /** It need not be kept any longer. @returns false if it was not */
  release: (itemId: string, personId: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.item.updateMany({
        where: { id: itemId, heldAt: { not: null } },
        data: { heldAt: null, heldBy: null, heldWhy: null },
      })
      if (count > 0) await append(tx, now, [{ kind: 'released', actor: personId, itemId, body: {} }])
      return count > 0
    }, PATIENCE),

  /**
   * Blank what is gone from these accounts' platforms, save what a person keeps and what nobody has answered yet that may
   * be a threat or somebody in danger; and forget whose name was kept for a block that was undone since.
   * @returns how many items
   */
  blankGone: async (accountIds: readonly string[], now: Date): Promise<number> => {
    const accountId = { in: [...accountIds] }
    const blanked = await blankAll(db, { accountId, goneAt: { not: null }, ...SETTLED, ...ANSWERED }, now)
    const named = { accountId, kind: ON_PEOPLE, author: { handle: { not: NAMELESS.handle } } }
    const people = await db.action.findMany({ where: named, distinct: 'authorId', select: { authorId: true } })
    await db.$transaction((tx) => forgetAuthors(tx, people), PATIENCE)
    return blanked
  },

  /**
   * Blank what was read on an account before then, and nobody needs: nothing was found in it, nothing was done about it,
   * and it waits for nobody.
   * @returns how many items
   */
  blankOld: (accountId: string, before: Date, now: Date): Promise<number> => {
    const decision = { is: { outcome: 'leave', lane: null, actions: { none: {} } } }
    return blankAll(db, { accountId, seenAt: { lt: before }, ...SETTLED, decision }, now)
  },

  /** How much of a platform is kept, how much of it by a person's decision, and how much since the police have it. */
  kept: async (platform: string): Promise<{ items: number; held: number; withPolice: number }> => {
    const where = { account: { platform }, blankedAt: null }
    const items = await db.item.count({ where })
    const withPolice = await db.item.count({ where: { ...where, referrals: { some: WITH_POLICE } } })
    return { items, held: await db.item.count({ where: { ...where, ...FREE, heldAt: { not: null } } }), withPolice }
  },

  /** Does a process read the platform at this moment, or act there? */
  isInUse: async (platform: string, now: Date): Promise<boolean> => {
    const where = { account: { platform }, leasedTill: { gt: now } }
    return (await db.source.count({ where })) + (await db.action.count({ where })) > 0
  },

  /**
   * Blank all that is kept of a platform, save what the police have, and forget how to sign in there.
   * @param held also what a person keeps as evidence
   * @param progress is told how many are done
   */
  purge: async (platform: string, held: boolean, now: Date, progress: (done: number) => void): Promise<number> => {
    const where = { account: { platform }, ...(held ? {} : { heldAt: null }) }
    const blanked = await blankAll(db, where, now, progress)
    await db.$transaction(async (tx) => {
      await tx.conversation.updateMany({
        where: { account: { platform }, items: { none: { blankedAt: null } } },
        data: { post: null, link: null },
      })
      await tx.hint.deleteMany({ where: { of: { account: { platform } } } })
      await tx.vault.deleteMany({ where: { account: { platform } } })
      await append(tx, now, [{ kind: 'purged', body: { platform, items: blanked, held } }])
    }, PATIENCE)
    return blanked
  },
})

const SETTLED = { heldAt: null, state: 'assessed' } satisfies Prisma.ItemWhereInput

async function blankAll(
  db: Db,
  where: Prisma.ItemWhereInput,
  now: Date,
  progress: (done: number) => void = () => {},
): Promise<number> {
  let blanked = 0
  for (let some = 0; (some = await blankSome(db, where, now)) > 0; ) progress((blanked += some))
  return blanked
}

const blankSome = (db: Db, where: Prisma.ItemWhereInput, now: Date): Promise<number> =>
  db.$transaction(async (tx) => {
    const rows = await tx.item.findMany({
      where: { AND: [where, FREE], blankedAt: null },
      select: { id: true, authorId: true, accountId: true, text: true, writtenAt: true, link: true, goneAt: true },
      orderBy: { seq: 'asc' },
      take: BATCH,
    })
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    await forgetQuotes(
      tx,
      rows.filter(({ goneAt }) => goneAt !== null),
    )
    await tx.item.updateMany({ where: { id: { in: ids } }, data: { ...BLANK, blankedAt: now } })
    await tx.likeness.deleteMany({ where: { itemId: { in: ids } } })
    await tx.picture.updateMany({
      where: { itemId: { in: ids } },
      data: { bytes: null, alt: null, url: '', state: 'lost', sight: Prisma.DbNull },
    })
    await tx.capture.updateMany({ where: { itemId: { in: ids } }, data: { record: null } })
    // What is still to be done by hand has its link until then.
    await tx.action.updateMany({ where: { itemId: { in: ids }, settledAt: { not: null } }, data: { link: null } })
    await forgetAuthors(tx, rows)
    const facts: NewFact[] = rows.map(({ id: itemId, authorId, accountId: account }) => ({
      kind: 'blanked',
      itemId,
      authorId,
      body: { account },
    }))
    await append(tx, now, facts)
    return rows.length
  }, PATIENCE)

type Known = Pick<Item, 'accountId' | 'text' | 'writtenAt' | 'link'>

/**
 * What was deleted stands above answers to it too, and in what quotes it; there it stays only in what a person keeps. To be
 * called while its words are still known.
 */
async function forgetQuotes(tx: Tx, rows: readonly Known[]): Promise<void> {
  if (rows.length === 0) return
  const accounts = [...new Set(rows.map(({ accountId }) => accountId))]
  // Lists of values are searched by their hash, where a joined table would be gone through for every answer.
  const [texts, times, links] = [
    rows.map(({ text }) => text),
    rows.map(({ writtenAt }) => writtenAt.toISOString()),
    rows.map(({ link }) => link),
  ]
  const leaveOut = (column: Prisma.Sql, isIt: Prisma.Sql) => tx.$executeRaw`
    UPDATE item SET ${column} = (
      SELECT coalesce(jsonb_agg(one ORDER BY place), '[]')
      FROM jsonb_array_elements(${column}) WITH ORDINALITY AS each(one, place) WHERE (${isIt}) IS NOT TRUE)
    WHERE account_id = ANY(${accounts}::uuid[]) AND blanked_at IS NULL AND held_at IS NULL
      AND NOT EXISTS (SELECT FROM referral r WHERE r.item_id = item.id AND r.kind = 'referred' AND r.concluded_at IS NULL)
      AND EXISTS (SELECT FROM jsonb_array_elements(${column}) AS each(one) WHERE ${isIt})`
  await leaveOut(Prisma.sql`above`, Prisma.sql`one ->> 'text' = ANY(${texts}) AND one ->> 'at' = ANY(${times})`)
  await leaveOut(Prisma.sql`media`, Prisma.sql`one ->> 'url' = ANY(${links})`)
}

/** Whoever nothing is left of, and whom nothing stands against, is an id among the figures. */
async function forgetAuthors(tx: Tx, of: readonly { authorId: string | null }[]): Promise<void> {
  const ids = [...new Set(of.flatMap(({ authorId }) => authorId ?? []))]
  if (ids.length === 0) return
  const nobody = await tx.author.findMany({
    where: { id: { in: ids }, items: { none: { blankedAt: null } }, actions: { none: STANDING } },
    select: { id: true },
  })
  const where = { id: { in: nobody.map(({ id }) => id) } }
  await tx.author.updateMany({ where, data: NAMELESS })
  // Why staff took them for one person with somebody else may tell who they were.
  await tx.author.updateMany({ where: { ...where, identity: { not: null } }, data: { identifiedWhy: '' } })
  await tx.avatar.deleteMany({ where: { authorId: where.id } })
  // A letter begins with the name, and a note may tell it. That there were some stays.
  await tx.letter.updateMany({ where: { authorId: where.id }, data: { text: '' } })
  await tx.authorNote.updateMany({ where: { authorId: where.id }, data: { text: '' } })
  const said = { authorId: where.id, kind: 'warn', settledAt: { not: null } }
  await tx.action.updateMany({ where: said, data: { letter: Prisma.DbNull } })
}
