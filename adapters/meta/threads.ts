import type { FetchRequest } from '../platform.ts'
import { isRefusal } from './failure.ts'
import type { Account, Rows } from './graph.ts'
import {
  CONVERSATION_FIELDS,
  CORE_FIELDS,
  Conversation,
  MESSAGE_FIELDS,
  type Me,
  Message,
  type Network,
} from './messages.ts'

/** The calls that read conversations. Instagram's are read through the Page too. */

/** One call of the source. */
export interface Visit {
  account: Account
  network: Network
  me: Me
  request: FetchRequest
  /** Whether it should hand back what it has. */
  isEnough: () => boolean
}

const ASKED: Readonly<Record<Network, string>> = { facebook: 'messenger', instagram: 'instagram' }
const bucket = 'messenger'

/** Conversations at once. */
const PAGE = 50
/** Of a conversation Meta tells no more than this many messages' contents, the newest. */
const SHOWN = 20

/** Meta shows the inbox where no folder is asked for. */
export const INBOX = 'inbox'
/** What Meta lays aside. What a person in danger writes may be among it. */
export const ASIDE = ['other', 'pending', 'spam'] as const

/** Meta need not have each of the folders laid aside; without the inbox there is nothing. */
export const isMissing = (folder: string, error: unknown): boolean =>
  folder !== INBOX && isRefusal(error, 'invalid', 'closed', 'gone')

export async function meIn(account: Account, network: Network, signal: AbortSignal): Promise<Me> {
  const { id, name, instagram } = await account.page(signal)
  const onInstagram = network === 'instagram' ? instagram : null
  return { page: id, ids: [id, ...(instagram ? [instagram.id] : [])], name: onInstagram?.username ?? name }
}

/**
 * Those of a folder with the newest message first.
 * @param from what an earlier page gave as `next`; null for the first
 * @throws PlatformError, Refusal
 */
export async function listConversations(
  account: Account,
  network: Network,
  folder: string,
  from: string | null,
  signal: AbortSignal,
): Promise<Rows<Conversation>> {
  if (from !== null) return account.graph.list({ next: from, bucket }, Conversation, signal)
  return account.graph.list(await conversationsIn(account, network, folder, signal), Conversation, signal)
}

async function conversationsIn(account: Account, network: Network, folder: string, signal: AbortSignal) {
  const { id } = await account.page(signal)
  const among = folder === INBOX ? {} : { folder }
  const query = { platform: ASKED[network], fields: CONVERSATION_FIELDS, limit: PAGE, ...among }
  return { path: `${id}/conversations`, query, bucket } as const
}

/**
 * The conversations with somebody in a folder, to act on them. Meta is asked for these alone, and not trusted to give no others.
 * @returns their ids; null where it gave others, so that it can't be told
 * @throws PlatformError, Refusal
 */
export async function conversationsWith(
  account: Account,
  network: Network,
  person: string,
  folder: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  const { query, ...asking } = await conversationsIn(account, network, folder, signal)
  const asked = { ...asking, query: { ...query, user_id: person }, acting: true } as const
  const { rows } = await account.graph.list(asked, Conversation, signal)
  const theirs = rows.filter(({ participants }) => participants.some(({ id }) => id === person))
  return theirs.length > 0 || rows.length === 0 ? theirs.map(({ id }) => id) : null
}

/** Whether somebody's conversation is seen in that folder. @throws PlatformError, Refusal */
export async function liesIn(
  account: Account,
  network: Network,
  folder: string,
  person: string,
  signal: AbortSignal,
): Promise<boolean> {
  const theirs = await conversationsWith(account, network, person, folder, signal)
  return theirs !== null && theirs.length > 0
}

/** Where reading a conversation was broken off. */
export interface Place {
  next: string
  /** Read before. */
  pages: number
}

/**
 * Messages of a conversation, newest first: all that were written since, and the rest of the page where the first earlier one is.
 * @param since Unix milliseconds
 * @param how `from` where to go on, and not from the newest; after a page that is `isEnough` it is broken off
 * @returns `open` where it was broken off; null where it was not
 * @throws PlatformError, Refusal
 */
export async function messagesSince(
  account: Account,
  thread: string,
  since: number,
  signal: AbortSignal,
  acting = false,
  { from = null, isEnough = () => false }: { from?: Place | null; isEnough?: () => boolean } = {},
): Promise<{ messages: Message[]; isEnd: boolean; open: Place | null }> {
  const found = new Map<string, Message>()
  const further = (next: string): Promise<Rows<Message>> =>
    account.graph.list({ next, bucket, ...(acting ? { acting: true } : {}) }, Message, signal)
  let page = await (from === null ? firstMessages(account, thread, signal, acting) : further(from.next))
  for (let pages = (from?.pages ?? 0) + 1; ; pages++) {
    for (const message of page.rows) if (!found.has(message.id)) found.set(message.id, message)
    const { next } = page
    const isPast = page.rows.some(({ created_time }) => Date.parse(created_time ?? '') < since)
    const isOver = next === null || isPast || pages >= MOST
    if (isOver || isEnough())
      return { messages: [...found.values()], isEnd: next === null, open: isOver ? null : { next, pages } }
    page = await further(next)
  }
}

/** Nobody writes ten thousand messages between two looks; and whoever leads us in a circle is left. */
const MOST = 500

async function firstMessages(
  { graph }: Account,
  thread: string,
  signal: AbortSignal,
  acting: boolean,
): Promise<Rows<Message>> {
  const asking = (fields: string, limit: number) =>
    graph.list(
      { path: `${thread}/messages`, query: { fields, limit }, bucket, ...(acting ? { acting: true } : {}) },
      Message,
      signal,
    )
  return asking(MESSAGE_FIELDS, SHOWN).catch((error: unknown) => {
    // Meta refuses all of an answer for one field that it does not have here.
    if (isRefusal(error, 'invalid')) return asking(CORE_FIELDS, SHOWN)
    throw error
  })
}

/**
 * One message by itself: lists leave out of some what is in them.
 * @returns null where Meta does not show it
 * @throws PlatformError, Refusal
 */
export async function messageAlone({ graph }: Account, id: string, signal: AbortSignal): Promise<Message | null> {
  try {
    return await graph.get({ path: id, query: { fields: MESSAGE_FIELDS }, bucket }, Message, signal)
  } catch (error) {
    // Of what is older than the newest twenty Instagram says that it was deleted, which it was not.
    if (isRefusal(error, 'gone', 'invalid')) return null
    throw error
  }
}
