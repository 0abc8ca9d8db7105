import { z } from 'zod'
import { isRefusal, Unconfirmed } from '../meta/failure.ts'
import type { Account, Asking, Rows } from '../meta/graph.ts'
import { privateReply, type Saying, writeMessage } from '../meta/letters.ts'
import { MessageHandle } from '../meta/messages.ts'
import { refused } from '../meta/outcome.ts'
import type { Order, Outcome } from '../platform.ts'
import { around, myself } from './account.ts'
import { CommentHandle, isOwn, MentionHandle, profileOf } from './map.ts'
import { remove } from './moderate.ts'
import { FIELDS, Id, listOf, Remark } from './schema.ts'
import { commentWords, messageWords } from './words.ts'

/**
 * The office's standard answer, in public or in private. A public one bears the name of whoever is answered, since Instagram
 * puts all answers below the first comment, and since a second try finds the first by its words.
 */

/** What was said in public, so that it can be taken back. */
const Receipt = z.object({ comment: Id })

export async function answer(account: Account, order: Order & Saying, signal: AbortSignal): Promise<Outcome> {
  const { item, action } = order
  if (!item) return refused('The order names nothing on Instagram that could be answered.')
  const message = MessageHandle.safeParse(item.handle).data
  if (message) return writeMessage(account, 'instagram', order, message, signal)
  const comment = CommentHandle.safeParse(item.handle).data
  if (comment) {
    const isPrivate = action === 'warn' || account.settings.answer === 'private-reply'
    const to = { to: { comment: item.id }, author: order.author?.id ?? null, link: comment.permalink }
    return isPrivate
      ? privateReply(account, 'instagram', order, to, signal)
      : underComment(account, order, { id: item.id, ...comment }, signal)
  }
  const mention = MentionHandle.safeParse(item.handle).data
  if (!mention) return refused('It is not known where on Instagram this stands.')
  const { username } = await myself(account, signal)
  if (action === 'warn') {
    const link = mention.username === undefined ? mention.permalink : profileOf(mention.username)
    return { is: 'manual', link, words: messageWords(username, mention.username, order.letter.text) }
  }
  const byHand: Outcome = { is: 'manual', link: mention.permalink, words: commentWords(username, order.letter.text) }
  return mention.named ? toMention(account, order, mention, byHand, signal) : byHand
}

/** Take an answer back. */
export async function unsay(account: Account, { item, receipt }: Order, signal: AbortSignal): Promise<Outcome> {
  const said = Receipt.safeParse(receipt).data
  if (said) return remove(account, said.comment, signal)
  const isPrivate = item?.kind === 'message' || z.object({ message: z.string() }).safeParse(receipt).success
  return refused(
    isPrivate
      ? 'A private message that was sent can’t be taken back by program.'
      : 'It is not known which answer is to be taken back.',
  )
}

/** A hidden comment can't be answered, and an answer to an answer goes below the first comment. */
function underComment(
  account: Account,
  saying: Saying,
  { id, parent = id, username }: CommentHandle & { id: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const text = addressed(saying, username)
  return publish(
    account,
    saying,
    {
      text,
      path: `${parent}/replies`,
      body: { message: text },
      list: () => account.graph.list(looking(`${parent}/replies`, FIELDS.remark, 50), Remark, signal),
      impossible: refused(HIDDEN),
    },
    signal,
  )
}

/** Where the account was named, in a caption or in a comment. */
async function toMention(
  account: Account,
  saying: Saying,
  { media, comment, username }: MentionHandle,
  impossible: Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  const { me } = await around(account, signal)
  const text = addressed(saying, username)
  // Nothing that stands elsewhere can be read by its own id.
  const fields =
    comment === undefined
      ? `mentioned_media.media_id(${media}){comments.limit(50){${FIELDS.remark}}}`
      : `mentioned_comment.comment_id(${comment}){replies.limit(50){${FIELDS.remark}}}`
  return publish(
    account,
    saying,
    {
      text,
      path: `${me.id}/mentions`,
      body: { media_id: media, ...(comment === undefined ? {} : { comment_id: comment }), message: text },
      list: () => account.graph.get(looking(me.id, fields), Mentioned, signal),
      impossible,
    },
    signal,
  )
}

const looking = (path: string, fields: string, limit?: number): Asking => ({
  path,
  query: { fields, ...(limit === undefined ? {} : { limit }) },
  bucket: 'instagram',
  acting: true,
})

const addressed = ({ letter }: Saying, username: string | undefined): string =>
  username === undefined ? letter.text.trim() : `@${username} ${letter.text.trim()}`

interface Publishing {
  text: string
  path: string
  body: Readonly<Record<string, string>>
  /** Where it would stand. */
  list: () => Promise<Rows<Remark>>
  /** Meta takes no answer there. */
  impossible: Outcome
}

const Published = z.object({ id: Id })
/** In characters, as Instagram's own apps have it. */
const LONGEST = 2200

async function publish(
  account: Account,
  saying: Saying,
  { text, path, body, impossible, list }: Publishing,
  signal: AbortSignal,
): Promise<Outcome> {
  if (text.length > LONGEST)
    return refused(`Instagram takes ${LONGEST} characters in a comment; this has ${text.length}. Shorten the text.`)
  const look = () => standing(account, saying, text, list, signal)
  if (saying.attempt > 1) {
    const before = await look()
    if (before === 'unclear') return { is: 'unconfirmed', because: UNCLEAR }
    if (before) return { is: 'already-done', receipt: before }
  }
  try {
    const { id } = await account.graph.send({ method: 'POST', path, body, bucket: 'instagram' }, Published, signal)
    return { is: 'done', receipt: { comment: id } }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Unconfirmed) return afterLoss(look, signal)
    if (isRefusal(error, 'duplicate')) {
      const there = await look()
      return there === null || there === 'unclear'
        ? refused('Instagram refuses it as said before.')
        : { is: 'already-done', receipt: there }
    }
    if (isRefusal(error, 'invalid')) return impossible
    throw error
  }
}

/** What was found; null where it is nowhere. */
type Sighting = z.infer<typeof Receipt> | 'unclear' | null

/** It is looked for once, and never sent again unseen. */
async function afterLoss(look: () => Promise<Sighting>, signal: AbortSignal): Promise<Outcome> {
  try {
    const there = await look()
    if (there !== null && there !== 'unclear') return { is: 'already-done', receipt: there }
  } catch {
    // Meta is out of reach, and so is any certainty.
    signal.throwIfAborted()
  }
  return { is: 'unconfirmed', because: LOST }
}

const Prepared = z.object({ since: z.iso.datetime() })
/** Meta's clock and ours are two. */
const ASKEW = 2 * 60_000
/** Nobody gets more answers between two tries. */
const PAGES = 40

/** The account's own comment with these words, written since the order was prepared: an earlier one answers somebody else. */
async function standing(
  account: Account,
  { prepared }: Saying,
  text: string,
  list: Publishing['list'],
  signal: AbortSignal,
): Promise<Sighting> {
  const here = await around(account, signal)
  const since = Date.parse(Prepared.safeParse(prepared).data?.since ?? '') - ASKEW
  const isIt = (remark: Remark): boolean =>
    isOwn(remark, here) && remark.text.trim() === text && !(Date.parse(remark.timestamp ?? '') < since)
  let page = await list()
  for (let pages = 1; ; pages += 1) {
    const found = page.rows.find(isIt)
    if (found) return { comment: found.id }
    if (page.next === null) return null
    if (pages === PAGES) return 'unclear'
    page = await account.graph.list({ next: page.next, bucket: 'instagram', acting: true }, Remark, signal)
  }
}

const Under = z.object({ comments: listOf(Remark), replies: listOf(Remark) })
const Mentioned = z
  .object({ mentioned_media: Under.optional(), mentioned_comment: Under.optional() })
  .transform(
    (found): Rows<Remark> =>
      found.mentioned_comment?.replies ?? found.mentioned_media?.comments ?? { rows: [], next: null },
  )

const HIDDEN =
  'Instagram takes no answer there: the comment is hidden, or comments on the post are closed. Answer by hand, if at all.'
const UNCLEAR = 'There are so many answers that it can’t be told whether this was said already. Look on Instagram.'
const LOST =
  'Instagram’s answer was lost, and what was said is not to be seen there. Look on Instagram before it is said again.'
