import type { Detector } from '../model.ts'
import { lookAlikes } from './look-alikes.ts'
import { findingsOf, type Rule, ruleBook } from './rules.ts'
import { scams } from './scam.ts'
import { votingFacts } from './voting.ts'

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
      '(?:reply|send|dm|give|message|provide|confirm|enter|submit|re ?register)[^\\n]{0,50}?(?:ni number|national insurance|bank details|sort code|card (?:number|details)|password|pin(?: number)?|date of birth|your details|your login|login details|passcode|one time code)',
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
      "(?:leaked|exposed|breaking|secret)[^\\n]{0,160}?(?:share|rt|retweet|spread|screenshot)(?: this| it)? before (?:it's|its|it is|they|this is|this gets|it gets|deleted)",
      "(?:share|spread|retweet) (?:this |it )?before (?:it's |its |it is |they |this is |it gets |being )?(?:deleted|removed|taken down|delete|remove|take)",
      'breaking[^\\n]{0,40}?(?:{mp}|the mp|our mp)[^\\n]{0,30}?(?:arrested|charged|dead|died|resigned|sectioned)',
      "there was no sitting|don't let them hide it|(?:they|the media|msm|bbc) (?:don't|do not|won't) want you to (?:see|hear|know|share)",
      '(?:leaked|hidden|secret|unseen|deleted) (?:[a-z]+ ){0,2}?(?:email|letter|memo|recording|audio|video|clip|footage|whats ?apps?|messages?|texts?)[^\\n]{0,60}?(?:{mp}|the mp|our mp|mp)(?:[^\\n]{0,60}?["“]|[^\\n]{0,20}? (?:saying|says|admitting|admits|calling|laughing))',
      '["“][^"”\\n]{8,200}["”],? ?-{0,2} ?(?:{mp}|mp)[^\\n]{0,60}?(?:in private|to (?:donors|colleagues|staff)|on (?:a )?(?:hot mic|secret|leaked)|caught)',
    ],
    unless: `${FREE}|foi|register|according to|court|reports?(?: that)?|https?`,
    score: 0.6,
    gravity: 'mild',
    reason: 'Words or news are put about in haste and without a source; only people can tell whether they are forged.',
    quotable: true,
  },
  {
    when: [
      '(?:microchips?|nanobots|5g)[^\\n]{0,60}?(?:vaccines?|jabs?|inject)',
      '(?:vaccines?|jabs?)[^\\n]{0,40}?(?:contain|microchips?|nanobots|depopulation)',
    ],
    unless: FREE,
    score: 0.6,
    gravity: 'plain',
    reason: 'An invention about vaccines is spread as fact.',
    quotable: true,
  },
]

const NAME = 'deception'
const VERSION = '2'
const hits = ruleBook(RULES)
const by = { name: NAME, version: VERSION, concern: 'deception' } as const

export const deception: Detector = {
  name: NAME,
  version: VERSION,
  detect: (reading) => [
    ...findingsOf(hits(reading), reading, by),
    ...scams(reading, by),
    ...votingFacts(reading),
    ...lookAlikes(reading),
  ],
}
