import type { OfficeFacts, Reading } from '../model.ts'
import { normalise } from '../normalise.ts'
import { remember } from '../remember.ts'
import { abuse } from './abuse.ts'
import { asks } from './casework.ts'
import { discrimination } from './discrimination.ts'
import { pattern } from './rules.ts'

/** What a person's earlier messages were: read once each, since every later message has them as its past. */
export interface Manner {
  /** Abuse or contempt that a clause would forbid. */
  abusive: boolean
  /** A taunt without a word of substance: what posting to provoke is made of. Harsh criticism has substance. */
  taunting: boolean
  /** It asks for help, or reports a problem. */
  asking: boolean
}

const TAUNT = pattern([
  'waste of space|coward|clown|crack(?:ed)?|bite|biting|tick tock|hiding|pathetic|thick|ignorant|stupid|idiot|loser|muppet',
  'wakey wakey|resign|out|useless|liar|joke|disgrace|answer (?:me|it|the question)|smile love|rattled|triggered|cry more',
  'cope|seethe|boo+|yawn|zzz+|ha ?ha|scum|rat|traitor|shame|vermin|moron|whatever|boring',
])
/** Pictures that mock, alone or repeated. */
const MOCKING = /[🤡🐍🐀💩🤮🖕🐷🐽🐖🤢🦆🐔🐓]/u
/** Longer than this, a message says something. Words. */
const EMPTY = 8
/** More people's pasts than one evening brings. */
const KEPT = 1_000

/** The same for as long as the office's facts are the same object. */
const readers = new WeakMap<OfficeFacts, (text: string) => Manner>()

export function mannerOf(text: string, office: OfficeFacts): Manner {
  let read = readers.get(office)
  if (!read) readers.set(office, (read = remember((one) => judgeManner(one, office), KEPT)))
  return read(text)
}

function judgeManner(text: string, office: OfficeFacts): Manner {
  const normal = normalise(text.slice(0, READ))
  const words = normal.text.match(/[\p{L}\p{N}]+/gu) ?? []
  return {
    abusive: isAbusive(reading(text, normal, office)),
    taunting: words.length <= EMPTY && (TAUNT.test(normal.text) || MOCKING.test(text)),
    asking: asks(text),
  }
}

/** Longer texts are judged by their beginning. UTF-16 units. */
const READ = 2_000

const isAbusive = (one: Reading): boolean =>
  [abuse, discrimination].some((detector) =>
    detector.detect(one).some(({ score, gravity }) => score >= 0.5 && gravity !== 'mild'),
  )

const reading = (text: string, normal: Reading['normal'], office: OfficeFacts): Reading => ({
  item: { id: '', kind: 'reply', text, writtenAt: new Date(0), links: [], media: [] },
  author: null,
  context: { earlier: [], others: [] },
  office,
  normal,
})
