import { z } from 'zod'
import { ensure, Success } from '../meta/ensure.ts'
import { isRefusal, Unconfirmed } from '../meta/failure.ts'
import type { Account, Asking } from '../meta/graph.ts'
import { refused } from '../meta/outcome.ts'
import type { Order, Outcome } from '../platform.ts'
import { MentionHandle } from './map.ts'
import { linkTo } from './people.ts'
import { deletePostWords, hidePostWords } from './words.ts'

/** What falls on a comment or on a post. Each can be repeated. */

const looking = (path: string, fields: string): Asking => ({ path, query: { fields }, bucket: 'pages', acting: true })

const Hidden = z.object({ is_hidden: z.boolean().optional() })

/**
 * Hide a comment, or show it again. The Page itself and those with whom it shares a Page can't be hidden.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export function hide({ graph }: Account, id: string, undo: boolean, signal: AbortSignal): Promise<Outcome> {
  const wanted = !undo
  return ensure(
    async () => (await graph.get(looking(id, 'is_hidden'), Hidden, signal)).is_hidden === wanted,
    () => graph.send({ method: 'POST', path: id, body: { is_hidden: wanted }, bucket: 'pages' }, Success, signal),
    true,
  )
}

/** A post by somebody else: by hand. */
export async function hidePost(
  account: Account,
  item: NonNullable<Order['item']>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name } = await account.page(signal)
  const wall = MentionHandle.safeParse(item.handle).data?.wall ?? true
  return { is: 'manual', link: linkTo(item), words: hidePostWords(name, wall) }
}

const There = z.object({ id: z.string() })

/** Delete a comment or a post. What is gone is as it should be. @throws PlatformError, Refusal, Unconfirmed */
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
    await graph.send({ method: 'DELETE', path: id, bucket: 'pages' }, Success, signal)
    return { is: 'done', receipt: null }
  } catch (error) {
    if (isRefusal(error, 'gone')) return { is: 'already-done', receipt: null }
    if (error instanceof Unconfirmed && (await isGone())) return { is: 'done', receipt: null }
    throw error
  }
}

/** What a stranger wrote, by order of a person. Posts elsewhere are not the Page's to delete. */
export async function take(account: Account, item: NonNullable<Order['item']>, signal: AbortSignal): Promise<Outcome> {
  if (item.kind === 'comment') return remove(account, item.id, signal)
  const { name } = await account.page(signal)
  const wall = MentionHandle.safeParse(item.handle).data?.wall ?? false
  const byHand: Outcome = { is: 'manual', link: linkTo(item), words: deletePostWords(name, wall) }
  if (!wall) return byHand
  try {
    return await remove(account, item.id, signal)
  } catch (error) {
    if (isRefusal(error, 'permission')) return byHand
    throw error
  }
}

const By = z.object({ from: z.object({ id: z.string() }).optional() })

/** Delete what the Page itself has written. */
export async function erase(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const page = await account.page(signal)
  try {
    const { from } = await account.graph.get(looking(id, 'from{id}'), By, signal)
    return from?.id === page.id ? await remove(account, id, signal) : refused(NOT_OWN)
  } catch (error) {
    if (isRefusal(error, 'gone')) return { is: 'already-done', receipt: null }
    throw error
  }
}

const NOT_OWN = 'This is not the Page’s own.'
