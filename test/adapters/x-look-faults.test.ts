import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Incoming, type Order, type Outcome, type Platform, PlatformError } from '../../adapters/platform.ts'
import type { EndpointName } from '../emulators/x/endpoints.ts'
import type { Fault } from '../emulators/x/faults.ts'
import { type Person, type Post, startX, type X } from '../emulators/x/index.ts'
import { orderFor, soon } from '../support/bluesky-account.ts'
import { accountOn, messageItem, postItem } from '../support/x-account.ts'

/**
 * Every way in which a look can go wrong on which something else rests: whether a letter is there already, whose a post is,
 * whom staff have blocked, and what the keys permit. Nothing is written for want of it, and nothing twice.
 */

type Trouble = PlatformError['trouble']
type Is = Outcome['is'] | 'retry, all'

/** A fault, what becomes of an order whose look meets it, and what the service is told where there is no order. */
const FAULTS: readonly (readonly [Fault & string, Is, Trouble])[] = [
  ['hang', 'retry', 'unavailable'],
  ['reset', 'retry', 'unavailable'],
  ['lost', 'retry', 'unavailable'],
  ['truncate', 'retry', 'unavailable'],
  ['unavailable', 'retry', 'unavailable'],
  ['creditsDepleted', 'retry, all', 'throttled'],
  ['usageCapped', 'retry, all', 'throttled'],
  ['rateLimited', 'retry, all', 'throttled'],
  ['unauthorised', 'retry, all', 'unauthorised'],
  ['suspended', 'retry, all', 'unauthorised'],
  ['locked', 'retry, all', 'unauthorised'],
  ['appPermissions', 'retry, all', 'unauthorised'],
  ['missingScope', 'retry, all', 'unauthorised'],
  ['clientForbidden', 'refused', 'unauthorised'],
  ['duplicate', 'refused', 'unexpected'],
  ['tooLong', 'refused', 'unexpected'],
  ['notYours', 'refused', 'unexpected'],
  ['foreignConversation', 'refused', 'unexpected'],
  ['cannotMessage', 'refused', 'unexpected'],
  ['replyRefused', 'refused', 'unexpected'],
  ['replyToNothing', 'gone', 'unexpected'],
  ['notFound', 'gone', 'unexpected'],
]
/** X stops the account, not one of its calls. */
const STOPPED: readonly string[] = ['unauthorised', 'suspended', 'locked']

const HOUR = 3_600_000
/** Milliseconds for a call. None is waited for: see `met`. */
const PATIENCE = 20_000
const BY_HAND = 'GET users/:id/blocking'

let time = Date.parse('2026-11-24T12:00:00Z')
let x: X
let mp: Person
let sam: Person
let account: Platform

beforeAll(async () => {
  x = await startX({ now: () => time })
  mp = x.world.person('JoHartleyMP')
  const settings = { ceiling: { day: 1000, month: 10_000 } }
  account = accountOn(x, mp, { now: () => new Date(time), settings, patience: PATIENCE })
})

afterAll(async () => {
  await x.close()
  expect(x.violations).toEqual([])
})

let people = 0
/** An hour later, when all limits are open again, with somebody new. */
function begin(): void {
  time += HOUR
  x.faults.clear()
  sam = x.world.person(`sam${++people}`)
}

/** Have the next such look meet the fault. Where it hangs, patience is over as soon as X has been asked. */
async function met<T>(look: EndpointName, fault: Fault, call: () => Promise<T>): Promise<T> {
  x.faults.once(look, fault)
  if (fault !== 'hang') return call()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const from = x.reads.length
    const called = call()
    while (!x.reads.slice(from).some(({ name }) => name === look)) await new Promise(setImmediate)
    vi.advanceTimersByTime(PATIENCE)
    return await called
  } finally {
    vi.useRealTimers()
  }
}

const nameOf = (outcome: Outcome): Is => (outcome.is === 'retry' && outcome.all ? 'retry, all' : outcome.is)

/** What is carried out, and which look it rests on. */
interface Acting {
  look: EndpointName
  write: EndpointName
  order(): Order
}

const about = (action: Order['action'], incoming: Incoming, rest: Partial<Order> = {}): Order => {
  return orderFor(account, action, incoming, { letter: { text: 'Please ring the office.', links: [] }, ...rest })
}
const post = (): Post => x.world.post(mp, `I have written to the bus company, ${people}.`)
const summons = (): Incoming =>
  postItem(x.world.post(sam, 'help', { mentionsTyped: [mp] }), { own: false, summoned: true })
const answered = (): Incoming =>
  postItem(x.world.post(sam, 'And the trains?', { replyTo: post() }), { own: true, summoned: false })

const ANSWER: Acting = {
  look: 'GET users/:id/tweets',
  write: 'POST tweets',
  order: () => about('redirect', summons()),
}
const UNDER_OWN_POST: Acting = { ...ANSWER, order: () => about('redirect', answered()) }
const MESSAGE: Acting = {
  look: 'GET dm_conversations/with/:id/dm_events',
  write: 'POST dm_conversations/with/:id/messages',
  order: () => about('redirect', messageItem(x.world.message(sam, mp, 'Can you help?'))),
}
const DELETION: Acting = {
  look: 'GET tweets',
  write: 'DELETE tweets/:id',
  order: () => about('delete-own', postItem(post(), { own: true, summoned: false }), { author: null }),
}

interface Scene {
  acting: Acting
  /** How often the order is carried out before the try whose look goes wrong. */
  before: 0 | 1
  /** What meets the write of that try. */
  writing?: Fault
  /** What becomes of it whatever the look meets. */
  always?: Is
  /** What becomes of the tries after it. */
  later: readonly Is[]
}

const SCENES: Record<string, Scene> = {
  'a second try of an answer': { acting: ANSWER, before: 1, later: ['already-done', 'already-done'] },
  'an answer that was lost': {
    acting: ANSWER,
    before: 0,
    writing: 'lost',
    always: 'unconfirmed',
    later: ['already-done', 'already-done'],
  },
  'the one redirect under a post': { acting: UNDER_OWN_POST, before: 0, later: ['done', 'already-done'] },
  'a second redirect under a post': { acting: UNDER_OWN_POST, before: 1, later: ['already-done', 'already-done'] },
  'a second try of a message': { acting: MESSAGE, before: 1, later: ['already-done', 'already-done'] },
  'a message that was lost': {
    acting: MESSAGE,
    before: 0,
    writing: 'lost',
    always: 'unconfirmed',
    later: ['already-done', 'already-done'],
  },
  'a deletion that X refuses': { acting: DELETION, before: 0, writing: 'notYours', later: ['done'] },
}

describe.each(Object.entries(SCENES))('the look of %s', (_, { acting, before, writing, always, later }) => {
  it.each(FAULTS)('meets %s', async (fault, is) => {
    begin()
    const order = acting.order()
    const from = x.writes.length
    const sent = () => x.writes.slice(from).filter(({ name, done }) => name === acting.write && done).length
    if (before) expect(await account.perform(order, soon())).toMatchObject({ is: 'done' })
    if (writing) x.faults.once(acting.write, writing)

    const outcome = await met(acting.look, fault, () => account.perform({ ...order, attempt: before + 1 }, soon()))
    expect(nameOf(outcome)).toBe(always ?? is)
    expect(sent(), 'nothing is written for want of a look').toBe(Number(before === 1 || writing === 'lost'))
    expect(x.faults.take(acting.look), 'it has looked').toBeNull()

    for (const [n, expected] of later.entries()) {
      time += HOUR
      const next = await account.perform({ ...order, attempt: before + 2 + n }, soon())
      expect(nameOf(next)).toBe(expected)
      expect(sent(), 'written once').toBe(1)
    }
  })
})

describe('the look for what staff did by hand', () => {
  it.each(FAULTS)('meets %s', async (fault, _, trouble) => {
    begin()
    const order = about('block', summons())
    x.world.blocked.set(mp, sam, true)
    const from = x.writes.length
    const looking = met(BY_HAND, fault, async () => account.doneByHand?.([order], soon()))
    await expect(looking).rejects.toMatchObject({ name: 'PlatformError', trouble })
    time += HOUR
    expect(await account.doneByHand?.([order], soon())).toEqual(new Set([order.id]))
    expect(x.writes.length).toBe(from)
  })
})

const PROBED: readonly (readonly [EndpointName, RegExp])[] = [
  ['GET dm_events', /Direct messages can’t be read/],
  [BY_HAND, /can’t see whom staff have blocked/],
]

describe.each(PROBED)('the probe’s %s', (look, note) => {
  it.each(FAULTS)('meets %s', async (fault, is, trouble) => {
    begin()
    const from = x.writes.length
    const probing = met(look, fault, () => account.probe(soon()))
    if (STOPPED.includes(fault)) await expect(probing).rejects.toMatchObject({ name: 'PlatformError', trouble })
    else {
      // What X forbids is missing; what can't be told now is taken for allowed.
      const isForbidden = trouble === 'unauthorised' || is === 'refused' || is === 'gone'
      expect(note.test((await probing).notes.join(' '))).toBe(isForbidden)
    }
    time += HOUR
    expect((await account.probe(soon())).notes.join(' ')).not.toMatch(note)
    expect(x.writes.length).toBe(from)
  })
})
