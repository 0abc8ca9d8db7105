import { Prisma } from '../generated/prisma/client.ts'
import { NotAllowed, NotOpen, overturn } from './answering.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { accountsOfOne, lockPeople } from './identities.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

/**
 * Somebody tells the office that a decision about them is wrong. Staff write down when and what; a person who had no part in it
 * decides. Right or wrong, they get an answer.
 */

const WHOLE = {
  author: true,
  letter: { select: { id: true, state: true } },
  decision: { include: { item: { include: { account: true } } } },
} satisfies Prisma.ContestInclude
export type ContestRow = Prisma.ContestGetPayload<{ include: typeof WHOLE }>

/** Where a page ended: the next one begins behind it. */
export interface ContestsAfter {
  at: Date
  id: string
}

export const contests = (db: Db) => ({
  find: (id: string): Promise<ContestRow | null> => db.contest.findUnique({ where: { id }, include: WHOLE }),

  /** @throws NotOpen if one is open already, NotAllowed if nobody knows whose it is */
  record: (
    decisionId: string,
    said: { receivedAt: Date; words: string; dueAt: Date },
    staff: string,
    now: Date,
  ): Promise<string> =>
    db.$transaction(async (tx) => {
      const { item } = await tx.decision.findUniqueOrThrow({ where: { id: decisionId }, select: { item: true } })
      if (item.authorId === null) throw new NotAllowed('The platform does not say who wrote this.')
      await lockPeople(tx, [item.authorId])
      if ((await tx.contest.count({ where: { decisionId, state: 'open' } })) > 0)
        throw new NotOpen('That it is contested is written down already, and waits for an answer.')
      const words = storable(said.words)
      const { id } = await tx.contest.create({
        data: { ...said, words, decisionId, authorId: item.authorId, notedBy: staff, notedAt: now },
      })
      const body = {
        contest: id,
        received: said.receivedAt.toISOString(),
        due: said.dueAt.toISOString(),
        words: textHash(words),
      }
      await append(tx, now, [{ kind: 'contested', actor: staff, itemId: item.id, authorId: item.authorId, body }])
      return id
    }, PATIENCE),

  /** Those that wait for somebody to decide, soonest due first. */
  open: (after: ContestsAfter | null, take = 25): Promise<ContestRow[]> =>
    db.contest.findMany({
      where: {
        state: 'open',
        ...(after === null ? {} : { OR: [{ dueAt: { gt: after.at } }, { dueAt: after.at, id: { gt: after.id } }] }),
      },
      include: WHOLE,
      orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
      take,
    }),

  counts: async (now: Date): Promise<{ open: number; overdue: number }> => ({
    open: await db.contest.count({ where: { state: 'open' } }),
    overdue: await db.contest.count({ where: { state: 'open', dueAt: { lt: now } } }),
  }),

  ofPerson: async (authorId: string): Promise<ContestRow[]> =>
    db.contest.findMany({
      where: { authorId: { in: await accountsOfOne(db, authorId) } },
      include: WHOLE,
      orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    }),

  ofDecision: (decisionId: string): Promise<ContestRow[]> =>
    db.contest.findMany({ where: { decisionId }, include: WHOLE, orderBy: { receivedAt: 'asc' } }),

  /** Whoever of staff had a part in what is contested: none of them may decide. */
  involved: (decisionId: string): Promise<Set<string>> => involved(db, decisionId),

  /**
   * Overturned: what was done is undone, and what was held against the person no longer is.
   * @param why in staff's own words: the person is told; the log has its hash
   * @throws NotOpen if it was decided already, NotAllowed if this person had a part in what is contested
   */
  decide: (id: string, state: 'upheld' | 'overturned', why: string, staff: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { decisionId, authorId } = await tx.contest.findUniqueOrThrow({ where: { id } })
      await lockPeople(tx, [authorId])
      if ((await tx.contest.count({ where: { id, state: 'open' } })) === 0)
        throw new NotOpen('This was decided already.')
      if ((await involved(tx, decisionId)).has(staff))
        throw new NotAllowed('You had a part in this decision, so somebody else has to look at it.')
      const data = { state, decidedBy: staff, decidedAt: now, why: storable(why) }
      await tx.contest.update({ where: { id }, data })
      const undone = state === 'overturned' ? await overturn(tx, decisionId, staff, why, now) : null
      if (undone) await tx.contest.update({ where: { id }, data: { reviewId: undone.reviewId } })
      const { itemId } = await tx.decision.findUniqueOrThrow({ where: { id: decisionId }, select: { itemId: true } })
      const body = { contest: id, outcome: state, why: textHash(storable(why)) }
      await append(tx, now, [
        ...(undone?.facts ?? []),
        { kind: 'contest-decided', actor: staff, itemId, authorId, body },
      ])
    }, PATIENCE),
})

async function involved(db: Db | Tx, decisionId: string): Promise<Set<string>> {
  const reviews = await db.review.findMany({ where: { decisionId, undoneAt: null }, select: { personId: true } })
  const where = { decisionId, undoOf: null, origin: { not: 'tool' } }
  const actions = await db.action.findMany({ where, select: { origin: true } })
  const wrote = await db.letter.findMany({
    where: { about: { decisionId } },
    select: { writtenBy: true, settledBy: true },
  })
  return new Set([
    ...reviews.map(({ personId }) => personId),
    ...actions.map(({ origin }) => origin),
    ...wrote.flatMap(({ writtenBy, settledBy }) => [writtenBy, ...(settledBy === null ? [] : [settledBy])]),
  ])
}
