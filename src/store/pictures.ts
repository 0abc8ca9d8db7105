import { createHash } from 'node:crypto'
import type { Picture } from '../../adapters/platform.ts'
import type { Db } from './db.ts'

export interface Wanted {
  id: string
  accountId: string
  url: string
  attempts: number
}

export const pictures = (db: Db) => ({
  /** Pictures still to be fetched, first tries before repeated ones; the lease is the next try's time. */
  lease: async (now: Date, most: number, leaseMs: number): Promise<Wanted[]> =>
    db.$queryRaw<Wanted[]>`
      UPDATE picture p SET next_at = ${new Date(now.getTime() + leaseMs)}, attempts = p.attempts + 1
      FROM item i WHERE i.id = p.item_id AND p.id IN (
        SELECT id FROM picture WHERE state = 'waiting' AND next_at <= ${now} ORDER BY attempts, next_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING p.id, i.account_id AS "accountId", p.url, p.attempts`,

  keep: async (id: string, picture: Picture): Promise<void> => {
    const bytes = new Uint8Array(picture.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await db.picture.update({ where: { id }, data: { state: 'kept', bytes, type: picture.type, sha256 } })
  },

  lose: async (id: string): Promise<void> => {
    await db.picture.update({ where: { id }, data: { state: 'lost' } })
  },

  postpone: async (id: string, nextAt: Date): Promise<void> => {
    await db.picture.update({ where: { id }, data: { nextAt } })
  },

  read: (id: string) => db.picture.findUnique({ where: { id }, select: { bytes: true, type: true } }),
})
