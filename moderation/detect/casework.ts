import type { Detector } from '../model.ts'
import { spanOf } from '../normalise.ts'
import { remember } from '../remember.ts'
import { phrases } from './phrases.ts'
import { pattern } from './rules.ts'

/**
 * A request or report about a person's or a named place's problem. Never a breach; it goes to the caseworkers and protects
 * the author: rude casework is still casework.
 */

/** What offices are asked about. */
const MATTER = pattern([
  "pip|dla|esa|universal credit|uc|dwp|benefits?|carer's allowance|attendance allowance",
  'housing benefit|state pension|pension credit|overpayment|overpaid|sanction(?:ed)?|tribunal',
  'mandatory reconsideration|passport|travel document|visa|leave to remain|settled status|home office',
  'asylum (?:claim|case|interview)|citizenship|biometric|family reunion|reunification|ehcp|senco|send (?:assessment|schools?|support|provision|tribunal|place|kids?|child)',
  'autism (?:assessment|list)|school place|spaces in year|special school|council tax|bins?|recycling',
  'fly ?tipping|potholes?|pavement|street ?lights?|lamp ?posts?|notice to quit|tree|extension|boundary|detention|deported|care visits|damp|mould|mold|no (?:hot water|heating|electric(?:ity)?|gas|water)|hot water|school transport|pensions?|repairs?|roof|leak(?:s|ing)?|landlord',
  'housing (?:association|list|officer)|council (?:house|flat)|tenancy|evict(?:ed|ion|ing)|section 21',
  'homeless|rent|boiler|heating|cladding|parking permit|blue badge|driving licen[cs]e|dvla',
  'firearms licence|licence|gp|dentist|scan|operation|surgery date|hospital|appointments?',
  '(?:waiting|housing) list|prescription|wheelchair|carers?|care (?:home|package|plan)|social worker',
  'social services|child maintenance|csa|cms|child support|hmrc|tax (?:code|refund|credits?)|bank',
  'scam(?:med)?|fraud|police (?:report|complaint)|crime number|sewage|flood(?:ed|ing)?|brook|river',
  'noise|planning (?:objection|application|permission)|bus (?:pass|stop)|train|probation|prison',
  'innocent|review commission|funeral|bereavement|inquest|burst pipe|pipe burst|burst|my case',
  'case (?:number|ref)|my appeal|appeal|complaint|caseloads?|application|permit|grant|compensation',
  'refund|energy bill|meter|wi ?fi|broadband|job ?cent(?:re|er)|redundan(?:t|cy)|unemploy(?:ed|ment)',
  'food ?bank|debts?|bailiffs?|loan shark|stall|ramp|disabled (?:bay|access)|road works|crossing',
  "job's for|register to vote|postal vote",
])
/** Asking for something to be done, or telling that nothing is. */
const NEED = pattern([
  '(?:can|could|would|will|please) (?:you|u|your office|the office|someone|somebody|anyone|i|we|she|he) .. (?:help|chase|look|ask|find|get|call|ring|raise|tell|do|check|sort|write|contact|advise|explain|speak|intervene|come|fix|fill|appeal)',
  '(?:please|pls|plz) (?:help|chase|advise|call|ring|anything|look|sort)|need(?:s)? (?:your )?help',
  'help (?:me|us|please|my)|(?:any )?help (?:appreciated|needed|with)|for any help',
  'who (?:do|can|should|would) (?:i|we)|how (?:do|can|would) (?:i|we)|how you report|what do i do',
  'what (?:can|should) (?:i|we) do|whose job|is there (?:someone|somebody|anyone|a person)',
  'where (?:do|can|should) (?:i|we)|do i need|any (?:news|update|progress|joy)',
  "still (?:no|not|waiting|nothing|haven't)|(?:been )?waiting|waited|waits?",
  '(?:nobody|no one|noone) (?:rings?|repl(?:y|ies)|answers?|picks?|comes?|calls?|listens?|helps?|gets?|is|seems|will|has)',
  "(?:won't|will not|refuses? to|refused to|can't be bothered to) (?:fix|help|do|mend|repair|sort|listen|move|come|pay|see|treat)",
  "no (?:reply|answer|response|call ?back)|won't (?:reply|answer|help)|(?:keeps? )?ignor(?:ing|ed)",
  'chas(?:e|ed|ing)|ref(?:erence)?|refused|rejected|turned down|stopped|lost my',
  "been (?:out|broken|cut off|left|told|without)|not been|hasn't been|haven't been|again|deadline",
  "stuck|months?|weeks?|been on the|(?:can't|cannot|won't|doesn't|don't) (?:register|care|accept|see)",
  'say i owe|i want a (?:named person|date)|is that the right|get my case|took (?:my|our)',
  "just checking|emailed|emails|not priority|isn't back|(?:i|we)(?:'d| would) like|they want",
  '(?:can|could) you (?:please )?(?:get|have) (?:it|this|that|them) (?:sorted|fixed|moved|mended|looked)|help\\?|cut (?:to|down|from)|come out',
  "(?:isn't|is not|not) (?:theirs|their (?:problem|tree|land))|given (?:us|me|her|him) notice",
  "until someone|nowhere to go|(?:don't|do not|dont) know (?:who|where)(?: else)? to (?:ask|turn|go)",
  'where do (?:i|we) turn|report (?:it|this)|(?:grateful|appreciate)[^.?!]{0,20} (?:call|reply|word)',
  'how (?:would|might) (?:i|we) (?:find|get|claim)|(?:meant|supposed) to do|not answering|blocked my',
  "not (?:their|our) (?:problem|job|priority)|(?:cancelled|agony|underpaid)|what's the point of",
  '(?:second|third|fourth|fifth|sixth|[0-9]+(?:nd|rd|th)) (?:photo(?:graph)?|picture|email|letter|time|call|message)',
  "can(?:'t|not)? (?:get|see|find) (?:an? )?(?:dentist|gp|doctor|appointment)",
])
/** The author's own trouble, or somebody's near them. */
const OWN = pattern([
  "i|i'm|i've|i'd|im|ive|my|me|mine|we|we've|our|us|mum|mam|dad|nan|son|daughter|wife|husband|brother",
  'sister|neighbour|cousin|the|on [a-z]+ (?:road|street|lane|gardens|close|avenue|estate)',
])
/** Needs no further sign. */
const PLAIN = pattern([
  '(?:can|could|would|will) (?:you|your office|someone|somebody|anyone)(?: please)? (?:help|chase|call (?:me|us)|ring (?:me|us)|help (?:me|us))',
  '(?:casework(?:er)?|constituent)[^.?!]{0,60}?(?:help|problem|complaint|case|reply|appeal|issue)',
  '(?:book|appointment|slot)[^.?!]{0,30}?(?:surgery|advice|see you|meet)',
  '(?:can|could|would|will) (?:you|your office)(?: please)? (?:raise|report|take) (?:this|it|my)(?: [a-z]+){0,4} (?:with|to) (?:the )?(?:police|council|cps|ombudsman|home office|dwp|trust|school)',
  'book (?:a|an) (?:slot|appointment|meeting|call)',
  '(?:surgery|drop[ -]in)[^.?!]{0,40}?(?:appointment|slot|about my|book)',
  '(?:emailed|written|rung|called|phoned|messaged|contacted) .. (?:times|twice|again|weeks? ago|months? ago|and (?:no|nobody|nothing|heard nothing))',
  'my (?:pip|visa|passport|ehcp|appeal|case|tenancy|application|benefits?|complaint|bins?|licence)',
  '(?:ref|reference|case|application)(?: number| no| gwf)?[ :#.]*[a-z]{0,3}[/ -]?[0-9]{3,}',
  "[a-z]/[0-9]{3,}|bins? (?:not|haven't|hasn't|still|weren't)",
  'where (?:do|can) (?:i|we) (?:report|complain|apply|go)',
  "(?:i'm|i am) a (?:social worker|nurse|teacher|carer|doctor|paramedic|police officer)[^\\n]{0,200}?(?:raise|told to|unsafe|whistle|in writing)",
  '(?:do|should) i (?:appeal|apply)',
  '(?:could|can) i (?:do|have|get) (?:this|it|that|a copy) (?:by|in|as)',
  "(?:i'd|i would) like an? [a-z ]{2,30} please|any help (?:with|please|you)|for any help|wanted help",
  'want help|is there (?:someone|somebody|a person|anyone) (?:i|we|who)',
  '(?:nobody|no one) (?:rings|calls) back|(?:please )?call me(?: back)?',
  '(?:which|what) (?:school|schools) (?:has|have) (?:spaces|places)|which road is the office',
  'can (?:someone|somebody|you|anyone) report (?:it|this)|please (?:could|can|would) (?:you|someone|somebody) (?:please )?(?:report|help|chase|call|ring|look|ask|check)',
  '(?:be grateful|grateful|appreciate)[^.?!]{0,20} (?:a call|an appointment|a word)',
  '(?:make|get|have|arrange) an appointment|can i (?:see|speak to|talk to|meet) (?:somebody|someone|jo|tom|priya|the mp|her|him)(?=$|[.!?]| about)',
  "(?:i'm|i am|im|we're|we are|i've been|we've been|i was) (?:being )?(?:evicted|sanctioned|made homeless|cut off)",
  '(?:sanctioned|evicted|overcharged|underpaid) (?:me|us|my (?:mum|dad|son|daughter|brother|sister|wife|husband))|evicted on the',
  'is there someone i can (?:ask|tell|speak)|what (?:do|should) i do',
])
/** Pleas in other languages. */
const ELSEWHERE = phrases([
  'احتاج مساعدة',
  'أحتاج مساعدة',
  'ساعدوني',
  'طلب',
  'kiedy to naprawicie',
  'prosze o pomoc',
  'potrzebuje pomocy',
  'am nevoie de ajutor',
  'necesito ayuda',
  'donde puedo',
  "besoin d'aide",
  'ich brauche hilfe',
  'yardim',
  'angen help',
  'madad chahiye',
  'нужна помощь',
  'do kogo mam',
  'gdzie moge zglosic',
  'gdzie moge to zglosic',
  'kto moze mi pomoc',
  'kto moze nam pomoc',
  'puteti sa ne ajutati',
  'puteti sa ma ajutati',
  'cine ma poate ajuta',
  'cine ne poate ajuta',
  'cum pot face o programare',
  'preciso de ajuda',
  'allwch chi helpu',
  'допоможіть',
  'потрібна допомога',
  'آپ کے دفتر',
])
/** An office, a campaign, an invitation or a question for all is no case. */
const OTHER = pattern([
  'sign (?:the|our|my|this)|petition|campaign|would you come and speak|open our',
  'interview (?:you|with|her|him|priya|the mp)|could i interview|profile piece',
  '(?:sorted|helped|thank (?:you|her|him|them) for|thanks for) [^?]{0,80}?(?:brilliant|lovely|wonderful|amazing|star|grateful|woman|man)',
  'vote (?:for|against)|did you vote|your vote|hansard|press office|ballot|bring (?:the )?[a-z]+ back',
  "cheap|apply now|no paperwork|telegram|seo|(?:what's|what is) your (?:view|position|plan)",
  'attend the debate|speak up for|(?:back|support|oppose|sign|urge you to [a-z]+) (?:the|this|our|edm) (?:[a-z]+ ){0,3}(?:bill|motion|amendment|debate|pledge|[0-9]+)|edm [0-9]+',
  'as (?:a|your) constituent,? i|i urge you|rally|march|vigil|you promised|you have been our mp|all talk|(?:save|keep) our [a-z]+',
  'tell the minister|you cut|hooray|photo op|my view|i want beds|listening',
  "office open|opening hours|why (?:won't|don't|did|do) you|your (?:policy|party|government|record)",
  'you voted|minister',
])

const NAME = 'casework'
const VERSION = '1'

export const casework: Detector = {
  name: NAME,
  version: VERSION,
  detect({ normal, item, context }) {
    const { text } = normal
    const plain = PLAIN.exec(text) ?? ELSEWHERE.exec(text)
    const matter = MATTER.exec(text)
    const need = NEED.exec(text)
    let score = 0
    if (plain) score = 0.7
    else if (matter && need && OWN.test(text)) score = 0.62
    if (score > 0 && !plain && OTHER.test(text)) score = 0
    if (score > 0 && plain && !need && OTHER.test(text)) score = 0
    // "Still no answer" goes on with what was asked before.
    const chased = context.earlier.some((remark) => asked(remark.text))
    if (score === 0 && chased) score = 0.55
    if (score === 0) return []
    const spans = [plain, matter, need].flatMap((found) =>
      found ? [spanOf(normal, found.index, found.index + found[0].length)] : [],
    )
    return [
      {
        concern: 'casework',
        score: item.kind === 'message' ? score + 0.1 : score,
        gravity: 'mild',
        reason:
          chased && spans.length === 0
            ? 'It chases a request made before.'
            : 'Somebody asks for help or reports a problem.',
        spans,
        detector: NAME,
        version: VERSION,
      },
    ]
  },
}

/** Does an earlier message hold a case? Plain lower case is enough: people in need don't disguise their spelling. */
export function asks(text: string): boolean {
  const plain = text.toLowerCase().replaceAll('’', "'")
  if (OTHER.test(plain)) return false
  return (
    PLAIN.test(plain) ||
    (MATTER.test(plain) && (NEED.test(plain) || /(?<![a-z])(?:my|our|still|no|can you)(?![a-z])/.test(plain)))
  )
}

/** The same neighbours are asked about again and again. */
const asked = remember(asks, 1_000)
