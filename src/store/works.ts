import type { Work } from '../../moderation/model.ts'
import type { RegisteredText } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

/** Texts that somebody holds the rights in, as staff registered them. */

export type WorkRow = Pick<RegisteredText, 'id' | 'title' | 'holder' | 'text' | 'addedBy' | 'addedAt'>

export interface Works {
  /** What is registered, as last read. The same array for as long as nothing changes, so that it is made ready once. */
  present(): readonly Work[]
  /** Read what is registered: at the start, and from time to time, since another process may have changed it. */
  load(): Promise<void>
  /** Newest first. */
  all(): Promise<WorkRow[]>
  /** @returns false if that very text is registered already */
  add(given: Work, by: string, now: Date): Promise<boolean>
  /** @returns false if it was removed already */
  remove(id: string, by: string, now: Date): Promise<boolean>
}

export function works(db: Db): Works {
  let loaded: readonly WorkRow[] = []

  const all = (): Promise<WorkRow[]> =>
    db.registeredText.findMany({
      where: { removedAt: null },
      orderBy: [{ addedAt: 'desc' }, { id: 'desc' }],
      omit: { sha256: true, removedAt: true },
    })

  const load = async (): Promise<void> => {
    const rows = await all()
    // A row is never edited, so the ids tell whether anything changed.
    const same = rows.length === loaded.length && rows.every(({ id }, n) => id === loaded[n]?.id)
    if (!same) loaded = rows
  }

  return {
    present: () => loaded,
    load,
    all,

    add: async (given, by, now) => {
      const added = await db.$transaction(async (tx) => {
        const text = storable(given.text)
        const sha256 = textHash(text)
        const { count } = await tx.registeredText.createMany({
          data: {
            title: storable(given.title),
            holder: storable(given.holder),
            text,
            sha256,
            addedBy: by,
            addedAt: now,
          },
          skipDuplicates: true,
        })
        if (count === 0) return false
        const { id } = await tx.registeredText.findFirstOrThrow({
          where: { sha256, removedAt: null },
          select: { id: true },
        })
        await append(tx, now, [{ kind: 'work-added', actor: by, body: { work: id, sha256 } }])
        return true
      }, PATIENCE)
      if (added) await load()
      return added
    },

    remove: async (id, by, now) => {
      const removed = await db.$transaction(async (tx) => {
        const { count } = await tx.registeredText.updateMany({
          where: { id, removedAt: null },
          data: { removedAt: now },
        })
        if (count === 0) return false
        await append(tx, now, [{ kind: 'work-removed', actor: by, body: { work: id } }])
        return true
      }, PATIENCE)
      if (removed) await load()
      return removed
    },
  }
}
