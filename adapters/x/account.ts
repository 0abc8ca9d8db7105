import type { FetchRequest, Incoming } from '../platform.ts'
import type { Client } from './client.ts'
import { X } from './endpoints.ts'
import { incomingPost, lastingId, postKey, type Surroundings } from './map.ts'
import type { Money } from './money.ts'
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

/** Conversations remembered: looking up each again would cost as much as reading it. */
const REMEMBERED = 1_000

/** A memory that forgets what was not needed for longest. */
export interface Roots {
  get(conversation: string): Root | undefined
  set(conversation: string, root: Root): void
}

export function rememberRoots(most = REMEMBERED): Roots {
  const known = new Map<string, Root>()
  const set = (conversation: string, root: Root): void => {
    known.delete(conversation)
    known.set(conversation, root)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
  }
  return {
    set,
    get: (conversation) => {
      const root = known.get(conversation)
      if (root !== undefined) set(conversation, root)
      return root
    },
  }
}

/** X looks up so many at once. */
export const BATCH = 100

/** Those of these posts that are to be seen, with what X says of the others. */
export async function postsOf(
  { client }: Pick<Account, 'client'>,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ posts: Post[]; included: Included; errors: LookedUp['errors'] }> {
  const { data, includes, errors } = await client.get(X.posts, { query: { ids: ids.join(',') } }, LookedUp, signal)
  return { posts: readable(Post, data), included: includes, errors }
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
    posts: nearby,
    roots: await rootsOf(account, fresh, nearby, request.signal),
  }
  return fresh.map((post) => incomingPost(post, around))
}

/** The first posts of their conversations: from the page itself, from memory, or looked up. */
async function rootsOf(
  account: Account,
  posts: readonly Post[],
  nearby: ReadonlyMap<string, Post>,
  signal: AbortSignal,
): Promise<Map<string, Root>> {
  const found = new Map<string, Root>()
  const wanted: string[] = []
  for (const conversation of new Set(posts.map((post) => post.conversation))) {
    const near = nearby.get(conversation)
    const root = near ? rootFrom(near) : account.roots.get(conversation)
    if (root === undefined) wanted.push(conversation)
    else found.set(conversation, root)
  }
  for (let at = 0; at < wanted.length; at += BATCH) {
    const batch = wanted.slice(at, at + BATCH)
    const looked = await postsOf(account, batch, signal)
    const seen = new Map(looked.posts.map((post) => [post.id, post]))
    for (const conversation of batch) found.set(conversation, rootFrom(seen.get(conversation)))
  }
  for (const [conversation, root] of found) account.roots.set(conversation, root)
  return found
}

/** Looked up by its first id, an edited post says which of its versions can be answered. */
export function rootFrom(post: Post | undefined): Root {
  if (!post) return null
  const { author, text, writtenAt, edits } = post
  return { id: edits.at(-1) ?? lastingId(post), author, text, writtenAt }
}
