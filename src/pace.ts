/** How soon an account is polled again. Pure. Times in milliseconds. */

const SECOND = 1000
const MINUTE = 60 * SECOND

/** First abusive replies come within two minutes of a post, and most within two hours. */
const LIVELY = 2 * 60 * MINUTE
/** This many breaches in the last quarter of an hour count as a pile-on. */
const PILE_ON = 5

export interface Pulse {
  pace: 'live' | 'slow'
  now: Date
  /** IANA name. */
  timezone: string
  lastPostAt: Date | null
  /** Breaches judged on this account in the last 15 minutes. */
  breaches: number
}

export function interval({ pace, now, timezone, lastPostAt, breaches }: Pulse): number {
  const lively = breaches >= PILE_ON || (lastPostAt !== null && now.getTime() - lastPostAt.getTime() < LIVELY)
  if (pace === 'slow') return (lively ? 10 : 15) * MINUTE
  if (lively) return 30 * SECOND
  return isNight(now, timezone) ? 3 * MINUTE : MINUTE
}

/** From 23:00 to 06:00 where the office is. */
function isNight(now: Date, timezone: string): boolean {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: timezone }).format(now),
  )
  return hour >= 23 || hour < 6
}

const POLLING = { first: 30 * SECOND, most: 15 * MINUTE }

/** How long to wait after failures in a row: `first`, doubled each time, at most `most`, with full jitter above the half. */
export function backoff(failures: number, random: number, { first, most }: typeof POLLING = POLLING): number {
  const longest = Math.min(most, first * 2 ** Math.min(failures, 10))
  return longest / 2 + (longest / 2) * random
}
