import type { Case, Lane, Place } from '../../store/index.ts'
import { isLane } from './words.ts'

/** Where somebody is in the queue: which lane, and behind which case the page begins. Travels in addresses and forms. */
export interface Walk {
  lane: Lane | null
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

export function readWalk(read: (name: string) => unknown): Walk {
  const lane = read('lane')
  const after = read('after')
  return {
    lane: isLane(lane) ? lane : null,
    after: typeof after === 'string' && readPlace(after) !== null ? after : null,
  }
}

/** A path with those parameters that say something. */
export function path(base: string, given: Record<string, string | null | undefined>, fragment = ''): string {
  const words = Object.entries(given).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const query = new URLSearchParams(words).toString()
  return `${base}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`
}

export const laneFilter = ({ lane }: Walk): { lane?: Lane } => (lane === null ? {} : { lane })

export const cardId = ({ id }: Pick<Case, 'id'>): string => `case-${id}`
