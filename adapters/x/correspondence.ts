import { z } from 'zod'
import type { Outcome } from '../platform.ts'
import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { isRefusal, Unconfirmed } from './failure.ts'
import { compareIds } from './ids.ts'
import type { Saying } from './letters.ts'
import type { MessageHandle } from './map.ts'
import { refused } from './outcome.ts'
import { afterLoss, bears, type Sighting, seek, signed, UNCLEAR } from './reference.ts'
import { Id, Listed, LookedUp, Message, readable } from './schema.ts'

const LONGEST = 10_000
/** Of which the reference takes a few at the end. */
export const LONGEST_MESSAGE = LONGEST - 20

/** The message that is answered. */
interface Answered {
  id: string
  handle: MessageHandle
}

const Delivered = z.object({ data: z.object({ dm_event_id: Id }) })

/** Whoever has written a message is answered by one. */
export async function write(
  account: Account,
  { letter, reference, attempt }: Saying,
  to: Answered,
  signal: AbortSignal,
): Promise<Outcome> {
  const text = signed(letter, reference)
  if (text.length > LONGEST)
    return refused(`X takes ${LONGEST} characters in a message; this has ${text.length}. Shorten the text.`)
  const look = () => ownMessage(account, to, reference, signal)
  const found = (): Outcome => ({ is: 'already-done', receipt: null })
  if (attempt > 1) {
    const before = await look()
    if (before === 'unclear') return { is: 'unconfirmed', because: UNCLEAR }
    if (before) return found()
  }
  const sent = { params: { id: to.handle.participant }, body: { text } }
  try {
    await account.client.send(X.message, sent, Delivered, signal)
    return { is: 'done', receipt: null }
  } catch (error) {
    if (error instanceof Unconfirmed) return afterLoss(look, found, signal)
    if (isRefusal(error, 'forbidden'))
      return refused('X does not let the account write to this person: one of the two may have blocked the other.')
    throw error
  }
}

/** Each message that is looked at costs a cent, so the newest few first. */
const GLANCE = 20

async function ownMessage(
  account: Account,
  { id, handle }: Answered,
  reference: string,
  signal: AbortSignal,
): Promise<Sighting> {
  const own = await account.me(signal)
  const params = { id: handle.participant }
  // Of somebody who is gone X says so, and lists nothing.
  const Conversation = Listed.or(LookedUp.transform(({ data }) => ({ data, next: null })))
  return seek(async (token) => {
    const query = { max_results: GLANCE, ...(token === null ? {} : { pagination_token: token }) }
    const page = await account.client.get(X.messagesWith, { params, query, acting: true }, Conversation, signal)
    const messages = readable(Message, page.data)
    const ours = messages.find(({ sender_id, text }) => sender_id === own.id && bears(text, reference))
    const isPast = messages.some((message) => compareIds(message.id, id) <= 0)
    return { found: ours, next: isPast ? null : page.next }
  })
}
