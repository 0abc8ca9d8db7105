import type { Letter } from '../adapters/platform.ts'
import type { OfficeFacts } from '../moderation/model.ts'
import type { Policy } from '../moderation/policy.ts'
import { fillRedirect } from '../moderation/policy.ts'
import type { Farewell, Store } from './store/index.ts'

const HOUR = 3_600_000

/**
 * The standard redirect is the same words every time, which platforms take for spam when they come in bursts: Bluesky's
 * own rule reports an account at twenty identical replies a day, were it new. So many an hour, then the rest wait.
 */
export const REDIRECTS_PER_HOUR = 20

/** The office's own words with phone and email filled in. @throws Error naming the placeholder that can't be filled */
export function standardRedirect(policy: Policy, office: OfficeFacts): Letter {
  return fillRedirect(policy, office)
}

/** What is said before a block, since after it the person can't read anything. */
export function farewell(policy: Policy, office: OfficeFacts): Farewell {
  return { letter: standardRedirect(policy, office), everyDays: policy.redirect.everyDays }
}

/** True, or when the next one may go. */
export async function mayRedirect(store: Store, accountId: string, now: Date): Promise<true | Date> {
  const sent = await store.outbox.redirects(accountId, new Date(now.getTime() - HOUR))
  const oldest = sent[REDIRECTS_PER_HOUR - 1]
  return oldest === undefined ? true : new Date(oldest.getTime() + HOUR)
}
