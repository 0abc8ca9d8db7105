import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { compareIds, newer } from './ids.ts'
import { incomingMessage, type Said, type Surroundings } from './map.ts'
import { Id, Listed, Message, readable } from './schema.ts'
import { afterPage, glanced, horizon, isGlanceDue, laterRest, newWalk, restAfterLoss, Walk } from './walk.ts'

/**
 * Direct messages. X lists all of an account's, newest first, for 30 days back and with no way to ask only for new ones: a
 * short page each time, and further ones until the last that is known. Nothing is marked as read: staff use the same account.
 */

const HOUR = 3_600_000
/** Each costs a cent on every day that it is looked at: pages are short at first, and twice as long each time. */
const SHORT = 10
const LONG = 100
/** X allows fifteen looks in fifteen minutes. */
const REST = 90_000
/** Messages shown above a new one. */
const ABOVE = 20
const REVISION = '1'

const Cursor = z.object({
  since: Id,
  walk: Walk.nullable(),
})

export async function fetchMessages(account: Account, request: FetchRequest): Promise<Page> {
  const { since, walk: begun } = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), walk: null }
  const isGlance = begun !== null && isGlanceDue(account, begun)
  const walk = begun && !isGlance ? begun : newWalk(account, since)
  const cost = account.money.total()
  const pageOf = (items: Page['items'], cursor: z.infer<typeof Cursor>, rest: Page['rest']): Page => {
    return { items, gone: [], more: cursor.walk !== null, cursor, ...(rest ? { rest } : {}) }
  }
  try {
    const place: Record<string, string> = walk.token === null ? {} : { pagination_token: walk.token }
    const size = Math.min(LONG, SHORT * 2 ** walk.pages)
    const query = { event_types: 'MessageCreate', max_results: size, ...place }
    const page = await account.client.get(X.messages, { query }, Listed, request.signal)
    const messages = readable(Message, page.data)
    const ids = messages.map(({ id }) => id)
    const items = await incoming(account, request, messages, page, since)
    const paid = await account.money.rest(X.messages, account.money.total() - cost)
    if (isGlance) return pageOf(items, { since, walk: glanced(account, begun) }, paid)
    const now = afterPage(walk, ids, page.next)
    if (now === 'lost') return pageOf(items, { since, walk: null }, restAfterLoss(account))
    const isOver = now.token === null || ids.some((id) => compareIds(id, since) <= 0)
    if (!isOver) return pageOf(items, { since, walk: now }, paid)
    const rest = laterRest(paid, { till: new Date(account.now().getTime() + REST) })
    return pageOf(items, { since: newer(since, now.newest ?? since), walk: null }, rest)
  } catch (error) {
    if (walk.token !== null && isRefusal(error, 'invalid'))
      return pageOf([], { since, walk: null }, restAfterLoss(account))
    // That is the office's choice, and the probe tells of it.
    if (isRefusal(error, 'permission', 'tier')) {
      const rest = { till: new Date(account.now().getTime() + HOUR) }
      return { items: [], gone: [], more: false, cursor: { since, walk: begun }, rest }
    }
    throw error
  }
}

/** Of a page what others wrote since, and is not stored yet. */
async function incoming(
  account: Account,
  request: FetchRequest,
  messages: readonly Message[],
  { includes }: Listed,
  since: string,
): Promise<Page['items']> {
  const me = await account.me(request.signal)
  const theirs = messages.filter((one): one is Said => {
    const isNew = one.event_type === 'MessageCreate' && compareIds(one.id, since) > 0
    return isNew && one.sender_id !== undefined && one.sender_id !== me.id
  })
  const stored = theirs.length > 0 ? await request.known(theirs.map(({ id }) => `${id} ${REVISION}`)) : new Set()
  const around: Surroundings = {
    me,
    now: account.now(),
    people: new Map(includes.users.map((person) => [person.id, person])),
    media: new Map(includes.media.map((medium) => [medium.media_key, medium])),
    polls: new Map(),
    posts: new Map(),
    roots: new Map(),
  }
  const oldestFirst = messages.toSorted((a, b) => compareIds(a.id, b.id))
  return theirs
    .filter(({ id }) => !stored.has(`${id} ${REVISION}`))
    .map((message) => {
      const before = oldestFirst.filter(
        ({ id, dm_conversation_id }) =>
          dm_conversation_id === message.dm_conversation_id && compareIds(id, message.id) < 0,
      )
      return incomingMessage(message, before.slice(-ABOVE), around)
    })
}
