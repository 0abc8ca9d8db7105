import { heeding } from '../../adapters/deadline.ts'
import type { Finding } from '../../moderation/model.ts'
import { describe, type Logger } from '../logging.ts'
import { backoff } from '../pace.ts'
import { gate } from './gate.ts'
import type { Adviser } from './index.ts'
import { AdviserError } from './trouble.ts'

export interface Restraint {
  /** Calls side by side. */
  atOnce: number
  /** Calls in a minute, where the service sets a limit. */
  perMinute?: number | undefined
  /** Cut off sooner than this, in milliseconds, a call says nothing: it had waited too long for its turn. */
  fair: number
  log: Logger
  now: () => Date
  random: () => number
}

export interface Guarded extends Adviser {
  /** Why it is not asked now, or had no answer to the last item, in plain words; null if all is well. */
  trouble(): string | null
  /** It is left alone now: asking it costs no time. */
  isResting(): boolean
}

/** So many failures in a row, and it is left alone for a while. */
const IN_A_ROW = 3
/** So many answers in a row that can't be used are no longer the fault of what strangers wrote. */
const NONSENSE = 10
const REST = { first: 60_000, most: 15 * 60_000 }
/** Whatever a server asks for: nobody starts the service anew only because of that. */
const LONGEST = 60 * 60_000
const MINUTE = 60_000

/**
 * An adviser that is not asked too much, and is left alone while it doesn't answer: judging then waits for it no longer.
 * After a rest one call tries whether it is back. Trouble is said once in the log, and once that it is over.
 */
export function guarded(adviser: Adviser, { atOnce, perMinute, fair, log, now, random }: Restraint): Guarded {
  const { name } = adviser
  const enter = gate(atOnce)
  let failures = 0
  let unusable = 0
  /** How often it was left alone since it last answered. */
  let rests = 0
  let restsTill = 0
  let over = false
  let trying = false
  let trouble: AdviserError | null = null
  let asked: number[] = []

  const isResting = (at: number): boolean => {
    const left = restsTill - at
    // A clock that is set back must not make a minute's rest a day's.
    return over || trying || (left > 0 && left <= LONGEST)
  }

  const admit = (): void => {
    const at = now().getTime()
    if (isResting(at)) throw new AdviserError('resting', trouble?.message ?? 'It is left alone for a while.')
    if (perMinute === undefined) return
    asked = asked.filter((time) => at - time < MINUTE)
    if (asked.length >= perMinute) throw new AdviserError('resting', `It may be asked ${perMinute} times a minute.`)
    asked.push(at)
  }

  const reached = (): void => {
    failures = 0
    rests = 0
  }

  const answered = (): void => {
    if (trouble !== null) log.info({ judge: name }, 'an optional judge answers again')
    trouble = null
    unusable = 0
    reached()
  }

  const failed = (error: AdviserError): void => {
    if (error.trouble === 'unusable') {
      reached()
      if (++unusable >= NONSENSE) say(error)
      return
    }
    say(error)
    failures++
    if (error.trouble === 'over') over = true
    else if (rests > 0 || failures >= IN_A_ROW || error.trouble !== 'unavailable') rest(error)
  }

  const say = (error: AdviserError): void => {
    if (trouble?.trouble !== error.trouble) {
      log.warn({ judge: name, ...describe(error) }, 'an optional judge does not answer')
    }
    trouble = error
  }

  const rest = ({ retryAt }: AdviserError): void => {
    const at = now().getTime()
    // What was under way when the first of them failed says nothing new.
    if (isResting(at) && !trying) return
    const wanted = Math.max(backoff(rests, random(), REST), (retryAt?.getTime() ?? 0) - at)
    restsTill = at + Math.min(wanted, LONGEST)
    rests++
  }

  const call = async (stop: AbortSignal, asking: (signal: AbortSignal) => Promise<Finding[]>): Promise<Finding[]> => {
    const isTrial = rests > 0
    trying = isTrial
    const began = performance.now()
    try {
      const findings = await heeding(stop, asking)
      answered()
      return findings
    } catch (error) {
      const told = inWords(error)
      // Whoever stops the service has not been failed by anybody.
      const late = isTimeOut(stop.reason) && performance.now() - began >= fair
      if (!stop.aborted || late) failed(told)
      throw told
    } finally {
      if (isTrial) trying = false
    }
  }

  return {
    name,
    sendsTo: adviser.sendsTo,
    ...(adviser.seesPictures === undefined ? {} : { seesPictures: adviser.seesPictures }),
    trouble: () => trouble?.message ?? null,
    isResting: () => isResting(now().getTime()),
    advise: async (subject, pictures, stop) => {
      // An answer without a question would pass for a sign of life.
      if (adviser.suits?.(subject, pictures) === false) return []
      const leave = await enter(stop)
      try {
        admit()
        return await call(stop, (signal) => adviser.advise(subject, pictures, signal))
      } finally {
        leave()
      }
    },
  }
}

const isTimeOut = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError'

function inWords(error: unknown): AdviserError {
  if (error instanceof AdviserError) return error
  if (isTimeOut(error)) return new AdviserError('unavailable', 'It did not answer in time.')
  return new AdviserError('unavailable', 'It broke.')
}
