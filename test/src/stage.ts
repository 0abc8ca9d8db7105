import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import type { Capabilities, Incoming, Platform } from '../../adapters/platform.ts'
import type { Decision, Finding, Mode, Step } from '../../moderation/model.ts'
import type { Logger } from '../../src/logging.ts'
import type { Served } from '../../src/poll.ts'
import { type Assessed, type Case, openStore, type Store } from '../../src/store/index.ts'
import { aDecision, aJudgement, anIncoming, aPage, NOON } from '../builders.ts'

/** A real store with a clock on a string, and an account on it whose platform does what a test tells it. */
export interface Stage {
  store: Store
  now: () => Date
  pass: (ms: number) => void
  log: Logger
  /** What was logged, oldest first. */
  lines: { level: number; msg: string }[]
  /** A new account, the only one that is not retired, of a platform with these calls. */
  account: (calls?: Partial<Platform>, mode?: Mode) => Promise<Served>
  /** Read an item into a source that is due, as a pass would. @returns its id in the store */
  read: (account: Served, ...items: Incoming[]) => Promise<string[]>
  /** Read an item, find this, and decide these steps. */
  decide: (
    account: Served,
    steps: Step[],
    more?: Partial<Decision>,
    findings?: Finding[],
    incoming?: Parameters<typeof anIncoming>[0],
  ) => Promise<Case>
  close: () => Promise<void>
}

export const CAPABILITIES: Capabilities = {
  hide: 'automatic',
  delete: 'impossible',
  'close-comments': 'impossible',
  mute: 'automatic',
  restrict: 'impossible',
  block: 'automatic',
  'delete-own': 'automatic',
  report: 'manual',
  redirect: 'automatic',
  warn: 'automatic',
}

export const LETTER = { text: 'Please ring 01632 960100.', links: [] }
const RULES = { warningDays: 90, alonePerHour: 1000, redirect: LETTER }

export const aStep = (action: Step['action'], how: Step['how'] = 'perform'): Step => ({
  action,
  how,
  clause: action === 'redirect' ? null : 'abuse',
  breach: action === 'redirect' ? null : 'abuse',
})

/** Says yes to everything and has nothing to tell. */
function aPlatform(calls: Partial<Platform> = {}): Platform {
  return {
    name: 'fake',
    handle: '@mp',
    sources: [{ name: 'replies', pace: 'live' }],
    probe: async () => ({ handle: '@mp', capabilities: CAPABILITIES, notes: [] }),
    fetch: async ({ cursor }) => ({ items: [], cursor, gone: [], more: false }),
    prepare: (order) => ({ key: `key of ${order.id}` }),
    perform: async () => ({ is: 'done', receipt: null }),
    image: async () => null,
    close: async () => {},
    ...calls,
  }
}

export async function aStage(): Promise<Stage> {
  const dir = await mkdtemp(path.join(tmpdir(), 'serjeant-stage-'))
  const onFatal = (error: unknown): never => {
    throw error
  }
  const store = await openStore({ dir, key: randomBytes(32), onFatal })
  let time = NOON.getTime()
  const now = (): Date => new Date(time)
  const lines: Stage['lines'] = []
  const log = pino({ level: 'debug', base: null }, { write: (line) => lines.push(JSON.parse(line)) })
  let accounts = 0

  const read: Stage['read'] = async ({ id }, ...items) => {
    const passes = await store.sources.lease(now(), 'test', 60_000)
    const pass = passes.find(({ accountId }) => accountId === id)
    if (!pass) throw new Error('no source is due')
    await store.intake.store(pass, aPage(items), now())
    for (const one of passes) await store.sources.release(one, now(), now(), null)
    const waiting = await store.assessing.lease(now(), 100, 0)
    await store.assessing.postpone(
      waiting.map((one) => one.id),
      new Date(0),
    )
    return items.flatMap(({ item }) => waiting.find(({ subject }) => subject.item.id === item.id)?.id ?? [])
  }

  return {
    store,
    now,
    pass: (ms) => {
      time += ms
    },
    log,
    lines,
    account: async (calls = {}, mode = 'perform') => {
      const handle = `@mp${++accounts}`
      const [row] = await store.accounts.configure([{ platform: 'fake', handle, mode }], now())
      if (!row) throw new Error('no account')
      const platform = aPlatform({ handle, ...calls })
      const names = platform.sources.map(({ name }) => name)
      await store.accounts.readFrom(row.id, names, now())
      await store.accounts.probed(row.id, { handle, capabilities: CAPABILITIES, notes: [] }, now())
      return { id: row.id, platform, probedAt: now(), pollSeconds: {} }
    },
    read,
    decide: async (account, steps, more = {}, findings = [], incoming = {}) => {
      const [id] = await read(account, anIncoming(incoming))
      const waiting = (await store.assessing.lease(now(), 100, 60_000)).find((one) => one.id === id)
      if (!waiting) throw new Error('the item does not wait')
      const decision = aDecision({ outcome: 'perform', act: 'hide', steps, ...more })
      const assessed: Assessed = { waiting, judgement: aJudgement(...findings), decide: () => decision }
      await store.assessing.settle([assessed], RULES, now())
      const decided = await store.queue.ofItem(waiting.id)
      const found = decided === null ? null : await store.queue.find(decided)
      if (!found) throw new Error('no decision')
      return found
    },
    close: async () => {
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Until it is so, or the test's patience is over. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 500; n++) {
    if (await what()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came to that')
}

/** A call that ends only when it is told to, as the platform's contract asks. */
export const hang = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
