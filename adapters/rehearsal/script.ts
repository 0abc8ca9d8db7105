import type { Author, ItemKind, Media } from '../../moderation/model.ts'
import type { Incoming } from '../platform.ts'
import { type Dice, dice } from './dice.ts'
import * as lines from './lines.ts'
import { person, type Sort } from './people.ts'
import { POSTS, type Post } from './posts.ts'

/**
 * What the street says, as a pure function of the seed and the time.
 *
 * Time is cut into slots of equal length, and each slot holds one item, made from the seed and the slot's number alone.
 * So nothing is remembered: a restarted process finds the same street, and a year of it takes no memory. There are two
 * such lanes: a slow one, forty items a day, which is what the account finds when it first looks; and a quick one, which
 * is heard from then on.
 *
 * Forty slots make a round, and every round has the same parts, so any forty items in a row hold some of everything.
 */
export type SourceName = 'replies' | 'messages' | 'reconcile'

/** Something that can be read at a source from `at` on, in ms since 1970. */
export type Happening = { at: number; source: SourceName } & ({ incoming: Incoming } | { gone: string })

export interface Script {
  /** All that happened after `from` and not after `till`, oldest first; the quick lane from `opened` on. */
  between(from: number, till: number, opened: number): Happening[]
  /** The item as first written; null if the street never says it, or its author deleted it by `now`. */
  find(id: string, now: number): Incoming | null
}

const DAY = 86_400_000
const ROUND = 40
const SLOW = DAY / ROUND
/** How many slots later an item may be edited or deleted. */
const SECOND_THOUGHTS = { least: 3, most: 30 }

type Part =
  | 'critic'
  | 'thanks'
  | 'question'
  | 'casework'
  | 'rude'
  | 'swearing'
  | 'abuse'
  | 'staff-abuse'
  | 'threat'
  | 'risk'
  | 'impostor'
  | 'doxxing'
  | 'scam'
  | 'allegation'
  | 'campaign'
  | 'flood'
  | 'obfuscated'
  | 'emoji'
  | 'language'
  | 'picture'

const PROGRAMME: readonly (readonly [Part, ItemKind])[] = [
  ['critic', 'reply'],
  ['thanks', 'reply'],
  ['casework', 'reply'],
  ['abuse', 'reply'],
  ['question', 'reply'],
  ['critic', 'quote'],
  ['campaign', 'mention'],
  ['casework', 'message'],
  ['rude', 'reply'],
  ['critic', 'reply'],
  ['threat', 'reply'],
  ['campaign', 'reply'],
  ['flood', 'reply'],
  ['swearing', 'reply'],
  ['flood', 'reply'],
  ['picture', 'reply'],
  ['critic', 'reply'],
  ['flood', 'reply'],
  ['risk', 'message'],
  ['question', 'mention'],
  ['abuse', 'quote'],
  ['campaign', 'reply'],
  ['emoji', 'reply'],
  ['staff-abuse', 'reply'],
  ['critic', 'reply'],
  ['casework', 'reply'],
  ['impostor', 'reply'],
  ['language', 'reply'],
  ['thanks', 'message'],
  ['critic', 'mention'],
  ['obfuscated', 'reply'],
  ['scam', 'reply'],
  ['question', 'reply'],
  ['doxxing', 'reply'],
  ['critic', 'reply'],
  ['casework', 'message'],
  ['allegation', 'reply'],
  ['abuse', 'message'],
  ['critic', 'quote'],
  ['thanks', 'reply'],
]

const STREETS = 'Tollgate Lane,Weavers Row,Pell Street,Chapel Hill,Larkrise Gardens,Quarry Bank,Station Road'.split(',')
const PLACES = 'Stanmere,Pellbrook,Larkrise,Dunwater,Nether Pell'.split(',')
const MONTHS = 'September,October,January,February,March,May'.split(',')
const WEEKDAYS = 'Monday,Tuesday,Wednesday,Thursday,Friday'.split(',')

interface Said {
  who: Author
  text: string
  lang?: string
  alt?: string
}

/** One slot of a lane, with all that its part may draw upon. */
interface Cue {
  seed: number
  /** Length of a slot in ms: the lane's name as well. */
  lane: number
  slot: number
  at: number
  kind: ItemKind
  post: Post
  chance: Dice
}

const roundOf = ({ slot }: Cue) => Math.floor(slot / ROUND)

/** People who live here: the same eighty for ever. */
const NEIGHBOURS = 80
const neighbour = (cue: Cue, number = cue.chance.int(0, NEIGHBOURS - 1)) =>
  person(cue.seed, `neighbour-${number}`, 'neighbour')

/**
 * People who come for a few rounds and are followed by others, so that blocks never silence the street.
 * @param sorts shared out among them
 */
function visitor(cue: Cue, role: string, sorts: readonly Sort[], rounds: number, among: number): Author {
  const era = Math.floor(roundOf(cue) / rounds)
  const number = cue.chance.int(0, among - 1)
  const sort = sorts[number % sorts.length] ?? 'newcomer'
  return person(cue.seed, `${role}-${cue.lane}-${era}-${number}`, sort, era * rounds * ROUND * cue.lane)
}

const angry = (cue: Cue) => visitor(cue, 'angry', ['newcomer', 'newcomer', 'neighbour'], 6, 9)

/** Words of the moment, between an opening and a closing. */
const spoken = (cue: Cue, templates: readonly string[]) =>
  cue.chance.pick(lines.OPENERS) + fill(cue, cue.chance.pick(templates)) + cue.chance.pick(lines.CLOSERS)
const bare = (cue: Cue, templates: readonly string[]) => fill(cue, cue.chance.pick(templates))

const FILLINGS: Record<string, (cue: Cue) => string | number> = {
  thing: ({ post }) => post.thing,
  street: ({ chance }) => chance.pick(STREETS),
  place: ({ chance }) => chance.pick(PLACES),
  month: ({ chance }) => chance.pick(MONTHS),
  weekday: ({ chance }) => chance.pick(WEEKDAYS),
  months: ({ chance }) => chance.int(5, 19),
  weeks: ({ chance }) => chance.int(3, 26),
  minutes: ({ chance }) => chance.int(25, 70),
  age: ({ chance }) => chance.int(28, 84),
  day: ({ chance }) => chance.int(4, 20),
  number: ({ chance }) => chance.int(12, 98),
  ref: ({ chance }) => chance.int(1_050, 8_999),
  ofcom: ({ chance }) => chance.int(100, 999),
}

function fill(cue: Cue, template: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const filling = FILLINGS[name]
    if (!filling) throw new RangeError(`nothing fills {${name}}`)
    return `${filling(cue)}`
  })
}

const PARTS: Record<Part, (cue: Cue) => Said> = {
  critic: (cue) => ({
    who: neighbour(cue),
    text: spoken(cue, cue.chance.chance(0.7) ? cue.post.critic : lines.CRITIC),
  }),
  thanks: (cue) => {
    const about = cue.chance.chance(0.5) ? cue.post.thanks : lines.THANKS
    return { who: neighbour(cue), text: bare(cue, cue.kind === 'message' ? lines.MESSAGE_THANKS : about) }
  },
  question: (cue) => ({
    who: neighbour(cue),
    text: spoken(cue, cue.chance.chance(0.6) ? cue.post.question : lines.QUESTION),
  }),
  // A neighbour's trouble is theirs for good, down to the reference number; who has told it before may come back to ask.
  casework: (cue) => {
    const number = cue.chance.int(0, NEIGHBOURS - 1)
    const troubles = cue.kind === 'message' ? lines.MESSAGE_CASEWORK : lines.CASEWORK
    const lasting = { ...cue, chance: dice(cue.seed, 'trouble', number) }
    const text = bare(lasting, cue.chance.chance(0.25) ? lines.CHASER : troubles)
    return { who: neighbour(cue, number), text }
  },
  rude: (cue) => ({ who: neighbour(cue), text: spoken(cue, lines.RUDE) }),
  swearing: (cue) => ({ who: neighbour(cue), text: bare(cue, lines.SWEARING) }),
  abuse: (cue) => ({ who: angry(cue), text: bare(cue, lines.ABUSE) }),
  'staff-abuse': (cue) => ({ who: angry(cue), text: bare(cue, lines.STAFF_ABUSE) }),
  threat: (cue) => ({ who: visitor(cue, 'threat', ['newcomer'], 3, 2), text: bare(cue, lines.THREAT) }),
  risk: (cue) => ({ who: visitor(cue, 'risk', ['neighbour'], 1, 1), text: bare(cue, lines.RISK) }),
  impostor: (cue) => ({ who: visitor(cue, 'impostor', ['impostor'], 1, 1), text: bare(cue, lines.IMPOSTOR) }),
  doxxing: (cue) => ({ who: visitor(cue, 'doxxing', ['newcomer'], 2, 1), text: bare(cue, lines.DOXXING) }),
  scam: (cue) => ({ who: visitor(cue, 'scam', ['seller'], 1, 1), text: bare(cue, lines.SCAM) }),
  allegation: (cue) => ({ who: angry(cue), text: bare(cue, lines.ALLEGATION) }),
  // All who write in one round send the same words; that they differ is what makes it a campaign.
  campaign: (cue) => {
    const together = { ...cue, chance: dice(cue.seed, 'campaign', cue.lane, roundOf(cue)) }
    return { who: neighbour(cue, (roundOf(cue) * 7 + cue.slot) % NEIGHBOURS), text: bare(together, lines.CAMPAIGN) }
  },
  flood: (cue) => ({ who: visitor(cue, 'flood', ['newcomer'], 1, 1), text: bare(cue, lines.FLOOD) }),
  obfuscated: (cue) => ({ who: angry(cue), text: bare(cue, lines.OBFUSCATED) }),
  emoji: (cue) => ({ who: neighbour(cue), text: bare(cue, lines.EMOJI) }),
  language: (cue) => ({ who: neighbour(cue), ...cue.chance.pick(lines.OTHER_LANGUAGES) }),
  picture: (cue) => {
    const { text, alt } = cue.chance.pick(lines.PICTURES)
    return { who: neighbour(cue), text: fill(cue, text), alt }
  },
}

/** @param quick the mean time between two items of the quick lane, in ms */
export function createScript(seed: number, quick: number): Script {
  const nameOf = (lane: number, slot: number) => `${seed}-${lane / 1_000}s-${slot}`
  const timeOf = (lane: number, slot: number) => Math.floor((slot + dice(seed, 'when', lane, slot).roll()) * lane)

  function incomingOf(lane: number, slot: number, isAnswered = false): Incoming {
    const id = nameOf(lane, slot)
    const at = timeOf(lane, slot)
    const [part, kind] = partAt(slot)
    const chance = dice(seed, 'words', lane, slot)
    // Two posts a round: two a day in the slow lane, which is about what an MP writes. Seven goes round all twelve.
    const posting = Math.floor(slot / (ROUND / 2))
    const post = POSTS[(posting * 7 + seed) % POSTS.length]
    if (!post) throw new RangeError('the MP has nothing to say')
    const { who, text, lang, alt } = PARTS[part]({ seed, lane, slot, at, kind, post, chance })
    const media: Media[] = alt === undefined ? [] : [{ kind: 'image', alt, url: pictureOf(id) }]
    const item = { id, kind, text, writtenAt: new Date(at), links: linksIn(text), media, ...(lang ? { lang } : {}) }
    const about = { item, author: who, revision: 'first', handle: null }
    if (kind === 'message') {
      const conversation = { id: `messages-${who.id}`, above: [] }
      return { ...about, conversation, link: linkTo(conversation.id) }
    }
    const thread = `post-${lane / 1_000}s-${posting}`
    const previous = !isAnswered && kind === 'reply' && chance.chance(0.15) ? incomingOf(lane, slot - 1, true) : null
    const above =
      previous?.item.kind === 'reply' && previous.conversation?.id === thread && previous.author
        ? [{ handle: previous.author.handle, text: previous.item.text, at: previous.item.writtenAt }]
        : []
    const postedAt = new Date(posting * (ROUND / 2) * lane)
    return {
      ...about,
      conversation: { id: thread, post: post.text, postedAt, link: linkTo(thread), above },
      link: linkTo(id),
    }
  }

  /** What somebody did in this slot about something said before. */
  function secondThought(lane: number, slot: number): { is: 'deleted' | 'edited'; of: number } | null {
    const chance = dice(seed, 'second thought', lane, slot)
    const luck = chance.roll()
    if (luck > 0.06) return null
    const of = slot - chance.int(SECOND_THOUGHTS.least, SECOND_THOUGHTS.most)
    return { is: luck < 0.03 ? 'deleted' : 'edited', of }
  }

  function isDeleted(lane: number, slot: number, now: number): boolean {
    for (let later = slot + SECOND_THOUGHTS.least; later <= slot + SECOND_THOUGHTS.most; later += 1) {
      if (timeOf(lane, later) > now) return false
      const thought = secondThought(lane, later)
      if (thought?.is === 'deleted' && thought.of === slot) return true
    }
    return false
  }

  function happeningsIn(lane: number, slot: number): Happening[] {
    const at = timeOf(lane, slot)
    const incoming = incomingOf(lane, slot)
    const happenings: Happening[] = [{ at, source: sourceOf(lane, slot, incoming), incoming }]
    const thought = secondThought(lane, slot)
    if (thought?.is === 'deleted') happenings.push({ at, source: 'reconcile', gone: nameOf(lane, thought.of) })
    if (thought?.is === 'edited' && !isDeleted(lane, thought.of, at)) {
      const { item, ...rest } = incomingOf(lane, thought.of)
      const edited = { ...rest, item: { ...item, text: `${item.text} (Edited: typo.)` }, revision: `edited-${slot}` }
      happenings.push({ at, source: sourceOf(lane, thought.of, edited), incoming: edited })
    }
    return happenings
  }

  /** Now and then a platform forgets to notify: such a reply is found only by going through the threads. */
  const sourceOf = (lane: number, slot: number, { item }: Incoming): SourceName => {
    if (item.kind === 'message') return 'messages'
    return dice(seed, 'missed', lane, slot).chance(0.02) ? 'reconcile' : 'replies'
  }

  function inLane(lane: number, from: number, till: number): Happening[] {
    const found: Happening[] = []
    for (let slot = Math.floor(from / lane); slot * lane <= till; slot += 1) {
      const at = timeOf(lane, slot)
      if (at > from && at <= till) found.push(...happeningsIn(lane, slot))
    }
    return found
  }

  return {
    between: (from, till, opened) =>
      [...inLane(SLOW, from, till), ...inLane(quick, Math.max(from, opened), till)].sort((a, b) => a.at - b.at),

    find(id, now) {
      const [, lane, slot] = (/-([\d.]+)s-(\d+)$/.exec(id) ?? []).map(Number)
      if (!lane || !slot) return null
      const length = Math.round(lane * 1_000)
      if (nameOf(length, slot) !== id || timeOf(length, slot) > now || isDeleted(length, slot, now)) return null
      return incomingOf(length, slot)
    },
  }
}

function partAt(slot: number): readonly [Part, ItemKind] {
  const part = PROGRAMME[slot % ROUND]
  if (!part) throw new RangeError('time began in 1970')
  return part
}

/** The street has no website; `.example` makes sure that it never gets one. */
export const linkTo = (place: string) => `https://street.example/${place}`
export const pictureOf = (id: string) => `${linkTo('pictures')}/${id}.png`
/** @returns the id of the item that shows the picture */
export const picturedIn = (url: string): string | null => /\/pictures\/([^/]+)\.png$/.exec(url)?.[1] ?? null
export const linksIn = (text: string): string[] => text.match(/https?:\/\/\S+/g) ?? []
