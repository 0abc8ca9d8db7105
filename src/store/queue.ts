import type { Author, Prisma } from '../generated/prisma/client.ts'
import type { Lane } from './assessing.ts'
import { type Db, PATIENCE } from './db.ts'
import { accountsOf } from './identities.ts'
import { append } from './log.ts'
import { isStillAtRisk, saysNobodyAtRisk } from './risk.ts'
import { laterOf } from './standings.ts'
import { storable } from './text.ts'
import { type Filter, type Place, type Tally, waitingIds, waitingTallies, waitingWriters } from './waiting.ts'

const WHOLE = {
  item: {
    include: {
      account: true,
      author: true,
      conversation: true,
      findings: true,
      pictures: { select: { id: true, alt: true, state: true, type: true, sight: true }, orderBy: { id: 'asc' } },
    },
  },
  actions: { orderBy: { createdAt: 'asc' }, include: { undoneBy: true } },
  reviews: { orderBy: { at: 'asc' }, include: { person: { select: { name: true } } } },
} satisfies Prisma.DecisionInclude

/**
 * A decision with all that a person needs to answer it, as it stands after what was answered: `atRisk` and `escalate` say what
 * is still so, and a review that says that nobody is at risk has the answer `nobody-at-risk`. The author's adjustments and
 * last redirect are the person's, on whatever platform.
 */
export type Case = Prisma.DecisionGetPayload<{ include: typeof WHOLE }>

export const queue = (db: Db) => ({
  /** Most urgent first, then longest waiting; keyset paging. */
  page: async (filter: Filter, after: Place | null, take = 25): Promise<Case[]> =>
    casesOf(db, await waitingIds(db, filter, after, take)),

  /** The id of the first case behind this place; null at the end. */
  next: async (filter: Filter, after: Place | null): Promise<string | null> =>
    (await waitingIds(db, filter, after, 1))[0] ?? null,

  counts: async (filter: Omit<Filter, 'lane'> = {}): Promise<Record<Lane, number>> => (await survey(db, filter)).lanes,

  /** How many wait: in each lane, and of each clause in the lane asked for, the most frequent first. */
  survey: (filter: Filter): Promise<Survey> => survey(db, filter),

  /** People of whom something waits, by words of their handle or name. */
  writers: async (words: string, filter: Filter = {}, take = 20): Promise<Author[]> => {
    const wanted = storable(words.trim().replace(/^@/, ''))
    if (wanted === '') return []
    const ids = await waitingWriters(db, wanted, filter, take)
    return db.author.findMany({ where: { id: { in: ids } }, orderBy: [{ handle: 'asc' }, { id: 'asc' }] })
  },

  /** By the decision's id; null if there is none. */
  find: async (id: string): Promise<Case | null> => {
    const found = await db.decision.findUnique({ where: { id }, include: WHOLE })
    if (found === null) return null
    const [whole = null] = await united(db, [asItStands(found)])
    return whole
  },

  /** By the decisions' ids, in this order. */
  of: (ids: readonly string[]): Promise<Case[]> => casesOf(db, ids),

  /** The decision made about an item; null while there is none. */
  ofItem: async (itemId: string): Promise<string | null> =>
    (await db.decision.findUnique({ where: { itemId }, select: { id: true } }))?.id ?? null,

  /** What the person wrote to this office, on whatever platform, newest first. */
  history: async (authorId: string, take = 20) => {
    const ids = (await accountsOf(db, [authorId])).get(authorId) ?? []
    return db.item.findMany({
      where: { authorId: { in: ids } },
      orderBy: { writtenAt: 'desc' },
      take,
      include: { account: true, decision: { include: { actions: true, reviews: true } } },
    })
  },

  /** What stands around the item under the same post, oldest first. */
  thread: async (item: { conversationId: string | null; writtenAt: Date }, take = 10) => {
    if (item.conversationId === null) return []
    const { conversationId, writtenAt } = item
    const include = { author: true, decision: { select: { id: true, clauses: true } } }
    const before = await db.item.findMany({
      where: { conversationId, writtenAt: { lte: writtenAt } },
      orderBy: { writtenAt: 'desc' },
      take: take + 1,
      include,
    })
    const after = await db.item.findMany({
      where: { conversationId, writtenAt: { gt: writtenAt } },
      orderBy: { writtenAt: 'asc' },
      take,
      include,
    })
    return [...before.reverse(), ...after]
  },

  /** The last answers a person gave, newest first: what can be taken back. */
  reviewed: async (personId: string | null, take = 20) => {
    const reviews = await db.review.findMany({
      where: personId === null ? {} : { personId },
      orderBy: { at: 'desc' },
      take,
      include: { decision: { include: WHOLE }, person: { select: { name: true } } },
    })
    return reviews.map((review) => ({ ...asGiven(review), decision: asItStands(review.decision) }))
  },

  /** Escalations that staff have not been called for yet. */
  toAlert: (take = 20) =>
    db.decision.findMany({
      where: { escalate: { not: null }, alertedAt: null },
      orderBy: { decidedAt: 'asc' },
      take,
      include: { item: { include: { account: true } } },
    }),

  alerted: (id: string, how: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.decision.updateMany({ where: { id, alertedAt: null }, data: { alertedAt: now } })
      if (count === 0) return
      const { itemId, escalate, atRisk } = await tx.decision.findUniqueOrThrow({ where: { id } })
      await append(tx, now, [{ kind: 'alerted', itemId, body: { escalate, atRisk, how } }])
    }, PATIENCE),
})

/** These cases, in this order; what there is not is left out. */
export async function casesOf(db: Db, ids: readonly string[]): Promise<Case[]> {
  const found = await db.decision.findMany({ where: { id: { in: [...ids] } }, include: WHOLE })
  const byId = new Map(found.map((one) => [one.id, asItStands(one)]))
  return united(
    db,
    ids.flatMap((id) => byId.get(id) ?? []),
  )
}

interface Survey {
  lanes: Record<Lane, number>
  clauses: Map<string, number>
}

async function survey(db: Db, { lane, clause, ...filter }: Filter): Promise<Survey> {
  const tallies = await waitingTallies(db, filter)
  const sum = (of: (tally: Tally) => boolean): number =>
    tallies.reduce((all, tally) => (of(tally) ? all + tally.n : all), 0)
  const inLane = (one: Lane): number =>
    sum((tally) => tally.lane === one && (clause === undefined || tally.clauses.includes(clause)))
  const found = tallies.filter((tally) => lane === undefined || tally.lane === lane).flatMap(({ clauses }) => clauses)
  const clauses = [...new Set(found)].map((id): [string, number] => [
    id,
    sum((tally) => (lane === undefined || tally.lane === lane) && tally.clauses.includes(id)),
  ])
  return {
    lanes: {
      risk: inLane('risk'),
      police: inLane('police'),
      proposal: inLane('proposal'),
      performed: inLane('performed'),
      look: inLane('look'),
      casework: inLane('casework'),
    },
    clauses: new Map(clauses.toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))),
  }
}

/** What is true of the person beside the account that wrote this. Asked only where staff linked it to others. */
async function united(db: Db, cases: readonly Case[]): Promise<Case[]> {
  const linked = cases.flatMap(({ item: { author } }) => author?.identity ?? [])
  const where = { identity: { in: [...new Set(linked)] } }
  const all = linked.length === 0 ? [] : await db.author.findMany({ where })
  return cases.map((found) => {
    const { author } = found.item
    if (!author?.identity) return found
    const accounts = all.filter(({ identity }) => identity === author.identity)
    const redirectedAt = accounts.map((one) => one.redirectedAt).reduce(laterOf, null)
    const adjustments = accounts.reduce((sum, one) => sum + one.adjustments, 0)
    return { ...found, item: { ...found.item, author: { ...author, redirectedAt, adjustments } } }
  })
}

function asItStands(found: Case): Case {
  const told = { ...found, reviews: found.reviews.map(asGiven) }
  if (!found.atRisk || isStillAtRisk(found)) return told
  return { ...told, atRisk: false, escalate: found.escalate === 'safeguarding' ? null : found.escalate }
}

const asGiven = <Review extends { answer: string; change: Prisma.JsonValue }>(review: Review): Review =>
  saysNobodyAtRisk(review) ? { ...review, answer: 'nobody-at-risk', change: null } : review
