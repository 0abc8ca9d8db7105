import { ALARMING } from '../decide.ts'
import { unread } from '../language.ts'
import type { Breach, Concern, Detector, Escalation, Finding, Gravity, NormalText, Reading, Span } from '../model.ts'
import { BREACHES } from '../model.ts'
import { normalise, spanOf } from '../normalise.ts'
import {
  type Chances,
  earlierWords,
  type TextModel,
  type Threshold,
  textModel,
  VERSION,
  wordsFor,
} from '../text-model/model.ts'
import { wordsOf } from '../text-model/words.ts'
import { isExempt } from './exempt.ts'

/**
 * What the shipped text model makes of a text: the only detector that has read thousands of labelled sentences rather than been
 * told rules. It finds what no list of words can, and it can say no more than "reads like": so alone it never makes a breach
 * grave, and never sure enough for the tool to act by itself.
 *
 * Its thresholds lie in text-model/calibration.json and are set from false alarms, not from taste: see the model card.
 */
export const secondOpinion: Detector = {
  name: 'text-model',
  version: VERSION,
  detect: (reading) => findingsOf(reading, textModel()),
}

/** As the words of a finding: "It reads like ..., going by the examples the tool has learnt from." */
const READS: Readonly<Record<Concern, string>> = {
  abuse: 'abuse of the person it is aimed at',
  discrimination: 'contempt for people because of who they are',
  threat: 'a threat',
  'graphic-imagery': 'a picture that shocks or is sexual',
  deception: 'an attempt to deceive',
  'ip-violation': "use of somebody else's work",
  unlawful: 'something the law forbids',
  spam: 'posting that only advertises or provokes',
  'fake-profile': 'somebody who passes for the MP or the office',
  harassment: 'prying into private life, or making private things public',
  allegation: 'a grave accusation without a source',
  'third-party-abuse': 'abuse of somebody who is neither the MP nor staff',
  'at-risk': 'the words of somebody who may come to harm, or who knows of somebody',
  casework: 'a request for help',
}

/** What of a long text is read: its beginning and end, and what between them the cheap layer likes least. Characters. */
const PART = 380
const MOST_PARTS = 5

interface Stretch {
  start: number
  end: number
}

interface Part extends Stretch {
  chances: Chances
}

/** What the model makes of one text. The encoder is asked when something is first read. */
interface Opinion {
  /** False where the cheap layer has no doubt that there is nothing in it. */
  doubted: boolean
  parts: () => readonly Part[]
  /** Of the part that has most of it. */
  chance: (head: string) => number
  read: (words: string) => Chances
  cheap: (words: string) => Chances
}

const opinions = new WeakMap<TextModel, WeakMap<Reading, Opinion | null>>()

/** Formed once, since several findings rest on it; null of what the model can't read. */
function opinionOn(reading: Reading, model: TextModel): Opinion | null {
  const known = opinions.get(model) ?? new WeakMap<Reading, Opinion | null>()
  opinions.set(model, known)
  const opinion = known.get(reading)
  if (opinion !== undefined) return opinion
  const formed = form(reading, model)
  known.set(reading, formed)
  return formed
}

function form(reading: Reading, model: TextModel): Opinion | null {
  const { normal, item, context } = reading
  const pictures = alt(reading)
  if (pictures === '' && (!isReadable(normal.text) || unread(item.text) !== null)) return null
  const earlier = context.earlier.filter(({ at }) => item.writtenAt.getTime() - at.getTime() < LATELY)
  const around = {
    ...(context.post !== undefined && { post: seen(context.post) }),
    ...(earlier.length > 0 && { earlier: earlierWords(earlier.map(({ text }) => text)) }),
  }
  const cheap = (words: string): Chances => model.cheap(pictures + words)
  /** Several findings are traced to their phrases by leaving out the same ones. */
  const answers = new Map<string, Chances>()
  const read = (words: string): Chances => {
    const answer = answers.get(words) ?? model.full(pictures + words, around)
    answers.set(words, answer)
    return answer
  }
  const every = cut(normal.text, PART).map((part) => ({ ...part, suspicion: cheap(wordsAt(reading, part)) }))
  /** The sentences the cheap layer likes least, if there is more than one: one among many civil ones must not go under. */
  const worst = (): Stretch[] => {
    const sentences = normal.text.length < DILUTED ? [] : sentencesOf(normal.text)
    if (sentences.length < 2) return []
    const most = new Map(sentences.map((one) => [one, cheap(wordsAt(reading, one)).get('breach') ?? 0]))
    return sentences.sort((a, b) => (most.get(b) ?? 0) - (most.get(a) ?? 0)).slice(0, every.length > 1 ? WORST : 1)
  }
  let parts: readonly Part[] | undefined
  const asked = (): readonly Part[] => {
    parts ??= [
      ...suspects(every).map((part) => ({ ...part, chances: read(wordsAt(reading, part)) })),
      ...worst().map((part) => ({
        ...part,
        chances: outOfContext(read(wordsAt(reading, part))),
      })),
    ]
    return parts
  }
  return {
    doubted: every.some(({ suspicion }) =>
      model.thresholds.doubt.some(([head, least]) => (suspicion.get(head) ?? 0) >= least),
    ),
    parts: asked,
    chance: (head) => Math.max(0, ...asked().map(({ chances }) => chances.get(head) ?? 0)),
    read,
    cheap,
  }
}

/** So many sentences of a long text are read by themselves. */
const WORST = 3
/** A sentence by itself may sound worse than it was meant, so it must be surer. Added to the logarithm of its odds. */
const SURER = 1.5
/** In shorter texts no sentence goes under. Characters. */
const DILUTED = 200
function outOfContext(chances: Chances): Chances {
  return new Map([...chances].map(([head, p]) => [head, p / (p + (1 - p) * Math.exp(SURER))]))
}

/** What was written longer ago has little to do with it. Milliseconds. */
const LATELY = 7 * 86_400_000

export function findingsOf(reading: Reading, model: TextModel): Finding[] {
  const { thresholds } = model
  const opinion = opinionOn(reading, model)
  if (!opinion?.doubted) return []
  const { chance } = opinion
  const findings: Finding[] = []
  const find = (concern: Concern, score: number, gravity: Gravity, escalate?: Escalation): void => {
    const spans = weightiest(reading, opinion, concern)
    const marked = spans.length > 0 ? '; the marked words weigh most' : ''
    const what = reading.normal.text === '' ? 'Its picture, as described, looks' : 'It reads'
    findings.push({
      concern,
      score,
      gravity,
      reason: `${what} like ${READS[concern]}, going by examples the tool has learnt from${marked}.`,
      spans,
      detector: secondOpinion.name,
      version: VERSION,
      ...(escalate && { escalate }),
    })
  }

  const breach = chance('breach')
  const [likeliest] = [...BREACHES].sort((a, b) => chance(b) - chance(a))
  for (const each of BREACHES) {
    const passes = (level: keyof Threshold): boolean =>
      (each === likeliest && breach >= (thresholds.breach[level] ?? 1)) ||
      ((breach >= thresholds.breach.beside || level === 'wary') &&
        chance(each) >= (thresholds.heads[each]?.[level] ?? 1))
    if (!(passes('mild') || passes('wary')) || isExempt(each, reading)) continue
    if (passes('plain') && !LOOK_ONLY.includes(each)) find(each, PLAIN, 'plain', ESCALATES[each])
    else if (passes('mild')) find(each, MILD, 'mild', ESCALATES[each])
    else find(each, ALARMING, 'mild', ESCALATES[each])
  }
  if (chance('at-risk') >= (thresholds.heads['at-risk']?.mild ?? 1)) find('at-risk', SURE, 'plain', 'safeguarding')
  if (chance('casework') >= (thresholds.heads['casework']?.mild ?? 1)) find('casework', SURE, 'plain')
  return findings
}

/** Is it something the model has learnt to read? */
export const canRead = (reading: Reading): boolean =>
  (ENGLISH.test(reading.normal.text) || alt(reading) !== '') && opinionOn(reading, textModel()) !== null

/**
 * Whether the model takes for lawful what a rule found: the sentences it was found in, by themselves and within all that is
 * said, so that no civil words around a threat can hide it. It must be in English, since the model knows nothing else.
 */
export function seemsLawful(
  reading: Reading,
  { spans, gravity }: Pick<Finding, 'spans' | 'gravity'>,
  model: TextModel = textModel(),
): 'surely' | 'rather' | 'no' {
  const { normal, item } = reading
  const opinion = ENGLISH.test(normal.text) ? opinionOn(reading, model) : null
  if (!opinion) return 'no'
  const alone = sentencesWith(normal, spans).map((sentence) =>
    opinion.read(wordsOf(slice(normal, sentence.start, sentence.end), item.text)),
  )
  const breach = Math.max(opinion.chance('breach'), ...alone.map((chances) => chances.get('breach') ?? 1))
  const { plain, grave, rather } = model.thresholds.lawful
  if (breach < (gravity === 'grave' ? grave : plain)) return 'surely'
  return breach < rather ? 'rather' : 'no'
}

/** Words that English can hardly do without, and that its neighbours don't have. */
const ENGLISH = /\b(?:the|you|your|and|they|that|this|for|with|him|her|his|what|who|how|she|it's|i'm|don't)\b/

function sentencesWith({ text, map }: NormalText, spans: readonly Span[]): Stretch[] {
  return spans.map((span) => {
    const from = Math.max(
      0,
      map.findIndex((offset) => offset >= span.start),
    )
    const to = map.findIndex((offset) => offset >= span.end)
    const start = Math.max(...STOPS.map((stop) => text.lastIndexOf(stop, from - 1) + 1))
    const ends = STOPS.map((stop) => text.indexOf(stop, to < 0 ? text.length : to)).filter((at) => at >= 0)
    return { start, end: Math.min(text.length, ...ends.map((at) => at + 1), start + 2 * PART) }
  })
}
const STOPS = ['.', '!', '?', '\n'] as const

/** Between a policy's usual thresholds for review, for proposing, and for acting alone, which is never reached. */
const MILD = 0.4
export const PLAIN = 0.6
const SURE = 0.6
/** The text alone can't settle these: they lie in habit, in the profile, or in somebody's leave. */
const LOOK_ONLY: readonly Breach[] = ['spam', 'fake-profile', 'ip-violation']
const ESCALATES: Readonly<Partial<Record<Breach, Escalation>>> = { threat: 'police', harassment: 'police' }

/** The model has learnt from English sentences: of a lone word, a bare link or another alphabet it knows nothing. */
function isReadable(text: string): boolean {
  const words = text.replaceAll(/(?:https?:\/\/|www\.|@)\S+/g, ' ')
  const known = words.match(/[a-z']{2,}/g) ?? []
  const letters = words.match(/\p{L}/gu)?.length ?? 0
  return known.length > 1 && 2 * known.join('').length > letters
}
const seen = (text: string): string => wordsOf(normalise(text.slice(0, 2 * PART)), text)

/** Descriptions of pictures, as the model has learnt to read them. */
function alt({ item }: Reading): string {
  const described = item.media.flatMap((each) => (each.alt ? seen(each.alt) : []))
  return described.length === 0 ? '' : `[image: ${described.join('; ').slice(0, PART)}] `
}

function wordsAt({ normal, item }: Reading, { start, end }: Stretch): string {
  if (start === 0 && end === normal.text.length) return wordsFor(normal, item.text)
  return wordsOf(slice(normal, start, end), item.text)
}

const slice = ({ text, map }: NormalText, start: number, end: number): NormalText => ({
  text: text.slice(start, end),
  map: map.slice(start, end + 1),
})

/** The first and the last part, and those between that the cheap layer likes least. */
function suspects<T extends { suspicion: Chances }>(every: readonly T[]): T[] {
  if (every.length <= MOST_PARTS) return [...every]
  const most = (part: T): number => part.suspicion.get('breach') ?? 0
  const chosen = new Set(
    every
      .slice(1, -1)
      .sort((a, b) => most(b) - most(a))
      .slice(0, MOST_PARTS - 2),
  )
  return every.filter((part, n) => n === 0 || n === every.length - 1 || chosen.has(part))
}

/** A text in stretches of at most so many characters, at the ends of sentences where it can be, else between words. */
function cut(text: string, most: number): Stretch[] {
  const parts: Stretch[] = []
  let start = 0
  while (text.length - start > most) {
    const window = text.slice(start, start + most)
    const stop = Math.max(...['. ', '! ', '? ', '\n'].map((sign) => window.lastIndexOf(sign)))
    const blank = window.lastIndexOf(' ')
    const length = stop > most / 3 ? stop + 1 : blank > most / 3 ? blank + 1 : most
    parts.push({ start, end: start + length })
    start += length
  }
  return [...parts, { start, end: text.length }]
}

/** Sentences that hold a few words. */
const sentencesOf = (text: string): Stretch[] =>
  [...text.matchAll(/[^.!?\n]+[.!?]*/g)].flatMap(({ 0: sentence, index }) =>
    sentence.trim().length < SHORTEST ? [] : { start: index, end: index + Math.min(sentence.length, PART) },
  )
const SHORTEST = 12

const PHRASE_WORDS = 7
/** So many of the phrases are tried on the encoder by leaving them out, which costs a reading each: those the cheap layer would miss most. */
const TRIED = 2
/** Without the phrase the chance must fall to this share of what it was, or the finding rests on no phrase of its own. */
const FALLEN = 0.9

/** Where the finding rests: the phrase without which the model would be least inclined to make it. */
function weightiest(reading: Reading, { parts, read, cheap }: Opinion, head: string): Span[] {
  const { normal, item } = reading
  const chance = (chances: Chances): number => chances.get(head) ?? chances.get('breach') ?? 0
  const [part] = [...parts()].sort((a, b) => chance(b.chances) - chance(a.chances))
  if (!part || part.end === part.start) return []
  const without = ({ start, end }: Stretch): string => {
    const before = wordsOf(slice(normal, part.start, start), item.text)
    const after = wordsOf(slice(normal, end, part.end), item.text)
    return `${before} ${after}`.trim()
  }
  const tried = phrasesOf(normal.text, part)
    .map((phrase) => ({ phrase, left: chance(cheap(without(phrase))) }))
    .sort((a, b) => a.left - b.left)
    .slice(0, TRIED)
    .map(({ phrase }) => ({ phrase, left: chance(read(without(phrase))) }))
  const [best] = tried.sort((a, b) => a.left - b.left)
  if (!best || best.left > FALLEN * chance(part.chances)) return []
  return [spanOf(normal, best.phrase.start, best.phrase.end)]
}

/** As people would part them: at the signs between, and where those are far apart, into even runs of words. */
function phrasesOf(text: string, { start, end }: Stretch): Stretch[] {
  return [...text.slice(start, end).matchAll(PHRASE)].flatMap(({ 0: phrase, index }) => {
    const words = [...phrase.matchAll(/\S+/g)]
    const size = Math.ceil(words.length / Math.ceil(words.length / PHRASE_WORDS))
    return words.flatMap(({ index: at }, n) => {
      if (n % size !== 0) return []
      const last = words[Math.min(n + size, words.length) - 1]
      const from = start + index
      return { start: from + at, end: from + (last ? last.index + last[0].length : phrase.length) }
    })
  })
}
/** Up to the signs that part sentences or clauses, with them. */
const PHRASE = /[^.!?;:,\n]+[.!?;:,\n]*/g
