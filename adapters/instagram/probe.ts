import type { Account } from '../meta/graph.ts'
import type { Keys } from '../meta/tokens.ts'
import type { Probe } from '../platform.ts'
import { myself } from './account.ts'
import { capabilities } from './perform.ts'

export async function probe(account: Account, keys: Keys, signal: AbortSignal): Promise<Probe> {
  keys.forget()
  const { scopes } = await keys.inspected(signal)
  const { username } = await myself(account, signal)
  return { handle: username, capabilities: capabilities(scopes), notes: [] }
}
