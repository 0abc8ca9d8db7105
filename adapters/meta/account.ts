import { graph } from './client.ts'
import type { Account, Means, Setup } from './graph.ts'
import { readSettings } from './settings.ts'
import { type Keys, keysOf } from './tokens.ts'

/** Milliseconds for one call: reading a busy Page takes Meta several seconds. */
const PATIENCE = 30_000

/**
 * The account as both adapters have it.
 * @param platform as people call it
 * @throws Error naming the settings that are wrong
 */
export function accountOn(
  platform: 'Facebook' | 'Instagram',
  { settings: given, vault, now }: Setup,
  { patience = PATIENCE }: Means = {},
): { account: Account; keys: Keys } {
  const settings = readSettings(platform, given)
  const keys = keysOf({ settings, vault, now, patience })
  const account: Account = {
    settings,
    now,
    patience,
    graph: graph({ settings, now, patience, token: async (signal) => (await keys.signed(signal)).token }),
    page: async (signal) => (await keys.signed(signal)).page,
    scopes: async (signal) => (await keys.inspected(signal)).scopes,
  }
  return { account, keys }
}
