import { compareIds } from './snowflake.ts'

/** Things by the time they were made, under a name: so that no request looks at all there is. */

interface Made {
  readonly id: string
}

export type Shelves<Thing extends Made> = ReturnType<typeof shelves<Thing>>

export function shelves<Thing extends Made>() {
  const byName = new Map<string, Thing[]>()
  return {
    put: (name: string, thing: Thing): void => {
      const shelf = byName.get(name)
      if (!shelf) byName.set(name, [thing])
      else if (compareIds(shelf.at(-1)?.id ?? '', thing.id) < 0) shelf.push(thing)
      else shelf.splice(firstNotBefore(shelf, thing.id), 0, thing)
    },
    /** Oldest first. */
    get: (name: string): readonly Thing[] => byName.get(name) ?? [],
  }
}

/**
 * What lies on any of these shelves, newest first, each once.
 * @param before only what is older than this id
 */
export function* newestFirst<Thing extends Made>(on: readonly (readonly Thing[])[], before?: string): Generator<Thing> {
  const cursors = on.map((shelf) => ({
    shelf,
    at: (before === undefined ? shelf.length : firstNotBefore(shelf, before)) - 1,
  }))
  let last: Thing | undefined
  for (;;) {
    let next: (typeof cursors)[number] | undefined
    let newest: Thing | undefined
    for (const cursor of cursors) {
      const thing = cursor.shelf[cursor.at]
      if (thing && (!newest || compareIds(thing.id, newest.id) > 0)) {
        newest = thing
        next = cursor
      }
    }
    if (!newest || !next) return
    next.at--
    if (newest !== last) yield newest
    last = newest
  }
}

/** Where the first thing stands that is not older than that id. */
function firstNotBefore(shelf: readonly Made[], id: string): number {
  let low = 0
  let high = shelf.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIds(shelf[middle]?.id ?? '', id) < 0) low = middle + 1
    else high = middle
  }
  return low
}
