import type { Act } from '../../moderation/model.ts'
import { clauseFor, type Policy } from '../../moderation/policy.ts'
import type { Judged } from '../../src/commands/judge.ts'
import type { Case } from './labels.ts'
import { groups, type Share, share } from './share.ts'

/** A labelled case beside what was made of it. */
export interface Scored {
  label: Case
  answer: Judged
}

const STRENGTH: Readonly<Record<Act, number>> = { none: 0, review: 1, hide: 2, block: 3 }

/** A breach is found where the decision names a clause, whatever is proposed about it. */
export const isFound = ({ answer }: Pick<Scored, 'answer'>): boolean => answer.clauses.length > 0
export const isActedOn = ({ answer }: Pick<Scored, 'answer'>): boolean => STRENGTH[answer.act] >= STRENGTH.hide
const isBreach = ({ label }: Scored): boolean => label.expect.violates
const isLawful = ({ label }: Scored): boolean => !label.expect.violates
const isDoubtful = ({ label }: Scored): boolean => label.doubt !== undefined
/** Somebody may come to harm: by what the case is about, or by whom it calls without being anybody's breach. */
const isAtRisk = ({ label: { kind, expect } }: Scored): boolean =>
  kind.startsWith('risk-') || (expect.escalate === 'safeguarding' && !expect.violates)
const isThreat = ({ label: { expect } }: Scored): boolean =>
  expect.escalate === 'police' && expect.clauses.includes('threat')
const over = ({ label, answer }: Scored): number => STRENGTH[answer.act] - STRENGTH[label.expect.act]

interface Detection {
  /** Of what violates: a clause is named. */
  recall: Share
  /** Of what doesn't. */
  falseAlarms: Share
}

interface Both {
  found: Detection
  /** The same, counted only where it is to be hidden or its author blocked. */
  actedOn: Detection
}

export type Figures = ReturnType<typeof figuresOf>

/** Everything that can be counted of one set of cases under one policy. */
export function figuresOf(all: readonly Scored[], policy: Policy) {
  const breaches = all.filter(isBreach)
  const lawful = all.filter(isLawful)
  const found = breaches.filter(isFound)
  const families = [...groups(all, ({ label }) => label.family ?? label.id).values()]
  const pairs = families.filter(({ length }) => length > 1)
  const atRisk = all.filter(isAtRisk)
  const uncalled = all.filter(({ label }) => label.expect.escalate === null)
  return {
    cases: all.length,
    all: bothOf(all),
    withoutDoubt: bothOf(all.filter((one) => !isDoubtful(one))),
    byKind: tableOf(all, ({ label }) => label.kind),
    byDifficulty: tableOf(all, ({ label }) => label.difficulty),
    clause: {
      /** Of the breaches found: the first clause named is one of those expected. */
      anyOfThem: share(found, (one) => hasClause(one, policy, 'any')),
      theFirst: share(found, (one) => hasClause(one, policy, 'first')),
    },
    act: {
      tooMuch: share(all, (one) => over(one) > 0),
      tooMuchOnLawful: share(lawful, (one) => over(one) > 0),
      tooLittle: share(all, (one) => over(one) < 0),
    },
    escalation: {
      threatsToPolice: share(all.filter(isThreat), ({ answer }) => answer.escalate === 'police'),
      atRiskToAnybody: share(atRisk, ({ answer }) => answer.escalate !== null),
      toNobodysUse: share(uncalled, ({ answer }) => answer.escalate !== null),
    },
    casework: {
      recall: share(
        all.filter(({ label }) => label.expect.casework),
        ({ answer }) => answer.casework,
      ),
      falseAlarms: share(
        all.filter(({ label }) => !label.expect.casework),
        ({ answer }) => answer.casework,
      ),
    },
    pairs: share(pairs, (family) => family.every((one) => isFound(one) === isBreach(one))),
    never: {
      /** Ids of people at risk whose words are to be hidden, or who are to be blocked. */
      againstPeopleAtRisk: idsOf(atRisk.filter(isActedOn)),
      /** Ids of what violates nothing, and is to cost a block. */
      blocksOfLawful: idsOf(lawful.filter(({ answer }) => answer.act === 'block')),
    },
    errors: all.flatMap((one) => errorOf(one, policy)).sort((a, b) => gravityOf(a) - gravityOf(b)),
  }
}

const idsOf = (all: readonly Scored[]): string[] => all.map(({ label }) => label.id)

function bothOf(all: readonly Scored[]): Both {
  const detection = (isSo: (one: Scored) => boolean): Detection => ({
    recall: share(all.filter(isBreach), isSo),
    falseAlarms: share(all.filter(isLawful), isSo),
  })
  return { found: detection(isFound), actedOn: detection(isActedOn) }
}

/** By name; the largest first. */
function tableOf(all: readonly Scored[], nameOf: (one: Scored) => string): ({ name: string } & Both)[] {
  return [...groups(all, nameOf)]
    .sort(([a, some], [b, others]) => others.length - some.length || a.localeCompare(b))
    .map(([name, some]) => ({ name, ...bothOf(some) }))
}

/** Labels name breaches, decisions the office's own clauses. */
function hasClause({ label, answer }: Scored, policy: Policy, which: 'any' | 'first'): boolean {
  const wanted = label.expect.clauses.map((breach) => clauseFor(policy, breach)?.id)
  return (which === 'any' ? wanted : wanted.slice(0, 1)).includes(answer.clauses[0])
}

const WRONGS = [
  'moderated though at risk',
  'blocked though lawful',
  'not escalated',
  'others called',
  'false alarm',
  'missed',
  'escalated in vain',
  'other clause',
  'too much',
  'too little',
  'casework missed',
  'taken for casework',
] as const
type Wrong = (typeof WRONGS)[number]

interface Mistake {
  id: string
  kind: string
  doubtful: boolean
  /** Gravest first. */
  wrong: Wrong[]
  expected: Expectation
  came: Expectation
  reasons: string[]
  text: string
}

interface Expectation {
  clauses: string[]
  act: Act
  escalate: string | null
  casework: boolean
}

const gravityOf = ({ wrong: [gravest] }: Mistake): number => (gravest ? WRONGS.indexOf(gravest) : WRONGS.length)

function errorOf(one: Scored, policy: Policy): Mistake[] {
  const { label, answer } = one
  const { expect } = label
  const found = isFound(one)
  const is: Record<Wrong, boolean> = {
    'moderated though at risk': isAtRisk(one) && isActedOn(one),
    'blocked though lawful': !expect.violates && answer.act === 'block',
    'not escalated': expect.escalate !== null && answer.escalate === null,
    'others called': expect.escalate !== null && answer.escalate !== null && answer.escalate !== expect.escalate,
    'false alarm': found && !expect.violates,
    missed: !found && expect.violates,
    'escalated in vain': expect.escalate === null && answer.escalate !== null,
    'other clause': found && expect.violates && !hasClause(one, policy, 'any'),
    'too much': over(one) > 0,
    'too little': over(one) < 0,
    'casework missed': expect.casework && !answer.casework,
    'taken for casework': !expect.casework && answer.casework,
  }
  const wrong = WRONGS.filter((name) => is[name])
  if (wrong.length === 0) return []
  const { clauses, act, escalate, casework } = answer
  return [
    {
      id: label.id,
      kind: label.kind,
      doubtful: isDoubtful(one),
      wrong,
      expected: expect,
      came: { clauses, act, escalate, casework },
      reasons: [...new Set(answer.findings.map(({ reason }) => reason))],
      text: label.text,
    },
  ]
}
