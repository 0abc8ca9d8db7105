import { ACTION_KINDS, type ActionKind } from '../../moderation/model.ts'
import type { Policy } from '../../moderation/policy.ts'
import type { Answer, Case } from './../store/index.ts'

/** Which answers a case admits, and what a form says: no page and no request here. */

export const isOpen = ({ closedAt }: Case): boolean => closedAt === null

/** Somebody at risk is never moderated: were such a thing proposed all the same, nobody could agree to it here. */
export const mayAgree = (found: Case): boolean =>
  found.escalate !== 'safeguarding' ||
  found.actions.every(({ state, kind }) => state !== 'proposed' || kind === 'redirect')

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
  if (answer === 'dismissed') return { answer, ...why }
  if (answer === 'agreed')
    return mayAgree(found)
      ? { answer, ...why }
      : 'Somebody at risk is helped, never moderated. This can’t be agreed to.'
  if (answer !== 'changed') return 'Choose an answer.'
  if (found.escalate === 'safeguarding') return 'Somebody at risk is helped, never moderated.'
  const clause = given.clause === '' ? null : given.clause
  if (clause !== null && policy.clauses.every(({ id }) => id !== clause)) return 'Choose a rule from the list.'
  if (given.action === 'none') return { answer, action: 'none', clause, ...why }
  const action = ACTION_KINDS.find((kind) => kind === given.action)
  if (action === undefined || !possible.includes(action)) return 'Choose something that can be done here.'
  if (clause === null) return 'Choose the published rule it breaks: nothing is done to anybody without one.'
  return { answer, action, clause, ...why }
}
