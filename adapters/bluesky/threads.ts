import { z } from 'zod'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { type Account, fresh, incomingPosts, postKey, unseen } from './account.ts'
import { isRefusal, unknownSelf } from './failure.ts'
import type { Line } from './lines.ts'
import { isBy, type Seen } from './map.ts'
import { REASONS } from './notifications.ts'
import {
  Feed,
  FeedEntry,
  Notification,
  Notifications,
  PostView,
  Quotes,
  readable,
  Thread,
  ThreadNode,
} from './schema.ts'

/**
 * Walks the threads under the account's own posts of the last days, as the account and as a stranger, and their quotes:
 * notifications say nothing of who is muted or blocked, of answers five levels down, and of what is deleted or
 * rewritten later. The same post may be found again on every pass: what is stored is passed over.
 */

const DAY = 86_400_000
/** How long one call goes on taking the next post, in milliseconds: the service waits a minute for it. */
const ENOUGH = 5_000
/** A post so young is looked under even where its count of replies says none: counts lag, and leave some out. */
const YOUNG = 2 * DAY
/** Items remembered per thread to tell when one is deleted, newest last. */
const REMEMBERED = 500
const DEEPEST = 1000
const QUOTE_PAGES = 20

const Task = z.object({ uri: z.string(), thread: z.boolean(), quotes: z.boolean() })
type Task = z.infer<typeof Task>

const Cursor = z
  .object({
    /** Null between passes. `feed`: where the list of own posts goes on; null when it is read to its end. */
    pass: z.object({ feed: z.string().nullable(), tasks: z.array(Task) }).nullable(),
    /** Which items stood under which own post. */
    stood: z.record(z.string(), z.array(z.string())),
    /** Of the last pass that was finished: posts no longer walked fall out. */
    walked: z.array(z.string()),
  })
  .catch({ pass: null, stood: {}, walked: [] })
type Cursor = z.infer<typeof Cursor>

/** In `stood`, for what does not stand under a post of the account's: mentions, and replies in others' threads. */
const ELSEWHERE = ''

export async function fetchThreads(account: Account, request: FetchRequest): Promise<Page> {
  const state = Cursor.parse(request.cursor)
  const { signal } = request
  if (!state.pass) return begin(account, request, state)

  const { feed, tasks } = state.pass
  const did = await account.did()
  const found: Seen[] = []
  const gone = new Set<string>()
  const began = performance.now()
  const rest = [...tasks]
  for (let task = rest.shift(); task; task = performance.now() - began < ENOUGH ? rest.shift() : undefined) {
    const here = await walk(account, task, signal)
    found.push(...here.values())
    const strangers = [...here.values()].filter(({ author }) => author.did !== did).map(({ uri }) => uri)
    const missing = (state.stood[task.uri] ?? []).filter((uri) => !here.has(uri))
    for (const uri of await unseen(account, missing, signal)) gone.add(uri)
    // Out of sight under the post, and yet to be seen: by a block, say. It may still be deleted.
    const hidden = missing.filter((uri) => !gone.has(uri))
    state.stood[task.uri] = [...hidden, ...strangers].slice(-REMEMBERED)
    state.walked.push(task.uri)
  }
  const more = rest.length > 0 || feed !== null
  const next =
    rest.length === 0 && feed !== null ? await ownPosts(account, feed, state.stood, signal) : { feed, tasks: rest }
  return {
    items: await unknown(account, request, found),
    gone: [...gone],
    more,
    cursor: more ? { ...state, pass: next } : finished(state),
  }
}

function finished({ stood, walked }: Cursor): Cursor {
  const current = new Set([...walked, ELSEWHERE])
  return {
    pass: null,
    walked: [],
    stood: Object.fromEntries(Object.entries(stood).filter(([uri]) => current.has(uri))),
  }
}

/** The first step of a pass: which own posts to walk, and what became of the items elsewhere. */
async function begin(account: Account, request: FetchRequest, state: Cursor): Promise<Page> {
  const { signal } = request
  const did = await account.did()
  const asked = { limit: 100, reasons: REASONS, priority: false }
  const { notifications } = await account.lines.own(signal, Notifications, (agent, options) =>
    agent.app.bsky.notification.listNotifications(asked, options),
  )
  const elsewhere = readable(Notification, notifications)
    .filter(({ uri, record }) => !isBy(did, uri) && !isBy(did, record.reply?.root.uri ?? uri))
    .map(({ uri }) => uri)
  const before = state.stood[ELSEWHERE] ?? []
  const gone = await unseen(account, before, signal)
  const standing = new Set([...before, ...elsewhere.reverse()])
  for (const uri of gone) standing.delete(uri)

  const pass = await ownPosts(account, '', state.stood, signal)
  const more = pass.tasks.length > 0 || pass.feed !== null
  const stood = { ...state.stood, [ELSEWHERE]: [...standing].slice(-REMEMBERED / 5) }
  return {
    items: [],
    gone,
    more,
    cursor: more ? { pass, stood, walked: [] } : finished({ ...state, stood }),
  }
}

async function ownPosts(
  account: Account,
  cursor: string,
  stood: Cursor['stood'],
  signal: AbortSignal,
): Promise<NonNullable<Cursor['pass']>> {
  const did = await account.did()
  const now = account.now().getTime()
  const asked = { actor: did, filter: 'posts_with_replies', limit: 100, ...(cursor ? { cursor } : {}) }
  const page = await account.lines
    .own(signal, Feed, (agent, options) => agent.app.bsky.feed.getAuthorFeed(asked, options))
    .catch((error: unknown) => {
      throw unknownSelf(error) ?? error
    })
  const entries = readable(FeedEntry, page.feed)
  const age = ({ indexedAt }: { indexedAt?: string | undefined }): number => now - (Date.parse(indexedAt ?? '') || now)
  const horizon = account.settings.lookBackDays * DAY
  const own = entries.flatMap(({ post, reason }) => (post.author.did === did && !reason ? [post] : []))
  const recent = own.filter((post) => age(post) < horizon)
  const tasks = recent.map((post): Task => {
    const isYoung = !post.record.reply && age(post) < YOUNG
    // Where something stood last time, its absence is news.
    const stands = stood[post.uri]?.length
    return {
      uri: post.uri,
      thread: Boolean(post.replyCount || stands || isYoung),
      quotes: Boolean(post.quoteCount || stands),
    }
  })
  const last = entries.at(-1)
  const isOver = last && age(last.reason ?? last.post) > horizon
  return {
    feed: isOver ? null : (page.cursor ?? null),
    tasks: tasks.filter(({ thread, quotes }) => thread || quotes),
  }
}

/** All that is to be seen under one own post, by either line. */
async function walk(
  { lines }: Account,
  { uri, thread, quotes }: Task,
  signal: AbortSignal,
): Promise<Map<string, Seen>> {
  const found = new Map<string, Seen>()
  for (const line of [lines.stranger, lines.own]) {
    // The account's own view comes last: where both see a post, it says how the account stands to its author.
    if (thread) for (const post of await underneath(line, uri, signal)) found.set(post.uri, post)
    if (quotes) for (const post of await quoting(line, uri, signal)) found.set(post.uri, post)
  }
  found.delete(uri)
  return found
}

async function underneath(line: Line, uri: string, signal: AbortSignal): Promise<PostView[]> {
  const found: PostView[] = []
  try {
    const { thread } = await line(signal, Thread, (agent, options) =>
      agent.app.bsky.feed.getPostThread({ uri, depth: DEEPEST, parentHeight: 0 }, options),
    )
    // Not by recursion: a thread may be a thousand deep.
    const waiting = [thread]
    while (waiting.length > 0) {
      const { data } = ThreadNode.safeParse(waiting.pop())
      if (!data) continue
      found.push(data.post)
      waiting.push(...data.replies)
    }
  } catch (error) {
    // The account has deleted the post since, or hides it from strangers.
    if (!isRefusal(error, 'NotFound')) throw error
  }
  return found
}

async function quoting(line: Line, uri: string, signal: AbortSignal): Promise<PostView[]> {
  const found: PostView[] = []
  let cursor: string | undefined
  // Newest first: the older ones were found when they were new.
  let pages = 0
  do {
    const asked = { uri, limit: 100, ...(cursor ? { cursor } : {}) }
    const page = await line(signal, Quotes, (agent, options) => agent.app.bsky.feed.getQuotes(asked, options))
    found.push(...readable(PostView, page.posts))
    cursor = page.cursor
    pages += 1
  } while (cursor && pages < QUOTE_PAGES)
  return found
}

async function unknown(account: Account, request: FetchRequest, found: Seen[]): Promise<Incoming[]> {
  const did = await account.did()
  const others = found.filter(({ author }) => author.did !== did)
  return incomingPosts(account, await fresh(request, others, postKey), found, request.signal)
}
