import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import { type Account, incomingPosts } from './account.ts'
import type { Asked } from './client.ts'
import type { Endpoint } from './endpoints.ts'
import { isRefusal, Refusal } from './failure.ts'
import { idAt, madeAt, newer, older } from './ids.ts'
import { startOfDay } from './ledger.ts'
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
/** Till a walk that X has led astray begins again. */
const ASTRAY = 15 * MINUTE
/** X may give an empty page and a next one; not so many in a row. */
const IDLE = 20
/** While a long walk goes back, the newest is looked at so often. */
const GLANCE = 15 * MINUTE
const LOOK_BACK = 6 * HOUR

/** Where one walk through a list stands. */
export const Walk = z.object({
  /** Unix milliseconds: when it began, and when the newest page was last looked at. */
  began: z.number(),
  glanced: z.number(),
  /** It goes back to here. */
  from: Id,
  /** X's name for the next page; null before the first. */
  token: z.string().nullable(),
  /** The newest and the oldest post it has come by. */
  newest: Id.nullable(),
  oldest: Id.nullable(),
  pages: z.number(),
  /** Pages in a row that led no further back. */
  idle: z.number(),
})
export type Walk = z.infer<typeof Walk>

export function newWalk({ now }: Account, from: string): Walk {
  const began = now().getTime()
  return { began, glanced: began, from, token: null, newest: null, oldest: null, pages: 0, idle: 0 }
}

/** Is it time to see what has come since, although the walk is not over? What is new must not wait for what is old. */
export const isGlanceDue = ({ now }: Account, walk: Walk): boolean => now().getTime() - walk.glanced >= GLANCE

/** After such a look the walk goes on where it was: what that look came by, the next walk comes by again. */
export const glanced = <Some extends Walk>({ now }: Account, walk: Some): Some => ({
  ...walk,
  glanced: now().getTime(),
})

/**
 * From where to read next. What its author wrote behind closed doors, and opened since, lies further back than what has been
 * read; but on the same day (UTC) nothing costs anything twice, so now and then the day is gone through from its beginning.
 * @param lookedBack when that was last done, Unix milliseconds
 */
export function startOf({ now }: Account, since: string, lookedBack: number): { from: string; lookedBack: number } {
  const time = now().getTime()
  if (time - lookedBack < LOOK_BACK) return { from: since, lookedBack }
  return { from: older(since, idAt(startOfDay(now()))), lookedBack: time }
}

/** The first start reads back to here. */
export function horizon({ settings, now }: Account): string {
  return idAt(new Date(now().getTime() - settings.lookBackDays * DAY))
}

export const isSearchable = ({ now }: Account, id: string): boolean => {
  return now().getTime() - madeAt(id).getTime() < SEARCHED
}

/** A moment as X reads it: to the second. */
const stated = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

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
 * Where a walk stands after a page; at its end the place is null.
 * @param next X's name for the page after it
 * @returns 'lost' where X leads in a circle, or on and on through empty pages
 */
export function afterPage(walk: Walk, ids: readonly string[], next: string | null): Walk | 'lost' {
  const oldest = most(older, walk.oldest, ids)
  const idle = oldest === walk.oldest ? walk.idle + 1 : 0
  if (next !== null && (next === walk.token || idle > IDLE)) return 'lost'
  return { ...walk, token: next, newest: most(newer, walk.newest, ids), oldest, pages: walk.pages + 1, idle }
}

/** Begun again at once, a walk would only be led astray once more. */
export function restAfterLoss({ now }: Account): NonNullable<Page['rest']> {
  const because =
    'X no longer knows up to where it was read, or leads in a circle, so Serjeant begins anew in a quarter of an hour.'
  return { till: new Date(now().getTime() + ASTRAY), because }
}

interface Step {
  items: Page['items']
  /** 'lost': it must begin again, and nothing is lost by it. */
  walk: Walk | 'lost'
}

/**
 * One page of a walk through posts.
 * @throws PlatformError, Refusal
 */
export async function stepOn(
  account: Account,
  request: FetchRequest,
  walk: Walk,
  endpoint: Endpoint,
  { query, ...asked }: Asked,
): Promise<Step> {
  const place: Record<string, string> = walk.token === null ? {} : { pagination_token: walk.token }
  try {
    const whole = { ...asked, query: { max_results: PAGE, ...query, ...place } }
    const page = await account.client.get(endpoint, whole, Listed, request.signal)
    const posts = readable(Post, page.data)
    const ids = posts.map(({ id }) => id)
    return {
      items: await incomingPosts(account, request, posts, page.includes),
      walk: afterPage(walk, ids, page.next),
    }
  } catch (error) {
    if (walk.token !== null && isRefusal(error, 'invalid')) return { items: [], walk: 'lost' }
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
