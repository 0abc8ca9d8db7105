import { z } from 'zod'
import type { FetchRequest, Incoming, Page, Stored } from '../platform.ts'
import { enough } from './enough.ts'
import { isOfOne, isRefusal } from './failure.ts'
import type { Account } from './graph.ts'
import { BATCH, Marks } from './marks.ts'

/**
 * What is stored and was not met in the day's second look. Meta tells of nothing that was deleted, and words what the app may no
 * longer read in the same way. So each is looked up by itself; and that it is gone is believed only where something else that
 * others wrote, and that rests on the same rights, is still shown after that. Else it is kept, and looked for again tomorrow.
 */

const LOOKS_A_ROUND = 500
/** How often one is looked up in vain before it is left to the next round. */
const TRIES = 5
/** So many gone, and nothing by others there at all: more likely the app may no longer read it. */
export const MANY = 5
/** So many of those that were met are looked at till one is still shown: some will have been deleted since, or shut away. */
const WITNESSES = 5
/** Of the time of a step, milliseconds: a look that comes late leaves enough for those after it. */
const LOOKING = 12_000
const MINUTE = 60_000

const Missing = z.object({
  id: z.string(),
  /** What rests on the same rights has the same. */
  sort: z.string(),
  /** It was gone already: is it back? */
  gone: z.boolean(),
  /** How often it was looked up in vain. */
  failed: z.number(),
})
type Missing = z.infer<typeof Missing>

export const Search = z.object({
  /** When the round began, Unix milliseconds. */
  began: z.number(),
  /** The last that had arrived by then: what comes later may not have been met. */
  last: z.string().nullable(),
  /** Up to where it was compared with what is stored. */
  after: z.string().nullable(),
  isCompared: z.boolean(),
  /** Stored and not met. */
  missing: z.array(Missing),
  /** Behind where there are more of those than are looked up in a round. */
  beyond: z.string().nullable(),
  /** Said to be gone while nothing by others was there that might have told. */
  doubted: z.array(Missing),
  /** Something was said to be gone, and nothing of its sort was shown any more. */
  isBlind: z.boolean(),
})
export type Search = z.infer<typeof Search>

/** What a source that looks once a day keeps between its rounds. */
export const Daily = z.object({
  /** When the next round is to begin, Unix milliseconds. */
  due: z.number(),
  /** What had arrived last when a round began, oldest first. */
  marks: Marks,
  /** From where the next round compares, if this one can't look up all. */
  resume: z.string().nullable(),
})

/** @param last what had arrived last, null where nothing is stored; @param after from where it compares */
export const newSearch = (began: number, last: string | null, after: string | null): Search => ({
  began,
  last,
  after,
  isCompared: last === null,
  missing: [],
  beyond: null,
  doubted: [],
  isBlind: false,
})

/** What others wrote and the round has met, each with its sort. Kept by the process alone: another one begins anew. */
export type Met = Map<string, string>

/**
 * Which of those stored were not met?
 * @param sortOf null: it is not looked for
 */
export async function compare<Round extends Search>(
  request: Pick<FetchRequest, 'stored'>,
  round: Round,
  met: Met,
  sortOf: (stored: Stored) => string | null,
): Promise<Round> {
  const stored = await request.stored(round.after, BATCH)
  const last = stored.findIndex(({ place }) => place === round.last)
  const missing = new Map(round.missing.map((one) => [one.id, one]))
  let { beyond, after } = round
  for (const one of last < 0 ? stored : stored.slice(0, last + 1)) {
    const sort = sortOf(one)
    // What was edited is stored once for each of its texts.
    if (sort !== null && !met.has(one.id)) {
      const { id, gone } = one
      if (missing.has(id) || missing.size < LOOKS_A_ROUND) missing.set(id, { id, sort, gone, failed: 0 })
      else beyond ??= after
    }
    after = one.place
  }
  return { ...round, after, isCompared: last >= 0 || stored.length === 0, missing: [...missing.values()], beyond }
}

export interface Looking {
  account: Pick<Account, 'now'>
  signal: AbortSignal
  /** How many are looked up in one step. */
  most: number
  met: Met
  /** Ask Meta for one by its id: 'unknown' where others did not write it. @throws PlatformError, Refusal */
  ask: (id: string) => Promise<Incoming | 'there' | 'unknown'>
}

interface Step<Round> extends Pick<Page, 'items' | 'gone'> {
  round: Round
  /** Before then it is of no use to go on. */
  till?: Date
}

/**
 * Some of those missing. One that can't be looked up comes last the next time: it must not keep Serjeant from the others.
 * @throws PlatformError, Refusal: what concerns more than one
 */
export async function lookUp<Round extends Search>(looking: Looking, round: Round): Promise<Step<Round>> {
  const { account, met } = looking
  const isEnough = enough(account)
  const looked = await lookAtSome(looking, round.missing)
  const gone = [...looked.gone]
  // That something is there now says nothing of a look long before: they are looked up once more.
  const anew = met.size > 0 ? round.doubted : []
  const doubted = met.size > 0 ? [] : [...round.doubted]
  const inVain = [...looked.inVain]
  const blind = new Set<string>()
  for (const sort of new Set(looked.unsure.map((one) => one.sort))) {
    const unsure = looked.unsure.filter((one) => one.sort === sort)
    const shown = await isShown(looking, sort, isEnough)
    if (shown === true) gone.push(...unsure.map(({ id }) => id))
    else if (shown === null) doubted.push(...unsure)
    else if (shown === 'in trouble') inVain.push(...unsure)
    else blind.add(sort)
  }
  const again = inVain.filter(({ failed }) => failed + 1 < TRIES).map((one) => ({ ...one, failed: one.failed + 1 }))
  const missing = [...looked.left, ...anew, ...again].filter(({ sort }) => !blind.has(sort))
  return {
    items: looked.items,
    gone,
    round: { ...round, missing, doubted, isBlind: round.isBlind || blind.size > 0 },
    ...(inVain.length > 0 ? { till: new Date(account.now().getTime() + MINUTE) } : {}),
  }
}

interface Looked extends Pick<Page, 'items' | 'gone'> {
  /** Said to be gone, and nothing of their sort was there after them. */
  unsure: Missing[]
  inVain: Missing[]
  /** Not come to. */
  left: Missing[]
}

async function lookAtSome(looking: Looking, missing: readonly Missing[]): Promise<Looked> {
  const { account, signal, most, met } = looking
  const isEnough = enough(account, LOOKING)
  const looked: Looked = { items: [], gone: [], unsure: [], inVain: [], left: [...missing] }
  for (let looks = 0; looks < most && looked.inVain.length === 0 && !(looks > 0 && isEnough()); looks += 1) {
    const [one] = looked.left
    if (!one) break
    try {
      const found = await lookAt(looking, one.id)
      looked.left.shift()
      if (found === 'in trouble') looked.inVain.push(one)
      else if (found === 'gone') looked.unsure.push(...(one.gone ? [] : [one]))
      else if (found !== 'unknown') {
        met.set(one.id, one.sort)
        // The same rights, and after those.
        looked.gone.push(...looked.unsure.flatMap(({ id, sort }) => (sort === one.sort ? id : [])))
        looked.unsure = looked.unsure.filter(({ sort }) => sort !== one.sort)
        // What is as it was stored falls out by itself.
        if (found !== 'there') looked.items.push(found)
      }
    } catch (error) {
      // What was found is handed back first; the next call meets the same again.
      if (looks === 0 || signal.aborted) throw error
      break
    }
  }
  return looked
}

/**
 * Is anything of the sort that others wrote still shown, now? Where none of the sort was met, anything will do.
 * @returns null where nothing by others was met at all
 */
async function isShown(
  looking: Looking,
  sort: string,
  isEnough: () => boolean,
): Promise<boolean | 'in trouble' | null> {
  const { met } = looking
  if (met.size === 0) return null
  const alike = [...met].flatMap(([id, its]) => (its === sort ? id : []))
  let isInTrouble = false
  for (const [asked, id] of spread(alike.length > 0 ? alike : [...met.keys()], WITNESSES).entries()) {
    if (asked > 0 && isEnough()) return 'in trouble'
    const found = await lookAt(looking, id)
    if (found === 'gone') met.delete(id)
    else if (found === 'in trouble') isInTrouble = true
    else if (found !== 'unknown') return true
  }
  return isInTrouble && 'in trouble'
}

/** So many of them, from end to end: what stands together may have one author, or stand under one post. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, (all.length - 1) / (count - 1))
  return Array.from({ length: Math.min(count, all.length) }, (_, n) => all[Math.round(n * step)]).flatMap(
    (one) => one ?? [],
  )
}

/**
 * @returns 'unknown' where Meta does not tell: it stays
 * @throws PlatformError, Refusal: what concerns more than this one
 */
async function lookAt({ ask }: Looking, id: string): Promise<Incoming | 'there' | 'gone' | 'unknown' | 'in trouble'> {
  try {
    return await ask(id)
  } catch (error) {
    if (isRefusal(error, 'gone')) return 'gone'
    if (isRefusal(error, 'permission', 'closed', 'invalid')) return 'unknown'
    if (isOfOne(error)) return 'in trouble'
    throw error
  }
}

/**
 * What a round comes to, once all was looked up.
 * @param mayRead asks Meta whether the app may still read what others write: of those in doubt there is nothing else to tell by
 * @param app as people call it
 */
export async function concluded(
  { doubted, beyond, isBlind }: Search,
  mayRead: () => Promise<boolean>,
  app: string,
): Promise<{ gone: string[]; resume: string | null; because?: string }> {
  const isHardlySo = isBlind || doubted.length >= MANY || (doubted.length > 0 && !(await mayRead()))
  if (isHardlySo) return { gone: [], resume: null, because: nothing(app) }
  const gone = doubted.map(({ id }) => id)
  return { gone, resume: beyond, ...(beyond === null ? {} : { because: TOO_MANY }) }
}

const nothing = (app: string): string =>
  `${app} shows nothing of what others wrote there, which is hardly so: perhaps Serjeant may no longer read it, which \`npx serjeant doctor\` tells. What is stored is kept, and looked at again tomorrow.`
const TOO_MANY =
  'Serjeant looks up tomorrow which others of the stored comments were deleted: today it has looked up 500.'

const HOUR = 60 * MINUTE
/** When the next round is due: a day after the last began. Unix milliseconds. */
export const dueAfter = ({ began }: Pick<Search, 'began'>, { now }: Pick<Account, 'now'>): number =>
  Math.max(now().getTime() + HOUR, began + 24 * HOUR)

/** A page of the source till the next round. */
export const tillDue = <Cursor extends { due: number }>(
  cursor: Cursor & Page['cursor'],
  { gone = [], because }: { gone?: string[]; because?: string } = {},
): Page => ({
  items: [],
  gone,
  more: false,
  cursor,
  rest: { till: new Date(cursor.due), ...(because === undefined ? {} : { because }) },
})
