import { z } from 'zod'
import type { Item } from '../../moderation/model.ts'
import { isOfOne, isRefusal } from '../meta/failure.ts'
import { keyOf } from '../meta/known.ts'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { commentsUnder, type Found, LISTS, type List, postsOn, type Row, type Size } from './pages.ts'
import type { Reader } from './reader.ts'
import { Id } from './schema.ts'

/**
 * How Facebook is read. A Page's posts are listed newest first, each with its newest comments; where these don't reach back to
 * what was read before, the rest of the post's comments is walked through. Every page is stored together with what remains to be
 * walked, so a crash goes on from there, and nothing is done with before its walk has come to its end.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
/** Facebook may list a thing a little later than others of its time. */
const OVERLAP = 15 * MINUTE
/** Facebook's names for further pages don't last, and one that has ended may lead elsewhere. */
const LASTING = 10 * MINUTE
/** Pages in a row that lead no further back. */
const IDLE = 5
/** How often a walk may fail while others go on: the comments of some posts never come. */
const TRIES = 10

/** What else the Page's token may do, Meta may keep these from the app. */
const MAY_BE_KEPT_BACK: readonly string[] = ['ads_posts', 'tagged'] satisfies List[]

/** How far a source reads. */
export interface Reach extends Size {
  lists: readonly List[]
  /** Lists of posts are read till these are older, in milliseconds; absent, till what was read before. */
  age?: number
  /** While walks go on, what is new is looked at so often, in milliseconds: it must not wait for what is old. */
  glance?: number
}

const Walk = z.object({
  /** A list of the Page's posts, or a post by its id: its comments. */
  of: z.union([z.enum(LISTS), Id]),
  /** The next page; null is the first. */
  next: z.string().nullable(),
  /** When the page before was read, Unix milliseconds. */
  at: z.number(),
  /** What was written before was read before, Unix milliseconds. */
  floor: z.number(),
  /** Goes on to the floor, whatever is known on the way: something may be missing behind it. */
  deep: z.boolean(),
  /** When the oldest was written that it has come by, and the pages since. */
  oldest: z.number().nullable(),
  idle: z.number(),
  failed: z.number(),
  /** It was begun anew, since Facebook had led it astray. */
  anew: z.boolean(),
})
type Walk = z.infer<typeof Walk>

export const Reading = z.object({
  /** What was written before is not wanted, Unix milliseconds. */
  from: z.number(),
  /** When the lists were last looked at from their beginning, Unix milliseconds. */
  looked: z.number(),
  /** Whether a walk went on since: where calls are few, each would be a look, and no walk ever come to its end. */
  stepped: z.boolean().default(true),
  /** What remains to be walked; the last comes first. */
  open: z.array(Walk),
  /** What Facebook does not give. */
  withheld: z.array(z.string()),
})
export type Reading = z.infer<typeof Reading>

/** At the first start. */
export function firstReading({ settings, now }: Reader): Reading {
  const from = now().getTime() - settings.lookBackDays * DAY
  return { from, looked: from, stepped: true, open: [], withheld: [] }
}

/** Begin at the top of the lists. What remains of earlier walks goes on afterwards. */
export function look({ open, ...reading }: Reading, { lists }: Reach, now: number, again?: { floor: number }): Reading {
  const floor = again?.floor ?? reading.looked - OVERLAP
  const begun = lists.map((of) => newWalk(of, now, floor, again !== undefined))
  const withheld = open.length === 0 ? [] : reading.withheld
  return { ...reading, looked: now, stepped: false, open: [...open, ...begun.toReversed()], withheld }
}

const newWalk = (of: Walk['of'], at: number, floor: number, deep: boolean): Walk => ({
  of,
  next: null,
  at,
  floor,
  deep,
  oldest: null,
  idle: 0,
  failed: 0,
  anew: false,
})

export interface Step {
  items: Incoming[]
  /** All by others that was met, new or not. */
  met: Item[]
  reading: Reading
  /** Before then it is of no use to go on. */
  till?: Date
}

/** A page of the port's, but for its cursor. */
export function given({ items, reading, till }: Step, { graph, now }: Reader): Omit<Page, 'cursor'> {
  const { open, withheld } = reading
  const told = withheld.length > 0 ? { because: inWords(withheld) } : {}
  const rest = graph.rest('pages') ?? (till || withheld.length > 0 ? { till: till ?? now(), ...told } : null)
  return { items, gone: [], more: open.length > 0, ...(rest ? { rest } : {}) }
}

function inWords(withheld: readonly string[]): string {
  const what = [
    ...(withheld.includes('ads_posts') ? ['comments under adverts'] : []),
    ...(withheld.includes('tagged') ? ['posts elsewhere that tag the Page'] : []),
    ...(withheld.some((of) => !MAY_BE_KEPT_BACK.includes(of)) ? ['all comments under some posts'] : []),
  ]
  return `Facebook does not let Serjeant read ${what.join(', and ')}: please look at those on Facebook itself. \`npx serjeant doctor\` says what is missing.`
}

/**
 * Read one page of what is open, or look at the lists.
 * @param walked posts whose comments need not be walked through once more; those are added that will be
 * @throws PlatformError, Refusal
 */
export async function readOn(
  reader: Reader,
  request: FetchRequest,
  reach: Reach,
  before: Reading,
  walked?: Set<string>,
): Promise<Step> {
  const time = reader.now().getTime()
  const reading = isLookDue(before, reach, time) ? look(before, reach, time) : { ...before, stepped: true }
  const open = reading.open.slice(0, -1)
  const top = reading.open.at(-1)
  if (!top) return { items: [], met: [], reading }
  const isStale = top.next !== null && time - top.at > LASTING
  const walk = { ...top, at: time, deep: top.deep || isStale }
  try {
    const page = isList(walk.of)
      ? await postsOn(reader, request, walk.of, reach, walk.next)
      : await commentsUnder(reader, request, walk.of, walk.next)
    const on = goOn(walk, page, reach)
    const opened = page.under
      .filter(({ post, rows, hasMore }) => hasMore && !walked?.has(post) && !reaches(rows, walk, page.known))
      .map(({ post }) => newWalk(post, time, walk.floor, walk.deep))
    for (const { of } of opened) walked?.add(of)
    return {
      items: page.items.filter((one) => !page.known.has(keyOf(one)) && one.item.writtenAt.getTime() >= reading.from),
      met: page.items.map(({ item }) => item),
      reading: {
        ...reading,
        // A post's comments before the next posts: what is new stands at the top of the first.
        open: [...open, ...(typeof on === 'object' ? [on] : []), ...opened],
        withheld: on === 'lost' ? [...reading.withheld, walk.of] : reading.withheld,
      },
    }
  } catch (error) {
    const { till, ...change } = afterFailure(error, top, { ...reading, open }, time)
    return { items: [], met: [], reading: { ...reading, ...change }, ...(till ? { till } : {}) }
  }
}

function isLookDue({ open, looked, stepped }: Reading, { glance, age }: Reach, time: number): boolean {
  if (open.length === 0) return true
  // One that goes by age would only walk beside the last, down the same list. What comes meanwhile is for the look after it.
  if (glance === undefined || (age !== undefined && open.some(({ of }) => isList(of)))) return false
  return stepped && time - looked >= glance
}

/**
 * @param reading without the walk that failed
 * @throws what concerns more than this walk
 */
function afterFailure(
  error: unknown,
  walk: Walk,
  { open, withheld }: Reading,
  time: number,
): { open: Walk[]; withheld?: string[]; till?: Date } {
  const isPost = !isList(walk.of)
  if (isPost && isRefusal(error, 'gone')) return { open }
  const isAstray = walk.next !== null && isRefusal(error, 'invalid')
  const isInTrouble = isPost && isOfOne(error)
  if (isAstray && walk.failed < TRIES) return { open: [...open, fromTheTop(walk)] }
  if (isInTrouble && walk.failed < TRIES) {
    return { open: [{ ...walk, failed: walk.failed + 1 }, ...open], till: new Date(time + MINUTE) }
  }
  const isAlone = isPost || MAY_BE_KEPT_BACK.includes(walk.of)
  if (isAstray || isInTrouble || (isAlone && isRefusal(error, 'permission', 'closed', 'invalid'))) {
    return { open, withheld: [...withheld, walk.of] }
  }
  throw error
}

function fromTheTop({ of, at, floor, failed }: Walk): Walk {
  return { ...newWalk(of, at, floor, true), anew: true, failed: failed + 1 }
}

/** @returns the walk from the next page on; from the top where Facebook leads in a circle; 'lost' where it does so again */
function goOn(walk: Walk, { next, rows, known }: Found, { age }: Reach): Walk | 'over' | 'lost' {
  const before = walk.oldest ?? Number.POSITIVE_INFINITY
  const oldest = Math.min(before, ...rows.flatMap(({ at }) => at ?? []))
  const isFurther = oldest < before
  const end = age === undefined || !isList(walk.of) ? walk : { floor: walk.at - age, deep: true }
  // What is known because this walk itself came by it before is no end.
  const isEnd = reaches(rows, end, known) && isFurther
  if (next === null || isEnd) return 'over'
  const idle = isFurther ? 0 : walk.idle + 1
  if (next !== walk.next && idle <= IDLE) {
    return { ...walk, next, oldest: Number.isFinite(oldest) ? oldest : null, idle }
  }
  return walk.anew ? 'lost' : fromTheTop(walk)
}

/**
 * Does a page reach what was read before? Its older half must: a few may be out of their order, or were stored by another
 * source that has not come to the end of its walk.
 */
function reaches(
  rows: readonly Row[],
  { floor, deep }: Pick<Walk, 'floor' | 'deep'>,
  known: ReadonlySet<string>,
): boolean {
  const isRead = ({ key, at }: Row): boolean => (at !== null && at < floor) || (!deep && key !== null && known.has(key))
  return rows.length > 0 && rows.slice(Math.floor(rows.length / 2)).every(isRead)
}

const isList = (of: Walk['of']): of is List => LISTS.some((list) => list === of)
