import { ACTION_KINDS, type ActionKind } from '../../moderation/model.ts'
import type { Policy } from '../../moderation/policy.ts'
import type { Answer, Case, Farewell } from '../store/index.ts'

/** Which answers a case admits, what comes of them, and what a form says: no page and no request here. */

const DAY = 86_400_000

export const isOpen = ({ closedAt }: Case): boolean => closedAt === null

/** It is answered, and open only until the police's reference is noted, or why it was not reported. */
export const waitsForPolice = (found: Case): boolean =>
  isOpen(found) &&
  found.reviews.some(
    ({ answer, undoneAt, apart }) => undoneAt === null && answer !== 'nobody-at-risk' && apart.length === 0,
  )

/** An account that is no longer configured: nothing can be done on it, neither by the tool nor taken back by it. */
export const isConnected = ({ item }: Case): boolean => item.account.retiredAt === null

export const proposedFor = ({ actions }: Case) => actions.filter(({ state }) => state === 'proposed')

/** What was ordered or done, and stands: not what was only proposed, dropped or undone, here or there. What is done comes first. */
export const begunFor = ({ actions }: Case) =>
  BEGUN.flatMap((one) =>
    actions.filter(
      ({ state, undoOf, undoneBy, otherwiseAt }) =>
        state === one && undoOf === null && undoneBy === null && otherwiseAt === null,
    ),
  )
const BEGUN = ['done', 'running', 'queued', 'unwritten', 'manual', 'unconfirmed', 'refused']

/** Somebody at risk is never moderated: were such a thing proposed all the same, nobody could agree to it here. */
export const mayAgree = (found: Case): boolean =>
  !found.atRisk || proposedFor(found).every(({ kind }) => kind === 'redirect')

/** May it be dismissed, or an answer taken back? Where something was done, that is to undo it, which needs the account. */
export const mayGoBack = (found: Case): boolean => isConnected(found) || begunFor(found).length === 0

export const mayChange = (found: Case): boolean =>
  isOpen(found) && !waitsForPolice(found) && isConnected(found) && !found.atRisk

/** Would a block be preceded by the standard answer? As the store decides it, which has the last word. */
export function saysFarewell({ item, atRisk }: Case, farewell: Farewell | null, now: Date): farewell is Farewell {
  if (farewell === null || item.author === null || atRisk) return false
  const { redirectedAt } = item.author
  return redirectedAt === null || now.getTime() - redirectedAt.getTime() >= farewell.everyDays * DAY
}

export interface Given {
  answer: string
  action: string
  clause: string
  why: string
}

/** The answer a form gave, or a sentence that says what is missing. `possible`: what can be chosen for this case. */
export function readAnswer(
  given: Given,
  found: Case,
  policy: Policy,
  possible: readonly ActionKind[],
): (Answer & { why?: string }) | string {
  const why = given.why.trim() === '' ? {} : { why: given.why.trim() }
  const { answer } = given
  if (answer === 'dismissed' && found.atRisk) return 'If nobody is at risk, choose that, and say why.'
  if (answer === 'dismissed') return mayGoBack(found) ? { answer, ...why } : NOT_CONNECTED
  if (answer === 'nobody-at-risk') {
    // It was asked for before. Where a colleague was quicker, the store says so, reason or none.
    return mayGoBack(found) ? { answer, why: given.why.trim() } : NOT_CONNECTED
  }
  if (answer === 'agreed') {
    if (!mayAgree(found)) return 'Somebody at risk is helped, never moderated. This can’t be agreed to.'
    // "Seen" is all that can be said of what was proposed on an account that is gone: nothing of it is to be queued.
    const seen = { answer: 'changed', action: 'none', clause: null } as const
    return isConnected(found) || proposedFor(found).length === 0 ? { answer, ...why } : { ...seen, ...why }
  }
  if (answer !== 'changed') return 'Choose an answer.'
  if (found.atRisk) return 'Somebody at risk is helped, never moderated.'
  if (!isConnected(found)) return NOT_CONNECTED
  const clause = given.clause === '' ? null : given.clause
  if (clause !== null && policy.clauses.every(({ id }) => id !== clause)) return 'Choose a rule from the list.'
  if (given.action === 'none') return { answer, action: 'none', clause, ...why }
  const action = ACTION_KINDS.find((kind) => kind === given.action)
  if (action === undefined || !possible.includes(action)) return 'Choose something that can be done here.'
  if (clause === null) return 'Choose the published rule it breaks: nothing is done to anybody without one.'
  return { answer, action, clause, ...why }
}

const NOT_CONNECTED = 'This account is no longer connected, so nothing can be done on it.'
