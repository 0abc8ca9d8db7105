import { z } from 'zod'
import type { ActionKind, ItemKind } from '../../moderation/model.ts'
import { ability, type Capabilities, type Json, type Order, type Outcome, PlatformError } from '../platform.ts'
import type { Account } from './account.ts'
import { backoff, isRefusal, isWithoutMessages, Refusal } from './failure.ts'
import { gate } from './gates.ts'
import { reply, send, unsay } from './letters.ts'
import { MessageHandle, POST, PostHandle } from './map.ts'
import { block, mute, unblock } from './people.ts'
import { erase, kept, recordKey } from './repo.ts'
import { report } from './report.ts'
import { partsOf } from './schema.ts'

const HOUR = 3_600_000

/** @param messages may the account's app password read and write direct messages? */
export function capabilities(messages: boolean): Capabilities {
  const spoken = { reply: 'automatic', mention: 'automatic', quote: 'automatic' } as const
  const heard = messages ? ({ ...spoken, message: 'automatic' } as const) : spoken
  return {
    hide: { reply: 'automatic', quote: 'automatic' },
    delete: 'impossible',
    'close-comments': 'impossible',
    mute: 'automatic',
    restrict: 'impossible',
    block: 'automatic',
    'delete-own': 'automatic',
    report: 'automatic',
    redirect: heard,
    warn: heard,
  }
}

/** The key of the record that the order will make. */
const Prepared = z.object({ rkey: z.string() })

export function prepare(order: Order, now: Date): Json {
  return { rkey: recordKey(order.id, now) } satisfies z.infer<typeof Prepared>
}

export async function perform(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  signal.throwIfAborted()
  try {
    return await carryOut(account, order, signal)
  } catch (error) {
    signal.throwIfAborted()
    return outcomeOf(error, account, order)
  }
}

async function carryOut(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const { action, undo, item, author, letter, attempt } = order
  const no = impossible(action, item?.kind)
  if (no) return { is: 'refused', because: no }
  switch (action) {
    case 'hide': {
      const handle = PostHandle.safeParse(item?.handle).data
      if (!handle || (item?.kind !== 'reply' && item?.kind !== 'quote')) return nothing('reply or quote')
      return gate(account, handle, item.kind, undo, signal)
    }
    case 'mute':
      return author ? mute(account, author.id, undo, signal) : nothing('person')
    case 'block': {
      if (!author) return nothing('person')
      if (undo) return unblock(account, author.id, order.receipt, signal)
      return block(account, author.id, preparedBy(order).rkey, attempt, signal)
    }
    case 'report':
      return undo ? irrevocable('a report') : report(account, order, signal)
    case 'redirect':
    case 'warn': {
      if (undo) return unsay(account, order, signal)
      if (!letter) return nothing('letter')
      const message = MessageHandle.safeParse(item?.handle).data
      if (message) return send(account, message, letter, attempt, signal)
      const post = PostHandle.safeParse(item?.handle).data
      return post ? reply(account, post, letter, preparedBy(order).rkey, attempt, signal) : nothing('post or message')
    }
    case 'delete-own':
      return undo ? irrevocable('a deletion') : deleteOwn(account, item?.id ?? '', signal)
    case 'restrict':
    case 'delete':
    case 'close-comments':
      return { is: 'refused', because: NOT_HERE[action] }
  }
}

function preparedBy(order: Order): z.infer<typeof Prepared> {
  return Prepared.parse(order.prepared)
}

const NOT_HERE = {
  restrict: 'Bluesky knows no restricting. Muting is the nearest that the person does not notice.',
  delete: 'Bluesky lets nobody delete what another person wrote. Hiding is the nearest.',
  'close-comments':
    'Serjeant does not change who may answer a post on Bluesky: that is set beside the post, in the app.',
}
const isNotHere = (action: ActionKind): action is keyof typeof NOT_HERE => Object.hasOwn(NOT_HERE, action)

function impossible(action: ActionKind, kind: ItemKind | undefined): string | null {
  if (kind === undefined || ability(capabilities(true), action, kind) !== 'impossible') return null
  if (isNotHere(action)) return NOT_HERE[action]
  if (action === 'hide')
    return `Bluesky has no way to hide a ${kind}: only replies in the account’s own threads and quotes of its posts.`
  return `Bluesky has no way to do this with a ${kind}.`
}

const nothing = (what: string): Outcome => ({ is: 'refused', because: `The order names no ${what} on Bluesky.` })

const irrevocable = (what: string): Outcome => ({ is: 'refused', because: `Bluesky has no way to take back ${what}.` })

async function deleteOwn(account: Account, uri: string, signal: AbortSignal): Promise<Outcome> {
  const { repo, collection, rkey } = partsOf(uri)
  if (repo !== (await account.did()) || collection !== POST)
    return { is: 'refused', because: 'This is not a post of the account’s own.' }
  if (!(await kept(account, { collection, rkey }, signal))) return { is: 'already-done', receipt: null }
  await erase(account, { collection, rkey }, signal)
  return { is: 'done', receipt: null }
}

/** A retry is safe after any trouble: every action looks whether it is done already, reports apart (see there). */
function outcomeOf(error: unknown, account: Account, { attempt }: Order): Outcome {
  if (error instanceof PlatformError) {
    const { trouble, message: because } = error
    if (trouble === 'unexpected') return { is: 'unconfirmed', because }
    const later = trouble === 'unauthorised' ? new Date(account.now().getTime() + HOUR) : backoff(account, attempt - 1)
    return { is: 'retry', at: error.retryAt ?? later, because }
  }
  if (!(error instanceof Refusal))
    return { is: 'unconfirmed', because: 'The program met something it was not written for. Look on Bluesky.' }
  if (isWithoutMessages(error))
    return { is: 'refused', because: 'The app password has no access to direct messages. Make one that has.' }
  if (isRefusal(error, 'NotFound', 'RecordNotFound', 'RecipientNotFound', 'InvalidConvo')) return { is: 'gone' }
  return { is: 'refused', because: wordsFor(error) }
}

/** Bluesky's chat service says some of these by name and some only in a sentence. */
function wordsFor({ error, said }: Refusal): string {
  if (error === 'BlockedActor' || error === 'BlockedSubject' || /block between/.test(said))
    return 'A block stands between the account and this person: no message can be sent.'
  if (error === 'MessagesDisabled' || /disabled incoming messages/.test(said))
    return 'This person takes no direct messages.'
  if (error === 'NotFollowedBySender' || /someone they follow/.test(said))
    return 'This person takes direct messages only from those whom they follow.'
  if (error === 'AccountSuspended' || /Account is disabled/.test(said))
    return 'Bluesky has suspended direct messages for the account, or this person.'
  if (error === 'ConvoLocked') return 'This conversation is closed.'
  return `Bluesky refused it (${error}).`
}
