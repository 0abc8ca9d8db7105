import { z } from 'zod'
import type { Capabilities, Json, Order, Outcome } from '../platform.ts'
import type { Account } from './account.ts'
import { write } from './correspondence.ts'
import { type Scope, X } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { answer, erase, Receipt } from './letters.ts'
import { conversationAt, MessageHandle, PostHandle, postAt } from './map.ts'
import { outcomeOf, refused } from './outcome.ts'
import { block, mute, restrict } from './people.ts'
import { referenceOf } from './reference.ts'
import type { Settings } from './settings.ts'
import { reportWords } from './words.ts'

/**
 * What the account may do on X.
 * @param granted what X lets the app do with the account: OAuth 2.0's scopes, or what the app's own permissions amount to
 */
export function capabilities({ tier }: Pick<Settings, 'tier'>, granted: ReadonlySet<Scope>): Capabilities {
  const isEnterprise = tier === 'enterprise'
  const where = (scope: Scope) => (granted.has(scope) ? 'automatic' : 'impossible')
  const said = where('tweet.write')
  const written = where('dm.write')
  const byHand = (can: boolean) => (can ? 'automatic' : 'manual')
  return {
    hide: { reply: where('tweet.moderate.write') },
    delete: 'impossible',
    'close-comments': 'impossible',
    mute: where('mute.write'),
    restrict: { message: written },
    block: byHand(isEnterprise && granted.has('block.write')),
    'delete-own': said,
    report: 'manual',
    redirect: { reply: said, mention: said, quote: said, message: written },
    // Under a reply that neither names nor quotes the account X lets nobody answer by program, short of Enterprise.
    warn: {
      reply: byHand(isEnterprise && said === 'automatic'),
      mention: byHand(said === 'automatic'),
      quote: byHand(said === 'automatic'),
      message: written,
    },
  }
}

/** What the letter will end with: a second try finds the first by it. */
const Prepared = z.object({ reference: z.string() })

export function prepare({ id }: Order): Json {
  return { reference: referenceOf(id) } satisfies z.infer<typeof Prepared>
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
  const { action, undo, item, author, letter } = order
  switch (action) {
    case 'hide':
      return hide(account, order, signal)
    case 'mute':
      return author ? mute(account, author, undo, signal) : nothing('person')
    case 'restrict': {
      if (item && item.kind !== 'message') return refused(NO_RESTRICTING)
      return author ? restrict(account, author, undo, signal) : nothing('person')
    }
    case 'block':
      return author ? block(account, author, undo, signal) : nothing('person')
    case 'delete':
    case 'close-comments':
      return refused(NOT_HERE[action])
    case 'report':
      return undo ? irrevocable('a report') : report(account, order, signal)
    case 'redirect':
    case 'warn': {
      if (undo) return unsay(account, order, signal)
      if (!letter) return nothing('letter')
      const { reference } = Prepared.parse(order.prepared)
      const message = MessageHandle.safeParse(item?.handle).data
      if (item && message)
        return write(account, { ...order, letter, reference }, { id: item.id, handle: message }, signal)
      const post = PostHandle.safeParse(item?.handle).data
      return post ? answer(account, { ...order, letter, reference }, post, signal) : nothing('post or message')
    }
    case 'delete-own':
      if (undo) return irrevocable('a deletion')
      return item ? erase(account, item.id, signal) : nothing('post')
  }
}

const nothing = (what: string): Outcome => refused(`The order names no ${what} on X.`)
const irrevocable = (what: string): Outcome => refused(`X has no way to take back ${what}.`)

const NOT_HERE = {
  delete: 'X lets nobody delete what another person wrote. Hiding is the nearest.',
  'close-comments': 'X has no way to stop the answers to one post by program.',
}
const NO_RESTRICTING =
  'X can only stop a person’s messages, where they have written one. For what is public, muting is the nearest.'
const NOT_OURS = 'X lets an account hide replies only in conversations that it began itself.'
/** X's documentation gives the number, and no words for when it is reached. */
const NOT_HIDDEN = `${NOT_OURS.slice(0, -1)}, and 725 in each; it refuses this one.`

const Hidden = (stands: boolean) => z.object({ data: z.object({ hidden: z.literal(stands) }) })

/** X does not say whether a reply is hidden, and takes the same wish any number of times. */
async function hide(account: Account, { item, undo }: Order, signal: AbortSignal): Promise<Outcome> {
  const handle = PostHandle.safeParse(item?.handle).data
  if (!item || (!handle && item.kind === 'reply')) return nothing('reply')
  if (!handle?.own || item.kind !== 'reply') return refused(NOT_OURS)
  const sent = { params: { id: handle.post }, body: { hidden: !undo } }
  try {
    await account.client.send(X.hide, sent, Hidden(!undo), signal)
    return { is: 'done', receipt: null }
  } catch (error) {
    if (isRefusal(error, 'forbidden')) return refused(NOT_HIDDEN)
    throw error
  }
}

async function report(account: Account, { item, breach }: Order, signal: AbortSignal): Promise<Outcome> {
  const { handle: own } = await account.me(signal)
  const message = MessageHandle.safeParse(item?.handle).data
  if (message)
    return { is: 'manual', link: conversationAt(message.conversation), words: reportWords(own, 'message', breach) }
  const post = PostHandle.safeParse(item?.handle).data
  return post ? { is: 'manual', link: postAt(post.post), words: reportWords(own, 'post', breach) } : nothing('post')
}

/** Take a letter back. */
async function unsay(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  if (order.item?.kind === 'message') return irrevocable('a message that was sent')
  const receipt = Receipt.safeParse(order.receipt).data
  return receipt ? erase(account, receipt.post, signal) : refused('It is not known which post is to be taken back.')
}
