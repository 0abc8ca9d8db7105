import type { Detector, Finding, Gravity, Reading } from '../model.ts'
import { asks } from './casework.ts'
import { pattern, type Rule, ruleDetector } from './rules.ts'
import { COPY, likeness } from './similar.ts'

/**
 * One person's flood, declared campaigns to provoke, and commerce. Persistence about an unmet need is free, and so is one
 * text from many people: that is a petition.
 */

const NAME = 'spam'
const VERSION = '1'

const COMMERCE =
  '(?:seo|essay writing|payday|loans?|pills|viagra|cbd|gummies|casino|betting|forex|crypto|bitcoin|btc|nft|followers|ray ?bans?|replica|weight loss|herbal|herpes|cured my|spell caster|mentor|passive income|discount|cheap|limited (?:places|offer)|special offer|free (?:iphone|gift|trial|spins)|iphone|hot girls|onlyfans|escort|web ?design|rank your|promo(?:te|tion)?|giveaway|recover(?:ed|y)? (?:all|my|your|lost)|funds?|credit check|80% off)'
const CALL =
  '(?:click|visit|kindly|whats ?app|telegram|dm (?:me|her|him|now|us)|message (?:me|her|him|now)|inbox (?:me|her|him)|link in bio|contact|email him|email her|call now|sign up|claim|check out|order now|shop|follow for follow|rt to gain|download|apply now|message us|text us|bit\\.ly|https?|www)'

/** Who asks for an answer may ask again. */
const ANSWER =
  "answer (?:the|my|our|us|it|me|how|why|what|when|where|this|that)|(?:til|till|until) you answer|(?:an?|your) answer|answer (?:the )?questions?|reply|respond|why won't you|how did you vote"

const RULES: readonly Rule[] = [
  {
    when: [
      `(?:${COMMERCE})[^\\n]{0,160}?(?:${CALL})|(?:${CALL})[^\\n]{0,160}?(?:${COMMERCE})`,
      '(?:earn|make|made) £?\\$?[0-9,.]+k? (?:a|per|in|every)(?: a| one| two| three| just| only)* (?:days?|weeks?|hours?|months?|[0-9]+)[^\\n]{0,60}?(?:home|click|dm|mentor|easy|online|link in bio|https?|www)',
      '(?:bad credit(?! unions?)|instant cash|quick cash|cash today|need (?:cash|money) (?:fast|now|today)|guaranteed approval|no credit checks?)[^\\n]{0,120}?(?:https?|www|apply|click|link|text|dm)',
      '(?:get|buy|gain) [0-9,.]+k? (?:real |free )?followers|follow for follow|hot (?:girls|singles|ladies|milfs) (?:in|near|waiting)|(?:won|win) an? (?:iphone|ipad|voucher|prize)',
    ],
    unless:
      "(?:is this|are these|it's|looks like) a scam|scam(?:mer|med)|my (?:dad|mum|nan)|reported|can you help|tax on|ban on|regulate|policy|legislation|appeal|council|debts?|our shop|hospice|charit(?:y|ies)|food ?bank|raised|cake|raffle|stall|pta|(?:tax|duty|vat) ",
    score: 0.76,
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
/** Taunts that show what persistence is for. */
const TAUNT = pattern([
  'waste of space|coward|clown|crack|bite|tick tock|hiding|pathetic|thick|ignorant|stupid|idiot',
  'wakey wakey|resign|out|useless|liar|joke|disgrace|🤡|answer (?:me|it|the question)|smile love',
])
/** Copies of one text from one person that make a flood. */
const FLOOD = 4
const DAY = 86_400_000

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

function persistence(reading: Reading): Finding | null {
  const { context, item } = reading
  if (context.earlier.length < 2) return null
  const texts = context.earlier.map((remark) => remark.text)
  const copies = likeness(item.text, texts).filter((alike) => alike >= COPY).length
  const taunts = [...texts, item.text].filter((text) => TAUNT.test(text.toLowerCase()))
  const lately = context.earlier.filter((remark) => item.writtenAt.getTime() - remark.at.getTime() < DAY).length
  const need = asks(item.text) || texts.some(asks)
  const taunting =
    texts.length >= 8 && taunts.length > texts.length * 0.6
      ? finding(0.4, 'mild', 'One person sends taunt after taunt.')
      : null

  if (need) {
    return lately >= 6 && taunts.length >= 2
      ? finding(0.45, 'mild', 'Many messages in a short time, with taunts; but a request stands behind them.')
      : null
  }
  if (ASKED.test(item.text.toLowerCase())) return taunting
  if (copies >= FLOOD || (copies >= 2 && texts.length >= 6)) {
    return finding(Math.min(0.9, 0.62 + copies * 0.04), 'grave', `One person sent this text ${copies + 1} times over.`)
  }
  if (texts.length >= 3 && taunts.length > texts.length * 0.7 && DECLARED.test(item.text.toLowerCase())) {
    return finding(0.66, 'grave', 'One person keeps up a declared run of taunts.')
  }
  return taunting
}

const DECLARED = pattern([
  "day [0-9]+|every day|every post|told you|i'll be (?:here|back)|still here|not going away|until you",
  'til you',
])
