import { z } from 'zod'
import { type Outcome, PlatformError } from '../platform.ts'

const MINUTE = 60_000

/** How a call may go wrong, for those who test the service. */
export const CALLS = ['probe', 'fetch', 'perform', 'image'] as const
export type Call = (typeof CALLS)[number]

export const Fault = z.union([
  z.enum([
    /** The platform can't be reached. */
    'unavailable',
    /** Its credentials no longer work. */
    'unauthorised',
    /** It never answers: only the caller's signal ends the call. */
    'hang',
    /** It did as it was told, and the answer was lost on the way. */
    'lost-answer',
    /** It says no, for good. */
    'refuse',
    /** It says that the item or the person is no more. */
    'gone',
  ]),
  /** It says: not before this time. */
  z.strictObject({ throttledUntil: z.coerce.date() }),
])
export type Fault = z.infer<typeof Fault>

export interface Faults {
  /** Let the next `times` calls of this kind go wrong, after those planned before. */
  plan(call: Call, how: Fault, times?: number): void
  /** Take the next fault planned for this call; null if all is well. A call that hangs rejects once it is aborted. */
  meet(call: Call, signal: AbortSignal): Promise<Fault | null>
}

export function createFaults(): Faults {
  const planned: { call: Call; how: Fault; times: number }[] = []
  return {
    plan: (call, how, times = 1) => {
      planned.push({ call, how, times })
    },
    async meet(call, signal) {
      signal.throwIfAborted()
      const place = planned.findIndex((plan) => plan.call === call)
      const plan = planned[place]
      if (!plan) return null
      plan.times -= 1
      if (plan.times <= 0) planned.splice(place, 1)
      if (plan.how === 'hang') await aborted(signal)
      return plan.how
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** How a failing read is told. */
export function refuse(fault: Fault | null): void {
  if (fault === null) return
  if (typeof fault === 'object')
    throw new PlatformError('throttled', 'The rehearsal asks for a pause.', { retryAt: fault.throttledUntil })
  if (fault === 'unauthorised') throw new PlatformError('unauthorised', 'The rehearsal no longer takes the password.')
  if (fault === 'refuse' || fault === 'gone') throw new PlatformError('unexpected', 'The rehearsal answers in riddles.')
  throw new PlatformError('unavailable', 'The rehearsal can’t be reached.')
}

/** How an order that fails is told; null where it is carried out all the same. */
export function answerTo(fault: Fault, now: number): Outcome | null {
  if (typeof fault === 'object')
    return { is: 'retry', at: fault.throttledUntil, because: 'The rehearsal asks for a pause.' }
  if (fault === 'unavailable')
    return { is: 'retry', at: new Date(now + MINUTE), because: 'The rehearsal can’t be reached.' }
  if (fault === 'unauthorised')
    return { is: 'retry', at: new Date(now + 60 * MINUTE), because: 'The rehearsal no longer takes the password.' }
  if (fault === 'refuse') return { is: 'refused', because: 'The rehearsal said no.' }
  return fault === 'gone' ? { is: 'gone' } : null
}
