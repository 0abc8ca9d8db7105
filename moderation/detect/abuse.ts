import { phrases } from './phrases.ts'
import { type Rule, ruleDetector } from './rules.ts'

/**
 * Obscenity and contempt aimed at a person: the MP, the reader, the office's staff. Swearing at a thing is free, and so are
 * the ordinary hard words of politics (liar, coward, hypocrite, traitor, clown, useless). Abuse of others is third-party.ts.
 */

/** Coarse words that are about a thing, an illness, a dish or an expression here. */
const THINGS =
  "{football}|(?:this|that|the|it|it's|its|what a|life's|life is|karma's|karma is|can be|gonna be|was|is|right|road|traffic|hill|job|form|weather) (?:a |an )?(?:real |total |complete |right |absolute )?(?:bitch|bastard)|(?:poor|lucky|jammy|clever|cheeky|brave|tough|sick|old) (?:bastards?|bitch|sods?)|son of a bitch|(?:finger|pin|needle|skin)[ -]?prick|prick test|slag heaps?|door ?knobs?|knob of|(?:i'm|i am|me|myself) (?:such )?an? [a-z ]{0,12}(?:bitch|bastard|prick|twat|knob)|bitch(?:ing|ed)? about|slag(?:s|ging|ged)? (?:off|them|the|me|us)"
const ANIMALS =
  'bins?|kitchen|infestation|infested|farm(?:er|ers|ing|s)?|fields?|vet|rspca|nests?|droppings|traps?|pest|wheelie|sheds?|pets?|puppy|zoo|museum|litter|wildlife|caves?|roost|compost|cricket|charity shop|walking|hiking|halloween|panto(?:mime)?|milk|grazing|herd|abattoir|animal|species|pork|trough|sty|slaughterhouse'

const FUCK = 'f[uv]c?k+|phuck|fuk|fck'
const ALONE =
  'scum|parasites?|leech|maggot|vermin|worm|pig|cow|heifer|hag|witch|crone|bat|boot|bag|trout|slob|turds?|low ?life|freak|pervert|degenerate|wretch|fatso|sow|swine|harpy|goblin|toad'

/** Those who work for the MP: of staff in general anything may be said. */
const EMPLOYER = "(?:your|ur|yer|{mp}'?s?|the mp's|our mp's)"
const EMPLOYED =
  '(?:staff|team|caseworkers?|receptionists?|secretar(?:y|ies)|assistants?|interns?|researchers?|office manager)'
const COLLEAGUE = `(?:{staff}|${EMPLOYER} (?:[a-z]+ ){0,2}?${EMPLOYED})`
const SWEARING = '(?:{swear}|effing|bloody|sodding|frigging|fecking?|ffs|wtf)'
/** What anybody may swear at before staff. */
const CAUSE =
  '(?:forms?|systems?|web ?sites?|portal|app|computers?|phones?|phone lines?|lines?|voice ?mails?|queues?|waits?|waiting|delays?|backlog|letters?|emails?|paperwork|process|procedure|red tape|bureaucracy|rules?|policy|policies|laws?|decisions?|cuts|tax|council|dwp|hmrc|home office|nhs|government|tories|party|pip|universal credit|benefits?|appeal|bus(?:es)?|trains?|roads?|potholes?|parking|bins?|rubbish|rivers?|sewage|water|damp|mould|boiler|heating|rent|bills?|landlord|weather|noise|years?|months?|weeks?|days?|hours?|time|thing|situation|case|visa|passport|school|hospital|appointments?|lottery)'

const RULES: readonly Rule[] = [
  {
    when: '{you}(?: {be})?(?: {so}){0,3}(?: an?| the)?(?: {adj}){0,5} {foul}',
    score: 0.92,
    gravity: 'plain',
    reason: 'An obscene word is aimed at a person.',
  },
  {
    when: '(?:{names}|{she}|{whose} [a-z]+|{team})(?: [a-z]+){0,2}? {be}(?: {so}){0,3}(?: an?| the)?(?: {adj}){0,5} {foul}',
    unless: '{third}|{football}',
    score: 0.86,
    gravity: 'plain',
    reason: 'An obscene word is used about the MP or somebody in the office.',
  },
  {
    when: '{foul}',
    unless: `${THINGS}|{third}`,
    score: 0.68,
    gravity: 'plain',
    reason: 'An obscene word is used about a person.',
  },
  {
    when: `(?:go |can |just |please )?(?:${FUCK})\\.? (?:right )?(?:off|yourself|ya self|yaself|ur self|urself|your self|you|u|ya|her(?! over)|him(?! over)|{names}|your [a-z]+)`,
    unless: '(?:told|tell|telling|asked) (?:me|us|him|her|them|my [a-z]+) to|me off|{football}',
    score: 0.85,
    gravity: 'plain',
    reason: 'A person is sworn at.',
  },
  {
    when: [
      'stfu|gfy|gtfo|foad|get fucked(?! (?:over|by))|piss off|sod off you',
      'shut (?:your|ur|yer|the fuck) (?:[a-z]+ )?(?:mouth|face|gob|trap|hole|cake ?hole|up)|eat shit',
      'choke on it|suck (?:my|on my|a) (?:dick|cock|balls|big)',
      '(?:shove|stick|ram) .. up (?:your|ur|yer|her|his) (?:[a-z]+ )?(?:arse|ass|arsehole|backside|hole|jacksie)',
      'kiss my (?:arse|ass)|lick my',
      '(?:crawl|slither|get|go) back (?:in ?to|in|under|to) (?:your|the|ur) (?:rock|hole|gutter|sewer|swamp|stone|sty|kennel|cave)',
      'up yours',
    ],
    unless: '(?:told|tell|telling) (?:me|us|him|her|them|my [a-z]+) to|{football}',
    score: 0.72,
    gravity: 'plain',
    reason: 'Obscene or degrading words are thrown at a person.',
  },
  {
    when: '(?:rot|burn|roast|fry) in hell|go to hell|hell is waiting for you|piss on (?:you|her|him)',
    unless: '{football}',
    score: 0.66,
    gravity: 'plain',
    reason: 'A person is told to go to hell.',
  },
  {
    when: '{you}(?: {be})?(?: {so}){0,3}(?: an?| the)?(?: {adj}){1,6} {beast}',
    unless: ANIMALS,
    score: 0.82,
    gravity: 'plain',
    reason: 'A person is called an animal or filth.',
  },
  {
    when: '(?:{you}|{names}|{she}) {be}(?: {so}){0,3}(?: an?)?(?: {adj}){0,5} {beast}',
    unless: `{third}|${ANIMALS}|{football}`,
    score: 0.7,
    gravity: 'plain',
    reason: 'A person is called an animal or filth.',
  },
  {
    when: `{adj}(?: {adj}){0,4} (?:${ALONE})`,
    unless: `{third}|${ANIMALS}|{football}|(?:bat|boot|bag|cow|pig) (?:and|or|of|in) |scum\\?`,
    score: 0.66,
    gravity: 'plain',
    reason: 'A person is called an animal or filth.',
  },
  {
    when: [
      'what an? (?:{adj} ){0,4}(?:{beast}|{foul}) (?:you|u|she|he) (?:are|r|is)',
      '(?:shut up|shut it|get lost|do one|jog on|get stuffed) you (?:{adj} ){0,4}(?:{beast}|{insult})',
    ],
    unless: '{third}|{football}',
    score: 0.68,
    gravity: 'plain',
    reason: 'A person is called an animal or filth.',
  },
  {
    when: [
      "(?:i'd|i would|i'll|i want to|i wanna|gonna|love to|like to) (?:love to |like to |gladly |happily )?spit (?:in|on|at) (?:you|your|her|his|{names})",
      "(?:nobody|no ?one) (?:would|will|'d) (?:even )?(?:miss|mourn|care about|cry for) (?:you|her|him)(?= if|$|[.!,]| when| you)",
    ],
    unless: '{football}|seat|leave office|resign|in parliament',
    score: 0.64,
    gravity: 'plain',
    reason: 'The author wants to spit at a person, or says that nobody would miss them.',
  },
  {
    when: [
      '(?:sack|bag|bucket|pile|heap|lump|piece) of (?:sick|pus|vomit|filth|scum|lard|dung|excrement|trash)',
      'waste of (?:oxygen|skin|air|sperm|breath)|excuse for a (?:human|woman|man|person)',
      '(?:human|walking) (?:garbage|trash|filth|excrement|turd)|thick as (?:mince|pig ?shit)',
    ],
    unless: '{third}|dump(?:ed|ing)?|fly ?tip(?:ped|ping)?',
    score: 0.7,
    gravity: 'plain',
    reason: 'A person is called worthless or filth.',
  },
  {
    when: '(?:useless |total |absolute |complete )?waste of space',
    with: 'you|she|he|{names}|mp',
    unless: '{third}|garage|car ?park|building|room|land|museum',
    score: 0.4,
    gravity: 'mild',
    reason: 'A person is called a waste of space.',
  },
  {
    when: '{you} {be}(?: {so}){0,3}(?: an?)? (?:fat|ugly|hideous|revolting|repulsive|smelly|shrivelled|worthless|gormless|inbred|brain ?dead|nothing)(?: {adj}){0,3}(?: [a-z]+)?',
    unless:
      'not (?:an? )?(?:fat|ugly|worthless)|you are (?:not|nothing but (?:kind|helpful))|nothing (?:like|to|if|short|new|but)',
    score: 0.62,
    gravity: 'plain',
    reason: 'A person is mocked for their looks, or called worthless.',
  },
  {
    when: '{scorn}(?:[\\s.,!]+(?:and )?{scorn}){1,}',
    with: 'you|your|u|she|he|her|{names}',
    unless: '{third}',
    score: 0.6,
    gravity: 'plain',
    reason: 'Several degrading words in a row are used about a person.',
  },
  {
    when: '{you}(?: {be})?(?: {so}){0,3}(?: an?)?(?: {adj}){0,2} (?:fucking|fuckin|fat|ugly|inbred|worthless|disgusting|vile|dirty|filthy|brain ?dead|revolting|fat)(?: {adj}){0,3} (?:{insult}|liars?|traitors?|cowards?|thing|woman|man|person|human being)',
    score: 0.72,
    gravity: 'plain',
    reason: 'A person is insulted with obscene or degrading words.',
  },
  {
    when: '(?:brain ?dead|inbred|concussed|fucking|fuckin) (?:{adj} ){0,3}{insult}',
    unless: '{third}|{football}',
    score: 0.66,
    gravity: 'plain',
    reason: 'A person is insulted with obscene or degrading words.',
  },
  {
    when: '{you}(?: {be})?(?: {so}){0,3}(?: an?)?(?: {adj}){0,4} {insult}',
    unless: 'you(?: are| re|re)? not|{football}',
    score: 0.5,
    gravity: 'mild',
    reason: 'A person is called stupid or mad.',
  },
  {
    when: '{you} (?:disgusting|vile|dirty|filthy|repulsive|revolting|hideous|ugly|fat|worthless)(?: {adj}){0,3} (?:[a-z]+)',
    unless:
      '(?:disgusting|vile|filthy|ugly) (?:policy|policies|cuts?|tax|bill|law|plans?|decisions?|vote|party|government|river|roads?|buildings?|tactics|rhetoric|campaign|comments?|things?|lies|and|in|on)',
    score: 0.6,
    gravity: 'plain',
    reason: 'A person is called disgusting, or something like it.',
  },
  {
    when: '(?:{staff}|{team})[^.?!\\n]{0,60}?(?:{insult}|thick as|thick|stupid|dumb|gormless|fat|ugly|lazy cow|retarded|cretins?|toddler|scum|parasites?|pigs?|cows?|vermin)',
    unless:
      "(?:and|but|because|that) nobody|nobody (?:picks?|answers?|rings?|calls?|repl(?:y|ies)|knows|helps?|is|has|can|in|will|there|at|seems|came|comes)|not (?:thick|stupid|dumb|fat)|fat (?:cat|chance)|(?:stupid|dumb) (?:question|form|system|rules?|website|policy|me)|i (?:feel|felt|was|am) (?:stupid|thick|dumb)|i'm (?:stupid|thick|dumb)|(?:made|treated|makes?|making) me|thick and thin|milk|(?:brilliant|lovely|wonderful|thank|thanks|kind)",
    score: 0.64,
    gravity: 'plain',
    reason: "A member of the MP's staff is insulted.",
  },
  {
    when: [
      `${COLLEAGUE}[^.?!\\n"“”]{0,80}? ${SWEARING}`,
      `${SWEARING}[^.?!\\n"“”]{0,80}? ${COLLEAGUE}`,
      `${EMPLOYER} ${SWEARING} (?:[a-z]+ )?${EMPLOYED}`,
    ],
    unlessNear: [
      // "This bloody form", but not "bloody answer the phone".
      `${SWEARING}(?: (?!(?:the|your|my|our|an?|this|that|her|his|their)(?![a-z]))[a-z]+){0,2}? ${CAUSE}`,
      `${CAUSE}(?: [a-z]+){0,2}?(?:'s|'re| is| are| was| were| has been| have been)(?: [a-z]+){0,2}? ${SWEARING}`,
      `(?:i'm|i am|i was|i've been|i feel|i felt|i can't|we're|we are|we can't)(?: [a-z]+){0,2}? ${SWEARING}`,
      `${SWEARING}(?: [a-z]+)? (?:good(?! enough)|great|brilliant|brill|legends?|amazing|stars?|marvellous|lovely|heroes|hero|fantastic|excellent|wonderful|diamonds?|superb|ace)`,
      'thank(?:s| you)(?! for (?:[a-z]+ )?(?:nothing|nowt|fuck all))|put up with|bloody (?:sunday|mary|nose|knees?|hands)',
      '{football}',
    ],
    score: 0.45,
    gravity: 'mild',
    reason: "A member of the MP's staff is sworn at or about.",
  },
  {
    when: [
      'i (?:just |really )?want (?:you|her|him) (?:to die|dead)',
      "(?:hope|hoping|wish|pray|praying|cant wait|can't wait)(?: to god| that| for the day| until| till| the day)? (?:you|u|ya|she|he|they|it|{names}|your [a-z]+|ur [a-z]+|her [a-z]+|his [a-z]+)(?: and [a-z]+ [a-z]+)? [^.?!\\n]{0,30}?(?:die|dies|died|dead|croaks?|cancer|aids|run over|hit by a|stabbed|raped|killed|shot|rots?|suffers?|drowns?|chokes?|burns? (?:down|alive|to death)|lose (?:an?|your|ur|her|his) (?:kid|child|baby|legs?|arm|mum|dad|house|home|husband|wife|sight)|crash(?:es)?|never wakes?|bleeds?|paralysed|miscarry)",
    ],
    unless:
      'die of (?:shame|embarrassment)|die (?:down|out)|dead(?:line| on| right| heat)|{football}|hope you never|lose (?:your|her|his) (?:seat|deposit)',
    score: 0.86,
    gravity: 'grave',
    reason: 'Death or grave harm is wished on somebody.',
  },
  {
    when: [
      'hope (?:you|u|she|he|they) (?:gets?|have|has) (?:cancer|aids|run over|raped|stabbed|hurt|beaten)',
      '(?:want|wish) (?:you|her|him) (?:to die|dead|would die)',
      '(?:go |go and |just |please )?(?:get|catch) (?:cancer|aids)(?=$|[.!])|drop dead|go (?:and )?die',
      'just die|die (?:you|slowly|screaming|in a (?:fire|ditch|hole)|already|alone)',
      'kill (?:yourself|your self|urself|ur self|yo self|yoself|yaself)|kys',
      '(?:off|hang|top|neck|shoot|drown) (?:yourself|urself|your self)|drink bleach',
      '(?:go|go and|just|please|should|better|you|ya) (?:(?:jump|throw (?:yourself|urself)) (?:off|in front of|under|from|into)|(?:walk|step) (?:in front of|under|into)) (?:a|the) (?:bridge|viaduct|roof|trains?|cliff|bus|lorry|traffic)',
      "(?:you|your [a-z]+|u|ur [a-z]+|she|he|{names}) (?:should|ought to|needs? to|deserves? to)(?: have|'ve|a| of)? (?:take|taken|took|have|had) an overdose|(?:hope (?:you|she|he)|go|go and|please|just) (?:(?:take|have) an )?overdose",
      '(?:you|u|ya)(?: [a-z]+){0,2} end (?:it all|it,? (?:you )?(?:{adj} ){0,3}{foul}|(?:your|ur) (?:[a-z]+ )?(?:life|self))',
      '(?:jump|step|walk) (?:off|in front of|under|from|into) (?:a|the) (?:bridge|viaduct|roof|trains?|cliff|bus|lorry|traffic) (?:you (?:{adj} ){0,3}(?:{foul}|{beast}|{insult})|{names})',
      'jump off a (?:bridge|cliff|building)|🔪 (?:yo|your|ur) ?self|slit your wrists',
    ],
    unless:
      "thought about|thinking (?:about|of)|(?:i|i'd|i'll) (?:want|wanted|might|could|would|will)|{football}|told me to|telling me to",
    score: 0.84,
    gravity: 'grave',
    reason: 'Death is wished on somebody, or they are told to kill themselves.',
  },
  {
    when: [
      '(?:read|write|see|printing|publish) (?:your|her|his|{whose}) obituary',
      '(?:dance|piss|spit|shit|dancing|champagne) on (?:your|her|his|{whose}) grave',
      '(?:day|when|moment|minute) (?:you|she|he|{mp}) (?:die|dies|croak|croaks|drops? dead|snuffs? it|pops? (?:your|her|his) clogs)',
      '(?:should|ought to|needs? to|wants|deserves? to|or) (?:be |get )?put (?:down|to sleep)(?: like)?',
      'world .. without (?:you|her|him) (?:in it|alive)',
      "(?:should|shoulda|should've|wish) .. (?:aborted|drowned at birth|never been born|swallowed)",
      'better off dead',
    ],
    unless:
      "government's obituary|party's obituary|(?:my|our|the|a) (?:dog|cat|horse|pet)|(?:i'd|i am|i'm|i would|we'd|me|family'd|family would) be better off dead|better off dead than",
    score: 0.68,
    gravity: 'plain',
    reason: "The author looks forward to a person's death.",
  },
  {
    when: [
      "(?:{you} {be}|{you}|absolute|total|complete|what|utter|he's|she's|proper|hartley) (?:an? |the |[a-z]+ ){0,2}(?:💩|🐷|🐖|🐍|🐀|🖕|🤮)",
      '💩 ?🧠|(?:an?|you) (?:🐷|🐍|🐀|🐖)|💩 of a',
    ],
    unless: '{third}|farm|zoo|river|sewage',
    score: 0.6,
    gravity: 'plain',
    reason: 'A person is insulted with emojis.',
  },
  {
    when: '(?:c|see) (?:u|you) next tues?(?:day)?[^\\n]{0,12}?(?:😉|😏|😜|think about it|wink|work it out|if you know|iykyk|geddit|get it)',
    score: 0.5,
    gravity: 'mild',
    reason: 'An obscene word is hinted at, with a wink.',
  },
  {
    when: phrases([
      'kurwo',
      'ty kurwa',
      'ty glupia kurwa',
      'spierdalaj',
      'pierdol się',
      'jebana',
      'jebany',
      'ty szmato',
      'suko',
      'du-te dracului',
      'du te dracului',
      'futu-ți',
      'muie',
      'pizda mă-tii',
      'hija de puta',
      'hijo de puta',
      'vete a la mierda',
      'que te jodan',
      'zorra de mierda',
      'salope',
      'connasse',
      'connard',
      'va te faire foutre',
      'va te faire enculer',
      'ta gueule',
      'enculé',
      'fils de pute',
      'fick dich',
      'fotze',
      'hurensohn',
      'arschloch',
      'drecksau',
      'verpiss dich',
      'puttana',
      'vaffanculo',
      'troia di merda',
      'figlia di puttana',
      'filho da puta',
      'vai se foder',
      'vai tomar no cu',
      'orospu',
      'siktir',
      'siktir git',
      'amına koyayım',
      'şerefsiz',
      'behenchod',
      'bhenchod',
      'bhen chod',
      'madarchod',
      'maderchod',
      'chutiya',
      'haramzadi',
      'haramzada',
      'haramzade',
      'harami',
      'kutiya',
      'kanjri',
      'gashti',
      'sharmuta',
      'sharmouta',
      'شرموطة',
      'يا شرموطة',
      'يا كلبة',
      'الكلبة',
      'عاهرة',
      'قحبة',
      'يا حيوان',
      'сука',
      'блядь',
      'шлюха',
      'пизда',
      'иди нахуй',
      'пошла нахуй',
      'пошёл нахуй',
      'иди на хуй',
      'мразь',
      'курва',
      'twll din',
      'y gotsan',
      'yr hwren',
      'hwren',
      'ffyc off',
      'ffwcia o',
      "cer i'r diawl",
      'cac ar',
      'बहनचोद',
      'मादरचोद',
      'रंडी',
      'कुतिया',
      'হারামজাদা',
      'মাগি',
      'کتی',
      'حرامزادی',
      'ਕੁੱਤੀ',
    ]),
    score: 0.75,
    gravity: 'plain',
    reason: 'A grave insult in another language is aimed at a person.',
  },
]

export const abuse = ruleDetector('abuse', '2', 'abuse', RULES)
