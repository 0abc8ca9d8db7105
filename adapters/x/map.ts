import { z } from 'zod'
import type { Author, Item, ItemKind, Media } from '../../moderation/model.ts'
import type { Incoming, Json, Thread } from '../platform.ts'
import type { Me, Root } from './account.ts'
import { madeAt } from './ids.ts'
import { Id, type Medium, type Message, type Person, type Poll, type Post } from './schema.ts'

/** From X's words into ours. No network, no clock. */

/** What is needed later to act on a post. */
export const PostHandle = z.object({
  /** Its version when it was read. */
  post: Id,
  conversation: Id,
  /** The version of the conversation's first post that can be answered. */
  root: Id,
  /** The account began the conversation. */
  own: z.boolean(),
  /** Its author named the account by hand, or quotes it: X then lets a program answer. */
  summoned: z.boolean(),
})
export type PostHandle = z.infer<typeof PostHandle>

/** `conversation` as X names it in its app; `participant` who wrote. */
export const MessageHandle = z.object({ conversation: z.string(), participant: Id })
export type MessageHandle = z.infer<typeof MessageHandle>

/** All that is known of the posts and people around a page of items. */
export interface Surroundings {
  me: Me
  now: Date
  people: ReadonlyMap<string, Person>
  media: ReadonlyMap<string, Medium>
  polls: ReadonlyMap<string, Poll>
  posts: ReadonlyMap<string, Post>
  /** The first posts of the conversations. */
  roots: ReadonlyMap<string, Root>
}

/** A post's page, which X finds by the id alone. It names nobody: what its author deletes must leave no name behind. */
export const postAt = (id: string): string => `https://x.com/i/status/${id}`

export const conversationAt = (conversation: string): string => `https://x.com/messages/${conversation}`

/** The name that lasts: an edit has a new id. */
export const lastingId = ({ edits, id }: Pick<Post, 'edits' | 'id'>): string => edits[0] ?? id

/** A post by the name and revision under which it is stored. */
export const postKey = (post: Post): string => `${lastingId(post)} ${post.id}`

export function incomingPost(post: Post, around: Surroundings): Incoming {
  const root = around.roots.get(post.conversation)
  const own = root?.author === around.me.id && lastingId(post) !== post.conversation
  const quoted = quotedOf(post, around)
  const person = around.people.get(post.author ?? '')
  const handle: PostHandle = {
    post: post.id,
    conversation: post.conversation,
    root: root?.id ?? post.conversation,
    own,
    summoned: quoted?.author === around.me.id || isNamed(post, around.me),
  }
  const kind: ItemKind = own ? 'reply' : quoted?.author === around.me.id ? 'quote' : 'mention'
  const lang = languageOf(post)
  return {
    item: {
      id: lastingId(post),
      kind,
      text: plain([post.text, ...choicesIn(post, around)].join('\n')),
      ...(lang ? { lang } : {}),
      writtenAt: dateOf(post.writtenAt, post.id, around.now),
      links: linksIn(post),
      media: [...mediaOf(post.media, around), ...(quoted ? [quotation(quoted)] : [])],
    },
    revision: post.id,
    author: authorOf(post.author, person, around.now),
    conversation: threadOf(post, kind === 'quote' ? quoted : undefined, around),
    link: postAt(post.id),
    handle: handle satisfies Json,
  }
}

/** Whatever is known of a post that another refers to. */
type Known = Pick<Post, 'id' | 'author' | 'text' | 'writtenAt'>

function known(id: string | undefined, { posts, roots }: Surroundings): Known | undefined {
  return id === undefined ? undefined : (posts.get(id) ?? roots.get(id) ?? undefined)
}

/** Where the quoted post can't be seen, its id is all there is. */
function quotedOf({ quotes }: Post, around: Surroundings): Known | undefined {
  if (quotes === undefined) return undefined
  return known(quotes, around) ?? { id: quotes, author: undefined, text: '', writtenAt: undefined }
}

/** Handles with which X itself began the text do not count: they say whom it answers, and the author did not type them. */
function isNamed({ text, answers, lead, mentions }: Post, me: Me): boolean {
  const led = answers === undefined ? 0 : (lead ?? /^(?:@\w+\s+)*/.exec(text)?.[0].length ?? 0)
  return mentions.some(({ start, username, id }) => {
    const isMe = id === undefined ? username.toLowerCase() === me.handle.toLowerCase() : id === me.id
    return isMe && start >= led
  })
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** X escapes three characters, and no more than once. */
export function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
}

/** X has codes of its own for what is no language: pictures alone, handles alone, and what it could not tell. */
function languageOf({ lang }: Post): string | undefined {
  return lang && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang) && !/^(q|und|zxx|art)/.test(lang) ? lang : undefined
}

interface Linking {
  id: string
  urls: Post['urls']
  quotes?: string | undefined
}

/** X puts addresses after a text for what is attached, what is quoted, and the text's own rest: nobody typed those. */
function linksIn({ id, urls, quotes }: Linking): string[] {
  const found = urls.flatMap(({ url, expanded_url = url, unwound_url = expanded_url, media_key }) => {
    const [, status, attached] =
      /^https:\/\/(?:x|twitter)\.com\/[\w/]+\/status\/(\d+)(\/(?:photo|video)\/\d+)?$/.exec(expanded_url) ?? []
    const isOurs = media_key !== undefined || attached !== undefined || (status && [id, quotes].includes(status))
    return isOurs ? [] : [expanded_url, unwound_url]
  })
  return [...new Set(found)]
}

/** What a poll lets people choose is in its author's words too. */
function choicesIn(post: Post, { polls }: Surroundings): string[] {
  return post.polls.flatMap((id) => polls.get(id)?.options.map(({ label }) => `– ${label}`) ?? [])
}

function mediaOf(keys: readonly string[], { media }: Surroundings): Media[] {
  return keys.map((key) => {
    const { type, url, preview_image_url, alt_text } = media.get(key) ?? { type: 'unknown' }
    const kind = type === 'photo' ? 'image' : type === 'video' || type === 'animated_gif' ? 'video' : 'other'
    const picture = url ?? preview_image_url
    return { kind, ...(picture ? { url: picture } : {}), ...(alt_text ? { alt: alt_text } : {}) }
  })
}

function quotation({ id, text }: Known): Media {
  return { kind: 'other', url: postAt(id), ...(text ? { alt: plain(text) } : {}) }
}

/** X opened in 2006. A year may be one that no database can hold. */
const EARLIEST = Date.UTC(2006, 2, 21)

/** The time stated; else that which X's id tells; never the future, and never another age. */
function dateOf(claim: string | undefined, id: string, now: Date): Date {
  const stated = Date.parse(claim ?? '')
  const time = Number.isNaN(stated) ? madeAt(id).getTime() : stated
  return new Date(Math.max(EARLIEST, Math.min(time, now.getTime())))
}

/** Who is known by the id alone still has an id to act on. */
function authorOf(id: string | undefined, person: Person | undefined, now: Date): Author | null {
  if (id === undefined) return null
  if (!person) return { platform: 'x', id, handle: id }
  const { username, name, description, created_at, profile_image_url: avatar, verified_type } = person
  const { followers_count, following_count, tweet_count, post_count } = person.public_metrics ?? {}
  const posts = tweet_count ?? post_count
  const born = Date.parse(created_at ?? '')
  const hasAvatar = avatar !== undefined && !avatar.includes('/default_profile')
  return {
    platform: 'x',
    id,
    handle: username,
    ...(name ? { displayName: name } : {}),
    ...(description ? { bio: plain(description) } : {}),
    ...(born >= EARLIEST && born <= now.getTime() ? { createdAt: new Date(born) } : {}),
    ...(followers_count === undefined ? {} : { followers: followers_count }),
    ...(following_count === undefined ? {} : { following: following_count }),
    ...(posts === undefined ? {} : { posts }),
    hasAvatar,
    ...(hasAvatar ? { avatar } : {}),
    // A blue tick is bought, and shows nobody to be who they say.
    verified: verified_type === 'government' || verified_type === 'business',
  }
}

/** @param quoted the account's own post that it quotes, where that is what makes it an item */
function threadOf(post: Post, quoted: Known | undefined, around: Surroundings): Thread {
  const root = around.roots.get(post.conversation)
  const parent = known(post.answers, around)
  // In somebody else's thread what is answered is the account's own reply there.
  const own = [root, quoted, parent].find((one) => one?.author === around.me.id)
  const above = [root, parent].filter((one) => one && one.id !== own?.id && one.id !== post.id)
  const handleOf = (author: string | undefined): string | undefined => {
    return author === around.me.id ? around.me.handle : around.people.get(author ?? '')?.username
  }
  const id = quoted?.id ?? post.conversation
  return {
    id,
    ...(own ? { post: plain(own.text), postedAt: dateOf(own.writtenAt, own.id, around.now) } : {}),
    link: postAt(id),
    above: [...new Map(above.flatMap((one) => (one ? [[one.id, one] as const] : []))).values()].map((one) => ({
      handle: handleOf(one.author) ?? one.author ?? '',
      text: plain(one.text),
      at: dateOf(one.writtenAt, one.id, around.now),
    })),
  }
}

/** A message somebody wrote. */
export type Said = Message & { sender_id: string }

/**
 * @param before messages of the same conversation that came before, oldest first
 */
export function incomingMessage(message: Said, before: readonly Message[], around: Surroundings): Incoming {
  const { id, sender_id: participant, dm_conversation_id } = message
  const conversation = dm_conversation_id ?? [participant, around.me.id].sort((a, b) => Number(a) - Number(b)).join('-')
  const handleOf = (sender: string | undefined): string => {
    return sender === around.me.id ? around.me.handle : (around.people.get(sender ?? '')?.username ?? sender ?? '')
  }
  const item: Item = {
    id,
    kind: 'message',
    text: plain(message.text),
    writtenAt: dateOf(message.created_at, id, around.now),
    links: linksIn({ id, urls: message.entities?.urls ?? message.urls ?? [] }),
    media: mediaOf(message.attachments?.media_keys ?? [], around),
  }
  const link = conversationAt(conversation)
  return {
    item,
    revision: '1',
    author: authorOf(participant, around.people.get(participant), around.now),
    conversation: {
      id: `messages/${conversation}`,
      link,
      above: before.map((one) => ({
        handle: handleOf(one.sender_id),
        text: plain(one.text),
        at: dateOf(one.created_at, one.id, around.now),
      })),
    },
    link,
    handle: { conversation, participant } satisfies MessageHandle,
  }
}
