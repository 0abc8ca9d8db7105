import { concealed } from './concealed.ts'
import { ALARMING, isBreach } from './decide.ts'
import { DETECTORS } from './detect/index.ts'
import { canRead, PLAIN, secondOpinion, seemsLawful } from './detect/second-opinion.ts'
import { unread } from './language.ts'
import type { Concern, Detector, Finding, Judgement, OfficeFacts, Reading, Scores, Subject } from './model.ts'
import { normalise } from './normalise.ts'

/**
 * What the detectors say of a subject: findings in the order the detectors are declared, those in hidden words last, and three
 * scores for people who sort by them. Where the text model is among them, it also softens what rests on words alone. Pure; the
 * same subject always gives the same judgement. A detector that throws is named in `failed` and never silences the others.
 */
export function judge(subject: Subject, office: OfficeFacts, detectors: readonly Detector[] = DETECTORS): Judgement {
  const failed = new Set<string>()
  const found = (reading: Reading): Finding[] => {
    const findings = detectors.flatMap((detector) => attempt(failed, detector, () => detector.detect(reading), []))
    if (!detectors.includes(secondOpinion)) return findings
    const weighed = findings.map((finding) => attempt(failed, secondOpinion, () => softened(finding, reading), finding))
    return attempt(failed, secondOpinion, () => corroborated(weighed, reading), weighed)
  }
  const hidden = concealed(subject.item.text).flatMap(({ text, span }) =>
    found(read({ ...subject, item: { ...subject.item, text } }, office))
      .filter(({ spans }) => spans.length > 0)
      .map((finding) => ({ ...finding, spans: [span], reason: `In hidden words: ${finding.reason}` })),
  )
  const findings = [...found(read(subject, office)), ...hidden]
  const language = unread(subject.item.text)
  return {
    findings,
    scores: scoresOf(findings),
    ...(failed.size > 0 && { failed: [...failed] }),
    ...(language !== null && { unread: language }),
  }
}

function attempt<T>(failed: Set<string>, { name }: Detector, what: () => T, otherwise: T): T {
  try {
    return what()
  } catch {
    failed.add(name)
    return otherwise
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
/** These rest on facts, which the text model doesn't know. */
const BY_FACTS: readonly string[] = ['voting']
/** Nor does it see where a link leads. */
const LINK = /\w\.\w/
/** Enough for a person to look, whatever the policy; and a note. Between them lies an alarm, if it is a threat. */
const DOUBTED = 0.4
const DISMISSED = 0.2

/**
 * Where rules find a breach and the text model, which has read far more, rather none, a person decides; if surely none, nobody,
 * but for a grave threat: that is too dear to miss.
 */
function softened(finding: Finding, reading: Reading): Finding {
  const { concern, detector, gravity, spans } = finding
  const { text } = reading.item
  const byWords =
    detector !== secondOpinion.name &&
    !BY_FACTS.includes(detector) &&
    BY_WORDS.includes(concern) &&
    spans.length > 0 &&
    !spans.some(({ start, end }) => LINK.test(text.slice(start, end)))
  const lawful = byWords ? seemsLawful(reading, finding) : 'no'
  if (lawful === 'no') return finding
  const least = concern === 'threat' && gravity === 'grave' ? ALARMING : DISMISSED
  const score = Math.min(finding.score, lawful === 'surely' ? least : DOUBTED)
  return { ...finding, gravity: 'mild', score, reason: `${finding.reason} But the text as a whole reads as lawful.` }
}

/** These know who somebody is or what is private, which no reading of a text could bear out. */
const ON_RECORD: readonly Concern[] = ['harassment', 'spam']

/**
 * No block is proposed on a rule's word alone, where the text model can read: "we'll bury you", said of signatures, takes in
 * any rule. What the model does not bear out is an ordinary breach, and calls whom it called.
 */
function corroborated(findings: readonly Finding[], reading: Reading): Finding[] {
  const isWitnessed = findings.some(
    ({ detector, concern, score }) => detector === secondOpinion.name && isBreach(concern) && score >= PLAIN,
  )
  if (isWitnessed || !canRead(reading)) return [...findings]
  return findings.map((finding) =>
    finding.gravity === 'grave' && !ON_RECORD.includes(finding.concern) ? { ...finding, gravity: 'plain' } : finding,
  )
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
