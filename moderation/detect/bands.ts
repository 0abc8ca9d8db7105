import { READ, shingles } from './similar.ts'

/**
 * MinHash with locality-sensitive bands: numbers by which near-duplicates of a text are looked up in an index, so that a new
 * text is compared with the few that may be its copies and not with all there are. Copies at a likeness of .5 share a band in 93
 * of 100 cases, at .6 in 99; unrelated texts (below .17) in 2 of 100 at most, which a comparison then parts.
 */

const BANDS = 20
const ROWS = 3

/**
 * One number for each band, signed 32 bits as Postgres keeps them. None for a text without a letter or digit, nor for one so
 * long that its end would go unread: two that differ there are not the same.
 */
export function bandsOf(text: string): number[] {
  const pieces = shingles(text)
  if (pieces.length === 0 || text.length > READ) return []
  return Array.from({ length: BANDS }, (_, band) => {
    let sum = mix(band, 0x5bd1e995)
    for (let row = 0; row < ROWS; row++) sum = mix(sum, least(pieces, band * ROWS + row))
    return sum | 0
  })
}

/** The least of the shingles in the order that `seed` gives them: the same in two texts as often as they are alike. */
function least(pieces: Uint32Array, seed: number): number {
  const salt = Math.imul(seed + 1, 0x9e3779b1)
  let found = 0xffffffff
  for (const piece of pieces) {
    const mixed = mix(piece, salt)
    if (mixed < found) found = mixed
  }
  return found
}

/** Murmur3's finaliser over both: every bit of the one changes half the bits of the answer. */
function mix(one: number, other: number): number {
  let sum = one ^ other
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35)
  return (sum ^ (sum >>> 16)) >>> 0
}
