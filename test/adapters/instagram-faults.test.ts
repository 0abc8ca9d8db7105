import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incoming, Json, Order, Platform } from '../../adapters/platform.ts'
import type { InstagramComment, Medium } from '../emulators/meta/instagram.ts'
import type { Person } from '../emulators/meta/people.ts'
import { DAY, type Office, office, orderFor, readerOf, soon } from '../support/instagram-office.ts'
import {
  type Bench,
  DENIED,
  type Expected,
  FAULTS,
  holdLooksToFaults,
  holdToFaults,
  LETTER,
  type Look,
  type Write as Shared,
  undoing,
} from '../support/meta-faults.ts'

/**
 * Every way in which a call can go wrong, on every call that writes and on every look that acting rests on: what becomes of the
 * order, that it was sent once, and that trying again, where that is the outcome, leaves it done once.
 */

interface Write extends Shared {
  /** Instagram tells nobody whether it stands: a lost answer is asked for again. */
  unseen?: true
}

let town: Office
let platform: Platform
/** For calls that hang: milliseconds enough on a busy machine, and no more. */
let hasty: Platform
let post: Medium
let sam: Person
let people = 0

const bench = (): Bench => ({ meta: town.meta, platform, hasty, clock: town.clock, token: town.grant.token })

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

/** Each case is eight days after the last, when all limits are open again and any words said, and has somebody of its own. */
function begin(): void {
  town.later(8 * DAY)
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
    order: async () => undoing(platform, await about('hide', comment())),
    stands: not(hidden),
  },
  delete: { name: 'DELETE IGComment', order: () => about('delete', comment()), stands: absent },
  'close comments': { name: 'POST IGMedia', order: () => about('close-comments', comment()), stands: closed },
  'open comments': {
    name: 'POST IGMedia',
    order: async () => undoing(platform, await about('close-comments', comment())),
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
    order: async () => undoing(platform, await about('redirect', comment())),
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
    order: async () => undoing(platform, await message('block')),
    stands: not(blocked),
  },
}

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

holdToFaults(WRITES, bench, begin, expectedOf)

/** A look before a write, by the call it is. */
const LOOKS: Record<string, Look> = {
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

holdLooksToFaults(LOOKS, bench, begin)

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
  it('refuses the letter whose words it was about, and the same words to others', async () => {
    begin()
    const [first, second] = [await about('redirect', comment()), await about('redirect', comment())]
    const hide = await about('hide', comment())
    town.meta.faults.always('POST IGComment/replies', 'abusive')
    const before = town.meta.writes.length
    expect(await platform.perform(first, soon())).toMatchObject({
      is: 'refused',
      because: expect.stringMatching(/own words for abuse.*Change the text.*by hand/),
    })
    expect(await platform.perform(hide, soon())).toMatchObject({
      is: 'retry',
      at: new Date(town.clock.now + DAY),
      all: true,
    })
    town.later(DAY + 1)
    expect(await platform.perform(second, soon())).toMatchObject({ is: 'refused' })
    expect(town.meta.writes.slice(before).map(({ name }) => name)).toEqual(['POST IGComment/replies'])
    expect(await platform.perform({ ...hide, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
    town.meta.faults.clear()
    const changed = { ...second, letter: { text: 'Ring the office.', links: [] } }
    expect(await platform.perform(changed, soon())).toMatchObject({ is: 'done' })
  })
})
