import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { compareIds } from './ids.ts'
import { Id } from './schema.ts'
import {
  glanced,
  horizon,
  isGlanceDue,
  isSearchable,
  newWalk,
  reached,
  restAfterLoss,
  restAfterRefusal,
  sinceFor,
  startOf,
  stepOn,
  Walk,
} from './walk.ts'

/** Whoever names the account: most answers to it, and some quotes, among them. */

const Cursor = z.object({
  /** All that is older has been read. */
  since: Id,
  /** When the day was last gone through from its beginning: Unix milliseconds. */
  lookedBack: z.number(),
  walk: Walk.extend({ by: z.enum(['timeline', 'search']), until: Id.nullable() }).nullable(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchMentions(account: Account, request: FetchRequest): Promise<Page> {
  const before = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), lookedBack: 0, walk: null }
  const { since, walk: begun } = before
  const { from, lookedBack } = begun
    ? { ...before, from: begun.newest ?? since }
    : startOf(account, since, before.lookedBack)
  const isGlance = begun !== null && isGlanceDue(account, begun)
  const fresh = { ...newWalk(account, from), by: 'timeline', until: null } as const
  const walk = begun && !isGlance ? begun : fresh
  const { id, handle } = await account.me(request.signal)
  const cost = account.money.total()
  const pageOf = (items: Page['items'], next: Cursor['walk'], rest: Page['rest'], reads = since): Page => ({
    items,
    gone: [],
    more: next !== null,
    cursor: { since: reads, lookedBack, walk: next },
    ...(rest ? { rest } : {}),
  })
  const step = await (walk.by === 'timeline'
    ? stepOn(account, request, walk, X.mentions, { params: { id }, query: { since_id: walk.from } })
    : stepOn(account, request, walk, X.search, {
        query: {
          query: `@${handle} -from:${handle} -is:retweet`,
          ...sinceFor(account, since),
          ...(walk.until ? { until_id: walk.until } : {}),
        },
      }).catch((error: unknown) => restAfterRefusal(account, error)))
  if ('till' in step) return pageOf([], null, step)
  if (step.walk === 'lost') return pageOf(step.items, null, restAfterLoss(account))
  const rest = await account.money.rest(walk.by === 'timeline' ? X.mentions : X.search, account.money.total() - cost)
  if (isGlance) return pageOf(step.items, glanced(account, begun), rest)
  const now = { ...walk, ...step.walk }
  const next = now.token === null ? onward(account, since, now) : now
  return pageOf(step.items, next, rest, next ? since : reached(since, now))
}

/**
 * After the last page: what lies behind it is searched for, else all is read. X's timeline holds the newest 800, counted anew for
 * each page, so whatever has come since the first has pushed as much out at the end. A search that finds nothing costs nothing.
 */
function onward(account: Account, since: string, walk: NonNullable<Cursor['walk']>): Cursor['walk'] {
  const { by, pages, oldest } = walk
  if (by === 'search' || pages === 1) return null
  const isBehind = oldest === null || (compareIds(oldest, since) > 0 && isSearchable(account, oldest))
  return isBehind ? { ...walk, by: 'search', until: oldest, token: null, idle: 0 } : null
}
