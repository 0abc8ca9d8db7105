import type { Store } from './store/index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** After this an answer would read as a machine's, and staff answer instead. */
export const TOO_LATE = 2 * DAY

/**
 * True, or when the next one may go. The standard redirect is the same words every time, which platforms take for spam
 * when they come in bursts (Bluesky's own rule reports a new account at twenty identical replies a day): so many an hour,
 * and three times as many a day.
 */
export async function mayRedirect(store: Store, accountId: string, perHour: number, now: Date): Promise<true | Date> {
  const sent = await store.outbox.redirects(accountId, new Date(now.getTime() - DAY))
  const limits = [
    { most: perHour, within: HOUR },
    { most: 3 * perHour, within: DAY },
  ]
  const waits = limits.flatMap(({ most, within }) => {
    const last = most === 0 ? now : sent[most - 1]
    return last === undefined ? [] : last.getTime() + within
  })
  const next = Math.max(...waits, 0)
  return next > now.getTime() ? new Date(next) : true
}
