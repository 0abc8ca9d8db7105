import { createHash } from 'node:crypto'
import type { Letter, Outcome } from '../platform.ts'

/**
 * How a second try finds the first: X takes the same letter twice without a word where the first one's answer was lost, so
 * each bears a reference.
 */

/** No vowels, so that no reference spells a word; and nothing that is read as something else. */
const SIGNS = '23456789BCDFGHJKLMNPQRSTVWXZ'
const REFERENCE = new RegExp(` Ref [${SIGNS}]{5}$`)

/** Five signs, always the same for the same name. They also keep texts apart, for X refuses one that it has just had. */
export function referenceOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 5)
  return [...bytes].map((byte) => SIGNS.charAt(byte % SIGNS.length)).join('')
}

export const signed = ({ text }: Letter, reference: string): string => `${text.trimEnd()} Ref ${reference}`
export const isSigned = (text: string): boolean => REFERENCE.test(text)
export const bears = (text: string, reference: string): boolean => text.endsWith(` Ref ${reference}`)

/** What was looked for; null if it is nowhere. */
export type Sighting = { id: string } | 'unclear' | null

/** Nobody writes so much between two tries. */
const PAGES = 5

/** Go through the pages of a list, newest first. */
export async function seek(
  look: (token: string | null) => Promise<{ found: { id: string } | undefined; next: string | null }>,
): Promise<Sighting> {
  let token: string | null = null
  for (let page = 0; page < PAGES; page++) {
    const { found, next } = await look(token)
    if (found) return found
    if (next === null) return null
    token = next
  }
  return 'unclear'
}

export const UNCLEAR =
  'The account has written so much since that it can’t be told whether this was sent already. Look on X.'
const LOST = 'X’s answer was lost, and what was sent is not to be seen there. Look on X before it is sent again.'

/** The answer to a write was lost: it is looked for once, and never sent again unseen. */
export async function afterLoss(
  look: () => Promise<Sighting>,
  found: (one: { id: string }) => Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const there = await look()
    if (there !== null && there !== 'unclear') return found(there)
  } catch {
    // X is out of reach, and so is any certainty.
    signal.throwIfAborted()
  }
  return { is: 'unconfirmed', because: LOST }
}
