import type { Account } from '../meta/graph.ts'
import { MessageHandle } from '../meta/messages.ts'
import { irrevocable, performing, refused, unnamed } from '../meta/outcome.ts'
import { unsay } from '../meta/remove.ts'
import type { Rights } from '../meta/rights.ts'
import type { Settings } from '../meta/settings.ts'
import type { Capabilities, Order, Outcome } from '../platform.ts'
import { answer } from './letters.ts'
import { CommentHandle, placeOf } from './map.ts'
import { erase, hide, hidePost, take } from './moderate.ts'
import { block, linkTo, restrict } from './people.ts'
import { closeCommentsWords, reportWords } from './words.ts'

/**
 * What the Page's token may do on Facebook: by its permissions, by the tasks on the Page, and by whom Meta tells of.
 * @param way how the office answers comments
 */
export function capabilities(
  { scopes, tasks, seesAuthors }: Pick<Rights, 'scopes' | 'tasks' | 'seesAuthors'>,
  way: Settings['answer'] = 'reply',
): Capabilities {
  const all = (needed: readonly string[], ...jobs: readonly string[]): boolean =>
    needed.every((scope) => scopes.has(scope)) && jobs.every((task) => tasks.has(task))
  const either = (can: boolean, otherwise: 'manual' | 'impossible') => (can ? 'automatic' : otherwise)
  const moderated = either(all(['pages_manage_engagement'], 'MODERATE'), 'impossible')
  const said = either(all(['pages_manage_engagement'], 'CREATE_CONTENT', 'MODERATE'), 'impossible')
  const byMessage = either(all(['pages_messaging'], 'MESSAGING'), 'manual')
  const answered = way === 'reply' ? said : byMessage
  const blocks = all(['pages_manage_engagement', 'pages_manage_metadata'], 'MODERATE') && seesAuthors !== false
  return {
    hide: { comment: moderated, mention: 'manual' },
    delete: {
      comment: either(all(['pages_read_user_content'], 'MODERATE'), 'impossible'),
      mention: either(all(['pages_manage_posts'], 'MODERATE'), 'manual'),
    },
    'close-comments': { comment: 'manual' },
    mute: 'impossible',
    restrict: { message: byMessage },
    // Of somebody whom Meta doesn't name it becomes a task after all.
    block: either(blocks, 'manual'),
    'delete-own': moderated,
    report: 'manual',
    redirect: { comment: answered, mention: answered, message: byMessage },
    warn: { comment: byMessage, mention: byMessage, message: byMessage },
  }
}

export const perform = performing('Facebook', carryOut)

async function carryOut(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { action, undo, item, author, letter } = order
  switch (action) {
    case 'hide':
      if (!item || item.kind === 'message') return nothing('comment')
      return item.kind === 'comment' ? hide(account, item.id, undo, signal) : hidePost(account, item, signal)
    case 'delete':
      if (undo) return irrevocable('a deletion', 'Facebook')
      return item && item.kind !== 'message' ? take(account, item, signal) : nothing('comment')
    case 'close-comments': {
      const post = CommentHandle.safeParse(item?.handle).data?.post
      if (item?.kind !== 'comment' || post === undefined) return nothing('comment')
      const { name } = await account.page(signal)
      return { is: 'manual', link: placeOf(post), words: closeCommentsWords(name, undo) }
    }
    case 'mute':
      return refused('Facebook knows no muting by a Page. Hiding is the nearest that the person does not notice.')
    case 'restrict':
      return restrict(account, order, signal)
    case 'block':
      return item || author ? block(account, order, signal) : nothing('person')
    case 'delete-own':
      if (undo) return irrevocable('a deletion', 'Facebook')
      return item ? erase(account, item.id, signal) : nothing('post')
    case 'report':
      return undo ? irrevocable('a report', 'Facebook') : report(account, order, signal)
    case 'redirect':
    case 'warn':
      if (undo) return unsay(account, 'pages', order, signal)
      return letter ? answer(account, { ...order, letter }, signal) : nothing('letter')
  }
}

const nothing = (what: string): Outcome => unnamed(what, 'Facebook')

async function report(account: Account, { item, breach }: Order, signal: AbortSignal): Promise<Outcome> {
  const { id, name } = await account.page(signal)
  const message = MessageHandle.safeParse(item?.handle).data
  if (message) return { is: 'manual', link: message.link, words: reportWords(name, 'message', breach) }
  const what = item?.kind === 'comment' ? 'comment' : 'post'
  return { is: 'manual', link: item ? linkTo(item) : placeOf(id), words: reportWords(name, what, breach) }
}
