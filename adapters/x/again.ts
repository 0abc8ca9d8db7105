import { z } from 'zod'
import type { FetchRequest, Page, Stored } from '../platform.ts'
import { type Account, BATCH, incomingPosts, postsOf } from './account.ts'
import { X } from './endpoints.ts'
import { startOfDay } from './ledger.ts'
import { inDollars } from './money.ts'
import { Id, type Included } from './schema.ts'

/**
 * X's rules want what its author has deleted, hidden or changed to be deleted or changed here within a day. X tells nobody
 * of it, so everything that is kept is looked up once a day. Messages are not: they are between two, and both keep them.
 *
 * What is gone here is blanked, so X must say it twice. And what went is looked up for some days more, at no cost: somebody
 * who closes an account for an afternoon gets rid of nothing.
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Of the day's ceiling; what is new comes first. */
const SHARE = 0.25
/** Till the second look. */
const DOUBT = HOUR
/** The same, where X has lost so many at once, and all that it was asked for: more likely that is X's own trouble. */
const MANY = 20
const GRAVE_DOUBT = 12 * HOUR
/** Waiting for a second look; beyond this the first waits. */
const DOUBTED = 500

const Cursor = z.object({
  /** The day, in UTC milliseconds, that `spent` and `isDone` are of. */
  day: z.number(),
  /** Up to where everything was looked up in this round; null before its first step. */
  after: z.string().nullable(),
  /** Of the day's share, in micros. */
  spent: z.number(),
  /** All was looked up, or all that the money allows. */
  isDone: z.boolean(),
  /** What X said once to be gone, by its version and its lasting id; not looked at before `till`, Unix milliseconds. */
  doubted: z.array(z.object({ revision: Id, id: Id, till: z.number() })),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchAgain(account: Account, request: FetchRequest): Promise<Page> {
  const now = account.now().getTime()
  const day = startOfDay(account.now()).getTime()
  const fresh: Cursor = { day, after: null, spent: 0, isDone: false, doubted: [] }
  const before = Cursor.safeParse(request.cursor).data ?? fresh
  const cursor = before.day === day ? before : { ...before, day, spent: 0, isDone: false }
  const { after, spent, isDone, doubted } = cursor
  const cost = account.money.total()
  const paid = (): number => spent + account.money.total() - cost

  const due = doubted.filter(({ till }) => till <= now).slice(0, BATCH)
  if (due.length > 0) {
    const { gone, left } = await lookTwice(account, request, due)
    const others = doubted.filter((one) => !due.includes(one))
    return { items: [], gone, more: true, cursor: { ...cursor, spent: paid(), doubted: [...others, ...left] } }
  }
  if (isDone || doubted.length > DOUBTED - BATCH) return pause(cursor)

  const most = Math.min(BATCH, account.money.affordable(X.posts, account.money.today(SHARE) - spent))
  if (most < 1) return pause({ ...cursor, isDone: true })
  const stored = await request.stored(after, most)
  const last = stored.at(-1)
  if (!last) return pause({ ...cursor, after: null, isDone: true })
  const posts = stored.filter(({ kind }) => kind !== 'message')
  const { items, absent } = await lookAgain(account, request, posts)
  const known = posts.filter(({ gone }) => !gone).length
  const isGrave = absent.length >= MANY && absent.length === known
  const till = now + (isGrave ? GRAVE_DOUBT : DOUBT)
  const added = absent.filter(({ revision }) => !doubted.some((one) => one.revision === revision))
  const all = [...doubted, ...added.map(({ id, revision }) => ({ id, revision, till }))]
  return {
    items,
    gone: [],
    more: true,
    cursor: { ...cursor, after: last.place, spent: paid(), doubted: all },
    ...(isGrave ? { rest: { till: new Date(now + HOUR), because: hardlySo(known) } } : {}),
  }
}

const hardlySo = (count: number): string =>
  `X says that ${count} posts are gone, all that it was asked for, which is hardly so. Serjeant keeps them for now and looks again later.`

/** Till tomorrow, or till something that X has lost is looked for once more. */
function pause(cursor: Cursor): Page {
  const { day, after, spent, isDone, doubted } = cursor
  const till = new Date(Math.min(day + DAY, ...doubted.map((one) => one.till)))
  const because = !isDone
    ? hardlySo(doubted.length)
    : after === null
      ? undefined
      : `Looking again at what was stored has cost ${inDollars(spent)} today, all that it may. It goes on tomorrow (midnight UTC) with what it did not reach.`
  return { items: [], gone: [], more: false, cursor, rest: because === undefined ? { till } : { till, because } }
}

/** @returns what is new or back; and what was there till now, and which X says nobody may see any more */
async function lookAgain(
  account: Account,
  request: FetchRequest,
  stored: readonly Stored[],
): Promise<{ items: Page['items']; absent: Stored[] }> {
  if (stored.length === 0) return { items: [], absent: [] }
  const first = await look(account, request, [...new Set(stored.map(({ revision }) => revision))])
  const isLost = ({ revision, gone }: Stored): boolean => !gone && first.absent.has(revision)
  const newest = first.posts.map(({ id, edits }) => edits.at(-1) ?? id)
  const newer = newest.filter((id, n) => id !== first.posts[n]?.id)
  const second = newer.length > 0 ? await look(account, request, newer) : null
  // What is stored as it is now falls out by itself.
  const current = first.posts.filter(({ id }, n) => newest[n] === id)
  const posts = [...current, ...(second?.posts ?? [])]
  const included = joined(first.included, second?.included)
  return { items: await incomingPosts(account, request, posts, included), absent: stored.filter(isLost) }
}

/** @returns what X says is gone still; and what it did not answer about */
async function lookTwice(
  account: Account,
  request: FetchRequest,
  due: Cursor['doubted'],
): Promise<{ gone: string[]; left: Cursor['doubted'] }> {
  const ids = due.map(({ revision }) => revision)
  const { absent, answered } = await look(account, request, ids, 1)
  const till = account.now().getTime() + DOUBT
  return {
    gone: due.flatMap(({ revision, id }) => (absent.has(revision) ? [id] : [])),
    left: due.flatMap((one) => (answered.has(one.revision) ? [] : [{ ...one, till }])),
  }
}

/** Posts open to all, and the ids of those that surely are not. What X can't tell just now is in neither. */
async function look(account: Account, { signal }: FetchRequest, ids: readonly string[], enough?: number) {
  const found = await postsOf(account, ids, signal, enough)
  const closed = new Set(found.included.users.filter((person) => person.protected).map(({ id }) => id))
  const isClosed = ({ author = '' }: { author: string | undefined }): boolean => closed.has(author)
  return {
    posts: found.posts.filter((post) => !isClosed(post)),
    included: found.included,
    absent: new Set([
      ...found.absent.filter(({ isSure }) => isSure).map(({ id }) => id),
      ...found.posts.filter(isClosed).map(({ id }) => id),
    ]),
    answered: new Set([...found.absent, ...found.posts].map(({ id }) => id)),
  }
}

function joined(one: Included, other: Included = { users: [], media: [], polls: [], posts: [] }): Included {
  return {
    users: [...one.users, ...other.users],
    media: [...one.media, ...other.media],
    polls: [...one.polls, ...other.polls],
    posts: [...one.posts, ...other.posts],
  }
}
