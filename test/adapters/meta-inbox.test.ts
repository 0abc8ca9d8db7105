import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Network } from '../../adapters/meta/messages.ts'
import { DAY, HOUR, handleOf, inboxOn, MINUTE, type Office, soon, textsOf } from '../support/meta-inbox.ts'

const NETWORKS: readonly Network[] = ['facebook', 'instagram']

describe.each(NETWORKS)('the inbox on %s', (network) => {
  let office: Office
  beforeEach(async () => {
    office = await inboxOn(network)
  })
  afterEach(async () => {
    const { violations, reads, writes, close } = office.meta
    await close()
    expect(violations).toEqual([])
    // Nothing is marked as read, and no token stands in an address.
    expect(writes).toEqual([])
    expect(reads.filter(({ tokenIn }) => tokenIn.join() !== 'header')).toEqual([])
  })

  it('gives what people write, with whom to answer and what was said before', async () => {
    office.receive(office.sam, 'My landlord has changed the locks')
    office.later(MINUTE)
    office.send(office.sam, 'Are you safe tonight?')
    office.later(MINUTE)
    const last = office.receive(office.sam, 'No')
    const items = await office.read()
    expect(textsOf(items).toSorted()).toEqual(['My landlord has changed the locks', 'No'])
    const no = items.find(({ item }) => item.text === 'No')
    const name = network === 'facebook' ? 'Sam Ordinary' : 'sam.ordinary'
    const own = network === 'facebook' ? 'Jo Hartley MP' : 'johartleymp'
    expect(no).toMatchObject({
      item: { id: last.id, kind: 'message', writtenAt: new Date(last.at), links: [], media: [] },
      author: { platform: network, id: office.idOf(office.sam), handle: name },
      conversation: {
        id: last.conversation.id,
        above: [
          { handle: name, text: 'My landlord has changed the locks' },
          { handle: own, text: 'Are you safe tonight?' },
        ],
      },
      handle: { thread: last.conversation.id, person: office.idOf(office.sam) },
    })
    expect(no?.link).toMatch(/^https:\/\/www\.facebook\.com\/\d+\/inbox\//)
    expect(await office.read()).toEqual([])
  })

  it('asks one call where nothing is new', async () => {
    office.receive(office.sam, 'Hello', { at: office.clock.now - 3 * HOUR })
    await office.read()
    office.later(MINUTE)
    const before = office.meta.reads.length
    expect(await office.once()).toMatchObject({ items: [], more: false })
    expect(office.meta.reads.length - before).toBe(1)
  })

  it('loses none of a burst in one conversation, though Meta shows no more than twenty', async () => {
    office.send(office.sam, 'Good morning', { at: office.clock.now - 2000 })
    office.receive(office.sam, 'The first', { at: office.clock.now - 1000 })
    office.send(office.sam, 'How can we help?')
    await office.read()
    office.later(MINUTE)
    for (let n = 1; n <= 35; n++) office.receive(office.sam, `Burst ${n}`, { at: office.clock.now + n * 1000 })
    office.later(MINUTE)
    const items = await office.read()
    const texts = textsOf(items)
    for (let n = 16; n <= 35; n++) expect(texts).toContain(`Burst ${n}`)
    expect(texts.filter((text) => text.startsWith('['))).toEqual([expect.stringContaining('15 messages came here')])
    expect(items).toHaveLength(21)
    // What was read when it was new has only grown old.
    office.later(3 * MINUTE)
    expect(await office.read()).toEqual([])
  })

  it('takes nothing for deleted because Meta says so of what is older than twenty', async () => {
    for (let n = 1; n <= 22; n++) office.receive(office.sam, `Burst ${n}`, { at: office.clock.now - n * 1000 })
    const error = { code: 100, error_subcode: 33, type: 'GraphMethodException', message: 'does not exist' }
    office.meta.faults.always('GET UnifiedMessage', { status: 400, body: { error } })
    const texts = textsOf(await office.read())
    expect(texts).toHaveLength(21)
    expect(texts).toContainEqual(expect.stringContaining('2 messages came here'))
    expect(office.gone.size).toBe(0)
  })

  it('loses none of many conversations, of which some wait for the next call', async () => {
    const people = Array.from({ length: 130 }, (_, n) => office.world.person(`Person ${n}`))
    people.forEach((person, n) => void office.receive(person, `From ${n}`, { at: office.clock.now - n * 1000 }))
    const first = await office.once()
    expect(first.more).toBe(true)
    // Whoever waits longest is read first.
    expect(textsOf(first.items)).toContain('From 129')
    // While the rest is waited for, more is written: some of it by people who were read already.
    office.later(1000)
    office.receive(people[129] ?? office.sam, 'Once more')
    office.receive(people[9] ?? office.sam, 'Before it was read')
    await office.read()
    const texts = new Set(textsOf([...office.stored.values()]))
    expect(people.map((_, n) => `From ${n}`).filter((text) => !texts.has(text))).toEqual([])
    expect(texts.has('Once more') && texts.has('Before it was read')).toBe(true)
    expect(office.stored.size).toBe(132)
  })

  it('lets nobody who keeps writing hold up a cry for help', async () => {
    office.receive(office.sam, 'I want to end my life', { at: office.clock.now - 5000 })
    const loud = Array.from({ length: 10 }, (_, n) => office.world.person(`Loud ${n}`))
    for (let calls = 0; calls < 3; calls++) {
      for (const one of loud) office.receive(one, `Again ${calls}`)
      await office.once()
      office.later(1000)
    }
    expect(textsOf([...office.stored.values()])).toContain('I want to end my life')
  })

  it('reads back at first as far as the settings say, and no further', async () => {
    office.receive(office.sam, 'Long ago', { at: office.clock.now - 8 * DAY })
    office.receive(office.sam, 'This week', { at: office.clock.now - 6 * DAY })
    expect(textsOf(await office.read())).toEqual(['This week'])
  })

  it('finds after three days of standstill what was written meanwhile', async () => {
    office.receive(office.sam, 'Before')
    await office.read()
    const people = Array.from({ length: 60 }, (_, n) => office.world.person(`Person ${n}`))
    for (const [n, person] of people.entries()) {
      office.later(HOUR)
      office.receive(person, `Meanwhile ${n}`)
    }
    const items = await office.read()
    expect(items).toHaveLength(60)
  })

  it('takes a message in the same second as the one read last', async () => {
    office.receive(office.sam, 'One', { at: office.clock.now - 500 })
    await office.read()
    office.receive(office.sam, 'Two', { at: office.clock.now - 400 })
    expect(textsOf(await office.read())).toEqual(['Two'])
  })

  it('finds within minutes what was edited, as the same message with other words', async () => {
    const message = office.receive(office.sam, 'Nice')
    const [before] = await office.read()
    office.later(MINUTE)
    office.world.inbox.edit(message, 'Nasty')
    office.later(2 * MINUTE)
    const [after] = await office.read()
    expect(after?.item).toMatchObject({ id: message.id, text: 'Nasty' })
    expect(after?.revision).not.toBe(before?.revision)
    expect(await office.read()).toEqual([])
  })

  it('finds within the hour what was taken back, and takes nothing for it that has only grown old', async () => {
    const message = office.receive(office.sam, 'Regretted')
    await office.read()
    office.world.inbox.unsend(message)
    for (let n = 0; n < 30; n++) office.receive(office.sam, `After ${n}`, { at: office.clock.now + n * 1000 })
    office.later(5 * MINUTE)
    await office.read()
    expect([...office.gone]).toEqual([message.id])
    office.later(5 * MINUTE)
    await office.read()
    expect([...office.gone]).toEqual([message.id])
  })

  it('takes nothing for taken back that has only left the first page', async () => {
    for (let n = 0; n < 20; n++)
      office.receive(office.sam, `Message ${n}`, { at: office.clock.now - (30 - n) * MINUTE })
    await office.read()
    for (let n = 0; n < 3; n++) {
      office.later(MINUTE)
      office.receive(office.sam, `After ${n}`)
      await office.read()
    }
    expect(office.stored.size).toBe(23)
    expect([...office.gone]).toEqual([])
  })

  it('looks into a still conversation less and less, and not after an hour', async () => {
    office.receive(office.sam, 'Hello')
    await office.read()
    const looks: number[] = []
    for (let minutes = 1; minutes <= 180; minutes++) {
      office.later(MINUTE)
      const before = office.meta.reads.length
      await office.read()
      const isLook = office.meta.reads.slice(before).some(({ path }) => path.endsWith('/messages'))
      if (isLook) looks.push(minutes)
    }
    expect(looks).toEqual([2, 4, 8, 16, 32, 64])
  })

  it('reads what Meta has laid aside as spam within ten minutes, also what was moved there unread', async () => {
    office.receive(office.sam, 'Hello')
    await office.read()
    office.later(MINUTE)
    const aside = office.receive(office.sam, 'I can’t go on')
    aside.conversation.folder = 'spam'
    office.later(10 * MINUTE)
    expect(textsOf(await office.read())).toContain('I can’t go on')
  })

  it('reads what is moved to spam behind what was read there', async () => {
    const spammer = office.world.person('Spammer')
    office.receive(spammer, 'Buy now').conversation.folder = 'spam'
    await office.read()
    office.later(11 * MINUTE)
    const aside = office.receive(office.sam, 'I can’t go on', { at: office.clock.now - 3 * HOUR })
    aside.conversation.folder = 'spam'
    expect(textsOf(await office.read())).toEqual(['I can’t go on'])
  })

  it('keeps pictures, stickers, links, stories, and what Meta shows to no program', async () => {
    const { sam } = office
    const at = (n: number) => ({ at: office.clock.now + n * 1000 })
    const picture = office.receive(sam, '', { ...at(1), pictures: ['pixel'] })
    const sticker = office.receive(sam, '', { ...at(2), extras: { sticker: 'https://scontent.fbcdn.net/s.png' } })
    const shares = [{ id: '1', link: 'https://example.com/a', name: 'A page' }]
    const share = office.receive(sam, 'Look', { ...at(3), extras: { shares } })
    const mention = { id: '7', link: 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=7' }
    const story = office.receive(sam, '', { ...at(4), extras: { story: { mention } } })
    const odd = office.receive(sam, '', { ...at(5), extras: { is_unsupported: true } })
    office.later(MINUTE)
    const items = new Map((await office.read()).map((one) => [one.item.id, one.item]))
    expect(items.get(picture.id)?.media).toEqual([{ kind: 'image', url: expect.stringContaining('/cdn/') }])
    expect(items.get(sticker.id)?.media).toEqual([{ kind: 'image', url: 'https://scontent.fbcdn.net/s.png' }])
    expect(items.get(share.id)).toMatchObject({
      text: 'Look',
      links: ['https://example.com/a'],
      media: [{ kind: 'link', url: 'https://example.com/a', alt: 'A page' }],
    })
    expect(items.get(story.id)?.media).toEqual([{ kind: 'image', url: mention.link }])
    expect(items.get(odd.id)?.text).toMatch(/^\[Meta shows this kind of message to no program\./)
    // Addresses of pictures are new each time; the messages are not.
    office.later(3 * MINUTE)
    expect(await office.read()).toEqual([])
  })

  it('looks a message up by itself where the list leaves out what is in it', async () => {
    const { id, at } = office.receive(office.sam, '', { pictures: ['pixel'] })
    const from = { id: office.idOf(office.sam), name: 'Sam', username: 'sam' }
    const bare = { id, created_time: new Date(at).toISOString(), from, message: '' }
    office.meta.faults.once('GET UnifiedThread/messages', { status: 200, body: { data: [bare] } })
    const [given] = await office.read()
    expect(given?.item).toMatchObject({ id, text: '', media: [{ kind: 'image' }] })
  })

  it('reads with fewer fields where Meta does not have one of them', async () => {
    office.receive(office.sam, 'Hello')
    const error = { code: 100, type: 'OAuthException', message: '(#100) Tried accessing nonexisting field (story)' }
    office.meta.faults.once('GET UnifiedThread/messages', { status: 400, body: { error } })
    expect(textsOf(await office.read())).toEqual(['Hello'])
  })

  it('reads on though one conversation can’t be read, and hands that one to a person after a day', async () => {
    office.receive(office.sam, 'Unreadable for now', { at: office.clock.now - 1000 })
    const other = office.world.person('Ann Other')
    office.meta.faults.once('GET UnifiedThread/messages', 'unknown')
    office.receive(other, 'Readable')
    const first = await office.once()
    expect(textsOf(first.items)).toEqual(['Readable'])
    expect(first.rest?.till).toEqual(new Date(office.clock.now + MINUTE))
    expect(textsOf(await office.read())).toEqual(['Unreadable for now'])

    office.later(2 * DAY)
    const lift = office.meta.faults.always('GET UnifiedThread/messages', 'unknown')
    office.receive(office.sam, 'Never readable')
    expect(await office.read()).toEqual([])
    office.later(DAY)
    const [given, ...more] = await office.read()
    expect(more).toEqual([])
    expect(given?.item.text).toMatch(/^\[For a day/)
    expect(given && handleOf(given).person).toBe(office.idOf(office.sam))
    expect(await office.read()).toEqual([])
    lift()
    office.receive(office.sam, 'Readable again')
    expect(textsOf(await office.read()).toSorted()).toEqual(['Never readable', 'Readable again'])
  })

  it('forgets in time what it has handed to a person', async () => {
    office.receive(office.sam, 'Never readable')
    const lift = office.meta.faults.always('GET UnifiedThread/messages', 'unknown')
    await office.read()
    office.later(DAY)
    expect(textsOf(await office.read())).toEqual([expect.stringMatching(/^\[For a day/)])
    lift()
    office.later(2 * DAY)
    await office.read()
    await office.read()
    expect(office.cursor()).toMatchObject({ reads: [] })
    expect(office.stored.size).toBe(1)
  })

  it('hands back in time what it has read where Meta is slow', async () => {
    for (let n = 0; n < 12; n++) office.receive(office.world.person(`Person ${n}`), `From ${n}`)
    const slow = office.reading(() => office.later(3000))
    const began = office.clock.now
    const first = await office.once(soon(), slow)
    expect(first.more).toBe(true)
    expect(first.items.length).toBeGreaterThan(0)
    expect(office.clock.now - began).toBeLessThan(40_000)
    for (let calls = 0; calls < 10 && office.stored.size < 12; calls++) await office.once(soon(), slow)
    expect(office.stored.size).toBe(12)
  })

  it('rests for an hour where the app may not read the inbox, and loses nothing by it', async () => {
    const { scopes } = office.grant
    const scope = network === 'facebook' ? 'pages_messaging' : 'instagram_manage_messages'
    scopes.delete(scope)
    office.receive(office.sam, 'Hello')
    expect(await office.once()).toMatchObject({ items: [], rest: { till: new Date(office.clock.now + HOUR) } })
    scopes.add(scope)
    office.later(10 * DAY)
    expect(textsOf(await office.read())).toEqual(['Hello'])
  })

  it('sees nobody without a role before Meta has reviewed the app, and goes on', async () => {
    office.meta.rule({ access: 'standard' })
    office.receive(office.sam, 'Hello')
    expect(await office.read()).toEqual([])
    office.meta.rule({ access: 'advanced' })
    office.later(HOUR)
    expect(textsOf(await office.read())).toEqual(['Hello'])
  })

  it('ends at once where it is told to', async () => {
    office.receive(office.sam, 'Hello')
    office.meta.faults.once('GET Page/conversations', 'hang')
    const stop = new AbortController()
    const reading = office.once(stop.signal)
    stop.abort(new Error('the end'))
    await expect(reading).rejects.toThrow('the end')
  })
})
