/** X's ids: the milliseconds since X's own epoch above 22 bits that tell posts of one millisecond apart. */

const EPOCH = 1_288_834_974_657n
const SEQUENCE = 0x3f_ffffn

/** A maker of ids; each is greater than those made before for the same millisecond. `at` in Unix milliseconds. */
export function snowflakes(): (at: number) => string {
  let made = 0n
  return (at) => String(((BigInt(Math.floor(at)) - EPOCH) << 22n) | (made++ & SEQUENCE))
}

/** When the thing of that id was made, in Unix milliseconds. */
export function madeAt(id: string): number {
  return Number((BigInt(id) >> 22n) + EPOCH)
}

/** No id of that moment or later is less. */
export function firstIdAt(at: number): string {
  return String((BigInt(Math.max(Math.floor(at), Number(EPOCH))) - EPOCH) << 22n)
}

/** Below 0 if `a` is the older. Ids are compared as numbers too large for a float. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
