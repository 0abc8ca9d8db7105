import { pattern } from './detect/rules.ts'
import type { Span } from './model.ts'
import { normalise, spanOf } from './normalise.ts'
import { remember } from './remember.ts'
import { rankOf } from './vocabulary.ts'

/**
 * Which words somebody who reads all day need not meet: slurs and obscenities, in whatever spelling normalise() undoes. Not
 * what is forbidden, which is the detectors' business: a coarse word about the weather is as coarse to read.
 */

/** Content warning: unmasked abuse. What is put before and behind the coarsest makes other words of them, no better ones. */
const COARSE = pattern(
  [
    '{slur}|{ableist}|{foul}|{swear}',
    '(?:mother|un|cluster|head|mind|rat|face|bum)? ?(?:f[uv]c?k)[a-z]*|cunt[a-z]*|nigger[a-z]*|nigg(?:as?z?|ahs?|lets?)',
    '(?:bull|horse|bat|dip|ape|chicken|dog)?shit(?!ake|tim|tah)[a-z]*|piss[a-z]*|(?:lib|remo)tards?|twat(?:ted|ting|tish)?',
    'wank(?:s|ed|ing|y)?|bitch(?:y|ing|ed)|bastard[a-z]*|whor(?:e|es|ing)|slutty|prick[sy]?|dicks?|cocks?|tits|titt(?:y|ies)',
    '(?:dumb|smart|fat|jack|lard)? ?(?:arse|ass)(?:es|ed|holes?)?|fann(?:y|ies)|jizz|spunk|minge|clunge|nonces?|pa?edos?',
    'homos?|lezz?(?:a|as|ies)|stfu|gfy|gtfo|foad|milfs?|gangbangs?|bukk?ake|blow ?jobs?',
  ],
  {},
  'g',
)

/** What hides a masked word while its neighbours are read once more: it begins no word and ends none. */
const HIDDEN = '█'

/**
 * The coarse words of a text, in no order, and perhaps one inside another. A word may be written over a long stretch
 * ("f  u  c  k").
 *
 * What is left is read again until nothing more is found: a disguised word can be read in other ways once its neighbours are
 * gone, and what staff see is the text without them.
 */
export const coarseWords = remember((text: string): readonly Span[] => {
  const found: Span[] = []
  for (let left = text, more = read(left); more.length > 0; more = read(left)) {
    found.push(...more)
    for (const { start, end } of more) left = left.slice(0, start) + HIDDEN.repeat(end - start) + left.slice(end)
  }
  return found
}, 500)

function read(text: string): Span[] {
  const normal = normalise(text)
  return Array.from(normal.text.matchAll(COARSE), ({ 0: word, index }) =>
    spanOf(normal, index, index + word.length),
  ).filter(({ start, end }) => start < end)
}

/** Words as common as these hurt nobody by themselves: "you are a … of …". */
const COMMON = 250
const WORD = /[\p{L}\p{M}\p{N}\p{Cf}'’*@$]+/gu

/** The telling words within some spans of a text, without the plainest, which only hold the sentence together. */
export function tellingWords(text: string, spans: readonly Span[]): Span[] {
  return spans.flatMap((span) =>
    Array.from(text.slice(span.start, span.end).matchAll(WORD), ({ 0: word, index }) => ({
      start: span.start + index,
      end: span.start + index + word.length,
    })).filter(({ start, end }) => {
      const plain = normalise(text.slice(start, end)).text
      return plain.length > 2 && (rankOf(plain) ?? Number.POSITIVE_INFINITY) > COMMON
    }),
  )
}
