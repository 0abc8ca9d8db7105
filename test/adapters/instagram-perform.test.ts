import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instagram as kind } from '../../adapters/instagram/index.ts'
import type { Incoming, Json, Letter, Order, Outcome, Platform } from '../../adapters/platform.ts'
import type { ActionKind } from '../../moderation/model.ts'
import type { Message } from '../emulators/meta/inbox.ts'
import type { InstagramComment, Medium } from '../emulators/meta/instagram.ts'
import { DAY, HOUR, type Office, office, orderFor, readerOf, type Staging, soon } from '../support/instagram-office.ts'

/** What is done on Instagram, what is left to staff, and in which words. */

const LETTER: Letter = { text: 'Please ring the office on 01632 960100.', links: [] }

let town: Office
let platform: Platform
let medium: Medium

async function open(staging: Staging = {}): Promise<void> {
  town = await office(staging)
  platform = town.platform
  medium = town.instagram.publish(town.account, 'At the library')
}
async function reopen(staging: Staging): Promise<void> {
  await close()
  await open(staging)
}
async function close(): Promise<void> {
  await town.meta.close()
  expect(town.meta.violations).toEqual([])
}
beforeEach(() => open())
afterEach(close)

const comment = (facts: Parameters<Office['instagram']['comment']>[3] = {}): InstagramComment =>
  town.instagram.comment(medium, town.sam, 'Resign.', facts)
const message = (at = town.clock.now): Message => town.world.inbox.receive(town.sam, town.account, 'Help', { at })

async function heard(source: string, { id }: { id: string }, hint?: Json): Promise<Incoming> {
  const reader = readerOf(platform)
  if (hint !== undefined) reader.hint(source, hint)
  await reader.read(source)
  return reader.find(id)
}
const orderOn = (action: ActionKind, incoming: Incoming, rest: Partial<Order> = {}): Order =>
  orderFor(platform, action, incoming, {
    ...(action === 'redirect' || action === 'warn' ? { letter: LETTER } : {}),
    ...(action === 'report' ? { breach: 'abuse' } : {}),
    ...rest,
  })
const act = async (order: Order): Promise<Outcome> => platform.perform(order, soon())
const written = (): string[] => town.meta.writes.filter(({ done }) => done).map(({ name }) => String(name))
const ownWords = (): string[] => {
  return medium.comments.filter(({ author, deleted }) => author === town.account && !deleted).map(({ text }) => text)
}

describe('hiding', () => {
  it('writes `hide`, is looked at, and is not written twice', async () => {
    const said = comment()
    const order = orderOn('hide', await heard('comments', said))
    expect(await act(order)).toEqual({ is: 'done', receipt: null })
    expect(said.hidden).toBe(true)
    expect(town.meta.writes[0]).toMatchObject({ path: `/${said.id}`, parameters: { hide: true } })
    expect(Object.keys(town.meta.writes[0]?.parameters ?? {})).toEqual(['hide'])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'done' })
    expect(said.hidden).toBe(false)
    expect(written()).toHaveLength(2)
  })

  it('believes nothing that it does not see', async () => {
    const said = comment()
    const order = orderOn('hide', await heard('comments', said))
    town.meta.faults.once('POST IGComment', { status: 200, body: { success: true } })
    expect(await act(order)).toMatchObject({ is: 'retry' })
    expect(said.hidden).toBe(false)
  })

  it('works without knowing who wrote it', async () => {
    await reopen({ access: 'standard' })
    const said = comment()
    const incoming = await heard('comments', said)
    expect(incoming.author).toBeNull()
    expect(await act(orderOn('hide', incoming))).toMatchObject({ is: 'done' })
    expect(said.hidden).toBe(true)
  })

  it('finds gone what its author has deleted', async () => {
    const said = comment()
    const incoming = await heard('comments', said)
    town.instagram.delete(said)
    expect(await act(orderOn('hide', incoming))).toEqual({ is: 'gone' })
    expect(await act(orderOn('redirect', incoming))).toEqual({ is: 'gone' })
    expect(await act(orderOn('delete', incoming))).toMatchObject({ is: 'already-done' })
  })

  it('is refused elsewhere than under the account’s own posts', async () => {
    const tag = town.instagram.publish(town.sam, 'Look', { tags: [town.account] })
    const incoming = await heard('tags', tag)
    for (const action of ['hide', 'delete', 'close-comments'] as const)
      expect(await act(orderOn(action, incoming))).toMatchObject({ is: 'refused' })
    expect(written()).toEqual([])
  })
})

describe('deleting', () => {
  it('takes the comment and its answers, for good', async () => {
    const said = comment()
    const answer = comment({ under: said })
    const order = orderOn('delete', await heard('comments', said))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect([town.instagram.find(said.id), town.instagram.find(answer.id)]).toEqual([null, null])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'refused' })
  })

  it('takes back what the account said, and nothing that others said', async () => {
    const said = comment()
    const own = town.instagram.comment(medium, town.account, 'In haste')
    const incoming = await heard('comments', said)
    const orderOnOwn = (id: string): Order =>
      orderOn('delete-own', incoming, { item: { id, kind: 'comment', revision: '', handle: null }, author: null })
    expect(await act(orderOnOwn(said.id))).toMatchObject({ is: 'refused' })
    expect(town.instagram.find(said.id)).not.toBeNull()
    expect(await act(orderOnOwn(own.id))).toMatchObject({ is: 'done' })
    expect(await act({ ...orderOnOwn(own.id), attempt: 2 })).toMatchObject({ is: 'already-done' })
  })

  it('leaves the account’s own posts to staff', async () => {
    const item = { id: medium.id, kind: 'comment', revision: '', handle: null } as const
    const order = orderOn('delete-own', await heard('comments', comment()), { item, author: null })
    // So Meta answers where a post is asked for a comment's fields.
    town.meta.faults.once('GET IGMedia', {
      status: 400,
      body: {
        error: { message: '(#100) Tried accessing nonexisting field (text)', type: 'OAuthException', code: 100 },
      },
    })
    expect(await act(order)).toMatchObject({ is: 'manual', link: 'https://www.instagram.com/johartleymp/' })
  })
})

it('closes the comments of one post, and opens them again', async () => {
  const other = town.instagram.publish(town.account, 'Another')
  const order = orderOn('close-comments', await heard('comments', comment()))
  expect(await act(order)).toMatchObject({ is: 'done' })
  expect([medium.commentsOpen, other.commentsOpen]).toEqual([false, true])
  expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'done' })
  expect(await act({ ...order, undo: true, receipt: { closed: true } })).toMatchObject({ is: 'done' })
  expect(medium.commentsOpen).toBe(true)
})

it('leaves closed what was closed before', async () => {
  const order = orderOn('close-comments', await heard('comments', comment()))
  medium.commentsOpen = false
  const outcome = await act(order)
  expect(outcome).toMatchObject({ is: 'already-done', receipt: null })
  expect(await act({ ...order, undo: true })).toMatchObject({ is: 'refused' })
  expect(medium.commentsOpen).toBe(false)
})

describe('a redirect', () => {
  it('stands under the comment, once, and can be taken back', async () => {
    const said = comment()
    const order = orderOn('redirect', await heard('comments', said))
    const outcome = await act(order)
    expect(outcome).toMatchObject({ is: 'done', receipt: { comment: expect.any(String) } })
    expect(medium.comments.at(-1)).toMatchObject({ parent: said, text: LETTER.text })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    const receipt = outcome.is === 'done' ? outcome.receipt : null
    expect(await act({ ...order, undo: true, receipt })).toMatchObject({ is: 'done' })
    expect(ownWords()).toEqual([])
    expect(await act({ ...order, undo: true, receipt: null })).toMatchObject({ is: 'refused' })
  })

  it('to an answer stands below the first comment, where a second try finds it', async () => {
    const first = comment()
    const answer = comment({ under: first })
    const order = orderOn('redirect', await heard('comments', answer))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(medium.comments.at(-1)?.parent).toBe(first)
    expect(town.meta.writes.at(-1)?.path).toBe(`/${first.id}/replies`)
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
  })

  it('is not taken for done by the same words to somebody else before', async () => {
    const first = comment()
    town.instagram.comment(medium, town.account, LETTER.text, { under: first })
    town.later(HOUR)
    const order = orderOn('redirect', await heard('comments', comment({ under: first })))
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'done' })
    expect(ownWords()).toHaveLength(2)
  })

  it('of what is hidden is a private answer, which is found again', async () => {
    const said = comment()
    const order = orderOn('redirect', await heard('comments', said))
    said.hidden = true
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    const letters = town.world.inbox.between(town.account, town.sam)?.messages.map(({ text }) => text)
    expect(letters).toEqual([LETTER.text])
    expect(ownWords()).toEqual([])
  })

  it('is refused with words where comments are closed', async () => {
    const order = orderOn('redirect', await heard('comments', comment()))
    medium.commentsOpen = false
    expect(await act(order)).toMatchObject({ is: 'refused', because: expect.stringContaining('closed') })
    expect(town.meta.writes.filter(({ path }) => path.endsWith('/messages'))).toEqual([])
  })

  it('that is too long is refused before it is sent', async () => {
    const letter = { text: 'x'.repeat(2201), links: [] }
    expect(await act(orderOn('redirect', await heard('comments', comment()), { letter }))).toMatchObject({
      is: 'refused',
    })
    expect(town.meta.writes).toEqual([])
  })

  it('goes by message where the office wants it, once and within seven days', async () => {
    await reopen({ settings: { answer: 'private-reply' } })
    const said = comment()
    const late = comment({ at: town.clock.now - 6 * DAY })
    const order = orderOn('redirect', await heard('comments', said))
    const lateOrder = orderOn('redirect', await heard('comments', late))
    expect(await act(order)).toMatchObject({ is: 'done', receipt: { message: expect.any(String) } })
    expect(said.privatelyAnswered?.text).toBe(LETTER.text)
    expect(ownWords()).toEqual([])
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    town.later(2 * DAY)
    expect(await act(lateOrder)).toMatchObject({ is: 'refused', because: expect.stringContaining('seven days') })
  })

  it('answers a caption and a comment elsewhere that name the account', async () => {
    const theirs = town.instagram.publish(town.sam, 'Shame on @johartleymp')
    const said = town.instagram.comment(theirs, town.sam, 'And on @johartleymp again')
    const caption = orderOn('redirect', await heard('mentions', theirs, { media: theirs.id }))
    const remark = orderOn('redirect', await heard('mentions', said, { media: theirs.id, comment: said.id }))
    expect(await act(remark)).toMatchObject({ is: 'done' })
    expect(theirs.comments.at(-1)).toMatchObject({ author: town.account, parent: said, text: LETTER.text })
    expect(await act({ ...remark, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act(caption)).toMatchObject({ is: 'done' })
    expect(await act({ ...caption, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(theirs.comments.filter(({ author }) => author === town.account)).toHaveLength(2)
  })

  it('to a post that only tags the account is left to staff, with the words to put in', async () => {
    const tag = town.instagram.publish(town.sam, 'Look', { tags: [town.account] })
    const outcome = await act(orderOn('redirect', await heard('tags', tag)))
    expect(outcome).toMatchObject({ is: 'manual', words: expect.stringContaining(LETTER.text) })
    expect(outcome.is === 'manual' && outcome.link).toMatch(/^https:\/\/www\.instagram\.com\/p\//)
    expect(town.meta.writes).toEqual([])
  })

  it('answers a message by a message, within a day, and is left to staff after that', async () => {
    const order = orderOn('redirect', await heard('messages', message()))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'refused' })
    const late = orderOn('redirect', await heard('messages', message()))
    town.later(25 * HOUR)
    expect(await act(late)).toMatchObject({ is: 'manual', words: expect.stringContaining(LETTER.text) })
  })
})

describe('a warning', () => {
  it('is never given in public', async () => {
    const said = comment()
    expect(await act(orderOn('warn', await heard('comments', said)))).toMatchObject({ is: 'done' })
    expect(said.privatelyAnswered?.text).toBe(LETTER.text)
    const tag = town.instagram.publish(town.sam, 'Look @johartleymp', { tags: [town.account] })
    const outcome = await act(orderOn('warn', await heard('tags', tag)))
    expect(outcome).toMatchObject({ is: 'manual', link: 'https://www.instagram.com/sam.ordinary/' })
    expect(ownWords()).toEqual([])
    expect(tag.comments).toEqual([])
  })
})

describe('blocking', () => {
  it('is done where they have written a message, whatever it is for', async () => {
    message()
    const order = orderOn('block', await heard('comments', comment()), { item: null })
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(town.account.blocked.has(town.sam)).toBe(true)
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'done' })
    expect(town.account.blocked.has(town.sam)).toBe(false)
  })

  it('of somebody who has never written is left to staff, with their page and what to press', async () => {
    const outcome = await act(orderOn('block', await heard('comments', comment()), { item: null }))
    expect(outcome).toMatchObject({ is: 'manual', link: 'https://www.instagram.com/sam.ordinary/' })
    expect(outcome.is === 'manual' && outcome.words).toContain('Signed in to Instagram as @johartleymp')
    expect(outcome.is === 'manual' && outcome.words).toContain('choose “Block”')
    const undone = await act(orderOn('block', await heard('comments', comment()), { undo: true }))
    expect(undone).toMatchObject({ is: 'manual', words: expect.stringContaining('“Unblock”') })
  })

  it('of somebody whom Meta keeps back is left to staff, who find them by what they wrote', async () => {
    await reopen({ access: 'standard' })
    const incoming = await heard('comments', comment())
    const order = orderOn('block', incoming)
    expect(order.author).toBeNull()
    expect(await act(order)).toMatchObject({ is: 'manual', link: 'https://www.instagram.com/sam.ordinary/' })
    const { username: _, ...nameless } = incoming.handle as { [key: string]: Json }
    const outcome = await act(orderOn('block', { ...incoming, handle: nameless }))
    expect(outcome).toMatchObject({ is: 'manual', link: incoming.link })
    expect(outcome.is === 'manual' && outcome.words).toContain('find the comment and press the name above it')
    expect(town.meta.writes).toEqual([])
  })

  it('is left to staff where the app may not', async () => {
    await reopen({
      grant: {
        scopes: [
          'pages_show_list',
          'pages_read_engagement',
          'instagram_basic',
          'instagram_manage_comments',
          'instagram_manage_messages',
        ],
      },
    })
    message()
    const order = orderOn('block', await heard('comments', comment()))
    expect(await act(order)).toMatchObject({ is: 'manual' })
  })
})

describe('restricting', () => {
  it('moves a conversation to spam, and tells how it comes back', async () => {
    const said = message()
    const order = orderOn('restrict', await heard('messages', said))
    expect(await act(order)).toMatchObject({ is: 'done' })
    expect(said.conversation.folder).toBe('spam')
    expect(await act({ ...order, attempt: 2 })).toMatchObject({ is: 'already-done' })
    expect(await act({ ...order, undo: true })).toMatchObject({ is: 'manual', link: expect.stringMatching(/^https:/) })
  })

  it('of a commenter is left to staff, who are told what Serjeant will no longer see', async () => {
    const outcome = await act(orderOn('restrict', await heard('comments', comment())))
    expect(outcome).toMatchObject({ is: 'manual', words: expect.stringContaining('choose “Restrict”') })
    expect(outcome.is === 'manual' && outcome.words).toContain('no longer sees what @sam.ordinary writes')
  })
})

it('leaves a report to staff, with the nearest of Instagram’s reasons', async () => {
  const outcome = await act(orderOn('report', await heard('comments', comment())))
  expect(outcome).toMatchObject({ is: 'manual', words: expect.stringContaining('Bullying') })
  expect(outcome.is === 'manual' && outcome.link).toMatch(/^https:\/\/www\.instagram\.com\/p\//)
  expect(await act(orderOn('report', await heard('messages', message())))).toMatchObject({ is: 'manual' })
  expect(await act(orderOn('mute', await heard('comments', comment())))).toMatchObject({ is: 'refused' })
})

describe('what it says of itself', () => {
  const can = async () => (await platform.probe(soon())).capabilities

  it('is what the token allows', async () => {
    expect(await platform.probe(soon())).toMatchObject({ handle: 'johartleymp' })
    expect(await can()).toMatchObject({
      hide: { comment: 'automatic' },
      mute: 'impossible',
      report: 'manual',
      block: 'automatic',
    })
    expect(kind.means?.block).toContain('private message')
  })

  it('shrinks with the token, and says what is missing', async () => {
    town.grant.scopes.delete('instagram_manage_messages')
    expect(await can()).toMatchObject({ block: 'manual', redirect: { message: 'manual' }, warn: { comment: 'manual' } })
    town.grant.scopes.delete('instagram_manage_comments')
    expect(await can()).toMatchObject({ hide: { comment: 'impossible' } })
    const { notes } = await platform.probe(soon())
    expect(notes.join('\n')).toContain('instagram_manage_comments')
  })

  it('takes messages for private answers', async () => {
    await reopen({ settings: { answer: 'private-reply' } })
    expect(await can()).toMatchObject({ redirect: { comment: 'automatic' } })
    town.grant.scopes.delete('instagram_manage_messages')
    expect(await can()).toMatchObject({ redirect: { comment: 'manual' } })
  })

  it('tells of what no program can see', async () => {
    expect((await platform.probe(soon())).notes.join('\n')).toContain('comments under adverts')
  })

  it('is refused where a person’s own token is given', async () => {
    const { token } = town.meta.tokens.user([town.page])
    const theirs = town.platformWith({ token })
    await expect(theirs.probe(soon())).rejects.toMatchObject({ trouble: 'unauthorised' })
  })
})
