import type { Account } from './account.ts'
import { X } from './endpoints.ts'
import { compareIds, idAt, newer } from './ids.ts'
import { lastingId } from './map.ts'
import { Listed, Post, readable } from './schema.ts'

/**
 * The account's own posts of the last seven days. A conversation is named by its first post, so these tell whose it is: for a
 * fifth of what looking its first post up would cost, and for nothing where strangers began it.
 */

const WEEK = 7 * 86_400_000
/** The newest, where there are more. */
const FOLLOWED = 400
/** X gives far fewer; one that leads in a circle would never end. */
const PAGES = 100
/** A post may be listed a little later than it was written. */
const LATE = 2 * 60_000

export interface OwnPosts {
  /** The newest version of each, newest first. */
  posts: readonly Post[]
  /** Between these ids none is missing. */
  from: string
  till: string
}

/** Read once, and from then on only what was added: each day has its price. */
export function ownPosts(parts: () => Account): Account['own'] {
  let known: OwnPosts | null = null
  return async (signal, id) => {
    if (known && id !== undefined && compareIds(id, known.till) <= 0) return known
    known = await brought(parts(), known, signal)
    return known
  }
}

async function brought(account: Account, before: OwnPosts | null, signal: AbortSignal): Promise<OwnPosts> {
  const { id } = await account.me(signal)
  const now = account.now().getTime()
  const [start, till] = [idAt(new Date(now - WEEK)), idAt(new Date(now - LATE))]
  const asked = { max_results: 100, exclude: 'retweets', since_id: newer(start, before?.till ?? start) }
  const found: Post[] = []
  let token: string | null = null
  for (let pages = 0; pages < PAGES && found.length < FOLLOWED; pages++) {
    const place: Record<string, string> = token === null ? {} : { pagination_token: token }
    const page: Listed = await account.client.get(
      X.ownPosts,
      { params: { id }, query: { ...asked, ...place } },
      Listed,
      signal,
    )
    found.push(...readable(Post, page.data))
    token = page.next
    if (token === null) break
  }
  const all = token === null ? [...found, ...(before?.posts ?? [])] : found
  const versions = all.filter((post) => compareIds(post.id, start) > 0).toSorted((a, b) => compareIds(a.id, b.id))
  const newest = [...new Map(versions.map((post) => [lastingId(post), post])).values()]
  const posts = newest.toSorted((a, b) => compareIds(b.id, a.id)).slice(0, FOLLOWED)
  const isCut = token !== null || newest.length > FOLLOWED
  return { posts, till, from: isCut ? (posts.at(-1)?.id ?? till) : newer(start, before?.from ?? start) }
}
