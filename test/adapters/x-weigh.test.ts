import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linksIn, weigh } from '../../adapters/x/weigh.ts'

type Piece = { one: string; weight: number }
const all = (weight: number, ...ones: string[]): fc.Arbitrary<Piece> =>
  fc.constantFrom(...ones.map((one) => ({ one, weight })))

/** Pieces of a text whose weight is known, none of which runs together with what stands beside it. */
const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/).map((one) => ({ one, weight: one.length })),
  all(1, 'é', 'e\u0301', 'ñ', 'Ж', 'ש', 'ع', '–', '“', '’', '©'),
  all(2, '漢', '字', 'ア', '한', '€', '→', '〜', '…'),
  all(2, '🙏', '👍🏽', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🇬🇧', '❤️', '1️⃣', '©️'),
  all(23, 'https://example.org/a?b=c', 'parliament.uk', 'www.gov.uk/bins', 'http://x.co'),
  ...['jo.hartley.mp@parliament.uk', 'office@my-office.org.uk', '@parliament'].map((one) => all(one.length, one)),
)

describe('how X counts a text', () => {
  it('counts a whole as the sum of its words', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.map(({ one }) => one).join(' ')
        const sum = pieces.reduce((total, { weight }) => total + weight, Math.max(0, pieces.length - 1))
        expect(weigh(text)).toBe(sum)
      }),
    )
  })

  it('counts the same however accents are written, and never a character more than twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        expect(weigh(text.normalize('NFD'))).toBe(weigh(text.normalize('NFC')))
        if (linksIn(text).length === 0)
          expect(weigh(text)).toBeLessThanOrEqual(2 * Array.from(text.normalize('NFC')).length)
      }),
    )
  })

  it.each([
    ['See parliament.uk.', ['parliament.uk']],
    [
      'https://jo-hartley.example and www.jo.org.uk/contact?x=1',
      ['https://jo-hartley.example', 'www.jo.org.uk/contact?x=1'],
    ],
    ['(gov.uk)', ['gov.uk)'.slice(0, -1)]],
    ['Shut at 5.pm', ['5.pm']],
    ['One.Two', ['One.Two']],
    ['Write to jo.hartley.mp@parliament.uk or office@my-office.org.uk.', []],
    ['Ring 01632 960100, 9.30am to 5.30pm, e.g. on p. 3... or so', []],
    ['@parliament.uk and #parliament.uk', []],
    ['', []],
  ])('finds in %j the links %j', (text, links) => {
    expect(linksIn(text)).toEqual(links)
  })
})
