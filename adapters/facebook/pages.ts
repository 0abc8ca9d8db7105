import type { Asking, Rows } from '../meta/graph.ts'
import { keyOf } from '../meta/known.ts'
import { type FetchRequest, type Incoming, PlatformError } from '../platform.ts'
import { incomingComment, incomingPost, isOwn, type Known, type Surroundings } from './map.ts'
import type { Reader } from './reader.ts'
import { COMMENT_FIELDS, Comment, POST_FIELDS, Post, WHOLE_POST_FIELDS } from './schema.ts'

/** One page of what Facebook lists: of a Page's posts, or of the comments under one of them. */

/** Facebook's most. */
const COMMENTS = 100

export const LISTS = ['feed', 'published_posts', 'ads_posts', 'tagged'] as const
export type List = (typeof LISTS)[number]
/** Here alone others write, too. */
const OF_OTHERS: readonly List[] = ['feed', 'tagged']

/** Posts in one call, and how many of each one's newest comments come with it. */
export interface Size {
  posts: number
  comments: number
}

/** What stands in a list, whoever wrote it. */
export interface Row {
  /** By which it is known if it is stored; null of what the Page wrote itself. */
  key: string | null
  /** Unix milliseconds; null where Facebook does not say. */
  at: number | null
}

export interface Found {
  /** All that others wrote, known or not. */
  items: Incoming[]
  /** The keys of those that are stored as they are now. */
  known: Set<string>
  rows: Row[]
  next: string | null
  /** Of a list of posts: the newest comments of each, and whether it has more. */
  under: { post: string; rows: Row[]; hasMore: boolean }[]
}

/** Answers to answers, and what Facebook thinks little of, among them: else it leaves both out. */
const ALL = { filter: 'stream', order: 'reverse_chronological', live_filter: 'no_filter' } as const

/**
 * @param next the page, as an earlier one named it; null for the first
 * @throws PlatformError, Refusal
 */
export async function postsOn(
  reader: Reader,
  request: FetchRequest,
  of: List,
  size: Size,
  next: string | null,
): Promise<Found> {
  const around = await aroundOf(reader, request)
  const limit = reader.portions.of(size.posts)
  const query = { fields: fieldsOf(of, size), limit, ...(of === 'feed' ? { include_hidden: true } : {}) }
  const from = fromOf(next && limited(next, limit), { path: `${around.page}/${of}`, query, bucket: 'pages' })
  const page = await portioned(reader, limit, () => reader.graph.list(from, Post, request.signal))
  for (const post of page.rows) reader.posts.set(post)
  const ofOthers = OF_OTHERS.includes(of) ? page.rows.filter((post) => !isOwn(post, around)) : []
  const mentions = new Map(ofOthers.map((post) => [post.id, incomingPost(post, around)]))
  const said = page.rows.map((post) => ({ post, ...commentsIn(post.comments?.rows ?? [], post, around) }))
  const items = [...mentions.values(), ...said.flatMap((one) => one.items)]
  return {
    items,
    known: await request.known(items.map(keyOf)),
    rows: page.rows.map((post) => rowOf(post, mentions.get(post.id))),
    next: page.next,
    under: said.map(({ post, rows }) => ({ post: post.id, rows, hasMore: post.comments?.hasMore ?? false })),
  }
}

/**
 * All that is said under a post, the newest first.
 * @throws PlatformError, Refusal
 */
export async function commentsUnder(
  reader: Reader,
  request: FetchRequest,
  id: string,
  next: string | null,
): Promise<Found> {
  const around = await aroundOf(reader, request)
  const post = await postOf(reader, id, request.signal)
  const query = { ...ALL, fields: COMMENT_FIELDS, limit: COMMENTS }
  const from = fromOf(next, { path: `${id}/comments`, query, bucket: 'pages' })
  const page = await reader.graph.list(from, Comment, request.signal)
  const found = commentsIn(page.rows, post, around)
  return { ...found, known: await request.known(found.items.map(keyOf)), next: page.next, under: [] }
}

async function aroundOf(reader: Reader, { signal }: FetchRequest): Promise<Surroundings> {
  const { id } = await reader.page(signal)
  return { page: id, now: reader.now() }
}

function fieldsOf(of: List, { comments }: Size): string {
  const post = OF_OTHERS.includes(of) ? WHOLE_POST_FIELDS : POST_FIELDS
  // What is said under other people's posts is not said to the Page.
  if (of === 'tagged') return post
  const asked = Object.entries({ ...ALL, limit: comments }).map(([key, value]) => `.${key}(${value})`)
  return `${post},comments${asked.join('')}{${COMMENT_FIELDS}}`
}

const fromOf = (next: string | null, first: Asking): Parameters<Reader['graph']['list']>[0] =>
  next === null ? first : { next, bucket: first.bucket }

/** Facebook writes into the address of a next page how long the last was to be: too long, perhaps, for this one. */
function limited(next: string, limit: number): string {
  const url = new URL(next)
  url.searchParams.set('limit', String(limit))
  return url.href
}

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

/** The post that comments stand under. */
async function postOf({ posts, graph }: Reader, id: string, signal: AbortSignal): Promise<Known> {
  const remembered = posts.get(id)
  if (remembered) return remembered
  const post = await graph.get({ path: id, query: { fields: POST_FIELDS }, bucket: 'pages' }, Post, signal)
  posts.set(post)
  return post
}

function commentsIn(comments: readonly Comment[], post: Known, around: Surroundings) {
  const ofOthers = comments.filter((comment) => !isOwn(comment, around))
  const items = new Map(ofOthers.map((comment) => [comment.id, incomingComment(comment, post, around)]))
  return {
    items: [...items.values()],
    rows: comments.map((comment) => rowOf(comment, items.get(comment.id))),
  }
}

function rowOf({ created_time }: Known, incoming: Incoming | undefined): Row {
  const at = Date.parse(created_time ?? '')
  return { key: incoming ? keyOf(incoming) : null, at: Number.isNaN(at) ? null : at }
}
