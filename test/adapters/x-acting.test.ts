import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Incoming, type Letter, type Order, type Outcome, type Platform } from '../../adapters/platform.ts'
import type { Scope } from '../../adapters/x/endpoints.ts'
import { capabilities } from '../../adapters/x/perform.ts'
import { referenceOf } from '../../adapters/x/reference.ts'
import { type Person, type Post, startX, type X } from '../emulators/x/index.ts'
import { orderFor, soon } from '../support/bluesky-account.ts'
import { purseInMemory } from '../support/means.ts'
import { accountOn, messageItem, postItem } from '../support/x-account.ts'

const TEXT = 'Thank you & sorry: ring 01632 960100 or write to jo.hartley.mp@parliament.example.'
const LETTER: Letter = {
  text: TEXT,
  links: [{ text: 'jo.hartley.mp@parliament.example', uri: 'mailto:jo.hartley.mp@parliament.example' }],
}
const HOUR = 3_600_000
const SETTINGS = { ceiling: { day: 1000, month: 10_000 } }
const NAMED = { own: false, summoned: true }
const UNDER_OURS = { own: true, summoned: false }
const ELSEWHERE = { own: false, summoned: false }

let time = Date.parse('2026-11-24T12:00:00Z')
const now = (): Date => new Date(time)

let x: X
let mp: Person
let sam: Person
let platform: Platform

beforeAll(async () => {
  x = await startX({ now: () => time })
  mp = x.world.person('JoHartleyMP')
})

let people = 0
beforeEach(() => {
  time += HOUR
  x.rule({ tier: 'pay-per-use' })
  sam = x.world.person(`sam${++people}`)
  platform = accountOn(x, mp, { now, settings: SETTINGS })
})

afterAll(async () => {
  await x.close()
  expect(x.violations).toEqual([])
})

const order = (action: Order['action'], incoming: Incoming, rest: Partial<Order> = {}): Order =>
  orderFor(platform, action, incoming, {
    ...(action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}),
    ...rest,
  })
const act = (given: Order, by = platform): Promise<Outcome> => by.perform(given, soon())
const again = (given: Order): Promise<Outcome> => act({ ...given, attempt: 2 })
const undo = async (given: Order): Promise<Order> => {
  const outcome = await act(given)
  return { ...given, id: `${given.id}-undo`, undo: true, receipt: 'receipt' in outcome ? outcome.receipt : null }
}

const root = (): Post => x.world.post(mp, `I have written to the bus company at ${time}.`)
const under = (to: Post, by = sam): Post => x.world.post(by, 'And the trains?', { replyTo: to })
const named = (): Post => x.world.post(sam, 'help', { mentionsTyped: [mp] })
const answersTo = ({ id }: Post): Post[] => x.world.postsBy(mp).filter(({ replyTo }) => replyTo?.id === id)
const writtenTo = (whom: Person): string[] =>
  x.world
    .messagesBetween(mp, whom)
    .filter(({ from }) => from === mp)
    .map(({ text }) => text)
/** What is sent meanwhile. */
async function writes(during: () => Promise<unknown>): Promise<(string | null)[]> {
  const before = x.writes.length
  await during()
  return x.writes.slice(before).map(({ name }) => name)
}

describe('hiding', () => {
  it('hides in the account’s own conversation, as often as it is asked, and shows again', async () => {
    const post = under(root())
    const hide = order('hide', postItem(post, UNDER_OURS))
    expect(await act(hide)).toEqual({ is: 'done', receipt: null })
    expect(await again(hide)).toEqual({ is: 'done', receipt: null })
    expect(post.life.hidden).toBe(true)
    expect(await act({ ...hide, undo: true })).toEqual({ is: 'done', receipt: null })
    expect(post.life.hidden).toBe(false)
  })

  it('asks X nothing about somebody else’s conversation, and believes X where it says so', async () => {
    const theirs = under(x.world.post(x.world.person(`host${people}`), 'Buses!'))
    const mention = order('hide', postItem(theirs, ELSEWHERE))
    const reply = { ...mention, item: mention.item && { ...mention.item, kind: 'reply' as const } }
    for (const known of [mention, reply])
      expect(await writes(async () => expect(await act(known)).toMatchObject({ is: 'refused' }))).toEqual([])
    const mistaken = order('hide', postItem(theirs, UNDER_OURS))
    expect(await act(mistaken)).toEqual({
      is: 'refused',
      because: expect.stringContaining('conversations that it began'),
    })
    expect(theirs.life.hidden).toBe(false)
  })

  it('finds what was deleted gone', async () => {
    const post = under(root())
    x.world.delete(post)
    expect(await act(order('hide', postItem(post, UNDER_OURS)))).toEqual({ is: 'gone' })
  })
})

describe('people', () => {
  it('finds whoever X has suspended gone, and writes to them no more', async () => {
    const incoming = messageItem(x.world.message(sam, mp, 'Hello'))
    sam.suspended = true
    for (const action of ['mute', 'restrict'] as const)
      expect(await act(order(action, incoming))).toEqual({ is: 'gone' })
    // Of messages X says no more than that they can't be sent; and lists none.
    const redirect = order('redirect', incoming)
    for (const tries of [act, again]) expect(await tries(redirect)).toMatchObject({ is: 'refused' })
  })

  it('stops the messages of whoever wrote one, and of nobody else', async () => {
    const message = messageItem(x.world.message(sam, mp, 'Hello'))
    const stop = order('restrict', message, { item: null })
    expect(await act(stop)).toMatchObject({ is: 'done' })
    expect(x.world.messagesBlocked.has(mp, sam)).toBe(true)
    expect(await act({ ...stop, undo: true })).toMatchObject({ is: 'done' })
    expect(x.world.messagesBlocked.has(mp, sam)).toBe(false)
    const publicly = order('restrict', postItem(named(), NAMED))
    expect(await writes(async () => expect(await act(publicly)).toMatchObject({ is: 'refused' }))).toEqual([])
  })

  it('leaves blocking to staff, with the place and the words, and looks whether they did', async () => {
    const incoming = postItem(named(), NAMED)
    const block = order('block', incoming)
    const outcome = await act(block)
    // A handle may be somebody else's by the time that staff press.
    const link = `https://x.com/i/user/${sam.id}`
    expect(outcome).toMatchObject({ is: 'manual', link })
    expect('words' in outcome && outcome.words).toContain(`Block @${sam.handle}`)
    expect('words' in outcome && outcome.words).toContain(
      `If the page shows another name than @${sam.handle}, they have renamed themselves: block that page.`,
    )
    const nameless = await act({ ...block, author: { id: sam.id, handle: '' } })
    expect(nameless).toMatchObject({ is: 'manual', link })
    expect('words' in nameless && nameless.words).toContain('“Block this person”')
    expect('words' in nameless && nameless.words).not.toContain('renamed')
    expect(await platform.doneByHand?.([block], soon())).toEqual(new Set())
    x.world.block(mp, sam)
    const other = order('block', postItem(x.world.post(x.world.person(`other${people}`), 'Hm'), ELSEWHERE))
    expect(await platform.doneByHand?.([block, other], soon())).toEqual(new Set([block.id]))

    const unblock = { ...block, id: 'unblock', undo: true }
    const words = await act(unblock)
    expect('words' in words && words.words).toContain('“Unblock”')
    expect(await platform.doneByHand?.([unblock], soon())).toEqual(new Set())
    x.world.unblock(mp, sam)
    expect(await platform.doneByHand?.([unblock], soon())).toEqual(new Set([unblock.id]))
  })

  it('reads no more of a long block list than a thousand names, and of what it did not see says nothing', async () => {
    const bills = purseInMemory(now)
    const reader = accountOn(x, mp, { now, settings: SETTINGS, purse: bills })
    const first = order('block', postItem(named(), NAMED))
    x.world.block(mp, sam)
    const many = Array.from({ length: 1_200 }, (_, n) => x.world.person(`c${people}x${n}`))
    for (const one of many) x.world.block(mp, one)
    const last = order('block', postItem(x.world.post(many.at(-1) ?? sam, 'Hm'), ELSEWHERE))
    const unblock = { ...first, id: 'unblock', undo: true }
    expect(await reader.doneByHand?.([last], soon())).toEqual(new Set([last.id]))
    expect(bills.bills.get('Block: Read')).toBe(100_000)
    expect(await reader.doneByHand?.([first, unblock, last], soon())).toEqual(new Set([last.id]))
    // What was paid for today is not paid for again.
    expect(bills.bills.get('Block: Read')).toBe(1_000_000)
    for (const one of [sam, ...many]) x.world.unblock(mp, one)
  })

  it('blocks by itself for an Enterprise customer, and asks nothing where nothing is done by hand', async () => {
    x.rule({ tier: 'enterprise' })
    const enterprise = accountOn(x, mp, { now, settings: { tier: 'enterprise' } })
    const block = order('block', postItem(named(), NAMED))
    expect(await act(block, enterprise)).toEqual({ is: 'done', receipt: null })
    expect(x.world.blocked.has(mp, sam)).toBe(true)
    expect(await act({ ...block, undo: true }, enterprise)).toEqual({ is: 'done', receipt: null })
    expect(x.world.blocked.has(mp, sam)).toBe(false)
    const before = x.reads.length
    expect(await enterprise.doneByHand?.([order('mute', postItem(named(), NAMED))], soon())).toEqual(new Set())
    expect(x.reads.length).toBe(before)
  })
})

describe('what staff report', () => {
  it('is told in words, for a post and for a message, by the office’s policy and never by X’s rules', async () => {
    const post = named()
    const message = x.world.message(sam, mp, 'Hello')
    const onPost = await act(order('report', postItem(post, NAMED), { breach: 'threat' }))
    expect(onPost).toMatchObject({ is: 'manual', link: `https://x.com/i/status/${post.id}` })
    const onMessage = await act(order('report', messageItem(message), { breach: 'unlawful' }))
    expect(onMessage).toMatchObject({ is: 'manual', link: `https://x.com/messages/${message.conversation}` })
    for (const outcome of [onPost, onMessage]) {
      const words = 'words' in outcome ? outcome.words : ''
      expect(words).toContain('office’s policy')
      expect(words).toContain(`@${mp.handle}`)
      expect(words).not.toMatch(/X’s rules|Hello|help/)
    }
    expect('words' in onPost && onPost.words).toContain('“Violent Speech”')
    expect(await act({ ...order('report', postItem(post, NAMED)), undo: true })).toMatchObject({ is: 'refused' })
  })
})

describe('a letter to somebody who named or quoted the account', () => {
  it.each([
    ['named', () => named()],
    ['quoted', () => x.world.post(sam, 'Look at this', { quotes: root() })],
  ])('who %s it is a reply, signed, once, and can be taken back', async (_, made) => {
    const post = made()
    const redirect = order('redirect', postItem(post, NAMED))
    expect(await act(redirect)).toMatchObject({ is: 'done' })
    expect(await again(redirect)).toMatchObject({ is: 'already-done' })
    const [reply, ...others] = answersTo(post)
    expect(others).toEqual([])
    expect(reply?.typed).toBe(`${TEXT} Ref ${referenceOf(redirect.id)}`)

    const back = { ...redirect, undo: true, receipt: { post: reply?.id ?? '' } }
    expect(await act(back)).toMatchObject({ is: 'done' })
    expect(await again(back)).toMatchObject({ is: expect.stringMatching(/done/) })
    expect(answersTo(post)).toEqual([])
  })

  it('is written on a second try if the first never came to it', async () => {
    const post = named()
    expect(await again(order('warn', postItem(post, NAMED)))).toMatchObject({ is: 'done' })
    expect(answersTo(post)).toHaveLength(1)
  })

  it('is not written where the account has said so much since that nobody could tell', async () => {
    const post = named()
    for (let n = 0; n < 501; n++) x.world.post(mp, `Busy ${time} ${n}`)
    const late = order('redirect', postItem(post, NAMED))
    expect(await writes(async () => expect(await again(late)).toMatchObject({ is: 'unconfirmed' }))).toEqual([])
  })

  it('goes under the account’s own post where X does not count the naming', async () => {
    const post = root()
    const mistaken = postItem(under(post), { own: true, summoned: true })
    expect(await act(order('redirect', mistaken))).toMatchObject({ is: 'done' })
    expect(answersTo(post)).toHaveLength(1)
    expect(await act(order('warn', mistaken))).toMatchObject({ is: 'manual' })
  })

  it('costs what X charges for an answer that was asked for', async () => {
    const purse = purseInMemory(now)
    const account = accountOn(x, mp, { now, settings: SETTINGS, purse })
    await act(order('redirect', postItem(named(), NAMED)), account)
    await act(order('hide', postItem(under(root()), UNDER_OURS)), account)
    expect(purse.bills.get('Post: Create (summoned reply)')).toBe(10_000)
    expect(purse.bills.get('Content: Manage')).toBe(5_000)
  })

  it('finds the post gone that it would answer', async () => {
    const post = named()
    x.world.delete(post)
    expect(await act(order('redirect', postItem(post, NAMED)))).toEqual({ is: 'gone' })
  })
})

describe('the redirect under the MP’s own post', () => {
  const to = (post: Post, by = sam): Order => order('redirect', postItem(under(post, by), UNDER_OURS))

  it('is said once in a conversation, whoever it is for and however often it is tried', async () => {
    const post = root()
    const first = to(post)
    const done = await act(first)
    expect(done).toMatchObject({ is: 'done' })
    const [said] = answersTo(post)
    expect(said?.typed).toBe(`${TEXT} Ref ${referenceOf(post.id)}`)
    const there = { is: 'already-done', receipt: { post: said?.id } }
    expect(await again(first)).toEqual(there)
    expect(await act(to(post, x.world.person(`else${people}`)))).toEqual(there)
    expect(answersTo(post)).toHaveLength(1)
  })

  it('is said once by two processes at one moment', async () => {
    const other = accountOn(x, mp, { now, settings: SETTINGS })
    await Promise.all([platform, other].map((one) => act(order('mute', postItem(named(), NAMED)), one)))
    for (let n = 0; n < 10; n++) {
      const post = root()
      const outcomes = await Promise.all([act(to(post)), act(to(post), other)])
      expect(answersTo(post)).toHaveLength(1)
      expect(outcomes.map(({ is }) => is).sort()).toEqual(['already-done', 'done'])
      time += HOUR
    }
  })

  it('counts one that was said with other words, or by staff without a reference, and no answer to a person', async () => {
    const changed = root()
    await act({ ...to(changed), letter: { text: 'Ring 01632 960100.', links: [] } })
    expect(await act(to(changed))).toMatchObject({ is: 'already-done' })

    const byHand = root()
    x.world.post(mp, TEXT, { replyTo: byHand })
    expect(await act(to(byHand))).toMatchObject({ is: 'already-done' })

    const answered = root()
    const asking = x.world.post(sam, 'help', { replyTo: answered, mentionsTyped: [mp] })
    await act(order('redirect', postItem(asking, { own: true, summoned: true })))
    expect(await act(to(answered))).toMatchObject({ is: 'done' })
    expect(answersTo(answered)).toHaveLength(1)
  })

  it('has words of its own in each conversation, for X refuses the same twice', async () => {
    const [one, two] = [root(), root()]
    expect([await act(to(one)), await act(to(two))]).toMatchObject([{ is: 'done' }, { is: 'done' }])
    expect(answersTo(one)[0]?.typed).not.toBe(answersTo(two)[0]?.typed)
  })

  it('is said again once it was taken back', async () => {
    const post = root()
    expect(await act(await undo(to(post)))).toMatchObject({ is: 'done' })
    expect(answersTo(post)).toEqual([])
    expect(await act(to(post))).toMatchObject({ is: 'done' })
    expect(answersTo(post)).toHaveLength(1)
  })

  it('knows the conversation by its first name, however often its first post was edited', async () => {
    const first = root()
    const redirectFrom = (version: Post): Order => {
      const incoming = postItem(under(version), UNDER_OURS)
      const handle = { post: incoming.item.id, conversation: first.id, root: version.id, ...UNDER_OURS }
      return order('redirect', { ...incoming, handle })
    }
    const second = x.world.edit(first, `I have written to the train company at ${time}.`)
    expect(await act(redirectFrom(second))).toMatchObject({ is: 'done' })
    const third = x.world.edit(second, `I have written to both companies at ${time}.`)
    expect(await act(redirectFrom(third))).toMatchObject({ is: 'already-done' })
    expect([first, second, third].flatMap(answersTo)).toHaveLength(1)
  })

  it('is not said elsewhere, nor where the office does not want it; warnings are left to staff', async () => {
    const elsewhere = postItem(under(x.world.post(x.world.person(`host${people}`), 'Buses!')), ELSEWHERE)
    const modest = accountOn(x, mp, { now, settings: { ...SETTINGS, redirectUnderOwnPost: false } })
    const ours = postItem(under(root()), UNDER_OURS)
    const sent = await writes(async () => {
      expect(await act(order('redirect', elsewhere))).toMatchObject({ is: 'refused' })
      expect(await act(order('redirect', ours), modest)).toMatchObject({ is: 'refused' })
      const warning = await act(order('warn', ours))
      expect(warning).toMatchObject({ is: 'manual', link: `https://x.com/i/status/${ours.item.id}` })
      expect('words' in warning && warning.words).toContain(TEXT)
    })
    expect(sent).toEqual([])
  })
})

describe('a letter to somebody who wrote a message', () => {
  it('is a message, signed, once, and can’t be taken back', async () => {
    const incoming = messageItem(x.world.message(sam, mp, 'Can you help?'))
    const redirect = order('redirect', incoming)
    expect(await act(redirect)).toMatchObject({ is: 'done' })
    expect(await again(redirect)).toMatchObject({ is: 'already-done' })
    expect(writtenTo(sam)).toEqual([`${TEXT} Ref ${referenceOf(redirect.id)}`])
    expect(await act({ ...redirect, undo: true })).toMatchObject({ is: 'refused' })
    expect(writtenTo(sam)).toHaveLength(1)
  })

  it('is looked for behind much that was written since', async () => {
    const redirect = order('redirect', messageItem(x.world.message(sam, mp, 'Can you help?')))
    expect(await act(redirect)).toMatchObject({ is: 'done' })
    for (let n = 0; n < 45; n++) x.world.message(sam, mp, `And ${n}?`)
    expect(await again(redirect)).toMatchObject({ is: 'already-done' })
    for (let n = 0; n < 100; n++) x.world.message(sam, mp, `And ${n}?`)
    expect(await again(redirect)).toMatchObject({ is: 'unconfirmed' })
    expect(writtenTo(sam)).toHaveLength(1)
  })

  it('is refused by whoever takes none', async () => {
    const redirect = order('redirect', messageItem(x.world.message(sam, mp, 'Can you help?')))
    x.world.block(sam, mp)
    expect(await act(redirect)).toEqual({ is: 'refused', because: expect.stringContaining('blocked') })
  })
})

describe('a letter that X would not take, or charge for dearly', () => {
  it.each([
    ['a link', 'Please see https://www.parliament.uk for help.', 'https://www.parliament.uk'],
    ['a bare domain', 'Please see parliament.uk for help.', 'parliament.uk'],
    ['too much', 'All of it. '.repeat(30), '280'],
  ])('%s is refused for a post, with words, and nothing is sent', async (_, text, told) => {
    const letter = { text, links: [] }
    const sent = await writes(async () => {
      for (const incoming of [postItem(named(), NAMED), postItem(under(root()), UNDER_OURS)])
        expect(await act(order('redirect', incoming, { letter }))).toEqual({
          is: 'refused',
          because: expect.stringContaining(told),
        })
    })
    expect(sent).toEqual([])
  })

  it('may hold a link in a message, where it costs no more', async () => {
    const letter = { text: 'Please see parliament.uk for help.', links: [] }
    const incoming = messageItem(x.world.message(sam, mp, 'Can you help?'))
    expect(await act(order('redirect', incoming, { letter }))).toMatchObject({ is: 'done' })
    const long = { text: 'a'.repeat(10_000), links: [] }
    expect(await act(order('redirect', incoming, { letter: long }))).toMatchObject({ is: 'refused' })
  })
})

describe('deleting', () => {
  it('deletes the account’s own post, and nobody else’s', async () => {
    const mine = order('delete-own', postItem(root(), UNDER_OURS), { author: null })
    expect(await act(mine)).toMatchObject({ is: 'done' })
    expect(await again(mine)).toMatchObject({ is: expect.stringMatching(/done/) })
    expect(await act({ ...mine, undo: true })).toMatchObject({ is: 'refused' })
    const theirs = named()
    expect(await act(order('delete-own', postItem(theirs, NAMED)))).toMatchObject({ is: 'refused' })
    expect(theirs.life.deleted).toBe(false)
  })

  it('takes for done what X refuses to delete because it is gone', async () => {
    const mine = root()
    x.world.delete(mine)
    x.faults.once('DELETE tweets/:id', 'notYours')
    const gone = order('delete-own', postItem(mine, UNDER_OURS), { author: null })
    expect(await act(gone)).toEqual({ is: 'already-done', receipt: null })
  })
})

describe('an order that can’t be carried out', () => {
  it('is refused in words where it lacks what it needs', async () => {
    const incoming = postItem(named(), NAMED)
    const odd: Order[] = [
      order('hide', incoming, { item: null }),
      order('mute', incoming, { author: null }),
      order('block', incoming, { author: null }),
      order('restrict', incoming, { author: null, item: null }),
      order('report', incoming, { item: null }),
      order('redirect', incoming, { item: null }),
      order('delete-own', incoming, { item: null }),
      { ...order('redirect', incoming), undo: true, receipt: { post: 'nonsense' } },
    ]
    const sent = await writes(async () => {
      for (const one of odd) expect(await act(one), one.action).toMatchObject({ is: 'refused', because: /\w/ })
    })
    expect(sent).toEqual([])
  })
})

describe('what may be done', () => {
  const ALL: Scope[] = ['tweet.write', 'tweet.moderate.write', 'mute.write', 'block.write', 'dm.write']
  const can = (tier: 'pay-per-use' | 'enterprise', ...granted: Scope[]) => capabilities({ tier }, new Set(granted))

  it('follows what was granted and what the plan holds', () => {
    expect(can('pay-per-use', ...ALL)).toEqual({
      hide: { reply: 'automatic' },
      delete: 'impossible',
      'close-comments': 'impossible',
      mute: 'automatic',
      restrict: { message: 'automatic' },
      block: 'manual',
      'delete-own': 'automatic',
      report: 'manual',
      redirect: { reply: 'automatic', mention: 'automatic', quote: 'automatic', message: 'automatic' },
      warn: { reply: 'manual', mention: 'automatic', quote: 'automatic', message: 'automatic' },
    })
    expect(can('enterprise', ...ALL)).toMatchObject({ block: 'automatic', warn: { reply: 'automatic' } })
    expect(can('enterprise')).toEqual({
      hide: { reply: 'impossible' },
      delete: 'impossible',
      'close-comments': 'impossible',
      mute: 'impossible',
      restrict: { message: 'impossible' },
      block: 'manual',
      'delete-own': 'impossible',
      report: 'manual',
      redirect: { reply: 'impossible', mention: 'impossible', quote: 'impossible', message: 'impossible' },
      warn: { reply: 'manual', mention: 'manual', quote: 'manual', message: 'impossible' },
    })
  })

  it('gives references that spell nothing, and always the same for one order', () => {
    const all = Array.from({ length: 5_000 }, (_, n) => referenceOf(`order-${n}`))
    expect(all.every((one) => /^[2-9BCDFGHJ-NP-TV-XZ]{5}$/.test(one))).toBe(true)
    expect(new Set(all).size).toBeGreaterThan(4_990)
    expect(referenceOf('order-1')).toBe(all[1])
  })
})
