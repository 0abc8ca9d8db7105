/**
 * A picture's fingerprint: 64 bits, each saying whether it grows lighter from one spot to the next (a "difference
 * hash"). It stays nearly the same when the picture is saved again, made smaller, greyed or captioned, and says nothing
 * of what the picture shows.
 */

/** The picture shrunk to this many grey spots a row, and rows. */
const WIDE = 9
const HIGH = 8

/** So many bits may differ in one picture's two fingerprints. Between unrelated ones at least 11 did, and usually 32. */
const NEAR = 10

/** A step between two spots that is seen, and not the noise of compression. Grey levels. */
const STEP = 3
/** A fingerprint says something if so many of its steps are seen, and go both ways. Else blank pages would be one picture. */
const STEPS = 20
const EITHER_WAY = 8

/**
 * @param greys 9 by 8 grey levels, row by row
 * @returns 16 hexadecimal digits, or null where the picture is too plain for its fingerprint to tell it from others
 */
export function fingerprint(greys: Uint8Array): string | null {
  let bits = ''
  let steps = 0
  for (let y = 0; y < HIGH; y++) {
    for (let x = 0; x < WIDE - 1; x++) {
      const rise = (greys[y * WIDE + x + 1] ?? 0) - (greys[y * WIDE + x] ?? 0)
      bits += rise > 0 ? '1' : '0'
      if (Math.abs(rise) >= STEP) steps++
    }
  }
  const ones = bits.replaceAll('0', '').length
  if (steps < STEPS || Math.min(ones, bits.length - ones) < EITHER_WAY) return null
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0')
}

/** In how many of 64 bits two fingerprints differ. */
export function distance(one: string, other: string): number {
  const differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`)
  return differing.toString(2).replaceAll('0', '').length
}

/** The smallest distance between any two of them, if it is near enough to be the same picture; else null. */
export function nearest(some: readonly string[], others: readonly string[]): number | null {
  const least = Math.min(...some.flatMap((one) => others.map((other) => distance(one, other))))
  return least <= NEAR ? least : null
}
