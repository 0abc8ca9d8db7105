import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { Id } from './schema.ts'
import { horizon, isSearchable, newWalk, reached, restAfterRefusal, sinceFor, stepOn, Walk } from './walk.ts'

/** Whoever names the account: most answers to it, and some quotes, among them. */

/** The timeline holds the newest 800, perhaps with those deleted since: with as many as this there may be more. */
const FULL = 700
/** Not so many come while a walk takes no longer than this. Milliseconds. */
const QUICK = 60_000

const Cursor = z.object({
  /** All that is older has been read. */
  since: Id,
  walk: Walk.extend({ by: z.enum(['timeline', 'search']), until: Id.nullable() }).nullable(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchMentions(account: Account, request: FetchRequest): Promise<Page> {
  const { since, walk: begun } = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), walk: null }
  const walk = begun ?? { ...newWalk(account), by: 'timeline', until: null }
  const { id, handle } = await account.me(request.signal)
  const cost = account.money.total()
  const step = await (walk.by === 'timeline'
    ? stepOn(account, request, walk, X.mentions, { params: { id }, query: { since_id: since } })
    : stepOn(account, request, walk, X.search, {
        query: {
          query: `@${handle} -from:${handle} -is:retweet`,
          ...sinceFor(account, since),
          ...(walk.until ? { until_id: walk.until } : {}),
        },
      }).catch((error: unknown) => restAfterRefusal(account, error)))
  if (step !== 'lost' && 'till' in step)
    return { items: [], gone: [], more: false, cursor: { since, walk: null }, rest: step }
  if (step === 'lost') return { items: [], gone: [], more: true, cursor: { since, walk: null } }
  const now = { ...walk, ...step.walk }
  const cursor = step.over ? onward(account, since, now) : { since, walk: now }
  const rest = await account.money.rest(walk.by === 'timeline' ? X.mentions : X.search, account.money.total() - cost)
  return { items: step.items, gone: [], more: cursor.walk !== null, cursor, ...(rest ? { rest } : {}) }
}

/**
 * After the last page: beyond what the timeline holds there is the search; else all is read. X counts those 800 anew for each
 * page, so whatever has come since the first has pushed as much out at the end. A search that finds nothing costs nothing.
 */
function onward(account: Account, since: string, walk: NonNullable<Cursor['walk']>): Cursor {
  const { by, began, seen, oldest } = walk
  const isCut = seen >= FULL || account.now().getTime() - began > QUICK
  if (by === 'timeline' && isCut && oldest !== null && isSearchable(account, oldest))
    return { since, walk: { ...walk, by: 'search', until: oldest, token: null } }
  return { since: reached(since, walk), walk: null }
}
