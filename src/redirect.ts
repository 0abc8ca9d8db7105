import type { Store } from './store/index.ts'

const HOUR = 3_600_000

/**
 * The standard redirect is the same words every time, which platforms take for spam when they come in bursts: Bluesky's
 * own rule reports an account at twenty identical replies a day, were it new. So many an hour and a day, then the rest
 * wait.
 */
const MOST = [
  { sent: 20, within: HOUR },
  { sent: 60, within: 24 * HOUR },
]

/** After this an answer would read as a machine's, and staff answer instead. */
export const TOO_LATE = 48 * HOUR

/** True, or when the next one may go. */
export async function mayRedirect(store: Store, accountId: string, now: Date): Promise<true | Date> {
  const sent = await store.outbox.redirects(accountId, new Date(now.getTime() - 24 * HOUR))
  const waits = MOST.flatMap(({ sent: most, within }) => {
    const last = sent[most - 1]
    return last === undefined ? [] : last.getTime() + within
  })
  const next = Math.max(...waits, 0)
  return next > now.getTime() ? new Date(next) : true
}
