import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ability,
  type Incoming,
  type Json,
  type Letter,
  type Order,
  type Outcome,
  type Platform,
  PlatformError,
  type Probe,
  type Stored,
} from '../../adapters/platform.ts'
import { ACTION_KINDS, type ActionKind, type ItemKind, ON_AUTHOR } from '../../moderation/model.ts'
import { nothingStored } from '../support/means.ts'

/**
 * What every adapter owes the service. An adapter runs it in three lines:
 *
 *   platformContract('bluesky', makeHarness, {
 *     'a NUL': 'the server cuts the text there',
 *   })
 *
 * What a platform can't do is declared with its reason and shows in the test report as skipped.
 */
export interface Harness {
  platform: Platform
  /** What strangers can write here. */
  kinds: readonly ItemKind[]
  /** Sources that ask for nothing at their very first call, and so meet no trouble in it. */
  rests?: readonly string[]
  /** A stranger, always the same one, writes to the account. @returns the item's id, as the adapter will name it */
  say(kind: ItemKind, text: string): Promise<string>
  /** What the platform itself makes of such a text before anybody reads it: handles put in front. As it was, if absent. */
  reads?(kind: ItemKind, text: string): string
  /** The stranger deletes it again. */
  unsay?(id: string): Promise<void>
  /** The stranger writes with a picture. @returns the item's id */
  sayPicture?(): Promise<string>
  /** Something the account itself wrote, for delete-own. */
  ownPost?(): Promise<NonNullable<Order['item']>>
  /** Wait until what was said and done can be read by everybody. */
  settle?(): Promise<void>
  /**
   * Look from outside, never through the adapter: how often does what the order asks for stand? The number of letters to that
   * item for redirect and warn, 0 or 1 for all else.
   */
  effects(order: Order): Promise<number>
  /** The same account where the platform can't be reached, or where it no longer takes our credentials. */
  troubled?(trouble: 'unavailable' | 'unauthorised'): Promise<Platform>
  close(): Promise<void>
}

/** Unpaired surrogates and NUL break databases, long and right-to-left texts break layouts. */
const HOSTILE = [
  ['a NUL', 'before\0after'],
  ['a lone surrogate', 'half an emoji: \uD83D.'],
  ['ten thousand characters', 'All of it. '.repeat(1000).slice(0, 9_999).concat('!')],
  ['right-to-left text and overrides', 'شكراً \u202Eesrever\u202C \u200B\u2066isolated\u2069'],
  ['markup and line breaks', '<img src=x onerror=alert(1)>\r\n\n\t{{7*7}} %00 \\u0000'],
] as const

type Check =
  | ActionKind
  | (typeof HOSTILE)[number][0]
  | 'an item deleted by its author'
  | 'a picture'
  | 'an unreachable platform'
  | 'refused credentials'

/** What can't be checked on a platform, and why. */
export type Limits = Partial<Record<Check, string>>

/** These the tool may do without asking, or a person may regret: they must be possible to take back. */
const REVERSIBLE: readonly ActionKind[] = ['hide', 'close-comments', 'mute', 'restrict', 'block']
/** Only a person orders these, so it may be left to a person to take them back. */
const BY_HAND: readonly ActionKind[] = ['restrict', 'block']

const LETTER: Letter = {
  text: 'Please ring the office on 01632 960100 or write to jo.hartley.mp@parliament.example.',
  links: [
    { text: '01632 960100', uri: 'tel:+441632960100' },
    { text: 'jo.hartley.mp@parliament.example', uri: 'mailto:jo.hartley.mp@parliament.example' },
  ],
}

const soon = () => AbortSignal.timeout(20_000)
/** What the service keeps goes through its database as JSON, so the contract sends everything that way. */
function stored(value: Json): Json {
  const parsed: Json = JSON.parse(JSON.stringify(value))
  return parsed
}
const nothing = async () => new Set<string>()
const keyOf = ({ item, revision }: Incoming) => `${item.id} ${revision}`

export function platformContract(name: string, make: () => Promise<Harness>, limits: Limits = {}): void {
  const check = (what: Check, run: () => Promise<void>) =>
    limits[what] === undefined ? it(what, run) : it.skip(`${what} (not here: ${limits[what]})`)

  describe(`${name} keeps the contract`, () => {
    let harness: Harness
    let platform: Platform
    let probe: Probe
    let service: Service
    /** One item of each kind, said and read once: the checks share them, since saying costs a real server a while. */
    const heard = new Map<ItemKind, Incoming>()

    beforeAll(async () => {
      harness = await make()
      platform = harness.platform
      probe = await platform.probe(soon())
      service = reading(harness)
      const ids: [ItemKind, string][] = []
      for (const kind of harness.kinds) ids.push([kind, await harness.say(kind, wordsOf(kind))])
      for (const [kind, id] of ids) heard.set(kind, await service.hear(id))
    })

    afterAll(async () => {
      await platform?.close()
      await platform?.close()
      await harness?.close()
    })

    const reads = (kind: ItemKind, text: string): string => harness.reads?.(kind, text) ?? text

    /** The shared item on which the action goes furthest here. */
    function targetFor(action: ActionKind): Incoming {
      const can = (incoming: Incoming) => ability(probe.capabilities, action, incoming.item.kind)
      const all = [...heard.values()]
      const target = all.find((one) => can(one) === 'automatic') ?? all.find((one) => can(one) === 'manual') ?? all[0]
      if (!target) throw new Error('the harness says nothing')
      return target
    }

    function orderOf(action: ActionKind, target: Incoming, rest: Partial<Order> = {}): Order {
      const { item, author, revision, handle } = target
      const order: Order = {
        id: randomUUID(),
        action,
        undo: false,
        item: ON_AUTHOR.includes(action) ? null : { id: item.id, kind: item.kind, revision, handle: stored(handle) },
        author: author && { id: author.id, handle: author.handle },
        ...(action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}),
        ...(action === 'report' ? { breach: 'abuse' } : {}),
        prepared: null,
        receipt: null,
        attempt: 1,
        ...rest,
      }
      return { ...order, prepared: stored(platform.prepare(Object.freeze(order))) }
    }

    async function effectsOf(order: Order): Promise<number> {
      await harness.settle?.()
      return harness.effects(order)
    }

    async function carryOut(action: ActionKind): Promise<void> {
      const shared = targetFor(action)
      const { kind } = shared.item
      const can = ability(probe.capabilities, action, kind)
      if (can !== 'automatic') return expectNo(can, await platform.perform(orderOf(action, shared), soon()))

      // What is deleted stays deleted, and the other checks need the shared one.
      const target = action === 'delete' ? await service.hear(await harness.say(kind, 'To be deleted')) : shared
      const item = action === 'delete-own' ? await harness.ownPost?.() : undefined
      if (action === 'delete-own' && !item) throw new Error('ownPost() is needed, or a limit that says why not')
      const order = orderOf(action, target, item && { item, author: null })
      const done = await platform.perform(order, soon())
      expect(done).toMatchObject({ is: 'done' })
      expect(await effectsOf(order), 'after the action').toBe(1)

      const again = await platform.perform({ ...order, attempt: 2 }, soon())
      expect(['done', 'already-done']).toContain(again.is)
      expect(await effectsOf(order), 'after a repeat').toBe(1)

      const undo: Partial<Order> = {
        undo: true,
        receipt: stored(receiptOf(done)),
        ...(item && { item, author: null }),
      }
      const undoing = orderOf(action, target, undo)
      const undone = await platform.perform(undoing, soon())
      if (!REVERSIBLE.includes(action) && undone.is !== 'done') return expectNo('impossible', undone)
      if (BY_HAND.includes(action) && undone.is === 'manual') return expectNo('manual', undone)
      expect(undone).toMatchObject({ is: 'done' })
      expect(await effectsOf(order), 'after the undo').toBe(0)
      expect(['done', 'already-done']).toContain((await platform.perform({ ...undoing, attempt: 2 }, soon())).is)
      expect(['done', 'already-done']).toContain((await platform.perform(orderOf(action, target, undo), soon())).is)
      expect(await effectsOf(order), 'after two more undos').toBe(0)
    }

    async function meet(trouble: 'unavailable' | 'unauthorised'): Promise<void> {
      if (!harness.troubled) throw new Error('troubled() is needed, or a limit that says why not')
      const troubled = await harness.troubled(trouble)
      const failures = [
        await failureOf(troubled.probe(soon())),
        ...(await Promise.all(
          troubled.sources
            .filter(({ name: source }) => !harness.rests?.includes(source))
            .map(({ name: source }) =>
              // With what was heard in store: a source may have nothing to ask about where nothing is stored.
              failureOf(
                troubled.fetch({
                  source,
                  cursor: null,
                  known: nothing,
                  stored: service.kept,
                  hints: [],
                  signal: soon(),
                }),
              ),
            ),
        )),
      ]
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(PlatformError)
        expect(failure).toMatchObject({ trouble })
      }
      const order = orderOf('mute', targetFor('mute'))
      if (ability(probe.capabilities, 'mute', 'reply') === 'automatic')
        expect(['retry', 'unconfirmed', 'refused']).toContain((await troubled.perform(order, soon())).is)
      expect(await effectsOf(order)).toBe(0)
      await troubled.close()
    }

    describe('at the door', () => {
      it('says what may be done here, for every action', () => {
        expect(probe.handle).not.toBe('')
        expect(probe.notes.every((note) => note.trim().length > 0)).toBe(true)
        for (const action of ACTION_KINDS) {
          const entry = probe.capabilities[action]
          const abilities = typeof entry === 'string' ? [entry] : Object.values(entry)
          expect(abilities.length, action).toBeGreaterThan(0)
          for (const one of abilities) expect(['automatic', 'manual', 'impossible'], action).toContain(one)
        }
      })

      it('names its sources apart, one at least live', () => {
        const names = platform.sources.map((source) => source.name)
        expect(new Set(names).size).toBe(names.length)
        expect(platform.sources.map((source) => source.pace)).toContain('live')
      })
    })

    describe('reading', () => {
      it('gives every kind of item, whole', () => {
        expect([...heard.keys()]).toEqual([...harness.kinds])
        for (const [kind, { item, author, ...rest }] of heard) {
          const text = reads(kind, wordsOf(kind))
          expect(item).toMatchObject({ kind, text, links: expect.any(Array), media: expect.any(Array) })
          expect(Number.isFinite(item.writtenAt.getTime())).toBe(true)
          if (author) expect([author.platform, author.id, author.handle].every(Boolean)).toBe(true)
          expect(rest.revision).not.toBe('')
          expect(rest.link).toMatch(/^https:\/\//)
          expect(stored(rest.handle)).toEqual(rest.handle)
          if (rest.conversation) expect(rest.conversation.id).not.toBe('')
        }
      })

      it('calls an item by the same name whenever it is read', async () => {
        const ids = new Set(service.all().map(({ item }) => item.id))
        const again = await service.fromTheBeginning()
        const renamed = again.filter((one) => ids.has(one.item.id) && !service.knows(keyOf(one)))
        expect(renamed.map(keyOf)).toEqual([])
      })

      it('gives a page again that a crash kept from being stored', async () => {
        await service.readAll()
        const before = service.snapshot()
        const id = await harness.say(kindOf(harness), 'Said before the crash')
        const { revision } = await service.hear(id)
        service.restore(before)
        expect(service.all().map(({ item }) => item.id)).not.toContain(id)
        expect((await service.hear(id)).revision).toBe(revision)
      })

      it('skips nothing written while it reads', async () => {
        const read = service.readAll()
        const said: string[] = []
        for (const time of ['once', 'twice', 'thrice']) {
          said.push(await harness.say(kindOf(harness), `Said while reading, ${time}`))
          await sleep(2)
        }
        await read
        for (const id of said) await service.hear(id)
      })

      check('an item deleted by its author', async () => {
        if (!harness.unsay) throw new Error('unsay() is needed, or a limit that says why not')
        const id = await harness.say(kindOf(harness), 'I had better not have said this')
        const incoming = await service.hear(id)
        await harness.unsay(id)
        await service.until(() => service.gone.has(id), 'it to be reported gone')
        const kind = incoming.item.kind
        if (ability(probe.capabilities, 'hide', kind) !== 'automatic') return
        const outcome = await platform.perform(orderOf('hide', incoming), soon())
        expect(['gone', 'done', 'already-done']).toContain(outcome.is)
      })

      check('a picture', async () => {
        if (!harness.sayPicture) throw new Error('sayPicture() is needed, or a limit that says why not')
        const { item } = await service.hear(await harness.sayPicture())
        const url = item.media.find(({ kind }) => kind === 'image')?.url ?? ''
        const picture = await platform.image(url, 5_000_000, soon())
        expect(picture?.type).toMatch(/^image\//)
        expect(picture?.bytes.length).toBeGreaterThan(0)
        expect(await platform.image(url, (picture?.bytes.length ?? 1) - 1, soon()), 'over the limit').toBeNull()
      })

      describe('passes on as it was written', () => {
        for (const [what, text] of HOSTILE) {
          check(what, async () => {
            const { item } = await service.hear(await harness.say(kindOf(harness), text))
            expect(item.text).toBe(reads(kindOf(harness), text))
          })
        }
      })
    })

    describe('acting', () => {
      for (const action of ACTION_KINDS) check(action, () => carryOut(action))

      it('answers, and never throws, where a kind of item forbids the action', async () => {
        for (const action of ACTION_KINDS) {
          for (const target of heard.values()) {
            const can = ability(probe.capabilities, action, target.item.kind)
            if (can === 'automatic') continue
            const order = { ...orderOf(action, target), item: itemOf(target) }
            expectNo(can, await platform.perform(order, soon()))
          }
        }
      })

      it('prepares without a network: at once, as JSON, whatever the order', () => {
        for (const action of ACTION_KINDS) {
          for (const undo of [false, true]) {
            const prepared = platform.prepare(Object.freeze(orderOf(action, targetFor(action), { undo })))
            expect(stored(prepared), action).toEqual(prepared)
          }
        }
      })
    })

    describe('in trouble', () => {
      it('gives up when it is told to', async () => {
        const signal = AbortSignal.abort()
        const order = orderOf('mute', targetFor('mute'))
        await expect(platform.probe(signal)).rejects.toThrow()
        for (const { name: source } of platform.sources)
          await expect(
            platform.fetch({ source, cursor: null, known: nothing, stored: nothingStored, hints: [], signal }),
          ).rejects.toThrow()
        await expect(platform.perform(order, signal)).rejects.toThrow()
        expect(await effectsOf(order)).toBe(0)
      })

      check('an unreachable platform', () => meet('unavailable'))
      check('refused credentials', () => meet('unauthorised'))
    })
  })
}

const wordsOf = (kind: ItemKind) => `Good morning, this is a ${kind} to the contract test.`

const itemOf = ({ item, revision, handle }: Incoming) => ({ id: item.id, kind: item.kind, revision, handle })

function kindOf({ kinds }: Harness): ItemKind {
  const [kind] = kinds
  if (!kind) throw new Error('the harness names no kind of item')
  return kind
}

const receiptOf = (outcome: Outcome): Json => ('receipt' in outcome ? outcome.receipt : null)

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure at all',
    (error: unknown) => error,
  )

function expectNo(can: 'manual' | 'impossible', outcome: Outcome): void {
  if (outcome.is === 'manual') {
    expect(outcome.link).toMatch(/^https:\/\//)
    expect(outcome.words.trim()).not.toBe('')
    return
  }
  expect(outcome.is, `what is ${can} here`).toBe(can === 'manual' ? 'manual' : 'refused')
  if (outcome.is === 'refused') expect(outcome.because.trim()).not.toBe('')
}

type Service = ReturnType<typeof reading>

/** Reads as the service does: every source to its end, each page stored with its cursor, what is known dropped. */
function reading(harness: Harness) {
  const { platform } = harness
  let cursors = new Map<string, Json>()
  let seen = new Map<string, Incoming>()
  const gone = new Set<string>()

  const kept = async (after: string | null, most: number): Promise<Stored[]> => {
    const all = [...seen.values()].filter(({ item }) => !gone.has(item.id))
    const from = after === null ? 0 : Number(after) + 1
    return all
      .map(({ item: { id, kind }, revision }, n) => ({ id, kind, revision, gone: false, place: String(n) }))
      .slice(from, from + most)
  }

  async function* pages(source: string, cursor: Json) {
    for (let page = 0; page < 1_000; page += 1) {
      const known = async (keys: string[]) => new Set(keys.filter((key) => seen.has(key)))
      const answer = await platform.fetch({
        source,
        cursor: stored(cursor),
        known,
        stored: kept,
        hints: [],
        signal: soon(),
      })
      yield answer
      if (!answer.more) return
      cursor = answer.cursor
    }
    throw new Error(`${source} never comes to an end`)
  }

  async function readAll(): Promise<void> {
    for (const { name } of platform.sources) {
      for await (const page of pages(name, cursors.get(name) ?? null)) {
        for (const incoming of page.items) seen.set(keyOf(incoming), incoming)
        for (const id of page.gone) gone.add(id)
        cursors.set(name, page.cursor)
      }
    }
  }

  /** Platforms are seldom consistent at once: read until it is so, for ten seconds at most. */
  async function until(isSo: () => boolean, what: string): Promise<void> {
    await harness.settle?.()
    for (const end = Date.now() + 10_000; ; await sleep(100)) {
      await readAll()
      if (isSo()) return
      if (Date.now() > end) throw new Error(`waited ten seconds for ${what}`)
    }
  }

  return {
    gone,
    kept,
    readAll,
    until,
    all: () => [...seen.values()],
    knows: (key: string) => seen.has(key),
    snapshot: () => ({ cursors: new Map(cursors), seen: new Map(seen) }),
    restore: (then: { cursors: Map<string, Json>; seen: Map<string, Incoming> }) => {
      cursors = new Map(then.cursors)
      seen = new Map(then.seen)
    },
    async hear(id: string): Promise<Incoming> {
      const find = () => [...seen.values()].find(({ item }) => item.id === id)
      await until(() => find() !== undefined, `item ${id}`)
      const found = find()
      if (!found) throw new Error(`item ${id} was heard and lost`)
      return found
    },
    async fromTheBeginning(): Promise<Incoming[]> {
      const all: Incoming[] = []
      for (const { name } of platform.sources) for await (const page of pages(name, null)) all.push(...page.items)
      return all
    },
  }
}
