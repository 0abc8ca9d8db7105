import { isCounted, type Leet, leetOf, readLeet, SIGNS } from './leet.ts'
import { withoutMarkup } from './markup.ts'
import type { NormalText, Span } from './model.ts'
import { respell } from './respell.ts'
import { rankOf } from './vocabulary.ts'

/**
 * Hostile spelling made plain, so that a rule written for "idiot" also reads "1d10t", "i d i o t", "ídіоt", "idiiiiot" and "id<b>iot</b>".
 * Every step keeps, for each character, where it began in the original; no step reorders, so the offsets only grow.
 * Linear in the length of the text: each step is one pass over words.
 */
export function normalise(text: string): NormalText {
  const marked = text.includes('<') || text.includes('&') ? withoutMarkup(text) : null
  const folded = fold(marked?.text ?? text)
  const leet = leetOf(folded.chars.join(''))
  const plain = new Written()
  for (const stretch of stretches(folded, leet)) write(folded, stretch, plain, leet)
  const { text: spelt, from } = respell(plain.chars.join(''), plain.from)
  return { text: spelt, map: [...(marked ? from.map((at) => marked.from[at] ?? text.length) : from), text.length] }
}

/** Where a stretch of the normalised text stands in the original. */
export function spanOf(normal: NormalText, start: number, end: number): Span {
  const last = normal.map.length - 1
  const from = normal.map[Math.min(Math.max(start, 0), last)] ?? 0
  const to = normal.map[Math.min(Math.max(end, 0), last)] ?? 0
  return { start: from, end: Math.max(from, to) }
}

/** Characters (one UTF-16 unit each) with the original offset each began at. */
class Written {
  readonly chars: string[] = []
  readonly from: number[] = []

  put(char: string, from: number): void {
    this.chars.push(char)
    this.from.push(from)
  }
}

/** Lone halves of surrogate pairs among them: no reader is shown one. */
const INVISIBLE = /[\p{M}\p{Cf}\p{Cs}\u115F\u1160\u3164\uFFA0]/u
/** ASCII in lower case; control characters are nothing. */
const ASCII: readonly string[] = Array.from({ length: 0x80 }, (_, point) =>
  (point < 0x20 && !(point >= 0x09 && point <= 0x0d)) || point === 0x7f ? '' : String.fromCharCode(point).toLowerCase(),
)

/** One character after another: invisible ones dropped, look-alikes and fancy letters folded, lower case. */
function fold(text: string): Written {
  const out = new Written()
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0
    const size = point > 0xffff ? 2 : 1
    if (point < 0x80) {
      const char = ASCII[point] ?? ''
      if (char !== '') putSpaced(out, char, at)
    } else {
      const letters = foldPoint(point)
      for (let i = 0; i < letters.length; i++) putSpaced(out, letters.charAt(i), at)
    }
    at += size
  }
  return out
}

/** Of a run of blanks two are kept for now: two blanks part the words of "f u c k  o f f". */
function putSpaced(out: Written, char: string, at: number): void {
  if (char > ' ' && char < '\x80') return out.put(char, at)
  if (!BLANK.test(char)) return out.put(char, at)
  if (isBlank(out.chars.at(-1)) && isBlank(out.chars.at(-2))) return
  out.put(char === '\n' ? '\n' : ' ', at)
}

const BLANK = /\s/
const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\n'
const memory = new Map<number, string>()

function foldPoint(point: number): string {
  const known = memory.get(point)
  if (known !== undefined) return known
  const folded = foldNew(point)
  // Bounded: Unicode has a million code points, and the text is a stranger's.
  if (memory.size < 5_000) memory.set(point, folded)
  return folded
}

function foldNew(point: number): string {
  const letter = ENCLOSED.find(([first]) => point >= first && point < first + 26)
  if (letter) return String.fromCharCode(97 + point - letter[0])
  const char = String.fromCodePoint(point)
  let out = ''
  for (const part of char.normalize('NFKD')) {
    if (INVISIBLE.test(part)) continue
    out += (LOOKS.get(part) ?? LOOKS.get(part.toLowerCase()) ?? part).toLowerCase().normalize('NFC')
  }
  // One sign of Arabic unfolds to eighteen letters: a cheap way to make a text long. No hidden word needs that many.
  return out.length > 4 ? char : out
}

/** Letters in boxes and circles that Unicode's own folding leaves alone; the last row are the flags' regional letters. */
const ENCLOSED: readonly (readonly [number])[] = [[0x1f150], [0x1f170], [0x1f1e6]]

/** Signs that look like a Latin letter or a plain mark wherever they stand. Real alphabets are in LOOK_ALIKES. */
const LOOKS: ReadonlyMap<string, string> = new Map(
  [
    ['‘’‚‛`´ʼ＇′', "'"],
    ['“”„‟«»″', '"'],
    ['‐‑‒–—−', '-'],
    ['łĿƚ', 'l'],
    ['øɵ', 'o'],
    ['đɖ', 'd'],
    ['ħ', 'h'],
    ['ıɩɪ', 'i'],
    ['ɑᴀ', 'a'],
    ['ʙ', 'b'],
    ['ᴄ', 'c'],
    ['ᴅ', 'd'],
    ['ᴇɛ', 'e'],
    ['ɡɢ', 'g'],
    ['ʜ', 'h'],
    ['ᴋ', 'k'],
    ['ʟ', 'l'],
    ['ᴍ', 'm'],
    ['ɴ', 'n'],
    ['ᴏ', 'o'],
    ['ᴘ', 'p'],
    ['ʀ', 'r'],
    ['ꜱ', 's'],
    ['ᴛ', 't'],
    ['ᴜʋʊ', 'u'],
    ['¢', 'c'],
    // Syllabics that pass for capitals.
    ...Array.from('ᗩaᗷbᑕcᗪdᗴeᖴfᕼhᒍjᒪlᗰmᑎnᑭpᖇrᑌuᐯvᗯw'.matchAll(/(.)([a-z])/gu), ([, from = '', to = '']) => [from, to]),
    ['ᴠ', 'v'],
    ['ᴡ', 'w'],
    ['ʏ', 'y'],
    ['ᴢ', 'z'],
    ['ß', 'ss'],
    ['æ', 'ae'],
    ['œ', 'oe'],
  ].flatMap(([from = '', to = '']) => Array.from(from, (char) => [char, to] as const)),
)

/** Cyrillic, Greek and Armenian letters that pass for Latin ones; folded only in a word whose every letter does. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  [
    ['аα', 'a'],
    ['вβ', 'b'],
    ['сϲ', 'c'],
    ['ԁ', 'd'],
    ['еєε', 'e'],
    ['һнηհ', 'h'],
    ['іι', 'i'],
    ['ј', 'j'],
    ['кκ', 'k'],
    ['ӏ', 'l'],
    ['м', 'm'],
    ['пνո', 'n'],
    ['оοσօ', 'o'],
    ['рρ', 'p'],
    ['ԛ', 'q'],
    ['г', 'r'],
    ['ѕ', 's'],
    ['тτ', 't'],
    ['υս', 'u'],
    ['ѵ', 'v'],
    ['ԝω', 'w'],
    ['хχ', 'x'],
    ['уγ', 'y'],
  ].flatMap(([from = '', to = '']) => Array.from(from, (char) => [char, to] as const)),
)
const LETTER = /\p{L}/u

interface Stretch {
  start: number
  end: number
  /** Single letters with gaps between them, to be read as one word. */
  spaced: boolean
}

const isLetter = (char: string | undefined): boolean =>
  char !== undefined &&
  (char < '\x80' ? char >= 'a' && char <= 'z' : (char < '\ud800' || char > '\udfff') && LETTER.test(char))
const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9'
const isWordy = (char: string | undefined): boolean => isLetter(char) || isDigit(char)

/** The text cut into words, spaced-out words ("i d i o t", "f.u.c.k") and single other characters. */
function* stretches({ chars }: Written, leet: Leet): Generator<Stretch> {
  let start = 0
  while (start < chars.length) {
    let end = spacedEnd(chars, start)
    const spaced = end > start
    if (!spaced) {
      end = start + 1
      if (startsWord(chars, start, leet)) while (isInWord(chars, end)) end++
    }
    yield { start, end, spaced }
    start = end
  }
}

/** A letter or digit, or a sign for the letter it looks like. */
function startsWord(chars: readonly string[], at: number, leet: Leet): boolean {
  const char = chars[at]
  if (isWordy(char)) return true
  const next = chars[at + 1]
  if (char === '$') return isLetter(next) || (leet !== 'no' && isSign(next))
  if (!isLeadingSign(char) || !(at === 0 || isBlank(chars[at - 1]))) return false
  if (isLetter(next) || leet === 'no') return isLetter(next)
  return isSign(next) || next === "'" || (isBlank(next) && (char === '@' || leet === 'all'))
}

/** Signs that begin accounts and shouts as well: a word only if it is a known one. */
const isLeadingSign = (char: string | undefined): boolean => char === '@' || char === '!' || char === '|'
const isSign = (char: string | undefined): boolean => char !== undefined && SIGNS.has(char)

/** Letters, digits, and the signs that stand for letters when a letter or digit follows or a mask goes on. */
function isInWord(chars: readonly string[], at: number): boolean {
  const char = chars[at]
  if (char === undefined) return false
  if (isWordy(char) || char === '*' || char === '$') return true
  const next = chars[at + 1]
  if (char === "'" || SIGNS.has(char)) return isWordy(next) || next === '$' || (isSign(next) && isWordy(chars[at + 2]))
  return false
}

/** The end of a run of single letters that begins at `start`, or `start` if none does. */
function spacedEnd(chars: readonly string[], start: number): number {
  if (!isLetter(chars[start]) || isWordy(chars[start - 1])) return start
  const gap = gapAfter(chars, start)
  if (gap === '') return start
  let end = start + 1
  let letters = 1
  while (matchesGap(chars, end, gap) && isLetter(chars[end + gap.length]) && !isWordy(chars[end + gap.length + 1])) {
    end += gap.length + 1
    letters++
  }
  return letters >= 3 ? end : start
}

function gapAfter(chars: readonly string[], at: number): string {
  const first = chars[at + 1]
  const second = chars[at + 2]
  if (first === undefined || isWordy(first) || first === "'") return ''
  if (isLetter(second)) return first
  return second !== undefined && !isWordy(second) && isLetter(chars[at + 3]) ? first + second : ''
}

const matchesGap = (chars: readonly string[], at: number, gap: string): boolean =>
  chars[at] === gap.charAt(0) && (gap.length === 1 || chars[at + 1] === gap.charAt(1))

/** Numbers with a unit or an ordinal (20th, 4pm, 5k), halves of postcodes and plates (sk7, 4qx, ab12), roads (a610). */
const NUMBERED = /^(?:\d+[a-z]{1,2}|[a-z]{1,2}\d+[a-z]?)$/

/** One stretch, read in its plain spelling, added to the text. */
function write({ chars, from }: Written, { start, end, spaced }: Stretch, out: Written, leet: Leet): void {
  if (!startsWord(chars, start, leet)) {
    const char = chars[start] ?? ''
    if (isBlank(char) && isBlank(out.chars.at(-1))) {
      if (char === '\n') out.chars[out.chars.length - 1] = '\n'
    } else if (!repeats(chars, start)) out.put(char, from[start] ?? 0)
    return
  }
  if (!spaced && isPlain(chars, start, end)) {
    for (let i = start; i < end; i++) out.put(chars[i] ?? '', from[i] ?? 0)
    return
  }
  let word: Written = new Written()
  for (let i = start; i < end; i++) {
    const char = chars[i] ?? ''
    if (!spaced || isLetter(char)) word.put(char, from[i] ?? 0)
  }
  const isAddress = chars[end] === '.' && isLetter(chars[end + 1]) && word.chars.includes('@')
  if (!isAddress && !isSum(chars, start, end) && (leet === 'all' || !isPostcode(chars, start, end)))
    unleet(word.chars, leet)
  unfake(word.chars)
  word = squeeze(word)
  unmask(word.chars)
  for (let i = 0; i < word.chars.length; i++) out.put(word.chars[i] ?? '', word.from[i] ?? 0)
}

/** The fourth and later of one sign or picture in a row: they say nothing more, and a thousand cost time. */
function repeats(chars: readonly string[], at: number): boolean {
  const step = (chars[at] ?? '') >= '\ud800' ? 2 : 1
  for (let back = step; back <= 3 * step; back += step) if (chars[at - back] !== chars[at]) return false
  return !isWordy(chars[at])
}

/** Most words: Latin letters alone, none three times in a row. */
function isPlain(chars: readonly string[], start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const char = chars[i] ?? ''
    if (char !== "'" && !(char >= 'a' && char <= 'z')) return false
    if (i >= start + 2 && char === chars[i - 1] && char === chars[i - 2]) return false
  }
  return true
}

/** Digits that go on past a mark, as in "£1,500", "10.30" and "1/2". */
const isSum = (chars: readonly string[], start: number, end: number): boolean =>
  (isDigit(chars[end - 1]) && isSumMark(chars[end]) && isDigit(chars[end + 1])) ||
  (isDigit(chars[start]) && (chars[start - 1] === '£' || (isSumMark(chars[start - 1]) && isDigit(chars[start - 2]))))
const isSumMark = (char: string | undefined): boolean => char !== undefined && '.,:/'.includes(char)

/** Either half of "w1t 4re", which spells "wit are" as well. */
function isPostcode(chars: readonly string[], start: number, end: number): boolean {
  if (!isDigit(chars[start]) && !isDigit(chars[start + 1]) && !isDigit(chars[start + 2])) return false
  const first = chars.slice(start, end).join('')
  return (
    (OUTWARD.test(first) && INWARD.test(chars.slice(end, end + 5).join(''))) ||
    (end - start === 3 &&
      INWARD.test(` ${first}`) &&
      OUTWARD_BEFORE.test(chars.slice(Math.max(0, start - 6), start).join('')))
  )
}
const OUTWARD = /^[a-z]{1,2}\d[a-z\d]?$/
const INWARD = /^ ?\d[a-z]{2}(?![a-z\d])/
const OUTWARD_BEFORE = /(?<![a-z\d])[a-z]{1,2}\d[a-z\d]? $/

/** Digits and signs to letters, where that spells a known word or the word isn't a number, a postcode or a road. */
function unleet(letters: string[], leet: Leet): void {
  const known = letters.length > 24 ? null : readLeet(letters.join(''), leet)
  if (known !== null && known.length === letters.length) {
    for (let i = 0; i < letters.length; i++) letters[i] = known.charAt(i)
    return
  }
  if (isLeadingSign(letters[0])) return
  const plain = letters.filter(isLetter).length
  if (plain === letters.length || plain < 2) return
  if (leet === 'all' && !isCounted(letters.join(''))) {
    // A name or a rare word, among words that are all written so.
    for (let i = 0; i < letters.length; i++) letters[i] = SIGNS.get(letters[i] ?? '') ?? letters[i] ?? ''
    return
  }
  // "1" is "i" first; "l" where only that spells a word, as in "ki11".
  const tall = letters.map((char) => (char === '1' ? 'l' : (SIGNS.get(char) ?? char)))
  if (letters.includes('1') && COARSE.includes(tall.join(''))) {
    tall.forEach((char, i) => {
      letters[i] = char
    })
    return
  }
  const lastLetter = letters.findLastIndex(isLetter)
  const read = letters.map((char, i) => {
    // Digits at the end count something ("covid19"); "$" at the end spells ("a$$").
    if (i > lastLetter && char !== '$') return char
    // More than two digits in a row are a number.
    if (isDigit(char) && isDigit(letters[i - 1]) && isDigit(letters[i + 1])) return char
    return SIGNS.get(char) ?? char
  })
  if (NUMBERED.test(letters.join('')) && !COARSE.includes(read.join(''))) return
  read.forEach((char, i) => {
    letters[i] = char
  })
}

/** Look-alike letters of other alphabets, where the whole word could be Latin. */
function unfake(letters: string[]): void {
  if (letters.some((char) => char >= '\x80' && isLetter(char) && !LOOK_ALIKES.has(char))) return
  letters.forEach((char, i) => {
    letters[i] = LOOK_ALIKES.get(char) ?? char
  })
}

/**
 * "fuuuuck" is "fuck" and "offff" is "off": long runs shrink to one letter if that spells a coarse word, else to one or two,
 * whichever spells the commonest word; a word that stays unknown keeps one of its vowels and two of the rest.
 */
function squeeze(word: Written): Written {
  const single = shrink(word, () => 1)
  if (single.chars.length === word.chars.length) return word
  // "aaa" stretches nothing.
  if (single.chars.length === 1) return shrink(word, () => 2)
  const spelling = single.chars.join('')
  if (COARSE.some((coarse) => spelling.startsWith(coarse))) return single
  const runs = runsOf(word)
  // Each run doubles the ways to read the word; no word anybody stretches has so many.
  const ways = runs > 5 ? 0 : 2 ** runs
  let best: { word: Written; rank: number } | undefined
  for (let doubled = 0; doubled < ways; doubled++) {
    const tried = shrink(word, (_, run) => ((doubled >> run) & 1 ? 2 : 1))
    const text = tried.chars.join('')
    const rank = rankOf(text)
    // "of" is the commonest of words, but nobody stretches it; and "mooo" is no "mo".
    if (text === 'of' || (text.length === 2 && (rank ?? 0) > COMMON)) continue
    if (rank !== undefined && (!best || rank < best.rank)) best = { word: tried, rank }
  }
  return best?.word ?? shrink(word, (letter) => ('aeiou'.includes(letter) ? 1 : 2))
}

/** Words of two letters that people stretch ("so", "no") are among so many of the commonest. */
const COMMON = 300

function runsOf(word: Written): number {
  let runs = 0
  shrink(word, (_, run) => {
    runs = run + 1
    return 1
  })
  return runs
}

/** Runs of three or more of one letter, cut to as many as `keep` says of the letter and the number of the run. */
function shrink({ chars, from }: Written, keep: (letter: string, run: number) => 1 | 2): Written {
  const kept = new Written()
  let run = 0
  let start = 0
  while (start < chars.length) {
    let end = start
    while (end < chars.length && chars[end] === chars[start]) end++
    const take = end - start >= 3 && isLetter(chars[start]) ? keep(chars[start] ?? '', run++) : end - start
    for (let i = start; i < start + take; i++) kept.put(chars[i] ?? '', from[i] ?? 0)
    start = end
  }
  return kept
}

/** Coarse words that people stretch or hide behind stars; the order settles which is meant ("f***" is the first). */
const COARSE: readonly string[] = [
  'fucking',
  'fuck',
  'cunt',
  'shit',
  'bitch',
  'wanker',
  'wank',
  'twat',
  'prick',
  'bastard',
  'arsehole',
  'arse',
  'bollocks',
  'dick',
  'cock',
  'slag',
  'slut',
  'whore',
  'nigger',
  'paki',
  'faggot',
  'tranny',
  'bellend',
  'tosser',
  'kill',
  'rape',
  'piss',
  'moron',
  'idiot',
  'scum',
]

/** "f**k", "s***show" and "w*****" to the word they hide; the first letter must stand, and stars count letters. */
function unmask(letters: string[]): void {
  if (letters.indexOf('*') < 1) return
  const found = COARSE.find(
    (word) =>
      word.length <= letters.length &&
      Array.from(word).every((char, i) => letters[i] === char || (i > 0 && letters[i] === '*')) &&
      !letters.includes('*', word.length),
  )
  Array.from(found ?? '').forEach((char, i) => {
    letters[i] = char
  })
}
