import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watch } from '../../src/health.ts'
import type { Served } from '../../src/poll.ts'
import { aStage, CAPABILITIES, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const SOURCES = [
  { name: 'notifications', pace: 'live' },
  { name: 'messages', pace: 'live' },
  { name: 'reconcile', pace: 'slow' },
] as const

function watching(account: Served) {
  const { store, now } = stage
  return watch({
    store,
    now,
    served: new Map([[account.id, account]]),
    rehearsal: false,
    callsStaff: true,
    startedAt: now(),
  })
}

/** These sources were read just now. */
async function read(...names: string[]): Promise<void> {
  const { store, now } = stage
  for (const pass of await store.sources.lease(now(), 'test', MINUTE))
    await store.sources.release(pass, now(), now(), names.includes(pass.source) ? null : 'The server is down.')
}

describe('health', () => {
  it.each([true, false])('says whether staff are called: %s', async (callsStaff) => {
    const { store, now } = stage
    const { health } = watch({ store, now, served: new Map(), rehearsal: false, callsStaff, startedAt: now() })
    expect(await health()).toMatchObject({ callsStaff })
  })

  it('is lost when one source is silent, however lively the others are', async () => {
    const account = await stage.account({ sources: SOURCES })
    const { health, unread } = watching(account)
    await read('notifications', 'messages', 'reconcile')
    const readAt = stage.now()
    for (let n = 0; n < 3; n++) {
      expect(await health()).toMatchObject({ ok: true })
      stage.pass(8 * MINUTE)
      await read('notifications', 'reconcile')
    }
    expect(await health()).toMatchObject({
      ok: false,
      accounts: [{ trouble: 'The server is down.', lastOkAt: readAt }],
    })
    expect(await unread()).toMatchObject([{ id: `unread ${account.id}` }])
    await read('notifications', 'messages', 'reconcile')
    expect(await health()).toMatchObject({ ok: true, accounts: [{ trouble: null, lastOkAt: stage.now() }] })
    expect(await unread()).toEqual([])
  })

  it('gives a slow source an hour', async () => {
    const { health } = watching(await stage.account({ sources: SOURCES }))
    await read('notifications', 'messages', 'reconcile')
    stage.pass(59 * MINUTE)
    await read('notifications', 'messages')
    expect(await health()).toMatchObject({ ok: true })
    stage.pass(2 * MINUTE)
    expect(await health()).toMatchObject({ ok: false })
  })

  it('waits for a pace of the office’s own', async () => {
    const account = await stage.account()
    account.pollSeconds = { live: 1800 }
    const { health } = watching(account)
    await read('replies')
    stage.pass(80 * MINUTE)
    expect(await health()).toMatchObject({ ok: true })
    stage.pass(20 * MINUTE)
    expect(await health()).toMatchObject({
      ok: false,
      accounts: [{ trouble: '"replies" could not be read lately.' }],
    })
  })

  it('counts neither the time before the start nor what nobody reads any more', async () => {
    const account = await stage.account({ sources: SOURCES })
    await read('notifications', 'messages')
    stage.pass(600 * MINUTE)
    account.platform = { ...account.platform, sources: SOURCES.slice(0, 2) }
    const { health } = watching(account)
    expect(await health()).toMatchObject({ ok: true, accounts: [{ trouble: null }] })
    stage.pass(21 * MINUTE)
    expect(await health()).toMatchObject({ ok: false })
  })

  it('leaves a source alone that its platform told to rest, and misses it when the rest is over', async () => {
    const { store, now, pass } = stage
    const account = await stage.account({ sources: [{ name: 'reconcile', pace: 'slow' }] })
    const { health, unread } = watching(account)
    const poll = async (till: number, trouble: string | null): Promise<void> => {
      for (const one of await store.sources.lease(now(), 'test', MINUTE))
        await store.sources.release(one, now(), new Date(now().getTime() + till * MINUTE), trouble, 'Enough for today.')
    }
    await poll(300, null)
    pass(359 * MINUTE)
    expect(await health()).toMatchObject({ ok: true, accounts: [{ trouble: null }] })
    expect(await unread()).toEqual([])
    pass(2 * MINUTE)
    expect(await health()).toMatchObject({ ok: false })
    for (const ok of [true, true, false]) {
      await poll(1, 'The server is down.')
      expect(await health()).toMatchObject({ ok, accounts: [{ trouble: 'The server is down.' }] })
      pass(MINUTE)
    }
  })

  it('tells at once, in the platform’s words, of a source that is put off for long', async () => {
    const { store, now } = stage
    const account = await stage.account()
    const { health, unread } = watching(account)
    await read('replies')
    const putOff = async (minutes: number, trouble: string | null, note: string | null): Promise<void> => {
      const till = new Date(now().getTime() + minutes * MINUTE)
      for (const one of await store.sources.lease(now(), 'test', MINUTE))
        await store.sources.release(one, now(), till, trouble, note)
      stage.pass(MINUTE)
    }
    await putOff(0, null, 'It looks every 12 minutes.')
    expect(await unread()).toEqual([])
    await putOff(90, null, 'It looks every 90 minutes.')
    expect(await unread()).toMatchObject([
      { id: `unread ${account.id}`, text: 'Serjeant reads fake seldom now. It looks every 90 minutes.' },
    ])
    expect(await health()).toMatchObject({ ok: true, accounts: [{ trouble: 'It looks every 90 minutes.' }] })
    stage.pass(90 * MINUTE)
    await read('replies')
    expect(await unread()).toEqual([])
    await putOff(300, 'It has cost as much as reading may cost in a day.', null)
    const why = 'It has cost as much as reading may cost in a day.'
    expect(await unread()).toMatchObject([{ text: `Serjeant can’t read fake for now. ${why}` }])
    stage.pass(30 * MINUTE)
    expect(await unread()).toMatchObject([
      { id: `unread ${account.id}`, text: `Serjeant can’t read fake: nothing came through lately. ${why}` },
    ])
  })

  it.each([
    ['day', 4_950_000, '$4.95 is spent of the $5.00 that the office allows for a day'],
    ['month', 59_000_000, '$59.00 is spent of the $60.00 that the office allows for a month'],
  ] as const)('tells when all is spent that the office allows for a %s', async (period, micros, said) => {
    const { store, now } = stage
    const account = await stage.account()
    const { health, unread } = watching(account)
    const purse = store.spending.purse(account.id, () => new Date(now().getTime() - (period === 'month' ? 2 : 0) * DAY))
    const budget = { currency: 'USD', day: 5_000_000, month: 60_000_000, pricesOf: '2026-10-01' }
    await purse.spend('Posts: Read', 1, micros)
    await read('replies')
    expect(await unread()).toEqual([])
    await store.accounts.probed(account.id, { handle: '@mp', capabilities: CAPABILITIES, notes: [], budget }, now())
    expect(await health()).toMatchObject({ accounts: [{ trouble: expect.stringContaining(said) }] })
    expect(await unread()).toMatchObject([
      {
        id: `ceiling ${account.id}`,
        text: expect.stringContaining(`Serjeant does nothing more on fake for now. ${said}`),
      },
    ])
    await store.accounts.probed(
      account.id,
      {
        handle: '@mp',
        capabilities: CAPABILITIES,
        notes: [],
        budget: { ...budget, day: 6_000_000, month: 90_000_000 },
      },
      now(),
    )
    expect(await unread()).toEqual([])
  })

  it('tells at once of an account that is no longer let in', async () => {
    const account = await stage.account()
    const { unread } = watching(account)
    await stage.store.accounts.troubled(account.id, 'The password no longer works.')
    expect(await unread()).toMatchObject([{ text: 'Serjeant can’t read fake: it no longer lets Serjeant in.' }])
  })
})
