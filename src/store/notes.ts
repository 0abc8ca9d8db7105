import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

/** What staff write about an item, for each other: the text stands here, its hash in the log. */
export const notes = (db: Db) => ({
  /** Oldest first, with those that were taken back and hold no text any more. */
  on: (itemId: string) =>
    db.note.findMany({
      where: { itemId },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
      include: { person: { select: { name: true } } },
    }),

  /** @returns the note's id */
  write: (itemId: string, person: string, text: string, now: Date): Promise<string> =>
    db.$transaction(async (tx) => {
      const { id, ...note } = await tx.note.create({
        data: { itemId, personId: person, text: storable(text), at: now },
      })
      await append(tx, now, [{ kind: 'note', actor: person, itemId, body: { note: id, text: textHash(note.text) } }])
      return id
    }, PATIENCE),

  /** Only one's own. @returns the item it was about; null if there is no such note to take back */
  remove: (id: string, person: string, now: Date): Promise<string | null> =>
    db.$transaction(async (tx) => {
      const where = { id, personId: person, removedAt: null }
      const { count } = await tx.note.updateMany({ where, data: { text: '', removedAt: now } })
      if (count === 0) return null
      const { itemId } = await tx.note.findUniqueOrThrow({ where: { id }, select: { itemId: true } })
      await append(tx, now, [{ kind: 'note-removed', actor: person, itemId, body: { note: id } }])
      return itemId
    }, PATIENCE),
})
