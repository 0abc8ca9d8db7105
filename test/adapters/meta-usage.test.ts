import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Bucket } from '../../adapters/meta/graph.ts'
import { type Usage, usageBy } from '../../adapters/meta/usage.ts'
import { PlatformError } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'

/** What Meta says of its limits, and what may be called then. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let time: number
let usage: Usage
beforeEach(() => {
  time = NOON.getTime()
  usage = usageBy(() => new Date(time))
})

const business = (type: string, share: Record<string, unknown>) => ({
  'x-business-use-case-usage': JSON.stringify({ '123': [{ type, ...share }] }),
})

function mayCall(bucket: Bucket, acting: boolean): boolean {
  try {
    usage.check(bucket, acting)
    return true
  } catch (error) {
    if (!(error instanceof PlatformError) || error.trouble !== 'throttled') throw error
    if (!error.retryAt || Number.isNaN(error.retryAt.getTime()))
      throw new Error('no time to try again', { cause: error })
    return false
  }
}
const all = (bucket: Bucket) => ({
  reads: mayCall(bucket, false),
  acts: mayCall(bucket, true),
  rests: usage.rest(bucket) !== null,
})
const FREE = { reads: true, acts: true, rests: false }

describe('the share that is used up', () => {
  it.each([
    [0, FREE],
    [74, FREE],
    [75, { reads: true, acts: true, rests: true }],
    [94, { reads: true, acts: true, rests: true }],
    [95, { reads: false, acts: true, rests: true }],
    [99, { reads: false, acts: true, rests: true }],
    [100, { reads: false, acts: false, rests: true }],
    [140, { reads: false, acts: false, rests: true }],
  ])('%i per cent', (used, expected) => {
    for (const measure of ['call_count', 'total_cputime', 'total_time']) {
      usage = usageBy(() => new Date(time))
      usage.heard('pages', business('pages', { [measure]: used }))
      expect(all('pages')).toEqual(expected)
    }
  })

  it('is not lowered by a call that was under way when Meta refused another', () => {
    usage.throttled('pages', new Date(time + 5 * MINUTE))
    usage.heard('pages', business('pages', { call_count: 40 }))
    expect(all('pages')).toEqual({ reads: false, acts: false, rests: true })
    time += 5 * MINUTE
    usage.heard('pages', business('pages', { call_count: 40 }))
    expect(all('pages')).toEqual(FREE)
  })

  it('counts for its own bucket alone', () => {
    usage.heard('pages', business('pages', { call_count: 100 }))
    usage.heard('instagram', business('messenger', { call_count: 100 }))
    expect(all('pages').reads).toBe(false)
    expect([all('instagram'), all('messenger')]).toEqual([FREE, FREE])
  })

  it.each(['x-app-usage', 'x-page-usage'])('is heeded from %s', (header) => {
    usage.heard('messenger', { [header]: JSON.stringify({ call_count: 1, total_cputime: 96, total_time: 2 }) })
    expect(all('messenger')).toEqual({ reads: false, acts: true, rests: true })
  })

  it('is not known without a header, and what was known stays', () => {
    expect(usage.heard('pages', {})).toBe(0)
    expect(all('pages')).toEqual(FREE)
    usage.heard('pages', business('pages', { call_count: 96 }))
    usage.heard('pages', {})
    expect(all('pages').reads).toBe(false)
  })

  it('is forgotten after a quarter of an hour, or when Meta says', () => {
    usage.heard('pages', business('pages', { call_count: 100 }))
    expect(
      usage.heard('instagram', business('instagram', { call_count: 100, estimated_time_to_regain_access: 90 })),
    ).toBe(90 * MINUTE)
    time += 15 * MINUTE - 1
    expect(all('pages').reads).toBe(false)
    time += 1
    expect([all('pages'), all('instagram').reads]).toEqual([FREE, false])
    time += 75 * MINUTE
    expect(all('instagram')).toEqual(FREE)
  })

  it('says how long to rest: ten minutes, or until calls are allowed again', () => {
    usage.heard('pages', business('pages', { call_count: 80 }))
    expect(usage.rest('pages')?.till.getTime()).toBe(time + 10 * MINUTE)
    usage.heard('pages', business('pages', { call_count: 97, estimated_time_to_regain_access: 42 }))
    expect(usage.rest('pages')?.till.getTime()).toBe(time + 42 * MINUTE)
    expect(usage.rest('pages')?.because).toMatch(/^100 per cent/)
  })
})

it('lets nothing through once Meta has refused, till it is time', () => {
  usage.throttled('pages', new Date(time + MINUTE))
  expect(all('pages')).toEqual({ reads: false, acts: false, rests: true })
  expect(all('instagram')).toEqual(FREE)
  time += MINUTE
  expect(all('pages')).toEqual(FREE)
})

describe('whatever a header holds', () => {
  const share = fc.record(
    {
      type: fc.constantFrom('pages', 'instagram', 7),
      call_count: fc.oneof(fc.double(), fc.string(), fc.constant(null)),
      total_time: fc.oneof(fc.integer(), fc.string()),
      estimated_time_to_regain_access: fc.oneof(fc.double(), fc.integer(), fc.string()),
    },
    { requiredKeys: [] },
  )
  const header = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(fc.string(), fc.oneof(fc.array(share), fc.jsonValue())).map((one) => JSON.stringify(one)),
    share.map((one) => JSON.stringify(one)),
  )

  it('is survived, with a wait of a day at most', () => {
    fc.assert(
      fc.property(header, header, (one, other) => {
        usage = usageBy(() => new Date(time))
        const regains = usage.heard('pages', { 'x-business-use-case-usage': one, 'x-app-usage': other })
        expect(regains).toBeGreaterThanOrEqual(0)
        expect(regains).toBeLessThanOrEqual(DAY)
        const { reads, acts } = all('pages')
        // Whoever may read may act.
        expect(acts || !reads).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('never waits for what is no date', () => {
    const wild = business('pages', { call_count: 100, estimated_time_to_regain_access: 1e300 })
    expect(usage.heard('pages', wild)).toBe(DAY)
    expect(mayCall('pages', true)).toBe(false)
  })

  it('stands in the way of no share beside it', () => {
    const mixed = JSON.stringify({ a: 'x', b: [null, 3, { type: 'pages', call_count: 96 }] })
    usage.heard('pages', { 'x-business-use-case-usage': mixed })
    expect(all('pages')).toEqual({ reads: false, acts: true, rests: true })
  })
})
