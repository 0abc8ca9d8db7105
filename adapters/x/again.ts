import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import { type Account, BATCH, incomingPosts, postsOf } from './account.ts'
import { X } from './endpoints.ts'
import { startOfDay } from './ledger.ts'
import { inDollars } from './money.ts'

/**
 * X's rules want what its author has deleted, hidden or changed to be deleted or changed here within a day. X tells nobody
 * of it, so everything that is kept is looked up once a day. Messages are not: they are between two, and both keep them.
 */

const DAY = 86_400_000
/** Of the day's ceiling; what is new comes first. */
const SHARE = 0.25

const Cursor = z.object({
  /** The day, in UTC milliseconds, that `spent` is of. */
  day: z.number(),
  /** Up to where everything was looked up in this round; null before its first step. */
  after: z.string().nullable(),
  /** Of the day's share, in micros. */
  spent: z.number(),
})

export async function fetchAgain(account: Account, request: FetchRequest): Promise<Page> {
  const day = startOfDay(account.now()).getTime()
  const before = Cursor.safeParse(request.cursor).data ?? { day, after: null, spent: 0 }
  const today = before.day === day ? before : { day, after: before.after, spent: 0 }
  const { after, spent } = today
  const most = Math.min(BATCH, account.money.affordable(X.posts, account.money.today(SHARE) - spent))
  if (most < 1) return tillTomorrow(today, spent)
  const stored = await request.stored(after, most)
  const last = stored.at(-1)
  if (!last) return tillTomorrow({ day, after: null, spent })
  const cost = account.money.total()
  const revisions = new Map(stored.flatMap(({ id, revision, kind }) => (kind === 'message' ? [] : [[revision, id]])))
  const { items, gone } = await lookAgain(account, request, revisions)
  return {
    items,
    gone,
    more: true,
    cursor: { day, after: last.place, spent: spent + account.money.total() - cost },
  }
}

/** @param spent where it is the money that ends the day's looking */
function tillTomorrow(cursor: z.infer<typeof Cursor>, spent?: number): Page {
  const till = new Date(cursor.day + DAY)
  const because = `Looking again at what was stored has cost ${inDollars(spent ?? 0)} today, all that it may. It goes on tomorrow (midnight UTC) with what it did not reach.`
  return { items: [], gone: [], more: false, cursor, rest: spent === undefined ? { till } : { till, because } }
}

/** @param revisions what is stored: the lasting id of each by its version */
async function lookAgain(
  account: Account,
  request: FetchRequest,
  revisions: ReadonlyMap<string, string>,
): Promise<Pick<Page, 'items' | 'gone'>> {
  if (revisions.size === 0) return { items: [], gone: [] }
  const first = await postsOf(account, [...revisions.keys()], request.signal)
  const gone = new Set(first.absent.flatMap(({ id }) => revisions.get(id) ?? []))
  const closed = new Set(first.included.users.filter((person) => person.protected).map(({ id }) => id))
  for (const { id, author } of first.posts) if (closed.has(author ?? '')) gone.add(revisions.get(id) ?? id)

  const newer = first.posts.flatMap(({ id, edits }) => {
    const newest = edits.at(-1)
    return newest !== undefined && newest !== id && !gone.has(revisions.get(id) ?? '') ? [newest] : []
  })
  if (newer.length === 0) return { items: [], gone: [...gone] }
  const { posts, included } = await postsOf(account, newer, request.signal)
  return { items: await incomingPosts(account, request, posts, included), gone: [...gone] }
}
