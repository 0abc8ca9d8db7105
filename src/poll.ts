import { within } from '../adapters/deadline.ts'
import { type Page, type Platform, PlatformError, type Source } from '../adapters/platform.ts'
import { describe, type Logger } from './logging.ts'
import { backoff, interval } from './pace.ts'
import { LeaseLost, type Pass, type Store } from './store/index.ts'

/**
 * A pass begins no call later than `LAST_CALL` after it was leased: the call ends a CALL later, and what is left of the
 * lease is for storing what it gave. Milliseconds.
 */
const LEASE = 180_000
const CALL = 60_000
const LAST_CALL = LEASE - 2 * CALL
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Handed to a source at once: each may take it a call. */
const HINTS = 20
const DAY = 24 * HOUR

/** An account of the office with the platform that serves it. */
export interface Served {
  id: string
  platform: Platform
  /** Its rules forbid keeping what its author has deleted. */
  forgets?: boolean
  /** How long the words of what was left alone are kept, in days; for ever, if absent. */
  keepDays?: number | undefined
  /** When it was last probed with success; null before the first, and while the platform lets nobody in. */
  probedAt: Date | null
  /** Where the account's own picture is, where the platform says. */
  avatar?: string | undefined
  /** Set by the office instead of the adaptive pace, in seconds. */
  pollSeconds: { live?: number | undefined; slow?: number | undefined }
}

export interface PollParts {
  store: Store
  served: ReadonlyMap<string, Served>
  worker: string
  timezone: string
  log: Logger
  now: () => Date
  random: () => number
  /** Breaches judged on this account in the last 15 minutes. */
  breaches: (accountId: string) => number
  /** A pass could not even be recorded as failed. */
  broke: (error: unknown) => void
  /** New items are stored: somebody should judge them. */
  arrived: () => void
}

/**
 * Asks each source of each account for what is new, when it is due. A source that hangs or fails stops no other one.
 */
export function poller(parts: PollParts) {
  const { store, served, worker, timezone, log, now } = parts
  const under = new Set<Promise<void>>()
  const lastPost = new Map<string, Date>()

  /** Lease what is due and start on it; does not wait for the passes. */
  const tick = async (signal: AbortSignal): Promise<void> => {
    const leasedAt = now()
    for (const pass of await store.sources.lease(leasedAt, worker, LEASE)) {
      const run = one(pass, leasedAt.getTime() + LAST_CALL, signal).catch(parts.broke)
      under.add(run)
      void run.finally(() => under.delete(run))
    }
  }

  const one = async (pass: Pass, lastCall: number, stop: AbortSignal): Promise<void> => {
    const account = served.get(pass.accountId)
    const source = account?.platform.sources.find(({ name }) => name === pass.source)
    if (!account || !source) {
      // Configured by an older version, or by a newer one that runs beside this and should have its turn soon.
      const nextAt = new Date(now().getTime() + MINUTE)
      return store.sources.giveBack(pass, nextAt)
    }
    try {
      await probe(account, stop)
      const { more, rest } = await read(account, pass, lastCall, stop)
      const usual = more ? now() : soon(account, source)
      const nextAt = rest && rest.till > usual ? rest.till : usual
      await store.sources.release(pass, now(), nextAt, null, rest?.because ?? null, rest?.till ?? null)
      log.debug({ account: pass.accountId, source: pass.source }, 'a source was polled')
      if (pass.failures > 0) log.info({ account: pass.accountId, source: pass.source }, 'polling works again')
    } catch (error) {
      if (error instanceof LeaseLost) return
      // Whoever starts next need not wait until the lease runs out.
      if (stop.aborted) await store.sources.giveBack(pass, now())
      else await failed(account, pass, error)
    }
  }

  const probe = async (account: Served, stop: AbortSignal): Promise<void> => {
    if (account.probedAt && now().getTime() - account.probedAt.getTime() < DAY) return
    const found = await within(CALL, stop, (signal) => account.platform.probe(signal))
    await store.accounts.probed(account.id, found, now())
    const isBack = account.probedAt === null
    account.probedAt = now()
    // In this order: who carries it out believes what was said before a probe no longer.
    if (isBack) await store.outbox.wake(account.id, now())
    account.avatar = found.avatar
  }

  /** @returns the last page: whether the source has more to give, and when it wants to be asked */
  const read = async (account: Served, pass: Pass, lastCall: number, stop: AbortSignal): Promise<Page> => {
    const { source } = pass
    const known = (keys: string[]): Promise<Set<string>> => store.intake.known(account.id, keys)
    const stored = (after: string | null, most: number) => store.intake.stored(account.id, after, most, now())
    let { cursor } = pass
    for (;;) {
      const kept = await store.hints.of(pass, HINTS)
      const hints = kept.map(({ key, value }) => ({ key, value }))
      const request = { source, cursor, known, stored, hints }
      const page = await within(CALL, stop, (signal) => account.platform.fetch({ ...request, signal }))
      const fresh = await store.intake.store(pass, page, now(), kept)
      if (fresh > 0) parts.arrived()
      for (const { conversation } of page.items) note(account.id, conversation?.postedAt)
      cursor = page.cursor
      const hasMore = page.more || kept.length === HINTS
      const mayGoOn = hasMore && (page.rest === undefined || page.rest.till <= now())
      if (!mayGoOn || stop.aborted || now().getTime() > lastCall) return page
    }
  }

  const note = (accountId: string, postedAt: Date | undefined): void => {
    const last = lastPost.get(accountId)
    if (postedAt && (!last || postedAt > last)) lastPost.set(accountId, postedAt)
  }

  const soon = ({ id, pollSeconds }: Served, { pace }: Source): Date => {
    const fixed = pollSeconds[pace]
    const lastPostAt = lastPost.get(id) ?? null
    const wait =
      fixed === undefined
        ? interval({ pace, now: now(), timezone, lastPostAt, breaches: parts.breaches(id) })
        : fixed * 1000
    return new Date(now().getTime() + wait)
  }

  const failed = async (account: Served, pass: Pass, error: unknown): Promise<void> => {
    const trouble = error instanceof PlatformError ? error.trouble : 'unexpected'
    const said = error instanceof PlatformError ? error.message : 'Something unexpected went wrong; the log says more.'
    let wait = backoff(pass.failures, parts.random())
    if (trouble === 'unauthorised') {
      wait = HOUR
      account.probedAt = null
      await store.accounts.troubled(account.id, said)
    }
    const retryAt = error instanceof PlatformError ? error.retryAt : undefined
    const nextAt = new Date(Math.max(now().getTime() + wait, retryAt?.getTime() ?? 0))
    await store.sources.release(pass, now(), nextAt, said)
    const facts = { account: pass.accountId, source: pass.source, trouble, nextAt, ...describe(error) }
    log[trouble === 'unauthorised' ? 'error' : 'warn'](facts, 'a source could not be polled')
  }

  return {
    tick,
    /** Wait for the passes under way. */
    settled: async (): Promise<void> => {
      await Promise.allSettled(under)
    },
  }
}
