import type { ActionKind } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { type Bond, type Hindrance, hindrances, MOST, membersOf, type Viewer } from './alike.ts'
import { type Answer, answerIn, type Farewell, NotAllowed, NotOpen, takeBackIn } from './answering.ts'
import { Claimed } from './claims.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { lockPeople } from './identities.ts'
import { append, type NewFact } from './log.ts'
import { type Case, casesOf } from './queue.ts'

/**
 * One answer to many cases. Each is answered as it would be by itself: it has a review, entries and actions of its own, and
 * all that holds for a person holds for each of them. Whatever changed since it was shown is left out, and said.
 */

/** Cases in one transaction: nobody else waits long for it. */
const CHUNK = 20

/** What somebody chose on the page of a case and its like. */
export interface Asked {
  /** Chosen when the page was made, so that the same form sent twice is one answer. */
  id: string
  /** The case on whose page it is. */
  decisionId: string
  by: Bond
  /** When the page was made: what came later was not seen. */
  till: Date
  /** Those that are to be left out, */
  but: readonly string[]
  /** and those that stood on the page: of each it is said what became of it. */
  shown: readonly string[]
}

export interface LeftOut {
  id: string
  why: Hindrance
}

type Given = Answer & { why?: string }

interface Answering {
  person: string
  /** The answer to each, or null where it can't be given. Pure. */
  give: (found: Case) => Given | null
  /** What is not agreed to in bulk. */
  apart: readonly ActionKind[]
  farewell: Farewell | null
  now: Date
}

export const together = (db: Db) => ({
  /**
   * @returns how many were answered, and which were left out
   * @throws NotOpen if somebody else has sent this form
   */
  answer: async (asked: Asked, answering: Answering): Promise<{ count: number; leftOut: LeftOut[] }> => {
    const { id, decisionId, by, till, but, shown } = asked
    const { person, now } = answering
    const row = { id, personId: person, decisionId, by, at: now }
    await db.together.createMany({ data: [row], skipDuplicates: true })
    const { personId } = await db.together.findUniqueOrThrow({ where: { id } })
    if (personId !== person) throw new NotOpen('This was answered already.')
    const viewer = { me: person, now }
    const omitted = new Set(but)
    const members = (await membersOf(db, decisionId, by, till, { after: null, take: MOST }, viewer)).filter(
      (one) => !omitted.has(one),
    )
    const leftOut = await missing(db, shown, [...members, ...but], till, id, viewer)
    for (let i = 0; i < members.length; i += CHUNK)
      leftOut.push(...(await answerSome(db, id, members.slice(i, i + CHUNK), till, answering)))
    await db.together.update({ where: { id }, data: { leftOut: leftOut as unknown as Prisma.InputJsonArray } })
    return { count: await db.review.count({ where: { togetherId: id } }), leftOut }
  },

  /**
   * Take all of it back that can be, as each answer would be by itself.
   * @returns how many were, and which answers stay
   * @throws NotOpen if it was taken back already
   */
  takeBack: async (id: string, person: string, now: Date): Promise<{ count: number; stay: string[] }> => {
    await db.together.findUniqueOrThrow({ where: { id } })
    const reviews = await db.review.findMany({
      where: { togetherId: id, undoneAt: null },
      orderBy: { decisionId: 'asc' },
      select: { id: true, decisionId: true, decision: { select: { authorId: true } } },
    })
    if (reviews.length === 0) throw new NotOpen('This answer was taken back already.')
    const stay: string[] = []
    for (let i = 0; i < reviews.length; i += CHUNK) {
      const some = reviews.slice(i, i + CHUNK)
      await db.$transaction(async (tx) => {
        await holdAll(
          tx,
          some.map(({ decisionId, decision }) => ({ id: decisionId, authorId: decision.authorId })),
        )
        const facts: NewFact[] = []
        for (const review of some) {
          const back = await unlessRefused(() => takeBackIn(tx, review.id, person, now))
          if (typeof back === 'string') stay.push(review.decisionId)
          else facts.push(...back.facts)
        }
        await append(tx, now, facts)
      }, PATIENCE)
    }
    await db.together.update({ where: { id }, data: { undoneAt: now } })
    return { count: reviews.length - stay.length, stay }
  },

  /** What was answered together, and what came of it; null if there is none. */
  find: async (id: string) => {
    const found = await db.together.findUnique({
      where: { id },
      include: {
        person: { select: { name: true } },
        reviews: { select: { decisionId: true, answer: true, change: true, why: true, apart: true, undoneAt: true } },
      },
    })
    if (found === null) return null
    const standing = found.reviews.filter(({ undoneAt }) => undoneAt === null)
    const actions = await db.action.groupBy({
      by: ['kind', 'state'],
      where: {
        decisionId: { in: standing.map(({ decisionId }) => decisionId) },
        undoOf: null,
        begunAt: { gte: found.at },
      },
      _count: true,
    })
    const leftOut = found.leftOut as unknown as LeftOut[]
    return {
      ...found,
      leftOut,
      standing: standing.length,
      apart: standing.filter(({ apart }) => apart.length > 0).map(({ decisionId }) => decisionId),
      begun: actions.map(({ kind, state, _count }) => ({ kind, state, count: _count })),
    }
  },
})

/** Of those that were shown: which no longer belong to them, and why. What this very answer has done before is no change. */
async function missing(
  db: Db,
  shown: readonly string[],
  known: readonly string[],
  shownAt: Date,
  id: string,
  viewer: Viewer,
): Promise<LeftOut[]> {
  const others = shown.filter((one) => !known.includes(one))
  if (others.length === 0) return []
  const own = await db.review.findMany({
    where: { togetherId: id, decisionId: { in: others } },
    select: { decisionId: true },
  })
  const done = new Set(own.map(({ decisionId }) => decisionId))
  const why = await hindrances(db, others, shownAt, viewer)
  return others.filter((one) => !done.has(one)).map((one) => ({ id: one, why: why.get(one) ?? 'anew' }))
}

async function answerSome(
  db: Db,
  id: string,
  decisionIds: readonly string[],
  shownAt: Date,
  { person, give, apart, farewell, now }: Answering,
): Promise<LeftOut[]> {
  const cases = await casesOf(db, decisionIds)
  return db.$transaction(async (tx) => {
    await holdAll(tx, cases)
    const hindered = await hindrances(tx, decisionIds, shownAt, { me: person, now })
    const leftOut: LeftOut[] = []
    const facts: NewFact[] = []
    for (const found of cases) {
      const why = hindered.get(found.id)
      const given = why === undefined ? give(found) : null
      if (given === null) {
        leftOut.push({ id: found.id, why: why ?? 'impossible' })
        continue
      }
      const answered = { id: found.id, person, given, farewell, now, together: { id, apart } }
      const done = await unlessRefused(() => answerIn(tx, answered))
      if (typeof done === 'string') leftOut.push({ id: found.id, why: done })
      else facts.push(...done.facts)
    }
    await append(tx, now, facts)
    return leftOut
  }, PATIENCE)
}

/** Everything these answers may touch, in the order in which settling a batch takes it: people, then decisions, each by id. */
async function holdAll(tx: Tx, of: readonly { id: string; authorId: string | null }[]): Promise<void> {
  await lockPeople(
    tx,
    of.flatMap(({ authorId }) => authorId ?? []),
  )
  await tx.$queryRaw`SELECT id FROM decision WHERE id = ANY(${of.map(({ id }) => id)}::uuid[]) ORDER BY id FOR UPDATE`
}

/** One that is refused holds up none of the others: nothing of it was written. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | Hindrance> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NotOpen) return 'answered'
    if (error instanceof NotAllowed) return 'impossible'
    if (error instanceof Claimed) return 'claimed'
    throw error
  }
}
