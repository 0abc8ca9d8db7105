import type { Act, Escalation } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { decisionRow, judgedFact, type Plan, saveActions } from './assessing.ts'
import type { Tx } from './db.ts'
import { ALONE } from './likeness.ts'
import type { NewFact } from './log.ts'

/**
 * An item is judged once more when something was learnt about it after it was decided: what its pictures show, or whose
 * portrait its author wears. Its decision is amended, never doubled, and only ever grows stronger: what was done stays
 * done, and what a person answered stands unless there is more to answer now.
 */

/** What amending must know of the decision there is. */
export const EARLIER_DECISION = {
  select: {
    id: true,
    outcome: true,
    act: true,
    clauses: true,
    reasons: true,
    lane: true,
    escalate: true,
    atRisk: true,
    closedAt: true,
    decidedAt: true,
    alertedAt: true,
    reviews: { where: { undoneAt: null }, select: { id: true, answer: true, change: true } },
    actions: { where: { undoOf: null }, select: { id: true, kind: true, state: true, origin: true } },
  },
} satisfies Prisma.Item$decisionArgs
export type Earlier = Prisma.DecisionGetPayload<typeof EARLIER_DECISION>

const STRENGTH: Readonly<Record<string, number>> = { none: 0, review: 1, hide: 2, block: 3 } satisfies Record<
  Act,
  number
>
const strengthOf = (act: string): number => STRENGTH[act] ?? 0

const BECAUSE = 'Judged once more, with what was seen since.'
const AT_RISK = 'Judged once more: somebody may be at risk.'

/** What came of judging an item once more. */
export interface Amended {
  /** For the log. */
  facts: NewFact[]
  /** What the decision rests on now: what was found at first, what was found now, or both. */
  restsOn: 'earlier' | 'fresh' | 'both'
}

/**
 * Judges that are asked over a network find more one time and less another, so what was known and is not found again counts
 * still: whoever was at risk remains so, and whoever was to be called is called, until a person says otherwise.
 */
export async function amend(tx: Tx, plan: Plan, isNewest: boolean, now: Date): Promise<Amended> {
  const { row } = plan
  const earlier = row.decision
  if (!earlier) return { facts: [], restsOn: 'fresh' }
  const facts = [judgedFact(plan)]
  const wasAnswered = isAnswered(earlier)
  const stood = earlier.reviews.some(({ answer }) => answer === 'dismissed')
    ? { atRisk: false, escalate: null }
    : { atRisk: earlier.atRisk, escalate: earlier.escalate as Escalation | null }
  const decision = { ...plan.decision, escalate: callOf(plan.decision.escalate, stood.escalate) }
  const isEndangered = decision.atRisk && !earlier.atRisk
  const isNewCall = decision.escalate !== null && decision.escalate !== earlier.escalate
  const isStronger = strengthOf(decision.act) > strengthOf(earlier.act) || isNewCall || isEndangered
  const isWeaker = strengthOf(decision.act) < strengthOf(earlier.act)
  const stands =
    !isNewest ||
    (stood.atRisk && !decision.atRisk) ||
    (isWeaker && !isEndangered && !isNewCall) ||
    (wasAnswered && !isStronger)
  if (stands) return { facts, restsOn: 'earlier' }

  const fresh = decisionRow(decision)
  // Only whom to call is new.
  const callsOnly = isWeaker && !isEndangered
  const { outcome, act, clauses, reasons } = earlier
  const kept = { outcome, act, clauses, reasons: [...new Set([...reasons, ...fresh.reasons])] }
  const stays = !wasAnswered && fresh.lane === earlier.lane
  await tx.decision.update({
    where: { id: earlier.id },
    data: {
      ...fresh,
      ...(callsOnly ? kept : {}),
      ...ALONE,
      closedAt: null,
      // Whoever waited longest is still answered first.
      decidedAt: stays ? earlier.decidedAt : now,
      alertedAt: fresh.escalate === earlier.escalate && !isEndangered ? earlier.alertedAt : null,
    },
  })
  if (wasAnswered) {
    // The person answered without knowing this. What they did stays done.
    await tx.review.updateMany({ where: { decisionId: earlier.id, undoneAt: null }, data: { undoneAt: now } })
    facts.push({ kind: 'reopened', itemId: row.id, authorId: row.authorId, body: { account: row.accountId } })
  }
  if (callsOnly) return { facts, restsOn: 'both' }
  if (isEndangered) facts.push(...(await callOff(tx, plan, earlier, now)))
  facts.push(...(await amendActions(tx, { ...plan, decision }, earlier, fresh.urgency, now)))
  return { facts, restsOn: 'fresh' }
}

const callOf = (fresh: Escalation | null, earlier: Escalation | null): Escalation | null =>
  earlier === 'police' ? earlier : (fresh ?? earlier)

/** Somebody is at risk: what the tool was about to do by itself, and did not begin, is left undone. */
async function callOff(
  tx: Tx,
  { row: { id: itemId, authorId, accountId } }: Plan,
  { actions }: Earlier,
  now: Date,
): Promise<NewFact[]> {
  const facts: NewFact[] = []
  for (const { id: actionId, kind } of actions.filter(({ state, origin }) => state === 'queued' && origin === 'tool')) {
    const { count } = await tx.action.updateMany({
      where: { id: actionId, state: 'queued', attempts: 0 },
      data: { state: 'dropped', because: AT_RISK, settledAt: now },
    })
    if (count === 0) continue
    if (kind === 'redirect' && authorId !== null) {
      await tx.author.update({ where: { id: authorId }, data: { redirectedAt: null } })
    }
    facts.push({ kind: 'dropped', itemId, authorId, actionId, body: { account: accountId, action: kind } })
  }
  return facts
}

async function amendActions(
  tx: Tx,
  { row: { id: itemId, authorId, accountId }, decision }: Plan,
  { id: decisionId, actions }: Earlier,
  urgency: number,
  now: Date,
): Promise<NewFact[]> {
  const facts: NewFact[] = []
  const note = (kind: string, actionId: string, action: string): void => {
    facts.push({ kind, itemId, authorId, actionId, body: { account: accountId, action } })
  }
  for (const { id, kind } of actions.filter(({ state }) => state === 'proposed')) {
    const step = decision.steps.find(({ action }) => action === kind)
    if (step === undefined) {
      await tx.action.update({ where: { id }, data: { state: 'dropped', because: BECAUSE, settledAt: now } })
      note('dropped', id, kind)
    } else if (step.how === 'perform' && kind !== 'redirect') {
      await tx.action.update({ where: { id }, data: { state: 'queued', runAt: now, begunAt: now, urgency } })
      note('queued', id, kind)
    } else await tx.action.update({ where: { id }, data: { urgency } })
  }
  const present = new Set(actions.filter(({ state }) => state !== 'dropped').map(({ kind }) => kind))
  // A picture asks for no help: whether the standard answer goes out was settled with the words.
  const missing = decision.steps.filter(({ action }) => action !== 'redirect' && !present.has(action))
  const made = missing.map(({ action, how, clause, breach }, n) => ({
    accountId,
    itemId,
    authorId,
    decisionId,
    kind: action,
    clause,
    breach,
    origin: 'tool',
    state: how === 'perform' ? 'queued' : 'proposed',
    urgency,
    runAt: now,
    createdAt: now,
    begunAt: how === 'perform' ? now : null,
    dedupeKey: `${decisionId}:again ${action}:${actions.length + n}`,
  }))
  return [...facts, ...(await saveActions(tx, made))]
}

/** Has a person said anything of it that stands? They may have answered a part of it, and left the rest open. */
export const isAnswered = ({ closedAt, reviews }: Earlier): boolean => closedAt !== null || reviews.length > 0

/** How many of an author's breaches are those on the item itself: one at most, in however many parts it was answered. */
export const breachesOn = (earlier: Earlier | null): number =>
  earlier?.reviews.some(({ answer, change }) => {
    if (answer === 'agreed') return strengthOf(earlier.act) >= strengthOf('hide')
    const { clause } = (change ?? {}) as { clause?: string | null }
    return answer === 'changed' && clause !== null && clause !== undefined
  })
    ? 1
    : 0
