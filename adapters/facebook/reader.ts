import type { Account } from '../meta/graph.ts'
import type { Met } from '../meta/missing.ts'
import type { Known } from './map.ts'

/** What reading works with besides the account. All of it may be forgotten at any time: it is then asked for again. */
export interface Reader extends Account {
  posts: Posts
  portions: Portions
  /** Of the day's second look, whose round is named by when it began: all ids by others it has met, and posts it walks through. */
  met: { round: number; ids: Met; walked: Set<string> }
}

export const reader = (account: Account): Reader => ({
  ...account,
  posts: rememberPosts(),
  portions: portions(),
  met: nothingMet(),
})

export const nothingMet = (round = 0): Reader['met'] => ({ round, ids: new Map(), walked: new Set() })

/** The posts that comments stand under: looking up each again would cost a call for every page of comments. */
export interface Posts {
  get(id: string): Known | undefined
  set(post: Known): void
}

const REMEMBERED = 1_000

/** A memory that forgets what was not met for longest. */
function rememberPosts(): Posts {
  const known = new Map<string, Known>()
  return {
    get: (id) => known.get(id),
    set: ({ id, message, created_time, from, permalink_url }) => {
      known.delete(id)
      known.set(id, { id, message, created_time, from, permalink_url })
      const [oldest] = known.keys()
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    },
  }
}

/**
 * How many posts to ask for at once. Facebook gives up on an answer that is too much work, and says no more than that something
 * went wrong: half as many may do.
 */
export interface Portions {
  of(most: number): number
  failed(asked: number): void
  worked(): void
}

const LEAST = 3

function portions(): Portions {
  let limit = Number.POSITIVE_INFINITY
  return {
    of: (most) => Math.min(most, limit),
    failed: (asked) => {
      limit = Math.max(LEAST, Math.floor(asked / 2))
    },
    worked: () => {
      limit++
    },
  }
}
