import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseWords } from '../../moderation/coarse.ts'
import { blocks, type Piece, pieces } from '../../src/web/parts/masks.ts'
import { DISGUISES } from '../evaluate/disguises.ts'

/** Content warning: unmasked abuse. */
const word = fc.constantFrom('cunt', 'fuck', 'shit', 'nigger', 'bitch', 'wanker', 'piece of shit')
const plain = fc.constantFrom(
  'You',
  'are',
  'the',
  'bus',
  'n1ce',
  'l8',
  '4',
  '😀',
  'Hartley',
  '\u202E',
  'é',
  '…',
  '<b>',
  '&amp;',
)
const disguise = fc.constantFrom(...DISGUISES.filter(({ name }) => !/chat|encoded/.test(name)))
const text = fc
  .array(
    fc.oneof(
      plain,
      fc.tuple(word, disguise).map(([one, { put }]) => put(one)),
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '))
const anything = fc.oneof(
  text,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '\uD83D', '\uDE00', ' ', 'f', 'u', 'c', 'k') }),
)
const spans = fc.array(fc.record({ start: fc.integer({ min: -5, max: 40 }), end: fc.integer({ min: -5, max: 40 }) }))

/** Holds no half of a pair. */
const isWhole = (given: string): boolean => !/\p{Cs}/u.test(given)
const shown = (all: readonly Piece[]): string => all.map(({ text: own, mask }) => mask ?? own).join('')

describe('pieces', () => {
  it('give the text again, whatever is masked or flagged', () => {
    fc.assert(
      fc.property(anything, spans, spans, (given, masked, flagged) => {
        expect(
          pieces(given, masked, flagged)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(given)
      }),
    )
  })

  it('show no coarse word, whatever its spelling', () => {
    fc.assert(
      fc.property(text, (given) => {
        const seen = shown(pieces(given, coarseWords(given), []))
        expect(coarseWords(seen), seen).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('show of each masked stretch its first letter and no other', () => {
    fc.assert(
      fc.property(anything, spans, (given, masked) => {
        for (const { text: own, mask } of pieces(given, masked, [])) {
          if (mask === null) continue
          const [first = ''] = own
          expect(mask.slice(mask.startsWith(first) ? first.length : 0)).toMatch(/^[█\s]*$/u)
        }
      }),
    )
  })

  it('never split a surrogate pair', () => {
    fc.assert(
      fc.property(
        anything.filter((given) => isWhole(given)),
        spans,
        spans,
        (given, masked, flagged) => {
          for (const piece of pieces(given, masked, flagged)) {
            expect(isWhole(piece.text)).toBe(true)
            expect(isWhole(piece.mask ?? '')).toBe(true)
          }
        },
      ),
    )
  })

  it('tell what a finding rests on, masked or not', () => {
    const all = pieces('You vile shit, Jo', [{ start: 9, end: 13 }], [{ start: 4, end: 13 }])
    expect(all).toEqual([
      { text: 'You ', flagged: false, mask: null },
      { text: 'vile ', flagged: true, mask: null },
      { text: 'shit', flagged: true, mask: 's███' },
      { text: ', Jo', flagged: false, mask: null },
    ])
  })
})

describe('blocks', () => {
  it('keep the spaces and not one letter', () => {
    expect(blocks('you vile\ncreature')).toMatch(/^█+ █+\n█+$/)
  })
})
