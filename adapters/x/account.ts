import type { FetchRequest, Incoming } from '../platform.ts'
import type { Client } from './client.ts'
import { X } from './endpoints.ts'
import { compareIds, newer } from './ids.ts'
import { incomingPost, lastingId, postKey, type Surroundings } from './map.ts'
import { CeilingReached, type Money } from './money.ts'
import type { OwnPosts } from './own.ts'
import { type Included, LookedUp, Myself, type Person, Post, readable } from './schema.ts'
import type { Settings } from './settings.ts'

/** The account itself. `handle` without the @. */
export interface Me {
  id: string
  handle: string
}

/** What every part of the adapter works with. */
export interface Account {
  settings: Settings
  client: Client
  money: Money
  /** Asked once and kept. @throws PlatformError */
  me(signal: AbortSignal): Promise<Me>
  /** The first posts of conversations, by the conversation's id. */
  roots: Roots
  /**
   * The account's own posts of the last week, brought up to date.
   * @param id if given, only where they don't reach as far as this
   * @throws PlatformError, Refusal
   */
  own(signal: AbortSignal, id?: string): Promise<OwnPosts>
  now: () => Date
}

/** The account as X shows it, asked anew: people change their handles. */
export async function myself({ client }: Pick<Account, 'client'>, signal: AbortSignal): Promise<Person> {
  // Whoever acts must know who they are.
  const { data } = await client.get(X.me, { acting: true }, Myself, signal)
  return data
}

/** Null: it was looked for, and is not to be seen. */
export type Root = Pick<Post, 'id' | 'author' | 'text' | 'writtenAt'> | null

/** Conversations remembered: looking up each again would cost more than reading it. */
const REMEMBERED = 1_000
/** What is not to be seen now may be later. Milliseconds. */
const HOUR = 3_600_000

/** A memory that forgets what was not needed for longest. */
export interface Roots {
  get(conversation: string): Root | undefined
  set(conversation: string, root: Root): void
}

export function rememberRoots(now: () => Date): Roots {
  const known = new Map<string, { root: Root; till: number }>()
  const keep = (conversation: string, entry: { root: Root; till: number }): void => {
    known.delete(conversation)
    known.set(conversation, entry)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
  }
  return {
    set: (conversation, root) => {
      keep(conversation, { root, till: root === null ? now().getTime() + HOUR : Number.POSITIVE_INFINITY })
    },
    get: (conversation) => {
      const entry = known.get(conversation)
      if (!entry || entry.till <= now().getTime()) return undefined
      keep(conversation, entry)
      return entry.root
    },
  }
}

/** X looks up so many at once. */
export const BATCH = 100

/**
 * Those of these posts that are to be seen, with what X says of the others.
 * @param enough so many of them, the first, where money is short; all, if absent
 * @throws PlatformError, Refusal
 */
export async function postsOf(
  { client }: Pick<Account, 'client'>,
  ids: readonly string[],
  signal: AbortSignal,
  enough = ids.length,
): Promise<{ posts: Post[]; included: Included; absent: Absent[] }> {
  const asked = { query: { ids: ids.join(',') }, enough }
  const { data, includes, errors } = await client.get(X.posts, asked, LookedUp, signal)
  const posts = readable(Post, data)
  return { posts, included: includes, absent: absentOf(posts, errors) }
}

/** A post that was asked for and is not in the answer. */
export interface Absent {
  id: string
  /** X says outright that it is not there, or that nobody may see it; not that it can't be had just now. */
  isSure: boolean
}

const SURE = /\/problems\/(resource-not-found|not-authorized-for-resource)$/

function absentOf(posts: readonly Post[], errors: LookedUp['errors']): Absent[] {
  const seen = new Set(posts.map(({ id }) => id))
  return (
    errors
      // Others are of posts that these merely refer to.
      .filter(({ parameter }) => parameter === undefined || parameter === 'ids')
      .flatMap(({ resource_id, value, type = '' }) => {
        const id = resource_id ?? value
        return id === undefined || seen.has(id) ? [] : [{ id, isSure: SURE.test(type) }]
      })
  )
}

/**
 * Posts of a page as items. The account's own, reposts, and what is stored already are left out.
 * @throws PlatformError, Refusal
 */
export async function incomingPosts(
  account: Account,
  request: Pick<FetchRequest, 'known' | 'signal'>,
  posts: readonly Post[],
  included: Included,
): Promise<Incoming[]> {
  const me = await account.me(request.signal)
  const theirs = posts.filter(({ author, reposts }) => author !== me.id && reposts === undefined)
  const stored = theirs.length > 0 ? await request.known(theirs.map(postKey)) : new Set()
  const fresh = theirs.filter((post) => !stored.has(postKey(post)))
  if (fresh.length === 0) return []
  const nearby = new Map([...included.posts, ...posts].map((post) => [post.id, post]))
  const around: Surroundings = {
    me,
    now: account.now(),
    people: new Map(included.users.map((person) => [person.id, person])),
    media: new Map(included.media.map((medium) => [medium.media_key, medium])),
    polls: new Map(included.polls.map((poll) => [poll.id, poll])),
    posts: nearby,
    roots: await rootsOf(account, fresh, nearby, request.signal),
  }
  return fresh.map((post) => incomingPost(post, around))
}

/** Looking a post up costs five times a mention: all of a page's together no more than the page. */
const PER_LOOK_UP = 5

/**
 * The first posts of their conversations: from the page itself, from memory, from the account's own posts, or, where they are
 * older than those, looked up. Strangers choose how many there are, so where money ends they stay unknown: no page fails by it.
 */
async function rootsOf(
  account: Account,
  posts: readonly Post[],
  nearby: ReadonlyMap<string, Post>,
  signal: AbortSignal,
): Promise<Map<string, Root>> {
  const remembered = new Map<string, Root>()
  const found = new Map<string, Root>()
  const wanted: string[] = []
  for (const conversation of new Set(posts.map((post) => post.conversation))) {
    const near = nearby.get(conversation)
    const root = account.roots.get(conversation)
    if (near) found.set(conversation, rootFrom(near))
    else if (root !== undefined) remembered.set(conversation, root)
    else wanted.push(conversation)
  }
  try {
    const older = await begunByAccount(account, wanted, found, signal)
    await lookUp(account, older.slice(0, Math.ceil(posts.length / PER_LOOK_UP)), found, signal)
  } catch (error) {
    if (!(error instanceof CeilingReached)) throw error
  }
  for (const [conversation, root] of found) account.roots.set(conversation, root)
  return new Map([...remembered, ...found])
}

/** @returns those of which the account's own posts don't tell whose they are */
async function begunByAccount(
  account: Account,
  conversations: readonly string[],
  found: Map<string, Root>,
  signal: AbortSignal,
): Promise<string[]> {
  const [first, ...others] = conversations
  if (first === undefined) return []
  const { posts, from, till } = await account.own(signal, others.reduce(newer, first))
  const begun = new Map(posts.map((post) => [lastingId(post), post]))
  return conversations.filter((conversation) => {
    const post = begun.get(conversation)
    if (post) found.set(conversation, rootFrom(post))
    return !post && (compareIds(conversation, from) < 0 || compareIds(conversation, till) > 0)
  })
}

async function lookUp(
  account: Account,
  conversations: readonly string[],
  found: Map<string, Root>,
  signal: AbortSignal,
): Promise<void> {
  if (conversations.length === 0) return
  const { posts, absent } = await postsOf(account, conversations, signal, 1)
  for (const post of posts) found.set(lastingId(post), rootFrom(post))
  for (const { id } of absent) found.set(id, null)
}

/** Looked up by its first id, an edited post says which of its versions can be answered. */
function rootFrom(post: Post): Root {
  const { author, text, writtenAt, edits } = post
  return { id: edits.at(-1) ?? lastingId(post), author, text, writtenAt }
}
