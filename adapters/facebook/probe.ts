import type { Account } from '../meta/graph.ts'
import { rightsOf } from '../meta/rights.ts'
import type { Keys } from '../meta/tokens.ts'
import { subscribe } from '../meta/webhooks.ts'
import type { PlatformSetup, Probe } from '../platform.ts'
import { capabilities } from './perform.ts'

/** What may be done with the Page, found out anew. @throws PlatformError, Refusal */
export async function probe(
  account: Account,
  keys: Keys,
  { vault }: Pick<PlatformSetup, 'vault'>,
  signal: AbortSignal,
): Promise<Probe> {
  keys.forget()
  const { name } = await account.page(signal)
  const rights = await rightsOf({ account, keys, vault, product: 'Facebook' }, signal)
  const untold = account.settings.verify === undefined ? null : await subscribe(account, signal)
  const notes = [...rights.notes, ...(untold === null ? [] : [untold]), UNSEEN]
  return { handle: name, capabilities: capabilities(rights, account.settings.answer), notes, warnings: rights.warnings }
}

const UNSEEN =
  'Facebook shows to no program: recommendations of the Page, comments on other people’s posts that name it, and posts that their authors show only to some. Please look at those in the Facebook app.'
