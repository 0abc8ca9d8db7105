/** At most so many failures per key in a window; in memory, so a restart forgets. */
export interface Throttle {
  /** Is this key allowed another try now? */
  allows(key: string, now: Date): boolean
  failed(key: string, now: Date): void
  forget(key: string): void
}

/**
 * `keys` bounds the memory: past it the key that failed longest ago is forgotten, so an attacker who invents names
 * pushes out other inventions and not the limit on addresses, which is a throttle of its own.
 */
export function throttle(most: number, windowMs: number, keys = 10_000): Throttle {
  const failures = new Map<string, { count: number; since: number }>()
  const current = (key: string, now: Date) => {
    const known = failures.get(key)
    return known && now.getTime() - known.since < windowMs ? known : undefined
  }
  return {
    allows: (key, now) => (current(key, now)?.count ?? 0) < most,
    failed: (key, now) => {
      const { count, since } = current(key, now) ?? { count: 0, since: now.getTime() }
      failures.delete(key)
      failures.set(key, { count: count + 1, since })
      const [oldest] = failures.keys()
      if (failures.size > keys && oldest !== undefined) failures.delete(oldest)
    },
    forget: (key) => {
      failures.delete(key)
    },
  }
}
