import { type Absence, absent } from './problems.ts'
import { madeAt } from './snowflake.ts'
import { type Composed, codePoints } from './text.ts'
import type { Words } from './vocabulary.ts'
import { firstId, type Medium, type Message, type Person, type Poll, type Post, type World } from './world.ts'

/** What is sent of people, posts and messages: what was asked for, and nothing else. */

type Json = Record<string, unknown>

/** Things that an answer brings along, each once. */
interface Includes {
  users?: Json[]
  media?: Json[]
  polls?: Json[]
  [posts: string]: Json[] | undefined
}

export interface Shaped {
  data: Json[]
  includes?: Includes
  /** Of what the posts refer to but may not be seen. */
  errors?: Json[]
}

/** Why somebody may not see a post, or null if they may. */
export function hiddenFrom(world: World, viewer: Person, { author, life }: Post): Absence | null {
  if (life.deleted) return 'missing'
  if (author === viewer) return null
  // GUESS: posts of a suspended account are refused like those of a protected one.
  if (author.suspended || author.protected || world.blocked.has(author, viewer)) return 'unauthorised'
  return null
}

/** Shapes answers to one request, which has passed `misnomerIn`. */
export function shaperFor(world: World, words: Words, viewer: Person, query: Readonly<Record<string, string>>) {
  const asked = (parameter: string, ...always: string[]): ReadonlySet<string> =>
    new Set([...always, ...(query[parameter]?.split(',') ?? [])])
  const expansions = asked('expansions')
  const postFields = new Set([...asked(words.fields, ...words.always), ...fieldsBehind(expansions, words)])
  const personFields = asked('user.fields', 'id', 'name', 'username')
  const mediaFields = asked('media.fields', 'media_key', 'type')
  const messageFields = new Set([
    ...asked('dm_event.fields', 'id', 'event_type', 'text'),
    ...(expansions.has('sender_id') ? ['sender_id'] : []),
    ...(expansions.has('participant_ids') ? ['participant_ids'] : []),
    ...(expansions.has('attachments.media_keys') ? ['attachments'] : []),
  ])

  const person = (who: Person): Json =>
    chosen(personFields, {
      id: who.id,
      name: who.name,
      username: who.handle,
      created_at: new Date(who.createdAt).toISOString(),
      description: who.bio,
      location: who.location || undefined,
      protected: who.protected,
      verified: who.verified,
      verified_type: who.verified ? 'blue' : 'none',
      profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
      public_metrics: {
        followers_count: who.followers,
        following_count: who.following,
        [words.personPosts]: who.posts,
        listed_count: 0,
        like_count: 0,
      },
      connection_status: [
        ...(world.muted.has(viewer, who) ? ['muting'] : []),
        ...(world.blocked.has(viewer, who) ? ['blocking'] : []),
      ],
    })

  const post = (one: Post): Json => {
    const references = referencesOf(one)
    return chosen(postFields, {
      id: one.id,
      text: one.sent.text,
      author_id: one.author.id,
      conversation_id: one.conversation,
      created_at: new Date(madeAt(one.id)).toISOString(),
      in_reply_to_user_id: one.replyTo?.author.id,
      lang: one.lang,
      possibly_sensitive: one.sensitive,
      display_text_range: [one.implicitLength, codePoints(one.sent.text)],
      entities: entitiesOf(one.sent),
      attachments: attachmentsOf(one),
      reply_settings: 'everyone',
      edit_controls: {
        editable_until: new Date(madeAt(firstId(one)) + 3_600_000).toISOString(),
        edits_remaining: 6 - one.life.ids.length,
        is_edit_eligible: one.replyTo === null,
      },
      public_metrics: {
        [words.reposts]: one.life.reposts,
        reply_count: one.life.replies,
        like_count: 0,
        quote_count: one.life.quotes,
        bookmark_count: 0,
        impression_count: 0,
      },
      [words.edits]: one.life.ids,
      [words.referenced]: references.length > 0 ? references : undefined,
      [words.note]: one.whole ? { text: one.whole.text, entities: entitiesOf(one.whole) } : undefined,
    })
  }

  const medium = (one: Medium): Json =>
    chosen(mediaFields, {
      media_key: one.key,
      type: one.type,
      url: one.type === 'photo' ? one.url : undefined,
      preview_image_url: one.type === 'photo' ? undefined : one.url,
      alt_text: one.alt ?? undefined,
      width: 1,
      height: 1,
    })

  const message = (one: Message): Json => {
    const isText = one.type === 'MessageCreate'
    const shaped = chosen(messageFields, {
      id: one.id,
      event_type: one.type,
      text: isText ? one.sent.text : undefined,
      sender_id: one.from.id,
      participant_ids: isText ? undefined : [one.from.id],
      dm_conversation_id: one.conversation,
      created_at: new Date(madeAt(one.id)).toISOString(),
      attachments: one.media.length > 0 ? { media_keys: one.media.map(({ key }) => key) } : undefined,
    })
    return { ...shaped, ...messageLinks(one) }
  }

  /** In the older vocabulary the links of a message stand by themselves, and not among its entities. */
  const messageLinks = ({ sent }: Message): Json => {
    if (sent.urls.length === 0 || !messageFields.has('entities')) return {}
    return words.vocabulary === 'post' ? { entities: { urls: sent.urls } } : { urls: sent.urls }
  }

  const includes = (
    people: Set<Person>,
    posts: Set<Post>,
    media: Set<Medium>,
    polls: readonly Poll[] = [],
  ): { includes?: Includes } => {
    const brought: Includes = {}
    if (people.size > 0) brought.users = [...people].map(person)
    if (media.size > 0) brought.media = [...media].map(medium)
    if (polls.length > 0) brought.polls = polls.map(pollOf)
    if (posts.size > 0) brought[words.included] = [...posts].map(post)
    return Object.keys(brought).length > 0 ? { includes: brought } : {}
  }

  const posts = (shown: readonly Post[]): Shaped => {
    const people = new Set<Person>()
    const media = new Set<Medium>()
    const others = new Set<Post>()
    const errors = new Map<string, Json>()
    const polls = expansions.has('attachments.poll_ids') ? shown.flatMap(({ poll }) => poll ?? []) : []
    const bring = (one: Post, withAuthor: boolean, withMedia: boolean): void => {
      if (withAuthor) people.add(one.author)
      if (withMedia) for (const attached of one.media) media.add(attached)
    }
    for (const one of shown) {
      bring(one, expansions.has('author_id'), expansions.has('attachments.media_keys'))
      if (expansions.has('in_reply_to_user_id') && one.replyTo) people.add(one.replyTo.author)
      if (expansions.has('entities.mentions.username')) {
        for (const { id } of one.sent.mentions) addIfAny(people, world.personById(id))
      }
      if (expansions.has(words.edits)) {
        for (const id of one.life.ids) if (id !== one.id) addIfAny(others, world.postById(id))
      }
      if (!expansions.has(words.expandReferenced)) continue
      for (const other of [one.replyTo, one.quotes, one.reposts]) {
        if (!other) continue
        const absence = hiddenFrom(world, viewer, other)
        if (absence) {
          errors.set(other.id, absent(words, 'tweet', words.expandReferenced, other.id, absence))
          continue
        }
        others.add(other)
        bring(
          other,
          expansions.has('referenced_tweets.id.author_id'),
          expansions.has('referenced_tweets.id.attachments.media_keys'),
        )
      }
    }
    return {
      data: shown.map(post),
      ...includes(people, others, media, polls),
      ...(errors.size > 0 ? { errors: [...errors.values()] } : {}),
    }
  }

  const messages = (shown: readonly Message[]): Shaped => {
    const people = new Set<Person>()
    const media = new Set<Medium>()
    for (const one of shown) {
      if (expansions.has('sender_id')) people.add(one.from)
      if (expansions.has('attachments.media_keys')) for (const attached of one.media) media.add(attached)
    }
    return { data: shown.map(message), ...includes(people, new Set(), media) }
  }

  return { person, posts, messages }
}

/** An expansion brings the field that it starts from. */
function fieldsBehind(expansions: ReadonlySet<string>, words: Words): string[] {
  return [...expansions].flatMap((expansion) => {
    if (expansion.startsWith('referenced_')) return [words.referenced]
    if (expansion.startsWith('attachments.')) return ['attachments']
    if (expansion.startsWith('entities.')) return ['entities']
    return [expansion]
  })
}

function referencesOf({ replyTo, quotes, reposts }: Post): { type: string; id: string }[] {
  return [
    ...(reposts ? [{ type: 'retweeted', id: reposts.id }] : []),
    ...(quotes ? [{ type: 'quoted', id: quotes.id }] : []),
    ...(replyTo ? [{ type: 'replied_to', id: replyTo.id }] : []),
  ]
}

function attachmentsOf({ media, poll }: Post): Json | undefined {
  if (media.length === 0 && !poll) return undefined
  return {
    ...(media.length > 0 ? { media_keys: media.map(({ key }) => key) } : {}),
    ...(poll ? { poll_ids: [poll.id] } : {}),
  }
}

const pollOf = ({ id, choices }: Poll): Json => ({
  id,
  options: choices.map((label, n) => ({ position: n + 1, label, votes: 0 })),
})

/** X leaves an empty list out. */
function entitiesOf({ urls, mentions }: Composed): Json | undefined {
  if (urls.length === 0 && mentions.length === 0) return undefined
  return { ...(urls.length > 0 ? { urls } : {}), ...(mentions.length > 0 ? { mentions } : {}) }
}

function chosen(fields: ReadonlySet<string>, all: Json): Json {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && fields.has(name)))
}

function addIfAny<Thing>(to: Set<Thing>, thing: Thing | null): void {
  if (thing) to.add(thing)
}
