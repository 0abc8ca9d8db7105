import type { Account } from '../meta/graph.ts'
import { MessageHandle } from '../meta/messages.ts'
import { irrevocable, performing, refused, unnamed } from '../meta/outcome.ts'
import { remove, unsay } from '../meta/remove.ts'
import type { Rights } from '../meta/rights.ts'
import type { Settings } from '../meta/settings.ts'
import type { Capabilities, Order, Outcome } from '../platform.ts'
import { around } from './account.ts'
import { answer } from './letters.ts'
import { CommentHandle, MentionHandle, profileOf } from './map.ts'
import { closeComments, erase, hide } from './moderate.ts'
import { block, restrict } from './people.ts'
import { reportWords } from './words.ts'

/** What the account may do on Instagram, by the permissions of its token and by its tasks on the Page. */
export function capabilities(
  { scopes, tasks, seesAuthors }: Pick<Rights, 'scopes' | 'tasks' | 'seesAuthors'>,
  way: Settings['answer'] = 'reply',
): Capabilities {
  const comments = scopes.has('instagram_manage_comments') ? 'automatic' : 'impossible'
  const messages = scopes.has('instagram_manage_messages') && tasks.has('MESSAGING')
  const byMessage = messages ? 'automatic' : 'manual'
  return {
    hide: { comment: comments },
    delete: { comment: comments },
    'close-comments': { comment: comments },
    mute: 'impossible',
    restrict: { comment: 'manual', mention: 'manual', message: byMessage },
    // Of somebody who has never written to the account it becomes a task after all.
    block: messages && scopes.has('business_management') && seesAuthors !== false ? 'automatic' : 'manual',
    'delete-own': comments,
    report: 'manual',
    redirect: { comment: way === 'reply' ? comments : byMessage, mention: comments, message: byMessage },
    warn: { comment: byMessage, mention: 'manual', message: byMessage },
  }
}

export const perform = performing('Instagram', carryOut)

async function carryOut(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { action, undo, item, author, letter } = order
  switch (action) {
    case 'hide':
      if (item?.kind !== 'comment') return refused(NOT_UNDER_OWN)
      return hide(account, item, undo, signal)
    case 'delete':
      if (undo) return irrevocable('a deletion', 'Instagram')
      if (item?.kind !== 'comment') return refused(NOT_UNDER_OWN)
      return remove(account, 'instagram', item.id, signal)
    case 'close-comments': {
      const handle = CommentHandle.safeParse(item?.handle).data
      if (item?.kind !== 'comment' || !handle) return refused(NOT_UNDER_OWN)
      return closeComments(account, handle, order, signal)
    }
    case 'mute':
      return refused(NO_MUTING)
    case 'report':
      return undo ? irrevocable('a report', 'Instagram') : report(account, order, signal)
    case 'delete-own':
      if (undo) return irrevocable('a deletion', 'Instagram')
      return item ? erase(account, item.id, signal) : nothing('comment')
    case 'restrict':
      return item || author ? restrict(account, order, signal) : nothing('person')
    case 'block':
      return item || author ? block(account, order, signal) : nothing('person')
    case 'redirect':
    case 'warn':
      if (undo) return unsay(account, 'instagram', order, signal)
      return letter ? answer(account, { ...order, letter }, signal) : nothing('letter')
  }
}

const nothing = (what: string): Outcome => unnamed(what, 'Instagram')

const NOT_UNDER_OWN = 'Instagram lets an account do this only to comments under its own posts.'
const NO_MUTING =
  'Muting on Instagram only hides somebody’s posts from the account’s own feed, and no program can do it. Restricting is the nearest.'

async function report(account: Account, { item, breach }: Order, signal: AbortSignal): Promise<Outcome> {
  const { me } = await around(account, signal)
  const comment = CommentHandle.safeParse(item?.handle).data
  const mention = MentionHandle.safeParse(item?.handle).data
  const message = MessageHandle.safeParse(item?.handle).data
  if (message) return { is: 'manual', link: message.link, words: reportWords(me.username, 'message', breach) }
  const link = comment?.permalink ?? mention?.permalink ?? profileOf(me.username)
  const what = comment || mention?.comment ? 'comment' : 'post'
  return { is: 'manual', link, words: reportWords(me.username, what, breach) }
}
