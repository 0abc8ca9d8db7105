import { z } from 'zod'
import { PlatformError } from '../platform.ts'
import { ID } from './ids.ts'

/**
 * What X sends, in either of its vocabularies, and of it only what is used. Nothing but an id can make an entry unreadable:
 * one odd post must not hide the rest of its page.
 */

export const Id = z.string().regex(ID)
const MaybeId = Id.optional().catch(undefined)
const Maybe = z.string().optional().catch(undefined)
const Count = z.number().nonnegative().optional().catch(undefined)
/** Entries are read one by one, so that what can't be read costs only itself. */
const Entries = z.array(z.unknown()).catch([])

/** A list of which what can be read is kept. */
const some = <T extends z.ZodType>(schema: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((entries) =>
      entries.flatMap((entry): z.output<T>[] => {
        const result = schema.safeParse(entry)
        return result.success ? [result.data] : []
      }),
    )

/** `start` counts code points of the text. */
const Mention = z.object({ start: z.number(), username: z.string(), id: MaybeId })
const Url = z.object({ url: z.string(), expanded_url: Maybe, unwound_url: Maybe, media_key: Maybe })
const Entities = z
  .object({ urls: some(Url), mentions: some(Mention) })
  .partial()
  .catch({})
const Attachments = z
  .object({ media_keys: some(z.string()), poll_ids: some(z.string()) })
  .catch({ media_keys: [], poll_ids: [] })
const Note = z.object({ text: z.string(), entities: Entities.optional() }).optional().catch(undefined)
const References = some(z.object({ type: z.string(), id: Id }))
const Edits = some(Id)

/** A post, its long form where it has one. */
export const Post = z
  .object({
    id: Id,
    text: z.string().catch(''),
    author_id: MaybeId,
    conversation_id: MaybeId,
    created_at: Maybe,
    lang: Maybe,
    display_text_range: z.array(z.number()).optional().catch(undefined),
    entities: Entities.optional(),
    attachments: Attachments.optional(),
    note_tweet: Note,
    note_post: Note,
    referenced_tweets: References.optional(),
    referenced_posts: References.optional(),
    edit_history_tweet_ids: Edits.optional(),
    edit_history_post_ids: Edits.optional(),
  })
  .transform((sent) => {
    const note = sent.note_tweet ?? sent.note_post
    const edits = sent.edit_history_tweet_ids ?? sent.edit_history_post_ids ?? []
    const references = sent.referenced_tweets ?? sent.referenced_posts ?? []
    const refersTo = (type: string): string | undefined => references.find((one) => one.type === type)?.id
    const { urls = [], mentions = [] } = (note ? note.entities : sent.entities) ?? {}
    return {
      id: sent.id,
      text: note?.text ?? sent.text,
      author: sent.author_id,
      conversation: sent.conversation_id ?? sent.id,
      writtenAt: sent.created_at,
      lang: sent.lang,
      /** Code points that X itself put in front; unknown where X does not say. */
      lead: sent.display_text_range?.[0],
      urls,
      mentions,
      media: sent.attachments?.media_keys ?? [],
      polls: sent.attachments?.poll_ids ?? [],
      answers: refersTo('replied_to'),
      quotes: refersTo('quoted'),
      reposts: refersTo('retweeted'),
      /** Every version, first to last. */
      edits: edits.length > 0 ? edits : [sent.id],
    }
  })
export type Post = z.output<typeof Post>

export const Person = z
  .object({
    id: Id,
    username: z.string().min(1),
    name: Maybe,
    description: Maybe,
    created_at: Maybe,
    profile_image_url: Maybe,
    protected: z.boolean().catch(false),
    verified_type: Maybe,
    public_metrics: z
      .object({ followers_count: Count, following_count: Count, tweet_count: Count, post_count: Count })
      .partial()
      .catch({}),
  })
  .partial({ public_metrics: true })
export type Person = z.output<typeof Person>

export const Medium = z.object({
  media_key: z.string(),
  type: z.string(),
  url: Maybe,
  preview_image_url: Maybe,
  alt_text: Maybe,
})
export type Medium = z.output<typeof Medium>

/** Its choices come without being asked for. */
export const Poll = z.object({ id: z.string(), options: some(z.object({ label: z.string() })) })
export type Poll = z.output<typeof Poll>

/** A direct message, or somebody's joining or leaving. */
export const Message = z.object({
  id: Id,
  event_type: z.string(),
  text: z.string().catch(''),
  sender_id: MaybeId,
  dm_conversation_id: Maybe,
  created_at: Maybe,
  attachments: Attachments.optional(),
  /** In X's older words the links stand by themselves. */
  urls: some(Url).optional(),
  entities: Entities.optional(),
})
export type Message = z.output<typeof Message>

const Included = z
  .object({ users: some(Person), media: some(Medium), polls: some(Poll), tweets: some(Post), posts: some(Post) })
  .partial()
  .catch({})
  .transform(({ users = [], media = [], polls = [], tweets = [], posts = [] }) => {
    return { users, media, polls, posts: [...tweets, ...posts] }
  })
export type Included = z.output<typeof Included>

/** Why something that was asked for is not in the answer. `parameter`: by which of the things asked for. */
const Absence = z.object({ value: Maybe, resource_id: Maybe, parameter: Maybe, title: Maybe, type: Maybe })

const Answer = z.object({
  data: Entries.optional(),
  includes: Included.prefault({}),
  errors: some(Absence).prefault([]),
})

/** A page of something that is there. Where nothing is to be listed X still says so; less than that is no answer. */
export const Listed = Answer.extend({
  meta: z.object({ next_token: Maybe }).optional().catch(undefined),
}).transform(({ data, meta, ...rest }, context) => {
  if (data === undefined && meta === undefined) {
    context.addIssue({ code: 'custom', message: 'neither data nor meta' })
    return z.NEVER
  }
  return { ...rest, data: data ?? [], next: meta?.next_token ?? null }
})
export type Listed = z.output<typeof Listed>

/** What was looked up by ids, and what of it is not there. */
export const LookedUp = Answer.transform(({ data = [], ...rest }, context) => {
  if (data.length === 0 && rest.errors.length === 0) {
    context.addIssue({ code: 'custom', message: 'neither data nor errors' })
    return z.NEVER
  }
  return { ...rest, data }
})
export type LookedUp = z.output<typeof LookedUp>

export const Myself = z.object({ data: Person })

/**
 * What can be read of a list, in order.
 * @throws PlatformError if that is nothing: then it is X that has changed, and not one entry that is odd
 */
export function readable<T extends z.ZodType>(schema: T, entries: readonly unknown[]): z.output<T>[] {
  const found = entries.flatMap((entry): z.output<T>[] => {
    const result = schema.safeParse(entry)
    return result.success ? [result.data] : []
  })
  if (entries.length > 0 && found.length === 0)
    throw new PlatformError('unexpected', 'X answers in a form that this version can’t read.')
  return found
}
