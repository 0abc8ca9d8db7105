import { z } from 'zod'
import type { FetchRequest, Incoming } from '../platform.ts'
import type { Account } from './graph.ts'
import {
  hasContents,
  incomingMessage,
  isOwn,
  type Message,
  type Surroundings,
  timeOf,
  unshownMessages,
} from './messages.ts'
import { messageAlone, messagesSince } from './threads.ts'

/** One conversation: what was written in it since it was looked into last. */

/** What a look leaves for the next one. */
export const Looked = z.object({
  /** All that was written before has been read: Unix milliseconds. */
  till: z.number(),
  /** The newest message, whoever wrote it. */
  last: z.string().nullable(),
  /** What the other person has lately written, and when: what is no longer there the next time was taken back. */
  theirs: z.array(z.tuple([z.string(), z.number()])),
})
export type Looked = z.infer<typeof Looked>

/** How long what was read is looked at again, for edits: Meta's apps allow them for a quarter of that. */
const LATELY = 3_600_000
/** Messages shown above a new one. */
const ABOVE = 20
/** Messages looked up by themselves in one look. */
const ALONE = 10

/**
 * @param start what was written before is left alone: Unix milliseconds
 * @throws PlatformError, Refusal
 */
export async function lookInto(
  account: Account,
  request: FetchRequest,
  around: Surroundings,
  before: Looked,
  start: number,
): Promise<{ items: Incoming[]; gone: string[]; looked: Looked }> {
  const { signal } = request
  const { messages, isEnd } = await messagesSince(account, around.conversation.id, before.till, signal)
  const from = Math.max(start, before.till - LATELY)
  const recent = messages.filter((message) => (timeOf(message) ?? from) >= from)
  const isRead = ({ id }: Message): boolean => id === before.last || before.theirs.some(([theirs]) => theirs === id)
  /** Of some Meta says no more than that they are there. Those read before are known, and have only grown old. */
  const isBare = (message: Message): boolean => message.from === undefined && !hasContents(message)
  const isMissing = (message: Message): boolean => !isRead(message) && (timeOf(message) ?? before.till) >= before.till
  const shown = await lookedUp(
    account,
    recent.filter((one) => !hasContents(one) && isMissing(one)),
    signal,
  )
  const whole = recent.map((message) => shown.get(message.id) ?? message)

  const theirs = whole.filter((message) => !isBare(message) && !isOwn(message, around.me))
  const aboveOf = (message: Message): Message[] => {
    const place = messages.findIndex(({ id }) => id === message.id)
    return messages.slice(place + 1, place + 1 + ABOVE).reverse()
  }
  const items = theirs.map((message) => incomingMessage(message, aboveOf(message), around))
  const [newest, ...others] = whole.filter((message) => isBare(message) && isMissing(message))
  if (newest) items.push(unshownMessages([newest, ...others], aboveOf(newest), around))
  const known = items.length > 0 ? await request.known(items.map(keyOf)) : new Set()

  const [last] = messages
  return {
    items: items.filter((one) => !known.has(keyOf(one))),
    gone: takenBack(before, messages, isEnd),
    looked: {
      till: Math.max(before.till, ...messages.flatMap((message) => timeOf(message) ?? [])),
      last: last?.id ?? null,
      theirs: theirs.flatMap((message): Looked['theirs'] => {
        const time = timeOf(message)
        return time === null ? [] : [[message.id, time]]
      }),
    },
  }
}

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

/** Newest first: once Meta does not show one, it shows none that is older. */
async function lookedUp(
  account: Account,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Message>> {
  const shown = new Map<string, Message>()
  for (const message of messages.slice(0, ALONE)) {
    const alone = await messageAlone(account, message.id, signal)
    if (alone === null || (alone.from === undefined && !hasContents(alone))) break
    shown.set(message.id, alone)
  }
  return shown
}

/** What was there when it was looked into last, and is missing in a list that goes back further. */
function takenBack({ theirs }: Looked, messages: readonly Message[], isEnd: boolean): string[] {
  const oldest = Math.min(...messages.flatMap((message) => timeOf(message) ?? []))
  return theirs.flatMap(([id, time]) => {
    const isCovered = isEnd || time > oldest
    return isCovered && !messages.some((message) => message.id === id) ? [id] : []
  })
}
