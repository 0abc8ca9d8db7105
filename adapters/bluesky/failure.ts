import { XRPCError } from '@atproto/api'
import { PlatformError } from '../platform.ts'

/** Bluesky understood and said no. Never logged: `said` is Bluesky's own sentence and may quote what it was sent. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Bluesky's word for it: RecordNotFound, InvalidSwap. */
  readonly error: string
  readonly said: string
  readonly status: number

  constructor(error: string, said: string, status: number) {
    super(`Bluesky answered ${error}.`)
    this.error = error
    this.said = said
    this.status = status
  }
}

/** An app password without access to direct messages; Bluesky says only that the token is of the wrong kind. */
export function isWithoutMessages(error: unknown): boolean {
  return isRefusal(error, 'InvalidToken') && error.said === 'Bad token method'
}

export function isRefusal(error: unknown, ...names: string[]): error is Refusal {
  return error instanceof Refusal && names.includes(error.error)
}

const NEW_PASSWORD =
  'In Bluesky open Settings, Privacy and security, App passwords, add one with access to direct messages, put it in the configuration and start Serjeant again.'

const STOPPED: Record<string, string> = {
  AuthFactorTokenRequired: `Bluesky wants a code by e-mail, since the password given is the account’s own. ${NEW_PASSWORD}`,
  AccountTakedown: 'Bluesky has taken this account down. Appeal in the Bluesky app; nothing can be done from here.',
  AccountDeactivated: 'Somebody has deactivated this account. Sign in to the Bluesky app to bring it back.',
  RepoNotFound:
    'Bluesky has suspended this account, or somebody has deactivated or deleted it. The Bluesky app says which.',
}

/**
 * Bluesky does not let the account in, or no longer: what staff can do about it.
 * @param error Bluesky's word for it
 */
export function lockedOut(error: string): PlatformError {
  const other = `Bluesky refused the app password: it is wrong, or somebody has removed it. ${NEW_PASSWORD}`
  return new PlatformError('unauthorised', STOPPED[error] ?? other)
}

/** A question about the account itself, and Bluesky knows of no such account: the nearest it comes to saying so. */
export function unknownSelf(error: unknown): PlatformError | null {
  const isUnknown = isRefusal(error, 'InvalidRequest') && /^(Could not find repo|Profile not found)/.test(error.said)
  return isUnknown ? lockedOut('RepoNotFound') : null
}

/** Of the account itself, by its own server. Of anybody else these same words come with status 400. */
export function isLockedOut(error: Refusal): boolean {
  return error.status === 401 && isRefusal(error, 'AccountTakedown', 'AccountDeactivated', 'AuthMissing')
}

export interface Waiting {
  now: () => Date
  /** 0 to 1. */
  random: () => number
}

/** Anything up to half a minute, doubled each time to half an hour: many programs must not come back at once. */
export function backoff({ now, random }: Waiting, earlier: number): Date {
  const longest = Math.min(30_000 * 2 ** earlier, 1_800_000)
  return new Date(now().getTime() + 1_000 + Math.floor(random() * longest))
}

/**
 * What went wrong, in the port's words or as a Refusal. Bluesky's own errors carry headers, tokens and strangers' words:
 * none of that is passed on, not even as a cause.
 * @param throttled earlier answers of "too many requests" in a row, for when Bluesky does not say how long to wait
 */
export function failureOf(error: unknown, waiting: Waiting, throttled: number): PlatformError | Refusal {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    // Raised by our own sign-in, within the client's call, which wraps it.
    if (inner instanceof PlatformError) return inner
  }
  if (!(error instanceof XRPCError)) return new PlatformError('unavailable', 'Bluesky could not be reached.')
  const status: number = error.status
  if (status === 429) {
    const retryAt = whenToReturn(error.headers ?? {}, waiting.now()) ?? backoff(waiting, throttled)
    return new PlatformError('throttled', 'Bluesky asks for fewer requests.', { retryAt })
  }
  // Below 100 are the client's own: no answer, or one that was cut off.
  if (status < 100) return new PlatformError('unavailable', 'Bluesky could not be reached.')
  if (status >= 500) return new PlatformError('unavailable', `Bluesky is in trouble (status ${status}).`)
  return new Refusal(/^\w{1,64}$/.test(error.error) ? error.error : `status ${status}`, error.message, status)
}

/** `retry-after` is not sent by every version, `ratelimit-reset` is; neither comes through a PDS from behind it. */
function whenToReturn(headers: Record<string, string | undefined>, now: Date): Date | undefined {
  const after = headers['retry-after']
  const reset = Number(headers['ratelimit-reset'])
  const times = [
    after === undefined ? Number.NaN : /^\d+$/.test(after) ? now.getTime() + Number(after) * 1000 : Date.parse(after),
    reset * 1000,
  ].filter((time) => time > 0)
  return times.length > 0 ? new Date(Math.max(...times, now.getTime() + 1000)) : undefined
}
