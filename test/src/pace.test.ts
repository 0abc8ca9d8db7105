import { describe, expect, it } from 'vitest'
import { backoff, interval, type Pulse } from '../../src/pace.ts'

const MINUTE = 60_000
const quiet: Pulse = {
  pace: 'live',
  now: new Date('2026-11-24T12:00:00Z'),
  timezone: 'Europe/London',
  lastPostAt: null,
  breaches: 0,
}
const ago = (minutes: number): Date => new Date(quiet.now.getTime() - minutes * MINUTE)

describe('the pace of polling', () => {
  it.each<[string, Partial<Pulse>, number]>([
    ['a quiet day', {}, MINUTE],
    ['just after the MP posted', { lastPostAt: ago(5) }, MINUTE / 2],
    ['two hours after a post', { lastPostAt: ago(121) }, MINUTE],
    ['while abuse runs high', { breaches: 5 }, MINUTE / 2],
    ['at night', { now: new Date('2026-11-24T02:00:00Z') }, 3 * MINUTE],
    ['at night in summer time, where the office is', { now: new Date('2026-07-01T22:30:00Z') }, 3 * MINUTE],
    ['at night while abuse runs high', { now: new Date('2026-11-24T02:00:00Z'), breaches: 9 }, MINUTE / 2],
    ['reconciling', { pace: 'slow' }, 15 * MINUTE],
    ['reconciling after a post', { pace: 'slow', lastPostAt: ago(1) }, 10 * MINUTE],
  ])('%s', (_when, given, expected) => {
    expect(interval({ ...quiet, ...given })).toBe(expected)
  })

  it('backs off from 15 to 30 seconds, doubling to a quarter of an hour at most', () => {
    expect([backoff(0, 0), backoff(0, 1)]).toEqual([15_000, 30_000])
    expect(backoff(2, 1)).toBe(120_000)
    expect(backoff(1000, 1)).toBe(15 * MINUTE)
  })
})
