import { type Page, PlatformError, type Purse } from '../platform.ts'
import type { Endpoint, Price } from './endpoints.ts'
import { ledger, type Spent, startOfDay } from './ledger.ts'
import prices from './prices.json' with { type: 'json' }
import type { Settings } from './settings.ts'

/** What X charges, what has been spent, and what the office's ceiling leaves. Micros: millionths of a US dollar. */

export const PRICES_OF = prices.of
export const CURRENCY = prices.currency

export type Purpose = 'posts' | 'messages' | 'act'

/**
 * Of the ceiling, what is kept for each purpose till it has spent as much: neither those who write in masses nor the hides that
 * they cost may make the account blind, or helpless. Each may spend whatever the others' parts leave.
 */
const KEPT: Readonly<Record<Purpose, number>> = { posts: 0.2, messages: 0.05, act: 0.25 }
const PURPOSES = Object.keys(KEPT) as Purpose[]

/** What is read so that orders can be carried out counts as reading, but for the block list, which nothing else needs. */
const READ: ReadonlySet<string> = new Set<Price>(['Posts: Read', 'Owned Reads', 'User: Read'])

function purposeOf(word: string): Purpose {
  return word === 'DM Event: Read' ? 'messages' : READ.has(word) ? 'posts' : 'act'
}

function sortedOut(spent: Spent): Record<Purpose, number> {
  const sums = { posts: 0, messages: 0, act: 0 }
  for (const [word, micros] of spent) sums[purposeOf(word)] += micros
  return sums
}

const sum = (of: Record<Purpose, number>): number => PURPOSES.reduce((all, purpose) => all + of[purpose], 0)

const MINUTE = 60_000
const DAY = 86_400_000
/** A wait that is no longer than this is no news to anybody. */
const SHORTEST_REST = 30_000
/**
 * So many times as fast as it would last evenly, what is left may be spent: people write in storms, which are over before the
 * day is. Reckoned anew at each look, it slows down by itself and never comes to nothing.
 */
const EAGER = 3
/** As money grows short, looks grow small before they grow rarer than this. */
const RHYTHM = 10 * MINUTE

/** The office's own limit, not X's. */
export class CeilingReached extends PlatformError {}

export interface Money {
  /**
   * Set money aside for a call. Waits while all that is left is set aside for others.
   * @param wanted units at most; fewer are granted where the ceiling leaves fewer
   * @param least fewer than these are no use
   * @throws CeilingReached where not even those are left
   */
  hold(price: Price, wanted: number, least: number, purpose: Purpose): Promise<Held>
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

const nextDay = (now: Date): Date => new Date(startOfDay(now).getTime() + DAY)
const nextMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))

export const inMicros = (dollars: number): number => Math.round(dollars * 1_000_000)
/** Money as people write it. */
export const inDollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`

/** What is left of a purpose's share: of the day and of the month, whichever is less. */
interface Left {
  /** At this very moment. */
  micros: () => number
  spentToday: number
  /** Half of it is spent: what is left must last. */
  isScarce: boolean
  /** When there will be more. */
  endsWith: 'day' | 'month'
}

export function money(settings: Pick<Settings, 'ceiling' | 'owned' | 'tier'>, purse: Purse, now: () => Date): Money {
  const ceiling = { day: inMicros(settings.ceiling.day), month: inMicros(settings.ceiling.month) }
  const isFree = settings.tier === 'enterprise'
  const books = ledger(purse, now)
  let held = 0
  /** Calls for which too little is left while others hold what they do. */
  const waiting: (() => void)[] = []

  const costOf = (price: Price): number => (isFree ? 0 : prices.micros[price])
  const priceOf = ({ price, owned }: Endpoint): Price => (owned && settings.owned ? 'Owned Reads' : price)
  const untilNextDay = (): number => nextDay(now()).getTime() - now().getTime()

  /** What the others' parts leave of this, their spending and one's own counted. */
  const leaves = (whole: number, spent: Record<Purpose, number>, purpose: Purpose): number => {
    const kept = PURPOSES.filter((other) => other !== purpose)
    return kept.reduce((rest, other) => rest - Math.max(0, whole * KEPT[other] - spent[other]), whole) - sum(spent)
  }

  const left = async (purpose: Purpose): Promise<Left> => {
    const counted = books.total()
    const spent = await books.spent()
    const [today, month] = [sortedOut(spent.today), sortedOut(spent.month)]
    const ofMonth = leaves(ceiling.month, month, purpose)
    // Past the half of a month's money, each day has its part of what is left: no week at the end without any.
    const days = Math.ceil((nextMonth(now()).getTime() - startOfDay(now()).getTime()) / DAY)
    const earlier = month[purpose] - today[purpose]
    const isShort = purpose !== 'act' && earlier > ofMonth + today[purpose]
    const share = isShort ? (ofMonth + today[purpose]) / days - today[purpose] : ofMonth
    const there = Math.min(leaves(ceiling.day, today, purpose), share)
    return {
      // What others hold, or have spent since the purse was asked, is not there any more; the latter may count twice.
      micros: () => there - held - (books.total() - counted),
      spentToday: sum(today),
      isScarce: purpose !== 'act' && today[purpose] >= there,
      endsWith: ofMonth <= 0 ? 'month' : 'day',
    }
  }

  /** So many of the units that are there, that taking them every now and then lasts the day. */
  const helpingOf = (there: number, least: number): number => {
    return Math.max(least, Math.floor((there * RHYTHM * EAGER) / untilNextDay()))
  }

  const reached = (purpose: Purpose, { endsWith, spentToday }: Left): CeilingReached => {
    const what = purpose === 'act' ? 'as much as the office allows' : 'as much as reading may cost'
    const said =
      endsWith === 'month'
        ? `X has cost ${what} in a month. Raise "ceiling" in the configuration, or wait for the first of the month (UTC).`
        : `X has cost ${inDollars(spentToday)} today, ${what} in a day. It goes on at midnight UTC, or once "ceiling" in the configuration is raised.`
    const retryAt = endsWith === 'month' ? nextMonth(now()) : nextDay(now())
    return new CeilingReached('throttled', said, { retryAt })
  }

  /** The end of any call that holds money. */
  const untilGivenBack = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))

  return {
    priceOf,
    total: () => books.total(),
    today: (share) => Math.floor(ceiling.day * share),
    affordable: (endpoint, micros) => {
      const each = costOf(priceOf(endpoint))
      return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(micros / each)
    },

    hold: async (price, wanted, least, purpose) => {
      const each = costOf(price)
      if (each === 0) return { units: wanted, settle: async () => {}, release: () => {} }
      const isLent = (micros: number): boolean => micros < least * each && micros + held >= least * each
      let still = await left(purpose)
      // What others hold may well come back: a look that finds nothing costs nothing.
      while (isLent(still.micros())) {
        await untilGivenBack()
        still = await left(purpose)
      }
      // No other call comes between this and the next lines.
      const there = Math.floor(still.micros() / each)
      const units = Math.min(wanted, still.isScarce ? helpingOf(there, least) : there, there)
      if (units < least) throw reached(purpose, still)
      let holding = units * each
      held += holding
      const giveBack = (): void => {
        held -= holding
        holding = 0
        for (const goOn of waiting.splice(0)) goOn()
      }
      return {
        units,
        release: giveBack,
        settle: async (word, got) => {
          giveBack()
          await books.enter(word, got, costOf(word))
        },
      }
    },

    rest: async (endpoint, cost) => {
      if (isFree || cost === 0) return undefined
      const { micros, spentToday, isScarce } = await left(purposeOf(priceOf(endpoint)))
      if (!isScarce) return undefined
      const remaining = untilNextDay()
      const there = Math.max(micros(), 1)
      // The next look is no dearer than a helping, whatever this one was.
      const each = costOf(priceOf(endpoint))
      const next = Math.min(cost, each * helpingOf(there / each, endpoint.page?.least ?? 1))
      const wait = Math.min(remaining, (remaining * next) / (there * EAGER))
      if (wait < SHORTEST_REST) return undefined
      const minutes = Math.max(1, Math.round(wait / MINUTE))
      const rhythm =
        wait === remaining ? 'does not look again' : `looks every ${minutes === 1 ? 'minute' : `${minutes} minutes`}`
      return {
        till: new Date(now().getTime() + wait),
        because: `X has cost ${inDollars(spentToday)} of today’s ${inDollars(ceiling.day)}, so Serjeant ${rhythm} until the day’s count starts again (midnight UTC).`,
      }
    },
  }
}
