import type { Detector, Finding, Reading } from '../model.ts'
import { normalise } from '../normalise.ts'
import { pattern, type Rule, ruleDetector } from './rules.ts'
import { COPY, likeness } from './similar.ts'

/** A false claim to be the MP, staff, their family or a public body. Labelled parody, namesakes and new accounts are free. */

const LABELLED = pattern([
  'parody|satire|satirical|unofficial|spoof|fan|fan page|tribute|fake|namesake',
  'not the (?:mp|official|real|one)|not affiliated|not that|florist|plumber|photographer|comedy',
  'commentary|stop dming',
])
const CLAIM = pattern('mp|official|member of parliament|office|press|backup|real|constituency|minister')
const BODY = pattern([
  'council|police|dwp|hmrc|home office|electoral commission|nhs|bank|passport office|dvla|parliament',
  'job ?cent(?:re|er)',
])

const RULES: readonly Rule[] = [
  {
    when: [
      '(?:official|back ?up|new|second|real|private|only)(?: [a-z]+){0,2} (?:account|page|profile) (?:of|for) (?:{mp}|your mp|the mp)',
      "(?:{mp}|the mp)(?:'s)?(?: mp)? (?:official|back ?up|new|second|private) (?:back ?up )?(?:account|page|profile)",
      "(?:this is|it's|i'm|i am|im) (?:the real |the official |really )?(?:{mp}|your mp)(?: mp)?(?:'s (?:husband|wife|son|daughter|brother|sister|assistant|secretary|office|manager|team|pa))?(?: [a-z]+){0,3}? (?:using|here|on|from|speaking|and|,|my|with|mp)",
      "(?:this is|i'm|i am|it's) {staff} (?:from|at) (?:{mp}|the office|the mp)",
      '(?:this is|we are) (?:the )?[a-z]+ (?:police|council)(?: official)?[^\\n]{0,60}?(?:must|pay|arrest|warrant|register|details)',
    ],
    with: '(?:dm|inbox|send|transfer|deposit|details|pay|follow|hacked|account|click|bank|money|ring|number|must|gift|vote)',
    unless:
      "not the official|i'm not|parody|satire|unofficial|florist|raffle|thank (?:him|her|you)|fan (?:page|account)|surgery",
    score: 0.78,
    gravity: 'grave',
    reason: 'The author claims to be the MP, their family or their office.',
    quotable: true,
  },
  {
    when: '(?:[a-z]+ )?(?:council|police|dwp|hmrc|electoral commission|home office|job ?centre) (?:official|notice|alert|announcement)[^\\n]{0,100}?(?:must|reply|re ?register|pay|click|details|number|today)',
    unless: 'unofficial|satire|parody|my council|why',
    score: 0.74,
    gravity: 'grave',
    reason: 'The author speaks as a public body and makes demands.',
    quotable: true,
  },
]

const NAME = 'fake-profile'
const VERSION = '1'
const claims = ruleDetector(NAME, VERSION, 'fake-profile', RULES)
const DAY = 86_400_000

export const fakeProfile: Detector = {
  name: NAME,
  version: VERSION,
  detect(reading) {
    const shown = [borrowed(reading), pretext(reading), puppets(reading)].flatMap((finding) => finding ?? [])
    return [...claims.detect(reading), ...shown]
  },
}

const finding = (score: number, gravity: Finding['gravity'], reason: string): Finding => ({
  concern: 'fake-profile',
  score,
  gravity,
  reason,
  spans: [],
  detector: NAME,
  version: VERSION,
})

const plain = (text: string | undefined): string => (text ? normalise(text).text : '')
const wordsOf = (text: string): string[] => text.match(/[a-z]+/g) ?? []

/** "Jo Hartley" as its words; nothing for a single word or a few letters, which anybody may bear ("Al", or no Latin at all). */
function telling(person: string): string[] {
  const words = wordsOf(plain(person))
  return words.length > 1 && words.join('').length >= 5 ? words : []
}

/** The name's words in a row, as words: "Al Brown" isn't in "Sally Brown". */
const bearsName = (text: string, name: readonly string[]): boolean =>
  name.length > 0 && ` ${wordsOf(text).join(' ')} `.includes(` ${name.join(' ')} `)

/** What may stand round the name in a handle, which runs its words together: "jo_hartley_mp_", "RealJoHartley". */
const HANDLE_TITLE = /^(?:the|real|official|team|office|of|mp|backup|new|second|private|only|press|hq|uk)*$/

function handleBears(handle: string, name: readonly string[]): boolean {
  const run = wordsOf(handle).join('')
  const whole = name.join('')
  return whole !== '' && run.split(whole).length === 2 && HANDLE_TITLE.test(run.replace(whole, ''))
}

/** A handle to the letter: one underscore more is somebody else. */
const bare = (handle: string): string => handle.trim().toLowerCase().replace(/^@/, '')

/** A profile that bears the MP's name and office, or a public body's, and isn't theirs. */
function borrowed({ author, office, item, normal }: Reading): Finding | null {
  if (!author || author.verified) return null
  if (Object.values(office.mp.handles).map(bare).includes(bare(author.handle))) return null
  const name = plain(author.displayName)
  const profile = `${name} ${plain(author.bio)}`
  if (LABELLED.test(profile) || LABELLED.test(normal.text)) return null
  const handle = plain(author.handle)
  const people = [office.mp.name, ...office.staff.map((member) => member.name)].map(telling)
  const bears = people.some(
    (person) => bearsName(name, person) || [handle, ...name.split(/\s+/)].some((run) => handleBears(run, person)),
  )
  if (bears && CLAIM.test(profile.replaceAll('@', ' '))) {
    return finding(
      0.76,
      'grave',
      "The profile bears the name and office of the MP or of staff and isn't the office's account.",
    )
  }
  const age = author.createdAt ? item.writtenAt.getTime() - author.createdAt.getTime() : Number.POSITIVE_INFINITY
  if (BODY.test(name) && /official/.test(name) && age < 60 * DAY) {
    return finding(0.66, 'grave', 'A new profile calls itself the official page of a public body.')
  }
  return null
}

const PRESS = pattern('journalist|reporter|producer|researcher for|gazette|bbc|itv|sky news|newspaper')
const PRIVATE = pattern('(?:home|personal|private) (?:phone|address|number|mobile|email)')

/** Somebody who trades on a profession to get at private facts, from a profile with no past. */
function pretext({ author, item, normal }: Reading): Finding | null {
  const age = author?.createdAt ? item.writtenAt.getTime() - author.createdAt.getTime() : Number.POSITIVE_INFINITY
  if (age > 30 * DAY || !PRESS.test(normal.text) || !PRIVATE.test(normal.text)) return null
  return finding(0.5, 'mild', 'A new profile claims a profession and asks for private details.')
}

const SLIP = pattern('wrong account|other account|forgot to switch|meant to post (?:this|that|it) (?:from|as|on)')

/** One person behind several profiles: their own slip, and the same text from others. */
function puppets({ item, context }: Reading): Finding | null {
  if (!context.earlier.some(({ text }) => SLIP.test(text.toLowerCase()))) return null
  const copies = likeness(
    item.text,
    context.others.map(({ text }) => text),
  ).filter((alike) => alike >= COPY)
  return copies.length === 0
    ? null
    : finding(0.7, 'grave', 'The author let slip that they post the same text from several profiles.')
}
