import { within } from '../adapters/deadline.ts'
import { describe, type Logger } from './logging.ts'
import { backoff } from './pace.ts'
import type { Served } from './poll.ts'
import type { Store, Wanted } from './store/index.ts'

/** Bytes. No platform shows larger ones. */
export const LARGEST = 5 * 1024 * 1024
const TRIES = 6
/** Side by side, so that one slow server delays no other picture for long. */
const AT_ONCE = 6
const CALL = 30_000

export interface PictureParts {
  store: Store
  served: ReadonlyMap<string, Served>
  log: Logger
  now: () => Date
  random: () => number
  /** There is a picture to look at. */
  kept?: () => void
}

/** Fetches the pictures of new items soon after intake, before they can be deleted. */
export function pictureKeeper({ store, served, log, now, random, kept = () => {} }: PictureParts) {
  const fetch = async (wanted: Wanted, stop: AbortSignal): Promise<void> => {
    const platform = served.get(wanted.accountId)?.platform
    if (!platform) return
    try {
      const picture = await within(CALL, stop, (signal) => platform.image(wanted.url, LARGEST, signal))
      if (!picture) return await store.pictures.lose(wanted.id)
      await store.pictures.keep(wanted.id, picture, now())
      kept()
    } catch (error) {
      if (stop.aborted) return
      log.warn({ picture: wanted.id, ...describe(error) }, 'a picture could not be fetched')
      if (wanted.attempts >= TRIES) await store.pictures.lose(wanted.id)
      else await store.pictures.postpone(wanted.id, new Date(now().getTime() + backoff(wanted.attempts, random())))
    }
  }

  return async (stop: AbortSignal): Promise<void> => {
    const wanted = await store.pictures.lease(now(), AT_ONCE, 2 * CALL)
    await Promise.all(wanted.map((one) => fetch(one, stop)))
  }
}
