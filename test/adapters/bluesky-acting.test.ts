import { beforeAll, describe, expect, inject, it } from 'vitest'
import { recordKey } from '../../adapters/bluesky/repo.ts'
import type { Incoming, Letter, Outcome, Platform, Vault } from '../../adapters/platform.ts'
import { keyOf, type Person, type Posted, type Town, townOn } from '../support/bluesky.ts'
import {
  losingFirstAnswer,
  meddling,
  officeOf,
  orderFor,
  readerOf,
  soon,
  vaultInMemory,
} from '../support/bluesky-account.ts'

const info = inject('bluesky')

const LETTER: Letter = {
  text: 'Thank you – I’m sorry 🙏 this page isn’t read for casework: jo.hartley.mp@parliament.example, 01632 960100.',
  links: [
    { text: 'jo.hartley.mp@parliament.example', uri: 'mailto:jo.hartley.mp@parliament.example' },
    { text: '01632 960100', uri: 'tel:+441632960100' },
  ],
}

const THREADGATE = 'app.bsky.feed.threadgate'
const receiptOf = (outcome: Outcome) => ('receipt' in outcome ? outcome.receipt : null)

describe.skipIf(!info)('what the Bluesky account does', () => {
  let town: Town
  let mp: Person
  let sam: Person
  let platform: Platform
  let signedIn: { password: string; vault: Vault }
  let reader: ReturnType<typeof readerOf>

  beforeAll(async () => {
    if (!info) throw new Error('no Bluesky servers')
    town = townOn(info)
    ;[mp, sam] = await Promise.all([town.person('mp', 'Jo Hartley MP'), town.person('sam')])
    await mp.openMessages()
    signedIn = { password: (await mp.appPassword()).password, vault: vaultInMemory() }
    platform = await officeOf(town, mp, signedIn)
    reader = readerOf(platform)
  })

  /** A reply to a post of its own, as read. */
  async function replied(by: Person, text = 'You fool', to?: Posted): Promise<{ post: Posted; incoming: Incoming }> {
    const post = to ?? (await mp.say('Something to answer.'))
    const { uri } = await by.say(text, { to: post })
    return { post, incoming: await reader.hear('notifications', uri) }
  }

  async function written(by: Person, text: string): Promise<Incoming> {
    const { convoId, messageId } = await by.write(mp.did, text)
    return reader.hear('messages', `${convoId}/${messageId}`)
  }

  const own = async (collection: string, uri: string) => {
    const { data } = await mp.agent.com.atproto.repo.getRecord({ repo: mp.did, collection, rkey: keyOf(uri) })
    return data.value
  }

  const lettersTo = async (uri: string) => {
    const { records } = await mp.agent.app.bsky.feed.post.list({ repo: mp.did })
    return records.filter(({ value }) => value.reply?.parent.uri === uri)
  }

  const blocksOf = async (did: string) => {
    const { records } = await mp.agent.app.bsky.graph.block.list({ repo: mp.did, limit: 100 })
    return records.filter(({ value }) => value.subject === did)
  }

  describe('hiding', () => {
    it('keeps what staff change at the same moment', async () => {
      const { post, incoming } = await replied(sam)
      const other = await sam.say('Worse', { to: post })
      let meddled = false
      const racing = await officeOf(town, mp, {
        ...signedIn,
        fetch: meddling('com.atproto.repo.putRecord', async (send) => {
          if (!meddled) {
            meddled = true
            const record = {
              post: post.uri,
              allow: [],
              hiddenReplies: [other.uri],
              createdAt: new Date().toISOString(),
            }
            const where = { repo: mp.did, collection: THREADGATE, rkey: keyOf(post.uri) }
            await mp.agent.com.atproto.repo.putRecord({ ...where, record })
          }
          return send()
        }),
      })
      expect(await racing.perform(orderFor(racing, 'hide', incoming), soon())).toMatchObject({ is: 'done' })
      expect(await own(THREADGATE, post.uri)).toMatchObject({ allow: [], hiddenReplies: [other.uri, incoming.item.id] })

      const undo = orderFor(racing, 'hide', incoming, { undo: true })
      expect(await racing.perform(undo, soon())).toMatchObject({ is: 'done' })
      expect(await own(THREADGATE, post.uri)).toMatchObject({ allow: [], hiddenReplies: [other.uri] })
    })

    it('shows to everybody, and a lost answer does not confuse it', async () => {
      const { post, incoming } = await replied(sam)
      const lossy = await officeOf(town, mp, { ...signedIn, fetch: losingFirstAnswer('com.atproto.repo.putRecord') })
      expect(await lossy.perform(orderFor(lossy, 'hide', incoming), soon())).toMatchObject({ is: 'done' })
      await town.sync()
      const { data } = await town.stranger.app.bsky.unspecced.getPostThreadV2({ anchor: post.uri })
      expect(data.hasOtherReplies).toBe(true)
      expect(data.thread.map(({ uri }) => uri)).toEqual([post.uri])
    })

    it('can hide nothing in somebody else’s thread, and says so', async () => {
      const theirs = await sam.say('My thread')
      const comment = await mp.say('My comment', { to: theirs })
      const { incoming } = await replied(sam, 'Go away', comment)
      const outcome = await platform.perform(orderFor(platform, 'hide', incoming), soon())
      expect(outcome).toEqual({ is: 'refused', because: expect.stringContaining('not ours') })
    })

    it('makes room for the three-hundred-and-first where one is deleted, and says when there is none', async () => {
      const flooder = await town.person('flooder')
      const post = await mp.say('Three hundred people disagree.')
      const crowd = await flooder.flood(post, 300)
      const { incoming } = await replied(sam, 'One more', post)
      const record = { post: post.uri, hiddenReplies: crowd, createdAt: new Date().toISOString() }
      const where = { repo: mp.did, collection: THREADGATE, rkey: keyOf(post.uri) }
      await mp.agent.com.atproto.repo.putRecord({ ...where, record })
      const order = orderFor(platform, 'hide', incoming)
      expect(await platform.perform(order, soon())).toEqual({
        is: 'refused',
        because: expect.stringContaining('block'),
      })

      await flooder.unsay(crowd[7] ?? '')
      expect(await platform.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'done' })
      const { hiddenReplies } = await own(THREADGATE, post.uri)
      expect(hiddenReplies).toEqual([...crowd.filter((_, i) => i !== 7), incoming.item.id])
    })

    it('detaches a quote for everybody, and attaches it again', async () => {
      const post = await mp.say('Quote me.')
      const { uri } = await sam.say('What a liar', { quoting: post })
      const incoming = await reader.hear('notifications', uri)
      const embedded = async () => {
        await town.sync()
        const { data } = await town.stranger.getPosts({ uris: [uri] })
        return data.posts[0]?.embed
      }
      expect(await platform.perform(orderFor(platform, 'hide', incoming), soon())).toMatchObject({ is: 'done' })
      expect(await embedded()).toMatchObject({ record: { $type: 'app.bsky.embed.record#viewDetached' } })
      const undo = orderFor(platform, 'hide', incoming, { undo: true })
      expect(await platform.perform(undo, soon())).toMatchObject({ is: 'done' })
      expect(await embedded()).toMatchObject({ record: { $type: 'app.bsky.embed.record#viewRecord' } })
    })
  })

  describe('blocking and muting', () => {
    it('lifts the block that stands, not the one it remembers', async () => {
      const troll = await town.person('troll')
      const { incoming } = await replied(troll)
      const order = orderFor(platform, 'block', incoming)
      const done = await platform.perform(order, soon())
      expect(done).toMatchObject({ is: 'done' })
      // Staff block again by hand: the server replaces the first, whose address is now stale.
      const block = { subject: troll.did, createdAt: new Date().toISOString() }
      await mp.agent.app.bsky.graph.block.create({ repo: mp.did }, block)
      expect(await blocksOf(troll.did)).toHaveLength(1)

      const undo = orderFor(platform, 'block', incoming, { undo: true, receipt: receiptOf(done) })
      expect(await platform.perform(undo, soon())).toMatchObject({ is: 'done' })
      expect(await blocksOf(troll.did)).toEqual([])
      await town.sync()
      expect((await mp.agent.getProfile({ actor: troll.did })).data.viewer?.blocking).toBeUndefined()
    })

    it('finds the block that staff made before it, and makes no second', async () => {
      const troll = await town.person('troll')
      const { incoming } = await replied(troll)
      const block = { subject: troll.did, createdAt: new Date().toISOString() }
      const { uri } = await mp.agent.app.bsky.graph.block.create({ repo: mp.did }, block)
      await town.sync()
      const outcome = await platform.perform(orderFor(platform, 'block', incoming), soon())
      expect(outcome).toEqual({ is: 'already-done', receipt: { uri } })
      expect((await blocksOf(troll.did)).map((one) => one.uri)).toEqual([uri])
    })

    it('blocks once though the answer is lost, and once though the process dies before it is logged', async () => {
      const troll = await town.person('troll')
      const { incoming } = await replied(troll)
      const lossy = await officeOf(town, mp, { ...signedIn, fetch: losingFirstAnswer('com.atproto.repo.createRecord') })
      const order = orderFor(lossy, 'block', incoming)
      expect(await lossy.perform(order, soon())).toMatchObject({ is: 'done' })
      const [first] = await blocksOf(troll.did)
      expect(await lossy.perform({ ...order, attempt: 2 }, soon())).toEqual({
        is: 'already-done',
        receipt: { uri: first?.uri },
      })
      expect(await blocksOf(troll.did)).toEqual([first])
    })

    it('leaves it to people to take somebody off a list', async () => {
      const troll = await town.person('troll')
      const { incoming } = await replied(troll)
      const createdAt = new Date().toISOString()
      const purpose = 'app.bsky.graph.defs#modlist'
      const list = await mp.agent.app.bsky.graph.list.create({ repo: mp.did }, { purpose, name: 'Pests', createdAt })
      const member = { list: list.uri, subject: troll.did, createdAt }
      await mp.agent.app.bsky.graph.listitem.create({ repo: mp.did }, member)
      await town.sync()
      await mp.agent.muteModList(list.uri)
      await town.sync()
      expect(await platform.perform(orderFor(platform, 'mute', incoming), soon())).toMatchObject({ is: 'already-done' })
      const undone = await platform.perform(orderFor(platform, 'mute', incoming, { undo: true }), soon())
      expect(undone).toEqual({
        is: 'manual',
        link: `https://bsky.app/profile/${mp.did}/lists/${keyOf(list.uri)}`,
        words: expect.stringContaining('list'),
      })
    })
  })

  describe('the redirect', () => {
    it('links address and number by bytes, however wide the letters before them', async () => {
      const { incoming } = await replied(sam, 'Can you help with my visa?')
      const order = orderFor(platform, 'redirect', incoming, { letter: LETTER })
      const done = await platform.perform(order, soon())
      expect(done).toMatchObject({ is: 'done' })
      const [letter] = await lettersTo(incoming.item.id)
      const bytes = Buffer.from(letter?.value.text ?? '')
      const linked = letter?.value.facets?.map(({ index, features }) => [
        bytes.subarray(index.byteStart, index.byteEnd).toString(),
        features[0] && 'uri' in features[0] ? features[0].uri : null,
      ])
      expect(linked).toEqual(LETTER.links.map(({ text, uri }) => [text, uri]))

      const undo = orderFor(platform, 'redirect', incoming, { undo: true, receipt: receiptOf(done) })
      expect(await platform.perform(undo, soon())).toMatchObject({ is: 'done' })
      expect(await lettersTo(incoming.item.id)).toEqual([])
    })

    it('is said once though the answer is lost, and once though the process dies before it is logged', async () => {
      const { incoming } = await replied(sam, 'Can you help with my pension?')
      const lossy = await officeOf(town, mp, { ...signedIn, fetch: losingFirstAnswer('com.atproto.repo.createRecord') })
      const order = orderFor(lossy, 'redirect', incoming, { letter: LETTER })
      expect(await lossy.perform(order, soon())).toMatchObject({ is: 'done' })
      expect(await platform.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'already-done' })
      expect(await lettersTo(incoming.item.id)).toHaveLength(1)
    })

    it('counts letters as a reader does, and refuses what is too long', async () => {
      const { incoming } = await replied(sam, 'Can you help with my roof?')
      const family = '👨‍👩‍👧‍👦'
      const say = (text: string) =>
        platform.perform(orderFor(platform, 'redirect', incoming, { letter: { text, links: [] } }), soon())
      expect(await say(`${family.repeat(60)}${'x'.repeat(241)}`)).toEqual({
        is: 'refused',
        because: expect.stringContaining('301'),
      })
      expect(await say(`${family.repeat(60)}${'x'.repeat(240)}`)).toMatchObject({ is: 'done' })
    })

    it('is not said where nobody would be shown it', async () => {
      const shy = await town.person('shy')
      const { incoming } = await replied(shy, 'I shall not hear you')
      const block = { subject: mp.did, createdAt: new Date().toISOString() }
      await shy.agent.app.bsky.graph.block.create({ repo: shy.did }, block)
      await town.sync()
      const order = orderFor(platform, 'redirect', incoming, { letter: LETTER })
      expect(await platform.perform(order, soon())).toEqual({ is: 'refused', because: expect.stringMatching(/block/) })

      const { incoming: brief } = await replied(sam, 'Never mind')
      await sam.unsay(brief.item.id)
      expect(await platform.perform(orderFor(platform, 'redirect', brief, { letter: LETTER }), soon())).toEqual({
        is: 'gone',
      })
    })
  })

  describe('messages', () => {
    it('answers a stranger’s request, then blocks, and then has no more to say', async () => {
      const stranger = await town.person('stranger')
      const incoming = await written(stranger, 'I know where your staff park')
      const redirect = orderFor(platform, 'redirect', incoming, { letter: LETTER })
      expect(await platform.perform(redirect, soon())).toMatchObject({ is: 'done' })
      const [convo] = (await stranger.chat.listConvos()).data.convos
      expect(convo?.lastMessage).toMatchObject({ text: LETTER.text, facets: [{}, {}] })

      expect(await platform.perform(orderFor(platform, 'block', incoming), soon())).toMatchObject({ is: 'done' })
      await town.sync()
      const another = orderFor(platform, 'warn', incoming, { letter: { text: 'Once more.', links: [] } })
      expect(await platform.perform(another, soon())).toEqual({
        is: 'refused',
        because: 'A block stands between the account and this person: no message can be sent.',
      })
      const undo = orderFor(platform, 'redirect', incoming, { undo: true, receipt: { convoId: 'x', messageId: 'y' } })
      expect(await platform.perform(undo, soon())).toMatchObject({ is: 'refused' })
    })

    it.each([-60, 0, 60])('looks whether it has said so, though its clock is %i minutes fast', async (minutes) => {
      const stranger = await town.person('stranger')
      const incoming = await written(stranger, 'Hello?')
      const lossy = await officeOf(town, mp, {
        ...signedIn,
        fetch: losingFirstAnswer('chat.bsky.convo.sendMessage'),
        now: () => new Date(Date.now() + minutes * 60_000),
      })
      const order = orderFor(lossy, 'redirect', incoming, { letter: LETTER })
      expect(await lossy.perform(order, soon())).toMatchObject({ is: 'retry' })
      expect(await lossy.perform({ ...order, attempt: 2 }, soon())).toMatchObject({ is: 'already-done' })
      const [convo] = (await stranger.chat.listConvos()).data.convos
      const { messages } = (await stranger.chat.getMessages({ convoId: convo?.id ?? '' })).data
      expect(messages.filter((one) => 'text' in one && one.text === LETTER.text)).toHaveLength(1)
    })

    it('warns of a second message in the words of the first', async () => {
      const stranger = await town.person('stranger')
      const letter = { text: 'Please stop.', links: [] }
      for (const text of ['You fool', 'You liar']) {
        const order = orderFor(platform, 'warn', await written(stranger, text), { letter })
        expect(await platform.perform(order, soon())).toMatchObject({ is: 'done' })
      }
    })
  })

  it('reports a post, a message and a person to the moderators, each as what it is', async () => {
    const troll = await town.person('troll')
    const { incoming } = await replied(troll)
    const message = await written(troll, 'You will be sorry')
    const reports = [
      orderFor(platform, 'report', incoming, { breach: 'discrimination' }),
      orderFor(platform, 'report', message, { breach: 'threat' }),
      orderFor(platform, 'report', incoming, { breach: 'unlawful', item: null }),
      orderFor(platform, 'report', incoming, { breach: 'harassment', item: null }),
    ]
    for (const order of reports) expect(await platform.perform(order, soon())).toMatchObject({ is: 'done' })
    const onPost = await town.reports(incoming.item.id)
    const onPerson = await town.reports(troll.did)
    expect(onPost).toMatchObject([{ type: 'tools.ozone.report.defs#reasonHarassmentHateSpeech' }])
    expect(onPost[0]?.comment).toContain(reports[0]?.id)
    expect(onPost[0]?.comment).not.toContain(incoming.item.text)
    expect(onPerson.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'com.atproto.moderation.defs#reasonViolation',
        'tools.ozone.report.defs#reasonHarassmentDoxxing',
        'tools.ozone.report.defs#reasonViolenceThreats',
      ]),
    )
  })

  it('deletes only what is its own', async () => {
    const { incoming } = await replied(sam)
    const outcome = await platform.perform(orderFor(platform, 'delete-own', incoming), soon())
    expect(outcome).toMatchObject({ is: 'refused' })
    expect((await town.stranger.getPosts({ uris: [incoming.item.id] })).data.posts).toHaveLength(1)
  })
})

describe('record keys', () => {
  const at = new Date('2026-11-24T12:00:00.000Z')

  it('are such as Bluesky takes, sort by time, and are the order’s own', () => {
    expect(recordKey('a', at)).toMatch(/^[234567a-j][234567a-z]{12}$/)
    expect(recordKey('a', at)).toBe(recordKey('a', at))
    expect(recordKey('a', at)).not.toBe(recordKey('b', at))
    expect(recordKey('a', at) < recordKey('b', new Date(at.getTime() + 1))).toBe(true)
  })
})
