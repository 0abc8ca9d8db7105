import type { IncomingHttpHeaders } from 'node:http'
import { PlatformError } from '../platform.ts'
import type { Endpoint } from './endpoints.ts'

/** X's limits on how often a call may be made, as its answers tell of them: none is made that is sure to be refused. */
export interface Pace {
  /** @throws PlatformError 'throttled' until X allows the call again */
  check(endpoint: Endpoint): void
  /** Learn from an answer. `refused`: it was "too many requests". */
  heard(endpoint: Endpoint, headers: IncomingHttpHeaders, refused: boolean): void
  /** From when X allows it again, if not now. */
  closedUntil(endpoint: Endpoint): Date | undefined
}

/** Windows of 15 minutes, and of 24 hours for the person or the app. */
const WINDOWS = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour']
const MINUTE = 60_000
/** No window is longer; what lies beyond is nonsense, or a clock that is wrong. */
const LONGEST = 25 * 60 * MINUTE

export function pace(now: () => Date): Pace {
  /** One entry for each endpoint that there is. */
  const closed = new Map<Endpoint, { until: number; refusals: number }>()

  const closedUntil = (endpoint: Endpoint): Date | undefined => {
    const until = closed.get(endpoint)?.until ?? 0
    return until > now().getTime() ? new Date(until) : undefined
  }

  return {
    closedUntil,
    check: (endpoint) => {
      const retryAt = closedUntil(endpoint)
      if (retryAt) throw new PlatformError('throttled', 'X asks for fewer requests.', { retryAt })
    },
    heard: (endpoint, headers, refused) => {
      const refusals = refused ? (closed.get(endpoint)?.refusals ?? 0) + 1 : 0
      const ends = WINDOWS.filter((window) => headers[`${window}-remaining`] === '0').flatMap((window) => {
        // Told in whole seconds: a second more is on the safe side.
        const until = (Number(headers[`${window}-reset`]) + 1) * 1000
        return until > now().getTime() ? [Math.min(until, now().getTime() + LONGEST)] : []
      })
      // Refused, and not told until when.
      const guess = now().getTime() + MINUTE * Math.min(2 ** (refusals - 1), 15)
      const until = Math.max(0, ...ends, ...(refused && ends.length === 0 ? [guess] : []))
      closed.set(endpoint, { until, refusals })
    },
  }
}
