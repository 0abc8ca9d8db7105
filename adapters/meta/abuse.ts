import { ABUSIVE, Refusal, TakenForAbuse } from './failure.ts'

/** What Meta took for abuse: till when the account writes nothing, and what the office says no more. */

/**
 * How long the same words are kept back. Each try costs the account a day in which nothing is hidden; for good would be too long,
 * for Meta errs, and does not say what it was.
 */
const UNSAID = 7 * 24 * 3_600_000

export function abuseBy(now: () => Date) {
  let held: TakenForAbuse | null = null
  /** Till when: Unix milliseconds. */
  const unsaid = new Map<string, number>()

  return {
    /**
     * @param says the office's own words, where the write carries any
     * @throws Refusal, TakenForAbuse where it is not to be sent
     */
    check: (says: string | undefined): void => {
      for (const [words, till] of unsaid) if (till <= now().getTime()) unsaid.delete(words)
      if (says !== undefined && unsaid.has(says)) throw new Refusal('abusive', ABUSIVE)
      if (held !== null && held.retryAt > now()) throw new TakenForAbuse(held.retryAt, held.isPace)
    },

    /** @returns what has become of the call that it met */
    met: (failure: TakenForAbuse, says: string | undefined): TakenForAbuse | Refusal => {
      held = failure
      if (says === undefined || failure.isPace) return failure
      unsaid.set(says, now().getTime() + UNSAID)
      return new Refusal('abusive', ABUSIVE)
    },
  }
}
