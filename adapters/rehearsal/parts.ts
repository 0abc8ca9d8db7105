import type { Author, ItemKind } from '../../moderation/model.ts'
import { type Dice, dice } from './dice.ts'
import * as lines from './lines.ts'
import { person, type Sort } from './people.ts'
import type { Post } from './posts.ts'

/** What happens in a round of the street: forty parts, the same in every round, said by other people in other words. */
export const ROUND = 40

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
  sum: ({ chance }) => chance.int(1_050, 8_999).toLocaleString('en-GB'),
  ofcom: ({ chance }) => chance.int(100, 999),
}

function fill(cue: Cue, template: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const filling = FILLINGS[name]
    if (!filling) throw new RangeError(`nothing fills {${name}}`)
    return `${filling(cue)}`
  })
}

/** Who says what in each part. */
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

/** The part that a slot plays, and as what kind of item. */
export function partAt(slot: number): readonly [Part, ItemKind] {
  const part = PROGRAMME[slot % ROUND]
  if (!part) throw new RangeError('time began in 1970')
  return part
}

export const speak = (part: Part, cue: Cue): Said => PARTS[part](cue)
