import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incoming, Json, Letter, Order, Outcome, Platform } from '../../adapters/platform.ts'
import type { EndpointName } from '../emulators/meta/endpoints.ts'
import type { Fault } from '../emulators/meta/faults.ts'
import type { InstagramComment, Medium } from '../emulators/meta/instagram.ts'
import type { Person } from '../emulators/meta/people.ts'
import type { Answer } from '../emulators/meta/refusals.ts'
import { DAY, type Office, office, orderFor, readerOf, soon } from '../support/instagram-office.ts'

/**
 * Every way in which a call can go wrong, on every call that writes and on every look that acting rests on: what becomes of the
 * order, that it was sent once, and that trying again, where that is the outcome, leaves it done once.
 */

const LETTER: Letter = { text: 'Please ring the office on 01632 960100.', links: [] }

type Expected = Outcome['is'] | 'retry, all'

interface Write {
  name: EndpointName
  /** A public or a private letter: Instagram takes the same one twice. All others may be repeated. */
  once?: 'public' | 'private'
  /** Instagram tells nobody whether it stands: a lost answer is asked for again. */
  unseen?: true
  order(): Promise<Order>
  stands(order: Order): number
}

let town: Office
let platform: Platform
/** For calls that hang: milliseconds enough on a busy machine, and no more. */
let hasty: Platform
let post: Medium
let sam: Person
let people = 0

beforeAll(async () => {
  town = await office({ engaged: 10_000 })
  platform = town.platform
  hasty = town.platformWith({}, { patience: 250 })
  // Both learn who they are, the hasty one too, however slow the first calls.
  for (const one of [platform, hasty]) {
    begin()
    for (let is = ''; is !== 'done' && is !== 'already-done'; )
      ({ is } = await one.perform(await about('hide', comment()), soon()))
  }
})
afterAll(async () => {
  await town.meta.close()
  expect(town.meta.violations).toEqual([])
})

/** Each case is two days after the last, when all limits are open again, and has somebody of its own. */
function begin(): void {
  town.later(2 * DAY)
  town.meta.faults.clear()
  sam = town.world.person(`Sam ${++people}`)
  post = town.instagram.publish(town.account, `Post ${people}`)
}

const comment = (): InstagramComment => town.instagram.comment(post, sam, 'Resign.')
const answerTo = (under: InstagramComment): InstagramComment =>
  town.instagram.comment(post, sam, 'Hear, hear', { under })

async function heard(source: string, { id }: { id: string }, hint?: Json): Promise<Incoming> {
  const reader = readerOf(platform)
  if (hint !== undefined) reader.hint(source, hint)
  await reader.read(source)
  return reader.find(id)
}

const about = async (action: Order['action'], said: InstagramComment, rest: Partial<Order> = {}): Promise<Order> => {
  const letter = action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}
  return orderFor(platform, action, await heard('comments', said), { ...letter, ...rest })
}
const message = async (action: Order['action']): Promise<Order> => {
  const said = town.world.inbox.receive(sam, town.account, 'Can you help?')
  return orderFor(platform, action, await heard('messages', said), action === 'redirect' ? { letter: LETTER } : {})
}
const named = async (inComment: boolean): Promise<Order> => {
  const theirs = town.instagram.publish(sam, inComment ? 'Hello' : 'Shame on @johartleymp')
  if (!inComment)
    return orderFor(platform, 'redirect', await heard('mentions', theirs, { media: theirs.id }), { letter: LETTER })
  const said = town.instagram.comment(theirs, sam, '@johartleymp!')
  const hint = { media: theirs.id, comment: said.id }
  return orderFor(platform, 'redirect', await heard('mentions', said, hint), { letter: LETTER })
}
const ownComment = async (): Promise<Order> => {
  const { id } = town.instagram.comment(post, town.account, 'In haste')
  const item = { id, kind: 'comment' as const, revision: '', handle: null }
  return orderFor(platform, 'delete-own', await heard('comments', comment()), { item, author: null })
}
/** The undo of an order that was carried out. */
const undoing = async (order: Order): Promise<Order> => {
  const outcome = await platform.perform(order, soon())
  if (outcome.is !== 'done') throw new Error(`it was to be done first, and is ${outcome.is}`)
  return { ...order, id: `${order.id}-undo`, undo: true, receipt: outcome.receipt }
}

const of = ({ item }: Order): InstagramComment | null => {
  const found = town.instagram.find(item?.id ?? '')
  return found?.node === 'IGComment' ? found : null
}
const hidden = (order: Order): number => Number(of(order)?.hidden)
const absent = (order: Order): number => Number(of(order) === null)
const closed = (): number => Number(!post.commentsOpen)
const blocked = (): number => Number(town.account.blocked.has(sam))
const own = ({ comments }: Medium): number =>
  comments.filter(({ author, deleted, text }) => author === town.account && !deleted && text.includes(LETTER.text))
    .length
const answers = (): number => own(post)
const elsewhere = ({ item }: Order): number => {
  const found = town.instagram.find(item?.id ?? '')
  if (found?.node === 'IGMedia') return own(found)
  return found?.node === 'IGComment' ? own(found.medium) : 0
}
const letters = (): number =>
  town.world.inbox.between(town.account, sam)?.messages.filter(({ author }) => author === town.account).length ?? 0
const inSpam = (): number => Number(town.world.inbox.between(town.account, sam)?.folder === 'spam')
const not =
  (stands: (order: Order) => number) =>
  (order: Order): number =>
    1 - stands(order)

const WRITES: Record<string, Write> = {
  hide: { name: 'POST IGComment', order: () => about('hide', comment()), stands: hidden },
  'hide an answer': { name: 'POST IGComment', order: () => about('hide', answerTo(comment())), stands: hidden },
  unhide: {
    name: 'POST IGComment',
    order: async () => undoing(await about('hide', comment())),
    stands: not(hidden),
  },
  delete: { name: 'DELETE IGComment', order: () => about('delete', comment()), stands: absent },
  'close comments': { name: 'POST IGMedia', order: () => about('close-comments', comment()), stands: closed },
  'open comments': {
    name: 'POST IGMedia',
    order: async () => undoing(await about('close-comments', comment())),
    stands: not(closed),
  },
  redirect: {
    name: 'POST IGComment/replies',
    once: 'public',
    order: () => about('redirect', comment()),
    stands: answers,
  },
  'redirect an answer': {
    name: 'POST IGComment/replies',
    once: 'public',
    order: () => about('redirect', answerTo(comment())),
    stands: answers,
  },
  'redirect a comment elsewhere': {
    name: 'POST IGUser/mentions',
    once: 'public',
    order: () => named(true),
    stands: elsewhere,
  },
  'redirect a caption elsewhere': {
    name: 'POST IGUser/mentions',
    once: 'public',
    order: () => named(false),
    stands: elsewhere,
  },
  'take a redirect back': {
    name: 'DELETE IGComment',
    order: async () => undoing(await about('redirect', comment())),
    stands: not(answers),
  },
  'delete an own comment': { name: 'DELETE IGComment', order: ownComment, stands: absent },
  warn: { name: 'POST Page/messages', once: 'private', order: () => about('warn', comment()), stands: letters },
  'redirect a message': {
    name: 'POST Page/messages',
    once: 'private',
    order: () => message('redirect'),
    stands: letters,
  },
  restrict: { name: 'POST Page/moderate_conversations', order: () => message('restrict'), stands: inSpam },
  block: { name: 'POST Page/moderate_conversations', unseen: true, order: () => message('block'), stands: blocked },
  unblock: {
    name: 'POST Page/moderate_conversations',
    unseen: true,
    order: async () => undoing(await message('block')),
    stands: not(blocked),
  },
}

const refusing = (code: number, error_subcode?: number): Answer => ({
  status: 400,
  body: {
    error: { message: `No (${code}).`, type: 'OAuthException', code, ...(error_subcode ? { error_subcode } : {}) },
  },
})

/** Each way to go wrong, and what becomes of a letter, and of what may be repeated. */
const FAULTS: readonly (readonly [string, Fault, Expected, Expected])[] = [
  // Nothing was done, and nobody can know: it is asked again, or looked for and left to staff.
  ...(['hang', 'reset', 'unknown', 'transient', 'badGateway'] as const).map(
    (fault) => [fault, fault, 'unconfirmed', 'retry'] as const,
  ),
  // It was done.
  ...(['lost', 'truncate'] as const).map((fault) => [fault, fault, 'already-done', 'done'] as const),
  // Meta said no for now.
  ...(
    [
      'appThrottled',
      'userThrottled',
      'pageThrottled',
      'temporarilyThrottled',
      'customThrottled',
      'pagesThrottled',
      'instagramThrottled',
      'messengerThrottled',
      'noToken',
      'badToken',
      'appRemoved',
      'checkpoint',
      'passwordChanged',
      'expired',
      'unconfirmed',
      'invalidToken',
      'sessionInvalid',
      'pageTokenNeeded',
      'proofRequired',
      'proofInvalid',
      'abusive',
      'denied',
      'capability',
      'roleNeeded',
      'sendingRestricted',
    ] as const
  ).map((fault) => [fault, fault, 'retry, all', 'retry, all'] as const),
  // Meta said no.
  ...(
    [
      'outsideWindow',
      'noSuchPerson',
      'unavailable',
      'alreadyReplied',
      'cannotReply',
      'duplicate',
      'deprecated',
      'noThread',
    ] as const
  ).map((fault) => [fault, fault, 'refused', 'refused'] as const),
  ['invalid', refusing(100), 'refused', 'refused'],
  ['never heard of', refusing(77_777), 'refused', 'refused'],
  ['gone', refusing(100, 33), 'gone', 'gone'],
]

const DENIED = ['denied', 'capability', 'roleNeeded', 'sendingRestricted']
const NOBODY = ['noSuchPerson', 'unavailable', 'noThread']

function expectedOf(
  what: string,
  { name, once, unseen }: Write,
  [fault, , letter, repeatable]: (typeof FAULTS)[number],
): Expected {
  const isInInbox = name.startsWith('POST Page/')
  // Where Meta refuses to let a program do it at all, staff do.
  if (isInInbox && DENIED.includes(fault)) return 'manual'
  if (once === 'private' && fault === 'outsideWindow') return 'manual'
  if (unseen && NOBODY.includes(fault)) return 'manual'
  if (what.endsWith('elsewhere') && ['invalid', 'never heard of'].includes(fault)) return 'manual'
  if (name === 'DELETE IGComment' && fault === 'gone') return 'already-done'
  if (unseen && repeatable === 'done') return 'retry'
  return once ? letter : repeatable
}

const nameOf = (outcome: Outcome): Expected => (outcome.is === 'retry' && outcome.all ? 'retry, all' : outcome.is)

describe.each(Object.entries(WRITES))('%s', (what, write) => {
  it.each(FAULTS)('meets %s', async (...row) => {
    const [title, fault] = row
    begin()
    const order = await write.order()
    const before = town.meta.writes.length
    town.meta.faults.once(write.name, fault)

    const outcome = await (title === 'hang' ? hasty : platform).perform(order, soon())
    expect(nameOf(outcome)).toBe(expectedOf(what, write, row))
    const sent = town.meta.writes.slice(before)
    expect(
      sent.map(({ name }) => name),
      'sent once',
    ).toEqual([write.name])
    const wasDone = title === 'lost' || title === 'truncate'
    expect(write.stands(order)).toBe(Number(wasDone))
    if ('because' in outcome) {
      expect(outcome.because).not.toContain(LETTER.text)
      expect(outcome.because).not.toContain(town.grant.token)
    }
    if (outcome.is === 'manual') {
      expect(outcome.link).toMatch(/^https:\/\//)
      expect(outcome.words).not.toBe('')
    }
    if (outcome.is !== 'retry') return

    expect(outcome.at.getTime()).toBeGreaterThan(town.clock.now)
    // By then private replies and messages may have run out of time: that is tried elsewhere.
    if (write.once === 'private') return
    town.later(outcome.at.getTime() - town.clock.now)
    const again = await platform.perform({ ...order, attempt: 2 }, soon())
    expect(['done', 'already-done']).toContain(again.is)
    expect(write.stands(order), 'after another try').toBe(1)
    if (write.once) expect(town.meta.writes.slice(before).filter((one) => one.done)).toHaveLength(1)
  })

  it('gives up when it is told to, and finds on the next try what it had sent', async () => {
    begin()
    const order = await write.order()
    const before = town.meta.writes.length
    town.meta.faults.once(write.name, 'lost')
    const stop = new AbortController()
    const broken = platform.perform(order, stop.signal)
    while (!town.meta.writes.slice(before).some((one) => one.done)) await new Promise(setImmediate)
    stop.abort(new Error('stopped'))
    // The answer may have been missed a moment before.
    const rejected = await broken.then(
      () => false,
      () => true,
    )
    if (rejected)
      expect(['done', 'already-done']).toContain((await platform.perform({ ...order, attempt: 2 }, soon())).is)
    expect(write.stands(order)).toBe(1)
    if (write.once) expect(town.meta.writes.slice(before).filter((one) => one.done)).toHaveLength(1)
  })
})

/** A look before a write, by the call it is. */
const LOOKS: Record<
  string,
  { name: EndpointName; attempt: number; order: () => Promise<Order>; stands: Write['stands'] }
> = {
  'whether it is hidden': { name: 'GET IGComment', attempt: 1, order: () => about('hide', comment()), stands: hidden },
  'whether comments are open': {
    name: 'GET IGMedia',
    attempt: 1,
    order: () => about('close-comments', comment()),
    stands: closed,
  },
  'whose comment it is': { name: 'GET IGComment', attempt: 1, order: ownComment, stands: absent },
  'whether the answer stands': {
    name: 'GET IGComment/replies',
    attempt: 2,
    order: () => about('redirect', comment()),
    stands: answers,
  },
  'whether the answer elsewhere stands': {
    name: 'GET IGUser',
    attempt: 2,
    order: () => named(true),
    stands: elsewhere,
  },
}

describe.each(Object.entries(LOOKS))('looking %s', (_, { name, attempt, order: make, stands }) => {
  it.each([
    ['hang', 'retry'],
    ['reset', 'retry'],
    ['lost', 'retry'],
    ['truncate', 'retry'],
    ['transient', 'retry'],
    ['badGateway', 'retry'],
    ['instagramThrottled', 'retry, all'],
    ['expired', 'retry, all'],
    ['proofInvalid', 'retry, all'],
    ['denied', 'retry, all'],
    ['noThread', 'refused'],
  ] as const)('that meets %s writes nothing', async (fault, expected) => {
    begin()
    const order = { ...(await make()), attempt }
    const before = town.meta.writes.length
    town.meta.faults.once(name, fault)
    const outcome = await (fault === 'hang' ? hasty : platform).perform(order, soon())
    expect(nameOf(outcome)).toBe(expected)
    expect(town.meta.writes.slice(before)).toEqual([])
    if (outcome.is !== 'retry') return
    town.later(outcome.at.getTime() - town.clock.now)
    expect(['done', 'already-done']).toContain((await platform.perform({ ...order, attempt: attempt + 1 }, soon())).is)
    expect(stands(order)).toBe(1)
  })
})

describe('a lost answer', () => {
  it('to a public letter that is nowhere to be seen is never sent again unasked', async () => {
    begin()
    const order = await about('redirect', comment())
    town.meta.faults.once('POST IGComment/replies', 'lost')
    town.meta.faults.once('GET IGComment/replies', 'badGateway')
    const outcome = await platform.perform(order, soon())
    expect(outcome.is).toBe('unconfirmed')
    // Staff look, and let it be tried again: what stands is found.
    const again = await platform.perform({ ...order, attempt: 2 }, soon())
    expect(again).toMatchObject({ is: 'already-done', receipt: { comment: expect.stringMatching(/^\d+$/) } })
    expect(answers()).toBe(1)
    const undo = { ...order, undo: true, receipt: 'receipt' in again ? again.receipt : null, attempt: 1 }
    expect(await platform.perform(undo, soon())).toMatchObject({ is: 'done' })
    expect(answers()).toBe(0)
  })

  it('to a hide is looked for', async () => {
    begin()
    const order = await about('hide', comment())
    town.meta.faults.once('POST IGComment', 'lost')
    const before = town.meta.reads.length
    expect(await platform.perform(order, soon())).toMatchObject({ is: 'done' })
    expect(town.meta.reads.slice(before).map(({ name }) => name)).toEqual(['GET IGComment', 'GET IGComment'])
    expect(hidden(order)).toBe(1)
  })
})

describe('abuse in Meta’s eyes', () => {
  it('stops every write of the account for a day, and no look', async () => {
    begin()
    const first = await about('hide', comment())
    const second = await about('redirect', comment())
    town.meta.faults.once('POST IGComment', 'abusive')
    const outcome = await platform.perform(first, soon())
    expect(outcome).toMatchObject({ is: 'retry', all: true, at: new Date(town.clock.now + DAY) })
    const before = town.meta.writes.length
    expect(await platform.perform(second, soon())).toMatchObject({ is: 'retry', all: true })
    expect(town.meta.writes.length).toBe(before)
    await heard('comments', comment())
    town.later(DAY + 1)
    expect(await platform.perform({ ...second, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
  })
})
