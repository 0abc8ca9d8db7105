import type { Trouble } from './alerts.ts'
import type { Served } from './poll.ts'
import type { Store } from './store/index.ts'
import type { Health } from './web/app.tsx'

/** A source unread for this long is said out loud. A slower pace of the office's own is waited for three times. */
const SILENCE = { live: 20 * 60_000, slow: 60 * 60_000 }

export interface HealthParts {
  store: Store
  served: ReadonlyMap<string, Served>
  rehearsal: boolean
  /** An alert is set up. */
  callsStaff: boolean
  /** What nobody was there to read, before the service started, is no silence of the platform's. */
  startedAt: Date
  now: () => Date
}

type Row = Awaited<ReturnType<Store['accounts']['all']>>[number]

/** How the accounts are doing. Every call throws if the database does not answer. */
export function watch({ store, served, rehearsal, callsStaff, startedAt, now }: HealthParts) {
  /** Each source by itself: one that is dead must not hide behind another that lives. */
  const look = (row: Row) => {
    const account = served.get(row.id)
    const sources = (account?.platform.sources ?? []).flatMap(({ name, pace }) => {
      const source = row.sources.find((one) => one.name === name)
      if (!source) return []
      const most = Math.max(SILENCE[pace], 3000 * (account?.pollSeconds[pace] ?? 0))
      const since = Math.max(startedAt.getTime(), source.lastOkAt?.getTime() ?? 0)
      return { ...source, silent: now().getTime() - since > most }
    })
    const silent = sources.find((source) => source.silent)
    const ill = silent ?? sources.find((source) => source.trouble !== null)
    const quiet = silent ? `"${silent.name}" could not be read lately.` : null
    const newest = Math.max(0, ...sources.flatMap(({ lastOkAt }) => lastOkAt?.getTime() ?? []))
    return {
      silent: silent !== undefined,
      trouble: row.trouble ?? ill?.trouble ?? quiet,
      lastOkAt: ill ? ill.lastOkAt : newest === 0 ? null : new Date(newest),
    }
  }

  return {
    /** Well when the database answers and every source of every account was read lately. */
    health: async (): Promise<Health> => {
      const rows = (await store.accounts.all()).map((row) => ({ row, seen: look(row) }))
      return {
        ok: rows.every(({ seen }) => !seen.silent),
        accounts: rows.map(({ row: { platform, handle, mode, notes }, seen: { trouble, lastOkAt } }) => ({
          platform,
          handle,
          mode,
          notes,
          trouble,
          lastOkAt,
        })),
        rehearsal,
        callsStaff,
      }
    },

    /** The accounts that can't be read until somebody acts, or that nothing was read of for too long. */
    unread: async (): Promise<Trouble[]> =>
      (await store.accounts.all()).flatMap((row) => {
        if (row.trouble === null && !look(row).silent) return []
        const why = row.trouble === null ? 'nothing came through lately' : 'it no longer lets Serjeant in'
        return {
          id: `unread ${row.id}`,
          text: `Serjeant can’t read ${row.platform}: ${why}.`,
          over: `Serjeant reads ${row.platform} again.`,
        }
      }),
  }
}
