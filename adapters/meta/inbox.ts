import { z } from 'zod'
import type { FetchRequest, Page, PlatformError, Source } from '../platform.ts'
import { enough } from './enough.ts'
import { isRefusal } from './failure.ts'
import { type Listed, type Listing, listFolder, Open } from './folders.ts'
import type { Account } from './graph.ts'
import type { Network } from './messages.ts'
import { Due, dueOf, isFailing, isFresh, isNew, Read, type Reads, readEach } from './reads.ts'
import { ASIDE, INBOX, meIn, type Visit } from './threads.ts'

/**
 * The inbox of a Page on Messenger, and of its account on Instagram. The list of conversations is read back to where it was read
 * before, and each conversation in it that has changed. What there is no time for is kept and read by and by, and meanwhile no more
 * is listed than what is newer. Nothing is marked as read: staff use the same inbox.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Messages that Meta lays aside are looked for less often. */
const ASIDE_EVERY = 10 * MINUTE

/**
 * How far behind the newest the list is read each time, in milliseconds. Conversations may come late into it; and into what is
 * laid aside they come with all that was written before.
 */
const behind = (folder: string): number => (folder === INBOX ? 2 * HOUR : DAY)

/** A listing that has not come to its end is begun anew: the place where it was broken off may lead nowhere. */
const LASTING = DAY

/** Conversations looked into in one call of the source, if there is time for as many. */
const BATCH = 10

const Cursor = z.object({
  /** When the account was first read: what is older than that and the days looked back is left alone. */
  start: z.number(),
  /** By folder: all that was written before has been read. */
  since: z.record(z.string(), z.number()),
  /** By folder: when what is laid aside was last listed. */
  aside: z.record(z.string(), z.number()).catch({}),
  reads: z.array(Read),
  /**
   * Conversations that were listed and are not read, and by folder the listings that are broken off. These hang together: where
   * either can't be understood all is listed anew, since nothing is done with before both have come to their end.
   */
  unfinished: z.object({ left: z.array(Due), open: z.record(z.string(), Open) }).catch({ left: [], open: {} }),
})
type Cursor = z.infer<typeof Cursor>

/** As an adapter names it among its sources. */
export function inboxSource(network: Network): {
  pace: Source['pace']
  fetch(account: Account, request: FetchRequest): Promise<Page>
} {
  return { pace: 'live', fetch: (account, request) => fetchInbox(account, network, request) }
}

/** @throws PlatformError */
export async function fetchInbox(account: Account, network: Network, request: FetchRequest): Promise<Page> {
  const now = account.now().getTime()
  const cursor = Cursor.safeParse(request.cursor).data ?? firstCursor(now - account.settings.lookBackDays * DAY)
  try {
    const isEnough = enough(account)
    const me = await meIn(account, network, request.signal)
    return await readOn({ account, network, me, request, isEnough }, cursor)
  } catch (error) {
    // That is the office's choice, or Meta's review is still to come; the probe tells of it.
    if (!isRefusal(error, 'permission')) throw error
    return { items: [], gone: [], more: false, cursor, rest: { till: new Date(now + HOUR) } }
  }
}

const firstCursor = (start: number): Cursor => ({
  start,
  since: {},
  aside: {},
  reads: [],
  unfinished: { left: [], open: {} },
})

async function readOn(visit: Visit, cursor: Cursor): Promise<Page> {
  const now = visit.account.now().getTime()
  const reads = new Map(cursor.reads.map((read) => [read.id, read]))
  const lists = await listEach(visit, cursor, reads, now)
  const found = lists.flatMap((list) => list.found)
  const due = dueOf(cursor.unfinished.left, found, reads, now)
  const done = await readEach(visit, due.slice(0, BATCH), reads, cursor)
  const left = due.filter((one) => !done.tried.has(one) || isNew(one, reads))

  const { since, aside, open } = progress(
    cursor,
    lists,
    left.filter((one) => isNew(one, reads)),
    now,
  )
  const kept = [...reads.values()].filter(
    (read) => read.updated >= (since[read.folder] ?? cursor.start) || isFresh(read, now),
  )
  const trouble = done.trouble ?? lists.find((list) => list.trouble)?.trouble ?? null
  const isMore = Object.keys(open).length > 0 || left.some((one) => !isFailing(one, reads))
  return {
    ...done.page,
    more: trouble === null && isMore,
    cursor: { start: cursor.start, since, aside, reads: kept, unfinished: { left, open } } satisfies Cursor,
    ...restOf(visit.account, trouble),
  }
}

/** What is laid aside only now and then, and what was not listed for longest first: there may be no time for all of it. */
async function listEach(visit: Visit, cursor: Cursor, reads: Reads, now: number): Promise<Listing[]> {
  const { left, open } = cursor.unfinished
  const known = new Set([...left.map(keyOf), ...[...reads.values()].map(keyOfRead)])
  const isGlance = left.some((one) => !isFailing(one, reads))
  const placeIn = (folder: string): Open | null => {
    const place = open[folder]
    return place && now - place.began < LASTING ? place : null
  }
  const lastListed = (folder: string): number => cursor.aside[folder] ?? 0
  const aside = ASIDE.filter((folder) => now - lastListed(folder) >= ASIDE_EVERY || (!isGlance && placeIn(folder)))
  const lists: Listing[] = []
  for (const folder of [INBOX, ...aside.toSorted((one, other) => lastListed(one) - lastListed(other))]) {
    if (lists.length > 0 && visit.isEnough()) break
    const since = cursor.since[folder] ?? cursor.start
    const isKnown = (one: Listed): boolean => known.has(keyOf(one))
    lists.push(await listFolder(visit, folder, { since, open: placeIn(folder), isGlance, isKnown }))
  }
  return lists
}

const keyOf = ({ conversation, folder, mark }: Listed): string => `${folder} ${conversation.id} ${mark}`
const keyOfRead = ({ id, folder, mark }: Read): string => `${folder} ${id} ${mark}`

/** @param unread a folder in which one of these lies is done with no further */
function progress(
  cursor: Cursor,
  lists: readonly Listing[],
  unread: readonly Listed[],
  now: number,
): Pick<Cursor, 'since' | 'aside'> & Pick<Cursor['unfinished'], 'open'> {
  const since = { ...cursor.since }
  const aside = { ...cursor.aside }
  const open = { ...cursor.unfinished.open }
  for (const { folder, began, open: place } of lists) {
    const isRead = unread.every((one) => one.folder !== folder)
    if (began !== null && isRead) since[folder] = Math.max(since[folder] ?? cursor.start, began - behind(folder))
    if (folder !== INBOX) aside[folder] = now
    delete open[folder]
    if (place) open[folder] = place
  }
  return { since, aside, open }
}

function restOf({ graph, now }: Account, trouble: PlatformError | null): Pick<Page, 'rest'> {
  const soon = new Date(now().getTime() + MINUTE)
  const rest = trouble ? { till: trouble.retryAt ?? soon, because: trouble.message } : graph.rest('messenger')
  return rest ? { rest } : {}
}
