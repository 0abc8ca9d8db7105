import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FetchRequest, type Page, PlatformError } from '../../adapters/platform.ts'
import { poller, type Served } from '../../src/poll.ts'
import { anIncoming, aPage } from '../builders.ts'
import { aStage, hang, type Stage, until } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const HOUR = 3_600_000
const [A, B, C] = ['a', 'b', 'c'].map((name) => ({ name, pace: 'live' as const }))
if (!A || !B || !C) throw new Error('three sources are needed')

/** One pass over what is due of an account. */
async function polling(account: Served) {
  const { store, log, now } = stage
  const stop = new AbortController()
  const broken: unknown[] = []
  const polls = poller({
    store,
    served: new Map([[account.id, account]]),
    worker: 'here',
    timezone: 'Europe/London',
    log,
    now,
    random: () => 0,
    breaches: () => 0,
    broke: (error) => broken.push(error),
    arrived: () => {},
  })
  await polls.tick(stop.signal)
  return { stop, broken, settled: polls.settled }
}

async function sourceOf(account: Served, name = 'replies') {
  const row = (await stage.store.accounts.all()).find(({ id }) => id === account.id)
  const source = row?.sources.find((one) => one.name === name)
  if (!row || !source) throw new Error('no such source')
  return { ...source, account: row }
}

const isStored = async (account: Served, id: string): Promise<boolean> =>
  (await stage.store.intake.known(account.id, [`${id} r1`])).size === 1

describe('polling', () => {
  it('goes on with the other sources where one hangs and one fails', async () => {
    const incoming = anIncoming()
    const pages: Record<string, (request: FetchRequest) => Promise<Page>> = {
      a: ({ signal }) => hang(signal),
      b: () => Promise.reject(new PlatformError('unavailable', 'The server is down.')),
      c: async () => aPage([incoming]),
    }
    const account = await stage.account({
      sources: [A, B, C],
      fetch: (request) => pages[request.source]?.(request) ?? Promise.reject(new Error('nobody')),
    })
    const { stop, settled, broken } = await polling(account)
    await until(async () => (await sourceOf(account, 'c')).lastOkAt !== null)
    await until(async () => (await sourceOf(account, 'b')).failures === 1)
    expect(await isStored(account, incoming.item.id)).toBe(true)
    expect(await sourceOf(account, 'b')).toMatchObject({ trouble: 'The server is down.', lastOkAt: null })
    expect((await sourceOf(account, 'a')).leasedBy).toBe('here')
    stop.abort()
    await settled()
    expect(broken).toEqual([])
  })

  it('marks an account that is no longer let in, waits an hour, and signs in anew before it reads', async () => {
    let isIn = false
    const calls: string[] = []
    const account = await stage.account()
    const before = account.platform
    account.platform = {
      ...before,
      probe: (signal) => {
        calls.push('probe')
        return before.probe(signal)
      },
      fetch: async (request) => {
        calls.push('fetch')
        if (!isIn) throw new PlatformError('unauthorised', 'The password no longer works.')
        return { items: [], cursor: request.cursor, gone: [], more: false }
      },
    }
    await (await polling(account)).settled()
    const source = await sourceOf(account)
    expect(source.account.trouble).toBe('The password no longer works.')
    expect(source.nextAt).toEqual(new Date(stage.now().getTime() + HOUR))
    isIn = true
    stage.pass(HOUR)
    await (await polling(account)).settled()
    expect(calls).toEqual(['fetch', 'probe', 'fetch'])
    expect(await sourceOf(account)).toMatchObject({ trouble: null, failures: 0, account: { trouble: null } })
  })

  it('waits as long as the platform asks for', async () => {
    const retryAt = new Date(stage.now().getTime() + 2 * HOUR)
    const account = await stage.account({
      fetch: async () => {
        throw new PlatformError('throttled', 'Too many requests.', { retryAt })
      },
    })
    await (await polling(account)).settled()
    expect(await sourceOf(account)).toMatchObject({ nextAt: retryAt, trouble: 'Too many requests.' })
  })

  it('stores nothing once another process has taken the source over', async () => {
    const incoming = anIncoming()
    const account = await stage.account({
      fetch: async () => {
        stage.pass(200_000)
        await stage.store.sources.lease(stage.now(), 'there', 180_000)
        return aPage([incoming])
      },
    })
    const { settled, broken } = await polling(account)
    await settled()
    expect(await isStored(account, incoming.item.id)).toBe(false)
    expect(await sourceOf(account)).toMatchObject({ leasedBy: 'there', cursor: null, lastOkAt: null, failures: 0 })
    expect(broken).toEqual([])
  })

  it.each([
    ['heeds its signal', ({ signal }: FetchRequest) => hang(signal)],
    ['does not heed its signal', () => new Promise<never>(() => {})],
  ])('stops at once while a platform hangs that %s, and leaves the source to whoever comes', async (_, fetch) => {
    const account = await stage.account({ fetch })
    const { stop, settled, broken } = await polling(account)
    await until(async () => (await sourceOf(account)).leasedBy === 'here')
    stop.abort()
    await settled()
    expect(broken).toEqual([])
    expect(await sourceOf(account)).toMatchObject({ leasedTill: null, nextAt: stage.now(), lastOkAt: null })
    expect(await stage.store.sources.lease(stage.now(), 'next', 1000)).toHaveLength(1)
  })

  it('begins no call that could outlast the lease, and comes back at once for what is left', async () => {
    let fetches = 0
    const account = await stage.account({
      fetch: async () => {
        fetches++
        stage.pass(50_000)
        return aPage([], { more: true })
      },
    })
    await (await polling(account)).settled()
    expect(fetches).toBe(2)
    expect(await sourceOf(account)).toMatchObject({ nextAt: stage.now(), trouble: null, lastOkAt: stage.now() })
  })

  it('does not pretend to have read what it does not know', async () => {
    const account = await stage.account({ sources: [A, B] })
    account.platform = { ...account.platform, sources: [A] }
    await (await polling(account)).settled()
    expect(await sourceOf(account, 'a')).toMatchObject({ lastOkAt: stage.now(), trouble: null })
    expect(await sourceOf(account, 'b')).toMatchObject({ lastOkAt: null, leasedTill: null, failures: 0 })
  })
})
