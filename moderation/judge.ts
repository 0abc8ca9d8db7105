import { concealed } from './concealed.ts'
import { DETECTORS } from './detect/index.ts'
import type { Concern, Detector, Finding, Judgement, OfficeFacts, Reading, Scores, Subject } from './model.ts'
import { normalise } from './normalise.ts'

/**
 * What the detectors say of a subject: findings in the order the detectors are declared, and three scores for people who
 * sort by them. Pure; the same subject always gives the same judgement. A detector that throws is named in `failed` and
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
  return { findings, scores: scoresOf(findings), ...(failed.length > 0 && { failed }) }
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
