import type { Span } from './model.ts'
import { segmentLong } from './segment.ts'
import { isKnown } from './vocabulary.ts'

/** Words a text carries so that its reader sees them and a filter doesn't, and the stretch they are hidden in. */
export interface Concealed {
  text: string
  span: Span
}

/**
 * What a text hides: stretches turned round by a bidirectional override, base64 where it is the whole text, comments of HTML,
 * words spelled backwards, letters set apart, and words run together or held together by anything but blanks. Each is to be
 * judged like any other text. Never throws; linear in the length of the text.
 */
export function concealed(text: string): Concealed[] {
  const whole = [...backwards(text), ...together(text)].filter(
    (reading) => reading.toLowerCase() !== text.toLowerCase(),
  )
  return [
    ...turned(text),
    ...encoded(text),
    ...commented(text),
    ...[...new Set(whole)].map((reading) => ({ text: reading, span: { start: 0, end: text.length } })),
  ]
}

const OVERRIDE = /\u202E([^\u202C\u202E\n]{1,2000})\u202C?/g

function turned(text: string): Concealed[] {
  if (!text.includes('\u202E')) return []
  return [...text.matchAll(OVERRIDE)].slice(0, 5).map((match) => ({
    text: reversed(match[1] ?? ''),
    span: { start: match.index, end: match.index + match[0].length },
  }))
}

const BASE64 = /^\s*([A-Za-z0-9+/]{12,2000}={0,2})\s*$/

function encoded(text: string): Concealed[] {
  const token = BASE64.exec(text)?.[1]
  if (token === undefined) return []
  const plain = decode(token)
  // Any long word decodes to something; only readable text was meant.
  return /^[\x20-\x7e\s]+$/.test(plain) && plain.includes(' ')
    ? [{ text: plain, span: { start: 0, end: text.length } }]
    : []
}

/** Without `atob` or `Buffer`, which are the host's: this folder runs anywhere. Latin-1 is enough for what is readable. */
function decode(token: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let out = ''
  let bits = 0
  let held = 0
  for (const char of token) {
    const value = digits.indexOf(char)
    if (value < 0) break
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out += String.fromCharCode((held >> bits) & 0xff)
    }
  }
  return out
}

const COMMENT = /<!--([^<>]{1,500})-->/g

function commented(text: string): Concealed[] {
  if (!text.includes('<!--')) return []
  return [...text.matchAll(COMMENT)].slice(0, 5).map((match) => ({
    text: match[1] ?? '',
    span: { start: match.index, end: match.index + match[0].length },
  }))
}

const SAYS_BACKWARDS = /\b(?:backwards?|reversed?|in a mirror)\b/i
/** So many words show which way a text runs. */
const ENOUGH = 300

/** Turned round as a whole or word by word, where that makes words of most of it; single words where the text says so. */
function backwards(text: string): string[] {
  const all = (
    text
      .slice(0, 4_000)
      .toLowerCase()
      .match(/[a-z]{2,}/g) ?? []
  ).slice(0, ENOUGH)
  // Many words of two letters are words both ways.
  const long = all.filter(({ length }) => length >= 3)
  const words = long.length >= 3 ? long : all
  const share = (turn: (word: string) => string): number =>
    words.filter((word) => isKnown(turn(word))).length / words.length
  // Two words, if that is all, must both be words the other way alone.
  const doubt = words.length >= 3 ? 0.35 : 0
  if (words.length >= 2 && share((word) => word) <= doubt && share(reversed) >= 1 - doubt) {
    return [reversed(text), text.replaceAll(/[A-Za-z'’]{2,}/g, reversed)]
  }
  return text.length <= 500 && SAYS_BACKWARDS.test(text) ? [text.replaceAll(/[A-Za-z]{4,}/g, reversed)] : []
}

/** Addresses and accounts are run together by nature. */
const ADDRESS = /(?:https?:\/\/|www\.)\S+|[\w.+-]{1,64}@[\w.-]+|@[\w.-]+/gi
/** Longer than nearly all words: then words that have been run together are looked for. */
const LONG = /[A-Za-z'’]{17,}/
/** Shorter ones are left as they are, known or not. */
const SHORTEST = 7

function together(text: string): string[] {
  const bare = text.includes('@') || text.includes('/') || text.includes('www.') ? text.replaceAll(ADDRESS, ' ') : text
  const readings = [closed(bare), parted(bare)].filter((reading) => reading !== null)
  const glued = readings.length === 0 && (LONG.test(bare) || /^\W{0,5}[A-Za-z'’]{9,}\W{0,5}$/.test(bare)) ? [bare] : []
  return [...readings, ...glued].map((reading) => {
    const spaced = reading.replaceAll(/(?<=[,.!?;:])(?=[A-Za-z])/g, ' ')
    return segmentLong(spaced, SHORTEST)
  })
}

/** "y o u  a r e" or "y.o.u. a.r.e.": most letters stand alone. Two blanks part words, or one if another sign parts letters. */
function closed(text: string): string | null {
  const words = text.match(/[A-Za-z]+/g) ?? []
  const alone = words.filter(({ length }) => length === 1).length
  if (alone < 6) return null
  if (alone < words.length * 0.6) {
    const joined = text.replaceAll(SPELT, (run) => run.replaceAll(' ', ''))
    return joined === text ? null : joined
  }
  const sign = commonest(Array.from(text.matchAll(BETWEEN), ([, between = '']) => between))
  if (sign === undefined) return null
  if (sign !== ' ') return text.replaceAll(sign, '')
  const parts = text.split(/\s{2,}/)
  // A doubled blank here or there is a slip; where words are parted, there is one for every few letters.
  return parts.length * 12 >= alone ? parts.map(shut).join(' ') : shut(text)
}

/** A stretch of single characters in a text that is otherwise plain; shorter ones are read by normalise.ts. */
const SPELT = /(?<!\S)\S(?: \S){5,}(?!\S)/g
const BETWEEN = /[A-Za-z]([^A-Za-z0-9'’])(?=[A-Za-z](?![A-Za-z]))/g
const shut = (text: string): string => text.replaceAll(/\s/g, '')

function commonest(signs: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const sign of signs) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return [...counts].reduce<[string, number] | undefined>(
    (best, next) => (best && best[1] >= next[1] ? best : next),
    undefined,
  )?.[0]
}

/** "you_are", "you.are": words held together by signs where blanks should be. */
function parted(text: string): string | null {
  const joints = text.match(JOINT)?.length ?? 0
  const blanks = text.match(/\s+/g)?.length ?? 0
  return joints >= 2 && joints >= blanks * 2 ? text.replaceAll(JOINT, ' ') : null
}

const JOINT = /(?<=[A-Za-z0-9'’",.!?])(?:[_.~|/+*=\\-]|[^\S ])(?=[A-Za-z0-9'’"])/g

const reversed = (text: string): string => Array.from(text).reverse().join('')
