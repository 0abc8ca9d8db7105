import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import type { Capabilities } from '../../../adapters/platform.ts'
import { fillRedirect, POLICIES, Policy } from '../../../moderation/policy.ts'
import { assessor } from '../../../src/assess.ts'
import { replay } from '../../../src/commands/replay.ts'
import { type Config, ConfigError, readConfig } from '../../../src/config.ts'
import type { Db } from '../../../src/store/db.ts'
import { openDatabase } from '../../../src/store/engine/open.ts'
import { openStore, type Store } from '../../../src/store/index.ts'
import { replaying } from '../../../src/store/replaying.ts'
import { anAuthor, anIncoming, aPage, NOON, OFFICE, rulesOf } from '../../builders.ts'
import { scratchFolder } from '../../support/databases.ts'
import { freshDatabase } from '../../support/postgres.ts'

/** The labelled cases as the service stores and decides them, with staff's answers between, and then other policies. */

const STANDARD = Policy.parse(POLICIES['standard'])
const MINUTE = 60_000
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * MINUTE)
const TEXTS = readFileSync(path.resolve(import.meta.dirname, '../../cases/dev.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => z.object({ text: z.string() }).parse(JSON.parse(line)).text)
/** So few that most people write several times, and what came before counts. */
const PEOPLE = 60

const CAPABILITIES: Capabilities = {
  hide: { reply: 'automatic' },
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

const onFatal = (error: unknown): never => {
  throw error
}

const Result = z.object({
  before: z.object({ id: z.string(), version: z.string() }),
  decisions: z.number(),
  changed: z.number(),
  otherwise: z.number(),
  waiting: z.number(),
  shifts: z.array(z.object({ from: z.string(), to: z.string(), decisions: z.number() })),
  clauses: z.array(z.object({ clause: z.string(), before: z.number(), after: z.number() })),
  people: z.object({ newlyBlocked: z.number(), blockedNoMore: z.number() }),
  redirects: z.object({ before: z.number(), after: z.number() }),
  atRisk: z.object({ items: z.number(), touched: z.array(z.string()) }),
  again: z.object({ same: z.number(), of: z.number() }),
  sample: z.array(z.object({ itemId: z.string(), link: z.string(), from: z.string(), to: z.string() })),
})

/** A policy like the standard one, with these clauses changed. */
const changedBy = (change: (clause: Policy['clauses'][number]) => Partial<Policy['clauses'][number]>): Policy =>
  Policy.parse({
    ...STANDARD,
    version: 'tried',
    clauses: STANDARD.clauses.map((clause) => ({ ...clause, ...change(clause) })),
  })

const server = inject('postgres')
describe.each(['embedded', 'server'] as const)('a replay on the %s database', (kind) => {
  if (kind === 'server' && server === null) return it.skip('needs a Postgres server')

  let config: Config
  let remove: () => Promise<void>

  beforeAll(async () => {
    const scratch = await scratchFolder()
    remove = scratch.remove
    const file = path.join(scratch.folder, 'serjeant.json')
    const account = { platform: 'fake', handle: '@mp', mode: 'perform' }
    const url = 'https://moderation.example'
    writeFileSync(file, JSON.stringify({ office: OFFICE, policy: 'standard', accounts: [account], url }))
    config = readConfig({
      SERJEANT_CONFIG: file,
      DATA_DIR: path.join(scratch.folder, 'data'),
      DATABASE_URL: kind === 'server' ? await freshDatabase(server ?? '') : undefined,
    })
    const store = await openStore({ url: config.databaseUrl, dir: config.dataDir, key: randomBytes(32), onFatal })
    try {
      await live(store)
    } finally {
      await store.close()
    }
  })
  afterAll(() => remove())

  const run = async (policy: Policy, more: { json?: boolean; since?: Date } = {}) => {
    const printed: string[] = []
    const print = (line: string): void => void printed.push(line)
    const error = new PassThrough()
    const code = await replay({ config, policy, since: later(-60), json: false, print, error, ...more })
    expect(error.read()).toBeNull()
    return { code, text: printed.join('\n') }
  }
  const compared = async (policy: Policy) => {
    const { code, text } = await run(policy, { json: true })
    return { code, ...Result.parse(JSON.parse(text)) }
  }
  const withDatabase = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const { databaseUrl, dataDir } = config
    const database = await openDatabase({ ...(databaseUrl ? { url: databaseUrl } : {}), dir: dataDir, onFatal })
    try {
      return await work(database.prisma)
    } finally {
      await database.close()
    }
  }

  it('with the very same rules changes nothing, and decides all as it was decided', async () => {
    const result = await compared(Policy.parse(structuredClone(STANDARD)))
    expect(result).toMatchObject({
      code: 0,
      decisions: TEXTS.length,
      changed: 0,
      otherwise: 0,
      waiting: 1,
      shifts: [],
      sample: [],
    })
    expect(result.again).toEqual({ same: TEXTS.length, of: TEXTS.length })
    expect(result.people).toEqual({ newlyBlocked: 0, blockedNoMore: 0 })
    expect(result.clauses.length).toBeGreaterThan(8)
    expect(result.clauses.every(({ before, after }) => before === after)).toBe(true)
    // Whoever was answered once is not answered again within the period: the tool's own count must come out.
    const answered = await withDatabase(async (db) => {
      const actions = await db.action.findMany({ where: { kind: 'redirect' }, include: { decision: true } })
      return actions.filter(({ createdAt, decision }) => createdAt.getTime() === decision?.decidedAt.getTime()).length
    })
    expect(answered).toBeGreaterThan(10)
    expect(result.redirects).toEqual({ before: answered, after: answered })
    expect((await run(STANDARD)).text).toContain('None would come to another outcome.')
  })

  it('without a rule counts each decision that rested on it, and says so without the words', async () => {
    const none = { mild: 'none', plain: 'none', grave: 'none' } as const
    const lenient = changedBy(({ id }) => (id === 'abuse' ? { remedies: none } : {}))
    const abusive = await withDatabase((db) => db.decision.count({ where: { clauses: { has: 'abuse' } } }))
    const result = await compared(lenient)
    expect(abusive).toBeGreaterThan(20)
    expect(result.clauses.find(({ clause }) => clause === 'abuse')).toEqual({
      clause: 'abuse',
      before: abusive,
      after: 0,
    })
    expect(result.changed + result.otherwise).toBe(abusive)
    expect(result.shifts.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(result.changed)
    expect(result.people.newlyBlocked).toBe(0)
    expect(result.people.blockedNoMore).toBeGreaterThan(0)
    expect(result.sample).toHaveLength(20)

    const { text, code } = await run(lenient)
    expect(code).toBe(0)
    expect(text).toContain(`${result.changed} would come to another outcome:`)
    expect(text).toContain('Nothing was written.')
    // The embedded database is read only while the service is stopped, and so is its console.
    expect(text.includes('Start Serjeant to open these')).toBe(kind === 'embedded')
    for (const { itemId, link } of result.sample) {
      expect(text).toContain(`item ${itemId}`)
      expect(text).toContain(link)
      expect(link).toMatch(/^https:\/\/moderation\.example\/case\//)
    }
    expect(TEXTS.filter((words) => words.length > 15 && text.includes(words))).toEqual([])
  })

  it('under the harshest policy there can be still leaves everybody at risk alone', async () => {
    const harsh = { mild: 'block', plain: 'block', grave: 'block' } as const
    const result = await compared(
      changedBy(() => ({
        remedies: harsh,
        thresholds: { review: 0, propose: 0, alone: 0 },
        alone: ['hide', 'mute'],
        ground: true,
      })),
    )
    expect(result.code).toBe(0)
    expect(result.atRisk.items).toBeGreaterThan(5)
    expect(result.atRisk.touched).toEqual([])
    expect(result.people.newlyBlocked).toBeGreaterThan(10)
    expect(result.shifts.map(({ to }) => to)).toContain('block proposed, hidden by the tool')
  })

  it('knows only of its period', async () => {
    const { text, code } = await run(STANDARD, { since: later(600) })
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^There are no decisions about what arrived since .*, so there is/),
    ])
    const half = Result.parse(JSON.parse((await run(STANDARD, { since: later(30), json: true })).text))
    expect(half.decisions).toBe(TEXTS.length - Math.floor(TEXTS.length / 2))
    expect(half.again.same).toBe(half.again.of)
  })

  it('tells where a policy in force was not the one it is compared with, and where two have one name', async () => {
    const inForce = { ...config, policy: changedBy(() => ({})) }
    const printed: string[] = []
    const print = (line: string): void => void printed.push(line)
    const renamed = Policy.parse({ ...inForce.policy, informInWriting: 'unstated' })
    await replay({ config: inForce, policy: renamed, since: later(-60), json: false, print, error: new PassThrough() })
    expect(printed.join('\n')).toContain('was not measured')
    expect(printed.join('\n')).toContain('Both have the same version and yet differ')
  })

  it('shows at a terminal how far it is, and wipes that at the end', async () => {
    const told = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true })
    await replay({ config, policy: STANDARD, since: later(-60), json: false, print: () => undefined, error: told })
    const said = String(told.read())
    expect(said.startsWith(`\r${TEXTS.length} of ${TEXTS.length} decisions`)).toBe(true)
    expect(said.endsWith('\r\u001b[K')).toBe(true)
  })

  it('reads in pages of any size the same, and writes nothing', async () => {
    const fingerprint = async (db: Db): Promise<unknown> => {
      const tables = await db.$queryRaw<{ name: string }[]>`
        SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
      expect(tables.length).toBeGreaterThan(10)
      const rows = []
      for (const { name } of tables) {
        const sql = `SELECT count(*)::int, md5(string_agg(t::text, '' ORDER BY t::text)) FROM "${name}" t`
        rows.push(await db.$queryRawUnsafe(sql))
      }
      return rows
    }
    const before = await withDatabase(fingerprint)
    await run(changedBy(() => ({ ground: false, alone: [] })))
    expect(await withDatabase(fingerprint)).toEqual(before)
    await withDatabase(async (db) => {
      const all = await pages(db, 1000)
      expect(all).toHaveLength(TEXTS.length)
      expect(await pages(db, 7)).toEqual(all)
    })
  })

  const pages = async (db: Db, size: number) => {
    const period = await replaying(db).period(later(-60))
    const all = []
    for (let after = 0n; ; ) {
      const page = await replaying(db).page(period, after, size)
      all.push(...page.map(({ standing, ...past }) => ({ ...past, standing: standing(90) })))
      const last = page.at(-1)
      if (!last) return all
      after = last.seq
    }
  }

  it('knows of a person what was so at the time, and nothing that came later', async () => {
    await withDatabase(async (db) => {
      const all = await pages(db, 100)
      const half = Math.floor(TEXTS.length / 2)
      const [first, second] = [all.slice(0, half), all.slice(half)]
      expect(first.every(({ standing }) => standing.breaches === 0)).toBe(true)
      expect(second.some(({ standing }) => standing.breaches > 0)).toBe(true)
      const [person] = second.flatMap(({ authorId, standing }) => (standing.breaches > 0 && authorId ? [authorId] : []))
      const of = (some: typeof all) =>
        some.filter(({ authorId }) => authorId === person).map(({ standing }) => standing)
      const theirs = second.find(({ authorId }) => authorId === person)
      if (!person || !theirs) throw new Error('nobody broke a rule twice')

      const { id: accountId } = await db.account.findFirstOrThrow()

      // A warning after the first half that was taken back before the second, one that stands, and one that comes too late.
      const warn = (minutes: number, key: string, undoOf: string | null = null) =>
        db.action.create({
          data: {
            accountId,
            authorId: person,
            kind: 'warn',
            origin: 'tool',
            state: 'done',
            undoOf,
            runAt: later(minutes),
            createdAt: later(minutes),
            settledAt: later(minutes),
            dedupeKey: key,
          },
        })
      const taken = await warn(10, 'taken back')
      await warn(20, 'the taking back', taken.id)
      await warn(10, 'stands')
      await warn(300, 'too late')
      const now = await pages(db, 100)
      expect(of(now.slice(0, half)).every(({ warnings }) => warnings === 0)).toBe(true)
      expect(of(now.slice(half)).every(({ warnings }) => warnings === 1)).toBe(true)
      const [past] = await replaying(db).page(await replaying(db).period(later(-60)), theirs.seq - 1n, 1)
      // The warning came 50 minutes before: it counts for a day, and not for half an hour.
      expect([past?.standing(1).warnings, past?.standing(0.02).warnings]).toEqual([1, 0])
    })
  })

  it('is refused in plain words where the service has the database to itself, or there is none', async () => {
    const nowhere = { ...config, databaseUrl: undefined, dataDir: path.join(config.dataDir, 'elsewhere') }
    const parts = { policy: STANDARD, since: NOON, json: false, print: () => undefined, error: new PassThrough() }
    await expect(replay({ ...parts, config: nowhere })).rejects.toThrow(
      /^There is nothing to replay in .*elsewhere yet/,
    )
    const wordy = Policy.parse({
      ...STANDARD,
      redirect: { ...STANDARD.redirect, text: `${STANDARD.redirect.text} ${'and so on '.repeat(40)}` },
    })
    await expect(replay({ ...parts, config, policy: wordy })).rejects.toThrow(ConfigError)
    await withDatabase(async () => {
      const running = replay({ ...parts, config })
      if (kind === 'server') return expect(await running).toBe(0)
      return expect(running).rejects.toThrow(/^Serjeant is running on .* Stop it, replay, and start it again/)
    })
  })
})

/** Half of the cases, staff's answers, and the other half an hour later; and one that is not judged yet. */
async function live(store: Store): Promise<void> {
  let now = NOON
  const [account] = await store.accounts.configure([{ platform: 'fake', handle: '@mp', mode: 'perform' }], now)
  if (!account) throw new Error('no account')
  await store.accounts.readFrom(account.id, ['all'], now)
  await store.accounts.probed(account.id, { handle: '@mp', capabilities: CAPABILITIES, notes: [] }, now)
  const redirect = fillRedirect(STANDARD, OFFICE)
  const assess = assessor({
    store,
    office: OFFICE,
    inForce: rulesOf(STANDARD, { redirect, alonePerHour: 1000 }),
    log: pino({ level: 'silent' }),
    now: () => now,
    breached: () => undefined,
    decided: () => undefined,
  })
  const arrive = async (texts: readonly string[]): Promise<void> => {
    const [pass] = await store.sources.lease(now, 'test', MINUTE)
    if (!pass) throw new Error('nothing is due')
    const items = texts.map((text, n) => {
      const author = n % 29 === 0 ? null : anAuthor({ id: `person-${n % PEOPLE}` })
      return anIncoming({ author, item: { text, writtenAt: now, kind: n % 11 === 0 ? 'message' : 'reply' } })
    })
    await store.intake.store(pass, aPage(items), now)
    await store.sources.release(pass, now, now, null)
  }
  const half = Math.floor(TEXTS.length / 2)
  await arrive(TEXTS.slice(0, half))
  await assess(AbortSignal.timeout(60_000))

  now = later(5)
  const token = await store.people.invite(null, now)
  const staff = await store.people.accept(token, 'Priya', 'correct horse battery staple', now)
  if (staff === null || staff === 'name-taken') throw new Error('nobody joined')
  const farewell = { letter: redirect, everyDays: STANDARD.redirect.everyDays }
  for (const { id } of await store.queue.page({ lane: 'proposal' }, null, 30)) {
    await store.queue.answer(id, staff.id, { answer: 'agreed' }, farewell, now)
  }
  for (const { id } of await store.queue.page({ lane: 'risk' }, null, 2)) {
    await store.queue.answer(id, staff.id, { answer: 'nobody-at-risk', why: 'A line of a song.' }, null, now)
  }

  now = later(60)
  await arrive(TEXTS.slice(half))
  await assess(AbortSignal.timeout(60_000))
  await arrive(['Nobody has read this yet.'])
}
