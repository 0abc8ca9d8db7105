import { concealed } from './concealed.ts'
import { DETECTORS } from './detect/index.ts'
import { secondOpinion, seemsLawful } from './detect/second-opinion.ts'
import { unread } from './language.ts'
import type { Concern, Detector, Finding, Judgement, OfficeFacts, Reading, Scores, Subject } from './model.ts'
import { normalise } from './normalise.ts'

/**
 * What the detectors say of a subject: findings in the order the detectors are declared, and three scores for people who
 * sort by them. Where the text model is among them, it also softens what rests on words alone. Pure; the same subject always gives the same judgement. A detector that throws is named in `failed` and
 * never silences the others.
 */
export function judge(subject: Subject, office: OfficeFacts, detectors: readonly Detector[] = DETECTORS): Judgement {
  const reading = read(subject, office)
  const hidden = concealed(subject.item.text).map(({ text, span }) => ({
    span,
    reading: read({ ...subject, item: { ...subject.item, text } }, office),
  }))
  const findings: Finding[] = []
  const failed: string[] = []
  for (const detector of detectors) {
    try {
      findings.push(...detector.detect(reading))
      for (const { reading: beneath, span } of hidden) {
        for (const finding of detector.detect(beneath)) {
          if (finding.spans.length > 0)
            findings.push({ ...finding, spans: [span], reason: `In hidden words: ${finding.reason}` })
        }
      }
    } catch {
      failed.push(detector.name)
    }
  }
  const language = unread(subject.item.text)
  // What the model can't read it can't call lawful.
  const agreed =
    language === null && detectors.includes(secondOpinion)
      ? findings.map((finding) => softened(finding, reading))
      : findings
  return {
    findings: agreed,
    scores: scoresOf(agreed),
    ...(failed.length > 0 && { failed }),
    ...(language !== null && { unread: language }),
  }
}

/** What rests on the words of a text alone, so that a second reader of the text may doubt it. */
const BY_WORDS: readonly Concern[] = [
  'abuse',
  'discrimination',
  'threat',
  'unlawful',
  'deception',
  'allegation',
  'third-party-abuse',
]
/** The text model doesn't see where a link leads. */
const LINK = /\w\.\w/
/** Enough for a person to look, whatever the policy; and too little even for that, but kept with the item. */
const DOUBTED = 0.4
const DISMISSED = 0.2

/** Where rules find a breach and the text model, which has read far more, rather none, a person decides; if surely none, nobody. */
function softened(finding: Finding, reading: Reading): Finding {
  const { text } = reading.item
  const byWords =
    finding.detector !== secondOpinion.name &&
    BY_WORDS.includes(finding.concern) &&
    finding.spans.length > 0 &&
    !finding.spans.some(({ start, end }) => LINK.test(text.slice(start, end)))
  const lawful = byWords ? seemsLawful(reading) : 'no'
  if (lawful === 'no') return finding
  const score = Math.min(finding.score, lawful === 'surely' ? DISMISSED : DOUBTED)
  return { ...finding, gravity: 'mild', score, reason: `${finding.reason} But the text as a whole reads as lawful.` }
}

/**
 * A text longer than both together is read at its beginning and its end, which bounds the time a stranger can cost us. X's
 * longest posts are shorter, so only Facebook's are ever cut.
 */
const HEAD = 25_000
const TAIL = 15_000

function read(subject: Subject, office: OfficeFacts): Reading {
  const { text } = subject.item
  if (text.length <= HEAD + TAIL) return { ...subject, office, normal: normalise(text) }
  const from = text.length - TAIL
  const head = normalise(text.slice(0, HEAD))
  const tail = normalise(text.slice(from))
  const map = [...head.map, ...tail.map.map((offset) => offset + from)]
  return { ...subject, office, normal: { text: `${head.text}\n${tail.text}`, map } }
}

const SCORED: Readonly<Record<keyof Scores, readonly Concern[]>> = {
  abuse: ['abuse', 'third-party-abuse', 'discrimination', 'threat', 'harassment'],
  hate: ['discrimination'],
  threat: ['threat'],
}

function scoresOf(findings: readonly Finding[]): Scores {
  const highest = (concerns: readonly Concern[]): number =>
    Math.max(0, ...findings.filter(({ concern }) => concerns.includes(concern)).map(({ score }) => score))
  return { abuse: highest(SCORED.abuse), hate: highest(SCORED.hate), threat: highest(SCORED.threat) }
}
