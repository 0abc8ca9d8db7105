import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incoming, Order, Platform } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'
import type { EndpointName } from '../emulators/meta/endpoints.ts'
import type { Comment, Post } from '../emulators/meta/facebook.ts'
import type { Person } from '../emulators/meta/people.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { DAY, orderFor, readerOf, soon } from '../support/instagram-office.ts'
import {
  type Bench,
  DENIED,
  type Expected,
  FAULTS,
  holdLooksToFaults,
  holdToFaults,
  LETTER,
  type Look,
  undoing,
  type Write,
} from '../support/meta-faults.ts'

/**
 * Every way in which a call can go wrong, on every call that writes and on every look that acting rests on: what becomes of the
 * order, that it was sent once, and that trying again, where that is the outcome, leaves it done once.
 */

const clock = { now: NOON.getTime() }
let town: Awaited<ReturnType<typeof facebookPage>>
let platform: Platform
/** For calls that hang: milliseconds enough on a busy machine, and no more. */
let hasty: Platform
let post: Post
let sam: Person
let people = 0

const bench = (): Bench => ({ meta: town.meta, platform, hasty, clock, token: town.grant.token })

beforeAll(async () => {
  town = await facebookPage(() => clock.now, { requireProof: true })
  platform = town.account()
  hasty = town.account({}, { patience: 250 })
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

/** Each case is eight days after the last, when all limits are open again and any words said, and has somebody of its own. */
function begin(): void {
  clock.now += 8 * DAY
  town.meta.faults.clear()
  sam = town.meta.world.person(`Sam ${++people}`)
  post = town.meta.world.post(town.page, `Post ${people}`)
}

const comment = (): Comment => town.meta.world.comment(post, sam, 'Resign.')
const answerTo = (under: Comment): Comment => town.meta.world.comment(post, sam, 'Hear, hear', { under })
const visit = (): Post => town.meta.world.post(town.page, 'Resign!', { by: sam })

async function heard(source: string, { id }: { id: string }): Promise<Incoming> {
  const reader = readerOf(platform)
  await reader.read(source)
  return reader.find(id)
}

const about = async (
  action: Order['action'],
  said: { id: string },
  { source = 'comments', ...rest }: Partial<Order> & { source?: string } = {},
): Promise<Order> => {
  const letter = action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}
  return orderFor(platform, action, await heard(source, said), { ...letter, ...rest })
}
const message = (action: Order['action']): Promise<Order> =>
  about(action, town.meta.world.inbox.receive(sam, town.page, 'Can you help?'), { source: 'messages' })
const ownComment = (): Promise<Order> => {
  const { id } = town.meta.world.comment(post, town.page, 'In haste')
  const item = { id, kind: 'comment' as const, revision: '', handle: null }
  return about('delete-own', comment(), { item, author: null })
}
const thing = ({ item }: Order) => town.meta.world.find(item?.id ?? '')
const hidden = (order: Order): number => {
  const found = thing(order)
  return Number(found?.node === 'Comment' && found.hidden)
}
const absent = (order: Order): number => Number(thing(order) === null)
const blocked = (): number => Number(town.page.blocked.has(sam))
const answersUnder = ({ comments }: Post): number =>
  comments.filter(({ author, deleted, message: text }) => author === town.page && !deleted && text === LETTER.text)
    .length
const answers = (): number => answersUnder(post)
const answersToVisit = (order: Order): number => {
  const found = thing(order)
  return found?.node === 'PagePost' ? answersUnder(found) : 0
}
const letters = (): number =>
  town.meta.world.inbox.between(town.page, sam)?.messages.filter(({ author }) => author === town.page).length ?? 0
const inSpam = (): number => Number(town.meta.world.inbox.between(town.page, sam)?.folder === 'spam')
const not =
  (stands: (order: Order) => number) =>
  (order: Order): number =>
    1 - stands(order)

const WRITES: Record<string, Write> = {
  hide: { name: 'POST Comment', order: () => about('hide', comment()), stands: hidden },
  'hide an answer': { name: 'POST Comment', order: () => about('hide', answerTo(comment())), stands: hidden },
  unhide: {
    name: 'POST Comment',
    order: async () => undoing(platform, await about('hide', comment())),
    stands: not(hidden),
  },
  delete: { name: 'DELETE Comment', order: () => about('delete', comment()), stands: absent },
  'delete what a visitor posted': { name: 'DELETE PagePost', order: () => about('delete', visit()), stands: absent },
  'delete an own comment': { name: 'DELETE Comment', order: ownComment, stands: absent },
  redirect: {
    name: 'POST Comment/comments',
    once: 'public',
    order: () => about('redirect', comment()),
    stands: answers,
  },
  'redirect an answer': {
    name: 'POST Comment/comments',
    once: 'public',
    order: () => about('redirect', answerTo(comment())),
    stands: answers,
  },
  'redirect a visitor': {
    name: 'POST PagePost/comments',
    once: 'public',
    order: () => about('redirect', visit()),
    stands: answersToVisit,
  },
  'take a redirect back': {
    name: 'DELETE Comment',
    order: async () => undoing(platform, await about('redirect', comment())),
    stands: not(answers),
  },
  warn: { name: 'POST Page/messages', once: 'private', order: () => about('warn', comment()), stands: letters },
  'warn a visitor': {
    name: 'POST Page/messages',
    once: 'private',
    order: () => about('warn', visit()),
    stands: letters,
  },
  'redirect a message': {
    name: 'POST Page/messages',
    once: 'private',
    order: () => message('redirect'),
    stands: letters,
  },
  restrict: { name: 'POST Page/moderate_conversations', order: () => message('restrict'), stands: inSpam },
  block: { name: 'POST Page/blocked', order: () => about('block', comment(), { item: null }), stands: blocked },
  unblock: {
    name: 'DELETE Page/blocked',
    order: async () => undoing(platform, await about('block', comment(), { item: null })),
    stands: not(blocked),
  },
}

/** Meta doesn't know whom to block. */
const UNKNOWN = ['noSuchPerson', 'unavailable', 'invalid', 'never heard of', 'gone']
/** Where Meta refuses to let a program do it at all, staff do. */
const LEFT_TO_STAFF = ['delete what a visitor posted', 'delete an own comment']

function expectedOf(
  what: string,
  { name, once }: Write,
  [fault, , letter, repeatable]: (typeof FAULTS)[number],
): Expected {
  const isBlock = name.endsWith('Page/blocked')
  if (DENIED.includes(fault) && (name.includes('Page/') || LEFT_TO_STAFF.includes(what))) return 'manual'
  if (isBlock && UNKNOWN.includes(fault)) return 'manual'
  if (once === 'private' && fault === 'outsideWindow') return 'manual'
  if (name.startsWith('DELETE ') && !isBlock && fault === 'gone') return 'already-done'
  if (what === 'redirect a visitor' && ['invalid', 'never heard of'].includes(fault)) return 'manual'
  return once ? letter : repeatable
}

holdToFaults(WRITES, bench, begin, expectedOf)

/** A look that an order rests on, by the call it is. */
const LOOKS: Record<string, Look> = {
  'whether it is hidden': { name: 'GET Comment', attempt: 1, order: () => about('hide', comment()), stands: hidden },
  'whether it can be deleted': {
    name: 'GET Comment',
    attempt: 1,
    order: () => about('delete', comment()),
    stands: absent,
  },
  'whose comment it is': { name: 'GET Comment', attempt: 1, order: ownComment, stands: absent },
  'whether they are blocked': {
    name: 'GET Page/blocked',
    attempt: 1,
    order: () => about('block', comment()),
    stands: blocked,
    denied: 'manual',
  },
  'whether the answer stands': {
    name: 'GET Comment/comments',
    attempt: 2,
    order: () => about('redirect', comment()),
    stands: answers,
  },
  'whether the answer to a visitor stands': {
    name: 'GET PagePost/comments',
    attempt: 2,
    order: () => about('redirect', visit()),
    stands: answersToVisit,
  },
  'whether they were warned': {
    name: 'GET Page/conversations',
    attempt: 2,
    order: () => about('warn', comment()),
    stands: letters,
    denied: 'manual',
  },
  'whether it lies in spam': {
    name: 'GET Page/conversations',
    attempt: 1,
    order: () => message('restrict'),
    stands: inSpam,
    denied: 'manual',
  },
}

holdLooksToFaults(LOOKS, bench, begin)

/** What was written is looked at again: Meta's word for it is not enough. */
const PROOFS: Record<string, { write: EndpointName; look: EndpointName } & Pick<Write, 'order' | 'stands'>> = {
  'a hide': { write: 'POST Comment', look: 'GET Comment', order: () => about('hide', comment()), stands: hidden },
  'a block': {
    write: 'POST Page/blocked',
    look: 'GET Page/blocked',
    order: () => about('block', comment()),
    stands: blocked,
  },
}

describe.each(Object.entries(PROOFS))('seeing that %s stands', (_, { write, look, order: make, stands }) => {
  it.each(['badGateway', 'truncate', 'pagesThrottled', 'expired'] as const)(
    'where the look meets %s is tried again, and finds it done',
    async (fault) => {
      begin()
      const order = await make()
      const reads = town.meta.reads.length
      // The look before the write goes well.
      town.meta.faults.once(write, 'lost')
      const before = town.meta.writes.length
      const performing = platform.perform(order, soon())
      while (town.meta.writes.length === before) await new Promise(setImmediate)
      town.meta.faults.once(look, fault)
      const outcome = await performing
      expect(outcome.is).toBe('retry')
      expect(town.meta.reads.slice(reads).filter(({ name }) => name === look)).toHaveLength(2)
      if (outcome.is === 'retry') clock.now = outcome.at.getTime()
      expect(await platform.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'already-done' })
      expect(stands(order)).toBe(1)
      expect(town.meta.writes.length).toBe(before + 1)
    },
  )

  it('takes no word for it', async () => {
    begin()
    const order = await make()
    town.meta.faults.once(write, { status: 200, body: { success: true } })
    const outcome = await platform.perform(order, soon())
    expect(outcome).toMatchObject({ is: 'retry', at: new Date(clock.now + 60_000) })
    expect(stands(order)).toBe(0)
    expect(await platform.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
    expect(stands(order)).toBe(1)
  })
})

describe('a lost answer', () => {
  it.each([
    ['comment', 'GET Comment/comments', 'POST Comment/comments', () => about('redirect', comment()), answers],
    ['visitor', 'GET PagePost/comments', 'POST PagePost/comments', () => about('redirect', visit()), answersToVisit],
  ] as const)('to a public letter to a %s that is nowhere to be seen is never sent again unasked', async (...row) => {
    const [, look, write, make, stands] = row
    begin()
    const order = await make()
    town.meta.faults.once(write, 'lost')
    town.meta.faults.once(look, 'badGateway')
    expect((await platform.perform(order, soon())).is).toBe('unconfirmed')
    // Staff look, and let it be tried again: what stands is found.
    const again = await platform.perform({ ...order, attempt: 2 }, soon())
    expect(again).toMatchObject({ is: 'already-done', receipt: { comment: expect.stringMatching(/^\d+_\d+$/) } })
    expect(stands(order)).toBe(1)
    const undo = { ...order, undo: true, receipt: 'receipt' in again ? again.receipt : null, attempt: 1 }
    expect(await platform.perform(undo, soon())).toMatchObject({ is: 'done' })
    expect(stands(order)).toBe(0)
  })

  it('to a warning that is nowhere to be seen is never sent again unasked', async () => {
    begin()
    const order = await about('warn', comment())
    town.meta.faults.once('POST Page/messages', 'lost')
    town.meta.faults.once('GET Page/conversations', 'badGateway')
    expect((await platform.perform(order, soon())).is).toBe('unconfirmed')
    expect(await platform.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'already-done' })
    expect(letters()).toBe(1)
  })
})

describe('abuse in Meta’s eyes', () => {
  it('stops every write of the account for a day, and no look', async () => {
    begin()
    const first = await about('hide', comment())
    const second = await about('redirect', comment())
    town.meta.faults.once('POST Comment', 'abusive')
    const outcome = await platform.perform(first, soon())
    expect(outcome).toMatchObject({ is: 'retry', all: true, at: new Date(clock.now + DAY) })
    const before = town.meta.writes.length
    expect(await platform.perform(second, soon())).toMatchObject({ is: 'retry', all: true })
    expect(town.meta.writes.length).toBe(before)
    await heard('comments', comment())
    clock.now += DAY + 1
    expect(await platform.perform({ ...second, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
  })
  it('refuses the letter whose words it was about, and the same words to others', async () => {
    begin()
    const [first, second] = [await about('redirect', comment()), await about('redirect', comment())]
    const hide = await about('hide', comment())
    town.meta.faults.always('POST Comment/comments', 'abusive')
    const before = town.meta.writes.length
    expect(await platform.perform(first, soon())).toMatchObject({
      is: 'refused',
      because: expect.stringMatching(/own words for abuse.*Change the text.*by hand/),
    })
    expect(await platform.perform(hide, soon())).toMatchObject({
      is: 'retry',
      at: new Date(clock.now + DAY),
      all: true,
    })
    clock.now += DAY + 1
    expect(await platform.perform(second, soon())).toMatchObject({ is: 'refused' })
    expect(town.meta.writes.slice(before).map(({ name }) => name)).toEqual(['POST Comment/comments'])
    expect(await platform.perform({ ...hide, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
    town.meta.faults.clear()
    const changed = { ...second, letter: { text: 'Ring the office.', links: [] } }
    expect(await platform.perform(changed, soon())).toMatchObject({ is: 'done' })
  })
})
