/** So many of so many. */
export interface Share {
  n: number
  of: number
}

/** How many of these are so. */
export function share<T>(all: readonly T[], isSo: (one: T) => boolean): Share {
  return { n: all.filter(isSo).length, of: all.length }
}

/** The normal distribution's quantile for 95%, both sides. */
const Z = 1.959964

/**
 * Wilson's score interval of a share, 95%: unlike the plain one it is honest for few cases and for shares near 0 and 1.
 * @returns low and high, 0 to 1; nothing is known where there are no cases
 */
export function interval({ n, of }: Share): [low: number, high: number] {
  if (of === 0) return [0, 1]
  const p = n / of
  const width = 1 + Z ** 2 / of
  const middle = (p + Z ** 2 / (2 * of)) / width
  const reach = (Z / width) * Math.sqrt((p * (1 - p)) / of + (Z / (2 * of)) ** 2)
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}

/** In the order in which each name first comes. */
export function groups<T>(all: Iterable<T>, nameOf: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const one of all) {
    const name = nameOf(one)
    const group = found.get(name)
    if (group) group.push(one)
    else found.set(name, [one])
  }
  return found
}
