import { inboxSource } from '../meta/inbox.ts'
import type { FetchRequest, Page } from '../platform.ts'
import type { Readers } from '../sources.ts'
import { fetchAgain } from './again.ts'
import type { Reader } from './reader.ts'
import { firstReading, given, type Reach, Reading, readOn } from './walk.ts'

/** What is read of a Page, and how far each source goes. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** What visitors post on the Page, and the newest comments under its newest posts: one call where nothing is new. */
const NEWEST: Reach = { lists: ['feed'], posts: 25, comments: 25, glance: MINUTE }

/** Comments under all posts of three months and under adverts, which stand in no feed. */
const ALL: Reach = {
  lists: ['published_posts', 'ads_posts', 'feed'],
  posts: 50,
  comments: 5,
  age: 90 * DAY,
  glance: 15 * MINUTE,
}

/** Posts elsewhere that tag the Page. */
const TAGGED: Reach = { lists: ['tagged'], posts: 50, comments: 0, glance: 15 * MINUTE }

const along =
  (reach: Reach) =>
  async (reader: Reader, request: FetchRequest): Promise<Page> => {
    const before = Reading.safeParse(request.cursor).data ?? firstReading(reader)
    const step = await readOn(reader, request, reach, before)
    return { ...given(step, reader), cursor: step.reading }
  }

export const sources: Readers<Reader> = {
  comments: { pace: 'live', fetch: along(NEWEST) },
  posts: { pace: 'slow', fetch: along(ALL) },
  tagged: { pace: 'slow', fetch: along(TAGGED) },
  messages: inboxSource('facebook'),
  again: { pace: 'slow', fetch: fetchAgain },
}
