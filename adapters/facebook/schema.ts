import { z } from 'zod'
import { readable } from '../meta/known.ts'

/**
 * What is read of Facebook's answers: the fields that are used and no others. Whatever is odd about one field costs that field
 * alone. What has no id can't be told from others, and is left out.
 */

/** Digits, by themselves or in pairs; never a path. */
export const Id = z.string().regex(/^\d{1,25}(_\d{1,25})?$/)

const Words = z.string().optional().catch(undefined)

/** Withheld as long as Meta has not reviewed the app, and where it forgets it. */
const Writer = z
  .object({ id: z.string().regex(/^\d{1,25}$/), name: Words })
  .optional()
  .catch(undefined)

const Part = z.object({
  type: Words,
  title: Words,
  description: Words,
  url: Words,
  target: z.object({ id: Words, url: Words }).optional().catch(undefined),
  media: z
    .object({ image: z.object({ src: Words }).optional().catch(undefined), source: Words })
    .optional()
    .catch(undefined),
})
export type Part = z.output<typeof Part>

const listOf = <T extends z.ZodType>(row: T) =>
  z.object({ data: z.array(z.unknown()).transform((rows) => readable(row, rows)) })

/** A picture, a film, a link, or an album that holds some. */
const Attachment = Part.extend({ subattachments: listOf(Part).optional().catch(undefined) })
export type Attachment = z.output<typeof Attachment>

const said = { id: Id, message: Words, created_time: Words, from: Writer }

export const Comment = z.object({
  ...said,
  /** Of an answer: the comment that it stands below. */
  parent: z.object(said).optional().catch(undefined),
  attachment: Attachment.optional().catch(undefined),
  permalink_url: Words,
})
export type Comment = z.output<typeof Comment>

/** The newest comments of a post, in the answer that lists the posts. Where they can't be read, they must be asked for by themselves. */
const Newest = listOf(Comment)
  .extend({ paging: z.object({ next: z.unknown().optional() }).optional() })
  .transform(({ data, paging }) => ({ rows: data, hasMore: paging?.next !== undefined }))
  .optional()
  .catch({ rows: [], hasMore: true })

export const Post = z.object({
  ...said,
  permalink_url: Words,
  attachments: listOf(Attachment).optional().catch(undefined),
  comments: Newest,
})
export type Post = z.output<typeof Post>

const SAID = 'id,message,created_time,from{id,name}'
const ATTACHED = 'type,title,description,url,target,media'

/** Written after a post, a comment or an edge as `fields`. */
export const COMMENT_FIELDS = `${SAID},parent{${SAID}},attachment,permalink_url`
export const POST_FIELDS = `${SAID},permalink_url`
/** Of posts that others write: what they put into them, too. */
export const WHOLE_POST_FIELDS = `${POST_FIELDS},attachments{${ATTACHED},subattachments}`
