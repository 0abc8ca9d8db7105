import type { Db } from './db.ts'

/** How many findings of a concern had a score in each of the bins, from 0 to 1. */
export type Histogram = number[]

const BINS = 20

/** How sure the detectors were, of all that was found since. By concern; what was never found is left out. */
export const scores = (db: Db) => ({
  since: async (since: Date): Promise<Map<string, Histogram>> => {
    // Ids of findings begin with the time they were made, so their own index finds those of a month among years.
    const rows = await db.$queryRaw<{ concern: string; bin: number; n: number }[]>`
      SELECT concern, least(floor(score * ${BINS})::int, ${BINS - 1}) AS bin, count(*)::int AS n
      FROM finding WHERE id >= ${firstIdOf(since)}::uuid GROUP BY 1, 2`
    const found = new Map<string, Histogram>()
    for (const { concern, bin, n } of rows) {
      const histogram = found.get(concern) ?? Array.from({ length: BINS }, () => 0)
      histogram[bin] = n
      found.set(concern, histogram)
    }
    return found
  },
})

/** The lowest version 7 UUID of a moment. Source: RFC 9562, 5.7. */
function firstIdOf(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
