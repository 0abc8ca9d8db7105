import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CommentHandle,
  dateOf,
  incomingComment,
  incomingMention,
  incomingPost,
  isNamed,
  isOwn,
  MentionHandle,
} from '../../adapters/instagram/map.ts'
import { Alone, Comment, Id, OtherPost, OwnPost } from '../../adapters/instagram/schema.ts'
import { keyOf } from '../../adapters/meta/known.ts'
import type { Incoming } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'

/** What Meta sends of Instagram, whatever it sends, in our words. */

const HERE = { me: { id: '17841400000000001', username: 'jo.hartley' }, now: NOON }
const SENT = {
  id: '18000000000001002',
  text: 'Resign.',
  timestamp: '2026-11-20T10:00:00+0000',
  username: 'sam',
  from: { id: '24000000000000001', username: 'sam' },
}
const POST = OwnPost.parse({
  id: '17900000000001001',
  caption: 'At the library',
  timestamp: '2026-11-20T09:00:00+0000',
  username: 'jo.hartley',
  permalink: 'https://www.instagram.com/p/abc/',
})

const mapped = (sent: object = {}): Incoming => incomingComment(Comment.parse({ ...SENT, ...sent }), POST, null, HERE)

describe('a comment', () => {
  it('is told with its author, its post and where it stands', () => {
    expect(mapped()).toEqual({
      item: {
        id: SENT.id,
        kind: 'comment',
        text: 'Resign.',
        writtenAt: new Date('2026-11-20T10:00:00Z'),
        links: [],
        media: [],
      },
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
      author: { platform: 'instagram', id: '24000000000000001', handle: 'sam' },
      conversation: {
        id: POST.id,
        post: 'At the library',
        postedAt: new Date('2026-11-20T09:00:00Z'),
        link: 'https://www.instagram.com/p/abc/',
        above: [],
      },
      link: 'https://www.instagram.com/p/abc/',
      handle: { post: POST.id, username: 'sam', permalink: 'https://www.instagram.com/p/abc/' },
    })
  })

  it('has no author where only the username is told, which may be somebody else’s tomorrow', () => {
    const { author, handle } = mapped({ from: undefined })
    expect(author).toBeNull()
    expect(handle).toMatchObject({ username: 'sam' })
    expect(mapped({ from: { username: 'sam' } }).author).toBeNull()
  })

  it('keeps ids that no number holds', () => {
    const id = '18099999999999999'
    expect(Number.isSafeInteger(Number(id))).toBe(false)
    expect(mapped({ id }).item.id).toBe(id)
    expect(Comment.safeParse({ ...SENT, id: Number(id) }).success).toBe(false)
  })

  it('is another revision once its text is another, and only then', () => {
    expect(mapped().revision).toBe(mapped({ timestamp: '2026-11-21T10:00:00+0000', like_count: 7 }).revision)
    expect(mapped().revision).not.toBe(mapped({ text: 'Resign!' }).revision)
  })

  it('is an answer below the comment that it answers', () => {
    const parent = Comment.parse({ ...SENT, id: '18000000000001000', text: 'Above', username: 'ann', from: undefined })
    const { conversation, handle } = incomingComment(Comment.parse(SENT), POST, parent, HERE)
    expect(conversation?.above).toEqual([{ handle: 'ann', text: 'Above', at: new Date('2026-11-20T10:00:00Z') }])
    expect(handle).toMatchObject({ parent: '18000000000001000' })
  })

  it('is the account’s own by the id, or by the username where the id is kept back', () => {
    expect(isOwn({ from: { id: HERE.me.id, username: undefined }, username: undefined }, HERE)).toBe(true)
    expect(isOwn({ from: undefined, username: 'Jo.Hartley' }, HERE)).toBe(true)
    expect(isOwn({ from: { id: '5', username: 'johartley' }, username: 'johartley' }, HERE)).toBe(false)
    // Whoever takes a name that the account gave up is somebody else.
    expect(isOwn({ from: { id: '5', username: 'jo.hartley' }, username: 'jo.hartley' }, HERE)).toBe(false)
    expect(isOwn({ from: undefined, username: undefined }, HERE)).toBe(false)
  })
})

describe('somebody else’s post', () => {
  const post = (sent: object): Incoming =>
    incomingPost(
      OtherPost.parse({ id: '17900000000002002', username: 'sam', permalink: POST.permalink, ...sent }),
      HERE,
    )

  it('has no author: Meta names only the username', () => {
    expect(post({ caption: 'Look' })).toMatchObject({
      author: null,
      item: { kind: 'mention', text: 'Look' },
      handle: { media: '17900000000002002', username: 'sam', named: false },
    })
    expect(post({}).item.text).toBe('')
  })

  it('can be answered only where the caption names the account', () => {
    expect(post({ caption: 'Shame on @Jo.Hartley!' }).handle).toMatchObject({ named: true })
    expect(post({ caption: 'Ask @jo.hartley.' }).handle).toMatchObject({ named: true })
    expect(post({ caption: 'Ask @jo.hartley.fan' }).handle).toMatchObject({ named: false })
    expect(post({ caption: 'Ask @joxhartley' }).handle).toMatchObject({ named: false })
    expect(isNamed('@jo.hartley2', 'jo.hartley')).toBe(false)
  })

  it('shows its picture, and not the address of its film', () => {
    const url = 'https://scontent.cdninstagram.com/1.jpg'
    expect(post({ media_type: 'IMAGE', media_url: url }).item.media).toEqual([{ kind: 'image', url }])
    expect(post({ media_type: 'VIDEO', media_url: url }).item.media).toEqual([{ kind: 'video' }])
    expect(post({ media_type: 'CAROUSEL_ALBUM' }).item.media).toEqual([])
  })

  it('is told once, whether it tags the account or names it', () => {
    const sent = { caption: 'Shame on @jo.hartley' }
    expect(keyOf(post(sent))).toBe(keyOf(post({ ...sent, media_url: 'https://scontent.cdninstagram.com/2.jpg' })))
  })

  it('leads nowhere but to Instagram', () => {
    expect(post({ permalink: 'https://evil.example/p/' }).link).toBe('https://www.instagram.com/sam/')
    expect(post({ permalink: 'https://www.instagram.com.evil.example/' }).link).toBe('https://www.instagram.com/sam/')
  })
})

describe('a list within a post', () => {
  const list = (next?: string) => ({ ...POST, comments: { data: [SENT, { id: 5 }, null, 'x'], paging: { next } } })

  it('leaves out what can’t be read, and nothing else', () => {
    expect(OwnPost.parse(list()).comments.rows.map(({ id }) => id)).toEqual([SENT.id])
    expect(OwnPost.parse({ id: POST.id }).comments).toEqual({ rows: [], next: null })
    expect(OwnPost.parse({ id: POST.id, comments: 'none' }).comments).toEqual({ rows: [], next: null })
  })

  it('takes the token out of the link to its next page', () => {
    const next =
      'https://graph.facebook.com/v24.0/1/comments?access_token=EAAsecret&appsecret_proof=ab&after=QV&limit=25'
    const read = OwnPost.parse(list(next)).comments.next
    expect(read).toBe('https://graph.facebook.com/v24.0/1/comments?after=QV&limit=25')
  })
})

describe('whatever is sent', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('\uD83D'), fc.constant('a\0b'))
  const odd = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer(),
    fc.boolean(),
    fc.object({ maxDepth: 1 }),
  )
  const id = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String)
  const sent = fc.record({
    id,
    text: fc.oneof(text, odd),
    timestamp: fc.oneof(fc.date({ noInvalidDate: false }).map(String), text, odd),
    username: fc.oneof(text, odd),
    from: fc.oneof(fc.record({ id: fc.oneof(id, odd), username: fc.oneof(text, odd) }), odd),
    parent_id: fc.oneof(id, odd),
    caption: fc.oneof(text, odd),
    permalink: fc.oneof(fc.webUrl(), text, odd),
    media_type: fc.oneof(fc.constantFrom('IMAGE', 'VIDEO', 'CAROUSEL_ALBUM'), odd),
    media_url: fc.oneof(fc.webUrl(), text, odd),
    comments_count: fc.oneof(fc.nat(), odd),
  })

  const expectWhole = (incoming: Incoming, from: { id: string }): void => {
    expect(incoming.item.id).toBe(from.id)
    expect(incoming.item.writtenAt.getTime()).toBeLessThanOrEqual(NOON.getTime())
    expect(incoming.item.writtenAt.getTime()).toBeGreaterThanOrEqual(Date.UTC(2010, 9, 6))
    expect(incoming.link).toMatch(/^https:\/\/(www\.)?instagram\.com\//)
    expect(incoming.revision).not.toBe('')
    if (incoming.author)
      expect([Id.safeParse(incoming.author.id).success, incoming.author.handle !== '']).toEqual([true, true])
    expect(JSON.parse(JSON.stringify(incoming.handle))).toEqual(incoming.handle)
  }

  it('a comment with an id is told, and what it says is passed on as it is', () => {
    fc.assert(
      fc.property(sent, sent, (one, other) => {
        const comment = Alone.parse(one)
        const post = OtherPost.parse(other)
        const under = incomingComment(comment, post, null, HERE)
        expectWhole(under, one)
        expect(CommentHandle.parse(under.handle)).toEqual(under.handle)
        const elsewhere = incomingMention(comment, post, HERE)
        expectWhole(elsewhere, one)
        expect(MentionHandle.parse(elsewhere.handle)).toEqual(elsewhere.handle)
        if (typeof one.text === 'string') expect(under.item.text).toBe(one.text)
      }),
    )
  })

  it('a post with an id is told', () => {
    fc.assert(
      fc.property(sent, (one) => {
        const incoming = incomingPost(OtherPost.parse(one), HERE)
        expectWhole(incoming, one)
        expect(MentionHandle.parse(incoming.handle)).toEqual(incoming.handle)
        if (typeof one.caption === 'string') expect(incoming.item.text).toBe(one.caption)
      }),
    )
  })

  it('a text makes one revision, and another text another', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const revision = (words: string): string => mapped({ text: words }).revision
        expect(revision(one) === revision(other)).toBe(one === other)
      }),
    )
  })

  it('a date is never of another age', () => {
    expect(dateOf('0001-01-01T00:00:00+0000', NOON)).toEqual(new Date(Date.UTC(2010, 9, 6)))
    expect(dateOf('2999-01-01T00:00:00+0000', NOON)).toEqual(NOON)
    expect(dateOf(undefined, NOON)).toEqual(NOON)
  })
})
