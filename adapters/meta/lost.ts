import type { Json, Outcome } from '../platform.ts'

/** Letters whose answer was lost. They are looked for once, and never sent again unseen. */

/** The receipt of what was found; null where it is nowhere. */
export type Sighting<Receipt> = Receipt | 'unclear' | null

/**
 * @param because what staff are told where it is not to be seen
 * @throws the signal's reason
 */
export async function afterLoss(
  look: () => Promise<Sighting<Json>>,
  because: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const there = await look()
    if (there !== null && there !== 'unclear') return { is: 'already-done', receipt: there }
  } catch {
    // Meta is out of reach, and so is any certainty.
    signal.throwIfAborted()
  }
  return { is: 'unconfirmed', because }
}

/** Meta may trim a text, and write its line ends in its own way. */
export const areSameWords = (one: string, other: string): boolean => levelled(one) === levelled(other)

const levelled = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
