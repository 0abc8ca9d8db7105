import type { Account } from '../meta/graph.ts'
import { type Page, PlatformError } from '../platform.ts'
import type { Around } from './map.ts'

/** What every source and every order of the adapter works with. */

export const DAY = 24 * 3_600_000

/**
 * The Instagram account that is linked to the Page.
 * @throws PlatformError 'unauthorised' where none is
 */
export async function myself(account: Account, signal: AbortSignal): Promise<Around['me']> {
  const { instagram } = await account.page(signal)
  if (instagram) return instagram
  throw new PlatformError(
    'unauthorised',
    'No Instagram account is linked to the Facebook Page. In the Instagram app open Settings, “Account type and tools”, make it a professional account and link it to the Page; then run npx serjeant connect instagram.',
  )
}

export async function around(account: Account, signal: AbortSignal): Promise<Around> {
  return { me: await myself(account, signal), now: account.now() }
}

/** From when on things are read: what is older when the account is read for the very first time is left alone. */
export function horizon({ settings, now }: Account): number {
  return now().getTime() - settings.lookBackDays * DAY
}

/** A page of a source, and how long Meta wants to be left alone. */
export function paged({ graph }: Account, page: Omit<Page, 'gone' | 'rest'> & Partial<Page>): Page {
  const rest = page.rest ?? graph.rest('instagram') ?? undefined
  return { gone: [], ...page, ...(rest ? { rest } : {}) }
}
