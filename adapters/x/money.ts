import { type Page, PlatformError, type Purse } from '../platform.ts'
import type { Endpoint, Price } from './endpoints.ts'
import prices from './prices.json' with { type: 'json' }
import type { Settings } from './settings.ts'

/** What X charges, what has been spent, and what the office's ceiling leaves. Micros: millionths of a US dollar. */

export const PRICES_OF = prices.of
export const CURRENCY = prices.currency

/** Of the ceiling; the rest is for acting, which must be possible when reading is not. */
const FOR_READING = 0.75
const MINUTE = 60_000
const DAY = 86_400_000
/** A wait that is no longer than this is no news to anybody. */
const SHORTEST_REST = 30_000
/** As many sources are busy at one time. */
const SHARING = 2
/** As money grows short, looks grow small before they grow rarer than this. */
const RHYTHM = 10 * MINUTE
/** Names of things paid for today. With more than these, what comes twice is counted twice: on the safe side. */
const REMEMBERED = 200_000

export interface Money {
  /**
   * Set money aside for a call.
   * @param wanted units at most; fewer are granted where the ceiling leaves fewer
   * @param least fewer than these are no use
   * @throws PlatformError 'throttled' where the ceiling does not leave even those
   */
  hold(price: Price, wanted: number, least: number, purpose: 'read' | 'act'): Promise<Held>
  /** The word on the price list for what an endpoint gives. */
  priceOf(endpoint: Endpoint): Price
  /** Counted in this process since it began. */
  total(): number
  /** After a look at a list that cost so much, in micros: when the next may be, so that the money lasts the day. */
  rest(endpoint: Endpoint, cost: number): Promise<Page['rest']>
  /** Of a day's ceiling, a share, in micros. */
  today(share: number): number
  /** How many units of what an endpoint gives so much would buy. */
  affordable(endpoint: Endpoint, micros: number): number
}

export interface Held {
  units: number
  /** What it came to: the names of what was returned, or a number of calls. Never fails. */
  settle(price: Price, got: readonly string[] | number): Promise<void>
  release(): void
}

export function startOfDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
}

const startOfMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))
const nextDay = (now: Date): Date => new Date(startOfDay(now).getTime() + DAY)
const nextMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))

export const micros = (dollars: number): number => Math.round(dollars * 1_000_000)
/** Money as people write it. */
export const dollars = (amount: number): string => `$${(amount / 1_000_000).toFixed(2)}`

/** What is left of a purpose's share: of the day and of the month, whichever is less. */
interface Left {
  micros: number
  spentToday: number
  /** Half of it is spent on reading: what is left must last. */
  isScarce: boolean
  binding: 'day' | 'month'
}

export function money(settings: Pick<Settings, 'ceiling' | 'owned' | 'tier'>, purse: Purse, now: () => Date): Money {
  const ceiling = { day: micros(settings.ceiling.day), month: micros(settings.ceiling.month) }
  const isFree = settings.tier === 'enterprise'
  let total = 0
  let held = 0
  /** What could not be written down yet. */
  const unbooked = new Map<Price, { units: number; micros: number }>()
  let booking = Promise.resolve()
  let paid = { day: 0, names: new Set<string>() }

  const costOf = (price: Price): number => (isFree ? 0 : prices.micros[price])

  const priceOf = ({ price, owned }: Endpoint): Price => (owned && settings.owned ? 'Owned Reads' : price)

  /** Not charged for yet today. */
  const isNew = (price: Price, name: string): boolean => {
    const day = startOfDay(now()).getTime()
    if (paid.day !== day) paid = { day, names: new Set() }
    const key = `${price === 'Owned Reads' ? 'Posts: Read' : price} ${name}`
    if (paid.names.has(key)) return false
    if (paid.names.size < REMEMBERED) paid.names.add(key)
    return true
  }

  const note = (price: Price, units: number, micros: number): void => {
    const before = unbooked.get(price) ?? { units: 0, micros: 0 }
    unbooked.set(price, { units: before.units + units, micros: before.micros + micros })
  }

  /** Until it is written down it counts as open; for a moment, as both. */
  const book = (): Promise<void> => {
    booking = booking.then(async () => {
      for (const [price, { units, micros }] of unbooked) {
        if (units === 0) continue
        try {
          await purse.spend(price, units, micros)
          note(price, -units, -micros)
        } catch {
          // It was spent all the same, and what was read or done must not be lost for it: written down next time.
          return
        }
      }
    })
    return booking
  }

  const untilNextDay = (): number => nextDay(now()).getTime() - now().getTime()

  const left = async (purpose: 'read' | 'act'): Promise<Left> => {
    const part = purpose === 'read' ? FOR_READING : 1
    const at = now()
    const open = [...unbooked.values()].reduce((sum, { micros }) => sum + micros, 0)
    const counted = total
    const written = { today: await purse.spent(startOfDay(at)), month: await purse.spent(startOfMonth(at)) }
    // What others spent while the purse was asked may be in its answer or not: it counts, if need be twice.
    const beside = open + total - counted
    const spentToday = written.today + beside
    const spentThisMonth = written.month + beside
    const day = ceiling.day * part
    const month = ceiling.month * part
    const before = spentThisMonth - spentToday
    // Past the half of a month's money, each day has its part of what is left: no week at the end without any.
    const days = Math.ceil((nextMonth(at).getTime() - startOfDay(at).getTime()) / DAY)
    const fair = purpose === 'read' && before > month / 2 ? Math.max(0, month - before) / days : month - before
    const share = Math.max(0, Math.min(day, fair))
    return {
      micros: share - spentToday,
      spentToday,
      isScarce: purpose === 'read' && spentToday >= share / 2,
      binding: month - spentThisMonth <= 0 ? 'month' : 'day',
    }
  }

  /** So many of the units that are there, that taking them every now and then lasts the day. */
  const helpingOf = (there: number, least: number): number => {
    return Math.max(least, Math.floor((there * RHYTHM) / (untilNextDay() * SHARING)))
  }

  return {
    total: () => total,
    affordable: (endpoint, micros) => {
      const each = costOf(priceOf(endpoint))
      return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(micros / each)
    },
    today: (share) => Math.floor(ceiling.day * share),
    priceOf,
    hold: async (price, wanted, least, purpose) => {
      const each = costOf(price)
      if (each === 0) return { units: wanted, settle: async () => {}, release: () => {} }
      await book()
      const { micros, spentToday, binding, isScarce } = await left(purpose)
      // What others hold by now: no call comes between this and the next lines.
      const there = Math.floor((micros - held) / each)
      const helping = isScarce ? helpingOf(there, least) : there
      const units = Math.min(wanted, there, helping)
      if (units < least) throw reached(purpose, binding, spentToday)
      const set = units * each
      held += set
      let isHeld = true
      const release = (): void => {
        if (isHeld) held -= set
        isHeld = false
      }
      return {
        units,
        release,
        settle: async (price, got) => {
          release()
          const count = typeof got === 'number' ? got : got.filter((name) => isNew(price, name)).length
          if (count === 0) return
          total += count * costOf(price)
          note(price, count, count * costOf(price))
          await book()
        },
      }
    },
    rest: async (endpoint, cost) => {
      if (isFree || cost === 0) return undefined
      const { micros, spentToday, isScarce } = await left('read')
      if (!isScarce) return undefined
      const remaining = untilNextDay()
      const there = Math.max(micros - held, 1)
      // The next look is no dearer than a helping, whatever this one was.
      const each = costOf(priceOf(endpoint))
      const next = Math.min(cost, each * helpingOf(there / each, endpoint.page?.least ?? 1))
      const wait = Math.min(remaining, (remaining * next * SHARING) / there)
      if (wait < SHORTEST_REST) return undefined
      const minutes = Math.max(1, Math.round(wait / MINUTE))
      const rhythm =
        wait >= remaining ? 'does not look again' : `looks every ${minutes === 1 ? 'minute' : `${minutes} minutes`}`
      return {
        till: new Date(now().getTime() + wait),
        because: `X has cost ${dollars(spentToday)} of today’s ${dollars(ceiling.day)}, so Serjeant ${rhythm} until the day’s count starts again (midnight UTC).`,
      }
    },
  }

  function reached(purpose: 'read' | 'act', binding: 'day' | 'month', spentToday: number): PlatformError {
    const what = purpose === 'read' ? 'as much as reading may cost' : 'as much as the office allows'
    const said =
      binding === 'month'
        ? `X has cost ${what} in a month. Raise "ceiling" in the configuration, or wait for the first of the month (UTC).`
        : `X has cost ${dollars(spentToday)} today, ${what} in a day. It goes on at midnight UTC, or once "ceiling" in the configuration is raised.`
    const retryAt = binding === 'month' ? nextMonth(now()) : nextDay(now())
    return new PlatformError('throttled', said, { retryAt })
  }
}
