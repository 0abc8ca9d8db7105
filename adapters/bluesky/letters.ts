import { type Letter, lengthOf, type Order, type Outcome } from '../platform.ts'
import { type Account, postsOn, unseen } from './account.ts'
import { type MessageHandle, POST, type PostHandle } from './map.ts'
import { messagesIn } from './messages.ts'
import { create, erase, kept, Receipt } from './repo.ts'
import { Message, partsOf } from './schema.ts'

/** What the account says to a person: a reply under a post, or a message in their conversation. */

/** Bluesky counts what a reader sees as one letter. */
export const LONGEST = { post: 300, message: 1000 }

const bytes = (text: string): number => new TextEncoder().encode(text).length

function tooLong({ text }: Letter, channel: 'post' | 'message'): Outcome | null {
  const length = lengthOf(text, 'graphemes')
  const most = LONGEST[channel]
  if (length <= most) return null
  return { is: 'refused', because: `Bluesky takes ${most} letters in a ${channel}; this one has ${length}.` }
}

/** Links are made by hand: the client's own finder takes an e-mail address for a web site. Offsets count bytes. */
function facetsOf({ text, links }: Letter) {
  return links.flatMap(({ text: words, uri }) => {
    const at = text.indexOf(words)
    if (at < 0) return []
    const byteStart = bytes(text.slice(0, at))
    const features = [{ $type: 'app.bsky.richtext.facet#link', uri }]
    return [{ index: { byteStart, byteEnd: byteStart + bytes(words) }, features }]
  })
}

/** @param rkey chosen beforehand: a repeat finds the first try's reply under it */
export async function reply(
  account: Account,
  handle: PostHandle,
  letter: Letter,
  rkey: string,
  attempt: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const long = tooLong(letter, 'post')
  if (long) return long
  const parent = { uri: handle.uri, cid: handle.cid }
  const record = {
    text: letter.text,
    facets: facetsOf(letter),
    langs: ['en-GB'],
    reply: { root: handle.root, parent },
    createdAt: account.now().toISOString(),
  }
  const place = { collection: POST, rkey }
  const before = attempt > 1 ? await kept(account, place, signal) : null
  if (before) return { is: 'already-done', receipt: { uri: before.uri } }
  const no = await whyNot(account, handle.uri, signal)
  if (no) return no
  const { uri } = await create(account, place, record, signal)
  return { is: 'done', receipt: { uri } }
}

/** Bluesky takes a reply that nobody will ever be shown. */
async function whyNot(account: Account, uri: string, signal: AbortSignal): Promise<Outcome | null> {
  const [post] = await postsOn(account.lines.own, [uri], signal)
  if (!post) {
    if ((await unseen(account, [uri], signal)).length > 0) return { is: 'gone' }
    return {
      is: 'refused',
      because: 'A block stands between the account and this person: a reply would not reach them.',
    }
  }
  const { blocking, blockingByList, blockedBy } = post.author.viewer
  if (blockedBy) return { is: 'refused', because: 'This person has blocked the account: a reply would not reach them.' }
  if (blocking || blockingByList)
    return { is: 'refused', because: 'The account blocks this person: a reply would not reach them.' }
  if (post.viewer.replyDisabled)
    return { is: 'refused', because: 'This person does not let the account reply in this thread.' }
  return null
}

/**
 * Messages have no key of ours: a repeat looks for the same words, sent since the message that they answer. Both times are
 * Bluesky's: this machine's clock may be wrong by minutes.
 */
export async function send(
  account: Account,
  { convoId, sentAt }: MessageHandle,
  letter: Letter,
  attempt: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const long = tooLong(letter, 'message')
  if (long) return long
  const there = attempt > 1 ? await sentSince(account, convoId, letter.text, Date.parse(sentAt), signal) : null
  if (there === 'unclear')
    return { is: 'unconfirmed', because: 'The conversation is too long to tell whether the message was sent already.' }
  if (there) return { is: 'already-done', receipt: { convoId, messageId: there } }
  const message = { text: letter.text, facets: facetsOf(letter) }
  const sent = await account.lines.chat(signal, Message, (agent, options) =>
    agent.chat.bsky.convo.sendMessage({ convoId, message }, { ...options, encoding: 'application/json' }),
  )
  return { is: 'done', receipt: { convoId, messageId: sent.id } }
}

const PAGES = 5

async function sentSince(account: Account, convoId: string, text: string, since: number, signal: AbortSignal) {
  const did = await account.did()
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page++) {
    const { messages, cursor: next } = await messagesIn(account, convoId, cursor, signal)
    const ours = messages.find((one) => one.sender.did === did && one.text === text && Date.parse(one.sentAt) >= since)
    if (ours) return ours.id
    const oldest = messages.at(-1)
    if (next === undefined || !oldest || Date.parse(oldest.sentAt) < since) return null
    cursor = next
  }
  return 'unclear'
}

/** Take a reply back. */
export async function unsay(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  if (order.item?.kind === 'message')
    return { is: 'refused', because: 'Bluesky has no way to take back a message that was sent.' }
  const { repo, collection, rkey } = partsOf(Receipt.parse(order.receipt)?.uri ?? '')
  if (repo !== (await account.did()) || collection !== POST)
    return { is: 'refused', because: 'It is not known which reply is to be taken back.' }
  await erase(account, { collection, rkey }, signal)
  return { is: 'done', receipt: null }
}
