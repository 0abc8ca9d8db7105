import type { Config } from '../config.ts'
import { lookAtDatabase, type Outlook } from '../store/engine/look.ts'
import { openStore, type Store } from '../store/index.ts'

/**
 * The store of commands that only look: what is not there is not made, and what is old is not brought up to date.
 * @param key none has been made yet, if null: then leave the vault alone
 * @throws DatabaseError
 */
export async function openExisting(
  { databaseUrl: url, dataDir: dir }: Config,
  key: Uint8Array | null,
): Promise<{ is: 'open'; store: Store } | { is: Exclude<Outlook, 'there'> }> {
  const outlook = await lookAtDatabase({ url, dir })
  if (outlook !== 'there') return { is: outlook }
  const store = await openStore({ url, dir, key: key ?? new Uint8Array(32), onFatal: () => process.exit(70) })
  return { is: 'open', store }
}
