import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watch } from '../../src/health.ts'
import type { Served } from '../../src/poll.ts'
import { aStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const MINUTE = 60_000
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

  it('tells at once of an account that is no longer let in', async () => {
    const account = await stage.account()
    const { unread } = watching(account)
    await stage.store.accounts.troubled(account.id, 'The password no longer works.')
    expect(await unread()).toMatchObject([{ text: 'Serjeant can’t read fake: it no longer lets Serjeant in.' }])
  })
})
