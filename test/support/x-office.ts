import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { platforms } from '../../adapters/index.ts'

import { fillRedirect, POLICIES } from '../../moderation/policy.ts'
import { actor } from '../../src/act.ts'
import { assessor } from '../../src/assess.ts'
import { looker } from '../../src/look.ts'
import { poller, type Served } from '../../src/poll.ts'
import { mayRedirect } from '../../src/redirect.ts'
import { type Case, openStore, type Store } from '../../src/store/index.ts'
import { OFFICE, rulesOf } from '../builders.ts'

/**
 * An office whose account is on X: the service's own store, poller, judge and actor, and the real adapter, in this process and
 * on a clock that the caller turns. A day takes as long as its work does.
 */
export interface OfficeOnX {
  store: Store
  account: Served
  /** Do all that is due by now, once. @throws Error if anything was logged as an error */
  turn(): Promise<void>
  /** How its sources stand: why one is slow, and what is wrong with one. */
  sources(): Promise<Source[]>
  /** All decisions that staff see, most urgent first. */
  cases(): Promise<Case[]>
  /** Micros by the price list's words, on the day (UTC) of this moment. */
  bill(of: Date): Promise<Map<string, number>>
  close(): Promise<void>
}
type Source = Awaited<ReturnType<Store['accounts']['all']>>[number]['sources'][number]

export interface OfficeParts {
  handle: string
  settings: Record<string, unknown>
  now: () => Date
  /** The circuit breaker; above all that a pile-on can bring, if absent. */
  alonePerHour?: number
  redirectsPerHour?: number
}

const DAY = 86_400_000
const ERROR = 50
/** As many breaches in a quarter of an hour make the service look as often as it ever does. */
const PILE_ON = 5

export async function officeOnX({
  handle,
  settings,
  now,
  alonePerHour = 1_000_000,
  redirectsPerHour = 20,
}: OfficeParts): Promise<OfficeOnX> {
  const kind = platforms['x']
  const policy = POLICIES['standard']
  if (!kind || !policy) throw new Error('X or the standard policy is missing')
  const dir = await mkdtemp(path.join(tmpdir(), 'serjeant-x-'))
  const broken: unknown[] = []
  const store = await openStore({ dir, key: randomBytes(32), onFatal: (error) => broken.push(error) })
  const log = pino(
    { level: 'error', base: null },
    { write: (line) => (JSON.parse(line).level >= ERROR ? broken.push(line) : undefined) },
  )

  const [row] = await store.accounts.configure([{ platform: 'x', handle, mode: 'perform' }], now())
  if (!row) throw new Error('no account')
  const { id } = row
  const keep = { vault: store.vault(id), purse: store.spending.purse(id, now) }
  const platform = kind.create({ handle, settings, ...keep, now })
  const names = platform.sources.map(({ name }) => name)
  await store.accounts.readFrom(id, names, now())
  const account: Served = { id, platform, forgets: kind.forgets === true, probedAt: null, pollSeconds: {} }
  const served = new Map([[id, account]])

  const nothing = (): void => {}
  const polls = poller({
    store,
    served,
    worker: 'here',
    timezone: OFFICE.timezone,
    log,
    now,
    random: () => 0,
    breaches: () => PILE_ON,
    broke: (error) => broken.push(error),
    arrived: nothing,
  })
  const judge = assessor({
    store,
    office: OFFICE,
    inForce: rulesOf(policy, { redirect: fillRedirect(policy, OFFICE), alonePerHour }),
    log,
    now,
    random: () => 0,
    breached: nothing,
    decided: nothing,
  })
  const act = actor({
    store,
    account,
    worker: 'here',
    log,
    now,
    mayRedirect: (accountId) => mayRedirect(store, accountId, redirectsPerHour, now()),
    isStopped: () => false,
  })
  const look = looker({ store, served, log, now })
  const never = new AbortController().signal

  return {
    store,
    account,
    turn: async () => {
      await polls.tick(never)
      await polls.settled()
      await judge(never)
      await act(never)
      await look(never)
      if (broken.length > 0) throw new Error('the service met an error', { cause: broken[0] })
    },
    sources: async () => (await store.accounts.all()).flatMap(({ sources }) => sources),
    cases: async () => {
      const all: Case[] = []
      for (let more = true; more; ) {
        const page = await store.queue.page({}, all.at(-1) ?? null, 500)
        all.push(...page)
        more = page.length > 0
      }
      return all
    },
    bill: async (of) => {
      const from = new Date(Math.floor(of.getTime() / DAY) * DAY)
      const rows = await store.spending.between(id, from, new Date(from.getTime() + DAY))
      return new Map(rows.map(({ what, micros }) => [what, micros]))
    },
    close: async () => {
      await platform.close()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
