import { z } from 'zod'
import type { Order, Outcome } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { Id, Listed, readable } from './schema.ts'
import { blockWords, unblockWords } from './words.ts'

/** What falls on a person. X takes each of these writes a second time as it took the first, so that all can be repeated. */

export type Person = NonNullable<Order['author']>

const DONE: Outcome = { is: 'done', receipt: null }

/** What X must answer; anything else is no answer at all, and asked for again. */
const muting = (stands: boolean) => z.object({ data: z.object({ muting: z.literal(stands) }) })
const blocking = (stands: boolean) => z.object({ data: z.object({ blocking: z.literal(stands) }) })
/** X's specification has `blocked` here; its documentation of other calls has `blocking`. */
const shutOut = (stands: boolean) =>
  z.object({
    data: z.union([z.object({ blocked: z.literal(stands) }), z.object({ blocking: z.literal(stands) })]),
  })

export async function mute(account: Account, { id }: Person, undo: boolean, signal: AbortSignal): Promise<Outcome> {
  const { client } = account
  const own = await account.me(signal)
  if (undo) await client.send(X.unmute, { params: { id: own.id, target: id } }, muting(false), signal)
  else await client.send(X.mute, { params: { id: own.id }, body: { target_user_id: id } }, muting(true), signal)
  return DONE
}

/** No more messages from this person. They are not told, and everything public stays as it is. */
export async function restrict(
  { client }: Account,
  { id }: Person,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  await client.send(undo ? X.unblockMessages : X.blockMessages, { params: { id } }, shutOut(!undo), signal)
  return DONE
}

/** X sells the call to Enterprise alone; with everybody else, and where X refuses it after all, staff do it by hand. */
export async function block(account: Account, person: Person, undo: boolean, signal: AbortSignal): Promise<Outcome> {
  const { client, settings } = account
  const own = await account.me(signal)
  if (settings.tier === 'enterprise') {
    try {
      if (undo) await client.send(X.unblock, { params: { id: own.id, target: person.id } }, blocking(false), signal)
      else
        await client.send(
          X.block,
          { params: { id: own.id }, body: { target_user_id: person.id } },
          blocking(true),
          signal,
        )
      return DONE
    } catch (error) {
      if (!isRefusal(error, 'tier', 'permission')) throw error
    }
  }
  const words = (undo ? unblockWords : blockWords)(own.handle, person.handle)
  // By the id: a handle is given up at will, and may be an innocent's by now.
  return { is: 'manual', link: `https://x.com/i/user/${person.id}`, words }
}

const Listing = z.object({ id: Id })

/**
 * Entries to each page. Every person on the list costs a tenth of a cent, so that a long one is not read to its end: X
 * seems to begin with those blocked last.
 */
const PAGES = [100, 900]

/**
 * Which of these blocks and unblocks stand, by the account's block list. It is read no further than to the last person who
 * is looked for; that somebody is not on it shows only when all of it was read.
 */
export async function doneByHand(
  account: Account,
  orders: readonly Order[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const wanted = orders.filter(({ action, author }) => action === 'block' && author !== null)
  if (wanted.length === 0) return new Set()
  const { id } = await account.me(signal)
  const sought = new Set(wanted.flatMap(({ author }) => author?.id ?? []))
  const blocked = new Set<string>()
  let next: string | null | undefined
  for (const size of PAGES) {
    if (blocked.size === sought.size || next === null) break
    const query = { max_results: size, ...(next === undefined ? {} : { pagination_token: next }) }
    const page = await account.client.get(X.blocked, { params: { id }, query }, Listed, signal)
    for (const person of readable(Listing, page.data)) if (sought.has(person.id)) blocked.add(person.id)
    next = page.next
  }
  const stands = ({ undo, author }: Order): boolean => {
    const isBlocked = author !== null && blocked.has(author.id)
    return undo ? next === null && !isBlocked : isBlocked
  }
  return new Set(wanted.filter(stands).map((order) => order.id))
}
