import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Rows } from '../meta/graph.ts'
import { type FetchRequest, type Incoming, type Page, PlatformError } from '../platform.ts'
import { around, unknownOf } from './account.ts'
import { type Around, incomingComment, isOwn } from './map.ts'
import { Alone, Comment, FIELDS, Id, Post, Remark } from './schema.ts'

/**
 * Comments hang under a post newest first, their answers under each of them, and both come by fifty. Meta lists no comments
 * since a time, so a list is walked down, some pages at a time: each is stored as it comes, and a crash goes on from there.
 */

/** Where the reading of a list stands. Its end is known only when the walk has come there. */
export const Place = z.object({
  /** Where it goes on, without the token; null before the first page. */
  next: z.string().nullable(),
  /** Unix milliseconds: when `next` was given. */
  at: z.number(),
  /** Read to the very end: else only down to a page on which all is known. */
  whole: z.boolean(),
})
export type Place = z.infer<typeof Place>

/** A list that is still to be read: a post's comments, or a comment's answers. */
export const Walk = Place.extend({
  under: z.enum(['post', 'comment']),
  id: Id,
  /** How often it could not be read, one time after the other, while other things could. */
  failed: z.number(),
})
export type Walk = z.infer<typeof Walk>

/** Of one walk in one call of the source, which may take a minute. */
const PAGES = 5
/** Meta's links to further pages end within hours: an older one is not tried. */
const FRESH = 15 * 60_000

interface Step {
  items: Incoming[]
  /** The ids of all that was read, known or not. */
  seen: string[]
  /** What is left to read of this walk, and what it came by. */
  left: Walk[]
}

export interface Walking {
  account: Account
  request: FetchRequest
  /** Unix milliseconds: what is older is left alone. */
  since: number
}

/**
 * Begin again from the top where the place is lost, and then stop at nothing: what the walk stored itself before it lost the
 * place must not end it.
 */
export const startOver = <Some extends Place>(place: Some): Some => ({ ...place, next: null, whole: true })

/** The place, as long as Meta still knows it. */
export function placeAt<Some extends Place>(place: Some, now: Date): Some {
  return place.next !== null && now.getTime() - place.at > FRESH ? startOver(place) : place
}

export const newWalk = (
  under: Walk['under'],
  id: string,
  { now }: Pick<Account, 'now'>,
  how: Pick<Place, 'next' | 'whole'>,
): Walk => ({ under, id, at: now().getTime(), failed: 0, ...how })

/** What remains of all walks after a step of the first. */
interface Stepped {
  items: Incoming[]
  seen: string[]
  walks: Walk[]
  rest?: NonNullable<Page['rest']>
}

/**
 * Some pages of the first walk; what it came by follows it. One that can't be read takes its turn again after the others, and is
 * given up in the end: no odd thread may stop all others.
 * @throws PlatformError, Refusal: what concerns more than this walk
 */
export async function stepOn(walking: Walking, walks: readonly Walk[]): Promise<Stepped> {
  const [walk, ...others] = walks
  if (!walk) return { items: [], seen: [], walks: [] }
  try {
    const { items, seen, left } = await pagesOf(walking, walk)
    return { items, seen, walks: [...left, ...others] }
  } catch (error) {
    const isInTrouble = error instanceof PlatformError && error.trouble === 'unavailable'
    if (!isInTrouble && !isRefusal(error, 'permission', 'invalid', 'closed')) throw error
    const till = new Date(walking.account.now().getTime() + MINUTE)
    if (walk.failed < TRIES)
      return { items: [], seen: [], walks: [...others, { ...walk, failed: walk.failed + 1 }], rest: { till } }
    return { items: [], seen: [], walks: others, rest: { till, because: UNREADABLE } }
  }
}

const MINUTE = 60_000
const TRIES = 10
const UNREADABLE =
  'Instagram does not show the comments under one of the account’s posts. Please look at it on Instagram itself; Serjeant tries again when there are more.'

async function pagesOf(walking: Walking, walk: Walk): Promise<Step> {
  const place = placeAt(walk, walking.account.now())
  try {
    return await (place.under === 'post' ? throughComments(walking, place) : throughReplies(walking, place))
  } catch (error) {
    // Deleted meanwhile, and all that stood there with it.
    if (isRefusal(error, 'gone')) return { items: [], seen: [], left: [] }
    if (place.next !== null && isRefusal(error, 'invalid')) return { items: [], seen: [], left: [startOver(place)] }
    throw error
  }
}

async function throughComments({ account, request, since }: Walking, walk: Walk): Promise<Step> {
  const { graph } = account
  const { signal } = request
  const here = await around(account, signal)
  const post = await graph.get(looking(walk.id, FIELDS.post), Post, signal)
  const items: Incoming[] = []
  const seen: string[] = []
  const replies: Walk[] = []
  let { next } = walk
  for (let page = 0; page < PAGES; page += 1) {
    const rows: Rows<Comment> = await graph.list(
      next === null
        ? looking(`${walk.id}/comments`, FIELDS.comment, { limit: 50 })
        : ({ next, bucket: 'instagram' } as const),
      Comment,
      signal,
    )
    const unknown = await unknownOf(request, incomingUnder(rows.rows, post, since, here))
    items.push(...unknown)
    seen.push(...rows.rows.flatMap((comment) => [comment.id, ...comment.replies.rows.map(({ id }) => id)]))
    replies.push(...repliesLeft(rows.rows, account))
    next = rows.next
    if (next === null || (unknown.length === 0 && !walk.whole)) return { items, seen, left: replies }
  }
  return { items, seen, left: [{ ...walk, next, at: account.now().getTime(), failed: 0 }, ...replies] }
}

/** Answers come oldest first, so that only the end of the list shows what is new. */
async function throughReplies({ account, request, since }: Walking, walk: Walk): Promise<Step> {
  const { graph } = account
  const { signal } = request
  const here = await around(account, signal)
  const parent = await graph.get(looking(walk.id, FIELDS.alone), Alone, signal)
  const post = parent.media
  if (!post) return { items: [], seen: [], left: [] }
  const items: Incoming[] = []
  const seen: string[] = []
  let { next } = walk
  for (let page = 0; page < PAGES; page += 1) {
    const rows: Rows<Remark> = await graph.list(
      next === null
        ? looking(`${walk.id}/replies`, FIELDS.remark, { limit: 50 })
        : ({ next, bucket: 'instagram' } as const),
      Remark,
      signal,
    )
    const replies = rows.rows.filter((one) => !isOwn(one, here)).map((one) => incomingComment(one, post, parent, here))
    items.push(...(await unknownOf(request, replies.filter(isAfter(since)))))
    seen.push(...rows.rows.map(({ id }) => id))
    next = rows.next
    if (next === null) return { items, seen, left: [] }
  }
  return { items, seen, left: [{ ...walk, next, at: account.now().getTime(), failed: 0 }] }
}

const looking = (path: string, fields: string, more: { limit?: number } = {}) => ({
  path,
  query: { fields, ...more },
  bucket: 'instagram' as const,
})

const isAfter =
  (since: number) =>
  ({ item }: Incoming): boolean =>
    item.writtenAt.getTime() >= since

/** What other people wrote, with the answers that came along. */
export function incomingUnder(comments: readonly Comment[], post: Post, since: number, here: Around): Incoming[] {
  return comments
    .flatMap((comment) => [
      ...(isOwn(comment, here) ? [] : [incomingComment(comment, post, null, here)]),
      ...comment.replies.rows
        .filter((reply) => !isOwn(reply, here))
        .map((reply) => incomingComment(reply, post, comment, here)),
    ])
    .filter(isAfter(since))
}

/** Answers that did not come along. */
export function repliesLeft(comments: readonly Comment[], account: Pick<Account, 'now'>): Walk[] {
  return comments.flatMap(({ id, replies: { next } }) =>
    next === null ? [] : newWalk('comment', id, account, { next, whole: true }),
  )
}
