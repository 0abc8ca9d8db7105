import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { bluesky } from '../../adapters/bluesky/index.ts'
import { ability, type Incoming, type Platform, PlatformError, type Vault } from '../../adapters/platform.ts'
import { type Person, type Town, townOn } from '../support/bluesky.ts'
import { meddling, officeOf, orderFor, readerOf, soon, vaultInMemory } from '../support/bluesky-account.ts'
import { nothingStored, purseInMemory } from '../support/means.ts'

const info = inject('bluesky')

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.parse('2026-11-24T12:00:00Z')

const failureOf = async (call: Promise<unknown>): Promise<PlatformError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof PlatformError) return error
  throw new Error('it did not fail as a platform should', { cause: error })
}

const fetchFrom = (platform: Platform, source: string) =>
  platform.fetch({
    source,
    cursor: null,
    known: async () => new Set(),
    stored: nothingStored,
    hints: [],
    signal: soon(),
  })

/** Fetch that counts the calls of each method. */
function counting(send: typeof fetch = fetch) {
  const calls = new Map<string, number>()
  const counted: typeof fetch = (input, init) => {
    const method = new URL(input instanceof Request ? input.url : String(input)).pathname.replace('/xrpc/', '')
    calls.set(method, (calls.get(method) ?? 0) + 1)
    return send(input, init)
  }
  return {
    fetch: counted,
    signIns: () => calls.get('com.atproto.server.createSession') ?? 0,
    renewals: () => calls.get('com.atproto.server.refreshSession') ?? 0,
  }
}

const nonsense = async () => Response.json({ notifications: [{ you: 'fool' }] })

/** A server that takes the call, and then says nothing. */
const silent: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
  })

const create = (settings: Record<string, unknown>) =>
  bluesky.create({
    handle: '@jo.example',
    settings,
    vault: vaultInMemory(),
    purse: purseInMemory(),
    now: () => new Date(NOON),
  })

function refusalOf(settings: Record<string, unknown>): string {
  try {
    create(settings)
  } catch (error) {
    return String(error)
  }
  return 'accepted'
}

describe.skipIf(!info)('a Bluesky account in trouble', () => {
  let town: Town
  let mp: Person
  let sam: Person
  let incoming: Incoming
  let message: Incoming
  let signedIn: { password: string; vault: Vault }

  beforeAll(async () => {
    if (!info) throw new Error('no Bluesky servers')
    town = townOn(info)
    ;[mp, sam] = await Promise.all([town.person('mp', 'Jo Hartley MP'), town.person('sam')])
    await mp.openMessages()
    const post = await mp.say('Something to answer.')
    const { uri } = await sam.say('You fool', { to: post })
    const { convoId, messageId } = await sam.write(mp.did, 'You fool')
    signedIn = { password: (await mp.appPassword()).password, vault: vaultInMemory() }
    const reader = readerOf(await officeOf(town, mp, signedIn))
    incoming = await reader.hear('notifications', uri)
    message = await reader.hear('messages', `${convoId}/${messageId}`)
  })

  describe('with its session', () => {
    it('renews it after ninety minutes, once for all who ask and for every process', async () => {
      let time = NOON
      const vault = vaultInMemory()
      const { password } = await mp.appPassword()
      const count = counting()
      const means = { password, vault, now: () => new Date(time), fetch: count.fetch }
      const [one, other] = [await officeOf(town, mp, means), await officeOf(town, mp, means)]
      const everything = () =>
        Promise.all(
          [one, other].flatMap((office) => ['notifications', 'messages'].map((name) => fetchFrom(office, name))),
        )
      await everything()
      expect([count.signIns(), count.renewals()]).toEqual([1, 0])
      time += 89 * MINUTE
      await everything()
      expect([count.signIns(), count.renewals()]).toEqual([1, 0])
      time += 2 * MINUTE
      await everything()
      expect([count.signIns(), count.renewals()]).toEqual([1, 1])
    })

    it('goes on with the saved one after a restart, renews one that is refused, and signs in when that fails too', async () => {
      const vault = vaultInMemory()
      const { password } = await mp.appPassword()
      await fetchFrom(await officeOf(town, mp, { password, vault }), 'notifications')

      const restarted = counting()
      await fetchFrom(await officeOf(town, mp, { password, vault, fetch: restarted.fetch }), 'notifications')
      expect([restarted.signIns(), restarted.renewals()]).toEqual([0, 0])

      const spoil = (names: RegExp) =>
        vault.update(async (stored) => JSON.parse(JSON.stringify(stored).replace(names, '"$1":"$2.broken"')))
      await spoil(/"(accessJwt)":"([^"]*)\.[^".]*"/)
      const refused = counting()
      await fetchFrom(await officeOf(town, mp, { password, vault, fetch: refused.fetch }), 'notifications')
      expect([refused.signIns(), refused.renewals()]).toEqual([0, 1])

      await spoil(/"(accessJwt|refreshJwt)":"([^"]*)\.[^".]*"/g)
      const over = counting()
      await fetchFrom(await officeOf(town, mp, { password, vault, fetch: over.fetch }), 'notifications')
      expect([over.signIns(), over.renewals()]).toEqual([1, 1])
    })

    it('finds its account again when that has moved to another server', async () => {
      const vault = vaultInMemory()
      let time = NOON
      const { password } = await mp.appPassword()
      const office = () => officeOf(town, mp, { password, vault, now: () => new Date(time) })
      await fetchFrom(await office(), 'notifications')
      await vault.update(async (stored) =>
        JSON.parse(JSON.stringify(stored).replaceAll(town.info.pds, 'http://127.0.0.1:9')),
      )
      expect(await failureOf(fetchFrom(await office(), 'notifications'))).toMatchObject({ trouble: 'unavailable' })
      time += 91 * MINUTE
      await expect(fetchFrom(await office(), 'notifications')).resolves.toBeDefined()
    })

    it('asks a person when the app password is removed, and does not knock again for an hour', async () => {
      let time = NOON
      const vault = vaultInMemory()
      const { name, password } = await mp.appPassword()
      const count = counting()
      const office = await officeOf(town, mp, { password, vault, now: () => new Date(time), fetch: count.fetch })
      await office.probe(soon())
      await mp.agent.com.atproto.server.revokeAppPassword({ name })
      time += 91 * MINUTE
      const failure = await failureOf(fetchFrom(office, 'notifications'))
      expect(failure).toMatchObject({ trouble: 'unauthorised', message: expect.stringContaining('App passwords') })
      expect(JSON.stringify([failure.message, failure.cause ?? null])).not.toContain(password)
      expect(await failureOf(fetchFrom(office, 'threads'))).toMatchObject({ trouble: 'unauthorised' })
      expect(await office.perform(orderFor(office, 'mute', incoming), soon())).toEqual({
        is: 'retry',
        at: new Date(time + HOUR),
        because: failure.message,
      })
      expect(count.signIns()).toBe(2)
      time += 61 * MINUTE
      await failureOf(fetchFrom(office, 'notifications'))
      expect(count.signIns()).toBe(3)

      const { password: fresh } = await mp.appPassword()
      const mended = await officeOf(town, mp, { password: fresh, vault, now: () => new Date(time) })
      await expect(fetchFrom(mended, 'notifications')).resolves.toBeDefined()
    })

    it('does not take an outage for a sign-in', async () => {
      let down = true
      const { password } = await mp.appPassword()
      const broken = meddling('com.atproto.server.createSession', (send) =>
        down ? Promise.reject(new TypeError('fetch failed')) : send(),
      )
      const office = await officeOf(town, mp, { password, fetch: broken })
      for (let i = 0; i < 6; i++)
        expect(await failureOf(fetchFrom(office, 'messages'))).toMatchObject({ trouble: 'unavailable' })
      down = false
      await expect(fetchFrom(office, 'messages')).resolves.toBeDefined()
    })

    it('signs in four times an hour at most, however short its sessions live', async () => {
      const vault = vaultInMemory()
      let time = NOON
      const { password } = await mp.appPassword()
      const office = () => officeOf(town, mp, { password, vault, now: () => new Date(time) })
      const forget = () =>
        vault.update(async (stored) =>
          JSON.parse(JSON.stringify(stored).replace(/"session":\{.*?\}/, '"session":null')),
        )
      for (let i = 0; i < 4; i++, time += MINUTE) {
        await fetchFrom(await office(), 'messages')
        await forget()
      }
      expect(await failureOf(fetchFrom(await office(), 'messages'))).toMatchObject({
        trouble: 'throttled',
        retryAt: new Date(NOON + HOUR),
      })
      time = NOON + HOUR
      await expect(fetchFrom(await office(), 'messages')).resolves.toBeDefined()
    })
  })

  describe('when the account itself is stopped', () => {
    const stopping: [
      string,
      (servers: Town, one: Person) => Promise<unknown>,
      (servers: Town, one: Person) => Promise<unknown>,
      RegExp,
    ][] = [
      [
        'suspended',
        (servers, { did }) => servers.takedown(did, true),
        (servers, { did }) => servers.takedown(did, false),
        /taken this account down|has suspended/,
      ],
      [
        'deactivated',
        (_, { agent }) => agent.com.atproto.server.deactivateAccount({}),
        (_, { agent }) => agent.com.atproto.server.activateAccount(),
        /has deactivated/,
      ],
    ]
    it.each(stopping)('puts off what was ordered while it is %s, and says why', async (_, stop, start, words) => {
      const own = await town.person('own')
      const post = await own.say('Something to answer.')
      const office = await officeOf(town, own, { now: () => new Date(NOON) })
      const heard = await readerOf(office).hear('notifications', (await sam.say('You fool', { to: post })).uri)
      const order = orderFor(office, 'block', heard)
      await stop(town, own)
      expect(await office.perform(order, soon())).toEqual({
        is: 'retry',
        at: new Date(NOON + HOUR),
        because: expect.stringMatching(words),
      })
      const hidden = await office.perform(orderFor(office, 'hide', heard), soon())
      expect(hidden).toMatchObject({ is: 'retry', because: expect.stringMatching(words) })
      await start(town, own)
      expect(await office.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
    })

    it('is stopped for a source as it is at sign-in', async () => {
      const missing = async () => Response.json({ error: 'AuthMissing', message: 'secret' }, { status: 401 })
      const office = await officeOf(town, mp, {
        ...signedIn,
        fetch: meddling('app.bsky.notification.listNotifications', missing),
      })
      const failure = await failureOf(fetchFrom(office, 'notifications'))
      expect(failure).toMatchObject({ trouble: 'unauthorised', message: expect.stringContaining('App passwords') })
      expect(failure.message).not.toContain('secret')
    })

    it('takes the end of somebody else’s account for theirs alone', async () => {
      const [brief, office] = [await town.person('brief'), await officeOf(town, mp, signedIn)]
      const post = await mp.say('Something to answer.')
      const heard = await readerOf(office).hear('notifications', (await brief.say('You fool', { to: post })).uri)
      await brief.agent.com.atproto.server.deactivateAccount({})
      await town.sync()
      expect(await office.perform(orderFor(office, 'block', heard), soon())).toEqual({ is: 'gone' })
    })
  })

  describe('with what its app password permits', () => {
    it('reads no messages without access to them, says so, and reads the rest', async () => {
      const { password } = await mp.appPassword(false)
      const office = await officeOf(town, mp, { password })
      const { notes, capabilities } = await office.probe(soon())
      expect(notes).toEqual([expect.stringContaining('direct messages')])
      expect(ability(capabilities, 'redirect', 'message')).toBe('impossible')
      expect(ability(capabilities, 'redirect', 'reply')).toBe('automatic')
      expect(await fetchFrom(office, 'messages')).toEqual({ items: [], cursor: null, gone: [], more: false })
      expect(await fetchFrom(office, 'conversations')).toMatchObject({ items: [], more: false })
      expect((await fetchFrom(office, 'notifications')).items).not.toEqual([])
      const letter = { text: 'Please ring us.', links: [] }
      expect(await office.perform(orderFor(office, 'redirect', message, { letter }), soon())).toEqual({
        is: 'refused',
        because: expect.stringContaining('app password'),
      })
    })

    it('warns of the account’s own password, and of notification settings that hide replies', async () => {
      const hidden = { include: 'follows', list: true, push: false }
      await mp.agent.app.bsky.notification.putPreferencesV2({ reply: hidden, quote: hidden })
      const { notes } = await (await officeOf(town, mp, { password: mp.password })).probe(soon())
      expect(notes).toEqual([expect.stringContaining('replies and quotes'), expect.stringContaining('own password')])
      const shown = { include: 'all', list: true, push: false }
      await mp.agent.app.bsky.notification.putPreferencesV2({ reply: shown, quote: shown })
      expect((await (await officeOf(town, mp)).probe(soon())).notes).toEqual([])
    })
  })

  describe('with servers that say no', () => {
    it('waits longer and longer where nobody says how long', async () => {
      // The PDS passes on that the chat service is busy, and drops when it wants to be asked again.
      const busy = {
        lxm: 'chat.bsky.convo.getLog',
        status: 429,
        error: 'RateLimitExceeded',
        message: 'Rate Limit Exceeded',
        headers: { 'retry-after': '7' },
      }
      const office = await officeOf(town, mp, { ...signedIn, now: () => new Date(NOON), random: () => 0.5 })
      const waits: number[] = []
      for (let i = 0; i < 3; i++) {
        await town.failChat(busy)
        const { trouble, retryAt } = await failureOf(fetchFrom(office, 'messages'))
        expect(trouble).toBe('throttled')
        waits.push((retryAt?.getTime() ?? 0) - NOON)
      }
      expect(waits).toEqual([16_000, 31_000, 61_000])
      await fetchFrom(office, 'messages')
      await town.failChat(busy)
      expect((await failureOf(fetchFrom(office, 'messages'))).retryAt).toEqual(new Date(NOON + 16_000))
    })

    it.each([
      ['ratelimit-reset', String(NOON / 1000 + 120), 120_000],
      ['retry-after', '90', 90_000],
      ['retry-after', new Date(NOON + 45_000).toUTCString(), 45_000],
    ])('waits as long as it is told by %s: %s', async (header, value, wait) => {
      const body = JSON.stringify({ error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' })
      const headers = { [header]: value, 'content-type': 'application/json' }
      const tooMuch = async () => new Response(body, { status: 429, headers })
      const office = await officeOf(town, mp, {
        ...signedIn,
        now: () => new Date(NOON),
        fetch: meddling('app.bsky.graph.muteActor', tooMuch),
      })
      expect(await office.perform(orderFor(office, 'mute', incoming), soon())).toEqual({
        is: 'retry',
        at: new Date(NOON + wait),
        because: expect.any(String),
      })
    })

    it('tells a server in trouble from an answer that it can’t read', async () => {
      await town.failChat({
        lxm: 'chat.bsky.convo.getLog',
        status: 500,
        error: 'InternalServerError',
        message: 'secret words of a stranger',
      })
      const failure = await failureOf(fetchFrom(await officeOf(town, mp, signedIn), 'messages'))
      expect(failure.trouble).toBe('unavailable')
      expect(failure.message).not.toContain('secret words')

      const odd = await officeOf(town, mp, {
        ...signedIn,
        fetch: meddling('app.bsky.notification.listNotifications', nonsense),
      })
      expect(await failureOf(fetchFrom(odd, 'notifications'))).toMatchObject({ trouble: 'unexpected' })
    })

    it('goes on with notifications and messages while the public view is down', async () => {
      const office = await officeOf(town, mp, { ...signedIn, settings: { publicAppView: 'http://127.0.0.1:9' } })
      expect(await failureOf(readerOf(office).read('threads'))).toMatchObject({ trouble: 'unavailable' })
      expect((await fetchFrom(office, 'notifications')).items).not.toEqual([])
    })

    it('stops waiting for a server that never answers as soon as it is told to', async () => {
      const office = await officeOf(town, mp, { ...signedIn, fetch: silent })
      const reason = new Error('the service stops')
      const stop = new AbortController()
      setTimeout(() => stop.abort(reason), 50)
      await expect(office.perform(orderFor(office, 'mute', incoming), stop.signal)).rejects.toBe(reason)
    })
  })
})

describe('the settings of a Bluesky account', () => {
  it('need an app password and nothing else', () => {
    expect(create({ appPassword: randomUUID() })).toMatchObject({ name: 'bluesky', handle: '@jo.example' })
  })

  it('are refused by name, and what was written is not repeated', () => {
    expect(refusalOf({})).toContain('"appPassword" is missing')
    expect(refusalOf({ appPassword: 'abcd-efgh', service: 'http://bsky.example' })).toMatch(/"service" .*https/)
    const misspelt = refusalOf({ apppassword: 'hunter2-hunter2' })
    expect(misspelt).toContain('apppassword')
    expect(misspelt).not.toContain('hunter2')
  })
})
