import { timely } from '../adapters/deadline.ts'
import type { SourceHint } from '../adapters/platform.ts'
import { type Logger } from './logging.ts'
import type { Served } from './poll.ts'
import type { Store } from './store/index.ts'

/** Whoever tells waits for the answer, and tells again later what got none. Milliseconds. */
const PATIENCE = 5000
const HOUR = 3_600_000

export interface PushParts {
  store: Pick<Store, 'hints'>
  served: ReadonlyMap<string, Served>
  log: Logger
  now: () => Date
  /** There is something to read. */
  told: () => void
}

/** What platforms tell at our address. */
export interface Listener {
  /** Has any account set it up? */
  isOpen: boolean
  /** @returns what to answer a platform that asks whether the address is ours; null for whoever can't prove to be one */
  greet: (query: Readonly<Record<string, string>>) => string | null
  /**
   * Keep what was told, till it is read.
   * @param headers with names in lower case
   * @returns false where no platform has signed it
   * @throws where it could not be kept: whoever told it should tell it again
   */
  hear: (headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<boolean>
}

/**
 * One address for all accounts: an app at a platform has one, for all that it is told of, so each account says for itself
 * whether something is signed for it and concerns it.
 */
export function listener({ store, served, log, now, told }: PushParts): Listener {
  const listening = [...served.values()].flatMap(({ id, platform: { push, sources } }) =>
    push ? [{ id, push, names: new Set(sources.map(({ name }) => name)) }] : [],
  )
  const hourly = seldom(HOUR, now)

  const keep = async (accountId: string, hints: readonly SourceHint[]): Promise<void> => {
    if (hints.length === 0) return
    const lost = await store.hints.keep(accountId, hints, now())
    if (lost > 0 && hourly(`lost ${accountId}`))
      log.warn({ account: accountId, lost }, 'a platform tells of more than can be kept: some of it will not be read')
    log.debug({ account: accountId, hints: hints.length }, 'a platform told of something')
    told()
  }

  return {
    isOpen: listening.length > 0,

    greet: (query) => {
      for (const { push } of listening) {
        const answer = push.greet(query)
        if (answer !== null) return answer
      }
      return null
    },

    hear: async (headers, body) => {
      const signal = timely(PATIENCE)
      const heard = await Promise.allSettled(
        listening.map(async ({ id, push, names }) => {
          const hints = await push.heard(headers, body, signal)
          if (hints === null) return false
          await keep(
            id,
            hints.filter(({ source }) => names.has(source)),
          )
          return true
        }),
      )
      for (const one of heard) {
        if (one.status === 'rejected') throw one.reason
      }
      const isSigned = heard.some((one) => one.status === 'fulfilled' && one.value)
      if (!isSigned && hourly('unsigned'))
        log.warn('something was told that no platform has signed: a stranger’s doing, or an app’s secret is wrong')
      return isSigned
    },
  }
}

/** Says yes to each thing once in a while: what strangers can cause must not fill a log. */
function seldom(ms: number, now: () => Date): (what: string) => boolean {
  const last = new Map<string, number>()
  return (what) => {
    const before = last.get(what)
    if (before !== undefined && now().getTime() - before < ms) return false
    last.set(what, now().getTime())
    return true
  }
}
