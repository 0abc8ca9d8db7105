import { z } from 'zod'
import { enough } from '../meta/enough.ts'
import { isOfOne, isRefusal } from '../meta/failure.ts'
import type { Account } from '../meta/graph.ts'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { around, DAY, paged } from './account.ts'
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
const Waiting = Told.extend({
  /** Unix milliseconds: since when it could not be looked up. */
  failing: z.number().nullable().default(null),
})
type Waiting = z.infer<typeof Waiting>

const Cursor = z.object({ left: z.array(Waiting) })

/** Looked up in one call of the source, which may take a minute. */
const BATCH = 20
const MINUTE = 60_000
/** Nothing lists it: what can't be looked up is tried as long as Meta may be in trouble. Milliseconds. */
const GIVE_UP = DAY

/** One that can't be looked up comes last the next time: it must not keep Serjeant from the others. */
export async function fetchMentions(account: Account, request: FetchRequest): Promise<Page> {
  const isEnough = enough(account)
  const here = await around(account, request.signal)
  const before = Cursor.safeParse(request.cursor).data?.left ?? []
  const told = request.hints.flatMap(({ value }) => Told.safeParse(value).data ?? [])
  // What has not failed goes before what has.
  const left: Waiting[] = [...before, ...told.map((one) => ({ ...one, failing: null }))].sort(byTrouble)
  const items: Incoming[] = []
  let rest: Page['rest']
  for (let looks = 0; looks < BATCH && !rest && !(looks > 0 && isEnough()); looks += 1) {
    const one = left.shift()
    if (!one) break
    try {
      const found = await lookUp(account, one, here, request.signal)
      if (found) items.push(found)
    } catch (error) {
      // Of a private account nobody may see it; or a right was taken away, and comes back.
      if (!isOfOne(error) && !isRefusal(error, 'permission')) {
        // What was read is handed back first; the next call meets the same again.
        if (looks === 0 || request.signal.aborted) throw error
        left.unshift(one)
        break
      }
      rest = putOff(left, one, account.now().getTime())
    }
  }
  const cursor: z.infer<typeof Cursor> = { left }
  return paged(account, { items, cursor, more: left.length > 0, ...(rest ? { rest } : {}) })
}

/** Those that have not failed in the order they came, then the others as they took their turns. */
const byTrouble = (one: Waiting, other: Waiting): number =>
  Number(one.failing !== null) - Number(other.failing !== null)

function putOff(left: Waiting[], one: Waiting, now: number): NonNullable<Page['rest']> {
  const failing = one.failing ?? now
  const isGivenUp = now - failing >= GIVE_UP
  if (!isGivenUp) left.push({ ...one, failing })
  const isOthers = left.some((other) => other.failing === null)
  return { till: new Date(now + (isOthers ? 1 : 10) * MINUTE), ...(isGivenUp ? { because: UNREADABLE } : {}) }
}

const UNREADABLE =
  'Instagram told of a post or comment that names the account, but for a day did not show it. Please look through the account’s notifications on Instagram itself.'

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
    if (isRefusal(error, 'gone', 'invalid', 'closed')) return null
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
