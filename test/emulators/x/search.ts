import { codePoints } from './text.ts'
import { firstId, type Library, type Person, type Post, type World } from './world.ts'

/** The language of GET tweets/search/recent: its operators, as docs.x.com has them. */

/** A query that X does not understand. */
export class BadQuery extends Error {}

interface Term {
  /** Operators that only narrow what others find: X refuses a query of nothing else. */
  narrowing: boolean
  matches: (post: Post) => boolean
  /** Where all posts that match stand, if there is such a shelf. */
  shelf: ((library: Library) => readonly Post[]) | null
}

export interface Query {
  matches: (post: Post) => boolean
  /** Among these are all posts that match. */
  shelves: (readonly Post[])[]
}

const LENGTH = 512

/** @throws BadQuery */
export function parseQuery(query: string, world: World): Query {
  if (codePoints(query) > LENGTH) throw new BadQuery(`query length ${codePoints(query)} is above ${LENGTH}`)
  const tokens = query.match(/-?\w+:"[^"]*"|-?"[^"]*"|-?\(|\)|[^\s()]+/g) ?? []
  let at = 0

  const either = (): Node => {
    const nodes = [both()]
    while (tokens[at] === 'OR') {
      at++
      nodes.push(both())
    }
    const shelves = nodes.map((node) => node.shelves)
    return {
      positive: nodes.every((node) => node.positive),
      matches: (post) => nodes.some((node) => node.matches(post)),
      shelves: shelves.some((some) => some === null) ? null : shelves.flatMap((some) => some ?? []),
    }
  }

  const both = (): Node => {
    const nodes: Node[] = []
    while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== 'OR') nodes.push(one())
    if (nodes.length === 0) throw new BadQuery(`nothing stands where a term should (at position ${at})`)
    const shelved = nodes.flatMap(({ shelves }) => (shelves ? [shelves] : []))
    // The fewest posts to look at: everything that matches all terms stands on the shelves of any.
    const fewest = shelved.sort((a, b) => countOn(a) - countOn(b))[0]
    return {
      positive: nodes.some((node) => node.positive),
      matches: (post) => nodes.every((node) => node.matches(post)),
      shelves: fewest ?? null,
    }
  }

  const one = (): Node => {
    const token = tokens[at++] ?? ''
    if (token === '-(') throw new BadQuery('a group in parentheses cannot be negated')
    if (token === '(') {
      const inner = either()
      if (tokens[at++] !== ')') throw new BadQuery('a parenthesis is not closed')
      return inner
    }
    const negated = token.startsWith('-') && token.length > 1
    const term = termOf(negated ? token.slice(1) : token, world)
    if (negated) return { positive: false, matches: (post) => !term.matches(post), shelves: null }
    return { positive: !term.narrowing, matches: term.matches, shelves: term.shelf && [term.shelf(world.library)] }
  }

  const whole = either()
  if (at < tokens.length) throw new BadQuery('a parenthesis is closed that was not opened')
  if (!whole.positive) throw new BadQuery('a query must contain at least one positive clause that is not only a filter')
  return { matches: whole.matches, shelves: whole.shelves ?? [world.library.all.get('')] }
}

interface Node {
  positive: boolean
  matches: (post: Post) => boolean
  shelves: (readonly Post[])[] | null
}

function countOn(shelves: readonly (readonly Post[])[]): number {
  return shelves.reduce((count, shelf) => count + shelf.length, 0)
}

function termOf(token: string, world: World): Term {
  const operator = /^(?<name>[a-z_]+):(?<value>.+)$/i.exec(token)?.groups
  if (!operator) return plainTerm(token)
  const value = (operator['value'] ?? '').replaceAll(/^"|"$/g, '').replace(/^@/, '').toLowerCase()
  const make = OPERATORS[operator['name'] ?? '']
  if (!make) throw new BadQuery(`${operator['name']} is not an operator`)
  return make(value, world)
}

/** A handle, a hashtag, a word or "several words". */
function plainTerm(token: string): Term {
  const wanted = token.replaceAll('"', '').toLowerCase()
  if (wanted.startsWith('@')) {
    const handle = wanted.slice(1)
    return find(
      (post) => post.mentions.has(handle),
      (library) => library.byMention.get(handle),
    )
  }
  const word = new RegExp(
    `(?<![\\p{L}\\p{N}_])${wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    'iu',
  )
  return find((post) => word.test(post.typed), null)
}

function find(matches: Term['matches'], shelf: Term['shelf']): Term {
  return { narrowing: false, matches, shelf }
}
function narrow(matches: Term['matches']): Term {
  return { narrowing: true, matches, shelf: null }
}

const OPERATORS: Readonly<Record<string, (value: string, world: World) => Term>> = {
  from: (value, world) => {
    const author = whoIs(value, world)
    return find(
      (post) => post.author === author,
      (library) => library.byAuthor.get(author?.id ?? ''),
    )
  },
  to: (value, world) => {
    const answered = whoIs(value, world)
    return find(
      (post) => post.replyTo !== null && post.replyTo.author === answered,
      (library) => library.byAnswered.get(answered?.id ?? ''),
    )
  },
  conversation_id: (value) =>
    find(
      (post) => post.conversation === value,
      (library) => library.byConversation.get(value),
    ),
  in_reply_to_tweet_id: (value, world) => {
    const parent = world.postById(value)
    return find(
      (post) => post.replyTo !== null && post.replyTo.life === parent?.life,
      (library) => (parent ? library.byParent.get(firstId(parent)) : []),
    )
  },
  quotes_of_tweet_id: (value, world) => {
    const quoted = world.postById(value)
    return find(
      (post) => post.quotes !== null && post.quotes.life === quoted?.life,
      (library) => (quoted ? library.byQuoted.get(firstId(quoted)) : []),
    )
  },
  url: (value) =>
    find((post) => (post.whole ?? post.sent).urls.some((url) => url.expanded_url.toLowerCase().includes(value)), null),
  lang: (value) => narrow((post) => post.lang === value),
  is: (value) => narrow(choice(value, IS)),
  has: (value) => narrow(choice(value, HAS)),
}

const IS: Readonly<Record<string, Term['matches']>> = {
  retweet: (post) => post.reposts !== null,
  reply: (post) => post.replyTo !== null,
  quote: (post) => post.quotes !== null,
  verified: (post) => post.author.verified,
}
const HAS: Readonly<Record<string, Term['matches']>> = {
  links: (post) => (post.whole ?? post.sent).urls.length > 0,
  media: (post) => post.media.length > 0,
  images: (post) => post.media.some(({ type }) => type === 'photo'),
  mentions: (post) => post.sent.mentions.length > 0,
}

function choice(value: string, among: Readonly<Record<string, Term['matches']>>): Term['matches'] {
  const chosen = among[value]
  if (!chosen) throw new BadQuery(`${value} is not one of ${Object.keys(among).join(', ')}`)
  return chosen
}

/** By handle or by id. */
function whoIs(value: string, world: World): Person | null {
  return world.personByHandle(value) ?? world.personById(value)
}
