import { z } from 'zod'
import { enough } from '../meta/enough.ts'
import { isOfOne, isRefusal } from '../meta/failure.ts'
import { BATCH, lastPlace, Marks, markedAt } from '../meta/marks.ts'
import type { FetchRequest, Page } from '../platform.ts'
import type { Reader } from './reader.ts'
import { Id } from './schema.ts'
import { given, look, type Reach, Reading, readOn } from './walk.ts'

/**
 * Facebook tells nobody that a comment was edited or deleted, and a comment has no time of change. So once a day all of the last
 * fourteen days is read once more. What is stored and was not met then is looked up by itself: only what Facebook no longer
 * knows by its id either is gone.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WINDOW = 14 * DAY

/** Somebody may comment on a post of last year: found a day later, but found. */
const EVERYTHING: Reach = {
  lists: ['published_posts', 'ads_posts', 'feed', 'tagged'],
  posts: 50,
  comments: 10,
  age: 2 * 365 * DAY,
}

/** Looked up in one step, and at most in a round. */
const LOOKS = 10
const LOOKS_A_ROUND = 500
/** How often one is looked up in vain before it is left to the next round. */
const TRIES = 5
/** So many, and nothing by others met at all: more likely the app may no longer read it, which Facebook words like a deletion. */
const MANY = 5

const Round = z.object({
  /** When it began, Unix milliseconds. */
  began: z.number(),
  reading: Reading,
  /** The last that had arrived by then: what comes later may not have been met. */
  last: z.string().nullable(),
  /** Up to where it was compared with what is stored. */
  after: z.string().nullable(),
  isCompared: z.boolean(),
  /** Stored and not met. */
  missing: z.array(Id),
  /** How often some of those were looked up in vain. */
  failed: z.record(Id, z.number()).default({}),
  /** Behind where there are more of those than are looked up in a round. */
  beyond: z.string().nullable(),
})
type Round = z.infer<typeof Round>

const Cursor = z.object({
  /** The first start, and what was written before is not wanted: Unix milliseconds. */
  started: z.number(),
  from: z.number(),
  /** When the next round is to begin. */
  due: z.number(),
  /** What had arrived last when a round began, oldest first. */
  marks: Marks,
  /** From where the next round compares, if this one can't look up all. */
  resume: z.string().nullable(),
  round: Round.nullable(),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchAgain(reader: Reader, request: FetchRequest): Promise<Page> {
  const now = reader.now().getTime()
  const before = Cursor.safeParse(request.cursor).data ?? firstCursor(reader)
  if (!before.round && now < before.due) return pause(before)
  // A new process has met nothing yet.
  const isForgotten = before.round?.began !== reader.met.round
  const cursor = before.round && !isForgotten ? before : await begin(reader, request, before)
  const { round } = cursor
  if (!round) return pause(cursor)
  if (round.reading.open.length > 0) {
    const step = await readOn(reader, request, EVERYTHING, round.reading, reader.met.walked)
    for (const id of step.met) reader.met.ids.add(id)
    return { ...given(step, reader), more: true, cursor: { ...cursor, round: { ...round, reading: step.reading } } }
  }
  if (!round.isCompared) return compare(reader, request, cursor, round)
  if (reader.met.ids.size === 0 && round.missing.length >= MANY) return end(reader, cursor, null, NOTHING)
  if (round.missing.length > 0) return lookUp(reader, request, cursor, round)
  return end(reader, cursor, round.beyond, round.beyond === null ? undefined : TOO_MANY)
}

function firstCursor({ now, settings }: Reader): Cursor {
  const started = now().getTime()
  const from = started - settings.lookBackDays * DAY
  return { started, from, due: started + DAY, marks: [], resume: null, round: null }
}

const pause = (cursor: Cursor, because?: string): Page => ({
  items: [],
  gone: [],
  more: false,
  cursor,
  rest: { till: new Date(cursor.due), ...(because === undefined ? {} : { because }) },
})

async function begin(reader: Reader, request: FetchRequest, cursor: Cursor): Promise<Cursor> {
  const began = reader.now().getTime()
  const { started, from } = cursor
  reader.met = { round: began, ids: new Set(), walked: new Set() }
  const last = await lastPlace(request, cursor.marks)
  const { marks, after } = markedAt(began, last, cursor)
  // All that the first start read back to was stored of late, too.
  const floor = began - started < WINDOW ? from : began - WINDOW
  const reading = look({ from, looked: began, stepped: true, open: [], withheld: [] }, EVERYTHING, began, { floor })
  const isCompared = last === null
  const round = { began, reading, last, after, isCompared, missing: [], failed: {}, beyond: null }
  return { ...cursor, marks, round }
}

/** Which of those stored were not met? */
async function compare(reader: Reader, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const stored = await request.stored(round.after, BATCH)
  const last = stored.findIndex(({ place }) => place === round.last)
  const reached = last < 0 ? stored : stored.slice(0, last + 1)
  const missing = new Set(round.missing)
  let { beyond } = round
  let before = round.after
  for (const { id, kind, gone, place } of reached) {
    // What was edited is stored once for each of its texts.
    if (kind !== 'message' && !gone && !reader.met.ids.has(id) && !missing.has(id)) {
      if (missing.size < LOOKS_A_ROUND) missing.add(id)
      else beyond ??= before
    }
    before = place
  }
  const isCompared = last >= 0 || stored.length === 0
  const compared = { ...round, after: before, isCompared, missing: [...missing], beyond }
  return { items: [], gone: [], more: true, cursor: { ...cursor, round: compared } }
}

/** Some of those missing. One that can't be looked up comes last the next time: it must not keep Serjeant from the others. */
async function lookUp(reader: Reader, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const isEnough = enough(reader)
  const missing = [...round.missing]
  const failed = { ...round.failed }
  const gone: string[] = []
  let till: Date | null = null
  for (let looks = 0; looks < LOOKS && !isEnough() && till === null; looks++) {
    const id = missing.shift()
    if (id === undefined) break
    const found = await lookFor(reader, id, request.signal)
    if (found === 'gone') gone.push(id)
    if (found !== 'in trouble') continue
    failed[id] = (failed[id] ?? 0) + 1
    if (failed[id] < TRIES) missing.push(id)
    till = new Date(reader.now().getTime() + MINUTE)
  }
  const rest = reader.graph.rest('pages') ?? (till && { till })
  return {
    items: [],
    gone,
    more: true,
    cursor: { ...cursor, round: { ...round, missing, failed } },
    ...(rest ? { rest } : {}),
  }
}

const NOTHING =
  'Facebook shows nothing that others wrote on the Page, which is hardly so: perhaps Serjeant may no longer read it, which `npx serjeant doctor` tells. What is stored is kept, and looked at again tomorrow.'
const TOO_MANY =
  'Serjeant looks up tomorrow which others of the stored comments were deleted: today it has looked up 500.'

/** @throws PlatformError: what concerns more than this one */
async function lookFor({ graph }: Reader, id: string, signal: AbortSignal): Promise<'gone' | 'there' | 'in trouble'> {
  try {
    await graph.get({ path: id, query: { fields: 'id' }, bucket: 'pages' }, z.object({ id: Id }), signal)
    return 'there'
  } catch (error) {
    if (isRefusal(error, 'gone')) return 'gone'
    // Facebook does not tell: it stays.
    if (isRefusal(error, 'permission', 'closed', 'invalid')) return 'there'
    if (isOfOne(error)) return 'in trouble'
    throw error
  }
}

/** @param resume from where the next round compares */
function end(reader: Reader, cursor: Cursor, resume: string | null, because?: string): Page {
  const began = reader.met.round
  reader.met = { round: 0, ids: new Set(), walked: new Set() }
  const due = Math.max(reader.now().getTime() + HOUR, began + DAY)
  return pause({ ...cursor, due, round: null, resume }, because)
}
