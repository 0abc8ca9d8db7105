import { describe, expect, it } from 'vitest'
import type { Decision, Step } from '../../moderation/model.ts'
import { readSince } from '../../src/commands/since.ts'
import { ConfigError } from '../../src/config.ts'
import { compare } from '../../src/difference.ts'
import type { Past } from '../../src/store/index.ts'
import { aDecision, NOON } from '../builders.ts'

/** What is counted of two policies, and how far back. That the counting rests on the truth is tested beside the store. */

describe('--since', () => {
  const since = (text: string, timezone = 'Europe/London'): string => readSince(text, NOON, timezone).toISOString()

  it.each([
    ['12h', '2026-11-24T00:00:00.000Z'],
    ['30d', '2026-10-25T12:00:00.000Z'],
    ['2w', '2026-11-10T12:00:00.000Z'],
  ])('takes %s back from now', (text, instant) => {
    expect(since(text)).toBe(instant)
  })

  it('takes a day from where it begins in the office’s time zone, summer and winter and at the change', () => {
    expect(since('2026-11-01')).toBe('2026-11-01T00:00:00.000Z')
    expect(since('2026-07-01')).toBe('2026-06-30T23:00:00.000Z')
    expect(since('2026-10-25')).toBe('2026-10-24T23:00:00.000Z')
    expect(since('2026-03-29')).toBe('2026-03-29T00:00:00.000Z')
    expect(since('2026-11-01', 'Asia/Kolkata')).toBe('2026-10-31T18:30:00.000Z')
    expect(since('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z')
  })

  it.each(['', '30', 'd', '0d', '-1d', '1.5d', '3m', '30 days', '2026-02-30', '2026-13-01', '01/11/2026', '1e3d'])(
    'refuses %j with what can be written',
    (text) => {
      expect(() => since(text)).toThrow(ConfigError)
      expect(() => since(text)).toThrow('Write how long ago, as 30d, 12h or 2w, or a day, as 2026-11-01.')
    },
  )

  it('refuses what is to come', () => {
    expect(() => since('2026-11-25')).toThrow('--since is 2026-11-25, and that is not past yet.')
  })
})

let n = 0
function aPast(given: Partial<Past> & { atRisk?: boolean } = {}): Past {
  const { atRisk = false, ...more } = given
  const id = `${++n}`
  return {
    seq: BigInt(n),
    itemId: `item-${id}`,
    decisionId: `decision-${id}`,
    authorId: `person-${id}`,
    kind: 'reply',
    writtenAt: NOON,
    mode: 'perform',
    capabilities: null,
    findings: [],
    unread: null,
    decided: {
      at: NOON,
      policy: { id: 'standard', version: '1' },
      outcome: 'leave',
      act: 'none',
      clauses: [],
      escalate: null,
      atRisk,
    },
    standing: () => ({ warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null }),
    ...more,
  }
}

const step = (action: Step['action'], how: Step['how'] = 'propose'): Step => ({
  action,
  how,
  clause: 'abuse',
  breach: 'abuse',
})
const LEFT = aDecision()
const HIDDEN = aDecision({ outcome: 'perform', act: 'hide', clauses: ['abuse'], steps: [step('hide', 'perform')] })
const HIDE = aDecision({ outcome: 'propose', act: 'hide', clauses: ['abuse'], steps: [step('hide')] })
const BLOCK = aDecision({ outcome: 'propose', act: 'block', clauses: ['abuse'], steps: [step('hide'), step('block')] })

function counted(...pairs: [past: Past, before: Decision, after: Decision][]) {
  const comparison = compare()
  for (const [past, before, after] of pairs) comparison.add(past, before, after, true)
  return comparison.result()
}

describe('two policies', () => {
  it('differ in what is done and why, and not in their words or their names', () => {
    const reworded = { ...HIDE, reasons: ['Otherwise put.'], policy: { id: 'other', version: '9' } }
    const result = counted([aPast(), HIDE, reworded], [aPast(), HIDE, HIDDEN], [aPast(), LEFT, LEFT])
    expect(result).toMatchObject({ decisions: 3, changed: 1 })
    expect(result.shifts).toEqual([{ from: 'hide proposed', to: 'hidden by the tool', decisions: 1 }])
  })

  it('are counted by shift, the commonest first, and by clause', () => {
    const threat = { ...HIDE, clauses: ['threat'] }
    const result = counted([aPast(), BLOCK, LEFT], [aPast(), LEFT, HIDE], [aPast(), LEFT, threat])
    expect(result.shifts).toEqual([
      { from: 'left alone', to: 'hide proposed', decisions: 2 },
      { from: 'block proposed', to: 'left alone', decisions: 1 },
    ])
    expect(result.clauses).toEqual([
      { clause: 'threat', before: 0, after: 1 },
      { clause: 'abuse', before: 1, after: 1 },
    ])
  })

  it('are counted apart where they come to the same outcome by other clauses or steps', () => {
    const threat = { ...HIDE, clauses: ['threat'] }
    const result = counted([aPast(), HIDE, threat], [aPast(), HIDE, threat], [aPast(), LEFT, HIDE])
    expect(result).toMatchObject({ decisions: 3, changed: 1, otherwise: 2 })
    expect(result.shifts).toEqual([{ from: 'left alone', to: 'hide proposed', decisions: 1 }])
  })

  it('are counted by people, once each', () => {
    const [mo, jo] = ['mo', 'jo'].map((authorId) => () => aPast({ authorId }))
    if (!mo || !jo) throw new Error('nobody')
    const result = counted([mo(), HIDE, BLOCK], [mo(), HIDE, BLOCK], [jo(), BLOCK, LEFT], [jo(), HIDE, BLOCK])
    expect(result.people).toEqual({ newlyBlocked: 1, blockedNoMore: 0 })
  })

  it('are caught where one would do anything about somebody at risk, a standard answer among it', () => {
    const seen = aPast({ atRisk: true })
    const answered = aPast()
    const risk = aDecision({ outcome: 'review', atRisk: true, escalate: 'safeguarding' })
    const result = counted(
      [seen, LEFT, HIDE],
      [answered, risk, { ...risk, steps: [step('redirect', 'perform')] }],
      [aPast(), risk, risk],
      [aPast(), LEFT, HIDE],
    )
    expect(result.atRisk).toEqual({ items: 3, touched: [seen.decisionId, answered.decisionId] })
  })

  it('are shown by twenty of the greatest changes, whenever they came', () => {
    const small = Array.from({ length: 30 }, (): [Past, Decision, Decision] => [aPast(), HIDE, BLOCK])
    const great = aPast()
    const { sample } = counted(...small, [great, LEFT, BLOCK], ...small)
    expect(sample).toHaveLength(20)
    expect(sample.map(({ itemId }) => itemId)).toEqual([
      great.itemId,
      ...small.slice(0, 19).map(([{ itemId }]) => itemId),
    ])
  })
})
