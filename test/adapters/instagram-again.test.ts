import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { further, NO_TRAIL, type Trail } from '../../adapters/instagram/trail.ts'
import type { Page } from '../../adapters/platform.ts'
import type { Medium } from '../emulators/meta/instagram.ts'
import { DAY, HOUR, type Office, office, readerOf } from '../support/instagram-office.ts'

/** What is read of Instagram comes to its end where calls are few, answers slow, odd or circular, or the right to read has ended. */

const MINUTE = 60_000
const GONE = { code: 100, error_subcode: 33, type: 'GraphMethodException', message: 'Unsupported get request.' }

let town: Office
let reader: ReturnType<typeof readerOf>
let medium: Medium

beforeEach(async () => {
  town = await office({ engaged: 10_000 })
  reader = readerOf(town.platform)
  medium = town.instagram.publish(town.account, 'At the library')
})
afterEach(async () => {
  await town.platform.close()
  await town.meta.close()
  expect(town.meta.violations).toEqual([])
})

const comment = (text: string, facts?: Parameters<Office['instagram']['comment']>[3], on = medium) =>
  town.instagram.comment(on, town.sam, text, facts)
const many = (count: number, on = medium) =>
  Array.from({ length: count }, (_, n) => comment(`No. ${n}`, { at: town.clock.now - HOUR + n * 1000 }, on))
/** Its comments are looked up by themselves: once a day a fortnight's posts are read, no others. */
const oldPost = () => town.instagram.publish(town.account, 'Long ago', { at: town.clock.now - 40 * DAY })
const lookUps = (id: string): number => town.meta.reads.filter(({ path }) => path === `/${id}`).length
const refused = (error: object) => ({ status: 400, body: { error } })

/** Each call as late as the page before wants it. */
async function patiently(source: string, before?: () => void): Promise<Page> {
  for (let calls = 0; calls < 1000; calls += 1) {
    before?.()
    const page = await reader.once(source)
    if (!page.more) return page
    town.clock.now = Math.max(town.clock.now, page.rest?.till.getTime() ?? 0)
  }
  throw new Error(`${source} never comes to an end`)
}

/** From now on each call takes so long, in milliseconds. */
function slow(each: number): void {
  const [began, calls] = [town.clock.now, town.meta.reads.length]
  Object.defineProperty(town.clock, 'now', { get: () => began + each * (town.meta.reads.length - calls) })
}

describe('what is stored', () => {
  it('is not taken for gone where Instagram shows nothing of it', async () => {
    many(30)
    await reader.read('comments')
    await reader.read('again')
    town.later(DAY)
    // As if the app might no longer read it.
    town.meta.faults.always('GET IGMedia', refused(GONE))
    town.meta.faults.always('GET IGComment', refused(GONE))
    const last = await patiently('again')
    expect(last.rest?.because).toMatch(/hardly so/)
    expect([...reader.gone]).toEqual([])

    town.meta.faults.clear()
    town.instagram.delete(medium.comments[0] ?? comment('There are comments'))
    town.later(DAY)
    await patiently('again')
    expect(reader.gone.size).toBe(1)
  })

  it('is gone where all was deleted but something else is there, be it under no newer post', async () => {
    const said = many(30, oldPost())
    await reader.read('posts')
    for (const one of said.slice(0, 29)) town.instagram.delete(one)
    await patiently('again')
    expect([...reader.gone].sort()).toEqual(
      said
        .slice(0, 29)
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('is looked up for a fortnight, and 500 a day, the others the day after', { timeout: 120_000 }, async () => {
    const said = many(620, oldPost())
    await reader.read('posts')
    const first = await patiently('again')
    expect(first.rest?.because).toMatch(/500/)
    const asked = (): number => said.filter(({ id }) => lookUps(id) > 0).length
    expect(asked()).toBe(500)
    town.later(DAY)
    await patiently('again')
    expect(asked()).toBe(620)
    for (let day = 0; day < 15; day += 1) {
      town.later(DAY)
      await patiently('again')
    }
    const before = town.meta.reads.length
    town.later(DAY)
    await patiently('again')
    expect(town.meta.reads.length - before, 'nothing of it any more').toBeLessThan(5)
  })

  it('is looked up to its end, though that takes more than a day', async () => {
    const said = many(200, oldPost())
    await reader.read('posts')
    for (const one of said.slice(1)) town.instagram.delete(one)
    for (let hours = 0; hours < 120; hours += 5) {
      await reader.once('again')
      town.later(5 * HOUR)
    }
    expect(reader.gone.size).toBe(199)
  })

  it.each([
    ['refused', refused({ code: 10, type: 'OAuthException', message: '(#10) Permission denied' }), 1],
    ['broken', { status: 200, body: [] }, 5],
    ['in trouble', 'transient', 5],
  ] as const)('is all looked up where one is %s', async (_name, fault, times) => {
    // As many others as two calls look up: it is then the first of every call.
    const [odd, ...others] = many(51, oldPost())
    if (!odd) throw new Error('there are comments')
    await reader.read('posts')
    for (const one of others.slice(1)) town.instagram.delete(one)
    const Missing = z.object({ round: z.object({ missing: z.array(z.object({ id: z.string() })) }).nullable() })
    await patiently('again', () => {
      const { data } = Missing.safeParse(reader.cursors.get('again'))
      // A fault strikes the first that is looked up in a call.
      town.meta.faults.clear()
      if (data?.round?.missing[0]?.id === odd.id) town.meta.faults.once('GET IGComment', fault)
    })
    expect(reader.gone.size).toBe(49)
    expect(reader.gone).not.toContain(odd.id)
    expect(lookUps(odd.id)).toBe(times)
  })

  it('goes on from a round that an earlier version had done', async () => {
    reader.cursors.set('again', { since: 0, began: town.clock.now - HOUR, walks: [], after: '7', isDone: true })
    const { more, rest } = await reader.once('again')
    expect(more).toBe(false)
    expect(rest?.till.getTime()).toBe(town.clock.now - HOUR + DAY)
  })
})

describe('what is no longer shown in the middle of a round', () => {
  const Looking = z.object({ round: z.object({ missing: z.array(z.unknown()).nonempty() }) })
  /** The round, with something that happens once it has met all that is there and begins to look up what is not. */
  const round = (happening: () => void): Promise<Page> => {
    let happened = false
    return patiently('again', () => {
      if (happened || !Looking.safeParse(reader.cursors.get('again')).success) return
      happening()
      happened = true
    })
  }
  /** Thirty under a post of today's, the first of them deleted before the day's round. */
  async function oneDeleted(by = town.sam) {
    const said = Array.from({ length: 30 }, (_, n) =>
      town.instagram.comment(medium, by, `No. ${n}`, { at: town.clock.now - HOUR + n * 1000 }),
    )
    const [first, ...others] = said
    if (!first) throw new Error('there are comments')
    await reader.read('comments')
    await reader.read('again')
    town.later(DAY)
    town.instagram.delete(first)
    return { first, others }
  }

  it('is no deletion where the right to read is lost', async () => {
    const { first } = await oneDeleted()
    const last = await round(() => void town.meta.faults.always('GET IGComment', refused(GONE)))
    expect(last.rest?.because).toMatch(/hardly so.*kept/)
    expect([...reader.gone]).toEqual([])
    town.meta.faults.clear()
    town.later(DAY)
    await patiently('again')
    expect([...reader.gone]).toEqual([first.id])
  })

  it('is no deletion where the right comes and goes while nothing by others was met', async () => {
    const said = many(30, oldPost())
    await reader.read('posts')
    // The first looks are refused, and those after them are not.
    await round(() => town.meta.faults.once('GET IGComment', refused(GONE), 25))
    expect(said.filter(({ id }) => lookUps(id) > 1)).toHaveLength(25)
    expect([...reader.gone]).toEqual([])
  })

  it('is a deletion where only its author is restricted, and something by others is there', async () => {
    const ann = town.world.person('Ann')
    const theirs = town.instagram.comment(medium, ann, 'Well said', { at: town.clock.now - HOUR + 500 })
    const { first, others } = await oneDeleted()
    await round(() => town.instagram.restrict(town.account, town.sam))
    expect([...reader.gone]).toEqual([first.id])
    // Instagram gives them to no program any more.
    town.later(DAY)
    await patiently('again')
    expect(reader.gone.size).toBe(30)
    expect(reader.gone).not.toContain(theirs.id)
    town.instagram.unrestrict(town.account, town.sam)
    town.later(DAY)
    await patiently('again')
    expect([...reader.gone]).toEqual([first.id])
    expect(others.every(({ id }) => !reader.gone.has(id))).toBe(true)
  })

  it.each([
    ['is by somebody whom staff restrict', () => town.instagram.restrict(town.account, town.sam)],
    ['stands under a post that is shut away', () => void (medium.ageGated = true)],
  ])('is doubted where all that was met %s', async (_name, happening) => {
    await oneDeleted()
    const last = await round(happening)
    expect(last.rest?.because).toMatch(/hardly so/)
    expect([...reader.gone]).toEqual([])
  })

  it('is a deletion where one post is shut away and something under another is there', async () => {
    const other = comment('Elsewhere', { at: town.clock.now - 2 * HOUR }, town.instagram.publish(town.account, 'Two'))
    const { first } = await oneDeleted()
    await round(() => void (medium.ageGated = true))
    expect([...reader.gone]).toEqual([first.id])
    expect(reader.gone).not.toContain(other.id)
  })

  it.each([true, false])(
    'is believed of a few where nothing else is there as long as the right is held: %s',
    async (held) => {
      const said = many(3)
      await reader.read('comments')
      await reader.read('again')
      town.later(DAY)
      for (const one of said) town.instagram.delete(one)
      const last = await round(() => {
        if (!held) town.grant.scopes.delete('instagram_manage_comments')
      })
      expect(reader.gone.size).toBe(held ? 3 : 0)
      expect(last.rest?.because ?? '').toMatch(held ? /^$/ : /hardly so/)
    },
  )
})

describe('walks', () => {
  it('come to their end where calls are few', async () => {
    const posts = [medium, ...Array.from({ length: 2 }, (_, n) => town.instagram.publish(town.account, `Post ${n}`))]
    for (const post of posts) many(400, post)
    const Open = z.object({ walks: z.array(z.json()) })
    let most = 0
    for (let calls = 0; calls < 144; calls += 1) {
      town.meta.usage.fill(town.page, 'instagram', 80)
      const { cursor } = await reader.once('comments')
      most = Math.max(most, Open.parse(cursor).walks.length)
      comment('And more', { at: town.clock.now })
      town.later(10 * MINUTE)
    }
    expect(reader.ids().length).toBeGreaterThanOrEqual(1200 + 143)
    expect(most).toBeLessThan(10)
  })

  it('go on at an old link as long as Meta knows it', async () => {
    many(900)
    await reader.once('posts')
    await reader.once('posts')
    town.later(20 * MINUTE)
    await patiently('posts', () => town.later(20 * MINUTE))
    expect(reader.ids()).toHaveLength(900)
    expect(town.meta.reads.filter(({ name }) => name === 'GET IGMedia/comments')).toHaveLength(18)
  })

  it('are given up where Meta refuses every further page', async () => {
    many(120)
    await patiently('posts', () => {
      const { data } = z
        .object({ walks: z.tuple([z.object({ next: z.string() })]) })
        .safeParse(reader.cursors.get('posts'))
      town.meta.faults.clear()
      if (data) town.meta.faults.once('GET IGMedia/comments', refused({ code: 100, message: '(#100) Invalid cursor' }))
    })
  })

  it.each([
    ['posts', 'GET IGMedia/comments'],
    ['tags', 'GET IGUser/tags'],
  ] as const)('are given up where Meta leads in a circle: %s', async (source, name) => {
    comment('Here')
    const said = { id: '17900000000009999', text: 'Again', timestamp: new Date(town.clock.now).toISOString() }
    const path = source === 'tags' ? `${town.account.id}/tags` : `${medium.id}/comments`
    const next = `${town.meta.url}/v24.0/${path}?after=x`
    town.meta.faults.always(name, { status: 200, body: { data: [said], paging: { next } } })
    if (source === 'tags') {
      const place = { next, at: town.clock.now, whole: true }
      reader.cursors.set('tags', { since: 0, place })
    }
    const { rest } = await patiently(source)
    expect(rest?.because).toMatch(/does not show/)
    expect(town.meta.reads.filter((one) => one.name === name).length).toBeLessThan(5)
  })

  it('stop none other though one is never understood', async () => {
    const other = town.instagram.publish(town.account, 'Another')
    const here = comment('Here')
    const there = comment('There', {}, other)
    town.meta.faults.once('GET IGMedia', { status: 200, body: [] })
    await patiently('posts')
    expect(reader.ids().sort()).toEqual([here.id, there.id].sort())
  })

  it.each(['comments', 'posts', 'tags'])('hand back in good time what they have read: %s', async (source) => {
    many(600)
    for (let n = 0; n < 300; n += 1)
      town.instagram.publish(town.sam, `Tag ${n}`, { tags: [town.account], at: town.clock.now - HOUR + n })
    await reader.read('mentions')
    slow(10_000)
    for (let more = true, calls = 0; more && calls < 60; calls += 1) {
      const before = town.meta.reads.length
      ;({ more } = await reader.once(source))
      expect(town.meta.reads.length - before).toBeLessThanOrEqual(4)
    }
    expect(reader.ids()).toHaveLength(source === 'tags' ? 300 : 600)
  })

  it('go on from where an earlier version stood', async () => {
    const said = many(200)
    const walk = { under: 'post', id: medium.id, next: null, at: town.clock.now, whole: false, failed: 0 }
    reader.cursors.set('comments', { since: 0, counts: {}, walks: [walk], glanced: town.clock.now })
    await reader.once('comments')
    expect(reader.ids()).toHaveLength(said.length)
    expect(town.meta.reads.map(({ name }) => name)).not.toContain('GET IGUser/media')
  })
})

describe('a circle', () => {
  const page = (n: number) => [{ id: String(n) }]
  /** @returns how many pages were read before it showed */
  function pagesTill(ids: (n: number) => { id: string }[], most: number): number | null {
    let trail: Trail | null = NO_TRAIL
    for (let n = 0; n < most; n += 1) {
      trail = further(trail, ids(n))
      if (trail === null) return n + 1
    }
    return null
  }

  it.each([1, 2, 3, 7, 50])('of %i pages shows, wherever it begins', (length) => {
    for (const before of [0, 1, 10]) {
      const pages = pagesTill((n) => page(n < before ? n : before + ((n - before) % length)), 1000)
      expect(pages).toBeLessThan(5 * (length + before) + 5)
    }
  })

  it('is no long list, nor one with some empty pages', () => {
    expect(pagesTill((n) => (n % 4 === 0 ? page(n) : []), 2000)).toBeNull()
    expect(pagesTill(() => [], 2000)).toBeLessThan(10)
  })
})

describe('mentions', () => {
  it.each([
    ['refused', refused({ code: 10, type: 'OAuthException', message: '(#10) Permission denied' })],
    ['broken', { status: 200, body: [] }],
    ['in trouble', 'transient'],
  ] as const)('are all read where one is %s', async (_name, fault) => {
    const theirs = town.instagram.publish(town.sam, 'Hello')
    const [odd, ...said] = Array.from({ length: 41 }, (_, n) =>
      town.instagram.comment(theirs, town.sam, `${n} @johartleymp`),
    )
    if (!odd) throw new Error('there are mentions')
    await reader.read('mentions')
    for (const { id } of [odd, ...said]) reader.hint('mentions', { media: theirs.id, comment: id })
    const Left = z.object({ left: z.array(z.object({ comment: z.string() })) })
    let calls = 0
    const last = await patiently('mentions', () => {
      const { data } = Left.safeParse(reader.cursors.get('mentions'))
      town.meta.faults.clear()
      if (calls === 0 || data?.left[0]?.comment === odd.id) town.meta.faults.once('GET IGUser', fault)
      calls += 1
    })
    expect(reader.ids().sort()).toEqual(said.map(({ id }) => id).sort())
    if (fault === 'transient') expect(last.rest?.because).toMatch(/for a day/)
  })

  it('are handed back in good time where Meta is slow', async () => {
    const theirs = town.instagram.publish(town.sam, 'Hello')
    const said = Array.from({ length: 20 }, (_, n) => town.instagram.comment(theirs, town.sam, `${n} @johartleymp`))
    await reader.read('mentions')
    for (const { id } of said) reader.hint('mentions', { media: theirs.id, comment: id })
    slow(10_000)
    for (let more = true; more; ) {
      const before = town.meta.reads.length
      ;({ more } = await reader.once('mentions'))
      expect(town.meta.reads.length - before).toBeLessThanOrEqual(4)
    }
    expect(reader.ids()).toHaveLength(20)
  })
})
