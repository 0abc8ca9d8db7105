import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import type { Incoming } from '../../adapters/platform.ts'
import { readLine, readOfficeFacts } from '../../moderation/input.ts'
import { fillRedirect, POLICIES } from '../../moderation/policy.ts'
import { assessor } from '../../src/assess.ts'
import { openStore } from '../../src/store/index.ts'
import { rulesOf } from '../builders.ts'

/** From a platform's page to a stored decision, on the embedded database with every commit on the disk. */

const CASES = path.resolve('test/cases')
const PAGE = 100
const ITEMS = 10_000
/** What the queue's first page takes, asked this often. */
const READS = 200

export async function benchPipeline(): Promise<void> {
  const policy = POLICIES['standard']
  const office = readOfficeFacts(JSON.parse(readFileSync(path.join(CASES, 'office.json'), 'utf8')))
  if (!policy || office.is === 'wrong') throw new Error('test/cases or the standard policy is not as it was')
  const texts = readFileSync(path.join(CASES, 'dev.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line === '') return []
      const read = readLine(JSON.parse(line))
      return read.is === 'right' ? [read.value.text] : []
    })
  const dir = mkdtempSync(path.join(tmpdir(), 'serjeant-bench-'))
  const onFatal = (error: unknown): never => {
    throw error
  }
  const store = await openStore({ dir, key: randomBytes(32), onFatal })
  try {
    const now = (): Date => new Date()
    const [account] = await store.accounts.configure([{ platform: 'bench', handle: '@mp', mode: 'propose' }], now())
    if (!account) throw new Error('no account')
    await store.accounts.readFrom(account.id, ['all'], now())
    const redirect = fillRedirect(policy, office.value)
    const nothing = (): void => {}
    const assess = assessor({
      store,
      office: office.value,
      inForce: rulesOf(policy, { redirect }),
      log: pino({ level: 'silent' }),
      now,
      breached: nothing,
      decided: nothing,
    })
    const [pass] = await store.sources.lease(now(), 'bench', 3_600_000)
    if (!pass) throw new Error('nothing to poll')

    const times: number[] = []
    const began = performance.now()
    for (let at = 0; at < ITEMS; at += PAGE) {
      const items = Array.from({ length: PAGE }, (_, n) => incoming(at + n, texts[(at + n) % texts.length] ?? ''))
      const before = performance.now()
      await store.intake.store(pass, { items, cursor: at, gone: [], more: true }, now())
      await assess(AbortSignal.timeout(600_000))
      times.push(performance.now() - before)
      if (process.stderr.isTTY) process.stderr.write(`\r${at + PAGE} of ${ITEMS} items`)
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    const rate = Math.round(ITEMS / ((performance.now() - began) / 1000))
    console.log(
      `pipeline: ${rate} items/s into the embedded database; page of ${PAGE} to its decisions: ${spread(times)}`,
    )

    const reads: number[] = []
    for (let n = 0; n < READS; n++) {
      const before = performance.now()
      await store.queue.page({}, null)
      reads.push(performance.now() - before)
    }
    console.log(`queue: first page of ${ITEMS} items: ${spread(reads)}`)
    console.log(`memory: ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`)
  } finally {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

function incoming(n: number, text: string): Incoming {
  const person = n % 997
  return {
    item: { id: `item-${n}`, kind: 'reply', text, writtenAt: new Date(), links: [], media: [] },
    revision: '1',
    author: { platform: 'bench', id: `person-${person}`, handle: `@person${person}` },
    conversation: { id: `post-${n % 50}`, post: 'A post.', postedAt: new Date(), above: [] },
    link: `https://bench.example/${n}`,
    handle: null,
  }
}

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`
}
