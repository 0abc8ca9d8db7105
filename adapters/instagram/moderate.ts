import { z } from 'zod'
import { ensure, Success } from '../meta/ensure.ts'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Asking } from '../meta/graph.ts'
import { refused } from '../meta/outcome.ts'
import { remove } from '../meta/remove.ts'
import type { Order, Outcome } from '../platform.ts'
import { around } from './account.ts'
import { type CommentHandle, isOwn, profileOf } from './map.ts'
import { Remark } from './schema.ts'
import { deletePostWords } from './words.ts'

/** What falls on a comment, or on all comments of a post. Each can be repeated. */

const looking = (path: string, fields: string): Asking => ({
  path,
  query: { fields },
  bucket: 'instagram',
  acting: true,
})

/** Read as `hidden`, and written as `hide`. */
const Hidden = z.object({ hidden: z.boolean().optional() })

/** @throws PlatformError, Refusal */
export async function isHidden({ graph }: Account, id: string, signal: AbortSignal): Promise<boolean> {
  return (await graph.get(looking(id, 'hidden'), Hidden, signal)).hidden === true
}

export function hide(
  account: Account,
  { id }: NonNullable<Order['item']>,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const wanted = !undo
  return ensure(
    async () => (await isHidden(account, id, signal)) === wanted,
    () =>
      account.graph.send({ method: 'POST', path: id, body: { hide: wanted }, bucket: 'instagram' }, Success, signal),
    true,
  )
}

const Open = z.object({ is_comment_enabled: z.boolean().optional() })

/** That it was this order which closed the post: what was closed before is not Serjeant's to open. */
const Closing = z.object({ closed: z.literal(true) })

/** All comments of the post, not of this comment alone. */
export async function closeComments(
  { graph }: Account,
  { post }: CommentHandle,
  { undo, receipt, attempt }: Pick<Order, 'undo' | 'receipt' | 'attempt'>,
  signal: AbortSignal,
): Promise<Outcome> {
  if (undo && !Closing.safeParse(receipt).success) return refused(NOT_OURS)
  const outcome = await ensure(
    async () => (await graph.get(looking(post, 'is_comment_enabled'), Open, signal)).is_comment_enabled === undo,
    () =>
      graph.send({ method: 'POST', path: post, body: { comment_enabled: undo }, bucket: 'instagram' }, Success, signal),
    true,
  )
  const isOurs = !undo && (outcome.is === 'done' || (outcome.is === 'already-done' && attempt > 1))
  return isOurs ? { is: 'done', receipt: { closed: true } } : outcome
}

const NOT_OURS =
  'Comments on that post were closed before, by staff or by another decision: open them in the Instagram app.'

const NOT_OWN = 'This is not a comment of the account’s own.'

/** Delete what the account itself has written. Its posts can't be deleted by program. */
export async function erase(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const here = await around(account, signal)
  const remark = await account.graph
    .get(looking(id, 'id,text,username,from'), Remark, signal)
    .catch((error: unknown) => {
      if (isRefusal(error, 'gone')) return 'gone'
      // A post has no such fields.
      if (isRefusal(error, 'invalid')) return 'post'
      throw error
    })
  const { username } = here.me
  if (remark === 'post') return { is: 'manual', link: profileOf(username), words: deletePostWords(username) }
  if (remark === 'gone') return { is: 'already-done', receipt: null }
  return isOwn(remark, here) ? remove(account, 'instagram', id, signal) : refused(NOT_OWN)
}
