import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { facebook as kind } from '../../adapters/facebook/index.ts'
import { capabilities } from '../../adapters/facebook/perform.ts'
import type { Incoming, Letter, Order, Outcome, Platform } from '../../adapters/platform.ts'
import type { ActionKind } from '../../moderation/model.ts'
import { NOON } from '../builders.ts'
import type { Comment, Post } from '../emulators/meta/facebook.ts'
import type { Options, Scope, Task } from '../emulators/meta/index.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { DAY, HOUR, orderFor, readerOf, soon } from '../support/instagram-office.ts'

/** What is done on Facebook, what is left to staff, and in which words. */

const LETTER: Letter = { text: 'Please ring the office on 01632 960100.', links: [] }

let time: number
let town: Awaited<ReturnType<typeof facebookPage>>
let platform: Platform
let post: Post

async function open(options: Options = {}, settings: Record<string, unknown> = {}): Promise<void> {
  time = NOON.getTime()
  town = await facebookPage(() => time, { requireProof: true, ...options })
  platform = town.account(settings)
  post = town.meta.world.post(town.page, 'At the library')
}
async function close(): Promise<void> {
  await town.meta.close()
  expect(town.meta.violations).toEqual([])
}
async function reopen(options: Options = {}, settings: Record<string, unknown> = {}): Promise<void> {
  await close()
  await open(options, settings)
}
beforeEach(() => open())
afterEach(close)

const comment = (facts: { under?: Comment; at?: number } = {}, by = town.sam): Comment =>
  town.meta.world.comment(post, by, 'Resign.', facts)
const visit = (): Post => town.meta.world.post(town.page, 'Resign!', { by: town.sam })
const tag = (): Post => town.meta.world.tag(town.page, town.sam, 'Look at this one')
const message = () => town.meta.world.inbox.receive(town.sam, town.page, 'Help')

async function heard(source: string, { id }: { id: string }): Promise<Incoming> {
  const reader = readerOf(platform)
  await reader.read(source)
  return reader.find(id)
}
const orderOn = (action: ActionKind, incoming: Incoming, rest: Partial<Order> = {}): Order =>
  orderFor(platform, action, incoming, {
    ...(action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}),
    ...(action === 'report' ? { breach: 'abuse' } : {}),
    ...rest,
  })
const act = (order: Order): Promise<Outcome> => platform.perform(order, soon())
const receiptOf = (outcome: Outcome) => ('receipt' in outcome ? outcome.receipt : null)
const linkOf = (outcome: Outcome): string | null => (outcome.is === 'manual' ? outcome.link : null)
const wordsOf = (outcome: Outcome): string => (outcome.is === 'manual' ? outcome.words : '')
const answersUnder = ({ comments }: Post): Comment[] =>
  comments.filter(({ author, deleted }) => author === town.page && !deleted)
const lettersToSam = (): string[] =>
  (town.meta.world.inbox.between(town.page, town.sam)?.messages ?? [])
    .filter(({ author }) => author === town.page)
    .map(({ text }) => text)
const isBlocked = (): boolean => town.page.blocked.has(town.sam)
const written = (): string[] => town.meta.writes.filter(({ done }) => done).map(({ name }) => String(name))

describe('hiding', () => {
  it('is looked at before and after, and written once', async () => {
    const said = comment()
    const order = orderOn('hide', await heard('comments', said))
    expect(await act(order)).toEqual({ is: 'done', receipt: null })
    expect(said.hidden).toBe(true)
    // Never the whole of what was read: Facebook takes every field of it for a change.
    expect(town.meta.writes[0]).toMatchObject({ path: `/${said.id}`, parameters: { is_hidden: true } })
    expect(Object.keys(town.meta.writes[0]?.parameters ?? {})).toEqual(['is_hidden'])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'done' })
    expect(said.hidden).toBe(false)
    expect(await act({ ...order, undo: true, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(written()).toEqual(['POST Comment', 'POST Comment'])
  })

  it('works by the comment’s id where Meta keeps back who wrote it', async () => {
    await reopen({ access: 'standard' })
    const said = comment()
    const incoming = await heard('comments', said)
    expect(incoming.author).toBeNull()
    expect(await act(orderOn('hide', incoming))).toMatchObject({ is: 'done' })
    expect(said.hidden).toBe(true)
  })

  it('reaches what people write below a visitor’s post', async () => {
    const said = town.meta.world.comment(visit(), town.sam, 'And another thing')
    expect(await act(orderOn('hide', await heard('comments', said)))).toMatchObject({ is: 'done' })
    expect(said.hidden).toBe(true)
  })

  it('of one comment that nobody can hide is refused, and holds up none of the others', async () => {
    const [said, other] = [comment(), comment()]
    const [first, second] = [await heard('comments', said), await heard('comments', other)]
    Object.assign(said, { author: town.page })
    town.meta.faults.once('POST Comment', 'denied')
    expect(await act(orderOn('hide', first))).toMatchObject({ is: 'refused' })
    town.meta.faults.once('POST Comment', 'denied')
    expect(await act(orderOn('hide', second))).toMatchObject({ is: 'retry', all: true })
    expect(await act(orderOn('hide', second, { attempt: 2 }))).toMatchObject({ is: 'done' })
  })

  it('finds gone what its author has deleted', async () => {
    const said = comment()
    const incoming = await heard('comments', said)
    town.meta.world.delete(said)
    expect(await act(orderOn('hide', incoming))).toEqual({ is: 'gone' })
    expect(await act(orderOn('redirect', incoming))).toEqual({ is: 'gone' })
    expect(await act(orderOn('delete', incoming))).toMatchObject({ is: 'already-done' })
  })

  it('of a visitor’s post is left to staff, and of a post elsewhere the tag', async () => {
    const [visited, tagged] = [visit(), tag()]
    const onWall = await heard('comments', visited)
    const hidden = await act(orderOn('hide', onWall))
    expect(linkOf(hidden)).toBe(onWall.link)
    expect(wordsOf(hidden)).toContain('“Hide from Page”')
    const elsewhere = await heard('tagged', tagged)
    const untagged = await act(orderOn('hide', elsewhere))
    expect(linkOf(untagged)).toBe(elsewhere.link)
    expect(wordsOf(untagged)).toContain('“Remove tag”')
    expect(written()).toEqual([])
  })

  it('is refused for messages', async () => {
    expect(await act(orderOn('hide', await heard('messages', message())))).toMatchObject({ is: 'refused' })
  })
})

describe('deleting', () => {
  it('takes a comment with its answers, for good', async () => {
    const said = comment()
    const answer = comment({ under: said })
    const order = orderOn('delete', await heard('comments', said))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect([town.meta.world.find(said.id), town.meta.world.find(answer.id)]).toEqual([null, null])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'refused' })
  })

  it('leaves a comment that Facebook lets the Page not delete', async () => {
    const said = comment()
    const order = orderOn('delete', await heard('comments', said))
    town.meta.faults.once('GET Comment', { status: 200, body: { id: said.id, can_remove: false } })
    expect(await act(order)).toMatchObject({ is: 'refused', because: expect.stringContaining('can be hidden') })
    expect(town.meta.writes).toEqual([])
  })

  it('takes a visitor’s post, and leaves it to staff where Meta has not granted it', async () => {
    const [first, second] = [visit(), visit()]
    const order = orderOn('delete', await heard('comments', first))
    const other = orderOn('delete', await heard('comments', second))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    town.grant.scopes.delete('pages_manage_posts')
    expect(wordsOf(await act(other))).toContain('“Delete post”')
    expect([first.deleted, second.deleted]).toEqual([true, false])
  })

  it('leaves a post elsewhere alone', async () => {
    const tagged = tag()
    const outcome = await act(orderOn('delete', await heard('tagged', tagged)))
    expect(wordsOf(outcome)).toContain('“Remove tag”')
    expect(town.meta.writes).toEqual([])
  })

  it('takes back what the Page itself said, and nothing that others said', async () => {
    const said = comment()
    const own = town.meta.world.comment(post, town.page, 'In haste')
    const incoming = await heard('comments', said)
    const orderOnOwn = (id: string): Order =>
      orderOn('delete-own', incoming, { item: { id, kind: 'comment', revision: '', handle: null }, author: null })
    expect(await act(orderOnOwn(said.id))).toMatchObject({ is: 'refused' })
    expect(said.deleted).toBe(false)
    expect(await act(orderOnOwn(own.id))).toMatchObject({ is: 'done' })
    expect(await act({ ...orderOnOwn(own.id), attempt: 2 })).toMatchObject({ is: 'already-done' })
    town.grant.scopes.delete('pages_manage_posts')
    const outcome = await act(orderOnOwn(post.id))
    expect(outcome).toMatchObject({ is: 'manual', link: `https://www.facebook.com/${post.id}` })
    town.grant.scopes.add('pages_manage_posts')
    expect(await act(orderOnOwn(post.id))).toMatchObject({ is: 'done' })
    expect(post.deleted).toBe(true)
  })
})

describe('a redirect', () => {
  it('stands under the comment, once, and can be taken back', async () => {
    const said = comment()
    const order = orderOn('redirect', await heard('comments', said))
    const outcome = await act(order)
    const answer = post.comments.at(-1)
    expect(outcome).toEqual({ is: 'done', receipt: { comment: answer?.id } })
    expect(answer).toMatchObject({ author: town.page, parent: said, message: LETTER.text })
    expect(await act({ ...order, attempt: 2 })).toEqual({ is: 'already-done', receipt: receiptOf(outcome) })
    const undo = { ...order, undo: true, receipt: receiptOf(outcome) }
    expect(await act(undo)).toMatchObject({ is: 'done' })
    expect(await act({ ...undo, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(answersUnder(post)).toEqual([])
    expect(await act({ ...undo, receipt: null })).toMatchObject({ is: 'refused' })
  })

  it('answers two people below one comment, each once', async () => {
    const first = comment()
    const robin = town.meta.world.person('Robin')
    const theirs = comment({ under: first }, robin)
    const orders = [
      orderOn('redirect', await heard('comments', first)),
      orderOn('redirect', await heard('comments', theirs)),
    ]
    for (const order of orders) expect(await act(order)).toMatchObject({ is: 'done' })
    expect(town.meta.writes.map(({ path }) => path)).toEqual([`/${first.id}/comments`, `/${first.id}/comments`])
    expect(answersUnder(post)).toHaveLength(2)
    // No stranger's name is put in front of it: they choose what it says.
    expect(answersUnder(post).every(({ message: text }) => text === LETTER.text)).toBe(true)
    for (const order of orders) expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(answersUnder(post)).toHaveLength(2)
  })

  it('is not taken for done by the same words to somebody else before', async () => {
    const first = comment()
    town.meta.world.comment(post, town.page, LETTER.text, { under: first })
    time += HOUR
    const order = orderOn('redirect', await heard('comments', comment({ under: first })))
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'done' })
    expect(answersUnder(post)).toHaveLength(2)
  })

  it('is found among hundreds of other answers', async () => {
    const said = comment()
    const order = orderOn('redirect', await heard('comments', said))
    const outcome = await act(order)
    for (let n = 1; n <= 120; n += 1) town.meta.world.comment(post, town.sam, `No. ${n}`, { under: said })
    expect(await act({ ...order, attempt: 2 })).toEqual({ is: 'already-done', receipt: receiptOf(outcome) })
  })

  it('is no stranger’s own words', async () => {
    const said = comment()
    const order = orderOn('redirect', await heard('comments', said))
    town.meta.world.comment(post, town.sam, LETTER.text, { under: said })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'done' })
  })

  it('is found however Facebook breaks its lines', async () => {
    const letter = { text: 'Good morning.\n\nPlease ring the office.', links: [] }
    const order = orderOn('redirect', await heard('comments', comment()), { letter })
    expect(await act(order)).toMatchObject({ is: 'done' })
    for (const answer of answersUnder(post)) town.meta.world.edit(answer, 'Good morning.\r\nPlease ring the office. ')
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
  })

  it('answers a visitor under their post', async () => {
    const visited = visit()
    const order = orderOn('redirect', await heard('comments', visited))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(answersUnder(visited)).toMatchObject([{ parent: null, message: LETTER.text }])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
  })

  it('to a post elsewhere is left to staff, with the words to put in', async () => {
    const tagged = tag()
    const incoming = await heard('tagged', tagged)
    const outcome = await act(orderOn('redirect', incoming))
    expect(linkOf(outcome)).toBe(incoming.link)
    expect(wordsOf(outcome)).toContain(LETTER.text)
    expect(town.meta.writes).toEqual([])
  })

  it('that is too long is refused before it is sent', async () => {
    const letter = { text: 'x'.repeat(8001), links: [] }
    const outcome = await act(orderOn('redirect', await heard('comments', comment()), { letter }))
    expect(outcome).toMatchObject({ is: 'refused', because: expect.stringContaining('8001') })
    expect(town.meta.writes).toEqual([])
  })

  it('answers a message by a message, within a day, and is left to staff after that', async () => {
    const order = orderOn('redirect', await heard('messages', message()))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(lettersToSam()).toEqual([LETTER.text])
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'refused' })
    const late = orderOn('redirect', await heard('messages', message()))
    time += 25 * HOUR
    expect(wordsOf(await act(late))).toContain(LETTER.text)
    expect(lettersToSam()).toHaveLength(1)
  })

  describe('where the office answers comments in private', () => {
    beforeEach(() => reopen({}, { answer: 'private-reply' }))

    it('goes by message, once and within seven days', async () => {
      const said = comment()
      const late = comment({ at: time - 6 * DAY })
      const order = orderOn('redirect', await heard('comments', said))
      const lateOrder = orderOn('redirect', await heard('comments', late))
      const outcome = await act(order)
      expect(outcome).toMatchObject({ is: 'done', receipt: { message: said.privatelyAnswered?.id } })
      expect([said.privatelyAnswered?.text, answersUnder(post)]).toEqual([LETTER.text, []])
      expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
      expect(await act({ ...order, undo: true, receipt: receiptOf(outcome) })).toMatchObject({ is: 'refused' })
      time += 2 * DAY
      expect(await act(lateOrder)).toMatchObject({ is: 'refused', because: expect.stringContaining('seven days') })
      expect(lettersToSam()).toEqual([LETTER.text])
    })

    it('goes by message to a visitor, too', async () => {
      const visited = visit()
      expect(await act(orderOn('redirect', await heard('comments', visited)))).toMatchObject({ is: 'done' })
      expect([visited.privatelyAnswered?.text, answersUnder(visited)]).toEqual([LETTER.text, []])
    })

    it('is left to staff before Meta’s review', async () => {
      await reopen({ access: 'standard' }, { answer: 'private-reply' })
      const incoming = await heard('comments', comment())
      const outcome = await act(orderOn('redirect', incoming))
      expect(linkOf(outcome)).toBe(incoming.link)
      expect(wordsOf(outcome)).toContain(LETTER.text)
    })

    it('needs the right to write messages, and none to write comments', async () => {
      const can = async () => (await platform.probe(soon())).capabilities.redirect
      town.grant.tasks.get(town.page)?.delete('CREATE_CONTENT')
      expect(await can()).toMatchObject({ comment: 'automatic' })
      town.grant.scopes.delete('pages_messaging')
      expect(await can()).toMatchObject({ comment: 'manual' })
    })
  })
})

describe('a warning', () => {
  it('is never given in public', async () => {
    const [said, visited, tagged] = [comment(), visit(), tag()]
    expect(await act(orderOn('warn', await heard('comments', said)))).toMatchObject({ is: 'done' })
    expect(await act(orderOn('warn', await heard('comments', visited)))).toMatchObject({ is: 'done' })
    const outcome = await act(orderOn('warn', await heard('tagged', tagged)))
    expect(wordsOf(outcome)).toContain('then “Message”')
    expect([said.privatelyAnswered?.text, visited.privatelyAnswered?.text]).toEqual([LETTER.text, LETTER.text])
    expect([...answersUnder(post), ...answersUnder(visited), ...tagged.comments]).toEqual([])
  })
})

describe.each(['map', 'success'] as const)('blocking, where Meta answers with a %s', (blockAnswer) => {
  beforeEach(() => reopen({ blockAnswer }))

  it('is seen in the list of the blocked, and undone', async () => {
    const order = orderOn('block', await heard('comments', comment()), { item: null })
    expect(await act(order)).toEqual({ is: 'done', receipt: null })
    expect(isBlocked()).toBe(true)
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'done' })
    expect(isBlocked()).toBe(false)
    expect(await act({ ...order, undo: true, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(written()).toEqual(['POST Page/blocked', 'DELETE Page/blocked'])
  })

  it('takes what staff have blocked for done', async () => {
    const order = orderOn('block', await heard('comments', comment()), { item: null })
    town.meta.world.block(town.page, town.sam)
    expect(await act(order)).toMatchObject({ is: 'already-done' })
    expect(town.meta.writes).toEqual([])
  })
})

describe('blocking', () => {
  it('believes nothing that it does not see', async () => {
    const order = orderOn('block', await heard('comments', comment()), { item: null })
    for (const body of [{ success: true }, { [order.author?.id ?? '']: true }, { data: [{ code: 7 }] }]) {
      town.meta.faults.once('POST Page/blocked', { status: 200, body })
      expect(await act(order)).toMatchObject({ is: 'retry' })
    }
    expect(isBlocked()).toBe(false)
  })

  it('takes nobody else’s block for this one', async () => {
    const order = orderOn('block', await heard('comments', comment()), { item: null })
    // Should Meta ever answer with the whole list.
    town.meta.faults.once('GET Page/blocked', { status: 200, body: { data: [{ id: '1', name: 'Robin' }] } })
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(isBlocked()).toBe(true)
  })

  it('of whom Meta keeps back is left to staff, who find them beside what they wrote', async () => {
    await reopen({ access: 'standard' })
    const incoming = await heard('comments', comment())
    const order = orderOn('block', incoming)
    expect(order.author).toBeNull()
    const outcome = await act(order)
    expect(linkOf(outcome)).toBe(incoming.link)
    expect(wordsOf(outcome)).toContain('Find the comment, press the three dots beside it, choose “Block”')
    const undone = await act({ ...order, undo: true })
    expect(wordsOf(undone)).toContain('“Unblock”')
    const visited = await heard('comments', visit())
    expect(wordsOf(await act(orderOn('block', visited)))).toContain('Find the post')
    expect(town.meta.writes).toEqual([])
  })

  it('of whom Facebook does not know by that id is left to staff', async () => {
    const incoming = await heard('comments', comment())
    const order = orderOn('block', incoming, { author: { id: '1', handle: 'Nobody' } })
    expect(linkOf(await act(order))).toBe(incoming.link)
  })

  it('is left to staff where the app may not', async () => {
    town.grant.scopes.delete('pages_manage_metadata')
    const incoming = await heard('comments', comment())
    expect(linkOf(await act(orderOn('block', incoming)))).toBe(incoming.link)
    // Without the item there is the Page's own list of people.
    const outcome = await act(orderOn('block', incoming, { item: null }))
    expect(linkOf(outcome)).toBe(`https://www.facebook.com/${town.page.id}`)
    expect(isBlocked()).toBe(false)
  })

  it('reaches whoever has only written a message', async () => {
    const incoming = await heard('messages', message())
    expect(await act(orderOn('block', incoming))).toMatchObject({ is: 'done' })
    expect(isBlocked()).toBe(true)
    // Where the order names the message alone.
    expect(await act(orderOn('block', incoming, { author: null }))).toMatchObject({ is: 'already-done' })
  })
})

describe('what staff did by hand', () => {
  const orderOf = (author: Order['author'], rest: Partial<Order> = {}): Order => ({
    ...orderFor(platform, 'block', incoming, { item: null }),
    author,
    ...rest,
  })
  let incoming: Incoming
  beforeEach(async () => {
    incoming = await heard('comments', comment())
  })

  it('is seen in the list of the blocked', async () => {
    const robin = town.meta.world.person('Robin')
    const order = orderOf(incoming.author)
    const ofRobin = orderOf({ id: town.meta.world.idOf(robin, town.page), handle: 'Robin' })
    const undo = orderOf(ofRobin.author, { undo: true })
    const unknown = orderOf(null)
    const orders = [order, ofRobin, undo, unknown, { ...order, id: 'another', action: 'mute' as const }]
    expect(await platform.doneByHand?.(orders, soon())).toEqual(new Set([undo.id]))
    town.meta.world.block(town.page, town.sam)
    town.meta.world.block(town.page, robin)
    expect(await platform.doneByHand?.(orders, soon())).toEqual(new Set([order.id, ofRobin.id]))
    expect(platform.seesByHand).toEqual(['block'])
    expect(town.meta.writes).toEqual([])
  })

  it('is found on the further pages of a long list', async () => {
    town.meta.world.block(town.page, town.sam)
    for (let n = 1; n <= 250; n += 1) town.meta.world.block(town.page, town.meta.world.person(`Robin ${n}`))
    const order = orderOf(incoming.author)
    expect(await platform.doneByHand?.([order], soon())).toEqual(new Set([order.id]))
    expect(town.meta.reads.filter(({ name }) => name === 'GET Page/blocked')).toHaveLength(3)
  })

  it('is asked for one by one where the list is longer than is read', async () => {
    town.meta.world.block(town.page, town.sam)
    for (let n = 1; n <= 2000; n += 1) town.meta.world.block(town.page, town.meta.world.person(`Robin ${n}`))
    const last = [...town.page.blocked].at(-1) ?? town.sam
    const ofLast = orderOf({ id: town.meta.world.idOf(last, town.page), handle: 'Robin' }, { id: 'last' })
    const orders = [orderOf(incoming.author), ofLast]
    expect(await platform.doneByHand?.(orders, soon())).toEqual(new Set(orders.map(({ id }) => id)))
    // Twenty pages, and one of the two beyond them.
    expect(town.meta.reads.filter(({ name }) => name === 'GET Page/blocked')).toHaveLength(21)
  })

  it.each([
    ['expired', 'unauthorised'],
    ['denied', 'unauthorised'],
    ['badGateway', 'unavailable'],
    ['pagesThrottled', 'throttled'],
  ] as const)('that can’t be seen for %s is said to be %s', async (fault, trouble) => {
    town.meta.faults.once('GET Page/blocked', fault)
    await expect(platform.doneByHand?.([orderOf(incoming.author)], soon())).rejects.toMatchObject({ trouble })
  })
})

describe('restricting', () => {
  it('moves a conversation to spam, and tells how it comes back', async () => {
    const said = message()
    const order = orderOn('restrict', await heard('messages', said))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(said.conversation.folder).toBe('spam')
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    const back = await act({ ...order, undo: true })
    expect(linkOf(back)).toMatch(/^https:\/\//)
    expect(wordsOf(back)).toContain('choose “Spam”')
  })

  it('finds the conversation by the person alone', async () => {
    const said = message()
    expect(await act(orderOn('restrict', await heard('messages', said), { item: null }))).toMatchObject({ is: 'done' })
    expect(said.conversation.folder).toBe('spam')
  })

  it('is refused for what is public, and where nobody is named', async () => {
    const incoming = await heard('comments', comment())
    expect(await act(orderOn('restrict', incoming))).toMatchObject({ is: 'refused' })
    expect(await act(orderOn('restrict', incoming, { item: null, author: null }))).toMatchObject({ is: 'refused' })
    // Somebody who has never written a message.
    expect(await act(orderOn('restrict', incoming, { item: null }))).toMatchObject({ is: 'refused' })
  })
})

describe('what no program can do', () => {
  it('is left to staff: closing comments, and opening them', async () => {
    const order = orderOn('close-comments', await heard('comments', comment()))
    const outcome = await act(order)
    expect(linkOf(outcome)).toBe(`https://www.facebook.com/${post.id}`)
    expect(wordsOf(outcome)).toContain('“Profiles and Pages you mention”')
    expect(wordsOf(await act({ ...order, undo: true }))).toContain('“Public”')
  })

  it('is left to staff: reporting, with the nearest of Facebook’s reasons', async () => {
    const incoming = await heard('comments', comment())
    const outcome = await act(orderOn('report', incoming))
    expect(linkOf(outcome)).toBe(incoming.link)
    expect(wordsOf(outcome)).toContain('“Bullying, harassment or abuse”')
    expect(wordsOf(await act(orderOn('report', incoming, { breach: 'unheard-of' })))).toContain(
      'choose what comes nearest',
    )
    expect(wordsOf(await act(orderOn('report', await heard('messages', message()))))).toContain('In the conversation')
    expect(wordsOf(await act(orderOn('report', await heard('tagged', tag()))))).toContain('“Report post”')
    expect(await act(orderOn('report', incoming, { undo: true }))).toMatchObject({ is: 'refused' })
  })

  it('is refused: muting, and whatever names nothing to act on', async () => {
    const incoming = await heard('comments', comment())
    expect(await act(orderOn('mute', incoming))).toMatchObject({ is: 'refused' })
    for (const action of ['hide', 'delete', 'close-comments', 'block', 'delete-own', 'redirect'] as const)
      expect(await act(orderOn(action, incoming, { item: null, author: null }))).toMatchObject({ is: 'refused' })
    expect(town.meta.writes).toEqual([])
  })

  it('says whose account to use, in every word to staff', async () => {
    const incoming = await heard('tagged', tag())
    for (const action of ['hide', 'delete', 'report', 'redirect', 'warn'] as const)
      expect(wordsOf(await act(orderOn(action, incoming)))).toContain('manages Jo Hartley MP, switch to the Page')
  })
})

describe('what it says of itself', () => {
  const can = async () => (await platform.probe(soon())).capabilities

  it('is what the token allows', async () => {
    comment()
    expect(await platform.probe(soon())).toMatchObject({ handle: 'Jo Hartley MP', warnings: [] })
    expect(await can()).toEqual({
      hide: { comment: 'automatic', mention: 'manual' },
      delete: { comment: 'automatic', mention: 'automatic' },
      'close-comments': { comment: 'manual' },
      mute: 'impossible',
      restrict: { message: 'automatic' },
      block: 'automatic',
      'delete-own': 'automatic',
      report: 'manual',
      redirect: { comment: 'automatic', mention: 'automatic', message: 'automatic' },
      warn: { comment: 'automatic', mention: 'automatic', message: 'automatic' },
    })
    expect(kind.means?.block).toContain('a task with the exact steps')
  })

  it('leaves blocking to staff where Meta keeps people back', async () => {
    await reopen({ access: 'standard' })
    comment()
    expect(await can()).toMatchObject({ hide: { comment: 'automatic' }, block: 'manual' })
  })

  const SCOPES: readonly Scope[] = [
    'pages_read_engagement',
    'pages_read_user_content',
    'pages_manage_engagement',
    'pages_manage_metadata',
    'pages_manage_posts',
    'pages_messaging',
  ]
  const TASKS: readonly Task[] = ['MODERATE', 'MESSAGING', 'CREATE_CONTENT']
  const without = (missing: string) =>
    capabilities({
      scopes: new Set(SCOPES.filter((one) => one !== missing)),
      tasks: new Set(TASKS.filter((one) => one !== missing)),
      seesAuthors: true,
    })

  it.each([
    [
      'pages_manage_engagement',
      { hide: { comment: 'impossible' }, redirect: { comment: 'impossible' }, block: 'manual' },
    ],
    ['pages_read_user_content', { delete: { comment: 'impossible' } }],
    ['pages_manage_metadata', { hide: { comment: 'automatic' }, block: 'manual' }],
    ['pages_manage_posts', { delete: { comment: 'automatic', mention: 'manual' } }],
    ['pages_messaging', { warn: { comment: 'manual' }, redirect: { comment: 'automatic', message: 'manual' } }],
    ['MODERATE', { hide: { comment: 'impossible' }, redirect: { comment: 'impossible' }, block: 'manual' }],
    ['CREATE_CONTENT', { hide: { comment: 'automatic' }, redirect: { comment: 'impossible', message: 'automatic' } }],
    ['MESSAGING', { warn: { comment: 'manual' }, restrict: { message: 'manual' } }],
  ])('is less without %s', (missing, expected) => {
    expect(without(missing)).toMatchObject(expected)
  })

  it('makes all wait, and says where to look, once Meta takes it away', async () => {
    const order = orderOn('hide', await heard('comments', comment()))
    town.grant.scopes.delete('pages_manage_engagement')
    expect(await can()).toMatchObject({ hide: { comment: 'impossible' } })
    expect(await act(order)).toMatchObject({ is: 'retry', all: true, because: expect.stringContaining('doctor') })
  })
})

/** As the README says. */
describe('it costs', () => {
  const costOf = async (order: Order): Promise<number> => {
    // Who the Page is was asked before.
    await act(orderOn('hide', await heard('comments', comment())))
    const before = town.meta.reads.length + town.meta.writes.length
    expect((await act(order)).is).toBe('done')
    return town.meta.reads.length + town.meta.writes.length - before
  }

  it.each([
    [3, 'hide', 'comments', comment],
    [3, 'block', 'comments', comment],
    [2, 'delete', 'comments', comment],
    [1, 'delete', 'comments', visit],
    [1, 'redirect', 'comments', comment],
    [1, 'warn', 'comments', comment],
    [2, 'restrict', 'messages', message],
  ] as const)('%i calls to %s what is among the %s', async (calls, action, source, say) => {
    expect(await costOf(orderOn(action, await heard(source, say())))).toBe(calls)
  })
})
