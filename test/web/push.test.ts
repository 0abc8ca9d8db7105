import { createHmac } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { push } from '../../adapters/meta/webhooks.ts'
import type { Platform } from '../../adapters/platform.ts'
import type { Served } from '../../src/poll.ts'
import { listener } from '../../src/push.ts'
import { createConsole } from '../../src/web/app.tsx'
import { aStage, FORM, type Stage } from './seed.ts'

/** The address where Meta tells of what is new: open to the world, behind neither a sign-in nor a page of ours. */

const app = { id: '1', secret: 'the app’s secret' }
const VERIFY = 'a long and secret word'
// Not a host of the console's: whoever tells comes by a public name.
const AT = 'https://push.example/push'
const BODY =
  '{"object":"page","entry":[{"id":"100","changes":[{"field":"feed","value":{"item":"comment","verb":"add"}}]}]}'

let stage: Stage
let console: ReturnType<typeof createConsole>
let told: number

beforeAll(async () => {
  stage = await aStage({}, 'facebook')
})
afterAll(() => stage.close())

beforeEach(() => {
  told = 0
  console = consoleWith([servedBy({ page: '100', secret: app.secret })])
})

function servedBy({ page, secret }: { page: string; secret: string }): Served {
  const settings = { app: { id: '1', secret }, verify: VERIFY, answer: 'reply', lookBackDays: 7 } as const
  const account = { settings, page: async () => ({ id: page, name: 'Jo Hartley MP', instagram: null }) }
  const platform = { sources: [{ name: 'replies' }, { name: 'comments' }], push: push(account, 'page') }
  return { id: stage.accountId, platform: platform as unknown as Platform, probedAt: null, pollSeconds: {} }
}

function consoleWith(accounts: Served[]) {
  const { store, parts } = stage
  const served = new Map(accounts.map((one) => [one.id, one]))
  const log = pino({ level: 'silent' })
  return createConsole({
    ...parts,
    push: listener({ store, served, log, now: parts.now, told: () => void told++ }),
  })
}

const signed = (body: string | Uint8Array, secret = app.secret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const tell = async (body: string | Uint8Array<ArrayBuffer>, signature?: string, more: Record<string, string> = {}) => {
  const headers = { ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }), ...more }
  const response = await console.request(AT, { method: 'POST', body, headers })
  return [response.status, await response.text()]
}
const shake = async (query: Record<string, string>) => {
  const response = await console.request(`${AT}?${new URLSearchParams(query).toString()}`)
  return { status: response.status, text: await response.text(), headers: response.headers }
}

describe('the address for what platforms tell', () => {
  it('answers the question whether it is ours', async () => {
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY, 'hub.challenge': '1158201444' }
    const { status, text, headers } = await shake(query)
    expect([status, text]).toEqual([200, '1158201444'])
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    ['another word', { 'hub.verify_token': 'another' }],
    ['the beginning of the word', { 'hub.verify_token': VERIFY.slice(0, 5) }],
    ['another mode', { 'hub.mode': 'unsubscribe' }],
    ['a challenge that is a page', { 'hub.challenge': '<script>alert(1)</script>' }],
    ['no challenge', { 'hub.challenge': '' }],
  ])('says nothing to whoever asks with %s', async (_, wrong) => {
    const right = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY, 'hub.challenge': '1' }
    expect(await shake({ ...right, ...wrong })).toMatchObject({ status: 403, text: '' })
  })

  it('takes what is signed, from no page of ours and without a session', async () => {
    const more = { 'content-type': FORM, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    expect(await tell(BODY, signed(BODY), more)).toEqual([200, ''])
    expect(told).toBe(1)
  })

  it('hears bytes and not text', async () => {
    // Not UTF-8: whoever reads it as text has other bytes to check the signature with.
    const odd = new Uint8Array([...Buffer.from(BODY.replace('100', '\u0080')), 0xff, 0xfe])
    expect(await tell(odd, signed(odd))).toEqual([200, ''])
    const spaced = JSON.stringify(JSON.parse(BODY), null, 1)
    expect(await tell(spaced, signed(BODY))).toEqual([403, ''])
  })

  it('says nothing of why it refuses', async () => {
    expect(await tell(BODY, signed(BODY, 'another secret'))).toEqual([403, ''])
    expect(await tell(BODY)).toEqual([403, ''])
    expect(await tell('', '')).toEqual([403, ''])
    expect(told).toBe(0)
  })

  it('reads no more than a megabyte, whether or not its size is said', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1)
    expect(await tell(large, signed(large))).toEqual([413, ''])
    const body = new Blob([large]).stream()
    const init = { method: 'POST', body, duplex: 'half', headers: { 'x-hub-signature-256': signed(large) } }
    expect((await console.request(AT, init as RequestInit)).status).toBe(413)
  })

  it('turns away for a minute whoever comes too often', async () => {
    const statuses = await Promise.all(Array.from({ length: 605 }, () => tell(BODY, 'wrong')))
    expect(statuses.filter(([status]) => status === 429)).toHaveLength(5)
    // Behind a proxy they have one address, and the platform must not be shut out by a stranger.
    expect(await tell(BODY, signed(BODY))).toEqual([200, ''])
  })

  it('is not there where no account has set it up', async () => {
    for (const accounts of [[], [{ ...servedBy({ page: '100', secret: app.secret }), platform: {} as Platform }]]) {
      console = consoleWith(accounts)
      expect(await tell(BODY, signed(BODY))).toEqual([404, ''])
      expect(await shake({ 'hub.mode': 'subscribe' })).toMatchObject({ status: 404 })
    }
    console = createConsole(stage.parts)
    expect(await tell(BODY, signed(BODY))).toEqual([404, ''])
  })

  it('opens nothing else', async () => {
    const { status } = await console.request('http://localhost/push/elsewhere', { redirect: 'manual' })
    expect(status).toBe(303)
    expect((await console.request('https://push.example/')).status).toBe(421)
    expect((await console.request(AT, { method: 'DELETE' })).status).not.toBe(200)
  })

  it('has it told again where it could not be kept', async () => {
    const ill = servedBy({ page: '100', secret: app.secret })
    console = consoleWith([{ ...ill, id: 'no account at all' }])
    const [status] = await tell(BODY, signed(BODY))
    expect(status).toBe(500)
    expect(stage.failures.splice(0)).toHaveLength(1)
  })
})
