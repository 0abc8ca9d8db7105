import type { Adjustment } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { accountsOfOne, lockPeople } from './identities.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

/**
 * What people asked the office to do differently for them, and what became of it. Each one that is agreed adds a step of patience
 * to the ladder, so the author's own number of them is kept in the transaction that changes one.
 */

/** How letters to somebody are set. */
export const FORMATS = ['plain', 'large-print', 'coloured', 'translated'] as const
export type Format = (typeof FORMATS)[number]

export interface Wish {
  /** In the words of the published policy, or of staff. */
  kind: string
  detail: string
  format: Format
}

/** Which answers there are to one that stands as it does. */
const NEXT = { asked: ['agreed', 'declined'], agreed: ['ended'], declined: ['agreed'], ended: [] } as const
export type Turn = (typeof NEXT)[keyof typeof NEXT][number]

export const adjustments = (db: Db) => ({
  /** Of the person, on whatever platform they asked; newest first. */
  ofPerson: async (authorId: string): Promise<(Adjustment & { letter: { id: string; state: string } | null })[]> =>
    db.adjustment.findMany({
      where: { authorId: { in: await accountsOfOne(db, authorId) } },
      include: { letter: { select: { id: true, state: true } } },
      orderBy: [{ askedAt: 'desc' }, { id: 'desc' }],
    }),

  find: (id: string): Promise<Adjustment | null> => db.adjustment.findUnique({ where: { id } }),

  /** Somebody asked for something. Nothing changes for them before it is agreed. */
  ask: (authorId: string, wish: Wish, staff: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const [kind, detail] = [storable(wish.kind), storable(wish.detail)]
      const { format } = wish
      const { id } = await tx.adjustment.create({
        data: { authorId, kind, detail, format, askedAt: now, notedBy: staff },
      })
      const body = { adjustment: id, state: 'asked', format, kind: textHash(kind), detail: textHash(detail) }
      await append(tx, now, [{ kind: 'adjustment', actor: staff, authorId, body }])
    }, PATIENCE),

  /**
   * @param why in staff's own words: kept beside it; the log has its hash
   * @returns false if it stands otherwise by now, and nothing was changed
   */
  turn: (id: string, state: Turn, why: string, staff: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { authorId } = await tx.adjustment.findUniqueOrThrow({ where: { id } })
      await lockPeople(tx, [authorId])
      const from = Object.entries(NEXT).flatMap(([before, turns]) => (turns.some((one) => one === state) ? before : []))
      const settled =
        state === 'ended' ? { endedAt: now, endedBy: staff } : { decidedAt: now, decidedBy: staff, why: storable(why) }
      const { count } = await tx.adjustment.updateMany({
        where: { id, state: { in: from } },
        data: { state, ...settled },
      })
      if (count === 0) return false
      await countAgreed(tx, authorId)
      const body = { adjustment: id, state, ...(why === '' ? {} : { why: textHash(storable(why)) }) }
      await append(tx, now, [{ kind: 'adjustment', actor: staff, authorId, body }])
      return true
    }, PATIENCE),
})

async function countAgreed(tx: Tx, authorId: string): Promise<void> {
  const agreed = await tx.adjustment.count({ where: { authorId, state: 'agreed' } })
  await tx.author.update({ where: { id: authorId }, data: { adjustments: agreed } })
}
