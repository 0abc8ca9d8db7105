import { within } from '../adapters/deadline.ts'
import type { Outcome } from '../adapters/platform.ts'
import type { ActionKind } from '../moderation/model.ts'
import { describe, type Logger } from './logging.ts'
import type { Served } from './poll.ts'
import { TOO_LATE } from './redirect.ts'
import type { Errand, Store } from './store/index.ts'

/** A platform call must end well before the lease does, else another worker would start beside it. Milliseconds. */
const LEASE = 150_000
const CALL = 60_000
const BATCH = 10
/** An order that the platform keeps putting off, or that keeps breaking off, is given up then, and staff see it. */
const PATIENCE = 3 * 86_400_000
const TRIES = 20

const IN_CARE = 'The person seemed to be at risk since this was ordered, so the tool does nothing to them by itself.'
const NO_LETTER =
  'The person seemed to be at risk since this was written, so it was not sent. Speak to them, if at all.'

const ENOUGH = 'Enough redirects for now.'
const STOPPED = 'Staff have stopped the tool: it waits until they let it go on.'

export interface ActParts {
  store: Store
  account: Served
  worker: string
  log: Logger
  now: () => Date
  /** May a redirect be sent from this account now? Else when. */
  mayRedirect: (accountId: string) => Promise<true | Date>
  /** Is nothing to leave for the platform now, but what takes something back? */
  isStopped: () => boolean
}

/**
 * Carries out what is queued for one account: look, perform, verify, record. The only caller of Platform.perform.
 * Each account has its own, so that a platform that hangs holds up nobody else's.
 */
export function actor({ store, account, worker, log, now, mayRedirect, isStopped }: ActParts) {
  const { platform } = account
  /** Until when the platform takes no order of a kind, why, and since when. A probe that succeeded since may have changed that. */
  const closed = new Map<ActionKind, { at: Date; because: string; since: Date }>()
  const closure = (kind: ActionKind) => {
    const shut = closed.get(kind)
    const { probedAt } = account
    return shut && shut.at > now() && !(probedAt && probedAt > shut.since) ? shut : null
  }

  const carryOut = async (errand: Errand, stop: AbortSignal): Promise<void> => {
    const { order } = errand
    const shut = closure(order.action)
    if (shut) return store.outbox.defer(errand, shut.at, shut.because)
    // A letter waits no longer for its turn than a person may change: nobody at risk is sent one, whoever wrote it. Nor is that
    // asked for all that were leased at once: by the last of them a minute may have passed, and somebody be in need since.
    // The standard answer is as much a letter as a warning, and a person may have agreed to it hours ago, for many at once.
    const isLetter = order.action === 'warn' || order.action === 'redirect'
    const isHeld = errand.origin === 'tool' || isLetter
    if (isHeld && !order.undo && (await store.outbox.isInCare(errand, now())))
      return record(errand, { is: 'refused', because: errand.origin === 'tool' ? IN_CARE : NO_LETTER })
    // What a person agreed to is not held back: a block waits for the redirect before it.
    if (order.action === 'redirect' && !order.undo && errand.origin === 'tool') {
      if (now().getTime() - errand.begunAt.getTime() > TOO_LATE)
        return record(errand, { is: 'refused', because: 'It waited too long for its turn: answer by hand, if at all.' })
      const may = await mayRedirect(account.id)
      if (may !== true) {
        await store.outbox.defer(errand, may, ENOUGH)
        return store.outbox.putOff(account.id, 'redirect', may, ENOUGH)
      }
    }
    const outcome = await attempt(errand, stop)
    if (outcome?.is === 'retry' && outcome.all) closed.set(order.action, { ...outcome, since: now() })
    if (outcome !== null) await record(errand, outcome)
  }

  /** Null if there is nothing to record yet: the order is tried again once its lease has run out. */
  const attempt = async (errand: Errand, stop: AbortSignal): Promise<Outcome | null> => {
    const { order } = errand
    try {
      if (!errand.isPrepared) {
        order.prepared = platform.prepare(order)
        if (!(await store.outbox.prepared(errand, order.prepared))) return null
      }
      return patient(errand, await within(CALL, stop, (signal) => platform.perform(order, signal)))
    } catch (error) {
      // Stopped or timed out in the middle: it may have been done, so the next try looks before it acts.
      const facts = { action: errand.id, kind: order.action, attempt: order.attempt, ...describe(error) }
      log.warn(facts, 'an action was broken off and will be looked at again')
      if (stop.aborted || !(isOld(errand) || order.attempt >= TRIES)) return null
      return { is: 'unconfirmed', because: 'It broke off every time it was tried. Look on the platform.' }
    }
  }

  const isOld = ({ begunAt }: Errand): boolean => now().getTime() - begunAt.getTime() >= PATIENCE

  const patient = (errand: Errand, outcome: Outcome): Outcome =>
    outcome.is === 'retry' && isOld(errand)
      ? { is: 'refused', because: `Given up after three days: ${outcome.because}` }
      : outcome

  const record = async (errand: Errand, outcome: Outcome): Promise<void> => {
    const facts = { action: errand.id, kind: errand.order.action, undo: errand.order.undo, outcome: outcome.is }
    try {
      if (await store.outbox.settle(errand, outcome, now())) log.debug(facts, 'an action was settled')
      else log.warn(facts, 'an action outlived its lease; whoever has it now records it')
    } catch (error) {
      // One that can't be recorded must not hold up those behind it.
      if (store.explain(error) !== null) throw error
      log.error({ ...facts, ...describe(error) }, 'what came of an action could not be recorded')
    }
  }

  return async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const leasedAt = now().getTime()
      const errands = await store.outbox.lease(account.id, now(), worker, BATCH, LEASE, isStopped())
      if (errands.length === 0) return
      for (const errand of errands) {
        // What is not begun by now is leased again when this lease runs out.
        if (signal.aborted || now().getTime() - leasedAt > LEASE - CALL) return
        if (isStopped() && !errand.order.undo) {
          await store.outbox.defer(errand, now(), STOPPED)
          continue
        }
        await carryOut(errand, signal)
      }
    }
  }
}
