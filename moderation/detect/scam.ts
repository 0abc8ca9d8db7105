import type { Finding, Gravity, Reading } from '../model.ts'
import { spanOf } from '../normalise.ts'
import { pattern } from './rules.ts'

/**
 * Frauds by what they are made of rather than by how they are worded: somebody trusted, a lure, haste, a way to pay that
 * leaves no trace, and what is asked for. One of these is everyday; together they are a fraud.
 */

const PARTS = {
  authority: pattern([
    "official(?:ly)?|on behalf of|(?:the )?mp'?s? (?:fund|appeal|office|scheme|team)|government|hmrc|dwp|home office|your bank|royal mail|police|council|verified|approved|endorsed|backed by|authorised|department|customer (?:service|support)|fraud (?:team|department)",
  ]),
  lure: pattern([
    '(?:double|triple|multiply) (?:your|it|his|her|the)|(?:guaranteed?|daily|weekly|huge|massive|easy) (?:profits?|returns?|income|payouts?)|risk free|(?:tax |council tax |energy )?(?:refund|rebate|compensation|(?:energy |support )?grant|windfall|bonus) (?:is |of |worth )?(?:£[0-9.,]+|waiting|ready|due|available|now|pending|unclaimed|for (?:everyone|all|every))',
    "(?:you(?:'ve| have)? (?:have )?(?:been )?(?:won|selected|chosen|approved))|unclaimed|lottery|jackpot|inheritance|giving (?:it )?(?:back|away)|give ?away|free (?:money|cash|bitcoin|iphone)|(?:made|earned|earning|making|turned) (?:me )?£?[0-9][0-9,.]*k?",
  ]),
  haste: pattern([
    'urgent(?:ly)?|immediately|act (?:now|fast)|within (?:24|48|12|[0-9]+) hours?|before midnight|expires?|last chance|(?:only|just) [0-9]+ (?:places|spots|slots)|today only|final notice|or (?:you|your account|it) will (?:be|lose)|avoid (?:arrest|a fine|prosecution|suspension|closure)',
  ]),
  channel: pattern([
    'friends (?:&|and) family|(?:gift|steam|itunes|amazon|google play) (?:gift )?cards?|western union|moneygram|bitcoins?|btc|usdt|ethereum|crypto(?:currency)?|wallet(?: address)?|cash ?app|(?:to|into) (?:my|his|her|this|the following) (?:personal |own |private )?(?:bank )?account|sort code:? ?[0-9-]+|acc(?:oun)?t? ?(?:no|number):? ?[0-9]+|paypal[^\\n]{0,40}?@|no receipts?|whats ?app (?:me|us|him|her|on|only|number|\\+?[0-9]+)|telegram',
  ]),
  money: pattern([
    '(?:send|transfer|wire|deposit|donate|pay|invest|contribute|top up|give)(?: [a-z]+){0,4}? (?:£ ?[0-9.,]+k?|[0-9.,]+k?|money|cash|funds?|a fee|the fee|deposits?|donations?|payments?|to|via|by|using|through|what you can|now)|(?:donations?|deposits?|payments?|every penny|minimum (?:deposit|investment)) (?:to|via|by|through|is|of|goes?|here)',
  ]),
  data: pattern([
    '(?:send|reply(?:ing)? with|dm|message|text|give|provide|enter|confirm|submit|forward|email|share|verify)(?: [a-z]+){0,3}? (?:your|ur)(?: [a-z]+){0,2}? (?:bank|card|account (?:number|details)|sort code|ni number|national insurance|passwords?|passcode|pin|log ?in|date of birth|dob|passport (?:number|photo|scan)|one time|security code|personal (?:details|information|data)|details)',
  ]),
  link: /https?:|hxxps?:|www\.|link (?:in bio|below)|click (?:here|the|this)/,
} as const
type Part = keyof typeof PARTS

/** Whoever was robbed, warns, asks, or raises money at a counter that can be visited. */
const FREE = pattern([
  "(?<!not a )(?<!no )scam(?:med|mer|mers|s)?|phishing|fraud(?:ulent|sters?)|fake|is (?:this|that|it) (?:real|genuine|legit|you)|beware|be careful|watch out|don't (?:click|pay|send|fall|give)|do not (?:click|pay|send|give)|never (?:click|pay|send|give)|reported (?:it|this)|warning|got (?:a|this) (?:text|email|call|letter|message) (?:from|saying|claiming)",
  'my (?:dad|mum|mother|father|nan|gran|grandad|husband|wife|son|daughter|neighbour|friend) (?:sent|lost|paid|got|gave|was)|(?:i|we) (?:sent|lost|paid|gave|was|were|got|have been|had)|can you help|help (?:me|us)|charity number|registered charity|just ?giving|go ?fund ?me|at the (?:desk|door|office)|community cent(?:re|er)|village hall|church|school fair|should (?:send|give|pay|ban|regulate|stop)|why (?:do|did|does|are|is|should)',
])

interface Fraud {
  parts: readonly (readonly Part[])[]
  score: number
  gravity: Gravity
  reason: string
}

/** Each asks for one part of every group. */
const FRAUDS: readonly Fraud[] = [
  {
    parts: [['data'], ['authority', 'haste', 'lure']],
    score: 0.74,
    gravity: 'grave',
    reason: 'It asks people for their private data, with a promise, a threat or a trusted name.',
  },
  {
    parts: [['money'], ['channel'], ['authority', 'haste', 'lure']],
    score: 0.76,
    gravity: 'grave',
    reason: 'It asks for money by a way that leaves no trace, with a promise, a threat or a trusted name.',
  },
  {
    parts: [['lure'], ['channel', 'money'], ['link', 'authority', 'haste']],
    score: 0.72,
    gravity: 'grave',
    reason: 'It promises money to whoever sends some or follows a link.',
  },
]

export function scams(reading: Reading, by: { name: string; version: string }): Finding[] {
  const { normal } = reading
  const found = new Map<Part, RegExpExecArray>()
  for (const [part, what] of Object.entries(PARTS) as [Part, RegExp][]) {
    const hit = what.exec(normal.text)
    if (hit) found.set(part, hit)
  }
  const fraud = FRAUDS.find(({ parts }) => parts.every((group) => group.some((part) => found.has(part))))
  if (!fraud || FREE.test(normal.text)) return []
  const { score, gravity, reason, parts } = fraud
  const used = new Set(parts.flat())
  const spans = [...found].flatMap(([part, hit]) =>
    used.has(part) ? spanOf(normal, hit.index, hit.index + hit[0].length) : [],
  )
  return [{ concern: 'deception', score, gravity, reason, spans, detector: by.name, version: by.version }]
}
