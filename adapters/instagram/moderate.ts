import { z } from 'zod'
import { isRefusal, Unconfirmed } from '../meta/failure.ts'
import type { Account, Asking } from '../meta/graph.ts'
import { refused } from '../meta/outcome.ts'
import type { Order, Outcome } from '../platform.ts'
import { around } from './account.ts'
import { type CommentHandle, isOwn, profileOf } from './map.ts'
import { Remark } from './schema.ts'
import { deletePostWords } from './words.ts'

/** What falls on a comment, or on all comments of a post. Each can be repeated: it is looked at before and after. */

const DONE: Outcome = { is: 'done', receipt: null }
const ALREADY: Outcome = { is: 'already-done', receipt: null }

/** Meta has a text here at times. */
const Success = z.object({ success: z.union([z.literal(true), z.literal('true')]) })

const looking = (path: string, fields: string): Asking => ({
  path,
  query: { fields },
  bucket: 'instagram',
  acting: true,
})

/**
 * Write unless it is so already; where the answer is lost, look whether it came to be so.
 * @throws PlatformError, Refusal, Unconfirmed where it is not so, or can't be told
 */
async function ensure(isSo: () => Promise<boolean>, write: () => Promise<unknown>): Promise<Outcome> {
  if (await isSo()) return ALREADY
  try {
    await write()
  } catch (error) {
    if (!(error instanceof Unconfirmed) || !(await isSo())) throw error
  }
  return DONE
}

/** Read as `hidden`, and written as `hide`. */
const Hidden = z.object({ hidden: z.boolean().optional() })

export function hide(
  { graph }: Account,
  { id }: NonNullable<Order['item']>,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const wanted = !undo
  return ensure(
    async () => (await graph.get(looking(id, 'hidden'), Hidden, signal)).hidden === wanted,
    () => graph.send({ method: 'POST', path: id, body: { hide: wanted }, bucket: 'instagram' }, Success, signal),
  )
}

const Open = z.object({ is_comment_enabled: z.boolean().optional() })

/** All comments of the post, not of this comment alone. */
export function closeComments(
  { graph }: Account,
  { post }: CommentHandle,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  return ensure(
    async () => (await graph.get(looking(post, 'is_comment_enabled'), Open, signal)).is_comment_enabled === undo,
    () =>
      graph.send({ method: 'POST', path: post, body: { comment_enabled: undo }, bucket: 'instagram' }, Success, signal),
  )
}

const There = z.object({ id: z.string() })

/** Delete a comment. What is gone is as it should be. */
export async function remove({ graph }: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const isGone = (): Promise<boolean> =>
    graph.get(looking(id, 'id'), There, signal).then(
      () => false,
      (error: unknown) => {
        if (isRefusal(error, 'gone')) return true
        throw error
      },
    )
  try {
    await graph.send({ method: 'DELETE', path: id, bucket: 'instagram' }, Success, signal)
    return DONE
  } catch (error) {
    if (isRefusal(error, 'gone')) return ALREADY
    if (error instanceof Unconfirmed && (await isGone())) return DONE
    throw error
  }
}

const NOT_OWN = 'This is not a comment of the account’s own.'

/** Delete what the account itself has written. Its posts can't be deleted by program. */
export async function erase(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const here = await around(account, signal)
  try {
    const remark = await account.graph.get(looking(id, 'id,text,username,from'), Remark, signal)
    return isOwn(remark, here) ? await remove(account, id, signal) : refused(NOT_OWN)
  } catch (error) {
    if (isRefusal(error, 'gone')) return ALREADY
    // A post has no such fields.
    if (isRefusal(error, 'invalid'))
      return { is: 'manual', link: profileOf(here.me.username), words: deletePostWords(here.me.username) }
    throw error
  }
}
