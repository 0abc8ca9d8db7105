import { z } from 'zod'
import { PlatformError } from '../platform.ts'
import { isOfOne, isRefusal } from './failure.ts'
import { type Conversation, Correspondence, correspondence, type Me } from './messages.ts'
import { INBOX, isMissing, listConversations, type Visit } from './threads.ts'

/**
 * The folders of an inbox. Meta lists conversations by when they were last written in, with no way to ask only for new ones. A list
 * may be long and its pages slow: it goes on another time where it was broken off, else it would never come to its end.
 */

/** Pages of one listing: whoever leads us in a circle is left. */
const MOST = 500
/** Conversations listed in one call of the source: all that are not read in it are stored. */
const FULL = 500

/** A conversation as it stood in the list. */
export const Listed = z.object({
  conversation: Correspondence,
  folder: z.string(),
  /** Another where something was written since. */
  mark: z.string(),
  /** When it was last written in, Unix milliseconds. */
  updated: z.number(),
})
export type Listed = z.infer<typeof Listed>

/** Where a listing was broken off. Whatever stood above has been listed. */
export const Open = z.object({
  /** The next page; null is the first. */
  next: z.string().nullable(),
  /** When the first page was read, Unix milliseconds. */
  began: z.number(),
  /** Read so far. */
  pages: z.number(),
})
export type Open = z.infer<typeof Open>

/** How far a folder is listed. */
export interface Reach {
  /** To the first conversation that was last written in before: Unix milliseconds. */
  since: number
  /** Where the listing before was broken off. */
  open: Open | null
  /** While others wait to be read: no further than to the first page with one that was listed before. */
  isGlance: boolean
  /** Whether it was listed before as it stands now. */
  isKnown: (one: Listed) => boolean
}

export interface Listing {
  folder: string
  found: Listed[]
  /** When that listing began which has now come to `since`; null where none has. */
  began: number | null
  open: Open | null
  /** Why it was broken off, if not for its length. */
  trouble: PlatformError | null
}

interface Walked {
  is: 'past' | 'met' | 'cut' | 'astray'
  place: Open
  trouble?: PlatformError
}

/**
 * The newest conversations of a folder, and if there is time on from where the listing before was broken off. What is laid aside
 * is not worth the inbox: where Meta does not list that, it is tried again after a while, and done with no further.
 * @throws PlatformError, Refusal
 */
export async function listFolder(visit: Visit, folder: string, reach: Reach): Promise<Listing> {
  try {
    return await list(visit, folder, reach)
  } catch (error) {
    const unlisted = { folder, found: [], began: null, open: reach.open, trouble: null }
    if (isMissing(folder, error)) return { ...unlisted, open: null }
    if (folder === INBOX) throw error
    if (isRefusal(error, 'permission')) return unlisted
    if (error instanceof PlatformError && isOfOne(error)) return { ...unlisted, trouble: error }
    throw error
  }
}

async function list(visit: Visit, folder: string, reach: Reach): Promise<Listing> {
  const { since, open, isGlance, isKnown } = reach
  const began = visit.account.now().getTime()
  const found = new Map<string, Listed>()

  /** One page at least: else slow answers would let none be read. */
  const walk = async (from: Open, isEnd: (one: Listed) => boolean): Promise<Walked> => {
    for (let place = from; ; ) {
      const page = await pageOf(visit, folder, place.next).catch((error: unknown) => {
        if (place.next !== null && error instanceof PlatformError && isOfOne(error)) return error
        throw error
      })
      // What stands above on the list is read all the same.
      if (page instanceof PlatformError) return { is: 'cut', place, trouble: page }
      const { rows, next } = page
      for (const one of rows)
        if (one.updated >= since && !found.has(one.conversation.id)) found.set(one.conversation.id, one)
      place = { ...place, next, pages: place.pages + 1 }
      if (next === null || rows.some(({ updated }) => updated < since)) return { is: 'past', place }
      if (rows.some(isEnd)) return { is: 'met', place }
      if (place.pages >= MOST) return { is: 'astray', place }
      if (visit.isEnough() || found.size >= FULL) return { is: 'cut', place }
    }
  }

  const goOn = async (from: Open, top: Open): Promise<Walked> => {
    try {
      return await walk(from, nothing)
    } catch (error) {
      // Meta's names for further pages end within hours.
      if (!isStale(error)) throw error
      return visit.isEnough() ? { is: 'cut', place: top } : walk(top, nothing)
    }
  }

  const top = await walk({ next: null, began, pages: 0 }, isGlance || open ? isKnown : nothing)
  const { is, place, trouble = null } = top.is === 'met' && open && !isGlance ? await goOn(open, top.place) : top
  return {
    folder,
    found: [...found.values()],
    began: is === 'past' ? place.began : null,
    open: is === 'met' ? open : is === 'cut' ? place : null,
    trouble,
  }
}

const nothing = (): boolean => false
const isStale = (error: unknown): boolean => isRefusal(error, 'invalid', 'closed', 'gone')

async function pageOf({ account, network, me, request }: Visit, folder: string, from: string | null) {
  const now = account.now().getTime()
  const { rows, next } = await listConversations(account, network, folder, from, request.signal)
  return { rows: rows.map((one) => listedIn(folder, one, me, now)), next }
}

function listedIn(folder: string, conversation: Conversation, me: Me, now: number): Listed {
  const { updated_time = '', message_count = '' } = conversation
  const updated = Date.parse(updated_time)
  return {
    conversation: correspondence(conversation, me),
    folder,
    // Meta tells whole seconds: the number of messages says that one more came within the last.
    mark: `${updated_time} ${message_count}`,
    updated: Number.isNaN(updated) ? now : updated,
  }
}
