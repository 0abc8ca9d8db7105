/** X's ids: numbers too large for a float, of which the upper bits are the time. */

const EPOCH = 1_288_834_974_657n
const CLOCK = 22n

/** 2⁶³ has nineteen digits. */
export const ID = /^\d{1,19}$/

/** Below 0 if `a` is the older. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export const newer = (a: string, b: string): string => (compareIds(a, b) > 0 ? a : b)
export const older = (a: string, b: string): string => (compareIds(a, b) < 0 ? a : b)

/** When the thing of that id was made. */
export function madeAt(id: string): Date {
  return new Date(Number((BigInt(id) >> CLOCK) + EPOCH))
}

/** No id of that moment or later is less. */
export function idAt(time: Date): string {
  const sinceEpoch = BigInt(Math.floor(time.getTime())) - EPOCH
  return String((sinceEpoch < 0n ? 0n : sinceEpoch) << CLOCK)
}
