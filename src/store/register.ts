import { createHmac, hkdfSync } from 'node:crypto'
import type { DetailKind } from '../../moderation/details.ts'
import type { Protected } from '../../moderation/model.ts'
import type { ProtectedDetail } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { storable } from './text.ts'

/**
 * Private details of the MP, staff and families, so that whoever posts one is found. Nobody can read them here: of each
 * there is only a keyed hash, and the key lies outside the database (DATA_DIR/key, or SERJEANT_KEY). A thief of both could
 * still try out every telephone number there is.
 */

export interface NewDetail {
  kind: DetailKind
  /** From `tokenOf` in moderation/details.ts. */
  token: string
  /** What staff call it; never the detail itself. */
  label: string
}

/** `matched`: false where it was entered under another key, so that nothing can be found by it any more. */
type RegisterRow = Pick<ProtectedDetail, 'id' | 'label' | 'addedBy' | 'addedAt'> & {
  kind: DetailKind
  matched: boolean
}

export interface Register extends Protected {
  /** Read what is on it: at the start, and from time to time, since another process may have changed it. */
  load(): Promise<void>
  /** In the order they were entered. */
  all(): Promise<RegisterRow[]>
  /** @returns false if it is on the register already */
  add(given: NewDetail, by: string, now: Date): Promise<boolean>
  /** For good: its hash is gone too. @returns false if it was removed already */
  remove(id: string, by: string, now: Date): Promise<boolean>
}

export function register(db: Db, key: Uint8Array): Register {
  const own = new Uint8Array(hkdfSync('sha256', key, '', 'serjeant: protected register', 32))
  const hashOf = (token: string): string => createHmac('sha256', own).update(token).digest('base64url')
  /** Tells the keys apart, and says nothing of them. */
  const keyId = hashOf('which key is this').slice(0, 8)
  let kinds: ReadonlySet<string> = new Set()
  let hashes: ReadonlySet<string> = new Set()

  const load = async (): Promise<void> => {
    const rows = await db.protectedDetail.findMany({ where: { keyId }, select: { kind: true, hash: true } })
    kinds = new Set(rows.map(({ kind }) => kind))
    hashes = new Set(rows.map(({ hash }) => hash))
  }

  return {
    load,

    // Hashing is dear, and most texts hold many words that might be a name.
    has: (token) => kinds.has(token.slice(0, token.indexOf(':'))) && hashes.has(hashOf(token)),

    all: async () => {
      const rows = await db.protectedDetail.findMany({ orderBy: [{ kind: 'asc' }, { addedAt: 'asc' }] })
      return rows.map(({ id, kind, label, addedBy, addedAt, keyId: under }) => ({
        id,
        // The table's own check holds what the type says.
        kind: kind as DetailKind,
        label,
        addedBy,
        addedAt,
        matched: under === keyId,
      }))
    },

    add: async ({ kind, token, label }, by, now) => {
      const added = await db.$transaction(async (tx) => {
        const hash = hashOf(token)
        const data = { kind, hash, keyId, label: storable(label), addedBy: by, addedAt: now }
        const { count } = await tx.protectedDetail.createMany({ data, skipDuplicates: true })
        if (count === 0) return false
        const { id } = await tx.protectedDetail.findUniqueOrThrow({ where: { hash }, select: { id: true } })
        await append(tx, now, [{ kind: 'protected-added', actor: by, body: { protected: id, as: kind } }])
        return true
      }, PATIENCE)
      if (added) await load()
      return added
    },

    remove: async (id, by, now) => {
      const removed = await db.$transaction(async (tx) => {
        const row = await tx.protectedDetail.findUnique({ where: { id }, select: { kind: true } })
        if (row === null || (await tx.protectedDetail.deleteMany({ where: { id } })).count === 0) return false
        await append(tx, now, [{ kind: 'protected-removed', actor: by, body: { protected: id, as: row.kind } }])
        return true
      }, PATIENCE)
      if (removed) await load()
      return removed
    },
  }
}
