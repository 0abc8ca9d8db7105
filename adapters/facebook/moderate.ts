import { z } from 'zod'
import { ensure, Success } from '../meta/ensure.ts'
import { isRefusal } from '../meta/failure.ts'
import type { Account, Asking } from '../meta/graph.ts'
import { refused } from '../meta/outcome.ts'
import { remove } from '../meta/remove.ts'
import type { Order, Outcome } from '../platform.ts'
import { MentionHandle, placeOf } from './map.ts'
import { linkTo } from './people.ts'
import { deleteOwnWords, deletePostWords, hidePostWords } from './words.ts'

/** What falls on a comment or on a post. Each can be repeated. */

const looking = (path: string, fields: string): Asking => ({ path, query: { fields }, bucket: 'pages', acting: true })

const Hidden = z.object({ is_hidden: z.boolean().optional(), can_hide: z.boolean().optional() })

/**
 * Hide a comment, or show it again. The Page itself and those with whom it shares a Page can't be hidden, and Facebook refuses one
 * such comment in the same words as all of them: so it is asked of this one.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function hide({ graph }: Account, id: string, undo: boolean, signal: AbortSignal): Promise<Outcome> {
  const wanted = !undo
  let can = true
  const isSo = async (): Promise<boolean> => {
    const { is_hidden = false, can_hide = true } = await graph.get(looking(id, 'is_hidden,can_hide'), Hidden, signal)
    can = can_hide
    return is_hidden === wanted
  }
  try {
    return await ensure(
      isSo,
      () => graph.send({ method: 'POST', path: id, body: { is_hidden: wanted }, bucket: 'pages' }, Success, signal),
      true,
    )
  } catch (error) {
    // In the same words as where nothing may be hidden at all: that would hold up all that waits behind this one.
    if (!can && isRefusal(error, 'permission')) return refused(NOT_HIDEABLE)
    throw error
  }
}

const NOT_HIDEABLE =
  'Facebook lets nobody hide this comment: it is by the Page itself, or by somebody who works on it. Block or delete it by hand.'

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

const Removable = z.object({ can_remove: z.boolean().optional() })

/**
 * Delete what a stranger wrote, by order of a person. Posts elsewhere are not the Page's to delete.
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function take(account: Account, item: NonNullable<Order['item']>, signal: AbortSignal): Promise<Outcome> {
  if (item.kind === 'comment') return takeComment(account, item.id, signal)
  const { name } = await account.page(signal)
  const wall = MentionHandle.safeParse(item.handle).data?.wall ?? false
  const byHand: Outcome = { is: 'manual', link: linkTo(item), words: deletePostWords(name, wall) }
  return wall ? orByHand(remove(account, 'pages', item.id, signal), byHand) : byHand
}

/** Asked beforehand: Facebook refuses one comment in the same words as all of them. */
async function takeComment(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  try {
    const { can_remove: can = true } = await account.graph.get(looking(id, 'can_remove'), Removable, signal)
    return can ? await remove(account, 'pages', id, signal) : refused(NOT_REMOVABLE)
  } catch (error) {
    return goneIsDone(error)
  }
}

const By = z.object({ from: z.object({ id: z.string() }).optional() })

/** Delete what the Page itself has written. @throws PlatformError, Refusal, Unconfirmed */
export async function erase(account: Account, id: string, signal: AbortSignal): Promise<Outcome> {
  const page = await account.page(signal)
  const byHand: Outcome = { is: 'manual', link: placeOf(id), words: deleteOwnWords(page.name) }
  try {
    const { from } = await account.graph.get(looking(id, 'from{id}'), By, signal)
    if (from?.id !== page.id) return refused(NOT_OWN)
    return await orByHand(remove(account, 'pages', id, signal), byHand)
  } catch (error) {
    return goneIsDone(error)
  }
}

/** What Meta has not granted the app, staff can do. */
async function orByHand(removing: Promise<Outcome>, byHand: Outcome): Promise<Outcome> {
  try {
    return await removing
  } catch (error) {
    if (isRefusal(error, 'permission')) return byHand
    throw error
  }
}

function goneIsDone(error: unknown): Outcome {
  if (isRefusal(error, 'gone')) return { is: 'already-done', receipt: null }
  throw error
}

const NOT_OWN = 'This is not the Page’s own.'
const NOT_REMOVABLE = 'Facebook does not let the Page delete this comment. It can be hidden.'
