import {
  type Concern,
  type Detector,
  type Escalation,
  type Finding,
  GRAVITIES,
  type Gravity,
  type OfficeFacts,
  type Reading,
  type Span,
} from '../model.ts'
import { normalise, spanOf } from '../normalise.ts'
import { LEXICON } from './lexicon.ts'
import { speechOf } from './reported.ts'
import { AFTER, BEFORE, EDGE, sieve } from './sieve.ts'

/** Several sources are alternatives. */
export type Source = string | readonly string[]

/**
 * A rule in a small language over normalised text, so that it reads like what it catches:
 *   a blank      any short gap between words
 *   ..           anything within the sentence, up to forty characters
 *   {adj}        a list of words from lexicon.ts, or {mp}, {staff}, {names} from the office's facts
 *   '            optional: people write "youre" and "you're"
 * The rest is regular expression. A rule always matches whole words.
 */
export interface Rule {
  /** A RegExp is taken as it is, over the normalised text: for other alphabets. */
  when: Source | RegExp
  /** Sets the rule aside if found anywhere in the text. */
  unless?: Source
  /** Sets aside a hit in whose own sentence it is found. */
  unlessNear?: Source
  /** Must be found somewhere in the text as well. */
  with?: Source
  score: number
  gravity: Gravity
  reason: string
  escalate?: Escalation
  /** If another than the detector's own. */
  concern?: Concern
  /** Counts even in quotation marks or reported speech: for what is no speech at all, such as a scam. */
  quotable?: true
}

export interface Hit {
  rule: Rule
  /** In the normalised text. */
  start: number
  end: number
  reported: boolean
  /** Perhaps only reported, so that a person has to look: never more than mild. */
  doubtful: boolean
}

/** More places than this say nothing new, and the text is a stranger's. */
const MOST_HITS = 5

/** Rules made ready for one office, all of them or none: compiled at the first item and kept while the office is. */
export function ruleBook(rules: readonly Rule[]): (reading: Reading) => Hit[] {
  const books = new WeakMap<OfficeFacts, (reading: Reading) => Hit[]>()
  return (reading) => {
    let book = books.get(reading.office)
    if (!book) books.set(reading.office, (book = compile(rules, reading.office)))
    return book(reading)
  }
}

/** A detector that is nothing but rules. Reported speech is free unless a rule is quotable. */
export function ruleDetector(name: string, version: string, concern: Concern, rules: readonly Rule[]): Detector {
  const hits = ruleBook(rules)
  return {
    name,
    version,
    detect: (reading) =>
      findingsOf(
        hits(reading).filter((hit) => !hit.reported),
        reading,
        { name, version, concern },
      ),
  }
}

/** One finding for each rule that hit, with all its places, save those that a surer one makes idle. */
export function findingsOf(
  hits: readonly Hit[],
  reading: Reading,
  by: { name: string; version: string; concern: Concern },
): Finding[] {
  const places = new Map<Rule, Span[]>()
  const sure = new Set<Rule>()
  for (const { rule, start, end, doubtful } of hits) {
    if (!doubtful) sure.add(rule)
    const spans = places.get(rule) ?? []
    spans.push(spanOf(reading.normal, start, end))
    places.set(rule, spans)
  }
  return surest(
    [...places].map(([rule, spans]) => ({
      concern: rule.concern ?? by.concern,
      score: rule.score,
      gravity: sure.has(rule) ? rule.gravity : 'mild',
      reason: rule.reason,
      spans,
      detector: by.name,
      version: by.version,
      ...(rule.escalate && { escalate: rule.escalate }),
    })),
  )
}

/**
 * One insult is one finding, however many of a detector's rules know it: the surest stands for those that rest on the same
 * words, and takes over their places. What is graver, calls somebody else or has a place of its own says something more
 * and stays.
 */
function surest(findings: readonly Finding[]): Finding[] {
  const byWeight = [...findings].sort((a, b) => b.score - a.score || weight(b) - weight(a))
  /** What each that stands rests on. */
  const standing = new Map<Finding, Span[]>()
  for (const finding of byWeight) {
    const surer = [...standing].find(([other, spans]) => isIdle(finding, other, spans))
    if (surer) standing.set(surer[0], joined([...surer[1], ...finding.spans]))
    else standing.set(finding, finding.spans)
  }
  return findings.flatMap((finding) => {
    const spans = standing.get(finding)
    return spans ? { ...finding, spans } : []
  })
}

const weight = ({ gravity }: Finding): number => GRAVITIES.indexOf(gravity)

const isIdle = (finding: Finding, surer: Finding, places: readonly Span[]): boolean =>
  finding.concern === surer.concern &&
  weight(finding) <= weight(surer) &&
  (finding.escalate === undefined || finding.escalate === surer.escalate) &&
  finding.spans.every((span) => places.some((place) => meet(span, place)))

const meet = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end

/** The same places, those that meet made one. */
function joined(spans: readonly Span[]): Span[] {
  const places: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = places.at(-1)
    if (last && meet(last, span)) places[places.length - 1] = { ...last, end: Math.max(last.end, span.end) }
    else places.push(span)
  }
  return places
}

interface Ready {
  rule: Rule
  when: RegExp
  with: RegExp | null
  unless: RegExp | null
  unlessNear: RegExp | null
}

function compile(rules: readonly Rule[], office: OfficeFacts): (reading: Reading) => Hit[] {
  const words = officeWords(office)
  const ready = rules.map(
    (rule): Ready => ({
      rule,
      when: rule.when instanceof RegExp ? new RegExp(rule.when, `${rule.when.flags}g`) : pattern(rule.when, words, 'g'),
      with: rule.with === undefined ? null : pattern(rule.with, words),
      unless: rule.unless === undefined ? null : pattern(rule.unless, words),
      unlessNear: rule.unlessNear === undefined ? null : pattern(rule.unlessNear, words),
    }),
  )
  const mayMatch = sieve(ready.map(({ when }) => when.source))
  return (reading) => {
    const { text } = reading.normal
    const hits: Hit[] = []
    const may = mayMatch(reading.normal)
    for (const [place, each] of ready.entries()) {
      if (may[place] === 0) continue
      each.when.lastIndex = 0
      let found = each.when.exec(text)
      if (!found || each.unless?.test(text) || each.with?.test(text) === false) continue
      for (let n = 0; found && n < MOST_HITS; n++) {
        const start = found.index
        const end = start + found[0].length
        if (!each.unlessNear?.test(sentence(text, start, end))) {
          const speech = each.rule.quotable ? 'own' : speechOf(reading.normal, start, end)
          hits.push({ rule: each.rule, start, end, reported: speech === 'reported', doubtful: speech === 'doubtful' })
        }
        found = each.when.exec(text)
      }
    }
    return hits
  }
}

/** The sentence round a stretch, or the sentences it runs through; no further than a few hundred characters. */
function sentence(text: string, start: number, end: number): string {
  const before = text.slice(Math.max(0, start - 300), start)
  const after = text.slice(end, end + 300)
  const stop = after.search(/[.?!\n]/)
  return before.slice(before.search(/[^.?!\n]*$/)) + text.slice(start, end) + (stop < 0 ? after : after.slice(0, stop))
}

/** A character class with its reach, a gap within the sentence, a blank, an apostrophe, a list. */
const SIGNS = /(\[(?:\\.|[^\]])*\])(\{0,\d+\}\?)?| ?\.\. ?| (\??)|'|\{([a-z]+)\}/g

/**
 * The regular expression for a source in the language of Rule.
 * @throws Error if the source names an unknown list: a mistake in a rule, found by any test.
 */
export function pattern(source: Source, words: Words = NO_OFFICE, flags = ''): RegExp {
  const whole = typeof source === 'string' ? source : source.join('|')
  return new RegExp(`${BEFORE}(?:${byHead(translate(whole, words))})${AFTER}`, flags)
}

function translate(source: string, words: Words): string {
  return source.replaceAll(SIGNS, (sign, set?: string, reach?: string, maybe?: string, name?: string) => {
    if (set !== undefined) return reach === undefined ? sign : `${EDGE}${sign}${EDGE}`
    if (name !== undefined) return `(?:${list(name, words)})`
    if (sign === "'") return "'?"
    if (sign.includes('..')) return `${EDGE}[^.?!\\n]{0,40}?${EDGE}`
    return `[\\s,;:"'*-]{${maybe ? 0 : 1},3}`
  })
}

/** The office's own names, as patterns. */
type Words = Readonly<Record<string, string>>

const NOBODY = '(?!)'
const NO_OFFICE: Words = { mp: NOBODY, staff: NOBODY, names: NOBODY }

function list(name: string, words: Words): string {
  const known = words[name]
  if (known !== undefined) return known
  const source = LEXICON[name]
  if (source === undefined) throw new Error(`A rule names an unknown list of words: {${name}}`)
  return translate(source, words)
}

/**
 * "ape|cat|cow" as "ape|c(?:at|ow)", in every group: what alternatives begin with in common is tried once. The same
 * language, several times faster.
 */
function byHead(body: string): string {
  const heads = new Map<string, string[]>()
  const rest: string[] = []
  for (const choice of choices(body)) {
    const head = headOf(choice)
    if (head === '') rest.push(choice)
    else heads.set(head, [...(heads.get(head) ?? []), choice.slice(head.length)])
  }
  const grouped = [...heads].map(([head, tails]) =>
    tails.length === 1 ? `${head}${tails[0]}` : `${head}(?:${tails.join('|')})`,
  )
  return [...grouped, ...rest].join('|')
}

/** The letter or the group that an alternative begins with; nothing if it may be absent or repeated. */
function headOf(choice: string): string {
  let depth = 0
  let inSet = false
  for (const { 0: sign, index } of choice.matchAll(/\\.|[^]/g)) {
    if (inSet) inSet = sign !== ']'
    else if (sign === '[') inSet = true
    else if (sign === '(') depth++
    else if (sign === ')') depth--
    if (depth > 0 || inSet) continue
    const head = choice.slice(0, index + sign.length)
    return /^[a-z(]/.test(head) && !/^[?*+{]/.test(choice.slice(head.length)) ? head : ''
  }
  return ''
}

/** The alternatives of a regular expression, each with the groups inside it put in order. */
function choices(body: string): string[] {
  const found: string[] = []
  let choice = ''
  let group = ''
  let depth = 0
  let inSet = false
  for (const [sign] of body.matchAll(/\\.|[^]/g)) {
    if (sign === '|' && depth === 0 && !inSet) {
      found.push(choice)
      choice = ''
      continue
    }
    if (depth > 0) group += sign
    else choice += sign
    if (inSet) inSet = sign !== ']'
    else if (sign === '[') inSet = true
    else if (sign === '(' && depth++ === 0) group = ''
    else if (sign === ')' && --depth === 0) {
      const inside = group.slice(0, -1)
      // Only plain groups: the order inside a lookaround is of no account.
      choice += `${inside.startsWith('?:') ? `?:${byHead(inside.slice(2))}` : inside})`
    }
  }
  return [...found, choice]
}

export function officeWords(office: OfficeFacts): Words {
  const mp = anyOf([...nameWords(office.mp.name), ...Object.values(office.mp.handles)])
  const staff = anyOf(office.staff.flatMap(({ name }) => nameWords(name)))
  return { mp, staff, names: `(?:${mp}|${staff})` }
}

/** "Jo Hartley" is also called "Jo" and "Hartley". */
const nameWords = (name: string): string[] => [name, ...name.split(/\s+/)]

function anyOf(names: readonly string[]): string {
  const plain = names.map((name) => normalise(name).text.trim()).filter((name) => name.length > 1)
  if (plain.length === 0) return NOBODY
  const escaped = plain.map((name) =>
    name.replaceAll(/[^a-z0-9]/g, (sign) =>
      /\s/.test(sign) ? '\\s' : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
  return `(?:${[...new Set(escaped)].sort((a, b) => b.length - a.length).join('|')})`
}
