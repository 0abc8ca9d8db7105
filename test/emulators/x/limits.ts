import { ENDPOINTS, type Endpoint, type EndpointName } from './endpoints.ts'

/** How often X lets itself be called: windows of 15 minutes, and of 24 hours for some, told in every answer's headers. */

const WINDOW = 15 * 60_000
const DAY = 24 * 3_600_000

interface Window {
  used: number
  /** Unix milliseconds. */
  ends: number
}

interface Measure {
  header: string
  key: string
  limit: number
  length: number
}

export type Limits = ReturnType<typeof limitsBy>

/** @param on whether calls beyond a limit are refused; the headers are sent in any case */
export function limitsBy(now: () => number, on: boolean) {
  const windows = new Map<string, Window>()

  const measuresOf = (name: EndpointName, personId: string): Measure[] => {
    const { rate, personDay, appDay }: Endpoint = ENDPOINTS[name]
    const measures = [{ header: 'x-rate-limit', key: `${name} ${personId}`, limit: rate, length: WINDOW }]
    if (personDay) {
      const key = `${name} ${personId} day`
      measures.push({ header: 'x-user-limit-24hour', key, limit: personDay, length: DAY })
    }
    if (appDay) measures.push({ header: 'x-app-limit-24hour', key: `${name} day`, limit: appDay, length: DAY })
    return measures
  }

  /** The window that runs now; it begins with the first call that it counts. */
  const windowOf = ({ key, length }: Measure): Window => {
    const running = windows.get(key)
    if (running && running.ends > now()) return running
    const fresh = { used: 0, ends: now() + length }
    windows.set(key, fresh)
    return fresh
  }

  return {
    /** Count a call, if it is allowed: one that is refused costs nothing. */
    count: (name: EndpointName, personId: string): boolean => {
      const measures = measuresOf(name, personId)
      if (on && measures.some((measure) => windowOf(measure).used >= measure.limit)) return false
      for (const measure of measures) windowOf(measure).used++
      return true
    },

    /** As if this person had made that many calls more. */
    spend: (name: EndpointName, personId: string, calls: number): void => {
      for (const measure of measuresOf(name, personId)) windowOf(measure).used += calls
    },

    headers: (name: EndpointName, personId: string): Record<string, string> => {
      const headers: Record<string, string> = {}
      for (const measure of measuresOf(name, personId)) {
        const { used, ends } = windowOf(measure)
        headers[`${measure.header}-limit`] = String(measure.limit)
        headers[`${measure.header}-remaining`] = String(Math.max(on ? 0 : 1, measure.limit - used))
        headers[`${measure.header}-reset`] = String(Math.ceil(ends / 1000))
      }
      return headers
    },
  }
}
