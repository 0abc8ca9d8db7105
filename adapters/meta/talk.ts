import { z } from 'zod'
import type { Incoming } from '../platform.ts'
import { Refusal } from './failure.ts'
import {
  hasContents,
  incomingMessage,
  isOwn,
  type Message,
  type Surroundings,
  timeOf,
  unshownMessages,
} from './messages.ts'
import { messageAlone, messagesSince, type Visit } from './threads.ts'

/** One conversation: what was written in it since it was looked into last. */

/** The newest message that was seen. */
const Seen = z.object({
  /** Unix milliseconds. */
  till: z.number(),
  /** Its id, whoever wrote it. */
  last: z.string().nullable(),
})

/** What a look leaves for the next one. All that was written before `till` has been read. */
export const Looked = Seen.extend({
  /** What the other person has lately written, and when: what is no longer there the next time was taken back. */
  theirs: z.array(z.tuple([z.string(), z.number()])),
  /** Where the look was broken off, and the newest message it saw. The next one goes on there, and only then are these read. */
  open: Seen.extend({ next: z.string(), pages: z.number() }).nullable().catch(null),
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
 * @returns `isWhole` if there is nothing more to be read for now
 * @throws PlatformError, Refusal
 */
export async function lookInto(
  visit: Visit,
  around: Surroundings,
  before: Looked,
  start: number,
): Promise<{ items: Incoming[]; gone: string[]; looked: Looked; isWhole: boolean }> {
  const { account, request, isEnough } = visit
  const from = before.open
  const read = (place: Looked['open']) =>
    messagesSince(account, around.conversation.id, before.till, request.signal, false, { from: place, isEnough })
  const further = from && (await read(from).catch(nullIfRefused))
  const { messages, isEnd, open } = further ?? (await read(null))

  const since = Math.max(start, before.till - LATELY)
  const recent = messages.filter((message) => (timeOf(message) ?? since) >= since)
  const isRead = ({ id }: Message): boolean => id === before.last || before.theirs.some(([theirs]) => theirs === id)
  /** Of some Meta says no more than that they are there. Those read before are known, and have only grown old. */
  const isBare = (message: Message): boolean => message.from === undefined && !hasContents(message)
  const isMissing = (message: Message): boolean => !isRead(message) && (timeOf(message) ?? before.till) >= before.till
  const { shown, later } = await lookedUp(
    visit,
    recent.filter((one) => !hasContents(one) && isMissing(one)),
  )
  const whole = recent.filter(({ id }) => !later.has(id)).map((message) => shown.get(message.id) ?? message)

  const theirs = whole.filter((message) => !isBare(message) && !isOwn(message, around.me))
  const aboveOf = (message: Message): Message[] => {
    const place = messages.findIndex(({ id }) => id === message.id)
    return messages.slice(place + 1, place + 1 + ABOVE).reverse()
  }
  // What was looked up by itself once is no other message because the list still leaves out what is in it.
  const told = theirs.filter((message) => hasContents(message) || !isRead(message))
  const items = told.map((message) => incomingMessage(message, aboveOf(message), around))
  const [newest, ...others] = whole.filter((message) => isBare(message) && isMissing(message))
  if (newest) items.push(unshownMessages([newest, ...others], aboveOf(newest), around))
  const known = items.length > 0 ? await request.known(items.map(keyOf)) : new Set()

  const gone = further ? [] : takenBack(before, messages, isEnd)
  const isWhole = further === null && open === null && later.size === 0
  const lately = theirs.map(({ id, created_time }): Looked['theirs'][number] => [id, timeOf({ created_time }) ?? 0])
  const seen = further && from ? from : newestOf(messages, before)
  const { till, last } = later.size > 0 || open ? before : seen
  return {
    items: items.filter((one) => !known.has(keyOf(one))),
    gone,
    looked: {
      till,
      last,
      theirs: isWhole ? lately : joined(lately, before, gone),
      open: later.size > 0 ? further && from : open && { ...open, till: seen.till, last: seen.last },
    },
    isWhole,
  }
}

/** Meta's names for further pages end within hours. */
function nullIfRefused(error: unknown): null {
  if (error instanceof Refusal) return null
  throw error
}

function newestOf(messages: readonly Message[], { till }: Looked): z.infer<typeof Seen> {
  return {
    till: Math.max(till, ...messages.flatMap((message) => timeOf(message) ?? [])),
    last: messages[0]?.id ?? null,
  }
}

/** Those of one look after another, till nothing is left to be read. */
function joined(lately: Looked['theirs'], { theirs }: Looked, gone: readonly string[]): Looked['theirs'] {
  return [...new Map([...theirs, ...lately])].filter(([id]) => !gone.includes(id))
}

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

/**
 * Newest first: once Meta does not show one, it shows none that is older.
 * @returns `later`: the ids of those for which there was no time
 */
async function lookedUp(
  { account, request, isEnough }: Visit,
  messages: readonly Message[],
): Promise<{ shown: ReadonlyMap<string, Message>; later: ReadonlySet<string> }> {
  const shown = new Map<string, Message>()
  for (const [place, message] of messages.slice(0, ALONE).entries()) {
    if (place > 0 && isEnough()) return { shown, later: new Set(messages.slice(place).map(({ id }) => id)) }
    const alone = await messageAlone(account, message.id, request.signal)
    if (alone === null || (alone.from === undefined && !hasContents(alone))) break
    shown.set(message.id, alone)
  }
  return { shown, later: new Set() }
}

/** What was there when it was looked into last, and is missing in a list that goes back further. */
function takenBack({ theirs }: Looked, messages: readonly Message[], isEnd: boolean): string[] {
  const oldest = Math.min(...messages.flatMap((message) => timeOf(message) ?? []))
  return theirs.flatMap(([id, time]) => {
    const isCovered = isEnd || time > oldest
    return isCovered && !messages.some((message) => message.id === id) ? [id] : []
  })
}
