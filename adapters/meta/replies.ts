import { z } from 'zod'
import type { Order, Outcome } from '../platform.ts'
import { APP } from './byhand.ts'
import { isRefusal, Unconfirmed } from './failure.ts'
import type { Account, Rows, Sending } from './graph.ts'
import { type Saying, sinceOf } from './letters.ts'
import { afterLoss, areSameWords, type Sighting } from './lost.ts'
import type { Network } from './messages.ts'
import { refused } from './outcome.ts'

/**
 * Letters in public. Meta takes the same one twice without a word where the first one's answer was lost: a second try, and whoever
 * has lost an answer, looks for it where it would stand.
 */

/** Something that stands there. */
export interface Said {
  id: string
  text: string
  /** ISO 8601, as Meta says it. */
  at: string | undefined
  /** The account itself has written it. */
  isOwn: boolean
}

export interface Publishing {
  /** As it is to stand there. */
  text: string
  sending: Omit<Sending, 'says'>
  /** Where it would stand: the first page, or a further one. Newest first, or few. */
  list: (next: string | null) => Promise<Rows<Said>>
  /** What becomes of it where Meta takes no answer there. */
  impossible: Outcome
}

/** What was said in public, so that it can be taken back. */
export const Receipt = z.object({ comment: z.string().regex(/^\d{1,25}(_\d{1,25})?$/) })

const Published = z.object({ id: z.string() })
/** In characters. */
const LONGEST = { facebook: 8000, instagram: 2200 } as const

/** @throws PlatformError, Refusal */
export async function publish(
  { graph }: Pick<Account, 'graph'>,
  network: Network,
  saying: Pick<Order, 'attempt' | 'prepared'> & Pick<Saying, 'letter'>,
  { text, sending, list, impossible }: Publishing,
  signal: AbortSignal,
): Promise<Outcome> {
  const most = LONGEST[network]
  if (text.length > most)
    return refused(`${APP[network]} takes ${most} characters in a comment; this has ${text.length}. Shorten the text.`)
  const look = () => standing(saying, text, list)
  if (saying.attempt > 1) {
    const before = await look()
    if (before === 'unclear') return { is: 'unconfirmed', because: unclear(network) }
    if (before) return { is: 'already-done', receipt: before }
  }
  try {
    const { id } = await graph.send({ ...sending, says: text }, Published, signal)
    return { is: 'done', receipt: { comment: id } }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Unconfirmed) return afterLoss(look, lost(network), signal)
    if (isRefusal(error, 'duplicate')) {
      const there = await look()
      return there === null || there === 'unclear'
        ? refused(`${APP[network]} refuses it as said before.`)
        : { is: 'already-done', receipt: there }
    }
    if (isRefusal(error, 'invalid')) return impossible
    throw error
  }
}

/** Nobody gets more answers between two tries. */
const PAGES = 40

/** The account's own with these words, written since the order was prepared: an earlier one answers somebody else. */
async function standing(
  order: Pick<Order, 'prepared'>,
  text: string,
  list: Publishing['list'],
): Promise<Sighting<z.infer<typeof Receipt>>> {
  const since = sinceOf(order)
  const isIt = (said: Said): boolean =>
    said.isOwn && areSameWords(said.text, text) && !(Date.parse(said.at ?? '') < since)
  let page = await list(null)
  for (let pages = 1; ; pages += 1) {
    const found = page.rows.find(isIt)
    if (found) return { comment: found.id }
    if (page.next === null) return null
    if (pages === PAGES) return 'unclear'
    page = await list(page.next)
  }
}

const unclear = (network: Network): string =>
  `There are so many answers that it can’t be told whether this was said already. Look on ${APP[network]}.`
const lost = (network: Network): string =>
  `${APP[network]}’s answer was lost, and what was said is not to be seen there. Look on ${APP[network]} before it is said again.`
