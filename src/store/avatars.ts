import { type Db, PATIENCE, type Tx } from './db.ts'
import { storable } from './text.ts'

export interface WantedAvatar {
  authorId: string
  /** The account it is fetched through: the one the person wrote to. */
  accountId: string
  url: string
  attempts: number
}

/** Whose portrait an avatar is like, by its fingerprints. */
export type LikeOf = (hashes: readonly string[]) => 'mp' | 'staff' | null

const DAY = 86_400_000
/** What a person wrote longer ago than this is not judged again for the picture on their profile. */
const RECENT = DAY
const MOST_AGAIN = 20

/** The pictures on the profiles of those who might pass for the MP or for staff. */
export const avatars = (db: Db) => ({
  /** This person's picture is to be looked at, unless it was. */
  want: async (authorId: string, address: string, now: Date): Promise<boolean> => {
    const url = storable(address)
    const before = await db.avatar.findUnique({ where: { authorId }, select: { url: true } })
    if (before?.url === url) return false
    const fresh = { url, state: 'waiting', hashes: [], attempts: 0, nextAt: now }
    await db.avatar.upsert({ where: { authorId }, create: { authorId, ...fresh }, update: { ...fresh, like: null } })
    return true
  },

  lease: async (now: Date, most: number, leaseMs: number): Promise<WantedAvatar[]> =>
    db.$queryRaw<WantedAvatar[]>`
      UPDATE avatar v SET next_at = ${new Date(now.getTime() + leaseMs)}, attempts = v.attempts + 1
      WHERE v.author_id IN (
        SELECT author_id FROM avatar WHERE state = 'waiting' AND next_at <= ${now}
        ORDER BY attempts, next_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING v.author_id AS "authorId", v.url, v.attempts,
        (SELECT i.account_id FROM item i WHERE i.author_id = v.author_id ORDER BY i.seq DESC LIMIT 1) AS "accountId"`,

  postpone: async (authorId: string, nextAt: Date): Promise<void> => {
    await db.avatar.updateMany({ where: { authorId, state: 'waiting' }, data: { nextAt } })
  },

  lose: async ({ authorId, url }: Pick<WantedAvatar, 'authorId' | 'url'>): Promise<void> => {
    await db.avatar.updateMany({ where: { authorId, url, state: 'waiting' }, data: { state: 'lost' } })
  },

  /** @returns whether something the person wrote is judged once more */
  examined: (
    { authorId, url }: Pick<WantedAvatar, 'authorId' | 'url'>,
    hashes: readonly string[],
    like: 'mp' | 'staff' | null,
    now: Date,
  ): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const data = { state: 'seen', hashes: [...hashes] }
      const { count } = await tx.avatar.updateMany({ where: { authorId, url, state: 'waiting' }, data })
      return count > 0 && changed(tx, authorId, like, now)
    }, PATIENCE),

  /** A portrait was added or removed: whose is like whose is asked anew. @returns whether something is judged once more */
  compare: async (likeOf: LikeOf, now: Date): Promise<boolean> => {
    const rows = await db.avatar.findMany({
      where: { state: 'seen' },
      select: { authorId: true, hashes: true, like: true },
    })
    let again = false
    for (const { authorId, hashes, like: before } of rows) {
      const like = likeOf(hashes)
      if (like === before) continue
      if (await db.$transaction((tx) => changed(tx, authorId, like, now), PATIENCE)) again = true
    }
    return again
  },
})

/** What the person wrote lately was judged without knowing it. */
async function changed(tx: Tx, authorId: string, like: 'mp' | 'staff' | null, now: Date): Promise<boolean> {
  // In the order in which settling a batch takes them.
  await tx.$queryRaw`SELECT id FROM author WHERE id = ${authorId}::uuid FOR UPDATE`
  await tx.avatar.update({ where: { authorId }, data: { like } })
  if (like === null) return false
  const items = await tx.item.findMany({
    where: { authorId, state: 'assessed', seenAt: { gt: new Date(now.getTime() - RECENT) } },
    select: { id: true },
    orderBy: { seq: 'desc' },
    take: MOST_AGAIN,
  })
  const { count } = await tx.item.updateMany({
    where: { id: { in: items.map(({ id }) => id) }, state: 'assessed' },
    data: { state: 'waiting', leasedTill: null, attempts: 0 },
  })
  return count > 0
}
