import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { graph } from '../../adapters/meta/client.ts'
import { Refusal, Unconfirmed } from '../../adapters/meta/failure.ts'
import type { Asking, Graph, Sending } from '../../adapters/meta/graph.ts'
import { PlatformError } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'
import type { Fault } from '../emulators/meta/faults.ts'
import { type Exchange, startMeta } from '../emulators/meta/index.ts'
import { REFUSALS, type RefusalName } from '../emulators/meta/refusals.ts'
import { failureOf as failing, graphAt, oddServer } from '../support/meta-graph.ts'

/** The way to Meta: what is sent, where to, and what every kind of answer comes to. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Milliseconds for a call: short only where Meta hangs, since a busy machine is slow. */
const HURRY = 300
const PATIENCE = 15_000
const Anything = z.looseObject({})
const Row = z.object({ id: z.string(), message: z.string() })
const signal = new AbortController().signal

const sdkIsLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('facebook-nodejs-business-sdk'))
/** As soon as everything is imported. */
const LOADED_AT_FIRST = sdkIsLoaded()

let running: { close(): Promise<unknown> }[] = []
beforeEach(() => {
  for (const way of ['log', 'info', 'warn', 'error', 'debug'] as const) vi.spyOn(console, way)
})
afterEach(async () => {
  for (const way of ['log', 'info', 'warn', 'error', 'debug'] as const) expect(console[way]).not.toHaveBeenCalled()
  vi.restoreAllMocks()
  await Promise.all(running.map((one) => one.close()))
  running = []
})

/** All that anybody could print of an error. */
const told = (error: unknown): string =>
  [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error), String(error)].join()

/** In one word what an error is to whoever called. */
function classOf(error: unknown): string {
  if (error instanceof PlatformError) return error.trouble
  if (error instanceof Refusal) return error.reason
  return error instanceof Unconfirmed ? 'lost' : String(error)
}

/** An MP's Page on the emulated Meta, with one comment, and the way there. */
async function town(patience = PATIENCE) {
  const clock = { now: NOON.getTime() }
  const meta = await startMeta({ now: () => clock.now, requireProof: true, engaged: 1 })
  running.push({
    close: () => {
      expect(meta.violations).toEqual([])
      return meta.close()
    },
  })
  const page = meta.world.page('Jo Hartley MP')
  const { token } = meta.tokens.page(page)
  const post = meta.world.post(page, 'Surgery this Friday at ten.')
  const comment = meta.world.comment(post, meta.world.person('Sam'), 'See you there')
  const { app } = meta
  const now = (): Date => new Date(clock.now)
  const there = graphAt(meta.url, { token, secret: app.secret, now, patience })
  const look: Asking = { path: comment.id, query: { fields: 'id,message' }, bucket: 'pages' }
  const hide: Sending = { method: 'POST', path: comment.id, body: { is_hidden: true }, bucket: 'pages' }
  const secrets = [token, app.secret, meta.tokens.proofOf(token)]
  return { clock, meta, page, post, comment, token, there, look, hide, secrets }
}

const TOKEN = 'EAAthetokenthatnobodymaysee'
const SECRET = 'the-apps-own-secret'

/** A server that says what it is told to, in Meta's place. */
async function scripted(answer: (response: ServerResponse, url: string, count: number) => void) {
  const server = await oddServer(({ url = '' }, response) => answer(response, url, server.heard.length))
  running.push(server)
  const there = graphAt(server.url, { token: TOKEN, secret: SECRET, now: () => NOON, patience: PATIENCE })
  return { ...server, there }
}

const saying = (body: unknown, status = 200) => {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

const feed: Asking = { path: '1/feed', query: { limit: 100 }, bucket: 'pages' }
const say: Sending = { method: 'POST', path: '1_2/comments', body: { message: 'a&b=c d ü' }, bucket: 'pages' }
const unblock: Sending = { method: 'DELETE', path: '1/blocked', body: { user: ['7', '8'] }, bucket: 'pages' }

it('the SDK is loaded by the first call and not before, and listens for no exceptions of the process', async () => {
  expect(LOADED_AT_FIRST).toBe(false)
  const listening = process.listeners('uncaughtException')
  const { there } = await scripted(saying({}))
  await there.get({ path: 'me', bucket: 'pages' }, Anything, signal)
  expect(sdkIsLoaded()).toBe(true)
  expect(process.listeners('uncaughtException')).toEqual(listening)
})

describe('what is sent', () => {
  it('has the token in the header alone, a proof, and the version of the SDK', async () => {
    const { heard, there } = await scripted(saying({ data: [], success: true }))
    await there.list({ ...feed, query: { limit: 5, summary: true, fields: 'id,from{id}' } }, Anything, signal)
    await there.send(say, Anything, signal)
    await there.send(unblock, Anything, signal)

    const proof = createHmac('sha256', SECRET).update(TOKEN).digest('hex')
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${TOKEN}`))
    expect(JSON.stringify(heard.map(({ url, body }) => [url, body]))).not.toMatch(/access_token|EAAthetoken|own-secret/)
    const [read, write, undo] = heard.map((one) => ({ ...one, url: new URL(one.url, 'http://meta') }))
    expect([read, write, undo].map((one) => `${one?.method} ${one?.url.pathname}`)).toEqual([
      'GET /v24.0/1/feed',
      'POST /v24.0/1_2/comments',
      'DELETE /v24.0/1/blocked',
    ])
    expect(Object.fromEntries(read?.url.searchParams ?? [])).toEqual({
      limit: '5',
      summary: 'true',
      fields: 'id,from{id}',
      appsecret_proof: proof,
    })
    expect(write?.url.search).toBe('')
    expect(write?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(write?.body ?? '')).toEqual({ message: 'a&b=c d ü', appsecret_proof: proof })
    expect(Object.fromEntries(undo?.url.searchParams ?? [])).toEqual({ user: '["7","8"]', appsecret_proof: proof })
    expect([read?.body, undo?.body]).toEqual(['', ''])
  })

  it('asks for the token anew each time, as it may have been changed', async () => {
    const { url, heard } = await scripted(saying({}))
    let count = 0
    const token = async () => `token-${++count}`
    const there = graph({
      settings: { app: { id: '1', secret: SECRET }, api: url },
      token,
      now: () => NOON,
      patience: PATIENCE,
    })
    for (let n = 0; n < 2; n++) await there.get({ path: 'me', bucket: 'pages' }, Anything, signal)
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it('goes nowhere without a token', async () => {
    const { url, heard } = await scripted(saying({}))
    const token = () => Promise.reject(new PlatformError('unauthorised', 'Not connected.'))
    const there = graph({
      settings: { app: { id: '1', secret: SECRET }, api: url },
      token,
      now: () => NOON,
      patience: PATIENCE,
    })
    expect(classOf(await failing(there.get({ path: 'me', bucket: 'pages' }, Anything, signal)))).toBe('unauthorised')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('unauthorised')
    expect(heard).toEqual([])
  })

  it('keeps an id that is none within the version: nothing is sent', async () => {
    const { heard, there } = await scripted(saying({ success: true }))
    for (const path of ['..', '../oauth/access_token', '1/../../x', '1//feed', '', '.']) {
      expect(classOf(await failing(there.get({ path, bucket: 'pages' }, Anything, signal)))).toBe('unexpected')
      expect(classOf(await failing(there.send({ ...say, path }, Anything, signal)))).toBe('unexpected')
    }
    expect(heard).toEqual([])
    await there.get({ path: 't_1?fields=x#y:=/%2e%2e', bucket: 'pages' }, Anything, signal)
    expect(new URL(heard[0]?.url ?? '', 'http://meta').pathname).toBe('/v24.0/t_1%3Ffields%3Dx%23y%3A%3D/%252e%252e')
  })
})

describe('further pages', () => {
  it('are read to the end, each with its proof and none with the token in its address', async () => {
    const { meta, post, there, token } = await town()
    for (let n = 0; n < 6; n++) meta.world.comment(post, meta.world.person(`Person ${n}`), `Comment ${n}`)
    const found: string[] = []
    let from: Parameters<Graph['list']>[0] = {
      path: `${post.id}/comments`,
      query: { fields: 'id,message', limit: 3 },
      bucket: 'pages',
    }
    for (;;) {
      const { rows, next }: Awaited<ReturnType<Graph['list']>> = await there.list(from, Row, signal)
      found.push(...rows.map((row) => Row.parse(row).id))
      if (next === null) break
      expect(next).not.toMatch(/access_token|appsecret_proof/)
      expect(next).not.toContain(token)
      from = { next, bucket: 'pages' }
    }
    expect(found.toSorted()).toEqual(post.comments.map(({ id }) => id).toSorted())
    expect(meta.reads).toHaveLength(3)
    expect(meta.reads.every(({ proved, tokenIn }) => proved && tokenIn.join() === 'header')).toBe(true)
  })

  it.each([
    ['another host', () => 'https://graph.facebook.com.example.org/v24.0/1/feed?access_token=T'],
    ['another port', (url: string) => `${url}1/v24.0/1/feed`],
    ['another scheme', (url: string) => `${url.replace('http', 'https')}/v24.0/1/feed`],
    ['a host behind a name', (url: string) => `${url}@example.org/v24.0/1/feed`],
    ['a name before the host', (url: string) => `${url.replace('//', '//a:b@')}/v24.0/1/feed`],
    ['no version', (url: string) => `${url}/1/feed`],
    ['a way out of the version', (url: string) => `${url}/v24.0/../login`],
    ['a picture', (url: string) => `${url}/cdn/v24.0/1`],
    ['no address', () => '/v24.0/1/feed'],
    ['nothing', () => ''],
  ])('that lead to %s are refused, whoever gives them', async (_, leading) => {
    const answers: { next?: string } = {}
    const { url, heard, there } = await scripted((response) => saying({ data: [], paging: answers })(response))
    answers.next = leading(url)
    const given = await failing(there.list(feed, Row, signal))
    const kept = await failing(there.list({ next: answers.next, bucket: 'pages' }, Row, signal))
    expect([given, kept].map(classOf)).toEqual(['unexpected', 'unexpected'])
    expect(told(given) + told(kept)).not.toContain('access_token')
    expect(heard).toHaveLength(1)
  })

  it('may be of another version, as when Meta no longer serves this one', async () => {
    const { url, heard, there } = await scripted((response, asked) =>
      saying({
        data: [],
        ...(asked.includes('after') ? {} : { paging: { next: `${url}/v25.0/1/feed?limit=5&after=x` } }),
      })(response),
    )
    const { next } = await there.list(feed, Row, signal)
    expect(await there.list({ next: next ?? '', bucket: 'pages' }, Row, signal)).toEqual({ rows: [], next: null })
    expect(heard[1]?.url).toMatch(/^\/v25\.0\/1\/feed\?limit=5&after=x&appsecret_proof=\w{64}$/)
  })

  it('and their rows: one that can’t be read is left out, and no list at all is an error', async () => {
    const rows = [{ id: '1', message: 'a' }, null, { id: 2 }, 'x', { id: '3', message: 'b', more: {} }]
    const { there } = await scripted((response, _, count) =>
      saying(count === 1 ? { data: rows, paging: { next: 7 } } : { rows })(response),
    )
    const both = [rows[0], { id: '3', message: 'b' }]
    expect(await there.list(feed, Row, signal)).toEqual({ rows: both, next: null })
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unexpected')
  })

  it('are made shorter where Meta finds them too long, and given up only at one row', async () => {
    const error = { code: 1, message: 'Please reduce the amount of data you’re asking for, then retry your request' }
    let most = 25
    const { url, heard, there } = await scripted((response, asked) => {
      const limit = Number(new URL(asked, 'http://meta').searchParams.get('limit'))
      if (limit === 0 || limit > most) saying({ error }, 500)(response)
      else saying({ data: [{ id: '1', message: String(limit) }] })(response)
    })
    const limits = () =>
      heard.splice(0).map((one) => new URL(one.url, 'http://meta').searchParams.getAll('limit').join())
    expect((await there.list(feed, Row, signal)).rows).toEqual([{ id: '1', message: '25' }])
    expect(limits()).toEqual(['100', '50', '25'])
    const next = `${url}/v24.0/1/feed?limit=60&after=x`
    expect((await there.list({ next, bucket: 'pages' }, Row, signal)).rows).toEqual([{ id: '1', message: '15' }])
    expect(limits()).toEqual(['60', '30', '15'])
    most = 0
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unavailable')
    expect(limits()).toEqual(['100', '50', '25', '12', '6', '3', '1'])
    expect(classOf(await failing(there.list({ path: '1/feed', bucket: 'pages' }, Row, signal)))).toBe('unavailable')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('lost')
    expect(limits()).toEqual(['', ''])
  })
})

describe('an answer', () => {
  it('of another shape is no answer: to a look an error, to a write a doubt', async () => {
    for (const body of [{}, [], null, true, 'yes', 7]) {
      const { heard, there } = await scripted(saying(body))
      const Id = z.object({ id: z.string() })
      expect(classOf(await failing(there.get({ path: '1', bucket: 'pages' }, Id, signal)))).toBe('unexpected')
      expect(classOf(await failing(there.send(say, Id, signal)))).toBe('lost')
      expect(heard).toHaveLength(2)
    }
  })

  it('with an error in it is a refusal, whatever its status', async () => {
    const { there } = await scripted(saying({ data: [], error: { code: 100, error_subcode: 33, message: 'gone' } }))
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('gone')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('gone')
  })

  it.each([
    ['a web page', 200, 'text/html', '<html>Sign in to the guest network</html>'],
    ['a web page of an error', 400, 'text/html', '<html>Bad request</html>'],
    ['nothing', 200, 'application/json', ''],
    ['half an answer', 200, 'application/json', '{"success":tr'],
  ])('that is %s comes from somebody else', async (_, status, type, body) => {
    const { heard, there } = await scripted(
      (response) => void response.writeHead(status, { 'content-type': type }).end(body),
    )
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unavailable')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('lost')
    expect(heard).toHaveLength(2)
  })

  it.each([301, 302, 303, 307, 308])('that leads elsewhere (%i) is not followed', async (status) => {
    const elsewhere = await scripted(saying({ success: true, data: [] }))
    const { heard, there } = await scripted((response) => {
      response.writeHead(status, { location: `${elsewhere.url}/v24.0/1/feed` }).end()
    })
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unavailable')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('lost')
    expect([heard.length, elsewhere.heard.length]).toEqual([2, 0])
  })

  it.each([400, 404, 500])('of status %i is no success, even without a word of error', async (status) => {
    const { there } = await scripted(saying({ data: [], success: true }, status))
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unavailable')
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('lost')
  })

  it('that is too long to be read is asked for again in shorter pages', async () => {
    const asked: string[] = []
    const { there } = await scripted((response, url) => {
      const limit = new URL(url, 'http://meta').searchParams.get('limit') ?? ''
      asked.push(limit)
      if (limit === '50') saying({ data: [] })(response)
      else response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(33_000_000, ' '))
    })
    expect(await there.list(feed, Row, signal)).toEqual({ rows: [], next: null })
    expect(asked).toEqual(['100', '50'])
  })

  it('that never ends is broken off', async () => {
    let sent = 0
    const piece = Buffer.alloc(1_000_000, ' ')
    const { there } = await scripted((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) sent++
      }
      sent = 0
      response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more)
      more()
    })
    const error = await failing(there.list({ ...feed, query: {} }, Row, signal))
    expect(classOf(error)).toBe('unavailable')
    expect(sent).toBeLessThan(64)
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('lost')
  })

  it('that nobody can have given, as nobody is there, leaves no doubt about a write', async () => {
    const { there } = await scripted(saying({}))
    await running.pop()?.close()
    expect(classOf(await failing(there.send(say, Anything, signal)))).toBe('unavailable')
    expect(classOf(await failing(there.list(feed, Row, signal)))).toBe('unavailable')
  })
})

describe('being told to stop', () => {
  it('is heeded before anything is sent', async () => {
    const { heard, there } = await scripted(saying({}))
    const reason = new Error('stopped')
    expect(await failing(there.list(feed, Row, AbortSignal.abort(reason)))).toBe(reason)
    expect(await failing(there.send(say, Anything, AbortSignal.abort(reason)))).toBe(reason)
    expect(heard).toEqual([])
  })

  it('is heeded while Meta is silent', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    const { there } = await scripted(() => stop.abort(reason))
    expect(await failing(there.send(say, Anything, stop.signal))).toBe(reason)
  })
})

type Expected = readonly [fault: Fault, read: string, write: string]
const both = (fault: Fault, is: string): Expected => [fault, is, is]

/** What each of the emulator's refusals is to a look, and to a write. */
const REFUSED: Readonly<Record<RefusalName, readonly [read: string, write: string]>> = {
  noToken: ['unauthorised', 'unauthorised'],
  badToken: ['unauthorised', 'unauthorised'],
  appRemoved: ['unauthorised', 'unauthorised'],
  checkpoint: ['unauthorised', 'unauthorised'],
  passwordChanged: ['unauthorised', 'unauthorised'],
  expired: ['unauthorised', 'unauthorised'],
  unconfirmed: ['unauthorised', 'unauthorised'],
  invalidToken: ['unauthorised', 'unauthorised'],
  sessionInvalid: ['unauthorised', 'unauthorised'],
  pageTokenNeeded: ['unauthorised', 'unauthorised'],
  proofRequired: ['unauthorised', 'unauthorised'],
  proofInvalid: ['unauthorised', 'unauthorised'],
  badSecret: ['unauthorised', 'unauthorised'],
  appTokenNeeded: ['invalid', 'invalid'],
  badGrantType: ['unavailable', 'lost'],
  unknown: ['unavailable', 'lost'],
  transient: ['unavailable', 'lost'],
  badGateway: ['unavailable', 'lost'],
  appThrottled: ['throttled', 'throttled'],
  userThrottled: ['throttled', 'throttled'],
  pageThrottled: ['throttled', 'throttled'],
  temporarilyThrottled: ['throttled', 'throttled'],
  customThrottled: ['throttled', 'throttled'],
  pagesThrottled: ['throttled', 'throttled'],
  instagramThrottled: ['throttled', 'throttled'],
  messengerThrottled: ['throttled', 'throttled'],
  abusive: ['throttled', 'throttled'],
  tooFast: ['throttled', 'throttled'],
  capability: ['permission', 'permission'],
  denied: ['permission', 'permission'],
  blockedListDenied: ['permission', 'permission'],
  roleNeeded: ['permission', 'permission'],
  sendingRestricted: ['permission', 'permission'],
  newPagesOnly: ['closed', 'closed'],
  deprecated: ['closed', 'closed'],
  duplicate: ['duplicate', 'duplicate'],
  outsideWindow: ['window', 'window'],
  noSuchPerson: ['unreachable', 'unreachable'],
  unavailable: ['unreachable', 'unreachable'],
  alreadyReplied: ['replied', 'replied'],
  cannotReply: ['unanswerable', 'unanswerable'],
  noThread: ['no-thread', 'no-thread'],
}

const LOST: readonly Expected[] = (['hang', 'reset', 'lost', 'truncate'] as const).map((fault) => [
  fault,
  'unavailable',
  'lost',
])
const FAULTS: readonly Expected[] = [
  ...Object.entries(REFUSED).map(([name, [read, write]]): Expected => [name as RefusalName, read, write]),
  ...LOST,
  both({ status: 429, body: 'Too many' }, 'throttled'),
  both({ status: 400, body: { error: { code: 77_777, message: 'New' } } }, 'invalid'),
  both({ status: 500, body: { error: { code: 100, error_subcode: 33, message: 'Gone' } } }, 'gone'),
  [{ status: 400, body: { error: { code: 99_999, is_transient: true } } }, 'unavailable', 'lost'],
  [{ status: 503, body: { error: { code: 99_999 } } }, 'unavailable', 'lost'],
  [{ status: 400, body: { error: 'no' } }, 'unavailable', 'lost'],
]

const titled = (fault: Fault): string => (typeof fault === 'string' ? fault : JSON.stringify(fault))

describe('every fault', () => {
  it('that the emulator has is expected here', () => {
    expect(Object.keys(REFUSED).toSorted()).toEqual(Object.keys(REFUSALS).toSorted())
  })

  it.each(FAULTS.map((row) => [titled(row[0]), ...row] as const))(
    '%s has its class, and is met once',
    async (_, fault, read, write) => {
      const { meta, comment, there, look, hide } = await town(fault === 'hang' ? HURRY : PATIENCE)
      meta.faults.once('GET Comment', fault)
      const ofLook = await failing(there.get(look, Row, signal))
      expect(classOf(ofLook)).toBe(read)
      expect(meta.reads).toHaveLength(1)

      // What stops all calls for a while is to be met anew.
      const { there: fresh, ...second } = await town(fault === 'hang' ? HURRY : PATIENCE)
      second.meta.faults.once('POST Comment', fault)
      const ofWrite = await failing(fresh.send(second.hide, Anything, signal))
      expect(classOf(ofWrite)).toBe(write)
      expect(second.meta.writes, 'sent once').toHaveLength(1)
      expect(second.comment.hidden).toBe(fault === 'lost' || fault === 'truncate')
      expect([comment.hidden, hide.path]).toEqual([false, comment.id])

      const noToken = ({ tokenIn, proved }: Exchange): boolean => tokenIn.join() === 'header' && proved
      expect([...meta.reads, ...second.meta.writes].every(noToken)).toBe(true)
    },
  )

  it('that quotes the token in its words is not quoted', async () => {
    const { meta, there, look, hide, token, secrets } = await town()
    const message = `Malformed access token ${token}`
    for (const code of [190, 100, 200, 1, 4, 368, 7]) {
      const body = { error: { code, message, error_user_msg: message, error_data: { token }, type: token } }
      meta.faults.once('GET Comment', { status: 400, body, headers: { 'www-authenticate': message } })
      meta.faults.once('POST Comment', { status: 400, body, headers: { 'www-authenticate': message } })
      for (const error of [
        await failing(there.get(look, Row, signal)),
        await failing(there.send(hide, Anything, signal)),
      ])
        for (const secret of secrets) expect(told(error)).not.toContain(secret)
    }
  })
})

describe('limits', () => {
  it('that are reached stop the calls that are counted together, till Meta says', async () => {
    const { meta, clock, page, there, look, hide } = await town()
    meta.faults.once('GET Comment', 'pagesThrottled')
    const error = await failing(there.get(look, Row, signal))
    expect(error).toMatchObject({ trouble: 'throttled', retryAt: new Date(clock.now + 5 * MINUTE) })
    expect(classOf(await failing(there.get(look, Row, signal)))).toBe('throttled')
    expect(classOf(await failing(there.send(hide, Anything, signal)))).toBe('throttled')
    expect([meta.reads.length, meta.writes.length]).toEqual([1, 0])
    expect(there.rest('pages')?.till).toEqual(new Date(clock.now + 5 * MINUTE))
    expect(there.rest('messenger')).toBeNull()
    await there.list(
      { path: `${page.id}/conversations`, query: { fields: 'id' }, bucket: 'messenger' },
      Anything,
      signal,
    )

    clock.now += 5 * MINUTE
    expect(there.rest('pages')).toBeNull()
    await there.get(look, Row, signal)
    expect(await there.send(hide, Anything, signal)).toMatchObject({ success: true })
  })

  it.each(['appThrottled', 'userThrottled'] as const)('by the hour (%s) are waited for an hour', async (fault) => {
    const { meta, clock, there, look } = await town()
    meta.faults.once('GET Comment', fault)
    const retryAt = new Date(clock.now + HOUR)
    expect(await failing(there.get(look, Row, signal))).toMatchObject({ trouble: 'throttled', retryAt })
    expect(await failing(there.get(look, Row, signal))).toMatchObject({ trouble: 'throttled', retryAt })
    expect(meta.reads).toHaveLength(1)
  })

  it('that are near leave what is left to acting', async () => {
    const { meta, clock, page, comment, there, look, hide } = await town()
    meta.usage.fill(page, 'pages', 80)
    expect(there.rest('pages')).toBeNull()
    await there.get(look, Row, signal)
    expect(there.rest('pages')?.because).toContain('80 per cent')
    expect(there.rest('pages')?.till.getTime()).toBeGreaterThan(clock.now)

    meta.usage.fill(page, 'pages', 96)
    await there.get(look, Row, signal)
    expect(classOf(await failing(there.get(look, Row, signal)))).toBe('throttled')
    await there.get({ ...look, acting: true }, Row, signal)
    await there.send(hide, Anything, signal)
    expect(comment.hidden).toBe(true)
    expect(classOf(await failing(there.list({ ...look, path: `${page.id}/feed` }, Row, signal)))).toBe('throttled')

    // Without calls Meta says nothing new, so after a while one looks again.
    clock.now += 15 * MINUTE
    const before = meta.reads.length
    await there.get(look, Row, signal)
    expect(meta.reads).toHaveLength(before + 1)
  })

  it('that Meta itself counts as reached come with a time, and end', async () => {
    const { meta, clock, page, there, look } = await town()
    meta.usage.fill(page, 'pages', 100)
    const error = await failing(there.get(look, Row, signal))
    expect(error).toMatchObject({ trouble: 'throttled', retryAt: new Date(clock.now + DAY) })
    clock.now += DAY
    await there.get(look, Row, signal)
  })
})

describe('what Meta takes for abuse', () => {
  it('stops every write for a day, and no look', async () => {
    const { meta, clock, page, comment, there, look, hide } = await town()
    meta.faults.once('POST Comment', 'abusive')
    const retryAt = new Date(clock.now + DAY)
    const first = await failing(there.send(hide, Anything, signal))
    expect(first).toMatchObject({
      trouble: 'throttled',
      retryAt,
      message: expect.stringMatching(/Sign in to Facebook/),
    })
    clock.now += DAY - 1
    const letter: Sending = { method: 'POST', path: `${page.id}/messages`, body: {}, bucket: 'messenger' }
    for (const sending of [hide, letter, { ...hide, method: 'DELETE' } as const])
      expect(await failing(there.send(sending, Anything, signal))).toMatchObject({ trouble: 'throttled', retryAt })
    expect(meta.writes).toHaveLength(1)
    await there.get(look, Row, signal)
    await there.get({ ...look, acting: true }, Row, signal)
    clock.now += 1
    await there.send(hide, Anything, signal)
    expect(comment.hidden).toBe(true)
  })
  /** The office's standard answer, below a comment or in a message: its words are the same. */
  const WORDS = 'Please ring the office: https://shortened.example/x'
  const letterTo = (comment: { id: string }, says = WORDS): Sending => {
    const sending = {
      method: 'POST',
      path: `${comment.id}/comments`,
      body: { message: says },
      bucket: 'pages',
    } as const
    return { ...sending, says }
  }
  const messageFrom = (page: { id: string }): Sending => {
    const body = { recipient: { id: '1' }, message: { text: WORDS } }
    return { method: 'POST', path: `${page.id}/messages`, body, bucket: 'messenger', says: WORDS }
  }

  it('refuses the words where there were any, and holds back all the rest for a day', async () => {
    const { meta, clock, page, comment, there, hide } = await town()
    meta.faults.once('POST Comment/comments', 'abusive')
    const retryAt = new Date(clock.now + DAY)
    expect(await failing(there.send(letterTo(comment), Anything, signal))).toMatchObject({
      reason: 'abusive',
      code: 368,
    })
    const held = { trouble: 'throttled', retryAt, message: expect.stringMatching(/abuse.*Sign in to Facebook/) }
    for (const sending of [hide, letterTo(comment, 'Ring us.')])
      expect(await failing(there.send(sending, Anything, signal))).toMatchObject(held)
    // What would be refused again need not wait for that.
    for (const sending of [letterTo(comment), messageFrom(page)])
      expect(classOf(await failing(there.send(sending, Anything, signal)))).toBe('abusive')
    expect(meta.writes).toHaveLength(1)

    clock.now += DAY
    await there.send(hide, Anything, signal)
    expect(comment.hidden).toBe(true)
    await there.send(letterTo(comment, 'Ring us.'), Anything, signal)
  })

  it('is not said again for a week, whatever else is, since each time would cost a day', async () => {
    const { meta, clock, page, comment, there, hide } = await town()
    const lift = meta.faults.always('POST Comment/comments', 'abusive')
    await failing(there.send(letterTo(comment), Anything, signal))
    for (let day = 1; day < 7; day += 1) {
      clock.now += DAY
      for (const sending of [letterTo(comment), messageFrom(page)])
        expect(classOf(await failing(there.send(sending, Anything, signal)))).toBe('abusive')
      await there.send({ ...hide, body: { is_hidden: day % 2 === 1 } }, Anything, signal)
    }
    expect(meta.writes.filter(({ name }) => name === 'POST Comment/comments')).toHaveLength(1)
    clock.now += DAY
    lift()
    await there.send(letterTo(comment), Anything, signal)
    expect(meta.writes.filter(({ name, done }) => name === 'POST Comment/comments' && done)).toHaveLength(1)
  })

  it('blames no words where it was the pace', async () => {
    const { meta, clock, comment, there, hide } = await town()
    meta.faults.once('POST Comment/comments', 'tooFast')
    const held = { trouble: 'throttled', retryAt: new Date(clock.now + DAY) }
    for (const sending of [letterTo(comment), letterTo(comment), hide])
      expect(await failing(there.send(sending, Anything, signal))).toMatchObject(held)
    expect(meta.writes).toHaveLength(1)
    clock.now += DAY
    await there.send(letterTo(comment), Anything, signal)
  })
})
