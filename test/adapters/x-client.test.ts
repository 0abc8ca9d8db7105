import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Platform, PlatformError, type PlatformTrouble, type Purse } from '../../adapters/platform.ts'
import { type Client, client, fixedTokens } from '../../adapters/x/client.ts'
import { X } from '../../adapters/x/endpoints.ts'
import { Refusal, Unconfirmed } from '../../adapters/x/failure.ts'
import { money } from '../../adapters/x/money.ts'
import { pace } from '../../adapters/x/pace.ts'
import { Listed } from '../../adapters/x/schema.ts'
import { readSettings } from '../../adapters/x/settings.ts'
import { NOON } from '../builders.ts'
import type { Failing } from '../emulators/x/endpoints.ts'
import type { Fault } from '../emulators/x/faults.ts'
import { type X as Emulator, type Person, type Post, startX } from '../emulators/x/index.ts'
import { purseInMemory } from '../support/means.ts'
import { accountOn } from '../support/x-account.ts'
import { service } from '../support/x-service.ts'

/** What can go wrong between X and the adapter, and that nothing is lost by it and nothing done twice. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Milliseconds for a call: short only where X hangs, since a busy machine is slow. */
const HURRY = 400
const PATIENCE = 15_000
const patienceFor = (fault: Fault): number => (fault === 'hang' ? HURRY : PATIENCE)
const signal = new AbortController().signal

let time: number
let x: Emulator
let mp: Person
let sam: Person
const now = (): Date => new Date(time)

beforeAll(async () => {
  time = NOON.getTime()
  x = await startX({ now: () => time, limits: false })
  mp = x.world.person('JoHartleyMP')
  sam = x.world.person('sam')
  // The emulator's first answers take longer than a test has patience for.
  const platform = accountOn(x, mp, { now })
  for (const { name } of platform.sources) await service().read(platform, name)
})
beforeEach(() => {
  time = NOON.getTime()
  x.faults.clear()
  x.writes.length = 0
})
afterAll(async () => {
  expect(x.violations).toEqual([])
  await x.close()
})

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
}

const FAULTS: readonly [string, Fault, PlatformTrouble][] = [
  ['hangs', 'hang', 'unavailable'],
  ['breaks off', 'reset', 'unavailable'],
  ['loses its answer', 'lost', 'unavailable'],
  ['cuts its answer', 'truncate', 'unavailable'],
  ['is out of order', 'unavailable', 'unavailable'],
  ['fails', { status: 500, body: { title: 'Internal Server Error', status: 500 } }, 'unavailable'],
  ['asks for fewer requests', 'rateLimited', 'throttled'],
  ['asks for fewer requests and not when', { status: 429, body: '' }, 'throttled'],
  ['wants money', 'creditsDepleted', 'throttled'],
  ['has reached its cap', 'usageCapped', 'throttled'],
  ['refuses the keys', 'unauthorised', 'unauthorised'],
  ['has suspended the account', 'suspended', 'unauthorised'],
  ['has locked the account', 'locked', 'unauthorised'],
  ['answers with a web page', { status: 200, body: '<html>Something went wrong</html>' }, 'unexpected'],
  ['answers with nothing', { status: 200, body: {} }, 'unexpected'],
  ['answers with a list', { status: 200, body: [] }, 'unexpected'],
]

describe.each([
  ['mentions', 'GET users/me'],
  ['mentions', 'GET users/:id/mentions'],
  ['mentions', 'GET users/:id/tweets'],
  ['mentions', 'GET tweets'],
  ['conversations', 'GET users/:id/tweets'],
  ['conversations', 'GET tweets/search/recent'],
  ['messages', 'GET dm_events'],
  ['again', 'GET tweets'],
] as const satisfies readonly [string, Failing][])('%s, where %s fails', (source, failing) => {
  let settings: Record<string, unknown>

  beforeAll(() => {
    settings = x.credentialsFor(mp)
    const own: Post = x.world.post(mp, 'Hello', { at: time - HOUR })
    const theirs = x.world.post(sam, 'Fine weather', { at: time - 10 * 24 * HOUR })
    const answered = x.world.post(sam, 'Is it', { replyTo: theirs, at: time - HOUR })
    x.world.post(sam, 'Hm', { replyTo: answered, mentionsTyped: [mp] })
    x.world.post(sam, 'A clown', { quotes: own })
    x.world.message(sam, mp, 'Good morning')
  })
  afterAll(() => {
    for (const post of [...x.world.postsBy(mp), ...x.world.postsBy(sam)]) x.world.delete(post)
  })

  it.each(FAULTS)('lose nothing if X %s', async (_, fault, trouble) => {
    const office = service()
    if (source === 'again') {
      await office.read(accountOn(x, mp, { now, settings }), 'mentions')
      const post = x.world.post(sam, 'soon gone', { mentionsTyped: [mp] })
      await office.read(accountOn(x, mp, { now, settings }), 'mentions')
      x.world.delete(post)
    }
    const platform = accountOn(x, mp, { now, settings, patience: patienceFor(fault) })
    x.faults.once(failing, fault)
    const error = await failureOf(office.read(platform, source))
    expect(error).toBeInstanceOf(PlatformError)
    expect(error).toMatchObject({ trouble })
    expect(isHarmless(String(error), JSON.stringify(settings))).toBe(true)
    expect((error as Error).cause).toBeUndefined()
    if (trouble === 'throttled') {
      const { retryAt } = error as PlatformError
      expect(retryAt?.getTime()).toBeGreaterThan(time)
      time = (retryAt?.getTime() ?? 0) + 1000
    }
    x.faults.clear()
    await office.read(fault === 'hang' ? accountOn(x, mp, { now, settings }) : platform, source)
    if (source === 'again') {
      time += HOUR
      await office.read(platform, source)
      expect(office.gone.size).toBe(1)
    } else if (source === 'messages') expect(office.stored.size).toBeGreaterThan(0)
    else expect(office.stored.size).toBe(1)
  })
})

/** Nothing of what was sent, or of the keys it was signed with. */
function isHarmless(said: string, keys: string): boolean {
  const secrets = [...keys.matchAll(/"([\w-]{12,})"/g)].map(([, secret = '']) => secret)
  return !['clown', 'morning', ...secrets].some((word) => said.includes(word))
}

describe('where the app is not let in', () => {
  it.each(['clientForbidden', 'appPermissions', 'missingScope'] as const)('staff are told (%s)', async (fault) => {
    x.faults.always('GET users/:id/mentions', fault)
    const error = await failureOf(service().read(accountOn(x, mp, { now }), 'mentions'))
    expect(error).toMatchObject({ trouble: 'unauthorised', message: expect.stringMatching(/developer console/) })
  })
})

const Muting = z.object({ data: z.object({ muting: z.boolean() }) })

function clientOn(api: string, means: { purse?: Purse; patience?: number } = {}): Client {
  const settings = readSettings({ ...x.credentialsFor(mp), api })
  const { consumer, access } = settings
  if (!consumer || !access) throw new Error('no keys')
  const tokens = fixedTokens({
    appKey: consumer.key,
    appSecret: consumer.secret,
    accessToken: access.token,
    accessSecret: access.secret,
  })
  const purse = money(settings, means.purse ?? purseInMemory(now), now)
  return client({ settings, tokens, money: purse, pace: pace(now), now, patience: means.patience ?? PATIENCE })
}

describe('a write', () => {
  const mute = (on: Client): Promise<unknown> =>
    on.send(X.mute, { params: { id: mp.id }, body: { target_user_id: sam.id } }, Muting, signal)

  it('is made once, and paid for', async () => {
    const purse = purseInMemory(now)
    expect(await mute(clientOn(x.url, { purse }))).toEqual({ data: { muting: true } })
    expect(x.world.muted.has(mp, sam)).toBe(true)
    expect(Object.fromEntries(purse.bills)).toEqual({ 'Privacy: Update': 10_000 })
  })

  it.each([
    ['hangs', 'hang'],
    ['breaks off', 'reset'],
    ['loses its answer', 'lost'],
    ['cuts its answer', 'truncate'],
    ['is out of order', 'unavailable'],
    ['fails', { status: 500, body: {} }],
    ['answers with a web page', { status: 200, body: '<html></html>' }],
    ['answers with nothing', { status: 200, body: {} }],
  ] as const satisfies readonly [string, Fault][])('is in doubt where X %s, and is sent but once', async (_, fault) => {
    const purse = purseInMemory(now)
    x.faults.once('POST users/:id/muting', fault)
    const on = clientOn(x.url, { purse, patience: patienceFor(fault) })
    expect(await failureOf(mute(on))).toBeInstanceOf(Unconfirmed)
    expect(x.writes).toHaveLength(1)
    // For all we know it was paid for.
    expect(purse.bills.get('Privacy: Update')).toBe(10_000)
  })

  it.each([
    ['forbids it', 'foreignConversation', 'forbidden'],
    ['does not sell it', 'clientForbidden', 'tier'],
    ['was not granted it', 'appPermissions', 'permission'],
    ['was not granted it by OAuth 2', 'missingScope', 'permission'],
    ['was not called on', 'replyRefused', 'not-summoned'],
    ['has seen it before', 'duplicate', 'duplicate'],
    ['knows no such thing', 'notFound', 'gone'],
    ['cannot see what it is about', 'replyToNothing', 'gone'],
    ['says so with status 200', { status: 200, body: { errors: [{ type: 'x/resource-not-found' }] } }, 'gone'],
  ] as const satisfies readonly [string, Fault, string][])('is refused where X %s', async (_, fault, reason) => {
    const purse = purseInMemory(now)
    x.faults.once('POST users/:id/muting', fault)
    const error = await failureOf(mute(clientOn(x.url, { purse })))
    expect(error).toBeInstanceOf(Refusal)
    expect(error).toMatchObject({ reason })
    expect(purse.bills.size).toBe(0)
    expect(x.writes).toHaveLength(1)
  })

  it('was surely not made where nobody answered the call', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const error = await failureOf(mute(clientOn(`http://127.0.0.1:${port}`)))
    expect(error).toMatchObject({ name: 'PlatformError', trouble: 'unavailable' })
  })

  it.each([
    ['creditsDepleted', 'throttled'],
    ['rateLimited', 'throttled'],
    ['unauthorised', 'unauthorised'],
    ['locked', 'unauthorised'],
  ] as const)('was surely not made where X says %s', async (fault, trouble) => {
    x.faults.once('POST users/:id/muting', fault)
    expect(await failureOf(mute(clientOn(x.url)))).toMatchObject({ name: 'PlatformError', trouble })
    expect(x.writes).toHaveLength(1)
  })

  it('ends with the service, whatever it waits for', async () => {
    const ending = new AbortController()
    x.faults.once('POST users/:id/muting', 'hang')
    const body = { target_user_id: '1' }
    const call = clientOn(x.url).send(X.mute, { params: { id: mp.id }, body }, Muting, ending.signal)
    ending.abort(new Error('the end'))
    await expect(call).rejects.toThrow('the end')
  })
})

/** A server that is not X, and does what it likes. */
async function withServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await use(`http://127.0.0.1:${port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const dripping: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

describe('an answer', () => {
  const look = (on: Client): Promise<unknown> => on.get(X.mentions, { params: { id: '1' } }, Listed, signal)

  it('that never ends is not waited for', async () => {
    await withServer(dripping, async (url) => {
      expect(await failureOf(look(clientOn(url, { patience: HURRY })))).toMatchObject({ trouble: 'unavailable' })
    })
  })

  it('that stands for compressed and is not brings nothing down', async () => {
    const broken: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('no gzip')
    }
    await withServer(broken, async (url) => {
      expect(await failureOf(look(clientOn(url)))).toBeInstanceOf(PlatformError)
    })
  })

  it.each([
    ['x-rate-limit', 15 * MINUTE],
    ['x-user-limit-24hour', 24 * HOUR],
    ['x-app-limit-24hour', 24 * HOUR],
  ])('that says by %s that it was the last keeps the next call back', async (window, length) => {
    let calls = 0
    const last: RequestListener = (_, response) => {
      calls++
      const headers = {
        'content-type': 'application/json',
        'x-rate-limit-limit': '300',
        'x-rate-limit-remaining': '200',
        'x-rate-limit-reset': '1',
        [`${window}-limit`]: '300',
        [`${window}-remaining`]: '0',
        [`${window}-reset`]: String(Math.floor((time + length) / 1000)),
      }
      response.writeHead(200, headers).end('{"meta":{"result_count":0}}')
    }
    await withServer(last, async (url) => {
      const on = clientOn(url)
      await look(on)
      const retryAt = new Date(time + length + 1000)
      expect(await failureOf(look(on))).toMatchObject({ trouble: 'throttled', retryAt })
      expect(calls).toBe(1)
      time = retryAt.getTime()
      await look(on)
      expect(calls).toBe(2)
    })
  })

  it('that names a time out of all reason is not taken at its word', async () => {
    const mad: RequestListener = (_, response) => {
      const headers = { 'x-rate-limit-limit': '1', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '99999999999' }
      response.writeHead(429, headers).end()
    }
    await withServer(mad, async (url) => {
      const { retryAt } = (await failureOf(look(clientOn(url)))) as PlatformError
      expect(retryAt?.getTime()).toBeLessThanOrEqual(time + 26 * HOUR)
    })
  })
})

it('never sends its keys anywhere but to X or to this machine', () => {
  const keys = x.credentialsFor(mp)
  const settings = (api: string) => () => readSettings({ ...keys, api })
  for (const api of ['https://api.x.com.example', 'http://127.0.0.1.example', 'http://10.0.0.1', 'https://127.0.0.1'])
    expect(settings(api), api).toThrow(/"api" must be an address at http:\/\/127\.0\.0\.1/)
  expect(settings('http://127.0.0.1:8787/')()).toMatchObject({ api: 'http://127.0.0.1:8787' })
})

it.each([
  ['no keys', {}, /^This account isn’t connected yet\. Run `npx serjeant connect x`: it says what to do\.$/],
  ['both kinds', { client: { id: 'secret-a' } }, /exclude each other/],
  ['half of one kind', { access: undefined }, /go together/],
  ['an unknown setting', { colour: 'secret-b' }, /there is no setting colour/],
  ['an unknown key', { consumer: { key: 'secret-c', secret: 'secret-d', more: 'secret-e' } }, /consumer\.more/],
  ['a long look back', { lookBackDays: 30 }, /"lookBackDays"/],
  ['an odd tier', { tier: 'secret-f' }, /pay-per-use or enterprise/],
  ['a ceiling upside down', { ceiling: { day: 10, month: 5 } }, /more for a day than for the whole month/],
])('says what is wrong with settings of %s, and repeats none', (what, change, message) => {
  const given = what === 'no keys' ? {} : { ...x.credentialsFor(mp), ...change }
  const read = (): unknown => readSettings(given)
  expect(read).toThrow(message)
  expect(read).not.toThrow(/secret-/)
})

it('reads as enterprise without a purse', async () => {
  const purse = purseInMemory(now)
  const settings = { tier: 'enterprise' }
  x.world.post(sam, 'Hm', { mentionsTyped: [mp] })
  const platform: Platform = accountOn(x, mp, { now, purse, settings })
  const office = service()
  await office.read(platform, 'mentions')
  expect(office.stored.size).toBe(1)
  expect(purse.bills.size).toBe(0)
  expect(await platform.probe(signal)).not.toHaveProperty('budget')
})
