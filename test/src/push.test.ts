import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FetchRequest, Hint, Platform, SourceHint } from '../../adapters/platform.ts'
import { poller, type Served } from '../../src/poll.ts'
import { listener } from '../../src/push.ts'
import { anIncoming, aPage } from '../builders.ts'
import { aStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const MINUTE = 60_000
const SOURCES: Platform['sources'] = [
  { name: 'replies', pace: 'live' },
  { name: 'mentions', pace: 'live' },
]
const NOBODY = new Uint8Array()

const news: SourceHint = { source: 'replies', key: '', value: null }
const mention = (media: string): SourceHint => ({ source: 'mentions', key: media, value: { media } })

/** A platform that takes for signed what has a `for` with its word, and is told there of what the body lists. */
const pushOf = (word: string): Pick<Platform, 'push'> => ({
  push: {
    greet: (query) => (query['word'] === word ? `hello ${word}` : null),
    heard: async (headers, body) => (headers['for'] === word ? JSON.parse(Buffer.from(body).toString()) : null),
  },
})
const bodyOf = (...hints: SourceHint[]): Uint8Array => Buffer.from(JSON.stringify(hints))

function listening(...accounts: Served[]) {
  const { store, log, now } = stage
  const served = new Map(accounts.map((one) => [one.id, one]))
  let told = 0
  return { told: () => told, ...listener({ store, served, log, now, told: () => void told++ }) }
}

/** One pass over all that is due, and what it broke on. */
async function poll(account: Served): Promise<unknown[]> {
  const { store, log, now } = stage
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
  await polls.tick(new AbortController().signal)
  await polls.settled()
  return broken
}

/** Remembers what its source `mentions` was told, and reads one item for each. */
async function reading(calls: Partial<Platform> = {}) {
  const told: Hint[][] = []
  const asked: string[] = []
  const account = await stage.account({
    sources: SOURCES,
    fetch: async ({ source, hints, cursor }: FetchRequest) => {
      asked.push(source)
      if (source === 'mentions') told.push([...hints])
      const items = hints.flatMap(({ key }) => (key === '' ? [] : anIncoming({ item: { id: `of ${key}` } })))
      return aPage(items, { cursor })
    },
    ...pushOf('a'),
    ...calls,
  })
  const isStored = async (media: string): Promise<boolean> =>
    (await stage.store.intake.known(account.id, [`of ${media} r1`])).size === 1
  return { account, told, asked: () => asked.splice(0), isStored }
}

describe('listening', () => {
  it('is open where an account has set it up', async () => {
    const plain = await stage.account()
    expect(listening(plain).isOpen).toBe(false)
    expect(listening(plain, (await reading()).account).isOpen).toBe(true)
  })

  it('greets whoever one of the accounts knows', async () => {
    const [a, b] = [await stage.account(pushOf('a')), await stage.account(pushOf('b'))]
    const { greet } = listening(a, b)
    expect([greet({ word: 'b' }), greet({ word: 'a' }), greet({ word: 'c' }), greet({})]).toEqual([
      'hello b',
      'hello a',
      null,
      null,
    ])
  })

  it('keeps for an account what is signed for it, and wakes the polling', async () => {
    const a = (await reading()).account
    const b = (await reading(pushOf('b'))).account
    const { hear, told } = listening(a, b)
    expect(await hear({ for: 'b' }, bodyOf(news, mention('1'), { ...news, source: 'elsewhere' }))).toBe(true)
    expect(told()).toBe(1)
    const kept = async ({ id: accountId }: Served, source: string) =>
      (await stage.store.hints.of({ accountId, source }, 10)).map(({ key }) => key)
    expect([await kept(b, 'replies'), await kept(b, 'mentions'), await kept(a, 'mentions')]).toEqual([[''], ['1'], []])
    expect(await hear({ for: 'a' }, bodyOf())).toBe(true)
    expect(told()).toBe(1)
  })

  it('refuses what is signed for nobody, and says so once an hour', async () => {
    const { hear } = listening((await reading()).account)
    const before = stage.lines.length
    for (let n = 0; n < 20; n++) expect(await hear({ for: 'nobody' }, NOBODY)).toBe(false)
    expect(stage.lines.slice(before).map(({ msg }) => msg)).toEqual([expect.stringContaining('no platform has signed')])
  })

  it('says once an hour that more was told than can be kept', async () => {
    const { hear } = listening((await reading()).account)
    const flood = (from: number) => bodyOf(...Array.from({ length: 1100 }, (_, n) => mention(String(from + n))))
    const warnings = () => stage.lines.filter(({ msg }) => msg.includes('more than can be kept'))
    for (const from of [0, 1100, 2200, 3300]) expect(await hear({ for: 'a' }, flood(from))).toBe(true)
    expect(warnings()).toMatchObject([{ level: 40, lost: 200 }])
  })

  it('has it told again what could not be kept, though another account could', async () => {
    const a = (await reading()).account
    const ill = await reading({
      push: { greet: () => null, heard: () => Promise.reject(new Error('the database does not answer')) },
    })
    await expect(listening(ill.account, a).hear({ for: 'a' }, bodyOf(mention('1')))).rejects.toThrow('does not answer')
    expect(await stage.store.hints.of({ accountId: a.id, source: 'mentions' }, 10)).toHaveLength(1)
  })
})

describe('polling, told of something', () => {
  it('reads at once what was told, and forgets it with the page', async () => {
    const { account, told, asked, isStored } = await reading()
    expect(await poll(account)).toEqual([])
    stage.pass(15_000)
    await poll(account)
    asked()
    await listening(account).hear({ for: 'a' }, bodyOf(mention('1'), mention('1')))
    expect(await poll(account)).toEqual([])
    expect(asked()).toEqual(['mentions'])
    expect(told.at(-1)).toEqual([{ key: '1', value: { media: '1' } }])
    expect(await isStored('1')).toBe(true)
    stage.pass(30 * MINUTE)
    await poll(account)
    expect(told.at(-1)).toEqual([])
  })

  it('loses nothing of what was told when reading it fails, or ends in the middle', async () => {
    let faults = 2
    const { account, isStored } = await reading()
    const before = account.platform
    account.platform = {
      ...before,
      fetch: (request) =>
        request.source === 'mentions' && faults-- > 0 ? Promise.reject(new Error('killed')) : before.fetch(request),
    }
    await listening(account).hear({ for: 'a' }, bodyOf(mention('1')))
    await poll(account)
    expect(await isStored('1')).toBe(false)
    stage.pass(30 * MINUTE)
    await poll(account)
    expect(await isStored('1')).toBe(false)
    // A process that starts anew knows of it as well.
    await stage.store.endLeases()
    stage.pass(30 * MINUTE)
    await poll(account)
    expect(await isStored('1')).toBe(true)
  })

  it('loses nothing of what is told while it reads', async () => {
    const { account, isStored } = await reading()
    const before = account.platform
    const { hear } = listening(account)
    let first = true
    account.platform = {
      ...before,
      fetch: async (request) => {
        if (request.source === 'mentions' && first) {
          first = false
          await hear({ for: 'a' }, bodyOf(mention('late')))
        }
        return before.fetch(request)
      },
    }
    await poll(account)
    expect(await isStored('late')).toBe(false)
    stage.pass(10_000)
    await poll(account)
    expect(await isStored('late')).toBe(true)
  })

  it('hands over a flood in parts, and reads all of it', async () => {
    const { account, told, isStored } = await reading()
    await listening(account).hear({ for: 'a' }, bodyOf(...Array.from({ length: 45 }, (_, n) => mention(String(n)))))
    await poll(account)
    expect(told.map((hints) => hints.length)).toEqual([20, 20, 5])
    for (const media of ['0', '20', '44']) expect(await isStored(media)).toBe(true)
  })

  it('asks no source that wants to be left alone', async () => {
    const rest = { till: new Date(stage.now().getTime() + 60 * MINUTE) }
    const { account, asked } = await reading({})
    const before = account.platform
    account.platform = { ...before, fetch: async (request) => ({ ...(await before.fetch(request)), rest }) }
    await poll(account)
    asked()
    stage.pass(30 * MINUTE)
    await listening(account).hear({ for: 'a' }, bodyOf(news, mention('1')))
    await poll(account)
    expect(asked()).toEqual([])
    stage.pass(31 * MINUTE)
    await poll(account)
    expect(asked().toSorted()).toEqual(['mentions', 'replies'])
  })

  it('goes on without being told of anything', async () => {
    const { account, asked } = await reading({ push: undefined })
    for (let n = 0; n < 3; n++) {
      await poll(account)
      expect(asked().toSorted()).toEqual(['mentions', 'replies'])
      stage.pass(30 * MINUTE)
    }
  })
})
