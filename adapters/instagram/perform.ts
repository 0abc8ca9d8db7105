import type { Account } from '../meta/graph.ts'
import { prepareLetter } from '../meta/letters.ts'
import { outcomeOf, refused } from '../meta/outcome.ts'
import type { Capabilities, Json, Order, Outcome } from '../platform.ts'
import { around } from './account.ts'
import { CommentHandle, MentionHandle, profileOf } from './map.ts'
import { closeComments, erase, hide, remove } from './moderate.ts'
import { reportWords } from './words.ts'

/**
 * What the account may do on Instagram.
 * @param granted the permissions that the token carries
 */
export function capabilities(granted: ReadonlySet<string>): Capabilities {
  const comments = granted.has('instagram_manage_comments') ? 'automatic' : 'impossible'
  const messages = granted.has('instagram_manage_messages')
  const byMessage = messages ? 'automatic' : 'manual'
  return {
    hide: { comment: comments },
    delete: { comment: comments },
    'close-comments': { comment: comments },
    mute: 'impossible',
    restrict: { comment: 'manual', mention: 'manual', message: byMessage },
    // Of somebody who has never written to the account it becomes a task after all.
    block: messages && granted.has('business_management') ? 'automatic' : 'manual',
    'delete-own': comments,
    report: 'manual',
    redirect: { comment: comments, mention: comments, message: byMessage },
    warn: { comment: byMessage, mention: 'manual', message: byMessage },
  }
}

export const prepare = (now: Date): Json => prepareLetter(now)

export async function perform(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  signal.throwIfAborted()
  try {
    return await carryOut(account, order, signal)
  } catch (error) {
    signal.throwIfAborted()
    return outcomeOf(error, account, order, 'Instagram')
  }
}

async function carryOut(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { action, undo, item } = order
  switch (action) {
    case 'hide':
      if (item?.kind !== 'comment') return refused(NOT_UNDER_OWN)
      return hide(account, item, undo, signal)
    case 'delete':
      if (undo) return irrevocable('a deletion')
      if (item?.kind !== 'comment') return refused(NOT_UNDER_OWN)
      return remove(account, item.id, signal)
    case 'close-comments': {
      const handle = CommentHandle.safeParse(item?.handle).data
      if (item?.kind !== 'comment' || !handle) return refused(NOT_UNDER_OWN)
      return closeComments(account, handle, undo, signal)
    }
    case 'mute':
      return refused(NO_MUTING)
    case 'report':
      return undo ? irrevocable('a report') : report(account, order, signal)
    case 'delete-own':
      if (undo) return irrevocable('a deletion')
      return item ? erase(account, item.id, signal) : nothing('comment')
    default:
      return refused('to come')
  }
}

const nothing = (what: string): Outcome => refused(`The order names no ${what} on Instagram.`)
const irrevocable = (what: string): Outcome => refused(`Instagram has no way to take back ${what}.`)

const NOT_UNDER_OWN = 'Instagram lets an account do this only to comments under its own posts.'
const NO_MUTING =
  'Muting on Instagram only hides somebody’s posts from the account’s own feed, and no program can do it. Restricting is the nearest.'

async function report(account: Account, { item, breach }: Order, signal: AbortSignal): Promise<Outcome> {
  const { me } = await around(account, signal)
  const comment = CommentHandle.safeParse(item?.handle).data
  const mention = MentionHandle.safeParse(item?.handle).data
  const link = comment?.permalink ?? mention?.permalink ?? profileOf(me.username)
  return {
    is: 'manual',
    link,
    words: reportWords(me.username, comment || mention?.comment ? 'comment' : 'post', breach),
  }
}
