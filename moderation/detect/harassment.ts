import { detailsIn, publishedBy } from '../details.ts'
import type { Detector, Finding, OfficeFacts, Reading } from '../model.ts'
import { normalise, spanOf } from '../normalise.ts'
import { findingsOf, type Hit, pattern, type Rule, ruleBook } from './rules.ts'

/**
 * Publishing or hunting for where people live, their numbers, families, cars and schools; stalking; chasing staff in private.
 * The office's own published contacts are free, and so is everybody's own address.
 */

const police = { gravity: 'grave', escalate: 'police', quotable: true } as const
const FAMILY =
  '(?:kids?|children|daughters?|sons?|husband|wife|mum|mother|dad|father|parents|partner|family|baby|grandkids?|nan)'
const PERSON =
  '(?:{names}|the mp|our mp|this mp|the caseworker|caseworker|(?:his|her|your|the) (?:caseworker|researcher|office manager|secretary|intern|staff)|the office manager)'
export const STREET =
  '(?:road|rd|street|st|lane|ln|avenue|ave|close|drive|crescent|way|court|gardens|terrace|row|place|grove|hill|mews|walk|square)'
/** An address as people write it. */
const PLACE = `[0-9]{1,4}[a-z]? (?:[a-z]+ ){1,3}?(?:${STREET}|bank|house|green|parade|court|flats)`
/** Where the office receives people, everybody may say where it is. */
const OPEN =
  'surger(?:y|ies)|annexe|open day|office (?:is|at|hours)|library|town hall|advice|hustings|lift|thank|charity'

/** Whether an MP lives among those they speak for is a fair question. */
const RESIDENCE =
  'local(?:ly)?|(?:in|outside|near) (?:the|this|our|your) (?:constituency|area|town|country)|london|even live|(?:miles|hours) (?:away|from)|round here|nowhere near|second home|council tax|property (?:empire|portfolio)|the register|expenses'
const MINE =
  'i live|my (?:house|home|address|number|mobile|street|road|mum|nan|dad|neighbour)|call me|ring me|text me|our (?:house|street|road)'
const GO =
  'go and|go round|ask (?:him|her|them)|tell (?:him|her|them)|visit|pop (?:in|round|by)|drop (?:in|by)|find (?:him|her|them)|ring (?:him|her|them)|say (?:hello|hi)|let (?:him|her|them) know'
const HOME = '(?:house|home|place|gaff|flat|pad|front door|doorstep|driveway|street|address)'

/** Where people are to be found, and how they are reached, apart from their work. */
const WHEREABOUTS: readonly Rule[] = [
  {
    ...police,
    when: [
      `(?:everybody|everyone|all of (?:us|you)|let's|lads|who's (?:up for|coming)|shall we|we should|we could|meet|turn(?:ing)? up|gather(?:ing)?|see you all|party|demo|protest|march)[^.?!\\n]{0,50}? (?:at|to|outside|round|on) (?:{names}(?:'s)?|the mp's|our mp's|the caseworker's|her|his) (?:own )?(?:front )?(?:house|home|place|gaff|flat|front door|doorstep|driveway)`,
      "(?:shall we|let's|time to|going to|gonna|who wants to)[^.?!\\n]{0,40}? pay (?:him|her|them|{names}) a visit",
    ],
    unless: `${OPEN}|${MINE}|house of (?:commons|lords)|party conference`,
    score: 0.74,
    reason: "Others are called to somebody's home.",
  },
  {
    ...police,
    when: [
      `${PERSON}(?: from [a-z ]{2,20}?)? (?:lives?|is living|stays|rents|bought a (?:house|flat|place)|has a (?:house|flat|place)) [^.?!\\n]{0,40}?(?:above|opposite|next (?:to|door)|behind|across from|corner of|top floor|ground floor|basement|end of|number [0-9]|no [0-9]|flat [0-9]|${PLACE}|on [a-z]+ (?:[a-z]+ )?${STREET})`,
      `(?:{names}'s|the mp's|our mp's|the caseworker's) (?:front )?${HOME}[^.?!\\n]{0,50}?(?:number [0-9]|above the|opposite|next (?:to|door)|behind the|corner of|photo|picture|google|zillow|rightmove|zoopla|street ?view|companies house|electoral roll|below|screenshot|${PLACE})`,
      `(?:photo|picture|pic|video|map) of (?:{names}'s|the mp's|our mp's|the caseworker's) (?:front )?(?:${HOME}|car|kids|children|school|gate|garden)`,
      `(?:{names}|the mp|our mp)[^.?!\\n]{0,60}? (?:her|his) (?:place|house|home|gaff|flat|front door) (?:is|'s)(?: at| on)? [^.?!\\n]{0,20}?(?:${PLACE}|[0-9]{1,4}[a-z]? [a-z]+ (?:rise|view|mount|vale|end|park|bank|${STREET}))`,
      "(?:her|his|{names}'s|the mp's|the caseworker's) (?:home|private) address[^.?!\\n]{0,30}? (?:is|'s|are)? ?(?:on|at|in|below|here|companies house|google|screenshot)",
    ],
    unless: `${OPEN}|${MINE}|${RESIDENCE}|down the road from (?:me|us)|hotel|asylum`,
    score: 0.74,
    reason: "Somebody's home is pointed out.",
  },
  {
    ...police,
    when: [
      `(?:{names}'s|the mp's|our mp's|her|his|your) (?:kids?|children|daughters?|sons?|little (?:girl|boy)|baby|grandkids?|grandson|granddaughter) (?:plays?|trains?|swims?|dances?|rides?|goes|go|studies|study|works?|is|are) (?:for|at|in|to|with) (?!risk|danger|stake|war|fault|debt|trouble|private (?:school|education|health)|the (?:army|navy|nhs))[^.?!\\n]{0,50}?(?:every|at [0-9]|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|after school|mornings?|evenings?|under [0-9]|pick|drop|gates?|room [0-9]|rec|park|year [0-9])`,
      `(?:{names}'s|the mp's|our mp's|her|his|your) ${FAMILY} (?:works?|is|drinks|trains?|runs|teaches|lives) (?:for|at|in|behind|on) [^.?!\\n]{2,50}?,? (?:and |so |- ?)?(?:${GO})`,
      `(?:{names}'s|the mp's|our mp's) ${FAMILY} (?:is|lives|stays|are) (?:in|at) [^.?!\\n]{0,40}?(?:care home|nursing home|hospital|ward [0-9]|room [0-9]+|school|nursery|${PLACE})`,
    ],
    unless: `${OPEN}|my (?:kids|son|daughter|friend|sister|neighbour|mum|nan|dad)|mine|ours|get well|thoughts|sorry to hear|declared|register`,
    score: 0.72,
    reason: "Where somebody's family is to be found is told.",
  },
  {
    ...police,
    when: '(?:follow|tail|trail|shadow) (?:her|him|them|{names}) (?:home|to (?:her|his|their) (?:car|house|home|flat))|see where (?:she|he|they|{names}) lives?',
    unless: 'should|bus|twitter|facebook|back home',
    score: 0.7,
    reason: 'Others are sent to follow somebody home.',
  },
  {
    ...police,
    when: [
      `(?:i|we|i've|we've|just)(?: [a-z]+){0,2}? (?:messaged|dm'd|emailed|rang|phoned|texted|written to|wrote to|contacted|followed|added|tracked down) (?:your|her|his|{names}'s|the mp's) (?:${FAMILY}|grandkids?)`,
      "(?:sat|waited|waiting|parked|stood|standing|hung around|hanging around|camped|sitting) (?:up )?outside (?:your|her|his|{names}(?:'s)?|the mp's) (?:kids'?|children's|daughter's|son's|husband's|wife's|mum's)? ?(?:school|house|home|flat|gym|nursery|church|gate|work|bedroom)",
      "(?:sent|posted|sending|left|delivered|dropped)[^.?!\\n]{0,40}? (?:to|at|on|through) (?:your|her|his|{names}'s) (?:home|house|private address|home address|doorstep|letter ?box|front door)",
      "(?:driv(?:e|en|ing)|drove|walk(?:ed|ing)?|cycl(?:e|ed|ing)) (?:past|by|down) (?:your|her|{names}'s) (?:house|home|street|road|flat)",
    ],
    unless: `${OPEN}|leaflets?|canvass|petition|my (?:mp|councillor)|invited me|charity|surgery letter|(?:your|the) (?:constituency )?office`,
    score: 0.66,
    reason: 'The words are those of somebody who follows a person, or comes close through their family.',
  },
  {
    ...police,
    when: [
      "(?:{names}'s|the mp's|our mp's|the caseworker's) (?:[a-z]+ )?(?:private|personal|secret|real|own|burner) (?:facebook|insta(?:gram)?|twitter|x|linkedin|tik ?tok|snap(?:chat)?|profile|account|page|number|mobile|phone|email|whats ?app)",
      "(?:{names}'s|the mp's|our mp's|the caseworker's) (?:car|motor|van|ride) (?:is|'s|reg|registration|number ?plate|parks?|is parked)[^.?!\\n]{0,60}?(?:[a-z]{2}[0-9]{2} ?[a-z]{3}|red|blue|black|white|silver|grey|green|outside|behind|parks?)",
    ],
    unless:
      "should not|shouldn't|(?:used|using|uses) (?:her|his|a) (?:private|personal)|official business|foi|ministerial|mine|my ",
    score: 0.7,
    reason: "Somebody's private account, number or car is pointed out.",
  },
  {
    gravity: 'mild',
    escalate: 'police',
    quotable: true,
    when: `(?:added|messaged|found|looked up|following|contacted)[^.?!\\n]{0,30}? (?:all )?(?:your|the|her|his) (?:staff|team|caseworkers?|office)[^.?!\\n]{0,30}? (?:on |personal |private )(?:facebook|insta(?:gram)?|linkedin|social media|tik ?tok|accounts?|profiles?)`,
    unless: OPEN,
    score: 0.5,
    reason: 'Staff are pursued through their private accounts.',
  },
]

const RULES: readonly Rule[] = [
  {
    ...police,
    when: [
      `${PERSON}(?:'s)?(?: ${FAMILY})?(?: who(?: [a-z]+){1,4}?| [a-z]+)? (?:lives?|living|is living|stays?|staying|house is|home is|home address is|address is|home's|flat is|resides?|can be found) [^?!\\n]{0,60}?(?:[0-9]{1,4}[a-z]? [a-z]+|[a-z]+ ${STREET}|gate|door|opposite|next to|${STREET})`,
      `(?:this is|that's|here's|here is|found) (?:her|his|{mp}'?s?|{staff}'?s?|the mp's) (?:house|home|address|flat|street)[^.?!\\n]{0,60}?(?:one with|https?|map|${STREET}|go|visit|door|gate|[0-9])`,
      `${PERSON}'?s? (?:home(?! from)|house|home address|private address)[^.?!\\n]{0,60}?(?:${STREET}|[0-9]{1,4} [a-z]+|gate|drive)`,
      "(?:her|his|{names}'?s?|caseworker's|manager's) (?:home|private|personal) email(?: address)? is",
      `(?:home|private|personal) (?:address|number|mobile|phone)(?: number)?(?: of| for)? (?:${PERSON}|her|him|the mp)`,
      `(?:got|have|found|know) ${PERSON}(?:'s)? (?:home |private )?(?:address|postcode)`,
      `${PERSON}(?:'s)? (?:house|home|flat|address)[:,-]? ${PLACE}`,
    ],
    unless: OPEN,
    score: 0.82,
    reason: "Somebody's home is pointed out.",
  },
  {
    ...police,
    when: [
      `(?:lives?|living|he's|she's|is|address is)(?: at| on| in)? (?:number )?[^.?!\\n]{0,40}?${STREET}[^\\n]{0,60}?(?:go (?:and|round)|pay (?:him|her|them|it) a visit|pop (?:round|in|by|over)|drop (?:by|in|round)|say (?:hi|hello)|let (?:him|her|them) know|tell (?:him|her|them) what|knock on|visit|sing[ -]?song|midnight|give (?:him|her|them))`,
      '(?:number|no) [0-9]{1,4}[^\\n]{0,50}?(?:go and tell|pay (?:him|her) a visit|let (?:him|her) know|knock)',
      `${PERSON},? (?:is |lives )?(?:at |of |on )?${PLACE}[^\\n]{0,80}?(?:pop (?:round|in|by|over)|drop (?:by|in|round)|pay (?:him|her|them) a visit|give (?:him|her|them) a (?:knock|shout|visit|call)|knock(?:ing)? (?:on|for)|bring (?:friends|mates|the lads)|in person|on the drive|hatchback|(?:red|silver|black|white|blue|grey|green) [a-z]+)`,
      `{staff} {staff},? ${PLACE}[^\\n]{0,24}?(?:[a-z]{1,2}[0-9]{1,2}[a-z]? ?[0-9][a-z]{2}|0[0-9]{4})`,
      `(?:he's|hes|she's|shes|he is|she is|lives|living)(?: at| on)?(?: number)? ${PLACE},? (?:the )?(?:(?:red|silver|black|white|blue|grey|green|yellow) (?:front )?(?:door|gates?)|next to|opposite)`,
    ],
    unless: `${OPEN}|can (?:someone|you)|please help|my (?:mum|mother|nan|dad|neighbour)|worried|welfare check|report|blocking|bins?`,
    score: 0.74,
    reason: "Somebody's address is given and others are sent there.",
  },
  {
    ...police,
    when: [
      `(?:what|which) (?:school|nursery|road|street|house|gym|church|car|pub)[^.?!\\n]{0,30}?(?:${PERSON}|{mp}|{staff}|her|hers|his|their)(?:'s)?(?: ${FAMILY})?(?: (?:go(?:es)?|attend|live|lives|on|drives?|in|kids))?[^\\n]{0,30}?(?:kids|go to|goes to|live|lives|asking for a friend|drive|👀|then)`,
      `where (?:do|does|are) (?:${PERSON}|her|his)(?:'s)? (?:${FAMILY} )?(?:live|lives|go to school)`,
      `(?:anyone|anybody|someone|somebody)(?: here)? knows? (?:what time|when|which (?:bus|train|way|road|gym|pub))[^.?!\\n]{0,12}? {names} (?:finish(?:es)?|leaves?|gets? (?:home|off|in)|goes home|walks?|parks?|drinks?)`,
      `which (?:bus|train) (?:does|do) (?:she|he|${PERSON}) (?:get|take|catch)`,
      `(?:anyone|someone|who) (?:know|knows|got|has|have|find|found)[^.?!\\n]{0,20}? (?:where (?:${PERSON}|she|he) lives?|(?:her|his|${PERSON}'?s?) (?:home )?(?:address|number|mobile))`,
    ],
    unless: `${OPEN}|${RESIDENCE}|my (?:sister|son|daughter|kids?|friend's)|spaces|catchment|which road is the office`,
    score: 0.76,
    reason: "The author hunts for somebody's home, family or number.",
  },
  {
    ...police,
    when: [
      `(?:spotted|saw|seen|watched|followed|following|photographed|took (?:a )?(?:pics?|photos?|pictures?) of|here's|look at|pics of|photos of) (?:${PERSON}|your|ur|her|his|{mp})(?:'s)? ${FAMILY}[^\\n]{0,80}?(?:security|coordinates|alone|school|location|park|playground|address|below|lol|house|home|car)`,
      `(?:your|ur|her|his|{mp}'?s?|${PERSON}'?s?) (?:${FAMILY}) (?:go|goes) to`,
      `(?:her|his|${PERSON}(?:'s)?) (?:kids?|children|daughters?|sons?|little (?:girl|boy)) (?:is|are|'s|attends?) (?:at|in) (?:[a-z]+ ){0,3}(?:nursery|school|primary|academy|playgroup)[^\\n]{0,40}?(?:finish|out at|pick(?:s|ed)? up|drop|gates?|pass it on|every (?:day|morning)|[0-9])`,
      '(?:facebook|insta(?:gram)?|profile)[^.?!\\n]{0,40}?(?:pics of|photos of|pictures of|look at) (?:her|his|your) (?:kids|children|family|husband|wife)',
      `(?:{names}|the mp)(?:'s)? ${FAMILY} (?:works?|drinks?|trains?|teaches)[^\\n]{0,60}?(?:go|ask|tell|visit|say|find|let)`,
    ],
    unless: `${OPEN}|my (?:kids|son|daughter|friend|sister|neighbour|grandson|granddaughter)|same (?:school|class|nursery)|mine`,
    score: 0.76,
    reason: "Somebody's family is watched or exposed.",
  },
  {
    ...police,
    when: [
      '(?:left|put|leave|leaving) (?:it|them|something|a [a-z]+|flowers|the [a-z]+) (?:on|at|under|by|in) (?:your|ur|her) (?:car|door|doorstep|windscreen|house|gate|garden|window)',
      "(?:so )?you('d| would|'ll)? know i know (?:which|where)",
      '(?:know|knew) (?:which|what) (?:one|car|house|road|window) (?:it )?(?:is|you)',
      '(?:i )?(?:watch|watched|watching|followed|following|follow) you (?:home|to your (?:car|house)|sleep|every (?:day|night)|from (?:the|across|outside|my))',
      `(?:followed|following|tailed|trailed) (?:your |the )?(?:${PERSON}|caseworker|him|her)[^.?!\\n]{0,40}? (?:home|to (?:his|her|the) (?:flat|house|home|car|street|door|gym))`,
      'wear (?:the|that|your) (?:[a-z]+) (?:one|dress|coat|top|skirt) (?:again|for me|tomorrow)?',
      "(?:i|i'm|i've|we|we're)(?: [a-z]+){0,2} (?:outside|past|by) (?:your|ur|her) (?:house|home|flat|window)",
      "you (?:can't|cannot) (?:hide|run|ignore me|avoid me) (?:from me|forever)",
    ],
    unless: [
      'surger(?:y|ies)|library annexe|leaflets?|petition|protest|placard|bins?',
      'on (?:tv|telly|question time)|watching you (?:do|sell|vote|destroy|lie)|followed you on|parade|the count|campaign',
    ],
    score: 0.68,
    reason: 'The words are those of somebody who follows or watches a person.',
  },
  {
    gravity: 'mild',
    escalate: 'police',
    quotable: true,
    when: `(?:messaged|message|messaging|contacted|emailed|emailing|written to|wrote to|rang|ringing|phoned|texted|added|dm'd|found|turned up)[^.?!\\n]{0,50}?(?:linkedin|personal facebook|her facebook|his facebook|insta(?:gram)?|home email|private email|personal email|home phone|home number|gym|church|mum|husband|wife|kids|whatsapp)[^\\n]{0,80}?(?:hide|ignor(?:e|es|ing)|forever|found (?:his|her)|know (?:s)?(?:he|she) reads|complaint|avoid|mum|dad|gym|church|reply|replying)`,
    with: `{staff}|{names}|staff|caseworker|intern|researcher|office manager|him|her`,
    unless: `${OPEN}|charity walk|can you tell (?:him|her|them)`,
    score: 0.55,
    reason: 'Staff are pursued through their private accounts, families or places.',
  },
  {
    gravity: 'mild',
    quotable: true,
    when: [
      "(?:ring|call|phone|find|visit) (?:your|ur|her|his|{staff}'?s?) (?:mum|mother|dad|husband|wife|kids|home|house)",
      'do i (?:need|have) to (?:ring|call|visit) your (?:mum|mother|husband|home)',
    ],
    unless: 'my |can you ring',
    score: 0.4,
    reason: "Somebody's family is brought into it.",
  },
  {
    gravity: 'plain',
    quotable: true,
    when: [
      '(?:recorded|recording|taped|filmed|secretly filmed)[^.?!\\n]{0,40}?(?:call|phone|staff|meeting|receptionist|caseworker|{staff})[^\\n]{0,60}?(?:youtube|online|tiktok|facebook|posted|put (?:it|them) (?:on|up)|share|uploaded|listen)',
      'leaked[^.?!\\n]{0,30}?(?:staff rota|phone numbers|personal|addresses|home)',
    ],
    unless: 'my own|can you help|please help',
    score: 0.6,
    reason: 'A conversation with staff, or a list about them, is published.',
  },
  {
    gravity: 'plain',
    escalate: 'safeguarding',
    quotable: true,
    when: "(?:neighbou?r|ex|her|his|their|{staff}|{mp})'?s? (?:diagnosis|medical (?:records?|letter|notes)|medication|debts|criminal record|nudes|bank (?:details|statement))[^\\n]{0,80}?(?:read it|share|weep|thinks (?:he|she)|here|below|posted|everyone|enjoy)",
    unless:
      "my own|i'm not ashamed|i am not ashamed|can you help|please help|my mum's|my (?:son|daughter|husband|wife)'?s",
    score: 0.62,
    reason: "Somebody's private matters are published.",
  },
  {
    ...police,
    when: [
      `${PERSON}(?:'s)?(?: ${FAMILY})? drives? (?:an? |the )[a-z]+`,
      `${PERSON}(?:'s)?(?: ${FAMILY})? (?:parks?|leaves|keeps)(?: [a-z]+){0,4}? (?:outside|on|at|in|behind) (?:number )?(?:[0-9]{1,4}[a-z]?|the [a-z]+) [a-z]+[^.?!\\n]{0,30}?(?:every (?:night|day|morning|evening)|overnight|${STREET})`,
      "(?:(?:red|silver|black|white|blue|grey|green) )?(?:audi|bmw|mini|ford|fiesta|golf|tesla|corsa|astra|merc(?:edes)?|range rover|volvo|polo|clio|car|van)[^\\n]{0,60}?(?:belongs to|is (?:the mp's|{mp}'s?|her|his)|registered to|{mp}'s husband|the mp's husband|number ?plate)",
      "(?:{mp}|{staff}|the mp|her|his)(?:'s)? (?:number ?plate|reg|registration|car reg)",
    ],
    unless: `my (?:car|van)|stolen|parking (?:permit|fine)|abandoned`,
    score: 0.62,
    reason: "Somebody's car is pointed out.",
  },
]

const NAME = 'harassment'
const VERSION = '2'
const hits = ruleBook([...RULES, ...WHEREABOUTS])

/** A UK telephone number, however grouped. */
const PHONE = /(?<![\d+])(?:\+44 ?\(?0?\)? ?|0)(?:\d[ -]?){9,10}(?!\d)/g
/** Handing on a number that isn't one's own: "ring her at", "Tom's mobile". */
const handings = ruleBook([
  {
    when: [
      '(?:ring|call|text|phone|whatsapp|bombard|spam) (?:her|him|them|{names})',
      "(?:{names}(?:'s)?|her|his|staff|manager's|caseworker's|mp's) (?:personal |private |home |own |direct )?(?:mobile|number|phone|home)",
      `(?:her|his|{names}(?:'s)?) ${FAMILY}(?:'s| is)? (?:on|number)`,
    ],
    unless: 'my (?:dad|mum|father|mother|son|daughter|husband|wife|partner|brother|sister|neighbour|nan|solicitor)',
    score: 0.76,
    ...police,
    reason: "Somebody's telephone number is handed round.",
  },
])
/** The search of a home, told in earlier messages, and its end. */
const HUNT =
  /(?:which|what) (?:road|street|house|number|village|estate) (?:is|does)? ?(?:hers|his|she|he|her (?:house|home)|his (?:house|home))|where (?:does|do) (?:she|he|they|jo) live|red mini|in the drive/
const FOUND = /(?:found (?:it|you|her|him)|got (?:it|you)|number \d+|see you soon|i'm outside|here now)/

export const harassment: Detector = {
  name: NAME,
  version: VERSION,
  detect(reading) {
    const told = hits(reading).filter((hit) => !hit.reported && !isOffice(reading, hit))
    const found = findingsOf(told, reading, { name: NAME, version: VERSION, concern: 'harassment' })
    return [...found, ...numbers(reading), ...hunt(reading)].map((finding) => withDetails(reading, finding))
  },
}

/** The office receives people at its published address. */
function isOffice({ normal, office }: Reading, { start, end }: Hit): boolean {
  const [, address = ''] = /^\s*([^,]+)/.exec(normalise(office.public.address ?? '').text) ?? []
  return address !== '' && normal.text.slice(start, end + address.length).includes(address)
}

/** Addresses, postcodes, flats and number plates. */
const DETAIL = new RegExp(
  `(?:${pattern([PLACE, 'flat [0-9]+[a-z]?', '[a-z]{1,2}[0-9]{1,2}[a-z]? ?[0-9][a-z]{2}', '[a-z]{2}[0-9]{2} ?[a-z]{3}']).source})`,
  'g',
)

/** Staff hide what a finding rests on before they pass it about, so it rests on every address and number there is. */
function withDetails({ normal, office }: Reading, finding: Finding): Finding {
  if (finding.gravity !== 'grave' || finding.spans.length === 0) return finding
  const details = [
    ...normal.text.matchAll(DETAIL),
    ...[...normal.text.matchAll(PHONE)].filter(([number]) => !isPublished(number, office)),
  ]
    .slice(0, MOST_DETAILS)
    .map(({ 0: detail, index }) => spanOf(normal, index, index + detail.length))
  const outside = details.filter(
    ({ start, end }) => !finding.spans.some((span) => span.start <= start && end <= span.end),
  )
  return { ...finding, spans: [...finding.spans, ...outside].sort((a, b) => a.start - b.start) }
}

/** More say nothing new, and the text is a stranger's. */
const MOST_DETAILS = 20

/** "Tom Walsh, 07700 900654": a name and a number with nothing between, unless somebody is greeted or thanked. */
const besides = ruleBook([
  {
    when: "{names}(?:'s)?(?: [a-z]+'?s?)? (?:is |on |at |here |number |mobile |phone |cell |= ?|- ?){0,3}(?:[+]44|0[0-9]{3,4})[0-9 ()-]*",
    unless: `(?:hi|hello|hey|dear|morning|afternoon|evening|thanks|thank you|cheers|please|pls)|(?:my|our|mine|me|us|i'm|i am|i)|office|surgery|helpline|switchboard|line is`,
    score: 0.7,
    ...police,
    reason: "Somebody's telephone number is handed round.",
  },
])
const nextTo = (reading: Reading): Hit[] => (reading.item.kind === 'message' ? [] : besides(reading))

/** In any spelling: "+44 (0)1632 ...". */
const isPublished = (number: string, office: OfficeFacts): boolean =>
  detailsIn(number).some(({ kind, token }) => kind === 'phone' && publishedBy(office).has(token))

function numbers(reading: Reading): Finding[] {
  const { normal, office } = reading
  const [handing] = [...handings(reading), ...nextTo(reading)]
  if (!handing) return []
  const found = [...normal.text.matchAll(PHONE)].filter(([number]) => !isPublished(number, office))
  const places = found.map(({ 0: number, index }) => ({ ...handing, start: index, end: index + number.length }))
  return findingsOf(places, reading, { name: NAME, version: VERSION, concern: 'harassment' })
}

function hunt(reading: Reading): Finding[] {
  const { context, normal } = reading
  if (!FOUND.test(normal.text) || !context.earlier.some(({ text }) => HUNT.test(text.toLowerCase()))) return []
  const reason = "Earlier messages hunted for a person's home, and this one says it is found."
  return (['threat', 'harassment'] as const).map((concern) => ({
    concern,
    score: 0.72,
    gravity: 'grave',
    reason,
    spans: [],
    detector: NAME,
    version: VERSION,
    escalate: 'police',
  }))
}
