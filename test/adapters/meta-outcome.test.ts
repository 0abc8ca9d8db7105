import { describe, expect, it } from 'vitest'
import { type Reason, Refusal, Unconfirmed } from '../../adapters/meta/failure.ts'
import { outcomeOf, performing } from '../../adapters/meta/outcome.ts'
import { type Order, type Outcome, PlatformError } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'

/** What becomes of an order that did not go as it should. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const now = (): Date => NOON
const after = (ms: number): Date => new Date(NOON.getTime() + ms)
const outcome = (error: unknown, attempt = 1): Outcome => outcomeOf(error, { now }, { attempt }, 'Instagram')

describe.each([
  [1, 1],
  [2, 2],
  [3, 4],
  [5, 16],
  [6, 30],
  [60, 30],
  [2000, 30],
])('on try %i', (attempt, minutes) => {
  it(`what was lost, or could not be reached, is tried again after ${minutes} minutes`, () => {
    const retry = { is: 'retry', at: after(minutes * MINUTE) }
    expect(outcome(new Unconfirmed(), attempt)).toMatchObject({
      ...retry,
      because: expect.stringContaining('Instagram'),
    })
    expect(outcome(new PlatformError('unavailable', 'Away.'), attempt)).toEqual({ ...retry, because: 'Away.' })
    expect(outcome(new PlatformError('throttled', 'Slow.'), attempt)).toEqual({ ...retry, because: 'Slow.', all: true })
  })
})

it('what stops all orders waits for all, as long as Meta says', () => {
  const retryAt = after(90 * MINUTE)
  for (const trouble of ['throttled', 'unauthorised'] as const) {
    const because = 'Why.'
    expect(outcome(new PlatformError(trouble, because, { retryAt }), 3)).toEqual({
      is: 'retry',
      at: retryAt,
      because,
      all: true,
    })
  }
  const unauthorised = outcome(new PlatformError('unauthorised', 'Why.'))
  expect(unauthorised).toEqual({ is: 'retry', at: after(HOUR), because: 'Why.', all: true })
  expect(outcome(new Refusal('permission', 200))).toMatchObject({ is: 'retry', at: after(HOUR), all: true })
})

it('what can’t be read is tried again in an hour, and holds up nothing else', () => {
  expect(outcome(new PlatformError('unexpected', 'Odd.'))).toEqual({ is: 'retry', at: after(HOUR), because: 'Odd.' })
})

const FINAL = [
  'invalid',
  'window',
  'replied',
  'duplicate',
  'unanswerable',
  'unreachable',
  'closed',
  'abusive',
  'no-thread',
] as const

it.each(FINAL satisfies readonly Reason[])('a no for good (%s) is final, in words', (reason) => {
  expect(outcome(new Refusal(reason, 12_345), 7)).toMatchObject({
    is: 'refused',
    because: expect.stringMatching(/^\S.{15,}\.$/),
  })
})

it('what is gone is gone', () => {
  expect(outcome(new Refusal('gone', 100, 33))).toEqual({ is: 'gone' })
})

it('what nobody foresaw is never repeated, and its words are not told', () => {
  for (const error of [new TypeError('Bearer EAAtoken'), 'EAAtoken', undefined]) {
    const found = outcome(error)
    expect(found.is).toBe('unconfirmed')
    expect(JSON.stringify(found)).not.toContain('EAA')
  }
})

describe('carrying out', () => {
  const order = { attempt: 1 } as Order
  const account = { now } as Parameters<ReturnType<typeof performing>>[0]

  it('turns whatever is thrown into an outcome', async () => {
    const refusing = performing('Facebook', () => Promise.reject(new Refusal('gone', 100, 33)))
    expect(await refusing(account, order, new AbortController().signal)).toEqual({ is: 'gone' })
  })

  it('rejects only where it is told to stop, and then with that reason', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    let begun = 0
    const stopping = performing('Facebook', () => {
      begun++
      stop.abort(reason)
      return Promise.reject(new Unconfirmed())
    })
    await expect(stopping(account, order, stop.signal)).rejects.toBe(reason)
    await expect(stopping(account, order, stop.signal)).rejects.toBe(reason)
    expect(begun).toBe(1)
  })
})
