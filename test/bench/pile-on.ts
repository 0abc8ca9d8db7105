import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { GRAVEST_FIRST, type Gravity } from '../support/pile-on.ts'
import { type OfficeOnX, officeOnX } from '../support/x-office.ts'
import type { Asked, Founding, Tally, Told } from './pile-on-town.ts'

/**
 * A day on which everybody writes to one MP on X: 60,000 mentions, replies and quotes (MENTIONS=3000 makes it another number),
 * half of them in three hours, one in twenty-five to be hidden, and 100 dollars to spend. The service's own parts and the real
 * adapter run on a clock that stands still while they work, so the day takes as long as its work does. That is judging above
 * all, about 80 items a second: a hundred times what comes in a day, so that the waits are those that X's limits and the
 * ceiling make. X is in a thread of its own: what it remembers is not the service's memory.
 *
 * Throws where anything was lost or done twice, where X refused a call, where the gravest, once read, waited as long as the
 * mildest (with fewer than 60,000 mentions X may take all hides at once, and none waits), where the ceiling was passed or the
 * memory grows.
 */
const MENTIONS = Number(process.env['MENTIONS'] ?? 60_000)
/** Dollars for a day: 100 for 60,000, and for fewer in proportion. */
const CEILING = MENTIONS / 600
const BEGINS = Date.parse('2026-11-24T00:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Nobody waits longer for the service to look. */
const STEP = 60_000
/** What comes last may be hidden, and what the ceiling kept waiting may be read, on the two days after. */
const AFTERWARDS = 2 * DAY
const HANDLE = 'JoHartleyMP'
/** Between the first quarter of the day and its end the heap may grow by this. Bytes. */
const FLAT = 48e6

const Labelled = z.object({ text: z.string(), expect: z.object({ violates: z.boolean(), act: z.string() }) })

export async function benchPileOn(): Promise<void> {
  const began = performance.now()
  const town = await foundTown()
  let clock = BEGINS
  const office = await officeOnX({ handle: `@${HANDLE}`, settings: town.settings, now: () => new Date(clock) })
  const reading = readerOf(office)
  const memory = memoryKept()
  const notes = new Set<string>()
  let backlog = 0
  try {
    memory.look('start')
    for (let turn = 0; clock < BEGINS + DAY + AFTERWARDS; turn++, clock += STEP) {
      const { written, isOver } = await town.goOn(clock)
      await office.turn()
      await reading.goOn(clock)
      // As the service does each hour.
      if (turn % 60 === 0) await office.store.analyse()
      if (isOver && reading.ids.length === MENTIONS) break
      if (turn % 10 > 0) continue
      backlog = Math.max(backlog, written - reading.ids.length)
      for (const { note, trouble } of await office.sources()) if (note ?? trouble) notes.add(String(note ?? trouble))
      for (const quarter of [1, 2, 3]) if (clock - BEGINS === (quarter * DAY) / 4) memory.look(`${quarter}/4`)
      progress(`${new Date(clock).toISOString().slice(0, 16)} ${reading.ids.length} of ${written} read and judged`)
    }
    progress('')
    memory.look('end')
    await reading.goOn(clock)
    const tally = await town.tally()
    const days = await Promise.all([0, 1, 2].map((day) => office.bill(new Date(BEGINS + day * DAY))))
    report({ reading, tally, days, backlog, notes, seconds: (performance.now() - began) / 1000 })
    console.log(`memory: ${memory.said.join('; ')}`)
    verify(reading, tally, days)
    memory.verify()
    const log = await office.store.log.verify()
    if (!log.ok) throw new Error('the log does not verify')
  } finally {
    await office.close()
    await town.close()
  }
}

/** Texts that break no rule, as they are measured on everywhere else. */
function texts(): string[] {
  return readFileSync('test/cases/dev.jsonl', 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : Labelled.parse(JSON.parse(line))))
    .filter(({ expect: { violates, act } }) => !violates && act === 'none')
    .map(({ text }) => text)
}

async function foundTown() {
  const founding: Founding = { handle: HANDLE, mentions: MENTIONS, begins: BEGINS, texts: texts() }
  const worker = new Worker(new URL('./pile-on-town.js', import.meta.url), { workerData: founding })
  const ask = async <Is extends Told['is']>(is: Is, asked?: Asked): Promise<Extract<Told, { is: Is }>> => {
    const answer = once(worker, 'message')
    if (asked !== undefined) worker.postMessage(asked, [])
    const [given] = (await answer) as [Told]
    if (given.is !== is) throw new Error(`the town told of ${given.is} instead of ${is}`)
    return given as Extract<Told, { is: Is }>
  }
  const { settings } = await ask('founded')
  return {
    settings: { ...settings, ceiling: { day: CEILING, month: 20 * CEILING } },
    goOn: (till: number) => ask('written', { till }),
    tally: () => ask('tally', 'tally'),
    close: () => worker.terminate(),
  }
}

/** What the service has stored so far, in the order in which it came. */
function readerOf({ store, account }: OfficeOnX) {
  const ids: string[] = []
  const readAt = new Map<string, number>()
  let after: string | null = null
  return {
    ids,
    /** When it was found to be stored: the same minute as it was, on a clock that stands still meanwhile. */
    readAt,
    goOn: async (now: number): Promise<void> => {
      for (let more = true; more; ) {
        const page = await store.intake.stored(account.id, after, 500, new Date())
        ids.push(...page.map(({ id }) => id))
        for (const { id } of page) readAt.set(id, now)
        after = page.at(-1)?.place ?? after
        more = page.length > 0
      }
    },
  }
}

function memoryKept() {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heaps: number[] = []
  const said: string[] = []
  return {
    said,
    look: (when: string): void => {
      collect()
      const { heapUsed, external, rss } = process.memoryUsage()
      heaps.push(heapUsed)
      said.push(
        `${when} ${megabytes(heapUsed)} of objects, ${megabytes(external)} of buffers (${megabytes(rss)} resident)`,
      )
    },
    verify: (): void => {
      const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0)
      if (grown > FLAT) throw new Error(`the memory grew by ${megabytes(grown)} since the first quarter`)
    },
  }
}

type Reading = Pick<ReturnType<typeof readerOf>, 'ids' | 'readAt'>

interface Results {
  reading: Reading
  tally: Tally
  days: readonly ReadonlyMap<string, number>[]
  backlog: number
  notes: ReadonlySet<string>
  seconds: number
}

function report({ reading, tally, days, backlog, notes, seconds }: Results): void {
  console.log(
    `pile-on: ${reading.ids.length} of ${MENTIONS} read and judged, at most ${backlog} behind; ${Math.round(seconds)} s`,
  )
  for (const [n, bill] of days.entries()) {
    const words = [...bill].map(([what, micros]) => `${what} ${dollars(micros)}`).join(', ')
    console.log(`day ${n + 1}: ${dollars(total(bill))} of ${dollars(CEILING * 1e6)} spent: ${words || 'nothing'}`)
  }
  const calls = Object.entries(tally.calls).toSorted(([, a], [, b]) => b - a)
  console.log(`calls: ${calls.map(([name, count]) => `${count} ${name}`).join(', ')}`)
  console.log(`hidden: ${tally.hides.length}, with ${tally.seen} that should be still to be seen`)
  for (const gravity of GRAVEST_FIRST) {
    const hides = hidesOf(gravity, tally)
    const seen = hides.map(({ waited }) => waited / 60_000)
    console.log(
      `${gravity}: ${hides.length}, to be seen for ${spread(seen)}; once read ${spread(waitsOf(hides, reading))}`,
    )
  }
  const [first = 'nothing', ...more] = notes
  console.log(`staff were told: ${first}${more.length > 0 ? ` … ${more.at(-1)} (${notes.size} in all)` : ''}`)
}

/** @throws Error where a promise was broken */
function verify(reading: Reading, tally: Tally, days: Results['days']): void {
  const { ids } = reading
  const { written, hides, seen, answered, refused } = tally
  const broken = [
    ...lost(written, ids).map((id) => `${id} was lost`),
    ...lost(ids, written).map((id) => `${id} was made up`),
    ...twice(ids).map((id) => `${id} was read twice`),
    ...twice(hides.map(({ id }) => id)).map((id) => `${id} was hidden twice`),
    ...twice(answered).map((id) => `${id} was answered twice`),
    ...refused.map((call) => `X refused ${call}`),
    ...(seen > 0 ? [`${seen} are still to be seen`] : []),
    ...outOfTurn(tally, reading),
    ...days.filter((bill) => total(bill) > CEILING * 1e6).map((bill) => `a day cost ${dollars(total(bill))}`),
  ]
  if (broken.length > 0) throw new Error(`${broken.length} faults, first: ${broken.slice(0, 5).join('; ')}`)
}

/** Minutes. Where nobody waited for longer, nobody had to wait for a turn. */
const NO_QUEUE = 1

/** The gravest are hidden first, so that where many waited for their turn they waited less than the mildest. */
function outOfTurn(tally: Tally, reading: Reading): string[] {
  const [least = 0, most = 0] = [GRAVEST_FIRST.at(0), GRAVEST_FIRST.at(-1)].map((gravity) =>
    shareOf(waitsOf(hidesOf(gravity, tally), reading), 0.95),
  )
  if (least < most || least <= NO_QUEUE) return []
  return [`the gravest, once read, waited ${least.toFixed(1)} minutes (p95), the mildest ${most.toFixed(1)}`]
}

function lost(all: readonly string[], of: readonly string[]): string[] {
  const there = new Set(of)
  return all.filter((id) => !there.has(id))
}

function twice(ids: readonly string[]): string[] {
  const seen = new Set<string>()
  return ids.filter((id) => seen.size === seen.add(id).size)
}

const hidesOf = (gravity: Gravity | undefined, { hides }: Tally) => hides.filter((hide) => hide.gravity === gravity)

/** How long each was still to be seen once it was read, in minutes: the wait for its turn, whatever the reading waited for. */
function waitsOf(hides: Tally['hides'], { readAt }: Reading): number[] {
  return hides.map(({ id, at }) => (at - (readAt.get(id) ?? at)) / 60_000)
}

/** @returns what `share` of these numbers, from 0 to 1, do not exceed */
function shareOf(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0
}

function spread(minutes: readonly number[]): string {
  const at = (share: number): string => shareOf(minutes, share).toFixed(1)
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, at most ${Math.max(0, ...minutes).toFixed(1)} minutes`
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
}

const total = (bill: ReadonlyMap<string, number>): number => [...bill.values()].reduce((sum, micros) => sum + micros, 0)
const dollars = (micros: number): string => `$${(micros / 1e6).toFixed(2)}`
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
