import type { Outcome } from '../platform.ts'
import { APP, notSpamWords, spamWords } from './byhand.ts'
import { ensure, Success } from './ensure.ts'
import { isRefusal } from './failure.ts'
import type { Account } from './graph.ts'
import type { MessageHandle, Network } from './messages.ts'
import { refused } from './outcome.ts'
import { liesIn } from './threads.ts'

/**
 * What falls on a conversation. Meta finds it by the person, takes each of these a second time as it took the first, and knows
 * nobody with whom there is none.
 */

async function moderate(
  account: Account,
  person: string,
  action: 'MOVE_TO_SPAM' | 'BLOCK_USER' | 'UNBLOCK_USER',
  signal: AbortSignal,
): Promise<void> {
  const { id } = await account.page(signal)
  const body = { user_ids: [{ id: person }], actions: [action] }
  await account.graph.send(
    { method: 'POST', path: `${id}/moderate_conversations`, body, bucket: 'messenger' },
    Success,
    signal,
  )
}

/**
 * Move a conversation to spam: its messages reach nobody's eye but Serjeant's, and the person is not told. Back they come by hand.
 * @throws PlatformError, Refusal, Unconfirmed where it is not known to be there
 */
export async function restrict(
  account: Account,
  network: Network,
  { person, link }: MessageHandle,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  if (undo) return { is: 'manual', link, words: notSpamWords(network) }
  const byHand: Outcome = { is: 'manual', link, words: spamWords(network) }
  if (person === null) return byHand
  try {
    return await ensure(
      () => liesIn(account, network, 'spam', person, signal),
      () => moderate(account, person, 'MOVE_TO_SPAM', signal),
    )
  } catch (error) {
    if (isRefusal(error, 'permission')) return byHand
    if (isRefusal(error, 'no-thread', 'unreachable')) return refused(`${APP[network]} no longer has this conversation.`)
    throw error
  }
}

/**
 * Block somebody on Instagram, or let them in again. Meta tells nobody who is blocked there, so a lost answer is asked for again.
 * @param person their id within the Instagram account
 * @returns 'by hand' where no conversation with them exists, or the app may not
 * @throws PlatformError, Refusal, Unconfirmed
 */
export async function block(
  account: Account,
  person: string,
  undo: boolean,
  signal: AbortSignal,
): Promise<Outcome | 'by hand'> {
  try {
    await moderate(account, person, undo ? 'UNBLOCK_USER' : 'BLOCK_USER', signal)
    return { is: 'done', receipt: null }
  } catch (error) {
    if (isRefusal(error, 'no-thread', 'unreachable', 'permission')) return 'by hand'
    throw error
  }
}
