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

const ASKED: Readonly<Record<Network, string>> = { facebook: 'messenger', instagram: 'instagram' }
const bucket = 'messenger'

/** Conversations at once. */
const PAGE = 50
/** Of a conversation Meta tells no more than this many messages' contents, the newest. */
const SHOWN = 20

export async function meIn(account: Account, network: Network, signal: AbortSignal): Promise<Me> {
  const { id, name, instagram } = await account.page(signal)
  const onInstagram = network === 'instagram' ? instagram : null
  return { page: id, ids: [id, ...(instagram ? [instagram.id] : [])], name: onInstagram?.username ?? name }
}

/** Narrows a list of conversations. */
export interface Among {
  folder?: string
  user_id?: string
}

/**
 * Those with the newest message first.
 * @param from what an earlier page gave as `next`; null for the first
 * @throws PlatformError, Refusal
 */
export async function listConversations(
  account: Account,
  network: Network,
  among: Among,
  from: string | null,
  signal: AbortSignal,
  acting = false,
): Promise<Rows<Conversation>> {
  const more = acting ? { acting: true as const } : {}
  if (from !== null) return account.graph.list({ next: from, bucket, ...more }, Conversation, signal)
  const { id } = await account.page(signal)
  const query = { platform: ASKED[network], fields: CONVERSATION_FIELDS, limit: PAGE, ...among }
  return account.graph.list({ path: `${id}/conversations`, query, bucket, ...more }, Conversation, signal)
}

/** Whether somebody's conversation lies in that folder. @throws PlatformError, Refusal */
export async function liesIn(
  account: Account,
  network: Network,
  folder: string,
  person: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { rows } = await listConversations(account, network, { folder, user_id: person }, null, signal, true)
  return rows.length > 0
}

/**
 * Messages of a conversation, newest first: all that were written since, and the rest of the page where the first earlier one is.
 * @param since Unix milliseconds
 * @throws PlatformError, Refusal
 */
export async function messagesSince(
  account: Account,
  thread: string,
  since: number,
  signal: AbortSignal,
  acting = false,
): Promise<{ messages: Message[]; isEnd: boolean }> {
  const found = new Map<string, Message>()
  let page = await firstMessages(account, thread, signal, acting)
  for (let pages = 1; ; pages++) {
    for (const message of page.rows) if (!found.has(message.id)) found.set(message.id, message)
    const isPast = page.rows.some(({ created_time }) => Date.parse(created_time ?? '') < since)
    if (page.next === null || isPast || pages === MOST)
      return { messages: [...found.values()], isEnd: page.next === null }
    page = await account.graph.list({ next: page.next, bucket, ...(acting ? { acting: true } : {}) }, Message, signal)
  }
}

/** Nobody writes ten thousand messages between two looks; and whoever leads us in a circle is left. */
const MOST = 100

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
