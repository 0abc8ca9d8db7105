import { z } from 'zod'
import type { Account, Rows } from '../meta/graph.ts'
import type { FetchRequest, Page } from '../platform.ts'
import { DAY, horizon, myself, paged } from './account.ts'
import { FIELDS, Id, OwnPost } from './schema.ts'
import { newWalk, stepOn, Walk } from './walk.ts'

/**
 * All posts of the last three months: which have more or fewer comments than before? Their comments are read down to what is
 * known, and, at most once an hour, to the very end: an answer under an old comment stands deep among what is known.
 */

const HOUR = 3_600_000
/** How long people go on commenting. Milliseconds. */
const LASTING = 90 * DAY
const HUNDRED = 100
/** So many posts in three months are nobody's. */
const PAGES = 20

const Seen = z.object({
  /** Comments when they were last read, and when all of them were last read. */
  count: z.number(),
  wholeCount: z.number(),
  /** Unix milliseconds. */
  wholeAt: z.number(),
})

const Cursor = z.object({ since: z.number(), seen: z.record(Id, Seen), walks: z.array(Walk) })
type Cursor = z.infer<typeof Cursor>

export async function fetchPosts(account: Account, request: FetchRequest): Promise<Page> {
  const fresh = { since: horizon(account), seen: {}, walks: [] }
  const cursor = Cursor.safeParse(request.cursor).data ?? fresh
  if (cursor.walks.length === 0) return compare(account, request, cursor)
  const { seen: _, walks, ...step } = await stepOn({ account, request, since: cursor.since }, cursor.walks)
  return paged(account, { ...step, cursor: { ...cursor, walks }, more: walks.length > 0 })
}

async function compare(account: Account, request: FetchRequest, { since, seen: before }: Cursor): Promise<Page> {
  const now = account.now().getTime()
  const posts = await postsSince(account, now - LASTING, request.signal)
  const seen: Cursor['seen'] = {}
  const walks: Walk[] = []
  for (const { id, comments_count } of posts) {
    const known = before[id]
    // Where Meta does not say how many, there may be more at any time.
    const count = comments_count ?? (known ? known.count + 1 : -1)
    if (count === 0 && !known) {
      seen[id] = { count, wholeCount: count, wholeAt: now }
      continue
    }
    const whole = !known || (known.wholeCount !== count && now - known.wholeAt >= HOUR)
    if (whole || known.count !== count) walks.push(newWalk('post', id, account, { next: null, whole }))
    seen[id] = whole ? { count, wholeCount: count, wholeAt: now } : { ...known, count }
  }
  return paged(account, { items: [], cursor: { since, seen, walks }, more: walks.length > 0 })
}

/**
 * The account's own posts, newest first.
 * @param since Unix milliseconds
 * @throws PlatformError, Refusal
 */
export async function postsSince(account: Account, since: number, signal: AbortSignal): Promise<OwnPost[]> {
  const { id } = await myself(account, signal)
  const query = { fields: FIELDS.counted, limit: HUNDRED, since: Math.floor(since / 1000) }
  const posts: OwnPost[] = []
  let from: Parameters<Account['graph']['list']>[0] = { path: `${id}/media`, query, bucket: 'instagram' }
  for (let page = 0; page < PAGES; page += 1) {
    const { rows, next }: Rows<OwnPost> = await account.graph.list(from, OwnPost, signal)
    posts.push(...rows)
    if (next === null) break
    from = { next, bucket: 'instagram' }
  }
  return posts
}
