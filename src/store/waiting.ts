import { Prisma } from '../generated/prisma/client.ts'
import type { Lane } from './assessing.ts'
import type { Db, Tx } from './db.ts'

/** What waits for a person, and what of it somebody asked for: found by ids alone, on the indexes of what is open. */

/** All that is given holds together. */
export interface Filter {
  lane?: Lane
  platform?: string
  accountId?: string
  /** A clause that is breached. */
  clause?: string
  /** Whoever has this account, with all their accounts. */
  authorId?: string
  /** Waiting since then or longer. */
  before?: Date
  /** Waiting since then at the earliest. */
  since?: Date
  /** Without these decisions: what somebody left to their colleagues. */
  without?: readonly string[]
  /** Without what other people than this one look at then. */
  free?: { for: string; at: Date }
}

/** Where a page ended: the next one begins behind it. */
export interface Place {
  urgency: number
  decidedAt: Date
  id: string
}

/** Most urgent first, then longest waiting. By rows, since only so the index is entered at the place. */
export async function waitingIds(db: Db | Tx, filter: Filter, after: Place | null, take: number): Promise<string[]> {
  const behind =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (-d.urgency, d.decided_at, d.id) > (${-after.urgency}, ${after.decidedAt}, ${after.id}::uuid)`
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM decision d WHERE ${matches(filter)} ${behind}
    ORDER BY -d.urgency, d.decided_at, d.id LIMIT ${take}`
  return rows.map(({ id }) => id)
}

/** So many wait in that lane that breach these clauses. */
export interface Tally {
  lane: string
  clauses: string[]
  n: number
}

/** All that wait, counted once: whoever wants fewer of it adds up less. */
export const waitingTallies = (db: Db | Tx, filter: Omit<Filter, 'lane' | 'clause'>): Promise<Tally[]> =>
  db.$queryRaw<Tally[]>`
    SELECT d.lane, d.clauses, count(*)::int AS n FROM decision d WHERE ${matches(filter)} GROUP BY d.lane, d.clauses`

/** Of whom something waits and whose handle or name has these words, by handle. Each person once. */
export async function waitingWriters(db: Db | Tx, words: string, filter: Filter, take: number): Promise<string[]> {
  const like = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  // From those of whom something waits, one by one: they are few, and all who ever wrote are many. OFFSET keeps it so.
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH waiting AS MATERIALIZED (SELECT DISTINCT d.author_id AS id FROM decision d WHERE ${matches(filter)})
    SELECT id FROM (
      SELECT DISTINCT ON (coalesce(a.identity, a.id)) a.id, a.handle
      FROM waiting CROSS JOIN LATERAL (SELECT * FROM author WHERE author.id = waiting.id OFFSET 0) a
      WHERE (a.handle ILIKE ${like} OR a.display_name ILIKE ${like})
      ORDER BY coalesce(a.identity, a.id), a.id) AS writers
    ORDER BY handle, id LIMIT ${take}`
  return rows.map(({ id }) => id)
}

/** Of the table `d`, decision. */
function matches(filter: Filter): Prisma.Sql {
  const { lane, platform, accountId, clause, authorId, before, since, without = [], free } = filter
  const all = [Prisma.sql`d.closed_at IS NULL AND d.lane IS NOT NULL`]
  if (lane !== undefined) all.push(Prisma.sql`d.lane = ${lane}`)
  if (platform !== undefined)
    all.push(Prisma.sql`d.account_id IN (SELECT id FROM account WHERE platform = ${platform})`)
  if (accountId !== undefined) all.push(Prisma.sql`d.account_id = ${accountId}::uuid`)
  if (clause !== undefined) all.push(Prisma.sql`${clause} = ANY(d.clauses)`)
  if (authorId !== undefined)
    all.push(Prisma.sql`d.author_id IN (
      SELECT ${authorId}::uuid UNION
      SELECT b.id FROM author a JOIN author b ON b.identity = a.identity WHERE a.id = ${authorId}::uuid)`)
  if (before !== undefined) all.push(Prisma.sql`d.decided_at <= ${before}`)
  if (since !== undefined) all.push(Prisma.sql`d.decided_at >= ${since}`)
  if (without.length > 0) all.push(Prisma.sql`d.id <> ALL(${without}::uuid[])`)
  if (free !== undefined)
    all.push(Prisma.sql`NOT EXISTS (
      SELECT FROM claim c WHERE c.decision_id = d.id AND c.person_id <> ${free.for}::uuid AND c.till > ${free.at})`)
  return Prisma.join(all, ' AND ')
}
