import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { Asking, Rows } from '../meta/graph.ts'
import { type FetchRequest, type Incoming, type Page, PlatformError } from '../platform.ts'
import { incomingComment, incomingPost, isOwn, type Known } from './map.ts'
import type { Reader } from './reader.ts'
import { COMMENT_FIELDS, Comment, Id, POST_FIELDS, Post, WHOLE_POST_FIELDS } from './schema.ts'

/**
 * How Facebook is read. A Page's posts are listed newest first, each with its newest comments; where these don't reach back to
 * what was read before, the rest of the post's comments is walked through. Every page is stored together with what remains to be
 * walked, so a crash goes on from there, and nothing is done with before its walk has come to its end.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
/** Facebook may list a thing a little later than others of its time. */
const OVERLAP = 15 * MINUTE
/** Facebook's names for further pages don't last, and one that has ended may lead elsewhere. */
const LASTING = 10 * MINUTE
/** Facebook's most. */
const COMMENTS = 100
/** Pages in a row that lead no further back. */
const IDLE = 5
/** How often a post's comments may fail to come, while the lists of posts do: some never come. */
const TRIES = 10

const LISTS = ['feed', 'published_posts', 'ads_posts', 'tagged'] as const
type List = (typeof LISTS)[number]
/** What else the Page's token may do, Meta may keep these from the app. */
const MAY_BE_KEPT_BACK: readonly string[] = ['ads_posts', 'tagged'] satisfies List[]
/** Here alone others write, too. */
const OF_OTHERS: readonly string[] = ['feed', 'tagged'] satisfies List[]

/** How far a source reads. */
export interface Reach {
  lists: readonly List[]
  /** Posts in one call, and how many of each one's newest comments come with it. */
  posts: number
  comments: number
  /** Lists of posts are read till these are older, in milliseconds; absent, till what was read before. */
  age?: number
  /** While walks go on, what is new is looked at so often, in milliseconds: it must not wait for what is old. */
  glance?: number
}

const Walk = z.object({
  /** A list of the Page's posts, or a post by its id: its comments. */
  of: z.union([z.enum(LISTS), Id]),
  /** The next page; null is the first. */
  next: z.string().nullable(),
  /** When the page before was read, Unix milliseconds. */
  at: z.number(),
  /** What was written before was read before, Unix milliseconds. */
  floor: z.number(),
  /** Goes on to the floor, whatever is known on the way: something may be missing behind it. */
  deep: z.boolean(),
  /** When the oldest was written that it has come by, and the pages since. */
  oldest: z.number().nullable(),
  idle: z.number(),
  failed: z.number(),
})
type Walk = z.infer<typeof Walk>

export const Reading = z.object({
  /** What was written before is not wanted, Unix milliseconds. */
  from: z.number(),
  /** When the lists were last looked at from their beginning, Unix milliseconds. */
  looked: z.number(),
  /** What remains to be walked; the last comes first. */
  open: z.array(Walk),
  /** What Facebook does not give. */
  withheld: z.array(z.string()),
})
export type Reading = z.infer<typeof Reading>

/** At the first start. */
export function firstReading({ settings, now }: Reader): Reading {
  const from = now().getTime() - settings.lookBackDays * DAY
  return { from, looked: from, open: [], withheld: [] }
}

/** Begin at the top of the lists. What remains of earlier walks goes on afterwards. */
export function look({ open, ...reading }: Reading, { lists }: Reach, now: number, again?: { floor: number }): Reading {
  const floor = again?.floor ?? reading.looked - OVERLAP
  const begun = lists.map((of) => newWalk(of, now, floor, again !== undefined))
  const withheld = open.length === 0 ? [] : reading.withheld
  return { ...reading, looked: now, open: [...open, ...begun.toReversed()], withheld }
}

const newWalk = (of: Walk['of'], at: number, floor: number, deep: boolean): Walk => ({
  of,
  next: null,
  at,
  floor,
  deep,
  oldest: null,
  idle: 0,
  failed: 0,
})

export interface Step {
  items: Incoming[]
  /** The ids of all that was met, new or not. */
  met: string[]
  reading: Reading
  /** Before then it is of no use to go on. */
  till?: Date
}

/** A page of the port's, but for its cursor. */
export function given({ items, reading, till }: Step, { graph, now }: Reader): Omit<Page, 'cursor'> {
  const { open, withheld } = reading
  const told = withheld.length > 0 ? { because: inWords(withheld) } : {}
  const rest = graph.rest('pages') ?? (till || withheld.length > 0 ? { till: till ?? now(), ...told } : null)
  return { items, gone: [], more: open.length > 0, ...(rest ? { rest } : {}) }
}

function inWords(withheld: readonly string[]): string {
  const what = [
    ...(withheld.includes('ads_posts') ? ['comments under adverts'] : []),
    ...(withheld.includes('tagged') ? ['posts elsewhere that tag the Page'] : []),
    ...(withheld.some((of) => !MAY_BE_KEPT_BACK.includes(of)) ? ['all comments under some posts'] : []),
  ]
  return `Facebook does not let Serjeant read ${what.join(', and ')}: please look at those on Facebook itself. \`npx serjeant doctor\` says what is missing.`
}

/**
 * Read one page of what is open, or look at the lists.
 * @param walked posts whose comments need not be walked through once more; those are added that will be
 * @throws PlatformError, Refusal
 */
export async function readOn(
  reader: Reader,
  request: FetchRequest,
  reach: Reach,
  before: Reading,
  walked?: Set<string>,
): Promise<Step> {
  const time = reader.now().getTime()
  const isLookDue = before.open.length === 0 || time - before.looked >= (reach.glance ?? Number.POSITIVE_INFINITY)
  const reading = isLookDue ? look(before, reach, time) : before
  const open = reading.open.slice(0, -1)
  const top = reading.open.at(-1)
  if (!top) return { items: [], met: [], reading }
  const isStale = top.next !== null && time - top.at > LASTING
  const walk = { ...top, at: time, deep: top.deep || isStale }
  try {
    const page = isList(walk.of)
      ? await readList(reader, request, reach, walk, walk.of, walked)
      : await readComments(reader, request, walk, walk.of)
    const { known } = page
    const on = goOn(walk, page)
    return {
      items: page.items.filter((item) => !known.has(keyOf(item)) && item.item.writtenAt.getTime() >= reading.from),
      met: page.met,
      reading: {
        ...reading,
        open: [...open, ...(typeof on === 'object' ? [on] : []), ...page.opened],
        withheld: on === 'lost' ? [...reading.withheld, walk.of] : reading.withheld,
      },
    }
  } catch (error) {
    const { till, ...change } = afterFailure(error, top, { ...reading, open }, time)
    return { items: [], met: [], reading: { ...reading, ...change }, ...(till ? { till } : {}) }
  }
}

/**
 * @param reading without the walk that failed
 * @throws what concerns more than this walk
 */
function afterFailure(
  error: unknown,
  walk: Walk,
  { open, withheld }: Reading,
  time: number,
): { open: Walk[]; withheld?: string[]; till?: Date } {
  if (walk.next !== null && isRefusal(error, 'invalid')) return { open: [...open, fromTheTop(walk)] }
  const isPost = !isList(walk.of)
  if (isPost && isRefusal(error, 'gone')) return { open }
  const isInTrouble = isPost && error instanceof PlatformError && error.trouble === 'unavailable'
  if (isInTrouble && walk.failed < TRIES) {
    return { open: [{ ...walk, failed: walk.failed + 1 }, ...open], till: new Date(time + MINUTE) }
  }
  const isAlone = isPost || MAY_BE_KEPT_BACK.includes(walk.of)
  if (isInTrouble || (isAlone && isRefusal(error, 'permission', 'closed', 'invalid'))) {
    return { open, withheld: [...withheld, walk.of] }
  }
  throw error
}

const fromTheTop = ({ of, at, floor }: Walk): Walk => newWalk(of, at, floor, true)

/** @returns the walk from the next page on; from the top where Facebook leads in a circle; 'lost' where it does so again */
function goOn(walk: Walk, { next, rows, isEnd }: Found): Walk | 'over' | 'lost' {
  const before = walk.oldest ?? Number.POSITIVE_INFINITY
  const oldest = Math.min(before, ...rows.flatMap(({ at }) => at ?? []))
  const isFurther = oldest < before
  // What is known because this walk itself came by it before is no end.
  if (next === null || (isEnd && (isFurther || walk.next === null))) return 'over'
  const idle = isFurther ? 0 : walk.idle + 1
  if (next !== walk.next && idle <= IDLE) {
    return { ...walk, next, oldest: Number.isFinite(oldest) ? oldest : null, idle, failed: 0 }
  }
  return walk.deep ? 'lost' : fromTheTop(walk)
}

/** What stands in a list, whoever wrote it. */
interface Row {
  /** By which it is known if it is stored; null of what the Page wrote itself. */
  key: string | null
  /** Unix milliseconds; null where Facebook does not say. */
  at: number | null
}

/**
 * Does a page reach what was read before? Its older half must: a few may be out of their order, or were stored by another
 * source that has not come to the end of its walk.
 */
function reaches(
  rows: readonly Row[],
  { floor, deep }: Pick<Walk, 'floor' | 'deep'>,
  known: ReadonlySet<string>,
): boolean {
  const isRead = ({ key, at }: Row): boolean => (at !== null && at < floor) || (!deep && key !== null && known.has(key))
  return rows.length > 0 && rows.slice(Math.floor(rows.length / 2)).every(isRead)
}

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

const isList = (of: Walk['of']): of is List => LISTS.some((list) => list === of)

interface Found {
  items: Incoming[]
  met: string[]
  rows: Row[]
  known: Set<string>
  next: string | null
  /** Nothing behind it is wanted. */
  isEnd: boolean
  /** Walks that are to be gone first. */
  opened: Walk[]
}

/** A page of posts, each with its newest comments. */
async function readList(
  reader: Reader,
  request: FetchRequest,
  reach: Reach,
  walk: Walk,
  of: List,
  walked?: Set<string>,
): Promise<Found> {
  const { id: page } = await reader.page(request.signal)
  const around = { page, now: reader.now() }
  const limit = reader.portions.of(reach.posts)
  const query = { fields: fieldsOf(of, reach), limit, ...(of === 'feed' ? { include_hidden: true } : {}) }
  const { rows: posts, next } = await portioned(reader, limit, () =>
    reader.graph.list(fromOf(walk, { path: `${page}/${of}`, query, bucket: 'pages' }), Post, request.signal),
  )
  for (const post of posts) reader.posts.set(post)
  const ofOthers = OF_OTHERS.includes(of) ? posts.filter((post) => !isOwn(post, around)) : []
  const mentions = new Map(ofOthers.map((post) => [post.id, incomingPost(post, around)]))
  const comments = posts.map((post) => ({ post, hasMore: post.comments?.hasMore ?? false, ...under(post) }))
  const items = [...mentions.values(), ...comments.flatMap((one) => one.items)]
  const known = await request.known(items.map(keyOf))
  const opened = comments
    .filter(({ post, hasMore, rows }) => hasMore && !walked?.has(post.id) && !reaches(rows, walk, known))
    .map(({ post }) => newWalk(post.id, walk.at, walk.floor, walk.deep))
  for (const { of: post } of opened) walked?.add(post)
  const rows = posts.map((post) => rowOf(post, mentions.get(post.id)))
  const end = reach.age === undefined ? walk : { floor: walk.at - reach.age, deep: true }
  return {
    items,
    met: [...posts.map(({ id }) => id), ...comments.flatMap((one) => one.met)],
    rows,
    known,
    next,
    isEnd: reaches(rows, end, known),
    opened,
  }

  function under(post: Post): Pick<Found, 'items' | 'met' | 'rows'> {
    return commentsIn(post.comments?.rows ?? [], post, around)
  }
}

/** A page of all that is said under a post. */
async function readComments(reader: Reader, request: FetchRequest, walk: Walk, of: string): Promise<Found> {
  const { id: page } = await reader.page(request.signal)
  const post = await postOf(reader, of, request.signal)
  const query = { ...ALL, fields: COMMENT_FIELDS, limit: COMMENTS }
  const asking = fromOf(walk, { path: `${of}/comments`, query, bucket: 'pages' })
  const { rows, next } = await reader.graph.list(asking, Comment, request.signal)
  const found = commentsIn(rows, post, { page, now: reader.now() })
  const known = await request.known(found.items.map(keyOf))
  return { ...found, known, next, isEnd: reaches(found.rows, walk, known), opened: [] }
}

/** Answers to answers, and what Facebook thinks little of, among them: else it leaves both out. */
const ALL = { filter: 'stream', order: 'reverse_chronological', live_filter: 'no_filter' } as const

function fieldsOf(of: List, { comments }: Reach): string {
  const post = OF_OTHERS.includes(of) ? WHOLE_POST_FIELDS : POST_FIELDS
  // What is said under other people's posts is not said to the Page.
  if (of === 'tagged') return post
  const asked = Object.entries({ ...ALL, limit: comments }).map(([key, value]) => `.${key}(${value})`)
  return `${post},comments${asked.join('')}{${COMMENT_FIELDS}}`
}

const fromOf = ({ next }: Walk, first: Asking): Parameters<Reader['graph']['list']>[0] =>
  next === null ? first : { next, bucket: first.bucket }

async function portioned<T>({ portions }: Reader, asked: number, ask: () => Promise<Rows<T>>): Promise<Rows<T>> {
  try {
    const rows = await ask()
    portions.worked()
    return rows
  } catch (error) {
    if (error instanceof PlatformError && error.trouble === 'unavailable') portions.failed(asked)
    throw error
  }
}

/** The post that comments stand under. @throws PlatformError, Refusal */
export async function postOf({ posts, graph }: Reader, id: string, signal: AbortSignal): Promise<Known> {
  const remembered = posts.get(id)
  if (remembered) return remembered
  const post = await graph.get({ path: id, query: { fields: POST_FIELDS }, bucket: 'pages' }, Post, signal)
  posts.set(post)
  return post
}

function commentsIn(comments: readonly Comment[], post: Known, around: { page: string; now: Date }) {
  const ofOthers = comments.filter((comment) => !isOwn(comment, around))
  const items = new Map(ofOthers.map((comment) => [comment.id, incomingComment(comment, post, around)]))
  return {
    items: [...items.values()],
    met: comments.map(({ id }) => id),
    rows: comments.map((comment) => rowOf(comment, items.get(comment.id))),
  }
}

function rowOf({ created_time }: Known, incoming: Incoming | undefined): Row {
  const at = Date.parse(created_time ?? '')
  return { key: incoming ? keyOf(incoming) : null, at: Number.isNaN(at) ? null : at }
}
