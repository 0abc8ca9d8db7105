import { within } from './deadline.ts'
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
      if (platform.doneByHand === undefined) continue
      const orders = await store.outbox.toLookFor(id, now())
      if (orders.length === 0) continue
      let found: ReadonlySet<string> = new Set()
      try {
        found = await within(
          CALL,
          stop,
          (signal) => platform.doneByHand?.(orders, signal) ?? Promise.resolve(new Set()),
        )
      } catch (error) {
        if (stop.aborted) return
        log.warn({ account: id, ...describe(error) }, 'what staff did by hand could not be looked for')
      }
      await store.outbox.lookedFor(orders, found, now())
    }
  }
}
