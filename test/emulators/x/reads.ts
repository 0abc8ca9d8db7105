import { type Call, countIn, idIn, momentIn, refuseParameter, selfOf, tokenFor, tokenIn } from './call.ts'
import type { EndpointName } from './endpoints.ts'
import { type Absence, absent, invalid, Refused } from './problems.ts'
import { BadQuery, parseQuery, type Query } from './search.ts'
import { hiddenFrom, shaperFor } from './shape.ts'
import { newestFirst } from './shelf.ts'
import { compareIds, firstIdAt, madeAt } from './snowflake.ts'
import { conversationOf, firstId, isLatest, type Message, type Person, type Post, type Relation } from './world.ts'

/** The calls that look and change nothing. Each gives the body of its answer. */

type Read = (call: Call) => object

const WEEK = 7 * 24 * 3_600_000
const MONTH = 30 * 24 * 3_600_000
/** How far X's timelines reach back, in posts. */
const MENTIONS_REACH = 800
const TIMELINE_REACH = 3200

export const READS: Partial<Record<EndpointName, Read>> = {
  'GET users/me': (call) => onePerson(call, call.viewer, 'id', call.viewer.id),
  'GET users/:id': (call) => {
    const id = call.params['id'] ?? ''
    return onePerson(call, call.world.personById(id), 'id', id)
  },
  'GET users/by/username/:username': (call) => {
    const handle = call.params['username'] ?? ''
    return onePerson(call, call.world.personByHandle(handle), 'username', handle)
  },

  'GET users/:id/mentions': (call) =>
    ofPerson(call, (whose) =>
      timeline(call, {
        shelves: [call.world.library.byMention.get(whose.handle.toLowerCase())],
        // GUESS: reposts, and people whom one has blocked, are not among one's mentions.
        shows: (post) => post.author !== whose && !post.reposts && !call.world.blocked.has(whose, post.author),
        reach: MENTIONS_REACH,
        least: 5,
      }),
    ),

  'GET users/:id/tweets': (call) => {
    const left = new Set(call.query['exclude']?.split(','))
    return ofPerson(call, (whose) =>
      timeline(call, {
        shelves: [call.world.library.byAuthor.get(whose.id)],
        shows: (post) => !(left.has('replies') && post.replyTo) && !(left.has('retweets') && post.reposts),
        reach: TIMELINE_REACH,
        least: 5,
      }),
    )
  },

  'GET tweets/:id/quote_tweets': (call) => {
    const quoted = call.world.postById(call.params['id'] ?? '')
    const shelves = quoted ? [call.world.library.byQuoted.get(firstId(quoted))] : []
    return timeline(call, { shelves, shows: () => true, reach: Infinity, least: 10 })
  },

  'GET tweets/search/recent': search,

  'GET tweets/:id': (call) => {
    const { data, ...rest } = lookUp(call, 'id', [call.params['id'] ?? ''])
    return data ? { data: data[0], ...rest } : rest
  },
  'GET tweets': (call) => {
    const ids = (call.query['ids'] ?? '').split(',')
    if (ids.length > 100 || !ids.every((id) => /^\d{1,19}$/.test(id))) {
      refuseParameter(call, 'ids', call.query['ids'] ?? '', 'is not a list of 1 to 100 ids')
    }
    return lookUp(call, 'ids', ids)
  },

  'GET users/:id/muting': (call) => peopleOf(call, call.world.muted),
  'GET users/:id/blocking': (call) => peopleOf(call, call.world.blocked),

  'GET dm_events': (call) => messagesOn(call, call.world.library.messagesOf.get(call.viewer.id)),
  'GET dm_conversations/with/:id/dm_events': (call) => {
    const other = call.world.personById(call.params['id'] ?? '')
    if (!other) return { errors: [absent(call.words, 'user', 'participant_id', call.params['id'] ?? '', 'missing')] }
    return messagesOn(call, call.world.library.messagesIn.get(conversationOf(call.viewer, other)))
  },
}

const shaper = (call: Call) => shaperFor(call.world, call.words, call.viewer, call.query)

function onePerson(call: Call, who: Person | null, parameter: string, value: string): object {
  if (who && !who.suspended) return { data: shaper(call).person(who) }
  return { errors: [absent(call.words, 'user', parameter, value, who ? 'suspended' : 'missing')] }
}

function ofPerson(call: Call, answer: (whose: Person) => object): object {
  const id = call.params['id'] ?? ''
  const whose = call.world.personById(id)
  if (!whose) return { errors: [absent(call.words, 'user', 'id', id, 'missing')] }
  const closed = whose !== call.viewer && (whose.protected || whose.suspended)
  if (closed) return { errors: [absent(call.words, 'user', 'id', id, whose.suspended ? 'suspended' : 'unauthorised')] }
  return answer(whose)
}

interface Listing {
  shelves: readonly (readonly Post[])[]
  shows: (post: Post) => boolean
  /** How many of the newest can be reached at all. */
  reach: number
  /** The least number that can be asked for at once. */
  least: number
  /** Nothing older than that id. */
  notBefore?: string
}

/** A page of posts, newest first. */
function timeline(call: Call, { shelves, shows, reach, least, notBefore = '0' }: Listing): object {
  const size = countIn(call, 'max_results', { least, most: 100, usual: 10 })
  const listing = call.params['id'] ?? call.query['query'] ?? ''
  const after = tokenIn(call, listing, 'pagination_token', 'next_token')
  const until = idIn(call, 'until_id')
  const since = idIn(call, 'since_id') ?? '0'
  const start = firstIdAt(momentIn(call, 'start_time') ?? 0)
  const end = momentIn(call, 'end_time')
  const before = [after, until, end === undefined ? undefined : firstIdAt(end)]
    .flatMap((id) => (id === undefined ? [] : [id]))
    .sort(compareIds)[0]

  const page: Post[] = []
  let more = false
  let reached = 0
  // Where the reach is bounded it is counted from the newest, so the walk begins there; else where the page does.
  for (const post of newestFirst(shelves, reach === Infinity ? before : undefined)) {
    const tooOld =
      compareIds(post.id, since) <= 0 || compareIds(post.id, start) < 0 || compareIds(post.id, notBefore) < 0
    if (tooOld || reached === reach) break
    if (!isLatest(post) || !shows(post) || hiddenFrom(call.world, call.viewer, post)) continue
    reached++
    if (before !== undefined && compareIds(post.id, before) >= 0) continue
    if (page.length === size) {
      more = true
      break
    }
    page.push(post)
  }

  const [newest, oldest] = [page[0], page.at(-1)]
  if (!newest || !oldest) return { meta: { result_count: 0 } }
  const next = more ? { next_token: tokenFor(listing, oldest.id) } : {}
  return {
    ...shaper(call).posts(page),
    meta: { newest_id: newest.id, oldest_id: oldest.id, result_count: page.length, ...next },
  }
}

function search(call: Call): object {
  const text = call.query['query'] ?? ''
  const week = call.now - WEEK
  const since = idIn(call, 'since_id')
  if (since !== undefined && madeAt(since) < week) {
    const why = `must be a tweet id created after [${new Date(week).toISOString()}]`
    refuseParameter(call, 'since_id', since, why)
  }
  const start = momentIn(call, 'start_time')
  if (start !== undefined && start < week) {
    refuseParameter(
      call,
      'start_time',
      call.query['start_time'] ?? '',
      `must be on or after ${new Date(week).toISOString()}`,
    )
  }
  const end = momentIn(call, 'end_time')
  if (end !== undefined && end > call.now - 10_000) {
    refuseParameter(call, 'end_time', call.query['end_time'] ?? '', 'must be at least 10 seconds before the request')
  }
  const { shelves, matches } = queryIn(call, text)
  return timeline(call, { shelves, shows: matches, reach: Infinity, least: 10, notBefore: firstIdAt(week) })
}

function queryIn(call: Call, text: string): Query {
  try {
    return parseQuery(text, call.world)
  } catch (error) {
    if (!(error instanceof BadQuery)) throw error
    const message = `There were errors processing your request: ${error.message}`
    throw new Refused(invalid(call.words, message, { query: [text] }))
  }
}

/** Posts by id, each version as it was; and why others are not there. */
function lookUp(call: Call, parameter: string, ids: readonly string[]): { data?: object[]; errors?: object[] } {
  const seen: Post[] = []
  const unseen: object[] = []
  for (const id of new Set(ids)) {
    const post = call.world.postById(id)
    const absence: Absence | null = post ? hiddenFrom(call.world, call.viewer, post) : 'missing'
    if (post && !absence) seen.push(post)
    else unseen.push(absent(call.words, 'tweet', parameter, id, absence ?? 'missing'))
  }
  const { data, errors = [], ...includes } = shaper(call).posts(seen)
  const all = [...unseen, ...errors]
  return { ...(data.length > 0 ? { data } : {}), ...includes, ...(all.length > 0 ? { errors: all } : {}) }
}

function peopleOf(call: Call, relation: Relation): object {
  const whose = selfOf(call)
  const size = countIn(call, 'max_results', { least: 1, most: 1000, usual: 100 })
  const listing = `people of ${whose.id}`
  const from = Number(tokenIn(call, listing, 'pagination_token') ?? 0)
  // Newest first, as X lists them. GUESS for blocks and mutes.
  const all = relation.list(whose).reverse()
  const page = all.slice(from, from + size)
  if (page.length === 0) return { meta: { result_count: 0 } }
  const next = from + size < all.length ? { next_token: tokenFor(listing, String(from + size)) } : {}
  return { data: page.map(shaper(call).person), meta: { result_count: page.length, ...next } }
}

function messagesOn(call: Call, shelf: readonly Message[]): object {
  const size = countIn(call, 'max_results', { least: 1, most: 100, usual: 100 })
  const listing = `messages of ${call.viewer.id} ${call.params['id'] ?? ''}`
  const after = tokenIn(call, listing, 'pagination_token')
  const kinds = call.query['event_types']?.split(',')
  const oldest = firstIdAt(call.now - MONTH)
  const page: Message[] = []
  let more = false
  for (const message of newestFirst([shelf], after)) {
    if (compareIds(message.id, oldest) < 0) break
    if (kinds && !kinds.includes(message.type)) continue
    if (page.length === size) {
      more = true
      break
    }
    page.push(message)
  }
  const last = page.at(-1)
  if (!last) return { meta: { result_count: 0 } }
  const next = more ? { next_token: tokenFor(listing, last.id) } : {}
  return { ...shaper(call).messages(page), meta: { result_count: page.length, ...next } }
}
