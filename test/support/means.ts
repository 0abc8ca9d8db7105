import type { FetchRequest, Purse } from '../../adapters/platform.ts'

/** The service's side of the port, for tests of adapters that need none of it. */

export const nothingStored: FetchRequest['stored'] = async () => []

/** @returns a purse, and what was spent by the price list's words */
export function purseInMemory(now: () => Date = () => new Date()): Purse & { bills: Map<string, number> } {
  const spent: { at: Date; what: string; micros: number }[] = []
  const bills = new Map<string, number>()
  return {
    bills,
    spend: async (what, _units, micros) => {
      spent.push({ at: now(), what, micros })
      bills.set(what, (bills.get(what) ?? 0) + micros)
    },
    spent: async (day) => {
      const from = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate())
      const since = new Map<string, number>()
      for (const { at, what, micros } of spent)
        if (at.getTime() >= from) since.set(what, (since.get(what) ?? 0) + micros)
      return since
    },
  }
}
