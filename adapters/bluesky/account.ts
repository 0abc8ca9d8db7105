import type { FetchRequest, Incoming } from '../platform.ts'
import type { Line, Lines } from './lines.ts'
import { incomingPost, POST, quotedBy, type Seen, type Surroundings } from './map.ts'
import { Posts, PostView, Profile, Profiles, partsOf, readable } from './schema.ts'
import type { Settings } from './settings.ts'

/** What every part of the adapter works with. */
export interface Account {
  settings: Settings
  lines: Lines
  /** The account's DID. @throws PlatformError if it can't sign in */
  did(): Promise<string>
  now: () => Date
  random: () => number
}

/** Bluesky takes so many names in one question, and its servers so many characters in an address. */
const BATCH = 25
const ROOM = 6000
/** Notifications come from four levels below the account's post at most. */
const LEVELS = 4

function* batches(names: Iterable<string>): Generator<string[]> {
  let batch: string[] = []
  let size = 0
  for (const name of new Set(names)) {
    const length = encodeURIComponent(name).length
    if (batch.length === BATCH || (batch.length > 0 && size + length > ROOM)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(name)
    size += length
  }
  if (batch.length > 0) yield batch
}

/** Those of these posts that are there, and are to be seen on this line. */
export async function postsOn(line: Line, uris: Iterable<string>, signal: AbortSignal): Promise<PostView[]> {
  const found: PostView[] = []
  for (const batch of batches(uris)) {
    const { posts } = await line(signal, Posts, (agent, options) =>
      agent.app.bsky.feed.getPosts({ uris: batch }, options),
    )
    found.push(...readable(PostView, posts))
  }
  return found
}

/** Those that nobody can see: neither the account nor a stranger. */
export async function unseen({ lines }: Account, uris: readonly string[], signal: AbortSignal): Promise<string[]> {
  let left = [...uris]
  for (const line of [lines.own, lines.stranger]) {
    if (left.length === 0) break
    const there = new Set((await postsOn(line, left, signal)).map(({ uri }) => uri))
    left = left.filter((uri) => !there.has(uri))
  }
  return left
}

export async function profilesOf(
  { lines }: Account,
  dids: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, Profile>> {
  const found = new Map<string, Profile>()
  for (const batch of batches(dids)) {
    const { profiles } = await lines.own(signal, Profiles, (agent, options) =>
      agent.app.bsky.actor.getProfiles({ actors: batch }, options),
    )
    for (const profile of readable(Profile, profiles)) found.set(profile.did, profile)
  }
  return found
}

/** Of these those that are not stored yet. `keyOf` gives `<id> <revision>`. */
export async function fresh<T>(request: FetchRequest, all: readonly T[], keyOf: (one: T) => string): Promise<T[]> {
  const stored = await request.known(all.map(keyOf))
  return all.filter((one) => !stored.has(keyOf(one)))
}

/** A post by the name and revision under which it is stored. */
export const postKey = ({ uri, cid }: Pick<Seen, 'uri' | 'cid'>): string => `${uri} ${cid}`

export async function incomingPosts(
  account: Account,
  seen: readonly Seen[],
  /** Posts that are known anyway, such as the rest of a thread. */
  nearby: Iterable<Seen>,
  signal: AbortSignal,
): Promise<Incoming[]> {
  if (seen.length === 0) return []
  const around: Surroundings = {
    did: await account.did(),
    now: account.now(),
    posts: await postsAround(account, seen, nearby, signal),
    profiles: await profilesOf(
      account,
      seen.map(({ author }) => author.did),
      signal,
    ),
  }
  return seen.map((one) => incomingPost(one, around))
}

/** What they answer and quote, and what that answers. */
async function postsAround(
  { lines }: Account,
  seen: readonly Seen[],
  nearby: Iterable<Seen>,
  signal: AbortSignal,
): Promise<Map<string, Seen>> {
  const posts = new Map<string, Seen>([...nearby, ...seen].map((one) => [one.uri, one]))
  const asked = new Set<string>()
  let newest: readonly Seen[] = seen
  for (let level = 0; level <= LEVELS && newest.length > 0; level++) {
    const wanted = newest
      .flatMap(({ record }) => [record.reply?.root.uri, record.reply?.parent.uri, quotedBy(record)?.uri])
      .filter((uri) => uri !== undefined)
      .filter((uri) => partsOf(uri).collection === POST && !posts.has(uri) && !asked.has(uri))
    for (const uri of wanted) asked.add(uri)
    newest = await postsOn(lines.own, wanted, signal)
    for (const post of newest) posts.set(post.uri, post)
  }
  return posts
}
