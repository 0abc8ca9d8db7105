import {
  type Ability,
  type Act,
  type ActionKind,
  type Breach,
  type Concern,
  type Decision,
  type Escalation,
  type Facet,
  type Finding,
  type Judgement,
  type Mode,
  ON_AUTHOR,
  type Standing,
  type Step,
  type Subject,
} from './model.ts'
import { type Clause, clauseFor, type Policy, proposeOnly } from './policy.ts'

/** Everything a decision rests on. The same values always give the same decision. */
export interface Question {
  judgement: Judgement
  subject: Subject
  policy: Policy
  standing: Standing
  mode: Mode
  /** What can be done to this item or its author, on this platform with this account. */
  can: (action: ActionKind) => Ability
  now: Date
}

/**
 * Scores that no office may set: whether somebody is in danger, threatened or asking for help is no matter of its rules.
 * Below HEARD a finding is noise, or an alarm at most; from CERTAIN it is believed, whatever it says.
 */
export const HEARD = 0.3
const CERTAIN = 0.5
/** What may be danger is heard sooner: a person looks at once, though no rule is said to be broken. */
export const ALARMING = 0.25

const DAY = 86_400_000
/** An answer to something older reads as a machine's: the first start on an account reads weeks of history. */
const FRESH_DAYS = 2
/** So long after somebody seemed to be at risk the tool does nothing to them by itself. */
export const CARE_DAYS = 30
const STRENGTH: Readonly<Record<Act, number>> = { none: 0, review: 1, hide: 2, block: 3 }

/** A finding that breaks one of the office's clauses. */
interface Breached {
  finding: Finding
  breach: Breach
  clause: Clause
  /** What the clause alone asks for. */
  asked: Act
  /** What becomes of that beside all else that is known. */
  act: Act
}

/** What stands around the breaches and makes the tool more careful. */
interface Circumstances {
  distress: boolean
  /** The author seemed to be at risk a short while ago, in another item. */
  lately: boolean
  casework: boolean
  /** A detector broke, so something may have been missed: that the person is at risk, for one. */
  partial: boolean
}

/**
 * What an office's policy makes of what the detectors found. In this order: people at risk are never moderated; what no
 * clause forbids is left alone; a clause's remedy is softened by what stands beside it; and the tool itself does only what
 * the office, the clause and the platform all allow it, and never a block.
 */
export function decide(question: Question): Decision {
  const { judgement, policy } = question
  const { findings } = judgement
  const heard = findings.filter(({ concern, score }) => concern === 'at-risk' && score >= HEARD)
  // What is neither grave nor sure is distress: it softens, and a person looks, but abuse beside it is still abuse.
  const risks = heard.filter(({ gravity, score }) => gravity !== 'mild' || score >= CERTAIN)
  const casework = findings.some(({ concern, score }) => concern === 'casework' && score >= CERTAIN)
  const from = { casework, policy: { id: policy.id, version: policy.version } }
  if (risks.length > 0) return { ...from, ...helpFirst(question, risks) }

  const around: Circumstances = {
    casework,
    distress: heard.length > 0,
    lately: isInCare(question.standing.atRiskAt, question.now),
    partial: (judgement.failed ?? []).length > 0,
  }
  return { ...from, ...ordinary(question, around) }
}

/** Did the author seem to be at risk so short a while ago that what they write is treated with care? */
export const isInCare = (atRiskAt: Date | null | undefined, now: Date): boolean =>
  atRiskAt instanceof Date && now.getTime() - atRiskAt.getTime() < CARE_DAYS * DAY

type Verdict = Omit<Decision, 'casework' | 'policy'>

/**
 * Somebody is at risk: staff are called, and nothing is done to anybody. Only a threat still needs a person's answer, and then
 * a sure one: who is desperate says dark things, and must not be met as a danger to others for that.
 */
function helpFirst({ judgement, policy }: Question, risks: readonly Finding[]): Verdict {
  const threats = judgement.findings.filter(({ concern, score }) => concern === 'threat' && score >= CERTAIN)
  const clause = threats.length > 0 ? clauseFor(policy, 'threat') : undefined
  const police = threats.length > 0 || risks.some(({ escalate }) => escalate === 'police')
  return {
    outcome: 'review',
    act: threats.length > 0 ? 'review' : 'none',
    clauses: clause ? [clause.id] : [],
    escalate: police ? 'police' : 'safeguarding',
    atRisk: true,
    reasons: [
      ...reasonsOf(risks),
      ...reasonsOf(threats),
      'Somebody may be at risk, so nothing is hidden, nobody is blocked and no standard answer is sent.',
    ],
    steps: [],
  }
}

function ordinary(question: Question, around: Circumstances): Verdict {
  const { judgement, mode } = question
  const breached = breachesOf(question, around)
  const lead = breached[0]
  const possible = lead ? plan(question, around, breached, lead) : { act: 'none' as const, steps: [], reasons: [] }
  const act = around.partial && possible.act === 'none' ? 'review' : possible.act
  const escalate = escalationOf(judgement.findings)
  const alarms = alarmsOf(judgement.findings)
  const alarming = alarms.length > 0 && breached.length === 0
  const redirect = redirectOf(question, around, { act, escalate, breached })
  const steps = mode === 'watch' ? [] : [...possible.steps, ...redirect.steps]
  return {
    outcome: outcomeOf(act, steps, escalate !== null || around.distress || judgement.unread !== undefined),
    act,
    clauses: [...new Set(breached.map(({ clause }) => clause.id))],
    escalate,
    atRisk: false,
    reasons: [
      ...(around.partial ? ['Part of the judge failed on this item, so a person should look.'] : []),
      ...(judgement.unread === undefined
        ? []
        : [`It seems to be in ${judgement.unread}, of which the tool reads only a few words: a person should look.`]),
      ...reasonsOf(breached.map(({ finding }) => finding)),
      ...reasonsOf(alarms),
      ...(alarming ? ['That is unsure, so a person should read it soon; no rule is said to be broken.'] : []),
      ...withoutClause(question),
      ...(escalate === 'police' && !alarming
        ? ['It may be a matter for the police, whatever becomes of it here.']
        : []),
      ...possible.reasons,
      ...(around.distress ? ['The words are those of somebody in distress.'] : []),
      ...redirect.reasons,
      ...(mode === 'watch' ? ['The account is only watched: nothing is proposed and nothing is done.'] : []),
      ...(breached.length === 0 && !alarming ? ["Nothing in it is found to break one of the office's rules."] : []),
    ],
    steps,
  }
}

/** Most fitting first: by what comes of it, then by score, then as the detectors are declared. */
function breachesOf(question: Question, around: Circumstances): Breached[] {
  return question.judgement.findings
    .flatMap((finding) => {
      const breach = finding.concern
      if (!isBreach(breach)) return []
      const clause = clauseFor(question.policy, breach)
      const asked = clause ? remedy(clause, finding) : 'none'
      return clause && asked !== 'none'
        ? { finding, breach, clause, asked, act: tempered(asked, question, around) }
        : []
    })
    .sort((a, b) => STRENGTH[b.act] - STRENGTH[a.act] || b.finding.score - a.finding.score)
}

export const isBreach = (concern: Concern): concern is Breach => concern !== 'at-risk' && concern !== 'casework'

function remedy({ thresholds, remedies }: Clause, { score, gravity }: Finding): Act {
  const full = remedies[gravity]
  if (score < thresholds.review || full === 'none') return 'none'
  return score < thresholds.propose ? 'review' : full
}

/** An ordinary breach weighs less beside a call for help, and more after warnings; a grave one stays what it is. */
function tempered(asked: Act, { policy, standing }: Question, { distress, casework }: Circumstances): Act {
  if (asked !== 'hide') return asked
  if (distress || casework) return 'review'
  const warned = standing.breaches > 0 && standing.warnings >= warningsNeeded(policy, standing)
  return warned ? 'block' : 'hide'
}

/** Each adjustment agreed with a person adds a step of patience. */
export const warningsNeeded = (
  { ladder }: Pick<Policy, 'ladder'>,
  { adjustments }: Pick<Standing, 'adjustments'>,
): number => ladder.warningsBeforeBlock + adjustments

interface Plan {
  act: Act
  steps: Step[]
  reasons: string[]
}

/** From what the clauses ask for to what can be done here, and by whom. */
function plan(question: Question, around: Circumstances, breached: readonly Breached[], lead: Breached): Plan {
  const { subject, policy, standing } = question
  if (lead.act === 'review') {
    const why = around.casework ? 'It asks the office for help' : 'The author seems to be in distress'
    const softened = `${why}, so a person should look before anything is hidden.`
    return { act: 'review', steps: [], reasons: lead.asked === 'review' ? [] : [softened] }
  }

  const message = subject.item.kind === 'message'
  // Where the author is withheld, who looks at the item on the platform still sees whom to block; only a person decides it anyway.
  const possible = (action: ActionKind): boolean =>
    question.can(action) !== 'impossible' &&
    (subject.author !== null || !ON_AUTHOR.includes(action) || action === 'block')
  const block = lead.act === 'block' && possible('block')
  /** A step that can be undone: done by the tool itself where one of the breached clauses lets it. */
  const gentle = (action: 'hide' | 'mute'): Step => {
    const alone = breached.find((each) => mayAlone(action, question, around, each))
    const { clause, breach } = alone ?? lead
    return { action, how: alone ? 'perform' : 'propose', clause: clause.id, breach }
  }
  const steps: Step[] = []
  const reasons: string[] = []

  if (!message && possible('hide')) steps.push(gentle('hide'))
  else if (!message && !block && possible('mute')) {
    steps.push(gentle('mute'))
    reasons.push("This can't be hidden here, so the author is to be muted instead.")
  } else reasons.push(message ? 'A direct message is never hidden.' : "This can't be hidden here.")

  if (block) {
    steps.push({ action: 'block', how: 'propose', clause: lead.clause.id, breach: lead.breach })
    reasons.push(whyBlock(standing, lead), 'Only a person may decide a block.')
    if (subject.author === null) reasons.push('The platform withholds who wrote this: it can be seen where it stands.')
    if (policy.informInWriting === 'will') reasons.push('The office promises to tell the person in writing.')
  } else if (lead.act === 'block') {
    reasons.push("People can't be blocked here, so no block is proposed.")
  } else if (standing.breaches > 0) {
    const needed = count(warningsNeeded(policy, standing), 'formal warning')
    const there = standing.warnings > 0 ? elsewhere(standing, 'warnings') : ''
    reasons.push(`A block may be proposed once ${needed} stood before it; in force: ${standing.warnings}${there}.`)
  }

  if (steps.length === 0) return { act: 'review', steps, reasons }
  const alone = steps.find(({ how }) => how === 'perform')
  if (alone) reasons.push(`The tool may ${alone.action} by itself, since that can be undone.`)
  else reasons.push(...whyNotAlone(question, around))
  return { act: block ? 'block' : 'hide', steps, reasons }
}

function whyBlock(standing: Standing, { asked }: Breached): string {
  if (asked === 'block') return 'A breach as grave as this needs no warning before it.'
  const { breaches, warnings } = standing
  const before = `${count(breaches, 'earlier breach', 'es')} and ${count(warnings, 'formal warning')}`
  return `It comes after ${before}${elsewhere(standing, 'breaches', 'warnings')}.`
}

const count = (n: number, what: string, plural = 's'): string => `${n} ${what}${n === 1 ? '' : plural}`

/** Only what mode, clause, score, circumstances and platform all allow. */
function mayAlone(
  action: 'hide' | 'mute',
  question: Question,
  { distress, lately, casework, partial }: Circumstances,
  { act, clause, finding }: Breached,
): boolean {
  const { alone } = clause.thresholds
  return (
    question.mode === 'perform' &&
    question.can(action) === 'automatic' &&
    !(distress || lately || casework || partial || question.standing.adjustments > 0) &&
    STRENGTH[act] >= STRENGTH.hide &&
    clause.ground &&
    clause.alone.includes(action) &&
    alone !== null &&
    finding.score >= alone
  )
}

function whyNotAlone({ mode, policy, standing }: Question, { distress, lately, casework }: Circumstances): string[] {
  if (lately) return [`${LATELY}${elsewhere(standing, 'atRiskAt')}, so a person decides.`]
  if (mode !== 'perform') return []
  if (proposeOnly(policy)) return ['The office publishes no grounds for social media, so a person decides everything.']
  if (distress || casework) return ['The author is in distress or asks for help, so a person decides.']
  if (standing.adjustments > 0)
    return [`An adjustment is agreed with the author${elsewhere(standing, 'adjustments')}, so a person decides.`]
  return ['This is not sure enough, or not allowed, for the tool to do by itself.']
}

const LATELY = `The author seemed to be at risk within the last ${CARE_DAYS} days`

/** Whoever reads the reasons on one platform would look there in vain for what happened on another. */
const elsewhere = (standing: Standing, ...facets: readonly Facet[]): string => {
  if (!facets.some((facet) => standing.elsewhere?.includes(facet))) return ''
  const some = facets.some((facet) => typeof standing[facet] === 'number') ? 'in part ' : ''
  return ` (${some}on another platform, where staff have linked an account to this one)`
}

/** Danger doesn't wait for a rule: a threat goes to the police whether or not a clause forbids it. */
function escalationOf(findings: readonly Finding[]): Escalation | null {
  const heard = findings.filter(({ concern, score }) => concern !== 'at-risk' && score >= HEARD)
  const threatened = alarmsOf(findings).length > 0 || heard.some(({ concern }) => concern === 'threat')
  if (threatened || heard.some(({ escalate }) => escalate === 'police')) return 'police'
  return heard.some(({ escalate }) => escalate === 'safeguarding') ? 'safeguarding' : null
}

/** Too unsure to name a breach, and too dangerous to pass over. */
const alarmsOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ concern, score }) => concern === 'threat' && score >= ALARMING && score < HEARD)

/** The way back to the office: once per person and period, and never as the answer to abuse or danger. */
function redirectOf(
  question: Question,
  { casework, distress, lately, partial }: Circumstances,
  { act, escalate, breached }: { act: Act; escalate: Escalation | null; breached: readonly Breached[] },
): { steps: Step[]; reasons: string[] } {
  const { policy, standing, subject, mode, now } = question
  const ability = question.can('redirect')
  const wanted = casework && escalate === null && STRENGTH[act] < STRENGTH.hide && ability !== 'impossible'
  if (!wanted) return { steps: [], reasons: [] }
  if (now.getTime() - subject.item.writtenAt.getTime() > FRESH_DAYS * DAY) {
    return { steps: [], reasons: [`It was written more than ${FRESH_DAYS} days ago, so no standard answer is sent.`] }
  }
  if (lately) {
    const seen = elsewhere(standing, 'atRiskAt')
    return { steps: [], reasons: [`The author may still be at risk${seen}, so no standard answer is sent.`] }
  }
  const { everyDays } = policy.redirect
  if (standing.redirectedAt !== null && now.getTime() - standing.redirectedAt.getTime() < everyDays * DAY) {
    return {
      steps: [],
      reasons: [
        `The author was pointed to the phone and the email within the last ${everyDays} days${elsewhere(standing, 'redirectedAt')}.`,
      ],
    }
  }
  const harsh = breached.some(({ asked }) => asked !== 'review')
  // Where the author isn't known, the tool can't keep "once per person" by itself.
  const alone = !(harsh || distress || partial) && subject.author !== null && ability === 'automatic'
  return {
    steps: [
      { action: 'redirect', how: mode === 'perform' && alone ? 'perform' : 'propose', clause: null, breach: null },
    ],
    reasons: ['It asks the office for help, so the author is to be pointed to the phone and the email.'],
  }
}

function outcomeOf(act: Act, steps: readonly Step[], look: boolean): Decision['outcome'] {
  if (steps.some(({ action, how }) => action !== 'redirect' && how === 'perform')) return 'perform'
  if (act === 'hide' || act === 'block') return 'propose'
  return act === 'review' || look ? 'review' : 'leave'
}

/** Breaches the office has no rule against: said, so that staff see why nothing comes of them. */
function withoutClause({ judgement, policy }: Question): string[] {
  const concerns = judgement.findings.flatMap(({ concern, score }) =>
    score >= CERTAIN && isBreach(concern) && !clauseFor(policy, concern) ? concern : [],
  )
  return [...new Set(concerns)].map(
    (concern) => `It may be ${concern.replaceAll('-', ' ')}, but this office publishes no rule against that.`,
  )
}

const reasonsOf = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ reason }) => reason))]
