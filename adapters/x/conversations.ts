import { z } from 'zod'
import type { FetchRequest, Json, Page } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { lastingId } from './map.ts'
import { Id, type Post } from './schema.ts'
import {
  horizon,
  laterRest,
  newWalk,
  reached,
  restAfterLoss,
  restAfterRefusal,
  sinceFor,
  startOf,
  stepOn,
  Walk,
} from './walk.ts'

/**
 * What answers or quotes the account's own posts of the last seven days without naming it: answers to answers, where handles
 * were taken out, and quotes. What names the account is left out of the search, for it was paid for as a mention.
 */

/** X's longest query. */
const LENGTH = 512

const Cursor = z.object({
  /** All that is older has been read. */
  since: Id,
  /** When the day was last gone through from its beginning: Unix milliseconds. */
  lookedBack: z.number(),
  pass: z.object({ queries: z.array(z.string()), walk: Walk }).nullable(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchConversations(account: Account, request: FetchRequest): Promise<Page> {
  const before = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), lookedBack: 0, pass: null }
  const { pass } = before
  const cost = account.money.total()
  const page = pass ? await search(account, request, before, pass) : await begin(account, before, request.signal)
  const rest = await account.money.rest(X.search, account.money.total() - cost)
  const later = laterRest(page.rest, rest)
  return { ...page, ...(later ? { rest: later } : {}) }
}

function pageOf(items: Page['items'], cursor: Cursor): Page {
  return { items, gone: [], more: cursor.pass !== null, cursor: cursor satisfies Json }
}

/** The first step of a pass: which posts to search around. */
async function begin(account: Account, before: Cursor, signal: AbortSignal): Promise<Page> {
  const { since } = before
  const { handle } = await account.me(signal)
  const { from, lookedBack } = startOf(account, since, before.lookedBack)
  const walk = newWalk(account, from)
  const queries = queriesFor((await account.own(signal)).posts, handle)
  return pageOf([], { since, lookedBack, pass: queries.length > 0 ? { queries, walk } : null })
}

/** As few searches as will hold all terms. Of somebody else's thread only what answers or quotes the account there. */
function queriesFor(posts: readonly Post[], handle: string): string[] {
  const terms = posts.flatMap((post) => [
    lastingId(post) === post.conversation ? `conversation_id:${post.conversation}` : `in_reply_to_tweet_id:${post.id}`,
    `quotes_of_tweet_id:${post.id}`,
  ])
  const queryOf = (some: readonly string[]): string => `(${some.join(' OR ')}) -@${handle} -from:${handle} -is:retweet`
  const batches: string[][] = []
  for (const term of terms) {
    const batch = batches.at(-1)
    if (batch && queryOf([...batch, term]).length <= LENGTH) batch.push(term)
    else batches.push([term])
  }
  return batches.map(queryOf)
}

async function search(
  account: Account,
  request: FetchRequest,
  cursor: Cursor,
  { queries, walk }: NonNullable<Cursor['pass']>,
): Promise<Page> {
  const [query = '', ...others] = queries
  const asked = { query: { query, ...sinceFor(account, walk.from) } }
  const step = await stepOn(account, request, walk, X.search, asked).catch((error: unknown) =>
    restAfterRefusal(account, error),
  )
  if ('till' in step) return { ...pageOf([], { ...cursor, pass: null }), rest: step }
  const { items, walk: now } = step
  // One walk through all the queries: what it came by counts for all of them.
  const afresh = { oldest: null, token: null, idle: 0 }
  if (now === 'lost') {
    const pass = { queries: [...others, query], walk: { ...walk, ...afresh } }
    return { ...pageOf(items, { ...cursor, pass }), rest: restAfterLoss(account) }
  }
  if (now.token !== null) return pageOf(items, { ...cursor, pass: { queries, walk: now } })
  if (others.length > 0) return pageOf(items, { ...cursor, pass: { queries: others, walk: { ...now, ...afresh } } })
  return pageOf(items, { ...cursor, since: reached(cursor.since, now), pass: null })
}
