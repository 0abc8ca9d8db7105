export type AdviserTrouble =
  /** The key, the address or the model's name is wrong: a person must act. */
  | 'misconfigured'
  /** Asked too much. Try again at `retryAt`, or later. */
  | 'throttled'
  /** Network, time-out, server error. */
  | 'unavailable'
  /** What it says of this one item can't be used. Says nothing about the next: what a stranger wrote may be the cause. */
  | 'unusable'
  /** The service has ended. It won't come back. */
  | 'over'
  /** It isn't asked, since it failed a moment ago or has been asked enough. */
  | 'resting'

/** The error an adviser raises. `message` is a sentence for staff, safe to log: never a key, never anybody's words. */
export class AdviserError extends Error {
  override readonly name = 'AdviserError'
  readonly trouble: AdviserTrouble
  readonly retryAt: Date | undefined

  /** @param options a cause whose code (ECONNREFUSED) is for the log alone */
  constructor(trouble: AdviserTrouble, message: string, retryAt?: Date, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
    this.retryAt = retryAt
  }
}
