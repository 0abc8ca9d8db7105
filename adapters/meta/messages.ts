import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Author, Media } from '../../moderation/model.ts'
import type { Incoming } from '../platform.ts'

/** What Meta says of private messages, on Messenger and on Instagram, and what becomes of it. No network, no clock. */

export type Network = 'facebook' | 'instagram'

/** Meta's ids of conversations and messages: letters, digits and a few signs; never a path. */
const Id = z.string().regex(/^\w[\w.:$=+-]{0,499}$/)

/** What is needed later to act on a message. */
export const MessageHandle = z.object({
  thread: Id,
  /** Who wrote, within this Page or Instagram account; null where Meta keeps it back. */
  person: Id.nullable(),
  /** Where staff find the conversation. */
  link: z.string(),
})
export type MessageHandle = z.infer<typeof MessageHandle>

/** Whatever is odd in one field costs that field alone. */
const Said = z.string().optional().catch(undefined)

const listOf = <T extends z.ZodType>(row: T) =>
  z
    .object({ data: z.array(z.unknown()) })
    .transform(({ data }) =>
      data.flatMap((one) => {
        const read = row.safeParse(one)
        return read.success ? [read.data] : []
      }),
    )
    .optional()
    .catch(undefined)
    .transform((rows) => rows ?? [])

/** Facebook gives a name, Instagram a username. */
const Person = z.object({ id: Id, name: Said, username: Said })
export type Person = z.output<typeof Person>

export const Conversation = z.object({
  id: Id,
  updated_time: Said,
  message_count: z.number().optional().catch(undefined),
  participants: listOf(Person),
  link: Said,
})
export type Conversation = z.output<typeof Conversation>

/** As much of a conversation as is needed to read it, and kept till it is read. */
export const Correspondence = z.object({
  id: Id,
  /** Without its beginning, as Meta gives it. */
  link: z.string().nullable(),
  /** Who talks with the account. */
  person: z.object({ id: Id, name: z.string() }).nullable(),
})
export type Correspondence = z.infer<typeof Correspondence>

const Film = z.object({ url: Said, preview_url: Said }).optional().catch(undefined)
const Attachment = z.object({ id: Said, name: Said, file_url: Said, image_data: Film, video_data: Film })
type Attachment = z.output<typeof Attachment>
const Share = z.object({ id: Said, name: Said, description: Said, link: Said })
type Share = z.output<typeof Share>
const Place = z.object({ id: Said, link: Said }).optional().catch(undefined)

export const Message = z.object({
  id: Id,
  created_time: Said,
  from: Person.optional().catch(undefined),
  message: Said,
  attachments: listOf(Attachment),
  shares: listOf(Share),
  sticker: Said,
  story: z.object({ mention: Place, reply_to: Place }).optional().catch(undefined),
  /** A kind of message that Meta shows to no program: a game, a poll, what vanishes. */
  is_unsupported: z.boolean().optional().catch(undefined),
})
export type Message = z.output<typeof Message>

export const CONVERSATION_FIELDS = 'id,updated_time,message_count,participants,link'
/** What every message has, and all that Meta's guides name. */
export const CORE_FIELDS = 'id,created_time,from,message,attachments'
export const MESSAGE_FIELDS =
  'id,created_time,from,message,attachments{id,name,file_url,image_data,video_data},shares{id,name,description,link},sticker,story,is_unsupported'

/** Whether anything of it can be read. */
export const hasContents = (message: Message): boolean =>
  Boolean(message.message) ||
  message.attachments.length > 0 ||
  message.shares.length > 0 ||
  message.sticker !== undefined ||
  message.story !== undefined

/** Unix milliseconds; null where Meta does not say. */
export function timeOf({ created_time }: Pick<Message, 'created_time'>): number | null {
  const time = Date.parse(created_time ?? '')
  return Number.isNaN(time) ? null : time
}

/** Messenger's forerunner began in 2008. A year may be one that no database can hold. */
const EARLIEST = Date.UTC(2008, 0, 1)

function dateOf(message: Pick<Message, 'created_time'>, now: Date): Date {
  const time = timeOf(message) ?? now.getTime()
  return new Date(Math.max(EARLIEST, Math.min(time, now.getTime())))
}

/** The conversation that messages stand in, and the account itself. */
export interface Surroundings {
  network: Network
  conversation: Correspondence
  /** The Page's id and its Instagram account's: what they write is no item. */
  me: Me
  now: Date
}

export interface Me {
  page: string
  ids: readonly string[]
  /** Under which the account's own messages are shown. */
  name: string
}

export const isOwn = ({ from }: Pick<Message, 'from'>, { ids }: Me): boolean =>
  from !== undefined && ids.includes(from.id)

export function correspondence({ id, link, participants }: Conversation, { ids }: Me): Correspondence {
  const person = participants.find((one) => !ids.includes(one.id))
  return { id, link: link ?? null, person: person ? { id: person.id, name: nameOf(person) } : null }
}

/** In the Page's inbox, where staff see Instagram's conversations too. Meta gives an address without its beginning. */
export function inboxAt(link: string | null | undefined, page: string): string {
  const whole = link?.startsWith('/') ? new URL(link, 'https://www.facebook.com') : null
  return whole?.hostname === 'www.facebook.com'
    ? whole.href
    : `https://business.facebook.com/latest/inbox/all?asset_id=${page}`
}

const UNSUPPORTED =
  '[Meta shows this kind of message to no program. Open the conversation in the inbox to see what it is.]'
/** Where more was written than Meta lets a program read. */
const unshown = (count: number): string =>
  count === 1
    ? '[Meta does not show this message to a program. Open the conversation in the inbox to read it.]'
    : `[${count} messages came here faster than Meta lets a program read them. Open the conversation in the inbox to read them.]`
const UNREADABLE =
  '[For a day Meta has not let this conversation be read by a program. Open it in the inbox to read what was written.]'

/**
 * @param before messages of the same conversation that came before, oldest first
 */
export function incomingMessage(message: Message, before: readonly Message[], around: Surroundings): Incoming {
  const isReadable = hasContents(message)
  const { links, media } = contentsOf(message)
  const text = isReadable ? (message.message ?? '') : UNSUPPORTED
  return {
    ...surrounded(message.from, before, around),
    item: {
      id: message.id,
      kind: 'message',
      text,
      writtenAt: dateOf(message, around.now),
      links,
      media: isReadable ? media : [{ kind: 'other' }],
    },
    revision: revisionOf(message),
  }
}

/**
 * What was written and can't be read, as one item: a person must look.
 * @param messages newest first; Meta says of them no more than when they were written
 */
export function unshownMessages(
  messages: readonly [Message, ...Message[]],
  before: readonly Message[],
  around: Surroundings,
): Incoming {
  const [newest] = messages
  // Meta does not even tell whether the other person wrote them.
  return placeholder(newest, unshown(messages.length), before, around)
}

/**
 * A conversation of which nothing can be read.
 * @param updated when it was last written in, Unix milliseconds
 */
export function unreadableConversation(updated: number, around: Surroundings): Incoming {
  const { id } = around.conversation
  return placeholder({ id, created_time: new Date(updated).toISOString() }, UNREADABLE, [], around)
}

function placeholder(
  { id, created_time }: Pick<Message, 'id' | 'created_time'>,
  text: string,
  before: readonly Message[],
  around: Surroundings,
): Incoming {
  const writtenAt = dateOf({ created_time }, around.now)
  return {
    ...surrounded(undefined, before, around),
    item: { id, kind: 'message', text, writtenAt, links: [], media: [{ kind: 'other' }] },
    revision: shorten([text, created_time ?? '']),
  }
}

/** @param from who wrote it, where Meta says so */
function surrounded(
  from: Person | undefined,
  before: readonly Message[],
  { network, conversation, me, now }: Surroundings,
): Pick<Incoming, 'author' | 'conversation' | 'link' | 'handle'> {
  const link = inboxAt(conversation.link, me.page)
  const person = from?.id ?? conversation.person?.id ?? null
  const said = before.filter(({ message }) => message)
  return {
    author: from ? authorOf(from, network) : null,
    conversation: {
      id: conversation.id,
      link,
      above: said.map((one) => ({
        handle: isOwn(one, me) ? me.name : one.from ? nameOf(one.from) : (conversation.person?.name ?? ''),
        text: one.message ?? '',
        at: dateOf(one, now),
      })),
    },
    link,
    handle: { thread: conversation.id, person, link } satisfies MessageHandle,
  }
}

const nameOf = ({ id, name, username }: Person): string => username ?? name ?? id

function authorOf(person: Person, network: Network): Author {
  const { id, name } = person
  return { platform: network, id, handle: nameOf(person), ...(name === undefined ? {} : { displayName: name }) }
}

function contentsOf({ attachments, shares, sticker, story }: Message): { links: string[]; media: Media[] } {
  const links = shares.flatMap(({ link }) => link ?? [])
  const media = [
    ...attachments.map(attached),
    ...(sticker === undefined ? [] : [medium('image', sticker)]),
    ...shares.map(({ link, name, description }) =>
      medium('link', link, [name, description].filter(Boolean).join(' – ')),
    ),
    ...(story?.mention ? [medium('image', story.mention.link)] : []),
    // The account's own story: it shows what is answered, and is not the author's.
    ...(story?.reply_to ? [medium('other', story.reply_to.link)] : []),
  ]
  return { links: [...new Set(links)], media }
}

function attached({ name, file_url, image_data: picture, video_data: film }: Attachment): Media {
  if (picture) return medium('image', picture.url ?? picture.preview_url)
  // A still can be looked at like any picture.
  if (film) return medium('video', film.preview_url ?? film.url)
  return medium('other', file_url, name)
}

function medium(kind: Media['kind'], url: string | undefined, alt?: string): Media {
  return { kind, ...(alt ? { alt } : {}), ...(url === undefined ? {} : { url }) }
}

/** An edit shows by nothing but its contents. Addresses of pictures are no part of them: each time they are others. */
function revisionOf({ message = '', attachments, shares, sticker, story, is_unsupported = false }: Message): string {
  return shorten([
    message,
    is_unsupported,
    attachments.map(({ id, name }) => id ?? name ?? ''),
    shares.map(({ id, link }) => id ?? pathOf(link)),
    pathOf(sticker),
    [story?.mention, story?.reply_to].map((place) => place?.id ?? pathOf(place?.link)),
  ])
}

const pathOf = (url = ''): string => (URL.canParse(url) ? new URL(url).pathname : '')

function shorten(contents: unknown): string {
  return createHash('sha256').update(JSON.stringify(contents)).digest('base64url').slice(0, 16)
}
