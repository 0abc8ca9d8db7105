import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Json } from '../../adapters/platform.ts'
import { Deed } from '../../adapters/rehearsal/ledger.ts'
import { createStreet } from '../../adapters/rehearsal/street.ts'
import { openDatabase } from '../../src/store/engine/open.ts'
import { log } from '../../src/store/log.ts'
import { OFFICE } from '../builders.ts'
import { kills } from '../support/kills.ts'
import { nothingStored, purseInMemory } from '../support/means.ts'
import { run, scratch, startProcess, writeConfig } from '../support/service.ts'

const KILLS = kills(15)
/** A street that never rests: about three items a second, so that every kill lands in the middle of something. */
const LIVELY = { seed: 7, everySeconds: 0.3 }
const HANDLE = '@JoHartleyMP'

/** What the rehearsal keeps as its cursor; its README says how a reader from outside begins. */
const Cursor = z.object({ opened: z.number(), till: z.number() })
const DAY = 86_400_000

/** The street again, in this process: what each source had to give up to where it was read, as `<id> <revision>`. */
async function allThatWasWritten(cursors: { name: string; opened: number; till: number }[]): Promise<string[]> {
  const keys = new Set<string>()
  for (const { name, opened, till } of cursors) {
    const vault = { read: async () => null, update: async (change: (stored: null) => Promise<Json>) => change(null) }
    const street = createStreet(LIVELY).kind.create({
      handle: HANDLE,
      settings: LIVELY,
      vault,
      purse: purseInMemory(),
      now: () => new Date(till),
    })
    let cursor: Json = { opened, till: opened - DAY, said: null }
    for (let more = true; more; ) {
      const page = await street.fetch({
        source: name,
        cursor,
        known: async () => new Set(),
        stored: nothingStored,
        hints: [],
        signal: AbortSignal.timeout(5000),
      })
      for (const { item, revision } of page.items) keys.add(`${item.id} ${revision}`)
      ;({ cursor, more } = page)
    }
  }
  return [...keys]
}

/** Items that wait for a judgement, and actions that wait for their turn, in a folder no service holds. */
async function unfinished(dir: string): Promise<number> {
  const database = await openDatabase({ dir, onFatal: throwIt })
  try {
    const { item, action } = database.prisma
    const items = await item.count({ where: { state: { not: 'assessed' } } })
    return items + (await action.count({ where: UNDER_WAY }))
  } finally {
    await database.close()
  }
}

/** The standard answer has a pace of its own, and may wait for hours. */
const UNDER_WAY = { state: { in: ['queued', 'running'] }, kind: { not: 'redirect' } }

/** Until it has printed nothing new for as long as that, and not for ever. Milliseconds. */
async function silence(output: () => string, still: number): Promise<void> {
  const end = performance.now() + 4 * still
  for (let [said, since] = ['', performance.now()]; performance.now() < end; await sleep(100)) {
    if (output() !== said) [said, since] = [output(), performance.now()]
    else if (performance.now() - since >= still) return
  }
}

const throwIt = (error: unknown): never => {
  throw error
}

describe(`a service killed ${KILLS} times on the embedded database`, () => {
  const folder = scratch()
  const journal = path.join(folder, 'journal.jsonl')
  const account = {
    platform: 'rehearsal',
    handle: HANDLE,
    mode: 'perform',
    settings: { ...LIVELY, journal },
  }
  const settingWith = (pollSeconds: { live: number; slow: number }) => ({
    dataDir: folder,
    config: writeConfig(folder, { office: OFFICE, accounts: [{ ...account, pollSeconds }], alonePerHour: 10_000 }),
  })
  let deeds: Deed[] = []

  beforeAll(
    async () => {
      const busy = settingWith({ live: 1, slow: 2 })
      for (let n = 0; n < KILLS; n++) {
        const service = await startProcess(busy)
        await sleep(Math.random() * 1500)
        await service.kill()
      }
      // Till all is judged and done: how long that takes is the machine's affair, and the service does not say when it is.
      // Read once more and then no longer, or the street would always have written something since.
      const calm = settingWith({ live: 3600, slow: 3600 })
      for (let left = 1, still = 2500; left > 0 && still < 200_000; still *= 2) {
        const service = await startProcess(calm)
        await silence(() => service.output(), still)
        expect(await service.stop()).toBe(0)
        left = await unfinished(path.join(folder, 'data'))
      }
      deeds = readFileSync(journal, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Deed.parse(JSON.parse(line)))
    },
    240_000 + KILLS * 30_000,
  )

  it('lost no item: all that the street wrote is stored and judged', async () => {
    const database = await openDatabase({ dir: path.join(folder, 'data'), onFatal: throwIt })
    try {
      const sources = await database.prisma.source.findMany({ select: { name: true, cursor: true } })
      const cursors = sources.map(({ name, cursor }) => ({ name, ...Cursor.parse(cursor) }))
      const written = await allThatWasWritten(cursors)
      const stored = await database.prisma.item.findMany({
        select: { externalId: true, revision: true, state: true, decision: { select: { id: true } } },
      })
      const keys = new Set(stored.map(({ externalId, revision }) => `${externalId} ${revision}`))
      expect(written.length).toBeGreaterThan(KILLS)
      expect(written.filter((key) => !keys.has(key))).toEqual([])
      expect(stored.filter(({ state, decision }) => state !== 'assessed' || decision === null)).toEqual([])
      expect(await database.prisma.action.count({ where: UNDER_WAY })).toBe(0)
      expect(await log(database.prisma).verify()).toMatchObject({ ok: true })
    } finally {
      await database.close()
    }
  })

  it('ordered nothing about what is for the police before it was frozen', async () => {
    const database = await openDatabase({ dir: path.join(folder, 'data'), onFatal: throwIt })
    try {
      const forPolice = await database.prisma.decision.findMany({
        where: { escalate: 'police' },
        select: { itemId: true, item: { select: { capture: true } } },
      })
      expect(forPolice.length).toBeGreaterThan(0)
      for (const { itemId, item } of forPolice) {
        const kinds = (await log(database.prisma).ofItem(itemId)).map(({ kind }) => kind)
        expect(item.capture?.record).toEqual(expect.any(String))
        const ordered = kinds.findIndex((kind) => kind === 'queued' || kind === 'proposed')
        expect(kinds.indexOf('captured')).toBeLessThan(ordered === -1 ? kinds.length : ordered)
      }
    } finally {
      await database.close()
    }
  })

  it('did nothing twice: no order, and no effect on the same target', () => {
    const hides = deeds.filter(({ action }) => action === 'hide')
    const letters = deeds.filter(({ action }) => action === 'redirect')
    expect(hides.length).toBeGreaterThan(0)
    expect(letters.length).toBeGreaterThan(0)
    const twice = (keys: (string | null)[]): (string | null)[] => keys.filter((key, n) => keys.indexOf(key) !== n)
    expect(twice(deeds.map(({ order, undo }) => `${order} ${undo}`))).toEqual([])
    expect(twice(hides.map(({ target }) => target))).toEqual([])
    expect(twice(letters.map(({ to }) => to))).toEqual([])
  })

  it('leaves a log that the command line verifies', async () => {
    const { code, stdout } = await run(['verify'], settingWith({ live: 3600, slow: 3600 }))
    expect(stdout).toMatch(/^The log is whole: \d+ entries/)
    expect(code).toBe(0)
  })
})
