/** Pages of a list. Cursors say where to go on, also when more has come meanwhile; `next` carries the token. */

interface Cut<Item> {
  items: readonly Item[]
  /** Whether there is more before and after. */
  earlier: boolean
  later: boolean
  cursors: { before: string; after: string } | null
}

const write = (id: string, index: number): string => Buffer.from(`${id} ${index}`).toString('base64url')

export interface Asked {
  size: number
  after: string | undefined
  before: string | undefined
}

/** @param idOf what is told by its place where it has no id */
export function cut<Item>(
  all: readonly Item[],
  { size, after, before }: Asked,
  idOf: (item: Item) => string,
): Cut<Item> {
  /** Where the item stands now; where it stood, if it is gone. */
  const placeOf = (cursor: string): { place: number; gone: boolean } => {
    const [id = '', index] = Buffer.from(cursor, 'base64url').toString().split(' ')
    const place = all.findIndex((item) => idOf(item) === id)
    return place < 0 ? { place: Number(index), gone: true } : { place, gone: false }
  }
  let start = 0
  let end = size
  if (after !== undefined) {
    const { place, gone } = placeOf(after)
    start = gone ? place : place + 1
    end = start + size
  } else if (before !== undefined) {
    end = placeOf(before).place
    start = Math.max(0, end - size)
  }
  const items = all.slice(start, end)
  const [first, last] = [items[0], items.at(-1)]
  return {
    items,
    earlier: start > 0 && items.length > 0,
    later: end < all.length,
    // On the last page too: whoever follows `after` until there is none never ends.
    cursors:
      first === undefined || last === undefined
        ? null
        : { before: write(idOf(first), start), after: write(idOf(last), start + items.length - 1) },
  }
}
