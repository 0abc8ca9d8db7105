import type { Trouble } from './alerts.ts'
import type { Served } from './poll.ts'
import { moneyWords, type Standing, type Store } from './store/index.ts'
import type { Health } from './web/app.tsx'

const MINUTE = 60_000
/** A source unread for this long is said out loud. A slower pace of the office's own is waited for three times. */
const SILENCE = { live: 20 * MINUTE, slow: 60 * MINUTE }
/** A live source is read within minutes. Where it is put off for so long, staff must know at once, and why. */
const LONG_REST = 60 * MINUTE
/** Failures in a row that may be over in a minute. */
const FEW = 3
/** Of a ceiling. What is left does not pay for another call. */
const ALL = 0.98

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
      const { trouble, note, lastOkAt, nextAt, failures } = source
      const most = Math.max(SILENCE[pace], 3000 * (account?.pollSeconds[pace] ?? 0))
      const since = Math.max(startedAt.getTime(), lastOkAt?.getTime() ?? 0)
      // Where all is well, a platform that wants to be left alone until then is not silent before.
      const due = trouble === null ? Math.max(since, nextAt.getTime()) : since
      const rests = pace === 'live' && nextAt.getTime() - since >= LONG_REST
      // What rested for hours was not silent all the while: its first failures are waited for, as anybody's.
      const wait = nextAt.getTime() - now().getTime()
      const tries = failures > 0 && failures < FEW && wait > -MINUTE && wait < SILENCE.live
      const silent = !tries && now().getTime() - due > most
      return { ...source, silent, rests: rests ? (trouble ?? note) : null }
    })
    const silent = sources.find((source) => source.silent)
    const resting = sources.find(({ rests }) => rests !== null)
    const ill = silent ?? sources.find((source) => source.trouble !== null)
    const quiet = silent ? `"${silent.name}" could not be read lately.` : null
    const newest = Math.max(0, ...sources.flatMap(({ lastOkAt }) => lastOkAt?.getTime() ?? []))
    return {
      silent: silent !== undefined,
      trouble: row.trouble ?? ill?.trouble ?? quiet ?? resting?.rests ?? null,
      lastOkAt: ill ? ill.lastOkAt : newest === 0 ? null : new Date(newest),
      unread: unreadWords(row, silent, resting),
    }
  }

  const overspent = async (row: Row): Promise<string | null> => {
    const standing = await store.spending.standing(row, now())
    return standing === null ? null : ceilingWords(standing)
  }

  return {
    /** Well when the database answers and every source of every account was read lately. */
    health: async (): Promise<Health> => {
      const accounts: Health['accounts'] = []
      let ok = true
      for (const row of await store.accounts.all()) {
        const { platform, handle, mode, notes, warnings } = row
        const { silent, trouble, lastOkAt } = look(row)
        ok &&= !silent
        accounts.push({
          platform,
          handle,
          mode,
          notes: [...warnings, ...notes],
          trouble: row.trouble ?? (await overspent(row)) ?? trouble,
          lastOkAt,
        })
      }
      return { ok, accounts, rehearsal, callsStaff }
    },

    /**
     * The accounts that can't be read until somebody acts, that nothing was read of for too long or will be, and those on
     * which all is spent that the office allows; and what the platforms themselves warn of.
     */
    unread: async (): Promise<Trouble[]> => {
      const troubles: Trouble[] = []
      for (const row of await store.accounts.all()) {
        const { id, platform, warnings } = row
        for (const text of warnings) troubles.push({ id: `warning ${id} ${text}`, text, over: over(platform, text) })
        const { unread } = look(row)
        if (unread !== null)
          troubles.push({ id: `unread ${id}`, text: unread, over: `Serjeant reads ${platform} again.` })
        const ceiling = await overspent(row)
        if (ceiling === null) continue
        const text = `Serjeant does nothing more on ${platform} for now. ${ceiling}`
        troubles.push({ id: `ceiling ${id}`, text, over: `Serjeant may spend money on ${platform} again.` })
      }
      return troubles
    },
  }
}

const over = (platform: string, text: string): string => `This is over on ${platform}: “${text}”`

interface Unread {
  trouble: string | null
}

/** What to tell staff who are away from the console. A platform's own sentence is safe to send: see PlatformError. */
function unreadWords(
  { platform, trouble }: Row,
  silent: Unread | undefined,
  resting: (Unread & { rests: string | null }) | undefined,
): string | null {
  if (trouble !== null) return `Serjeant can’t read ${platform}: it no longer lets Serjeant in.`
  if (silent) {
    const why = silent.trouble === null ? '' : ` ${silent.trouble}`
    return `Serjeant can’t read ${platform}: nothing came through lately.${why}`
  }
  if (!resting) return null
  return resting.trouble === null
    ? `Serjeant reads ${platform} seldom now. ${resting.rests}`
    : `Serjeant can’t read ${platform} for now. ${resting.rests}`
}

/** Null while there is something left to spend, for the day and for the month. */
function ceilingWords({ currency, day, month, today, thisMonth }: Standing): string | null {
  const of = (spent: number, most: number): string =>
    `${moneyWords(spent, currency)} is spent of the ${moneyWords(most, currency)} that the office allows`
  const then = 'nothing more is read there, and little or nothing done, until'
  if (thisMonth >= month * ALL) return `${of(thisMonth, month)} for a month: ${then} the month is over (midnight UTC).`
  if (today >= day * ALL) return `${of(today, day)} for a day: ${then} midnight UTC.`
  return null
}
