import type { Context, Remark } from '../../moderation/model.ts'
import type { Conversation, Item } from '../generated/prisma/client.ts'
import type { Db } from './db.ts'
import { original } from './text.ts'

/** How much of what a person, and everybody, wrote before counts as context. */
const EARLIER = 30
const OTHERS = 60
/** Only what came within these days. */
const DAYS = { earlier: 30, others: 1 }
const DAY = 86_400_000

type Stored = Item & { conversation: Conversation | null }

interface Around {
  seq: bigint
  authorId: string | null
  accountId: string
  text: string
  exact: string | null
  writtenAt: Date
  seenAt: Date
  handle: string | null
}

/**
 * What stood around each item when it came. Before and after go by order of arrival: the time an author claims would let
 * a flood hide itself by backdating. One query for all authors and one an account, not two an item.
 */
export async function gather(db: Db, items: readonly Stored[]): Promise<(item: Stored) => Context> {
  const authorIds = [...new Set(items.flatMap((item) => item.authorId ?? []))]
  const accountIds = [...new Set(items.map((item) => item.accountId))]
  const last = items.reduce((seq, item) => (item.seq > seq ? item.seq : seq), 0n)
  const earlier = await db.$queryRaw<Around[]>`
    SELECT i.seq, i.author_id AS "authorId", i.account_id AS "accountId", i.text, i.exact,
      i.written_at AS "writtenAt", i.seen_at AS "seenAt", NULL AS handle
    FROM unnest(${authorIds}::uuid[]) AS a(id) CROSS JOIN LATERAL (
      SELECT * FROM item WHERE author_id = a.id AND seq < ${last} AND blanked_at IS NULL
      ORDER BY seq DESC LIMIT ${EARLIER + items.length}) i`
  const others: Around[] = []
  for (const accountId of accountIds) {
    const rows = await db.item.findMany({
      where: { accountId, seq: { lt: last }, blankedAt: null },
      include: { author: { select: { handle: true } } },
      orderBy: { seq: 'desc' },
      take: OTHERS + items.length,
    })
    others.push(...rows.map(({ author, ...row }) => ({ ...row, handle: author?.handle ?? null })))
  }
  const before = (item: Stored, days: number) => (row: Around) =>
    row.seq < item.seq && item.seenAt.getTime() - row.seenAt.getTime() < days * DAY
  const inOrder = (rows: Around[], most: number): Remark[] =>
    rows
      .toSorted((a, b) => Number(a.seq - b.seq))
      .slice(-most)
      .map(remark)
  return (item) => {
    const near = others.filter(({ accountId, authorId }) => accountId === item.accountId && authorId !== item.authorId)
    const own = earlier.filter(({ authorId }) => authorId !== null && authorId === item.authorId)
    return {
      ...(item.conversation?.post ? { post: item.conversation.post } : {}),
      earlier: inOrder(own.filter(before(item, DAYS.earlier)), EARLIER),
      others: inOrder(near.filter(before(item, DAYS.others)), OTHERS),
    }
  }
}

const remark = (row: Around): Remark => ({
  text: original(row),
  at: row.writtenAt,
  ...(row.handle === null ? {} : { handle: row.handle }),
})
