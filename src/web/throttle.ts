/** At most so many tries per key in a window; in memory, so a restart forgets. */
export interface Throttle {
  /** Count a try, before anything is waited for: tries that come together are counted together. False: too many. */
  take(key: string, now: Date): boolean
  /** The try was a good one after all: it does not count. */
  giveBack(key: string): void
  /** Nor do those before it. */
  forget(key: string): void
}

/**
 * `keys` bounds the memory: past it the key that was tried longest ago is forgotten, so an attacker who invents names
 * pushes out other inventions and not the limit on addresses, which is a throttle of its own.
 */
export function throttle(most: number, windowMs: number, keys = 10_000): Throttle {
  const tries = new Map<string, { count: number; since: number }>()
  return {
    take: (key, now) => {
      const known = tries.get(key)
      const fresh = known === undefined || now.getTime() - known.since >= windowMs
      const { count, since } = fresh ? { count: 0, since: now.getTime() } : known
      tries.delete(key)
      tries.set(key, { count: count + 1, since })
      const [oldest] = tries.keys()
      if (tries.size > keys && oldest !== undefined) tries.delete(oldest)
      return count < most
    },
    giveBack: (key) => {
      const known = tries.get(key)
      if (known) known.count -= 1
    },
    forget: (key) => {
      tries.delete(key)
    },
  }
}
