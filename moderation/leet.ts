import { isKnown } from './vocabulary.ts'

/** Signs that stand for letters inside a word. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'i'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['7', 't'],
  ['8', 'b'],
  ['9', 'g'],
  ['@', 'a'],
  ['$', 's'],
  ['!', 'i'],
  ['|', 'l'],
  ['€', 'e'],
])
/** The other letter a sign may be. */
const ALSO: ReadonlyMap<string, string> = new Map([
  ['1', 'l'],
  ['!', 'l'],
  ['|', 'i'],
  ['9', 'q'],
])

/** How thickly a text is written so: not, in some words, or all through. The thicker, the shorter the words that are read. */
export type Leet = 'no' | 'some' | 'all'

const MAY = /[\d@$!|€]/
/** Times, dates, sizes and sums. */
const MEASURE =
  /^\d+(?:am|pm|th|[kmgplx]|km|cm|mm|kg|mg|ml|in|ft|yd|lb|oz|gb|mb|tb|hrs?|mins?|yrs?|bn|mph|ish|odd|s)$|^\d*(?:1st|2nd|3rd)$/
const CLOCK = /^\d{1,2}(?:am|pm)$/
/** Halves of postcodes, plates and roads, and short numbers with a letter: words only where the text is full of such. */
const SHORT = /^(?:\d[a-z]{1,2}|\d{2,}[a-z]|[a-z]{1,2}\d|[a-z]\d{2}|w1[a-w])$/
const LETTER = /[a-z]/
/** "@" is "a" and "!$" is "is"; digits alone are a number. */
const SIGNS_ALONE = /^(?:@|[@$!|]{2})$/

/**
 * @param token In lower case, of letters, digits and signs
 * @returns the known word of the same length that it spells; null if none, or if it may well be a number
 */
export function readLeet(token: string, leet: Leet): string | null {
  if (token.length > 24 || !MAY.test(token)) return null
  if (CLOCK.test(token) || (leet !== 'all' && MEASURE.test(token))) return null
  if (leet === 'no' && SHORT.test(token)) return null
  if (!LETTER.test(token) && !(leet === 'all' || (leet === 'some' && SIGNS_ALONE.test(token)))) return null
  // "car5" or "@jo" are more likely a car and an account.
  const bare = token.replace(/^[@!]|[\d!]+$/, '')
  if (leet !== 'all' && bare !== token && bare.length > 1 && isKnown(bare)) return null
  return spellings(token).find(isKnown) ?? null
}

/** With each sign that may be two letters as either, if there are few. */
function spellings(token: string): string[] {
  const doubtful = Array.from(token).filter((char) => ALSO.has(char)).length
  if (doubtful > 3) return [spell(token, 0), spell(token, -1)]
  return Array.from({ length: 2 ** doubtful }, (_, bits) => spell(token, bits))
}

/** Each bit says which letter the next doubtful sign is. */
function spell(token: string, bits: number): string {
  let left = bits
  return Array.from(token, (char) => {
    const also = ALSO.get(char)
    const takes = also !== undefined && (left & 1) === 1
    if (also !== undefined) left >>= 1
    return takes ? also : (SIGNS.get(char) ?? char)
  }).join('')
}

/** "87th", "any1": a number, or a word with one at its end. */
export const isCounted = (token: string): boolean => MEASURE.test(token) || isKnown(token.replace(/\d+$/, ''))

const AROUND = /^[^a-z\d@$!|€]+|[^a-z\d@$]+$/g

/** @param text In lower case */
export function leetOf(text: string): Leet {
  if (!MAY.test(text)) return 'no'
  const tokens = text.split(/\s+/)
  const read = tokens.filter((token) => {
    const core = token.length > 40 ? '' : token.replaceAll(AROUND, '')
    return core.length >= 3 && MAY.test(core) && LETTER.test(core) && readLeet(core, 'no') !== null
  }).length
  if (read >= 3 && read >= tokens.length * 0.2) return 'all'
  return read >= 2 || (read === 1 && tokens.length <= 5) ? 'some' : 'no'
}
