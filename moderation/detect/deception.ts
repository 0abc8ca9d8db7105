import type { Detector, Finding, Reading } from '../model.ts'
import { findingsOf, type Rule, ruleBook } from './rules.ts'

/** Scams, look-alike addresses, false facts about voting, and forgeries. Truth of opinion is nobody's to judge here. */

const FREE =
  "scam(?:med|mer|mers|s)?|is this real|doesn't exist|having you on|my (?:dad|mum|nan|gran|husband|wife|son|daughter) (?:sent|lost|paid|got)|can you help|reported (?:it|this)|beware|be careful|warning|don't (?:click|pay|send|fall)|not through|fake|at the desk|charity number|community cent(?:re|er)"

const RULES: readonly Rule[] = [
  {
    when: [
      '(?:send|wire|transfer|deposit|invest) (?:just |only |me |us |your )?(?:[£$] ?)?(?:[0-9.,]+k?|bitcoin|btc|eth|money)[^\\n]{0,60}?(?:double[sd]?|get £?\\$?[0-9,.]+ back|guarantee|back|returns?|friends (?:&|and) family|gift cards?|my account|bitcoin|btc|eth|crypto|no receipts)',
      '(?:doubles?|doubling|giving back)[^\\n]{0,60}?(?:send|bitcoin|btc|crypto|verified|click)',
      'friends (?:&|and) family[^\\n]{0,30}?(?:no receipts|only)|paypal [^\\n]{0,40}?@',
      '(?:turn(?:ed|s)?|made|make|earn(?:ed)?) (?:[£$] ?)?[0-9.,]+k?[^\\n]{0,60}?(?:{mp}|the mp|government approved|martin lewis) (?:recommends?|recommended|approved|approves|backs?|uses|endorse[sd]?|scheme)[^\\n]{0,60}?(?:https?|www|link|dm|click)',
      '(?:made|make|earned?|earn|turned|turn) (?:[£$] ?)?[0-9.,]+k?[^\\n]{0,40}?(?:government|hmrc|bank|mp) (?:approved|backed)[^\\n]{0,60}?(?:https?|www|link|dm|click)',
      'turn(?:ed|s)? (?:[£$] ?)[0-9.,]+k? into (?:[£$] ?)[0-9.,]+k?[^\\n]{0,100}?(?:https?|www|link|dm|click|whats ?app|telegram)',
      '(?:claim|collect|release) your (?:grant|refund|payment|compensation|prize|winnings)[^\\n]{0,60}?(?:https?|click|fee|dm|bank)',
      '(?:cost of living|energy|support) (?:grant|payment|fund)[^\\n]{0,60}?(?:https?|click|dm|bank details|send|guarantee)',
    ],
    unless: FREE,
    score: 0.78,
    gravity: 'grave',
    reason: 'It has the shape of a fraud: money is to be sent with a promise or without a trace.',
    quotable: true,
  },
  {
    when: [
      '(?:reply|send|dm|give|message|provide|confirm|enter|submit|re ?register)[^\\n]{0,50}?(?:ni number|national insurance|bank details|sort code|card (?:number|details)|password|pin(?: number)?|date of birth|your details|login|passcode|one time code)',
      '(?:account|page|profile|badge) (?:will be|has been|is) (?:suspended|disabled|deleted|restricted|locked)[^\\n]{0,60}?(?:https?|verify|appeal|click|confirm)',
      'verify (?:now|your account|here)',
    ],
    unless: [
      `${FREE}|(?:why|how|should|do|must|can) (?:do |should )?(?:i|we)|stop dming|to your office`,
      'caseworker|is it safe',
    ],
    score: 0.7,
    gravity: 'grave',
    reason: 'It asks people for their private data.',
    quotable: true,
  },
  {
    when: [
      '(?:voting|polling day|polls?|election|vote)(?: [a-z]+){0,6}? (?:has been |have been |is |was |been |are )?(?:moved|changed|postponed|delayed|switched|rescheduled|now|extended)(?: to| on| until)? (?:the )?(?:next )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|next week|[0-9])',
      'vote (?:now )?by (?:text|sms|whatsapp|email|phone|dm|replying)',
      '(?:text|reply|sms) [a-z]+ to [0-9]{3,}[^\\n]{0,40}?vote',
      '(?:vote|votes?)[^\\n]{0,30}?(?:text|reply) [a-z]+ to [0-9]{3,}',
      '(?:polling stations?|polls)(?: (?:in|at) [a-z]+)? (?:are |is |have |has )?(?:been )?(?:closed|shut|cancelled|closing early)(?: today| now| due| because| early|$|[.!])',
      '(?:you can|can) (?:now )?vote (?:twice|online)',
      '(?:if you (?:vote|voted)|tick|mark) (?:both|two|all) (?:boxes|candidates)',
      '(?:labour|tory|reform|conservative|green|lib dem) (?:voters|supporters) (?:vote|should vote|must vote) (?:on )?(?:friday|saturday|sunday|monday|tuesday|wednesday)',
    ],
    unless: [
      `${FREE}|debate|second reading|lords|should be (?:moved|changed|postponed)|bill|committee`,
      'why (?:was|were|has|have)|leadership',
    ],
    score: 0.74,
    gravity: 'plain',
    reason: 'It tells people something false about when or how to vote.',
    quotable: true,
  },
  {
    when: [
      "(?:leaked|exposed|breaking|secret)[^\\n]{0,160}?(?:share|rt|retweet|spread|screenshot)(?: this| it)? before (?:it's|its|it is|they|this is|this gets|it gets|deleted)",
      "(?:share|spread|retweet) (?:this |it )?before (?:it's |its |it is |they |this is |it gets |being )?(?:deleted|removed|taken down|delete|remove|take)",
      'breaking[^\\n]{0,40}?(?:{mp}|the mp|our mp)[^\\n]{0,30}?(?:arrested|charged|dead|died|resigned|sectioned)',
      "there was no sitting|don't let them hide it",
      '(?:microchips?|nanobots|5g)[^\\n]{0,60}?(?:vaccines?|jabs?|inject)',
      '(?:vaccines?|jabs?)[^\\n]{0,40}?(?:contain|microchips?|nanobots|depopulation)',
    ],
    unless: `${FREE}|foi|register|according to|court`,
    score: 0.6,
    gravity: 'plain',
    reason: 'It has the shape of a forgery or an invented report, spread in haste.',
    quotable: true,
  },
]

const NAME = 'deception'
const VERSION = '1'
const hits = ruleBook(RULES)
const by = { name: NAME, version: VERSION, concern: 'deception' } as const

export const deception: Detector = {
  name: NAME,
  version: VERSION,
  detect: (reading) => [...findingsOf(hits(reading), reading, by), ...lookAlikes(reading)],
}

/** Names that people trust, and the places they may rightly stand. */
const TRUSTED = /(?:^|[.-])(?:parliament|gov-?uk|hmrc|dwp|nhs|home-?office|electoral|dvla|royalmail|council)(?=[.-])/
const GENUINE = /(?:^|\.)(?:gov\.uk|parliament\.uk|nhs\.uk|parliament\.scot|senedd\.wales|royalmail\.com)$/
const BAIT =
  /(?:login|log-in|verify|secure|account|casework|support|claim|refund|payment|update|official|confirm|signin)/
const HOST = /(?:https?:\/\/|www\.)([a-z0-9.-]+)([^\s]*)/g

/** An address that borrows a public body's or the MP's name and asks for something. */
function lookAlikes({ item, office }: Reading): Finding[] {
  const own = [office.public.website, office.public.email].flatMap((contact) => hostOf(contact))
  const surname = office.mp.name.toLowerCase().split(/\s+/).at(-1) ?? ''
  const found: Finding[] = []
  for (const text of new Set([item.text, ...item.links])) {
    for (const match of text.toLowerCase().matchAll(HOST)) {
      const [whole, host = '', path = ''] = match
      if (GENUINE.test(host) || own.some((genuine) => host === genuine || host.endsWith(`.${genuine}`))) continue
      const borrows = TRUSTED.test(host) || (surname.length > 3 && host.includes(surname))
      if (!borrows || !BAIT.test(host + path)) continue
      found.push({
        concern: 'deception',
        detector: NAME,
        version: VERSION,
        score: 0.76,
        gravity: 'grave',
        reason: 'A link borrows the name of a public body or of the MP and is not theirs.',
        spans: text === item.text ? [{ start: match.index, end: match.index + whole.length }] : [],
      })
    }
  }
  return found.slice(0, 1)
}

function hostOf(contact: string | undefined): string[] {
  const host = /(?:@|:\/\/)([a-z0-9.-]+)/.exec(contact?.toLowerCase() ?? '')?.[1]
  return host ? [host.replace(/^www\./, '')] : []
}
