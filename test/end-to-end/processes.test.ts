import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { Deed } from '../../adapters/rehearsal/ledger.ts'
import { openDatabase } from '../../src/store/engine/open.ts'
import { log } from '../../src/store/log.ts'
import { open } from '../../src/store/vault.ts'
import { OFFICE } from '../builders.ts'
import { kills } from '../support/kills.ts'
import { freshDatabase } from '../support/postgres.ts'
import { type Running, scratch, startProcess, writeConfig } from '../support/service.ts'

const server = inject('postgres')

/** The office's work shared by two processes that die and come back, on one Postgres. */
describe.skipIf(server === null)('two processes on one Postgres', () => {
  const KEY = randomBytes(32)
  const KILLS = kills(4)
  let url = ''

  beforeAll(
    async () => {
      url = await freshDatabase(server ?? '')
      const folder = scratch()
      const settings = { seed: 11, everySeconds: 0.3 }
      const account = {
        platform: 'rehearsal',
        handle: '@mp',
        mode: 'perform',
        settings,
      }
      const settingWith = (pollSeconds: { live: number; slow: number }) => ({
        dataDir: folder,
        config: writeConfig(folder, { office: OFFICE, accounts: [{ ...account, pollSeconds }], alonePerHour: 10_000 }),
        env: { DATABASE_URL: url, SERJEANT_KEY: KEY.toString('base64') },
      })
      const setting = settingWith({ live: 1, slow: 2 })
      let both: Running[] = await Promise.all([startProcess(setting), startProcess(setting)])
      for (let n = 0; n < KILLS; n++) {
        await sleep(1500)
        const dead = n % 2
        await both[dead]?.kill()
        both[dead] = await startProcess(setting)
      }
      // A busy machine judges more slowly than the street writes: it is read once more, and then no longer.
      expect(await Promise.all(both.map((one) => one.stop()))).toEqual([0, 0])
      const calm = settingWith({ live: 3600, slow: 3600 })
      both = await Promise.all([startProcess(calm), startProcess(calm)])
      await enough(url)
      expect(await Promise.all(both.map((one) => one.stop()))).toEqual([0, 0])
    },
    240_000 + KILLS * 30_000,
  )

  it('reads, judges and acts once, and keeps one log', async () => {
    const database = await openDatabase({
      url,
      onFatal: (error) => {
        throw error
      },
    })
    try {
      const { prisma } = database
      const items = await prisma.item.findMany({ select: { state: true, decision: { select: { id: true } } } })
      expect(items.length).toBeGreaterThan(40)
      // A process killed while it judged holds its items until the lease is over.
      const waiting = items.filter(({ state }) => state === 'waiting')
      expect(waiting.length).toBeLessThan(60)
      expect(items.filter(({ state, decision }) => (state === 'assessed') !== (decision !== null))).toEqual([])
      const redirects = await prisma.action.groupBy({ by: ['authorId'], where: { kind: 'redirect' }, _count: true })
      expect(redirects.length).toBeGreaterThan(0)
      expect(redirects.filter(({ _count }) => _count > 1)).toEqual([])
      expect(await log(prisma).verify()).toMatchObject({ ok: true })

      const vault = await prisma.vault.findFirstOrThrow()
      const deeds = z.array(Deed).parse(open(KEY, vault.accountId, vault.sealed))
      const letters = deeds.flatMap(({ action, to }) => (action === 'redirect' && to !== null ? [to] : []))
      expect(letters.length).toBeGreaterThan(0)
      expect(new Set(letters).size).toBe(letters.length)
    } finally {
      await database.close()
    }
  })
})

/** Wait until enough was judged and done, and no more is left than what the dead still hold. */
async function enough(url: string): Promise<void> {
  const database = await openDatabase({ url, onFatal: () => {} })
  const { prisma } = database
  const isEnough = async (): Promise<boolean> =>
    (await prisma.item.count({ where: { state: 'assessed' } })) > 40 &&
    (await prisma.item.count({ where: { state: 'waiting' } })) < 60 &&
    (await prisma.action.count({ where: { kind: 'redirect', state: 'done' } })) > 0
  const end = performance.now() + 180_000
  while (!(await isEnough()) && performance.now() < end) await sleep(500)
  await database.close()
}
