import type { Outcome } from '../adapters/platform.ts'
import { describe, type Logger } from './logging.ts'
import type { Served } from './poll.ts'
import type { Errand, Store } from './store/index.ts'

/** A platform call must end well before the lease does, else another worker would start beside it. Milliseconds. */
const LEASE = 150_000
const CALL = 60_000
const BATCH = 10
/** An order the platform keeps putting off is given up after this, and staff are told. */
const PATIENCE = 3 * 86_400_000

export interface ActParts {
  store: Store
  account: Served
  worker: string
  log: Logger
  now: () => Date
  /** May a redirect be sent from this account now? Else when. */
  mayRedirect: (accountId: string) => Promise<true | Date>
}

/**
 * Carries out what is queued for one account: look, perform, verify, record. The only caller of Platform.perform.
 * Each account has its own, so that a platform that hangs holds up nobody else's.
 */
export function actor({ store, account, worker, log, now, mayRedirect }: ActParts) {
  const { platform } = account

  const carryOut = async (errand: Errand, stop: AbortSignal): Promise<void> => {
    const { order } = errand
    if (order.action === 'redirect' && !order.undo) {
      const may = await mayRedirect(account.id)
      if (may !== true) return record(errand, { is: 'retry', at: may, because: 'Enough redirects for this hour.' })
    }
    if (!errand.isPrepared) {
      order.prepared = platform.prepare(order)
      if (!(await store.outbox.prepared(errand, order.prepared))) return
    }
    try {
      const outcome = await platform.perform(order, AbortSignal.any([stop, AbortSignal.timeout(CALL)]))
      await record(errand, patient(errand, outcome))
    } catch (error) {
      // Stopped or timed out in the middle: the lease runs out, and the next try looks before it acts.
      const facts = { action: errand.id, kind: order.action, ...describe(error) }
      log.warn(facts, 'an action was broken off and will be looked at again')
    }
  }

  const patient = (errand: Errand, outcome: Outcome): Outcome => {
    if (outcome.is !== 'retry' || now().getTime() - errand.createdAt.getTime() < PATIENCE) return outcome
    return { is: 'refused', because: `Given up after three days: ${outcome.because}` }
  }

  const record = async (errand: Errand, outcome: Outcome): Promise<void> => {
    const held = await store.outbox.settle(errand, outcome, now())
    const facts = { action: errand.id, kind: errand.order.action, undo: errand.order.undo, outcome: outcome.is }
    if (held) log.debug(facts, 'an action was settled')
    else log.warn(facts, 'an action outlived its lease; whoever has it now records it')
  }

  return async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const leasedAt = now().getTime()
      const errands = await store.outbox.lease(account.id, now(), worker, BATCH, LEASE)
      if (errands.length === 0) return
      for (const errand of errands) {
        // What is not begun by now is leased again when this lease runs out.
        if (signal.aborted || now().getTime() - leasedAt > LEASE - CALL) return
        await carryOut(errand, signal)
      }
    }
  }
}
