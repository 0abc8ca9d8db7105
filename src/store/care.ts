import type { Db } from './db.ts'

/**
 * What somebody who reads abuse all day has met of it, and how they want to be spared. Each person is told their own figures
 * and nobody else's: nothing here can be asked about a colleague, and none of it is in the log.
 */

/** What is masked until asked for: coarse words, all of a text that hurts, or nothing. */
export const MASKS = ['letters', 'whole', 'nothing'] as const
export type Mask = (typeof MASKS)[number]

/** words, picture: somebody asked to see it. unmasked: it was shown to them unasked. */
export const EXPOSURES = ['words', 'picture', 'unmasked'] as const
export type ExposureKind = (typeof EXPOSURES)[number]

/** One hard thing that a page showed. `what` is an id, never a text: the same thing counts once a day. */
export interface Exposed {
  what: string
  kind: ExposureKind
}

export interface Preferences {
  mask: Mask
  /** So many hard things a day are enough; null: as many as the office says. */
  enough: number | null
}

/** How somebody stands today. */
export interface Care extends Preferences {
  /** Hard things they met today. */
  met: number
  /** They went on today, until so many; null if they did not. */
  onTill: number | null
}

const DAY = 86_400_000
/** The report of a month is made in the next. */
export const KEPT_DAYS = 62

const isMask = (word: string): word is Mask => MASKS.some((one) => one === word)
const asMask = (word: string | undefined): Mask => (word !== undefined && isMask(word) ? word : 'letters')

export const care = (db: Db) => ({
  /** @param day as dayIn() gives it, here and below */
  of: async (personId: string, day: Date): Promise<Care> => {
    const row = await db.preference.findUnique({ where: { personId } })
    const met = await db.exposure.count({ where: { personId, day } })
    const onTill = row?.onDay?.getTime() === day.getTime() ? row.onTill : null
    return { mask: asMask(row?.mask), enough: row?.enough ?? null, met, onTill }
  },

  choose: async (personId: string, preferences: Preferences): Promise<void> => {
    await db.preference.upsert({
      where: { personId },
      create: { personId, ...preferences },
      update: preferences,
    })
  },

  /** It was enough, and they go on today: until they have met so many. */
  goOn: async (personId: string, day: Date, till: number): Promise<void> => {
    const on = { onDay: day, onTill: till }
    await db.preference.upsert({ where: { personId }, create: { personId, ...on }, update: on })
  },
})

export type Totals = Record<ExposureKind, number>

export const exposure = (db: Db) => ({
  /** Count what a page showed somebody. What they met before on that day is not counted again. */
  record: async (personId: string, day: Date, met: readonly Exposed[]): Promise<void> => {
    if (met.length === 0) return
    await db.exposure.createMany({ data: met.map((one) => ({ personId, day, ...one })), skipDuplicates: true })
    await db.exposure.deleteMany({ where: { day: { lt: new Date(day.getTime() - KEPT_DAYS * DAY) } } })
  },

  /**
   * Of all staff together, from one day until before another, for the report; whose they are is not told. Of days longer ago
   * than KEPT_DAYS nothing is known.
   */
  totals: async (from: Date, till: Date): Promise<Totals> => {
    const rows = await db.exposure.groupBy({ by: ['kind'], where: { day: { gte: from, lt: till } }, _count: true })
    const of = (kind: ExposureKind): number => rows.find((row) => row.kind === kind)?._count ?? 0
    return { words: of('words'), picture: of('picture'), unmasked: of('unmasked') }
  },
})
