import { facebookAccount, type Means } from '../../adapters/facebook/index.ts'
import type { Platform } from '../../adapters/platform.ts'
import { type Options, startMeta } from '../emulators/meta/index.ts'
import { vaultInMemory } from './bluesky-account.ts'
import { purseInMemory } from './means.ts'

/**
 * An MP's Page on the emulated Facebook, somebody who writes there, and the Page as Serjeant has it.
 * @param now Unix milliseconds
 */
export async function facebookPage(now: () => number, options: Options = {}) {
  const meta = await startMeta({ now, engaged: 10_000, ...options })
  const page = meta.world.page('Jo Hartley MP')
  const grant = meta.tokens.page(page)
  const { id, secret } = meta.app
  const given = { app: { id, secret }, page: page.id, token: grant.token, api: meta.url }
  return {
    meta,
    page,
    grant,
    sam: meta.world.person('Sam Ordinary'),
    /** A process that has just started. */
    account: (settings: Record<string, unknown> = {}, means: Means = {}): Platform =>
      facebookAccount(
        {
          handle: 'johartleymp',
          settings: { ...given, ...settings },
          vault: vaultInMemory(),
          purse: purseInMemory(() => new Date(now())),
          now: () => new Date(now()),
        },
        means,
      ),
  }
}
