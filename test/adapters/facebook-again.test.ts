import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Platform } from '../../adapters/platform.ts'
import { anIncoming, NOON } from '../builders.ts'
import type { Comment, Page } from '../emulators/meta/facebook.ts'
import type { Meta } from '../emulators/meta/index.ts'
import type { Person } from '../emulators/meta/people.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { service } from '../support/x-service.ts'

/** The day's second look: what was edited, missed and deleted, which Facebook tells nobody. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let time: number
/** How long each call takes, in milliseconds. */
let slow: number
let town: Awaited<ReturnType<typeof facebookPage>>
let meta: Meta
let page: Page
let sam: Person
let office: ReturnType<typeof service>
let platform: Platform

beforeEach(async () => {
  time = NOON.getTime()
  slow = 0
  let calls = (): number => 0
  town = await facebookPage(() => time + slow * calls())
  calls = () => town.meta.reads.length
  ;({ meta, page, sam } = town)
  office = service()
  platform = town.account()
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

const now = (): string => new Date(time).toISOString()
const readNew = async (): Promise<void> => {
  for (const source of ['comments', 'posts', 'tagged']) await office.read(platform, source)
}
/** As the service does: every hour, what is new; and the second look whenever it may be due. */
const aDayLater = async (): Promise<void> => {
  time += DAY
  await readNew()
  await office.read(platform, 'again')
}
const lookUps = (): string[] => {
  return meta.reads.map(({ path }) => path).filter((path) => /^\/\d+_\d+$/.test(path))
}
const Cursor = z.object({ round: z.object({ missing: z.array(z.object({ id: z.string() })) }).nullable() })
const missingIn = (cursor: unknown): string[] => (Cursor.parse(cursor).round?.missing ?? []).map(({ id }) => id)
const comments = (count: number, at: number): Comment[] => {
  const post = meta.world.post(page, 'Vote', { at: at - HOUR })
  return Array.from({ length: count }, (_, n) => meta.world.comment(post, sam, `Comment ${n}`, { at: at + n * 1000 }))
}

it('begins a day after the first start, and comes once a day', async () => {
  comments(3, time - HOUR)
  await readNew()
  const calls = meta.reads.length
  const first = await office.read(platform, 'again')
  expect(first).toMatchObject({ items: [], gone: [], more: false, rest: { till: new Date(time + DAY) } })
  time += DAY - MINUTE
  await office.read(platform, 'again')
  expect(meta.reads.length).toBe(calls)
  time += MINUTE
  const second = await office.read(platform, 'again')
  expect(meta.reads.length).toBe(calls + 4)
  expect(second.rest?.till).toEqual(new Date(time + DAY))
  await office.read(platform, 'again')
  expect(meta.reads.length).toBe(calls + 4)
  expect(office.gone).toEqual(new Set())
})

it('finds what was edited below what the other sources still look at', async () => {
  const [old] = comments(300, time - 3 * DAY)
  if (!old) throw new Error('there are comments')
  await readNew()
  await office.read(platform, 'again')
  meta.world.edit(old, 'You clown')
  time += DAY
  await readNew()
  expect(office.texts()).not.toContain('You clown')
  await office.read(platform, 'again')
  expect(office.texts()).toContain('You clown')
  expect(office.ids().size).toBe(300)
})

it('finds what was missed, in whatever order it came to be seen', async () => {
  await readNew()
  await office.read(platform, 'again')
  time += 12 * HOUR
  const own = comments(200, time - HOUR)[0]?.post
  if (!own) throw new Error('there are comments')
  await readNew()
  // Facebook had kept these back till now.
  const late = meta.world.comment(own, sam, 'Kept back', { at: time - HOUR + 1000 })
  const old = meta.world.post(page, 'A year ago', { at: time - 400 * DAY })
  const underOld = meta.world.comment(old, sam, 'Still a clown', { at: time })
  await aDayLater()
  expect(office.ids()).toContain(late.id)
  expect(office.ids()).toContain(underOld.id)
})

it('marks what was deleted as gone, and nothing else', async () => {
  const { world } = meta
  const some = comments(150, time - 3 * HOUR)
  const [first, second] = some
  const own = first?.post
  if (!first || !second || !own) throw new Error('there are comments')
  const answer = world.comment(own, sam, 'Below', { under: first, at: time - HOUR })
  const visit = world.post(page, 'Resign', { by: sam, at: time - HOUR })
  const underVisit = world.comment(visit, sam, 'Now', { at: time - HOUR })
  const tagged = world.tag(page, sam, 'Look', { at: time - HOUR })
  world.hide(second, true)
  await readNew()
  // Messages are told of by the inbox itself.
  office.stored.set('m_1 1', anIncoming({ item: { id: 'm_1', kind: 'message' } }))
  await office.read(platform, 'again')
  world.delete(first)
  world.delete(visit)
  world.delete(tagged)
  await aDayLater()
  expect(office.gone).toEqual(new Set([first.id, answer.id, visit.id, underVisit.id, tagged.id]))
  // Only what was not met is asked about by its id; and one other, whether it is still shown.
  const asked = new Set(lookUps())
  for (const id of office.gone) expect(asked).toContain(`/${id}`)
  expect(asked.size).toBe(office.gone.size + 1)

  const calls = lookUps().length
  await aDayLater()
  expect(lookUps().length).toBe(calls)
})

it('keeps what Facebook still knows by its id, and what it does not tell', async () => {
  const [one, other] = comments(2, time - HOUR)
  const tagged = meta.world.tag(page, sam, 'Look', { at: time - HOUR })
  if (!one || !other) throw new Error('there are comments')
  await readNew()
  await office.read(platform, 'again')
  time += DAY
  const empty = { status: 200, body: { data: [] } }
  meta.faults.once('GET Page/published_posts', empty)
  meta.faults.once('GET Page/feed', empty)
  meta.faults.once('GET Page/tagged', 'denied')
  meta.faults.once('GET Comment', 'denied')
  await office.read(platform, 'again')
  // Of a list that Facebook withholds, nothing could be met.
  expect(lookUps().toSorted()).toEqual([one, other].map(({ id }) => `/${id}`).toSorted())
  expect(office.ids()).toContain(tagged.id)
  expect(office.gone).toEqual(new Set())
})

it('takes nothing for gone where Facebook shows nothing that is stored', async () => {
  const [first] = comments(40, time - HOUR)
  if (!first) throw new Error('there are comments')
  await readNew()
  await office.read(platform, 'again')
  time += DAY
  // As if the app might no longer read what others write.
  const { id } = first.post
  const bare = { status: 200, body: { data: [{ id, created_time: now(), from: { id: page.id } }] } }
  meta.faults.once('GET Page/published_posts', bare)
  meta.faults.once('GET Page/feed', bare)
  const error = { code: 100, error_subcode: 33, type: 'GraphMethodException', message: 'Unsupported get request.' }
  meta.faults.always('GET Comment', { status: 400, body: { error } })
  const last = await office.read(platform, 'again')
  expect(last.rest?.because).toMatch(/hardly so/)
  expect(lookUps()).toEqual([])
  expect(office.gone).toEqual(new Set())
})

it('finds again what was gone and is back', async () => {
  const [one, other] = comments(2, time - HOUR)
  if (!one || !other) throw new Error('there are comments')
  await readNew()
  await office.read(platform, 'again')
  one.deleted = true
  await aDayLater()
  expect(office.gone).toEqual(new Set([one.id]))
  one.deleted = false
  time += DAY
  await office.read(platform, 'again')
  expect(office.gone).toEqual(new Set())
})

it('looks up so many a day and goes on with the others the next', async () => {
  const some = comments(700, time - HOUR)
  const kept = comments(5, time - HOUR)
  await readNew()
  await office.read(platform, 'again')
  for (const one of some) meta.world.delete(one)
  await aDayLater()
  expect(office.gone.size).toBe(500)
  await aDayLater()
  expect(office.gone).toEqual(new Set(some.map(({ id }) => id)))
  for (const { id } of kept) expect(office.gone).not.toContain(id)
})

it('does not ask about what is older than two weeks', async () => {
  const old = comments(30, time - HOUR)
  await readNew()
  for (let day = 0; day < 16; day++) await aDayLater()
  for (const one of old) meta.world.delete(one)
  const calls = lookUps().length
  await aDayLater()
  expect(lookUps().length).toBe(calls)
  const [late] = comments(1, time - HOUR)
  if (!late) throw new Error('there is a comment')
  await aDayLater()
  meta.world.delete(late)
  await aDayLater()
  expect(office.gone).toEqual(new Set([late.id]))
})

it('goes on where a process ended, without taking anything for gone', async () => {
  const some = comments(400, time - HOUR)
  const [first] = some
  if (!first) throw new Error('there are comments')
  await readNew()
  await office.read(platform, 'again')
  meta.world.delete(first)
  time += DAY
  for (let n = 0; n < 4; n++) expect((await office.step(platform, 'again')).more).toBe(true)
  platform = town.account()
  await office.read(platform, 'again')
  expect(office.gone).toEqual(new Set([first.id]))
  // What the ended process had met is met again, not looked up one by one.
  const [asked, ...more] = lookUps()
  expect(asked).toBe(`/${first.id}`)
  expect(more).toHaveLength(1)
})

it('looks up all others where one can’t be looked up, and leaves that one to the next day', async () => {
  const some = comments(41, time - HOUR)
  // The newest was stored first, and comes first.
  const odd = some.at(-1)
  if (!odd) throw new Error('there are comments')
  comments(3, time - HOUR)
  await readNew()
  await office.read(platform, 'again')
  for (const one of some) meta.world.delete(one)
  time += DAY
  await readNew()
  for (let last = await office.step(platform, 'again'), n = 0; last.more; n++) {
    expect(n).toBeLessThan(60)
    time = Math.max(time, last.rest?.till.getTime() ?? 0)
    // A fault strikes what is there.
    odd.deleted = missingIn(last.cursor)[0] !== odd.id
    if (!odd.deleted) {
      meta.faults.once('GET Comment', n % 2 === 0 ? 'unknown' : { status: 200, body: [] })
    }
    last = await office.step(platform, 'again')
  }
  expect(office.gone).toEqual(new Set(some.slice(0, -1).map(({ id }) => id)))
  const looks = meta.reads.filter(({ path }) => path === `/${odd.id}`)
  expect(looks).toHaveLength(5)
  expect((looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0)).toBeGreaterThanOrEqual(4 * MINUTE)
  odd.deleted = true
  await aDayLater()
  expect(office.gone).toContain(odd.id)
})

it('hands back in good time what it has looked up where Facebook is slow', async () => {
  const some = comments(12, time - HOUR)
  comments(3, time - HOUR)
  await readNew()
  await office.read(platform, 'again')
  for (const one of some) meta.world.delete(one)
  time += DAY
  slow = 10_000
  for (let more = true; more; ) {
    const calls = meta.reads.length
    ;({ more } = await office.step(platform, 'again'))
    expect(meta.reads.length - calls).toBeLessThanOrEqual(3)
  }
  expect(office.gone).toEqual(new Set(some.map(({ id }) => id)))
})

describe('what it costs', () => {
  it('is bounded by what is there, not by what was stored', async () => {
    for (let n = 0; n < 40; n++) {
      const post = meta.world.post(page, `Post ${n}`, { at: time - n * 8 * HOUR })
      for (let m = 0; m < 30; m++) meta.world.comment(post, sam, `Comment ${m}`, { at: time - n * 8 * HOUR + m * 1000 })
    }
    await readNew()
    await office.read(platform, 'again')
    const calls = meta.reads.length
    time += DAY
    await office.read(platform, 'again')
    // Four lists, and each post's comments once though two lists name it.
    expect(meta.reads.length - calls).toBeLessThanOrEqual(4 + 40)
  })
})

describe('what is no longer shown in the middle of a round', () => {
  const GONE = { code: 100, error_subcode: 33, type: 'GraphMethodException', message: 'Unsupported get request.' }
  const refused = { status: 400, body: { error: GONE } }
  const begin = async (): Promise<void> => {
    await readNew()
    await office.read(platform, 'again')
    time += DAY
    await readNew()
  }
  /** The round, with something that happens once it has met all that is there and begins to look up what is not. */
  const round = async (happening: () => void): Promise<ReturnType<typeof office.step>> => {
    let happened = false
    for (let n = 0; n < 100; n++) {
      const last = await office.step(platform, 'again')
      if (!last.more) return last
      time = Math.max(time, last.rest?.till.getTime() ?? 0)
      if (!happened && missingIn(last.cursor).length > 0) {
        happening()
        happened = true
      }
    }
    throw new Error('the round never comes to an end')
  }

  it.each([
    ['words it like a deletion', refused],
    ['says so', 'denied'],
  ] as const)('is no deletion where the right to read is lost and Facebook %s', async (_name, fault) => {
    const some = comments(40, time - HOUR)
    await begin()
    for (const one of some.slice(0, 20)) one.deleted = true
    const last = await round(() => void meta.faults.always('GET Comment', fault))
    expect(office.gone).toEqual(new Set())
    if (fault === refused) expect(last.rest?.because).toMatch(/hardly so.*kept/)
    // Nothing more is asked once that is plain.
    if (fault === refused) expect(lookUps().length).toBeLessThanOrEqual(15)

    meta.faults.clear()
    await aDayLater()
    expect(office.gone).toEqual(new Set(some.slice(0, 20).map(({ id }) => id)))
  })

  it('is no deletion where the right is lost while one look is under way, and has come back by the next round', async () => {
    const [first, ...others] = comments(12, time - HOUR)
    if (!first) throw new Error('there are comments')
    await begin()
    first.deleted = true
    for (const one of others) one.deleted = false
    // The look and all that might bear it out, and no more.
    await round(() => meta.faults.once('GET Comment', refused, 6))
    expect(office.gone).toEqual(new Set())
    await aDayLater()
    expect(office.gone).toEqual(new Set([first.id]))
  })

  it('is a deletion where only its author can no longer be seen, and something by others can', async () => {
    const ann = meta.world.person('Ann')
    const [first, ...others] = comments(30, time - HOUR)
    if (!first) throw new Error('there are comments')
    const theirs = [0, 7, 14].map((n) =>
      meta.world.comment(first.post, ann, `Ann ${n}`, { at: time - HOUR + n * 2000 }),
    )
    await begin()
    first.deleted = true
    await round(() => {
      for (const one of others) one.deleted = true
    })
    expect(office.gone).toEqual(new Set([first.id]))
    // Those out of sight are no longer readable, and are back once they are.
    await aDayLater()
    expect(office.gone.size).toBe(30)
    for (const { id } of theirs) expect(office.gone).not.toContain(id)
    for (const one of others) one.deleted = false
    await aDayLater()
    expect(office.gone).toEqual(new Set([first.id]))
  })

  it('is doubted where all that was met is by an author who can no longer be seen', async () => {
    const [first, ...others] = comments(30, time - HOUR)
    if (!first) throw new Error('there are comments')
    await begin()
    first.deleted = true
    const last = await round(() => {
      for (const one of others) one.deleted = true
    })
    expect(last.rest?.because).toMatch(/hardly so/)
    expect(office.gone).toEqual(new Set())
  })

  it('is doubted where all that was met stands under a post that turns private, and believed where not all', async () => {
    const [first] = comments(10, time - HOUR)
    if (!first) throw new Error('there are comments')
    await begin()
    first.deleted = true
    await round(() => {
      first.post.deleted = true
    })
    expect(office.gone).toEqual(new Set())
    first.post.deleted = false
    const [other] = comments(1, time - HOUR)
    if (!other) throw new Error('there is a comment')
    time += DAY
    await readNew()
    await round(() => {
      first.post.deleted = true
    })
    expect(office.gone).toEqual(new Set([first.id]))
  })

  it('is no deletion where what tags the Page is withheld, and goes by what tags it where there is any', async () => {
    const some = comments(10, time - HOUR)
    const tags = ['One', 'Two', 'Three'].map((text) => meta.world.tag(page, sam, text, { at: time - HOUR }))
    await begin()
    const [first, second] = tags
    if (!first || !second) throw new Error('there are tags')
    first.deleted = true
    await round(() => void meta.faults.always('GET PagePost', refused))
    expect(office.gone).toEqual(new Set())
    meta.faults.clear()
    time += DAY
    await readNew()
    meta.faults.once('GET Page/tagged', 'denied')
    await office.read(platform, 'again')
    expect(office.gone).toEqual(new Set())
    await aDayLater()
    expect(office.gone).toEqual(new Set([first.id]))
    expect(some.every(({ id }) => !office.gone.has(id))).toBe(true)
  })

  it('is not borne out by comments that are there where it is what tags the Page that is kept back', async () => {
    comments(3, time - HOUR)
    const [first] = ['One', 'Two'].map((text) => meta.world.tag(page, sam, text, { at: time - HOUR }))
    if (!first) throw new Error('there are tags')
    await readNew()
    comments(2, time - HOUR)
    await begin()
    first.deleted = true
    // The comments are not listed, and are there by their ids: some are looked up before the tag and some after it.
    const empty = { status: 200, body: { data: [] } }
    for (const list of ['GET Page/published_posts', 'GET Page/feed'] as const) meta.faults.once(list, empty)
    await round(() => void meta.faults.always('GET PagePost', refused))
    expect(lookUps().length).toBeGreaterThanOrEqual(6)
    expect(office.gone).toEqual(new Set())
  })

  it.each([true, false])(
    'is believed of a few where nothing else is there as long as the right is held: %s',
    async (held) => {
      const some = comments(3, time - HOUR)
      await begin()
      for (const one of some) one.deleted = true
      const last = await round(() => {
        if (!held) town.grant.scopes.delete('pages_read_user_content')
      })
      expect(office.gone.size).toBe(held ? 3 : 0)
      expect(last.rest?.because ?? '').toMatch(held ? /^$/ : /hardly so/)
    },
  )
})
