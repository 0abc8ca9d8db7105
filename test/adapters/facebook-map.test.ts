import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CommentHandle,
  dateOf,
  incomingComment,
  incomingPost,
  isOwn,
  type Known,
  MentionHandle,
} from '../../adapters/facebook/map.ts'
import { Comment, Post } from '../../adapters/facebook/schema.ts'
import { readable } from '../../adapters/meta/known.ts'
import type { Incoming } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'

/** What Facebook sends, whatever it sends, in our words. */

const PAGE = '100000000000001'
const around = { page: PAGE, now: NOON }
const OWN: Known = {
  id: `${PAGE}_1`,
  message: 'The surgery is at ten',
  created_time: '2026-11-24T09:00:00+0000',
  from: { id: PAGE, name: 'Jo Hartley MP' },
  permalink_url: 'https://www.facebook.com/100000000000001/posts/1',
}
const THEIRS: Known = { ...OWN, id: `${PAGE}_2`, message: 'Shame', from: { id: '77', name: 'Sam' } }

const comment = (sent: object, post = OWN): Incoming =>
  incomingComment(Comment.parse({ id: '1_9', message: 'Hm', ...sent }), post, around)
const post = (sent: object): Incoming => incomingPost(Post.parse({ id: `${PAGE}_5`, ...sent }), around)
const attached = (attachment: object): Incoming => comment({ attachment })
const CDN = 'https://scontent.xx.fbcdn.net/v/t1.0-9/5000000_n.jpg'

describe('a comment', () => {
  it('stands under the Page’s post, with who wrote it and what it answers', () => {
    const incoming = comment({
      message: 'You <b>clown</b> &amp; co',
      created_time: '2026-11-24T10:00:00+0000',
      from: { id: '77', name: 'Sam Ordinary' },
      parent: {
        id: '1_8',
        message: 'Nice',
        created_time: '2026-11-24T09:30:00+0000',
        from: { id: '78', name: 'Robin' },
      },
      permalink_url: 'https://www.facebook.com/100000000000001/posts/1?comment_id=8&reply_comment_id=9',
    })
    expect(incoming).toMatchObject({
      item: {
        id: '1_9',
        kind: 'comment',
        // Facebook escapes nothing.
        text: 'You <b>clown</b> &amp; co',
        writtenAt: new Date('2026-11-24T10:00:00Z'),
        links: [],
        media: [],
      },
      author: { platform: 'facebook', id: '77', handle: 'Sam Ordinary' },
      conversation: {
        id: OWN.id,
        post: 'The surgery is at ten',
        postedAt: new Date('2026-11-24T09:00:00Z'),
        link: OWN.permalink_url,
        above: [{ handle: 'Robin', text: 'Nice', at: new Date('2026-11-24T09:30:00Z') }],
      },
      link: 'https://www.facebook.com/100000000000001/posts/1?comment_id=8&reply_comment_id=9',
      handle: { post: OWN.id, parent: '1_8', permalink: expect.stringContaining('reply_comment_id=9') },
    })
  })

  it('under somebody else’s post answers no post of the MP’s: that post stands above it', () => {
    const { conversation } = comment({}, THEIRS)
    expect(conversation).toMatchObject({ id: THEIRS.id, above: [{ handle: 'Sam', text: 'Shame' }] })
    expect(conversation).not.toHaveProperty('post')
    expect(conversation).not.toHaveProperty('postedAt')
  })

  it('has no author where Facebook withholds it, or says nothing that could be one', () => {
    expect(comment({}).author).toBeNull()
    expect(comment({ from: { name: 'Sam' } }).author).toBeNull()
    expect(comment({ from: 'Sam' }).author).toBeNull()
    expect(comment({ from: { id: '77' } }).author).toMatchObject({ id: '77', handle: '77' })
  })

  it('is the Page’s own by its id alone, whatever it is called', () => {
    expect(isOwn(Comment.parse({ id: '1_9', from: { id: PAGE } }), around)).toBe(true)
    expect(isOwn(Comment.parse({ id: '1_9', from: { id: '77', name: 'Jo Hartley MP' } }), around)).toBe(false)
    expect(isOwn(Comment.parse({ id: '1_9' }), around)).toBe(false)
  })

  it('leads staff nowhere but to Facebook', () => {
    for (const permalink_url of [
      'https://evil.example/',
      'https://facebook.com.evil.example/',
      'https://www.facebook.com@evil.example/',
      'https://user@www.facebook.com/',
      'http://www.facebook.com/1',
      'javascript:alert(1)',
      'nothing',
      7,
    ]) {
      expect(comment({ permalink_url })).toMatchObject({
        link: 'https://www.facebook.com/1_9',
        handle: { post: OWN.id },
      })
      expect(comment({ permalink_url }).handle).not.toHaveProperty('permalink')
    }
  })
})

describe('what is attached', () => {
  it('is a picture where it can be looked at: photographs, stickers and the stills of animations', () => {
    const media = { image: { src: `${CDN}?oh=a&oe=b` } }
    for (const type of ['photo', 'sticker', 'animated_image_share', 'animated_image_video']) {
      expect(attached({ type, media }).item.media).toEqual([{ kind: 'image', url: `${CDN}?oh=a&oe=b` }])
    }
    expect(attached({ type: 'video_inline', title: 'Look', media }).item.media).toEqual([
      { kind: 'video', alt: 'Look', url: `${CDN}?oh=a&oe=b` },
    ])
    expect(attached({ type: 'unheard_of' }).item.media).toEqual([{ kind: 'other' }])
    expect(attached({}).item.media).toEqual([{ kind: 'other' }])
  })

  it('is a link to where it leads, and not to Facebook’s detour', () => {
    const url = 'https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2Fa%3Fb%3D1&h=AT0&s=1'
    expect(attached({ type: 'share', title: 'Win!', description: 'Now', url }).item).toMatchObject({
      links: ['https://evil.example/a?b=1'],
      media: [{ kind: 'link', alt: 'Win! – Now', url: 'https://evil.example/a?b=1' }],
    })
    expect(attached({ type: 'share', target: { url: 'https://news.example/' } }).item.links).toEqual([
      'https://news.example/',
    ])
    expect(attached({ type: 'share', url: 'not a place' }).item.links).toEqual([])
  })

  it('is every picture of an album', () => {
    const pictures = [1, 2, 3].map((n) => ({ type: 'photo', media: { image: { src: `${CDN}?n=${n}` } } }))
    const attachments = { data: [{ type: 'album', subattachments: { data: [...pictures, 'broken'] } }] }
    expect(post({ attachments }).item.media.map(({ url }) => url)).toEqual([1, 2, 3].map((n) => `${CDN}?n=${n}`))
  })
})

describe('a revision', () => {
  const photo = (id: string, query: string): object => ({
    type: 'photo',
    target: { id },
    media: { image: { src: `${CDN}?${query}` } },
  })

  it('is another when text or picture are, and no other because Facebook signed the address anew', () => {
    const first = comment({ attachment: photo('5', 'oh=a') }).revision
    expect(comment({ attachment: photo('5', 'oh=b') }).revision).toBe(first)
    expect(comment({ attachment: photo('6', 'oh=a') }).revision).not.toBe(first)
    expect(comment({ message: 'Hm.', attachment: photo('5', 'oh=a') }).revision).not.toBe(first)
    expect(comment({}).revision).not.toBe(first)
  })

  it('tells pictures by the name of their file, and links by where they lead', () => {
    const sticker = (src: string): string => attached({ type: 'sticker', media: { image: { src } } }).revision
    expect(sticker('https://scontent-a.xx.fbcdn.net/v/7_n.png?oh=a')).toBe(
      sticker('https://scontent-b.xx.fbcdn.net/w/7_n.png?oh=b'),
    )
    expect(sticker('https://scontent-a.xx.fbcdn.net/v/8_n.png')).not.toBe(
      sticker('https://scontent-a.xx.fbcdn.net/v/7_n.png'),
    )
    const link = (h: string, u = 'https%3A%2F%2Fevil.example'): string =>
      attached({ type: 'share', url: `https://l.facebook.com/l.php?u=${u}&h=${h}` }).revision
    expect(link('AT0')).toBe(link('AT1'))
    expect(link('AT0', 'https%3A%2F%2Fother.example')).not.toBe(link('AT0'))
  })

  it('does not depend on the name, the time or the place of what it is of', () => {
    const revision = comment({}).revision
    expect(comment({ from: { id: '7', name: 'New name' }, created_time: '2026-01-01T00:00:00+0000' }).revision).toBe(
      revision,
    )
    expect(comment({}, THEIRS).revision).toBe(revision)
  })
})

describe('a post of somebody else', () => {
  it('is a mention, on the wall or elsewhere', () => {
    const sent = { message: 'Resign', from: { id: '77', name: 'Sam' }, created_time: '2026-11-24T10:00:00+0000' }
    expect(post(sent)).toMatchObject({
      item: { id: `${PAGE}_5`, kind: 'mention', text: 'Resign' },
      conversation: { id: `${PAGE}_5`, above: [] },
      link: `https://www.facebook.com/${PAGE}_5`,
      handle: { post: `${PAGE}_5`, wall: true },
    })
    expect(post({ ...sent, id: '77_6' }).handle).toEqual({ post: '77_6', wall: false })
    expect(post({ ...sent, id: `${PAGE}1_6` }).handle).toMatchObject({ wall: false })
  })
})

describe('moments', () => {
  it('are never of the future, nor of an age without Facebook', () => {
    expect(dateOf('2026-11-24T10:00:00+0000', NOON)).toEqual(new Date('2026-11-24T10:00:00Z'))
    expect(dateOf('2036-01-01T00:00:00+0000', NOON)).toEqual(NOON)
    expect(dateOf('1969-01-01T00:00:00+0000', NOON)).toEqual(new Date('2004-02-04T00:00:00Z'))
    expect(dateOf('+275760-01-01', NOON)).toEqual(NOON)
    expect(dateOf('soon', NOON)).toEqual(NOON)
    expect(dateOf(undefined, NOON)).toEqual(NOON)
  })
})

describe('whatever Facebook sends', () => {
  const anything = fc.anything({ maxDepth: 3, withBigInt: false })
  const id = fc.stringMatching(/^\d{1,20}(_\d{1,20})?$/)
  const place = fc.oneof(fc.webUrl(), fc.constant(CDN), fc.string({ unit: 'binary' }), anything)
  const words = fc.oneof(fc.string({ unit: 'binary' }), anything)
  const part = fc.record(
    {
      type: fc.oneof(fc.constantFrom('photo', 'album', 'share', 'video_inline', 'sticker'), anything),
      title: words,
      description: words,
      url: place,
      target: fc.oneof(fc.record({ id: words, url: place }, { requiredKeys: [] }), anything),
      media: fc.oneof(fc.record({ image: fc.record({ src: place }), source: place }, { requiredKeys: [] }), anything),
    },
    { requiredKeys: [] },
  )
  const someone = fc.oneof(fc.record({ id: fc.oneof(id, anything), name: words }, { requiredKeys: [] }), anything)
  const sent = fc.record(
    {
      id,
      message: words,
      created_time: fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        words,
      ),
      from: someone,
      parent: fc.oneof(fc.record({ id: fc.oneof(id, anything), message: words, from: someone }), anything),
      attachment: fc.oneof(part, anything),
      attachments: fc.oneof(fc.record({ data: fc.oneof(fc.array(part), anything) }), anything),
      comments: anything,
      permalink_url: place,
    },
    { requiredKeys: ['id'] },
  )

  const check = (incoming: Incoming): void => {
    expect(incoming.item.id).toMatch(/^\d+(_\d+)?$/)
    expect(typeof incoming.item.text).toBe('string')
    expect(incoming.item.writtenAt.getTime()).toBeLessThanOrEqual(NOON.getTime())
    expect(incoming.item.writtenAt.getUTCFullYear()).toBeGreaterThanOrEqual(2004)
    expect(incoming.revision).toMatch(/^[\w-]{16}$/)
    expect(new URL(incoming.link).hostname).toMatch(/(^|\.)facebook\.com$/)
    for (const link of incoming.item.links) expect(typeof link).toBe('string')
    expect(JSON.parse(JSON.stringify(incoming.handle))).toEqual(incoming.handle)
  }

  it('becomes an item, whole and the same each time, if it has an id', () => {
    fc.assert(
      fc.property(sent, (one) => {
        const [read] = readable(Comment, [one])
        if (!read) throw new Error('it has an id')
        const incoming = incomingComment(read, OWN, around)
        check(incoming)
        if (typeof one.message === 'string') expect(incoming.item.text).toBe(one.message)
        expect(incomingComment(read, OWN, around)).toEqual(incoming)
        expect(CommentHandle.safeParse(incoming.handle).success).toBe(true)

        const [whole] = readable(Post, [one])
        if (!whole) throw new Error('it has an id')
        check(incomingPost(whole, around))
        expect(MentionHandle.safeParse(incomingPost(whole, around).handle).success).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('is left out if it has no id that could be one', () => {
    fc.assert(
      fc.property(anything, (one) => {
        for (const row of [Comment, Post]) {
          for (const read of readable(row, [one])) expect(read.id).toMatch(/^\d{1,25}(_\d{1,25})?$/)
        }
      }),
    )
    for (const wrong of ['1/2', '../1', '1_2_3', '1?fields=x', 'me', '', '١٢', 12, null]) {
      expect(readable(Comment, [{ id: wrong }])).toEqual([])
    }
  })

  it('never hides comments that it has: a list that can’t be read is asked for by itself', () => {
    const comments = (sentList: unknown) => Post.parse({ id: '1', comments: sentList }).comments
    expect(comments(undefined)).toBeUndefined()
    expect(comments({ data: [{ id: '1_2' }, { id: 7 }, 'broken'] })).toMatchObject({
      rows: [{ id: '1_2' }],
      hasMore: false,
    })
    expect(comments({ data: [], paging: { next: 'https://graph.facebook.com/next' } })).toMatchObject({ hasMore: true })
    expect(comments({ data: [], paging: { cursors: { after: 'x' } } })).toMatchObject({ hasMore: false })
    for (const broken of ['x', 7, null, [], { data: 'x' }, { data: null }]) {
      expect(comments(broken)).toEqual({ rows: [], hasMore: true })
    }
  })
})
