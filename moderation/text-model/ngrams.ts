import type { Weights } from './weights.ts'

/**
 * The cheap layer: words, pairs of words and runs of three to five letters, each with a weight a head, summed up. Thirty
 * thousand texts a second, and letters are hard to hide from; but it knows no meaning.
 */
export type Ngrams = (words: string) => Float32Array

/** Numbers of the places a text's features fall on, each once. Longer texts are read by their beginning. */
export function placesOf(words: string, buckets: number): number[] {
  const found = new Set<number>()
  let before = '^'
  for (const word of words.slice(0, MOST).toLowerCase().match(WORD) ?? []) {
    found.add(hash(`1${word}`, buckets))
    found.add(hash(`2${before} ${word}`, buckets))
    before = word
    const marked = `<${word}>`
    for (let size = 3; size <= 5; size++) {
      for (let i = 0; i + size <= marked.length; i++) found.add(hash(marked.slice(i, i + size), buckets))
    }
  }
  return [...found]
}

const MOST = 2_000
const WORD = /[\p{L}\p{N}']+|[!?]+|\p{Extended_Pictographic}/gu

/** FNV-1a over the units; buckets is a power of two. */
function hash(feature: string, buckets: number): number {
  let h = 0x811c9dc5
  for (let i = 0; i < feature.length; i++) h = Math.imul(h ^ feature.charCodeAt(i), 0x01000193)
  return (h ^ (h >>> 15)) & (buckets - 1)
}

/** How much one feature weighs in a text of so many: a long text is no worse than a short one. */
export const share = (count: number): number => 1 / Math.sqrt(Math.max(1, count))

/** Weights are kept as the square root in eight bits, so that rare strong words keep their strength. */
export function ngramsOf(weights: Weights): Ngrams {
  const bias = weights.floats('bias')
  const { height: buckets, width: heads, bytes, scales } = weights.rows('weights')
  const table = new Float32Array(256 * heads)
  for (let q = -128; q < 128; q++) {
    for (let h = 0; h < heads; h++) table[(q & 255) * heads + h] = Math.sign(q) * (q / 127) ** 2 * (scales[h] ?? 0)
  }
  return (words) => {
    const places = placesOf(words, buckets)
    const sums = new Float32Array(heads)
    for (const place of places) {
      for (let h = 0; h < heads; h++) {
        sums[h] = (sums[h] ?? 0) + (table[((bytes[place * heads + h] ?? 0) & 255) * heads + h] ?? 0)
      }
    }
    const by = share(places.length)
    for (let h = 0; h < heads; h++) sums[h] = (sums[h] ?? 0) * by + (bias[h] ?? 0)
    return sums
  }
}
