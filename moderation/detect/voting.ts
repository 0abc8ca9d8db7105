import facts from '../facts/voting.json' with { type: 'json' }
import type { Finding, Reading } from '../model.ts'
import { spanOf } from '../normalise.ts'
import { isAsked } from './asked.ts'
import { findingsOf, pattern, type Rule, ruleBook } from './rules.ts'

/**
 * What is said of when, how and by whom votes are cast, against moderation/facts/voting.json. Only claims are judged: who
 * asks, wishes, warns or reports says nothing false. What the file doesn't hold isn't judged.
 */

const PARTY =
  '(?:labour|tor(?:y|ies)|conservatives?|reform(?: uk)?|greens?|lib ?dems?|liberal democrats?|snp|plaid|ukip|left|right|leave|remain|{mp})'
const BARRED =
  "(?:on (?:benefits|universal credit|uc|pip|dla|the dole|bail|probation)|claim(?:ing)? benefits|unemployed|out of work|behind (?:on|with) (?:your )?(?:rent|council tax|tax|bills)|in (?:arrears|debt)|owe(?: any)? (?:council tax|money|tax|rent)|unpaid (?:fines?|council tax|parking tickets?)|a (?:ccj|criminal record|conviction|student|lodger|tenant|dual national|traveller|landlord)|renting|rent(?:ing)? your home|disabled|homeless|of no fixed address|haven't paid (?:your )?(?:council tax|tax|licence|fines?)|(?:not|weren't|wasn't) born (?:here|in (?:the uk|britain))|autis(?:tic|m)|have dementia)"

/** Who denies it, warns of it or passes it on as somebody else's, in the sentence itself; */
const DENIED =
  "is it true|someone (?:said|told)|(?:told|telling|saying|says?|claims?|claiming|said|posted|heard|read) |not true|untrue|false|fake|lies|rubbish|nonsense|misinformation|disinformation|myth|wrong|scam|hoax|ignore|don't believe|beware|reported|debunk(?:ed)?|there's a post"
/** and who asks or wishes. */
const NO_CLAIM = `${DENIED}|can i|can we|do i|do we|should|would|wouldn't|if only|wish|imagine|i want|we need|let's|why (?:can't|don't|not)|how (?:can|do|come)`
/** Other ballots have other rules. */
const OTHER_BALLOT =
  "union|unison|unite|members|membership|leadership|shareholders?|awards?|strictly|eurovision|x factor|got talent|bake off|competition|contest|survey|consultation|petition|straw poll|twitter poll|online poll|this poll|my poll|student union|parish poll|residents'? association|school council|jury|committee|usa?|america(?:n)?|gop|democrats|republicans?|senate|congress|trump|state|governor|pin the tail"

const falsehood = { gravity: 'plain', quotable: true, unless: OTHER_BALLOT } as const

const CLAIMS: readonly Rule[] = [
  {
    ...falsehood,
    when: [
      '(?:vote|votes?|voting|ballot) (?:now |today |early |instead |is now |can now be |can be |are |be )*(?:cast |sent |made |done )?(?:by|via|over|through) (?:text(?: message)?|sms|whats ?app|e ?mail|phone|telephone|dm|message|app|an app|the app|facebook|twitter|replying|reply|retweet(?:ing)?|liking|comment(?:ing)?)',
      '(?:text|sms|whats ?app|dm|reply(?: with)?|message|email|comment) (?:[a-z]+ ){1,4}?(?:to [0-9]{3,} |here |below |us |to us )?(?:to|and) (?:cast|register|place|submit|count|record) (?:your|a|my) votes?',
      '(?:text|reply|sms) [a-z]+ to [0-9]{3,}[^\\n]{0,40}?vote|(?:vote|votes?)[^\\n]{0,30}?(?:text|reply) [a-z]+ to [0-9]{3,}',
      '(?:you can|can|we can|everyone can|people can) (?:now )?(?:vote|cast (?:your|a) (?:vote|ballot)) (?:online|on ?line|from home on your phone|on your phone|from your (?:phone|sofa|laptop)|on the (?:website|internet))',
      '(?:vote|cast your vote) (?:online|on your phone|from your phone|from your sofa)(?: now| today| instead|,| at| here| via|:|$)',
      "(?:no need|don't (?:need|have) (?:to)?|needn't) (?:to )?(?:go|queue|travel|turn up|come)(?: to| at)? (?:the |a |your )?polling stations?[^.?!\\n]{0,60}?(?:reply|text|online|click|phone|message|link|app)",
    ],
    unlessNear: [
      NO_CLAIM,
      'register(?:ing|ed)? to vote|should|ought|wish|want|let us|why (?:can|do|are)|estonia|switzerland|apply|proxy form|competition|awards?',
    ],
    score: 0.74,
    reason: 'It names a way to vote that does not exist: votes are cast in person, by post or by proxy.',
  },
  {
    ...falsehood,
    when: [
      '(?:voting|polling day|polls?|election|by ?election|vote)(?: (?!should|could|might)[a-z]+){0,6}? (?:has been |have been |is |was |been |are |is now |will be )?(?:moved|changed|postponed|delayed|switched|rescheduled|put back|brought forward|extended)(?: to| on| until| by)? (?:the )?(?:next )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|next week|tomorrow|[0-9])',
      '(?:polling day|election day|polling stations? (?:are|will be)|polls? (?:are|will be)) (?:open )?(?:is |now |on |open )*(?:on )?(?:friday|saturday|sunday|monday|tuesday|wednesday)',
    ],
    unlessNear: [
      NO_CLAIM,
      'should|bill|debate|reading|lords|committee|why (?:was|were|has|have)|leadership|count(?:ing|s|ed)? |result|poll of|council meeting|strike',
    ],
    score: 0.74,
    reason: 'It names another day for voting; everybody votes on the same day, which by custom is a Thursday.',
  },
  {
    ...falsehood,
    when: [
      `(?:${PARTY}|leave|remain|postal|opposition) (?:voters?|supporters?|people|votes?)(?: in [a-z]+)? (?:to |must |should |can |will |now |only |have to |are to |need to )*(?:vote|votes?|go|polls?)(?: [a-z]+){0,2}? (?:on )?(?:friday|saturday|sunday|monday|tuesday|wednesday|the (?:day after|next day|following day))`,
      `(?:if you(?:'re| are)? (?:vote|voting|support(?:ing)?|backing) ${PARTY})[^.?!\\n]{0,40}? (?:on )?(?:friday|saturday|sunday|monday|tuesday|wednesday|the (?:day after|next day))`,
    ],
    unlessNear: DENIED,
    score: 0.76,
    reason: 'It sends the voters of one party to vote on another day; everybody votes on the same day.',
  },
  {
    ...falsehood,
    when: [
      '(?:polling stations?|polls)(?: (?:in|at|on) [a-z]+){0,2} (?:are |is |have |has |will be )?(?:all )?(?:been )?(?:now )?(?:closed|shut|cancelled|closing early|not open(?:ing)?|evacuated)(?: today| now| due| because| early| on|$|[.!,])',
    ],
    unlessNear: [NO_CLAIM, 'yesterday|last night|exit poll|opinion poll|why|reported|the count'],
    score: 0.68,
    reason: 'It says that polling stations are closed.',
  },
  {
    ...falsehood,
    when: `(?:you|u|people|voters|anyone|anybody|they) (?:can't|cannot|can not|won't be able to|aren't allowed to|are not allowed to|may not|lose (?:your|the|their) right to|are (?:banned|barred) from|don't get to) vot(?:e|ing) (?:if|when|while|unless|until) (?:you|they|you're|they're|u)?[^.?!\\n]{0,25}?${BARRED}|(?:if|because) you(?:'re| are| have| owe)?[^.?!\\n]{0,20}? ${BARRED}[^.?!\\n]{0,30}? (?:you )?(?:can't|cannot|won't be able to|aren't allowed to|not allowed to|lose the right to) vote|only (?:home ?owners|taxpayers|people (?:in work|with jobs)|property owners) (?:can|may|are allowed to) vote`,
    unlessNear: NO_CLAIM,
    score: 0.68,
    reason: 'It tells people who may vote that they may not.',
  },
  {
    ...falsehood,
    when: [
      "(?:you )?(?:don't|do not|no longer|needn't|won't) (?:need|have to (?:show|bring|take)|have to have)(?: any| photo| your| an?)* (?:photo )?(?:id|i\\.?d\\.?|identification)(?: [a-z]+){0,4}? (?:to vote|at the poll(?:ing station|s)|on polling day)",
      '(?:no|without)(?: any| photo)? (?:id|identification) (?:is )?(?:needed|required|necessary)(?: [a-z]+){0,3}? (?:to vote|at the poll(?:ing station|s)|on polling day)',
    ],
    unlessNear: [
      NO_CLAIM,
      'by post|postal|scot(?:land|tish)|holyrood|wales|welsh|senedd|should|council elections? in|used to|proxy',
    ],
    score: 0.6,
    reason: 'It says that no photo ID is needed at a polling station; at most elections it is.',
  },
  {
    ...falsehood,
    when: [
      "(?:you )?(?:can't|cannot|won't be able to|not allowed to) vote (?:without|unless you (?:have|bring|show|take)) (?:your |a |the )?(?:poll(?:ing)? card|utility bill|proof of address|council tax bill|passport and)",
      '(?:must|need to|have to) (?:bring|show|take)(?: along)? (?:your |a |the )?(?:polling card|poll card|utility bill|proof of address|council tax bill|birth certificate)(?: [a-z]+){0,4}? (?:to vote|to be able to vote|or you)',
      "(?:don't|do not|no) need to (?:be registered|register)(?: [a-z]+){0,2}? to vote",
      '(?:you can|can|just) vote (?:twice|as many times)|vote once at each|(?:tick|mark|cross|vote for) (?:both|all) (?:boxes|candidates|parties)',
      'only (?:the over 65s|over 65s|pensioners|disabled people|the disabled|the sick|the elderly) (?:can|may|are allowed to) vote by post',
      "postal votes? (?:are not|aren't|are never|don't get|won't be|will not be|do not) (?:count(?:ed)?|opened)(?: unless| until after|$|[.!,])",
      '(?:post(?:ed)?|hand(?:ed)?|give|bring) (?:your )?(?:postal )?(?:ballots?|votes?) (?:to|in to|with) (?:our|a|the|your) (?:local )?(?:candidate|canvassers?|activists?|campaign|party (?:office|worker)|volunteer)s?',
    ],
    unlessNear: [
      NO_CLAIM,
      'northern ireland|should|register online|students?|two votes|regional|list vote|second vote|multi|wards?',
    ],
    score: 0.62,
    reason: 'It tells people something false about how to vote.',
  },
]

const claims = ruleBook(CLAIMS)
const noClaim = pattern(NO_CLAIM)
const otherBallot = pattern(OTHER_BALLOT)
const by = { name: 'voting', version: '2', concern: 'deception' } as const

export function votingFacts(reading: Reading): Finding[] {
  const { text } = reading.normal
  if (!/vot|poll|elect|ballot/.test(text)) return []
  const told = claims(reading).filter(({ end }) => !isAsked(text, end))
  return [...findingsOf(told, reading, by), ...wrongHours(reading)]
    .slice(0, 3)
    .map((finding) => dated(finding, reading))
}

/** Laws change: past its day the file only says that a person should look, and why. */
function dated(finding: Finding, { item }: Reading): Finding {
  if (item.writtenAt.getTime() < Date.parse(facts.lookAgainFrom)) return finding
  const when = new Date(facts.read).toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const reason = `${finding.reason} But what the tool knows of voting was last looked up in ${when}, so please check.`
  return { ...finding, gravity: 'mild', reason }
}

const CLOCK =
  "([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(am|pm|a\\.m\\.?|p\\.m\\.?|o'?clock)?(?![0-9:]|[.][0-9])|(midday|noon|midnight)"
const STATIONS = '(?<![a-z])(?:polls|polling stations?|voting|the vote)(?: [a-z]+){0,3}?'
const HOURS = {
  closes: [
    new RegExp(
      `${STATIONS} (?:close|closes|shut|shuts|end|ends|finish|finishes|closing)(?: [a-z]+){0,3}? (?:at|by) (?:${CLOCK})`,
      'g',
    ),
    new RegExp(
      `(?<![a-z])(?:polls|polling stations?)(?: [a-z]+){0,3}? open(?: [a-z]+){0,2}? (?:until|till|til|to) (?:${CLOCK})`,
      'g',
    ),
    new RegExp(
      `(?<![a-z])(?:you have|you've got|youve got|got|only) (?:only )?(?:until|till|til) (?:${CLOCK})(?: [a-z]+){0,2}? to vote`,
      'g',
    ),
  ],
  opens: [
    new RegExp(
      `(?<![a-z])(?:polls|polling stations?)(?: [a-z']+){0,3}? open(?:s|ing)?(?: [a-z]+){0,3}? (?:at|from) (?:${CLOCK})`,
      'g',
    ),
  ],
} as const

/** Hours of poll other than the law's. Without "am" or "pm" either is meant. */
function wrongHours(reading: Reading): Finding[] {
  const { normal } = reading
  if (otherBallot.test(normal.text)) return []
  for (const [which, patterns] of Object.entries(HOURS)) {
    const right = which === 'closes' ? facts.closes : facts.opens
    for (const { 0: found, 1: hour, 2: minutes, 3: half, 4: named, index } of patterns.flatMap((each) => [
      ...normal.text.matchAll(each),
    ])) {
      const end = index + found.length
      if (isRight(right, hour, minutes, half, named) || isAsked(normal.text, end)) continue
      if (noClaim.test(sentenceAt(normal.text, index, end))) continue
      return [
        {
          concern: 'deception',
          score: 0.7,
          gravity: 'plain',
          reason: `It names another hour for voting; polling stations are open from ${facts.opens}am to ${facts.closes - 12}pm.`,
          spans: [spanOf(normal, index, end)],
          detector: by.name,
          version: by.version,
        },
      ]
    }
  }
  return []
}

function isRight(right: number, hour?: string, minutes?: string, half?: string, named?: string): boolean {
  if (named !== undefined) return right === (named === 'midnight' ? 24 : 12)
  if (minutes !== undefined && Number(minutes) !== 0) return false
  const [clock, given] = [right > 12 ? right - 12 : right, Number(hour)]
  if (given > 12 || half === undefined || half.startsWith('o')) return given === right || given === clock
  return given === clock && half.startsWith('p') === right >= 12
}

const sentenceAt = (text: string, start: number, end: number): string =>
  `${/[^.?!\n]{0,200}$/.exec(text.slice(Math.max(0, start - 200), start))?.[0] ?? ''}${text.slice(start, end)}${/^[^.?!\n]{0,200}/.exec(text.slice(end, end + 200))?.[0] ?? ''}`
