import { z } from 'zod'
import type { FetchRequest } from '../platform.ts'

/** What had arrived when: so that the daily second look compares what it met with what was stored of late, and no more. */

const DAY = 24 * 3_600_000
/** What arrived so long ago at most is looked for: it was written a little earlier, and a fortnight is read again. */
const ARRIVED = 13 * DAY

/** Stored items gone through at once; it costs no call. */
export const BATCH = 500

/** The last that had arrived when a round began, Unix milliseconds. */
export const Marks = z.array(z.object({ at: z.number(), place: z.string() }))
type Marks = z.infer<typeof Marks>

/** @returns the place of what arrived last; null where nothing is stored */
export async function lastPlace(request: Pick<FetchRequest, 'stored'>, marks: Marks): Promise<string | null> {
  let last = marks.at(-1)?.place ?? null
  for (;;) {
    const next = (await request.stored(last, BATCH)).at(-1)?.place
    if (next === undefined) return last
    last = next
  }
}

/**
 * The marks once a round has begun, and from where it compares.
 * @param last what lastPlace() gave
 * @param resume where the round before could not go on
 */
export function markedAt(
  began: number,
  last: string | null,
  { marks, resume }: { marks: Marks; resume: string | null },
): { marks: Marks; after: string | null } {
  const oldest = marks.findLastIndex(({ at }) => at <= began - ARRIVED)
  const kept = marks.slice(Math.max(0, oldest))
  const after = resume ?? (oldest < 0 ? null : (kept[0]?.place ?? null))
  // A round that a new process begins anew needs no mark of its own.
  const isMarked = last === null || began - (kept.at(-1)?.at ?? 0) < DAY / 2
  return { marks: isMarked ? kept : [...kept, { at: began, place: last }], after }
}
