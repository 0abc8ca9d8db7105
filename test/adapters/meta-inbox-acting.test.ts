import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareLetter, privateReply, type Saying, writeMessage } from '../../adapters/meta/letters.ts'
import type { MessageHandle, Network } from '../../adapters/meta/messages.ts'
import { block, restrict } from '../../adapters/meta/moderate.ts'
import type { Outcome } from '../../adapters/platform.ts'
import type { Comment } from '../emulators/meta/facebook.ts'
import type { InstagramComment } from '../emulators/meta/instagram.ts'
import { DAY, HOUR, handleOf, inboxOn, MINUTE, type Office, soon } from '../support/meta-inbox.ts'

const NETWORKS: readonly Network[] = ['facebook', 'instagram']
const TEXT = 'Thank you. For help please ring 0161 496 0000.\nThis answer is automatic.'

describe.each(NETWORKS)('acting in the inbox on %s', (network) => {
  let office: Office
  let saying: Saying
  beforeEach(async () => {
    office = await inboxOn(network)
    saying = { letter: { text: TEXT, links: [] }, prepared: prepareLetter(new Date(office.clock.now)), attempt: 1 }
  })
  afterEach(async () => {
    const { violations, reads, writes, close } = office.meta
    await close()
    expect(violations).toEqual([])
    expect([...reads, ...writes].filter(({ tokenIn, proved }) => tokenIn.join() !== 'header' || !proved)).toEqual([])
  })

  const heard = async (text = 'Hello'): Promise<MessageHandle> => {
    office.receive(office.sam, text)
    const [item] = await office.read()
    if (!item) throw new Error('nothing was heard')
    return handleOf(item)
  }
  /** What the account has written to Sam. */
  const sent = (): string[] =>
    office.world.inbox
      .between(office.side, office.sam)
      ?.messages.flatMap(({ author, text }) => (author === office.side ? [text] : [])) ?? []
  const write = (handle: MessageHandle, more: Partial<Saying> = {}): Promise<Outcome> =>
    writeMessage(office.account, network, { ...saying, ...more }, handle, soon())

  describe('a message', () => {
    it('is sent once', async () => {
      const handle = await heard()
      expect(await write(handle)).toMatchObject({ is: 'done', receipt: { message: expect.any(String) } })
      expect(sent()).toEqual([TEXT])
    })

    it('is not repeated by a second try, though Meta writes its spaces in another way', async () => {
      const handle = await heard()
      office.later(MINUTE)
      office.send(office.sam, `${TEXT.replace('\n', ' \r\n')} `)
      expect(await write(handle, { attempt: 2 })).toMatchObject({ is: 'already-done' })
      expect(sent()).toHaveLength(1)
    })

    it('is sent by a second try where the first never came, and an earlier letter with the same words is another', async () => {
      office.receive(office.sam, 'Long before', { at: office.clock.now - 2 * HOUR })
      office.send(office.sam, TEXT, { at: office.clock.now - HOUR })
      const handle = await heard()
      expect(await write(handle, { attempt: 2 })).toMatchObject({ is: 'done' })
      expect(sent()).toHaveLength(2)
    })

    it('is not taken for sent because the other person says the same', async () => {
      const handle = await heard(TEXT)
      expect(await write(handle, { attempt: 2 })).toMatchObject({ is: 'done' })
    })

    it('is never sent again where Meta no longer tells what was written since', async () => {
      const handle = await heard()
      office.send(office.sam, TEXT)
      for (let n = 1; n <= 25; n++) office.receive(office.sam, `And ${n}`, { at: office.clock.now + n * 1000 })
      office.later(MINUTE)
      expect(await write(handle, { attempt: 2 })).toMatchObject({ is: 'unconfirmed' })
      expect(sent()).toHaveLength(1)
    })

    it('is found where the answer was lost', async () => {
      const handle = await heard()
      office.meta.faults.once('POST Page/messages', 'lost')
      expect(await write(handle)).toMatchObject({ is: 'already-done', receipt: { message: expect.any(String) } })
      expect(sent()).toEqual([TEXT])
    })

    it('is left to a person a day after the last word, and where nobody can be named', async () => {
      const handle = await heard()
      office.later(DAY + MINUTE)
      const outcome = await write(handle)
      expect(outcome).toMatchObject({ is: 'manual', link: handle.link })
      expect(outcome.is === 'manual' && outcome.words).toContain(TEXT)
      expect(await write({ ...handle, person: null })).toMatchObject({ is: 'manual' })
      expect(sent()).toEqual([])
    })

    it('is refused where the person can’t be reached, and where it is too long', async () => {
      const handle = await heard()
      office.sam.reachable = false
      expect(await write(handle)).toMatchObject({ is: 'refused', because: expect.stringContaining('can’t be reached') })
      office.sam.reachable = true
      const long = { text: 'é'.repeat(network === 'facebook' ? 2001 : 501), links: [] }
      expect(await write(handle, { letter: long })).toMatchObject({ is: 'refused' })
      const fits = { text: 'é'.repeat(network === 'facebook' ? 2000 : 500), links: [] }
      expect(await write(handle, { letter: fits })).toMatchObject({ is: 'done' })
    })
  })

  describe('a private reply', () => {
    let comment: Comment | InstagramComment
    beforeEach(() => {
      const { world, page, onInstagram, sam } = office
      comment =
        network === 'facebook'
          ? world.comment(world.post(page, 'Surgery on Friday'), sam, 'You lot are all the same')
          : world.instagram.comment(world.instagram.publish(onInstagram, 'Surgery'), sam, 'You lot are all the same')
    })
    const reply = (more: Partial<Saying> = {}, author: string | null = office.idOf(office.sam)): Promise<Outcome> =>
      privateReply(
        office.account,
        network,
        { ...saying, ...more },
        { to: { comment: comment.id }, author, link: 'https://example.com/comment' },
        soon(),
      )

    it('is sent once, and a second order with other words is refused', async () => {
      expect(await reply()).toMatchObject({ is: 'done' })
      expect(await reply({ attempt: 2 })).toMatchObject({ is: 'already-done' })
      expect(await reply()).toMatchObject({ is: 'already-done' })
      const other = { text: 'Something else', links: [] }
      expect(await reply({ letter: other })).toMatchObject({ is: 'refused' })
      expect(await reply({ letter: other, attempt: 2 })).toMatchObject({ is: 'refused' })
      expect(sent()).toEqual([TEXT])
    })

    it('is found where the answer was lost', async () => {
      office.meta.faults.once('POST Page/messages', 'lost')
      expect(await reply()).toMatchObject({ is: 'already-done' })
      expect(sent()).toEqual([TEXT])
    })

    it('is found without knowing the author only on Facebook, and never sent again unseen', async () => {
      const found = network === 'facebook' ? 'already-done' : 'unconfirmed'
      office.meta.faults.once('POST Page/messages', 'lost')
      expect(await reply({}, null)).toMatchObject({ is: found })
      expect(await reply({ attempt: 2 }, null)).toMatchObject({ is: found })
      expect(sent()).toEqual([TEXT])
    })

    it('is sent by a second try where the first was only throttled, whoever wrote the comment', async () => {
      office.meta.faults.once('POST Page/messages', 'messengerThrottled')
      expect(await reply({}, null)).toMatchObject({ is: 'retry' })
      office.later(2 * HOUR)
      expect(await reply({ attempt: 2 }, null)).toMatchObject({ is: 'done' })
      expect(sent()).toEqual([TEXT])
    })

    it('is found by a second try in whatever folder the conversation lies', async () => {
      await reply()
      const conversation = office.world.inbox.between(office.side, office.sam)
      for (const folder of ['other', 'pending', 'spam'] as const) {
        if (conversation) conversation.folder = folder
        expect(await reply({ attempt: 2 })).toMatchObject({ is: 'already-done' })
      }
      // Meta need not have each of them.
      office.meta.faults.once('GET Page/conversations', { status: 200, body: { data: [] } })
      office.meta.faults.once('GET Page/conversations', 'deprecated', 2)
      expect(await reply({ attempt: 2 })).toMatchObject({ is: 'already-done' })
      expect(sent()).toEqual([TEXT])
    })

    it('is not taken for sent because the same stands in somebody else’s conversation, nor for unsent', async () => {
      const other = office.world.person('Ann Other')
      office.receive(other, 'Hello')
      office.send(other, TEXT)
      const id = office.world.inbox.between(office.side, other)?.id
      const participants = { data: [{ id: office.idOf(other), username: 'ann.other' }, { id: office.side.id }] }
      const theirs = { status: 200, body: { data: [{ id, participants }] } }
      office.meta.faults.once('POST Page/messages', 'lost')
      office.meta.faults.once('GET Page/conversations', theirs, 4)
      expect(await reply()).toMatchObject({ is: 'unconfirmed' })
      office.meta.faults.once('GET Page/conversations', theirs, 8)
      expect(await reply({ attempt: 2 })).toMatchObject({ is: 'unconfirmed' })
      expect(sent()).toEqual([TEXT])
    })

    it('is refused after seven days', async () => {
      office.later(7 * DAY + MINUTE)
      expect(await reply()).toMatchObject({ is: 'refused', because: expect.stringContaining('seven days') })
    })

    it('is left to a person where Meta has not reviewed the app', async () => {
      office.meta.rule({ access: 'standard' })
      const outcome = await reply()
      expect(outcome).toMatchObject({ is: 'manual', link: 'https://example.com/comment' })
      expect(outcome.is === 'manual' && outcome.words).toContain(TEXT)
    })
  })

  describe('a conversation', () => {
    const isSpam = (): boolean => office.world.inbox.between(office.side, office.sam)?.folder === 'spam'
    const move = async (handle: MessageHandle, undo = false): Promise<Outcome> =>
      restrict(office.account, network, handle, undo, soon())

    it('is moved to spam once, and back by hand', async () => {
      const handle = await heard()
      expect(await move(handle)).toEqual({ is: 'done', receipt: null })
      expect(isSpam()).toBe(true)
      expect(await move(handle)).toEqual({ is: 'already-done', receipt: null })
      expect(await move(handle, true)).toMatchObject({ is: 'manual', words: expect.stringContaining('Spam') })
      expect(office.meta.writes).toHaveLength(1)
    })

    it('is looked for where the answer was lost', async () => {
      const handle = await heard()
      office.meta.faults.once('POST Page/moderate_conversations', 'lost')
      expect(await move(handle)).toMatchObject({ is: 'done' })
      expect(office.meta.writes).toHaveLength(1)
    })

    it('is not taken for moved because another’s is', async () => {
      const handle = await heard()
      const participants = { data: [{ id: '4711', name: 'Ann Other' }, { id: office.side.id }] }
      office.meta.faults.once('GET Page/conversations', { status: 200, body: { data: [{ id: 't_1', participants }] } })
      expect(await move(handle)).toEqual({ is: 'done', receipt: null })
      expect(isSpam()).toBe(true)
    })

    it('is left to a person where the app may not', async () => {
      const handle = await heard()
      office.meta.faults.once('POST Page/moderate_conversations', 'denied')
      expect(await move(handle)).toMatchObject({ is: 'manual', link: handle.link })
    })

    it('is refused where it is gone', async () => {
      const handle = await heard()
      office.meta.faults.once('POST Page/moderate_conversations', 'noThread')
      expect(await move(handle)).toMatchObject({ is: 'refused' })
    })
  })
})

describe('blocking on Instagram', () => {
  let office: Office
  beforeEach(async () => {
    office = await inboxOn('instagram')
  })
  afterEach(async () => {
    const { violations } = office.meta
    await office.meta.close()
    expect(violations).toEqual([])
  })
  const isBlocked = (): boolean => office.onInstagram.blocked.has(office.sam)
  const shut = (undo = false): Promise<Outcome | 'by hand'> =>
    block(office.account, office.idOf(office.sam), undo, soon())

  it('works where somebody has written a message, and is undone', async () => {
    office.receive(office.sam, 'Hello')
    expect(await shut()).toEqual({ is: 'done', receipt: null })
    expect(isBlocked()).toBe(true)
    expect(await shut()).toEqual({ is: 'done', receipt: null })
    expect(await shut(true)).toEqual({ is: 'done', receipt: null })
    expect(isBlocked()).toBe(false)
  })

  it('is left to a person where nobody has written, and where the app may not', async () => {
    expect(await shut()).toBe('by hand')
    office.receive(office.sam, 'Hello')
    office.grant.scopes.delete('business_management')
    expect(await shut()).toBe('by hand')
    expect(isBlocked()).toBe(false)
  })
})
