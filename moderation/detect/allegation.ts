import { addressesIn, readAddress } from '../addresses.ts'
import type { Detector, Reading } from '../model.ts'
import { isAsked } from './asked.ts'
import { findingsOf, pattern, type Rule, ruleBook } from './rules.ts'

/**
 * A grave accusation of a person as fact, with no source. Questions, registers, reports, courts and denials are free; a link
 * to who knows where is a source that a person has to look at.
 */

const PAPERS =
  '(?:[a-z]+ ){0,3}?(?:(?:news|local )?papers?|press|gazette|herald|chronicle|echo|argus|courier|mercury|times|express|advertiser|observer|examiner|standard|journal|star|telegraph|mail|tribune|recorder|citizen|guardian|independent|mirror|sun|metro|scotsman|[a-z]+ post|bbc|itv|news|telly|tv|radio|front page|private eye|panorama|newsnight|dispatches|sky news|channel (?:4|four)(?: news)?)'
const PRINTED =
  'says?|said|ran|runs|prints?|printed|published|reports?|reported|reporting|story|investigation|revealed|exposed|broke|(?:had|has) (?:it|the story)'
/** It was told in public by those whose trade it is, or in a court. */
const TOLD = [
  `(?:it's|that's|(?:it|this|that|which) (?:was|is|were|has been))(?: all| even| also)? (?:in|on|over) (?:the )?${PAPERS}`,
  `(?:the|last week's|today's|yesterday's|this week's) ${PAPERS} (?:${PRINTED})`,
  `(?:bbc|itv|panorama|newsnight|private eye|sky news|channel (?:4|four)) (?:${PRINTED})`,
  `(?:read|saw|seen|covered|printed|published|revealed|exposed|reported)(?: (?:it|this|that|about (?:it|this|that)))?(?: all)? (?:in|on|by) (?:the )?${PAPERS}`,
  '(?:heard|said|shown|shows|proven?|admitted|came out|come out|read out|stated|found)(?: it| that)?(?: all)? (?:in|at|by|to) (?:open |the |an? )?(?:[a-z]+ )?(?:court|tribunal|inquest|trial|inquiry)',
  '(?<!let the )(?:minutes|records?|filings?|published accounts|land registry|charity commission|audit) (?:shows?|says?|found)',
].join('|')
/** The same, told too loosely to stand for more than its own sentence. */
const MENTIONED = `(?<!you )(?:on the (?:[a-z]+ )?news|in the (?:news)?papers?)|(?:was|been|is) (?:all )?(?:in|over|on) the ${PAPERS}`

/** A source frees wherever it stands; the rest only in the sentence it is about. */
const SOURCED = [
  TOLD,
  "register (?:shows|says|entry|of (?:members'? )?(?:financial )?interests)|on your register|companies house|electoral commission (?:record|data|website)|entry [0-9]+|hansard|foi|according to|reported (?:in|by)|(?:guardian|times|bbc|mirror|telegraph|gazette|standard) (?:says|report|story)|convicted (?:in|on|at|last)|pleaded|is it true|any truth|don't believe|evidence|(?:please|will you) investigate|that's a lie|not true|nothing on the register|isn't true|pack it in|accounts are|hospitality",
].join('|')
const ASKED = [
  MENTIONED,
  '(?:the|crown|high|county|tax|magistrates) court|court (?:heard|hears|found|ruled|case|papers|today)|inquiry|ombudsman|did you|have you|are you aware|were you|can you explain|will you|alleged(?:ly)?|den(?:y|ies|ied|ying)|claims? that|claimed|people say|(?:he|she|they|who) said|accus(?:es|ed|ing|ation)',
].join('|')
const WHO =
  "(?:you|u|{names}|she|he|they|the mp|our mp|this mp|your [a-z]+(?: [a-z]+)?|her [a-z]+|his [a-z]+|the council leader|(?:cllr|councillor|rev|reverend|mr|mrs|ms|dr|father) [a-z]+|that (?:headteacher|teacher|doctor|priest|vicar|landlord|councillor)|everyone knows (?:you're|she's|he's|you|she|he)|judge|(?:the )?(?:council|police) (?:chief|leader))"

/** Somebody in particular: of "he" and "they" anything may be told. */
const NAMED =
  '(?:you|{names}|the mp|our mp|this mp|(?:cllr|councillor|rev|reverend|mr|mrs|ms|dr|father|lord|lady|sir) [a-z]+|that (?:headteacher|teacher|doctor|priest|vicar|landlord|councillor))'

const UNSOURCED = ', with no source that the tool recognises'

const RULES: readonly Rule[] = [
  {
    when: [
      `${WHO}[^.?!\\n]{0,40}? (?:takes?|took|taking|accept(?:s|ed|ing)?|pocket(?:s|ed|ing)?|gets?|got|on)(?: [a-z]+){0,3}? (?:bribes?|brown envelopes?|backhanders?|bungs?|kick ?backs?|£[0-9,.]+k? in (?:a brown|cash|used)|cash (?:from|off|in)|the take|the payroll of)`,
      '(?:taking|takes|took) [a-z ]{0,30}?(?:bungs?|bribes?|backhanders?|brown envelopes?)|bag ?man',
      '(?:judge|jury|magistrate|vote|inspector|planners?) (?:was|were|is|got) (?:bought|bribed|paid off|nobbled)',
      '(?:brown envelopes?|backhanders?)[^\\n]{0,60}?(?:everybody|everyone|lock|smoke)',
    ],
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.66,
    gravity: 'plain',
    reason: `Somebody is accused of taking bribes${UNSOURCED}.`,
  },
  {
    when: [
      `${WHO}(?: {be})?[^.?!\\n]{0,30}? (?:an? )?(?:(?:known|convicted|secret|total|filthy|dirty) )?(?:paedo(?:phile)?s?|pedo(?:phile)?s?|nonces?|kiddy fiddlers?|child (?:abusers?|molesters?|rapists?)|groomers?|rapists?|murderers?|fraudsters?|drug dealers?|wife beaters?|money launderers?|launder(?:s|ing) money|embezzl[a-z]+|stole (?:the |our |all the )?(?:[a-z]+ )?(?:money|cash|funds|fund|thousands|takings|donations)|stole from the [a-z]+|stealing from (?:the (?:food bank|charity|fund|party)|pensioners)|abus(?:es|ed) (?:children|kids|his|her)|beats? (?:his|her) (?:wife|husband|kids)|rigg(?:ed|ing) (?:the|postal)|cover(?:ed|ing|s)? up (?:the |a )?(?:child |sex |sexual )*(?:rape|abuse|murder)|fiddl(?:ed|es|ing) (?:your|her|his|the) (?:expenses|books)|in on it|sell(?:s|ing)? (?:drugs|secrets)|spy for|spying for|works? for (?:the )?(?:russians|kremlin|ccp|mossad|mi5))`,
      'laundering money|(?:paedo|nonce|kiddy fiddler)s?(?=$|[!.])',
      'protecting (?:your|her|his) (?:paedo|nonce|mates)',
    ],
    unless: [
      `${SOURCED}|a murderer(?:'s)? |who (?:was|were|got)|jailed|sentenced|trial`,
      '(?:grooming gangs?|groomers) (?:inquiry|report)|(?:all|those|these) groomers|for the nonce',
    ],
    unlessNear: ASKED,
    score: 0.64,
    gravity: 'plain',
    reason: `Somebody is accused of a grave crime${UNSOURCED}.`,
  },
  {
    when: '(?:keep|lock) (?:your|ur|the|yer) (?:kids|children|daughters?|sons?|boys|girls|little ones) (?:away|indoors|well away)[^\\n]{0,40}?(?:rev|cllr|mr|mrs|him|her|{names}|that|from)[^\\n]{0,80}?(?:nuff said|know what|enough said|iykyk|ask anyone)',
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.56,
    gravity: 'plain',
    escalate: 'safeguarding',
    reason: `It is hinted that somebody is a danger to children${UNSOURCED}.`,
  },
  {
    when: [
      '(?:some|lots|plenty) of us know what (?:he|she|they|you) (?:is|are|did|do)|no smoke without fire',
      '(?:everyone|everybody) (?:round here )?knows (?:what (?:he|she|you) (?:is|are|did|gets up to)|it)(?=[.!,]| how)',
      '(?:{mp}|she|he|hartley) had a word(?=$|[.! ])',
      'lock (?:her|him|them) up[^\\n]{0,30}?(?:fraud|thief|crook|envelope|criminal)',
      '(?:affair|sleeping|in bed) with (?:the|her|his|that|a) (?:developer|donor|minister|boss|councillor|lobbyist|aide|whip)',
    ],
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.56,
    gravity: 'plain',
    reason: `A grave accusation is hinted at${UNSOURCED}.`,
  },
  {
    when: [
      `${NAMED}(?:'s)?(?: {be}| has| have| had)?(?: [a-z]+){0,3}? (?:nick(?:ed|s|ing)|stole|stolen|stealing|pocket(?:ed|ing)|embezzl(?:ed|ing)|trousered|siphon(?:ed|ing)(?: off)?|divert(?:ed|ing)|skim(?:med|ming)|help(?:ed|ing|s) (?:him|her|them|your)sel(?:f|ves) to)(?: [a-z']+){0,4}? (?:money|cash|funds?|donations?|grants?|takings|collections?|thousands|savings|(?:food ?bank|charity|hospice|club|parish|church) (?:money|cash|fund))`,
      `${NAMED}(?:'s)?(?: {be}| has| have| had)?(?: [a-z]+){0,2}? (?:forg(?:ed|ing)|fak(?:ed|ing)|doctor(?:ed|ing)|rigg(?:ed|ing)|stuff(?:ed|ing)|harvest(?:ed|ing)) (?:his|her|their|your|the|a|hundreds of|postal)(?: [a-z]+){0,2}? (?:degrees?|cv|qualifications|signatures?|votes?|ballots?|documents|expenses|minutes|evidence|tender|contract)`,
      `${NAMED}(?:'s)?(?: {be}| has| have| had) (?:an? |been )?(?:[a-z]+ )?(?:tax (?:evader|cheat|fraud(?:ster)?)|benefits? (?:cheat|fraud(?:ster)?)|evad(?:ed|ing) tax|drug (?:dealer|runner)|deal(?:s|t|ing) drugs|smuggler|traffick(?:er|ing)|blackmail(?:er|ed|ing)|loan shark|drink driver|sex offender|abuser|spy|foreign agent|con ?(?:man|woman|artist)|money launderer)`,
      `${NAMED}(?: {be}| has| have| had)?(?: [a-z]+){0,2}? (?:sexually )?(?:assaulted|raped|abused|groomed|molested|groped|touched up|drugged|blackmailed|flashed)(?: [a-z]+){0,2}? (?:women|girls?|boys?|kids|child(?:ren)?|staff|interns?|teenagers?|pupils?|students?|constituents?|people)`,
      `${NAMED}(?:'s)?(?: {be}| has| have)?(?: [a-z]+){0,2}? (?:in the pay of|on the payroll of|(?:paid|bankrolled|blackmailed|owned|run|controlled) by|spying for|spies for|an agent (?:of|for)|working for) (?:russia|the russians|the kremlin|putin|china|beijing|the ccp|mossad|israel|iran|hamas|hezbollah|the mob|the mafia|gangsters|drug (?:dealers|gangs)|traffickers)`,
    ],
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.62,
    gravity: 'plain',
    reason: `Somebody is accused of a grave crime${UNSOURCED}.`,
  },
]

/** Where a report, a record or a judgment can be read. */
const REPORTING =
  /(?:^|\.)(?:bbc\.(?:co\.uk|com)|itv\.com|channel4\.com|sky\.com|theguardian\.com|guardian\.co\.uk|thetimes\.(?:co\.uk|com)|telegraph\.co\.uk|independent\.co\.uk|ft\.com|economist\.com|dailymail\.co\.uk|mirror\.co\.uk|thesun\.co\.uk|express\.co\.uk|metro\.co\.uk|standard\.co\.uk|inews\.co\.uk|theipaper\.com|huffingtonpost\.co\.uk|politico\.(?:eu|com)|politicshome\.com|private-eye\.co\.uk|reuters\.com|apnews\.com|bloomberg\.com|cnn\.com|aljazeera\.com|thebureauinvestigates\.com|bylinetimes\.com|opendemocracy\.net|newstatesman\.com|spectator\.(?:co\.uk|com)|lbc\.co\.uk|gbnews\.com|heraldscotland\.com|scotsman\.com|thenational\.(?:scot|wales)|nation\.cymru|walesonline\.co\.uk|belfasttelegraph\.co\.uk|irishnews\.com|yorkshirepost\.co\.uk|manchestereveningnews\.co\.uk|[a-z-]+live\.co(?:\.uk|m)|[a-z-]*(?:gazette|herald|chronicle|echo|argus|courier|mercury|post|news|times|express|advertiser|observer|examiner|standard|journal|star|telegraph|mail|press|tribune|recorder|citizen|guardian)\.(?:co\.uk|com|org|net|wales|scot)|gov\.uk|parliament\.uk|judiciary\.uk|nationalarchives\.gov\.uk|bailii\.org|theyworkforyou\.com|fullfact\.org|whatdotheyknow\.com|wikipedia\.org|electoralcommission\.org\.uk|ombudsman\.org\.uk|ico\.org\.uk)$/

const NAME = 'allegation'
const VERSION = '3'
const hits = ruleBook(RULES)

export const allegation: Detector = {
  name: NAME,
  version: VERSION,
  detect(reading) {
    const { text } = reading.normal
    const told = hits(reading).filter(({ reported, end }) => !reported && !isAsked(text, end))
    const source = told.length === 0 ? 'none' : sourceOf(reading)
    if (source === 'known') return []
    const found = findingsOf(told, reading, { name: NAME, version: VERSION, concern: 'allegation' })
    if (source === 'none') return found
    const look = 'A link is given as the source: is it one?'
    return found.map((finding) => ({
      ...finding,
      gravity: 'mild',
      reason: `${finding.reason.replace(UNSOURCED, '')} ${look}`,
    }))
  },
}

const sourced = pattern(SOURCED)
const asked = pattern(ASKED)
const GREETING =
  /^[\s,]*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks?(?: you)?|cheers|please)(?: [a-z'-]+){0,3})?[\s,]*$/

/** Whether all that it tells of anybody has a source, stands reported in its own sentence, or is only asked. */
export function isSourced(reading: Reading): boolean {
  const source = sourceOf(reading)
  if (source !== 'none') return source === 'known'
  const { text } = reading.normal
  if (sourced.test(text)) return true
  const told = (text.match(/[^.!?\n]+[.!?]*/g) ?? []).filter(
    (sentence) => !GREETING.test(sentence.replace(/[.!?]+$/, '')),
  )
  return told.length > 0 && told.every((sentence) => sentence.includes('?') || asked.test(sentence))
}

/** Whether what it links to is known for reporting or records. Nothing is fetched. */
function sourceOf({ item }: Reading): 'none' | 'unknown' | 'known' {
  const hosts = [...addressesIn(item.text), ...item.links.flatMap((link) => readAddress(link) ?? [])].map(
    ({ host }) => host,
  )
  if (hosts.some((host) => REPORTING.test(host))) return 'known'
  return hosts.length > 0 ? 'unknown' : 'none'
}
