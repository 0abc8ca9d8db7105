import type { Store } from './store/index.ts'

const HOUR = 3_600_000

/**
 * The standard redirect is the same words every time, which platforms take for spam when they come in bursts: Bluesky's
 * own rule reports an account at twenty identical replies a day, were it new. So many an hour, then the rest wait.
 */
const REDIRECTS_PER_HOUR = 20

/** True, or when the next one may go. */
export async function mayRedirect(store: Store, accountId: string, now: Date): Promise<true | Date> {
  const sent = await store.outbox.redirects(accountId, new Date(now.getTime() - HOUR))
  const oldest = sent[REDIRECTS_PER_HOUR - 1]
  return oldest === undefined ? true : new Date(oldest.getTime() + HOUR)
}
