import { describe, expect, it } from 'vitest'
import {
  failureOf,
  isRefusal,
  lost,
  type Reason,
  Refusal,
  TakenForAbuse,
  Unconfirmed,
} from '../../adapters/meta/failure.ts'
import { PlatformError, type PlatformTrouble } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'
import { REFUSALS } from '../emulators/meta/refusals.ts'

/** What every code of Meta's comes to, for reads and for writes. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Known {
  code: number
  subcode?: number
  message?: string
  transient?: boolean
  status?: number
}

function failing(
  { code, subcode, message = 'secret words', transient, status = 400 }: Known,
  writes: boolean,
  regains = 0,
) {
  const error = { code, error_subcode: subcode, message, is_transient: transient }
  return failureOf({ status, body: { error } }, { writes, now: NOON, regains })
}
const waitOf = (error: Error): number =>
  error instanceof PlatformError ? (error.retryAt?.getTime() ?? Number.NaN) - NOON.getTime() : Number.NaN
const troubleOf = (error: Error): PlatformTrouble | null => (error instanceof PlatformError ? error.trouble : null)
const BOTH = [false, true]

describe('what Meta refuses', () => {
  const PERMISSION: readonly number[] = [3, 10, 200, 210, 299, 283]
  const ROWS: readonly (readonly [Reason, Known])[] = [
    ...PERMISSION.map((code) => ['permission', { code }] as const),
    ['permission', { code: 10, subcode: 1893063 }],
    ['window', { code: 10, subcode: 2018278 }],
    ['window', { code: 10, subcode: 2534022 }],
    ['gone', { code: 100, subcode: 33 }],
    ['unreachable', { code: 100, subcode: 2018001 }],
    ['unreachable', { code: 100, subcode: 2534014 }],
    ['unreachable', { code: 10, subcode: 2534014 }],
    ['unreachable', { code: 551, subcode: 1545041 }],
    ['invalid', { code: 100 }],
    ['invalid', { code: 2500 }],
    ['invalid', { code: 77_777 }],
    ['closed', { code: 12 }],
    ['duplicate', { code: 506 }],
    ['replied', { code: 10900 }],
    ['unanswerable', { code: 10903 }],
    ['no-thread', { code: 1, message: 'Instagram Direct thread not found between business and consumer' }],
  ]
  it.each(ROWS)('is %s: %o', (reason, known) => {
    for (const writes of BOTH) {
      const error = failing(known, writes)
      expect(error).toMatchObject({ name: 'Refusal', reason, code: known.code })
      expect(isRefusal(error, reason)).toBe(true)
      expect(isRefusal(error)).toBe(true)
      expect(isRefusal(error, 'abusive')).toBe(false)
      expect(error.message).not.toContain('secret words')
    }
  })

  it('is no permission beyond the codes for those', () => {
    for (const code of [199, 300]) expect(failing({ code }, false)).toMatchObject({ reason: 'invalid' })
  })
})

describe('a throttle, which comes with status 400', () => {
  const SHORT = [32, 341, 613, 80_000, 80_001, 80_002, 80_006, 80_014]
  it.each([...[4, 17].map((code) => [code, HOUR] as const), ...SHORT.map((code) => [code, 5 * MINUTE] as const)])(
    '%i waits %i ms at least, and as long as Meta says',
    (code, least) => {
      for (const writes of BOTH) {
        const error = failing({ code, transient: true }, writes)
        expect([troubleOf(error), waitOf(error)]).toEqual(['throttled', least])
        expect(waitOf(failing({ code }, writes, 7 * HOUR))).toBe(7 * HOUR)
      }
    },
  )

  it('ends with 80014', () => {
    for (const code of [79_999, 80_015]) expect(failing({ code }, false)).toBeInstanceOf(Refusal)
  })

  it.each([
    [undefined, false, /abuse/],
    [1346003, false, /abuse/],
    [1390008, true, /too short a time/],
  ])('is a day after abuse, whether Meta blames what was done or how fast (subcode %s)', (subcode, isPace, words) => {
    for (const writes of BOTH) {
      const error = failing({ code: 368, ...(subcode === undefined ? {} : { subcode }) }, writes)
      expect(error).toBeInstanceOf(TakenForAbuse)
      expect([troubleOf(error), waitOf(error)]).toEqual(['throttled', DAY])
      expect(error).toMatchObject({ isPace, message: expect.stringMatching(words) })
      expect(waitOf(failing({ code: 368 }, writes, 30 * HOUR))).toBe(30 * HOUR)
    }
  })
})

describe('a token that no longer works', () => {
  const WORDS: readonly (readonly [Known, RegExp])[] = [
    [{ code: 190, subcode: 458 }, /removed the app/],
    [{ code: 190, subcode: 459 }, /sign in at www\.facebook\.com/],
    [{ code: 190, subcode: 460 }, /changed their password/],
    [{ code: 190, subcode: 463 }, /has run out/],
    [{ code: 190, subcode: 464 }, /confirm their account/],
    [{ code: 190, subcode: 467 }, /no longer takes/],
    [{ code: 190 }, /does not take the account’s token/],
    [{ code: 102 }, /does not take the account’s token/],
    [{ code: 104 }, /does not take the account’s token/],
    [{ code: 190, message: '(#190) This method must be called with a Page Access Token' }, /not the Page’s own/],
    [{ code: 100, message: 'Invalid appsecret_proof provided in the API argument' }, /app’s secret/],
    [{ code: 100, message: 'API calls from the server require an appsecret_proof argument' }, /app’s secret/],
  ]
  it.each(WORDS)('%o', (known, words) => {
    for (const writes of BOTH) {
      const error = failing(known, writes)
      expect(troubleOf(error)).toBe('unauthorised')
      expect(error.message).toMatch(words)
    }
  })
})

describe('trouble of Meta’s own', () => {
  const ANSWERS: readonly (readonly [string, { status: number; body: unknown }])[] = [
    ['code 1', { status: 500, body: { error: { code: 1, message: 'An unknown error occurred' } } }],
    ['code 1 with 400', { status: 400, body: { error: { code: 1 } } }],
    ['code 2', { status: 400, body: { error: { code: 2, message: '' } } }],
    ['what is called transient', { status: 400, body: { error: { code: 77_777, is_transient: true } } }],
    ['a strange code with 503', { status: 503, body: { error: { code: 77_777 } } }],
    ['HTML', { status: 502, body: undefined }],
    ['HTML with 200', { status: 200, body: undefined }],
    ['an error without a code', { status: 400, body: { error: { message: 'oh' } } }],
    ['no error at all', { status: 400, body: [] }],
  ]
  it.each(ANSWERS)('%s: a read was not answered, a write may have been made', (_, answer) => {
    const around = { now: NOON, regains: 0 }
    expect(troubleOf(failureOf(answer, { ...around, writes: false }))).toBe('unavailable')
    expect(failureOf(answer, { ...around, writes: true })).toBeInstanceOf(Unconfirmed)
  })

  it('is the same where the answer was lost', () => {
    expect(troubleOf(lost(false))).toBe('unavailable')
    expect(lost(true)).toBeInstanceOf(Unconfirmed)
  })
})

it('quotes none of Meta’s own words', () => {
  for (const refusal of Object.values(REFUSALS)) {
    const answer = refusal()
    for (const writes of BOTH) {
      const said = failureOf(answer, { writes, now: NOON, regains: 0 }).message
      const { message } = (answer.body as { error?: { message: string } }).error ?? { message: '<html>' }
      expect(said).not.toContain(message)
    }
  }
})
