import { within } from '../adapters/deadline.ts'
import { describe, type Logger } from './logging.ts'
import type { Served } from './poll.ts'
import type { Store } from './store/index.ts'

const CALL = 60_000

export interface LookParts {
  store: Store
  served: ReadonlyMap<string, Served>
  log: Logger
  now: () => Date
}

/** Looks on the platforms whether staff did what they were asked to do by hand, so that nobody need say so. */
export function looker({ store, served, log, now }: LookParts) {
  return async (stop: AbortSignal): Promise<void> => {
    for (const { id, platform } of served.values()) {
      const { seesByHand = [] } = platform
      const orders = seesByHand.length === 0 ? [] : await store.outbox.toLookFor(id, seesByHand, now())
      if (orders.length === 0) continue
      let found: ReadonlySet<string> | null = null
      try {
        found = await within(CALL, stop, async (signal) => platform.doneByHand?.(orders, signal) ?? new Set<string>())
      } catch (error) {
        if (stop.aborted) return
        log.warn({ account: id, ...describe(error) }, 'what staff did by hand could not be looked for')
      }
      await store.outbox.lookedFor(orders, found, now())
    }
  }
}
