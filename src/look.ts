import { within } from '../adapters/deadline.ts'
import type { Order } from '../adapters/platform.ts'
import { type ActionKind, ON_AUTHOR } from '../moderation/model.ts'
import { describe, type Logger } from './logging.ts'
import type { Served } from './poll.ts'
import type { Question, Store } from './store/index.ts'

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
    for (const account of served.values()) {
      const { seesByHand = [] } = account.platform
      const orders = seesByHand.length === 0 ? [] : await store.outbox.toLookFor(account.id, seesByHand, now())
      if (orders.length === 0) continue
      const found = await looked(account, orders, log, stop)
      if (stop.aborted) return
      await store.outbox.lookedFor(orders, found, now())
    }
  }
}

/**
 * Compares each night who is blocked with who should be by the record: staff block and unblock on the platforms too. What is
 * found is written down, and never mended.
 */
export function reconciler({ store, served, log, now }: LookParts) {
  const reconcile = async (account: Served, kind: ActionKind, stop: AbortSignal): Promise<void> => {
    let after: string | null = null
    for (;;) {
      const questions: Question[] = await store.reconciling.questions(account.id, kind, after, now())
      after = questions.at(-1)?.actionId ?? null
      if (after === null) return
      const orders = questions.flatMap(({ does, doesNot }) => [does, doesNot])
      const stand = await looked(account, orders, log, stop)
      // What goes wrong for some would for the rest: the next night looks again.
      if (stand === null) return
      const otherwise = await store.reconciling.compared(questions, stand, now())
      if (otherwise > 0) log.info({ account: account.id, kind, otherwise }, 'staff did or undid this on the platform')
    }
  }

  return async (stop: AbortSignal): Promise<void> => {
    for (const account of served.values()) {
      for (const kind of account.platform.seesByHand ?? []) {
        if (ON_AUTHOR.includes(kind)) await reconcile(account, kind, stop)
        if (stop.aborted) return
      }
    }
  }
}

/** Which of these stand on the platform; null where it could not be looked. */
async function looked(
  { id, platform }: Served,
  orders: readonly Order[],
  log: Logger,
  stop: AbortSignal,
): Promise<ReadonlySet<string> | null> {
  try {
    return await within(CALL, stop, async (signal) => platform.doneByHand?.(orders, signal) ?? new Set<string>())
  } catch (error) {
    if (!stop.aborted) log.warn({ account: id, ...describe(error) }, 'what staff did by hand could not be looked for')
    return null
  }
}
