import { z } from 'zod'
import { type FetchRequest, type Page, PlatformError } from '../platform.ts'
import { type Account, incomingPosts } from './account.ts'
import type { Asked } from './client.ts'
import type { Endpoint } from './endpoints.ts'
import { isRefusal, Refusal } from './failure.ts'
import { idAt, madeAt, newer, older } from './ids.ts'
import { Id, Listed, Post, readable } from './schema.ts'

/**
 * X lists newest first, page by page. That everything down to a certain post has been read is known only when the walk has come
 * to its end: till then a cursor keeps the place, each page is stored as it comes, and a crash goes on from there.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A post may be listed a little later than one with a higher id. Reading it again on the same day costs nothing. */
const OVERLAP = 2 * MINUTE
/** How far X's search reaches, less what its clock and ours may differ by. */
const SEARCHED = 7 * DAY - 5 * MINUTE
const PAGE = 100

/** Where one walk through a list stands. */
export const Walk = z.object({
  /** Unix milliseconds. */
  began: z.number(),
  /** X's name for the next page; null before the first. */
  token: z.string().nullable(),
  /** The newest and the oldest post it has come by. */
  newest: Id.nullable(),
  oldest: Id.nullable(),
  seen: z.number(),
})
export type Walk = z.infer<typeof Walk>

export function newWalk({ now }: Account): Walk {
  return { began: now().getTime(), token: null, newest: null, oldest: null, seen: 0 }
}

/** The first start reads back to here. */
export function horizon({ settings, now }: Account): string {
  return idAt(new Date(now().getTime() - settings.lookBackDays * DAY))
}

export const isSearchable = ({ now }: Account, id: string): boolean => {
  return now().getTime() - madeAt(id).getTime() < SEARCHED
}

/** A moment as X reads it: to the second. */
export const stated = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

/** X refuses to search from a post that is older than what it searches. */
export function sinceFor(account: Account, since: string): Record<string, string> {
  if (isSearchable(account, since)) return { since_id: since }
  return { start_time: stated(account.now().getTime() - SEARCHED) }
}

/** From where to read once a walk is over. */
export function reached(since: string, { began, newest }: Walk): string {
  return newest === null ? since : newer(since, older(newest, idAt(new Date(began - OVERLAP))))
}

/**
 * The place after this page; null after the last. An empty page may have a next one.
 * @throws PlatformError where X leads in a circle
 */
export function placeAfter({ next }: Listed, token: string | null): string | null {
  if (next !== null && next === token) throw new PlatformError('unexpected', 'X gives the same page over and over.')
  return next
}

interface Step {
  items: Page['items']
  walk: Walk
  over: boolean
}

/**
 * One page of a walk through posts.
 * @returns 'lost' where X no longer knows the place: the walk must begin again, and nothing is lost by it
 * @throws PlatformError, Refusal
 */
export async function stepOn(
  account: Account,
  request: FetchRequest,
  walk: Walk,
  endpoint: Endpoint,
  { query, ...asked }: Asked,
): Promise<Step | 'lost'> {
  const place: Record<string, string> = walk.token === null ? {} : { pagination_token: walk.token }
  try {
    const whole = { ...asked, query: { max_results: PAGE, ...query, ...place } }
    const page = await account.client.get(endpoint, whole, Listed, request.signal)
    const token = placeAfter(page, walk.token)
    const posts = readable(Post, page.data)
    const ids = posts.map(({ id }) => id)
    return {
      items: await incomingPosts(account, request, posts, page.includes),
      walk: {
        ...walk,
        token,
        newest: most(newer, walk.newest, ids),
        oldest: most(older, walk.oldest, ids),
        seen: walk.seen + page.data.length,
      },
      over: token === null,
    }
  } catch (error) {
    if (walk.token !== null && isRefusal(error, 'invalid')) return 'lost'
    throw error
  }
}

function most(of: typeof newer, before: string | null, ids: readonly string[]): string | null {
  return ids.reduce<string | null>((found, id) => (found === null ? id : of(found, id)), before)
}

/**
 * X does not take a search at all, and asking once more would not change that: the walk is given up, and begun anew later.
 * @throws whatever else went wrong
 */
export function restAfterRefusal({ now }: Account, error: unknown): NonNullable<Page['rest']> {
  if (!(error instanceof Refusal)) throw error
  const because = 'X refuses to search, so some posts may be found late or not at all. Serjeant tries again every hour.'
  return { till: new Date(now().getTime() + HOUR), because }
}

/** The later of two rests; the reason of whichever has one. */
export function laterRest(one: Page['rest'], other: Page['rest']): Page['rest'] {
  if (!one || !other) return one ?? other
  return one.till >= other.till ? one : { ...one, till: other.till }
}
