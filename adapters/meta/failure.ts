import { z } from 'zod'
import { PlatformError } from '../platform.ts'

/** What Meta's answers mean, by the code in their bodies: a throttle has status 400 like all the rest. */

/** Why Meta said no. */
export type Reason =
  /** It is not there, or not for this token to see: Meta tells neither apart. */
  | 'gone'
  /** A permission, a task on the Page or a reviewed feature is missing. */
  | 'permission'
  /** A parameter is wrong, or what it names. */
  | 'invalid'
  /** The person wrote more than 24 hours ago. */
  | 'window'
  /** There was a private reply to it already. */
  | 'replied'
  /** The same text was posted before. */
  | 'duplicate'
  /** No private reply can be given to it. */
  | 'unanswerable'
  /** The person can't be reached: they have gone, or take no messages. */
  | 'unreachable'
  /** Meta took the office's own words for abuse. */
  | 'abusive'
  /** Meta has closed this way for all. */
  | 'closed'
  /** There is no conversation with the person. */
  | 'no-thread'

/** Meta understood and said no: nothing was done. Its own words may quote what was sent, so they are not kept. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: Reason
  readonly code: number
  readonly subcode: number | undefined

  constructor(reason: Reason, code: number, subcode?: number) {
    super(`Meta said no (${reason}: ${subcode === undefined ? code : `${code}/${subcode}`}).`)
    this.reason = reason
    this.code = code
    this.subcode = subcode
  }
}

export function isRefusal(error: unknown, ...reasons: Reason[]): error is Refusal {
  return error instanceof Refusal && (reasons.length === 0 || reasons.includes(error.reason))
}

/** A write was sent, and its answer was lost or can't be read: it may have been made. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed'

  constructor() {
    super('Meta was asked, and its answer was lost.')
  }
}

/** Meta in trouble with one answer: it may be with this one alone, and for ever. */
export const isOfOne = (error: unknown): boolean =>
  error instanceof PlatformError && ['unavailable', 'unexpected'].includes(error.trouble)

/** What came back, as far as it could be read. `body` is undefined where it is no JSON. */
export interface Answer {
  status: number
  body: unknown
}

/** What Meta calls an error. */
const Fault = z.object({
  code: z.number(),
  error_subcode: z.number().optional().catch(undefined),
  message: z.string().catch(''),
  is_transient: z.boolean().optional().catch(undefined),
})
const Faulty = z.object({ error: Fault })

/** Codes of a throttle, beside those of the business use cases (80000 to 80014). */
const THROTTLES: readonly number[] = [4, 17, 32, 341, 613]
/** Counted by the hour, so that less than an hour is no help. */
const HOURLY: readonly number[] = [4, 17]
const isThrottle = (code: number): boolean => THROTTLES.includes(code) || (code >= 80_000 && code <= 80_014)

/** Taken for abuse, or temporarily blocked: one code for both. */
export const ABUSIVE = 368
/** Its subcode where it was the pace alone. Meta's own pages do not name it; all who met it report the same. */
const TOO_FAST = 1390008

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Circumstances {
  writes: boolean
  now: Date
  /** How long Meta says that it will answer nobody, in milliseconds: 0 where it says nothing. */
  regains: number
}

/**
 * What an answer that is no success comes to.
 * @returns PlatformError (nothing was done), Refusal (Meta said no), Unconfirmed (a write may have been made)
 */
export function failureOf({ status, body }: Answer, { writes, now, regains }: Circumstances): Error {
  const { data } = Faulty.safeParse(body)
  if (!data) return status === 429 ? throttled(new Date(now.getTime() + Math.max(regains, 5 * MINUTE))) : lost(writes)
  const { code, error_subcode: subcode, message, is_transient: transient } = data.error
  const wait = (ms: number): Date => new Date(now.getTime() + Math.max(ms, regains))
  if (isThrottle(code)) return throttled(wait(HOURLY.includes(code) ? HOUR : 5 * MINUTE))
  if (code === 190 || code === 102 || code === 104)
    return new PlatformError('unauthorised', lockedOut(subcode, message))
  if ((code === 100 || code === 1) && /appsecret_proof|client secret/i.test(message))
    return new PlatformError('unauthorised', WRONG_SECRET)
  if (code === ABUSIVE) return new TakenForAbuse(wait(DAY), subcode === TOO_FAST)
  if (/reduce the amount of data/i.test(message) && !writes) return new TooMuch()
  const reason = reasonOf(code, subcode, message)
  if (reason !== null) return new Refusal(reason, code, subcode)
  if (transient === true || code === 1 || code === 2 || status >= 500) return lost(writes)
  return new Refusal('invalid', code, subcode)
}

/** A call whose answer was lost on the way, took too long, or can't be read. */
export const lost = (writes: boolean): Error => (writes ? new Unconfirmed() : unavailable())

const unavailable = (): PlatformError =>
  new PlatformError('unavailable', 'Meta could not be reached, or answered in a way that can’t be read.')

const throttled = (retryAt: Date): PlatformError =>
  new PlatformError(
    'throttled',
    'Facebook and Instagram answer no more calls for a while: they limit how many there are.',
    { retryAt },
  )

/** Meta finds that one call asks for more than it cares to gather, or gathered more than is read here. */
export class TooMuch extends PlatformError {
  constructor() {
    super('unavailable', 'Meta has more to say in one answer than it can.')
  }
}

/** Meta takes something for abuse, and lets the account write nothing for now, whatever it is. */
export class TakenForAbuse extends PlatformError {
  override readonly retryAt: Date
  /** It was only too much at once, and no words are to blame. */
  readonly isPace: boolean

  constructor(retryAt: Date, isPace: boolean) {
    super('throttled', isPace ? HURRIED : HELD)
    this.retryAt = retryAt
    this.isPace = isPace
  }
}

const HELD =
  'Meta took something that this account did or said for abuse and lets it do nothing more for now. Sign in to Facebook with the account of whoever manages the Page: it says why. For a day Serjeant only reads.'
const HURRIED =
  'Meta says that this account did too much in too short a time and lets it do nothing more for now. For a day Serjeant only reads.'

function reasonOf(code: number, subcode: number | undefined, message: string): Reason | null {
  // Instagram's word for somebody who can't be found, whatever the code beside it.
  if (subcode === 2534014) return 'unreachable'
  switch (code) {
    case 1:
      return /thread not found/i.test(message) ? 'no-thread' : null
    case 10:
      // Messenger's subcode and Instagram's.
      return subcode === 2018278 || subcode === 2534022 ? 'window' : 'permission'
    case 12:
      return 'closed'
    // The media is not there; an id that Meta does not know at all.
    case 24:
    case 803:
      return 'gone'
    case 200:
      // An edge that Pages of the new kind do not have.
      return subcode === 2069030 ? 'closed' : 'permission'
    case 100:
      return subcode === 33 ? 'gone' : subcode === 2018001 ? 'unreachable' : 'invalid'
    case 506:
      return 'duplicate'
    case 551:
      return 'unreachable'
    case 2500:
      return 'invalid'
    case 10900:
      return 'replied'
    case 10903:
      return 'unanswerable'
    default:
      return code === 3 || code === 283 || (code >= 200 && code <= 299) ? 'permission' : null
  }
}

/** The proof is made with the app's secret: Meta finds it wrong where the secret was changed. */
const WRONG_SECRET =
  'Meta does not take the app’s secret. Open the app at developers.facebook.com, Settings, Basic, copy “App secret” into Serjeant’s configuration and start Serjeant again.'

const AGAIN = 'Then run `npx serjeant connect facebook` (or `instagram`) again.'
const ENDINGS: Readonly<Record<number, string>> = {
  458: `Somebody has removed the app from the account that connected it. ${AGAIN}`,
  459: `Facebook wants whoever connected the app to sign in at www.facebook.com and do what it asks there. ${AGAIN}`,
  460: `Whoever connected the app has changed their password, or Facebook has signed them out. ${AGAIN}`,
  463: `The sign-in to Facebook has run out. ${AGAIN}`,
  464: `Facebook wants whoever connected the app to confirm their account at www.facebook.com. ${AGAIN}`,
  467: `Facebook no longer takes the sign-in. ${AGAIN}`,
  492: `Whoever connected the app no longer has a part in running the Page. Somebody who has must connect it. ${AGAIN}`,
}

function lockedOut(subcode: number | undefined, message: string): string {
  if (/page access token/i.test(message)) {
    return 'The token is not the Page’s own. Run `npx serjeant connect facebook` (or `instagram`), which gets that one.'
  }
  return endingOf(subcode)
}

/** Why a token no longer works, in words for staff. @param subcode Meta's */
export const endingOf = (subcode: number | undefined): string =>
  ENDINGS[subcode ?? 0] ?? `Facebook does not take the account’s token. ${AGAIN}`
