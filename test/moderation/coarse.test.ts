import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseWords, tellingWords } from '../../moderation/coarse.ts'
import { normalise } from '../../moderation/normalise.ts'
import { DISGUISES } from '../evaluate/disguises.ts'

/** Content warning: unmasked abuse. */
const WORDS = [
  'cunt',
  'fucking',
  'motherfucker',
  'shit',
  'bullshit',
  'nigger',
  'paki',
  'faggot',
  'tranny',
  'bitch',
  'wanker',
  'retard',
  'twat',
  'arsehole',
]

const found = (text: string): string[] =>
  coarseWords(text)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end }) => text.slice(start, end))

describe('coarse words', () => {
  it.each([
    ['You are a fucking cunt, mate', ['fucking', 'cunt']],
    ['c u n t', ['c u n t']],
    ['C.U.N.T. off', ['C.U.N.T']],
    ['fuсk уоu', ['fuсk']],
    ['a n1gg3r', ['n1gg3r']],
    ['f<b>u</b>ck it', ['f<b>u</b>ck']],
    ['ⓒⓤⓝⓣ', ['ⓒⓤⓝⓣ']],
    ['🅵🆄🅲🅺', ['🅵🆄🅲🅺']],
    ['you c*nt', ['c*nt']],
    ['fuuuuuck', ['fuuuuuck']],
    ['c\u200bu\u200bn\u200bt', ['c\u200bu\u200bn\u200bt']],
    ['$hit', ['$hit']],
    ['what a piece of shit', ['piece of shit']],
  ])('are found in any spelling: %s', (text, words) => {
    expect(found(text)).toEqual(words)
  })

  it.each([
    'Scunthorpe, Penistone and Chorlton-cum-Hardy',
    'A classic assessment of Arsenal, with custard, mustard and a leotard',
    'The Home Secretary should answer for the rape gangs inquiry.',
    'Muslims, Jews, gay people and travellers live here.',
    'You are a liar and a coward, and the bloody bus is late.',
  ])('are not the hard words of politics, places and people: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('are found though they can be read only once their neighbours are gone', () => {
    // Thickly enough written in digits, "7175" is a word; parted letters make it thinner.
    const text = 'c u n t the bus was late again p3opl3 w41t th3re you 7175 this morning'
    expect(found(text)).toEqual(['c u n t', '7175'])
  })

  it('are found wherever the normaliser undoes their disguise', () => {
    const undone = DISGUISES.filter(({ name }) => !/^(reversed|encoded|chat|buried)/.test(name))
    let tried = 0
    for (const word of WORDS)
      for (const { name, put } of undone) {
        const text = put(`You ${word}`)
        const plain = normalise(text)
        const at = plain.text.search(new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9])`))
        if (at < 0) continue
        tried++
        const [from = 0, to = 0] = [plain.map[at], plain.map[at + word.length]]
        const spans = coarseWords(text)
        const letters = Array.from({ length: to - from }, (_, n) => from + n)
        const left = letters.filter((one) => !spans.some(({ start, end }) => one >= start && one < end))
        expect(
          left.map((one) => text[one]),
          `${name}: ${text}`,
        ).toEqual([])
      }
    expect(tried).toBeGreaterThan(200)
  })
})

describe('telling words', () => {
  it('leave what only holds a sentence together', () => {
    const text = 'You are a worthless sack of rubbish, Hartley.'
    const words = tellingWords(text, [{ start: 0, end: 35 }]).map(({ start, end }) => text.slice(start, end))
    expect(words).toEqual(['worthless', 'sack', 'rubbish'])
  })

  it('stay within their spans, whatever the text', () => {
    const anything = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(anything, fc.nat(20), fc.nat(20), (text, start, length) => {
        for (const span of tellingWords(text, [{ start, end: start + length }]))
          expect(span.start >= start && span.end <= start + length && span.start < span.end).toBe(true)
      }),
    )
  })
})
