import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reordering, segments } from '../../src/web/parts/segments.ts'

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', '\uD83D', 'é', 'ש', '\u202E') })
const anySpans = fc.array(fc.record({ start: fc.integer({ min: -5, max: 40 }), end: fc.integer({ min: -5, max: 40 }) }))

describe('segments', () => {
  it('give the text again, whatever the spans', () => {
    fc.assert(
      fc.property(anyText, anySpans, (text, spans) => {
        expect(
          segments(text, spans)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  it('flag every character that a span covers', () => {
    fc.assert(
      fc.property(anyText, anySpans, (text, spans) => {
        let at = 0
        for (const { text: part, flagged } of segments(text, spans)) {
          for (const { start, end } of spans)
            if (!flagged) expect(start < end && start < at + part.length && end > at).toBe(false)
          at += part.length
        }
      }),
    )
  })

  it('never split a surrogate pair', () => {
    expect(segments('a😀b', [{ start: 2, end: 3 }])).toEqual([
      { text: 'a', flagged: false },
      { text: '😀', flagged: true },
      { text: 'b', flagged: false },
    ])
  })

  it('merge spans that overlap or touch', () => {
    const spans = [
      { start: 2, end: 4 },
      { start: 0, end: 2 },
      { start: 3, end: 5 },
    ]
    expect(segments('abcdefg', spans)).toEqual([
      { text: 'abcde', flagged: true },
      { text: 'fg', flagged: false },
    ])
  })
})

describe('reordering characters', () => {
  it('are split off, and the rest is kept', () => {
    expect(reordering('a\u202Egpj.exe')).toEqual([
      { text: 'a', control: false },
      { text: '\u202E', control: true },
      { text: 'gpj.exe', control: false },
    ])
  })

  it('do not include the plain marks that Arabic and Hebrew need', () => {
    expect(reordering('שלום\u200F!')).toEqual([{ text: 'שלום\u200F!', control: false }])
  })
})
