import type { Purse } from '../../adapters/platform.ts'
import type { Db } from './db.ts'

const dayOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))

/** What was spent on one thing, in millionths of the currency. */
export interface Spent {
  what: string
  units: number
  micros: number
}

export const spending = (db: Db) => ({
  purse: (accountId: string, now: () => Date): Purse => ({
    spend: async (what, units, micros) => {
      const key = { accountId, day: dayOf(now()), what }
      await db.spending.upsert({
        where: { accountId_day_what: key },
        create: { ...key, units, micros },
        update: { units: { increment: units }, micros: { increment: micros } },
      })
    },
    spent: async (since) => {
      const { _sum } = await db.spending.aggregate({
        where: { accountId, day: { gte: dayOf(since) } },
        _sum: { micros: true },
      })
      return Number(_sum.micros ?? 0n)
    },
  }),

  /** By the price list's own words, dearest first. Days are of UTC. */
  between: async (accountId: string, from: Date, before: Date): Promise<Spent[]> => {
    const rows = await db.spending.groupBy({
      by: ['what'],
      where: { accountId, day: { gte: dayOf(from), lt: before } },
      _sum: { units: true, micros: true },
      orderBy: { _sum: { micros: 'desc' } },
    })
    return rows.map(({ what, _sum }) => ({ what, units: _sum.units ?? 0, micros: Number(_sum.micros ?? 0n) }))
  },
})
