import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Platform } from '../../adapters/platform.ts'
import type { Medium } from '../emulators/meta/instagram.ts'
import { DAY, HOUR, type Office, office, readerOf, type Staging } from '../support/instagram-office.ts'

/** What stands under the account's posts, and where else it is named: all of it is read, once, whatever happens meanwhile. */

const MINUTE = 60_000

let town: Office
let platform: Platform
let reader: ReturnType<typeof readerOf>
let medium: Medium

async function open(staging: Staging = {}): Promise<void> {
  town = await office(staging)
  platform = town.platform
  reader = readerOf(platform)
  medium = town.instagram.publish(town.account, 'At the library')
}

beforeEach(() => open())
afterEach(async () => {
  await platform.close()
  await town.meta.close()
  expect(town.meta.violations).toEqual([])
})

/** A fresh opening in place of the one that every test begins with. */
async function reopen(staging: Staging): Promise<void> {
  await platform.close()
  await town.meta.close()
  await open(staging)
}

const comment = (text: string, facts?: Parameters<Office['instagram']['comment']>[3], on = medium) =>
  town.instagram.comment(on, town.sam, text, facts)
const callsOf = (name: string): number => town.meta.reads.filter((one) => one.name === name).length
const texts = (): string[] => [...reader.stored.values()].map(({ item }) => item.text)

describe('comments', () => {
  it('are read with their answers, and what the account says itself is not', async () => {
    const first = comment('Resign.')
    const answer = comment('Hear, hear', { under: first })
    const own = town.instagram.comment(medium, town.account, 'Thank you', { under: first })
    const found = await reader.read('comments')
    expect(found.map(({ item }) => item.id).sort()).toEqual([first.id, answer.id])
    expect(reader.ids()).not.toContain(own.id)
    expect(reader.find(first.id)).toMatchObject({
      item: { kind: 'comment', text: 'Resign.', writtenAt: new Date(town.clock.now) },
      author: { platform: 'instagram', id: town.world.idOf(town.sam, town.account), handle: town.sam.handle },
      conversation: { id: medium.id, post: 'At the library', above: [] },
    })
    expect(reader.find(answer.id).conversation?.above).toMatchObject([{ handle: town.sam.handle, text: 'Resign.' }])
    expect(reader.find(answer.id).handle).toMatchObject({ post: medium.id, parent: first.id })
  })

  it('cost one call where all is quiet', async () => {
    comment('Resign.')
    await reader.read('comments')
    const before = town.meta.reads.length
    town.later(2 * MINUTE)
    expect(await reader.read('comments')).toEqual([])
    expect(town.meta.reads.slice(before).map(({ name }) => name)).toEqual(['GET IGUser/media'])
  })

  it('are all read in a pile-on, each once', async () => {
    comment('Before')
    await reader.read('comments')
    const said = Array.from({ length: 430 }, (_, n) => comment(`Pile-on ${n}`, { at: town.clock.now + n }))
    town.later(MINUTE)
    const found = await reader.read('comments')
    expect(found.map(({ item }) => item.id).sort()).toEqual(said.map(({ id }) => id).sort())
  })

  it('are not lost that come while a long walk goes on, nor does what is new wait for what is old', async () => {
    for (let n = 0; n < 600; n += 1) comment(`Old ${n}`, { at: town.clock.now - HOUR + n })
    for (let calls = 0; calls < 2; calls += 1) expect((await reader.once('comments')).more).toBe(true)
    const late = comment('While reading')
    town.later(2 * MINUTE)
    const { items } = await reader.once('comments')
    expect(items.map(({ item }) => item.id)).toContain(late.id)
    await reader.read('comments')
    expect(reader.ids()).toHaveLength(601)
  })

  it('are all read though the place of a walk is lost', async () => {
    for (let n = 0; n < 900; n += 1) comment(`Old ${n}`, { at: town.clock.now - HOUR + n })
    await reader.once('comments')
    await reader.once('comments')
    expect(reader.ids().length).toBeLessThan(900)
    // The service stood still: Meta's link to the next page has ended.
    town.later(5 * HOUR)
    await reader.read('comments')
    expect(reader.ids()).toHaveLength(900)
  })

  it('are all read though Meta refuses the next page', async () => {
    for (let n = 0; n < 300; n += 1) comment(`Old ${n}`, { at: town.clock.now - HOUR + n })
    await reader.once('comments')
    town.meta.faults.once('GET IGMedia/comments', {
      status: 400,
      body: { error: { message: '(#100) Invalid cursor', type: 'OAuthException', code: 100 } },
    })
    await reader.read('comments')
    expect(reader.ids()).toHaveLength(300)
  })

  it('have all their answers read, however many', async () => {
    const first = comment('Look at this')
    const answers = Array.from({ length: 330 }, (_, n) =>
      comment(`Answer ${n}`, { under: first, at: town.clock.now + n }),
    )
    town.later(MINUTE)
    await reader.read('comments')
    expect(reader.ids()).toHaveLength(331)
    const late = comment('One more', { under: first })
    town.later(2 * MINUTE)
    expect((await reader.read('comments')).map(({ item }) => item.id)).toEqual([late.id])
    expect(answers).toHaveLength(330)
  })

  it('are read back a week at the first start, and no further', async () => {
    const old = comment('Long ago', { at: town.clock.now - 8 * DAY })
    const recent = comment('This week', { at: town.clock.now - 6 * DAY })
    for (const source of ['comments', 'posts', 'again']) await reader.read(source)
    expect(reader.ids()).toEqual([recent.id])
    expect(reader.ids()).not.toContain(old.id)
  })

  it('have no author where Meta keeps people back', async () => {
    await reopen({ access: 'standard' })
    const { id } = comment('Resign.')
    await reader.read('comments')
    expect(reader.find(id)).toMatchObject({ author: null, handle: { username: town.sam.handle } })
  })

  it('are passed on whole, whatever is in them', async () => {
    const odd = ['\uD83D.', 'a\0b', '<img src=x onerror=alert(1)>', '\u202Eesrever', '@johartleymp 🙂'.repeat(200)]
    for (const text of odd) comment(text)
    await reader.read('comments')
    expect(texts().sort()).toEqual([...odd].sort())
  })
})

describe('older posts', () => {
  it('are read where they have more comments than before, deep down too', async () => {
    const first = comment('The first of many', { at: town.clock.now - DAY })
    for (let n = 0; n < 120; n += 1) comment(`Later ${n}`, { at: town.clock.now - HOUR + n })
    for (let n = 0; n < 12; n += 1) town.instagram.publish(town.account, `Post ${n}`)
    await reader.read('posts')
    expect(reader.ids()).toHaveLength(121)

    town.later(2 * HOUR)
    const deep = comment('An answer to the first of many', { under: first })
    expect(await reader.read('comments')).toEqual([])
    expect((await reader.read('posts')).map(({ item }) => item.id)).toEqual([deep.id])

    const before = town.meta.reads.length
    town.later(10 * MINUTE)
    await reader.read('posts')
    expect(town.meta.reads.length - before, 'all is quiet').toBe(1)
  })

  it('have all answers read, however many stand under one comment', async () => {
    const first = comment('Look at this', { at: town.clock.now - DAY })
    for (let n = 0; n < 130; n += 1) comment(`Answer ${n}`, { under: first, at: town.clock.now - HOUR + n })
    await reader.read('posts')
    expect(reader.ids()).toHaveLength(131)
    town.later(2 * HOUR)
    const late = comment('One more', { under: first })
    expect((await reader.read('posts')).map(({ item }) => item.id)).toEqual([late.id])
  })

  it('are read through at most once an hour, and of new comments sooner', async () => {
    for (let n = 0; n < 600; n += 1) comment(`Old ${n}`, { at: town.clock.now - HOUR + n })
    await reader.read('posts')
    town.later(10 * MINUTE)
    const late = comment('New')
    const before = callsOf('GET IGMedia/comments')
    expect((await reader.read('posts')).map(({ item }) => item.id)).toEqual([late.id])
    expect(callsOf('GET IGMedia/comments') - before).toBeLessThanOrEqual(2)
    town.later(HOUR)
    await reader.read('posts')
    expect(callsOf('GET IGMedia/comments') - before, 'now to the very end').toBeGreaterThan(10)
  })

  it('are no trouble to others where one can’t be read', async () => {
    const other = town.instagram.publish(town.account, 'Another')
    const here = comment('Here')
    const there = comment('There', {}, other)
    town.meta.faults.once('GET IGMedia', 'transient')
    await reader.read('posts')
    expect(reader.ids().sort()).toEqual([here.id, there.id].sort())
  })

  it('that are deleted meanwhile end their walk', async () => {
    comment('Here')
    town.meta.faults.once('GET IGMedia', {
      status: 400,
      body: {
        error: { message: 'Unsupported get request.', type: 'GraphMethodException', code: 100, error_subcode: 33 },
      },
    })
    expect(await reader.read('posts')).toEqual([])
  })
})

describe('once a day', () => {
  it('what was edited is told again, and what is deleted is gone', async () => {
    const edited = comment('It is rubbish')
    const deleted = comment('I take this back', { under: edited })
    const there = comment('Still there')
    await reader.read('comments')
    await reader.read('again')
    Object.assign(edited, { text: 'You are rubbish' })
    town.instagram.delete(deleted)
    await reader.read('again')
    expect([...reader.gone], 'not before its time').toEqual([])

    town.later(DAY)
    const again = await reader.read('again')
    expect(again.map(({ item }) => [item.id, item.text])).toEqual([[edited.id, 'You are rubbish']])
    expect([...reader.gone]).toEqual([deleted.id])
    expect(reader.find(there.id).item.text).toBe('Still there')
    const { more, rest } = await reader.once('again')
    expect(more).toBe(false)
    expect(rest?.till.getTime()).toBe(town.clock.now + DAY)
  })

  it('what was missed is found', async () => {
    await reader.read('comments')
    const first = comment('First', { at: town.clock.now - 3 * DAY })
    const missed = comment('Missed', { under: first, at: town.clock.now - 2 * DAY })
    town.later(DAY)
    await reader.read('again')
    expect(reader.ids().sort()).toEqual([first.id, missed.id].sort())
  })

  it('what is back is told anew', async () => {
    const { account, sam, instagram } = town
    const said = comment('Approved in the end')
    await reader.read('comments')
    instagram.restrict(account, sam)
    await reader.read('again')
    expect([...reader.gone]).toEqual([said.id])
    instagram.unrestrict(account, sam)
    town.later(DAY)
    await reader.read('again')
    expect([...reader.gone]).toEqual([])
  })

  it('hundreds that are stored are looked up some at a time, and only those that were not read', async () => {
    const old = town.instagram.publish(town.account, 'Long ago', { at: town.clock.now - 40 * DAY })
    for (let n = 0; n < 60; n += 1) comment(`Old ${n}`, { at: town.clock.now - HOUR + n }, old)
    for (let n = 0; n < 60; n += 1) comment(`New ${n}`, { at: town.clock.now - HOUR + n })
    await reader.read('posts')
    expect(reader.ids()).toHaveLength(120)
    await reader.read('again')
    expect(callsOf('GET IGComment')).toBe(60)
  })
})

/** Deliver to the account what Meta has to tell. @returns the sources that it concerns */
async function tellOf(to: Platform, { hint }: typeof reader): Promise<string[]> {
  const told: string[] = []
  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const hints = (await to.push?.heard(headers, body, AbortSignal.timeout(5000))) ?? null
    for (const { source, value } of hints ?? []) {
      told.push(source)
      hint(source, value)
    }
    response.writeHead(hints === null ? 403 : 200).end()
  }
  const server = createServer((request, response) => void hear(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const deliveries = await town.meta.deliver(`http://127.0.0.1:${port}/`)
  await new Promise((resolve) => server.close(resolve))
  expect(deliveries.every(({ status }) => status === 200)).toBe(true)
  return told
}

describe('elsewhere', () => {
  it('posts that tag the account are mentions by somebody whom only a username tells', async () => {
    const tag = town.instagram.publish(town.sam, 'Look who is here', { tags: [town.account] })
    await reader.read('tags')
    expect(reader.find(tag.id)).toMatchObject({
      item: { kind: 'mention', text: 'Look who is here', media: [{ kind: 'image' }] },
      author: null,
      handle: { media: tag.id, username: town.sam.handle, named: false },
    })
    const url = reader.find(tag.id).item.media[0]?.url ?? ''
    const picture = await platform.image(url, 10_000, AbortSignal.timeout(5000))
    expect(picture?.type).toBe('image/png')
    expect(await platform.image('https://evil.example/x.png', 10_000, AbortSignal.timeout(5000))).toBeNull()
    expect(await reader.read('tags')).toEqual([])
  })

  it('hundreds of tags are all read', async () => {
    for (let n = 0; n < 420; n += 1)
      town.instagram.publish(town.sam, `Tag ${n}`, { tags: [town.account], at: town.clock.now - HOUR + n })
    await reader.read('tags')
    expect(reader.ids()).toHaveLength(420)
  })

  it('a caption and a comment that name the account are read when the webhook tells', async () => {
    const theirs = town.instagram.publish(town.sam, 'Shame on @johartleymp')
    const ann = town.world.person('Ann Other')
    const remark = town.instagram.comment(theirs, ann, 'Indeed, @johartleymp')
    expect(await reader.read('mentions')).toEqual([])
    reader.hint('mentions', { media: theirs.id })
    reader.hint('mentions', { media: theirs.id, comment: remark.id })
    await reader.read('mentions')
    expect(reader.find(theirs.id)).toMatchObject({
      item: { kind: 'mention', text: 'Shame on @johartleymp' },
      author: null,
      handle: { media: theirs.id, named: true, username: town.sam.handle },
    })
    expect(reader.find(remark.id)).toMatchObject({
      item: { kind: 'mention', text: 'Indeed, @johartleymp' },
      author: { handle: ann.handle },
      handle: { media: theirs.id, comment: remark.id, named: true },
      conversation: { id: theirs.id, above: [{ handle: town.sam.handle, text: 'Shame on @johartleymp' }] },
    })
  })

  it('are told of by Meta’s webhook, signed', async () => {
    await reopen({ settings: { verify: 'an office’s secret' } })
    expect((await platform.probe(AbortSignal.timeout(5000))).notes.join()).not.toContain('"verify"')
    const theirs = town.instagram.publish(town.sam, 'Shame on @johartleymp')
    const remark = town.instagram.comment(theirs, town.sam, 'And again, @johartleymp')
    comment('Resign.')
    town.world.inbox.receive(town.sam, town.account, 'Hello')
    const sources = await tellOf(platform, reader)
    expect([...new Set(sources)].sort()).toEqual(['comments', 'mentions', 'messages'])
    for (const source of sources) await reader.read(source)
    expect(texts().sort()).toEqual(['And again, @johartleymp', 'Hello', 'Resign.', 'Shame on @johartleymp'])
    expect(reader.find(remark.id).handle).toMatchObject({ comment: remark.id })
  })

  it('a mention that is gone, or a hint that says nothing, keeps no other from being read', async () => {
    const theirs = town.instagram.publish(town.sam, 'Shame on @johartleymp')
    const gone = town.instagram.comment(theirs, town.sam, '@johartleymp!')
    town.instagram.delete(gone)
    reader.hint('mentions', null)
    reader.hint('mentions', { media: 'nonsense' })
    reader.hint('mentions', { media: theirs.id, comment: gone.id })
    reader.hint('mentions', { media: theirs.id })
    await reader.read('mentions')
    expect(reader.ids()).toEqual([theirs.id])
  })

  it('hints are kept while Meta is in trouble, and many are read some at a time', async () => {
    const theirs = town.instagram.publish(town.sam, 'Hello')
    const said = Array.from({ length: 50 }, (_, n) => town.instagram.comment(theirs, town.sam, `${n} @johartleymp`))
    for (const { id } of said) reader.hint('mentions', { media: theirs.id, comment: id })
    town.meta.faults.once('GET IGUser', 'transient')
    expect(await reader.once('mentions')).toMatchObject({ items: [], more: true, rest: {} })
    const { items, more } = await reader.once('mentions')
    expect(items.length).toBeLessThan(50)
    expect(more).toBe(true)
    await reader.read('mentions')
    expect(reader.ids()).toHaveLength(50)
  })

  it('a mention under the account’s own post is a comment like any other', async () => {
    const said = comment('@johartleymp, resign.')
    await reader.read('comments')
    expect(reader.find(said.id).item.kind).toBe('comment')
  })
})

describe('Meta', () => {
  it.each(['comments', 'posts', 'again', 'tags', 'mentions', 'messages'])(
    'in trouble is told to %s',
    async (source) => {
      town.meta.faults.always('*', 'badGateway')
      await expect(reader.once(source)).rejects.toMatchObject({ name: 'PlatformError', trouble: 'unavailable' })
    },
  )

  it.each(['comments', 'posts', 'again', 'tags'])('asks for patience, and %s says till when', async (source) => {
    // Who it is was learnt before.
    await reader.read('mentions')
    town.meta.faults.once('*', 'instagramThrottled')
    const failure: unknown = await reader.once(source).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'PlatformError', trouble: 'throttled' })
    expect((failure as { retryAt?: Date }).retryAt?.getTime()).toBeGreaterThanOrEqual(town.clock.now + 5 * MINUTE)
  })

  it('gets the token in the header alone, with a proof, on every page', async () => {
    for (let n = 0; n < 120; n += 1) comment(`No. ${n}`, { at: town.clock.now - HOUR + n })
    for (const { name } of platform.sources) await reader.read(name)
    const all = town.meta.reads.filter(({ name }) => name !== 'GET debug_token' && name !== 'GET cdn')
    expect(all.length).toBeGreaterThan(10)
    expect(all.every(({ tokenIn, proved }) => tokenIn.join() === 'header' && proved)).toBe(true)
    expect(JSON.stringify([...reader.cursors])).not.toContain(town.grant.token)
    expect(JSON.stringify([...reader.cursors])).not.toContain('access_token')
  })

  it('that links no Instagram account to the Page is said in words', async () => {
    town.page.account = null
    await expect(reader.once('comments')).rejects.toMatchObject({
      trouble: 'unauthorised',
      message: expect.stringContaining('No Instagram account is linked'),
    })
  })
})
