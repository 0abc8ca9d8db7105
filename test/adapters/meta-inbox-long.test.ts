import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../adapters/meta/failure.ts'
import type { Network } from '../../adapters/meta/messages.ts'
import { type Incoming, type Json, PlatformError } from '../../adapters/platform.ts'
import { moment } from '../emulators/meta/call.ts'
import { touchedAt } from '../emulators/meta/inbox.ts'
import type { Person } from '../emulators/meta/people.ts'
import { DAY, HOUR, inboxOn, MINUTE, type Office, soon, textsOf } from '../support/meta-inbox.ts'

/** Where more waits in an inbox than one call can list or read: nothing is lost, and no call is made for nothing. */

const NETWORKS: readonly Network[] = ['facebook', 'instagram']
const SECOND = 1000
/** A call of the source must be over by then. */
const CALL = 60 * SECOND

const isList = ({ path }: { path: string }): boolean => path.endsWith('/conversations')
const isFurther = (from: object): boolean => 'next' in from

/** Somebody for each number, who writes `from <number>`; the last wrote last. */
function crowd(office: Office, from: number, to: number, at = office.clock.now): void {
  for (let n = from; n < to; n++)
    office.receive(office.world.person(`Person ${n}`), `from ${n}`, { at: at - (to - n) * SECOND })
}
const missing = (office: Office, count: number): number[] => {
  const texts = new Set(textsOf([...office.stored.values()]))
  return Array.from({ length: count }, (_, n) => n).filter((n) => !texts.has(`from ${n}`))
}
const leftIn = (office: Office): number =>
  (office.cursor() as { unfinished: { left: unknown[] } }).unfinished.left.length
const openIn = (office: Office): object => (office.cursor() as { unfinished: { open: object } }).unfinished.open
const sinceIn = (office: Office): Record<string, number> => (office.cursor() as { since: Record<string, number> }).since

/** Reads till nothing is left, every call in good time. @returns how many calls of the source it took */
async function readAll(office: Office, by = office.account): Promise<number> {
  for (let calls = 1; calls < 1500; calls++) {
    const began = office.clock.now
    const { more } = await office.once(soon(), by)
    expect(office.clock.now - began).toBeLessThan(CALL)
    if (!more) return calls
  }
  throw new Error('the inbox never comes to an end')
}

describe('a full inbox', () => {
  let office: Office
  beforeEach(async () => {
    office = await inboxOn('facebook')
  })
  afterEach(async () => {
    const { violations, writes, close } = office.meta
    await close()
    expect(violations).toEqual([])
    expect(writes).toEqual([])
  })

  it('is listed once and not anew for each ten that are read', async () => {
    crowd(office, 0, 500)
    await readAll(office)
    expect(missing(office, 500)).toEqual([])
    expect(office.meta.reads.filter(isList).length).toBeLessThan(70)
    expect(leftIn(office)).toBe(0)
  })

  it('is listed once too where calls are few, so that each comes ten minutes after another', async () => {
    crowd(office, 0, 200)
    for (let calls = 0; calls < 20; calls++) {
      await office.once()
      office.later(10 * MINUTE)
    }
    expect(missing(office, 200)).toEqual([])
    // The inbox and what is laid aside, each time no more than its first page.
    expect(office.meta.reads.filter(isList).length).toBeLessThanOrEqual(4 * 20 + 3)
  })

  it('goes on from what an older version has stored, and reads nothing twice', async () => {
    crowd(office, 0, 15)
    await office.read()
    const { start, since, reads } = office.cursor() as { start: number; since: Json; reads: Record<string, Json>[] }
    for (const read of reads) delete read['open']
    office.resume({ start, since, aside: office.clock.now, reads })
    office.stored.clear()
    office.later(MINUTE)
    office.receive(office.sam, 'Hello')
    expect(textsOf(await office.read())).toEqual(['Hello'])
    expect(office.cursor()).toMatchObject({ start })
  })

  it('is listed anew where what was left can’t be understood', async () => {
    crowd(office, 0, 130, office.clock.now - 5 * HOUR)
    const slow = office.reading(() => office.later(15 * SECOND))
    await office.once(soon(), slow)
    const { reads, unfinished, ...cursor } = office.cursor() as {
      reads: Record<string, Json>[]
      unfinished: { left: { conversation: { id: string }; mark: string; updated: number }[]; open: Json }
    }
    expect(unfinished.open).not.toEqual({})
    // Somebody on the first page was read already: there a glance ends.
    const { conversation, mark, updated } = unfinished.left.reduce((a, b) => (a.updated > b.updated ? a : b))
    const read = { ...reads[0], id: conversation.id, mark, updated }
    const [odd, ...left] = unfinished.left.filter((one) => one.mark !== mark)
    office.resume({
      ...cursor,
      reads: [...reads, read],
      unfinished: { ...unfinished, left: [{ ...odd, mark: null }, ...left] },
    })
    await readAll(office)
    expect(missing(office, 130)).toEqual([129])
  })

  it('is listed on where its pages were too slow, in calls that end in time', async () => {
    // Of a thousand conversations all have been read but the one at the very end.
    crowd(office, 0, 1000, office.clock.now - 2 * HOUR)
    const since = office.clock.now - DAY
    const reads = office.world.inbox.of(office.side).flatMap((one): Json[] => {
      const updated = touchedAt(one)
      const mark = `${moment(updated)} ${one.messages.length}`
      const read = { id: one.id, folder: 'inbox', mark, updated, at: office.clock.now, failing: null }
      return one.messages[0]?.text === 'from 0' ? [] : [{ ...read, till: updated, last: null, theirs: [] }]
    })
    office.resume({ start: since, since: { inbox: since }, aside: 0, reads })
    const began = office.clock.now
    const calls = await readAll(
      office,
      office.reading(() => office.later(3 * SECOND)),
    )
    expect(textsOf([...office.stored.values()])).toEqual(['from 0'])
    expect(openIn(office)).toEqual({})
    expect(calls).toBeGreaterThan(2)
    // Twenty pages; for each call once more the first; and what is laid aside.
    expect(office.meta.reads.filter(isList).length).toBeLessThanOrEqual(20 + calls + 3)
    // What came late into the part that was listed first is not done with.
    expect(sinceIn(office)['inbox']).toBe(began - 2 * HOUR)
    office.later(3 * HOUR)
    await readAll(office)
    expect(sinceIn(office)['inbox']).toBe(office.clock.now - 2 * HOUR)
  })

  it('is read though one page takes twenty seconds', async () => {
    crowd(office, 0, 120)
    const slow = office.reading(() => office.later(19 * SECOND))
    await readAll(office, slow)
    expect(missing(office, 120)).toEqual([])
  })

  it('is listed from the top where Meta no longer knows the place', async () => {
    crowd(office, 0, 130)
    const slow = office.reading(() => office.later(15 * SECOND))
    await office.once(soon(), slow)
    expect(openIn(office)).toMatchObject({ inbox: { pages: 2 } })
    let stale = 0
    const forgetful = office.reading((from) => {
      if (!isFurther(from) || stale > 0) return
      stale++
      throw new Refusal('invalid', 100)
    })
    office.later(5 * HOUR)
    await readAll(office, forgetful)
    expect(stale).toBe(1)
    expect(missing(office, 130)).toEqual([])
  })

  it('loses none of what it had listed where Meta no longer knows the place in a folder that is laid aside', async () => {
    crowd(office, 0, 60, office.clock.now - 2 * DAY)
    for (const conversation of office.world.inbox.of(office.side)) conversation.folder = 'spam'
    let stale = 0
    const forgetful = office.reading((from) => {
      if (isFurther(from) && stale++ === 0) throw new Refusal('invalid', 100)
    })
    expect((await office.once(soon(), forgetful)).items).toEqual([])
    office.later(HOUR)
    await readAll(office, forgetful)
    expect(missing(office, 60)).toEqual([])
  })

  it('is read from the top where a page further down does not come, and says so', async () => {
    crowd(office, 0, 120)
    const broken = office.reading((from) => {
      if (isFurther(from)) throw new PlatformError('unavailable', 'Meta could not be reached.')
    })
    const { items, rest, more } = await office.once(soon(), broken)
    expect(items).toHaveLength(10)
    expect(more).toBe(false)
    expect(rest).toEqual({ till: new Date(office.clock.now + MINUTE), because: 'Meta could not be reached.' })
    for (let calls = 0; calls < 6; calls++) {
      office.later(MINUTE)
      await office.once(soon(), broken)
    }
    expect(missing(office, 120)).toEqual(Array.from({ length: 70 }, (_, n) => n))
    // Even if that place leads nowhere for ever.
    const { next } = (openIn(office) as { inbox: { next: string } }).inbox
    const dead = office.reading((from) => {
      if ('next' in from && from.next === next) throw new PlatformError('unavailable', 'Meta could not be reached.')
    })
    office.later(2 * DAY)
    office.receive(office.sam, 'Hello')
    for (let calls = 0; calls < 2; calls++) await readAll(office, dead)
    expect(missing(office, 120)).toEqual([])
  })

  it('has more listed than the first page where more than that came meanwhile', async () => {
    crowd(office, 0, 60)
    await office.once()
    office.later(10 * MINUTE)
    crowd(office, 60, 200)
    await office.once()
    expect(leftIn(office)).toBe(200 - 20)
    await readAll(office)
    expect(missing(office, 200)).toEqual([])
  })

  it('lets nobody lose their turn by writing once more', async () => {
    crowd(office, 0, 25)
    office.receive(office.sam, 'I want to end my life')
    for (let calls = 0; calls < 3; calls++) {
      await office.once()
      office.later(MINUTE)
      crowd(office, 100 * (calls + 1), 100 * (calls + 1) + 10)
      office.receive(office.sam, 'Please')
    }
    expect(textsOf([...office.stored.values()])).toContain('I want to end my life')
  })

  it('loses no first message of somebody who wrote twice while the service stood still', async () => {
    office.receive(office.world.person('Ann Other'), 'Before')
    await office.read()
    const stop = office.clock.now
    office.receive(office.sam, 'The first', { at: stop + 10 * MINUTE })
    crowd(office, 0, 12, stop + 3 * HOUR)
    office.receive(office.sam, 'The second', { at: stop + 3 * HOUR + MINUTE })
    office.later(4 * HOUR)
    await office.read()
    expect(textsOf([...office.stored.values()])).toEqual(expect.arrayContaining(['The first', 'The second']))
  })

  it('is listed to its end while one conversation can’t be read, and that one is not done with', async () => {
    const unreadable = office.receive(office.sam, 'Unreadable for now').conversation.id
    const broken = office.reading((from) => {
      if ('path' in from && from.path === `${unreadable}/messages`)
        throw new PlatformError('unavailable', 'Meta could not be reached.')
    })
    await office.once(soon(), broken)
    office.later(4 * HOUR)
    crowd(office, 0, 60)
    for (let calls = 0; calls < 8; calls++) {
      await office.once(soon(), broken)
      office.later(MINUTE)
    }
    expect(missing(office, 60)).toEqual([])
    // It comes late into the list, far below its first page.
    office.receive(office.world.person('Late'), 'Late', { at: office.clock.now - HOUR })
    for (let calls = 0; calls < 8; calls++) {
      await office.once(soon(), broken)
      office.later(MINUTE)
    }
    expect(textsOf([...office.stored.values()])).toContain('Late')
    // Whatever else is lost of the cursor: it is listed again.
    const cursor = office.cursor() as Record<string, Json>
    office.resume({ ...cursor, unfinished: null })
    expect(textsOf(await office.read())).toContain('Unreadable for now')
  })

  it('does not give up at once what could not be looked at again long ago', async () => {
    office.receive(office.sam, 'Hello')
    await office.read()
    office.later(5 * MINUTE)
    office.meta.faults.once('GET UnifiedThread/messages', 'unknown')
    await office.once()
    office.later(40 * HOUR)
    office.receive(office.sam, 'Once more')
    office.meta.faults.once('GET UnifiedThread/messages', 'unknown')
    expect((await office.once()).items).toEqual([])
    office.later(MINUTE)
    expect(textsOf(await office.read())).toEqual(['Once more'])
  })
})

describe.each(NETWORKS)('a long conversation on %s', (network) => {
  let office: Office
  beforeEach(async () => {
    office = await inboxOn(network)
  })
  afterEach(async () => {
    const { violations, close } = office.meta
    await close()
    expect(violations).toEqual([])
    expect(office.gone.size).toBe(0)
  })

  /** How many messages the items that stand for several say there are. */
  const unshown = (items: readonly Incoming[]): number =>
    textsOf(items).reduce((sum, text) => sum + Number(/^\[(\d+) messages came/.exec(text)?.[1] ?? 0), 0)

  it('is read on where it takes too long, and holds nobody up', async () => {
    for (const text of ['Hello', 'in the same second']) office.receive(office.sam, text)
    await office.read()
    const at = office.clock.now
    for (let n = 0; n < 400; n++) office.receive(office.sam, `Burst ${n}`, { at: at + (n + 1) * SECOND })
    office.later(HOUR)
    crowd(office, 0, 12)
    const slow = office.reading(() => office.later(3 * SECOND))
    await office.once(soon(), slow)
    office.receive(office.sam, 'Meanwhile', { at: office.clock.now })
    await office.once(soon(), slow)
    expect(missing(office, 12).length).toBeLessThan(8)
    await readAll(office, slow)
    expect(missing(office, 12)).toEqual([])
    const items = [...office.stored.values()]
    expect(textsOf(items)).toEqual(expect.arrayContaining(['Meanwhile', 'Burst 399', 'Burst 380']))
    expect(unshown(items)).toBe(380)
    const { size } = office.stored
    office.later(3 * MINUTE)
    await readAll(office)
    expect(office.stored.size).toBe(size)
  })

  it('is read from its newest message on where Meta no longer knows the place', async () => {
    office.receive(office.sam, 'Hello')
    await office.read()
    const at = office.clock.now
    for (let n = 0; n < 300; n++) office.receive(office.sam, `Burst ${n}`, { at: at + (n + 1) * SECOND })
    office.later(HOUR)
    await office.once(
      soon(),
      office.reading(() => office.later(4 * SECOND)),
    )
    expect(office.cursor()).toMatchObject({ reads: [{ open: { pages: 3 }, mark: '' }] })
    let stale = 0
    const forgetful = office.reading((from) => {
      if (isFurther(from) && stale++ === 0) throw new Refusal('invalid', 100)
    })
    await readAll(office, forgetful)
    expect(stale).toBeGreaterThan(1)
    expect(textsOf([...office.stored.values()])).toContain('Burst 280')
    expect(unshown([...office.stored.values()])).toBeGreaterThanOrEqual(280)
  })

  it('has its messages looked up one after another where that takes long, and they stay as they were', async () => {
    const sent = Array.from({ length: 9 }, (_, n) =>
      office.receive(office.sam, '', { at: office.clock.now - n * SECOND, pictures: ['pixel'] }),
    )
    const from = { id: office.idOf(office.sam), name: 'Sam', username: 'sam' }
    const data = sent.map(({ id, at }) => ({ id, created_time: new Date(at).toISOString(), from, message: '' }))
    office.meta.faults.always('GET UnifiedThread/messages', { status: 200, body: { data } })
    await readAll(
      office,
      office.reading(() => office.later(5 * SECOND)),
    )
    const all = (): Incoming[] => [...office.stored.values()]
    expect(all()).toHaveLength(9)
    expect(all().map(({ item }) => item.media[0]?.kind)).toEqual(Array.from({ length: 9 }, () => 'image'))
    office.later(5 * MINUTE)
    await readAll(office)
    expect(all()).toHaveLength(9)
  })
})

describe('an inbox that is killed, slow and full', () => {
  type Happening =
    | { is: 'crowd'; size: number; ago: number; aside: boolean }
    | { is: 'write'; who: number }
    | { is: 'pass'; ms: number }
    | { is: 'fetch'; ms: number; killAfter: number }

  const happening: fc.Arbitrary<Happening> = fc.oneof(
    fc.record({
      is: fc.constant('crowd' as const),
      size: fc.integer({ min: 1, max: 120 }),
      ago: fc.integer({ min: 0, max: 90 * MINUTE }),
      aside: fc.boolean(),
    }),
    fc.record({ is: fc.constant('write' as const), who: fc.nat(400) }),
    fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(MINUTE, 11 * MINUTE, 3 * HOUR, 30 * HOUR) }),
    {
      weight: 4,
      arbitrary: fc.record({
        is: fc.constant('fetch' as const),
        ms: fc.constantFrom(0, 1000, 6000, 15_000),
        /** Most of them live. */
        killAfter: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constant(Infinity)),
      }),
    },
  )

  it('loses nothing, whatever happens in between', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NETWORKS), fc.array(happening, { maxLength: 25 }), async (network, all) => {
        const office = await inboxOn(network)
        try {
          const people: Person[] = []
          const written: string[] = []
          const write = (person: Person, at: number): void => {
            const text = `message ${written.length}`
            office.receive(person, text, { at })
            written.push(text)
          }
          await office.once()
          for (const one of all) {
            if (one.is === 'pass') office.later(one.ms)
            else if (one.is === 'write') {
              const person = people[one.who]
              if (person) write(person, office.clock.now)
            } else if (one.is === 'crowd') {
              for (let n = 0; n < one.size; n++) {
                const person = office.world.person(`Person ${people.length}`)
                people.push(person)
                write(person, office.clock.now - one.ago - n * SECOND)
                const conversation = office.world.inbox.between(office.side, person)
                if (conversation && one.aside && n % 2 === 0) conversation.folder = 'spam'
              }
            } else {
              let reads = 0
              const by = office.reading(() => {
                if (++reads > one.killAfter) throw new Error('killed')
                office.later(one.ms)
              })
              await office.once(soon(), by).catch((error: unknown) => expect(String(error)).toContain('killed'))
            }
            office.later(SECOND)
          }
          office.later(11 * MINUTE)
          await readAll(office)
          office.later(11 * MINUTE)
          await readAll(office)
          const texts = new Set(textsOf([...office.stored.values()]))
          expect(written.filter((text) => !texts.has(text))).toEqual([])
          expect([leftIn(office), openIn(office)]).toEqual([0, {}])
          expect(office.meta.violations).toEqual([])
        } finally {
          await office.meta.close()
        }
      }),
      { numRuns: 15 },
    )
  })
})
