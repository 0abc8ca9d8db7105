import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../../src/store/engine/open.ts'
import { log } from '../../../src/store/log.ts'
import { works } from '../../../src/store/works.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const HERON = { title: 'Slow heron', holder: 'D. Penhaligon', text: 'Slow heron on the weir at dawn' }
const BRIDGE = { title: 'The bridge', holder: 'Rose Okafor', text: 'The old bridge has carried carts' }

eachDatabase((open) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('keeps registered texts, and forgets the removed for the judge at once', async () => {
    const { prisma } = database
    const kept = works(prisma)
    expect(kept.present()).toEqual([])
    expect(await kept.add(HERON, 'priya', NOON)).toBe(true)
    expect(await kept.add(BRIDGE, 'priya', new Date(NOON.getTime() + 1))).toBe(true)
    expect(await kept.all()).toMatchObject([BRIDGE, HERON])
    expect(kept.present()).toMatchObject([BRIDGE, HERON])

    // Another process.
    const other = works(prisma)
    await other.load()
    const before = other.present()
    expect(before).toMatchObject([BRIDGE, HERON])
    await other.load()
    expect(other.present()).toBe(before)

    const [bridge] = await kept.all()
    expect(await kept.remove(bridge?.id ?? '', 'tom', NOON)).toBe(true)
    expect(await kept.remove(bridge?.id ?? '', 'tom', NOON)).toBe(false)
    expect(kept.present()).toMatchObject([HERON])
    await other.load()
    expect(other.present()).toMatchObject([HERON])

    const entries = await log(prisma).page(null, 10)
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['work-removed', 'tom'],
      ['work-added', 'priya'],
      ['work-added', 'priya'],
    ])
    expect(await log(prisma).verify()).toMatchObject({ ok: true })
  })

  it('registers a text once, however often it is sent, and again after it was removed', async () => {
    const kept = works(database.prisma)
    const text = { ...HERON, text: 'Sent twice by an impatient thumb' }
    const added = await Promise.all([kept.add(text, 'priya', NOON), kept.add(text, 'tom', NOON)])
    expect(added.sort()).toEqual([false, true])
    const twice = (await kept.all()).filter((row) => row.text === text.text)
    expect(twice).toHaveLength(1)
    await kept.remove(twice[0]?.id ?? '', 'priya', NOON)
    expect(await kept.add(text, 'priya', NOON)).toBe(true)
  })

  it('stores what Postgres can’t, as a stand-in', async () => {
    const kept = works(database.prisma)
    const odd = { title: 'A\0', holder: '\ud800', text: 'NUL \0 and half a letter \udc00' }
    expect(await kept.add(odd, 'priya', NOON)).toBe(true)
    expect(await kept.add(odd, 'priya', NOON)).toBe(false)
    const stored = { title: 'A\u2400', holder: '\ufffd', text: 'NUL \u2400 and half a letter \ufffd' }
    expect(await kept.all()).toContainEqual(expect.objectContaining(stored))
  })
})
