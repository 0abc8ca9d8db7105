import { type Shelves, shelves } from './shelf.ts'
import { madeAt, snowflakes } from './snowflake.ts'
import { type Composed, codePoints, compose, firstCodePoints, handlesIn, type Suffix, weightedLength } from './text.ts'

/** Who is on X, what they have written, and how they stand to each other. */

/** A person may be changed at any time: `person.suspended = true`. */
export interface Person {
  readonly id: string
  handle: string
  name: string
  /** Unix milliseconds. */
  createdAt: number
  bio: string
  location: string
  followers: number
  following: number
  posts: number
  /** Pays X: the check mark, and texts beyond 280. */
  verified: boolean
  protected: boolean
  suspended: boolean
  /** Whether strangers may write messages. */
  receivesMessages: boolean
}
export type Facts = Partial<Omit<Person, 'id' | 'handle'>>

export interface Medium {
  key: string
  type: 'photo' | 'video' | 'animated_gif'
  alt: string | null
  /** Where its picture is, or a frame of the film. */
  url: string
  /** PNG or JPEG. */
  bytes: Uint8Array
}
export interface MediumFacts {
  type?: Medium['type']
  alt?: string
  bytes?: Uint8Array
}

export interface Poll {
  id: string
  /** Two to four. */
  choices: readonly string[]
}

/** What all versions of a post have in common. */
interface Life {
  /** The id of each version, first to last. */
  ids: string[]
  hidden: boolean
  deleted: boolean
  /** How many replies, quotes and reposts it has. */
  replies: number
  quotes: number
  reposts: number
}

/** One version of a post. */
export interface Post {
  readonly id: string
  readonly author: Person
  /** As the author typed it. */
  readonly typed: string
  /** As X sends it: with the handles of those answered in front, escaped, cut if it is long. */
  readonly sent: Composed
  /** The whole text, where `sent` is cut. */
  readonly whole: Composed | null
  /** How many code points of `sent.text` X itself put in front. */
  readonly implicitLength: number
  /** The first id of the post that the conversation began with. */
  readonly conversation: string
  readonly replyTo: Post | null
  readonly quotes: Post | null
  readonly reposts: Post | null
  readonly media: readonly Medium[]
  readonly poll: Poll | null
  /** Lower case, with those that X put in front. */
  readonly mentions: ReadonlySet<string>
  /** Lower case, only those that the author typed. */
  readonly typedMentions: ReadonlySet<string>
  readonly sensitive: boolean
  readonly lang: string
  readonly life: Life
}

export interface Writing {
  replyTo?: Post
  quotes?: Post
  media?: readonly MediumFacts[]
  /** The choices of a poll. */
  poll?: readonly string[]
  /** X sends a cut text and the whole as a note. So it does with any text above 280 without being told. */
  long?: boolean
  /** Unix milliseconds; now, if absent. */
  at?: number
  /** Their handles are typed in front of the text: explicit mentions. */
  mentionsTyped?: readonly Person[]
  sensitive?: boolean
  lang?: string
}

/** A direct message, or somebody's joining or leaving the conversation. */
export interface Message {
  readonly id: string
  readonly type: 'MessageCreate' | 'ParticipantsJoin' | 'ParticipantsLeave'
  readonly from: Person
  readonly to: Person
  /** As it was typed. */
  readonly text: string
  /** GUESS: escaped and its links shortened as in posts; the docs show only plain words. */
  readonly sent: Composed
  readonly conversation: string
  readonly media: readonly Medium[]
}
export interface Sending {
  at?: number
  media?: readonly MediumFacts[]
  type?: Message['type']
}

/** Where to find posts without looking at all of them. Names of shelves are lower case. */
export interface Library {
  all: Shelves<Post>
  byAuthor: Shelves<Post>
  byMention: Shelves<Post>
  byConversation: Shelves<Post>
  byParent: Shelves<Post>
  /** By the id of the person answered. */
  byAnswered: Shelves<Post>
  byQuoted: Shelves<Post>
  messagesOf: Shelves<Message>
  messagesIn: Shelves<Message>
}

const HOUR = 3_600_000
const EDITS = 5
const SHORT = 280

/** Small, but a picture: one red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

export type World = ReturnType<typeof newWorld>

/**
 * @param now Unix milliseconds
 * @param mediaAt the address below which pictures are served
 */
export function newWorld(now: () => number, mediaAt: string) {
  const newId = snowflakes()
  const people = new Map<string, Person>()
  const byHandle = new Map<string, Person>()
  const posts = new Map<string, Post>()
  const media = new Map<string, { medium: Medium; of: Post | null }>()
  const library: Library = {
    all: shelves(),
    byAuthor: shelves(),
    byMention: shelves(),
    byConversation: shelves(),
    byParent: shelves(),
    byAnswered: shelves(),
    byQuoted: shelves(),
    messagesOf: shelves(),
    messagesIn: shelves(),
  }
  const blocked = relation()
  const muted = relation()
  const messagesBlocked = relation()

  const idOf = (handle: string): string | null => byHandle.get(handle)?.id ?? null

  const person = (handle: string, facts: Facts = {}): Person => {
    if (!/^\w{1,15}$/.test(handle) || byHandle.has(handle.toLowerCase())) throw new Error(`no handle for X: ${handle}`)
    const made: Person = {
      id: String(1_000_000 + people.size),
      handle,
      name: handle,
      createdAt: now() - 400 * 24 * HOUR,
      bio: '',
      location: '',
      followers: 10,
      following: 10,
      posts: 100,
      verified: false,
      protected: false,
      suspended: false,
      receivesMessages: true,
      ...facts,
    }
    people.set(made.id, made)
    byHandle.set(handle.toLowerCase(), made)
    return made
  }

  const mediumOf = ({ type = 'photo', alt, bytes = PIXEL }: MediumFacts, at: number): Medium => {
    const key = `${type === 'photo' ? 3 : type === 'video' ? 7 : 16}_${newId(at)}`
    return { key, type, alt: alt ?? null, url: `${mediaAt}/${key}.png`, bytes }
  }

  const shelve = (post: Post): void => {
    posts.set(post.id, post)
    library.all.put('', post)
    library.byAuthor.put(post.author.id, post)
    for (const handle of post.mentions) library.byMention.put(handle, post)
    library.byConversation.put(post.conversation, post)
    if (post.quotes) library.byQuoted.put(firstId(post.quotes), post)
    if (post.replyTo) {
      library.byParent.put(firstId(post.replyTo), post)
      library.byAnswered.put(post.replyTo.author.id, post)
    }
  }

  const write = (
    author: Person,
    typed: string,
    writing: Writing & { reposts?: Post },
    attached: readonly Medium[],
    earlier?: Post,
  ): Post => {
    const id = newId(writing.at ?? now())
    const { replyTo = null, quotes = null, reposts = null } = writing
    const lead = replyTo ? implicitHandles(replyTo, author) : ''
    const raw = lead + typed
    const suffixes = suffixesOf(author, id, quotes, attached)
    const isLong = writing.long === true || weightedLength(typed) > SHORT
    // GUESS: the exact cut. X sends about 280, an ellipsis, and a link to the post itself.
    const itself = { expanded: `https://x.com/i/web/status/${id}`, display: `x.com/i/web/status/…` }
    const cut = `${firstCodePoints(raw, SHORT - 26)}…`
    const life = earlier?.life ?? { ids: [], hidden: false, deleted: false, replies: 0, quotes: 0, reposts: 0 }
    life.ids.push(id)
    const post: Post = {
      id,
      author,
      typed,
      sent: isLong ? compose(cut, [itself], idOf) : compose(raw, suffixes, idOf),
      whole: isLong ? compose(raw, suffixes, idOf) : null,
      implicitLength: codePoints(lead),
      // GUESS: an edit stays in the conversation of the first version, also if that version began it.
      conversation: earlier?.conversation ?? replyTo?.conversation ?? id,
      replyTo,
      quotes,
      reposts,
      media: attached,
      poll: writing.poll ? { id: newId(writing.at ?? now()), choices: writing.poll } : null,
      mentions: new Set(handlesIn(raw)),
      typedMentions: new Set(handlesIn(typed)),
      sensitive: writing.sensitive ?? false,
      lang: writing.lang ?? 'en',
      life,
    }
    shelve(post)
    return post
  }

  const post = (author: Person, text: string, writing: Writing = {}): Post => {
    const attached = (writing.media ?? []).map((facts) => mediumOf(facts, writing.at ?? now()))
    const typed = `${(writing.mentionsTyped ?? []).map(({ handle }) => `@${handle} `).join('')}${text}`
    const made = write(author, typed, writing, attached)
    for (const medium of attached) media.set(medium.key, { medium, of: made })
    if (made.replyTo) made.replyTo.life.replies++
    if (made.quotes) made.quotes.life.quotes++
    return made
  }

  return {
    library,
    blocked,
    muted,
    messagesBlocked,
    person,
    post,

    repost: (author: Person, reposts: Post, at?: number): Post => {
      const made = write(
        author,
        `RT @${reposts.author.handle}: ${reposts.typed}`,
        { reposts, ...(at ? { at } : {}) },
        [],
      )
      reposts.life.reposts++
      return made
    },

    /**
     * Write the post anew, as X lets those who pay for an hour: a new id, and the old one still tells the old words.
     * @returns the new version
     */
    edit: (earlier: Post, text: string, at = now()): Post => {
      const { ids, deleted } = earlier.life
      if (deleted || earlier.poll || ids.length > EDITS || at - madeAt(ids[0] ?? '') > HOUR)
        throw new Error('X refuses this edit')
      const { author, replyTo, quotes, sensitive, lang } = earlier
      const writing = { at, sensitive, lang, ...(replyTo ? { replyTo } : {}), ...(quotes ? { quotes } : {}) }
      return write(author, text, writing, earlier.media, earlier)
    },

    delete: (which: Post): void => {
      which.life.deleted = true
    },

    /**
     * A direct message.
     * @throws Error if X would not let it through
     */
    message: (
      from: Person,
      to: Person,
      text: string,
      { at = now(), media: facts = [], type }: Sending = {},
    ): Message => {
      if (blocked.has(to, from) || messagesBlocked.has(to, from))
        throw new Error(`@${to.handle} has blocked this sender`)
      const attached = facts.map((one) => mediumOf(one, at))
      const conversation = conversationOf(from, to)
      const message: Message = {
        id: newId(at),
        type: type ?? 'MessageCreate',
        from,
        to,
        text,
        sent: compose(text, [], idOf),
        conversation,
        media: attached,
      }
      for (const medium of attached) media.set(medium.key, { medium, of: null })
      library.messagesOf.put(from.id, message)
      library.messagesOf.put(to.id, message)
      library.messagesIn.put(conversation, message)
      return message
    },

    /** As staff do it in the app. */
    block: (by: Person, whom: Person): void => blocked.set(by, whom, true),
    unblock: (by: Person, whom: Person): void => blocked.set(by, whom, false),

    /** The replies hidden in conversations that this person began, oldest first. */
    hiddenReplies: (by: Person): Post[] =>
      library.all.get('').filter((one) => {
        return one.life.hidden && isLatest(one) && posts.get(one.conversation)?.author === by
      }),

    /** What a person has written and not deleted, oldest first. */
    postsBy: (author: Person): Post[] =>
      library.byAuthor.get(author.id).filter((one) => !one.life.deleted && isLatest(one)),

    messagesBetween: (one: Person, other: Person): readonly Message[] =>
      library.messagesIn.get(conversationOf(one, other)),

    personById: (id: string): Person | null => people.get(id) ?? null,
    personByHandle: (handle: string): Person | null => byHandle.get(handle.toLowerCase()) ?? null,
    /** Any version of any post, also of those deleted. */
    postById: (id: string): Post | null => posts.get(id) ?? null,
    /** A picture, while the post exists that shows it. */
    picture: (key: string): Uint8Array | null => {
      const found = media.get(key)
      return found && !found.of?.life.deleted ? found.medium.bytes : null
    },
  }
}

export function firstId({ life, id }: Post): string {
  return life.ids[0] ?? id
}

export function isLatest({ life, id }: Post): boolean {
  return life.ids.at(-1) === id
}

export function conversationOf(one: Person, other: Person): string {
  return [one.id, other.id].sort((a, b) => Number(a) - Number(b)).join('-')
}

/** The handles that X puts in front of a reply: of the person answered, and of those named in what is answered. */
function implicitHandles(answered: Post, author: Person): string {
  const named = [answered.author.handle, ...answered.sent.mentions.map(({ username }) => username)]
  const others = new Map(named.map((handle) => [handle.toLowerCase(), handle]))
  others.delete(author.handle.toLowerCase())
  return [...others.values()].map((handle) => `@${handle} `).join('')
}

function suffixesOf(author: Person, id: string, quotes: Post | null, media: readonly Medium[]): Suffix[] {
  const suffixes: Suffix[] = media.slice(0, 1).map(({ key, type }) => ({
    expanded: `https://x.com/${author.handle}/status/${id}/${type === 'photo' ? 'photo' : 'video'}/1`,
    display: `pic.x.com/${key}`,
    mediaKey: key,
  }))
  if (!quotes) return suffixes
  const expanded = `https://x.com/${quotes.author.handle}/status/${quotes.id}`
  return [{ expanded, display: expanded.replace('https://', '').slice(0, 30) }, ...suffixes]
}

export type Relation = ReturnType<typeof relation>

/** Who has done something to whom, in the order in which it was done. */
function relation() {
  const whomBy = new Map<string, Set<Person>>()
  return {
    set: (by: Person, whom: Person, stands: boolean): void => {
      const whoms = whomBy.get(by.id) ?? new Set()
      if (stands) whoms.add(whom)
      else whoms.delete(whom)
      whomBy.set(by.id, whoms)
    },
    has: (by: Person, whom: Person): boolean => whomBy.get(by.id)?.has(whom) ?? false,
    list: (by: Person): Person[] => [...(whomBy.get(by.id) ?? [])],
  }
}
