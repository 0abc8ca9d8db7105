import { z } from 'zod'
import { explain, steps } from './explain.ts'
import type { Author, Item, OfficeFacts, Remark, Subject } from './model.ts'

/** A century either way: further off, a date says nothing and may not even exist. */
const Minutes = z.number().min(-52_560_000).max(52_560_000)
const Days = z.number().min(0).max(36_500)
const Text = z.string().exactOptional()
const Count = z.number().min(0).exactOptional()

/**
 * One line for `serjeant judge`: an item and what stood around it. Anything but `id` and `text` may be missing, and
 * what isn't named here is passed over.
 */
export const Line = z.object({
  id: z.string().min(1),
  text: z.string(),
  /** `x`, `bluesky`, `facebook`; `dm-` before it for a direct message. */
  channel: Text,
  lang: Text,
  context: z
    .object({
      post: Text,
      /** The same author's, oldest first; minutes are counted from the item, so earlier ones are negative. */
      earlier: z.array(z.object({ minutes: Minutes, text: z.string() })).exactOptional(),
      others: z.array(z.object({ minutes: Minutes, text: z.string(), handle: Text })).exactOptional(),
    })
    .exactOptional(),
  author: z
    .object({
      handle: Text,
      displayName: Text,
      bio: Text,
      createdDaysAgo: Days.exactOptional(),
      followers: Count,
      following: Count,
      posts: Count,
      hasAvatar: z.boolean().exactOptional(),
      avatarLike: z.enum(['mp', 'staff']).exactOptional(),
      verified: z.boolean().exactOptional(),
    })
    .exactOptional(),
  links: z.array(z.string()).exactOptional(),
  /** What the picture shows, in a few words. */
  image: Text,
})
export type Line = z.infer<typeof Line>

/** The office a line is written to. Only what judging needs; the rest of the file is passed over. */
const Office = z.object({
  mp: z.object({
    name: z.string().min(1),
    constituency: z.string().exactOptional(),
    handles: z.record(z.string(), z.string()).default({}),
  }),
  staff: z.array(z.object({ name: z.string().min(1), role: z.string().exactOptional() })).default([]),
  public: z
    .object({
      phone: z.string().exactOptional(),
      email: z.email().exactOptional(),
      address: z.string().exactOptional(),
      website: z.string().exactOptional(),
    })
    .prefault({}),
})

/** Something read from a line or an office file, or, one sentence each, what is wrong with it; never its words. */
export type Read<T> = { is: 'right'; value: T } | { is: 'wrong'; because: string[] }

export const readLine = (json: unknown): Read<Line> => read(Line, json)
export const readOfficeFacts = (json: unknown): Read<OfficeFacts> => read(Office, json)

function read<T>(schema: z.ZodType<T>, json: unknown): Read<T> {
  const result = schema.safeParse(json, { error: explain })
  if (result.success) return { is: 'right', value: result.data }
  return { is: 'wrong', because: result.error.issues.map(({ path, message }) => `${steps(path) || 'it'} ${message}`) }
}

const MINUTE = 60_000
const DAY = 86_400_000

/** What a detector is given of a line that was written at `now`. */
export function subjectOf({ id, text, channel, lang, context, author, links, image }: Line, now: Date): Subject {
  const remark = ({ minutes, ...said }: { minutes: number; text: string; handle?: string }): Remark => ({
    ...said,
    at: new Date(now.getTime() + minutes * MINUTE),
  })
  return {
    item: {
      id,
      kind: kindOf(channel ?? ''),
      text,
      writtenAt: now,
      links: links ?? [],
      media: image ? [{ kind: 'image', alt: image }] : [],
      ...(lang === undefined ? {} : { lang }),
    },
    author: author ? authorOf(author, channel ?? '', now) : null,
    context: {
      earlier: (context?.earlier ?? []).map(remark),
      others: (context?.others ?? []).map(remark),
      ...(context?.post === undefined ? {} : { post: context.post }),
    },
  }
}

function kindOf(channel: string): Item['kind'] {
  if (channel.startsWith('dm-')) return 'message'
  return channel === 'facebook' ? 'comment' : 'reply'
}

function authorOf({ createdDaysAgo, ...rest }: NonNullable<Line['author']>, channel: string, now: Date): Author {
  const name = rest.handle ?? rest.displayName ?? ''
  return {
    ...rest,
    platform: channel.replace(/^dm-/, '') || 'unknown',
    id: name,
    handle: name,
    ...(createdDaysAgo === undefined ? {} : { createdAt: new Date(now.getTime() - createdDaysAgo * DAY) }),
  }
}
