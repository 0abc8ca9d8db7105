import { describe, expect, it } from 'vitest'
import type { Platform, Purse } from '../../adapters/platform.ts'
import { X } from '../../adapters/x/endpoints.ts'
import { CeilingReached, type Held, inMicros, type Money, money } from '../../adapters/x/money.ts'
import { NOON } from '../builders.ts'
import { startX } from '../emulators/x/index.ts'
import { purseInMemory } from '../support/means.ts'
import { accountOn } from '../support/x-account.ts'
import { service } from '../support/x-service.ts'

/** What reading X may cost, and what happens when it has cost that. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MIDNIGHT = new Date('2026-11-25T00:00:00Z')

interface Given {
  day?: number
  month?: number
  owned?: boolean
  tier?: 'pay-per-use' | 'enterprise'
  /** Dollars spent on reading posts before: today, and on earlier days of the month. */
  today?: number
  earlier?: number
  /** Dollars spent today on hides. */
  hides?: number
  at?: Date
}

/** Counts the whole month, as the service does. */
function purseOf(now: () => Date): Purse & { all(): number } {
  const spent: { at: number; what: string; micros: number }[] = []
  return {
    all: () => spent.reduce((sum, one) => sum + one.micros, 0),
    spend: async (what, _units, micros) => {
      spent.push({ at: now().getTime(), what, micros })
    },
    spent: async (since) => {
      const sums = new Map<string, number>()
      for (const { at, what, micros } of spent)
        if (at >= since.getTime()) sums.set(what, (sums.get(what) ?? 0) + micros)
      return sums
    },
  }
}

async function moneyOf({ day = 5, month = 60, owned = true, tier = 'pay-per-use', ...given }: Given = {}) {
  const at = given.at ?? NOON
  let time = at.getTime() - 2 * DAY
  const now = (): Date => new Date(time)
  const purse = purseOf(now)
  if (given.earlier) await purse.spend('Posts: Read', 1, inMicros(given.earlier))
  time = at.getTime()
  if (given.today) await purse.spend('Posts: Read', 1, inMicros(given.today))
  if (given.hides) await purse.spend('Content: Manage', 1, inMicros(given.hides))
  return {
    purse,
    account: money({ ceiling: { day, month }, owned, tier }, purse, now),
    wait: (ms: number): void => {
      time += ms
    },
  }
}

const spentIn = (sums: ReadonlyMap<string, number>): number => [...sums.values()].reduce((all, one) => all + one, 0)

const reading = (from: Money, wanted = 100, least = 10): Promise<Held> =>
  from.hold('Posts: Read', wanted, least, 'posts')

describe('the ceiling', () => {
  it('leaves a quarter of the day for acting, and a twentieth for messages', async () => {
    const { account } = await moneyOf({ today: 3.45 })
    // $0.05 of the $3.50 that reading posts may cost are left: ten posts.
    const held = await reading(account)
    expect(held.units).toBe(10)
    // What a call holds may come back: no reason to wait for another day.
    const second = reading(account)
    held.release()
    const all = await second
    expect(all.units).toBe(10)
    await all.settle('Posts: Read', 10)
    await expect(reading(account)).rejects.toMatchObject({
      trouble: 'throttled',
      retryAt: MIDNIGHT,
      message: expect.stringMatching(/\$3\.50 today, as much as reading may cost in a day/),
    })
    expect((await account.hold('DM Event: Read', 10, 1, 'messages')).units).toBe(10)
    expect((await account.hold('Post: Create', 1, 1, 'act')).units).toBe(1)
  })

  it('lets hides take most of it, and never the last third of what reading may cost', async () => {
    const { account, purse } = await moneyOf({ hides: 3.7 })
    await (await account.hold('Content: Manage', 10, 1, 'act')).settle('Content: Manage', 10)
    await expect(account.hold('Content: Manage', 1, 1, 'act')).rejects.toBeInstanceOf(CeilingReached)
    const posts = await reading(account, 1000, 1)
    expect(posts.units).toBe(200)
    await posts.settle('Posts: Read', 200)
    expect((await account.hold('DM Event: Read', 100, 1, 'messages')).units).toBe(25)
    expect(purse.all()).toBe(inMicros(4.75))
  })

  it('is a ceiling for acting too', async () => {
    const { account } = await moneyOf({ today: 1.24, hides: 3.5 })
    await expect(account.hold('Post: Create', 1, 1, 'act')).rejects.toMatchObject({
      trouble: 'throttled',
      retryAt: MIDNIGHT,
      message: expect.stringMatching(/as much as the office allows in a day/),
    })
    expect((await account.hold('Content: Manage', 1, 1, 'act')).units).toBe(1)
  })

  it('of a month ends with the month', async () => {
    const { account } = await moneyOf({ earlier: 60 })
    await expect(reading(account)).rejects.toMatchObject({
      retryAt: new Date('2026-12-01T00:00:00Z'),
      message: expect.stringMatching(/in a month/),
    })
  })

  it('of a month, past its half, gives each day left its part', async () => {
    // $42 for reading posts, $28 spent: $14 for the seven days left of November.
    const { account } = await moneyOf({ earlier: 28, today: 1.9 })
    await expect(reading(account, 100, 21)).rejects.toMatchObject({ trouble: 'throttled', retryAt: MIDNIGHT })
    expect((await reading(account, 100, 20)).units).toBe(20)
  })

  it('holds against many calls at once', async () => {
    const { account, purse } = await moneyOf({ day: 1 })
    const calls = Array.from({ length: 20 }, async () => {
      const held = await reading(account)
      await held.settle('Posts: Read', held.units)
    })
    await Promise.allSettled(calls)
    expect(purse.all()).toBeLessThanOrEqual(inMicros(0.7))
    expect(purse.all()).toBeGreaterThan(inMicros(0.65))
  })

  it('is none for Enterprise, whose prices nobody publishes', async () => {
    const { account, purse } = await moneyOf({ tier: 'enterprise', today: 100 })
    const held = await reading(account)
    await held.settle('Posts: Read', 100)
    expect(held.units).toBe(100)
    expect(await account.rest(X.search, 1)).toBeUndefined()
    expect(purse.all()).toBe(inMicros(100))
  })
})

describe('the count', () => {
  it('takes what comes twice on one day once', async () => {
    const { account, purse, wait } = await moneyOf()
    const settle = async (names: string[]): Promise<void> => (await reading(account)).settle('Posts: Read', names)
    await settle(['1', '2'])
    await settle(['2', '3', '3'])
    expect(purse.all()).toBe(3 * 5000)
    // Whether as one's own or as anybody's, it is the same post.
    await (await reading(account)).settle('Owned Reads', ['1'])
    expect(purse.all()).toBe(3 * 5000)
    await (await reading(account)).settle('User: Read', ['1'])
    expect(purse.all()).toBe(3 * 5000 + 10_000)
    wait(DAY)
    await settle(['2'])
    expect(purse.all()).toBe(4 * 5000 + 10_000)
  })

  it('is made up later where it could not be written down, and meant meanwhile', async () => {
    let isBroken = true
    const purse = purseOf(() => NOON)
    const broken: Purse = {
      spent: (since) => purse.spent(since),
      spend: (...what) => (isBroken ? Promise.reject(new Error('no database')) : purse.spend(...what)),
    }
    const settings = { ceiling: { day: 1, month: 60 }, owned: true, tier: 'pay-per-use' } as const
    const one = money(settings, broken, () => NOON)
    await (await reading(one, 139, 1)).settle('Posts: Read', 139)
    expect((await reading(one, 100, 1)).units).toBe(1)
    isBroken = false
    await (await one.hold('Content: Manage', 1, 1, 'act')).settle('Content: Manage', 1)
    expect(purse.all()).toBe(139 * 5000 + 5000)
  })

  it('goes by the app’s owner', async () => {
    expect((await moneyOf()).account.priceOf(X.mentions)).toBe('Owned Reads')
    expect((await moneyOf({ owned: false })).account.priceOf(X.mentions)).toBe('Posts: Read')
    expect((await moneyOf()).account.priceOf(X.search)).toBe('Posts: Read')
  })
})

describe('the pace', () => {
  it('is as always till half of the day’s reading is spent', async () => {
    const { account } = await moneyOf({ today: 1.7 })
    expect(await account.rest(X.search, inMicros(0.5))).toBeUndefined()
  })

  it('then lets what is left last the day, and says so', async () => {
    const { account } = await moneyOf({ today: 3.1 })
    const rest = await account.rest(X.search, inMicros(0.5))
    expect(rest).toEqual({
      till: new Date(NOON.getTime() + 30 * MINUTE),
      because:
        'X has cost $3.10 of today’s $5.00, so Serjeant looks every 30 minutes until the day’s count starts again (midnight UTC).',
    })
    expect(await account.rest(X.search, 0)).toBeUndefined()
  })

  it('never rests beyond the day', async () => {
    const { account } = await moneyOf({ today: 3.5 })
    expect(await account.rest(X.mentions, inMicros(1))).toMatchObject({
      till: MIDNIGHT,
      because: expect.stringMatching(/does not look again until/),
    })
  })
})

describe('a pile-on', () => {
  it('never costs more than the ceiling, slows down, and is read on the next day to its end', async () => {
    let time = Date.parse('2026-11-24T01:00:00Z')
    const now = (): Date => new Date(time)
    const x = await startX({ now: () => time })
    const mp = x.world.person('JoHartleyMP')
    const mob = x.world.person('mob')
    const purse = purseInMemory(now)
    await purse.spend('Posts: Read', 1, inMicros(0.3))
    const settings = { ceiling: { day: 1, month: 10 } }
    const platform: Platform = accountOn(x, mp, { now, purse, settings })
    const office = service()
    for (let n = 0; n < 600; n++) x.world.post(mob, `number ${n}`, { mentionsTyped: [mp], at: time - HOUR + n * 1000 })
    const reasons: string[] = []
    const days = new Set<string>()
    for (let turn = 0; office.stored.size < 600 && turn < 500; turn++) {
      try {
        const { rest, more } = await office.step(platform, 'mentions')
        if (rest?.because) reasons.push(rest.because)
        time = Math.max(rest?.till.getTime() ?? 0, more ? time : time + MINUTE)
      } catch (error) {
        expect(error).toMatchObject({ trouble: 'throttled', retryAt: MIDNIGHT })
        time = MIDNIGHT.getTime()
      }
      days.add(now().toISOString().slice(0, 10))
      expect(spentIn(await purse.spent(now()))).toBeLessThanOrEqual(inMicros(0.7))
    }
    expect(office.stored.size).toBe(600)
    expect(reasons[0]).toMatch(
      /^X has cost \$0\.[34]\d of today’s \$1\.00, so Serjeant looks every [1-5]?\d minutes until/,
    )
    expect(days.size).toBe(2)
    await platform.close()
    await x.close()
  })

  it('leaves three quarters of the day’s money to what is new, and says what it did not look at again', async () => {
    let time = NOON.getTime()
    const now = (): Date => new Date(time)
    const x = await startX({ now: () => time })
    const mp = x.world.person('JoHartleyMP')
    const sam = x.world.person('sam')
    const purse = purseInMemory(now)
    const settings = { ceiling: { day: 1, month: 20 } }
    const platform = accountOn(x, mp, { now, purse, settings })
    const office = service()
    for (let n = 0; n < 90; n++) x.world.post(sam, `number ${n}`, { mentionsTyped: [mp] })
    await office.read(platform, 'mentions')
    time += DAY
    x.world.delete(x.world.postsBy(sam)[0] ?? x.world.post(sam, ''))
    const first = await office.read(platform, 'again')
    expect(first.rest?.because).toMatch(/^Looking again at what was stored has cost \$0\.25 today/)
    expect(spentIn(await purse.spent(now()))).toBe(inMicros(0.25))
    // Fifty on the first day, forty on the second; the one deleted among them.
    expect(office.gone.size).toBe(0)
    time += DAY
    const second = await office.read(platform, 'again')
    expect(second.rest).toEqual({ till: new Date(time + HOUR) })
    time += HOUR
    await office.read(platform, 'again')
    expect(office.gone.size).toBe(1)
    expect(x.violations).toEqual([])
    await x.close()
  })
})
