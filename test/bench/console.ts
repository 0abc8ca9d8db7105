import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '../../src/store/engine/open.ts'
import { openStore } from '../../src/store/index.ts'
import { NOON } from '../builders.ts'
import { freshDatabase, installedPostgres, startPostgres } from '../support/postgres.ts'
import { aStage, visitor } from '../web/seed.ts'
import { fill, HEAVIEST, WAITING, waitingId } from './town.ts'

/**
 * What a page of the console takes at the server, with 2,000 waiting among 10,000 and among 1,000,000 items that are stored
 * (SIZES=20000,200000 makes it others; multiples of 2,000), on the embedded database and on a Postgres server (DATABASES=embedded
 * makes it one). To be on time with 95 of 100 pages, and to take no longer for a hundred times the items.
 */
const SIZES = (process.env['SIZES'] ?? '10000,1000000').split(',').map(Number)
const DATABASES = (process.env['DATABASES'] ?? 'embedded,server').split(',')
/** Milliseconds. */
const TARGET = 50
const WARM = 10
const RUNS = 100

const PLATFORMS = ['bluesky', 'facebook', 'instagram', 'x']

interface Facts {
  size: number
  account: string
  /** Another number each time. */
  n: number
}

/** A page is a line: its name, and the address of the n-th look at it. */
const PAGES: Record<string, (facts: Facts) => string> = {
  queue: () => '/',
  'queue, one lane': () => '/?lane=proposal',
  'queue, by platform': ({ n }) => `/?platform=${PLATFORMS[n % 4]}`,
  'queue, by account': ({ account }) => `/?account=${account}`,
  'queue, by rule': ({ n }) => `/?clause=${['abuse', 'spam', 'discrimination'][n % 3]}`,
  'queue, by person': () => `/?person=${HEAVIEST}`,
  'queue, by age': ({ n }) => `/?age=${['new', 'day', 'week'][n % 3]}`,
  'queue, by all': () => `/?lane=proposal&platform=bluesky&clause=abuse&age=week&person=${HEAVIEST}`,
  'queue, by name': () => '/?who=person12',
  'queue, far behind': ({ size }) => `/?after=60.${NOON.getTime() - 86_400_000}.${waitingId(1000, size)}`,
  case: ({ n, size }) => `/case/${waitingId((n * 17) % WAITING, size)}`,
  person: () => `/author/${HEAVIEST}`,
  answers: () => '/answers',
  log: () => '/log',
}

interface Result {
  database: string
  size: number
  page: string
  p50: number
  p95: number
  /** What this process computed for it (p50): on the embedded database all there is to do, however busy the machine. */
  cpu: number
}

export async function benchConsole(): Promise<void> {
  const odd = SIZES.filter((size) => !(size > 0 && size % WAITING === 0))
  if (odd.length > 0) throw new Error(`SIZES are multiples of ${WAITING}: not ${odd.join(', ')}`)
  const results: Result[] = []
  for (const database of DATABASES) {
    if (database === 'server' && (await installedPostgres()) === null) {
      console.log('console: no Postgres on this machine, so only the embedded database is measured')
      continue
    }
    for (const size of SIZES) results.push(...(await (database === 'server' ? onServer(size) : onEmbedded(size))))
  }
  report(results)
  if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'console', waiting: WAITING, results }))
}

async function onEmbedded(size: number): Promise<Result[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'serjeant-bench-'))
  try {
    return await measure('embedded', { dir }, size)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function onServer(size: number): Promise<Result[]> {
  const server = await startPostgres()
  try {
    return await measure('server', { dir: tmpdir(), url: await freshDatabase(server.url) }, size)
  } finally {
    await server.stop()
  }
}

async function measure(database: string, place: { dir: string; url?: string }, size: number): Promise<Result[]> {
  const onFatal = (error: unknown): never => {
    throw error
  }
  const open = async () => {
    const stage = await aStage({ store: await openStore({ ...place, key: randomBytes(32), onFatal }) })
    const wanted = PLATFORMS.map((platform) => ({ platform, handle: '@johartley', mode: 'perform' as const }))
    return { ...stage, accounts: await stage.store.accounts.configure(wanted, NOON) }
  }
  const first = await open()
  const accounts = first.accounts.map(({ id }) => id)
  const { id: person } = await first.join('Answering Person')
  await first.join('Other Person')
  await first.close()

  const filled = await openDatabase({ ...place, onFatal })
  const say = (done: number): void => progress(`${database}: ${done} of ${size} items`)
  await fill(filled.pool, { accounts, person, size }, say)
  await filled.close()

  const stage = await open()
  try {
    const { get } = visitor(stage.app, (await stage.join('Reading Person')).cookie)
    const results: Result[] = []
    for (const [page, address] of Object.entries(PAGES)) {
      progress(`${database}, ${size} items: ${page}`)
      const times: number[] = []
      const computed: number[] = []
      for (let n = 0; n < WARM + RUNS; n++) {
        const [began, before] = [performance.now(), process.cpuUsage()]
        const answer = await get(address({ size, account: accounts[n % 4] ?? '', n }))
        await answer.text()
        const { user, system } = process.cpuUsage(before)
        if (n >= WARM) {
          times.push(performance.now() - began)
          computed.push((user + system) / 1000)
        }
        if (answer.status !== 200) throw new Error(`${page} was answered with ${answer.status}`)
      }
      results.push({
        database,
        size,
        page,
        p50: shareOf(times, 0.5),
        p95: shareOf(times, 0.95),
        cpu: shareOf(computed, 0.5),
      })
    }
    if (stage.failures.length > 0) throw new Error('a page could not be shown', { cause: stage.failures[0] })
    return results
  } finally {
    progress('')
    await stage.close()
  }
}

/** In tenths of a millisecond. */
function shareOf(times: readonly number[], share: number): number {
  const at = times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0
  return Math.round(at * 10) / 10
}

function report(results: readonly Result[]): void {
  for (const database of new Set(results.map((result) => result.database))) {
    console.log(`console on the ${database === 'server' ? 'Postgres server' : 'embedded database'}, ${WAITING} waiting`)
    for (const page of Object.keys(PAGES)) {
      const found = results.filter((result) => result.database === database && result.page === page)
      const words = found.map(
        ({ size, p50, p95, cpu }) =>
          `${size} items: p50 ${p50} ms, p95 ${p95} ms${p95 > TARGET ? ' (over)' : ''}, ${cpu} ms computing`,
      )
      console.log(`  ${page.padEnd(20)} ${words.join('; ')}`)
    }
  }
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
}
