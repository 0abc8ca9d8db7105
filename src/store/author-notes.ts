import type { AuthorNote } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { accountsOfOne } from './identities.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

/** What staff should know of somebody, in their own words. The log has the hashes. */
export const authorNotes = (db: Db) => ({
  /** Newest first. */
  ofPerson: async (authorId: string, take = 50): Promise<AuthorNote[]> =>
    db.authorNote.findMany({
      where: { authorId: { in: await accountsOfOne(db, authorId) } },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take,
    }),

  add: (authorId: string, words: string, staff: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const text = storable(words)
      const { id } = await tx.authorNote.create({ data: { authorId, text, by: staff, at: now } })
      const body = { note: id, text: textHash(text) }
      await append(tx, now, [{ kind: 'author-note', actor: staff, authorId, body }])
    }, PATIENCE),

  /** Nothing of it stays but its hash in the log. @returns whom it was about; null if it was gone */
  remove: (id: string, staff: string, now: Date): Promise<string | null> =>
    db.$transaction(async (tx) => {
      const [note] = await tx.authorNote.findMany({ where: { id } })
      if (note === undefined) return null
      await tx.authorNote.deleteMany({ where: { id } })
      const body = { note: id }
      await append(tx, now, [{ kind: 'author-note-removed', actor: staff, authorId: note.authorId, body }])
      return note.authorId
    }, PATIENCE),
})
