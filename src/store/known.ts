import type { Breach } from '../../moderation/model.ts'
import type { KnownPicture } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { storable } from './text.ts'

/** Why staff want to know a picture again. */
export const KNOWN_KINDS = ['unwanted', 'ours', 'never', 'mp', 'staff'] as const
export type KnownKind = (typeof KNOWN_KINDS)[number]

export interface NewKnown {
  kind: KnownKind
  hashes: readonly string[]
  title: string
  breach?: Breach | null
  holder?: string | null
  note?: string | null
  url?: string | null
}

export type KnownRow = Omit<KnownPicture, 'kind' | 'breach'> & { kind: KnownKind; breach: Breach | null }

/** The pictures that are to be known again, by their fingerprints. */
export const known = (db: Db) => ({
  /** Those in force, newest first. */
  all: async (): Promise<KnownRow[]> => {
    const rows = await db.knownPicture.findMany({ where: { removedAt: null }, orderBy: { addedAt: 'desc' } })
    return rows.map(typed)
  },

  find: async (id: string): Promise<KnownRow | null> => {
    const row = await db.knownPicture.findUnique({ where: { id } })
    return row === null ? null : typed(row)
  },

  /** The address was read already, and is known under it. */
  has: async (url: string): Promise<boolean> => (await db.knownPicture.count({ where: { url } })) > 0,

  add: (given: NewKnown, by: string, now: Date): Promise<string> =>
    db.$transaction(async (tx) => {
      const { kind, hashes, title, breach = null, holder = null, note = null, url = null } = given
      const words = (text: string | null): string | null => (text === null || text === '' ? null : storable(text))
      const { id } = await tx.knownPicture.create({
        data: {
          kind,
          hashes: [...hashes],
          title: storable(title),
          breach,
          holder: words(holder),
          note: words(note),
          addedBy: by,
          addedAt: now,
          url,
        },
      })
      await append(tx, now, [
        { kind: 'picture-added', actor: by, body: { known: id, as: kind, breach, hashes: [...hashes] } },
      ])
      return id
    }, PATIENCE),

  /** @returns false if it was removed already */
  remove: (id: string, by: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.knownPicture.updateMany({ where: { id, removedAt: null }, data: { removedAt: now } })
      if (count === 0) return false
      const { kind } = await tx.knownPicture.findUniqueOrThrow({ where: { id } })
      await append(tx, now, [{ kind: 'picture-removed', actor: by, body: { known: id, as: kind } }])
      return true
    }, PATIENCE),
})

/** The table's own checks hold what the types say. */
const typed = (row: KnownPicture): KnownRow => row as KnownRow
