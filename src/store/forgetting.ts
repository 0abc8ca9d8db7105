import { type Author, type Decision, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
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
} satisfies Prisma.ItemUpdateManyMutationInput

const NAMELESS = { handle: '', displayName: null, profile: {} } satisfies Prisma.AuthorUpdateManyMutationInput

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

/** These need a name, to be undone by hand one day. */
const STANDING: Prisma.ActionWhereInput = {
  kind: { in: ['mute', 'restrict', 'block'] },
  state: { in: ['proposed', 'queued', 'running', 'done', 'manual', 'unconfirmed'] },
  undoneBy: null,
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
   * be a threat or somebody in danger.
   * @returns how many items
   */
  blankGone: (accountIds: readonly string[], now: Date): Promise<number> =>
    blankAll(db, { accountId: { in: [...accountIds] }, goneAt: { not: null }, ...SETTLED, ...ANSWERED }, now),

  /**
   * Blank what was read on an account before then, and nobody needs: nothing was found in it, nothing was done about it,
   * and it waits for nobody.
   * @returns how many items
   */
  blankOld: (accountId: string, before: Date, now: Date): Promise<number> => {
    const decision = { is: { outcome: 'leave', lane: null, actions: { none: {} } } }
    return blankAll(db, { accountId, seenAt: { lt: before }, ...SETTLED, decision }, now)
  },

  /** How much of a platform is kept, and how much of it by a person's decision. */
  kept: async (platform: string): Promise<{ items: number; held: number }> => {
    const where = { account: { platform }, blankedAt: null }
    const items = await db.item.count({ where })
    return { items, held: await db.item.count({ where: { ...where, heldAt: { not: null } } }) }
  },

  /**
   * Blank all that is kept of a platform, and forget how to sign in there.
   * @param held also what a person keeps as evidence
   * @param progress is told how many are done
   */
  purge: async (platform: string, held: boolean, now: Date, progress: (done: number) => void): Promise<number> => {
    const where = { account: { platform }, ...(held ? {} : { heldAt: null }) }
    const blanked = await blankAll(db, where, now, progress)
    await db.$transaction(async (tx) => {
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
      where: { ...where, blankedAt: null },
      select: { id: true, authorId: true, accountId: true },
      orderBy: { seq: 'asc' },
      take: BATCH,
    })
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    await tx.item.updateMany({ where: { id: { in: ids } }, data: { ...BLANK, blankedAt: now } })
    await tx.picture.updateMany({
      where: { itemId: { in: ids } },
      data: { bytes: null, alt: null, url: '', state: 'lost', sight: Prisma.DbNull },
    })
    await forgetAuthors(tx, [...new Set(rows.flatMap(({ authorId }) => authorId ?? []))])
    const facts: NewFact[] = rows.map(({ id: itemId, authorId, accountId: account }) => ({
      kind: 'blanked',
      itemId,
      authorId,
      body: { account },
    }))
    await append(tx, now, facts)
    return rows.length
  }, PATIENCE)

/** Whoever nothing is left of, and whom nothing stands against, is an id among the figures. */
async function forgetAuthors(tx: Tx, ids: readonly string[]): Promise<void> {
  const nobody = await tx.author.findMany({
    where: { id: { in: [...ids] }, items: { none: { blankedAt: null } }, actions: { none: STANDING } },
    select: { id: true },
  })
  const where = { id: { in: nobody.map(({ id }) => id) } }
  await tx.author.updateMany({ where, data: NAMELESS })
  await tx.avatar.deleteMany({ where: { authorId: where.id } })
}
