import { z } from 'zod'
import type { Account } from '../meta/graph.ts'
import { unknownOf } from '../meta/known.ts'
import type { FetchRequest, Page } from '../platform.ts'
import { around, horizon, paged } from './account.ts'
import { FIELDS, Id, OwnPost } from './schema.ts'
import { incomingUnder, newWalk, repliesLeft, stepOn, Walk } from './walk.ts'

/** What is new under the newest posts: one call where all is quiet. Older posts are seen to by posts.ts. */

const NEWEST = 10
/** While a long walk goes on, the newest is looked at so often: what is new must not wait for what is old. Milliseconds. */
const GLANCE = 60_000

const Cursor = z.object({
  /** Unix milliseconds: what is older was there before the account was first read. */
  since: z.number(),
  /** How many comments each post had when it was last looked at. */
  counts: z.record(Id, z.number()),
  walks: z.array(Walk),
  /** Unix milliseconds. */
  glanced: z.number(),
  /** Whether a walk went on since: where calls are few, each would be a glance, and no walk ever come to its end. */
  stepped: z.boolean().default(true),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchComments(account: Account, request: FetchRequest): Promise<Page> {
  const fresh = { since: horizon(account), counts: {}, walks: [], glanced: 0, stepped: true }
  const cursor = Cursor.safeParse(request.cursor).data ?? fresh
  const isGlanceDue = cursor.stepped && account.now().getTime() - cursor.glanced >= GLANCE
  if (isGlanceDue || cursor.walks.length === 0) return glance(account, request, cursor)
  const { seen: _, walks, ...step } = await stepOn({ account, request, since: cursor.since }, cursor.walks)
  return paged(account, { ...step, cursor: { ...cursor, walks, stepped: true }, more: walks.length > 0 })
}

async function glance(account: Account, request: FetchRequest, cursor: Cursor): Promise<Page> {
  const { since } = cursor
  const here = await around(account, request.signal)
  const { rows: posts } = await account.graph.list(
    { path: `${here.me.id}/media`, query: { fields: FIELDS.glance, limit: NEWEST }, bucket: 'instagram' },
    OwnPost,
    request.signal,
  )
  const read = await Promise.all(
    posts.map(async (post) => {
      const { id, comments, comments_count: count } = post
      const items = await unknownOf(request, incomingUnder(comments.rows, post, since, here))
      // From the top once more: so they come by fifty.
      const goesOn = items.length > 0 && comments.next !== null
      const deeper = goesOn ? [newWalk('post', id, account, { next: null, whole: false })] : []
      const isChanged = count === undefined || count !== cursor.counts[id]
      return { items, walks: [...deeper, ...(isChanged ? repliesLeft(comments.rows, account) : [])] }
    }),
  )
  const counts = Object.fromEntries(
    posts.flatMap(({ id, comments_count: count }) => (count === undefined ? [] : [[id, count]])),
  )
  const begun = read.flatMap((one) => one.walks)
  // Answers are read to their end from wherever one begins: a second walk of the same comment's adds nothing. Nor does one of a
  // post's comments beside one that has yet to begin.
  const isCovered = ({ under, id, next, whole }: Walk): boolean =>
    begun.some((one) => one.id === id) && (under === 'comment' || (next === null && !whole))
  const walks = [...begun, ...cursor.walks.filter((walk) => !isCovered(walk))]
  return paged(account, {
    items: read.flatMap(({ items }) => items),
    cursor: { since, counts, walks, glanced: account.now().getTime(), stepped: false },
    more: walks.length > 0,
  })
}
