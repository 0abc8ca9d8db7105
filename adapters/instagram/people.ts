import type { Account } from '../meta/graph.ts'
import { inboxAt, MessageHandle } from '../meta/messages.ts'
import { block as blockByConversation, restrict as restrictConversation } from '../meta/moderate.ts'
import type { Order, Outcome } from '../platform.ts'
import { myself } from './account.ts'
import { placeOf, profileOf } from './map.ts'
import { blockWords, restrictWords, unblockWords, unrestrictWords } from './words.ts'

/** What falls on a person. Whom Meta keeps back, staff find under what they wrote. */

/**
 * Meta lets a program block whoever has a conversation with the account, and nobody else.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function block(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { author, item, undo } = order
  const person = author?.id ?? MessageHandle.safeParse(item?.handle).data?.person ?? null
  const outcome = person === null ? 'by hand' : await blockByConversation(account, person, undo, signal)
  return outcome === 'by hand' ? byHand(account, order, undo ? unblockWords : blockWords, signal) : outcome
}

/**
 * A message's conversation goes to spam. What is called restricting on Instagram no program can do.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function restrict(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { item, undo } = order
  const message = MessageHandle.safeParse(item?.handle).data ?? (item ? null : await inboxOf(account, order, signal))
  if (message) return restrictConversation(account, 'instagram', message, undo, signal)
  return byHand(account, order, undo ? unrestrictWords : restrictWords, signal)
}

/** Meta finds a conversation by the person alone. */
async function inboxOf(account: Account, { author }: Order, signal: AbortSignal): Promise<MessageHandle | null> {
  if (!author) return null
  const { id } = await account.page(signal)
  return { thread: author.id, person: author.id, link: inboxAt(undefined, id) }
}

async function byHand(
  account: Account,
  { author, item }: Order,
  words: (own: string, username: string | undefined) => string,
  signal: AbortSignal,
): Promise<Outcome> {
  const own = await myself(account, signal)
  const place = placeOf(item?.handle)
  // A person whose username is not told is known by a number, which leads nowhere.
  const username = author && author.handle !== author.id ? author.handle.replace(/^@/, '') : place?.username
  const link = username === undefined ? (place?.permalink ?? profileOf(own.username)) : profileOf(username)
  return { is: 'manual', link, words: words(own.username, username) }
}
