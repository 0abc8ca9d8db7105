import { type Order, type Outcome, PlatformError } from '../platform.ts'
import type { Account } from './account.ts'
import { Refusal, Unconfirmed } from './failure.ts'

/** What became of an order, where it did not go as it should. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Trouble of X's own: a minute, doubled each time to half an hour. */
const LONGEST = 30 * MINUTE

export const refused = (because: string): Outcome => ({ is: 'refused', because })

/**
 * Every write that comes to this can be repeated: hiding, muting, blocking and deleting twice is doing it once. Letters, which
 * can't, see to lost answers themselves (letters.ts).
 */
export function outcomeOf(error: unknown, { now }: Account, { attempt }: Order): Outcome {
  const after = (ms: number): Date => new Date(now().getTime() + ms)
  const soon = after(Math.min(MINUTE * 2 ** (attempt - 1), LONGEST))
  if (error instanceof Unconfirmed) return { is: 'retry', at: soon, because: 'X’s answer was lost.' }
  if (error instanceof PlatformError) {
    const { trouble, message: because, retryAt } = error
    if (trouble === 'throttled') return { is: 'retry', at: retryAt ?? soon, because, all: true }
    if (trouble === 'unauthorised') return { is: 'retry', at: retryAt ?? after(HOUR), because, all: true }
    // What can't be read was an answer to a look: of a write it would be an Unconfirmed.
    return { is: 'retry', at: retryAt ?? (trouble === 'unexpected' ? after(HOUR) : soon), because }
  }
  if (!(error instanceof Refusal))
    return { is: 'unconfirmed', because: 'The program met something it was not written for. Look on X.' }
  switch (error.reason) {
    case 'gone':
      return { is: 'gone' }
    case 'permission':
      return { is: 'retry', at: after(HOUR), because: NOT_GRANTED, all: true }
    case 'tier':
      return refused('X does not sell this to the app at its present plan.')
    case 'duplicate':
    case 'not-summoned':
    case 'forbidden':
    case 'invalid':
      return refused(`X refused it (status ${error.status}).`)
  }
}

const NOT_GRANTED =
  'X does not let the app do this with the account. In the developer console give the app the permissions “Read and write and Direct message”, then make new keys for the account or run `serjeant connect x` again.'
