import { z } from 'zod'
import type { Author, Item, ItemKind, Media } from '../../moderation/model.ts'
import { datesSince, fingerprint } from '../meta/known.ts'
import type { Incoming, Thread } from '../platform.ts'
import { Id, type OtherPost, type Post, type Remark } from './schema.ts'

/** From Instagram's words into ours. No network, no clock. */

/** What is needed later to act on a comment under the account's own post. */
export const CommentHandle = z.object({
  post: Id,
  /** Comments are answered one level deep: the comment that this one is an answer to. */
  parent: Id.optional(),
  /** Of whoever wrote it; known also where Meta keeps their id back. */
  username: z.string().optional(),
  permalink: z.string(),
})
export type CommentHandle = z.infer<typeof CommentHandle>

/** The same for somebody else's post that tags or names the account, and for a comment there. */
export const MentionHandle = z.object({
  media: Id,
  comment: Id.optional(),
  username: z.string().optional(),
  permalink: z.string(),
  /** It names the account in words: only then may the account answer. A tag on a picture does not do. */
  named: z.boolean(),
})
export type MentionHandle = z.infer<typeof MentionHandle>

/** Where staff find an item that is no message, and by whom it is. */
export function placeOf(handle: unknown): { permalink: string; username: string | undefined } | null {
  const { data } = CommentHandle.or(MentionHandle).safeParse(handle)
  return data ? { permalink: data.permalink, username: data.username } : null
}

/** The account itself, and what time it is. */
export interface Around {
  me: { id: string; username: string }
  now: Date
}

/** Names a text: comments have no time of change, so an edit shows by nothing else. */
const revisionOf = (text: string): string => fingerprint(text, 'hex')

/** Whether the account wrote it. Only where the id is kept back the username tells: a stranger may take one that was given up. */
export function isOwn({ from, username }: Pick<Remark, 'from' | 'username'>, { me }: Around): boolean {
  if (from?.id !== undefined) return from.id === me.id
  return (from?.username ?? username)?.toLowerCase() === me.username.toLowerCase()
}

/** Whether a text names the account. */
export function isNamed(text: string, username: string): boolean {
  const name = username.replaceAll('.', '\\.')
  return new RegExp(`@${name}(?![\\w.]*\\w)`, 'i').test(text)
}

/** A comment, or an answer to one, under a post of the account's own. */
export function incomingComment(remark: Remark, post: Post, parent: Remark | null, around: Around): Incoming {
  const handle = {
    post: post.id,
    ...(parent ? { parent: parent.id } : {}),
    ...named(remark),
    permalink: linkOf(post),
  }
  return {
    ...told(remark, 'comment', [], around),
    author: authorOf(remark),
    conversation: threadOf(post, parent, true, around),
    link: linkOf(post),
    handle: handle satisfies CommentHandle,
  }
}

/** A comment somewhere else that names the account. */
export function incomingMention(remark: Remark, post: Post, around: Around): Incoming {
  const handle = {
    media: post.id,
    comment: remark.id,
    ...named(remark),
    permalink: linkOf(post),
    named: true,
  }
  return {
    ...told(remark, 'mention', [], around),
    author: authorOf(remark),
    conversation: threadOf(post, null, false, around),
    link: linkOf(post),
    handle: handle satisfies MentionHandle,
  }
}

/** Somebody else's post that tags or names the account. Meta never says whose it is, but by their username. */
export function incomingPost(post: OtherPost, around: Around): Incoming {
  const { id, caption = '', timestamp, username } = post
  const handle = {
    media: id,
    ...(username === undefined ? {} : { username }),
    permalink: linkOf(post),
    named: isNamed(caption, around.me.username),
  }
  return {
    ...told({ id, text: caption, timestamp }, 'mention', mediaOf(post), around),
    author: null,
    conversation: null,
    link: linkOf(post),
    handle: handle satisfies MentionHandle,
  }
}

function told(
  { id, text, timestamp }: Pick<Remark, 'id' | 'text' | 'timestamp'>,
  kind: ItemKind,
  media: Media[],
  { now }: Around,
): Pick<Incoming, 'item' | 'revision'> {
  const item: Item = { id, kind, text, writtenAt: dateOf(timestamp, now), links: [], media }
  return { item, revision: revisionOf(text) }
}

function named({ from, username }: Remark): { username?: string } {
  const name = from?.username ?? username
  return name === undefined ? {} : { username: name }
}

/** A username alone is no author: it can be given up, and then belongs to somebody else. */
function authorOf(remark: Remark): Author | null {
  const { from } = remark
  return from ? { platform: 'instagram', id: from.id, handle: named(remark).username ?? from.id } : null
}

/** A film's address opens a film; only pictures are kept. */
function mediaOf({ media_type, media_url }: OtherPost): Media[] {
  if (media_type === 'VIDEO') return [{ kind: 'video' }]
  return media_url === undefined ? [] : [{ kind: 'image', url: media_url }]
}

function threadOf(post: Post, parent: Remark | null, own: boolean, { now }: Around): Thread {
  const { caption = '', timestamp, username } = post
  const started = { text: caption, at: dateOf(timestamp, now) }
  const above = [
    ...(own || caption === '' ? [] : [{ handle: username ?? '', ...started }]),
    ...(parent ? [{ handle: named(parent).username ?? '', text: parent.text, at: dateOf(parent.timestamp, now) }] : []),
  ]
  return { id: post.id, ...(own ? { post: started.text, postedAt: started.at } : {}), link: linkOf(post), above }
}

/** Comments have no address of their own. */
function linkOf({ permalink, username }: Post): string {
  return permalink ?? profileOf(username)
}

export function profileOf(username: string | undefined): string {
  return username === undefined ? 'https://www.instagram.com/' : `https://www.instagram.com/${username}/`
}

/** Instagram opened in October 2010. */
export const dateOf = datesSince(Date.UTC(2010, 9, 6))
