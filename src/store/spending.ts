import type { Budget, Purse } from '../../adapters/platform.ts'
import type { Account } from '../generated/prisma/client.ts'
import type { Db } from './db.ts'

const dayOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))
const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))
const DAY = 86_400_000

/** What was spent on one thing, in millionths of the currency. */
export interface Spent {
  what: string
  units: number
  micros: number
}

/** An account's budget and how much of it is spent, in millionths of its currency. */
export interface Standing extends Budget {
  today: number
  thisMonth: number
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
      const where = { accountId, day: { gte: dayOf(since) } }
      const rows = await db.spending.groupBy({ by: ['what'], where, _sum: { micros: true } })
      return new Map(rows.map(({ what, _sum }) => [what, Number(_sum.micros ?? 0n)]))
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

  /** How much of its budget an account has spent; null where calls cost nothing. */
  standing: async ({ id, budget }: Pick<Account, 'id' | 'budget'>, now: Date): Promise<Standing | null> => {
    if (budget === null) return null
    const today = await sumSince(db, id, dayOf(now))
    return { ...(budget as unknown as Budget), today, thisMonth: await sumSince(db, id, monthOf(now)) }
  },
})

async function sumSince(db: Db, accountId: string, day: Date): Promise<number> {
  const { _sum } = await db.spending.aggregate({ where: { accountId, day: { gte: day } }, _sum: { micros: true } })
  return Number(_sum.micros ?? 0n)
}

/** The day and the month of UTC that `now` is in, as `between` takes them. */
export const periodsOf = (now: Date) => {
  const before = new Date(dayOf(now).getTime() + DAY)
  return { today: [dayOf(now), before], thisMonth: [monthOf(now), before] } as const
}

/** "$3.10". What is less than the smallest coin is said to be so: it is not nothing. */
export function moneyWords(micros: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  const coin = 10 ** -(format.resolvedOptions().maximumFractionDigits ?? 2)
  const amount = micros / 1_000_000
  return amount > 0 && amount < coin / 2 ? `under ${format.format(coin)}` : format.format(amount)
}
