import { z } from 'zod'
import { type Incoming, PlatformError } from '../platform.ts'
import { isRefusal, Refusal } from './failure.ts'
import { Listed } from './folders.ts'
import { unreadableConversation } from './messages.ts'
import { Looked, lookInto } from './talk.ts'
import type { Visit } from './threads.ts'

/** Which conversations are due to be read, in which order, and what became of it. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A conversation that can't be read for so long is left to a person. */
const GIVE_UP = 24 * HOUR

/** A conversation is looked into again while it is young, for what is edited, taken back or came in the same second. */
const YOUNG = HOUR
const FIRST_AGAIN = 2 * MINUTE

/** A conversation that was looked into. */
export const Read = Looked.extend({
  id: z.string(),
  folder: z.string(),
  /** As it stood in the list when all of it was read; empty before that. */
  mark: z.string(),
  /** When it was written in last, and when it was looked into; Unix milliseconds, like all times here. */
  updated: z.number(),
  at: z.number(),
  /** Since when it can't be read. */
  failing: z.number().nullable(),
})
export type Read = z.infer<typeof Read>
/** By the conversation's id. */
export type Reads = ReadonlyMap<string, Read>

/** A conversation that is to be read. */
export const Due = Listed.extend({
  /** Since when, Unix milliseconds: whoever keeps writing does not lose their turn. */
  waits: z.number(),
})
export type Due = z.infer<typeof Due>

export const isNew = ({ conversation, mark }: Listed, reads: Reads): boolean =>
  reads.get(conversation.id)?.mark !== mark

export const isFailing = ({ conversation }: Listed, reads: Reads): boolean =>
  (reads.get(conversation.id)?.failing ?? null) !== null

/** Whether it must still be known what became of it, though it stands in no list that is read. */
export const isFresh = ({ failing }: Read, now: number): boolean => failing !== null && now - failing < 2 * GIVE_UP

/** Whether it has changed; or is young, and was not looked into for as long as nobody had written when it last was. */
function isDue({ conversation, mark, updated }: Listed, reads: Reads, now: number): boolean {
  const read = reads.get(conversation.id)
  if (read?.mark !== mark) return true
  const stillness = read.at - updated
  return stillness < YOUNG && now - read.at >= Math.max(FIRST_AGAIN, stillness)
}

/**
 * What is new first, since looking again is in no hurry, nor the rest of a talk whose newest messages are read; and of that whoever
 * waits longest, else ten people who keep writing would hold up a cry for help. What can't be read comes last, each in its turn.
 * @param left what was due before
 * @param found what the list shows now
 */
export function dueOf(left: readonly Due[], found: readonly Listed[], reads: Reads, now: number): Due[] {
  const all = new Map(left.map((one) => [one.conversation.id, one]))
  for (const one of found) {
    const before = all.get(one.conversation.id)
    const waits = before && isNew(before, reads) ? Math.min(before.waits, one.updated) : one.updated
    all.set(one.conversation.id, { ...one, waits })
  }
  const rank = (one: Due): number => {
    if (isFailing(one, reads)) return 2
    return isNew(one, reads) && !reads.get(one.conversation.id)?.open ? 0 : 1
  }
  const since = (one: Due): number =>
    (isFailing(one, reads) ? reads.get(one.conversation.id)?.at : undefined) ?? one.waits
  return [...all.values()]
    .filter((one) => isDue(one, reads, now))
    .toSorted((one, other) => rank(one) - rank(other) || since(one) - since(other))
}

export interface Found {
  items: Incoming[]
  gone: string[]
}

/** What is left alone since it is older, Unix milliseconds. */
export interface Floors {
  start: number
  /** By folder. */
  since: Readonly<Record<string, number>>
}

/**
 * One conversation that can't be read holds up no other; and what was read is not lost with it.
 * @param reads grows with each that was looked into
 * @throws PlatformError, Refusal where it would be the same with every other
 */
export async function readEach(
  visit: Visit,
  due: readonly Due[],
  reads: Map<string, Read>,
  floors: Floors,
): Promise<{ page: Found; tried: ReadonlySet<Due>; trouble: PlatformError | null }> {
  const page: Found = { items: [], gone: [] }
  const tried = new Set<Due>()
  let trouble: PlatformError | null = null
  for (const one of due) {
    // One at least: else a list that takes long by itself would let none be read.
    if (tried.size > 0 && visit.isEnough()) break
    tried.add(one)
    try {
      const found = await readOne(visit, one, reads, floors)
      page.items.push(...found.items)
      page.gone.push(...found.gone)
    } catch (error) {
      visit.request.signal.throwIfAborted()
      if (!(error instanceof PlatformError)) throw error
      if (error.trouble === 'unauthorised' && page.items.length === 0) throw error
      trouble = error
      if (error.trouble === 'throttled' || error.trouble === 'unauthorised') break
    }
  }
  return { page, tried, trouble }
}

/** @throws PlatformError, Refusal */
async function readOne(
  visit: Visit,
  { conversation, folder, mark, updated }: Due,
  reads: Map<string, Read>,
  floors: Floors,
): Promise<Found> {
  const { account, network, me, request } = visit
  const { id } = conversation
  const before = reads.get(id)
  const now = account.now()
  const at = now.getTime()
  const around = { network, conversation, me, now }
  const looked = before ?? { till: floors.since[folder] ?? floors.start, last: null, theirs: [], open: null }
  const read = { id, folder, mark, updated, at, failing: null }
  try {
    const found = await lookInto(visit, around, looked, floors.start)
    reads.set(id, { ...read, ...found.looked, mark: found.isWhole ? mark : '' })
    return found
  } catch (error) {
    request.signal.throwIfAborted()
    // Another time from the newest message on.
    const { till, last, theirs } = looked
    const kept = { ...read, till, last, theirs, open: null }
    if (isRefusal(error, 'gone')) {
      reads.set(id, kept)
      return NOTHING
    }
    if (isOfAccount(error)) throw error
    const trouble = error instanceof Refusal ? new PlatformError('unexpected', error.message) : error
    if (before?.mark === mark) {
      // All of it was read before, so nobody need be told.
      reads.set(id, { ...before, at })
      throw trouble
    }
    const failing = before?.failing ?? at
    const isGivenUp = at - failing >= GIVE_UP
    reads.set(id, { ...kept, failing, mark: isGivenUp ? mark : (before?.mark ?? '') })
    if (isGivenUp) return { items: [unreadableConversation(updated, around)], gone: [] }
    throw trouble
  }
}

const NOTHING: Found = { items: [], gone: [] }

/** Whether it would be the same with every other conversation, or is no answer of Meta's at all. */
function isOfAccount(error: unknown): boolean {
  if (error instanceof PlatformError) return error.trouble === 'throttled' || error.trouble === 'unauthorised'
  return !(error instanceof Refusal)
}
