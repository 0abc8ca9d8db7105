import { z } from 'zod'
import type { Outcome } from '../platform.ts'
import { type Account, unseen } from './account.ts'
import { isRefusal } from './failure.ts'
import { isBy, type PostHandle } from './map.ts'
import { Anything, amend } from './repo.ts'
import { partsOf } from './schema.ts'

/**
 * What the author of a post may say of the posts around it: which replies are hidden, which quotes no longer show it.
 * Kept in a record beside the post, under the same key, that staff's own app edits as well.
 */
interface Gate {
  collection: string
  list: string
  /** The longest list that Bluesky takes. */
  most: number
  full: string
}

const THREAD: Gate = {
  collection: 'app.bsky.feed.threadgate',
  list: 'hiddenReplies',
  most: 300,
  full: 'Bluesky lets an account hide 300 replies under one post, and so many are hidden here. Consider a block.',
}

const QUOTES: Gate = {
  collection: 'app.bsky.feed.postgate',
  list: 'detachedEmbeddingUris',
  most: 50,
  full: 'Bluesky lets an account detach 50 quotes from one post, and so many are detached. Consider a block.',
}

const Uris = z.array(z.string()).catch([])

/** Hide a reply, or detach a quote; or take that back. */
export async function gate(
  account: Account,
  handle: PostHandle,
  kind: 'reply' | 'quote',
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const post = kind === 'quote' ? handle.quotes : handle.root.uri
  if (post === null || !isBy(await account.did(), post)) {
    const because =
      'Bluesky lets only the author of the first post of a thread hide replies in it: this thread is not ours.'
    return { is: 'refused', because }
  }
  if (!undo && (await unseen(account, [handle.uri], signal)).length > 0) return { is: 'gone' }
  const { collection, list, most, full } = kind === 'quote' ? QUOTES : THREAD
  const place = { collection, rkey: partsOf(post).rkey }
  const fits = (uris: string[]): boolean => uris.includes(handle.uri) !== undo
  let changed = false
  let isFull = false
  await amend(
    account,
    place,
    async (value) => {
      const uris = Uris.parse(value?.[list])
      if (fits(uris)) return null
      const others = uris.filter((uri) => uri !== handle.uri)
      const room = undo || others.length < most ? others : await pruned(account, others, signal)
      isFull = !undo && room.length >= most
      if (isFull) return null
      changed = true
      const fresh = { post, createdAt: account.now().toISOString() }
      return { ...fresh, ...value, [list]: undo ? room : [...room, handle.uri] }
    },
    signal,
  )
  if (isFull) return { is: 'refused', because: full }
  return { is: changed ? 'done' : 'already-done', receipt: null }
}

/** Without the posts that are deleted: their places are free. One merely out of sight may come back, and keeps its place. */
async function pruned(account: Account, uris: string[], signal: AbortSignal): Promise<string[]> {
  const missing = await unseen(account, uris, signal)
  const deleted = new Set<string>()
  for (const uri of missing) if (await isDeleted(account, uri, signal)) deleted.add(uri)
  return uris.filter((uri) => !deleted.has(uri))
}

async function isDeleted({ lines }: Account, uri: string, signal: AbortSignal): Promise<boolean> {
  try {
    await lines.own(signal, Anything, (agent, options) => agent.com.atproto.repo.getRecord(partsOf(uri), options))
    return false
  } catch (error) {
    return isRefusal(error, 'RecordNotFound')
  }
}
