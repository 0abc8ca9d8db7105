import { z } from 'zod'
import type { Letter, Order, Outcome } from '../platform.ts'
import type { Account } from './account.ts'
import { type Price, X } from './endpoints.ts'
import { isRefusal, Unconfirmed } from './failure.ts'
import { type PostHandle, plain, postAt } from './map.ts'
import { refused } from './outcome.ts'
import { afterLoss, bears, isSigned, referenceOf, type Sighting, seek, signed, UNCLEAR } from './reference.ts'
import { Id, Listed, LookedUp, Post, readable } from './schema.ts'
import { LONGEST_POST, linksIn, weigh } from './weigh.ts'
import { answerWords } from './words.ts'

/** What the account says in public: a reply to a person, or one answer for all under the MP's own post. */

/** What is to be said, and to whom. */
export interface Saying extends Pick<Order, 'action' | 'attempt'> {
  letter: Letter
  /** Of this order's own. */
  reference: string
}

export const Receipt = z.object({ post: Id })

const receiptOf = ({ id }: { id: string }): z.infer<typeof Receipt> => ({ post: id })
const alreadyDone = (post: { id: string }): Outcome => ({ is: 'already-done', receipt: receiptOf(post) })

const NOT_SUMMONED =
  'X lets a program answer only people who have named the account themselves in the post, or quoted it, and this is not under a post of the account’s own either. Answer by hand, if at all.'
const NOT_UNDER_OWN =
  'X lets a program answer only people who have named the account themselves in the post, or quoted it; and "redirectUnderOwnPost" is off. Answer by hand, if at all.'

const NOT_UNDER_ANY = 'X refuses an answer under the account’s own post too. Answer by hand, if at all.'

/** Say it where X lets it be said: to the person, or else once for everybody in a conversation that the account began. */
export async function answer(
  account: Account,
  saying: Saying,
  handle: PostHandle,
  signal: AbortSignal,
): Promise<Outcome> {
  const { settings } = account
  if (handle.summoned || settings.tier === 'enterprise') {
    const outcome = await reply(account, saying, handle, signal)
    if (outcome !== 'not summoned') return outcome
  }
  if (saying.action === 'warn') {
    const words = answerWords((await account.me(signal)).handle, saying.letter.text)
    return { is: 'manual', link: postAt(handle.post), words }
  }
  if (!handle.own) return refused(NOT_SUMMONED)
  if (!settings.redirectUnderOwnPost) return refused(NOT_UNDER_OWN)
  return underOwnPost(account, saying.letter, handle, signal)
}

async function reply(
  account: Account,
  { letter, reference, attempt }: Saying,
  { post }: PostHandle,
  signal: AbortSignal,
): Promise<Outcome | 'not summoned'> {
  const look = () => ownPost(account, post, ({ text }) => bears(text, reference), signal)
  if (attempt > 1) {
    const before = await look()
    if (before === 'unclear') return { is: 'unconfirmed', because: UNCLEAR }
    if (before) return alreadyDone(before)
  }
  const price = account.settings.tier === 'enterprise' ? 'Post: Create' : 'Post: Create (summoned reply)'
  return publish(account, { text: signed(letter, reference), to: post, price, look }, signal)
}

/**
 * One redirect for all who are in a conversation, and so with a reference of the conversation's own: should two processes
 * write it in one moment, both texts are the same, and X refuses the second. One that staff wrote by hand counts too.
 */
async function underOwnPost(
  account: Account,
  letter: Letter,
  { conversation, root }: PostHandle,
  signal: AbortSignal,
): Promise<Outcome> {
  const reference = referenceOf(conversation)
  const isRedirect = ({ answers, text }: Post): boolean =>
    bears(text, reference) ||
    ((answers === root || answers === conversation) && (isSigned(text) || plain(text).includes(letter.text.trim())))
  const look = () => ownPost(account, conversation, isRedirect, signal)
  const before = await look()
  if (before === 'unclear') return refused(UNCLEAR)
  if (before) return alreadyDone(before)
  const outcome = await publish(
    account,
    { text: signed(letter, reference), to: root, price: 'Post: Create', look },
    signal,
  )
  return outcome === 'not summoned' ? refused(NOT_UNDER_ANY) : outcome
}

interface Publishing {
  text: string
  /** The post answered. */
  to: string
  price: Price
  /** Whether it is there. */
  look: () => Promise<Sighting>
}

const Published = z.object({ data: z.object({ id: Id }) })

async function publish(
  { client }: Account,
  { text, to, price, look }: Publishing,
  signal: AbortSignal,
): Promise<Outcome | 'not summoned'> {
  const unfit = whyUnfit(text)
  if (unfit) return refused(unfit)
  const sent = { body: { text, reply: { in_reply_to_tweet_id: to } }, price }
  try {
    const { data } = await client.send(X.post, sent, Published, signal)
    return { is: 'done', receipt: receiptOf(data) }
  } catch (error) {
    if (isRefusal(error, 'not-summoned')) return 'not summoned'
    if (error instanceof Unconfirmed) return afterLoss(look, alreadyDone, signal)
    if (isRefusal(error, 'duplicate')) {
      const there = await look()
      return there === null || there === 'unclear' ? refused('X refuses it as said before.') : alreadyDone(there)
    }
    if (isRefusal(error, 'forbidden'))
      return refused('X refuses this answer: the author may have blocked the account, or closed the conversation.')
    throw error
  }
}

function whyUnfit(text: string): string | null {
  const [link] = linksIn(text)
  if (link !== undefined)
    return `X would make a link of “${link}”, and charges thirteen times as much for a post with a link. Take it out of the text; telephone number and e-mail address may stay.`
  const weight = weigh(text)
  if (weight <= LONGEST_POST) return null
  return `X takes ${LONGEST_POST} characters in a post; this has ${weight} with its reference. Shorten the text.`
}

/** One of the account's own posts written after another. */
async function ownPost(
  account: Account,
  after: string,
  isIt: (post: Post) => boolean,
  signal: AbortSignal,
): Promise<Sighting> {
  const { id } = await account.me(signal)
  return seek(async (token) => {
    const query = { since_id: after, ...(token === null ? {} : { pagination_token: token }) }
    const { data, next } = await account.client.get(X.ownPosts, { params: { id }, query, acting: true }, Listed, signal)
    return { found: readable(Post, data).find(isIt), next }
  })
}

const Deleted = z.object({ data: z.object({ deleted: z.boolean() }) })

/** Delete a post of the account's own. */
export async function erase(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const isDone = await account.client.send(X.deletePost, { params: { id } }, Deleted, signal).then(
    ({ data }) => data.deleted,
    (error: unknown) => {
      if (isRefusal(error, 'gone', 'forbidden')) return false
      throw error
    },
  )
  if (isDone) return { is: 'done', receipt: null }
  // X does not say whether it refuses what is somebody else's or what is gone already.
  const me = await account.me(signal)
  const { data } = await account.client.get(X.posts, { query: { ids: id }, acting: true }, LookedUp, signal)
  const [post] = readable(Post, data)
  if (!post) return { is: 'already-done', receipt: null }
  return refused(post.author === me.id ? 'X refuses to delete it.' : 'This is not a post of the account’s own.')
}
