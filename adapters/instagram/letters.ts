import { z } from 'zod'
import type { Account, Rows } from '../meta/graph.ts'
import { privateReply, type Saying, writeMessage } from '../meta/letters.ts'
import { MessageHandle } from '../meta/messages.ts'
import { refused } from '../meta/outcome.ts'
import { publish, type Said } from '../meta/replies.ts'
import type { Order, Outcome } from '../platform.ts'
import { around } from './account.ts'
import { type Around, CommentHandle, isOwn, MentionHandle, profileOf } from './map.ts'
import { isHidden } from './moderate.ts'
import { FIELDS, listOf, Remark } from './schema.ts'
import { commentWords, messageWords } from './words.ts'

/**
 * The office's standard answer, in public or in private. No stranger's name is put in front of a public one, since they choose what
 * it says.
 */

/** @throws PlatformError, Refusal */
export async function answer(account: Account, order: Order & Saying, signal: AbortSignal): Promise<Outcome> {
  const { item, action, author, letter } = order
  if (!item) return refused('The order names nothing on Instagram that could be answered.')
  const message = MessageHandle.safeParse(item.handle).data
  if (message) return writeMessage(account, 'instagram', order, message, signal)
  const here = await around(account, signal)
  const comment = CommentHandle.safeParse(item.handle).data
  if (comment) {
    const isPrivate = action === 'warn' || account.settings.answer === 'private-reply'
    const to = { to: { comment: item.id }, author: author?.id ?? null, link: comment.permalink }
    const said = isPrivate ? null : await underComment(account, order, comment.parent ?? item.id, here, signal)
    // Whose comment is hidden is told in private where to turn: before a block, that is everybody.
    if (said === null || (said === TAKES_NONE && (await isHidden(account, item.id, signal))))
      return privateReply(account, 'instagram', order, to, signal)
    return said
  }
  const mention = MentionHandle.safeParse(item.handle).data
  if (!mention) return refused('It is not known where on Instagram this stands.')
  const { username: own } = here.me
  if (action === 'warn') {
    const link = mention.username === undefined ? mention.permalink : profileOf(mention.username)
    return { is: 'manual', link, words: messageWords(own, mention.username, letter.text) }
  }
  const byHand: Outcome = { is: 'manual', link: mention.permalink, words: commentWords(own, letter.text) }
  return mention.named ? toMention(account, order, mention, { here, byHand }, signal) : byHand
}

/** An answer to an answer goes below the first comment, wherever it is sent: there it is looked for. */
function underComment(
  account: Account,
  saying: Saying,
  place: string,
  here: Around,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = `${place}/replies`
  const query = { fields: FIELDS.remark, limit: 50 }
  const text = saying.letter.text.trim()
  return publish(
    account,
    'instagram',
    saying,
    {
      text,
      sending: { method: 'POST', path, body: { message: text }, bucket: 'instagram' },
      list: async (next) => {
        const from = next === null ? { path, query } : { next }
        return saidIn(await account.graph.list({ ...from, bucket: 'instagram', acting: true }, Remark, signal), here)
      },
      impossible: TAKES_NONE,
    },
    signal,
  )
}

/** Where the account was named, in a caption or in a comment. Nothing that stands elsewhere can be read by its own id. */
function toMention(
  { graph }: Account,
  saying: Saying,
  { media, comment }: MentionHandle,
  { here, byHand }: { here: Around; byHand: Outcome },
  signal: AbortSignal,
): Promise<Outcome> {
  const own = here.me.id
  const text = saying.letter.text.trim()
  const fields =
    comment === undefined
      ? `mentioned_media.media_id(${media}){comments.limit(50){${FIELDS.remark}}}`
      : `mentioned_comment.comment_id(${comment}){replies.limit(50){${FIELDS.remark}}}`
  const place = { media_id: media, ...(comment === undefined ? {} : { comment_id: comment }) }
  const asking = { bucket: 'instagram', acting: true } as const
  return publish(
    { graph },
    'instagram',
    saying,
    {
      text,
      sending: { method: 'POST', path: `${own}/mentions`, body: { ...place, message: text }, bucket: 'instagram' },
      list: async (next) =>
        saidIn(
          next === null
            ? await graph.get({ path: own, query: { fields }, ...asking }, Mentioned, signal)
            : await graph.list({ next, ...asking }, Remark, signal),
          here,
        ),
      impossible: byHand,
    },
    signal,
  )
}

const TAKES_NONE = refused(
  'Instagram takes no answer there: comments on the post are closed, or this one can’t be answered. Answer by hand, if at all.',
)

const Under = z.object({ comments: listOf(Remark), replies: listOf(Remark) })
const Mentioned = z
  .object({ mentioned_media: Under.optional(), mentioned_comment: Under.optional() })
  .transform(
    (found): Rows<Remark> =>
      found.mentioned_comment?.replies ?? found.mentioned_media?.comments ?? { rows: [], next: null },
  )

function saidIn({ rows, next }: Rows<Remark>, here: Around): Rows<Said> {
  const said = rows.map((one) => ({ id: one.id, text: one.text, at: one.timestamp, isOwn: isOwn(one, here) }))
  return { rows: said, next }
}
