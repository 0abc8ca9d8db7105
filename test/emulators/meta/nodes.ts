import { authorFor, type Call, moment } from './call.ts'
import type { Comment, Page, Post } from './facebook.ts'
import { type Conversation, touchedAt } from './inbox.ts'
import { isShown, names } from './instagram.ts'
import type { Picture } from './pictures.ts'
import { absent } from './refusals.ts'
import type { Grant } from './tokens.ts'
import { pageOf, type Thing } from './world.ts'

/** What each node shows of itself: every field that the emulator knows. */

/** Nodes that are nothing in the world, but are shown as if they were. */
export interface Profile {
  readonly node: 'Profile'
  readonly id: string
  readonly name: string
}
export interface User {
  readonly node: 'User'
  readonly id: string
  readonly grant: Grant
}
interface Permission {
  readonly node: 'Permission'
  readonly permission: string
}
interface Application {
  readonly node: 'Application'
  readonly id: string
  readonly name: string
  readonly subscribed: readonly string[]
}
interface StoryAttachment {
  readonly node: 'StoryAttachment'
  readonly post: Post
  readonly picture: Picture
}
export type Shown = Thing | Profile | User | Permission | Application | StoryAttachment

/** @param modifiers what was said after the field's name: mentioned_comment.comment_id(1) */
export type Field<Node> = (thing: Node, call: Call, modifiers: Readonly<Record<string, string>>) => unknown
type Fields = { [Name in Shown['node']]: Readonly<Record<string, Field<Extract<Shown, { node: Name }>>>> }

const WEEK = 7 * 24 * 3_600_000
export const DAY = 24 * 3_600_000
/** How many of a conversation's newest messages say what is in them. */
const DETAILED = 20

export const FIELDS: Fields = {
  Page: {
    name: ({ name }) => name,
    category: ({ category }) => category,
    link: ({ id }) => `https://www.facebook.com/${id}`,
    has_transitioned_to_new_page_experience: () => true,
    is_published: () => true,
    instagram_business_account: ({ account }) => account ?? undefined,
    access_token: (page, { openPage }) => openPage(page),
    tasks: (page, { grant }) => [...(grant.tasks.get(page) ?? [])],
  },

  PagePost: {
    message: ({ message }) => message,
    created_time: ({ at }) => moment(at),
    updated_time: ({ updatedAt }) => moment(updatedAt),
    from: (post, call) => authorFor(call, post.author, post.page ?? pageRead(call)),
    permalink_url: ({ id }) => `https://www.facebook.com/${id.replace('_', '/posts/')}`,
    full_picture: ({ pictures: [first] }, { world }) => first && world.gallery.linkTo(first),
    is_hidden: ({ hidden }) => hidden,
    is_published: ({ ad }) => !ad,
    status_type: ({ pictures, page, author }) =>
      pictures.length > 0 ? 'added_photos' : author === page ? 'mobile_status_update' : 'wall_post',
    can_reply_privately: (post, { now }) => repliesPrivately(post, now),
  },

  Comment: {
    message: ({ message }) => message,
    created_time: ({ at }) => moment(at),
    from: (comment, call) => authorFor(call, comment.author, comment.post.page ?? pageRead(call)),
    is_hidden: ({ hidden }) => hidden,
    can_hide: ({ author, post }) => author !== post.page,
    can_remove: () => true,
    can_comment: () => true,
    can_like: () => true,
    can_reply_privately: (comment, { now }) => repliesPrivately(comment, now),
    comment_count: (comment) =>
      comment.post.comments.filter(({ parent, deleted }) => parent === comment && !deleted).length,
    like_count: () => 0,
    user_likes: () => false,
    is_private: () => false,
    parent: ({ parent }) => parent ?? undefined,
    object: ({ post }) => ({ id: post.id }),
    permalink_url: ({ id, post }) =>
      `https://www.facebook.com/${post.id.replace('_', '/posts/')}?comment_id=${id.split('_')[1]}`,
    attachment: ({ picture, id }, { world }) =>
      picture && {
        type: 'photo',
        media: { image: { src: world.gallery.linkTo(picture), width: picture.width, height: picture.height } },
        target: { id: picture.key, url: `https://www.facebook.com/photo.php?fbid=${picture.key}` },
        url: `https://www.facebook.com/photo.php?fbid=${picture.key}&comment_id=${id}`,
      },
    private_reply_conversation: ({ privatelyAnswered: answer }) =>
      answer ? { id: answer.conversation.id, link: linkOf(answer.conversation) } : undefined,
  },

  StoryAttachment: {
    type: () => 'photo',
    title: () => undefined,
    description: ({ post }) => post.message,
    // Of albums, which are shown here as their pictures one by one.
    subattachments: () => undefined,
    url: ({ post }) => `https://www.facebook.com/${post.id}`,
    target: ({ picture }) => ({ id: picture.key, url: `https://www.facebook.com/photo.php?fbid=${picture.key}` }),
    media: ({ picture }, { world }) => ({
      image: { src: world.gallery.linkTo(picture), width: picture.width, height: picture.height },
    }),
  },

  UnifiedThread: {
    updated_time: (conversation) => moment(touchedAt(conversation)),
    snippet: ({ messages }) => messages.at(-1)?.text ?? '',
    message_count: ({ messages }) => messages.length,
    unread_count: () => 0,
    folder: ({ folder }) => folder,
    link: linkOf,
    can_reply: ({ with: side, person }, { world, now }) => now - world.inbox.lastHeard(side, person) <= DAY,
    participants: (conversation, call) => ({
      data: [
        correspondent(conversation, conversation.person, call),
        correspondent(conversation, conversation.with, call),
      ],
    }),
  },

  UnifiedMessage: {
    created_time: ({ at }) => moment(at),
    // GUESS: older ones come bare, as Meta says of Instagram; there it calls them deleted if one asks for them.
    message: ({ conversation, text, id }) => (isDetailed(conversation, id) ? text : undefined),
    from: ({ conversation, author, id }, call) =>
      isDetailed(conversation, id) ? correspondent(conversation, author, call) : undefined,
    to: ({ conversation, author, id }, call) => {
      const other = author === conversation.with ? conversation.person : conversation.with
      return isDetailed(conversation, id) ? { data: [correspondent(conversation, other, call)] } : undefined
    },
    sticker: ({ extras }) => extras.sticker,
    shares: ({ extras }) => extras.shares && { data: extras.shares },
    story: ({ extras }) => extras.story,
    is_unsupported: ({ extras }) => extras.is_unsupported,
    attachments: ({ conversation, id, pictures }, { world }) =>
      pictures.length > 0 && isDetailed(conversation, id)
        ? {
            data: pictures.map((picture) => {
              const link = world.gallery.linkTo(picture)
              const { key, bytes, width, height } = picture
              return {
                id: key,
                mime_type: 'image/png',
                name: `${key}.png`,
                size: bytes.byteLength,
                image_data: { url: link, preview_url: link, width, height, image_type: 1 },
              }
            }),
          }
        : undefined,
  },

  Profile: { name: ({ name }) => name },
  User: { name: ({ grant }) => grant.name },
  Permission: { permission: ({ permission }) => permission, status: () => 'granted' },
  Application: { name: ({ name }) => name, subscribed_fields: ({ subscribed }) => [...subscribed] },

  IGUser: {
    username: ({ handle }) => handle,
    name: ({ name }) => name,
    media_count: ({ media }) => media.length,
    mentioned_media: (account, { world }, { media_id: id = '' }) => {
      const medium = world.instagram.find(id)
      const named = medium?.node === 'IGMedia' && names(medium.caption, account.handle)
      return named ? medium : absent(id, 'GET')
    },
    mentioned_comment: (account, { world }, { comment_id: id = '' }) => {
      const comment = world.instagram.find(id)
      const named = comment?.node === 'IGComment' && names(comment.text, account.handle)
      return named ? comment : absent(id, 'GET')
    },
  },

  IGMedia: {
    caption: ({ caption }) => caption,
    timestamp: ({ at }) => moment(at),
    username: ({ owner }) => owner.handle,
    owner: ({ owner }) => ('node' in owner ? owner : undefined),
    permalink: ({ id }) => `https://www.instagram.com/p/${shortcode(id)}/`,
    shortcode: ({ id }) => shortcode(id),
    media_type: () => 'IMAGE',
    media_product_type: () => 'FEED',
    media_url: ({ picture }, { world }) => world.gallery.linkTo(picture),
    is_comment_enabled: ({ commentsOpen }) => commentsOpen,
    comments_count: ({ comments }) => comments.filter(isShown).length,
    like_count: () => 0,
  },

  IGComment: {
    text: ({ text }) => text,
    timestamp: ({ at }) => moment(at),
    username: ({ author }) => author.handle,
    hidden: ({ hidden }) => hidden,
    like_count: () => 0,
    media: ({ medium }) => medium,
    parent_id: ({ parent }) => parent?.id,
    // GUESS: kept back before Meta's review, as on Facebook. It is known to be missing at times.
    from: ({ author, medium }, call) =>
      authorFor(call, author, 'node' in medium.owner ? medium.owner : accountRead(call)),
  },
}

/** What a node shows when nothing is asked of it, besides its id. */
export const DEFAULTS: Readonly<Record<Shown['node'], readonly string[]>> = {
  Page: ['name'],
  PagePost: ['created_time', 'message'],
  Comment: ['created_time', 'from', 'message'],
  StoryAttachment: ['description', 'media', 'target', 'type', 'url'],
  UnifiedThread: ['link', 'updated_time'],
  UnifiedMessage: ['created_time'],
  Profile: ['name'],
  User: ['name'],
  Permission: ['permission', 'status'],
  Application: ['name', 'subscribed_fields'],
  IGUser: [],
  IGMedia: [],
  IGComment: ['text', 'timestamp'],
}

/** Once, within seven days, and never to a Page. */
export function repliesPrivately({ author, privatelyAnswered, at }: Post | Comment, now: number): boolean {
  return !('node' in author) && !privatelyAnswered && now - at <= WEEK
}

/** For things of other people: the Page that reads them. */
function pageRead({ grant }: Call): Page {
  return grant.page ?? absent('', 'GET')
}
function accountRead(call: Call) {
  return pageRead(call).account ?? absent('', 'GET')
}

function isDetailed({ messages }: Conversation, id: string): boolean {
  return messages.slice(-DETAILED).some((message) => message.id === id)
}

function linkOf(conversation: Conversation): string {
  return `/${pageOf(conversation)?.id}/inbox/${conversation.id.slice(2)}/`
}

function correspondent(
  { with: side }: Conversation,
  who: Conversation['with'] | Conversation['person'],
  { world }: Call,
): object {
  const id = 'node' in who ? who.id : world.idOf(who, side)
  if (side.node === 'Page') return { name: who.name, email: `${id}@facebook.com`, id }
  return { username: 'handle' in who ? who.handle : who.name, id }
}

function shortcode(id: string): string {
  return BigInt(id).toString(36)
}
