import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { decide } from '../../moderation/decide.ts'
import { readLine, readOfficeFacts, subjectOf } from '../../moderation/input.ts'
import { judge as judgeItem } from '../../moderation/judge.ts'
import type {
  Ability,
  Act,
  Author,
  Concern,
  Decision,
  Escalation,
  Finding,
  Judgement,
  OfficeFacts,
  Scores,
  Standing,
  Subject,
} from '../../moderation/model.ts'
import { clauseFor, type Policy } from '../../moderation/policy.ts'
import { type Advice, mayBeAdvised } from '../classifiers/index.ts'
import { panel } from '../classifiers/panel.ts'
import { type Config, ConfigError } from '../config.ts'
import { createLogger } from '../logging.ts'

/** Longer lines are refused unread, so that memory stays the same whatever comes. Bytes. */
const LONGEST = 1_000_000
/** Lines under way side by side where others are asked, who take their time. */
const AT_ONCE = 8
/** How often a person at a terminal sees how far it is. Milliseconds. */
const PROGRESS = 250

/** One line of the answer. A line that can't be read is answered with `{ id, error }` instead. */
export interface Judged {
  id: string
  outcome: Decision['outcome']
  act: Act
  /** The office's clauses, most fitting first. */
  clauses: string[]
  escalate: Escalation | null
  casework: boolean
  atRisk: boolean
  /** As staff are told it, sentence by sentence. */
  reasons: string[]
  /** The language it seems to be in, where that is one the tool reads only a few words of. */
  unread?: string
  scores: Scores
  /** `clause` is the office's; where none covers it, or nothing is breached, the name of the concern. */
  findings: (Pick<Finding, 'score' | 'detector' | 'reason' | 'spans'> & { clause: string })[]
}

export interface JudgeParts {
  policy: Policy
  office: OfficeFacts
  /** JSON Lines in UTF-8: the schema is `Line` in moderation/input.ts. */
  input: AsyncIterable<Uint8Array | string>
  output: Writable
  /** Told how far it is, if it is a terminal. */
  error: Writable & { isTTY?: boolean }
  judge?: Judge
  /** The optional judges, if they are to be asked too. */
  advise?: (subject: Subject) => Promise<Advice>
}

type Judge = (subject: Subject, office: OfficeFacts) => Judgement

/**
 * Judge each line of the input by itself, as an office in mode `propose` would on a platform that can do everything, and
 * answer in the same order. A bad line is answered and passed over.
 * @returns the exit code: 0 if every line was judged by every detector
 */
export async function judgeLines(parts: JudgeParts): Promise<number> {
  const { input, output, error } = parts
  const now = new Date()
  const failed = new Map<string, number>()
  const progress = progressTo(error)
  const gone = new AbortController()
  output.on('error', (reason) => gone.abort(reason))
  let bad = 0
  let n = 0
  const underWay: ReturnType<typeof answerTo>[] = []
  const next = async (): Promise<void> => {
    const answer = await underWay.shift()
    if (answer === undefined) return
    n++
    if ('error' in answer) bad++
    if (!output.write(`${JSON.stringify(answer)}\n`)) await once(output, 'drain')
    gone.signal.throwIfAborted()
    progress.at(n, bad)
  }
  try {
    for await (const line of linesOf(input)) {
      if (line?.trim() === '') continue
      underWay.push(answerTo(line, parts, now, (name) => failed.set(name, (failed.get(name) ?? 0) + 1)))
      if (underWay.length >= (parts.advise ? AT_ONCE : 1)) await next()
    }
    while (underWay.length > 0) await next()
  } catch (reason) {
    if (!isClosedPipe(reason)) throw reason
    // Whoever read the answers has seen enough: `serjeant judge ... | head`.
    return 1
  } finally {
    progress.end()
  }
  for (const [name, items] of failed) error.write(`The detector "${name}" failed on ${items} of ${n} items.\n`)
  return bad === 0 && failed.size === 0 ? 0 : 1
}

const isClosedPipe = (reason: unknown): boolean =>
  reason instanceof Error && 'code' in reason && reason.code === 'EPIPE'

/**
 * The office a `--office` file describes.
 * @throws ConfigError that says what to change
 */
export function readOffice(file: string): OfficeFacts {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigError(
      error instanceof SyntaxError
        ? `The office file ${file} is not JSON: look for a missing comma, quote or bracket.`
        : `The office file ${file} can't be read: is the path right?`,
    )
  }
  const office = readOfficeFacts(json)
  if (office.is === 'right') return office.value
  throw new ConfigError(
    `The office file ${file} needs a change:\n${office.because.map((why) => `  ${why}.`).join('\n')}`,
  )
}

/** Asks the optional judges that are configured, of whatever office. A line has no picture that could be sent. */
export async function advisedBy(
  { judges: settings, logLevel }: Config,
  policy: Policy,
): Promise<(subject: Subject) => Promise<Advice>> {
  const pictures = { areComing: async () => false, keptOf: async () => [] }
  const around = { log: createLogger(logLevel), now: () => new Date(), random: Math.random }
  const { advise } = await panel({ settings, policy, pictures, ...around })
  const never = new AbortController().signal
  return (subject) => advise(subject.item.id, subject, never)
}

const STRANGER: Standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null }

/** A line without an author leaves one out; it doesn't say that the platform withholds who it was. */
const SOMEBODY: Author = { platform: 'unknown', id: '', handle: '' }
const EVERYTHING = (): Ability => 'automatic'

async function answerTo(
  text: string | null,
  { policy, office, judge = judgeItem, advise }: JudgeParts,
  now: Date,
  failed: (detector: string) => void,
): Promise<Judged | { id: string | null; error: string }> {
  if (text === null) return { id: null, error: `The line is longer than ${LONGEST} bytes.` }
  const json = parsed(text)
  const line = readLine(json)
  if (line.is === 'wrong') {
    const because = json === undefined ? 'it is not JSON' : line.because.join('; ')
    return { id: idOf(json), error: `The line can't be judged: ${because}.` }
  }
  const { id } = line.value
  const subject = subjectOf(line.value, now)
  let judgement: Judgement
  try {
    judgement = judge(subject, office)
  } catch {
    return { id, error: 'The judge broke on this line; please report it as a fault.' }
  }
  judgement.failed?.forEach(failed)
  if (advise && mayBeAdvised(judgement)) {
    const advice = await advise(subject)
    advice.unheard.forEach(failed)
    judgement = { ...judgement, findings: [...judgement.findings, ...advice.findings] }
  }
  const decision = decide({
    judgement,
    subject: { ...subject, author: subject.author ?? SOMEBODY },
    policy,
    standing: STRANGER,
    mode: 'propose',
    can: EVERYTHING,
    now,
  })
  const { outcome, act, clauses, escalate, casework, atRisk, reasons } = decision
  const { scores, unread } = judgement
  const findings = judgement.findings.map(({ concern, score, detector, reason, spans }) => ({
    clause: nameFor(policy, concern),
    score,
    detector,
    reason,
    spans,
  }))
  const told = { ...(unread !== undefined && { unread }), scores, findings }
  return { id, outcome, act, clauses, escalate, casework, atRisk, reasons, ...told }
}

const nameFor = (policy: Policy, concern: Concern): string =>
  (concern === 'at-risk' || concern === 'casework' ? undefined : clauseFor(policy, concern)?.id) ?? concern

/** Null stands for nothing here. What JSON.parse stumbles over are the stranger's words: its message goes nowhere. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => value ?? undefined)
  } catch {
    return undefined
  }
}

function idOf(json: unknown): string | null {
  return typeof json === 'object' && json !== null && 'id' in json && typeof json.id === 'string' ? json.id : null
}

const NEWLINE = 10

/** Lines without their ends; null for one longer than LONGEST, of which nothing is kept. */
async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string | null> {
  let pieces: Uint8Array[] = []
  let size = 0
  const keep = (piece: Uint8Array): void => {
    size += piece.length
    if (size > LONGEST) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  const line = (): string | null => {
    // A decoder for each line drops a byte order mark; broken UTF-8 becomes U+FFFD rather than an error.
    const text = size > LONGEST ? null : new TextDecoder().decode(Buffer.concat(pieces))
    pieces = []
    size = 0
    return text
  }
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      keep(bytes.subarray(start, end))
      yield line()
      start = end + 1
    }
    keep(bytes.subarray(start))
  }
  if (size > 0) yield line()
}

function progressTo(error: JudgeParts['error']): { at(n: number, bad: number): void; end(): void } {
  if (!error.isTTY) return { at: () => undefined, end: () => undefined }
  let shown = 0
  return {
    at: (n, bad) => {
      const now = Date.now()
      if (now - shown < PROGRESS) return
      shown = now
      error.write(`\r${n} judged${bad > 0 ? `, ${bad} could not be read` : ''}`)
    },
    end: () => void error.write('\r\u001b[K'),
  }
}
