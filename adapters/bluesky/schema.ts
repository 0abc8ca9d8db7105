import { z } from 'zod'
import { PlatformError } from '../platform.ts'

/**
 * What Bluesky sends, and of it only what is used. What a stranger may have written at will is never allowed to fail:
 * one odd post must not hide the rest of its page.
 */

const Maybe = z.string().optional().catch(undefined)
const Count = z.number().optional().catch(undefined)

/** An author, a collection and a key. Handles change, so an address that begins with one names nothing for long. */
const AT_URI = /^at:\/\/(did:[a-z]+:[\w.:%-]*[\w.-])\/([a-zA-Z][a-zA-Z0-9.-]*)\/((?!\.{1,2}$)[\w.:~-]{1,512})$/

/**
 * Bluesky lets a stranger's program claim to answer any address of up to 8,000 characters. Longer ones than this stand for
 * no post there is; they would burst our index, and a question that names them.
 */
const AtUri = z.string().max(1024).regex(AT_URI)

export function partsOf(uri: string): { repo: string; collection: string; rkey: string } {
  const [, repo = '', collection = '', rkey = ''] = AT_URI.exec(uri) ?? []
  return { repo, collection, rkey }
}

export const StrongRef = z.object({ uri: AtUri, cid: z.string() })
export type StrongRef = z.infer<typeof StrongRef>

const MutedBy = z.object({ uri: z.string() }).optional()
const Viewer = z
  .object({
    muted: z.boolean().default(false),
    mutedByList: MutedBy,
    blockedBy: z.boolean().default(false),
    blocking: z.string().optional(),
    blockingByList: MutedBy,
  })
  .prefault({})

export const Profile = z.object({
  did: z.string(),
  handle: z.string(),
  displayName: Maybe,
  description: Maybe,
  avatar: Maybe,
  createdAt: Maybe,
  followersCount: Count,
  followsCount: Count,
  postsCount: Count,
  verification: z.object({ verifiedStatus: Maybe }).optional().catch(undefined),
  viewer: Viewer,
})
export type Profile = z.infer<typeof Profile>

/** A post as its author's program wrote it. What claims to answer no address answers nothing: it is still read. */
export const PostRecord = z.object({
  text: z.string().catch(''),
  createdAt: Maybe,
  langs: z.array(z.string()).optional().catch(undefined),
  reply: z.object({ root: StrongRef, parent: StrongRef }).optional().catch(undefined),
  facets: z.array(z.unknown()).catch([]),
  embed: z.unknown().optional(),
})
export type PostRecord = z.infer<typeof PostRecord>

export const LinkFacet = z.object({
  features: z.array(z.object({ uri: z.string().optional().catch(undefined) }).catch({})),
})

/** The client hands a picture's content id over as an object that prints as one. */
const Blob = z.object({ ref: z.unknown() }).transform(({ ref }) => String(ref))
const Picture = z.object({ image: Blob, alt: z.string().catch('') })

const Pictures = z.array(Picture).catch([])

/** Every kind of attachment, read for what it holds rather than by its kind: kinds are added every year. */
const Attachment = z.object({
  $type: z.string(),
  images: Pictures,
  items: Pictures,
  external: z
    .object({ uri: z.string(), title: z.string().catch(''), description: z.string().catch('') })
    .optional()
    .catch(undefined),
  alt: Maybe,
})
export type Attachment = z.infer<typeof Attachment>

export const Embed = Attachment.extend({
  /** A post quoted, alone or beside other attachments. */
  record: z
    .union([StrongRef, z.object({ record: StrongRef }).transform(({ record }) => record)])
    .optional()
    .catch(undefined),
  media: Attachment.optional().catch(undefined),
})

export const PostView = z.object({
  uri: AtUri,
  cid: z.string(),
  author: Profile,
  record: PostRecord,
  indexedAt: Maybe,
  replyCount: z.number().catch(0),
  quoteCount: z.number().catch(0),
  viewer: z.object({ replyDisabled: z.boolean().default(false) }).prefault({}),
})
export type PostView = z.infer<typeof PostView>

/** Entries are read one by one, so that what can't be read costs only itself. */
const Entries = z.array(z.unknown())
const Cursor = z.string().optional()

export const Notifications = z.object({ cursor: Cursor, notifications: Entries })
export const Notification = PostView.pick({ uri: true, cid: true, author: true, record: true }).extend({
  reason: z.string(),
  indexedAt: z.string(),
})

export const Feed = z.object({ cursor: Cursor, feed: Entries })
/** `reason` where it is not the post itself that stands in the feed, but a repost of it. */
export const FeedEntry = z.object({ post: PostView, reason: z.object({ indexedAt: Maybe }).optional() })

export const Thread = z.object({ thread: z.unknown() })
/** A post with its answers. What is gone or out of sight has no post, and is not read. */
export const ThreadNode = z.object({ post: PostView, replies: Entries.catch([]) })

export const Quotes = z.object({ cursor: Cursor, posts: Entries })
export const Posts = z.object({ posts: Entries })
export const Profiles = z.object({ profiles: Entries })

export const Kept = StrongRef.extend({ value: z.record(z.string(), z.unknown()) })
export const Records = z.object({ cursor: Cursor, records: z.array(Kept) })

const Sender = z.object({ did: z.string() })
export const Message = z.object({
  id: z.string(),
  rev: z.string(),
  /** Absent where the message was deleted. */
  text: z.string().optional(),
  facets: z.array(z.unknown()).catch([]),
  embed: z.unknown().optional(),
  sender: Sender,
  sentAt: z.string(),
})
export type Message = z.infer<typeof Message>

export const Convo = z.object({
  id: z.string(),
  rev: z.string(),
  lastMessage: Message.optional().catch(undefined),
  members: z.array(Profile.pick({ did: true, handle: true })),
})
export const Convos = z.object({ cursor: Cursor, convos: Entries })
export const Messages = z.object({ cursor: Cursor, messages: Entries })
export const Log = z.object({ cursor: Cursor, logs: Entries })
/** `message` where it is about one. */
export const LogEntry = z.object({
  $type: z.string(),
  convoId: z.string(),
  message: Message.optional().catch(undefined),
})

const Filtered = z.object({ include: z.string(), list: z.boolean() })
export const Preferences = z.object({
  preferences: z.object({ reply: Filtered, mention: Filtered, quote: Filtered }),
})

/**
 * What can be read of a list, in order.
 * @throws PlatformError if that is nothing: then it is Bluesky that has changed, and not one entry that is odd
 */
export function readable<T extends z.ZodType>(schema: T, entries: unknown[]): z.output<T>[] {
  const found = entries.flatMap((entry) => {
    const result = schema.safeParse(entry)
    return result.success ? [result.data] : []
  })
  if (entries.length > 0 && found.length === 0)
    throw new PlatformError('unexpected', 'Bluesky answers in a form that this version can’t read.')
  return found
}
