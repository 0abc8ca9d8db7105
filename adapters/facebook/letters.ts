import { z } from 'zod'
import type { Account, Rows } from '../meta/graph.ts'
import { privateReply, type Saying, writeMessage } from '../meta/letters.ts'
import { MessageHandle } from '../meta/messages.ts'
import { refused } from '../meta/outcome.ts'
import { publish, type Said } from '../meta/replies.ts'
import type { Order, Outcome } from '../platform.ts'
import { CommentHandle, MentionHandle } from './map.ts'
import { linkTo } from './people.ts'
import { commentWords, messageWords } from './words.ts'

/** The office's standard answer, in public or in private. */

/** @throws PlatformError, Refusal */
export async function answer(account: Account, order: Order & Saying, signal: AbortSignal): Promise<Outcome> {
  const { item, action, author, letter } = order
  if (!item) return refused('The order names nothing on Facebook that could be answered.')
  const message = MessageHandle.safeParse(item.handle).data
  if (message) return writeMessage(account, 'facebook', order, message, signal)
  const link = linkTo(item)
  const isPrivate = action === 'warn' || account.settings.answer === 'private-reply'
  const whom = { author: author?.id ?? null, link }
  const comment = item.kind === 'comment' ? CommentHandle.safeParse(item.handle).data : undefined
  const { name } = await account.page(signal)
  if (comment) {
    if (isPrivate) return privateReply(account, 'facebook', order, { to: { comment: item.id }, ...whom }, signal)
    return under(account, order, comment.parent ?? item.id, refused(TAKES_NONE), signal)
  }
  const mention = MentionHandle.safeParse(item.handle).data
  if (!mention) return refused('It is not known where on Facebook this stands.')
  if (isPrivate && mention.wall)
    return privateReply(account, 'facebook', order, { to: { post: item.id }, ...whom }, signal)
  if (action === 'warn') return { is: 'manual', link, words: messageWords(name, letter.text) }
  const byHand: Outcome = { is: 'manual', link, words: commentWords(name, letter.text) }
  return mention.wall ? under(account, order, item.id, byHand, signal) : byHand
}

const Row = z.object({
  id: z.string(),
  message: z.string().catch(''),
  created_time: z.string().optional().catch(undefined),
  from: z.object({ id: z.string() }).optional().catch(undefined),
})

/**
 * Below a comment, or below a visitor's post. An answer to an answer goes below the first comment, beside those to others; no
 * stranger's name is put in front, since they choose what it says.
 */
async function under(
  account: Account,
  saying: Saying,
  place: string,
  impossible: Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  const { id: page } = await account.page(signal)
  const text = saying.letter.text.trim()
  const path = `${place}/comments`
  const query = { fields: 'id,message,created_time,from{id}', order: 'reverse_chronological', limit: 50 }
  const list = async (next: string | null): Promise<Rows<Said>> => {
    const from = next === null ? { path, query } : { next }
    const found = await account.graph.list({ ...from, bucket: 'pages', acting: true }, Row, signal)
    const rows = found.rows.map(({ id, message, created_time: at, from: by }) => ({
      id,
      text: message,
      at,
      isOwn: by?.id === page,
    }))
    return { rows, next: found.next }
  }
  const sending = { method: 'POST', path, body: { message: text }, bucket: 'pages' } as const
  return publish(account, 'facebook', saying, { text, sending, list, impossible }, signal)
}

const TAKES_NONE =
  'Facebook takes no answer there: the comment is hidden, or comments on the post are closed. Answer by hand, if at all.'
