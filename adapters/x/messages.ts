import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { compareIds, newer } from './ids.ts'
import { incomingMessage, type Said, type Surroundings } from './map.ts'
import { Id, Listed, Message, readable } from './schema.ts'
import { horizon, laterRest, placeAfter } from './walk.ts'

/**
 * Direct messages. X lists all of an account's, newest first, for 30 days back and with no way to ask only for new ones: a
 * short page each time, and further ones until the last that is known. Nothing is marked as read: staff use the same account.
 */

const HOUR = 3_600_000
/** Each costs a cent on every day that it is looked at. */
const SHORT = 10
const LONG = 100
/** X allows fifteen looks in fifteen minutes. */
const REST = 90_000
/** Messages shown above a new one. */
const ABOVE = 20
const REVISION = '1'

const Cursor = z.object({
  since: Id,
  walk: z.object({ token: z.string(), newest: Id }).nullable(),
})

export async function fetchMessages(account: Account, request: FetchRequest): Promise<Page> {
  const { since, walk } = Cursor.safeParse(request.cursor).data ?? { since: horizon(account), walk: null }
  const cost = account.money.total()
  try {
    const place = walk ? { max_results: LONG, pagination_token: walk.token } : { max_results: SHORT }
    const query = { event_types: 'MessageCreate', ...place }
    const page = await account.client.get(X.messages, { query }, Listed, request.signal)
    const messages = readable(Message, page.data)
    const newest = messages.reduce((most, { id }) => newer(most, id), walk?.newest ?? since)
    const token = placeAfter(page, walk?.token ?? null)
    const isOver = token === null || messages.some(({ id }) => compareIds(id, since) <= 0)
    const items = await incoming(account, request, messages, page, since)
    const paid = await account.money.rest(X.messages, account.money.total() - cost)
    const rest = isOver ? laterRest(paid, { till: new Date(account.now().getTime() + REST) }) : paid
    const cursor = isOver ? { since: newest, walk: null } : { since, walk: { token, newest } }
    return { items, gone: [], more: !isOver, cursor, ...(rest ? { rest } : {}) }
  } catch (error) {
    if (walk && isRefusal(error, 'invalid')) return { items: [], gone: [], more: true, cursor: { since, walk: null } }
    // That is the office's choice, and the probe tells of it.
    if (isRefusal(error, 'permission', 'tier')) {
      const rest = { till: new Date(account.now().getTime() + HOUR) }
      return { items: [], gone: [], more: false, cursor: { since, walk }, rest }
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
