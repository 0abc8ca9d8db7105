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
import { nothingStored, purseInMemory } from '../support/means.ts'
import { run, scratch, startProcess, writeConfig } from '../support/service.ts'

const KILLS = 30
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
        signal: AbortSignal.timeout(5000),
      })
      for (const { item, revision } of page.items) keys.add(`${item.id} ${revision}`)
      ;({ cursor, more } = page)
    }
  }
  return [...keys]
}

/** Items that wait for a judgement in a folder no service holds. */
async function unfinished(dir: string): Promise<number> {
  const database = await openDatabase({ dir, onFatal: throwIt })
  try {
    return await database.prisma.item.count({ where: { state: { not: 'assessed' } } })
  } finally {
    await database.close()
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
    pollSeconds: { live: 1, slow: 2 },
    settings: { ...LIVELY, journal },
  }
  const setting = {
    dataDir: folder,
    config: writeConfig(folder, { office: OFFICE, accounts: [account], alonePerHour: 10_000 }),
  }
  let deeds: Deed[] = []

  beforeAll(async () => {
    for (let n = 0; n < KILLS; n++) {
      const service = await startProcess(setting)
      await sleep(Math.random() * 1500)
      await service.kill()
    }
    // Till all is judged: how long that takes is the machine's affair.
    for (let left = 1, tries = 0; left > 0 && tries < 8; tries++) {
      const service = await startProcess(setting)
      await sleep(8000)
      expect(await service.stop()).toBe(0)
      left = await unfinished(path.join(folder, 'data'))
    }
    deeds = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => Deed.parse(JSON.parse(line)))
  }, 600_000)

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
      expect(
        await database.prisma.action.count({
          where: { state: { in: ['queued', 'running'] }, kind: { not: 'redirect' } },
        }),
      ).toBe(0)
      expect(await log(database.prisma).verify()).toMatchObject({ ok: true })
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
    const { code, stdout } = await run(['verify'], setting)
    expect(stdout).toMatch(/^The log is whole: \d+ entries/)
    expect(code).toBe(0)
  })
})
