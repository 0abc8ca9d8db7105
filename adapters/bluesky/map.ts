import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Author, Item, ItemKind, Media } from '../../moderation/model.ts'
import type { Incoming, Json, Thread } from '../platform.ts'
import {
  type Attachment,
  Embed,
  LinkFacet,
  type Message,
  type PostRecord,
  type PostView,
  type Profile,
  partsOf,
  StrongRef,
} from './schema.ts'

/** From Bluesky's words into ours. No network, no clock. */

export const POST = 'app.bsky.feed.post'

/** What is needed later to act on a post. */
export const PostHandle = z.object({
  uri: z.string(),
  cid: z.string(),
  root: StrongRef,
  /** The account's own post that it quotes. */
  quotes: z.string().nullable(),
})
export type PostHandle = z.infer<typeof PostHandle>

/** `sentAt` by Bluesky's clock. */
export const MessageHandle = z.object({ convoId: z.string(), messageId: z.string(), sentAt: z.string() })
export type MessageHandle = z.infer<typeof MessageHandle>

/** A post somebody wrote; `reason` where a notification told of it. */
export type Seen = Pick<PostView, 'uri' | 'cid' | 'author' | 'record'> & { reason?: string }

/** All that is known of the posts and people around a page of items. */
export interface Surroundings {
  did: string
  now: Date
  posts: ReadonlyMap<string, Seen>
  profiles: ReadonlyMap<string, Profile>
}

export const isBy = (did: string, uri: string): boolean => partsOf(uri).repo === did

/** The post's page in Bluesky's own client, which takes a DID for a handle. */
function linkTo(uri: string, handle?: string): string {
  const { repo, rkey } = partsOf(uri)
  return `https://bsky.app/profile/${handle && handle !== 'handle.invalid' ? handle : repo}/post/${rkey}`
}

export function incomingPost(seen: Seen, around: Surroundings): Incoming {
  const { uri, cid, record } = seen
  const quotes = quotedBy(record)
  const author = around.profiles.get(seen.author.did) ?? seen.author
  const handle: PostHandle = {
    uri,
    cid,
    root: record.reply?.root ?? { uri, cid },
    quotes: quotes && isBy(around.did, quotes.uri) ? quotes.uri : null,
  }
  return {
    item: {
      id: uri,
      kind: kindOf(seen, around.did),
      text: record.text,
      ...(record.langs?.[0] ? { lang: record.langs[0] } : {}),
      writtenAt: dateOf(record.createdAt, around.now),
      links: linksIn(record),
      media: mediaIn(record, seen.author.did, around.posts),
    },
    revision: cid,
    author: authorOf(author, around.now),
    conversation: threadOf(seen, around),
    link: linkTo(uri, author.handle),
    handle: handle satisfies Json,
  }
}

/**
 * Told from the post itself, so that it is the same whichever way the post was found. In the account's own thread it is
 * a reply, whatever else it may be: that is what can be hidden.
 */
function kindOf({ record, reason }: Seen, did: string): ItemKind {
  if (record.reply && isBy(did, record.reply.root.uri)) return 'reply'
  const quotes = quotedBy(record)
  if (quotes && isBy(did, quotes.uri)) return 'quote'
  if (record.reply && isBy(did, record.reply.parent.uri)) return 'reply'
  return reason === 'mention' ? 'mention' : 'reply'
}

type Written = Pick<PostRecord, 'facets' | 'embed'>

function attached({ embed }: Pick<PostRecord, 'embed'>): { quotes: StrongRef | null; attachments: Attachment[] } {
  const { data } = Embed.safeParse(embed)
  if (!data) return { quotes: null, attachments: [] }
  const { record, media, ...itself } = data
  return { quotes: record ?? null, attachments: media ? [media] : record ? [] : [itself] }
}

/** The post that it quotes. */
export function quotedBy(record: Pick<PostRecord, 'embed'>): StrongRef | null {
  return attached(record).quotes
}

function linksIn(written: Written): string[] {
  const facets = written.facets.flatMap((facet) => LinkFacet.safeParse(facet).data?.features ?? [])
  const cards = attached(written).attachments.map(({ external }) => external)
  return [...new Set([...facets, ...cards].flatMap((link) => link?.uri ?? []))]
}

function mediaIn(written: Written, did: string, posts: ReadonlyMap<string, Seen>): Media[] {
  const { quotes, attachments } = attached(written)
  return [...attachments.flatMap((one) => mediaOf(one, did)), ...(quotes ? [quoted(quotes.uri, posts)] : [])]
}

function mediaOf({ $type, images, items, external, alt }: Attachment, did: string): Media[] {
  const pictures = [...images, ...items]
  if (pictures.length > 0)
    return pictures.map((one) => described({ kind: 'image', url: pictureUrl(did, one.image) }, one.alt))
  if (external) {
    const { uri, title, description } = external
    return [described({ kind: 'link', url: uri }, [title, description].filter(Boolean).join('\n'))]
  }
  if ($type === 'app.bsky.embed.video') return [described({ kind: 'video' }, alt)]
  return [described({ kind: 'other' }, alt ?? $type)]
}

function described(media: Media, alt: string | undefined): Media {
  return alt ? { ...media, alt } : media
}

function quoted(uri: string, posts: ReadonlyMap<string, Seen>): Media {
  const post = posts.get(uri)
  const isPost = partsOf(uri).collection === POST
  return described({ kind: 'other', ...(isPost ? { url: linkTo(uri, post?.author.handle) } : {}) }, post?.record.text)
}

/** The address under which Bluesky shows it. It names author and content, so that the original can be found as well. */
export function pictureUrl(did: string, cid: string): string {
  return `https://cdn.bsky.app/img/feed_fullsize/plain/${did}/${cid}@jpeg`
}

/** @returns null if it is no address of a picture on Bluesky */
export function pictureIn(url: string): { did: string; cid: string } | null {
  const [, did, cid] = /\/img\/\w+\/plain\/(did:[a-z]+:[\w.:%-]+)\/(\w+)(?:@\w+)?$/.exec(url) ?? []
  return did && cid ? { did, cid } : null
}

/** Nothing was written before there was anywhere to write it. A claimed year may be one that no database can hold. */
const EARLIEST = Date.UTC(2000, 0, 1)

/** The claimed time, but neither the future nor another age; where the claim makes no sense, now. */
function dateOf(claim: string | undefined, now: Date): Date {
  const time = Date.parse(claim ?? '')
  return Number.isNaN(time) || time > now.getTime() ? now : new Date(Math.max(time, EARLIEST))
}

function authorOf(profile: Profile, now: Date): Author {
  const { did, handle, displayName, description, createdAt, followersCount, followsCount, postsCount } = profile
  const born = Date.parse(createdAt ?? '')
  return {
    platform: 'bluesky',
    id: did,
    handle,
    ...(displayName ? { displayName } : {}),
    ...(description ? { bio: description } : {}),
    ...(born >= EARLIEST && born <= now.getTime() ? { createdAt: new Date(born) } : {}),
    ...(followersCount === undefined ? {} : { followers: followersCount }),
    ...(followsCount === undefined ? {} : { following: followsCount }),
    ...(postsCount === undefined ? {} : { posts: postsCount }),
    hasAvatar: Boolean(profile.avatar),
    ...(profile.avatar ? { avatar: profile.avatar } : {}),
    verified: profile.verification?.verifiedStatus === 'valid',
  }
}

/** The posts above one, nearest first, as far as they are known. */
function ancestors(seen: Seen, posts: ReadonlyMap<string, Seen>): Seen[] {
  const found: Seen[] = []
  // A thread can't close on itself by content ids, but a hostile server may answer anything.
  for (let next = seen.record.reply?.parent; next && found.length < 100; ) {
    const post = posts.get(next.uri)
    if (!post || found.includes(post)) break
    found.push(post)
    next = post.record.reply?.parent
  }
  return found
}

function threadOf(seen: Seen, { did, now, posts }: Surroundings): Thread {
  const { record, uri } = seen
  const quotes = quotedBy(record)
  const root = record.reply?.root.uri ?? (quotes && isBy(did, quotes.uri) ? quotes.uri : uri)
  const above = ancestors(seen, posts)
  const first = posts.get(root)
  // In somebody else's thread what is answered is the account's own reply there.
  const own = isBy(did, root) ? first : above.find((post) => post.author.did === did)
  return {
    id: root,
    ...(own ? { post: own.record.text, postedAt: dateOf(own.record.createdAt, now) } : {}),
    link: linkTo(root, first?.author.handle),
    above: above
      .filter((post) => post !== own)
      .reverse()
      .map((post) => ({
        handle: post.author.handle,
        text: post.record.text,
        at: dateOf(post.record.createdAt, now),
      })),
  }
}

export type Said = Message & { text: string }

/** A message's own `rev` may change when somebody merely reacts to it; its text can't. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/** @param above the messages before it, oldest first */
export function incomingMessage(convoId: string, message: Said, above: Message[], around: Surroundings): Incoming {
  const { id: messageId, text, sentAt } = message
  const { did } = message.sender
  const profile = around.profiles.get(did)
  const link = `https://bsky.app/messages/${convoId}`
  const item: Item = {
    id: `${convoId}/${messageId}`,
    kind: 'message',
    text,
    writtenAt: dateOf(sentAt, around.now),
    links: linksIn(message),
    media: mediaIn(message, did, around.posts),
  }
  const said = above.flatMap((one) => {
    const handle = around.profiles.get(one.sender.did)?.handle ?? one.sender.did
    return one.text === undefined ? [] : [{ handle, text: one.text, at: dateOf(one.sentAt, around.now) }]
  })
  return {
    item,
    revision: revisionOf(text),
    author: profile ? authorOf(profile, around.now) : { platform: 'bluesky', id: did, handle: did },
    conversation: { id: `messages/${convoId}`, link, above: said },
    link,
    handle: { convoId, messageId, sentAt } satisfies MessageHandle,
  }
}
