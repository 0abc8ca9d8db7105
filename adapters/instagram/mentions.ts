import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { Account } from '../meta/graph.ts'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { around, paged } from './account.ts'
import { type Around, incomingComment, incomingMention, incomingPost, isOwn } from './map.ts'
import { Alone, FIELDS, Id, OtherPost } from './schema.ts'

/**
 * Captions and comments elsewhere that name the account. Instagram lists them nowhere: it tells its webhook which they are, and
 * each can then be looked up, by a way of its own.
 */

/** What the webhook said: the post, and the comment where it is one. */
const Told = z.object({ media: Id, comment: Id.nullable().default(null) })
type Told = z.infer<typeof Told>

/** The service forgets a hint with the page that follows it, so what is still to be looked up stands in the cursor. */
const Cursor = z.object({ left: z.array(Told) })

/** Looked up in one call of the source, which may take a minute. */
const BATCH = 20

export async function fetchMentions(account: Account, request: FetchRequest): Promise<Page> {
  const here = await around(account, request.signal)
  const waiting = Cursor.safeParse(request.cursor).data?.left ?? []
  const all = [...waiting, ...request.hints.flatMap(({ value }) => Told.safeParse(value).data ?? [])]
  const items: Incoming[] = []
  for (const told of all.slice(0, BATCH)) {
    const found = await lookUp(account, told, here, request.signal)
    if (found) items.push(found)
  }
  const left = all.slice(BATCH)
  return paged(account, { items, cursor: { left } satisfies z.infer<typeof Cursor>, more: left.length > 0 })
}

/** @returns null where it is gone again, or nobody may see it */
async function lookUp(account: Account, told: Told, here: Around, signal: AbortSignal): Promise<Incoming | null> {
  try {
    if (told.comment === null) return incomingPost(await mentionedPost(account, told.media, here, signal), here)
    const comment = await mentionedComment(account, told.comment, here, signal)
    if (isOwn(comment, here)) return null
    const post = comment.media ?? { id: told.media }
    // Somebody may name the account under its own post.
    const isTheirs = post.username?.toLowerCase() !== here.me.username.toLowerCase()
    return isTheirs ? incomingMention(comment, post, here) : incomingComment(comment, post, null, here)
  } catch (error) {
    if (isRefusal(error, 'gone', 'invalid')) return null
    throw error
  }
}

/**
 * A comment elsewhere: only so, never by its own id.
 * @throws PlatformError, Refusal
 */
async function mentionedComment({ graph }: Account, id: string, { me }: Around, signal: AbortSignal): Promise<Alone> {
  const asking = (fields: string) =>
    graph.get(
      { path: me.id, query: { fields: `mentioned_comment.comment_id(${id}){${fields}}` }, bucket: 'instagram' },
      z.object({ mentioned_comment: Alone }),
      signal,
    )
  // Meta's documentation names fewer fields than its specification.
  const { mentioned_comment } = await asking(FIELDS.alone).catch((error: unknown) => {
    if (isRefusal(error, 'invalid')) return asking('id,text,timestamp,media')
    throw error
  })
  return mentioned_comment
}

/** @throws PlatformError, Refusal */
async function mentionedPost(
  { graph }: Account,
  id: string,
  { me }: Around,
  signal: AbortSignal,
): Promise<z.infer<typeof OtherPost>> {
  const asking = (fields: string) =>
    graph.get(
      { path: me.id, query: { fields: `mentioned_media.media_id(${id}){${fields}}` }, bucket: 'instagram' },
      z.object({ mentioned_media: OtherPost }),
      signal,
    )
  const { mentioned_media } = await asking(FIELDS.otherPost).catch((error: unknown) => {
    if (isRefusal(error, 'invalid')) return asking('id,caption,timestamp,username,media_type,media_url')
    throw error
  })
  return mentioned_media
}
