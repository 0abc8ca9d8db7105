import { z } from 'zod'
import type { Account } from '../meta/graph.ts'
import { lastPlace, markedAt } from '../meta/marks.ts'
import { compare, concluded, Daily, dueAfter, lookUp, type Met, newSearch, Search, tillDue } from '../meta/missing.ts'
import type { FetchRequest, Page, Stored } from '../platform.ts'
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
/** Looked up in one call of the source, which may take a minute. */
const LOOKS = 25

const Round = Search.extend({ walks: z.array(Walk) })
type Round = z.infer<typeof Round>

const Cursor = Daily.extend({
  /** Unix milliseconds: what is older was there before the account was first read. */
  since: z.number(),
  round: Round.nullable().catch(null),
})
type Cursor = z.infer<typeof Cursor>

/** How it was stored before a round knew its end. */
const Former = z.object({ since: z.number(), began: z.number(), isDone: z.boolean() })

export async function fetchAgain(account: Account, request: FetchRequest): Promise<Page> {
  const now = account.now().getTime()
  const before = cursorOf(account, request)
  if (!before.round && now < before.due) return tillDue(before)
  // A new process has met nothing yet.
  const isUnderWay = before.round !== null && before.round.began === rounds.get(account)?.began
  const cursor = isUnderWay ? before : await begin(account, request, before)
  const { round } = cursor
  if (!round) return tillDue(cursor)
  if (!isUnderWay) return on(account, cursor, round)
  if (round.walks.length > 0) {
    const { seen, walks, ...step } = await stepOn({ account, request, since: cursor.since }, round.walks)
    for (const id of seen) metBy(account, round.began).set(id, 'comment')
    return on(account, cursor, { ...round, walks }, step)
  }
  if (!round.isCompared) return compared(account, request, cursor, round)
  if (round.missing.length > 0) return search(account, request, cursor, round)
  return end(account, request, cursor, round)
}

function cursorOf(account: Account, { cursor }: FetchRequest): Cursor {
  const known = Cursor.safeParse(cursor).data
  if (known) return known
  const former = Former.safeParse(cursor).data
  const due = former?.isDone ? former.began + DAY : 0
  return { since: former?.since ?? horizon(account), due, marks: [], resume: null, round: null }
}

const on = (account: Account, cursor: Cursor, round: Round, page: Partial<Page> = {}): Page =>
  paged(account, { items: [], ...page, cursor: { ...cursor, round }, more: true })

async function begin(account: Account, request: FetchRequest, cursor: Cursor): Promise<Cursor> {
  const began = account.now().getTime()
  const posts = await postsSince(account, began - FORTNIGHT, request.signal)
  const walks = posts.map(({ id }) => newWalk('post', id, account, { next: null, whole: true }))
  const last = await lastPlace(request, cursor.marks)
  const { marks, after } = markedAt(began, last, cursor)
  rounds.set(account, { began, met: new Map() })
  return { ...cursor, marks, round: { ...newSearch(began, last, after), walks } }
}

async function compared(account: Account, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  // Elsewhere nothing can be read by its own id: of what names or tags the account it can't be told.
  const sortOf = ({ kind }: Stored) => (kind === 'comment' ? kind : null)
  return on(account, cursor, await compare(request, round, metBy(account, round.began), sortOf))
}

async function search(account: Account, { signal }: FetchRequest, cursor: Cursor, before: Round): Promise<Page> {
  const here = await around(account, signal)
  const ask = (id: string) => lookFor(account, id, here, signal)
  const looking = { account, signal, most: LOOKS, met: metBy(account, before.began), ask }
  const { round, till, ...found } = await lookUp(looking, before)
  return on(account, cursor, round, { ...found, ...(till ? { rest: { till } } : {}) })
}

async function end(account: Account, { signal }: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const mayRead = async (): Promise<boolean> => (await account.scopes(signal)).has('instagram_manage_comments')
  const { resume, ...told } = await concluded(round, mayRead, 'Instagram')
  rounds.delete(account)
  return tillDue({ ...cursor, due: dueAfter(round, account), round: null, resume }, told)
}

/** @throws PlatformError, Refusal */
async function lookFor({ graph }: Account, id: string, here: Around, signal: AbortSignal) {
  const comment = await graph.get({ path: id, query: { fields: FIELDS.alone }, bucket: 'instagram' }, Alone, signal)
  if (isOwn(comment, here)) return 'unknown'
  const { media: post } = comment
  // Answers are read under what they answer.
  if (!post || comment.parent_id !== undefined) return 'there'
  return incomingComment(comment, post, null, here)
}

/** What others wrote and the round under way has met. A process that begins in its middle has met nothing, and begins anew. */
const rounds = new WeakMap<Account, { began: number; met: Met }>()

const metBy = (account: Account, began: number): Met => {
  const round = rounds.get(account)
  return round?.began === began ? round.met : new Map()
}
