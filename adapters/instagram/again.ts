import { z } from 'zod'
import { enough } from '../meta/enough.ts'
import { isOfOne, isRefusal } from '../meta/failure.ts'
import type { Account } from '../meta/graph.ts'
import { BATCH, lastPlace, Marks, markedAt } from '../meta/marks.ts'
import type { FetchRequest, Incoming, Page } from '../platform.ts'
import { around, DAY, horizon, paged } from './account.ts'
import { type Around, incomingComment, isOwn } from './map.ts'
import { postsSince } from './posts.ts'
import { Alone, FIELDS, Id } from './schema.ts'
import { newWalk, stepOn, Walk } from './walk.ts'

/**
 * Once a day what the other sources can't notice: under the posts of a fortnight every comment is read again, for what was
 * edited or missed, and what is stored is looked for, since Instagram tells of nothing that is deleted.
 */

const HOUR = 3_600_000
const MINUTE = 60_000
const FORTNIGHT = 14 * DAY
/** Looked up in one call of the source, which may take a minute, and at most in a round. */
const LOOKS = 25
const LOOKS_A_ROUND = 500
/** How often one is looked up in vain before it is left to the next round. */
const TRIES = 5
/** So many gone, and nothing by others there at all: more likely the app may not read it any more, which Meta words the same. */
const MANY = 5

const Missing = z.object({
  id: Id,
  /** It was gone already: is it back? */
  gone: z.boolean(),
  /** How often it was looked up in vain. */
  failed: z.number(),
})
type Missing = z.infer<typeof Missing>

const Round = z.object({
  /** Unix milliseconds. */
  began: z.number(),
  walks: z.array(Walk),
  /** The last that had arrived by then: what comes later may not have been met. */
  last: z.string().nullable(),
  /** Up to where it was compared with what is stored. */
  after: z.string().nullable(),
  isCompared: z.boolean(),
  /** Stored and not met. */
  missing: z.array(Missing),
  /** Behind where there are more of those than are looked up in a round. */
  beyond: z.string().nullable(),
  /** What Instagram says is gone, held back until something by others is there. */
  doubted: z.array(Id),
})
type Round = z.infer<typeof Round>

const Cursor = z.object({
  /** Unix milliseconds: what is older was there before the account was first read. */
  since: z.number(),
  /** When the next round is to begin, Unix milliseconds. */
  due: z.number(),
  /** What had arrived last when a round began, oldest first. */
  marks: Marks,
  /** From where the next round compares, if this one can't look up all. */
  resume: z.string().nullable(),
  round: Round.nullable(),
})
type Cursor = z.infer<typeof Cursor>

/** How it was stored before a round knew its end. */
const Former = z.object({ since: z.number(), began: z.number(), isDone: z.boolean() })

export async function fetchAgain(account: Account, request: FetchRequest): Promise<Page> {
  const now = account.now().getTime()
  const before = cursorOf(account, request)
  if (!before.round && now < before.due) return pause(before)
  // A new process has met nothing yet.
  const isUnderWay = before.round !== null && before.round.began === rounds.get(account)?.began
  const cursor = isUnderWay ? before : await begin(account, request, before)
  const { round } = cursor
  if (!round) return pause(cursor)
  if (!isUnderWay) return on(account, cursor, round)
  if (round.walks.length > 0) {
    const { seen, walks, ...step } = await stepOn({ account, request, since: cursor.since }, round.walks)
    for (const id of seen) metBy(account, round.began).add(id)
    return on(account, cursor, { ...round, walks }, step)
  }
  if (!round.isCompared) return compare(account, request, cursor, round)
  if (round.missing.length > 0) return lookUp(account, request, cursor, round)
  return end(account, cursor, round)
}

function cursorOf(account: Account, { cursor }: FetchRequest): Cursor {
  const known = Cursor.safeParse(cursor).data
  if (known) return known
  const former = Former.safeParse(cursor).data
  const due = former?.isDone ? former.began + DAY : 0
  return { since: former?.since ?? horizon(account), due, marks: [], resume: null, round: null }
}

const on = (account: Account, cursor: Cursor, round: Round, page: Partial<Page> = {}): Page =>
  paged(account, { items: [], ...page, cursor: { ...cursor, round }, more: true })

/** Till tomorrow. */
const pause = (cursor: Cursor, { gone = [], because }: { gone?: string[]; because?: string } = {}): Page => ({
  items: [],
  gone,
  more: false,
  cursor,
  rest: { till: new Date(cursor.due), ...(because === undefined ? {} : { because }) },
})

async function begin(account: Account, request: FetchRequest, cursor: Cursor): Promise<Cursor> {
  const began = account.now().getTime()
  const posts = await postsSince(account, began - FORTNIGHT, request.signal)
  const walks = posts.map(({ id }) => newWalk('post', id, account, { next: null, whole: true }))
  const last = await lastPlace(request, cursor.marks)
  const { marks, after } = markedAt(began, last, cursor)
  const round = { began, walks, last, after, isCompared: last === null, missing: [], beyond: null, doubted: [] }
  rounds.set(account, { began, met: new Set() })
  return { ...cursor, marks, round }
}

/** Which of those stored were not met? */
async function compare(account: Account, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const stored = await request.stored(round.after, BATCH)
  const last = stored.findIndex(({ place }) => place === round.last)
  const met = metBy(account, round.began)
  const missing = new Map(round.missing.map((one) => [one.id, one]))
  let { beyond, after } = round
  // Elsewhere nothing can be read by its own id: of what names or tags the account it can't be told.
  for (const { id, kind, gone, place } of last < 0 ? stored : stored.slice(0, last + 1)) {
    if (kind === 'comment' && !met.has(id)) {
      if (missing.has(id) || missing.size < LOOKS_A_ROUND) missing.set(id, { id, gone, failed: 0 })
      else beyond ??= after
    }
    after = place
  }
  const isCompared = last >= 0 || stored.length === 0
  return on(account, cursor, { ...round, after, isCompared, missing: [...missing.values()], beyond })
}

/** Some of those missing. One that can't be looked up comes last the next time: it must not keep Serjeant from the others. */
async function lookUp(account: Account, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const isEnough = enough(account)
  const here = await around(account, request.signal)
  const met = metBy(account, round.began)
  const missing = [...round.missing]
  const items: Incoming[] = []
  const doubted = [...round.doubted]
  let rest: Page['rest']
  for (let looks = 0; looks < LOOKS && !rest && !(looks > 0 && isEnough()); looks += 1) {
    const one = missing.shift()
    if (!one) break
    const found = await lookFor(account, one, here, request.signal).catch((error: unknown) => {
      // What was found is handed back first; the next call meets the same again.
      if (looks === 0 || request.signal.aborted) throw error
      return null
    })
    if (found === null) {
      missing.unshift(one)
      break
    }
    if (found === 'in trouble') {
      if (one.failed + 1 < TRIES) missing.push({ ...one, failed: one.failed + 1 })
      rest = { till: new Date(account.now().getTime() + MINUTE) }
    } else if (found === 'gone') {
      if (!one.gone) doubted.push(one.id)
    } else if (found !== 'unknown') {
      met.add(one.id)
      // What is as it was stored falls out by itself.
      if (found !== 'there') items.push(found)
    }
  }
  const isSure = met.size > 0
  return on(
    account,
    cursor,
    { ...round, missing, doubted: isSure ? [] : doubted },
    { items, gone: isSure ? doubted : [], ...(rest ? { rest } : {}) },
  )
}

function end(account: Account, cursor: Cursor, { began, beyond, doubted }: Round): Page {
  const isHardlySo = doubted.length >= MANY
  rounds.delete(account)
  const due = Math.max(account.now().getTime() + HOUR, began + DAY)
  const after = { ...cursor, due, round: null, resume: isHardlySo ? null : beyond }
  if (isHardlySo) return pause(after, { because: NOTHING })
  return pause(after, { gone: doubted, ...(beyond === null ? {} : { because: TOO_MANY }) })
}

const NOTHING =
  'Instagram shows nothing that others wrote under the account’s posts, which is hardly so: perhaps Serjeant may no longer read it, which `npx serjeant doctor` tells. What is stored is kept, and looked at again tomorrow.'
const TOO_MANY =
  'Serjeant looks up tomorrow which others of the stored comments were deleted: today it has looked up 500.'

/**
 * @returns 'unknown' where Instagram does not tell: it stays
 * @throws PlatformError, Refusal: what concerns more than this one
 */
async function lookFor(
  account: Account,
  { id }: Missing,
  here: Around,
  signal: AbortSignal,
): Promise<Incoming | 'there' | 'gone' | 'unknown' | 'in trouble'> {
  try {
    const asking = { path: id, query: { fields: FIELDS.alone }, bucket: 'instagram' as const }
    const comment = await account.graph.get(asking, Alone, signal)
    const { media: post } = comment
    // Answers are read under what they answer.
    if (!post || comment.parent_id !== undefined || isOwn(comment, here)) return 'there'
    return incomingComment(comment, post, null, here)
  } catch (error) {
    if (isRefusal(error, 'gone')) return 'gone'
    if (isRefusal(error, 'permission', 'closed', 'invalid')) return 'unknown'
    if (isOfOne(error)) return 'in trouble'
    throw error
  }
}

/** What others wrote and the round under way has met. A process that begins in its middle has met nothing, and begins anew. */
const rounds = new WeakMap<Account, { began: number; met: Set<string> }>()

const metBy = (account: Account, began: number): Set<string> => {
  const round = rounds.get(account)
  return round?.began === began ? round.met : new Set()
}
