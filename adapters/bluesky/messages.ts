import { z } from 'zod'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { type Account, fresh, postsOn, profilesOf } from './account.ts'
import { isRefusal, isWithoutMessages } from './failure.ts'
import { incomingMessage, quotedBy, revisionOf, type Said, type Surroundings } from './map.ts'
import { Convo, Convos, Log, LogEntry, Message, Messages, readable } from './schema.ts'

/**
 * Direct messages. The log tells of each at once; the list of conversations finds what was there before the first start
 * and what the log may have dropped. Nothing is marked as read: staff use the same account.
 */

const DAY = 86_400_000
/** Messages shown above a new one. */
const ABOVE = 20

const isSaid = (message: Message): message is Said => message.text !== undefined

/** An app password may be made without access to messages. That is the office's choice, and the probe tells of it. */
async function ifAllowed(cursor: FetchRequest['cursor'], read: () => Promise<Page>): Promise<Page> {
  try {
    return await read()
  } catch (error) {
    if (isWithoutMessages(error)) return { items: [], cursor, gone: [], more: false }
    throw error
  }
}

export function fetchMessages(account: Account, request: FetchRequest): Promise<Page> {
  const { signal } = request
  return ifAllowed(request.cursor, async () => {
    const cursor = typeof request.cursor === 'string' ? request.cursor : undefined
    const log = await account.lines.chat(signal, Log, (agent, options) =>
      agent.chat.bsky.convo.getLog(cursor === undefined ? {} : { cursor }, options),
    )
    const entries = readable(LogEntry, log.logs)
    const items: Incoming[] = []
    for (const [convoId, news] of byConvo(entries)) {
      const messages = news.flatMap(({ $type, message }) =>
        message && $type.endsWith('#logCreateMessage') ? [message] : [],
      )
      items.push(...(await incomingMessages(account, request, convoId, messages)))
    }
    const gone = entries.flatMap(({ $type, convoId, message }) =>
      message && $type.endsWith('#logDeleteMessage') ? [`${convoId}/${message.id}`] : [],
    )
    const more = log.logs.length > 0 && log.cursor !== undefined && log.cursor !== cursor
    return { items, gone, more, cursor: log.cursor ?? cursor ?? null }
  })
}

function byConvo(entries: z.infer<typeof LogEntry>[]): Map<string, z.infer<typeof LogEntry>[]> {
  const found = new Map<string, z.infer<typeof LogEntry>[]>()
  for (const entry of entries) found.set(entry.convoId, [...(found.get(entry.convoId) ?? []), entry])
  return found
}

const Cursor = z
  .object({
    /** Where a pass that is not finished goes on. */
    next: z.string().nullable(),
    /** The state in which each conversation was last read to its end. */
    read: z.record(z.string(), z.string()),
    /** The same of the pass under way. */
    reading: z.record(z.string(), z.string()),
  })
  .catch({ next: null, read: {}, reading: {} })

export function fetchConversations(account: Account, request: FetchRequest): Promise<Page> {
  const { signal } = request
  return ifAllowed(request.cursor, async () => {
    const { next, read, reading } = Cursor.parse(request.cursor)
    const page = await account.lines.chat(signal, Convos, (agent, options) =>
      agent.chat.bsky.convo.listConvos({ limit: 20, ...(next === null ? {} : { cursor: next }) }, options),
    )
    const convos = readable(Convo, page.convos)
    const horizon = account.now().getTime() - account.settings.lookBackDays * DAY
    const items: Incoming[] = []
    let recent = 0
    for (const { id, rev, lastMessage } of convos) {
      if (lastMessage && Date.parse(lastMessage.sentAt) < horizon) continue
      recent += 1
      reading[id] = rev
      if (read[id] === rev) continue
      items.push(...(await incomingMessages(account, request, id, await history(account, id, horizon, signal))))
    }
    // Newest first: where a whole page is too old, the rest is.
    const more = page.cursor !== undefined && recent > 0
    return {
      items,
      gone: [],
      more,
      cursor: more ? { next: page.cursor ?? null, read, reading } : { next: null, read: reading, reading: {} },
    }
  })
}

/** A conversation's messages back to a time. */
async function history(account: Account, convoId: string, since: number, signal: AbortSignal): Promise<Message[]> {
  const found: Message[] = []
  let cursor: string | undefined
  do {
    const page = await messagesIn(account, convoId, cursor, signal)
    found.push(...page.messages)
    const oldest = page.messages.at(-1)
    cursor = oldest && Date.parse(oldest.sentAt) >= since ? page.cursor : undefined
  } while (cursor)
  return found
}

/** Newest first. */
export async function messagesIn(
  { lines }: Account,
  convoId: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ messages: Message[]; cursor: string | undefined }> {
  const asked = { convoId, limit: 100, ...(cursor === undefined ? {} : { cursor }) }
  const page = await lines.chat(signal, Messages, (agent, options) => agent.chat.bsky.convo.getMessages(asked, options))
  return { messages: readable(Message, page.messages), cursor: page.cursor }
}

/** Of these messages those that others wrote and that are not stored yet, with what was said before each. */
async function incomingMessages(
  account: Account,
  request: FetchRequest,
  convoId: string,
  messages: readonly Message[],
): Promise<Incoming[]> {
  const did = await account.did()
  const theirs = messages.filter(isSaid).filter(({ sender }) => sender.did !== did)
  const keyOf = ({ id, text }: Said): string => `${convoId}/${id} ${revisionOf(text)}`
  const news = await fresh(request, theirs, keyOf)
  if (news.length === 0) return []
  const { signal } = request
  const before = await recently(account, convoId, signal)
  const all = [...new Map([...before, ...messages].map((one) => [one.id, one])).values()]
  all.sort((a, b) => (a.rev < b.rev ? -1 : 1))
  const quotes = news.flatMap((message) => quotedBy(message)?.uri ?? [])
  const around: Surroundings = {
    did,
    now: account.now(),
    posts: new Map((await postsOn(account.lines.own, quotes, signal)).map((post) => [post.uri, post])),
    profiles: await profilesOf(
      account,
      all.map(({ sender }) => sender.did),
      signal,
    ),
  }
  news.sort((a, b) => (a.rev < b.rev ? -1 : 1))
  return news.map((message) => {
    const at = all.findIndex(({ id }) => id === message.id)
    return incomingMessage(convoId, message, all.slice(Math.max(0, at - ABOVE), at), around)
  })
}

/** Once the account has left a conversation, it can't look back; what the log said still counts. */
async function recently(account: Account, convoId: string, signal: AbortSignal): Promise<Message[]> {
  try {
    return (await messagesIn(account, convoId, undefined, signal)).messages
  } catch (error) {
    if (isRefusal(error, 'InvalidConvo')) return []
    throw error
  }
}
