import type { Json, Letter } from '../../adapters/platform.ts'
import { type ActionKind, ON_AUTHOR } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { URGENCY } from './assessing.ts'
import { assertUnclaimed } from './claims.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { capture, isHeard } from './evidence.ts'
import { accountsOfOne, lockPeople } from './identities.ts'
import { append, type NewFact } from './log.ts'
import { MESSAGE_READERS } from './people.ts'
import { isOwed } from './referrals.ts'
import { isAtRisk, isStillAtRisk, laneWithoutRisk, NOBODY_AT_RISK, saysNobodyAtRisk } from './risk.ts'
import { storable } from './text.ts'

export type Answer =
  | { answer: 'agreed' }
  | { answer: 'dismissed' }
  /** Whoever seemed to be at risk is not. Such a case can't be dismissed otherwise, nor without a reason. */
  | { answer: 'nobody-at-risk'; why: string }
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

/** Nobody may do this, whoever asks: somebody at risk is not moderated. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
}

/** An action in one of these states still stands or is on its way. */
const STANDING = ['unwritten', 'queued', 'running', 'done', 'manual', 'unconfirmed']
const DAY = 86_400_000

export const answering = (db: Db) => ({
  /**
   * Answer a decision. Agreed: what was proposed is queued. Changed: it is dropped, and what the person chose is queued.
   * Dismissed, or changed to nothing: it is dropped, and what the tool did by itself is undone. Where nobody is at risk after
   * all, and something else was found, the decision stays open in the lane of that. Where the policy promises to report every
   * threat, one that was not called off stays open until the police's reference is noted, or why there is none.
   * @param given `anyway`: also if a colleague looks at it at that moment
   * @throws NotOpen, NotAllowed, Claimed
   */
  answer: (
    id: string,
    person: string,
    given: Answer & { why?: string; anyway?: boolean },
    farewell: Farewell | null,
    now: Date,
  ): Promise<{ reviewId: string }> =>
    db.$transaction(async (tx) => {
      const { reviewId, facts } = await answerIn(tx, { id, person, given, farewell, now })
      await append(tx, now, facts)
      return { reviewId }
    }, PATIENCE),

  /**
   * Take an answer back: what has not started is only proposed again, what was done is undone, and the decision is open.
   * What was said to a person stays said.
   * @throws NotOpen if it was taken back already, the text was edited since, or it was answered again since
   */
  takeBack: (reviewId: string, person: string, now: Date): Promise<{ decisionId: string }> =>
    db.$transaction(async (tx) => {
      const { decisionId, facts } = await takeBackIn(tx, reviewId, person, now)
      await append(tx, now, facts)
      return { decisionId }
    }, PATIENCE),

  /** Undo one action, whoever did it. @returns false if there is nothing to undo */
  undoAction: (actionId: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { decisionId } = await tx.action.findUniqueOrThrow({ where: { id: actionId } })
      if (decisionId === null) return false
      const decision = await hold(tx, decisionId, person)
      const action = decision.actions.find(({ id }) => id === actionId)
      const desk = deskOf(tx, decision, person, null, now)
      const begun = action ? await desk.undo(action) : false
      await append(tx, now, desk.facts)
      return begun
    }, PATIENCE),
})

/** One answer to one decision. */
export interface Answered {
  id: string
  person: string
  given: Answer & { why?: string; anyway?: boolean }
  farewell: Farewell | null
  now: Date
  together?: Joint
}

/** The answer is given to others too. */
export interface Joint {
  id: string
  /** What is not agreed to in bulk: where it is proposed, it waits for an answer of its own. Each person is asked about once. */
  apart: readonly ActionKind[]
}

/**
 * Answer a decision, in a transaction in which others may be answered too. Nothing was written where it throws.
 * @returns what the log is to say of it: append it last
 * @throws NotOpen, NotAllowed, Claimed
 */
export async function answerIn(
  tx: Tx,
  { id, person, given, farewell, now, together }: Answered,
): Promise<{ reviewId: string; facts: NewFact[] }> {
  const decision = await hold(tx, id, person)
  if (decision.closedAt !== null) throw new NotOpen('This was answered already.')
  const { answer } = given
  const atRisk = isStillAtRisk(decision)
  if (answer === 'nobody-at-risk' && !atRisk) throw new NotOpen('This was answered already.')
  if (decision.reviews.some((review) => !saysNobodyAtRisk(review) && review.apart.length === 0))
    throw new NotOpen('This was answered already.')
  if (!given.anyway) await assertUnclaimed(tx, id, person, now)
  if (answer === 'dismissed' && atRisk) throw new NotAllowed('Somebody may be at risk here: say first why nobody is.')
  const chosen =
    given.answer === 'changed' && given.action !== 'none' ? { kind: given.action, clause: given.clause } : null
  if (atRisk && chosen) throw new NotAllowed('Somebody may be at risk here: nothing is done to them.')
  const owed = await isOwed(tx, decision.itemId)
  if (owed && answer === 'dismissed' && decision.item.findings.some(isHeard) && !given.why?.trim())
    throw new NotAllowed('This office reports every threat: say first why this is none.')
  // What an older version decided on is captured before anything is begun about it.
  const wanted = decision.escalate === 'police' ? [{ itemId: decision.itemId, mustRefer: false }] : []
  const captured = await capture(tx, wanted, now)
  const desk = deskOf(tx, decision, person, farewell, now)
  const proposed = decision.actions.filter((action) => action.state === 'proposed')
  const apart = new Set<string>()
  for (const action of proposed) {
    if (answer !== 'agreed') await desk.drop(action, 'Staff decided otherwise.')
    else if (together === undefined) await desk.start(action)
    else if (await desk.startBut(action, together)) apart.add(action.kind)
  }
  // Who answers what was left of it says nothing against what was agreed to.
  const isRest = decision.reviews.some((review) => review.apart.length > 0)
  if (!isRest && (answer === 'dismissed' || answer === 'nobody-at-risk' || (answer === 'changed' && !chosen))) {
    for (const action of decision.actions) {
      const done = action.origin === 'tool' && !proposed.includes(action)
      if (done && action.kind !== 'redirect') await desk.undo(action)
    }
  }
  if (chosen) await desk.startNew(chosen.kind, chosen.clause)

  const change = given.answer === 'changed' ? { action: given.action, clause: given.clause } : null
  const why = given.why ? storable(given.why) : null
  const isOfRisk = answer === 'nobody-at-risk'
  const kept = isOfRisk ? { answer: 'dismissed', change: NOBODY_AT_RISK } : { answer, ...(change ? { change } : {}) }
  const joint = together ? { togetherId: together.id, apart: [...apart] } : {}
  const { authorId } = decision
  const data = { decisionId: id, personId: person, authorId, ...kept, ...joint, why, at: now }
  const review = await tx.review.create({ data })
  const lane = isOfRisk ? laneWithoutRisk(decision) : null
  const waits = (owed && answer !== 'dismissed') || apart.size > 0
  const next = lane === null ? { closedAt: waits ? null : now } : { lane, urgency: URGENCY[lane] }
  await tx.decision.update({ where: { id }, data: next })
  await tx.claim.deleteMany({ where: { decisionId: id } })
  const { act, clauses, policy, policyVersion: version } = decision
  const wait = now.getTime() - decision.decidedAt.getTime()
  const moved = lane === null ? {} : { lane }
  const beside = together ? { together: together.id, apart: [...apart] } : {}
  const body = { answer, change, act, clauses, policy: { id: policy, version }, wait, ...moved, ...beside }
  desk.note('reviewed', null, body)
  return { reviewId: review.id, facts: [...captured, ...desk.facts] }
}

/**
 * Take an answer back, in a transaction in which others may be taken back too. Nothing was written where it throws.
 * @returns what the log is to say of it: append it last
 * @throws NotOpen
 */
export async function takeBackIn(
  tx: Tx,
  reviewId: string,
  person: string,
  now: Date,
): Promise<{ decisionId: string; facts: NewFact[] }> {
  const review = await tx.review.findUniqueOrThrow({ where: { id: reviewId } })
  const decision = await hold(tx, review.decisionId, person)
  if (await wasEdited(tx, decision.item)) throw new NotOpen('The text was edited since, and is judged anew.')
  if ((await tx.contest.count({ where: { reviewId } })) > 0)
    throw new NotOpen('The person contested this and was right: that answer stands.')
  // As it stands now that the decision is held.
  if (!decision.reviews.some(({ id }) => id === reviewId)) throw new NotOpen('This answer was taken back already.')
  const isOfRisk = saysNobodyAtRisk(review)
  if ((isOfRisk || review.apart.length > 0) && decision.reviews.length > 1) {
    throw new NotOpen('The rest of this case was answered since: take that answer back first.')
  }
  await tx.review.update({ where: { id: reviewId }, data: { undoneAt: now } })
  const desk = deskOf(tx, decision, person, null, now)
  for (const action of decision.actions) {
    // The same person may have answered another part of it before.
    const isEarlier = action.begunAt !== null && action.begunAt < review.at
    const byThisAnswer = action.origin === review.personId && !isEarlier
    if (action.undoOf !== null) {
      if (byThisAnswer && action.createdAt >= review.at) await desk.withdrawUndo(action)
    } else if (action.origin === 'tool') {
      if (action.state === 'dropped' && action.settledAt?.getTime() === review.at.getTime()) await desk.reopen(action)
    } else if (byThisAnswer) await desk.withdraw(action, action.createdAt < review.at)
  }
  const place = isOfRisk ? { lane: 'risk', urgency: URGENCY.risk } : {}
  await tx.decision.update({ where: { id: decision.id }, data: { closedAt: null, ...place } })
  desk.note('taken-back', null, { answer: isOfRisk ? 'nobody-at-risk' : review.answer })
  return { decisionId: decision.id, facts: desk.facts }
}

/**
 * A decision was wrong: what was done is undone, what was held against the person no longer is, and the answer is a dismissal by
 * whoever looked at it anew.
 * @returns that answer's id, and what the log is to say
 * @throws NotAllowed
 */
export async function overturn(tx: Tx, decisionId: string, person: string, why: string, now: Date) {
  const decision = await hold(tx, decisionId, person)
  if (isStillAtRisk(decision)) throw new NotAllowed('Somebody may be at risk here: nothing was done to them.')
  const desk = deskOf(tx, decision, person, null, now)
  for (const action of decision.actions) {
    if (action.state === 'proposed') await desk.drop(action, 'Staff decided otherwise.')
    else if (action.kind !== 'redirect') await desk.undo(action)
  }
  await tx.review.updateMany({ where: { decisionId, undoneAt: null }, data: { undoneAt: now } })
  const { id } = await tx.review.create({
    data: {
      decisionId,
      personId: person,
      authorId: decision.authorId,
      answer: 'dismissed',
      why: storable(why),
      at: now,
    },
  })
  await tx.decision.update({ where: { id: decisionId }, data: { closedAt: now } })
  const { act, clauses, policy, policyVersion: version } = decision
  desk.note('reviewed', null, { answer: 'dismissed', contested: true, act, clauses, policy: { id: policy, version } })
  return { reviewId: id, facts: desk.facts }
}

const HELD = {
  item: { include: { findings: { select: { concern: true, score: true } } } },
  actions: { include: { undoneBy: true, carries: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
  reviews: { where: { undoneAt: null } },
} satisfies Prisma.DecisionInclude
type Held = Prisma.DecisionGetPayload<{ include: typeof HELD }>
type HeldAction = Held['actions'][number]

/** The decision, its row locked; and whoever wrote it, since "once per person" is decided here too. */
async function hold(tx: Tx, id: string, personId: string): Promise<Held> {
  const { item } = await tx.decision.findUniqueOrThrow({
    where: { id },
    select: { item: { select: { authorId: true, kind: true } } },
  })
  if (item.kind === 'message') await mustRead(tx, personId)
  // In the order in which settling a batch takes them: the author before what hangs on it.
  if (item.authorId) await lockPeople(tx, [item.authorId])
  await tx.$queryRaw`SELECT id FROM decision WHERE id = ${id}::uuid FOR UPDATE`
  return tx.decision.findUniqueOrThrow({ where: { id }, include: HELD })
}

/** Nobody decides about what they may not read. */
async function mustRead(tx: Tx, personId: string): Promise<void> {
  const person = await tx.person.findUnique({ where: { id: personId }, select: { roles: true } })
  if (!MESSAGE_READERS.some((role) => person?.roles.includes(role)))
    throw new NotAllowed('It was written in private: a colleague who may read private messages has to decide.')
}

async function wasEdited(tx: Tx, { accountId, externalId, seq }: Held['item']): Promise<boolean> {
  return (await tx.item.count({ where: { accountId, externalId, seq: { gt: seq } } })) > 0
}

/** All that an answer does to one decision's actions, with what the log is to say of it. */
function deskOf(tx: Tx, decision: Held, person: string, farewell: Farewell | null, now: Date) {
  const { item } = decision
  const facts: NewFact[] = []
  let written = decision.actions.length

  const note = (kind: string, action: { id: string } | null, body: { [key: string]: Json }): void => {
    const subject = { itemId: item.id, authorId: item.authorId, actionId: action?.id ?? null }
    facts.push({ kind, actor: person, ...subject, body: { account: item.accountId, ...body } })
  }

  /** Other actions of the kind for the same target that are no undo and were not undone. */
  const others = (kind: string, but: string | null): Prisma.ActionWhereInput => ({
    kind,
    accountId: item.accountId,
    undoOf: null,
    undoneBy: null,
    // What takes another letter to the platform is no warning.
    ...(kind === 'warn' ? { NOT: { carries: { kind: { not: 'warn' } } } } : {}),
    ...(isOnAuthor(kind) && item.authorId !== null
      ? { authorId: item.authorId }
      : { item: { accountId: item.accountId, externalId: item.externalId } }),
    ...(but === null ? {} : { id: { not: but } }),
  })
  const stands = async (kind: string, but: string | null): Promise<boolean> =>
    (await tx.action.count({ where: { ...others(kind, but), state: { in: STANDING }, otherwiseAt: null } })) > 0

  /** An undo of the same that is still on its way: whatever is done anew must come after it. */
  const undoUnderWay = async (kind: string): Promise<string | null> => {
    const { undoneBy: _, ...same } = others(kind, null)
    const where = { ...same, undoOf: { not: null }, state: { in: ['queued', 'running'] } }
    const undo = await tx.action.findFirst({ where, orderBy: { createdAt: 'desc' }, select: { id: true } })
    return undo?.id ?? null
  }

  /** Was this person sent the standard redirect within the period, on whatever platform? */
  const wasRedirected = async (): Promise<boolean> => {
    if (item.authorId === null || farewell === null) return false
    const since = new Date(now.getTime() - farewell.everyDays * DAY)
    const where = { id: { in: await accountsOfOne(tx, item.authorId) }, redirectedAt: { gt: since } }
    return (await tx.author.count({ where })) > 0
  }
  const noteRedirect = async (at: Date | null): Promise<void> => {
    if (item.authorId !== null) await tx.author.update({ where: { id: item.authorId }, data: { redirectedAt: at } })
  }

  const write = async (
    kind: ActionKind,
    more: {
      clause: string | null
      breach?: string | null
      afterId?: string | null
      letter?: Letter
      state?: string
      origin?: string
    },
  ) => {
    const { letter, ...rest } = more
    const action = await tx.action.create({
      data: {
        accountId: item.accountId,
        itemId: item.id,
        authorId: item.authorId,
        decisionId: decision.id,
        kind,
        breach: decision.actions.find(({ breach }) => breach !== null)?.breach ?? null,
        origin: person,
        state: 'queued',
        urgency: decision.urgency,
        runAt: now,
        createdAt: now,
        begunAt: more.state === undefined ? now : null,
        ...(letter ? { letter: letter as unknown as Prisma.InputJsonObject } : {}),
        dedupeKey: `${decision.id}:${kind}:${written++}`,
        ...rest,
      },
    })
    note(action.state, action, { action: kind, clause: action.clause })
    return action
  }

  /** After a block the person can't read what we say: so the redirect goes first, once a period, never to one at risk. */
  const before = async (kind: string): Promise<string | null> => {
    const afterId = await undoUnderWay(kind)
    if (kind !== 'block' || farewell === null || item.authorId === null) return afterId
    if ((await isAtRisk(tx, item.authorId, now)) || (await wasRedirected())) return afterId
    await noteRedirect(now)
    return (await write('redirect', { clause: null, breach: null, afterId, letter: farewell.letter })).id
  }

  const drop = async (action: { id: string; kind: string }, because: string): Promise<void> => {
    await tx.action.update({ where: { id: action.id }, data: { state: 'dropped', because, settledAt: now } })
    note('dropped', action, { action: action.kind })
  }

  const proposeAgain = async ({ kind, clause, breach }: HeldAction): Promise<void> => {
    const where = { decisionId: decision.id, kind, state: 'proposed' }
    if ((await tx.action.count({ where })) === 0) {
      await write(kind as ActionKind, { clause, breach, state: 'proposed', origin: 'tool' })
    }
  }

  /** What has not begun is dropped; what was done, or may have been, gets an undo of its own. */
  const undo = async (action: HeldAction): Promise<boolean> => {
    if (action.undoOf !== null || action.undoneBy !== null || !STANDING.includes(action.state)) return false
    // Somebody took it back on the platform itself.
    if (action.otherwiseAt !== null) return false
    const { count: caught } = await tx.action.updateMany({
      where: {
        id: action.id,
        OR: [{ state: 'unwritten' }, { state: 'queued', attempts: 0 }, { state: 'manual', settledAt: null }],
      },
      data: { state: 'dropped', because: 'Taken back before it was done.', settledAt: now },
    })
    if (caught === 1) {
      if (action.kind === 'redirect') await noteRedirect(null)
      note('dropped', action, { action: action.kind })
      return true
    }
    if (action.kind === 'warn') return withdrawn(action)
    if (isOnAuthor(action.kind) && (await stands(action.kind, action.id))) {
      await drop(action, 'Taken back, but it stands by another decision about the same person.')
      return true
    }
    // Undone only once it is known what became of it.
    const undoing = await writeUndo(action, { state: 'queued', afterId: action.id })
    note('queued', undoing, { action: action.kind, undo: true, clause: action.clause })
    return true
  }

  const writeUndo = (
    action: HeldAction,
    more: { state: string; afterId?: string; because?: string; settledAt?: Date },
  ) =>
    tx.action.create({
      data: {
        accountId: action.accountId,
        itemId: action.itemId,
        authorId: action.authorId,
        decisionId: decision.id,
        kind: action.kind,
        undoOf: action.id,
        clause: action.clause,
        origin: person,
        urgency: action.urgency,
        runAt: now,
        createdAt: now,
        begunAt: now,
        dedupeKey: `${decision.id}:undo ${action.kind}:${written++}`,
        ...more,
      },
    })

  /** What was said to a person stays said, and nobody takes it off a platform: but it no longer counts. */
  const withdrawn = async (action: HeldAction): Promise<boolean> => {
    // A letter about something else, on its way: it warned nobody.
    if (action.carries !== null && action.carries.kind !== 'warn') return false
    const because = 'The warning no longer counts. What was said stays said.'
    const undoing = await writeUndo(action, { state: 'done', because, settledAt: now })
    note('withdrawn', undoing, { action: 'warn', clause: action.clause })
    return true
  }

  /** What was proposed is agreed to. */
  const start = async (action: HeldAction): Promise<void> => {
    const isRedirect = action.kind === 'redirect'
    const twin = isRedirect ? await wasRedirected() : await stands(action.kind, action.id)
    if (twin) return drop(action, 'It stands already, by an earlier decision.')
    const data = { state: 'queued', origin: person, runAt: now, begunAt: now, afterId: await before(action.kind) }
    await tx.action.update({ where: { id: action.id }, data: { ...data, because: null, otherwiseAt: null } })
    if (isRedirect) await noteRedirect(now)
    note('queued', action, { action: action.kind, clause: action.clause })
  }

  return {
    facts,
    note,
    drop,
    undo,
    start,

    /**
     * The same, where others are answered too: what is not agreed to in bulk is left to an answer of its own. Each person is
     * asked about once, and not where it stands already.
     * @returns true if it waits
     */
    startBut: async (action: HeldAction, { id, apart }: Joint): Promise<boolean> => {
      if (!apart.some((kind) => kind === action.kind) || (await stands(action.kind, action.id))) {
        await start(action)
        return false
      }
      const beside = { decision: { reviews: { some: { togetherId: id, undoneAt: null } } } }
      const waits = await tx.action.count({
        where: { ...others(action.kind, action.id), state: 'proposed', ...beside },
      })
      if (waits > 0) await drop(action, 'It waits for an answer in another case of the same person.')
      return waits === 0
    },

    /** What a person chose instead; nothing, if it stands already. */
    startNew: async (kind: ActionKind, clause: string | null): Promise<void> => {
      if (await stands(kind, null)) return
      const afterId = await before(kind)
      const letter = kind === 'redirect' ? farewell?.letter : undefined
      if (kind === 'redirect') await noteRedirect(now)
      // Nobody is warned before somebody has written the letter.
      const state = kind === 'warn' ? { state: 'unwritten' } : {}
      await write(kind, { clause, afterId, ...state, ...(letter ? { letter } : {}) })
    },

    reopen: async (action: HeldAction): Promise<void> => {
      await tx.action.update({ where: { id: action.id }, data: { state: 'proposed', because: null, settledAt: null } })
      note('proposed', action, { action: action.kind, clause: action.clause })
    },

    /** What the answer had queued. `wasProposed`: by the tool before, so it is proposed again. */
    withdraw: async (action: HeldAction, wasProposed: boolean): Promise<void> => {
      const { count: caught } = await tx.action.updateMany({
        where: { id: action.id, OR: [{ state: 'unwritten' }, { state: 'queued', attempts: 0 }] },
        data: wasProposed
          ? { state: 'proposed', origin: 'tool', begunAt: null, afterId: null }
          : { state: 'dropped', because: 'Taken back before it was done.', settledAt: now },
      })
      if (caught === 1) {
        // Nothing was said after all: the person may be sent it another time.
        if (action.kind === 'redirect') await noteRedirect(null)
        note(wasProposed ? 'proposed' : 'dropped', action, { action: action.kind, clause: action.clause })
      } else if (action.kind !== 'redirect' && (await undo(action)) && wasProposed) await proposeAgain(action)
    },

    /** An undo the answer had queued: if it has not begun, what it would have undone simply stands. */
    withdrawUndo: async (action: HeldAction): Promise<void> => {
      const { count: caught } = await tx.action.updateMany({
        where: { id: action.id, state: 'queued', attempts: 0 },
        data: { undoOf: null, state: 'dropped', because: 'Taken back before it was done.', settledAt: now },
      })
      if (caught === 1) note('dropped', action, { action: action.kind, undo: true })
      else await proposeAgain(action)
    },
  }
}

const isOnAuthor = (kind: string): boolean => ON_AUTHOR.some((one) => one === kind)
