import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { push } from '../../adapters/meta/webhooks.ts'
import { type Platform, PlatformError, type Push, type SourceHint } from '../../adapters/platform.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { platformOn, soon } from '../support/instagram-office.ts'

/** What Meta, as emulated, tells our two adapters at a real address: to the byte, and in its own headers. */

const VERIFY = 'a long and secret word'
const NOW = Date.UTC(2026, 10, 25, 12)

async function town() {
  const { meta, page, grant, sam, account } = await facebookPage(() => NOW)
  const { world, app } = meta
  const second = world.page('Another MP')
  for (const one of [page, second]) one.subscribed = ['feed', 'mention', 'messages', 'message_echoes']
  const instagram = world.instagram.account(page, 'johartleymp')
  return {
    meta,
    world,
    app,
    page,
    grant,
    sam,
    second,
    account,
    instagram,
    onFacebook: account({ verify: VERIFY }),
    onInstagram: platformOn(meta, grant.token, () => new Date(NOW), { verify: VERIFY }),
  }
}

/** @returns where it listens, and what was heard there: null for what was refused */
async function listening({ push: own }: Platform) {
  if (!own) throw new Error('it does not listen')
  const heard: (readonly SourceHint[] | null)[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      const query = Object.fromEntries(new URL(request.url ?? '', 'http://127.0.0.1').searchParams)
      const greeting = own.greet(query)
      response.writeHead(greeting === null ? 403 : 200).end(greeting)
      return
    }
    const hints = await own.heard(request.headers as Record<string, string>, await buffer(request), soon())
    heard.push(hints)
    response.writeHead(hints === null ? 403 : 200).end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    /** What was heard since it was last asked. */
    heard: () => heard.splice(0),
    close: () => new Promise((resolve) => void server.close(resolve)),
  }
}

const news = (source: string): SourceHint => ({ source, key: '', value: null })

let here: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  here = await town()
})
afterEach(async () => {
  await here.meta.close()
  expect(here.meta.violations).toEqual([])
})

describe('a Page', () => {
  let door: Awaited<ReturnType<typeof listening>>
  beforeEach(async () => {
    door = await listening(here.onFacebook)
  })
  afterEach(() => door.close())

  it('shakes hands with who knows the word alone', async () => {
    expect(await here.meta.shakeHands(door.url, VERIFY)).toBe(true)
    expect(await here.meta.shakeHands(door.url, 'another word')).toBe(false)
    expect(await here.meta.shakeHands(door.url, '')).toBe(false)
  })

  it('is told of comments, posts, mentions and messages', async () => {
    const { meta, world, page, sam } = here
    const post = world.post(page, 'The bus is back', { by: sam })
    const comment = world.comment(post, sam, 'Shame on you 😡')
    world.edit(comment, 'Sorry')
    world.mention(page, sam, 'Ask Jo')
    world.inbox.receive(sam, page, 'Grüß Gott')
    await meta.deliver(door.url)
    expect(door.heard()).toEqual([
      [news('comments')],
      [news('comments')],
      [news('comments')],
      [news('tagged')],
      [news('messages')],
    ])
  })

  it('names no source that its adapter has not', async () => {
    const names = here.onFacebook.sources.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['comments', 'tagged', 'messages']))
  })

  it('takes no notice of what we did ourselves, or of what went', async () => {
    const { meta, world, page, sam } = here
    const comment = world.comment(world.post(page, 'Vote', { ad: true }), sam, 'Never')
    const under = world.comment(world.post(page, 'The bus is back'), sam, 'Hooray')
    await meta.deliver(door.url)
    door.heard()
    world.hide(under, true)
    world.hide(under, false)
    world.delete(under)
    world.delete(comment)
    world.inbox.receive(sam, page, 'Hello')
    world.inbox.send(page, sam, 'Good day')
    const told = await meta.deliver(door.url)
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(door.heard()).toEqual([[], [], [], [news('messages')], []])
  })

  it('is told once of what comes in one delivery, and only of what is its own', async () => {
    const { meta, world, page, second, sam } = here
    for (const whose of [page, second]) {
      for (let n = 0; n < 5; n++) world.comment(world.post(whose, `Post ${n}`), sam, `Comment ${n}`)
    }
    await meta.deliver(door.url, { batched: true })
    expect(door.heard()).toEqual([[news('comments')], []])
    await meta.deliver(door.url, { again: true })
    expect(door.heard()).toEqual([[news('comments')], []])
  })

  it('refuses what the app has not signed', async () => {
    const { meta, world, page, sam } = here
    for (const signature of ['wrong', 'none'] as const) {
      world.comment(world.post(page, 'The bus is back'), sam, 'Hooray')
      for (const { status } of await meta.deliver(door.url, { signature })) expect(status).toBe(403)
    }
    expect(new Set(door.heard())).toEqual(new Set([null]))
    // What was not taken comes again, rightly signed.
    await meta.deliver(door.url)
    expect(door.heard().flat()).toContainEqual(news('comments'))
  })

  it('hears nothing, and refuses nothing, of what it does not know', async () => {
    const entry = { id: here.page.id, time: 1 }
    const feed = (value: unknown) => ({ object: 'page', entry: [{ ...entry, changes: [{ field: 'feed', value }] }] })
    const strange = [
      'no JSON {',
      '[]',
      'null',
      JSON.stringify({ object: 'user', entry: [entry] }),
      JSON.stringify({ object: 'page' }),
      JSON.stringify({ object: 'page', entry: [null, 7, entry, { ...entry, changes: 'all' }] }),
      JSON.stringify(feed({ item: 'reaction', verb: 'add' })),
      JSON.stringify(feed({ item: 'comment' })),
      JSON.stringify(feed('comment')),
      JSON.stringify({ object: 'page', entry: [{ ...entry, messaging: [{ read: { watermark: 1 } }] }] }),
    ]
    for (const body of strange) {
      expect(await here.meta.deliver(door.url, { body }), body).toMatchObject([{ status: 200 }])
      expect(door.heard(), body).toEqual([[]])
    }
  })

  it('hears what stands beside what it does not know', async () => {
    const changes = [
      { field: 'leadgen', value: 1 },
      { field: 'feed', value: { item: 'comment', verb: 'add' } },
    ]
    const entry = [7, { id: here.page.id, changes, standby: [{ message: { mid: 'm_1' } }, { message: 'no' }] }]
    await here.meta.deliver(door.url, { body: JSON.stringify({ object: 'page', entry }) })
    expect(door.heard()).toEqual([[news('comments'), news('messages')]])
  })
})

describe('the signature', () => {
  const body = Buffer.from('{"object":"page","entry":[{"changes":[{"field":"mention","value":"\\u00e9\\/ 1.0"}]}]}')
  const signed = (secret: string, bytes: Uint8Array = body, algorithm = 'sha256') =>
    `${algorithm}=${createHmac(algorithm, secret).update(bytes).digest('hex')}`
  const hear = (signature: string | undefined, bytes: Uint8Array = body) =>
    here.onFacebook.push?.heard(signature === undefined ? {} : { 'x-hub-signature-256': signature }, bytes, soon())

  it('holds for the very bytes', async () => {
    const { secret } = here.app
    expect(await hear(signed(secret))).toEqual([news('tagged')])
    // The same to whoever reads JSON, and not what was signed.
    const anew = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
    expect(anew.equals(body)).toBe(false)
    expect(await hear(signed(secret), anew)).toBeNull()
    expect(await hear(signed(secret, anew), anew)).toEqual([news('tagged')])
  })

  it.each([
    ['another secret', () => signed('another secret')],
    ['none', () => undefined],
    ['nothing', () => ''],
    ['the older kind', () => signed(here.app.secret, body, 'sha1')],
    ['half of it', () => signed(here.app.secret).slice(0, 40)],
    ['more than it', () => `${signed(here.app.secret)}00`],
    ['no name before it', () => signed(here.app.secret).slice('sha256='.length)],
    ['other signs than hex', () => `sha256=${'é'.repeat(64)}`],
  ])('is refused with %s', async (_, signature) => {
    expect(await hear(signature())).toBeNull()
  })
})

describe('an Instagram account', () => {
  let door: Awaited<ReturnType<typeof listening>>
  beforeEach(async () => {
    door = await listening(here.onInstagram)
  })
  afterEach(() => door.close())

  it('is told of comments and messages, and which mentions there are', async () => {
    const { meta, world, instagram, sam } = here
    const medium = world.instagram.publish(instagram, 'At the surgery')
    world.instagram.comment(medium, sam, 'Thank you')
    world.inbox.receive(sam, instagram, 'Hello')
    const elsewhere = world.instagram.publish(sam, 'Ask @johartleymp')
    const comment = world.instagram.comment(elsewhere, sam, '@johartleymp answers nobody')
    await meta.deliver(door.url)
    expect(door.heard()).toEqual([
      [news('comments')],
      [news('messages')],
      [{ source: 'mentions', key: elsewhere.id, value: { media: elsewhere.id } }],
      [
        {
          source: 'mentions',
          key: `${elsewhere.id} ${comment.id}`,
          value: { media: elsewhere.id, comment: comment.id },
        },
      ],
    ])
    await meta.deliver(door.url, { again: true })
    expect(door.heard()[2]).toEqual([{ source: 'mentions', key: elsewhere.id, value: { media: elsewhere.id } }])
    const names = here.onInstagram.sources.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['comments', 'mentions', 'messages']))
  })

  it('finds by what it was told what nothing lists', async () => {
    const { meta, world, sam } = here
    const elsewhere = world.instagram.publish(sam, 'Ask @johartleymp')
    await meta.deliver(door.url)
    const hints = door.heard().flatMap((one) => one ?? [])
    const request = { source: 'mentions', cursor: null, known: async () => new Set<string>(), stored: async () => [] }
    const page = await here.onInstagram.fetch({ ...request, hints, signal: soon() })
    expect(page.items.map(({ item }) => item.id)).toEqual([elsewhere.id])
    expect((await here.onInstagram.fetch({ ...request, hints: [], signal: soon() })).items).toEqual([])
  })

  it('takes no id that is none', async () => {
    const changes = ['../me', 17, { a: 1 }, '1'.repeat(60)].map((media_id) => ({
      field: 'mentions',
      value: { media_id },
    }))
    const entry = [{ id: here.instagram.id, changes }]
    await here.meta.deliver(door.url, { body: JSON.stringify({ object: 'instagram', entry }) })
    expect(door.heard()).toEqual([[]])
  })
})

describe('setting it up', () => {
  it('does not listen without the word', () => {
    expect(here.account().push).toBeUndefined()
  })

  it('heeds what may be its own while it does not know the Page', async () => {
    const page = (): Promise<never> => Promise.reject(new PlatformError('unauthorised', 'Nobody has connected it.'))
    const settings = { app: here.app, verify: VERIFY, answer: 'reply', lookBackDays: 7 } as const
    const door = await listening({ push: push({ settings, page }, 'page') as Push } as Platform)
    here.world.comment(here.world.post(here.second, 'The bus is back'), here.sam, 'Hooray')
    await here.meta.deliver(door.url, { batched: true })
    expect(door.heard()).toEqual([[news('comments')]])
    await door.close()
  })

  it('has Meta tell of the Page when it is probed, and says what to do where it will not', async () => {
    here.page.subscribed = null
    await here.onFacebook.probe(soon())
    expect(here.page.subscribed).toEqual(['feed', 'mention', 'messages'])
    here.page.subscribed = null
    await here.account().probe(soon())
    expect(here.page.subscribed).toBeNull()
    here.grant.scopes.delete('pages_messaging')
    const { notes } = await here.onFacebook.probe(soon())
    expect(notes).toContainEqual(expect.stringContaining('so it only looks by itself'))
  })
})
