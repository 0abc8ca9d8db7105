import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Platform } from '../../adapters/platform.ts'
import { type Person, PIXEL, type Posted, type Town, townOn } from '../support/bluesky.ts'
import { officeOf, orderFor, readerOf, soon } from '../support/bluesky-account.ts'

const info = inject('bluesky')

describe.skipIf(!info)('what the Bluesky account is told, and what it has to look for', () => {
  let town: Town
  let mp: Person
  let sam: Person
  let platform: Platform
  let reader: ReturnType<typeof readerOf>

  beforeAll(async () => {
    if (!info) throw new Error('no Bluesky servers')
    town = townOn(info)
    ;[mp, sam] = await Promise.all([town.person('mp', 'Jo Hartley MP'), town.person('sam')])
    platform = await officeOf(town, mp)
    reader = readerOf(platform)
    await mp.openMessages()
  })

  it('reads what was dated back below what it knows, and believes no date in the future', async () => {
    const post = await mp.say('The bus is late.')
    const first = await sam.say('When does it come?', { to: post })
    await reader.hear('notifications', first.uri)
    const before = new Date()
    const old = await sam.say('Nobody shall find this', { to: post, createdAt: '1970-01-02T00:00:00.000Z' })
    const young = await sam.say('Written tomorrow', { to: post, createdAt: '2090-01-01T00:00:00.000Z' })

    const found = await reader.hear('notifications', old.uri)
    expect(found.item.writtenAt.toISOString()).toBe('2000-01-01T00:00:00.000Z')
    const { writtenAt } = (await reader.hear('notifications', young.uri)).item
    expect(writtenAt.getTime()).toBeGreaterThanOrEqual(before.getTime())
    expect(writtenAt.getTime()).toBeLessThanOrEqual(Date.now())
  })

  it('reads on past replies that claim to answer monstrous addresses', async () => {
    const hostile = await town.person('hostile')
    const post = await mp.say('About the addresses.')
    const claim = async (key: string): Promise<string> => {
      const root = { uri: `at://${hostile.did}/app.bsky.feed.post/${key}`, cid: post.cid }
      return (await hostile.say('You fool', { to: { ...post, root } })).uri
    }
    const odd = await claim('a'.repeat(7900))
    // Each of these stands for a post that may be there, and all together are too long for one question.
    const long: string[] = []
    for (let n = 0; n < 30; n++) long.push(await claim(`${n}`.padEnd(512, '-')))
    const { item, conversation } = await reader.hear('notifications', odd)
    expect(item).toMatchObject({ text: 'You fool', kind: 'reply' })
    expect(conversation).toMatchObject({ id: odd })
    for (const uri of long) await reader.hear('notifications', uri)
    await reader.read('threads')
  })

  it('finds by thread what stands too deep for a notification, with all that stands above it', async () => {
    const post = await mp.say('About the library.')
    let last: Posted = post
    for (let level = 1; level <= 6; level++) last = await sam.say(`Level ${level}`, { to: last })
    await reader.read('notifications')
    const heard = [...reader.stored.values()].map(({ item }) => item.text)
    expect(heard).toContain('Level 4')
    expect(heard).not.toContain('Level 6')

    const deep = await reader.hear('threads', last.uri)
    expect(deep.item).toMatchObject({ kind: 'reply', text: 'Level 6' })
    expect(deep.conversation).toMatchObject({ id: post.uri, post: 'About the library.' })
    expect(deep.conversation?.above.map(({ text }) => text)).toEqual([1, 2, 3, 4, 5].map((level) => `Level ${level}`))
    expect(deep.link).toMatch(`https://bsky.app/profile/${sam.handle}/post/`)
  })

  it('still sees a person whom it has muted, by thread and by quotes', async () => {
    const troll = await town.person('troll')
    const post = await mp.say('About the school.')
    const insult = await reader.hear('notifications', (await troll.say('You fool', { to: post })).uri)
    expect(await platform.perform(orderFor(platform, 'mute', insult), soon())).toMatchObject({ is: 'done' })

    const later = await troll.say('Still a fool', { to: post })
    const quote = await troll.say('Look at this fool', { quoting: post })
    await reader.read('notifications')
    expect([...reader.stored.values()].map(({ item }) => item.id)).not.toContain(later.uri)
    expect((await reader.hear('threads', later.uri)).item.text).toBe('Still a fool')
    expect((await reader.hear('threads', quote.uri)).item).toMatchObject({ kind: 'quote', text: 'Look at this fool' })
  })

  it('still sees what a person it has blocked writes to others in its threads', async () => {
    const troll = await town.person('troll')
    const post = await mp.say('About the park.')
    const kind = await sam.say('Lovely park', { to: post })
    await mp.agent.app.bsky.graph.block.create(
      { repo: mp.did },
      { subject: troll.did, createdAt: new Date().toISOString() },
    )
    await town.sync()
    const rude = await troll.say('You are as bad as your MP', { to: kind })
    await reader.read('notifications')
    expect([...reader.stored.values()].map(({ item }) => item.id)).not.toContain(rude.uri)
    expect((await reader.hear('threads', rude.uri)).item.text).toBe('You are as bad as your MP')
  })

  it('finds by thread what notifications lose of a flood that claims one and the same moment', async () => {
    // The server pages through them by that moment alone, and skips what does not fit on the first page.
    const flooder = await town.person('flooder')
    const post = await mp.say('About the flood.')
    const crowd = await flooder.flood(post, 120)
    const from = () => [...reader.stored.values()].filter(({ author }) => author?.id === flooder.did)
    await reader.read('notifications')
    expect(from().length).toBeLessThan(120)
    await reader.read('threads')
    expect(
      from()
        .map(({ item }) => item.id)
        .toSorted(),
    ).toEqual(crowd.toSorted())
  })

  it('takes a rewritten post for a new text of the same item', async () => {
    const post = await mp.say('About the bridge.')
    const reply = await sam.say('Thank you', { to: post })
    const before = await reader.hear('notifications', reply.uri)
    await sam.rewrite(reply, 'I never thanked anybody')
    await reader.read('threads')
    const texts = [...reader.stored.values()].filter(({ item }) => item.id === reply.uri)
    expect(texts.map(({ item }) => item.text)).toEqual(['Thank you', 'I never thanked anybody'])
    expect(texts[1]?.revision).not.toBe(before.revision)
  })

  it('notices when the only answer to a post, a quote or a mention is deleted, days later', async () => {
    const author = await town.person('mp')
    const days = 3 * 86_400_000
    const later = readerOf(await officeOf(town, author, { now: () => new Date(Date.now() + days) }))
    const post = await author.say('About the pond.')
    const quoted = await author.say('I like ducks.')
    const said = [
      await sam.say('A duck!', { to: post }),
      await sam.say('She says ducks', { quoting: quoted }),
      await sam.say('Where is the pond?', { naming: author.did }),
    ]
    await later.read('notifications')
    await later.read('threads')
    for (const { uri } of said) await sam.unsay(uri)
    await later.read('threads')
    expect([...later.gone].toSorted()).toEqual(said.map(({ uri }) => uri).toSorted())
  })

  it('never takes what the account itself wrote for an item', async () => {
    const post = await mp.say('First of two.')
    await mp.say('Second of two.', { to: post })
    await mp.say('Look what I said', { quoting: post })
    for (const { name } of platform.sources) await reader.read(name)
    expect([...reader.stored.values()].filter(({ author }) => author?.id === mp.did)).toEqual([])
  })

  it('tells the answer to its own reply in somebody else’s thread from one in its own', async () => {
    const theirs = await sam.say('My own thread')
    const own = await mp.say('May I add something?', { to: theirs })
    const answer = await sam.say('No', { to: own })
    const { item, conversation } = await reader.hear('notifications', answer.uri)
    expect(item.kind).toBe('reply')
    expect(conversation).toMatchObject({ id: theirs.uri, post: 'May I add something?' })
    expect(conversation?.above.map(({ text }) => text)).toEqual(['My own thread'])
  })

  it('keeps pictures, links, cards, and kinds of attachment that it does not know', async () => {
    const post = await mp.say('About everything.')
    const picture = await sam.say('Look', { to: post, picture: { bytes: PIXEL, alt: 'A red dot' } })
    const { item } = await reader.hear('notifications', picture.uri)
    expect(item.media).toEqual([{ kind: 'image', alt: 'A red dot', url: expect.stringMatching(/^https:\/\//) }])
    expect(await platform.image(item.media[0]?.url ?? '', 10_000, soon())).toEqual({ bytes: PIXEL, type: 'image/png' })

    const link = { $type: 'app.bsky.richtext.facet#link', uri: 'https://example.org/here' }
    const card = { uri: 'https://example.org/card', title: 'A card', description: 'of something' }
    const linked = await sam.attach('see here', post, { $type: 'app.bsky.embed.external', external: card }, [
      { index: { byteStart: 4, byteEnd: 8 }, features: [link] },
    ])
    expect((await reader.hear('notifications', linked.uri)).item).toMatchObject({
      links: ['https://example.org/here', 'https://example.org/card'],
      media: [{ kind: 'link', url: 'https://example.org/card', alt: 'A card\nof something' }],
    })
    const odd = await sam.attach('what is this', post, { $type: 'org.example.hologram', depth: 3 }, [])
    expect((await reader.hear('notifications', odd.uri)).item.media).toEqual([
      { kind: 'other', alt: 'org.example.hologram' },
    ])
  })

  it('reads messages that came before the first start, and those that come after, with what was said above', async () => {
    const { convoId, messageId } = await sam.write(mp.did, 'My passport is late')
    const early = await reader.hear('conversations', `${convoId}/${messageId}`)
    expect(early).toMatchObject({ item: { kind: 'message' }, author: { id: sam.did, handle: sam.handle } })
    await mp.chat.sendMessage({ convoId, message: { text: 'Please ring us' } })
    await reader.read('messages')
    const later = await sam.write(mp.did, 'Nobody answers')
    const { conversation } = await reader.hear('messages', `${convoId}/${later.messageId}`)
    expect(conversation?.above.map(({ text }) => text)).toEqual(['My passport is late', 'Please ring us'])
    expect(await reader.read('conversations')).toEqual([])
  })
})
