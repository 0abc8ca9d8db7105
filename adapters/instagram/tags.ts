import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Rows } from '../meta/graph.ts'
import type { FetchRequest, Page } from '../platform.ts'
import { around, horizon, paged, unknownOf } from './account.ts'
import { incomingPost } from './map.ts'
import { FIELDS, OtherPost } from './schema.ts'
import { Place, placeAt, startOver } from './walk.ts'

/** Posts of other people on which the account is tagged, newest first. */

const PAGES = 5

const Cursor = z.object({
  /** Unix milliseconds: what is older was there before the account was first read. */
  since: z.number(),
  /** Where a walk stands that has not come to its end. */
  place: Place.nullable(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchTags(account: Account, request: FetchRequest): Promise<Page> {
  const { since, place } = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), place: null }
  const start = placeAt(place ?? { next: null, at: 0, whole: false }, account.now())
  try {
    return await stepOn(account, request, { since, place: start })
  } catch (error) {
    if (start.next === null || !isRefusal(error, 'invalid')) throw error
    return paged(account, { items: [], cursor: { since, place: startOver(start) }, more: true })
  }
}

async function stepOn(
  account: Account,
  request: FetchRequest,
  { since, place }: { since: number; place: Place },
): Promise<Page> {
  const { signal } = request
  const here = await around(account, signal)
  const items: Page['items'] = []
  let { next } = place
  for (let page = 0; page < PAGES; page += 1) {
    const rows: Rows<OtherPost> = await account.graph.list(
      next === null
        ? { path: `${here.me.id}/tags`, query: { fields: FIELDS.otherPost, limit: 50 }, bucket: 'instagram' }
        : { next, bucket: 'instagram' },
      OtherPost,
      signal,
    )
    const posts = rows.rows.map((post) => incomingPost(post, here))
    const unknown = await unknownOf(
      request,
      posts.filter(({ item }) => item.writtenAt.getTime() >= since),
    )
    items.push(...unknown)
    next = rows.next
    if (next === null || (unknown.length === 0 && !place.whole))
      return paged(account, { items, cursor: { since, place: null } satisfies Cursor, more: false })
  }
  const at = account.now().getTime()
  return paged(account, { items, cursor: { since, place: { ...place, next, at } } satisfies Cursor, more: true })
}
