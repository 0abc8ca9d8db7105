import { z } from 'zod'
import { enough } from '../meta/enough.ts'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Rows } from '../meta/graph.ts'
import { unknownOf } from '../meta/known.ts'
import type { FetchRequest, Page } from '../platform.ts'
import { around, horizon, paged } from './account.ts'
import { incomingPost } from './map.ts'
import { FIELDS, OtherPost } from './schema.ts'
import { newPlace, Place, placeAt, placeBehind, startOver } from './walk.ts'

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
  const start = placeAt(place ?? newPlace({ next: null, at: 0, whole: false }), account.now())
  try {
    return await stepOn(account, request, { since, place: start })
  } catch (error) {
    if (start.next === null || !isRefusal(error, 'invalid')) throw error
    return onwards(account, [], since, startOver(start))
  }
}

async function stepOn(
  account: Account,
  request: FetchRequest,
  { since, place: start }: { since: number; place: Place },
): Promise<Page> {
  const { signal } = request
  const isEnough = enough(account)
  const here = await around(account, signal)
  const items: Page['items'] = []
  let place: Place | null = start
  for (let page = 0; page < PAGES && place && !(page > 0 && isEnough()); page += 1) {
    const rows: Rows<OtherPost> = await account.graph.list(
      place.next === null
        ? { path: `${here.me.id}/tags`, query: { fields: FIELDS.otherPost, limit: 50 }, bucket: 'instagram' }
        : { next: place.next, bucket: 'instagram' },
      OtherPost,
      signal,
    )
    const posts = rows.rows.map((post) => incomingPost(post, here))
    const unknown = await unknownOf(
      request,
      posts.filter(({ item }) => item.writtenAt.getTime() >= since),
    )
    items.push(...unknown)
    if (rows.next === null || (unknown.length === 0 && !place.whole))
      return paged(account, { items, cursor: { since, place: null } satisfies Cursor, more: false })
    place = placeBehind(place, rows, account.now())
  }
  return onwards(account, items, since, place)
}

/** @param place null where it is lost */
function onwards(account: Account, items: Page['items'], since: number, place: Place | null): Page {
  const cursor: Cursor = { since, place }
  if (place) return paged(account, { items, cursor, more: true })
  return paged(account, { items, cursor, more: false, rest: { till: account.now(), because: UNREADABLE } })
}

const UNREADABLE =
  'Instagram does not show all posts that tag the account. Please look at those on Instagram itself; Serjeant goes on with new ones.'
