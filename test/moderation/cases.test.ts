import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decide } from '../../moderation/decide.ts'
import { readLine, readOfficeFacts, subjectOf } from '../../moderation/input.ts'
import { judge } from '../../moderation/judge.ts'
import type { Act, Decision } from '../../moderation/model.ts'
import { POLICIES } from '../../moderation/policy.ts'

/**
 * Labelled cases, judged under the standard policy. `dev.jsonl` was read while the rules were written, so its figures flatter;
 * the others were written by people who hadn't seen the judge: on the second and third thresholds are set; none is
 * computed from the fourth, though its figures were seen meanwhile.
 * What the project promises is said of the fourth.
 */

const Case = z.object({
  id: z.string(),
  kind: z.string(),
  expect: z.object({
    violates: z.boolean(),
    clauses: z.array(z.string()),
    escalate: z.string().nullable(),
    casework: z.boolean(),
  }),
})

const FOLDER = path.resolve(import.meta.dirname, '../cases')
const NOW = new Date('2026-11-24T12:00:00Z')
const RANK: Record<Act, number> = { none: 0, review: 1, hide: 2, block: 3 }

const policy = POLICIES['standard']
const office = readOfficeFacts(JSON.parse(readFileSync(path.join(FOLDER, 'office.json'), 'utf8')))

function decided(json: unknown): Decision {
  const line = readLine(json)
  if (line.is === 'wrong' || office.is === 'wrong' || !policy) throw new Error('the cases must be readable')
  const subject = subjectOf(line.value, NOW)
  const judgement = judge(subject, office.value)
  expect(judgement.failed).toBeUndefined()
  const standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null }
  return decide({ judgement, subject, policy, standing, mode: 'propose', can: () => 'automatic', now: NOW })
}

const casesOf = (file: string) =>
  readFileSync(path.join(FOLDER, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const json: unknown = JSON.parse(line)
      return { ...Case.parse(json), decision: decided(json) }
    })
const CASES = casesOf('dev.jsonl')
const UNSEEN = casesOf('fourth.jsonl')
const FIFTH = casesOf('fifth.jsonl')
const ALL = [...CASES, ...casesOf('second.jsonl'), ...casesOf('third.jsonl'), ...UNSEEN, ...FIFTH]

const acted = ({ decision }: (typeof CASES)[number]): boolean => RANK[decision.act] >= RANK.hide
const idsOf = (cases: typeof CASES): string[] => cases.map(({ id }) => id)
const share = (some: readonly unknown[], all: readonly unknown[]): number => some.length / all.length

it('nobody is proposed for a block who breaks no rule', () => {
  const blocked = ALL.filter(({ decision, expect: label }) => !label.violates && decision.act === 'block')
  expect(idsOf(blocked)).toEqual([])
})

describe('people at risk', () => {
  const isRisk = ({ kind }: (typeof CASES)[number]): boolean => kind.startsWith('risk-')

  it('are never moderated', () => {
    const risks = ALL.filter(isRisk)
    expect(risks.length).toBeGreaterThan(30)
    expect(idsOf(risks.filter(acted))).toEqual([])
  })

  it('are seen in dev.jsonl, and the right people are called', () => {
    const missed = CASES.filter(isRisk).filter(({ decision, expect: label }) => decision.escalate !== label.escalate)
    expect(idsOf(missed)).toEqual([])
  })

  it('are mostly seen elsewhere, and somebody is called', () => {
    const risks = UNSEEN.filter(isRisk)
    expect(
      share(
        risks.filter(({ decision }) => decision.escalate !== null),
        risks,
      ),
    ).toBeGreaterThan(0.7)
  })
})

describe.each([
  { file: 'dev.jsonl', cases: CASES, hidden: 0.02, found: 0.9, fitting: 0.9, sent: 0.1 },
  { file: 'fourth.jsonl', cases: UNSEEN, hidden: 0.035, found: 0.6, fitting: 0.85, sent: 0.15 },
  { file: 'fifth.jsonl', cases: FIFTH, hidden: 0.035, found: 0.75, fitting: 0.9, sent: 0.15 },
])('in $file', ({ cases, hidden, found, fitting, sent: most }) => {
  const lawful = cases.filter(({ expect: label }) => !label.violates)
  const breaches = cases.filter(({ expect: label }) => label.violates)

  it('what breaks no rule is hardly ever hidden or blocked', () => {
    expect(share(lawful.filter(acted), lawful)).toBeLessThanOrEqual(hidden)
  })

  it('what breaks a rule is found, and under a fitting clause', () => {
    const named = breaches.filter(({ decision }) => decision.clauses.length > 0)
    expect(share(named, breaches)).toBeGreaterThan(found)
    const right = named.filter(({ decision, expect: label }) => label.clauses.includes(decision.clauses[0] ?? ''))
    expect(share(right, named)).toBeGreaterThan(fitting)
  })

  it('casework reaches the caseworkers, and little else does', () => {
    const casework = cases.filter(({ expect: label }) => label.casework)
    const others = cases.filter(({ expect: label }) => !label.casework)
    const sent = ({ decision }: (typeof CASES)[number]): boolean => decision.casework
    expect(share(casework.filter(sent), casework)).toBeGreaterThan(0.8)
    expect(share(others.filter(sent), others)).toBeLessThan(most)
  })
})
