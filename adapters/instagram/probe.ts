import type { Account } from '../meta/graph.ts'
import { rightsOf } from '../meta/rights.ts'
import type { Keys } from '../meta/tokens.ts'
import { subscribe } from '../meta/webhooks.ts'
import type { PlatformSetup, Probe } from '../platform.ts'
import { myself } from './account.ts'
import { capabilities } from './perform.ts'

/** What may be done with the account, found out anew. @throws PlatformError */
export async function probe(
  account: Account,
  keys: Keys,
  { vault }: Pick<PlatformSetup, 'vault'>,
  signal: AbortSignal,
): Promise<Probe> {
  keys.forget()
  const { username } = await myself(account, signal)
  const rights = await rightsOf({ account, keys, vault, product: 'Instagram' }, signal)
  const untold = account.settings.verify === undefined ? UNNAMED : await subscribe(account, signal)
  const notes = [...rights.notes, ...(untold === null ? [] : [untold]), UNSEEN]
  return {
    handle: username,
    capabilities: capabilities(rights, account.settings.answer),
    notes,
    warnings: rights.warnings,
  }
}

const UNSEEN =
  'Instagram shows to no program: comments under adverts and under posts with an age limit, those of people whom you have restricted, and stories that name the account. Please look at those in the Instagram app.'

const UNNAMED =
  'Captions and comments on other people’s posts that name the account are not read: Meta tells of them only if the office has set up push (the setting "verify"). Until then look at those in the Instagram app.'
