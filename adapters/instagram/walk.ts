import { z } from 'zod'
import { enough } from '../meta/enough.ts'
import { isOfOne, isRefusal } from '../meta/failure.ts'
import type { Account, Rows } from '../meta/graph.ts'
import { keyOf, unknownOf } from '../meta/known.ts'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { around } from './account.ts'
import { type Around, incomingComment, isOwn } from './map.ts'
import { Alone, Comment, FIELDS, Id, Post, Remark } from './schema.ts'
import { further, NO_TRAIL, Trail } from './trail.ts'

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
  /** How often the place was lost. */
  lost: z.number().default(0),
  trail: Trail.default(NO_TRAIL),
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

/** In one call of the source, which may take a minute. */
const PAGES = 5
/** What was stored since may be the walk's own doing: it then stops at nothing. Milliseconds. */
const FRESH = 15 * 60_000
const MINUTE = 60_000
const TRIES = 10

export interface Walking {
  account: Account
  request: FetchRequest
  /** Unix milliseconds: what is older is left alone. */
  since: number
}

export const newPlace = (how: Pick<Place, 'next' | 'at' | 'whole'>): Place => ({ lost: 0, trail: NO_TRAIL, ...how })

/**
 * Begin again from the top where the place is lost, and then stop at nothing: what the walk stored itself before it lost the
 * place must not end it.
 * @returns null where it was lost too often
 */
export function startOver<Some extends Place>(place: Some): Some | null {
  const lost = place.lost + 1
  return lost > TRIES ? null : { ...place, next: null, whole: true, lost, trail: NO_TRAIL }
}

/** Meta's links to further pages end within hours, and none says when: an old one is tried all the same. */
export function placeAt<Some extends Place>(place: Some, now: Date): Some {
  return place.next !== null && now.getTime() - place.at > FRESH ? { ...place, whole: true } : place
}

/** @returns the place behind a page; null where Meta leads in a circle */
export function placeBehind<Some extends Place>(
  place: Some,
  { rows, next }: Rows<{ id: string }>,
  now: Date,
): Some | null {
  const trail = further(place.trail, rows)
  if (trail === null || next === place.next) return null
  return { ...place, next, at: now.getTime(), trail }
}

export const newWalk = (
  under: Walk['under'],
  id: string,
  { now }: Pick<Account, 'now'>,
  how: Pick<Place, 'next' | 'whole'>,
): Walk => ({ ...newPlace({ ...how, at: now().getTime() }), under, id, failed: 0 })

/** What a step came by, and what remains of all walks after it. */
interface Stepped {
  items: Incoming[]
  /** The ids of all by others that was read, known or not. */
  seen: string[]
  walks: Walk[]
  rest?: NonNullable<Page['rest']>
}

/**
 * Some pages of the first walks; what one came by follows it. One that can't be read takes its turn again after the others, and
 * is given up in the end: no odd thread may stop all others.
 * @throws PlatformError, Refusal: what concerns more than one walk
 */
export async function stepOn(walking: Walking, walks: readonly Walk[]): Promise<Stepped> {
  const isEnough = enough(walking.account)
  const nodes = new Map<string, Post | Alone>()
  const items = new Map<string, Incoming>()
  const stepped: Stepped = { items: [], seen: [], walks: [...walks] }
  for (let pages = 0; pages < PAGES && !(pages > 0 && isEnough()); pages += 1) {
    const [walk, ...others] = stepped.walks
    if (!walk) break
    try {
      const { isLost, left, ...found } = await pageOf(walking, walk, nodes, items)
      for (const one of found.items) items.set(keyOf(one), one)
      stepped.seen.push(...found.seen)
      stepped.walks = [...left, ...others]
      if (isLost) stepped.rest = { till: inAMinute(walking), because: UNREADABLE }
    } catch (error) {
      if (isOfOne(error) || isRefusal(error, 'permission', 'invalid', 'closed')) {
        const isGivenUp = walk.failed >= TRIES
        stepped.walks = isGivenUp ? others : [...others, { ...walk, failed: walk.failed + 1 }]
        stepped.rest = { till: inAMinute(walking), ...(isGivenUp ? { because: UNREADABLE } : {}) }
        break
      }
      // What was read is handed back first; the next call meets the same again.
      if (pages === 0 || walking.request.signal.aborted) throw error
      break
    }
  }
  return { ...stepped, items: [...items.values()] }
}

const inAMinute = ({ account }: Walking): Date => new Date(account.now().getTime() + MINUTE)

const UNREADABLE =
  'Instagram does not show the comments under one of the account’s posts. Please look at it on Instagram itself; Serjeant tries again when there are more.'

interface Step {
  items: Incoming[]
  seen: string[]
  /** What is left to read of this walk, and what it came by. */
  left: Walk[]
  /** Given up: there is more that can't be come by. */
  isLost?: boolean
}

type Nodes = Map<string, Post | Alone>
/** What this call has read already. */
type Met = ReadonlyMap<string, Incoming>

async function pageOf(walking: Walking, walk: Walk, nodes: Nodes, met: Met): Promise<Step> {
  const place = placeAt(walk, walking.account.now())
  try {
    return await (place.under === 'post' ? commentsOf(walking, place, nodes, met) : repliesOf(walking, place, nodes))
  } catch (error) {
    // Deleted meanwhile, and all that stood there with it.
    if (isRefusal(error, 'gone')) return { items: [], seen: [], left: [] }
    if (place.next === null || !isRefusal(error, 'invalid')) throw error
    const again = startOver(place)
    return { items: [], seen: [], left: again ? [again] : [], isLost: again === null }
  }
}

async function commentsOf({ account, request, since }: Walking, walk: Walk, nodes: Nodes, met: Met): Promise<Step> {
  const { signal } = request
  const here = await around(account, signal)
  const post = nodes.get(walk.id) ?? (await account.graph.get(looking(walk.id, FIELDS.post), Post, signal))
  nodes.set(walk.id, post)
  const page = await account.graph.list(
    fromOf(walk, looking(`${walk.id}/comments`, FIELDS.comment, { limit: 50 })),
    Comment,
    signal,
  )
  const unknown = await unknownOf(request, incomingUnder(page.rows, post, since, here))
  const seen = idsOf(
    page.rows.flatMap((comment) => [comment, ...comment.replies.rows]),
    here,
  )
  const begun = repliesLeft(page.rows, account)
  const isNew = unknown.some((one) => !met.has(keyOf(one)))
  if (page.next === null || (!isNew && !walk.whole)) return { items: unknown, seen, left: begun }
  return { items: unknown, seen, ...onwards(walk, page, account, begun) }
}

/** Answers come oldest first, so that only the end of the list shows what is new. */
async function repliesOf({ account, request, since }: Walking, walk: Walk, nodes: Nodes): Promise<Step> {
  const { signal } = request
  const here = await around(account, signal)
  const known = Alone.safeParse(nodes.get(walk.id)).data
  const parent = known ?? (await account.graph.get(looking(walk.id, FIELDS.alone), Alone, signal))
  nodes.set(walk.id, parent)
  const post = parent.media
  if (!post) return { items: [], seen: [], left: [] }
  const page = await account.graph.list(
    fromOf(walk, looking(`${walk.id}/replies`, FIELDS.remark, { limit: 50 })),
    Remark,
    signal,
  )
  const answers = page.rows.filter((one) => !isOwn(one, here)).map((one) => incomingComment(one, post, parent, here))
  const items = await unknownOf(request, answers.filter(isAfter(since)))
  const seen = idsOf(page.rows, here)
  if (page.next === null) return { items, seen, left: [] }
  return { items, seen, ...onwards(walk, page, account, []) }
}

function onwards(
  walk: Walk,
  page: Rows<{ id: string }>,
  { now }: Account,
  begun: readonly Walk[],
): Pick<Step, 'left' | 'isLost'> {
  const on = placeBehind(walk, page, now())
  return { left: [...(on ? [{ ...on, failed: 0 }] : []), ...begun], isLost: on === null }
}

const fromOf = ({ next }: Walk, first: ReturnType<typeof looking>): Parameters<Account['graph']['list']>[0] =>
  next === null ? first : { next, bucket: first.bucket }

const idsOf = (remarks: readonly Remark[], here: Around): string[] =>
  remarks.filter((one) => !isOwn(one, here)).map(({ id }) => id)

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
