import { z } from 'zod'
import type { Json, Letter, Order, Outcome } from '../platform.ts'
import { APP, answerWords, privateWords } from './byhand.ts'
import { isRefusal, Unconfirmed } from './failure.ts'
import type { Account } from './graph.ts'
import { afterLoss, areSameWords, type Sighting } from './lost.ts'
import { isOwn, type Me, type Message, type MessageHandle, type Network, timeOf } from './messages.ts'
import { outcomeOf, refused } from './outcome.ts'
import { ASIDE, conversationsWith, INBOX, isMissing, meIn, messagesSince } from './threads.ts'

/**
 * Letters by private message. Meta takes the same letter twice without a word where the first one's answer was lost: a second try,
 * and whoever has lost an answer, looks for the letter in the conversation.
 */

/** What is to be said. */
export interface Saying extends Pick<Order, 'attempt' | 'prepared'> {
  letter: Letter
}

const Prepared = z.object({ since: z.iso.datetime() })

/** Stored before the first try, and handed back as `prepared`. */
export function prepareLetter(now: Date): Json {
  return { since: now.toISOString() } satisfies z.infer<typeof Prepared>
}

/** Meta's clock and ours are two. */
const ASKEW = 2 * 60_000

/** From when on a letter may stand there, Unix milliseconds: an earlier one with the same words is another. */
export function sinceOf({ prepared }: Pick<Order, 'prepared'>): number {
  const { data } = Prepared.safeParse(prepared)
  return data ? Date.parse(data.since) - ASKEW : 0
}

const Delivered = z.object({ message_id: z.string() })

/** Write to whoever has written a message: within 24 hours of their last, and by hand after that. */
export async function writeMessage(
  account: Account,
  network: Network,
  saying: Saying,
  { thread, person, link }: MessageHandle,
  signal: AbortSignal,
): Promise<Outcome> {
  const { letter } = saying
  const byHand: Outcome = { is: 'manual', link, words: answerWords(network, letter.text) }
  if (person === null) return byHand
  const look = () => letterIn(account, network, [thread], saying, signal)
  const body = { recipient: { id: person }, messaging_type: 'RESPONSE', message: { text: letter.text } }
  return deliver(account, network, saying, { body, look, byHand }, signal)
}

/** What is answered in private: a comment, or a post that somebody put on the Page's wall. */
export type Answered = { comment: string } | { post: string }

/**
 * Answer a comment by a private message, which Meta allows once and for seven days.
 * @param author the scoped id of who wrote it, by which a letter that was sent before is found; null where Meta keeps it back
 * @param link where staff see it
 */
export async function privateReply(
  account: Account,
  network: Network,
  saying: Saying,
  { to, author, link }: { to: Answered; author: string | null; link: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const recipient = 'comment' in to ? { comment_id: to.comment } : { post_id: to.post }
  const look = async (): Promise<Found> => {
    const threads = await threadsWith(account, network, to, author, signal)
    return threads === null ? 'unclear' : letterIn(account, network, threads, saying, signal)
  }
  const byHand: Outcome = { is: 'manual', link, words: privateWords(network, saying.letter.text) }
  const body = { recipient, message: { text: saying.letter.text } }
  return deliver(account, network, saying, { body, look, byHand, isOnce: true }, signal)
}

type Found = Sighting<{ message: string }>

interface Delivery {
  body: Readonly<Record<string, unknown>>
  /** Whether it was delivered by an earlier try. */
  look: () => Promise<Found>
  /** What staff are asked to do where no program can. */
  byHand: Outcome
  /** Whether Meta itself takes no second one. */
  isOnce?: true
}

async function deliver(
  account: Account,
  network: Network,
  saying: Saying,
  { body, look, byHand, isOnce }: Delivery,
  signal: AbortSignal,
): Promise<Outcome> {
  const { letter } = saying
  const unfit = whyUnfit(network, letter.text)
  if (unfit !== null) return refused(unfit)
  try {
    if (saying.attempt > 1) {
      const before = await look()
      if (before === 'unclear' && !isOnce) return { is: 'unconfirmed', because: unclear(network) }
      if (before && before !== 'unclear') return { is: 'already-done', receipt: before }
    }
    const { id } = await account.page(signal)
    const sending = { method: 'POST', path: `${id}/messages`, body, bucket: 'messenger', says: letter.text } as const
    const { message_id: message } = await account.graph.send(sending, Delivered, signal)
    return { is: 'done', receipt: { message } }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Unconfirmed) return afterLoss(look, lostAnswer(network), signal)
    if (isRefusal(error, 'replied', 'duplicate')) return repliedBefore(account, network, saying, look, signal)
    if (isRefusal(error, 'window', 'permission')) return byHand
    if (isRefusal(error, 'unanswerable')) return refused(UNANSWERABLE)
    if (isRefusal(error, 'unreachable')) return refused(unreachable(network))
    return outcomeOf(error, account, saying, APP[network])
  }
}

/** Meta says that there was a private reply before: this letter's own, or somebody else's. */
async function repliedBefore(
  account: Account,
  network: Network,
  saying: Saying,
  look: Delivery['look'],
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const there = await look()
    if (there === 'unclear' && saying.attempt > 1) return { is: 'unconfirmed', because: unclear(network) }
    return there === null || there === 'unclear' ? refused(REPLIED) : { is: 'already-done', receipt: there }
  } catch (error) {
    signal.throwIfAborted()
    // Nothing was written, so it can be asked once more.
    return outcomeOf(error, account, saying, APP[network])
  }
}

/** One of the account's own messages with these words. */
async function letterIn(
  account: Account,
  network: Network,
  threads: readonly string[],
  saying: Saying,
  signal: AbortSignal,
): Promise<Found> {
  const since = sinceOf(saying)
  const me = await meIn(account, network, signal)
  let isClear = true
  for (const thread of threads) {
    const { messages } = await messagesSince(account, thread, since, signal, true)
    const recent = messages.filter((message) => (timeOf(message) ?? since) >= since)
    const ours = recent.find((message) => isLetter(message, saying.letter, me))
    if (ours) return { message: ours.id }
    // Of some Meta tells no more than that they are there.
    if (recent.some(({ from, message }) => from === undefined && message === undefined)) isClear = false
  }
  return isClear ? null : 'unclear'
}

const isLetter = (message: Message, { text }: Letter, me: Me): boolean =>
  isOwn(message, me) && areSameWords(message.message ?? '', text)

const Replied = z.object({ private_reply_conversation: z.object({ id: z.string() }).optional().catch(undefined) })

/** The conversations in which a private reply would stand; null where that can't be told. */
async function threadsWith(
  account: Account,
  network: Network,
  to: Answered,
  author: string | null,
  signal: AbortSignal,
): Promise<string[] | null> {
  if (author !== null) return threadsOf(account, network, author, signal)
  // Only Facebook's comments name it.
  if (network !== 'facebook' || !('comment' in to)) return null
  const query = { fields: 'private_reply_conversation' }
  const asking = { path: to.comment, query, bucket: 'pages' as const, acting: true as const }
  const { private_reply_conversation: conversation } = await account.graph.get(asking, Replied, signal)
  return conversation ? [conversation.id] : []
}

/** Wherever it lies: Serjeant itself may have moved it to spam. */
async function threadsOf(
  account: Account,
  network: Network,
  person: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  let isClear = true
  for (const folder of [INBOX, ...ASIDE]) {
    try {
      const theirs = await conversationsWith(account, network, person, folder, signal)
      if (theirs?.length) return theirs
      if (theirs === null) isClear = false
    } catch (error) {
      if (!isMissing(folder, error)) throw error
    }
  }
  return isClear ? [] : null
}

/** Messenger counts characters, Instagram the bytes that they take. */
export const LONGEST = { facebook: 2000, instagram: 1000 } as const

function whyUnfit(network: Network, text: string): string | null {
  const length = network === 'facebook' ? text.length : Buffer.byteLength(text)
  if (length <= LONGEST[network]) return null
  return `${APP[network]} takes ${LONGEST[network]} characters in a message; this has ${length}. Shorten the text.`
}

const UNANSWERABLE =
  'Meta allows one private answer to a comment, within seven days, and none to another Page. Here it allows none, or no longer.'
const REPLIED =
  'There was a private answer to this already, by somebody else or with other words. Meta allows only one.'
const unreachable = (network: Network): string =>
  `${APP[network]} says that this person can’t be reached: they may have blocked the account, left, or take no messages.`
const unclear = (network: Network): string =>
  `It can’t be told whether this was sent already. Look in the inbox on ${APP[network]}.`
const lostAnswer = (network: Network): string =>
  `${APP[network]}’s answer was lost, and what was sent is not to be seen there. Look in the inbox before it is sent again.`
