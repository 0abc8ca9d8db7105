import { createHash } from 'node:crypto'
import type { Picture } from '../../adapters/platform.ts'
import { type Sight, tells } from '../../moderation/sight.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { capturePicture } from './evidence.ts'
import { append } from './log.ts'
import { isKnown } from './standings.ts'
import { storableJson } from './text.ts'

export interface Wanted {
  id: string
  accountId: string
  url: string
  attempts: number
}

export interface Unexamined {
  id: string
  bytes: Uint8Array
  attempts: number
}

const DAY = 86_400_000
/** A picture older than this is history: what came of its item was decided long ago. */
const RECENT_DAYS = 2

export const pictures = (db: Db) => ({
  /** Pictures still to be fetched, first tries before repeated ones; the lease is the next try's time. */
  lease: async (now: Date, most: number, leaseMs: number): Promise<Wanted[]> =>
    db.$queryRaw<Wanted[]>`
      UPDATE picture p SET next_at = ${new Date(now.getTime() + leaseMs)}, attempts = p.attempts + 1
      FROM item i WHERE i.id = p.item_id AND p.id IN (
        SELECT id FROM picture WHERE state = 'waiting' AND next_at <= ${now} ORDER BY attempts, next_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING p.id, i.account_id AS "accountId", p.url, p.attempts`,

  /**
   * It is to be examined from now on. The same file as one that was erased is not kept, and nobody looks at it again,
   * whoever posts it: its item waits to be judged with that.
   */
  keep: (id: string, picture: Picture, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const bytes = new Uint8Array(picture.bytes)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const where = { id, state: 'waiting' }
      const facts = { type: picture.type, sha256 }
      if ((await tx.picture.count({ where: { sha256, state: 'erased' } })) === 0) {
        const data = { ...facts, state: 'kept', bytes, attempts: 0, nextAt: now }
        const [kept] = await tx.picture.updateManyAndReturn({ where, data, select: { itemId: true } })
        if (kept) await capturePicture(tx, kept.itemId, sha256, now)
        return
      }
      const { itemId } = await tx.picture.findUniqueOrThrow({ where: { id }, select: { itemId: true } })
      await tx.$queryRaw`SELECT id FROM item WHERE id = ${itemId}::uuid FOR UPDATE`
      const seen = { sight: ERASED as unknown as Prisma.InputJsonObject, tells: true, examinedAt: now }
      const { count } = await tx.picture.updateMany({ where, data: { ...facts, ...seen, state: 'erased' } })
      if (count > 0) await judgeAgain(tx, itemId)
    }, PATIENCE),

  lose: async (id: string): Promise<void> => {
    await db.picture.updateMany({ where: { id, state: 'waiting' }, data: { state: 'lost' } })
  },

  postpone: async (id: string, nextAt: Date): Promise<void> => {
    await db.picture.update({ where: { id }, data: { nextAt } })
  },

  /** The next kept picture that nothing has looked at; null if there is none. The lease is the next try's time. */
  leaseToExamine: async (now: Date, leaseMs: number): Promise<Unexamined | null> => {
    const since = new Date(now.getTime() - RECENT_DAYS * DAY)
    const [leased] = await db.$queryRaw<Unexamined[]>`
      UPDATE picture p SET next_at = ${new Date(now.getTime() + leaseMs)}, attempts = p.attempts + 1
      WHERE p.id IN (
        SELECT p.id FROM picture p JOIN item i ON i.id = p.item_id
        WHERE p.state = 'kept' AND p.examined_at IS NULL AND p.next_at <= ${now} AND i.seen_at > ${since}
        ORDER BY p.next_at LIMIT 1 FOR UPDATE OF p SKIP LOCKED)
      RETURNING p.id, p.bytes, p.attempts`
    return leased ?? null
  },

  /**
   * What was seen on it. Where that speaks of a breach, or a person should look because no machine can, its item waits
   * to be judged once more: with it, beside what was found before.
   * @returns whether it does
   */
  examined: (id: string, sight: Sight, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { itemId, alt } = await tx.picture.findUniqueOrThrow({ where: { id }, select: { itemId: true, alt: true } })
      const telling = tells(sight) || (!alt?.trim() && (await isSuspect(tx, itemId)))
      const data = { sight: storableJson(sight) as unknown as Prisma.InputJsonObject, tells: telling, examinedAt: now }
      // Whoever settles the item holds its row meanwhile, and sees there afterwards what came too late.
      await tx.$queryRaw`SELECT id FROM item WHERE id = ${itemId}::uuid FOR UPDATE`
      const { count } = await tx.picture.updateMany({ where: { id, state: 'kept', examinedAt: null }, data })
      if (count === 0 || !telling) return false
      await judgeAgain(tx, itemId)
      return true
    }, PATIENCE),

  /** Some of an item's pictures are still to be fetched, or to be looked at. */
  areComing: async (itemId: string): Promise<boolean> =>
    (await db.picture.count({ where: { itemId, OR: [{ state: 'waiting' }, { state: 'kept', examinedAt: null }] } })) >
    0,

  /**
   * Those of an item's pictures that may be shown to somebody outside. Nobody can tell how old a person on a picture is:
   * what may be sexual is never passed on, nor what could not be looked at here first.
   */
  keptOf: async (itemId: string): Promise<Picture[]> => {
    const rows = await db.picture.findMany({
      where: { itemId, state: 'kept', examinedAt: { not: null } },
      select: { bytes: true, type: true, sight: true },
      orderBy: { id: 'asc' },
    })
    const harmless = rows.filter(({ sight }) => isHarmless(sightIn(sight)))
    return harmless.flatMap(({ bytes, type }) => (bytes !== null && type !== null ? { bytes, type } : []))
  },

  read: (id: string) => db.picture.findUnique({ where: { id }, select: { bytes: true, type: true } }),

  /** With what is needed to know it again; null if there is none. */
  find: async (id: string): Promise<{ id: string; itemId: string; sight: Sight | null; state: string } | null> => {
    const row = await db.picture.findUnique({
      where: { id },
      select: { id: true, itemId: true, sight: true, state: true },
    })
    return row === null ? null : { ...row, sight: sightIn(row.sight) }
  },

  /**
   * Somebody suspects that it shows the abuse of a child. Its bytes are erased here, and those of the same file wherever
   * else it came; hash, address and what they came with stay, for the police. @returns false if that was done already
   */
  erase: (id: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { state, sha256 } = await tx.picture.findUniqueOrThrow({ where: { id } })
      if (state === 'erased') return false
      const same = sha256 === null ? { id } : { OR: [{ id }, { sha256 }] }
      const copies = await tx.picture.findMany({
        where: { ...same, state: { not: 'erased' } },
        select: { id: true, itemId: true, item: { select: { authorId: true, accountId: true } } },
        orderBy: { id: 'asc' },
      })
      await tx.picture.updateMany({
        where: { id: { in: copies.map((copy) => copy.id) } },
        data: { state: 'erased', bytes: null },
      })
      const facts = copies.map(({ id: picture, itemId, item: { authorId, accountId: account } }) => {
        return { kind: 'picture-erased', actor: person, itemId, authorId, body: { account, picture, sha256 } }
      })
      await append(tx, now, facts)
      return true
    }, PATIENCE),
})

const ERASED: Sight = { refused: 'erased', hashes: [], nudity: null, match: null }

async function judgeAgain(tx: Tx, itemId: string): Promise<void> {
  await tx.item.updateMany({
    where: { id: itemId, state: 'assessed' },
    data: { state: 'waiting', leasedTill: null, attempts: 0 },
  })
}

export const sightIn = (stored: Prisma.JsonValue): Sight | null => stored as unknown as Sight | null

/** Half as sure as it takes for a person to look. */
const PASSED_ON = 0.35
/** May it be shown without being asked for? */
export const isHarmless = (sight: Sight | null): boolean =>
  sight !== null &&
  sight.refused === null &&
  sight.match?.kind !== 'unwanted' &&
  sight.nudity !== null &&
  sight.nudity.photograph + sight.nudity.drawing < PASSED_ON

/** Would nobody look at it, although something speaks against it? moderation/sight.ts says what. */
async function isSuspect(tx: Tx, itemId: string): Promise<boolean> {
  const item = await tx.item.findUniqueOrThrow({
    where: { id: itemId },
    include: { decision: { select: { lane: true } }, findings: { select: { concern: true } } },
  })
  // Not judged yet: whoever judges it will know of the picture.
  if (item.decision === null) return true
  if (item.decision.lane !== null) return false
  const faint = item.findings.some(({ concern }) => concern !== 'casework' && concern !== 'at-risk')
  return faint || (item.authorId !== null && (await isKnown(tx, [item.authorId])).has(item.authorId))
}
