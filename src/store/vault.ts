import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Json, Vault } from '../../adapters/platform.ts'
import type { Db } from './db.ts'

/** The key does not open what is stored: it is not the key that sealed it. */
class WrongKey extends Error {
  override readonly name = 'WrongKey'
}

/** AES-256-GCM; the account's id is bound in, so that one account's secrets can't be passed off as another's. */
export function seal(key: Uint8Array, accountId: string, value: Json): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(accountId))
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]))
}

/** @throws WrongKey */
export function open(key: Uint8Array, accountId: string, sealed: Uint8Array): Json {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAAD(Buffer.from(accountId)).setAuthTag(sealed.subarray(12, 28))
  try {
    const body = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
    return JSON.parse(body.toString('utf8')) as Json
  } catch {
    throw new WrongKey(
      'The saved sign-ins can’t be opened with this key. Put back the key that was used before (DATA_DIR/key, or SERJEANT_KEY).',
    )
  }
}

/** Runs `work` while no other process runs work of the same name. */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>

export const vaults =
  (db: Db, key: Uint8Array, exclusive: Exclusive) =>
  (accountId: string): Vault => {
    const read = async (): Promise<Json> => {
      const row = await db.vault.findUnique({ where: { accountId } })
      return row === null ? null : open(key, accountId, row.sealed)
    }
    return {
      read,
      // Not a transaction: `change` talks to the platform, and the embedded database has a single connection.
      update: (change) =>
        exclusive(`vault ${accountId}`, async () => {
          const value = await change(await read())
          const sealed = seal(key, accountId, value)
          await db.vault.upsert({ where: { accountId }, create: { accountId, sealed }, update: { sealed } })
          return value
        }),
    }
  }
