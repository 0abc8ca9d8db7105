import { z } from 'zod'
import { type FetchRequest, type Incoming, type Page, PlatformError, type Source } from '../platform.ts'
import { enough } from './enough.ts'
import { isRefusal, Refusal } from './failure.ts'
import type { Account } from './graph.ts'
import { type Conversation, type Me, type Network, unreadableConversation } from './messages.ts'
import { Looked, lookInto } from './talk.ts'
import { listConversations, meIn } from './threads.ts'

/**
 * The inbox of a Page on Messenger, and of its account on Instagram. Meta lists conversations by when they were last written in,
 * with no way to ask only for new ones: the list is read back to where it was read before, and each conversation in it that has
 * changed. Nothing is marked as read: staff use the same inbox.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Messages that Meta lays aside are looked for less often. What a person in danger writes may be among them. */
const ASIDE = ['other', 'pending', 'spam'] as const
const ASIDE_EVERY = 10 * MINUTE
/** Meta shows the inbox where no folder is asked for. */
const INBOX = 'inbox'

/**
 * How far behind the newest the list is read each time, in milliseconds. Conversations may come late into it; and into what is
 * laid aside they come with all that was written before.
 */
const behind = (folder: string): number => (folder === INBOX ? 2 * HOUR : DAY)

/** A conversation is looked into again while it is young, for what is edited, taken back or came in the same second. */
const YOUNG = HOUR
const FIRST_AGAIN = 2 * MINUTE

/** Conversations looked into in one call of the source, if there is time for as many. */
const BATCH = 10
/** A conversation that can't be read for so long is left to a person. */
const GIVE_UP = DAY
/** Pages of the list: whoever leads us in a circle is left. */
const MOST = 200

/** A conversation that was looked into. */
const Read = Looked.extend({
  id: z.string(),
  folder: z.string(),
  /** As it stood in the list. */
  mark: z.string(),
  /** When it was written in last, and when it was looked into; Unix milliseconds, like all times here. */
  updated: z.number(),
  at: z.number(),
  /** Since when it can't be read. */
  failing: z.number().nullable(),
})
type Read = z.infer<typeof Read>

const Cursor = z.object({
  /** When the account was first read: what is older than that and the days looked back is left alone. */
  start: z.number(),
  /** By folder: all that was written before has been read. */
  since: z.record(z.string(), z.number()),
  /** When what is laid aside was last listed. */
  aside: z.number(),
  reads: z.array(Read),
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
  const start = now - account.settings.lookBackDays * DAY
  const cursor = Cursor.safeParse(request.cursor).data ?? { start, since: {}, aside: 0, reads: [] }
  try {
    return await readOn(account, network, request, cursor)
  } catch (error) {
    // That is the office's choice, or Meta's review is still to come; the probe tells of it.
    if (!isRefusal(error, 'permission')) throw error
    return { items: [], gone: [], more: false, cursor, rest: { till: new Date(now + HOUR) } }
  }
}

async function readOn(account: Account, network: Network, request: FetchRequest, cursor: Cursor): Promise<Page> {
  const isEnough = enough(account)
  const now = account.now().getTime()
  const isAsideDue = now - cursor.aside >= ASIDE_EVERY
  const lists: List[] = []
  for (const folder of [INBOX, ...(isAsideDue ? ASIDE : [])]) {
    const since = cursor.since[folder] ?? cursor.start
    lists.push(await listFolder(account, network, folder, since, request.signal))
  }

  const reads = new Map(cursor.reads.map((read) => [read.id, read]))
  const due = lists.flatMap((list) => list.found).filter((one) => isDue(one, reads.get(one.conversation.id), now))
  // What is new first, since looking again is in no hurry; and of that whoever waits longest, else ten people who keep writing would
  // hold up a cry for help. What can't be read comes last.
  const isFailing = ({ conversation }: Listed): boolean => (reads.get(conversation.id)?.failing ?? null) !== null
  const isNew = ({ conversation, mark }: Listed): boolean => reads.get(conversation.id)?.mark !== mark
  const rank = (one: Listed): number => (isFailing(one) ? 2 : isNew(one) ? 0 : 1)
  const inOrder = due.toSorted((one, other) => rank(one) - rank(other) || one.updated - other.updated)
  const me = await meIn(account, network, request.signal)
  const done = await readEach(account, request, inOrder.slice(0, BATCH), { network, me, reads, cursor, isEnough })

  const wasDue = new Set(inOrder)
  const isLeft = (one: Listed): boolean => wasDue.has(one) && reads.get(one.conversation.id)?.mark !== one.mark
  const since = { ...cursor.since }
  for (const { folder, found, isWhole } of lists) {
    if (!isWhole) continue
    const left = found.filter(isLeft).map(({ updated }) => updated)
    since[folder] = Math.max(cursor.since[folder] ?? cursor.start, Math.min(now - behind(folder), ...left))
  }
  const isKept = ({ folder, updated, failing }: Read): boolean =>
    updated >= (since[folder] ?? cursor.start) || (failing !== null && now - failing < 2 * GIVE_UP)
  const kept = [...reads.values()].filter(isKept)
  return {
    ...done.page,
    more: done.trouble === null && inOrder.length > done.looked,
    cursor: { ...cursor, since, aside: isAsideDue ? now : cursor.aside, reads: kept } satisfies Cursor,
    ...restOf(account, done.trouble),
  }
}

function restOf({ graph, now }: Account, trouble: PlatformError | null): Pick<Page, 'rest'> {
  const soon = new Date(now().getTime() + MINUTE)
  const rest = trouble ? { till: trouble.retryAt ?? soon, because: trouble.message } : graph.rest('messenger')
  return rest ? { rest } : {}
}

interface Found {
  items: Incoming[]
  gone: string[]
}

interface Listed {
  conversation: Conversation
  folder: string
  mark: string
  updated: number
}
interface List {
  folder: string
  found: Listed[]
  /** Whether it was read back to where it was read before. */
  isWhole: boolean
}

/** A folder from the newest conversation back to the first that was last written in before `since`. */
async function listFolder(
  account: Account,
  network: Network,
  folder: string,
  since: number,
  signal: AbortSignal,
): Promise<List> {
  const among = folder === INBOX ? {} : { folder }
  const found = new Map<string, Listed>()
  let next: string | null = null
  for (let pages = 0; pages < MOST; pages++) {
    let page: Awaited<ReturnType<typeof listConversations>>
    try {
      page = await listConversations(account, network, among, next, signal)
    } catch (error) {
      // Meta need not have each of the folders laid aside; without the inbox there is nothing.
      if (folder !== INBOX && isRefusal(error, 'invalid', 'closed', 'gone')) return { folder, found: [], isWhole: true }
      throw error
    }
    const listed = page.rows.map((conversation) => listedIn(folder, conversation, account.now().getTime()))
    for (const one of listed)
      if (one.updated >= since && !found.has(one.conversation.id)) found.set(one.conversation.id, one)
    const isPast = listed.some(({ updated }) => updated < since)
    next = page.next
    if (next === null || isPast) return { folder, found: [...found.values()], isWhole: true }
  }
  return { folder, found: [...found.values()], isWhole: false }
}

function listedIn(folder: string, conversation: Conversation, now: number): Listed {
  const { updated_time = '', message_count = '' } = conversation
  const updated = Date.parse(updated_time)
  // Meta tells whole seconds: the number of messages says that one more came within the last.
  return {
    conversation,
    folder,
    mark: `${updated_time} ${message_count}`,
    updated: Number.isNaN(updated) ? now : updated,
  }
}

/** Whether it has changed; or is young, and was not looked into for as long as nobody had written when it last was. */
function isDue({ mark, updated }: Listed, read: Read | undefined, now: number): boolean {
  if (read?.mark !== mark) return true
  const stillness = read.at - updated
  return stillness < YOUNG && now - read.at >= Math.max(FIRST_AGAIN, stillness)
}

interface Means {
  network: Network
  me: Me
  /** Grows with each that was looked into. */
  reads: Map<string, Read>
  cursor: Cursor
  isEnough: () => boolean
}

/** One conversation that can't be read holds up no other; and what was read is not lost with it. */
async function readEach(
  account: Account,
  request: FetchRequest,
  due: readonly Listed[],
  means: Means,
): Promise<{ page: Found; looked: number; trouble: PlatformError | null }> {
  const page: Found = { items: [], gone: [] }
  let trouble: PlatformError | null = null
  let looked = 0
  for (const listed of due) {
    // One at least: else a list that takes long by itself would let none be read.
    if (looked > 0 && means.isEnough()) break
    looked++
    try {
      const found = await readOne(account, request, listed, means)
      page.items.push(...found.items)
      page.gone.push(...found.gone)
    } catch (error) {
      request.signal.throwIfAborted()
      if (!(error instanceof PlatformError)) throw error
      if (error.trouble === 'unauthorised' && page.items.length === 0) throw error
      trouble = error
      if (error.trouble === 'throttled' || error.trouble === 'unauthorised') break
    }
  }
  return { page, looked, trouble }
}

/** @throws PlatformError, Refusal */
async function readOne(
  account: Account,
  request: FetchRequest,
  { conversation, folder, mark, updated }: Listed,
  { network, me, reads, cursor }: Means,
): Promise<Found> {
  const { id } = conversation
  const before = reads.get(id)
  const now = account.now()
  const at = now.getTime()
  const around = { network, conversation, me, now }
  const looked = before ?? { till: cursor.since[folder] ?? cursor.start, last: null, theirs: [] }
  const read = { id, folder, mark, updated, at, failing: null }
  try {
    const found = await lookInto(account, request, around, looked, cursor.start)
    reads.set(id, { ...read, ...found.looked })
    return found
  } catch (error) {
    request.signal.throwIfAborted()
    const { till, last, theirs } = looked
    if (isRefusal(error, 'gone')) {
      reads.set(id, { ...read, till, last, theirs })
      return NOTHING
    }
    if (isOfAccount(error)) throw error
    const failing = before?.failing ?? at
    const isGivenUp = at - failing >= GIVE_UP
    reads.set(id, { ...read, till, last, theirs, failing, mark: isGivenUp ? mark : (before?.mark ?? '') })
    if (isGivenUp) return { items: [unreadableConversation(around)], gone: [] }
    throw error instanceof Refusal ? new PlatformError('unexpected', error.message) : error
  }
}

const NOTHING: Found = { items: [], gone: [] }

/** Whether it would be the same with every other conversation, or is no answer of Meta's at all. */
function isOfAccount(error: unknown): boolean {
  if (error instanceof PlatformError) return error.trouble === 'throttled' || error.trouble === 'unauthorised'
  return !(error instanceof Refusal)
}
