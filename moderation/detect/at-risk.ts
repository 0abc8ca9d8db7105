import type { Detector } from '../model.ts'
import { FOREIGN_CRIES } from './at-risk-languages.ts'
import { WELSH_CRIES } from './at-risk-welsh.ts'
import { inPlainEnglish } from './dialect.ts'
import { findingsOf, type Hit, type Rule, ruleBook } from './rules.ts'

/**
 * Somebody in danger: self-harm, abuse at home, a child, an adult who can't protect themselves, or the author's own fear of
 * hurting others. Never a breach: staff are called. Recall counts here; a wrong call costs a minute of a caseworker's time.
 */

const PAST =
  "years ago|(?:i'm|i am|im) (?:fine|ok|okay|better|well|recovered|in recovery) now|in (?:19|20)\\d\\d|used to|back then|lost my [a-z]+ to suicide|when i was (?:young|a teenager)|suicide (?:prevention|awareness|hotline|rates?|bill|walk|strategy)|charity|fundrais[a-z]+"
/** Words for a child that say nothing of whose it is. */
const YOUNG = 'boys?|girls?|baby|babies|toddlers?|child|children|kids?|infant|newborn|little one|bairns?|weans?|lassie'
/** Adults who may not be able to protect themselves; a neighbour, unless it is a neighbour's child. */
const WEAK =
  `(?:neighbou?r(?!s?'s? (?:[a-z]+ ){0,2}?(?:${YOUNG})(?![a-z]))|` +
  "nan|gran|grandma|grandad|nana|mum|mam|mother|dad|father|aunt(?:ie)?|uncle|old (?:man|woman|lady|gentleman)|elderly|pensioner|resident|disabled|she's (?:8|9)[0-9]|he's (?:8|9)[0-9]|(?:8|9)[0-9] year old|dementia|brother with|vulnerable|learning disabilit(?:y|ies))"
const CHILD =
  "(?:(?:little|young|wee|teenage|my|our|his|her|their|door's) (?:lad|lass)|lassie|bairn|wean|child|children|kids?|baby|toddler|little (?:girl|boy|one)|girl next door|boy next door|daughter|son|niece|nephew|cousin|grandson|granddaughter|pupil|infant|[0-9]{1,2} ?(?:year|yr)s? old|she's (?:[0-9]|1[0-7])(?![0-9])|he's (?:[0-9]|1[0-7])(?![0-9]))"

/** After "kill myself", "cut myself": nobody's danger, save of a fall. */
const IDLE =
  ' (?:laughing|with laughter|giggling|shaving|cooking|some slack|a (?:slice|piece|break)|out to dry|in (?:paperwork|work|emails|forms)|trying to (?:get|cross|open|reach|keep up|understand|read|use|park|climb|find)|(?:on|over|tripping) (?:(?:on|over) )?(?:the|that|this|those|these|your|a|an) (?:[a-z]+ ){0,2}?(?:potholes?|pavements?|kerbs?|steps?|ice|slabs?|stairs?|tiles?|bollards?|oven|kettle|iron))'
/** Whoever is trusted with children, or should have nothing to do with them. */
const GROWN =
  '(?:coach(?:es)?|teacher|tutor|trainer|instructor|manager|vicar|priest|imam|cub leader|scout ?(?:master|leader)|youth (?:worker|leader)|step ?dad|step ?father|uncle|grandad|baby ?sitter|lodger|neighbou?r|(?:older|grown|strange|creepy|old|adult) (?:man|men|bloke|lad|guy)|man|bloke|(?:someone|somebody|stranger)(?: [a-z]+)? (?:online|on (?:snap ?chat|insta(?:gram)?|tik ?tok|roblox|whats ?app|discord|the internet))|paedo|nonce)'
const TOUCHED =
  '(?:touch(?:ed|es|ing)?(?! (?:base|on|upon|up|down|wood|rugby|lives|hearts))|grop(?:ed|es|ing)|molest(?:ed|s|ing)|groom(?:ed|s|ing)|fiddl(?:ed|es|ing) with|interfer(?:ed|es|ing) with|fe(?:el|els|eling|elt|lt) up|abus(?:ed|es|ing)|rap(?:ed|es|ing))'
const WRITING =
  '(?:messag(?:es|ed|ing)|text(?:s|ed|ing)|dms|dming|snap ?chat(?:s|ting|ted)?|whats ?app(?:s|ing|ed)?|send(?:s|ing)|sent|contact(?:s|ed|ing)|chatting (?:to|with)|talking to)'
const MINOR =
  "(?:(?:my|our|his|her|their|the|a|an|this|that|[a-z]+'s) (?:[a-z]+ )?(?:lad|lass|kids?|child|children|boy|girl|daughter|son|niece|nephew|grandson|granddaughter|cousin|sister|brother|pupil)s?|[0-9]{1,2} ?(?:year|yr)s? olds?|lassie|bairns?|weans?|under ?1[0-8]s?)"
const PICTURES =
  '(?:(?:for|of|her|him|them|send|sent|sending|send(?:s)?) (?:[a-z]+ ){0,2}?(?:photos?|pictures?|pics?|nudes?|selfies?|videos?)|nudes|not to tell|keep it (?:a )?secret|our secret|to meet (?:up|him|her)|meet up alone|on (?:his|her|their) own)'

const ADVERT = 'apply now|no paperwork|cash today'
const SELF_HARM = 'The author may mean to harm or kill themselves.'
const FEARS_HARM = 'The author fears they may hurt somebody.'
const EXPLOITED = 'The author may be exploited or in fear of somebody.'

const safeguarding = { gravity: 'plain', escalate: 'safeguarding' } as const
const police = { gravity: 'grave', escalate: 'police' } as const

const RULES: readonly Rule[] = [
  {
    ...safeguarding,
    when: [
      `(?:kill(?:ing)?|end(?:ing)?|harm(?:ing)?|hurt(?:ing)?|hang(?:ing)?|drown(?:ing)?|top(?:ping)?|cut(?:ting)?|starv(?:e|ing)|burn(?:ing)?) (?:my life|my own life|(?:myself|meself|mysen)(?!${IDLE}))`,
      '(?:take|taking) my (?:own )?life',
      "(?:going|want|wanting|ready|think(?:ing)? (?:of|about)|thought about|tempted|plan(?:ning)?|gonna|decided|i'll|i might|i could|better) (?:to )?(?:just )?end(?:ing)? it(?: all)?",
      'just end it all|(?<!(?:politically|economically|electorally|financially) )suicidal(?! (?:polic(?:y|ies)|decisions?|moves?|tactics?|economics?|ideas?|plans?|pass|pigeons?|squirrels?|for (?:the|this|your) (?:party|economy|country|government|town)))|self[ -]?harm(?:ing|ed)?',
      "(?:don't|do not|no longer|dont) (?:want|wanna) (?:to )?(?:live|be (?:here|alive|around)|wake up|exist|carry on|go on)(?: any ?more| anymore)?",
      '(?:want|wish|wanted|ready) (?:to|i could|i was|i were) (?:die|be dead|dead|disappear|sleep and not wake|not wake)(?! (?:laughing|of (?:laughter|embarrassment|shame|boredom|cringe)|with (?:laughter|embarrassment|shame)))',
      "(?:overdos(?:e|ed|ing)|od'd)",
      '(?:jump(?:ing)?|throw(?:ing)? myself|step(?:ping)?|walk(?:ing)?) (?:off|in front of|under|from|into) (?:a|the) (?:bridge|viaduct|roof|trains?|car ?park|cliff|river|traffic|sea|canal|lorry)',
    ],
    unless: `${PAST}|don't (?:kill|harm|hurt) yourself|stop people`,
    score: 0.75,
    reason: SELF_HARM,
  },
  {
    ...safeguarding,
    when: [
      '(?:tablets|pills|meds|insulin|rope|blade|razor|paracetamol|bottle)[^.?!\\n]{0,24}?(?:here|in front of me|in my (?:hands?|lap|pocket)|in (?:a|the) (?:bowl|glass|cup)|ready|lined up|counted|saved up|on the (?:table|bed|side)|next to me|beside me)',
      '(?:took|taken|swallowed|taking) (?:all |a load of |too many |loads of |the (?:rest|lot) of )(?:my |the )?(?:tablets|pills|meds|paracetamol)',
      '(?:took|taken|swallowed|taking) (?:the|all|every|my) (?:(?:whole|entire|full|lot) )?(?:of )?(?:the )?(?:packets?|box|bottle|strip)(?=$|[.!,]| and| now| of (?:pills|tablets|paracetamol|ibuprofen|them|meds))',
      '(?:took|taken|swallowed) an? (?:[a-z]+ )?(?:overdose|(?:packet|box|bottle|handful|strip) of (?:pills|tablets|paracetamol|ibuprofen|meds))',
      '(?:pills|tablets|meds)[^.?!\\n]{0,30}? taking (?:them|it)(?: all)? now',
      "(?:better off|happier|easier|free) (?:dead|without me|if i (?:was|were|wasn't|weren't|am) (?:gone|dead|here|around))",
      "(?:easier|better|happier|simpler)[^.?!\\n]{0,25}? if i (?:just )?(?:wasn't|weren't|was not|were not|disappeared|didn't)(?: [a-z]+)?(?: around| here| alive| exist| wake up|(?=$|[.!,]))",
      '(?:kids?|children|family|wife|husband|they|everyone|mum)[^.?!\\n]{0,12}? (?:better off|richer|happier) (?:[a-z]+ ){0,3}?(?:life )?insurance',
      "tell (?:my (?:mum|mam|dad|wife|husband|kids|children|son|daughter|family)|the (?:kids|children)) (?:that )?(?:i'm sorry|im sorry|i am sorry|sorry|i love|i loved|goodbye|it wasn't)",
      "(?:don't think|not sure|can't|cannot|don't know (?:if|how)) (?:i can |i'll |to )?(?:keep|stay|be) (?:myself )?safe|can't keep myself safe",
      "i'll be dead (?:by|before|on) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tonight|tomorrow|morning|the (?:morning|weekend))|i'll be dead[^.?!\\n]{0,30}?(?:on you|your fault|because of you|you'll be sorry)",
      "(?:nobody|no ?one)[^.?!\\n]{0,16}? (?:sad|upset|cry|care|notice|come)[^.?!\\n]{0,14}? when (?:i'm|i am) (?:gone|dead)",
      "sleep and (?:not|never) wake|(?:go to )?sleep and that'll be",
      "i (?:won't|will not|wont) be (?:needing|around)(?: [a-z]+){0,3} (?:after|soon|any ?more|much longer)",
      '(?:keep|been|stop|just|sat) (?:looking|staring|watching|thinking) (?:at|about|of) the (?:trains|tracks|rope|pills|tablets|bridge|knife|knives|drop|edge)(?! (?:timetables?|times|app|board|website|fares|closure|works))',
      'thinking (?:about|of) ending (?:it|things)',
      'rope (?:is )?(?:round|around|over|tied to) (?:the|a|my) (?:beam|neck|tree|bannister|banister|rafters?)',
      '(?:driv(?:e|ing)|walk(?:ing)?|crash(?:ing)?) (?:my car |the car )?into (?:a|the) (?:wall|tree|lorry|sea|river|traffic)',
      "can't cope (?:any ?more|with another|with life)",
      "(?:no ?one|nobody)(?:'d| would| will|'ll)(?: even)? (?:miss|care about|notice) (?:me|if i|one (?:old|tired|more|less) (?:farmer|man|woman|bloke|widow|mother|mum|dad|carer|pensioner|person|veteran))",
      "(?:wasn't|isn't|not|it's not) (?:my )?(?:family's|kids'?|children's|wife's|husband's|anyone's|nobody's) fault",
      '(?:sooner|rather) be (?:under(?: it| the ground)?|dead|six feet|in the ground|buried)',
      '(?:written|writing|left|wrote) (?:the|my|a|some) (?:note|letters|goodbyes?|will)',
      '(?:goodbye|good ?bye) (?:everyone|world|all|jo)',
      '(?:this is|say) (?:my )?(?:goodbye|last message|last post)',
      "(?:can't|cannot|cant) (?:go on|carry on|keep going|do (?:this|it) any ?more|take (?:it|this|any more|any of this) ?(?:any ?more)?|see a way out)",
      "(?:no|what's the|any|the|a) point (?:in |of )?(?:living|life|going on|carrying on|anymore|any more|being here|being alive)",
      'want (?:it|everything|the pain|this|life) (?:all )?to (?:stop|end|be over|go away)',
      "reason to (?:(?:carry|go) on |keep (?:on )?|be |stay )?(?:living|live|alive|exist(?:ing)?)|(?:can't see|cannot see|see no|there's no|is no|no more) (?:any )?reason to (?:carry on|go on|keep going)(?! (?:with|to|using|paying))",
      'nothing (?:left )?to live for|(?:had|have) enough of (?:living|life|being alive)',
      "in a (?:very )?dark place|by the time you read this|i won't be here",
      "(?:arms?|legs?|thighs?|wrists?) (?:are|is|r|'s) (?:a mess|in ribbons|cut|covered|bleeding|shredded)",
      "(?:been|started|i'm|im|i am|went back to|back to) (?:cutting|using it)(?: (?:again|as a coping|to cope))",
      'coping (?:thing|mechanism) again|starving myself|stopped eating',
      'not eaten (?:for|in) (?:[a-z0-9]+) days|stopped taking my (?:insulin|meds|medication|tablets)',
    ],
    unless: [
      PAST,
      "can't (?:go on|carry on) (?:like this )?(?:ignoring|pretending|the website|holiday|line|site)",
      'saw again|coping saw|help me fill|forms here|leaflet',
      '(?:take|do|cope with) (?:any ?more|this|it) (?:of (?:this|your|the|these)|from (?:you|this|the))[^.?!\\n]{0,24}?(?:government|party|policy|nonsense|rubbish|lies|promises|excuses|council|spin)|(?:needing|around) (?:the|my|an?) (?:[a-z]+ )?(?:permit|bin|wheelchair|service|pass|leaflets?)',
      'written (?:a|the|my) letters? to (?:you|the|my mp)|(?:letters|letter) to (?:you|the|your)',
    ],
    score: 0.66,
    reason: 'The words are those of somebody who may be thinking of suicide or harming themselves.',
  },
  {
    ...safeguarding,
    when: [
      'written (?:letters|notes|cards) (?:to|for) (?:the |my |each of )(?:[a-z]+ )?(?:kids|children|family|boys|girls|wife|husband)',
      "(?:dog|cat|dogs|cats|pets?)[^.?!\\n]{0,16}? with my (?:sister|mum|neighbour|brother|mate|friend|dad|daughter|son)[^\\n]{0,60}?(?:all sorted|sorry|goodbye|thank you for (?:trying|everything)|won't be|anymore|any more)",
      "i(?:'m| am|m)(?: just)? (?:stood|standing|sat|sitting)? ?(?:on|at|by|near|up on|up)(?: the)?(?: (?:edge|top|side|end) of)?(?: the| a)? (?:[a-z]+ )?(?:bridge|viaduct|roof|ledge|cliffs?|platform|tracks?|railway|multi ?storey)(?! (?:committee|club|group|team|board|project|users))[^\\n]{0,80}?(?:don't know|nobody|no one|any ?more|goodbye|sorry|jump|who (?:else )?to tell|end it|over now)",
      "(?:text|texted|message|messaged|sent|rang|posted|phoned)[^.?!\\n]{0,25}? (?:saying |to say )?(?:goodbye|good ?bye)[^\\n]{0,60}?(?:phone|can't (?:reach|find)|not answering|worried|scared|please|lost)",
    ],
    unless: `${PAST}|train|delayed|queue|litter|photo|leaving do|retire[a-z]*`,
    score: 0.62,
    reason: 'The words are those of somebody who may be taking leave of life, or who fears it of another.',
  },
  {
    ...police,
    when: [
      "(?:he's|hes|she's|shes|they're|(?:he|she|ex|husband|partner|boyfriend|dad|stepdad|son|brother)(?: is|'s)?) (?:outside|downstairs|at the door|in the house|coming (?:for|back|now)|here now|back now|reading my phone)[^\\n]{0,100}?(?:lock|locked|locking|broke|broken|smash|hit|hid|hide|hiding|scared|terrified|frightened|help me|help us|please help|knife|kill|hurt|bathroom|whisper|drunk|threat[a-z]*|quiet)",
      "(?:he|she|he's|hes|she's|they|they're|my (?:ex|husband|partner|boyfriend|dad|stepdad|son|brother))(?: is| are|'s|'re)? (?:outside|trying to get in|banging on|breaking in|reading my phone|going to kill (?:me|us)|got a knife|kicking (?:off|the door))[^\\n]{0,100}?(?:lock|locked|locking|broke|broken|smash|hit|hid|hide|hiding|scared|terrified|help|please|phone|knife|kill|bathroom|whisper|kids|daughters?|quiet)",
      '(?:hitting|hurting|beating|attacking|choking|strangling|raping|stabbing|threatening|punching|kicking) (?:me|us|her|him|my [a-z]+)(?: up)?(?: right)? now',
      "(?:he|she|ex|husband|partner|boyfriend|dad|stepdad|son|brother|man|someone|somebody)(?:'s| has| is|'s got| has got)?(?: [a-z]+)? (?:an? |the )(?:kitchen )?(?:knife|gun|machete|hammer|axe)[^.?!\\n]{0,60}?(?:outside|my (?:door|bedroom|room|house)|bedroom|downstairs|hid|hide|hiding|scared|coming|at me|to my|the kids)",
      '(?:hurt|hit|beat|kill|batter|start on)(?:ing)? (?:my )?(?:mum|mam|me|us|my (?:brother|sister)) (?:again|tonight)|(?:someone|somebody) (?:needs? to|please|has to) take (?:them|the kids|my kids|the children)',
      '(?:locked|hiding|hid) (?:myself |me |us )?in (?:the|my) (?:bathroom|bedroom|toilet|loft|cupboard|house)',
      '(?:please|pls) (?:send|call) (?:the )?police|help me he',
    ],
    unless: 'engineer|plumber|delivery|driver|meter|locksmith|locked out|postman|cat|fox|bin ?man|gas man',
    score: 0.75,
    reason: 'Somebody seems to be in danger at this moment.',
  },
  {
    ...safeguarding,
    when: [
      "(?:he|she|they|my (?:husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mother|son|stepdad|brother|uncle|family|in laws))(?:'s| is| has|'s been| has been)?(?: still| always| keeps?)? (?:hits?|hitting|beats?|beating|punch(?:es|ed)?|chok(?:es|ed)|strangl(?:es|ed)|rap(?:es|ed)|kick(?:s|ed)|slap(?:s|ped)|threw|throws|burn(?:s|t|ed)|threaten(?:s|ed)? to (?:kill|hurt)|controls|abus(?:es|ed)|locks?|locked|forc(?:es|ed|ing)) (?:me|us|my (?:kids|children|son|daughter|mum|sister))",
      "(?:scared|frightened|terrified|afraid) (?:of|to go|that) (?:my (?:husband|partner|ex|son|dad|boyfriend|stepdad)|him|home|he'll|he will)",
      "(?:won't|doesn't|wouldn't|never|not) (?:let me|allow me|lets me|allowed) (?:to )?(?:leave|out|see|have (?:my|any|a)|go|speak|talk|work|use)",
      "(?<!(?:i|we|you|to|ve) )(?:takes?|took|taken|keeps?|kept|has|have|got|'s got|holding|hides?|hidden) my (?:passport|bank card|cards?|phone|money|benefits|papers|documents|purse|medication)(?! (?:number|details))",
      '(?:takes|took|taken|hides?|hidden|keeps) my (?:car |house )?keys',
      "(?:he|she|my (?:husband|wife|partner|boyfriend|ex|dad|mum|son|stepdad|brother))(?:'s| is| keeps?)?(?: [a-z]+)? (?:hurt(?:s|ing)?|grabbed|shoved|pinned|attacked) (?:me|us|my (?:kids|children|son|daughter|mum|sister))",
      "(?:if|when|before) (?:he|she|they|my [a-z]+) (?:finds? out|sees? (?:this|it)|reads? (?:this|it)|catch(?:es)? me|knew|knows)[^.?!\\n]{0,40}?(?:dead|kill|beat|hurt|hell|scared|don't know what)",
      "(?:somewhere|anywhere|place)(?: that's| that is)? safe(?: (?:i|we|to (?:go|stay|sleep|hide)|for (?:me|us|her))|(?=$|[.!?]))|safe (?:place|house)(?: (?:i|we|to (?:go|stay|sleep|hide)|for (?:me|us|her))|(?=$|[.?!]))|is there (?:somewhere|anywhere) (?:i|we) can (?:go|stay)(?=$|[.?!])",
      "(?:boyfriend|girlfriend|husband|wife|partner|he|she|dad|stepdad|in laws)[^.?!\\n]{0,12}? (?:won't|doesn't|never|wouldn't) (?:let|lets|allows?) (?:me|her|him|my [a-z]+) (?:to )?(?:see|leave|out|go|speak|talk|work|use|have|eat)",
      "(?:has|had|have|got|with|'s got)(?: got)? (?:an? )?(?:black eye|split lip|broken (?:jaw|rib)|bruis[a-z]+)[^\\n]{0,60}?(?:boyfriend|husband|partner|he|she|dad|carer|won't)|(?:boyfriend|husband|partner|dad|carer|won't let)[^\\n]{0,60}?(?:black eye|split lip|bruis[a-z]+)",
      "(?:my|her|his|the) (?:violent |abusive )?ex(?: [a-z]+)? (?:keeps?|kept|is|was|'s|has been|won't stop)(?: [a-z]+)? (?:turning up|coming round|(?:follow(?:ing|s)|ringing|texting|messaging|watching) (?:me|us|her|my|the house)|outside|parked outside|waiting (?:for|outside)|breaking in|harassing|stalking|threatening)",
      '(?:restraining|non[ -]?mol(?:estation)?|(?:domestic [a-z]+|stalking) (?:protection|prevention)) order[^\\n]{0,60}?(?:breach[a-z]*|broken|broke|ignor[a-z]+|turn(?:s|ed|ing)|outside|again|still|contact)',
      '(?:domestic|sexual) (?:abuse|violence)(?: [a-z]+){0,3} (?:me|my|refuge)',
      '(?:abusive|violent) (?:ex|husband|partner|relationship|son|marriage|father|home)',
      'i was (?:raped|sexually assaulted|attacked)|(?:he|someone|a man) raped me',
      '(?:stalking|stalked|following) me',
      '(?:carers?|nurse|support worker|staff)[^.?!\\n]{0,20}? (?:push(?:es|ed)?|hits?|slaps?|shouts? at|hurts?|grabs?|pinch(?:es)?|rough with|screams? at) (?:me|him|her|mum|dad|nan)',
      'in (?:the|a|our|my) (?:car|van|tent)[^\\n]{0,60}? (?:kids|children|baby)[^\\n]{0,60}?(?:no (?:money|petrol|food)|nowhere|freezing|snowing|so cold)',
      '(?:fled|fleeing|escaped|escaping|hiding from) (?:him|my (?:ex|husband|partner|family)|an? abusive|domestic)',
      '(?:forced|made) (?:me )?to (?:marry|have sex|work)|(?:trafficked|modern slavery)',
    ],
    unless: [
      `${PAST}|lost (?:my|their) (?:passport|card)`,
      'home office (?:has|have|took|lost|kept|keeps?|still has)',
      '(?:dvla|hmpo|passport office|council|bank|dwp|court|embassy) (?:has|have|took|lost|kept|keeps?|still)',
      '{football}|you (?:hit|rob|punch)|(?:hits?|hitting|hurts?|hurting|kicks?|slaps?|slapped) (?:me|us) (?:with|in the (?:pocket|wallet|face with))',
      '(?:safe|safer) (?:place|somewhere) to (?:cross|cycle|park|walk|play|lock|ride)|(?:cross|cycle|park|walk|play|lock|ride)[^.?!\\n]{0,12}? (?:somewhere|anywhere) safe',
    ],
    score: 0.7,
    reason: 'Somebody may be abused or held in fear at home.',
  },
  {
    ...safeguarding,
    when: [
      "(?:he|she|they)(?:'ll| will|'s going to| is going to)(?: [a-z]+){0,3}? (?:kill|hurt|find|stab|burn|take) (?:me|us|my (?:kids|children|mum|family))",
      '(?:step ?dad|dad|uncle|brother|he|step ?father|grandad|lodger|teacher|coach)[^.?!\\n]{0,20}?(?:comes?|came|gets?|climbs?) in ?to my (?:room|bed|bedroom)',
      '(?:thinking|thought) (?:about|of) (?:how|ways|where|when) to (?:do it|end|die|go)',
      "looks? like an accident|(?:i'm|im|i am) (?:[6-9]|1[0-7])(?: years old| yrs old)?(?=$|[.!,]| and)",
    ],
    unless: `${PAST}|minister|council|dwp`,
    score: 0.64,
    reason: 'Somebody, perhaps a child, may be in danger.',
  },
  {
    ...safeguarding,
    when: [
      `(?:brother|sister|son|daughter|mum|mam|dad|husband|wife|mate|friend|partner|neighbou?r|he|she|lad|lass)[^.?!\\n]{0,40}? (?:(?:kill|harm|hurt|cut|hang|starv)(?:s|ing|e)? (?:himself|herself|themselves)(?!${IDLE})|locked (?:himself|herself) in|(?:took|taken) an overdose|going to jump|is suicidal|talking about (?:ending|dying|suicide)|wants to die|(?:is )?being (?:hurt|hit|beaten|abused|touched|groomed|raped|controlled|starved))`,
      '(?:scared|frightened|worried sick|terrified) for (?:the|my|our) (?:kids|children|baby|life|safety|mum)',
      "(?:ex|he|she|husband|dad)(?: has|'s)? (?:found out|found|knows|worked out|tracked down) where (?:we|i) (?:live|am|are)",
      '(?:being |getting )?(?:made|forced) to marry',
    ],
    unless: `${PAST}|minister|lost my [a-z]+`,
    score: 0.66,
    reason: 'Somebody near the author, or the author, may be in danger.',
  },
  {
    ...safeguarding,
    when: [
      `(?:carer|carers|son|daughter|nephew|niece|grandson|neighbou?r|lodger|builder|cleaner|'friend'|friend|husband|wife|staff|care home|nurse)[^.?!\\n]{0,30}?(?:is|are|was|keeps?|been|'s)? ?(?:taking|stealing|steals|took|hitting|hits|hurting|shouting at|locks?|locking|leaving|neglect(?:ing|ed|s)?|abus(?:ing|es|ed)|starving|drugging|tied|controlling)[^.?!\\n]{0,30}?${WEAK}`,
      "(?:old (?:boy|man|lady|woman|chap|fella|girl)|elderly|pensioner|widow)[^\\n]{0,60}?(?:hasn't|haven't|not|won't)[^\\n]{0,20}?(?:curtains|seen|answer(?:ed)?|the door)",
      `${WEAK}[^\\n]{0,80}?(?:isn't allowed|not allowed|aren't allowed|left alone|no (?:heating|food)|not (?:eaten|been fed|fed)|bruises?|bruised|covered in|lying in|on the floor|hasn't (?:eaten|been seen)|haven't seen (?:her|him)|locked in|can't (?:get up|feed)|being (?:robbed|conned|hit|abused|neglected)|(?:stealing|stole|taking|taken) (?:money )?from (?:her|him)|(?:shouts?|shouting|screams?|screaming) at (?:her|him)|(?:hits?|hitting|hurts?|hurting|rough with) (?:her|him)|(?:taking|took|stealing) (?:her|his) (?:money|pension|card))`,
    ],
    unless: `${PAST}|run off their feet|council (?:is )?(?:taking|stealing)|hospital floor .. last year`,
    score: 0.62,
    reason: 'An adult who may not be able to protect themselves may be harmed or neglected.',
  },
  {
    ...safeguarding,
    when: [
      '(?:hear|heard|hearing)(?: the| a| that| her| him| them)?(?: [a-z]+){0,3}? (?:scream(?:ing|s)?|crying|being hit|begging)',
      `${CHILD}[^.?!\\n]{0,60}?(?:bruises?|bruised|hungry|starving|locked (?:in|out|up)|left alone|home alone|touch(?:es|ed|ing)|hitting|hits|beaten|hurting|abus(?:ed|ing)|screaming|groomed|neglect(?:ed)?|sleeping in (?:a|the) (?:car|shed)|scared (?:of|to go) home|sending (?:her|him) (?:photos|pictures|messages)|older (?:man|men|bloke)|drug(?:s| runs?)|county lines)`,
      `(?:leav(?:es?|ing)|left|keeps? leaving) (?:his|her|their|the) (?:[a-z0-9]+ ){0,2}?${CHILD}(?: [a-z]+)? (?:alone|on (?:his|her|their) own|by (?:himself|herself|themselves)|in the car|all (?:night|day))`,
      `(?:touch(?:es|ed|ing)|hitting|hits|beating|hurting|groom(?:ing|ed)|abus(?:ing|ed)|molest(?:ing|ed)) (?:the |a |his |her |my |their |that |these |our )?${CHILD}`,
      `(?:taking|sending|flying|took|send) (?:my |our |the |her |his )?(?:cousin|sister|niece|daughter|friend|girl|step ?sister|neighbou?r's daughter|her)[^\\n]{0,120}?(?:know what (?:that|it) means|cut(?:ting)?|fgm|married|marry|wedding|'party'|"party"|ceremony|never (?:come|came) back|one[ -]way|against her will)`,
      "(?:happened|did|done|was done)(?: [a-z]+)? to me (?:[^.?!\\n]{0,40}?)(?:as a (?:child|kid|boy|girl)|when i was (?:a |[0-9]|little|small|young|ten|nine|eight)|at (?:a |the |that )?(?:church|children's home|care home|school|club|scouts))",
      'abused (?:as a (?:child|kid|boy|girl)|in care)|(?:forced|arranged) marriage|fgm',
    ],
    unless: [
      "years ago i'm fine|hungry for",
      'screaming at (?:the|each)',
      '(?:bill|policy|debate|campaign) (?:on|against) (?:fgm|forced)|spotted',
      "(?:your|hartley's|mp's) (?:kids?|daughters?|sons?|children)|what school|touch(?:ing|ed)? base",
    ],
    unlessNear: [
      '(?:photo|school photo|crossing|park|playground|potholes?|bike)|goals?|pitch|top corner|hits the (?:post|bar|target|net|ball|books|shops)|touched by (?:your|how|all|this)|wickets?|try line|{football}',
      'football(?! (?:club |team )?(?:coach(?:es)?|manager|trainer)|[^.?!\\n]{0,20}?(?:bruis|scared|touch|abus))',
    ],
    score: 0.6,
    reason: 'A child may be in danger, or the author may have been harmed as one.',
  },
  {
    ...safeguarding,
    when: [
      `${MINOR}[^.?!\\n]{0,40}? (?:is|are|was|were|being|been|gets?|getting|got|'s)(?: being| getting| been)? ${TOUCHED}(?: up)? by (?:the |a |an |his |her |their |this |that |some |my |our |one of the )?(?:[a-z]+ ){0,2}?${GROWN}(?!'s)`,
      `${GROWN}[^.?!\\n]{0,30}? ${TOUCHED} (?:up )?${MINOR}`,
      `${GROWN}[^.?!\\n]{0,30}? ${WRITING} [^.?!\\n]{0,20}?${MINOR}[^.?!\\n]{0,40}?${PICTURES}`,
      `${GROWN} (?:keeps?|kept|won't stop|has been|have been|'s been|been) (?:on )?${WRITING} ${MINOR}`,
      `${GROWN}[^.?!\\n]{0,30}? (?:ask(?:s|ed|ing)?|beg(?:s|ged|ging)|want(?:s|ed|ing)?|press(?:ures?|ured|uring)|tell(?:s|ing)?|told) ${MINOR}[^.?!\\n]{0,20}?(?:for (?:[a-z]+ )?(?:pics?|nudes?|selfies?|photos of (?:her|him|them) ?sel(?:f|ves))|not to tell|to keep (?:it )?(?:a )?secret)`,
      `(?:inappropriate|sexual|explicit|dirty|naked|nude) (?:messages?|texts?|photos?|pictures?|pics?|videos?|touching)[^.?!\\n]{0,24}? (?:of|to|from|with) ${MINOR}|${MINOR}[^.?!\\n]{0,40}? (?:inappropriate|sexual|explicit|dirty|naked|nude) (?:messages?|texts?|photos?|pictures?|pics?|videos?|touching)`,
    ],
    unless: `${PAST}|your (?:kids?|daughters?|sons?|children)`,
    unlessNear:
      '(?:of|at|from|for) the (?:match|game|team|day|trip|programme|website|newsletter|calendar|yearbook|tournament|trophy)|team photos?|school photos?|homework|revision|fixtures?|training times|kit|timetable|consent form|deep(?:ly)?|(?:kindness|speech|words|story)',
    score: 0.7,
    reason: 'A child may be groomed or abused.',
  },
  {
    ...police,
    when: [
      '(?:thinking|think|thoughts|thought|dreaming|dream) (?:about|of) (?:hurting|killing|stabbing|attacking|harming|shooting)(?! (?:myself|my own|the breeze|stars?|hoops?))',
      "(?:i|i'm|im|i am|i'd|an|the|i feel|keep)(?: just| really| so)? (?:want|going|urge|need|tempted) (?:to )?(?:hurt|stab|kill) (?:someone|somebody|people|them|the lads|everyone|him|a)",
      "(?:don't|do not|dont) (?:feel|think) (?:i'm |i am )?safe (?:to be )?around (?:people|others|my|them)",
      "(?:scared|afraid|frightened|worried) (?:of what )?i(?:'ll| will| might|'m going to| may)? (?:do|hurt|snap|kill)",
      "i(?:'m| am|m) (?:an? )?(?:danger|risk) to (?:my|the|our|myself|others|people|everyone|them)",
      'might (?:hurt|kill) (?:someone|somebody)|voices (?:tell(?:ing)?|say(?:ing)?) (?:me|him|her)|hear(?:s|ing)? voices',
      "going to do something (?:stupid|bad|i'll regret|terrible)|before i (?:do something|hurt)",
    ],
    unless: ['{football}|film|novel|song|game|want to kill (?:the|this) (?:bill|policy|debate|project|scheme)'],
    score: 0.64,
    reason: FEARS_HARM,
  },
  {
    ...safeguarding,
    when: [
      '(?:owe|owing|borrowed) (?:[a-z ]{0,20})?(?:money )?(?:to )?(?:a|some|this) (?:man|bloke|guy|lad|loan shark|dealer|people|geezer)',
      "(?:he's|they've|he has|they have|he|they) (?:got|taken|took|have|has|keeps?) my (?:bank )?card",
      "(?:can't|cannot|scared to|afraid to|daren't) (?:go to|tell|ring|call) the police",
    ],
    unless: ADVERT,
    score: 0.55,
    reason: EXPLOITED,
  },
  {
    ...safeguarding,
    when: 'loan ?sharks?',
    with: "i|i'm|i've|i'd|me|my|mine|we|us|our|he|she|him|her|his|they|them|mate|family",
    unless: [ADVERT, "(?:you|u|your|you're|ur)(?: [a-z]+){0,4} loan ?sharks?"],
    score: 0.55,
    reason: EXPLOITED,
  },
  {
    ...safeguarding,
    gravity: 'mild',
    when: [
      "(?:i'm|i am|im|we're|we are) (?:so |absolutely |completely |really )?(?:desperate|at breaking point|broken|suicidal|starving|at rock bottom|at the end of my (?:tether|rope))",
      "(?:haven't|not|hasn't) eaten (?:for|in|since)",
      'sleeping (?:rough|in my car|in the car|on the streets|in a tent)',
      '(?:crying|cry) (?:every (?:day|night)|myself to sleep)',
      '(?:cold|hungry) and (?:scared|alone|frightened)',
      'no (?:food|electric(?:ity)?|gas|heating)(?: left)?(?: and| an| or) no (?:food|electric(?:ity)?|gas|heating|money)',
      'i just (?:wanted|want|needed) (?:somebody|someone|anyone) to know(?=$|[.!])',
    ],
    unless: `${PAST}|desperate for (?:a|the|some|votes)|desperate (?:attempt|stuff)`,
    score: 0.35,
    reason: 'The author is in distress.',
  },
]

const by = { name: 'at-risk', version: '3', concern: 'at-risk' } as const
const hits = ruleBook(RULES)
const otherTongues = ruleBook([...WELSH_CRIES, ...FOREIGN_CRIES].map((cry) => ({ ...safeguarding, ...cry })))

export const atRisk: Detector = {
  ...by,
  detect(reading) {
    const english = inPlainEnglish(reading)
    const { text } = english.normal
    // "My daughter says she'd kill herself" is told of another, and no less a cry for help.
    const told = hits(english).filter((hit) => (!hit.reported || OF_SELF.has(hit.rule)) && !isUrged(text, hit))
    return [...findingsOf(ofWhom(text, told), english, by), ...findingsOf(otherTongues(reading), reading, by)]
  },
}

/** What is said of the author, where the words may be about another. */
const OF_ANOTHER: Readonly<Record<string, string>> = {
  [SELF_HARM]: 'Somebody, perhaps the author, may mean to harm or kill themselves.',
  [FEARS_HARM]: 'Somebody, perhaps the author, may hurt another person.',
}
const ABOUT_ANOTHER: ReadonlyMap<Rule, Rule> = new Map(
  RULES.flatMap((rule) => {
    const reason = OF_ANOTHER[rule.reason]
    return reason === undefined ? [] : [[rule, { ...rule, reason }]]
  }),
)
const OF_SELF: ReadonlySet<Rule> = new Set(RULES.filter(({ reason }) => reason === SELF_HARM))
const OWN = /(?<![a-z])(?:i|i'?m|i'?ve|i'?d|i'?ll|my|me|myself|meself|mysen)(?![a-z])/
/** Who does it is the nearest before it: "my mate said he's going to" is his, "he left so I want to" the author's. */
const SUBJECT =
  /(?<![a-z])(?:(i|i'?m|i'?ve|i'?d|i'?ll|am|me)|(?:s?he|they|we|you|who)(?:'(?:s|re|ve|d|ll))?|s?hes|theyre|mates?|friends?|sons?|daughters?|brothers?|sisters?|husband|wife|partner|mum|mam|dad|lads?|lass|neighbou?rs?|colleague|someone|somebody|people|kids|child)(?![a-z])/g

/** Hits under the reason that is true of whom they mean; where the author means themselves anywhere, that is said. */
function ofWhom(text: string, told: readonly Hit[]): Hit[] {
  const own = new Set(told.filter((hit) => isOwn(text, hit)).map(({ rule }) => rule))
  return told.map((hit) => {
    const another = own.has(hit.rule) ? undefined : ABOUT_ANOTHER.get(hit.rule)
    return another ? { ...hit, rule: another } : hit
  })
}

const isQuoted = (text: string, at: number): boolean => text.slice(0, at).split('"').length % 2 === 0

function isOwn(text: string, { start, end, reported }: Hit): boolean {
  if (reported || isQuoted(text, start)) return false
  if (OWN.test(text.slice(start, end))) return true
  const before = text.slice(Math.max(0, start - 120), start)
  const subject = [...before.slice(before.search(/[^.?!\n]*$/)).matchAll(SUBJECT)].at(-1)
  return subject?.[1] !== undefined
}

/** "You should ...", "your mum should have ...", "hope you ...": what the reader is told or taunted with, right before. */
const TO_READER =
  /(?<![a-z])(?<!(?:thank|told|tell|telling|fuck|beg|begging|warn|warning|because of|to|at|with|from|for) )(?:you|u|ya|ye|your? [a-z]+|ur [a-z]+)(?:'?(?:d|ll|re|ve))?(?: (?:all|both|lot|just|really|fucking|better|best|had|be|are|is|would|will|should(?:'?ve|a)?|could|can|must|might|may|as|well|ought|to|deserves?|needs?|gotta|want|go|and|have|of|got|of|taken|took|take|an?|something|feel))*\s*$/
/** The same, said of somebody else, is a wish and no worry. */
const SHOULD =
  /(?<!(?<![a-z])i )(?<![a-z])(?:should(?:'?ve|a)?|ought to|deserves? to)(?: (?:have|of|just|really))*(?: (?:taken?|took|had) an)?\s*$/
/** A command: at the head of a sentence, after a comma, or after "go and". */
const COMMAND = /(?:^|[.!?,;:\n])\s*(?:(?:just|please|so|now|and|then|kindly|fucking|(?:take|have) an?) )*$/
const GO =
  /(?<![a-z])(?:go(?: on)?(?: and)?|why (?:not|don'?t (?:you|u)|doesn'?t (?:she|he))|favour,?(?: and)?)(?: (?:just|please|fucking|(?:take|have) an?))*\s*$/
const BASE = /^(?:jump|step|walk|throw|end|overdose|die|top|hang|drown|cut|take)(?![a-z])/
const WRITER = /(?<![a-z])(?:i|i'?m|i'?ve|i'?d|i'?ll|me|my|myself)(?![a-z])/
const READER = /(?<![a-z])(?:you|u|ya|your|ur)(?![a-z])/

/** Is it the reader, or somebody wished ill, who is urged to it or taunted with it? That is abuse and no cry for help. */
function isUrged(text: string, { start, end }: Hit): boolean {
  const before = text.slice(Math.max(0, start - 80), start)
  if (TO_READER.test(before) || SHOULD.test(before)) return true
  const said = text.slice(start, end)
  if (/(?:^|[a-z]) (?:should(?:'?ve|a)?|ought to|deserves? to) /.test(said) && /(?:your?|ur)\s*$/.test(before))
    return true
  if (!BASE.test(said)) return false
  const sentence = `${before.slice(before.search(/[^.?!\n]*$/))}${said}${text.slice(end, end + 120).split(/[.?!\n]/, 1)[0] ?? ''}`
  return !WRITER.test(sentence) && (GO.test(before) || (COMMAND.test(before) && READER.test(sentence)))
}
