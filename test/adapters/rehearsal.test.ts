import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32, inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type Incoming,
  type Json,
  type Order,
  type Outcome,
  type Platform,
  PlatformError,
  type Vault,
} from '../../adapters/platform.ts'
import { rehearsal } from '../../adapters/rehearsal/index.ts'
import { Deed, deedKey } from '../../adapters/rehearsal/ledger.ts'
import { EMOJI, OBFUSCATED, RISK, THREAT } from '../../adapters/rehearsal/lines.ts'
import { createStreet, type Street } from '../../adapters/rehearsal/street.ts'
import { nothingStored, purseInMemory } from '../support/means.ts'
import { type Harness, platformContract } from './platform.contract.ts'

const NOON = Date.UTC(2026, 10, 24, 12)
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const folder = mkdtempSync(path.join(tmpdir(), 'rehearsal-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newJournal = () => path.join(folder, `journal-${(files += 1)}.jsonl`)

function vaultInMemory(): Vault & { stored: Json } {
  const vault = {
    stored: null as Json,
    read: async () => vault.stored,
    update: async (change: (stored: Json) => Promise<Json>) => (vault.stored = await change(vault.stored)),
  }
  return vault
}

/** A clock that the test moves. */
function clockAt(time: number) {
  const clock = { time, now: () => new Date(clock.time) }
  return clock
}

function accountOn(street: Street, now: () => Date, vault: Vault = vaultInMemory()): Platform {
  return street.kind.create({ handle: '@JoHartleyMP', settings: {}, vault, purse: purseInMemory(), now })
}

const signal = () => new AbortController().signal
const known = async () => new Set<string>()

/** One source to its end, from a cursor. */
async function readSource(platform: Platform, source: string, cursor: Json) {
  const items: Incoming[] = []
  const gone: string[] = []
  for (;;) {
    const page = await platform.fetch({ source, cursor, known, stored: nothingStored, hints: [], signal: signal() })
    items.push(...page.items)
    gone.push(...page.gone)
    cursor = page.cursor
    if (!page.more) return { items, gone, cursor }
  }
}

const keyOf = ({ item, revision }: Incoming) => `${item.id} ${revision}`

let orders = 0
function orderFor(platform: Platform, action: Order['action'], target: Incoming, rest: Partial<Order> = {}): Order {
  const { item, author, revision, handle } = target
  const order: Order = {
    id: `order-${(orders += 1)}`,
    action,
    undo: false,
    item: { id: item.id, kind: item.kind, revision, handle },
    author: author && { id: author.id, handle: author.handle },
    prepared: null,
    receipt: null,
    attempt: 1,
    ...rest,
  }
  return { ...order, prepared: platform.prepare(order) }
}

async function hear(platform: Platform, id: string): Promise<Incoming> {
  for (const { name } of platform.sources) {
    const { items } = await readSource(platform, name, null)
    const found = items.find(({ item }) => item.id === id)
    if (found) return found
  }
  throw new Error('not heard')
}

/** What stands by a list of deeds, as the file or the vault holds them. */
function countIn(deeds: Deed[], order: Order): number {
  const standing = new Map<string, Deed>()
  for (const deed of deeds) {
    if (deed.undo) standing.delete(deedKey(deed))
    else standing.set(deedKey(deed), deed)
  }
  const target = ['mute', 'block'].includes(order.action) ? order.author?.id : order.item?.id
  return [...standing.values()].filter((deed) => deed.action === order.action && (deed.to ?? deed.target) === target)
    .length
}

const deedsIn = (journal: string): Deed[] =>
  readFileSync(journal, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .filter(Boolean)
    .map((line) => Deed.parse(JSON.parse(line)))

function harness(street: Street, deeds: () => Deed[], vault: Vault): Harness {
  // Every look at the clock takes a while, so that the street goes on talking through the contract.
  const clock = clockAt(NOON)
  const platform = accountOn(street, () => new Date((clock.time += 900)), vault)
  return {
    platform,
    kinds: ['reply', 'mention', 'quote', 'message'],
    say: async (kind, text) => street.say(kind, text),
    unsay: async (id) => street.erase(id),
    sayPicture: async () => street.say('reply', 'Look at this', { alt: 'A pothole' }),
    ownPost: async () => {
      const order = orderFor(platform, 'redirect', await hear(platform, street.say('reply', 'Who do I ring?')))
      const outcome = await platform.perform(order, signal())
      const { target } = Deed.pick({ target: true }).parse(outcome.is === 'done' ? outcome.receipt : null)
      return { id: target, kind: 'reply', revision: 'first', handle: null }
    },
    effects: async (order) => countIn(deeds(), order),
    troubled: async (trouble) => {
      const troubled = createStreet()
      for (const call of ['probe', 'fetch', 'perform', 'image'] as const) troubled.fail(call, trouble, Infinity)
      return accountOn(troubled, clock.now, vault)
    },
    close: async () => {},
  }
}

platformContract('rehearsal', async () => {
  const vault = vaultInMemory()
  return harness(createStreet(), () => Deed.array().parse(vault.stored ?? []), vault)
})

describe('with a journal', () => {
  platformContract('rehearsal', async () => {
    const journal = newJournal()
    return harness(createStreet({ journal, quiet: true }), () => deedsIn(journal), vaultInMemory())
  })
})

describe('the street', () => {
  it('is the same for the same seed and time, however often and in whatever steps it is read', async () => {
    const Steps = fc.array(fc.integer({ min: 0, max: 50 * MINUTE }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.nat(999), fc.nat(DAY), Steps, async (seed, since, steps) => {
        const total = steps.reduce((sum, step) => sum + step, 0)
        const walk = async (source: string, stops: number[]) => {
          const clock = clockAt(NOON + since)
          let cursor: Json = null
          const heard: string[] = []
          for (const stop of [0, ...stops]) {
            clock.time += stop
            // A new street each time: what it says can't rest on what it said.
            const read = await readSource(accountOn(createStreet({ seed }), clock.now), source, cursor)
            heard.push(...read.items.map((one) => JSON.stringify(one)), ...read.gone)
            cursor = read.cursor
          }
          return heard.sort()
        }
        for (const source of ['replies', 'messages', 'reconcile'])
          expect(await walk(source, steps)).toEqual(await walk(source, [total]))
      }),
      { numRuns: 25 },
    )
  })

  it('greets with about forty items of the last day, with something of everything', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const clock = clockAt(NOON + seed * 7_777_777)
      const platform = accountOn(createStreet({ seed }), clock.now)
      const { items: replies } = await readSource(platform, 'replies', null)
      const { items: messages } = await readSource(platform, 'messages', null)
      const all = [...replies, ...messages]
      expect(all.length).toBeGreaterThan(34)
      expect(all.length).toBeLessThan(46)
      for (const { item } of all) {
        expect(item.writtenAt.getTime()).toBeLessThanOrEqual(clock.time)
        expect(item.writtenAt.getTime()).toBeGreaterThan(clock.time - DAY * 2)
      }
      expect(messages.length).toBeGreaterThan(2)
      const by = groupBy(all, ({ author }) => author?.id)
      expect(Math.max(...[...by.values()].map((mine) => mine.length)), 'one person’s flood').toBeGreaterThan(2)
      expect(all.some(({ author }) => author?.displayName?.startsWith('Jo Hartley MP'))).toBe(true)
      expect(new Set(all.map(({ item }) => item.text)).size, 'a campaign of many').toBeLessThan(all.length)
      for (const [what, words] of Object.entries({ THREAT, OBFUSCATED, EMOJI }))
        expect(
          replies.some(({ item }) => words.includes(item.text)),
          what,
        ).toBe(true)
      expect(messages.some(({ item }) => RISK.includes(item.text))).toBe(true)
    }
  })

  it('goes on for 10,000 minutes: no name twice, no growth, about three items a minute', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const clock = clockAt(NOON)
    const platform = accountOn(createStreet(), clock.now)
    const cursors = new Map<string, Json>()
    const keys = new Set<string>()
    const handles = new Map<string, string>()
    let items = 0
    let gone = 0
    let edited = 0
    const heap: number[] = []
    for (let minute = 0; minute <= 10_000; minute += 1) {
      clock.time = NOON + minute * MINUTE
      for (const { name } of platform.sources) {
        const read = await readSource(platform, name, cursors.get(name) ?? null)
        cursors.set(name, read.cursor)
        items += read.items.length
        gone += read.gone.length
        edited += read.items.filter(({ revision }) => revision !== 'first').length
        // The names are kept as numbers of the test's own, outside what is measured below.
        for (const one of read.items) keys.add(keyOf(one))
        // A day is enough to see that no two people share a handle.
        if (minute > 1_440) continue
        for (const { author } of read.items) {
          if (author) expect(handles.get(author.handle) ?? author.id).toBe(author.id)
          if (author) handles.set(author.handle, author.id)
        }
      }
      if (minute % 2_500 === 0) {
        collect()
        heap.push(process.memoryUsage().heapUsed)
      }
    }
    expect(keys.size).toBe(items)
    expect(items).toBeGreaterThan(28_000)
    expect(items).toBeLessThan(34_000)
    expect(gone).toBeGreaterThan(500)
    expect(edited).toBeGreaterThan(300)
    // 30,000 names of the test itself are about four megabytes; the street adds nothing to them.
    expect((heap.at(-1) ?? 0) - (heap[1] ?? 0)).toBeLessThan(8_000_000)
  })

  it('keeps to invented telephone numbers and example domains', async () => {
    const clock = clockAt(NOON)
    const platform = accountOn(createStreet({ everySeconds: 1 }), clock.now)
    const { cursor } = await readSource(platform, 'replies', null)
    clock.time += 120 * MINUTE
    for (const { item, author, link } of (await readSource(platform, 'replies', cursor)).items) {
      for (const [number] of item.text.matchAll(/\b0\d{4} \d{6}\b/g))
        expect(number).toMatch(/^(01632 960|07700 900)\d{3}$/)
      for (const url of [...item.links, link])
        expect(new URL(url).hostname).toMatch(/\.example(\.(com|net|org))?$|^example\./)
      expect(author?.handle).toMatch(/^[a-z0-9-]+\.street\.example$/)
      expect(item.text).not.toMatch(/[{}]/)
    }
  })
})

describe('what is done to the street', () => {
  it('lasts: a blocked person stops writing, a muted one does not, and a restart changes neither', async () => {
    const clock = clockAt(NOON)
    const vault = vaultInMemory()
    const before = accountOn(createStreet({ everySeconds: 1 }), clock.now, vault)
    const first = await readSource(before, 'replies', null)
    const later = async (platform: Platform) => {
      const { items } = await readSource(platform, 'replies', first.cursor)
      return new Set(items.map(({ author }) => author?.id))
    }
    clock.time += 60 * MINUTE
    const [blocked, muted] = (await readSource(before, 'replies', first.cursor)).items.filter(({ author }) =>
      author?.id.includes('neighbour'),
    )
    if (!blocked?.author || !muted?.author) throw new Error('nobody wrote')
    clock.time = NOON
    const order = orderFor(before, 'block', blocked)
    expect(await before.perform(order, signal())).toMatchObject({ is: 'done' })
    expect(await before.perform(orderFor(before, 'mute', muted), signal())).toMatchObject({ is: 'done' })
    clock.time += 60 * MINUTE
    const after = accountOn(createStreet({ everySeconds: 1 }), clock.now, vault)
    for (const platform of [before, after]) {
      const writers = await later(platform)
      expect(writers.has(blocked.author.id)).toBe(false)
      expect(writers.has(muted.author.id)).toBe(true)
    }
    expect(await after.perform({ ...order, attempt: 2 }, signal())).toMatchObject({ is: 'already-done' })
    expect(await after.perform({ ...order, id: 'undo', undo: true }, signal())).toMatchObject({ is: 'done' })
    expect((await later(after)).has(blocked.author.id)).toBe(true)
  })

  it('is in the journal once, whatever happens in between', async () => {
    const journal = newJournal()
    const street = createStreet({ journal })
    const platform = accountOn(street, clockAt(NOON).now)
    const [target] = (await readSource(platform, 'replies', null)).items
    if (!target) throw new Error('nobody wrote')
    const order = orderFor(platform, 'redirect', target)
    street.fail('perform', 'lost-answer')
    expect(await platform.perform(order, signal())).toMatchObject({ is: 'unconfirmed' })
    expect((await street.standing()).size).toBe(1)
    appendFileSync(journal, '{"order":"torn in the mid')

    const restarted = accountOn(createStreet({ journal }), clockAt(NOON).now)
    expect(await restarted.perform({ ...order, attempt: 2 }, signal())).toMatchObject({ is: 'already-done' })
    expect(await restarted.perform(orderFor(restarted, 'hide', target), signal())).toMatchObject({ is: 'done' })
    expect(deedsIn(journal).map(({ action }) => action)).toEqual(['redirect', 'hide'])
  })

  it('never sends two letters for one order, even asked twice at once', async () => {
    const street = createStreet({ quiet: true, journal: newJournal() })
    const platform = accountOn(street, clockAt(NOON).now)
    const order = orderFor(platform, 'warn', await hear(platform, street.say('reply', 'You muppet')))
    const outcomes = await Promise.all([1, 2, 3].map((attempt) => platform.perform({ ...order, attempt }, signal())))
    expect(outcomes.map(({ is }) => is).sort()).toEqual(['already-done', 'already-done', 'done'])
    expect((await street.standing()).size).toBe(1)
  })

  it('writes to nobody who is blocked, and deletes nothing that others wrote', async () => {
    const street = createStreet({ quiet: true })
    const platform = accountOn(street, clockAt(NOON).now)
    const target = await hear(platform, street.say('reply', 'Good morning'))
    expect(await platform.perform(orderFor(platform, 'delete-own', target), signal())).toMatchObject({ is: 'refused' })
    await platform.perform(orderFor(platform, 'block', target), signal())
    expect(await platform.perform(orderFor(platform, 'redirect', target), signal())).toMatchObject({ is: 'refused' })
  })
})

describe('what is said by hand', () => {
  it('is edited and erased like anything else', async () => {
    const street = createStreet({ quiet: true })
    const platform = accountOn(street, clockAt(NOON).now)
    const id = street.say('reply', 'You are a disgrase')
    const first = await readSource(platform, 'replies', null)
    street.edit(id, 'You are a disgrace')
    const second = await readSource(platform, 'replies', first.cursor)
    expect(second.items.map(({ item }) => [item.id, item.text])).toEqual([[id, 'You are a disgrace']])
    expect(second.items.map(keyOf)).not.toEqual(first.items.map(keyOf))
    street.erase(id)
    expect((await readSource(platform, 'reconcile', null)).gone).toEqual([id])
    expect(() => street.edit(id, 'No, really')).toThrow('nobody said')
  })

  it('is heard by a cursor that another street wrote', async () => {
    const clock = clockAt(NOON)
    const before = createStreet({ quiet: true })
    before.say('reply', 'Said before the restart')
    const { cursor } = await readSource(accountOn(before, clock.now), 'replies', null)
    const after = createStreet({ quiet: true })
    const id = after.say('reply', 'Said after it')
    const { items } = await readSource(accountOn(after, clock.now), 'replies', cursor)
    expect(items.map(({ item }) => item.id)).toEqual([id])
  })
})

describe('faults', () => {
  const later = new Date(NOON + 5 * MINUTE)
  const reading = ['unavailable', 'unauthorised', 'lost-answer', 'refuse', 'gone', { throttledUntil: later }] as const
  const troubles = ['unavailable', 'unauthorised', 'unavailable', 'unexpected', 'unexpected', 'throttled']

  it.each(reading.map((how, n) => [how, troubles[n]] as const))(
    '%j while reading is %s, once',
    async (how, trouble) => {
      const platform = accountOn(createStreet({ quiet: true, faults: [{ call: 'fetch', how }] }), clockAt(NOON).now)
      const failure: unknown = await readSource(platform, 'replies', null).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(PlatformError)
      expect(failure).toMatchObject({ trouble, ...(trouble === 'throttled' ? { retryAt: later } : {}) })
      expect((await readSource(platform, 'replies', null)).items).toEqual([])
    },
  )

  it.each<[Parameters<Street['fail']>[1], Partial<Outcome>, number]>([
    ['unavailable', { is: 'retry', at: new Date(NOON + MINUTE) }, 0],
    ['unauthorised', { is: 'retry' }, 0],
    ['refuse', { is: 'refused' }, 0],
    ['gone', { is: 'gone' }, 0],
    ['lost-answer', { is: 'unconfirmed' }, 1],
    [{ throttledUntil: later }, { is: 'retry', at: later }, 0],
  ])('%j while acting', async (how, outcome, effects) => {
    const street = createStreet({ quiet: true })
    const platform = accountOn(street, clockAt(NOON).now)
    const order = orderFor(platform, 'hide', await hear(platform, street.say('reply', 'Boo')))
    street.fail('perform', how)
    expect(await platform.perform(order, signal())).toMatchObject(outcome)
    expect((await street.standing()).size).toBe(effects)
    expect(await platform.perform(order, signal())).toMatchObject({ is: effects ? 'already-done' : 'done' })
  })

  it('hangs until the caller gives up', async () => {
    const street = createStreet({ quiet: true })
    const platform = accountOn(street, clockAt(NOON).now)
    street.fail('probe', 'hang')
    const caller = new AbortController()
    const probing = platform.probe(caller.signal)
    caller.abort(new Error('enough'))
    await expect(probing).rejects.toThrow('enough')
  })
})

describe('pictures', () => {
  it('are whole PNG files, the same each time', async () => {
    const street = createStreet({ quiet: true })
    const platform = accountOn(street, clockAt(NOON).now)
    const { item } = await hear(platform, street.say('reply', 'Look', { alt: 'A wall' }))
    const picture = await platform.image(item.media[0]?.url ?? '', 100_000, signal())
    const bytes = Buffer.from(picture?.bytes ?? [])
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const pixels: Buffer[] = []
    for (let at = 8; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at)
      expect(crc32(bytes.subarray(at + 4, at + 8 + length))).toBe(bytes.readUInt32BE(at + 8 + length))
      if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') pixels.push(bytes.subarray(at + 8, at + 8 + length))
      at += length + 12
    }
    expect(inflateSync(Buffer.concat(pixels))).toHaveLength(bytes.readUInt32BE(20) * (1 + 3 * bytes.readUInt32BE(16)))
    expect(await platform.image('https://street.example/pictures/nobody.png', 100_000, signal())).toBeNull()
  })
})

it('says which setting is wrong', () => {
  expect(() => createWith({ everySeconds: 'often' })).toThrow('everySeconds')
  expect(() => createWith({ sed: 4 })).toThrow('sed')
  expect(createWith({}).name).toBe('rehearsal')
})

const createWith = (settings: Record<string, unknown>) =>
  rehearsal.create({
    handle: '@JoHartleyMP',
    settings,
    vault: vaultInMemory(),
    purse: purseInMemory(),
    now: () => new Date(NOON),
  })

function groupBy<T, K>(things: readonly T[], by: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const thing of things) groups.set(by(thing), [...(groups.get(by(thing)) ?? []), thing])
  return groups
}
