import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Incoming, Platform } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'
import type { Page, Post } from '../emulators/meta/facebook.ts'
import type { Meta, Options } from '../emulators/meta/index.ts'
import type { Person } from '../emulators/meta/people.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { service } from '../support/x-service.ts'

/** What is read of a Page, and that nothing is lost on the way: the adapter against the emulator. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NEW = ['comments', 'posts', 'tagged'] as const

let time: number
let town: Awaited<ReturnType<typeof facebookPage>>
let meta: Meta
let page: Page
let sam: Person

beforeEach(async () => {
  time = NOON.getTime()
  await begin()
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

async function begin(options: Options = {}): Promise<void> {
  town = await facebookPage(() => time, options)
  ;({ meta, page, sam } = town)
}

const account = (settings?: Record<string, unknown>): Platform => town.account(settings)

const Open = z.object({ open: z.array(z.json()) })
type Office = ReturnType<typeof service>
async function readAll(office: Office, platform: Platform, sources: readonly string[] = NEW): Promise<void> {
  for (const source of sources) await office.read(platform, source)
}
const found = (office: Office, { id }: { id: string }): Incoming | undefined =>
  [...office.stored.values()].findLast(({ item }) => item.id === id)
const textsOf = (office: Office): string[] => office.texts().toSorted()
const callsOf = (name: string): number => meta.reads.filter((call) => call.name === name).length
const many = (post: Post, count: number, since: number, step = SECOND): string[] =>
  Array.from({ length: count }, (_, n) => {
    const text = `${post.id} ${since} ${n}`
    meta.world.comment(post, sam, text, { at: since + n * step })
    return text
  })

describe('a busy Page', () => {
  it('has everything that others say read once, and whole', async () => {
    const { world } = meta
    const robin = world.person('Robin')
    const own = world.post(page, 'The surgery is at ten', { at: time - 3 * HOUR })
    const top = world.comment(own, robin, 'Nonsense', { at: time - 2 * HOUR })
    const answer = world.comment(own, sam, 'Agreed', { under: top, at: time - HOUR })
    const below = world.comment(own, robin, 'Thank you', { under: answer, at: time - 50 * MINUTE })
    const picture = world.comment(own, robin, '', { picture: 'pixel', at: time - 40 * MINUTE })
    const buried = world.comment(own, robin, 'Thought little of', { buried: true, at: time - 30 * MINUTE })
    const hidden = world.comment(own, robin, 'Hidden by staff', { at: time - 29 * MINUTE })
    world.hide(hidden, true)
    world.comment(own, page, 'Please write to the office', { under: top, at: time - 28 * MINUTE })
    const ad = world.post(page, 'Vote', { ad: true, at: time - 2 * DAY })
    const underAd = world.comment(ad, robin, 'Never', { at: time - 20 * MINUTE })
    const visit = world.post(page, 'Resign', { by: robin, at: time - 90 * MINUTE, pictures: ['pixel', 'pixel'] })
    const underVisit = world.comment(visit, sam, 'At once', { at: time - 10 * MINUTE })
    const tagged = world.tag(page, robin, 'Look at this clown', { at: time - 5 * HOUR })
    const putAside = world.post(page, 'Taken from the wall', { by: robin, at: time - 6 * HOUR })
    world.hide(putAside, true)
    const underAside = world.comment(putAside, robin, 'Why hide it?', { at: time - 5 * MINUTE })

    const office = service()
    await readAll(office, account())
    const things = [
      top,
      answer,
      below,
      picture,
      buried,
      hidden,
      underAd,
      visit,
      underVisit,
      tagged,
      putAside,
      underAside,
    ]
    expect([...office.ids()].toSorted()).toEqual(things.map(({ id }) => id).toSorted())
    expect(office.stored.size).toBe(things.length)

    const author = { platform: 'facebook', id: world.idOf(robin, page), handle: 'Robin' }
    expect(found(office, below)).toMatchObject({
      item: { kind: 'comment', text: 'Thank you', writtenAt: new Date(time - 50 * MINUTE), links: [], media: [] },
      author,
      conversation: {
        id: own.id,
        post: 'The surgery is at ten',
        postedAt: new Date(time - 3 * HOUR),
        above: [{ handle: 'Robin', text: 'Nonsense', at: new Date(time - 2 * HOUR) }],
      },
      link: `https://www.facebook.com/${own.id.replace('_', '/posts/')}?comment_id=${below.id.split('_')[1]}`,
      handle: { post: own.id, parent: top.id },
    })
    expect(found(office, underAd)).toMatchObject({ conversation: { id: ad.id, post: 'Vote' }, handle: { post: ad.id } })
    expect(found(office, visit)).toMatchObject({
      item: { kind: 'mention', text: 'Resign', media: [{ kind: 'image' }, { kind: 'image' }] },
      author,
      handle: { post: visit.id, wall: true },
    })
    expect(found(office, underVisit)?.conversation).toMatchObject({
      id: visit.id,
      above: [{ handle: 'Robin', text: 'Resign' }],
    })
    expect(found(office, underVisit)?.conversation).not.toHaveProperty('post')
    expect(found(office, tagged)).toMatchObject({ item: { kind: 'mention' }, author, handle: { wall: false } })
  })

  it('has the pictures of comments taken', async () => {
    const own = meta.world.post(page, 'Hello', { at: time - HOUR })
    const picture = meta.world.comment(own, sam, 'See', { picture: 'pixel', at: time - MINUTE })
    const office = service()
    const platform = account()
    await office.read(platform, 'comments')
    const [medium] = found(office, picture)?.item.media ?? []
    expect(medium).toMatchObject({ kind: 'image' })
    const signal = new AbortController().signal
    expect(await platform.image(medium?.url ?? '', 10_000, signal)).toMatchObject({ type: 'image/png' })
    expect(await platform.image('https://evil.example/a.png', 10_000, signal)).toBeNull()
  })

  it('is asked once where nothing is new, and stores nothing again', async () => {
    const { world } = meta
    for (let n = 0; n < 30; n++) {
      const own = world.post(page, `Post ${n}`, { at: time - (n + 1) * 2 * HOUR })
      many(own, 40, time - 2 * HOUR, MINUTE)
    }
    world.tag(page, sam, 'Look', { at: time - HOUR })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    expect(office.stored.size).toBe(30 * 40 + 1)
    const callsFor = async (source: string): Promise<number> => {
      time += 10 * MINUTE
      const before = meta.reads.length
      const { more, items } = await office.read(platform, source)
      expect({ more, items }).toEqual({ more: false, items: [] })
      return meta.reads.length - before
    }
    for (const source of NEW) await callsFor(source)
    expect(await callsFor('comments')).toBe(1)
    expect(await callsFor('posts')).toBe(3)
    expect(await callsFor('tagged')).toBe(1)

    world.comment(world.post(page, 'Fresh', { at: time }), sam, 'First', { at: time })
    time += MINUTE
    const before = meta.reads.length
    await office.read(platform, 'comments')
    expect(meta.reads.length - before).toBe(1)
    expect(office.texts()).toContain('First')
  })

  it('is first read as far back as it is set', async () => {
    const { world } = meta
    const own = world.post(page, 'Old', { at: time - 60 * DAY })
    const old = world.post(page, 'Older', { by: sam, at: time - 31 * DAY })
    const late = world.post(page, 'Late', { by: sam, at: time - 29 * DAY })
    const before = world.comment(own, sam, 'Before', { at: time - 31 * DAY })
    const after = world.comment(own, sam, 'After', { at: time - 29 * DAY })
    const tagged = world.tag(page, sam, 'Tagged before', { at: time - 31 * DAY })
    const office = service()
    await readAll(office, account({ lookBackDays: 30 }))
    expect([...office.ids()].toSorted()).toEqual([late.id, after.id].toSorted())
    for (const one of [old, before, tagged]) expect(office.ids()).not.toContain(one.id)
  })

  it('has comments under old posts found', async () => {
    const { world } = meta
    const posts = Array.from({ length: 130 }, (_, n) => world.post(page, `Post ${n}`, { at: time - n * 16 * HOUR }))
    const office = service()
    const platform = account()
    await readAll(office, platform)
    time += HOUR
    const old = world.comment(posts[129] as Post, sam, 'Under a post of 86 days', { at: time })
    await office.read(platform, 'comments')
    expect(office.ids()).not.toContain(old.id)
    await office.read(platform, 'posts')
    expect(office.ids()).toContain(old.id)
  })

  it('has edits found of what is newest, under the same id', async () => {
    const own = meta.world.post(page, 'Hello', { at: time - HOUR })
    const comment = meta.world.comment(own, sam, 'Well done', { at: time - MINUTE })
    const office = service()
    const platform = account()
    await office.read(platform, 'comments')
    meta.world.edit(comment, 'You clown')
    time += MINUTE
    await office.read(platform, 'comments')
    expect(office.texts()).toEqual(['Well done', 'You clown'])
    expect(office.ids()).toEqual(new Set([comment.id]))
  })

  it('has what Facebook lists late found, too', async () => {
    const own = meta.world.post(page, 'Hello', { at: time - HOUR })
    const office = service()
    const platform = account()
    await office.read(platform, 'comments')
    const texts = many(own, 150, time - 5 * MINUTE)
    time += MINUTE
    await office.read(platform, 'comments')
    expect(textsOf(office)).toEqual(texts.toSorted())
  })

  it('does not hide others behind many answers of the Page’s own', async () => {
    const { world } = meta
    const own = world.post(page, 'Hello', { at: time - HOUR })
    const office = service()
    const platform = account()
    await office.read(platform, 'comments')
    time += 2 * HOUR
    world.comment(own, sam, 'Below them all', { at: time - 10 * MINUTE })
    for (let n = 0; n < 140; n++) world.comment(own, page, `Answer ${n}`, { at: time - 9 * MINUTE + n * SECOND })
    await office.read(platform, 'comments')
    expect(office.texts()).toEqual(['Below them all'])
  })
})

describe('a probe', () => {
  const signal = new AbortController().signal

  it('says whose Page it is and what can be done there, and has Meta tell of it only where that is set up', async () => {
    meta.world.comment(meta.world.post(page, 'Hello', { at: time }), sam, 'Hm', { at: time })
    const quiet = account()
    expect(quiet.push).toBeUndefined()
    const probe = await quiet.probe(signal)
    expect(probe).toMatchObject({
      handle: 'Jo Hartley MP',
      capabilities: { hide: { comment: 'automatic' }, block: 'automatic' },
    })
    expect(meta.writes).toEqual([])

    const told = account({ verify: 'a word of our own' })
    await told.probe(signal)
    expect(meta.writes).toMatchObject([{ name: 'POST Page/subscribed_apps', done: true }])
    const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': 'a word of our own', 'hub.challenge': '77' }
    expect(told.push?.greet(asked)).toBe('77')
  })

  it('makes a block a task for staff where Meta withholds who wrote what', async () => {
    await meta.close()
    await begin({ access: 'standard' })
    meta.world.comment(meta.world.post(page, 'Hello', { at: time }), sam, 'Hm', { at: time })
    const { capabilities, notes } = await account().probe(signal)
    expect(capabilities).toMatchObject({ hide: { comment: 'automatic' }, block: 'manual' })
    expect(notes.join(' ')).toMatch(/doesn’t tell Serjeant who writes/)
  })
})

describe('a burst', () => {
  const PEOPLE = 3000

  it('of thousands between two polls is read whole, a page at a time', async () => {
    const own = meta.world.post(page, 'Vote', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = many(own, PEOPLE, time)
    time += HOUR
    const before = meta.reads.length
    await office.read(platform, 'comments')
    expect(textsOf(office)).toEqual(texts.toSorted())
    // A look at the feed; and the post's comments by the hundred, the last page to meet what is older.
    expect(meta.reads.length - before).toBe(1 + PEOPLE / 100)
    time += MINUTE
    const again = meta.reads.length
    await office.read(platform, 'comments')
    expect(meta.reads.length - again).toBe(1)
  })

  it('is gone on with by a new process, even much later, and nothing is missing', async () => {
    const own = meta.world.post(page, 'Vote', { at: time - DAY })
    const office = service()
    await readAll(office, account())
    const texts = many(own, 1500, time)
    time += HOUR
    for (let n = 0; n < 5; n++) expect((await office.step(account(), 'comments')).more).toBe(true)
    time += 5 * HOUR
    texts.push(...many(own, 700, time - 3 * HOUR))
    await office.read(account(), 'comments')
    expect(new Set(office.texts())).toEqual(new Set(texts))
    expect(office.stored.size).toBe(2200)
    await office.read(account(), 'comments')
    expect(office.stored.size).toBe(2200)
  })

  it('makes nobody wait who comes meanwhile', async () => {
    const own = meta.world.post(page, 'Vote', { at: time - DAY })
    const other = meta.world.post(page, 'Also', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = many(own, PEOPLE, time)
    time += HOUR
    await office.step(platform, 'comments')
    await office.step(platform, 'comments')
    time += 2 * MINUTE
    const late = meta.world.comment(other, sam, 'I will kill you', { at: time })
    const more = many(own, 120, time - 30 * SECOND, 100)
    await office.step(platform, 'comments')
    expect(office.ids()).toContain(late.id)
    await office.read(platform, 'comments')
    expect(new Set(office.texts())).toEqual(new Set([...texts, ...more, 'I will kill you']))
  })

  it('of visitors’ posts is read whole', async () => {
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = Array.from({ length: 180 }, (_, n) => {
      const visit = meta.world.post(page, `Visit ${n}`, { by: sam, at: time + n * SECOND })
      if (n === 3) many(visit, 60, time + n * SECOND)
      return visit.message
    })
    time += HOUR
    const calls = meta.reads.length
    await office.read(platform, 'comments')
    expect(meta.reads.length - calls).toBeLessThanOrEqual(Math.ceil(180 / 25) + 2)
    expect(office.texts().filter((text) => text.startsWith('Visit'))).toHaveLength(texts.length)
    expect(office.stored.size).toBe(180 + 60)
  })

  it('is read whole while rows come, and go, between its pages', async () => {
    const { world } = meta
    const own = world.post(page, 'Vote', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = new Set(many(own, 800, time))
    time += HOUR
    for (let n = 0; ; n++) {
      const { more } = await office.step(platform, 'comments')
      if (!more) break
      for (const text of many(own, 7, time, 10)) texts.add(text)
      const last = own.comments.find(({ message, deleted }) => !deleted && message.endsWith(` ${799 - n}`))
      if (last) world.delete(last)
      time += SECOND
    }
    time += MINUTE
    await office.read(platform, 'comments')
    const there = own.comments.filter(({ deleted }) => !deleted).map(({ message }) => message)
    for (const text of there) expect(office.texts()).toContain(text)
  })
})

describe('before Meta’s review', () => {
  it('reads all the same, without authors', async () => {
    await meta.close()
    await begin({ access: 'standard' })
    const own = meta.world.post(page, 'Hello', { at: time - HOUR })
    const top = meta.world.comment(own, sam, 'Nonsense', { at: time - MINUTE })
    const below = meta.world.comment(own, sam, 'Really', { under: top, at: time - MINUTE })
    meta.world.comment(own, page, 'Our own', { at: time - MINUTE })
    const visit = meta.world.post(page, 'Resign', { by: sam, at: time - MINUTE })
    const staff = meta.world.comment(own, meta.world.person('Bob Office', { role: true }), 'Hm', { at: time })
    const office = service()
    await readAll(office, account())
    expect([...office.ids()].toSorted()).toEqual([top, below, visit, staff].map(({ id }) => id).toSorted())
    for (const one of [top, below, visit]) expect(found(office, one)?.author).toBeNull()
    expect(found(office, below)?.conversation?.above).toMatchObject([{ handle: '', text: 'Nonsense' }])
    expect(found(office, staff)?.author).toMatchObject({ handle: 'Bob Office' })
  })
})

describe('when Facebook is odd', () => {
  const answering = (data: unknown[], paging: object = {}) => ({ status: 200, body: { data, paging } })
  const own = () => ({ id: `${page.id}_1`, created_time: new Date(time - HOUR).toISOString(), from: { id: page.id } })

  it('leaves out what can’t be read, and nothing else', async () => {
    const good = {
      id: '1_7',
      message: 'Fine',
      created_time: new Date(time).toISOString(),
      from: { id: '9', name: 'Z' },
    }
    const rows = [
      null,
      'x',
      [],
      { message: 'no id' },
      { id: '../me' },
      { id: 7 },
      good,
      { id: '1_8', message: { a: 1 } },
    ]
    meta.faults.once('GET Page/feed', answering(['x', { ...own(), comments: { data: rows } }, { id: {} }]))
    const office = service()
    await office.read(account(), 'comments')
    expect(office.ids()).toEqual(new Set(['1_7', '1_8']))
    expect(office.texts()).toEqual(['Fine', ''])
  })

  it('asks by itself for a post’s comments where those that came along can’t be read', async () => {
    const post = meta.world.post(page, 'Hello', { at: time - HOUR })
    const texts = many(post, 3, time - MINUTE)
    meta.faults.once('GET Page/feed', answering([{ ...own(), id: post.id, comments: { data: 'broken' } }]))
    const office = service()
    await office.read(account(), 'comments')
    expect(textsOf(office)).toEqual(texts.toSorted())
  })

  it('begins a post anew where Facebook no longer knows the next page', async () => {
    const post = meta.world.post(page, 'Hello', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = many(post, 450, time)
    time += HOUR
    await office.step(platform, 'comments')
    await office.step(platform, 'comments')
    const error = { code: 100, type: 'OAuthException', message: '(#100) Invalid cursors values' }
    meta.faults.once('GET PagePost/comments', { status: 400, body: { error } })
    await office.read(platform, 'comments')
    expect(textsOf(office)).toEqual(texts.toSorted())
  })

  it('gives a post up whose further pages Facebook never knows, and tells staff', async () => {
    const post = meta.world.post(page, 'Hello', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    many(post, 450, time)
    time += HOUR
    await office.step(platform, 'comments')
    await office.step(platform, 'comments')
    const error = { code: 100, type: 'OAuthException', message: '(#100) Invalid cursors values' }
    let last = await office.step(platform, 'comments')
    for (let n = 0; last.more; n++) {
      expect(n).toBeLessThan(40)
      if (n % 2 === 0) meta.faults.once('GET PagePost/comments', { status: 400, body: { error } })
      last = await office.step(platform, 'comments')
    }
    expect(last.rest?.because).toMatch(/all comments under some posts/)
  })

  it('does not trust a next page that is old to lead where it should', async () => {
    const post = meta.world.post(page, 'Hello', { at: time - DAY })
    const first = meta.world.comment(post, sam, 'The first', { at: time - 12 * MINUTE })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    const texts = many(post, 450, time - 10 * MINUTE)
    time += HOUR
    await office.step(platform, 'comments')
    const { cursor } = await office.step(platform, 'comments')
    const next = JSON.stringify(cursor).match(/"next":("http[^"]+")/)?.[1] ?? ''
    const row = { id: first.id, message: 'The first', created_time: new Date(first.at).toISOString() }
    meta.faults.once('GET PagePost/comments', answering([row], { next: JSON.parse(next) as string }))
    time += HOUR
    await office.read(platform, 'comments')
    for (const text of texts) expect(office.texts()).toContain(text)
  })

  it('forgets a post that is deleted meanwhile, and goes on with the others', async () => {
    const one = meta.world.post(page, 'One', { at: time - DAY })
    const other = meta.world.post(page, 'Other', { at: time - DAY })
    const office = service()
    const platform = account()
    await readAll(office, platform)
    many(one, 300, time)
    const texts = many(other, 300, time)
    time += HOUR
    await office.step(platform, 'comments')
    meta.world.delete(one)
    await office.read(platform, 'comments')
    for (const text of texts) expect(office.texts()).toContain(text)
  })

  it('does not run in a circle for ever, and tells staff', async () => {
    const post = meta.world.post(page, 'One', { at: time - DAY })
    const office = service()
    const platform = account()
    many(post, 60, time - HOUR)
    const row = { id: '1_7', message: 'Again', created_time: new Date(time).toISOString() }
    const next = `${meta.url}/v24.0/${post.id}/comments?after=x`
    const lift = meta.faults.always('GET PagePost/comments', answering([row], { next }))
    const last = await office.read(platform, 'comments')
    expect(last.rest?.because).toMatch(/all comments under some posts/)
    expect(meta.reads.length).toBeLessThan(20)
    lift()
    time += MINUTE
    const after = await office.read(platform, 'comments')
    expect(after.rest).toBeUndefined()
  })

  it('asks for less where an answer is too much work for Facebook, and for more again later', async () => {
    for (let n = 0; n < 30; n++) meta.world.post(page, `Post ${n}`, { at: time - n * HOUR })
    const office = service()
    const platform = account()
    const limits = () =>
      meta.reads.filter(({ name }) => name === 'GET Page/feed').map((call) => call.parameters['limit'])
    meta.faults.once('GET Page/feed', 'unknown', 2)
    await expect(office.read(platform, 'comments')).rejects.toMatchObject({ trouble: 'unavailable' })
    await expect(office.read(platform, 'comments')).rejects.toMatchObject({ trouble: 'unavailable' })
    await office.read(platform, 'comments')
    expect(limits().slice(0, 3)).toEqual(['25', '12', '6'])
    const calls = limits().length
    for (let n = 0; n < 20; n++) {
      time += 10 * MINUTE
      await office.read(platform, 'comments')
    }
    expect(limits().length).toBeGreaterThan(calls)
    expect(limits().at(-1)).toBe('25')
  })

  it('asks for less of a further page, too, that is too much work for Facebook', async () => {
    for (let n = 0; n < 120; n++) meta.world.post(page, `Post ${n}`, { at: time - n * HOUR })
    const text = 'Under the last of them'
    meta.world.comment(meta.world.post(page, 'Last', { at: time - 6 * DAY }), sam, text, { at: time - HOUR })
    const office = service()
    const platform = account()
    await office.step(platform, 'posts')
    meta.faults.once('GET Page/published_posts', 'unknown', 2)
    await expect(office.step(platform, 'posts')).rejects.toMatchObject({ trouble: 'unavailable' })
    await expect(office.step(platform, 'posts')).rejects.toMatchObject({ trouble: 'unavailable' })
    await office.read(platform, 'posts')
    const limits = meta.reads.filter(({ name }) => name === 'GET Page/published_posts')
    expect(limits.slice(0, 4).map((call) => call.parameters['limit'])).toEqual(['50', '50', '25', '12'])
    expect(office.texts()).toContain(text)
  })

  it('reads all others where one post’s comments never come, tells staff, and hammers nobody', async () => {
    const one = meta.world.post(page, 'One', { at: time - DAY })
    const texts = many(one, 60, time - HOUR)
    const visit = meta.world.post(page, 'Visit', { by: sam, at: time - DAY })
    const office = service()
    const platform = account()
    meta.faults.always('GET PagePost/comments', 'unknown')
    let last = await office.step(platform, 'comments')
    expect(office.ids()).toContain(visit.id)
    for (let n = 0; last.more; n++) {
      expect(n).toBeLessThan(50)
      time = Math.max(time, last.rest?.till.getTime() ?? 0)
      last = await office.step(platform, 'comments')
    }
    expect(last.rest?.because).toMatch(/all comments under some posts/)
    expect(callsOf('GET PagePost/comments')).toBeLessThan(15)
    expect(time - NOON.getTime()).toBeGreaterThanOrEqual(9 * MINUTE)
    // The newest had come along with the post.
    expect(office.texts()).toContain(texts.at(-1))
  })

  it('goes on without adverts and tags where the app may not see them, and tells staff', async () => {
    const post = meta.world.post(page, 'One', { at: time - DAY })
    const texts = many(post, 3, time - HOUR)
    meta.faults.always('GET Page/ads_posts', 'denied')
    meta.faults.always('GET Page/tagged', 'denied')
    const office = service()
    const platform = account()
    const posts = await office.read(platform, 'posts')
    expect(posts.rest?.because).toMatch(/comments under adverts/)
    expect(textsOf(office)).toEqual(texts.toSorted())
    const tagged = await office.read(platform, 'tagged')
    expect(tagged.rest?.because).toMatch(/posts elsewhere that tag the Page/)
  })

  it('reads less where Meta’s limit is near, and nothing where it is reached, and loses nothing by it', async () => {
    const post = meta.world.post(page, 'One', { at: time - DAY })
    const office = service()
    const platform = account()
    await office.read(platform, 'comments')
    const texts = many(post, 250, time)
    time += MINUTE
    meta.usage.fill(page, 'pages', 80)
    const { rest, more } = await office.step(platform, 'comments')
    expect(more).toBe(true)
    expect(rest?.till.getTime()).toBeGreaterThan(time)
    expect(rest?.because).toBeTruthy()
    meta.usage.fill(page, 'pages', 97)
    await office.step(platform, 'comments')
    await expect(office.step(platform, 'comments')).rejects.toMatchObject({ trouble: 'throttled' })
    time += 25 * HOUR
    await office.read(platform, 'comments')
    expect(textsOf(office)).toEqual(texts.toSorted())
  })

  it.each(['comments', 'posts'])('brings what it has begun to its end where calls are few: %s', async (source) => {
    const posts = Array.from({ length: 120 }, (_, n) => meta.world.post(page, `Post ${n}`, { at: time - n * HOUR }))
    const texts = posts.slice(0, 3).flatMap((post) => many(post, 400, time - 2 * HOUR))
    const office = service()
    const platform = account()
    meta.usage.fill(page, 'pages', 80)
    let most = 0
    for (const end = time + DAY; time < end; time += 10 * MINUTE) {
      const { cursor } = await office.step(platform, source)
      most = Math.max(most, Open.parse(cursor).open.length)
    }
    expect(textsOf(office)).toEqual(texts.toSorted())
    expect(most).toBeLessThan(10)
  })

  it('goes on from where an earlier version stood', async () => {
    const post = meta.world.post(page, 'One', { at: time - DAY })
    const texts = many(post, 250, time - HOUR)
    const office = service()
    const { cursor } = await office.step(account(), 'comments')
    const { stepped: _, ...stored } = z.record(z.string(), z.json()).parse(cursor)
    expect(stored['open']).not.toEqual([])
    const signal = new AbortController().signal
    const known = async () => new Set<string>()
    const request = { source: 'comments', cursor: stored, known, stored: async () => [], hints: [], signal }
    const calls = meta.reads.length
    const { items } = await account().fetch(request)
    expect(items.map(({ item }) => item.text)).toContain(texts[200])
    expect(meta.reads.slice(calls).map(({ name }) => name)).not.toContain('GET Page/feed')
  })

  it('takes what strangers write as it is', async () => {
    const hostile = [
      '\u202e<script>alert(1)</script>',
      'a'.repeat(8000),
      '😀\u0000\ud800',
      '{"error":{"code":190}}',
      '  ',
    ]
    const post = meta.world.post(page, 'One', { at: time - DAY })
    for (const [n, text] of hostile.entries()) meta.world.comment(post, sam, text, { at: time - n * SECOND })
    const office = service()
    await office.read(account(), 'comments')
    expect(textsOf(office)).toEqual(hostile.toSorted())
  })

  it('says that the account needs a person where the Page itself can’t be read', async () => {
    const platform = account()
    meta.faults.always('GET Page/feed', 'denied')
    await expect(service().read(platform, 'comments')).rejects.toMatchObject({ trouble: 'unauthorised' })
  })
})
