import type { Author, Detector, Finding, Item, OfficeFacts, Reading } from '../model.ts'
import { normalise } from '../normalise.ts'
import { officeWords, pattern, type Rule, ruleDetector, type Source } from './rules.ts'
import { COPY, likeness } from './similar.ts'

/** A false claim to be the MP, staff, their family or a public body. Labelled parody, namesakes and new accounts are free. */

/** Who says that they are somebody else, or nobody's. In the profile or in the text itself. */
const LABELLED = pattern([
  'parody|satire|satirical|unofficial|spoof|fan|fans|fan (?:page|account|club)|tribute|fake|namesake|bot|memes?|humou?r|jokes?|comedy|fiction(?:al)?|impersonator|cosplay|roleplay',
  '(?:not|no|never|neither)(?: [a-z]+){0,3}? (?:mp|official|politician|real one|same (?:one|person)|famous one|one you want|that (?:one|jo))|not affiliated|not that|no relation|florist|plumber|photographer|different [a-z]+',
  'commentary|stop dming|wrong person',
])
/** A handle runs its words together. */
const LABELLED_HANDLE =
  /parody|satire|spoof|unofficial|fake|tribute|^_*not|(?:fans?|fanclub|fanpage|bot|watch|out)_*\d*(?:\.|$)/
/** About the MP, not by the MP: supporters and opponents name them too. */
const ABOUT = [
  "(?:support(?:s|ing|ers?)?|backing|vote|voting|friends of|campaign(?:ing)? for|volunteers? for|elect|re ?elect|against|anti|stop|sack|oust|never|ban|ditch|get rid of|goodbye|bye|hey|dear|ask|tell|where'?s|where is|who is|truth about|watching|tracking|exposing|questions for|constituents? of|love|hate|loves|hates)(?: the)? (?:{mp}|the mp|our mp|my mp)",
  "{mp}(?: mp)?(?:'s)? (?:out|watch|must go|go|resign|tracker|expenses|voting record|exposed|facts|truth|news|supporters?|fans?|voter|critic|constituent|lies|fail(?:s|ed)?)",
]
/** Holders of other offices may bear the same name. */
const OTHER_OFFICE = pattern(
  'cllr|councillor|msp|ms|mla|mep|md|assembly member|alderman|mayor|(?:former|ex|retired) mp|ppc|senator|congress(?:man|woman)|representative',
)
/** What a profile claims that poses as the MP. */
const CLAIM = [
  'mp|m\\.p|official|member of parliament|parliamentary (?:office|team|account|candidate)|house of commons|constituency (?:office|team|mp)|back ?up(?: account)?|(?:real|only|new|private|second|verified) (?:account|page|profile|{mp})|press office|minister for',
]
/** And one that poses as staff. */
const EMPLOYED =
  '(?:caseworker|office manager|researcher|assistant|secretary|staff|team|press officer|chief of staff|works?|working|office|adviser|aide)(?: [a-z]+){0,3}? (?:for|to|of|at|with) (?:the )?(?:{mp}|mp|member of parliament|parliament|constituency)'

/** It goes on to ask for something. */
const ASKS = pattern(
  '(?:dm|inbox|message|text|whats ?app|email|contact|ring|call|send|follow|add)(?: [a-z]+){0,2}? (?:me|us|your|this|here|at|on)|your (?:details|bank|number|case|name|address)|transfer|deposit|donate|pay|fee|gift ?cards?|hacked|new account|click|https?',
)
/** Whom one could pose as, beside a public body. */
const SOMEBODY =
  '{names}|mp|m\\.p|member of parliament|minister|representative|official|caseworker|press|office|officer|staff|team|desk|service|cid|(?:dc|pc|ds|di|sgt|inspector|detective|cllr|councillor|dr|prof|rev|judge) [a-z]+|mayor|headteacher|doctor|nurse|solicitor|journalist|reporter|as an? [a-z]+|here|accounts?|pages?|profiles?'
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
      '(?:hi|hello|hey|good (?:morning|afternoon|evening))?,? ?(?:{mp}|{staff}|your mp) here(?=[,.!:]| )',
      "(?:i|we)(?:'m| am|'re| are)? (?:work(?:ing)? for|writing (?:for|on behalf of)|calling from|part of the team of|from) (?:{mp}|the mp|your mp)(?:'s)?(?: office| team)?",
      '(?:message|contact) (?:me|us) (?:here|on this account)[^.?!\\n]{0,30}? (?:main|old|other|usual) (?:account|page|profile) (?:is|was|has been|got) (?:hacked|locked|suspended|lost)',
      '(?:this is|we are) (?:the )?[a-z]+ (?:police|council)(?: official)?[^\\n]{0,60}?(?:must|pay|arrest|warrant|register|details)',
    ],
    with: '(?:dm|inbox|send|transfer|deposit|details|pay|follow|hacked|account|click|bank|money|ring|number|must|gift|vote)',
    unless:
      "not (?:the|your) (?:official|mp|caseworker|office manager|politician|one (?:who|in|at))|no relation|i'm not|parody|satire|unofficial|florist|raffle|thank (?:him|her|you)|fan (?:page|account)|surgery",
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
const VERSION = '2'
const claims = ruleDetector(NAME, VERSION, 'fake-profile', RULES)
const DAY = 86_400_000
/** A profile counts as new for so long; being new is no fault. Days. */
const NEW = 60

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
/** A name as it is meant to be read: "J0" is too short for `normalise` to be sure. */
const spelled = (text: string | undefined): string =>
  plain(text)
    .replaceAll(/(?<=[a-z])0|0(?=[a-z])/g, 'o')
    .replaceAll(/(?<=[a-z])1|1(?=[a-z])/g, 'i')
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
const HANDLE_TITLE =
  /^(?:the|real|its|official|team|office|offices|of|for|mp|backup|new|second|private|only|press|hq|uk|verified|account|contact|help|support|gov|parliament)*$/

function handleBears(handle: string, name: readonly string[]): boolean {
  const run = wordsOf(handle).join('')
  const whole = name.join('')
  return whole !== '' && run.split(whole).length === 2 && HANDLE_TITLE.test(run.replace(whole, ''))
}

/** A handle to the letter: one underscore more is somebody else. */
const bare = (handle: string): string => handle.trim().toLowerCase().replace(/^@/, '')

/** What the eye keeps of a handle: its first label without separators and digits, letters that look alike as one. */
const glance = (handle: string): string =>
  plain(bare(handle).split('.')[0])
    .replaceAll(/[^a-z]/g, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll(/[il]/g, 'i')
    .replaceAll(/(.)\1+/g, '$1')

/** Whose profile is the platform's to vouch for, the office's own, or says that it is nobody's: parody, fans, namesakes. */
export function isHonest({ author, office, normal }: Reading): boolean {
  if (!author) return false
  const handle = bare(author.handle)
  if (author.verified || Object.values(office.mp.handles).map(bare).includes(handle)) return true
  const name = spelled(author.displayName)
  const labelled = [`${name} ${plain(author.bio)}`, normal.text].some((text) => LABELLED.test(text))
  return labelled || LABELLED_HANDLE.test(handle) || posing(ABOUT, office).test(name)
}

/** A new or an empty profile, and neither it nor the words speak of anybody whom one could pose as, or ask for something. */
export function isMerelyNew({ author, office, item, normal }: Reading): boolean {
  if (!author) return false
  const empty = author.followers === 0 || author.posts === 0 || author.hasAvatar === false
  if (!empty && ageOf(author, item) >= NEW * DAY) return false
  const shown = [spelled(author.displayName), plain(author.bio), spelled(author.handle), normal.text].join(' ')
  const named = posing(SOMEBODY, office).test(shown) || BODY.test(shown) || ownRun(shown, office)
  return !named && !ASKS.test(normal.text)
}

/** Milliseconds; endless where the platform doesn't say. */
const ageOf = ({ createdAt }: Author, { writtenAt }: Item): number =>
  createdAt ? writtenAt.getTime() - createdAt.getTime() : Number.POSITIVE_INFINITY

/** Handles run names together: "@realjohartley". */
const ownRun = (shown: string, { mp, staff }: OfficeFacts): boolean =>
  [mp, ...staff].some(({ name }) => {
    const run = telling(name).join('')
    return run !== '' && shown.replaceAll(/[^a-z ]/g, '').includes(run)
  })

/** A profile that bears the MP's name and office, or a public body's, and isn't theirs. */
function borrowed(reading: Reading): Finding | null {
  const { author, office, item, normal } = reading
  if (!author || isHonest(reading)) return null
  const own = Object.values(office.mp.handles)
  const name = spelled(author.displayName)
  const handle = spelled(author.handle)
  const profile = `${name} ${plain(author.bio)}`
  const isNew = ageOf(author, item) < NEW * DAY
  const bears = (person: string): boolean =>
    bearsName(name, telling(person)) || [handle, ...name.split(/\s+/)].some((run) => handleBears(run, telling(person)))
  const claimed = profile.replaceAll('@', ' ')
  const asks = ASKS.test(normal.text)

  const twin = own.some((one) => glance(one).length >= 7 && glance(one) === glance(author.handle))
  if (twin && (isNew || asks || author.avatarLike === 'mp' || bears(office.mp.name))) {
    return finding(
      0.8,
      'grave',
      "The handle can't be told from the MP's own at a glance, and isn't the office's account.",
    )
  }
  if (bears(office.mp.name)) {
    const isOther = OTHER_OFFICE.test(profile) && !/member of parliament|mp for|official/.test(profile)
    if (!isOther && posing(CLAIM, office).test(claimed)) {
      return finding(0.76, 'grave', "The profile bears the MP's name and office and isn't the office's account.")
    }
    if (author.avatarLike === 'mp') {
      return finding(0.74, 'grave', "The profile bears the MP's name and a picture like the MP's own.")
    }
  }
  const staff = office.staff.filter((member) => bears(member.name))
  if (staff.length > 0) {
    // It may be the colleague's own account: staff know.
    if (posing(EMPLOYED, office).test(claimed) || posing(CLAIM, office).test(name)) {
      return asks
        ? finding(0.76, 'grave', 'The profile bears the name and office of one of staff, and asks for something.')
        : finding(0.5, 'mild', 'The profile bears the name and office of one of staff. Is it theirs?')
    }
    if (author.avatarLike === 'staff') {
      return finding(0.6, 'mild', 'The profile bears the name of one of staff and a picture like theirs. Is it theirs?')
    }
  }
  if (BODY.test(name) && /official/.test(name) && isNew) {
    return finding(0.66, 'grave', 'A new profile calls itself the official page of a public body.')
  }
  return null
}

const ready = new WeakMap<OfficeFacts, Map<Source, RegExp>>()

/** A pattern with the office's own names in it, made once. */
function posing(what: Source, office: OfficeFacts): RegExp {
  let known = ready.get(office)
  if (!known) ready.set(office, (known = new Map()))
  let made = known.get(what)
  if (!made) known.set(what, (made = pattern(what, officeWords(office))))
  return made
}

const PRESS = pattern('journalist|reporter|producer|researcher for|gazette|bbc|itv|sky news|newspaper')
const PRIVATE = pattern('(?:home|personal|private) (?:phone|address|number|mobile|email)')

/** Somebody who trades on a profession to get at private facts, from a profile with no past. */
function pretext({ author, item, normal }: Reading): Finding | null {
  const age = author ? ageOf(author, item) : Number.POSITIVE_INFINITY
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
