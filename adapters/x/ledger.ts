import type { Purse } from '../platform.ts'
import type { Price } from './endpoints.ts'

/** Millionths of a US dollar, by the price list's words. */
export type Spent = ReadonlyMap<string, number>

/** What was spent, in millionths of a US dollar. */
export interface Ledger {
  /**
   * @param got the names of what was returned, of which each costs once a day; or a number of calls. Never fails.
   * @param each what one costs
   */
  enter(price: Price, got: readonly string[] | number, each: number): Promise<void>
  /**
   * Since the beginning of the day and of the month, in UTC, by the price list's words. What is entered meanwhile may be in it
   * or not.
   */
  spent(): Promise<{ today: Spent; month: Spent }>
  /** By this process since it began. */
  total(): number
}

/** Names of things paid for today. With more than these, what comes twice is counted twice: on the safe side. */
const REMEMBERED = 200_000

export function startOfDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
}

const startOfMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))

export function ledger(purse: Purse, now: () => Date): Ledger {
  let total = 0
  let paid = { day: 0, names: new Set<string>() }
  /** What could not be written down yet. */
  const open = new Map<Price, { units: number; cost: number }>()
  let writing = Promise.resolve()

  const isNew = (price: Price, name: string): boolean => {
    const day = startOfDay(now()).getTime()
    if (paid.day !== day) paid = { day, names: new Set() }
    // Whether read as one's own or as anybody's, it is the same post.
    const key = `${price === 'Owned Reads' ? 'Posts: Read' : price} ${name}`
    if (paid.names.has(key)) return false
    if (paid.names.size < REMEMBERED) paid.names.add(key)
    return true
  }

  const note = (price: Price, units: number, cost: number): void => {
    const before = open.get(price) ?? { units: 0, cost: 0 }
    open.set(price, { units: before.units + units, cost: before.cost + cost })
  }

  /** What is written down counts as open till it surely is: for a moment, twice. */
  const writeDown = async (): Promise<void> => {
    for (const [price, { units, cost }] of open) {
      if (units === 0) continue
      try {
        await purse.spend(price, units, cost)
        note(price, -units, -cost)
      } catch {
        // It was spent all the same, and what was read or done must not be lost for it: written down next time.
        return
      }
    }
  }

  const inTurn = async (): Promise<void> => {
    const earlier = writing
    writing = (async () => {
      await earlier
      await writeDown()
    })()
    await writing
  }

  return {
    total: () => total,
    enter: async (price, got, each) => {
      const units = typeof got === 'number' ? got : got.filter((name) => isNew(price, name)).length
      if (units === 0) return
      total += units * each
      note(price, units, units * each)
      await inTurn()
    },
    spent: async () => {
      await inTurn()
      const at = now()
      const since = async (from: Date): Promise<Spent> => {
        const all = new Map(await purse.spent(from))
        for (const [price, { cost }] of open) all.set(price, (all.get(price) ?? 0) + cost)
        return all
      }
      return { today: await since(startOfDay(at)), month: await since(startOfMonth(at)) }
    },
  }
}
