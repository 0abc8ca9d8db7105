import type { Detector, Finding, Reading } from '../model.ts'
import { phrases } from './phrases.ts'
import { findingsOf, type Hit, type Rule, ruleBook } from './rules.ts'

/**
 * Threats: plain, conditional, veiled, coded, and calls on others. Always for the police. Figures of speech, votes, legal
 * action and protest are free. A threat that somebody else made and the author tells of is no breach: it is somebody at risk.
 */

const GAME =
  '{football}|metaphorically|figuratively|karaoke|lyrics?|song|film|novel|villain|quiz|panto(?:mime)?|game show|video game|chess|raffle'
const POLITICS =
  'bill|policy|proposal|amendment|motion|plans?|scheme|tax|project|hs2|clause|budget|timetable|career|majority|seat|party|reputation|argument|credibility'

/** What nobody brings to a meeting by chance. */
const ARMS =
  'knife|knives|machete|blade|axe|gun|shotgun|rifle|pistol|bullets?|baseball bat|acid|molotov|crowbar|hammer|cosh'
const FIRST = "i'll|i will|we'll|we will|i'm going to|i'm gonna|im gonna|im going to|we're going to|we're gonna|gonna"

/** Knowledge of where somebody can be met. */
const KNOWING =
  "(?:i|we|i've|we've|they|someone)(?: [a-z]+)? (?:know|knows|found|have found|find|found out|have found out) (?:out )?(?:exactly )?where (?:you|u|she|he|your (?:kids|children|family|mum|wife|husband)|ur kids|{names}|they)(?: and your family)?"
const HAUNTS = '(?:park|parks|go to school|goes to school|go to nursery|drink|drinks|shop|shops)'
const STRAY = 'do you know where|live ?stream|know where she lives because|loan|paperwork|bank card'

/** Knowledge of somebody's ways. */
const WAYS = [
  '(?:i|we) know (?:which|what) (?:train|bus|road|route|way|car|gym|pub|school|nursery|house|door|street|time) (?:you|she|he|your (?:kids?|children|wife|husband|daughter|son)|{names})(?: [a-z]+)?',
  "(?:your|ur|her|his|{mp}'?s?) (?:kids?|children|daughters?|sons?|wife|husband|mum|grandkids) (?:walks?|plays?|catch(?:es)?|waits?|sleeps?|gets? the bus) (?:home|alone|to|at|in|outside|near|by|on)",
]
const OWN_KIDS = 'my (?:daughter|son|kids?|children)|can you|please|council'

/** Whoever speaks so of a murdered MP mourns. */
const MOURNED =
  'foundation|murder of jo cox|never happen|memorial|memory of|tribute|anniversary|legacy|remember(?:ing)?|great get together|security|safety|honou?r|murdered for|since|tragic|rip|rest in peace|more in common|threats?|abuse|(?:stay|keep|be) safe|worr(?:y|ied|ies)|take care|awful|terribl[ey]|horrif[a-z]+|shock(?:ed|ing)|sad(?:ly)?'
/** Or praises them, and the one who is likened to them. */
const ADMIRED =
  "proud|inspir(?:ed|es|ing|ation)|admir(?:e|ed|es|ing|ation)|miss(?:ed|es)|(?:i|we|all|still) miss|mourn(?:s|ed|ing)?|grie(?:f|ve|ved|ving)|heartbroken|heartbreaking|kind(?:ness)?|courage(?:ous)?|brave(?:ry|ly)?|compassion(?:ate)?|candles?|vigil|prayers|in (?:her|his) (?:memory|name|footsteps|spirit)|(?:decent|lovely|wonderful|great|good|fine|true) (?:person|people|woman|man|soul|mps?)|stood for|believed in|would(?:'ve| have| be)? (?:loved|agreed|approved|applauded|cheered|smiled|wept|pleased|delighted|thanked|said the same|done the same|voted)|lost|tears|cried|tributes?"

/** What makes a threat of such knowledge, which by itself may be envy or small talk: harm, a hint at it, or watching. */
const HINT =
  "{maim}|{maimed}|{weapon}|{foul}|{beast}|dead|dies?|died|blood|bleeds?|acid|alone|on (?:your|her|his|their) own|dark|at night|watch(?:ed|es|ing)?|(?:seen|saw|see|noticed|spotted) (?:you|her|him|them)|follow(?:ed|ing|s)?|wait(?:ing)?|outside|be there|turn up|visit|coming|come for|come and|pop(?:ping)? (?:in|by|round)|(?:be|more|very) careful|take care|look after|keep (?:them|her|him) safe|shame|pity|happens?|happened|accidents?|scared|afraid|frightened|worr(?:y|ied)|hope|just (?:saying|so you know|letting you know|thought)|so you know|thought you (?:should|might|would)|remember (?:that|it|this)|think (?:about|on|of) (?:it|that)|if i were you|sleep (?:well|tight)|tick tock|(?:i'll|we'll|i will|we will|going to|gonna) find|regret|sorry|pay for|or else|shut up|back off|back down|resign|drop it|stop (?:it|this|lying|talking|now)|pretty|cute|sweet|isn't it|isn't she|(?:doesn't|don't|does|do) (?:she|he|they)(?=$|[.!?,])|every (?:day|morning|night|evening|week|[a-z]+day)|at (?:[0-9]|half|quarter)|👀|😉|😏|🔪|🔫|💣|⚰️?|🪦"

const threat = { gravity: 'grave', escalate: 'police' } as const

const RULES: readonly Rule[] = [
  {
    ...threat,
    when: '{will}(?: [a-z]+){0,3}? (?:{maim})(?: the)? (?:{whom})(?! (?:with|an?) (?:kindness|email|line|message|vote))',
    unlessNear:
      '(?:hang|hung) (?:you|them|her|him|{mp}) (?:all |both )?out to dry|(?:{maim}) (?:{whom}) (?:alive )?(?:at|in|with|through) (?:the )?(?:polls|ballot(?: box)?|next (?:[a-z]+ )?election|(?:local|general|council|may|coming) elections?|elections?)',
    unless: [
      `${GAME}|hammer(?:ed)? (?:home|out)|in the back|bury your head`,
      'shoot (?:you|them|her|him) (?:an?|over)',
      '(?:beat|hurt|smash|bury|hang|hunt|batter|slaughter|punch|hit|kick|jump|attack) (?:you|her|him|them) (?:in|at|by|to|on|out) (?:the )?(?:may|election|polls?|ballot|vote|next)',
      'burn (?:you|them) out of office|knock (?:you|them) (?:on|off)',
      'not going to (?:kill|hurt) (?:you|them)',
      '(?:policy|cuts|cut|decision|bill|law|government|waiting|queues?|it|this|that|you) (?:is|are)(?: [a-z]+)? going to',
      '\\b(?:this|it|that) will (?:kill|hurt|finish)|want to hurt (?:them|him|her)self',
      'string (?:you|us|them) along|cut (?:you|him|her|them) (?:off|some|a bit)',
      'kick (?:you|them|her|him) out|beat (?:them|him|her|you)(?: all)? (?:to it|at)',
      'help (?:them|him|her)|protect',
    ],
    score: 0.86,
    reason: 'The author announces violence against a person, or calls for it.',
  },
  {
    ...threat,
    when: '(?:kill|killing|stab|stabbing|shoot|shooting|rape|murder|knife) (?:you|u|{mp}|{staff}|your (?:family|kids|children|wife|husband))',
    unless: [
      `${GAME}|stabbed|(?:you|u) (?:an|a) (?:email|message|line)`,
      "(?:will|going to|'ll|gonna|could|would|to|might) (?:kill|stab|shoot) you (?:to|if you|laughing)",
      "(?:wouldn't|won't|doesn't|didn't|not|never|would it) (?:kill|hurt)|in the back",
      "it (?:wouldn't|won't)|(?:don't|nobody|no one) wants? to (?:kill|hurt)",
    ],
    score: 0.7,
    reason: 'The author speaks of killing a person.',
  },
  {
    ...threat,
    when: '{should}(?: [a-z]+){0,2}? (?:(?:{maim})(?:s|es)?|put (?:an? )?(?:{weapon}) (?:in|through|into|to)|take (?:an? )?(?:{weapon}) to|throw (?:acid|a brick|petrol)|do (?:a )?(?:jo cox|david amess)(?: on)?|slit|bash|cave in) (?:{whom}|{whose} [a-z]+|(?:this|that|the) (?:bitch|cow|cunt|witch|bastard|scum|traitor|hag|pig))',
    unless: [
      GAME,
      '(?:kick|hit|knock|shoot|help|beat|cut|finish) (?:you|them|her|him) (?:out|off|an?|up with|some)',
      "shoot (?:you|them) (?:an?|over)|please (?:help|don't)|bury your head|stop (?:them|him|her)",
      'from (?:hurting|harming)',
    ],
    score: 0.82,
    reason: 'The author calls on others to hurt a person.',
  },
  {
    ...threat,
    when: "(?:{whom}|people like you|traitors?|mps?|politicians|the lot of (?:you|them)|you lot|all of (?:you|them)|they) (?:all )?(?:should|must|ought to|needs? to|deserves?(?: to)?|has to|have to|gonna|going to|will|'ll|want|wants|wanna|is going to|are going to|are gonna)(?: all| both)?(?: get| be| end up| have been)? (?:{maimed}|hanging|a bullet|the rope|a rope|the noose|a noose|swing|a good (?:kicking|stabbing)|what jo cox got|what (?:happened to )?(?:jo cox|david amess))",
    unless: [
      GAME,
      'beaten (?:at|in|by) (?:the )?(?:election|polls?|ballot|next|may|labour|tory|tories|reform|lib)',
      `(?:hammered|slaughtered|destroyed|beaten) at the|(?:${POLITICS}) (?:should|must|will)`,
      "(?:told|hear|read|fear|feared|scared|worried|afraid|think|thinks)(?: that)? (?:they|she|he|you)(?:'ll| will|'re going to| are going to)",
    ],
    score: 0.8,
    reason: 'The author says that a person should be killed or hurt.',
  },
  {
    ...threat,
    when: [
      '(?:{weapon}) (?:in|to|through|into|across|round|around|between|at|for|on|up)(?: the)? (?:(?:back|side|front) of )?(?:{whose}|the)(?: (?:back|side) of (?:the|{whose}))?(?: [a-z]+)? (?:{body})',
      '(?:{weapon}) with (?:your|her|his) name on',
      '(?:bullets?|knife|blade|axe|brick|screwdriver) (?:in|into|through) (?:{whom})',
      '(?:knife|blade|axe|bullet) (?:already|next time)',
    ],
    unless: [
      `${GAME}|gun to (?:my|our|their) head|rope in (?:her|him|you) to`,
      'knife in the back of (?:the|our|every)|rope (?:you|her|him) in',
      '(?:had|has|have|held|holding|hold|with) (?:an? |the )?gun to',
    ],
    score: 0.84,
    reason: "The author speaks of a weapon and a person's body together.",
  },
  {
    ...threat,
    when: [
      '(?:that|your|her|his|ur)(?: [a-z]+)? face[^.?!\\n]{0,30}?acid',
      'acid[^.?!\\n]{0,25}?(?:(?:in|over|at|on|to) )?(?:your|her|his|ur|that)(?: [a-z]+)? face',
      'smash (?:your|her|his|ur)(?: [a-z]+)? (?:face|head|skull|teeth) in',
      '(?:break|breaking|snap|do|wring|have) (?:your|her|his|ur) (?:[a-z]+ )?(?:legs|neck|kneecaps|knees|jaw|arms|teeth|eyes)',
      '(?:slit|cut) (?:your|her|his|ur) throat',
      '(?:punch|kick|knock|cave|bash) (?:your|her|his|ur) (?:[a-z]+ )?(?:head|face|teeth|lights|block) (?:in|off|out|down)',
      '(?:end|take) (?:your|her|his) life',
      "you(?:'re| are| r)? (?:a )?dead (?:man|woman|meat|walking|woman walking|man walking)",
      "(?:you're|ur|you are) dead(?: (?:bitch|meat|cunt|woman|man|jo))?(?: soon| tonight| tomorrow)?(?:$|(?=[.!]))",
    ],
    unless: `${GAME}|dead (?:right|wrong|set|against|on|to me|cat)|acid (?:test|rain|reflux)`,
    score: 0.82,
    reason: 'The author speaks of grave harm to a person.',
  },
  {
    ...threat,
    when: "(?:you|u|she|he|{mp})(?: guys| lot)? (?:won't|will not|wont|wouldn't|will never|'ll not|ain't gonna|not gonna|isn't going to|aren't going to) (?:see|live|make it|last|wake up|reach|be around|be here)(?: to see| to| till| until| past| through| out| for)?(?: the| next| another| this| out the)? (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|christmas|easter|new year|morning|weekend|week|tomorrow|summer|birthday|night|year|sunrise|election day)",
    unless: ['surgery|at the (?:polls?|ballot)|(?:as|in) (?:mp|office|parliament|the job|leader|post)|{football}'],
    score: 0.8,
    reason: 'A person is told that they will not live long.',
  },
  {
    ...threat,
    when: `${KNOWING} (?:live|lives|sleep|sleeps)`,
    unless: STRAY,
    score: 0.8,
    reason: 'The author says that they know where a person lives.',
  },
  {
    ...threat,
    when: `${KNOWING} ${HAUNTS}`,
    with: HINT,
    unless: STRAY,
    score: 0.8,
    reason: 'The author says that they know where a person can be met.',
  },
  {
    ...threat,
    gravity: 'mild',
    when: `${KNOWING} ${HAUNTS}`,
    unless: STRAY,
    score: 0.5,
    reason: 'The author says that they know where a person can be met. No harm is spoken of.',
  },
  {
    ...threat,
    when: [
      "(?:watch|watching|mind) (?:(?:your|ur|yer) back|who's behind you|what's behind you)",
      '(?:sleep with one eye open|look over your shoulder|looking over your shoulder|check under your car|start your car|brake lines)',
      "you won't see it coming|your days are numbered",
      '(?:clock is ticking|tick tock)[^\\n]{0,20}?(?:jo|{mp}|coming for|bitch|you)',
      "(?:we're|we are|i'm|im|i am|they're|were) (?:all )?(?:coming|coming round|waiting|watching|outside) (?:for|to get|outside|at) (?:you|u|ur|your (?:house|home|family|kids|door)|her|him|them|{mp}|(?:this|that|your|our) (?:local )?mp|the minister|our councillor|the side door)",
      "you(?:'re| are)? (?:next|on (?:the|my|our|a) (?:kill )?list)(?:$|[.!])",
      'be a (?:real )?shame if (?:something|anything)|accidents (?:can |do )?happen|things can happen',
      "nice (?:family|house|kids|car|windows|school) (?:you have|you've got|shame)",
      '(?:bring|wear) a (?:helmet|stab vest|stab[ -]?proof vest|bulletproof vest)',
      '(?:pay|answer) (?:for this )?(?:with|in) (?:your|her) (?:life|blood)|sleeping with the fishes',
      "(?:you|she|he)(?:'d|'ll| had| will)? (?:better|need to|gonna need|need|are going to need)(?: to)? (?:hire|get|have|buy)? ?(?:yourself )?(?:an? |some |more |better )?(?:bodyguards?|security(?: guards?)?(?=$|[.!,])|stab vest|body armou?r)",
      'check your (?:car|brakes) before',
      'bullets? (?:only )?costs? (?:only )?(?:[£0-9.]+p?|pennies|a few|less|next to)',
      'get my hands on (?:you|her|him|{names})(?=$|[.!,])',
      '(?:my|the) (?:boys|lads|mates|brothers|crew) (?:are|is) (?:on (?:their|the) way|coming|outside|waiting)[^\\n]{0,50}?(?:not (?:coming |here )?to talk|(?:sort|deal with|see to) you|for you)',
      "or (?:we|i)(?:'re|'ll|'m| are| will)? (?:com(?:e|ing) in|break(?:ing)? in|kick(?:ing)? (?:it|the door|your door))",
      'petrol is cheap|rope\\.? tree\\.? mp|see you in the (?:car ?park|alley|dark)',
    ],
    unless: [
      `${GAME}|coming for (?:your|her|his) (?:seat|job|majority|vote|ballot)|back(?: garden| door| up)`,
      '(?:ballot|election|polls?|vote|may) ',
      'watching you (?:on|at|in) (?:tv|telly|the|question|pmqs|parliament)',
      'waiting for (?:you|them|her) to (?:reply|answer|do|call|ring|act|respond|fix|say|come back|get back|vote|show|tell|speak)',
      'waiting (?:for|outside) (?:her|him|them|you|the) [a-z]+ (?:appointment|operation|results?|visa|assessment)',
      '(?:bus|taxi|train|doctor|engineer|carer|nurse|wheelchair|festival)',
      "shame if (?:something|anything) (?:wasn't|weren't|was lost)",
      'helmet[^.?!\\n]{0,30}?questions|hustings',
    ],
    score: 0.66,
    reason: 'It sounds like a veiled threat.',
  },
  {
    ...threat,
    when: "(?:i'll|i will|we'll|we will|ill|i'm going to|i'm gonna|gonna)(?: [a-z]+){0,2}? (?:find|hunt|track|come for|come after|get|wait for|deal with|sort out|do|be round for) (?:you|u|her|him|{names})(?: down)?(?: and| if|$|[.!]| one day| soon| when| tonight| in the| at (?:your|her|the side|the back) (?:house|home|door|gate))",
    with: '(?:go under|down|regret|sorry|pay|knife|hammer|bat|hurt|blood|alone|home|house|tonight|dark|side door|back door|scum|bitch|cunt|revenge|watch|find you|hunt|if my|make you|dead|die|gun)',
    unless: [
      GAME,
      '(?:get|find) (?:you|her|him) (?:at|in) (?:the )?(?:fete|stall|surgery|library|meeting|event|ballot|polls?|election)',
      'get (?:you|her|him) (?:voted|out|a|an|the|to|elected|re)',
      '(?:do|sort out) (?:you|her|him) (?:a|an|some|proud)',
      'come and find you (?:at|after|to (?:say|ask|thank))',
    ],
    score: 0.68,
    reason: 'The author says that they will come for a person.',
  },
  {
    ...threat,
    when: [
      '(?:dream|fantasi[sz]e|daydream)(?:ing|s)? (?:about|of) (?:driving over|running over|kill(?:ing)?|hurting|strangling|shooting|stabbing|choking) (?:you|her|him|{names})',
      '(?:come|coming|pop|get)(?: down| round| over| up| in)+(?: there| here| to [a-z ]{1,20}?)? and (?:{maim}) (?:{whom})',
      "(?:your|her|his|ur) (?:windows?|house|home|car|office)(?: is| are|'s)? (?:going|gonna|getting|will|goes?|gets?)(?: to)?(?: be| get)? (?:in|up|torched|burned|burnt|bricked|smashed|firebombed|petrol bombed)(?=$|[.!,]| tonight| tomorrow| next| on [a-z]+day)",
      '{will} (?:end|finish|silence) (?:you|u|her|him|{names})(?=$|[.!,])',
      'end up (?:in a (?:box|coffin|bodybag|ditch|wheelchair)|in the (?:ground|river|morgue|boot)|dead|six feet under|in hospital|like (?:jo cox|david amess))',
      "(?:enjoy|it'll be|it will be|this is|that's|be) your last(?: (?:christmas|birthday|day|night|summer|breath|meal|weekend|walk|supper|sunrise))?(?=$|[.!])",
      '(?:your|ur|her|his) brakes? (?:work|fail|are|lines?|get)|cut (?:your|her|his) brakes',
      '(?:burn|torch|blow up|bomb)(?: down)? (?:the|that|this|your|her|his) (?:{premises})(?: down| up)? with (?:you|her|him|them|everyone|everybody|all of you|the lot of them) (?:in|inside)',
    ],
    unless: `${GAME}|term|election|parliament|session|speech|in office|bike|bus`,
    score: 0.7,
    reason: 'A person is told that they will die or come to grave harm.',
  },
  {
    ...threat,
    when: WAYS,
    with: HINT,
    unless: OWN_KIDS,
    score: 0.68,
    reason: 'The author seems to know the habits of a person or their family.',
  },
  {
    ...threat,
    gravity: 'mild',
    when: WAYS,
    unless: OWN_KIDS,
    score: 0.45,
    reason: 'The author seems to know the habits of a person or their family. No harm is spoken of.',
  },
  {
    ...threat,
    when: [
      "(?:will|should|needs? to|ought to|gonna|going to|let's|want to|love to|'ll)(?: [a-z]+)? (?:(?:run|mow|gun|hunt|cut) (?:{whom}) (?:over|down)|(?:do|kick) (?:{whom}) in|(?:blow|beat|string|carve) (?:{whom}) up)",
      "string (?:her|him|them|'em|you) up",
      '(?:hang|shoot|burn|lynch|stab|gas|drown|kill|behead|string up) (?:the|this|that|these) (?:[a-z]+ )?(?:traitors?|bitch(?:es)?|witch|cow|cunts?|bastards?|scum|hag|pigs?|mp|whore|slag)',
      'used to (?:get|be|have been) {maimed}',
      '(?:gives?|given|got|gets?|face|facing) (?:you|she|they)? ?the (?:rope|firing squad|gallows)',
    ],
    unless: [
      `${GAME}|help(?:ed)? (?:her|him|them)`,
      '(?:run|hunt|cut) (?:you|them) (?:down )?(?:at|in) the (?:polls?|election)|firing squad of',
    ],
    score: 0.7,
    reason: 'The author says that a person should be killed or hurt.',
  },
  {
    ...threat,
    when: [
      'bang bang (?:jo|{mp}|you|ya)',
      'coming (?:for|after) (?:ya|you|u)(?=$|[.!,]| (?:and|jo|bitch|next|tonight))',
      '(?:coming|be|popping) round (?:yours|to yours|your (?:house|place|home))',
      'teach (?:you|her|him|{names}) a (?:proper |real )?lesson',
      "(?:hope|better) (?:you|she|he)(?:'ve|'s| have| has)? (?:got |have |get )?(?:good |some |more |better )?(?:security|life insurance|bodyguards?|a bodyguard)",
      "(?:you have|you've got|you got|you've) (?:got )?(?:[0-9]+|one|two|three|a few|until [a-z]+)(?: (?:hours?|days?|minutes?))?[^.?!\\n]{0,40}? or (?:your (?:house|home|car|family|kids|office)|you(?:'ll| will)? (?:die|bleed|burn)|else(?=$|[.!]))",
      "(?:i've|i have|we've|already) (?:got|bought|sharpened|loaded|filled) (?:the|my|a|some|your) (?:petrol|rope|gun|knife|knives|bullets?|bomb|shovel|acid|noose|axe|machete)(?=$|[.!,])",
    ],
    unless: [
      `${GAME}|coming for (?:your|her|his) (?:seat|job)|ballot|polls?|election|car|mower|litres?|price`,
      'generator|garden|kitchen|cyber|court|ombudsman',
    ],
    score: 0.62,
    reason: 'It sounds like a veiled threat.',
  },
  {
    ...threat,
    when: [
      "(?:you|u|you'll|she|she'll|he|{names})[^.?!\\n]{0,12}? (?:get|getting|gets|deserves?|needs?|asking for|in for) (?:an? |your )?(?:good |proper |right )?(?:kicking|hiding|beating|battering|slapping|stabbing|shooting|smack in the (?:mouth|face)|brick in the face)",
      'do (?:us|the world|everyone|britain|the country) (?:all )?a favour and (?:{maim}) (?:{whom})',
      "(?:bomb|petrol bomb|brick|firebomb)[^.?!\\n]{0,20}? (?:in|through|at|under) (?:your|her|his|{mp}'?s?) (?:{premises})",
      "(?:i'll|we'll|i will|we will|gonna|going to) (?:slash|smash|key|torch|burn|wreck) (?:your|her|his|{mp}'?s?) (?:tyres|car|face|windows)",
    ],
    unless: `${GAME}|polls?|elections?|party|government|council|team|can you|stop (?:them|the)|police`,
    score: 0.66,
    reason: 'The author speaks of a beating or an attack.',
  },
  {
    ...threat,
    gravity: 'mild',
    when: "(?:i'll|we'll|i will|we will|me and the lads|the lads)(?: [a-z]+){0,5} waiting(?: [a-z]+){0,4} outside (?:your|her|the|{mp}'?s?) (?:surgery|office|house|home|door)",
    unless: [
      `${GAME}|placards?|petition|protest|banner|signs?|accounts|flowers|appointment|question`,
      'peaceful(?:ly)?',
    ],
    score: 0.5,
    reason: 'A person is told that somebody will be waiting for them.',
  },
  {
    ...threat,
    when: '(?:wait|waiting|be waiting|stand|standing|turn up|come|coming|be there|be at|see you|meet)[^.?!\\n]{0,50}?with (?:an? |my |the |some )?(?:big |sharp |claw |kitchen )?(?:{weapon})',
    with: '{whom}|{mp}|jo|side door|your|her|his|mp',
    unless: [
      GAME,
      '(?:cake|cook|bake|kitchen|volunteers?|garden|diy|shed|repair|fix|gas|station|tanks?|plants?|hedge|allotment|spade|litter|nails?)',
    ],
    score: 0.78,
    reason: 'The author speaks of meeting a person with a weapon.',
  },
  {
    ...threat,
    when: [
      `(?:${FIRST}) (?:be )?(?:[a-z]+ ){0,2}?(?:stood|standing|sat|waiting|hiding|behind|outside|there|at|by|near|round|in)[^.?!\\n]{0,60}? with (?:an? |my |the |some )?(?:[a-z]+ )?{weapon}`,
      `(?:bring|bringing|brought|carrying|load(?:ing|ed)|sharpen(?:ing|ed)|packing|polish(?:ing|ed)) (?:an? |the |my |some )(?:[a-z]+ )?(?:${ARMS})(?: (?:to|for) (?:you|your|her|his|{mp}|the surgery)(?: [a-z]+){0,2})?(?=$|[.!,]| as | while | right| now| so )`,
      `(?:i've|ive|i have|we've|we have|got)(?: got)? (?:an? |the |my |some )(?:can of )?(?:${ARMS}|petrol|matches|rope|shovel)[^.?!\\n]{0,40}?(?:your|ur|her|his) (?:home |own )?(?:address|postcode|house|home|street|name|door|kids|car)`,
      `(?:your|ur|her|his) (?:home )?(?:address|postcode|house number)[^.?!\\n]{0,30}?(?:i've|ive|i have|we've|got)(?: got)? (?:an? |the |my |some )(?:can of )?(?:${ARMS}|petrol|matches|rope|shovel)`,
    ],
    with: 'you|your|ur|her|his|she|he|{mp}|{staff}',
    unless: [
      `${GAME}|cricket|relay|orchestra|band|tug of war|clays?|pheasants?|rats|gun club|receipts?|mower|deliver[a-z]*|quote`,
      'cake|cook|bake|kitchen|volunteers?|garden(?:ing)?|diy|shed|repairs?|plants?|hedge|allotment|litter|tools?|carpent[a-z]+|props?',
    ],
    score: 0.78,
    reason: 'The author speaks of carrying a weapon, and of a person or their home.',
  },
  {
    ...threat,
    when: [
      "(?:you|she|he|{names}) (?:won't|wont|will not|will never|'ll not|'ll never|ain't|aren't|isn't|not)(?: be| gonna| going to)? (?:walk|walking|crawl|crawling) (?:back )?out(?: of (?:it|there|here|(?:that|this|your) (?:room|hall|building|library|surgery|office|place|door|meeting)))?(?=$|[.!,])",
      "(?:you|she|he|{names}) (?:won't|wont|will not|will never|'ll not|'ll never|ain't|aren't|isn't|not)(?: be| gonna| going to)? (?:leav(?:e|ing)|get(?:ting)?|mak(?:e|ing)|com(?:e|ing)|go(?:ing)?|walk(?:ing)?|be)[^.?!\\n]{0,30}? alive",
      "(?:it's|it'll be|it will be|that's|that'll be|this is|be) the last (?:one|thing|place|[a-z]+) (?:you|she|he)(?:'ll| will)? (?:ever )?(?:see|do|hear|feel|open|attend)(?=$|[.!])",
    ],
    unless: [
      `${GAME}|a ?& ?e|hospital|queues?|ward|junction|roundabout|chair|broken|traffic|on (?:that|this) road|votes?|ballot|election|in may|seat`,
    ],
    score: 0.76,
    reason: 'A person is told that they will not come away alive.',
  },
  {
    ...threat,
    when: "(?:you|u|she|he|{names})(?:'ll| will| are going to|'re going to| are gonna|'re gonna| gonna| is going to| shall|'s going to) (?:all )?burn(?: for (?:this|that|it|what)|(?=$|[.!,]))",
    with: '(?:petrol|matches|lighter|fire|torch|house|home|address|postcode|family|alive|kids|tonight)',
    unless: `${GAME}|hell|sun ?burn|sun ?cream|sun|stove|oven|pan`,
    score: 0.78,
    reason: 'A person is told that they will burn, and how or where.',
  },
  {
    ...threat,
    when: [
      "you(?:'ve| have|ve)? got (?:[a-z0-9]+ ){0,3}?(?:kids|children|daughters?|sons?|family|girls|boys|mum|wife|husband)[^\\n]{0,40}? (?:shame|pity)(?=$|[.!]| if (?:anything|something|they)| (?:to see|about) them)",
      '(?:nice|lovely|pretty|beautiful|sweet) (?:[a-z]+ )?(?:family|kids|children|daughters?|sons?|girls?|boys?|wife|husband|house|home)[^\\n]{0,40}? (?:shame|awful|terrible|pity|hate (?:it )?)[^.?!\\n]{0,20}?(?:happen(?:s|ed)?|lose|something|anything)',
      "(?:i'd|i would|we'd) hate (?:for |it if )?(?:someone|somebody|something|anything|anyone|owt)(?: to)? (?:visit(?:ed)?|happen(?:ed)?|find|found|hurt|get|got)(?: to)? (?:her|him|them|you|your)",
      '(?:kids|children|girls|boys|daughters?|sons?|little ones)[^\\n]{0,60}? grow(?:ing)? up without (?:an?|their|you|her|him)',
    ],
    unless: `${GAME}|my|our|cuts|poverty|families|schools?|library|council|lollipop|nursery|playground`,
    score: 0.68,
    reason: 'The author hints at harm to a person or their family.',
  },
  {
    ...threat,
    when: [
      `(?:${FIRST}|someone will|somebody will|they'll) (?:[a-z]+ )?put (?:you|u|her|him|{names}) (?:in (?:the (?:ground|river|morgue|boot)|an? (?:box|grave|coffin|wheelchair|body ?bag|hole)|hospital|intensive care)|six feet under)`,
      "(?:you'll|you will|you're going to|you are going to|she'll|he'll) be (?:in (?:a|your) (?:coffin|box|grave)|six feet under)|(?:you're|you are|u r) going to die(?=$|[.!]| soon| tonight)",
      `(?:${FIRST}) (?:[a-z]+ )?make (?:you|her|him|{names}) (?:bleed|scream|beg|suffer)(?=$|[.!,])`,
      "(?:i'll|i will|we'll|we will|i'm going to|i'm gonna|gonna|someone should|somebody should) (?:beat|kick|knock) the (?:shit|crap|living [a-z]+|hell) out of (?:{whom})",
      '(?:your|her|his) (?:house|home|office|car)[^.?!\\n]{0,20}? (?:on fire|burning|in flames)[^.?!\\n]{0,20}? with (?:you|her|him|them|your [a-z]+) (?:in|inside)',
      'string (?:{whom}|all of you) up',
      "(?:i'll|i will|i'd|i would) (?:happily |gladly )?do (?:time|life) for (?:you|her|him|{names})",
      "(?:i'll|i will|i'm|gonna|going to)(?: [a-z]+)? tak(?:e|ing) (?:you|u|her|him|{names}|some of you|the lot of you|all of you)(?: all)?(?: down)? with me(?=$|[.!,])",
      '(?:you|{names}) (?:needs?|has|have|wants?|deserves?|ought)(?: to)?(?: be| get| getting)? (?:dealt with|sorted(?: out)?|silenced|taken care of)[\\s.,]{1,3}(?:permanently|for good)',
      '(?:{names}|caseworker|the mp|she|he)[^.?!\\n]{0,20}? (?:walks?|drives?|cycles?|runs|jogs) (?:home|to work|past|through|along|by)[^\\n]{0,60}?(?:things happen|anything (?:could|can) happen|no cameras|nobody (?:about|around))',
    ],
    unless: [
      `${GAME}|my (?:daughter|son|kids?|children|wife|husband|mum|dad)|street ?lights?|lighting|safer|shopping|on holiday|elections?|votes?|polls?`,
    ],
    score: 0.68,
    reason: 'A person is told that they will die or come to grave harm.',
  },
  {
    ...threat,
    gravity: 'mild',
    when: [
      "(?:shut|stop|back off|drop it|resign|quit|keep)[^.?!\\n]{0,30}? or (?:we'll|i'll|we will|i will|someone will|somebody will) (?:shut|silence|sort|see to|deal with|stop) (?:it|you|u|her|him|your [a-z]+)",
      "(?:you|u|she|he)(?:'ll| will| are going to|'re going to| are gonna| gonna) (?:all )?burn for (?:this|that|it|what)",
      "(?:i'll|i will|i'd|i would) swing for (?:you|{names})",
    ],
    unless: `${GAME}|courts?|votes?|ballot|legal(?:ly)?|judicial|planning|election|ombudsman`,
    score: 0.5,
    reason: 'It may be a threat, or only anger.',
  },
  {
    ...threat,
    when: "(?:i'm )?not saying (?:i|we|someone|somebody|anyone|people)(?:'d| would| will| should|'ll)? (?:{maim}) (?:{whom})",
    score: 0.78,
    reason: 'The author makes a threat while denying it.',
  },
  {
    ...threat,
    when: [
      "(?:there's|theres|there is|planted|put|placed|hidden|left|got)(?: [a-z]+){0,3}? (?:bomb|explosives?|device|petrol bomb)(?: [a-z]+){0,2}? (?:in|at|under|outside|inside) (?:your|her|his|the mp's|the constituency|ur|{whose})(?: [a-z]+)? ?(?:{premises})",
      '{will}(?: [a-z]+){0,2}? (?:bomb|pipe bomb|petrol bomb|fire ?bomb|torch|blow up|burn|burn down|smash up|brick|shoot up|set fire to|trash)(?: down)? (?:your|her|his|the|ur|this|that|{whose})(?: [a-z]+)? ?(?:{premises}|windows|family)(?: down)?',
      '(?:burn|torch|smash|brick|firebomb|petrol bomb) (?:your|her|his|ur|{whose}) (?:{premises}|windows)(?: down| in| up)?',
      'burn (?:you|her|him|them|u) (?:all )?(?:out|alive)',
      '(?:house|home|office) .. (?:made of wood|go up in (?:flames|smoke))',
    ],
    unless: [
      `${GAME}|wartime|ww2|unexploded|radio says|says the`,
      '(?:bin|boiler|candle|fireworks?|bonfire|electrics?|cable|damp)',
      'burn(?:s|ing)? (?:oil|coal|wood|gas|money|calories)',
    ],
    score: 0.82,
    reason: 'The author speaks of an attack on a house or an office.',
  },
  {
    ...threat,
    when: [
      '(?:jo cox|(?:david )?amess)[^.?!\\n]{0,50}?(?:you|next|same|again|too|her|deserved|had it coming|right)',
      '(?:you|next|same|what|like|another|do a)[^.?!\\n]{0,50}?(?:jo cox|(?:david )?amess)',
    ],
    unless: MOURNED,
    unlessNear: ADMIRED,
    score: 0.7,
    reason: 'A murdered MP is held up to somebody as a warning.',
  },
  {
    ...threat,
    when: "(?:jo cox|(?:david )?amess)[^.?!\\n]{0,50}?(?:(?:you're|you are|u r|she's|he's) next|deserved (?:it|what|that|to)|had it coming|asked for it)",
    unless: MOURNED,
    score: 0.7,
    reason: 'A murdered MP is held up to somebody as a warning.',
  },
  {
    ...threat,
    gravity: 'mild',
    when: [
      "consequences?[^\\n]{0,60}?(?:don't mean|not (?:at|just|only)|nothing to do with|more than|won't be)[^.\\n]{0,20}?(?:ballot|vote|polls?|election)",
      "(?:you'll|you will|she'll|you're going to|you gonna) (?:fucking )?(?:regret (?:this|it|that|crossing)|be sorry|pay for (?:this|that|it|what you)|get what's coming|get what you deserve|get yours)",
      "(?:what's|whats) coming to (?:you|her)",
      '(?:blood|bodies) (?:on the streets|will be spilled|will flow)|you (?:have been|were|been) warned',
    ],
    unless: [
      `${GAME}|at the (?:ballot|polls?|next election|election)|voters?|(?:in|come|this|next) may`,
      'taxpayers?|(?:warned|told) (?:by|about|that)|in court|solicitor|legal',
    ],
    score: 0.42,
    reason: 'It may be a threat, or only anger.',
  },
  {
    ...threat,
    when: [
      "(?:i'll|i will|we'll|we will|i'm going to|i'm gonna|we're going to|i want to|someone should|somebody should|let's|we should|time to)(?: [a-z]+)? (?:kill|murder|shoot|stab|hang|lynch|behead|rape|gas|execute|exterminate|slaughter|bomb|beat up)(?: (?:all|the|every|some|these|those|any|next|an?)){0,3} {group}",
      "(?:i'll|i will|i'm going to|i'm gonna|i want to) (?:attack|hurt)(?: (?:all|the|every|some|these|those|any)){0,2} {group}",
    ],
    unless: [GAME, '(?:said|says|saying|wrote|posted|told|claims?)|hate speech|policy|never'],
    score: 0.76,
    reason: 'The author announces violence against a group of people, or calls for it.',
  },
  {
    ...threat,
    when: '(?:all )?(?:the )?{group} (?:all )?(?:should|must|ought to|need to|deserve to|have to) (?:all )?(?:be |get )?(?:{maimed}|wiped out|die|shot on sight|put down|sunk|gunned down)',
    unless: [
      GAME,
      '(?:nobody|no one|anyone who|wrong to|stop) (?:should )?(?:say|says|think|thinks|saying|claiming)',
      '(?:said|says|saying) (?:that )?|hate speech',
    ],
    score: 0.74,
    reason: 'The author says that a group of people should be killed.',
  },
  {
    ...threat,
    when: [
      '(?:hit|burn|torch|smash|attack|storm|petrol bomb|firebomb)(?: down)? (?:the|that|this|every|all the) (?:mosques?|synagogues?|hotels?|migrant|asylum|temple|gurdwara|police|solicitors?|immigration|hostel|camp|hmo)[^.?!\\n]{0,40}?(?:first|tonight|down|then|now|everyone|share|lads|friday|saturday)',
      '(?:kill|hang|shoot|lynch|gas|exterminate|nuke|drown|sink) (?:all |them all|every (?:last )?|the (?:lot|boats)|those |these )(?:{group}|of them|mps?|politicians|of you|tories|boats|lot)?',
      'death to (?:all )?(?:{group}|the|{mp}|you|mps)',
    ],
    unless: `${GAME}|saying|saying that|wrote|who(?:ever)? (?:said|wrote)`,
    concern: 'threat',
    score: 0.76,
    reason: 'The author calls for violence against a group of people or a place.',
  },
  {
    ...threat,
    when: [
      '(?:you|u|ya|she|{mp}|your family|hartley) .. (?:🔪|🔫|💣|🪓|⚰️?|🪦|🩸)',
      '(?:🔪|🔫|💣|🪓|⚰️?|🪦) .. (?:you|u|{mp}|bitch|her)',
    ],
    unless: `${GAME}|recipes?|cook|kitchen|butcher|chef|🔪 (?:yo|your|ur) ?self|cake|stabbed|knife crime`,
    score: 0.6,
    reason: 'Emojis of weapons or graves are aimed at a person.',
  },
  {
    ...threat,
    when: phrases([
      'سأقتلك',
      'سأقتلكم',
      'سوف أقتلك',
      'سأذبحك',
      'راح اقتلك',
      'seni öldüreceğim',
      'seni gebertirim',
      'evini yakacağım',
      'evini yakarım',
      'seni bulup',
      'seni vuracağım',
      'zabiję cię',
      'zajebię cię',
      'zabije was',
      'spalę ci dom',
      'spale twoj dom',
      'te omor',
      'te voi omorî',
      'o să te omor',
      'îți dau foc',
      'je vais te tuer',
      'je vais vous tuer',
      'on va te tuer',
      'te voy a matar',
      'voy a matarte',
      'te vamos a matar',
      'ich bringe dich um',
      'ich töte dich',
      'ich werde dich töten',
      'ti ammazzo',
      'ti uccido',
      'ti ucciderò',
      'vou te matar',
      'vou matar-te',
      'убью тебя',
      'тебя убью',
      'я тебя убью',
      'зарежу',
      'тебе конец',
      "вб'ю тебе",
      'main tumhe maar dunga',
      'tumhe maar dunga',
      'tujhe maar dunga',
      'jaan se maar dunga',
      'jaan se maar doonga',
      'maar dalunga',
      'tenu maar devanga',
      'tainu maar',
      'goli maar dunga',
      'goli mar dunga',
      'ami tomake mere felbo',
      'তোমাকে মেরে ফেলব',
      'मार दूंगा',
      'जान से मार',
      'तुम्हें मार',
      'جان سے مار',
      'مار دوں گا',
      'ਮਾਰ ਦੇਵਾਂਗਾ',
      'papatayin kita',
      'fe ladda i di',
      "fe'th laddaf",
      "dw i'n mynd i dy ladd",
      'mi ladda i chdi',
      "bydda i'n dy ladd",
      "na'i ladd di",
      'do të të vras',
      'waan ku dilayaa',
      'mimi nitakuua',
    ]),
    score: 0.85,
    reason: 'It is a plain threat in another language.',
  },
  {
    ...threat,
    when: phrases([
      "gwybod ble ti'n byw",
      "gwybod lle ti'n byw",
      'wiem gdzie mieszkasz',
      'știu unde stai',
      'știu unde locuiești',
      'evini biliyorum',
      'nerede yaşadığını biliyorum',
      'je sais où tu habites',
      'sé dónde vives',
      'ich weiß wo du wohnst',
      'so dove abiti',
      'я знаю где ты живёшь',
      'أعرف أين تسكن',
      'أعرف أين تعيش',
      'mujhe pata hai tum kahan rehte',
      'sei onde moras',
    ]),
    score: 0.72,
    reason: 'The author says, in another language, that they know where a person lives.',
  },
]

const NAME = 'threat'
const VERSION = '2'
const hits = ruleBook(RULES)

/** The one who tells of a threat got it, heard it, or knows who means it. */
const WITNESS =
  /(?<![a-z])(?:me|my|i got|i've had|i have had|we got|us|our|i'm|im|heard|there's a|someone|somebody|a lad|a bloke|a man|saying he'll|saying they'll|neighbour)(?![a-z])/

/** Somebody means harm and another warns of it. */
const TIP_OFF = ruleBook([
  {
    when: "(?:saying|says|said|swears|threatened|threatening|planning|plans|boasting|bragging|talking about|going on about)[^.?!\\n]{0,30}? (?:'?do'?|get|hurt|kill|stab|shoot|attack|burn|smash|batter|bomb|wait for|'?sort'?|jump) (?:(?:out )?{names}|the mp|our mp|you|your (?:office|house|family|staff))",
    with: "(?:lad|bloke|man|woman|guy|neighbou?r|mate|someone|somebody|he'll|she'll|they'll|pub|group|chat|brother|people)",
    quotable: true,
    score: 0.62,
    gravity: 'plain',
    concern: 'at-risk',
    escalate: 'police',
    reason: 'The author warns of somebody who means to hurt the MP or another person.',
  },
])

export const threats: Detector = {
  name: NAME,
  version: VERSION,
  detect(reading) {
    const by = { name: NAME, version: VERSION, concern: 'threat' } as const
    const all = hits(reading)
    const tips = TIP_OFF(reading)
    const own = all.filter((hit) => !hit.reported && !tips.some((tip) => tip.start <= hit.end && hit.start <= tip.end))
    return [...findingsOf(own, reading, by), ...findingsOf(tips, reading, by), ...told(all, reading)]
  },
}

/** Threats the author tells of: somebody was threatened. */
function told(all: readonly Hit[], reading: Reading): Finding[] {
  const reported = all.filter((hit) => hit.reported)
  if (reported.length === 0 || !WITNESS.test(reading.normal.text)) return []
  const one = reported.map((hit) => ({ ...hit, rule: TOLD }))
  return findingsOf(one, reading, { name: NAME, version: VERSION, concern: 'at-risk' })
}

const TOLD: Rule = {
  when: '',
  score: 0.6,
  gravity: 'plain',
  escalate: 'police',
  reason: 'The author tells of a threat that somebody else made.',
}
