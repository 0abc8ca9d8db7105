import type { FetchRequest, Purse } from '../../adapters/platform.ts'

/** The service's side of the port, for tests of adapters that need none of it. */

export const nothingStored: FetchRequest['stored'] = async () => []

/** @returns a purse, and what was spent by the price list's words */
export function purseInMemory(now: () => Date = () => new Date()): Purse & { bills: Map<string, number> } {
  const spent: { at: Date; micros: number }[] = []
  const bills = new Map<string, number>()
  return {
    bills,
    spend: async (what, _units, micros) => {
      spent.push({ at: now(), micros })
      bills.set(what, (bills.get(what) ?? 0) + micros)
    },
    spent: async (since) => {
      const from = Date.UTC(since.getUTCFullYear(), since.getUTCMonth(), since.getUTCDate())
      return spent.filter(({ at }) => at.getTime() >= from).reduce((sum, { micros }) => sum + micros, 0)
    },
  }
}
