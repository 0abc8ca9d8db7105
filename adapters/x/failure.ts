import { ApiPartialResponseError, ApiRequestError, ApiResponseError } from 'twitter-api-v2'
import { z } from 'zod'
import { PlatformError } from '../platform.ts'

/** Why X said no. */
export type Reason =
  /** A reply to somebody who has neither mentioned the account nor quoted it. */
  | 'not-summoned'
  /** The same text was posted before. */
  | 'duplicate'
  /** Not sold at this tier, or not to this app. */
  | 'tier'
  /** The app or the token was not granted this. */
  | 'permission'
  /** The post or the person is not there, or not to be seen. */
  | 'gone'
  /** A parameter is wrong. */
  | 'invalid'
  /** Anything else: another's conversation, somebody who takes no messages. */
  | 'forbidden'

/** X understood and said no: nothing was done. `said` is X's own sentence; it may quote what was sent, so it is not logged. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: Reason
  readonly status: number
  readonly said: string

  constructor(reason: Reason, status: number, said: string) {
    super(`X answered with status ${status} (${reason}).`)
    this.reason = reason
    this.status = status
    this.said = said
  }
}

export function isRefusal(error: unknown, ...reasons: Reason[]): error is Refusal {
  return error instanceof Refusal && (reasons.length === 0 || reasons.includes(error.reason))
}

/** A write was sent, and its answer was lost or can't be read: it may have been made. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed'

  constructor() {
    super('X was asked, and its answer was lost.')
  }
}

const Word = z.string().catch('')
const Problem = z.object({ title: Word, detail: Word, type: Word, message: Word, reason: Word }).partial()

/** X's account of what is wrong: at the top of an answer, or the first of its `errors`. */
const Problems = Problem.extend({ errors: z.array(Problem.catch({})).catch([]).optional() }).catch({})

/** Everything said, for matching; and the one sentence that says most. */
export function wordsOf(data: unknown): { all: string; said: string } {
  const { errors = [], ...top } = Problems.parse(data ?? {})
  const each = [top, ...errors]
  const said = each.map(({ detail, message }) => detail || message).find(Boolean)
  return {
    all: each.flatMap((one) => [one.title, one.type, one.reason, one.detail, one.message]).join('\n'),
    said: said ?? top.title ?? '',
  }
}

const HOUR = 3_600_000

const SPENT: readonly [RegExp, string][] = [
  [
    /spend-?cap|spend cap|spending limit/i,
    'The spending limit set in X’s developer console is reached: raise it there.',
  ],
  [
    /usage-capped|UsageCapExceeded|usage cap/i,
    'X’s cap on how many posts may be read in a month is reached. The developer console shows when it starts again, and sells more.',
  ],
  [
    /CreditsDepleted|problems\/credits|credits/i,
    'X has stopped: the prepaid credits are used up. Buy more in X’s developer console. Serjeant tries again every hour by itself.',
  ],
]

/** Money or quota is used up; staff must see to it, and it may be seen to at any moment. */
function spentOf(status: number, words: string, now: Date): PlatformError | null {
  if (status !== 402 && status !== 403 && status !== 429) return null
  const found = SPENT.find(([pattern]) => pattern.test(words))
  if (!found && status !== 402) return null
  const sentence = found?.[1] ?? 'X wants to be paid before it answers: look in the developer console.'
  return new PlatformError('throttled', sentence, { retryAt: new Date(now.getTime() + HOUR) })
}

const REASONS: readonly [RegExp, Reason][] = [
  [/reply to this conversation is not allowed|not been mentioned or otherwise engaged/i, 'not-summoned'],
  [/duplicate content/i, 'duplicate'],
  [/oauth1-permissions|app permissions|unsupported-authentication|\bscopes?\b/i, 'permission'],
  [/client-forbidden|client-not-enrolled|enterprise|access level|not enrolled/i, 'tier'],
  [/resource-not-found|not.found.error|no longer (exists|available)|(is|was) deleted|not visible to you/i, 'gone'],
]

/** What X said no to, by its own words. @param data the answer's body */
export function refusalOf(status: number, data: unknown): Refusal {
  const { all, said } = wordsOf(data)
  const named = REASONS.find(([pattern]) => pattern.test(all))?.[1]
  const otherwise = status === 404 || status === 410 ? 'gone' : status === 403 ? 'forbidden' : 'invalid'
  return new Refusal(named ?? otherwise, status, said)
}

const LOCKED = /\b(your|this) account\b[^.]{0,40} (suspended|locked)|not permitted to access this feature/i

/** The account's own token does not work, or the account itself is stopped. */
export function lockedOut(because?: 'locked'): PlatformError {
  return new PlatformError(
    'unauthorised',
    because === 'locked'
      ? 'X has suspended or locked this account. Sign in to the X app, which says what to do; nothing can be done from here.'
      : 'X refuses the account’s keys: they were changed, or somebody has withdrawn the app’s access. Ask whoever installed Serjeant to stop it, put the new ones in its configuration or run npx serjeant connect x, and start it again.',
  )
}

const unreachable = (): PlatformError => new PlatformError('unavailable', 'X could not be reached.')

/** Of the system's errors those that come before a connection is there: nothing can have been sent. */
const BEFORE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const Cause = z.object({ _options: z.object({ error: z.object({ code: z.string() }) }) })

/** Whether X may have taken the request in. The library documents `requestError`, and leaves it empty. */
function mayHaveArrived(error: unknown): boolean {
  const { data } = Cause.safeParse(error)
  return !(data && BEFORE.has(data._options.error.code))
}

/**
 * What went wrong, in the port's words, as a Refusal, or as Unconfirmed. The library's own errors hold the request with its
 * keys and strangers' words: none of that is passed on, not even as a cause.
 * @param retryAt for "too many requests": from X's headers
 */
export function failureOf(
  error: unknown,
  { writes, now, retryAt }: { writes: boolean; now: Date; retryAt: Date | undefined },
): PlatformError | Refusal | Unconfirmed {
  if (error instanceof PlatformError || error instanceof Refusal) return error
  if (error instanceof ApiRequestError) return writes && mayHaveArrived(error) ? new Unconfirmed() : unreachable()
  if (error instanceof ApiPartialResponseError) return writes ? new Unconfirmed() : unreachable()
  if (!(error instanceof ApiResponseError)) return writes ? new Unconfirmed() : unreachable()
  const status = error.code
  const { all } = wordsOf(error.data)
  const spent = spentOf(status, all, now)
  if (spent) return spent
  if (status === 429) return new PlatformError('throttled', 'X asks for fewer requests.', retryAt ? { retryAt } : {})
  if (status === 401) return lockedOut()
  // Neither says whether the work was done before it failed.
  if (status >= 500 || status === 408)
    return writes ? new Unconfirmed() : new PlatformError('unavailable', `X is in trouble (status ${status}).`)
  if (status === 403 && LOCKED.test(all)) return lockedOut('locked')
  return refusalOf(status, error.data)
}
