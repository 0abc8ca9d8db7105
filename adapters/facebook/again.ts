import { z } from 'zod'
import type { Item } from '../../moderation/model.ts'
import { lastPlace, markedAt } from '../meta/marks.ts'
import { compare, concluded, Daily, dueAfter, lookUp, MANY, newSearch, Search, tillDue } from '../meta/missing.ts'
import type { FetchRequest, Page } from '../platform.ts'
import { nothingMet, type Reader } from './reader.ts'
import { Id } from './schema.ts'
import { given, look, type Reach, Reading, readOn } from './walk.ts'

/**
 * Facebook tells nobody that a comment was edited or deleted, and a comment has no time of change. So once a day all of the last
 * fourteen days is read once more. What is stored and was not met then is looked up by itself: only what Facebook no longer
 * knows by its id either, while it still shows what others wrote, is gone.
 */

const DAY = 24 * 3_600_000
const WINDOW = 14 * DAY

/** Somebody may comment on a post of last year: found a day later, but found. */
const EVERYTHING: Reach = {
  lists: ['published_posts', 'ads_posts', 'feed', 'tagged'],
  posts: 50,
  comments: 10,
  age: 2 * 365 * DAY,
}

/** Looked up in one step. */
const LOOKS = 10

type Sort = 'page' | 'elsewhere'

const Round = Search.extend({ reading: Reading })
type Round = z.infer<typeof Round>

const Cursor = Daily.extend({
  /** The first start, and what was written before is not wanted: Unix milliseconds. */
  started: z.number(),
  from: z.number(),
  round: Round.nullable().catch(null),
})
type Cursor = z.infer<typeof Cursor>

export async function fetchAgain(reader: Reader, request: FetchRequest): Promise<Page> {
  const now = reader.now().getTime()
  const before = Cursor.safeParse(request.cursor).data ?? firstCursor(reader)
  if (!before.round && now < before.due) return tillDue(before)
  // A new process has met nothing yet.
  const isForgotten = before.round?.began !== reader.met.round
  const cursor = before.round && !isForgotten ? before : await begin(reader, request, before)
  const { round } = cursor
  if (!round) return tillDue(cursor)
  if (round.reading.open.length > 0) {
    const step = await readOn(reader, request, EVERYTHING, round.reading, reader.met.walked)
    const sortOf = await sorts(reader, request)
    for (const one of step.met) reader.met.ids.set(one.id, sortOf(one))
    return { ...given(step, reader), more: true, cursor: { ...cursor, round: { ...round, reading: step.reading } } }
  }
  if (!round.isCompared) return compared(reader, request, cursor, round)
  // All is listed, so that nothing by others is there at all.
  const isBlind = reader.met.ids.size === 0 && round.missing.length >= MANY
  if (round.missing.length > 0 && !isBlind) return search(reader, request, cursor, round)
  return end(reader, request, cursor, { ...round, isBlind: isBlind || round.isBlind })
}

async function compared(reader: Reader, request: FetchRequest, cursor: Cursor, before: Round): Promise<Page> {
  const sortOf = await sorts(reader, request)
  const isWithheld = before.reading.withheld.includes('tagged')
  const round = await compare(request, before, reader.met.ids, (one) => {
    // What was gone and is back was met: all is listed. Messages are told of by the inbox itself.
    if (one.kind === 'message' || one.gone) return null
    const sort = sortOf(one)
    return sort === 'elsewhere' && isWithheld ? null : sort
  })
  return { items: [], gone: [], more: true, cursor: { ...cursor, round } }
}

function firstCursor({ now, settings }: Reader): Cursor {
  const started = now().getTime()
  const from = started - settings.lookBackDays * DAY
  return { started, from, due: started + DAY, marks: [], resume: null, round: null }
}

async function begin(reader: Reader, request: FetchRequest, cursor: Cursor): Promise<Cursor> {
  const began = reader.now().getTime()
  const { started, from } = cursor
  reader.met = nothingMet(began)
  const last = await lastPlace(request, cursor.marks)
  const { marks, after } = markedAt(began, last, cursor)
  // All that the first start read back to was stored of late, too.
  const floor = began - started < WINDOW ? from : began - WINDOW
  const reading = look({ from, looked: began, stepped: true, open: [], withheld: [] }, EVERYTHING, began, { floor })
  return { ...cursor, marks, round: { ...newSearch(began, last, after), reading } }
}

/** Some of those missing. Each that is still there is one that others wrote. */
async function search(reader: Reader, { signal }: FetchRequest, cursor: Cursor, before: Round): Promise<Page> {
  const ask = async (id: string): Promise<'there'> => {
    await reader.graph.get({ path: id, query: { fields: 'id' }, bucket: 'pages' }, z.object({ id: Id }), signal)
    return 'there'
  }
  const looking = { account: reader, signal, most: LOOKS, met: reader.met.ids, ask }
  const { items, gone, round, till } = await lookUp(looking, before)
  const rest = reader.graph.rest('pages') ?? (till && { till })
  return { items, gone, more: true, cursor: { ...cursor, round }, ...(rest ? { rest } : {}) }
}

/** All that others write on the Page rests on one right, and where it tags the Page elsewhere also on its author's will. */
async function sorts(reader: Reader, { signal }: FetchRequest): Promise<(of: Pick<Item, 'id' | 'kind'>) => Sort> {
  const { id: page } = await reader.page(signal)
  return ({ id, kind }) => (kind === 'mention' && !id.startsWith(`${page}_`) ? 'elsewhere' : 'page')
}

async function end(reader: Reader, { signal }: FetchRequest, cursor: Cursor, round: Round): Promise<Page> {
  const mayRead = async (): Promise<boolean> => (await reader.scopes(signal)).has('pages_read_user_content')
  const { resume, ...told } = await concluded(round, mayRead, 'Facebook')
  reader.met = nothingMet()
  return tillDue({ ...cursor, due: dueAfter(round, reader), round: null, resume }, told)
}
