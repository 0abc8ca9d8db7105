import { unread } from '../language.ts'
import type { Breach, Concern, Detector, Escalation, Finding, Gravity, NormalText, Reading, Span } from '../model.ts'
import { BREACHES } from '../model.ts'
import { normalise, spanOf } from '../normalise.ts'
import { type Chances, type TextModel, textModel, VERSION, wordsFor } from '../text-model/model.ts'
import { wordsOf } from '../text-model/words.ts'

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

/** As the words of a finding: "It reads like ...". */
const READS: Readonly<Record<Concern, string>> = {
  abuse: 'abuse of the person it is aimed at',
  discrimination: 'contempt for people because of who they are',
  threat: 'a threat',
  'graphic-imagery': 'a picture that shocks or is sexual',
  deception: 'an attempt to deceive',
  'ip-violation': "use of somebody else's work",
  unlawful: 'something the law forbids',
  spam: 'advertising, or posting to provoke',
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

interface Part {
  start: number
  end: number
  chances: Chances
}

interface Opinion {
  parts: readonly Part[]
  /** Of the part that has most of it. */
  chance: (head: string) => number
  read: (words: string) => Chances
  cheap: (words: string) => Chances
}

const opinions = new WeakMap<Reading, Opinion | null>()

/** What the encoder says; null if the cheap layer has no doubt that there is nothing in it, so that it wasn't asked. */
function opinionOn(reading: Reading, model: TextModel): Opinion | null {
  let known = opinions.get(reading)
  if (known === undefined) opinions.set(reading, (known = form(reading, model)))
  return known
}

function form(reading: Reading, model: TextModel): Opinion | null {
  const { normal, item, context } = reading
  const pictures = alt(reading)
  const whole = wordsFor(normal, item.text)
  if (pictures === '' && (!isReadable(normal.text) || unread(item.text) !== null)) return null
  const doubted = model.cheap(pictures + whole)
  if (model.thresholds.doubt.every(([head, least]) => (doubted.get(head) ?? 0) < least)) return null
  const post = context.post === undefined ? undefined : seen(context.post)
  /** Several findings are traced to their phrases by leaving out the same ones. */
  const answers = new Map<string, Chances>()
  const read = (words: string): Chances => {
    const answer = answers.get(words) ?? model.full(pictures + words, post)
    answers.set(words, answer)
    return answer
  }
  const parts = partsOf(normal, item.text, model).map((part) => ({ ...part, chances: read(wordsAt(reading, part)) }))
  return {
    parts,
    read,
    cheap: model.cheap,
    chance: (head) => Math.max(0, ...parts.map(({ chances }) => chances.get(head) ?? 0)),
  }
}

export function findingsOf(reading: Reading, model: TextModel): Finding[] {
  const { thresholds } = model
  const opinion = opinionOn(reading, model)
  if (!opinion) return []
  const { chance } = opinion
  const findings: Finding[] = []
  const find = (concern: Concern, score: number, gravity: Gravity, escalate?: Escalation): void => {
    findings.push({
      concern,
      score,
      gravity,
      reason: `It reads like ${READS[concern]}, says the text model; the marked words weigh most.`,
      spans: weightiest(reading, opinion, concern),
      detector: secondOpinion.name,
      version: VERSION,
      ...(escalate && { escalate }),
    })
  }

  const breach = chance('breach')
  const [likeliest] = [...BREACHES].sort((a, b) => chance(b) - chance(a))
  for (const each of BREACHES) {
    const passes = (level: 'mild' | 'plain'): boolean =>
      (each === likeliest && breach >= thresholds.breach[level]) ||
      chance(each) >= (thresholds.heads[each]?.[level] ?? 1)
    if (passes('plain')) find(each, PLAIN, 'plain', ESCALATES[each])
    else if (passes('mild')) find(each, MILD, 'mild', ESCALATES[each])
  }
  if (chance('at-risk') >= (thresholds.heads['at-risk']?.mild ?? 1)) find('at-risk', SURE, 'plain', 'safeguarding')
  if (chance('casework') >= (thresholds.heads['casework']?.mild ?? 1)) find('casework', SURE, 'plain')
  return findings
}

/** Whether the model takes a text for lawful: where it does, rules that go by words alone may be mistaken. */
export function seemsLawful(reading: Reading, model: TextModel = textModel()): 'surely' | 'rather' | 'no' {
  const breach = opinionOn(reading, model)?.chance('breach') ?? 1
  const { surely, rather } = model.thresholds.lawful
  if (breach < surely) return 'surely'
  return breach < rather ? 'rather' : 'no'
}

/** Between a policy's usual thresholds for review, for proposing, and for acting alone, which is never reached. */
const MILD = 0.4
const PLAIN = 0.6
const SURE = 0.6
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

function wordsAt({ normal, item }: Reading, { start, end }: { start: number; end: number }): string {
  if (start === 0 && end === normal.text.length) return wordsFor(normal, item.text)
  return wordsOf(slice(normal, start, end), item.text)
}

const slice = ({ text, map }: NormalText, start: number, end: number): NormalText => ({
  text: text.slice(start, end),
  map: map.slice(start, end + 1),
})

function partsOf(normal: NormalText, original: string, model: TextModel): { start: number; end: number }[] {
  const parts = cut(normal.text, PART)
  if (parts.length <= MOST_PARTS) return parts
  const suspicion = ({ start, end }: { start: number; end: number }): number =>
    model.cheap(wordsOf(slice(normal, start, end), original)).get('breach') ?? 0
  const between = parts.slice(1, -1).map((part) => ({ part, suspicion: suspicion(part) }))
  const chosen = between
    .sort((a, b) => b.suspicion - a.suspicion)
    .slice(0, MOST_PARTS - 2)
    .map(({ part }) => part)
  return [...parts.slice(0, 1), ...chosen, ...parts.slice(-1)].sort((a, b) => a.start - b.start)
}

/** A text in stretches of at most so many characters, at the ends of sentences where it can be, else between words. */
function cut(text: string, most: number): { start: number; end: number }[] {
  const parts: { start: number; end: number }[] = []
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

const MOST_PHRASES = 6
const PHRASE_WORDS = 5
/** So many of the phrases are tried on the encoder by leaving them out, which costs a reading each: those the cheap layer would miss most. */
const TRIED = 2

/** Where the finding rests: the phrase without which the model would be least inclined to make it. */
function weightiest(reading: Reading, { parts, read, cheap }: Opinion, head: string): Span[] {
  const { normal, item } = reading
  const chance = (chances: Chances): number => chances.get(head) ?? chances.get('breach') ?? 0
  const [part] = [...parts].sort((a, b) => chance(b.chances) - chance(a.chances))
  if (!part || part.end === part.start) return []
  const without = ({ start, end }: { start: number; end: number }): string => {
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
  return best ? [spanOf(normal, best.phrase.start, best.phrase.end)] : []
}

function phrasesOf(text: string, { start, end }: { start: number; end: number }): { start: number; end: number }[] {
  const words = [...text.slice(start, end).matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    start: start + index,
    end: start + index + word.length,
  }))
  const size = Math.max(PHRASE_WORDS, Math.ceil(words.length / MOST_PHRASES))
  return Array.from({ length: Math.ceil(words.length / size) }, (_, n) => {
    const some = words.slice(n * size, (n + 1) * size)
    return { start: some[0]?.start ?? start, end: some.at(-1)?.end ?? end }
  })
}
