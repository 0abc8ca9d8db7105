import type { Case, Filter, Lane, Place } from '../../store/index.ts'
import { isLane } from './words.ts'

/** How long something waits: `new` came within a day, the others wait for longer than that. */
export const AGES = ['new', 'day', 'week'] as const
export type Age = (typeof AGES)[number]

/** Where somebody is in the queue: in what of it, and behind which case the page begins. Travels in addresses and forms. */
export interface Walk {
  lane: Lane | null
  platform: string | null
  /** Ids: of one of the MP's accounts, of a clause, of an account of whoever wrote. */
  account: string | null
  clause: string | null
  person: string | null
  age: Age | null
  after: string | null
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
/** For routes: what is not an id is not found, instead of a question to the database that it refuses. */
export const ID = `:id{${UUID}}`
const WHOLE_ID = new RegExp(`^${UUID}$`)
export const isId = (word: unknown): word is string => typeof word === 'string' && WHOLE_ID.test(word)

export const placeOf = ({ urgency, decidedAt, id }: Place): string => `${urgency}.${decidedAt.getTime()}.${id}`

/** Null for what placeOf never gave. */
export function readPlace(word: string | null): Place | null {
  const [, urgency, at, id] = /^(\d{1,4})\.(\d{1,13})\.(.*)$/.exec(word ?? '') ?? []
  return urgency !== undefined && at !== undefined && isId(id)
    ? { urgency: Number(urgency), decidedAt: new Date(Number(at)), id }
    : null
}

const NAMES = ['lane', 'platform', 'account', 'clause', 'person', 'age', 'after'] as const

/** What was not asked for by us is not asked for at all. */
export function readWalk(read: (name: string) => unknown): Walk {
  const [lane, platform, account, clause, person, age, after] = NAMES.map(read)
  return {
    lane: isLane(lane) ? lane : null,
    platform: isWord(platform) ? platform : null,
    account: isId(account) ? account : null,
    clause: isWord(clause) ? clause : null,
    person: isId(person) ? person : null,
    age: AGES.find((one) => one === age) ?? null,
    after: typeof after === 'string' && readPlace(after) !== null ? after : null,
  }
}

/** As we name platforms and clauses. */
const isWord = (word: unknown): word is string => typeof word === 'string' && /^[\w.-]{1,60}$/.test(word)

/** The parameters by which a walk is known again, from the front of the queue. */
export const kept = ({ lane, platform, account, clause, person, age }: Walk) => ({
  lane,
  platform,
  account,
  clause,
  person,
  age,
})

const DAY = 86_400_000

/** As the store is asked for it. @param without what this member of staff left to colleagues */
export function filterOf(walk: Walk, without: readonly string[], now: Date): Filter {
  const [dayAgo, weekAgo] = [1, 7].map((days) => new Date(now.getTime() - days * DAY)) as [Date, Date]
  return {
    without,
    ...(walk.lane === null ? {} : { lane: walk.lane }),
    ...(walk.platform === null ? {} : { platform: walk.platform }),
    ...(walk.account === null ? {} : { accountId: walk.account }),
    ...(walk.clause === null ? {} : { clause: walk.clause }),
    ...(walk.person === null ? {} : { authorId: walk.person }),
    ...(walk.age === 'new' ? { since: dayAgo } : {}),
    ...(walk.age === 'day' ? { before: dayAgo } : {}),
    ...(walk.age === 'week' ? { before: weekAgo } : {}),
  }
}

/** A path with those parameters that say something. */
export function path(base: string, given: Record<string, string | null | undefined>, fragment = ''): string {
  const words = Object.entries(given).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const query = new URLSearchParams(words).toString()
  return `${base}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`
}

export const cardId = ({ id }: Pick<Case, 'id'>): string => `case-${id}`
