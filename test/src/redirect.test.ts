import { describe, expect, it } from 'vitest'
import { mayRedirect } from '../../src/redirect.ts'
import type { Store } from '../../src/store/index.ts'
import { NOON } from '../builders.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** May one go now, if so many were sent, each so long after the one before, the last of them just now? */
function after(count: number, every: number): Promise<true | Date> {
  const sent = Array.from({ length: count }, (_, n) => new Date(NOON.getTime() - n * every))
  const redirects = async (_account: string, since: Date): Promise<Date[]> => sent.filter((at) => at > since)
  return mayRedirect({ outbox: { redirects } } as unknown as Store, 'mp', 20, NOON)
}

describe('how many redirects an account may send', () => {
  it.each<[string, number, number, true | number]>([
    ['the first', 0, 0, true],
    ['the twentieth in an hour', 19, MINUTE, true],
    ['the twenty-first in an hour waits until the first is an hour old', 20, MINUTE, 41 * MINUTE],
    ['the sixtieth in a day', 59, 20 * MINUTE, true],
    ['the sixty-first in a day waits until the first is a day old', 60, 20 * MINUTE, 24 * HOUR - 59 * 20 * MINUTE],
    ['after a burst on a full day, the longer wait counts', 60, MINUTE, 24 * HOUR - 59 * MINUTE],
  ])('%s', async (_what, count, every, expected) => {
    const may = await after(count, every)
    expect(may === true ? true : may.getTime() - NOON.getTime()).toBe(expected)
  })
})
