import { z } from 'zod'
import { isRefusal } from '../meta/failure.ts'
import type { FetchRequest, Page, Stored } from '../platform.ts'
import type { Reader } from './reader.ts'
import { Id } from './schema.ts'
import { given, look, type Reach, Reading, readOn } from './walk.ts'

/**
 * Facebook tells nobody that a comment was edited or deleted, and a comment has no time of change. So once a day all of the last
 * fourteen days is read once more. What is stored and was not met then is looked up by itself: only what Facebook no longer
 * knows by its id either is gone.
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WINDOW = 14 * DAY
/** What arrived so long ago at most should be met: it was written a little earlier. */
const ARRIVED = 13 * DAY

/** Somebody may comment on a post of last year: found a day later, but found. */
const EVERYTHING: Reach = {
  lists: ['published_posts', 'ads_posts', 'feed', 'tagged'],
  posts: 50,
  comments: 10,
  age: 2 * 365 * DAY,
}

/** Stored items gone through at once; it costs no call. */
const BATCH = 500
/** Looked up in one step, and in one round. */
const LOOKS = 10
const LOOKS_A_ROUND = 500
/** So many, and Facebook showing nothing at all: more likely that is Facebook's own trouble. */
const MANY = 20

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
  looks: z.number(),
})
type Round = z.infer<typeof Round>

const Cursor = z.object({
  /** The first start, and what was written before is not wanted: Unix milliseconds. */
  started: z.number(),
  from: z.number(),
  /** When the next round is to begin. */
  due: z.number(),
  /** What had arrived last when a round began, oldest first. */
  marks: z.array(z.object({ at: z.number(), place: z.string() })),
  /** From where the next round compares, if this one could not look up all. */
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
  if (round.missing.length > 0) return lookUp(reader, request, cursor, round)
  return round.isCompared ? end(reader, cursor, round) : compare(reader, request, cursor, round)
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
  const last = await lastPlace(request, cursor.marks.at(-1)?.place ?? null)
  const oldest = cursor.marks.findLastIndex(({ at }) => at <= began - ARRIVED)
  const marks = cursor.marks.slice(Math.max(0, oldest))
  // All that the first start read back to was stored of late, too.
  const floor = began - started < WINDOW ? from : began - WINDOW
  const reading = look({ from, looked: began, open: [], withheld: [] }, EVERYTHING, began, { floor })
  const after = cursor.resume ?? (oldest < 0 ? null : (marks[0]?.place ?? null))
  const round = { began, reading, last, after, isCompared: last === null, missing: [], looks: 0 }
  // A round that a new process begins anew needs no mark of its own.
  const isMarked = last === null || began - (marks.at(-1)?.at ?? 0) < DAY / 2
  return { ...cursor, marks: isMarked ? marks : [...marks, { at: began, place: last }], round }
}

async function lastPlace({ stored }: FetchRequest, known: string | null): Promise<string | null> {
  let last = known
  for (;;) {
    const next = (await stored(last, BATCH)).at(-1)?.place
    if (next === undefined) return last
    last = next
  }
}

/** Which of those stored were not met? */
async function compare(reader: Reader, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const stored = await request.stored(round.after, BATCH)
  const end = stored.findIndex(({ place }) => place === round.last)
  const reached = end < 0 ? stored : stored.slice(0, end + 1)
  const isMissing = ({ id, kind, gone }: Stored): boolean => kind !== 'message' && !gone && !reader.met.ids.has(id)
  // What was edited is stored once for each of its texts.
  const missing = [...new Set(reached.filter(isMissing).map(({ id }) => id))]
  const isCompared = end >= 0 || stored.length === 0
  const after = reached.at(-1)?.place ?? round.after
  return {
    items: [],
    gone: [],
    more: true,
    cursor: { ...cursor, round: { ...round, after, isCompared, missing } },
  }
}

async function lookUp(reader: Reader, request: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const { missing, looks } = round
  if (reader.met.ids.size === 0 && missing.length >= MANY)
    return end(reader, cursor, { ...round, after: null }, NOTHING)
  if (looks >= LOOKS_A_ROUND) return end(reader, cursor, round, TOO_MANY)
  const now = missing.slice(0, LOOKS)
  const gone: string[] = []
  for (const id of now) if (await isGone(reader, id, request.signal)) gone.push(id)
  const rest = reader.graph.rest('pages')
  return {
    items: [],
    gone,
    more: true,
    cursor: { ...cursor, round: { ...round, missing: missing.slice(LOOKS), looks: looks + now.length } },
    ...(rest ? { rest } : {}),
  }
}

const NOTHING =
  'Facebook shows none of the comments that Serjeant has stored, which is hardly so. Serjeant keeps them and looks again tomorrow.'
const TOO_MANY =
  'Serjeant looks up tomorrow which others of the stored comments were deleted: today it has looked up 500.'

/** @throws PlatformError */
async function isGone({ graph }: Reader, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await graph.get({ path: id, query: { fields: 'id' }, bucket: 'pages' }, z.object({ id: Id }), signal)
    return false
  } catch (error) {
    if (isRefusal(error, 'gone')) return true
    // Facebook does not tell: it stays.
    if (isRefusal(error, 'permission', 'closed', 'invalid')) return false
    throw error
  }
}

function end(reader: Reader, cursor: Cursor, { began, after, isCompared, missing }: Round, because?: string): Page {
  const isWhole = isCompared && missing.length === 0
  const due = Math.max(reader.now().getTime() + HOUR, began + DAY)
  reader.met = { round: 0, ids: new Set(), walked: new Set() }
  return pause({ ...cursor, due, round: null, resume: isWhole ? null : after }, because)
}
