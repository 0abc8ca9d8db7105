import { z } from 'zod'
import { ON_AUTHOR } from '../../moderation/model.ts'
import { ability, type Capabilities, type Order, type Outcome } from '../platform.ts'
import type { Parts } from './account.ts'
import { answerTo } from './faults.ts'
import { type Deed, deedKey, type Standing } from './ledger.ts'
import { linkTo } from './script.ts'

export const CAPABILITIES: Capabilities = {
  hide: { reply: 'automatic', quote: 'automatic', comment: 'automatic' },
  delete: 'impossible',
  'close-comments': 'impossible',
  mute: 'automatic',
  restrict: 'impossible',
  block: 'automatic',
  'delete-own': 'automatic',
  report: 'manual',
  redirect: 'automatic',
  warn: 'automatic',
}

export const isLetter = (action: Deed['action']) => action === 'redirect' || action === 'warn'

export async function perform(
  { setup, faults, ledger, find }: Parts,
  order: Order,
  signal: AbortSignal,
): Promise<Outcome> {
  const now = setup.now().getTime()
  const fault = await faults.meet('perform', signal)
  const failed = fault && answerTo(fault, now)
  if (failed) return failed

  const { action, item, undo } = order
  const can = ability(CAPABILITIES, action, item?.kind ?? 'reply')
  if (can === 'impossible') return { is: 'refused', because: 'The rehearsal has nothing of the kind.' }
  if (can === 'manual') return undo ? { is: 'refused', because: 'A report can’t be taken back.' } : byHand(order)
  if (undo && action === 'delete-own') return { is: 'refused', because: 'What was deleted can’t be brought back.' }
  const target = targetOf(order)
  if (target === null) return { is: 'refused', because: 'The order does not say on whom or on what.' }

  let outcome: Outcome = { is: 'already-done', receipt: { target } }
  await ledger.write((standing) => {
    const stands = standing.has(deedKey({ action, target }))
    if (stands !== undo) return null
    const no = undo ? null : objection(order, standing, find)
    outcome = no ?? { is: 'done', receipt: { target } }
    const to = isLetter(action) ? (item?.id ?? null) : null
    return no ? null : { order: order.id, action, undo, target, to, at: now }
  })
  return fault === 'lost-answer' ? { is: 'unconfirmed', because: 'The answer was lost on the way.' } : outcome
}

/** What stands in the way of an order that would be carried out otherwise. */
function objection({ action, item, author }: Order, standing: Standing, find: Parts['find']): Outcome | null {
  if (action === 'delete-own') {
    const isOurs = [...standing.values()].some((deed) => isLetter(deed.action) && deed.target === item?.id)
    return isOurs ? null : { is: 'refused', because: 'The account did not write this, so it can’t delete it.' }
  }
  // A person outlasts what they wrote.
  if (item && !ON_AUTHOR.includes(action) && !find(item.id)) return { is: 'gone' }
  if (isLetter(action) && author && standing.has(deedKey({ action: 'block', target: author.id })))
    return { is: 'refused', because: 'This person is blocked, so they would not see it.' }
  return null
}

function targetOf({ action, item, author, prepared, receipt }: Order): string | null {
  const named = z.object({ target: z.string() }).safeParse(receipt).data
  if (named) return named.target
  if (isLetter(action)) return z.object({ letter: z.string() }).safeParse(prepared).data?.letter ?? null
  return (ON_AUTHOR.includes(action) ? author?.id : item?.id) ?? null
}

function byHand({ item, author, breach }: Order): Outcome {
  const link = linkTo(item?.id ?? `people/${author?.handle ?? ''}`)
  const what = breach === undefined ? '“Something else”' : `the reason nearest to “${breach}”`
  return { is: 'manual', link, words: `Open the menu (⋯) beside it, press Report, choose ${what} and press Send.` }
}
