import { type Order, type Outcome, PlatformError } from '../platform.ts'
import { Refusal, Unconfirmed } from './failure.ts'
import type { Account } from './graph.ts'

/** What became of an order, where it did not go as it should. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Trouble of Meta's own: a minute, doubled each time to half an hour. */
const LONGEST = 30 * MINUTE

type App = 'Facebook' | 'Instagram'

export const refused = (because: string): Outcome => ({ is: 'refused', because })
/** @param what what the action would need: 'comment' */
export const unnamed = (what: string, app: App): Outcome => refused(`The order names no ${what} on ${app}.`)
/** @param what what can't be undone: 'a deletion' */
export const irrevocable = (what: string, app: App): Outcome => refused(`${app} has no way to take back ${what}.`)

type CarryingOut = (account: Account, order: Order, signal: AbortSignal) => Promise<Outcome>

/** The port's perform(): whatever Meta answers becomes an outcome, and only an aborted signal rejects. */
export function performing(app: App, carryOut: CarryingOut): CarryingOut {
  return async (account, order, signal) => {
    signal.throwIfAborted()
    try {
      return await carryOut(account, order, signal)
    } catch (error) {
      signal.throwIfAborted()
      return outcomeOf(error, account, order, app)
    }
  }
}

/**
 * Every write that comes to this can be repeated: hiding, blocking and deleting twice is doing it once. Letters, which can't, see
 * to lost answers themselves.
 */
export function outcomeOf(
  error: unknown,
  { now }: Pick<Account, 'now'>,
  { attempt }: Pick<Order, 'attempt'>,
  platform: App,
): Outcome {
  const after = (ms: number): Date => new Date(now().getTime() + ms)
  const soon = after(Math.min(MINUTE * 2 ** (attempt - 1), LONGEST))
  if (error instanceof Unconfirmed) return { is: 'retry', at: soon, because: `${platform}’s answer was lost.` }
  if (error instanceof PlatformError) {
    const { trouble, message: because, retryAt } = error
    if (trouble === 'throttled') return { is: 'retry', at: retryAt ?? soon, because, all: true }
    if (trouble === 'unauthorised') return { is: 'retry', at: retryAt ?? after(HOUR), because, all: true }
    // What can't be read was an answer to a look: of a write it would be an Unconfirmed.
    return { is: 'retry', at: retryAt ?? (trouble === 'unexpected' ? after(HOUR) : soon), because }
  }
  if (!(error instanceof Refusal))
    return { is: 'unconfirmed', because: `The program met something it was not written for. Look on ${platform}.` }
  if (error.reason === 'gone') return { is: 'gone' }
  if (error.reason === 'permission') {
    return { is: 'retry', at: after(HOUR), because: NOT_GRANTED, all: true }
  }
  return refused(REFUSED[error.reason] ?? `${platform} refused it (${error.code}).`)
}

const NOT_GRANTED =
  'Meta does not let the app do this with the Page. Run `npx serjeant doctor`, which says what is missing and who can give it.'

const REFUSED: Partial<Record<Refusal['reason'], string>> = {
  window: 'The person wrote more than 24 hours ago, and Meta lets nobody answer by program after that.',
  unreachable: 'Meta says that this person can’t be reached.',
  closed: 'Meta has closed this way for everybody.',
  abusive:
    'Meta took the office’s own words for abuse, so nobody has seen them, and Serjeant does not send the same words again for a week. Change the text: often it is a link in it. Until then answer by hand, in other words.',
}
