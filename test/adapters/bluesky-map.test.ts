import { describe, expect, it } from 'vitest'
import { incomingPost, pictureIn } from '../../adapters/bluesky/map.ts'
import { Notification } from '../../adapters/bluesky/schema.ts'
import type { Incoming } from '../../adapters/platform.ts'

const MP = 'did:plc:jo'
const TROLL = 'did:plc:troll'
const NOW = new Date('2026-11-24T12:00:00Z')
const POST = 'app.bsky.feed.post'
const OWN = `at://${MP}/${POST}/3lbqxyz`
const THEIRS = `at://${TROLL}/${POST}/3lbqabc`

const ref = (uri: string) => ({ uri, cid: 'bafy' })

/** As a stranger's program wrote it, told of by a notification. */
function mapped(record: Record<string, unknown>, profile: Record<string, unknown> = {}, reason = 'reply'): Incoming {
  const author = { did: TROLL, handle: 'troll.example', ...profile }
  const told = { uri: THEIRS, cid: 'bafy', author, record: { text: 'You fool', ...record }, reason, indexedAt: '' }
  return incomingPost(Notification.parse(told), { did: MP, now: NOW, posts: new Map(), profiles: new Map() })
}

const answering = (root: string, parent: string): Incoming =>
  mapped({ reply: { root: ref(root), parent: ref(parent) } })

describe('what a post on Bluesky claims to answer', () => {
  it('is its conversation', () => {
    const { item, conversation, handle } = answering(OWN, OWN)
    expect(item).toMatchObject({ id: THEIRS, kind: 'reply', text: 'You fool' })
    expect(conversation?.id).toBe(OWN)
    expect(handle).toMatchObject({ root: ref(OWN) })
    const longest = `at://${MP}/${POST}/${'k'.repeat(512)}`
    expect(answering(longest, longest).conversation?.id).toBe(longest)
  })

  it.each([
    ['8,000 characters', `at://${MP}/${POST}/${'k'.repeat(8000)}`],
    ['a key of 513', `at://${MP}/${POST}/${'k'.repeat(513)}`],
    ['an author of 1,000', `at://did:web:${'a'.repeat(1000)}/${POST}/3lbq`],
    ['no key', `at://${MP}/${POST}`],
    ['a key that is no key', `at://${MP}/${POST}/..`],
    ['a space in it', `at://${MP}/${POST}/3l bq`],
    ['a line after it', `${OWN}\n`],
    ['a handle for an author', `at://jo.example/${POST}/3lbq`],
    ['another scheme', 'https://example.org/a/b'],
    ['nothing', ''],
  ])('is nothing of ours where an address has %s, and the post is still read', (_, address) => {
    for (const incoming of [answering(address, OWN), answering(OWN, address), answering(address, address)]) {
      expect(incoming.item).toMatchObject({ id: THEIRS, kind: 'reply', text: 'You fool' })
      expect(incoming.conversation?.id).toBe(THEIRS)
      expect(incoming.handle).toMatchObject({ uri: THEIRS, root: ref(THEIRS), quotes: null })
    }
  })

  it('keeps the picture beside a quote that quotes nothing', () => {
    const images = [{ image: { ref: 'bafkrei' }, alt: 'A red dot' }]
    const media = { $type: 'app.bsky.embed.images', images }
    const record = { record: ref(`at://${MP}/${POST}/${'k'.repeat(8000)}`) }
    const { item, handle } = mapped({ embed: { $type: 'app.bsky.embed.recordWithMedia', record, media } })
    expect(item.media).toMatchObject([{ kind: 'image', alt: 'A red dot' }])
    expect(handle).toMatchObject({ quotes: null })
  })
})

describe('when a post on Bluesky claims to be written', () => {
  it.each([
    ['2026-11-24T11:59:59Z', '2026-11-24T11:59:59.000Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    ['1999-12-31T23:59:59Z', '2000-01-01T00:00:00.000Z'],
    ['-271821-04-20T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    ['2026-11-24T12:00:01Z', NOW.toISOString()],
    ['+275760-09-13T00:00:00Z', NOW.toISOString()],
    ['yesterday', NOW.toISOString()],
    [undefined, NOW.toISOString()],
  ])('%s is %s', (createdAt, at) => {
    expect(mapped({ createdAt }).item.writtenAt.toISOString()).toBe(at)
  })

  it('believes no birth of an account before there were any', () => {
    expect(mapped({}, { createdAt: '2024-02-06T00:00:00Z' }).author?.createdAt).toEqual(new Date('2024-02-06'))
    expect(mapped({}, { createdAt: '-004713-01-01T00:00:00Z' }).author).not.toHaveProperty('createdAt')
    expect(mapped({}, { createdAt: '2090-01-01T00:00:00Z' }).author).not.toHaveProperty('createdAt')
  })
})

describe('an author on Bluesky', () => {
  it('has the address of the picture on their profile, where there is one', () => {
    const avatar = 'https://cdn.bsky.app/img/avatar/plain/did:plc:troll/bafkrei@jpeg'
    expect(mapped({}, { avatar }).author).toMatchObject({ avatar, hasAvatar: true })
    expect(mapped({}).author).not.toHaveProperty('avatar')
    expect(pictureIn(avatar)).toEqual({ did: 'did:plc:troll', cid: 'bafkrei' })
  })
})
