import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandsOf } from '../../moderation/detect/bands.ts'
import { additions, isSame } from '../../src/web/parts/differences.ts'

const added = (text: string, first: string): string[] =>
  additions(text, first).map(({ start, end }) => text.slice(start, end))

describe('what differs', () => {
  it.each([
    ['you are a disgrace', 'You are a DISGRACE', []],
    ['@tom you are a disgrace lol', 'you are a disgrace', ['@tom', 'lol']],
    ['you are a total utter disgrace', 'you are a disgrace', ['total utter']],
    ['you are', 'you are a disgrace', []],
    ['quite another thing', 'you are a disgrace', ['quite another thing']],
  ])('of “%s” from “%s”', (text, first, expected) => {
    expect(added(text, first)).toEqual(expected)
  })

  it('is what a text has more than its words in common, in order and within it', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'dd', '🤡'), { minLength: 1, maxLength: 20 })
      .map((words) => words.join(' '))
    fc.assert(
      fc.property(text, text, (own, first) => {
        const spans = additions(own, first)
        for (const [n, { start, end }] of spans.entries()) {
          expect(start).toBeLessThan(end)
          expect(start).toBeGreaterThanOrEqual(spans[n - 1]?.end ?? 0)
          expect(end).toBeLessThanOrEqual(own.length)
        }
        // Without its additions it is a part of the first: its words stand there in the same order.
        const rest = own.split(' ').filter((_, n) => {
          const at = own.split(' ').slice(0, n).join(' ').length + (n === 0 ? 0 : 1)
          return !spans.some(({ start, end }) => at >= start && at < end)
        })
        let from = 0
        const words = first.split(' ')
        for (const word of rest) {
          from = words.indexOf(word, from) + 1
          expect(from).toBeGreaterThan(0)
        }
        expect(additions(own, own)).toEqual([])
      }),
    )
  })

  it('shows the end of what is too long to compare', () => {
    const long = 'word '.repeat(400)
    expect(added(`${long}kill`, `${long}thank`)).toHaveLength(1)
    expect(added(`${long}kill`, `${long}thank`)[0]).toContain('kill')
    expect(isSame(`${long}kill`, `${long}thank`)).toBe(false)
  })
})

describe('bands', () => {
  it('are shared by copies and seldom by others', () => {
    const shares = (one: string, other: string): boolean => {
      const bands = new Set(bandsOf(one))
      return bandsOf(other).some((band) => bands.has(band))
    }
    const text = 'Hartley you absolute disgrace, get out of our town and take your lies with you'
    for (const copy of [
      `@tom ${text}`,
      `${text} 🤡`,
      text.toUpperCase(),
      text.replace('absolute', 'abslute'),
      text.replace('our ', ''),
    ])
      expect([copy, shares(text, copy)]).toEqual([copy, true])
    expect(shares(text, 'Please ask the minister about the bus to Stanmere, which has not run since May')).toBe(false)
    expect(bandsOf('')).toEqual([])
    expect(bandsOf(text)).toHaveLength(20)
    for (const band of bandsOf(text)) expect(band).toBe(band | 0)
  })
})
