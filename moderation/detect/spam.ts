import type { Detector, Finding, Gravity, Reading } from '../model.ts'
import { type Manner, mannerOf } from './provocation.ts'
import { pattern, type Rule, ruleDetector } from './rules.ts'
import { COPY, likeness } from './similar.ts'

/**
 * Persistent posting whose aim is to provoke, told by what somebody did over time, and commerce. Never by what they think:
 * sixty civil and critical posts in a month are sixty posts. Persistence about an unmet need is free, and so is one text
 * from many people: that is a petition.
 */

const NAME = 'spam'
const VERSION = '2'

/** Nobody writes to an MP about these; */
const WARES =
  'seo|backlinks?|essay writing|dissertations? written|pay ?day (?:loans?|cash)|pills|viagra|cialis|cbd|gummies|casino|free spins|betting tips|forex|binary options|trading (?:signals|platform|mentor|account)|crypto (?:signals|trading|mentor|platform|investment)|bitcoin (?:trading|mentor|investment|platform)|nfts? drop|(?:real|cheap|free|buy|gain|get|more|[0-9]+k?) followers|ray ?bans?|replica|(?:fake|aaa) (?:watches|bags|trainers)|weight loss|slimming|keto|herbal|herpes|cured my|spell caster|psychic|mentor|passive income|financial freedom|onlyfans|only fans|escorts?|sugar (?:mummy|daddy|baby)|web ?design|web ?sites? built|rank your|fire ?sticks?|iptv|dodgy box|recovery (?:expert|agent|hacker)|recover(?:ed|y)? (?:all|my|your|lost|stolen)|(?:hot|lonely|single|sexy) (?:girls?|ladies|singles|women|milfs?)|gutter (?:cleaning|clearing)|roof (?:cleaning|repairs)|(?:resin|tarmac|block paved) driveways?|pressure washing|vapes|lip fillers?|80% off'
/** and these only where something is promised or priced too. */
const GOODS =
  'loans?|betting|crypto|bitcoin|btc|nft|followers|discount|cheap|limited (?:places|offer)|special offer|free (?:iphone|gift|trial)|iphone|promo(?:te|tion)?|giveaway|funds?|credit check|work(?:ing)? from home|home ?working|part ?time job|invest(?:ment|ing|or)?|shop|sale'
const OFFER =
  '£ ?[0-9][0-9.,]*k?|[$€] ?[0-9][0-9.,]*k?|[0-9]+%|guaranteed|no (?:experience|paperwork|credit checks?|questions)|today only|limited|lowest prices?|half price|free (?:delivery|shipping|quote|trial)|approved|approval|per (?:day|week|month)|returns?|profits?|daily|doubled?'
/** A rule of the land, or a wish, about such things. */
const POLITICS =
  'vote|ban(?:s|ned|ning)?|pledge|petition|bill|government|minister|parliament|regulat(?:e|ed|ion|or)|adverts?|advertising|sharks?|victims?|should|deserve|our (?:town|village|high street|community)'

const CALL =
  '(?:click|visit|kindly|whats ?app|telegram|dm (?:me|her|him|now|us)|message (?:me|her|him|now)|inbox (?:me|her|him)|link in bio|contact|email him|email her|call now|sign up|claim|check out|order now|shop|follow for follow|rt to gain|download|apply now|message us|text us|bit\\.ly|https?|www?)'

/** Neighbours, good causes, victims and questions. */
const LOCAL =
  "(?:is this|are these|it's|looks like) a scam|scam(?:mer|med)|my (?:dad|mum|nan)|reported|can you help|tax on|ban on|regulate|policy|legislation|appeal|council|debts?|our shop|hospice|charit(?:y|ies)|food ?bank|raised|cake|raffle|stall|pta|(?:tax|duty|vat) "

/** Who asks for an answer may ask again. */
const ANSWER =
  "answer (?:the|my|our|us|it|me|how|why|what|when|where|this|that)|(?:til|till|until) you answer|(?:an?|your) answer|answer (?:the )?questions?|reply|respond|why won't you|how did you vote"

const RULES: readonly Rule[] = [
  {
    when: [
      `(?:${WARES})[^\\n]{0,160}?(?:${CALL})|(?:${CALL})[^\\n]{0,160}?(?:${WARES})`,
      '(?:earn|make|made) £?\\$?[0-9,.]+k? (?:a|per|in|every)(?: a| one| two| three| just| only)* (?:days?|weeks?|hours?|months?|[0-9]+)[^\\n]{0,60}?(?:home|click|dm|mentor|easy|online|link in bio|https?|www?)',
      '(?:bad credit(?! unions?)|instant cash|quick cash|cash today|need (?:cash|money) (?:fast|now|today)|guaranteed approval|no credit checks?)[^\\n]{0,120}?(?:https?|www|apply|click|link|text|dm)',
      '(?:get|buy|gain) [0-9,.]+k? (?:real |free )?followers|follow for follow|hot (?:girls|singles|ladies|milfs) (?:in|near|waiting)|(?:won|win) an? (?:iphone|ipad|voucher|prize)',
    ],
    unless: LOCAL,
    score: 0.76,
    gravity: 'grave',
    reason: 'It advertises goods or services that have nothing to do with the office.',
    quotable: true,
  },
  {
    when: '(?:lost|stolen|my|her|his) (?:[a-z]+ )?(?:funds?|money|crypto|bitcoin|savings)[^\\n]{0,80}? (?:recover(?:ed|y)?|got (?:it|them|mine|everything) back|retriev(?:ed|al))[^\\n]{0,80}?(?:contact|whats ?app|telegram|dm|email|inbox|thanks to @|reach (?:out|him|her))',
    unless: 'can you|my bank|ombudsman|police|please help|help me',
    score: 0.72,
    gravity: 'grave',
    reason: 'It sends people who were defrauded to somebody who promises their money back.',
    quotable: true,
  },
  {
    when: `(?:${GOODS})[^\\n]{0,160}?(?:${CALL})|(?:${CALL})[^\\n]{0,160}?(?:${GOODS})`,
    with: OFFER,
    unless: [LOCAL, POLITICS],
    score: 0.7,
    gravity: 'grave',
    reason: 'It advertises goods or services that have nothing to do with the office.',
    quotable: true,
  },
  {
    when: [
      "(?:my|on my|another|new|second|third|fourth|fifth|sixth|[0-9]+(?:st|nd|rd|th)) (?:[a-z]+ )?account (?:since|because|as|after|cos|coz|now|every time|seeing as) (?:you|u|your|she|he)(?: [a-z]+)? (?:keep |keeps |kept |have |'ve )?(?:blocking|blocked|block|banned|banning|muted)",
      "(?:block|ban|mute) me (?:again )?(?:and|but|all you like|i'll|as much)[^.?!\\n]{0,40}?(?:back|new account|another|make|more)",
      "you can't block (?:us all|me forever|all of)|made (?:a |another )?new account (?:just )?(?:to|for)",
    ],
    score: 0.72,
    gravity: 'grave',
    reason: 'The author says that they come back under new names after being blocked.',
  },
  {
    when: [
      '(?:under|on|beneath|to) every (?:single )?(?:post|tweet|photo|picture)[^.?!\\n]{0,40}?(?:til|till|until|crack|quit|resign|break|cry)',
      'every (?:single )?day (?:til|till|until) you (?:crack|quit|resign|break|cry|bite|block|snap|give up)',
      '(?:bite yet|crack yet|triggered yet|rattled yet|cry more)',
      "won't stop (?:til|till|until) you (?:crack|quit|cry|break|snap|block)",
      "let's (?:all )?(?:flood|spam|raid|pile on|brigade)",
      '(?:flood|spam|raid|brigade) (?:her|his|their|this|the) (?:inbox|replies|mentions|page|account|phones?|phone lines)',
    ],
    unless: ANSWER,
    score: 0.6,
    gravity: 'plain',
    reason: 'A campaign to provoke is declared.',
  },
  {
    when: [
      '(?:under|on|beneath|to) every (?:single )?(?:post|tweet|photo|picture)[^.?!\\n]{0,40}?(?:til|till|until) you (?:crack|quit|break|cry)',
    ],
    with: ANSWER,
    score: 0.35,
    gravity: 'mild',
    reason: 'The author announces that they will ask again and again.',
  },
]

const words = ruleDetector(NAME, VERSION, 'spam', RULES)

const ASKED = pattern(ANSWER)
/** They say themselves what the posting is for. */
const DECLARED = pattern([
  "day [0-9]+|every day|every post|told you|i'll be (?:here|back)|still here|not going away|(?:until|til|till) you",
])

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** So many of one text in a day make a flood, the one at hand included. */
const FLOOD = 5
/** Fewer messages are no habit. */
const HABIT = 8
/** Of what somebody wrote, so much taunts or abuses, or they mean to provoke. */
const MOSTLY = 0.7
/** This many people saying the same are a campaign, and each of them is free to. */
const CAMPAIGN = 3

export const spam: Detector = {
  name: NAME,
  version: VERSION,
  detect(reading) {
    const said = words.detect(reading)
    const done = persistence(reading)
    return done ? [...said, done] : said
  },
}

const finding = (score: number, gravity: Gravity, reason: string): Finding => ({
  concern: 'spam',
  score,
  gravity,
  reason,
  spans: [],
  detector: NAME,
  version: VERSION,
})

/** What somebody did over the last weeks, in numbers. The item at hand counts in each. */
interface Habit {
  messages: number
  lastDay: number
  lastHour: number
  /** Near-copies of this text, and how many of them in a day. */
  copies: number
  copiesLastDay: number
  /** Shares of all messages, 0 to 1. */
  abusive: number
  provoking: number
  /** A request stands somewhere in it. */
  need: boolean
}

function habitOf({ context, item, office }: Reading): Habit {
  const { earlier } = context
  const now = item.writtenAt.getTime()
  const alike = likeness(
    item.text,
    earlier.map(({ text }) => text),
  )
  const manners: Manner[] = [...earlier.map(({ text }) => text), item.text].map((text) => mannerOf(text, office))
  const within = (span: number) => (remark: { at: Date }) => now - remark.at.getTime() < span
  const copied = earlier.filter((_, n) => (alike[n] ?? 0) >= COPY)
  const share = (is: (manner: Manner) => boolean): number => manners.filter(is).length / manners.length
  return {
    messages: manners.length,
    lastDay: earlier.filter(within(DAY)).length + 1,
    lastHour: earlier.filter(within(HOUR)).length + 1,
    copies: copied.length + 1,
    copiesLastDay: copied.filter(within(DAY)).length + 1,
    abusive: share((manner) => manner.abusive),
    provoking: share((manner) => manner.abusive || manner.taunting),
    need: manners.some((manner) => manner.asking),
  }
}

/**
 * One person's flood. Only provocation makes it grave: whoever says the same civil thing over and over is a bore, and at
 * most looked at.
 */
function persistence(reading: Reading): Finding | null {
  if (reading.context.earlier.length < 2) return null
  const habit = habitOf(reading)
  const { messages, lastDay, lastHour, copies, copiesLastDay, abusive, provoking } = habit
  const text = reading.item.text.toLowerCase()
  if (habit.need) {
    return lastDay > 6 && provoking * messages >= 2
      ? finding(0.45, 'mild', 'Many messages in a short time, with taunts; but a request stands behind them.')
      : null
  }
  // The flood of one is told from the petition of many by the many.
  const copied = copies >= FLOOD && isCampaign(reading) ? 1 : copies
  const provokes = provoking >= MOSTLY || abusive >= 0.5
  const asking = ASKED.test(text)
  if (copied >= FLOOD && provokes && !asking && (copiesLastDay >= FLOOD || messages >= HABIT)) {
    return finding(
      Math.min(0.9, 0.62 + copied * 0.04),
      'grave',
      `One person sent this ${copied} times, and most of what they send only provokes.`,
    )
  }
  if (messages > 3 && provokes && !asking && DECLARED.test(text)) {
    return finding(0.66, 'grave', 'One person keeps up a declared run of taunts.')
  }
  if (messages > HABIT && abusive >= 0.5) {
    return finding(
      0.64,
      'grave',
      `Of this person's last ${messages} messages most are abusive, and none asks for anything.`,
    )
  }
  if (lastHour >= 2 * HABIT && provokes) {
    return finding(0.6, 'plain', `One person sent ${lastHour} messages within an hour, most of them taunts.`)
  }
  if (messages > HABIT && provoking >= MOSTLY) return finding(0.4, 'mild', 'One person sends taunt after taunt.')
  if (copied >= 2 * FLOOD && copiesLastDay >= 2 * FLOOD && !asking) {
    return finding(0.4, 'mild', `One person sent this text ${copiesLastDay} times within a day.`)
  }
  return null
}

function isCampaign({ context, item }: Reading): boolean {
  const alike = likeness(
    item.text,
    context.others.map(({ text }) => text),
  )
  const people = context.others.flatMap(({ handle }, n) => ((alike[n] ?? 0) >= COPY ? (handle ?? `${n}`) : []))
  return new Set(people).size >= CAMPAIGN
}
