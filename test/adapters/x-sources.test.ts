import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Platform } from '../../adapters/platform.ts'
import { PRICES_OF } from '../../adapters/x/money.ts'
import { afterPage, newWalk, type Walk } from '../../adapters/x/walk.ts'
import { NOON } from '../builders.ts'
import { type X as Emulator, type Person, type Post, startX, type Vocabulary } from '../emulators/x/index.ts'
import { purseInMemory } from '../support/means.ts'
import { accountOn, type Means } from '../support/x-account.ts'
import { service } from '../support/x-service.ts'

/** What is read of X, and that nothing is lost on the way: the adapter against the emulator. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const signal = new AbortController().signal

let time: number
let x: Emulator
let mp: Person
let sam: Person
const now = (): Date => new Date(time)

beforeEach(async () => {
  time = NOON.getTime()
  await begin()
})
afterEach(async () => {
  expect(x.violations).toEqual([])
  await x.close()
})

async function begin(vocabulary: Vocabulary = 'tweet'): Promise<void> {
  x = await startX({ now: () => time, vocabulary })
  mp = x.world.person('JoHartleyMP', { name: 'Jo Hartley MP' })
  sam = x.world.person('sam_smith', { name: 'Sam', bio: 'Runs & reads' })
}

const account = (means: Means = {}): Platform => accountOn(x, mp, { now, ...means })
const callsOf = (name: string): number => x.reads.filter((call) => call.name === name).length

describe.each(['tweet', 'post'] as const)('in the words of %s', (vocabulary) => {
  beforeEach(async () => {
    await x.close()
    await begin(vocabulary)
  })

  it('reads who answers, quotes and names the account, and how each can be acted on', async () => {
    const own = x.world.post(mp, 'The surgery is at ten & <free>', { at: time - 2 * HOUR })
    const answer = x.world.post(sam, 'Shut up & go &lt;home&gt; https://example.org/a', { replyTo: own })
    const quote = x.world.post(sam, 'Look at this', { quotes: own, mentionsTyped: [mp] })
    const theirs = x.world.post(sam, 'Fine weather')
    const named = x.world.post(sam, 'what do you say?', { replyTo: theirs, mentionsTyped: [mp] })
    const office = service()
    const page = await office.read(account(), 'mentions')
    expect(page).toMatchObject({ gone: [], more: false })

    expect(office.itemOf(answer)).toMatchObject({
      item: {
        id: answer.id,
        kind: 'reply',
        text: expect.stringMatching(/^@JoHartleyMP Shut up & go &lt;home&gt; https:\/\/t\.co\/\w+$/),
        lang: 'en',
        writtenAt: new Date(time),
        links: ['https://example.org/a'],
        media: [],
      },
      revision: answer.id,
      author: {
        platform: 'x',
        id: sam.id,
        handle: 'sam_smith',
        displayName: 'Sam',
        bio: 'Runs & reads',
        followers: 10,
        posts: 100,
        hasAvatar: false,
        verified: false,
      },
      conversation: {
        id: own.id,
        post: 'The surgery is at ten & <free>',
        postedAt: new Date(time - 2 * HOUR),
        link: `https://x.com/i/status/${own.id}`,
        above: [],
      },
      link: `https://x.com/i/status/${answer.id}`,
      handle: { post: answer.id, conversation: own.id, root: own.id, own: true, summoned: false },
    })
    expect(office.itemOf(quote)).toMatchObject({
      item: { kind: 'quote', links: [], media: [{ kind: 'other', alt: 'The surgery is at ten & <free>' }] },
      conversation: { id: own.id, post: 'The surgery is at ten & <free>' },
      handle: { conversation: quote.id, own: false, summoned: true },
    })
    expect(office.itemOf(named)).toMatchObject({
      item: { kind: 'mention' },
      conversation: { id: theirs.id, above: [{ handle: 'sam_smith', text: 'Fine weather' }] },
      handle: { conversation: theirs.id, root: theirs.id, own: false, summoned: true },
    })
    expect(office.stored.size).toBe(3)
  })

  it('reads the choices of a poll with its text', async () => {
    const poll = x.world.post(sam, 'What is she?', { mentionsTyped: [mp], poll: ['A clown', 'Scum & worse'] })
    const office = service()
    await office.read(account(), 'mentions')
    expect(office.itemOf(poll)?.item.text).toBe('@JoHartleyMP What is she?\n– A clown\n– Scum & worse')
  })

  it('reads long posts whole, pictures with their descriptions, and edits under their first name', async () => {
    const own = x.world.post(mp, 'Hello')
    const long = x.world.post(sam, `${'All of it. '.repeat(40)}The end.`, { replyTo: own })
    const picture = x.world.post(sam, 'See', {
      replyTo: own,
      media: [{ alt: 'A red dot' }, { type: 'video' }],
    })
    const first = x.world.post(sam, 'Thnak you', { replyTo: own })
    const platform = account()
    const office = service()
    await office.read(platform, 'mentions')
    expect(office.itemOf(long)?.item.text).toMatch(/The end\.$/)
    expect(office.itemOf(picture)?.item).toMatchObject({
      links: [],
      media: [
        { kind: 'image', alt: 'A red dot', url: picture.media[0]?.url },
        { kind: 'video', url: picture.media[1]?.url },
      ],
    })
    const shown = await platform.image(picture.media[0]?.url ?? '', 1000, signal)
    expect(shown).toMatchObject({ type: 'image/png' })
    expect(await platform.image(picture.media[0]?.url ?? '', 10, signal)).toBeNull()

    time += 5 * MINUTE
    const second = x.world.edit(first, 'Thank you')
    await office.read(platform, 'mentions')
    expect(office.itemOf(second)).toMatchObject({
      item: { id: first.id, text: '@JoHartleyMP Thank you' },
      revision: second.id,
      handle: { post: second.id },
    })
  })

  it('finds what names nobody, once, and pays for no mention twice', async () => {
    const own = x.world.post(mp, 'Hello', { at: time - HOUR })
    const answer = x.world.post(sam, 'Hm', { replyTo: own, at: time - 50 * MINUTE })
    const bare = { ...answer, sent: { ...answer.sent, mentions: [] } } as Post
    const robin = x.world.person('robin')
    const deeper = x.world.post(robin, 'you clown', { replyTo: bare, at: time - 40 * MINUTE })
    const quote = x.world.post(robin, 'What a clown', { quotes: own, at: time - 30 * MINUTE })
    const purse = purseInMemory(now)
    const platform = account({ purse })
    const office = service()
    await office.read(platform, 'mentions')
    expect(office.ids()).toEqual(new Set([answer.id]))
    await office.read(platform, 'conversations')
    expect(office.itemOf(deeper)).toMatchObject({
      item: { kind: 'reply', text: '@sam_smith you clown' },
      handle: { own: true, summoned: false },
      conversation: { id: own.id, post: 'Hello', above: [{ handle: 'sam_smith', text: '@JoHartleyMP Hm' }] },
    })
    expect(office.itemOf(quote)).toMatchObject({ item: { kind: 'quote' }, handle: { summoned: true } })
    const spent = Object.fromEntries(purse.bills)
    // One mention and one own post at the owned price; two found by search.
    expect(spent).toEqual({ 'User: Read': 10_000, 'Owned Reads': 2_000, 'Posts: Read': 10_000 })
    time += 15 * MINUTE
    await office.read(platform, 'mentions')
    await office.read(platform, 'conversations')
    expect(Object.fromEntries(purse.bills)).toEqual(spent)
    expect(office.stored.size).toBe(3)
  })

  it('reads messages of others with what was said before', async () => {
    x.world.message(sam, mp, 'Good morning', { at: time - 3 * MINUTE })
    x.world.message(mp, sam, 'How can we help?', { at: time - 2 * MINUTE })
    const last = x.world.message(sam, mp, 'Drop dead https://example.org/b', {
      at: time - MINUTE,
      media: [{ alt: 'x' }],
    })
    const office = service()
    const page = await office.read(account(), 'messages')
    expect(page.rest?.till).toEqual(new Date(time + 90 * SECOND))
    expect(office.texts().sort()).toEqual([expect.stringMatching(/^Drop dead/), 'Good morning'])
    expect(office.stored.get(`${last.id} 1`)).toMatchObject({
      item: { kind: 'message', links: ['https://example.org/b'], media: [{ kind: 'image', alt: 'x' }] },
      author: { id: sam.id, handle: 'sam_smith' },
      conversation: {
        id: `messages/${last.conversation}`,
        above: [
          { handle: 'sam_smith', text: 'Good morning' },
          { handle: 'JoHartleyMP', text: 'How can we help?' },
        ],
      },
      link: `https://x.com/messages/${last.conversation}`,
      handle: { conversation: last.conversation, participant: sam.id },
    })
  })

  it('looks again at what it keeps: deleted, closed and edited', async () => {
    const own = x.world.post(mp, 'Hello')
    const robin = x.world.person('robin')
    const kim = x.world.person('kim')
    const posts = [sam, robin, kim].map((who) => x.world.post(who, 'Hm', { replyTo: own }))
    const [stays, closes, deletes] = posts as [Post, Post, Post]
    x.world.message(sam, mp, 'a message is left alone')
    const platform = account()
    const office = service()
    await office.read(platform, 'mentions')
    await office.read(platform, 'messages')
    time += 30 * MINUTE
    const second = x.world.edit(stays, 'Hm!')
    robin.protected = true
    x.world.delete(deletes)
    const first = await office.read(platform, 'again')
    expect(office.itemOf(second)).toMatchObject({ item: { id: stays.id, text: '@JoHartleyMP Hm!' } })
    // X must say it twice.
    expect(office.gone.size).toBe(0)
    expect(first.rest).toEqual({ till: new Date(time + HOUR) })
    time += HOUR
    const page = await office.read(platform, 'again')
    expect(office.gone).toEqual(new Set([closes.id, deletes.id]))
    expect(page.rest).toEqual({ till: new Date('2026-11-25T00:00:00Z') })
    // The next round finds what is left as it was.
    time += DAY
    const { rest } = await office.read(platform, 'again')
    expect(rest).toEqual({ till: new Date('2026-11-26T00:00:00Z') })
    expect(office.gone.size).toBe(2)
  })
})

describe('mentions', () => {
  it('go on after a crash in the middle of a walk, and none is lost or skipped', async () => {
    const robin = x.world.person('robin')
    for (let n = 0; n < 250; n++)
      x.world.post(robin, `number ${n}`, { mentionsTyped: [mp], at: time - HOUR + n * SECOND })
    const office = service()
    const first = await office.step(account(), 'mentions')
    expect(first).toMatchObject({ more: true })
    expect(office.stored.size).toBe(100)
    // Newer ones come in while nobody looks; the new process walks on to the end and then finds them.
    const late = x.world.post(robin, 'in between', { mentionsTyped: [mp] })
    const next = account()
    await office.read(next, 'mentions')
    expect(office.stored.size).toBe(250)
    time += MINUTE
    await office.read(next, 'mentions')
    expect(office.itemOf(late)).toBeDefined()
    expect(office.stored.size).toBe(251)
  })

  /** A hundred threads of a stranger's, and in each somebody who names the account, far from the first post. */
  const strangersThreads = (began: number): void => {
    const robin = x.world.person('robin')
    for (let n = 0; n < 100; n++) {
      const root = x.world.post(robin, `thread ${n}`, { at: began + n })
      const answer = x.world.post(robin, 'and', { replyTo: root, at: began + n })
      x.world.post(sam, 'clown', { replyTo: answer, mentionsTyped: [mp], at: time - HOUR + n })
    }
  }

  it('in threads that strangers began cost no more than others', async () => {
    strangersThreads(time - 5 * HOUR)
    const purse = purseInMemory(now)
    const office = service()
    await office.read(account({ purse }), 'mentions')
    expect(office.stored.size).toBe(100)
    expect(Object.fromEntries(purse.bills)).toEqual({ 'User: Read': 10_000, 'Owned Reads': 100_000 })
  })

  it('in threads older than a week cost twice as much at most, and are read where money ends', async () => {
    strangersThreads(time - 10 * DAY)
    const purse = purseInMemory(now)
    const office = service()
    await office.read(account({ purse }), 'mentions')
    expect(office.stored.size).toBe(100)
    expect(purse.bills.get('Posts: Read')).toBe(100_000)

    // Twelve cents for reading, of which six and a half are left after a page of twenty and the account itself.
    const poor = service()
    const platform = account({ settings: { ceiling: { day: 0.2, month: 60 } } })
    for (let page = 0; page < 20; page++) await poor.step(platform, 'mentions')
    expect(poor.stored.size).toBe(100)
  })

  it('are replies also deep in an old conversation of the account’s own', async () => {
    const own = x.world.post(mp, 'Hello', { at: time - 10 * DAY })
    const answer = x.world.post(sam, 'Hm', { replyTo: own, at: time - 9 * DAY })
    const deeper = x.world.post(sam, 'you clown', { replyTo: answer, mentionsTyped: [mp] })
    const office = service()
    await office.read(account(), 'mentions')
    expect(office.itemOf(deeper)).toMatchObject({ item: { kind: 'reply' }, handle: { own: true } })
  })

  it('whose conversation was not to be seen are looked up again after an hour', async () => {
    const robin = x.world.person('robin')
    const root = x.world.post(robin, 'Hello', { at: time - 10 * DAY })
    const answer = x.world.post(sam, 'Hm', { replyTo: root, at: time - 9 * DAY })
    const name = (text: string): Post => x.world.post(sam, text, { replyTo: answer, mentionsTyped: [mp] })
    const platform = account()
    const office = service()
    robin.protected = true
    name('one')
    await office.read(platform, 'mentions')
    time += 59 * MINUTE
    name('two')
    await office.read(platform, 'mentions')
    expect(callsOf('GET tweets')).toBe(1)
    robin.protected = false
    time += 2 * MINUTE
    const last = name('three')
    await office.read(platform, 'mentions')
    expect(callsOf('GET tweets')).toBe(2)
    expect(office.itemOf(last)?.conversation?.above[0]).toMatchObject({ handle: robin.id, text: 'Hello' })
  })

  it('go back behind the newest 800 by search', async () => {
    const robin = x.world.person('robin')
    const start = time - 2 * DAY
    for (let n = 0; n < 950; n++) x.world.post(robin, `number ${n}`, { mentionsTyped: [mp], at: start + n * MINUTE })
    const office = service()
    await office.read(account(), 'mentions')
    expect(office.stored.size).toBe(950)
    expect(x.reads.some(({ name, query }) => name === 'GET tweets/search/recent' && query['until_id'])).toBe(true)
  })

  it('go back by search for what others pushed out of the newest 800 while a walk was at rest', async () => {
    const robin = x.world.person('robin')
    const write = (count: number): void => {
      for (let n = 0; n < count; n++)
        x.world.post(robin, `${count} and ${n}`, { mentionsTyped: [mp], at: time - HOUR / 2 - n })
    }
    write(600)
    const office = service()
    await office.step(account(), 'mentions')
    expect(office.stored.size).toBe(100)
    time += HOUR
    write(550)
    await office.read(account(), 'mentions')
    time += HOUR
    await office.read(account(), 'mentions')
    expect(office.stored.size).toBe(1150)
  })

  it('go back by search after any walk of several pages, however quick', async () => {
    const robin = x.world.person('robin')
    for (let n = 0; n < 350; n++) x.world.post(robin, `old ${n}`, { mentionsTyped: [mp], at: time - n * SECOND })
    const office = service()
    await office.step(account(), 'mentions')
    for (let n = 0; n < 500; n++) x.world.post(robin, `new ${n}`, { mentionsTyped: [mp], at: time + 1 + n })
    await office.read(account(), 'mentions')
    time += SECOND
    await office.read(account(), 'mentions')
    expect(office.stored.size).toBe(850)
  })

  it('search from a time where the last seen is older than the search reaches', async () => {
    const own = x.world.post(mp, 'Hello', { at: time - DAY })
    const office = service()
    const old = x.world.post(sam, 'clown', { quotes: own, at: time - 20 * HOUR })
    await office.read(account(), 'conversations')
    expect(office.itemOf(old)).toBeDefined()
    time += 8 * DAY
    const later = x.world.post(mp, 'Hello again')
    const recent = x.world.post(sam, 'still a clown', { quotes: later })
    await office.read(account(), 'conversations')
    expect(office.itemOf(recent)).toBeDefined()
    const last = x.reads.filter(({ name }) => name === 'GET tweets/search/recent').at(-1)
    expect(last).toMatchObject({
      status: 200,
      query: { start_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/) },
    })
  })

  it('begin the walk again where X has forgotten the place', async () => {
    for (let n = 0; n < 150; n++)
      x.world.post(sam, `number ${n}`, { mentionsTyped: [mp], at: time - HOUR + n * SECOND })
    const office = service()
    await office.step(account(), 'mentions')
    x.faults.once('GET users/:id/mentions', {
      status: 400,
      body: {
        title: 'Invalid Request',
        detail: 'One or more parameters to your request was invalid.',
        errors: [{ message: 'The `pagination_token` query parameter value [abc] is not valid' }],
      },
    })
    const lost = await office.read(account(), 'mentions')
    expect(lost.rest).toMatchObject({
      till: new Date(time + 15 * MINUTE),
      because: expect.stringMatching(/begins anew/),
    })
    await office.read(account(), 'mentions')
    expect(office.stored.size).toBe(150)
  })

  it('are left for a while where X leads in a circle, what it gave is kept, and it is never the same error for ever', async () => {
    const posts = Array.from({ length: 3 }, (_, n) => x.world.post(sam, `number ${n}`, { mentionsTyped: [mp] }))
    const data = posts.slice(1).map(({ id }) => ({ id, text: 'Hm', author_id: sam.id, conversation_id: id }))
    x.faults.always('GET users/:id/mentions', { status: 200, body: { data, meta: { next_token: 'a' } } })
    const office = service()
    const page = await office.read(account(), 'mentions')
    expect(page.rest?.till).toEqual(new Date(time + 15 * MINUTE))
    expect(office.stored.size).toBe(2)
    x.faults.clear()
    await office.read(account(), 'mentions')
    expect(office.stored.size).toBe(3)
  })

  it('written while their author was closed to others are found on the same day, and nothing is paid for twice', async () => {
    const robin = x.world.person('robin', { protected: true })
    const hidden = x.world.post(robin, 'you clown', { mentionsTyped: [mp], at: time - 10 * MINUTE })
    x.world.post(sam, 'Good morning', { mentionsTyped: [mp] })
    const purse = purseInMemory(now)
    const platform = account({ purse })
    const office = service()
    await office.read(platform, 'mentions')
    const own = x.world.post(mp, 'Hello')
    const quote = x.world.post(robin, 'Look at that', { quotes: own })
    time += 10 * MINUTE
    x.world.post(sam, 'Look', { quotes: own })
    await office.read(platform, 'conversations')
    robin.protected = false
    time += 5 * HOUR
    await office.read(platform, 'mentions')
    await office.read(platform, 'conversations')
    expect(office.stored.size).toBe(2)
    time += HOUR
    await office.read(platform, 'mentions')
    await office.read(platform, 'conversations')
    expect(office.itemOf(hidden)).toBeDefined()
    expect(office.itemOf(quote)).toBeDefined()
    expect(purse.bills.get('Owned Reads')).toBe(3000)
    expect(purse.bills.get('Posts: Read')).toBe(10_000)
  })

  it('that are new do not wait for a long walk back', async () => {
    for (let n = 0; n < 250; n++)
      x.world.post(sam, `number ${n}`, { mentionsTyped: [mp], at: time - HOUR + n * SECOND })
    const platform = account()
    const office = service()
    await office.step(platform, 'mentions')
    time += 20 * MINUTE
    const late = x.world.post(sam, 'now', { mentionsTyped: [mp] })
    const glance = await office.step(platform, 'mentions')
    expect(glance.items).toHaveLength(1)
    expect(office.itemOf(late)).toBeDefined()
    await office.read(platform, 'mentions')
    expect(office.stored.size).toBe(251)
  })

  it('rest and say why where X refuses to search', async () => {
    x.world.post(mp, 'Hello')
    x.faults.always('GET tweets/search/recent', 'clientForbidden')
    const page = await service().read(account(), 'conversations')
    expect(page.rest).toMatchObject({
      till: new Date(time + HOUR),
      because: expect.stringMatching(/refuses to search/),
    })
  })

  it('leave out what others repost and what the account writes itself', async () => {
    const own = x.world.post(mp, 'Hello')
    x.world.repost(sam, own)
    x.world.post(mp, 'and good bye', { replyTo: own, mentionsTyped: [mp] })
    const office = service()
    const platform = account()
    await office.read(platform, 'mentions')
    await office.read(platform, 'conversations')
    expect(office.stored.size).toBe(0)
  })
})

describe('what is stored', () => {
  const LOOKS = 'GET tweets'
  const problem = (type: string): string => `https://api.twitter.com/2/problems/${type}`
  const keeping = async (count: number, platform: Platform) => {
    const posts = Array.from({ length: count }, (_, n) => x.world.post(sam, `number ${n}`, { mentionsTyped: [mp] }))
    const office = service()
    await office.read(platform, 'mentions')
    const failing = (type: string) => ({
      status: 200,
      body: { errors: posts.map(({ id }) => ({ resource_id: id, parameter: 'ids', title: 'x', type: problem(type) })) },
    })
    return { posts, office, failing }
  }

  it.each(['resource-unavailable', 'disallowed-resource'])('is left as it is where X says only: %s', async (type) => {
    const platform = account()
    const { office, failing } = await keeping(3, platform)
    x.faults.always(LOOKS, failing(type))
    for (const end = time + 2 * DAY; time < end; time += HOUR) await office.read(platform, 'again')
    expect(office.gone.size).toBe(0)
    expect(x.reads.filter(({ name }) => name === LOOKS).length).toBeGreaterThan(1)
  })

  it('is gone only if X says so still an hour later', async () => {
    const platform = account()
    const { office, failing, posts } = await keeping(3, platform)
    x.faults.once(LOOKS, failing('resource-not-found'))
    await office.read(platform, 'again')
    time += HOUR
    await office.read(platform, 'again')
    expect(office.gone.size).toBe(0)
    // And not looked at a third time on that day.
    const looks = callsOf(LOOKS)
    time += HOUR
    await office.read(platform, 'again')
    expect(callsOf(LOOKS)).toBe(looks)
    time += DAY
    for (const post of posts) x.world.delete(post)
    await office.read(platform, 'again')
    time += HOUR
    await office.read(platform, 'again')
    expect(office.gone.size).toBe(3)
  })

  it('is not believed to be gone all at once, and staff are told, till half a day has passed', async () => {
    const platform = account()
    const { office, posts } = await keeping(60, platform)
    for (const post of posts) x.world.delete(post)
    const first = await office.step(platform, 'again')
    expect(first.rest).toEqual({
      till: new Date(time + HOUR),
      because: expect.stringMatching(/^X says that 60 posts are gone, .* hardly so/),
    })
    for (const end = time + 11 * HOUR; time < end; time += HOUR) await office.read(platform, 'again')
    expect(office.gone.size).toBe(0)
    time += HOUR
    await office.read(platform, 'again')
    expect(office.gone.size).toBe(60)
  })

  it('and was gone is read back when it can be seen again', async () => {
    const platform = account()
    const { office, posts } = await keeping(2, platform)
    sam.protected = true
    await office.read(platform, 'again')
    time += HOUR
    await office.read(platform, 'again')
    expect(office.gone).toEqual(new Set(posts.map(({ id }) => id)))
    time += DAY
    await office.read(platform, 'again')
    sam.protected = false
    time += DAY
    await office.read(platform, 'again')
    expect(office.gone.size).toBe(0)
    expect(office.stored.size).toBe(2)
  })
})

describe('conversations', () => {
  it('are followed where the account answered in a stranger’s', async () => {
    const theirs = x.world.post(sam, 'Fine weather', { at: time - 2 * HOUR })
    const own = x.world.post(mp, 'It is', { replyTo: theirs, at: time - HOUR })
    const bare = { ...own, author: { ...own.author, handle: 'nobody' } } as Post
    const answer = x.world.post(sam, 'clown', { replyTo: bare })
    const office = service()
    await office.read(account(), 'conversations')
    expect(office.itemOf(answer)).toMatchObject({
      item: { kind: 'mention' },
      conversation: { post: expect.any(String) },
    })
  })

  it('pay for the account’s own posts once, and find those added since', async () => {
    const robin = x.world.person('robin')
    const first = x.world.post(mp, 'one', { at: time - DAY })
    const purse = purseInMemory(now)
    const platform = account({ purse })
    const office = service()
    await office.read(platform, 'conversations')
    time += DAY
    const second = x.world.post(mp, 'two')
    const quotes = [first, second].map((quoted) => x.world.post(robin, 'clown', { quotes: quoted }))
    await office.read(platform, 'conversations')
    expect(office.ids()).toEqual(new Set(quotes.map(({ id }) => id)))
    expect(purse.bills.get('Owned Reads')).toBe(2000)
  })
})

describe('messages', () => {
  it('are followed back over several pages to the last that is known', async () => {
    const platform = account()
    const office = service()
    x.world.message(sam, mp, 'first')
    await office.read(platform, 'messages')
    for (let n = 0; n < 37; n++) x.world.message(sam, mp, `number ${n}`, { at: time + n * SECOND })
    time += 2 * MINUTE
    await office.read(platform, 'messages')
    expect(office.stored.size).toBe(38)
    const sizes = x.reads.filter(({ name }) => name === 'GET dm_events').map(({ query }) => query['max_results'])
    expect(sizes).toEqual(['10', '10', '20', '40'])
  })

  it('that are new do not wait for older ones, and none is skipped for it', async () => {
    const platform = account()
    const office = service()
    for (let n = 0; n < 60; n++) x.world.message(sam, mp, `number ${n}`, { at: time - HOUR + n * SECOND })
    await office.step(platform, 'messages')
    time += 20 * MINUTE
    for (let n = 0; n < 15; n++) x.world.message(sam, mp, `late ${n}`, { at: time - MINUTE + n })
    await office.step(platform, 'messages')
    expect(office.texts()).toContain('late 14')
    expect(office.texts()).not.toContain('number 0')
    await office.read(platform, 'messages')
    time += 2 * MINUTE
    await office.read(platform, 'messages')
    expect(office.stored.size).toBe(75)
  })

  it('are left alone, and their cost saved, where the app may not read them', async () => {
    const platform = accountOn(x, mp, { now, settings: x.credentialsFor(mp, 'read-write') })
    x.world.message(sam, mp, 'unread')
    const page = await service().read(platform, 'messages')
    expect(page).toMatchObject({ items: [], rest: { till: new Date(time + HOUR) } })
    const probe = await platform.probe(signal)
    expect(probe.notes.join('\n')).toMatch(/messages can’t be read/)
    expect(probe.capabilities.redirect).toMatchObject({ message: 'impossible' })
  })
})

describe('the probe', () => {
  it('says who it is, what it may do, and what it may spend', async () => {
    const probe = await account().probe(signal)
    expect(probe).toMatchObject({
      handle: '@JoHartleyMP',
      budget: { currency: 'USD', day: 5_000_000, month: 60_000_000, pricesOf: PRICES_OF },
    })
    expect(probe.notes).toEqual([
      expect.stringMatching(/only Enterprise/),
      expect.stringMatching(/name or quote/),
      expect.stringMatching(/^Serjeant sees only first messages on X\. .* look in the X app every day\.$/),
    ])
  })

  it('says where the keys are another account’s', async () => {
    const platform = accountOn(x, mp, { now, settings: x.credentialsFor(sam) })
    const { notes } = await platform.probe(signal)
    expect(notes[0]).toMatch(/belong to @sam_smith/)
  })
})

it('takes a circle of empty pages for one', () => {
  const began = newWalk({ now } as never, '0')
  let walk: Walk | 'lost' = { ...began, token: 'a' }
  let pages = 0
  for (; walk !== 'lost' && pages < 100; pages++) walk = afterPage(walk, [], pages % 2 === 0 ? 'b' : 'a')
  expect(walk).toBe('lost')
  expect(pages).toBeLessThan(30)
  // And an old page that comes again leads no further back either.
  const further = afterPage({ ...began, oldest: '100', idle: 5 }, ['99'], 'c')
  expect(further).toMatchObject({ token: 'c', oldest: '99', idle: 0 })
  expect(afterPage({ ...began, oldest: '99', idle: 5 }, ['100', '99'], 'c')).toMatchObject({ idle: 6 })
})

it('heeds X’s limits without being told twice', async () => {
  const platform = account()
  const office = service()
  await office.read(platform, 'mentions')
  x.limits.spend('GET users/:id/mentions', mp.id, 300)
  x.world.post(sam, 'hello', { mentionsTyped: [mp] })
  await expect(office.step(platform, 'mentions')).rejects.toMatchObject({
    trouble: 'throttled',
    retryAt: expect.any(Date),
  })
  const calls = x.reads.length
  await expect(office.step(platform, 'mentions')).rejects.toMatchObject({ trouble: 'throttled' })
  expect(x.reads.length).toBe(calls)
  time += 16 * MINUTE
  await office.read(platform, 'mentions')
  expect(office.stored.size).toBe(1)
})

it('takes up X’s other vocabulary the day it comes', async () => {
  const platform = account()
  const office = service()
  x.world.post(sam, 'one', { mentionsTyped: [mp], at: time - MINUTE })
  await office.read(platform, 'mentions')
  await x.speak('post')
  x.world.post(sam, 'two', { mentionsTyped: [mp] })
  await office.read(platform, 'mentions')
  expect(office.texts()).toEqual(['@JoHartleyMP one', '@JoHartleyMP two'])
  const refused = x.reads.filter(({ status }) => status === 400).length
  await office.read(platform, 'mentions')
  expect(x.reads.filter(({ status }) => status === 400).length).toBe(refused)
})

it.each([
  ['a NUL', 'before\0after'],
  ['a lone surrogate', 'half an emoji: \uD83D.'],
  ['right-to-left text and overrides', 'شكراً \u202Eesrever\u202C \u200B\u2066isolated\u2069'],
  ['markup and line breaks', '<img src=x onerror=alert(1)>\r\n\n\t{{7*7}} %00 \\u0000 &amp;lt;'],
])('brings %s through unharmed', async (_, text) => {
  x.world.message(sam, mp, text)
  x.world.post(sam, text, { mentionsTyped: [mp] })
  const office = service()
  const platform = account()
  await office.read(platform, 'messages')
  await office.read(platform, 'mentions')
  expect(office.texts()).toEqual([text, `@JoHartleyMP ${text}`])
})
