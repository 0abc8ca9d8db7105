import { z } from 'zod'
import { readable } from '../meta/known.ts'
import { withoutSecrets } from '../meta/transport.ts'

/** What Meta sends of Instagram, as far as it is used. What is odd in one field costs that field, never the whole row. */

/** Digits in a text, and beyond what a number holds: whoever reads them as one mistakes the comment. */
export const Id = z.string().regex(/^\d{1,40}$/)

const Text = z.string().catch('')
const Said = z.string().optional().catch(undefined)

/** Letters, digits, points and underscores. It becomes part of an address that staff press. */
const Username = z
  .string()
  .regex(/^[\w.]{1,60}$/)
  .optional()
  .catch(undefined)

/** Who wrote it. Meta keeps it back before it has reviewed the app, and sometimes without a reason. */
const From = z.object({ id: Id, username: Username }).optional().catch(undefined)

export const Remark = z.object({ id: Id, text: Text, timestamp: Said, username: Username, from: From, parent_id: Said })
export type Remark = z.infer<typeof Remark>

export const Post = z.object({
  id: Id,
  caption: Text.optional(),
  timestamp: Said,
  username: Username,
  /** Staff press it: nothing but Instagram's own. */
  permalink: z
    .string()
    .regex(/^https:\/\/(www\.)?instagram\.com\//)
    .optional()
    .catch(undefined),
})
export type Post = z.infer<typeof Post>

const bare = (link: string): string => (URL.canParse(link) ? withoutSecrets(new URL(link)) : link)

/** A list within a node. Meta leaves an empty one out. */
export function listOf<T extends z.ZodType>(row: T) {
  return z
    .object({ data: z.array(z.unknown()), paging: z.object({ next: Said }).optional().catch(undefined) })
    .transform(({ data, paging }) => ({
      rows: readable(row, data),
      next: paging?.next === undefined ? null : bare(paging.next),
    }))
    .optional()
    .catch(undefined)
    .transform((list) => list ?? { rows: [], next: null })
}

export const Comment = Remark.extend({ replies: listOf(Remark) })
export type Comment = z.infer<typeof Comment>

/** A post of the account's own, with its newest comments. `comments_count` counts answers too. */
export const OwnPost = Post.extend({
  comments_count: z.number().optional().catch(undefined),
  comments: listOf(Comment),
})
export type OwnPost = z.infer<typeof OwnPost>

/** A post of somebody else's. */
export const OtherPost = Post.extend({
  media_type: Said,
  media_url: z.string().startsWith('http').optional().catch(undefined),
})
export type OtherPost = z.infer<typeof OtherPost>

export const Alone = Remark.extend({ media: Post.optional().catch(undefined) })
export type Alone = z.infer<typeof Alone>

/** The fields that these are read with. */
const REMARK = 'id,text,timestamp,username,from,parent_id'
const POST = 'id,caption,timestamp,username,permalink'
/** Meta gives fifty at most. */
const FIFTY = 50

const commentFields = (replies: number): string => `${REMARK},replies.limit(${replies}){${REMARK}}`

export const FIELDS = {
  post: POST,
  remark: REMARK,
  comment: commentFields(FIFTY),
  counted: `${POST},comments_count`,
  /** With its newest comments, few enough for many posts in one call. */
  glance: `${POST},comments_count,comments.limit(25){${commentFields(25)}}`,
  otherPost: `${POST},media_type,media_url`,
  /** With the post that it stands under. */
  alone: `${REMARK},media{${POST}}`,
} as const
