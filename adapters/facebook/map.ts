import { z } from 'zod'
import type { Author, Media } from '../../moderation/model.ts'
import { datesSince, fingerprint } from '../meta/known.ts'
import type { Incoming, Thread } from '../platform.ts'
import { type Attachment, type Comment, Id, type Part, type Post } from './schema.ts'

/** From Facebook's words into ours. No network, no clock. */

/** What is needed later to act on a comment. */
export const CommentHandle = z.object({ post: Id, parent: Id.optional(), permalink: z.string().optional() })
export type CommentHandle = z.infer<typeof CommentHandle>

/** The same of a post that somebody else wrote. `wall`: on the Page itself, so that it can be taken down. */
export const MentionHandle = z.object({ post: Id, wall: z.boolean(), permalink: z.string().optional() })
export type MentionHandle = z.infer<typeof MentionHandle>

export interface Surroundings {
  /** The Page's id. */
  page: string
  now: Date
}

/** What is known of the post that a comment stands under. */
export type Known = Pick<Post, 'id' | 'message' | 'created_time' | 'from' | 'permalink_url'>

/** What the Page says itself is no item. Of the Page Facebook never withholds who wrote it. */
export const isOwn = ({ from }: Pick<Post, 'from'>, { page }: Pick<Surroundings, 'page'>): boolean => from?.id === page

export function incomingComment(comment: Comment, post: Known, around: Surroundings): Incoming {
  const { id, parent, attachment } = comment
  const attached = attachment ? [attachment] : []
  const permalink = facebookAt(comment.permalink_url)
  const handle = {
    post: post.id,
    ...(parent ? { parent: parent.id } : {}),
    ...(permalink === undefined ? {} : { permalink }),
  }
  const isUnderOwn = isOwn(post, around)
  const above = [...(isUnderOwn ? [] : [post]), ...(parent ? [parent] : [])]
  return {
    item: {
      id,
      kind: 'comment',
      text: comment.message ?? '',
      writtenAt: dateOf(comment.created_time, around.now),
      ...contentsOf(attached),
    },
    revision: revisionOf(comment.message, attached),
    author: authorOf(comment.from),
    conversation: {
      ...threadAt(post),
      ...(isUnderOwn ? { post: post.message ?? '', postedAt: dateOf(post.created_time, around.now) } : {}),
      above: above.map((one) => ({
        handle: one.from?.name ?? '',
        text: one.message ?? '',
        at: dateOf(one.created_time, around.now),
      })),
    },
    link: permalink ?? placeOf(id),
    handle: handle satisfies CommentHandle,
  }
}

/** A post by somebody else: on the Page's wall, or elsewhere and tagging the Page. */
export function incomingPost(post: Post, around: Surroundings): Incoming {
  const attached = post.attachments?.data ?? []
  const permalink = facebookAt(post.permalink_url)
  const handle = {
    post: post.id,
    wall: post.id.startsWith(`${around.page}_`),
    ...(permalink === undefined ? {} : { permalink }),
  }
  return {
    item: {
      id: post.id,
      kind: 'mention',
      text: post.message ?? '',
      writtenAt: dateOf(post.created_time, around.now),
      ...contentsOf(attached),
    },
    revision: revisionOf(post.message, attached),
    author: authorOf(post.from),
    conversation: { ...threadAt(post), above: [] },
    link: permalink ?? placeOf(post.id),
    handle: handle satisfies MentionHandle,
  }
}

const threadAt = ({ id, permalink_url }: Known): Pick<Thread, 'id' | 'link'> => ({
  id,
  link: facebookAt(permalink_url) ?? placeOf(id),
})

export const placeOf = (id: string): string => `https://www.facebook.com/${id}`

/** Staff press these: nothing but Facebook's own. */
function facebookAt(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { protocol, hostname, username, href } = new URL(url)
  return protocol === 'https:' && /(^|\.)facebook\.com$/.test(hostname) && username === '' ? href : undefined
}

/** Facebook opened in February 2004. */
export const dateOf = datesSince(Date.UTC(2004, 1, 4))

/** The id is the person's within this Page, and nowhere else. */
function authorOf(from: Post['from']): Author | null {
  return from ? { platform: 'facebook', id: from.id, handle: from.name ?? from.id } : null
}

function contentsOf(attached: readonly Attachment[]): { links: string[]; media: Media[] } {
  const parts = partsOf(attached)
  const links = parts.flatMap((part) => (mediumOf(part) === 'link' ? (placeIn(part) ?? []) : []))
  return { links: [...new Set(links)], media: parts.map(mediaOf) }
}

/** An album is what it holds. */
const partsOf = (attached: readonly Attachment[]): Part[] =>
  attached.flatMap((one) => (one.subattachments?.data.length ? one.subattachments.data : [one]))

/** Of an animation there is a still, which can be looked at like any picture. */
function mediumOf({ type = '' }: Part): Media['kind'] {
  if (/photo|sticker|animated|album|cover|profile_media/.test(type)) return 'image'
  if (type.includes('video')) return 'video'
  if (/share|link|event|note|map/.test(type)) return 'link'
  return 'other'
}

function mediaOf(part: Part): Media {
  const kind = mediumOf(part)
  const url = kind === 'link' ? placeIn(part) : (part.media?.image?.src ?? placeIn(part))
  const words = [part.title, part.description].filter((text) => text !== undefined && text !== '').join(' – ')
  return { kind, ...(words ? { alt: words } : {}), ...(url === undefined ? {} : { url }) }
}

/** Where it leads: Facebook sends people there by a place of its own, whose address is another each time. */
function placeIn({ url, target }: Part): string | undefined {
  const place = url ?? target?.url
  if (place === undefined || !URL.canParse(place)) return undefined
  const { hostname, pathname, searchParams, href } = new URL(place)
  const isDetour = /^lm?\.facebook\.com$/.test(hostname) && pathname === '/l.php'
  return isDetour ? (searchParams.get('u') ?? href) : href
}

/**
 * An edit shows by nothing but its contents. Addresses of pictures are no part of them: each time they are others.
 */
function revisionOf(text = '', attached: readonly Attachment[] = []): string {
  const parts = partsOf(attached).map((part) => [part.type ?? '', identityOf(part)])
  return fingerprint(JSON.stringify([text, parts]), 'base64url')
}

function identityOf(part: Part): string {
  if (part.target?.id !== undefined) return part.target.id
  const place = placeIn(part) ?? part.media?.image?.src
  if (place === undefined || !URL.canParse(place)) return ''
  const { hostname, pathname, search } = new URL(place)
  return isStore(hostname) ? (pathname.split('/').at(-1) ?? '') : `${hostname}${pathname}${search}`
}

const isStore = (hostname: string): boolean => /(^|\.)(fbcdn\.net|fbsbx\.com)$/.test(hostname)
