import type { NormalText } from '../model.ts'

/**
 * A quick first look that spares most patterns: nearly every text holds none of the words a given pattern can't do without.
 * From the source of each regular expression follow such words, one of which must stand in any text it matches; all of them
 * together are looked for in one walk over the text.
 */

/** Words are compared in a small alphabet: letters, digits, one sign for any other letter, and one for any run of the rest. */
const GAP = '_'
const FOREIGN = '~'
const BASE = 38
/** Assertions that no letter or digit stands on one side: so a gap does, if the other side is a letter or a digit. */
export const BEFORE = '(?<![a-z0-9])'
export const AFTER = '(?![a-z0-9])'
/** Not inside a word: otherwise "rat .. her" would be read in "rather". */
export const EDGE = '(?!(?<=[a-z0-9])[a-z0-9])'

/** Shorter words stand in every text. */
const SHORTEST = 3
/** Of longer words the beginning says enough. */
const LONGEST = 12
/** More combinations than this aren't spelled out. */
const MOST = 400

/** For each source whether it may match: never 0 for one that does. Sources are over normalised text. */
export function sieve(sources: readonly string[]): (normal: NormalText) => Uint8Array {
  const always: number[] = []
  /** A tree of words: `next[node * BASE + sign]` is the node that follows, 0 for none. */
  const next: number[] = Array.from({ length: BASE }, () => 0)
  const ends = new Map<number, number[]>()
  sources.forEach((source, n) => {
    const words = wordsOf(source)
    if (!words) always.push(n)
    for (const word of words ?? []) {
      let node = 0
      for (const sign of word) {
        const place = node * BASE + (sign === FOREIGN ? OTHER : codeOf(sign.charCodeAt(0)))
        node = next[place] ?? 0
        if (node !== 0) continue
        node = next[place] = next.length / BASE
        for (let i = 0; i < BASE; i++) next.push(0)
      }
      const here = ends.get(node)
      if (here) here.push(n)
      else ends.set(node, [n])
    }
  })
  const tree = Int32Array.from(next)
  const isEnd = Uint8Array.from({ length: tree.length / BASE }, (_, node) => (ends.has(node) ? 1 : 0))

  return (normal) => {
    const may = new Uint8Array(sources.length)
    for (const n of always) may[n] = 1
    const seen = new Set<number>()
    const signs = signsOf(normal)
    for (let from = 0; from < signs.length; from++) {
      let node = 0
      for (let at = from; at < signs.length; at++) {
        node = tree[node * BASE + (signs[at] ?? 0)] ?? 0
        if (node === 0) break
        if (isEnd[node] === 1) seen.add(node)
      }
    }
    for (const node of seen) for (const n of ends.get(node) ?? []) may[n] = 1
    return may
  }
}

const OTHER = 37
const LETTER = /\p{L}/u

/** 0 for a gap, then the letters, the digits, and any other letter. */
function codeOf(unit: number): number {
  if (unit >= 97 && unit <= 122) return unit - 96
  if (unit >= 48 && unit <= 57) return unit - 21
  if (unit < 0x80 || (unit >= 0xd800 && unit <= 0xdfff)) return 0
  return LETTER.test(String.fromCharCode(unit)) ? OTHER : 0
}

const cache = new WeakMap<NormalText, Uint8Array>()

/** The text in the small alphabet, with a gap at either end, and between Latin and other letters: rules see an edge there. */
function signsOf(normal: NormalText): Uint8Array {
  const known = cache.get(normal)
  if (known) return known
  const { text } = normal
  const signs = new Uint8Array(2 * text.length + 2)
  let length = 1
  for (let i = 0; i < text.length; i++) {
    const code = codeOf(text.charCodeAt(i))
    const last = signs[length - 1] ?? 0
    if (last !== 0 && code !== 0 && (last === OTHER) !== (code === OTHER)) length++
    if (code !== 0 || signs[length - 1] !== 0) signs[length++] = code
  }
  if (signs[length - 1] !== 0) length++
  const found = signs.subarray(0, length)
  cache.set(normal, found)
  return found
}

/** What a piece of a regular expression asks of a text. */
interface Piece {
  /** All that it can match, if that is few words. */
  exact: readonly string[] | null
  /** One of these stands in whatever it matches; null if nothing is sure. */
  words: readonly string[] | null
  /** May stand several times in a row. */
  again?: true
}

const ANYTHING: Piece = { exact: null, words: null }
const NOTHING: Piece = { exact: [''], words: null }
const piece = (...exact: string[]): Piece => ({ exact, words: exact })

/** Words of which one stands in any text the source matches; null if none are sure. */
function wordsOf(source: string): readonly string[] | null {
  const { exact, words } = parse(source)
  const found = exact ?? words
  return found && isUse(found) ? [...new Set(found.map((word) => word.slice(0, LONGEST)))] : null
}

const isUse = (words: readonly string[]): boolean => words.every((word) => word.length >= SHORTEST)

/** How often the words will be met, roughly: short ones most, and a gap says little. */
const cost = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + 5 ** -(word.slice(0, LONGEST).replaceAll(GAP, '').length + 0.5), 0)

/** The parts of regular expressions that rules use; whatever else there may be asks for nothing. */
const QUANTIFIER = /(?:([?*+])|\{(\d+)(,?)(\d*)\})\??/y
const LOOK = /\(\?<?[=!]/y
const ESCAPE = /\\(?:u([0-9a-f]{4})|[pP]\{[^}]*\}|(.))/y
const SET = /\[((?:\\.|[^\]])*)\]/y

function parse(source: string): Piece {
  let at = 0
  const take = (what: RegExp): RegExpExecArray | null => {
    what.lastIndex = at
    const found = what.exec(source)
    if (found) at = what.lastIndex
    return found
  }
  const skip = (what: string): boolean => {
    if (!source.startsWith(what, at)) return false
    at += what.length
    return true
  }

  function either(): Piece {
    const all = [inARow()]
    while (skip('|')) all.push(inARow())
    const exact = all.flatMap((each) => each.exact ?? [])
    if (all.every((each) => each.exact) && exact.length <= MOST) return piece(...new Set(exact))
    const words = all.map((each) => each.exact ?? each.words)
    return {
      exact: null,
      words: words.every((some) => some !== null && isUse(some)) ? words.flatMap((some) => some ?? []) : null,
    }
  }

  function inARow(): Piece {
    let run: readonly string[] = ['']
    let best: readonly string[] | null = null
    let whole = true
    const offer = (words: readonly string[] | null): void => {
      if (words && isUse(words) && (!best || cost(words) < cost(best))) best = words
    }
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const { exact, words, again } = repeated(one())
      const joined = exact && run.length * exact.length <= MOST ? join(run, exact) : null
      if (joined && !again) {
        run = joined
        continue
      }
      whole = false
      offer(joined ?? run)
      offer(words)
      run = exact ?? ['']
    }
    if (whole) return piece(...run)
    offer(run)
    return { exact: null, words: best }
  }

  function repeated(once: Piece): Piece {
    const found = take(QUANTIFIER)
    if (!found) return once
    const [, sign, low, comma, high] = found
    const least = sign ? (sign === '+' ? 1 : 0) : Number(low)
    const most = sign ? (sign === '?' ? 1 : 2) : comma ? Number(high || 2) : Number(low)
    // Any number of gaps in a row is one gap.
    const gaps = once.exact?.every((word) => word === GAP)
    if (least === 0) return once.exact && (most === 1 || gaps) ? piece('', ...once.exact) : ANYTHING
    return most === 1 || gaps ? once : { ...once, again: true }
  }

  function one(): Piece {
    if (skip(BEFORE) || skip(AFTER) || skip(EDGE)) return piece(GAP)
    if (take(LOOK)) {
      either()
      skip(')')
      return NOTHING
    }
    if (skip('(?:') || skip('(')) {
      const inside = either()
      skip(')')
      return inside
    }
    const set = take(SET)
    if (set) return ofSet(set[1] ?? '')
    const escape = take(ESCAPE)
    if (escape) return ofEscape(escape)
    const sign = source.charAt(at++)
    if (sign === '.') return ANYTHING
    return sign === '^' || sign === '$' ? NOTHING : piece(inAlphabet(sign))
  }

  return either()
}

function inAlphabet(sign: string): string {
  const code = codeOf(sign.charCodeAt(0))
  if (code === 0) return GAP
  return code === OTHER ? FOREIGN : sign
}

function ofEscape([whole, unit, sign = '']: RegExpExecArray): Piece {
  if (unit !== undefined) return piece(inAlphabet(String.fromCharCode(Number.parseInt(unit, 16))))
  if (whole === '\\b' || whole === '\\B') return NOTHING
  if (whole === '\\s' || whole === '\\n') return piece(GAP)
  return sign === '' || /[a-z0-9]/i.test(sign) ? ANYTHING : piece(GAP)
}

/** A few letters, or signs that are all a gap; ranges and whatever is left out of a set may be anything. */
function ofSet(inside: string): Piece {
  if (/^[a-z0-9]+$/.test(inside)) return piece(...new Set(inside))
  return /^(?:\\s|\\n|[^a-z0-9\\^-]|-$)+$/i.test(inside) ? piece(GAP) : ANYTHING
}

/** Every beginning with every end. */
const join = (starts: readonly string[], ends: readonly string[]): string[] => [
  ...new Set(starts.flatMap((start) => ends.map((end) => glue(start, end)))),
]

function glue(start: string, end: string): string {
  const [last, first] = [start.at(-1), end[0]]
  if (last === undefined || first === undefined) return start + end
  if (last === GAP && first === GAP) return start + end.slice(1)
  const apart = last !== GAP && first !== GAP && (last === FOREIGN) !== (first === FOREIGN)
  return apart ? start + GAP + end : start + end
}
