import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incoming } from '../../adapters/platform.ts'
import { incomingMessage, incomingPost, type Said, type Surroundings } from '../../adapters/x/map.ts'
import { Listed, LookedUp, Message, Person, Post, readable } from '../../adapters/x/schema.ts'
import { NOON } from '../builders.ts'

/** What X sends, whatever it sends, in our words. */

const ME = { id: '1', handle: 'JoHartleyMP' }
const OWN = '1990000000000000001'
const THEIRS = '1990000000000000002'
const POST = '1990000000000000009'

const around = (rest: Partial<Surroundings> = {}): Surroundings => ({
  me: ME,
  now: NOON,
  people: new Map(),
  media: new Map(),
  polls: new Map(),
  posts: new Map(),
  roots: new Map(),
  ...rest,
})

const ROOTS = new Map([
  [OWN, { id: OWN, author: ME.id, text: 'Hello', writtenAt: '2026-11-20T10:00:00.000Z' }],
  [THEIRS, { id: THEIRS, author: '7', text: 'Theirs', writtenAt: '2026-11-20T10:00:00.000Z' }],
])

const mapped = (sent: object, rest: Partial<Surroundings> = {}): Incoming =>
  incomingPost(Post.parse({ id: POST, text: 'Hm', author_id: '9', ...sent }), around({ roots: ROOTS, ...rest }))

describe('a post', () => {
  it('is a reply where the account began the conversation, and only there', () => {
    expect(mapped({ conversation_id: OWN }).item.kind).toBe('reply')
    expect(mapped({ conversation_id: THEIRS }).item.kind).toBe('mention')
    expect(mapped({ conversation_id: '5' }).item.kind).toBe('mention')
    expect(mapped({}).item.kind).toBe('mention')
    const quoting = { referenced_tweets: [{ type: 'quoted', id: OWN }] }
    expect(mapped({ conversation_id: THEIRS, ...quoting }).item.kind).toBe('quote')
    expect(mapped({ conversation_id: OWN, ...quoting })).toMatchObject({
      item: { kind: 'reply' },
      handle: { own: true, summoned: true },
    })
  })

  const mention = (start: number, sent: object = {}): Incoming['handle'] =>
    mapped({ entities: { mentions: [{ start, end: start + 12, username: 'johartleymp' }] }, ...sent }).handle
  const answer = { referenced_tweets: [{ type: 'replied_to', id: THEIRS }], conversation_id: THEIRS }

  it('summons the account by a handle that was typed, not by one that X put in front', () => {
    expect(mention(0)).toMatchObject({ summoned: true })
    expect(mention(0, { ...answer, text: '@JoHartleyMP @sam Hm' })).toMatchObject({ summoned: false })
    expect(mention(21, { ...answer, text: '@JoHartleyMP @sam Hm @JoHartleyMP' })).toMatchObject({ summoned: true })
    expect(mention(0, { ...answer, display_text_range: [13, 20] })).toMatchObject({ summoned: false })
    expect(mention(0, { ...answer, display_text_range: [0, 20] })).toMatchObject({ summoned: true })
    expect(mapped({ text: '@JoHartleyMP Hm' }).handle).toMatchObject({ summoned: false })
  })

  it('is not somebody else’s with a like name', () => {
    const entities = { mentions: [{ start: 0, username: 'JoHartleyMP', id: '2' }] }
    expect(mapped({ entities }).handle).toMatchObject({ summoned: false })
  })

  it('undoes X’s escapes once', () => {
    expect(mapped({ text: '&lt;b&gt; &amp;lt; &amp;amp; &quot; &#39;' }).item.text).toBe('<b> &lt; &amp; &quot; &#39;')
  })

  it('has the links that were typed and no others', () => {
    const url = (expanded_url: string, rest: object = {}) => ({ url: 'https://t.co/a', expanded_url, ...rest })
    const urls = [
      url('https://example.org/a', { unwound_url: 'https://example.org/b' }),
      url(`https://x.com/sam/status/${POST}/photo/1`),
      url(`https://twitter.com/sam/status/${OWN}`),
      url('https://x.com/sam/status/12'),
      url('https://example.org/c', { media_key: '3_1' }),
      { url: 'https://t.co/bare' },
      url(`https://x.com/i/web/status/${POST}`),
      'nonsense',
    ]
    const { item } = mapped({ entities: { urls }, referenced_tweets: [{ type: 'quoted', id: OWN }] })
    expect(item.links).toEqual([
      'https://example.org/a',
      'https://example.org/b',
      'https://x.com/sam/status/12',
      'https://t.co/bare',
    ])
  })

  it('was written when its id says, where the date is none', () => {
    const date = (created_at: unknown): string => mapped({ created_at }).item.writtenAt.toISOString()
    expect(date('2026-11-24T11:00:00.000Z')).toBe('2026-11-24T11:00:00.000Z')
    expect(date('2999-01-01T00:00:00.000Z')).toBe(NOON.toISOString())
    expect(date('0001-01-01T00:00:00.000Z')).toBe('2006-03-21T00:00:00.000Z')
    for (const odd of ['', 'yesterday', 7, null, '+275760-09-13T00:00:00.001Z'])
      expect(date(odd)).toMatch(/^2025-11-16T/)
  })

  it('keeps the name of its first version', () => {
    const edited = mapped({ edit_history_tweet_ids: ['3', POST] })
    expect(edited).toMatchObject({ item: { id: '3' }, revision: POST, handle: { post: POST } })
  })

  it('has no language where X names none', () => {
    expect(mapped({ lang: 'cy' }).item.lang).toBe('cy')
    for (const lang of ['und', 'qme', 'zxx', 'English', '', 4]) expect(mapped({ lang }).item.lang).toBeUndefined()
  })

  it('is not vouched for by a tick that was bought', () => {
    const person = (verified_type: string) =>
      mapped(
        {},
        { people: new Map([['9', Person.parse({ id: '9', username: 'sam', verified: true, verified_type })]]) },
      ).author
    expect(person('blue')).toMatchObject({ verified: false })
    expect(person('government')).toMatchObject({ verified: true })
    expect(mapped({}).author).toEqual({ platform: 'x', id: '9', handle: '9' })
    expect(mapped({ author_id: null }).author).toBeNull()
  })
})

/** JSON that has X's names in it, with anything at all under them. */
const NAMES = [
  'id author_id conversation_id text created_at lang entities urls url expanded_url mentions start username note_tweet',
  'note_post referenced_tweets referenced_posts type edit_history_tweet_ids edit_history_post_ids attachments media_keys',
  'display_text_range name public_metrics followers_count post_count verified_type event_type sender_id dm_conversation_id',
]
  .join(' ')
  .split(' ')
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(OWN, THEIRS, '9', 'quoted', 'replied_to', '&amp;', '@JoHartleyMP', '9'.repeat(25), '2026-11-24'),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.constantFrom(null, true, undefined, -0, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 8 }),
  ),
}))
const anyRecord = fc.dictionary(fc.constantFrom(...NAMES), anything, { maxKeys: 14 })

describe('whatever X sends', () => {
  it('a post that can be read is mapped, and nothing in it is made up', () => {
    fc.assert(
      fc.property(anyRecord, fc.array(anyRecord, { maxLength: 3 }), (sent, others) => {
        const whole = { ...sent, id: POST }
        const post = Post.parse(whole)
        const people = new Map(readableOf(Person, others).map((person) => [person.id, person]))
        const posts = new Map(readableOf(Post, others).map((one) => [one.id, one]))
        const { item, author, revision, handle, conversation } = incomingPost(
          post,
          around({ roots: ROOTS, people, posts }),
        )
        expect(revision).toBe(POST)
        const written = JSON.stringify(whole)
        for (const id of [item.id, author?.id ?? POST]) expect(written).toContain(JSON.stringify(id))
        const texts = [sent['text'], noteOf(sent['note_tweet']), noteOf(sent['note_post']), '']
        expect(texts.filter((text) => typeof text === 'string').map(unescaped)).toContain(item.text)
        for (const link of item.links) expect(written).toContain(JSON.stringify(link))
        expect(item.writtenAt.getTime()).toBeLessThanOrEqual(NOON.getTime())
        expect(item.writtenAt.getTime()).toBeGreaterThanOrEqual(Date.UTC(2006, 0))
        expect(JSON.parse(JSON.stringify(handle))).toEqual(handle)
        expect(conversation?.id).toMatch(/^\d{1,19}$/)
        if (item.kind === 'reply') expect(sent['conversation_id']).toBe(OWN)
      }),
      { numRuns: 300 },
    )
  })

  it('a message that can be read is mapped', () => {
    fc.assert(
      fc.property(anyRecord, fc.array(anyRecord, { maxLength: 3 }), (sent, others) => {
        const message = Message.parse({ ...sent, id: POST, event_type: 'MessageCreate' })
        const before = readableOf(Message, others)
        const { item, handle } = incomingMessage({ ...message, sender_id: '9' } satisfies Said, before, around())
        expect(item).toMatchObject({ id: POST, kind: 'message' })
        expect(handle).toMatchObject({ participant: '9' })
      }),
      { numRuns: 200 },
    )
  })

  it('a page is read entry by entry, or refused as a whole', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyRecord, anything), { maxLength: 5 }), anything, (data, includes) => {
        const good = { id: POST, text: 'Hm' }
        const page = Listed.parse({ data: [...data, good], includes, meta: {} })
        expect(readable(Post, page.data).at(-1)).toMatchObject({ id: POST, text: 'Hm' })
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(anything, (answer) => {
        Listed.safeParse(answer)
        LookedUp.safeParse(answer)
      }),
      { numRuns: 200 },
    )
  })

  it('nothing at all is no empty page', () => {
    for (const answer of [{}, null, '', { errors: [{}] }, { includes: {} }]) {
      expect(Listed.safeParse(answer).success).toBe(false)
    }
    expect(Listed.parse({ meta: { result_count: 0 } })).toMatchObject({ data: [], next: null })
    expect(Listed.parse({ meta: { result_count: 0, next_token: 'abc' } })).toMatchObject({ data: [], next: 'abc' })
    expect(LookedUp.safeParse({}).success).toBe(false)
    expect(LookedUp.parse({ errors: [{ value: '5', parameter: 'ids' }] }).errors).toHaveLength(1)
    expect(() => readable(Post, [{ text: 'without an id' }])).toThrow(/can’t read/)
  })
})

function readableOf<T extends typeof Post | typeof Person | typeof Message>(schema: T, entries: unknown[]) {
  return entries.flatMap((entry) => {
    const result = schema.safeParse(entry)
    return result.success ? [result.data as ReturnType<T['parse']>] : []
  })
}

function noteOf(note: unknown): unknown {
  return note && typeof note === 'object' && 'text' in note ? note.text : undefined
}

function unescaped(text: string): string {
  return text.split('&lt;').join('<').split('&gt;').join('>').split('&amp;').join('&')
}
