import type { Bucket } from './endpoints.ts'
import type { Page } from './facebook.ts'

/** How often Graph lets itself be called, and what its headers tell of that. */

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Calls of a Page's token in 24 hours, for each person who engaged with the Page in that time. */
const PER_ENGAGED = 4800
/** Calls of people's own tokens in an hour, for each person who uses the app. */
const PER_USER = 200

interface Spent {
  at: number
  calls: number
}

interface Measure {
  /** Unix milliseconds of what was spent, oldest first. */
  spent: Spent[]
  limit: number
  length: number
}

export type Usage = ReturnType<typeof usageBy>

/** @param engaged how many people engaged with each Page in the last 24 hours */
export function usageBy(now: () => number, engaged: number) {
  const measures = new Map<string, Measure>()
  const measureOf = (key: string, limit: number, length: number): Measure => {
    const measure = measures.get(key) ?? { spent: [], limit, length }
    measures.set(key, measure)
    while ((measure.spent[0]?.at ?? Infinity) <= now() - length) measure.spent.shift()
    return measure
  }
  // GUESS: one limit for all three. Meta's for Instagram goes by impressions, that for Messenger is lower.
  const ofPage = (page: Page, bucket: Bucket) => measureOf(`${page.id} ${bucket}`, PER_ENGAGED * engaged, DAY)
  const ofApp = () => measureOf('app', PER_USER, HOUR)

  const callsOf = ({ spent }: Measure): number => spent.reduce((sum, { calls }) => sum + calls, 0)
  const percentOf = (measure: Measure): number => Math.floor((callsOf(measure) / measure.limit) * 100)
  const spend = (measure: Measure, calls: number): void => {
    const last = measure.spent.at(-1)
    if (last?.at === now()) last.calls += calls
    else measure.spent.push({ at: now(), calls })
  }
  const minutesUntilAllowed = (measure: Measure): number => {
    let calls = callsOf(measure)
    const frees = measure.spent.find((one) => {
      calls -= one.calls
      return calls < measure.limit
    })
    return frees && percentOf(measure) >= 100 ? Math.ceil((frees.at + measure.length - now()) / 60_000) : 0
  }
  const shares = (measure: Measure) => {
    const percent = percentOf(measure)
    // GUESS: calls cost time in proportion.
    return { call_count: percent, total_cputime: Math.floor(percent / 2), total_time: Math.floor(percent / 2) }
  }

  return {
    /** Count a call; @returns whether it is allowed. */
    count: (page: Page | null, bucket: Bucket): boolean => {
      const measure = page ? ofPage(page, bucket) : ofApp()
      if (callsOf(measure) >= measure.limit) return false
      spend(measure, 1)
      return true
    },

    /** As if that share of what the Page may use had been used in one moment, now. */
    fill: (page: Page, bucket: Bucket, percent: number): void => {
      const measure = ofPage(page, bucket)
      spend(measure, Math.max(0, Math.ceil((measure.limit * percent) / 100) - callsOf(measure)))
    },

    /** As if people's own tokens had used that share of the hour's calls. */
    fillApp: (percent: number): void => {
      const measure = ofApp()
      spend(measure, Math.max(0, Math.ceil((measure.limit * percent) / 100) - callsOf(measure)))
    },

    /** Graph tells nothing until enough has been used: no header means unknown, not nothing. */
    headers: (page: Page | null): Record<string, string> => {
      if (!page) {
        const measure = ofApp()
        return percentOf(measure) < 1 ? {} : { 'x-app-usage': JSON.stringify(shares(measure)) }
      }
      const byId: Record<string, object[]> = {}
      for (const bucket of ['pages', 'messenger', 'instagram'] as const) {
        const id = bucket === 'instagram' ? page.account?.id : page.id
        const measure = ofPage(page, bucket)
        if (id === undefined || percentOf(measure) < 1) continue
        byId[id] = [
          ...(byId[id] ?? []),
          { type: bucket, ...shares(measure), estimated_time_to_regain_access: minutesUntilAllowed(measure) },
        ]
      }
      return Object.keys(byId).length === 0 ? {} : { 'x-business-use-case-usage': JSON.stringify(byId) }
    },
  }
}
