import type { Subject } from '../../moderation/model.ts'
import { subjects } from './corpus.ts'
import { FILTERS, LAYERS } from './layers.ts'

/** One layer in this process alone, so that its memory is its own: `node layer.js NAME` prints a `Cost` in JSON. */

export interface Cost {
  /** To the first answer: weights may be read only then. */
  loadMs: number
  /** Of the processor's time, the collector's among it: on a busy machine a second on the clock says nothing. */
  perSecond: number
  p50: number
  p95: number
  max: number
  /** The most that was resident, in MB, node and the texts among it. */
  memory: number
}

/** Whichever comes first, after whole rounds: the fast ones would fill the memory with their times. */
const ENOUGH_MS = 2_000
const ENOUGH_TIMES = 50_000

/** Null where there is no such part of the judge yet. */
async function costOf(name: string): Promise<Cost | null> {
  const all = await subjects()
  const before = performance.now()
  const measured = await loaded(name)
  const [first] = all
  if (!measured || !first) return null
  measured(first)
  const loadMs = performance.now() - before
  for (const subject of all) measured(subject)

  const times: number[] = []
  const start = performance.now()
  const idle = process.cpuUsage()
  do {
    for (const subject of all) {
      const began = performance.now()
      measured(subject)
      times.push(performance.now() - began)
    }
  } while (performance.now() - start < ENOUGH_MS && times.length < ENOUGH_TIMES)
  const { user, system } = process.cpuUsage(idle)
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    loadMs,
    perSecond: times.length / ((user + system) / 1_000_000),
    p50: at(0.5),
    p95: at(0.95),
    max: at(1),
    memory: process.resourceUsage().maxRSS / 1_000,
  }
}

async function loaded(name: string): Promise<((subject: Subject) => unknown) | null> {
  const layer = LAYERS.find((one) => one.name === name)
  if (layer) return layer.load()
  const flags = await FILTERS.find((one) => one.name === name)?.load()
  if (!flags) throw new Error(`There is no layer ${name}.`)
  return ({ item }) => flags(item.text)
}

process.stdout.write(JSON.stringify(await costOf(process.argv[2] ?? '')))
