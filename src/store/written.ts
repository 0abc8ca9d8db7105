import type { Db } from './db.ts'
import { accountsOfOne } from './identities.ts'

/** All that somebody wrote to the office, on whatever platform, a page at a time. */

/** Where a page ended: the next one begins behind it. */
export interface WrittenBefore {
  at: Date
  id: string
}

const INCLUDED = { account: true, decision: { include: { actions: true, reviews: true } } } as const

export const written = (db: Db) => ({
  /** Newest first. Each account's newest by its own index, since one of them may have written a hundred thousand. */
  page: async (authorId: string, before: WrittenBefore | null, take = 20) => {
    const accounts = await accountsOfOne(db, authorId)
    const at = before?.at ?? new Date(8.64e15)
    const id = before?.id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT i.id FROM unnest(${accounts}::uuid[]) AS a(id) CROSS JOIN LATERAL (
        SELECT id, written_at FROM item WHERE author_id = a.id AND written_at <= ${at} AND (written_at, id) < (${at}, ${id}::uuid)
        ORDER BY written_at DESC, id DESC LIMIT ${take}) i
      ORDER BY i.written_at DESC, i.id DESC LIMIT ${take}`
    const items = await db.item.findMany({ where: { id: { in: rows.map((row) => row.id) } }, include: INCLUDED })
    return rows.flatMap((row) => items.find((item) => item.id === row.id) ?? [])
  },
})
