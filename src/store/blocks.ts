import { type Action, Prisma } from '../generated/prisma/client.ts'
import { NotAllowed } from './answering.ts'
import type { CarryOut } from './confirming.ts'
import { type Db, PATIENCE } from './db.ts'
import { accountsOfOne } from './identities.ts'
import { append } from './log.ts'
import { subjectOf } from './outbox.ts'
import { textHash } from './text.ts'

/** Nobody is blocked for ever without anybody's thinking: each block has a day on which somebody looks at it again. */

const SHOWN = { author: true, account: true, item: true } satisfies Prisma.ActionInclude
export type Block = Prisma.ActionGetPayload<{ include: typeof SHOWN }>

/** Where a page ended: the next one begins behind it. */
export interface DueAfter {
  at: Date
  id: string
}

const STANDING = { kind: 'block', undoOf: null, undoneBy: null, state: 'done', otherwiseAt: null } as const

export const blocks = (db: Db) => ({
  /**
   * Give every block that is done and has no day one, counted from when it was done, however it came to be: by the tool, by hand,
   * or before there were such days.
   */
  date: (days: number): Promise<number> =>
    db.$executeRaw`
      UPDATE action SET review_at = settled_at + make_interval(days => ${days}::int)
      WHERE kind = 'block' AND undo_of IS NULL AND state = 'done' AND review_at IS NULL AND NOT for_good
        AND settled_at IS NOT NULL`,

  /** What is to be looked at again by now, longest due first. */
  due: (now: Date, after: DueAfter | null, take = 25): Promise<Block[]> =>
    db.action.findMany({
      where: {
        ...STANDING,
        reviewAt: { lte: now },
        ...(after === null
          ? {}
          : { OR: [{ reviewAt: { gt: after.at } }, { reviewAt: after.at, id: { gt: after.id } }] }),
      },
      include: SHOWN,
      orderBy: [{ reviewAt: 'asc' }, { id: 'asc' }],
      take,
    }),

  dueCount: (now: Date): Promise<number> => db.action.count({ where: { ...STANDING, reviewAt: { lte: now } } }),

  /** Those that stand against a person, on whatever platform. */
  ofPerson: async (authorId: string): Promise<Block[]> =>
    db.action.findMany({
      where: { ...STANDING, authorId: { in: await accountsOfOne(db, authorId) } },
      include: SHOWN,
      orderBy: { settledAt: 'asc' },
    }),

  find: (id: string): Promise<Block | null> => db.action.findFirst({ where: { ...STANDING, id }, include: SHOWN }),

  /**
   * Somebody looked, and it stays till another day.
   * @param why in staff's own words: the letter may say it; the log has its hash
   * @returns false if it stands no longer
   */
  keep: (id: string, till: Date, why: string, staff: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const rows: Action[] = await tx.action.updateManyAndReturn({
        where: { ...STANDING, id },
        data: { reviewAt: till, forGood: false },
      })
      const facts = rows.map((row) => ({
        kind: 'block-kept',
        actor: staff,
        ...subjectOf(row),
        body: { account: row.accountId, until: till.toISOString(), why: textHash(why) },
      }))
      await append(tx, now, facts)
      return rows.length > 0
    }, PATIENCE),
})

/** For good takes two people: nobody is reminded of these blocks any more. They can still be lifted. */
export const blockForGood: CarryOut = async (tx, { subject: authorId }, agreedBy) => {
  const rows: Action[] = await tx.action.updateManyAndReturn({
    where: { ...STANDING, authorId: { in: await accountsOfOne(tx, authorId) } },
    data: { reviewAt: null, forGood: true },
  })
  if (rows.length === 0) throw new NotAllowed('This person is not blocked any more.')
  return rows.map((row) => ({
    kind: 'block-for-good',
    actor: agreedBy,
    ...subjectOf(row),
    body: { account: row.accountId },
  }))
}
