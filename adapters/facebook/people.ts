import { z } from 'zod'
import { ensure } from '../meta/ensure.ts'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Rows } from '../meta/graph.ts'
import { inboxAt, MessageHandle } from '../meta/messages.ts'
import { restrict as restrictConversation } from '../meta/moderate.ts'
import { refused } from '../meta/outcome.ts'
import type { Order, Outcome } from '../platform.ts'
import { placeOf } from './map.ts'
import { blockWords, unblockWords } from './words.ts'

/** What falls on a person. Whom Meta keeps back, staff find beside what they wrote. */

const Blocked = z.object({ id: z.string() })

/** What blocking answers nobody has confirmed: what came of it is looked at. */
const Anything = z.unknown()

/**
 * Block somebody from the Page, or let them in again, and see that it is so.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function block(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { author, item, undo } = order
  const person = author?.id ?? MessageHandle.safeParse(item?.handle).data?.person ?? null
  if (person === null) return byHand(account, order, signal)
  const { graph } = account
  const { id } = await account.page(signal)
  const path = `${id}/blocked`
  const sending = undo
    ? ({ method: 'DELETE', path, body: { user: person }, bucket: 'pages' } as const)
    : ({ method: 'POST', path, body: { user: [person] }, bucket: 'pages' } as const)
  try {
    return await ensure(
      async () => (await isBlocked(account, id, person, signal)) === !undo,
      () => graph.send(sending, Anything, signal),
      true,
    )
  } catch (error) {
    if (isRefusal(error, 'permission', 'invalid', 'gone', 'unreachable')) return byHand(account, order, signal)
    throw error
  }
}

async function isBlocked({ graph }: Account, page: string, person: string, signal: AbortSignal): Promise<boolean> {
  const query = { user: person, fields: 'id' }
  const { rows } = await graph.list({ path: `${page}/blocked`, query, bucket: 'pages', acting: true }, Blocked, signal)
  return rows.some(({ id }) => id === person)
}

async function byHand(account: Account, { item, author, undo }: Order, signal: AbortSignal): Promise<Outcome> {
  const { id, name } = await account.page(signal)
  const message = MessageHandle.safeParse(item?.handle).data
  const link = message?.link ?? (item ? linkTo(item) : placeOf(id))
  const what = item === null ? null : message ? 'message' : item.kind === 'comment' ? 'comment' : 'post'
  const isNamed = author !== null
  return { is: 'manual', link, words: undo ? unblockWords(name, isNamed) : blockWords(name, what, isNamed) }
}

const Placed = z.object({ permalink: z.string() })
export const linkTo = ({ id, handle }: NonNullable<Order['item']>): string =>
  Placed.safeParse(handle).data?.permalink ?? placeOf(id)

/**
 * A conversation goes to spam. Facebook knows nothing of the kind for what is public.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function restrict(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { item, author, undo } = order
  if (item && item.kind !== 'message') return refused(NO_RESTRICTING)
  const message = MessageHandle.safeParse(item?.handle).data
  if (message) return restrictConversation(account, 'facebook', message, undo, signal)
  if (!author) return refused('The order names no person on Facebook.')
  const { id } = await account.page(signal)
  const found = { thread: author.id, person: author.id, link: inboxAt(undefined, id) }
  return restrictConversation(account, 'facebook', found, undo, signal)
}

const NO_RESTRICTING = 'Facebook can only move messages to spam. For what is public, hiding is the nearest.'

/** Pages of blocked people; whom they don't reach is asked for one by one, once. */
const PAGES = 20

/**
 * Which of these blocks stand, or are undone, by now.
 * @returns the ids of the orders
 * @throws PlatformError, Refusal
 */
export async function doneByHand(
  account: Account,
  orders: readonly Order[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const { id } = await account.page(signal)
  const asked = orders.flatMap(({ action, author }) => (action === 'block' && author ? author.id : []))
  const people = [...new Set(asked)]
  const { blocked, isWhole } = await everybodyBlocked(account, id, signal)
  const stands = new Map<string, boolean>()
  for (const person of people)
    stands.set(person, blocked.has(person) || (!isWhole && (await isBlocked(account, id, person, signal))))
  const isSo = ({ author, undo }: Order): boolean => stands.get(author?.id ?? '') === !undo
  return new Set(orders.filter(({ action }) => action === 'block').flatMap((order) => (isSo(order) ? order.id : [])))
}

async function everybodyBlocked({ graph }: Account, page: string, signal: AbortSignal) {
  const blocked = new Set<string>()
  let from: Parameters<typeof graph.list>[0] = {
    path: `${page}/blocked`,
    query: { fields: 'id', limit: 100 },
    bucket: 'pages',
  }
  for (let pages = 1; ; pages += 1) {
    const { rows, next }: Rows<z.output<typeof Blocked>> = await graph.list(from, Blocked, signal)
    for (const { id } of rows) blocked.add(id)
    if (next === null) return { blocked, isWhole: true }
    if (pages === PAGES) return { blocked, isWhole: false }
    from = { next, bucket: 'pages' }
  }
}
