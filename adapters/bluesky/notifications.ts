import { z } from 'zod'
import type { FetchRequest, Page } from '../platform.ts'
import { type Account, fresh, incomingPosts, postKey } from './account.ts'
import { isBy } from './map.ts'
import { Notification, Notifications, readable } from './schema.ts'

/**
 * Who replied to, mentioned or quoted the account. The list can't be asked for what is new, and a reply whose author
 * dated it back stands below older ones: so each pass reads until all of a page is stored already and is two days old,
 * or is the fifth; and once a day the whole of the time looked back on.
 */

export const REASONS = ['reply', 'mention', 'quote']
const HOUR = 3_600_000
const PAGES = 5

const Cursor = z
  .object({
    /** Where a pass that is not finished goes on. */
    next: z.string().nullable(),
    /** Pages read in this pass. */
    pages: z.number(),
    deep: z.boolean(),
    /** When the last deep pass was finished. */
    deepAt: z.number(),
  })
  .catch({ next: null, pages: 0, deep: false, deepAt: 0 })

export async function fetchNotifications(account: Account, request: FetchRequest): Promise<Page> {
  const { signal } = request
  const { next, pages, deep: deepening, deepAt } = Cursor.parse(request.cursor)
  const did = await account.did()
  const now = account.now().getTime()
  const deep = next === null ? now - deepAt > 24 * HOUR : deepening

  // `priority: false`: left out, some servers show only those whom the account follows.
  const asked = { limit: 100, reasons: REASONS, priority: false, ...(next === null ? {} : { cursor: next }) }
  const page = await account.lines.own(signal, Notifications, (agent, options) =>
    agent.app.bsky.notification.listNotifications(asked, options),
  )
  const heard = readable(Notification, page.notifications).filter(({ uri }) => !isBy(did, uri))
  const items = await incomingPosts(account, await fresh(request, heard, postKey), [], signal)

  const age = now - Math.min(...heard.map(({ indexedAt }) => Date.parse(indexedAt) || now), now)
  const enough = deep || (items.length === 0 && (age > 48 * HOUR || pages + 1 >= PAGES))
  const reached = deep ? age > account.settings.lookBackDays * 24 * HOUR : enough
  const more = page.cursor !== undefined && !reached
  return {
    items,
    gone: [],
    more,
    cursor: more
      ? { next: page.cursor ?? null, pages: pages + 1, deep, deepAt }
      : { next: null, pages: 0, deep: false, deepAt: deep ? now : deepAt },
  }
}
