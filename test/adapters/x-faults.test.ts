import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incoming, Letter, Order, Outcome, Platform } from '../../adapters/platform.ts'
import type { EndpointName } from '../emulators/x/endpoints.ts'
import type { Fault } from '../emulators/x/faults.ts'
import { type Person, type Post, startX, type X } from '../emulators/x/index.ts'
import { orderFor, soon } from '../support/bluesky-account.ts'
import { accountOn, messageItem, postItem } from '../support/x-account.ts'

/**
 * Every way in which a call can go wrong, on every call that writes: what becomes of the order, that it was sent once, and that
 * trying again, where that is the outcome, leaves it done once.
 */

const HOUR = 3_600_000
const LETTER: Letter = { text: 'Please ring the office on 01632 960100.', links: [] }

/** One write of the adapter's: an order for it, the call it comes to, and how often what it asks for stands. */
interface Write {
  name: EndpointName
  /** A letter: X takes the same one twice. All others may be repeated. */
  once?: true
  order(): Promise<Order>
  stands(order: Order): number
}

let time = Date.parse('2026-11-24T12:00:00Z')
const now = (): Date => new Date(time)
const later = (ms: number): void => {
  time += ms
}

let x: X
let mp: Person
let sam: Person
let platform: Platform

/** Milliseconds for a call: for those that hang, enough on a busy machine, and no more. */
const PATIENCE = { usual: 10_000, short: 200 }
/** What only Enterprise may do is tried there, all else where most offices are. */
type Tier = 'enterprise' | 'pay-per-use'
const accounts = new Map<string, Platform>()

const mine = (tier: Tier, patience: keyof typeof PATIENCE): Platform => {
  const settings = { tier, ceiling: { day: 1000, month: 10_000 } }
  return accountOn(x, mp, { now, settings, patience: PATIENCE[patience] })
}

beforeAll(async () => {
  x = await startX({ now: () => time })
  mp = x.world.person('JoHartleyMP')
  for (const tier of ['enterprise', 'pay-per-use'] as const) {
    for (const patience of ['usual', 'short'] as const) accounts.set(`${tier} ${patience}`, mine(tier, patience))
    for (const patience of ['usual', 'short'] as const) {
      // It learns who it is; the very first calls may take longer than the short patience.
      for (let is = ''; is !== 'done'; ) {
        begin(tier)
        ;({ is } = await account(tier, patience).perform(about('mute', summons()), soon()))
      }
    }
  }
})

afterAll(async () => {
  await x.close()
  expect(x.violations).toEqual([])
})

let people = 0
/** Each case is an hour after the last, when all limits are open again, and has somebody of its own. */
function begin(tier: Tier): void {
  later(HOUR)
  x.faults.clear()
  x.rule({ tier })
  sam = x.world.person(`sam${++people}`)
  platform = account(tier, 'usual')
}

function account(tier: Tier, patience: keyof typeof PATIENCE): Platform {
  const found = accounts.get(`${tier} ${patience}`)
  if (!found) throw new Error('no such account')
  return found
}

const about = (action: Order['action'], incoming: Incoming, rest: Partial<Order> = {}): Order => {
  const letter = action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}
  return orderFor(platform, action, incoming, { ...letter, ...rest })
}
const done = async (order: Order): Promise<Outcome> => {
  const outcome = await platform.perform(order, soon())
  if (outcome.is !== 'done') throw new Error(`it was to be done first, and is ${outcome.is}`)
  return outcome
}
/** The undo of an order that was carried out. */
const undoing = async (order: Order): Promise<Order> => {
  const outcome = await done(order)
  const receipt = 'receipt' in outcome ? outcome.receipt : null
  return { ...order, id: `${order.id}-undo`, undo: true, receipt }
}

const answered = (): Incoming => {
  const root = x.world.post(mp, 'I have written to the bus company.')
  return postItem(x.world.post(sam, 'And the trains?', { replyTo: root }), { own: true, summoned: false })
}
const summons = (): Incoming => {
  return postItem(x.world.post(sam, 'help', { mentionsTyped: [mp] }), { own: false, summoned: true })
}
const message = (): Incoming => messageItem(x.world.message(sam, mp, 'Can you help?'))
const ownPost = (): Incoming => postItem(x.world.post(mp, `In haste, ${time}.`), { own: true, summoned: false })

const of = ({ item }: Order): Post => {
  const post = x.world.postById(item?.id ?? '')
  if (!post) throw new Error('no such post')
  return post
}
const answersTo = (id: string): number => x.world.postsBy(mp).filter(({ replyTo }) => replyTo?.id === id).length
const toPost = (order: Order): number => answersTo(of(order).id)
const toConversation = (order: Order): number => answersTo(of(order).conversation)
const toPerson = (): number => x.world.messagesBetween(mp, sam).filter(({ from }) => from === mp).length
const hidden = (order: Order): number => Number(of(order).life.hidden)
const muted = (): number => Number(x.world.muted.has(mp, sam))
const shutOut = (): number => Number(x.world.messagesBlocked.has(mp, sam))
const blocked = (): number => Number(x.world.blocked.has(mp, sam))
const not =
  (stands: (order: Order) => number) =>
  (order: Order): number =>
    1 - stands(order)

const WRITES: Record<string, Write> = {
  hide: { name: 'PUT tweets/:id/hidden', order: async () => about('hide', answered()), stands: hidden },
  unhide: { name: 'PUT tweets/:id/hidden', order: () => undoing(about('hide', answered())), stands: not(hidden) },
  mute: { name: 'POST users/:id/muting', order: async () => about('mute', answered()), stands: muted },
  unmute: {
    name: 'DELETE users/:id/muting/:target',
    order: () => undoing(about('mute', answered())),
    stands: not(muted),
  },
  restrict: { name: 'POST users/:id/dm/block', order: async () => about('restrict', message()), stands: shutOut },
  'let write again': {
    name: 'POST users/:id/dm/unblock',
    order: () => undoing(about('restrict', message())),
    stands: not(shutOut),
  },
  block: { name: 'POST users/:id/blocking', order: async () => about('block', answered()), stands: blocked },
  unblock: {
    name: 'DELETE users/:id/blocking/:target',
    order: () => undoing(about('block', answered())),
    stands: not(blocked),
  },
  'redirect to a summons': {
    name: 'POST tweets',
    once: true,
    order: async () => about('redirect', summons()),
    stands: toPost,
  },
  'warn after a summons': {
    name: 'POST tweets',
    once: true,
    order: async () => about('warn', summons()),
    stands: toPost,
  },
  'redirect under the own post': {
    name: 'POST tweets',
    once: true,
    order: async () => about('redirect', answered()),
    stands: toConversation,
  },
  'redirect by message': {
    name: 'POST dm_conversations/with/:id/messages',
    once: true,
    order: async () => about('redirect', message()),
    stands: toPerson,
  },
  'warn by message': {
    name: 'POST dm_conversations/with/:id/messages',
    once: true,
    order: async () => about('warn', message()),
    stands: toPerson,
  },
  'take a redirect back': {
    name: 'DELETE tweets/:id',
    order: () => undoing(about('redirect', summons())),
    stands: not(toPost),
  },
  'delete a post': {
    name: 'DELETE tweets/:id',
    order: async () => about('delete-own', ownPost(), { author: null }),
    stands: (order) => Number(of(order).life.deleted),
  },
}
const tierOf = ({ name }: Write): Tier => (name.includes('/blocking') ? 'enterprise' : 'pay-per-use')

type Expected = Outcome['is'] | 'retry, all'

/** Each way to go wrong, and what becomes of a letter, and of what may be repeated. */
const FAULTS: readonly (readonly [Fault & string, Expected, Expected])[] = [
  // Nothing was done, and nobody can know: it is asked again, or looked for and left to staff.
  ['hang', 'unconfirmed', 'retry'],
  ['reset', 'unconfirmed', 'retry'],
  ['unavailable', 'unconfirmed', 'retry'],
  // It was done.
  ['lost', 'already-done', 'retry'],
  ['truncate', 'already-done', 'retry'],
  // X said no for now.
  ['unauthorised', 'retry, all', 'retry, all'],
  ['creditsDepleted', 'retry, all', 'retry, all'],
  ['usageCapped', 'retry, all', 'retry, all'],
  ['rateLimited', 'retry, all', 'retry, all'],
  ['suspended', 'retry, all', 'retry, all'],
  ['locked', 'retry, all', 'retry, all'],
  ['appPermissions', 'retry, all', 'retry, all'],
  ['missingScope', 'retry, all', 'retry, all'],
  // X said no.
  ['duplicate', 'refused', 'refused'],
  ['tooLong', 'refused', 'refused'],
  ['notYours', 'refused', 'refused'],
  ['foreignConversation', 'refused', 'refused'],
  ['cannotMessage', 'refused', 'refused'],
  ['clientForbidden', 'refused', 'refused'],
  ['replyRefused', 'refused', 'refused'],
  ['replyToNothing', 'gone', 'gone'],
  ['notFound', 'gone', 'gone'],
]

function expectedOf(what: string, write: Write, [fault, letter, repeatable]: (typeof FAULTS)[number]): Expected {
  // Where X refuses to let a program do it at all: then staff do.
  if (write.name.includes('/blocking') && ['clientForbidden', 'appPermissions', 'missingScope'].includes(fault))
    return 'manual'
  if (what === 'warn after a summons' && fault === 'replyRefused') return 'manual'
  // X says that the post is not there, and shows it.
  if (write.name === 'DELETE tweets/:id' && (fault === 'notFound' || fault === 'replyToNothing')) return 'refused'
  return write.once ? letter : repeatable
}

const nameOf = (outcome: Outcome): Expected => (outcome.is === 'retry' && outcome.all ? 'retry, all' : outcome.is)

describe.each(Object.entries(WRITES))('%s', (what, write) => {
  it.each(FAULTS)('meets %s', async (...row) => {
    const [fault] = row
    begin(tierOf(write))
    const order = await write.order()
    const before = x.writes.length
    x.faults.once(write.name, fault)

    const tried = account(tierOf(write), fault === 'hang' ? 'short' : 'usual')
    const outcome = await tried.perform(order, soon())
    expect(nameOf(outcome)).toBe(expectedOf(what, write, row))
    expect(
      x.writes.slice(before).map(({ name }) => name),
      'sent once',
    ).toEqual([write.name])
    const wasDone = fault === 'lost' || fault === 'truncate'
    expect(write.stands(order)).toBe(Number(wasDone))
    if ('because' in outcome) expect(outcome.because).not.toContain(LETTER.text)
    if (outcome.is !== 'retry') return

    expect(outcome.at.getTime()).toBeGreaterThan(time)
    later(outcome.at.getTime() - time)
    const again = await platform.perform({ ...order, attempt: 2 }, soon())
    expect(['done', 'already-done']).toContain(again.is)
    expect(write.stands(order), 'after another try').toBe(1)
    const sent = x.writes.slice(before).filter((one) => one.done)
    if (write.once) expect(sent).toHaveLength(1)
  })

  it('gives up when it is told to, and finds on the next try what it had sent', async () => {
    begin(tierOf(write))
    const order = await write.order()
    const before = x.writes.length
    x.faults.once(write.name, 'lost')
    const stop = new AbortController()
    const broken = platform.perform(order, stop.signal)
    while (!x.writes.slice(before).some((one) => one.done)) await new Promise(setImmediate)
    stop.abort(new Error('stopped'))
    // The answer may have been missed a moment before.
    const rejected = await broken.then(
      () => false,
      () => true,
    )
    if (rejected)
      expect(['done', 'already-done']).toContain((await platform.perform({ ...order, attempt: 2 }, soon())).is)
    expect(write.stands(order)).toBe(1)
    if (write.once) expect(x.writes.slice(before).filter((one) => one.done)).toHaveLength(1)
  })
})

describe('what is known beforehand', () => {
  it('sends nothing while X’s limit is closed, and says until when', async () => {
    begin('pay-per-use')
    x.faults.once('PUT tweets/:id/hidden', 'rateLimited')
    const first = await platform.perform(about('hide', answered()), soon())
    if (first.is !== 'retry') throw new Error(`it is ${first.is}`)
    expect(first.at.getTime() - time).toBeGreaterThan(14 * 60_000)
    const before = x.writes.length
    expect(await platform.perform(about('hide', answered()), soon())).toMatchObject({
      is: 'retry',
      all: true,
      at: first.at,
    })
    expect(x.writes.length).toBe(before)
    // Another call has a limit of its own.
    expect(await platform.perform(about('mute', answered()), soon())).toMatchObject({ is: 'done' })
    later(first.at.getTime() - time)
    expect(await platform.perform(about('hide', answered()), soon())).toMatchObject({ is: 'done' })
  })

  it('sends nothing above the ceiling, and goes on at midnight UTC', async () => {
    later(HOUR)
    x.rule({ tier: 'pay-per-use' })
    platform = accountOn(x, mp, { now, settings: { ceiling: { day: 0.06, month: 1 } } })
    const outcomes: Outcome[] = []
    const before = x.writes.length
    for (let n = 0; n < 15; n++) outcomes.push(await platform.perform(about('hide', answered()), soon()))
    const sent = x.writes.length - before
    const midnight = new Date(Math.ceil(time / (24 * HOUR)) * 24 * HOUR)
    expect(sent).toBeGreaterThan(5)
    expect(sent).toBeLessThanOrEqual(12)
    expect(outcomes.slice(0, sent).every(({ is }) => is === 'done')).toBe(true)
    for (const outcome of outcomes.slice(sent)) expect(outcome).toMatchObject({ is: 'retry', all: true, at: midnight })
    later(midnight.getTime() - time)
    expect(await platform.perform(about('hide', answered()), soon())).toMatchObject({ is: 'done' })
  })

  it('sends nothing where X can’t be reached, so that nothing is in doubt', async () => {
    begin('pay-per-use')
    const order = about('redirect', summons())
    const elsewhere = accountOn(x, mp, { now, settings: { api: 'http://127.0.0.1:9' } })
    expect(nameOf(await elsewhere.perform(order, soon()))).toBe('retry')
    expect(toPost(order)).toBe(0)
  })
})
