/**
 * A picture's fingerprint: bits that say whether it grows lighter from one spot to the next (a "difference hash"), 64 on a
 * coarse grid and 256 on a fine one. They stay nearly the same when the picture is saved again, made smaller, greyed or
 * captioned, and say nothing of what it shows. The coarse grid alone takes one screenshot of a text for another: of 1,770
 * pairs 274. With both no pair of them is near, nor any of as many pairs of drawings.
 */

/** A frame of a picture, shrunk: 9 by 8 and 17 by 16 grey levels, and how much of it is of one shade (0 to 1). */
export interface Shrunk {
  coarse: Uint8Array
  fine: Uint8Array
  ground: number
}

/** Spots in a row of each grid; a bit between each two. */
const COARSE = 9
const FINE = 17

/** So many bits of 64 may differ in one picture's two fingerprints. */
const NEAR = 10
/**
 * And of 256. Where most of a picture is one shade it is a page, a plate or a drawing, and others are much like it: of 60
 * of each altered by compression, size, grey or a caption the furthest were 30 apart, and the nearest pages 46. Of other
 * pictures more may differ, since none is like them: that finds most that were cropped a little.
 */
const NEAR_FINE = { plain: 36, other: 76 }
const PLAIN = 0.5

/** A step between two spots that is seen, and not the noise of compression. Grey levels. */
const STEP = 3
/** A picture can be known again if so many of its coarse steps are seen, go both ways, and differ between rows. */
const STEPS = 20
const EITHER_WAY = 8
const ROWS = 4

/** @returns a line of 81 characters, or null where the picture is too plain to be told from others */
export function fingerprint({ coarse, fine, ground }: Shrunk): string | null {
  const rows = risesOf(coarse, COARSE)
  const bits = rows.map((row) => row.map((rise) => (rise > 0 ? '1' : '0')).join(''))
  const steps = rows.flat().filter((rise) => Math.abs(rise) >= STEP).length
  const ones = bits.join('').replaceAll('0', '').length
  const isTelling = steps >= STEPS && Math.min(ones, 64 - ones) >= EITHER_WAY && new Set(bits).size >= ROWS
  if (!isTelling) return null
  const finely = risesOf(fine, FINE).map((row) => row.map((rise) => (rise > 0 ? '1' : '0')).join(''))
  return [inHex(bits), inHex(finely), ground > PLAIN ? 'p' : 'o'].join('')
}

function risesOf(greys: Uint8Array, width: number): number[][] {
  const rows: number[][] = []
  for (let at = 0; at < greys.length; at += width) {
    const row = Array.from(greys.subarray(at, at + width))
    rows.push(row.slice(1).map((grey, x) => grey - (row[x] ?? 0)))
  }
  return rows
}

/** A row of 8 or 16 bits becomes 2 or 4 digits. */
const inHex = (rows: readonly string[]): string =>
  rows
    .map((bits) =>
      Number.parseInt(bits, 2)
        .toString(16)
        .padStart(bits.length / 4, '0'),
    )
    .join('')

const DIGITS = { coarse: 16, all: 80 }

/** How many of 64 bits differ, if two fingerprints may be of one picture; else null. */
function distance(one: string, other: string): number | null {
  const differing = (from: number, to: number): number => bitsApart(one.slice(from, to), other.slice(from, to))
  const coarse = differing(0, DIGITS.coarse)
  if (coarse > NEAR) return null
  const isPlain = one.endsWith('p') || other.endsWith('p')
  return differing(DIGITS.coarse, DIGITS.all) <= (isPlain ? NEAR_FINE.plain : NEAR_FINE.other) ? coarse : null
}

function bitsApart(one: string, other: string): number {
  const differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`)
  return differing.toString(2).replaceAll('0', '').length
}

/** The smallest distance between any two of them; null if none may be of the same picture. */
export function nearest(some: readonly string[], others: readonly string[]): number | null {
  const all = some.flatMap((one) => others.flatMap((other) => distance(one, other) ?? []))
  return all.length === 0 ? null : Math.min(...all)
}
