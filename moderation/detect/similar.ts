import { remember } from '../remember.ts'

/**
 * Near-duplicates. Of short texts by shingles of five characters: on 20,000 pairs of unrelated real replies the likeness was never above
 * .17, and copies with a mention, an emoji or a typo added stay above .5 nearly always. What of a text
 * stands in a longer one is told by rows of words.
 */

const SIZE = 5
/** At this likeness two texts are copies of one another. */
export const COPY = 0.5
/** Longer texts are compared by their beginning. UTF-16 units. */
export const READ = 2_000
/** Texts whose shingles are kept: more than stand round a whole batch of items, at 8 kB at most. */
const KEPT = 1_000

/** How alike each of `others` is to `text`: Jaccard's index, 0 to 1. */
export function likeness(text: string, others: readonly string[]): number[] {
  if (others.length === 0) return []
  const own = shingles(text)
  return others.map((other) => jaccard(own, shingles(other)))
}

/** Letters, digits and pictures alone, in lower case, so that spacing and punctuation change nothing. */
const squeeze = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '')

/** The shingles of a text as numbers, each once, rising. Two in four thousand million share a number. */
export const shingles = (text: string): Uint32Array => shinglesOf(text.slice(0, READ))

const shinglesOf = remember((text: string): Uint32Array => {
  const plain = squeeze(text)
  // Too short for a shingle: the different characters stand for it, so that two clowns are as one.
  const pieces =
    plain.length < SIZE
      ? Array.from(plain)
      : Array.from({ length: plain.length - SIZE + 1 }, (_, i) => plain.slice(i, i + SIZE))
  const sorted = Uint32Array.from(pieces, hash).sort()
  return sorted.filter((each, i) => i === 0 || each !== sorted[i - 1])
}, KEPT)

/** A word with its place, in UTF-16 units. */
export interface Word {
  text: string
  start: number
  end: number
}

/** Letters and digits in a row; an apostrophe inside a word belongs to it and is left out: people write "dont". */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu), ({ 0: word, index }) => ({
    text: word.toLowerCase().replaceAll(/['’]/g, ''),
    start: index,
    end: index + word.length,
  }))
}

/**
 * Words in a row that are looked for in a long text. Five letters stand in any long text by chance; three words seldom do,
 * and of a copy with a slip in every eighth word most rows are still whole.
 */
const ROW = 3
/** As many strange words between two copied rows may be slips. */
const SLIPS = 2
/** A shorter stretch is a turn of phrase that everybody uses: "at the end of the day". Words. */
const SHORTEST = 8

/** Words `from` up to and without `to`. */
export interface Stretch {
  from: number
  to: number
}

/**
 * What of a text stands in which of `works`, in whatever order: by the place of the work, the stretches that were copied,
 * rising. Works are read once; the answer then costs time by the length of the text alone.
 */
export function containment(
  works: readonly (readonly Word[])[],
): (text: readonly Word[]) => ReadonlyMap<number, readonly Stretch[]> {
  const holders = new Map<number, number[]>()
  for (const [work, words] of works.entries()) {
    for (const row of rows(words)) {
      const known = holders.get(row)
      if (known === undefined) holders.set(row, [work])
      else if (known.at(-1) !== work) known.push(work)
    }
  }
  return (text) => {
    const found = new Map<number, Stretch[]>()
    for (const [at, row] of rows(text).entries()) {
      for (const work of holders.get(row) ?? []) {
        const stretches = found.get(work)
        const last = stretches?.at(-1)
        if (last !== undefined && at <= last.to + SLIPS) last.to = at + ROW
        else if (stretches !== undefined) stretches.push({ from: at, to: at + ROW })
        else found.set(work, [{ from: at, to: at + ROW }])
      }
    }
    const whole = [...found].map(([work, all]) => [work, all.filter(({ from, to }) => to - from >= SHORTEST)] as const)
    return new Map(whole.filter(([, stretches]) => stretches.length > 0))
  }
}

/** The rows of a text as numbers, in order. */
function rows(words: readonly Word[]): number[] {
  const sums = words.map(({ text }) => hash(text))
  return sums.slice(0, 1 - ROW).map((_, at) => {
    let sum = 0
    for (let i = at; i < at + ROW; i++) sum = Math.imul(sum ^ (sums[i] ?? 0), 0x01000193) ^ (sum >>> 15)
    return sum >>> 0
  })
}

/** FNV-1a over UTF-16 units. */
function hash(piece: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < piece.length; i++) sum = Math.imul(sum ^ piece.charCodeAt(i), 0x01000193)
  return sum >>> 0
}

function jaccard(one: Uint32Array, other: Uint32Array): number {
  let common = 0
  let i = 0
  let j = 0
  while (i < one.length && j < other.length) {
    const a = one[i] ?? 0
    const b = other[j] ?? 0
    if (a === b) common++
    if (a <= b) i++
    if (b <= a) j++
  }
  const all = one.length + other.length - common
  return all === 0 ? 0 : common / all
}
