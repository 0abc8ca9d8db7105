import type { Breach, OfficeFacts } from './model.ts'
import type { Clause, Policy } from './policy.ts'

/**
 * What the office writes to somebody about a decision. Templates are data; a draft is a template filled with facts, staff make it
 * theirs, and `faultsIn` says what keeps it from being sent. No stranger's words are quoted: to repeat an allegation is to publish
 * it. Signed by the office and by nobody in it, for whom the letter would be the next thing to be angry at.
 */

export const LETTER_KINDS = ['warn', 'hide', 'restrict', 'block', 'block-review', 'contest', 'adjustment'] as const
export type LetterKind = (typeof LETTER_KINDS)[number]

/** These tell of something done to the person: they quote the rule it rests on, and nobody at risk is ever sent one. */
export const PUNISHING: readonly LetterKind[] = ['warn', 'hide', 'restrict', 'block']

/** UTF-16 units: three printed pages. */
export const LONGEST_LETTER = 8000
export const LONGEST_SUBJECT = 120

export interface LetterFacts {
  kind: LetterKind
  office: Pick<OfficeFacts, 'mp' | 'public'>
  /** IANA, for the days it names. */
  timezone: string
  now: Date
  /** What the person calls themselves there: hostile input. Null where nobody knows. */
  name: string | null
  /** As people call it: "Bluesky". */
  platform: string
  /** When they wrote what it is about. */
  wroteAt: Date | null
  policy: Policy
  clause: Clause | null
  breach: Breach | null
  /** Warnings in force beside this one. */
  warnings: number
  /** What is agreed with them, in a few words each. */
  adjustments: readonly string[]
  /** Until when a warning counts; when a block is looked at again. */
  until: Date | null
  /** How long somebody may wait for the answer to a contest. */
  contestWorkingDays: number
  /** For `block-review` and `contest`: what came of it, and why in staff's words. */
  outcome?: { is: 'kept' | 'lifted' | 'upheld' | 'overturned'; why: string }
  /** For `adjustment`: what was agreed. */
  agreed?: string
}

export interface Written {
  subject: string
  text: string
}

const RULE = 'It breaks a rule that we publish under “{section}”:\n\n“{clause}”'
const CONTEST =
  'If you think that this is wrong, write to {email} or call {phone} and say why. Somebody who had no part in the decision will look at it again, and you will have an answer within {days} working days.'
const OPEN = 'You are welcome to disagree with {mp}, as sharply as you like.'
const REACH = 'Whatever happens here, you can ask us for help: {phone}, {email}.'
const END = 'Yours sincerely,\n\nThe office of {mp}\n{date}'

const TEMPLATES = {
  warn: {
    subject: 'A formal warning from {office}',
    text: `Hello {name},\n\nThis is a formal warning about what you wrote to us on {platform} on {wrote}. ${RULE}\n\nWhat has to change: {change}\n\nThe warning counts until {until}. {next} If nothing more happens until then, it ends by itself. ${OPEN}\n\n{adjusted}\n\n${CONTEST}\n\n${END}`,
  },
  hide: {
    subject: 'What you wrote to us on {platform}',
    text: `Hello {name},\n\nWe have hidden what you wrote to us on {platform} on {wrote}: others no longer see it under {mp}’s post. ${RULE}\n\nYou can still read and answer what {mp} writes. ${OPEN}\n\n{adjusted}\n\n${CONTEST}\n\n${END}`,
  },
  restrict: {
    subject: 'What you can do on {mp}’s page on {platform}',
    text: `Hello {name},\n\nBecause of what you wrote to us on {platform} on {wrote} we have limited what you can do on {mp}’s account there. ${RULE}\n\n${REACH}\n\n{adjusted}\n\n${CONTEST}\n\n${END}`,
  },
  block: {
    subject: 'Your account is blocked on {platform}',
    text: `Hello {name},\n\nBecause of what you wrote to us on {platform} on {wrote} we have blocked your account from {mp}’s account there. ${RULE}\n\nWe will look at the block again on {until} at the latest. ${REACH}\n\n{adjusted}\n\n${CONTEST}\n\n${END}`,
  },
  kept: {
    subject: 'We have looked again at your block on {platform}',
    text: `Hello {name},\n\nAs we said we would, we have looked again at the block of your account from {mp}’s account on {platform}. It stays for now: {why}\n\nWe will look at it once more on {until} at the latest. ${REACH}\n\n${CONTEST}\n\n${END}`,
  },
  lifted: {
    subject: 'You are no longer blocked on {platform}',
    text: `Hello {name},\n\nAs we said we would, we have looked again at the block of your account from {mp}’s account on {platform}, and have lifted it: {why}\n\nYou are welcome back. ${REACH}\n\n${END}`,
  },
  upheld: {
    subject: 'Your objection: our answer',
    text: `Hello {name},\n\nYou told us that a decision of ours about what you wrote on {platform} on {wrote} was wrong. Somebody who had no part in it has looked at it again. The decision stays: {why}\n\n${REACH}\n\n${END}`,
  },
  overturned: {
    subject: 'Your objection: you were right',
    text: `Hello {name},\n\nYou told us that a decision of ours about what you wrote on {platform} on {wrote} was wrong. Somebody who had no part in it has looked at it again, and we have taken the decision back: {why}\n\nWhat was done is being undone, and nothing of it counts against you. We are sorry.\n\n${REACH}\n\n${END}`,
  },
  adjustment: {
    subject: 'What we have agreed with you',
    text: `Hello {name},\n\nYou asked {office} to do something differently, so that you can use what it offers. We have agreed to this: {agreed}\n\nWe will keep to it in what we write to you and in what we decide. If it does not help, or if you need something else, tell us: {phone}, {email}.\n\n${END}`,
  },
} as const satisfies Record<string, Written>

type Template = keyof typeof TEMPLATES
type Placeholder = 'name' | 'office' | 'mp' | 'platform' | 'wrote' | 'section' | 'clause' | 'change' | 'until' | 'next'
type Values = Partial<Record<Placeholder | 'adjusted' | 'phone' | 'email' | 'days' | 'date' | 'why' | 'agreed', string>>

/** What may be asked of whoever broke a rule, and that this is all. Staff make it fit. */
const CHANGES: Record<Breach, string> = {
  abuse: 'please don’t insult or swear at people.',
  discrimination: 'please don’t attack people for who they are.',
  threat: 'please don’t threaten anybody, nor hint at it.',
  'graphic-imagery': 'please don’t send or post graphic or shocking pictures.',
  deception: 'please don’t post what is made to mislead people, nor links that do.',
  'ip-violation': 'please don’t post other people’s work without their leave.',
  unlawful: 'please don’t post what the law forbids.',
  spam: 'please don’t post the same again and again.',
  'fake-profile': 'please don’t pretend to be somebody else.',
  harassment:
    'please leave the people who work here, and their families, alone, and publish nothing private about them.',
  allegation: 'please don’t accuse people of crimes without saying what shows it. Questions and sources are welcome.',
  'third-party-abuse': 'please don’t abuse other people here.',
}

/** Left for staff to fill in: a letter that still holds one is not sent. */
const TO_FILL = '[say in a sentence what has to change]'

/** @returns a draft. What the facts don't say is left as a placeholder, and nothing that still has one is ever sent. */
export function draftLetter(facts: LetterFacts): Written {
  const { subject, text } = TEMPLATES[templateOf(facts)]
  const values = valuesOf(facts)
  return { subject: filled(subject, values), text: filled(text, values).replaceAll(/\n{3,}/g, '\n\n') }
}

const OUTCOMES = { kept: 'kept', lifted: 'lifted', upheld: 'upheld', overturned: 'overturned' } as const

function templateOf({ kind, outcome }: LetterFacts): Template {
  if (kind === 'block-review') return OUTCOMES[outcome?.is ?? 'kept']
  if (kind === 'contest') return OUTCOMES[outcome?.is ?? 'upheld']
  return kind
}

const PLACEHOLDER = /\{(\w+)\}/g

/** In one pass: what stands in a value is a value, whatever it looks like. */
const filled = (text: string, values: Values): string =>
  text.replaceAll(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name as keyof Values] ?? whole) : whole,
  )

function valuesOf(facts: LetterFacts): Values {
  const { office, clause, until, wroteAt, timezone, now, outcome, agreed } = facts
  const { phone, email } = office.public
  const day = (at: Date): string => dayIn(timezone, at)
  return {
    name: addressee(facts.name),
    mp: office.mp.name,
    office: officeName(office),
    platform: facts.platform,
    date: day(now),
    days: String(facts.contestWorkingDays),
    change: changeOf(facts),
    next: nextOf(facts),
    adjusted: adjustedOf(facts),
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
    ...(clause === null ? {} : { section: clause.section, clause: publishedWords(clause) }),
    ...(wroteAt === null ? {} : { wrote: day(wroteAt) }),
    ...(until === null ? {} : { until: day(until) }),
    ...(outcome === undefined ? {} : { why: outcome.why }),
    ...(agreed === undefined ? {} : { agreed }),
  }
}

/** "the office of Jo Hartley" */
const officeName = ({ mp }: Pick<OfficeFacts, 'mp'>): string => `the office of ${mp.name}`

/** The rule as it is published: an entry of a list reads only behind the sentence that leads into the list. */
export const publishedWords = ({ lead, words }: Clause): string => (lead === undefined ? words : `${lead} ${words}`)

const changeOf = ({ breach, clause }: LetterFacts): string => {
  const about = breach ?? clause?.breaches[0]
  return about === undefined ? TO_FILL : CHANGES[about]
}

/** What may come after this warning, by the office's own ladder: each adjustment adds a step of patience. */
function nextOf({ policy: { ladder }, warnings, adjustments }: LetterFacts): string {
  const left = ladder.warningsBeforeBlock + adjustments.length - (warnings + 1)
  if (left <= 0) return 'If it happens again before then, we may block your account there.'
  return left === 1
    ? 'If it happens again before then, we would warn you once more before we thought of a block.'
    : `If it happens again before then, we would warn you ${left} more times before we thought of a block.`
}

function adjustedOf({ kind, adjustments }: LetterFacts): string {
  if (adjustments.length === 0) return ''
  const agreed = `We keep to what we have agreed with you: ${adjustments.join('; ')}.`
  if (kind !== 'warn') return agreed
  const more = adjustments.length === 1 ? 'one more warning' : `${adjustments.length} more warnings`
  return `${agreed} Because of it, ${more} than usual would come before a block.`
}

const NAME_LENGTH = 60
/** Few printers have them, and what joins them is taken out. */
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\uFE0E\uFE0F\u20E3]/gu

/**
 * A stranger's name as a letter may begin with it: one line of plain text, without the signs that placeholders are made of,
 * pictures, and what reorders or hides text.
 */
export function addressee(name: string | null): string {
  const plain = (name ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(PICTURE, ' ')
    .replaceAll(/[{[]/g, '(')
    .replaceAll(/[}\]]/g, ')')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const short = Array.from(plain).slice(0, NAME_LENGTH).join('').trim()
  return short === '' ? 'there' : short
}

/** "12 March 2027" */
export const dayIn = (timezone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: timezone, day: 'numeric', month: 'long', year: 'numeric' }).format(at)

/** What a letter must say, whatever staff made of the draft. */
export type Duties = Pick<LetterFacts, 'kind' | 'office' | 'timezone' | 'clause' | 'until'>

/**
 * Why this may not be sent, a sentence each; empty where it may. What it promises must stand in it letter for letter: the rule,
 * the day, and how to reach the office.
 */
export function faultsIn({ subject, text }: Written, { kind, office, timezone, clause, until }: Duties): string[] {
  const { phone, email } = office.public
  const rule = clause === null ? null : publishedWords(clause)
  // The rule is the office's own and may hold any sign.
  const ours = `${subject}\n${rule === null ? text : folded(text).replaceAll(folded(rule), ' ')}`
  const says = (words: string): boolean => folded(text).includes(folded(words))
  const isPunishing = PUNISHING.includes(kind)
  const open = [...ours.matchAll(/\{[^{}\n]*\}|\[[^[\]\n]*\]|\[…|…\]|[{}]/g)].map(([whole]) => whole)
  return [
    ...(text.trim() === '' ? ['The letter is empty.'] : []),
    ...(subject.trim() === '' ? ['The letter has no subject.'] : []),
    ...[...new Set(open)].map((whole) => `Something is still to be filled in: ${whole}`),
    ...(UNPLAIN.test(subject) || UNPLAIN.test(text.replaceAll(/[\n\t]/g, ' '))
      ? ['It holds invisible characters. Type that passage anew instead of pasting it.']
      : []),
    ...(text.length > LONGEST_LETTER
      ? [`It is too long: ${text.length} characters, and at most ${LONGEST_LETTER}.`]
      : []),
    ...(isPunishing && rule === null ? ['It names no published rule. Nothing is done to anybody without one.'] : []),
    ...(isPunishing && rule !== null && !says(rule)
      ? ['It must quote the published rule, word for word. Copy it from below.']
      : []),
    ...(until !== null && !says(dayIn(timezone, until)) ? [`It must name the day: ${dayIn(timezone, until)}.`] : []),
    ...(phone === undefined || !says(phone) ? [`It must give the office’s phone${phone ? `: ${phone}` : ''}.`] : []),
    ...(email === undefined || !says(email) ? [`It must give the office’s email${email ? `: ${email}` : ''}.`] : []),
  ]
}

/** Control, reordering and unpaired signs: a letter is plain text. Joiners stay: names and emoji are written with them. */
const UNPLAIN = /[\p{Cc}\p{Cs}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u

/** Line breaks are the writer's own. */
const folded = (text: string): string => text.replaceAll(/\s+/g, ' ')

export interface RecordFacts {
  office: Pick<OfficeFacts, 'mp'>
  timezone: string
  handle: string
  platform: string
  /** "Blocked", as staff say it. */
  what: string
  at: Date
  clause: Clause | null
  policy: Pick<Policy, 'version'>
  until: Date | null
  /** How they were told; null where they were not. */
  told: string | null
}

/** A note for the office's casework system, where the policy promises one: facts alone, no opinion and nobody's words. */
export function noteOnRecord({
  timezone,
  handle,
  platform,
  what,
  at,
  clause,
  policy,
  until,
  told,
}: RecordFacts): string {
  const day = (when: Date): string => dayIn(timezone, when)
  const rule =
    clause === null
      ? ''
      : ` Rule: “${publishedWords(clause)}” (${clause.section}; clause ${clause.id}, policy version ${policy.version}).`
  const name = addressee(handle)
  const again =
    until === null
      ? ''
      : what === 'Warned'
        ? ` Counts until ${day(until)}.`
        : ` To be looked at again on ${day(until)}.`
  return `${day(at)}: ${what} on ${platform}, account ${name}.${rule} ${told ?? 'Not told in writing: no address is known.'}${again}`
}
