import type { Letter } from '../../adapters/platform.ts'
import { type ActionKind, ON_AUTHOR } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import type { Lane } from './assessing.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { storable } from './text.ts'

const WHOLE = {
  item: {
    include: {
      account: true,
      author: true,
      conversation: true,
      findings: true,
      pictures: { select: { id: true, alt: true, state: true, type: true } },
    },
  },
  actions: { orderBy: { createdAt: 'asc' }, include: { undoneBy: true } },
  reviews: { orderBy: { at: 'asc' }, include: { person: { select: { name: true } } } },
} satisfies Prisma.DecisionInclude

/** A decision with all that a person needs to answer it. */
export type Case = Prisma.DecisionGetPayload<{ include: typeof WHOLE }>

/** Where a page ended: the next one begins behind it. */
export interface Place {
  urgency: number
  decidedAt: Date
  id: string
}

export type Answer =
  | { answer: 'agreed' }
  | { answer: 'dismissed' }
  /** Something else than was proposed. `none` with a clause records a breach without acting on it. */
  | { answer: 'changed'; action: ActionKind | 'none'; clause: string | null }

/** What the service knows and the store does not: what to say before a block, if anything may be said. */
export interface Farewell {
  letter: Letter
  everyDays: number
}

/** Somebody else was quicker, or it is no longer open. */
export class NotOpen extends Error {
  override readonly name = 'NotOpen'
}

/** An action in one of these states still stands or is on its way. */
const STANDING = ['queued', 'running', 'done', 'manual', 'unconfirmed']

export const queue = (db: Db) => ({
  /** Most urgent first, then longest waiting; keyset paging. */
  page: (filter: { lane?: Lane }, after: Place | null, take = 25): Promise<Case[]> =>
    db.decision.findMany({
      where: {
        closedAt: null,
        lane: filter.lane ?? { not: null },
        ...(after === null ? {} : { OR: behind(after) }),
      },
      orderBy: [{ urgency: 'desc' }, { decidedAt: 'asc' }, { id: 'asc' }],
      take,
      include: WHOLE,
    }),

  counts: async (): Promise<Record<Lane, number>> => {
    const rows = await db.decision.groupBy({
      by: ['lane'],
      where: { closedAt: null, lane: { not: null } },
      _count: true,
    })
    const of = (lane: Lane): number => rows.find((row) => row.lane === lane)?._count ?? 0
    return {
      risk: of('risk'),
      police: of('police'),
      proposal: of('proposal'),
      performed: of('performed'),
      look: of('look'),
      casework: of('casework'),
    }
  },

  /** By the decision's id; null if there is none. */
  find: (id: string): Promise<Case | null> => db.decision.findUnique({ where: { id }, include: WHOLE }),

  /** The decision made about an item; null while there is none. */
  ofItem: async (itemId: string): Promise<string | null> =>
    (await db.decision.findUnique({ where: { itemId }, select: { id: true } }))?.id ?? null,

  /** What the person wrote to this office, newest first. */
  history: (authorId: string, take = 20) =>
    db.item.findMany({
      where: { authorId },
      orderBy: { writtenAt: 'desc' },
      take,
      include: { decision: { include: { actions: true, reviews: true } } },
    }),

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
  reviewed: (personId: string | null, take = 20) =>
    db.review.findMany({
      where: personId === null ? {} : { personId },
      orderBy: { at: 'desc' },
      take,
      include: { decision: { include: WHOLE }, person: { select: { name: true } } },
    }),

  /**
   * Answer a decision. Agreed: what was proposed is queued. Changed: it is dropped, and what the person chose is queued.
   * Dismissed: it is dropped, and what the tool did by itself is undone.
   * @throws NotOpen
   */
  answer: (
    id: string,
    person: string,
    given: Answer & { why?: string },
    farewell: Farewell | null,
    now: Date,
  ): Promise<{ reviewId: string }> =>
    db.$transaction(async (tx) => {
      const decision = await locked(tx, id)
      if (decision.closedAt !== null) throw new NotOpen('This was answered already.')
      const { item } = decision
      const subject = { itemId: item.id, authorId: item.authorId }
      const facts: NewFact[] = []
      const proposed = decision.actions.filter((action) => action.state === 'proposed')

      if (given.answer === 'agreed') {
        for (const action of proposed) {
          const afterId = action.kind === 'block' ? await sayFarewell(tx, decision, person, farewell, facts, now) : null
          const twin =
            action.kind === 'redirect'
              ? await wasRedirected(tx, item.authorId, farewell, now)
              : await standing(tx, action.kind as ActionKind, item, action.id)
          const data = twin
            ? { state: 'dropped', because: 'It stands already, by an earlier decision.', settledAt: now }
            : { state: 'queued', origin: person, runAt: now, afterId }
          await tx.action.update({ where: { id: action.id }, data })
          if (twin) continue
          if (action.kind === 'redirect') await redirecting(tx, item.authorId, now)
          const body = { action: action.kind, clause: action.clause }
          facts.push({ kind: 'queued', actor: person, ...subject, actionId: action.id, body })
        }
      } else {
        await tx.action.updateMany({
          where: { id: { in: proposed.map((action) => action.id) } },
          data: { state: 'dropped', because: 'Staff decided otherwise.', settledAt: now },
        })
      }
      if (given.answer === 'dismissed') {
        for (const action of decision.actions) {
          if (action.origin === 'tool' && action.kind !== 'redirect') await undo(tx, action, person, facts, now)
        }
      }
      if (given.answer === 'changed' && given.action !== 'none' && !(await standing(tx, given.action, item, null))) {
        const afterId = given.action === 'block' ? await sayFarewell(tx, decision, person, farewell, facts, now) : null
        const action = await enqueue(tx, decision, given.action, given.clause, person, now, { afterId })
        facts.push({
          kind: 'queued',
          actor: person,
          ...subject,
          actionId: action.id,
          body: { action: given.action, clause: given.clause },
        })
      }
      const why = given.why ? storable(given.why) : null
      const change = given.answer === 'changed' ? { action: given.action, clause: given.clause } : null
      const review = await tx.review.create({
        data: { decisionId: id, personId: person, answer: given.answer, ...(change ? { change } : {}), why, at: now },
      })
      await tx.decision.update({ where: { id }, data: { closedAt: now } })
      const { act, clauses, policy, policyVersion } = decision
      const wait = now.getTime() - decision.decidedAt.getTime()
      const body = { answer: given.answer, change, act, clauses, policy: { id: policy, version: policyVersion }, wait }
      facts.push({ kind: 'reviewed', actor: person, ...subject, body })
      await append(tx, now, facts)
      return { reviewId: review.id }
    }, PATIENCE),

  /**
   * Take an answer back: what has not started is only proposed again, what was done is undone, and the decision is open.
   * @throws NotOpen if it was taken back already
   */
  takeBack: (reviewId: string, person: string, now: Date): Promise<{ decisionId: string }> =>
    db.$transaction(async (tx) => {
      const review = await tx.review.findUniqueOrThrow({ where: { id: reviewId } })
      const decision = await locked(tx, review.decisionId)
      const { count } = await tx.review.updateMany({ where: { id: reviewId, undoneAt: null }, data: { undoneAt: now } })
      if (count === 0) throw new NotOpen('This answer was taken back already.')
      const facts: NewFact[] = []
      const subject = { itemId: decision.itemId, authorId: decision.item.authorId }
      for (const action of decision.actions) {
        if (action.undoOf !== null) {
          // The dismissal had undone what the tool did: not to be repeated behind anybody's back, so it is proposed again.
          if (review.answer === 'dismissed') await proposeAgain(tx, decision, action, now)
          continue
        }
        if (action.origin === 'tool' && action.state === 'dropped') await reopen(tx, action.id)
        if (action.origin !== person && action.origin !== review.personId) continue
        const wasProposed = action.kind !== 'redirect' && review.answer === 'agreed'
        const { count: caught } = await tx.action.updateMany({
          where: { id: action.id, state: 'queued', attempts: 0 },
          data: wasProposed
            ? { state: 'proposed', origin: 'tool', afterId: null }
            : { state: 'dropped', because: 'Taken back before it was done.', settledAt: now },
        })
        // Nothing was said after all: the person may be sent it another time.
        if (caught === 1 && action.kind === 'redirect' && action.authorId) {
          await tx.author.update({ where: { id: action.authorId }, data: { redirectedAt: null } })
        }
        // What was said to a person stays said; everything else is undone.
        if (caught === 0 && action.kind !== 'redirect') {
          await undo(tx, action, person, facts, now)
          if (wasProposed) await proposeAgain(tx, decision, action, now)
        }
      }
      await tx.decision.update({ where: { id: decision.id }, data: { closedAt: null } })
      facts.push({ kind: 'taken-back', actor: person, ...subject, body: { answer: review.answer } })
      await append(tx, now, facts)
      return { decisionId: decision.id }
    }, PATIENCE),

  /** Undo one action, whoever did it. @returns false if there is nothing to undo */
  undoAction: (actionId: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM action WHERE id = ${actionId}::uuid FOR UPDATE`
      const action = await tx.action.findUniqueOrThrow({ where: { id: actionId }, include: { undoneBy: true } })
      const facts: NewFact[] = []
      const begun = await undo(tx, action, person, facts, now)
      await append(tx, now, facts)
      return begun
    }, PATIENCE),

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
      const { itemId, escalate } = await tx.decision.findUniqueOrThrow({ where: { id } })
      await append(tx, now, [{ kind: 'alerted', itemId, body: { escalate, how } }])
    }, PATIENCE),
})

const behind = ({ urgency, decidedAt, id }: Place): Prisma.DecisionWhereInput[] => [
  { urgency: { lt: urgency } },
  { urgency, decidedAt: { gt: decidedAt } },
  { urgency, decidedAt, id: { gt: id } },
]

type Held = Prisma.DecisionGetPayload<{ include: { item: true; actions: { include: { undoneBy: true } } } }>
type HeldAction = Held['actions'][number]

/** The decision, its row locked; and its author's, since "once per person" is decided here too. */
async function locked(tx: Tx, id: string): Promise<Held> {
  await tx.$queryRaw`SELECT id FROM decision WHERE id = ${id}::uuid FOR UPDATE`
  const decision = await tx.decision.findUniqueOrThrow({
    where: { id },
    include: { item: true, actions: { include: { undoneBy: true }, orderBy: { createdAt: 'asc' } } },
  })
  if (decision.item.authorId)
    await tx.$queryRaw`SELECT id FROM author WHERE id = ${decision.item.authorId}::uuid FOR UPDATE`
  return decision
}

/** Is the same action already standing, or on its way, for the same target on the same account? */
async function standing(tx: Tx, kind: ActionKind, item: Held['item'], but: string | null): Promise<boolean> {
  const onAuthor = ON_AUTHOR.includes(kind) && item.authorId !== null
  const twin = await tx.action.findFirst({
    where: {
      kind,
      accountId: item.accountId,
      state: { in: STANDING },
      undoOf: null,
      undoneBy: null,
      ...(onAuthor ? { authorId: item.authorId } : { item: { externalId: item.externalId } }),
      ...(but === null ? {} : { id: { not: but } }),
    },
    select: { id: true },
  })
  return twin !== null
}

async function enqueue(
  tx: Tx,
  decision: Held,
  kind: ActionKind,
  clause: string | null,
  person: string,
  now: Date,
  more: { afterId?: string | null; letter?: Letter } = {},
) {
  const { item } = decision
  const n = await tx.action.count({ where: { decisionId: decision.id } })
  return tx.action.create({
    data: {
      accountId: item.accountId,
      itemId: item.id,
      authorId: item.authorId,
      decisionId: decision.id,
      kind,
      clause,
      breach: decision.actions.find((action) => action.breach !== null)?.breach ?? null,
      origin: person,
      state: 'queued',
      urgency: decision.urgency,
      runAt: now,
      createdAt: now,
      afterId: more.afterId ?? null,
      ...(more.letter ? { letter: more.letter as unknown as Prisma.InputJsonObject } : {}),
      dedupeKey: `${decision.id}:${kind}:${n}`,
    },
  })
}

/** After a block the person can't read what we say: so the redirect goes first, once per period, never to one at risk. */
async function sayFarewell(
  tx: Tx,
  decision: Held,
  person: string,
  farewell: Farewell | null,
  facts: NewFact[],
  now: Date,
): Promise<string | null> {
  const { item } = decision
  if (farewell === null || item.authorId === null || decision.escalate === 'safeguarding') return null
  if (await wasRedirected(tx, item.authorId, farewell, now)) return null
  const action = await enqueue(tx, decision, 'redirect', null, person, now, { letter: farewell.letter })
  await redirecting(tx, item.authorId, now)
  facts.push({
    kind: 'queued',
    actor: person,
    itemId: item.id,
    authorId: item.authorId,
    actionId: action.id,
    body: { action: 'redirect', clause: null },
  })
  return action.id
}

/** Was this person sent the standard redirect within the period? Call it with the person's row locked. */
async function wasRedirected(tx: Tx, authorId: string | null, farewell: Farewell | null, now: Date): Promise<boolean> {
  if (authorId === null || farewell === null) return false
  const { redirectedAt } = await tx.author.findUniqueOrThrow({
    where: { id: authorId },
    select: { redirectedAt: true },
  })
  return redirectedAt !== null && now.getTime() - redirectedAt.getTime() < farewell.everyDays * 86_400_000
}

async function redirecting(tx: Tx, authorId: string | null, now: Date): Promise<void> {
  if (authorId !== null) await tx.author.update({ where: { id: authorId }, data: { redirectedAt: now } })
}

/** What has not begun is dropped; what was done, or may have been, gets an undo of its own. */
async function undo(tx: Tx, action: HeldAction, person: string, facts: NewFact[], now: Date): Promise<boolean> {
  if (action.undoOf !== null || action.undoneBy !== null) return false
  const { itemId, authorId } = action
  const { count: caught } = await tx.action.updateMany({
    where: {
      id: action.id,
      OR: [
        { state: { in: ['queued', 'proposed'] }, attempts: 0 },
        { state: 'manual', settledAt: null },
      ],
    },
    data: { state: 'dropped', because: 'Taken back before it was done.', settledAt: now },
  })
  if (caught === 1) {
    facts.push({ kind: 'dropped', actor: person, itemId, authorId, actionId: action.id, body: { action: action.kind } })
    return true
  }
  if (!STANDING.includes(action.state)) return false
  const undoing = await tx.action.create({
    data: {
      accountId: action.accountId,
      itemId,
      authorId,
      decisionId: action.decisionId,
      kind: action.kind,
      undoOf: action.id,
      // Undone only once it is known what became of it.
      afterId: action.id,
      clause: action.clause,
      origin: person,
      state: 'queued',
      urgency: action.urgency,
      runAt: now,
      createdAt: now,
      dedupeKey: `undo:${action.id}`,
    },
  })
  facts.push({
    kind: 'queued',
    actor: person,
    itemId,
    authorId,
    actionId: undoing.id,
    body: { action: action.kind, undo: true, clause: action.clause },
  })
  return true
}

async function reopen(tx: Tx, id: string): Promise<void> {
  await tx.action.update({ where: { id }, data: { state: 'proposed', because: null, settledAt: null } })
}

async function proposeAgain(tx: Tx, decision: Held, action: HeldAction, now: Date): Promise<void> {
  const n = await tx.action.count({ where: { decisionId: decision.id } })
  const { accountId, itemId, authorId, decisionId, kind, clause, breach, urgency } = action
  await tx.action.create({
    data: {
      accountId,
      itemId,
      authorId,
      decisionId,
      kind,
      clause,
      breach,
      urgency,
      origin: 'tool',
      state: 'proposed',
      runAt: now,
      createdAt: now,
      dedupeKey: `${decision.id}:${kind}:${n}`,
    },
  })
}
