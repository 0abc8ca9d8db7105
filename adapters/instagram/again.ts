import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { Account } from '../meta/graph.ts'
import type { FetchRequest, Incoming, Page, Stored } from '../platform.ts'
import { around, DAY, horizon, paged } from './account.ts'
import { type Around, incomingComment, isOwn } from './map.ts'
import { postsSince } from './posts.ts'
import { Alone, FIELDS } from './schema.ts'
import { newWalk, stepOn, Walk } from './walk.ts'

/**
 * Once a day what the other sources can't notice: under the posts of a fortnight every comment is read again, for what was
 * edited or missed, and what is stored is looked for, since Instagram tells of nothing that is deleted.
 */

const FORTNIGHT = 14 * DAY
/** Looked up one by one in one call of the source, which may take a minute. */
const BATCH = 25

const Cursor = z.object({
  /** Unix milliseconds: what is older was there before the account was first read. */
  since: z.number(),
  /** Unix milliseconds: when this round began. */
  began: z.number(),
  walks: z.array(Walk),
  /** Up to where what is stored was looked up; null before the first. */
  after: z.string().nullable(),
  isDone: z.boolean(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchAgain(account: Account, request: FetchRequest): Promise<Page> {
  const now = account.now().getTime()
  const before = Cursor.safeParse(request.cursor).data
  if (!before || now - before.began >= DAY) return begin(account, request, before?.since ?? horizon(account))
  if (before.walks.length > 0) {
    const { seen, walks, ...step } = await stepOn({ account, request, since: before.since }, before.walks)
    for (const id of seen) seenBy(account, before.began).add(id)
    return paged(account, { ...step, cursor: { ...before, walks }, more: true })
  }
  return before.isDone ? pause(before) : lookUp(account, request, before)
}

async function begin(account: Account, request: FetchRequest, since: number): Promise<Page> {
  const began = account.now().getTime()
  const posts = await postsSince(account, began - FORTNIGHT, request.signal)
  const walks = posts.map(({ id }) => newWalk('post', id, account, { next: null, whole: true }))
  const cursor: Cursor = { since, began, walks, after: null, isDone: false }
  return paged(account, { items: [], cursor, more: true })
}

/** Till tomorrow. */
function pause(cursor: Cursor): Page {
  return { items: [], gone: [], cursor, more: false, rest: { till: new Date(cursor.began + DAY) } }
}

async function lookUp(account: Account, request: FetchRequest, cursor: Cursor): Promise<Page> {
  const stored = await request.stored(cursor.after, BATCH)
  const last = stored.at(-1)
  if (!last) return pause({ ...cursor, isDone: true })
  const here = await around(account, request.signal)
  const seen = seenBy(account, cursor.began)
  const items: Incoming[] = []
  const gone: string[] = []
  // Elsewhere nothing can be read by its own id: of what names or tags the account it can't be told.
  for (const one of stored.filter(({ id, kind }) => kind === 'comment' && !seen.has(id))) {
    const found = await lookFor(account, one, here, request.signal)
    if (found === 'gone' && !one.gone) gone.push(one.id)
    // What is as it was stored falls out by itself.
    if (found !== null && found !== 'gone') items.push(found)
  }
  return paged(account, { items, gone, cursor: { ...cursor, after: last.place }, more: true })
}

/** @returns null where there is nothing to say of it */
async function lookFor(
  account: Account,
  { id }: Stored,
  here: Around,
  signal: AbortSignal,
): Promise<Incoming | 'gone' | null> {
  try {
    const asking = { path: id, query: { fields: FIELDS.alone }, bucket: 'instagram' as const }
    const comment = await account.graph.get(asking, Alone, signal)
    const { media: post } = comment
    // Answers are read under what they answer.
    if (!post || comment.parent_id !== undefined || isOwn(comment, here)) return null
    return incomingComment(comment, post, null, here)
  } catch (error) {
    if (isRefusal(error, 'gone')) return 'gone'
    throw error
  }
}

/** What was read in the round under way need not be looked up. A process that begins in its middle looks up more, no worse. */
const rounds = new WeakMap<Account, { began: number; seen: Set<string> }>()

function seenBy(account: Account, began: number): Set<string> {
  const round = rounds.get(account)
  if (round?.began === began) return round.seen
  const seen = new Set<string>()
  rounds.set(account, { began, seen })
  return seen
}
