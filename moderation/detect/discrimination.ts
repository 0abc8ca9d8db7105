import { type Rule, ruleDetector } from './rules.ts'

/**
 * Contempt for people by what they are: slurs, dehumanising words, stereotypes, sexism. Naming a group is never enough, and
 * opinion on migration, religion, sex and gender or the Middle East is free on every side. Quoted, reported, denied and
 * reclaimed slurs are free.
 */

/** Somebody speaks of themselves, argues against it, or it is a negation. */
const FREE =
  "(?:i'm|i am|im|as|we're|we are|proud|being|signed|am|us|my fellow|fellow) (?:an? |the )?(?:[a-z]+ ){0,3}(?:queers?|dykes?|poofs?|fags?|paki|gypsy|gypo|pikey|cripple|crip|spastic|tranny|black man|black woman)|dykes on bikes|queer (?:as folk|history|community|studies|theory|people|youth|joy|eye|families|rights)|(?<!not )(?<!call me )(?<!i'm )racist|racism|homophobi[ac]|transphobi[ac]|islamophobi[ac]|antisemiti[cs]m?|sexist|misogyn[a-z]*|bigots?|bigotry|hate crimes?|prejudice|(?:racist|sexist|homophobic|such|these|those) slurs?|stereotypes?|is not ok|isn't ok|unacceptable|stop (?:calling|saying)|shouldn't (?:be called|say)|don't (?:call|say)|wrong to (?:say|call)"
/** A claim denied, or asked about. */
const DENIED =
  "(?:aren't|arent|are not|is not|isn't|not all|never|no one is|nobody is|who says|don't think|don't believe|stop saying|stop calling|if you think|myth that|lie that|wrong to|hate speech|(?:nobody|no one) should|anyone who (?:thinks|says)|should be ashamed|claim that|pretend(?:ing)? (?:that )?|treat(?:ed|ing|s)? (?:like|as)|called|calling|compared to|human beings?|treated like)"

/** Who these are the text has to tell: mostly politicians, or whoever runs the hospital. */
const UNNAMED = '(?:these people|you people|them lot|that lot|your lot)'
const MEANT =
  '(?:com(?:e|ing)|came) (?:over )?here|go (?:back )?home|back where|where (?:you|they) (?:came|come) from|immigra(?:nts?|tion)|migrants?|asylum|refugees?|dinghies|boats|foreign(?:ers?)?|our (?:country|culture|way of life)|mosques?|synagogues?|muslims?|islam|jews?|jewish|hindus?|sikhs?|gypsies|travellers|gays?|lesbians?|trans|drag queens?|pride|burk[ah]+s?|hijabs?|curry|skin'

const RULES: readonly Rule[] = [
  {
    when: '{slur}',
    unless: [
      `${FREE}|chinks? (?:of|in)|coon(?:skin| cat)|maine coons?|spic and|yid army`,
      'fags? (?:break|packet|ends?|butts?|end)|packet of fags|(?:price of|20|smok[a-z]+|bummers?) fags',
      'faggots and|raccoons?|gobb?led[a-z]* (?:de )?gook',
    ],
    score: 0.85,
    gravity: 'grave',
    reason: 'A slur about race, faith, sexuality or gender is used.',
  },
  {
    when: [
      '(?:loud|filthy|dirty|sick of|sick of the|fucking|bloody|disgusting|these|those|the|all|you|out|no|hate) (?:[a-z]+ )?(?:queers|poofs|homos|lezzies|benders)',
      'queers? .. (?:down our throats?|in the closet|out of)|you (?:fucking |dirty |filthy )?queer',
    ],
    unless: FREE,
    score: 0.7,
    gravity: 'grave',
    reason: 'A word for gay people is used as a slur.',
  },
  {
    when: [
      '(?:{adj}|you|a|that|this|these|another|scrounging|like a|bunch of|what a) (?:{adj} ){0,3}{ableist}',
      'libtards?|fucktards?|remotards?',
    ],
    unless: `${FREE}|called|calling|offensive|the (?:word|term)|bull(?:y|ied|ying)|(?:i'm|i am|im) such`,
    score: 0.72,
    gravity: 'plain',
    reason: 'A word for disabled people is used as an insult.',
  },
  {
    when: '(?:{group})(?: [a-z]+)? (?:{be}|should be|like|look like|live like|behave like|act like)(?: {so}){0,3}(?: an?| the)?(?: {adj}){0,3} {dehuman}',
    unless: `${DENIED}|(?:policy|law|tax|bill|vote|government|party|tories|wing|cuts?|prices?) `,
    score: 0.75,
    gravity: 'grave',
    reason: 'A group of people is called animals, filth or a disease.',
  },
  {
    when: [
      '{dehuman}[^.?!\\n]{0,24}?{group}',
      '(?:boats?|dinghies|hotels?|country|streets|buses|town|estate|island|schools?) (?:[a-z]+ ){0,2}(?:full of|packed with|crawling with|overrun (?:with|by)|infested (?:with|by)|swarming with|flooded with|riddled with) (?:[a-z]+ )?(?:{dehuman}|{group})',
      '(?:subhuman|filthy|dirty|verminous|savage|diseased|parasitic) (?:{group})',
      '(?:letting|let) the vermin in',
    ],
    unless: [
      `${DENIED}|not vermin|{football}|refugees from|help(?:ing)? (?:the )?(?:refugees|migrants)`,
      'treated like (?:animals|dogs|dirt)|animal (?:welfare|rights)|inspection|council tax',
      '(?:rats?|cockroach(?:es)?|maggots) (?:in|on|at|under|everywhere)',
    ],
    score: 0.72,
    gravity: 'grave',
    reason: 'A group of people is called animals, filth or a disease.',
  },
  {
    when: [
      '(?:all|typical|most|every|these|the|them|you|bloody|fucking|filthy|dirty|lazy|scrounging) {group}(?: like you| like her)? (?:{be}|(?:{be} )?(?:naturally|always|just|only|all|nothing but))(?: {so}){0,2}(?: an?)? (?:in it for|{stereotype})',
      '{group}(?: like you| like her| round here| around here| in (?:this|our) (?:town|country|area))? (?:{be} )(?:all|naturally|just|only|nothing but|always|born)(?: {so}){0,2}(?: an?| the)?(?: {adj}){0,2} (?:{stereotype}|the same|{insult})',
      '(?:send|ship|deport|kick|boot|throw|chuck|sling) (?:all |every |the |them |these |those |back )?(?:{adj} |[a-z]+ )?(?:{group})[^.?!\\n]{0,15}? (?:packing|scroungers|scum|filth|the lot|every one|all of them)',
      '{group} (?:scroungers?|spongers?|scum|filth|vermin|rats|pigs|freeloaders|parasites|thieves|rapists|groomers)',
    ],
    unless: `${DENIED}|who (?:are|is|commit)|illegally|criminals who`,
    score: 0.68,
    gravity: 'plain',
    reason: 'A whole group of people is insulted with a stereotype.',
  },
  {
    when: [
      `i (?:really |absolutely |fucking |just )?(?:hate|despise|detest|loathe|can't stand) (?:all )?(?:the )?(?!${UNNAMED}){group}(?=$|[.!?\\n])`,
      `(?!${UNNAMED}){group} (?:make me sick|disgust me|make me want to puke)`,
    ],
    unless: `${FREE}|${DENIED}`,
    score: 0.62,
    gravity: 'plain',
    reason: 'The author declares hatred of a whole group of people.',
  },
  {
    when: [
      `i (?:really |absolutely |fucking |just )?(?:hate|despise|detest|loathe|can't stand) (?:all )?${UNNAMED}(?=$|[.!?\\n])`,
      `${UNNAMED} (?:make me sick|disgust me|make me want to puke)`,
    ],
    with: MEANT,
    unless: `${FREE}|${DENIED}`,
    score: 0.62,
    gravity: 'plain',
    reason: 'The author declares hatred of a whole group of people.',
  },
  {
    when: [
      "(?:only|just)[^.?!\\n]{0,30}? (?:because|cos|coz) (?:you're|you are|she's|he's|she is|he is|of) (?:an? )?(?:black|brown|asian|muslim|jewish|gay|woman|girl|female|lesbian|trans|disabled|foreign|indian|pakistani|immigrant|ethnic|token)",
      '(?:diversity|dei|token|quota) (?:hire|candidate|mp|pick|woman|muslim|black|asian)',
    ],
    unless: FREE,
    score: 0.6,
    gravity: 'plain',
    reason: 'Somebody is said to hold their place only because of their race, sex or faith.',
  },
  {
    when: '(?:muslims?|islam|jews?|blacks|black people|asians?|foreigners|gays|immigrants?|romanians?|poles|gypsies|these people|them lot) (?:{be} |have |has )(?:all )?(?:taking|taken|took) over',
    unless: [
      `${FREE}|${DENIED}`,
      'taking over (?:the|a|my|his|her) (?:shop|business|role|job|pub|post|lease|club|stall|post office)',
    ],
    score: 0.45,
    gravity: 'mild',
    reason: 'A group of people is said to be taking over.',
  },
  {
    when: [
      'barbaric (?:people|religion|lot|culture|race)',
      "(?:people|foreigners|migrants|immigrants|muslims|jews|gypsies|travellers|asians|poles|romanians|they) .. (?:not wanted|aren't wanted|not welcome (?:here|in (?:this|our|my))|don't belong here|dont belong here)",
      '(?:{group}) out (?:of our|now|!)|no more {group}(?: [a-z]+)? in (?:[a-z]+)',
      "(?:we don't want|don't want|no) (?:any |an? )?(?:more )?(?:[a-z]+ )?(?:turban|burka|hijab)[ -]?(?:wearing|wearers?)?",
      'burkas? for',
      '(?:get|take) (?:that|the|your) (?:burk[ah]+|hijab|niqab|turban|rag|towel|tea ?towel|curtain|bin ?bag|letterbox) off',
      '(?:back|off) (?:to )?where (?:they|you|she|he) (?:came|come) from',
      'all (?:these|those|the|them)? ?{group} (?:ever )?do is',
      'only (?:thing|language) {group} (?:do|leave|know|understand|bring|respect)',
      '(?:what|who) (?:do|did|can|would) (?:you|we|i) expect (?:from|of) (?:an? )?{group}',
      '(?:answers?|loyal|loyalty) (?:is )?to (?:allah|mecca|israel|tel aviv|the pope|beijing)[, ]{1,2}(?:and )?not (?:to )?(?:us|britain|this country|england|the voters)',
      "(?:you|they|she|he)(?:'re| are| is|'s)? not (?:really |even )?(?:british|english|one of us)[^\\n]{0,16}? (?:never will|go home|get out)",
      'no (?:blacks|muslims|jews|asians|gays|foreigners|gypsies|travellers|irish|immigrants) (?:should|here|wanted|allowed)',
      'england for the english|whites? only|keep britain white|white power',
      "send (?:them|em|'em|her|him|you|these|the lot) (?:all )?back(?: home| to)?",
      'go back to (?:your|ur|where you|wherever you|africa|pakistan|india|poland|romania|afghanistan|nigeria|bangladesh|syria|the (?:jungle|desert|trees|zoo|ghetto|middle east)|bongo|israel|china|jamaica|somalia|iran)',
      "go home (?:paki|foreigner|immigrant|migrant|pole)|you don't belong in (?:our|this)",
      '{group} (?:should|must|ought) (?:not|never) (?:be allowed|be mps?|vote|have)',
      "{group} (?:shouldn't|should not|must not|should never) be (?:near|around|allowed|teaching|with) (?:near |around )?(?:children|kids|schools?|our|here|in)",
      '{group} have no place',
    ],
    unless: [
      FREE,
      'go back to (?:your (?:office|constituency|desk|voters|seat|day job|promise|manifesto|email|party|posts?|core)|where you (?:said|promised|were))',
      'send (?:it|them|her|him|you) back (?:to (?:committee|the (?:lords|commons|committee|drawing)))',
      'told (?:me|us|him|her|my [a-z]+) to|get lost back home|(?:are|were|was|being) told',
      '(?:they|he|she|who) said',
    ],
    score: 0.68,
    gravity: 'plain',
    reason: 'People are told that they do not belong here because of who they are.',
  },
  {
    when: [
      'shekels',
      '(?:jews?|jewish|zionists?|rothschilds?|israel)(?: [a-z]+){0,2} (?:pay|pays|paid|own|owns|owned|control|controls|controlled|run|runs|paymasters?|masters?|puppets?|money|bankers|overlords?|lobby) (?:you|her|him|your|the (?:lot of you|banks|media|world|government|press|parties)|everything|everyone|it all|parliament|politics|them|us|pull|tell|told|are)',
      '(?:how|what|as|where) the (?:jews|zionists) (?:pay|tell|want|say|order)',
      '(?:zionist|jewish|israeli) (?:puppet|shill|stooge|whore|slave|paymasters?)|typical jew',
      '(?:dirty|greedy|tight) jews?|jew(?:ish)? (?:scum|rat|pig|nose)|holohoax|six million lies|gas the',
      'hitler (?:was right|should have)',
    ],
    unless: FREE,
    score: 0.76,
    gravity: 'grave',
    reason: 'An old slander about Jewish people is repeated.',
  },
  {
    when: [
      "(?:great |white )replacement|(?:this is|that's|it's) replacement|white genocide",
      'being (?:replaced|bred out|outbred)|breed us out|count the white faces',
      '(?:where are|spot) the white (?:faces|kids|people|children)',
      'taking over(?: our)?(?: country| town| streets)? .. (?:breeding|them|muslim|islam)',
      '(?:breeding|breed) like (?:rabbits|rats|animals|flies|vermin)|should be steriliz?s?ed',
      '(?:islam|muslims?|homosexuality|being gay|being trans|trans(?:gender)?ism|judaism) (?:is|are)(?: all| just)? (?:an? )?(?:disease|cancer|plague|poison|virus|sickness|evil|filth|perversion|abomination|mental illness)',
    ],
    unless: [
      `${FREE}|(?:hip|knee|boiler|bus|window|roof|bridge) replacement`,
      'replacement (?:bus|boiler|card|passport|bin|window|hip|knee)',
    ],
    score: 0.74,
    gravity: 'grave',
    reason: 'A group of people is called a plague, or said to be replacing others.',
  },
  {
    when: [
      '(?:mentally ill|sick|perverted|deluded|twisted|confused) (?:[a-z]+ ){0,2}(?:mutants?|freaks?|men in|trannies|transgenders|trans people|perverts)',
      '(?:freak|bloke|man|fella|pervert) in a (?:dress|frock|skirt|wig)|never be a real (?:wo)?man',
      'chicks? with dicks?|back in(?:to)? the closet',
      '(?:shov|ram|forc)(?:e|ing) (?:it|this|that|gay|trans|pride)[a-z ]{0,12} down our throats?',
      "(?:it's|its|that's) adam and eve not|(?:men|people) like you are sick",
      'groom(?:ing|ers?) (?:our )?(?:kids|children) (?:in|with) (?:drag|pride|trans)',
    ],
    unless: FREE,
    score: 0.68,
    gravity: 'plain',
    reason: 'Gay or trans people are insulted for who they are.',
  },
  {
    when: [
      '(?:nice|great|good|lovely|cracking) (?:legs|arse|ass|tits|bum|rack)[^.?!\\n]{0,16}? (?:shame|pity)',
      '(?:love|like|nice|enjoy) (?:the|those|your|ur) (?:tits|titties|boobs|knockers|norks)',
      '(?:nice|great|lovely|cracking|decent|massive|huge|saggy|big|show (?:us|me) your|get your|your|them|those) (?:tits|titties|knockers|jugs|rack|arse|bum|cleavage|boobs|norks|baps)',
      'lower cut (?:next time|top|please)|(?:send|show) (?:us |me )?(?:your )?nudes?',
      "(?:i'd|i would|id|would love to|want to|wanna|gonna|let me) (?:[a-z]+ ){0,2}(?:bend (?:you|her) over|shag (?:you|her)|bang (?:you|her)|fuck (?:you|her)|do (?:you|her) from behind|spank (?:you|her)|see (?:you|her) naked|smash (?:you|her) in bed)",
      'get (?:on|down on) your knees (?:and|love|darling|sweetheart)',
    ],
    unless: [
      `${FREE}|(?:great|blue|coal|long[- ]tailed|marsh) tits|(?:bird|nest|feeder)|pain in`,
      'get off (?:your|ur) (?:arse|bum)',
      '(?:move|shift|sit|sat|sitting|off|on|up|kiss|lift|kick up|by the seat of) (?:your|ur) (?:[a-z]+ )?(?:arse|bum)',
      'your arse (?:in|to|down|out|over|off|into|on)|cover(?:ing)? your arse',
    ],
    score: 0.74,
    gravity: 'grave',
    reason: 'A sexual remark is made about a person or their body.',
  },
  {
    when: [
      "woman's place is (?:in )?(?:the )?(?:home|kitchen|at home|behind)",
      '(?:get|stay|go|belongs?) (?:back )?(?:in|to|into) the kitchen|make (?:me|us) a sandwich',
      "(?:women|females|girls|birds|a woman)(?: [a-z]+)? (?:{be} (?:all |just |far )?(?:too (?:emotional|hormonal|weak|thick|stupid)|hysterical|inferior)|(?:can't|cannot|shouldn't|should not|should never|don't|belong)(?: [a-z]+)? (?:in politics|mps?|in parliament|lead|think straight|in the home|vote))",
      '(?:hysterical|emotional|silly|typical|shrill|hormonal|menopausal|dried up|frigid|barren|pms) (?:hysterical |little |old )?(?:female|woman|women|girl|bird|bint|feminists?)',
      'time of the month|on the (?:blob|rag)',
      '(?:is it|must be) (?:your|her|the) (?:hormones|menopause|period)',
      'smile (?:love|darling|sweetheart|more)',
      '(?:sleeping|slept|sleep|shagging|shagged) (?:her|your|its|their) way',
      'who (?:is|did|was)? ?(?:she|you) (?:sleep(?:ing)?|shag(?:ging)?|shagged|slept|screwing|blow(?:ing)?) (?:with )?(?:to get|for)',
      'who (?:is she|is he|are you|did she) (?:sleeping with|shagging|screwing|sleep with)',
      'needs? a good (?:seeing to|shag|shagging|rogering|slap)|feminazis?|on her back',
      '(?:little|silly|good) girl',
    ],
    unless: [
      `${FREE}|my (?:little|silly|good) girl`,
      '(?:little|silly|good) girl (?:is|was|has|needs|waiting|[a-z]+ school)',
      '(?:our|a|the|this|her|his|is|poor|that) (?:little|good) girl',
      'kitchen (?:porter|staff|extractor|ceiling|flood)',
      '(?:hot water|damp|mould|leak|cold|stood|standing|cooking) (?:in|to) the kitchen|cut .. on the rag',
      'smile more often|community kitchen',
    ],
    score: 0.64,
    gravity: 'plain',
    reason: 'Somebody is insulted or pestered because she is a woman.',
  },
  {
    when: [
      'velly|solly (?:me|cannot|no|sir)|me (?:no )?(?:love you|speak|speakee|spikka)|ching chong',
      'birdy birdy|bud bud|goodness gracious me',
      '(?:name|{staff}|sounds?|look(?:s|ed)) .. (?:like|off) .. (?:curry|takeaway|take away|menu|naan|korma|vindaloo|poppadom|bhaji)',
      '(?:ordered|order) .. off the menu .. (?:naan|rice|curry|pilau)|(?:smells?|stinks?|reeks?) of curry',
      'spice boy',
      "(?:can't|cannot|couldn't) (?:even )?(?:speak|understand) (?:proper )?(?:english|a word) (?:you people)",
      'speak english (?:you|or)|learn (?:proper )?english (?:you|or|before)|bongo bongo|banana boat',
      'watermelon (?:smile|eater)',
    ],
    unless: FREE,
    score: 0.62,
    gravity: 'plain',
    reason: "Somebody's name, speech or origin is mocked.",
  },
  {
    when: [
      '(?:made up|pretend|fake|so called|invented|imaginary|trendy) (?:[a-z]+ )?(?:autism|adhd|disabilit(?:y|ies)|anxiety|dyslexia|depression|illness|special needs|send|mental health)',
      '(?:a )?(?:slap|smack|clip|belt|good hiding|thick ear|cane) (?:[a-z]+ ){0,4}(?:cured?|sorted?|fixed|would (?:cure|sort|fix)) (?:it|them|that)',
      '(?:autism|adhd|depression|anxiety) (?:is|was) (?:just )?(?:an excuse|made up|bad parenting|laziness|naughty)',
      'put (?:him|her|them|you) in a home',
      "(?:cripple|wheelchair|disabled|deaf|blind) (?:[a-z]+ )?(?:can't|cannot|shouldn't) (?:do|be an?|represent)",
      'on the scrounge with|(?:disabled|wheelchair|motability) (?:scroungers?|fakers?|cheats)',
      'lazy (?:disabled|pip|benefit) (?:scroungers?|claimants)',
    ],
    unless: [
      `${FREE}|in a home (?:for|because|near)|they (?:say|said|think|told)`,
      "(?:say|says|said) (?:it's|its|it is)|made up (?:his|her|their|my) mind",
    ],
    score: 0.64,
    gravity: 'plain',
    reason: 'Disability or illness is mocked or denied.',
  },
  {
    when: [
      'coffin[ -]?dodgers?|(?:hurry up and|please|just) (?:croak|die off|pop off)',
      '(?:old|boomers?|pensioners?|wrinklies|crinklies) .. (?:croak|die off|should (?:lose|have lost) the vote|put down)',
      '(?:boomer|pensioner) (?:scum|parasites?|leeches)',
      '(?:stink|stinks|stinking) (?:the|up|of) .. (?:{group})',
      '(?:{group}) .. (?:stink|stinks) (?:the|up|of)',
    ],
    unless: `${FREE}|in the best way|stall|food|sausage|cooking|delicious`,
    score: 0.62,
    gravity: 'plain',
    reason: 'People are insulted for their age or origin.',
  },
]

export const discrimination = ruleDetector('discrimination', '2', 'discrimination', RULES)
