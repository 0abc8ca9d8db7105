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
 * The 290 labelled cases of test/cases, judged under the standard policy. The figures are what the project promises; the
 * cases were read while the rules were written, so they flatter: others are kept back.
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

const CASES = readFileSync(path.join(FOLDER, 'dev.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const json: unknown = JSON.parse(line)
    return { ...Case.parse(json), decision: decided(json) }
  })

const acted = ({ decision }: (typeof CASES)[number]): boolean => RANK[decision.act] >= RANK.hide
const idsOf = (cases: typeof CASES): string[] => cases.map(({ id }) => id)
const share = (some: readonly unknown[], all: readonly unknown[]): number => some.length / all.length

describe('people at risk', () => {
  const risks = CASES.filter(({ kind }) => kind.startsWith('risk-'))

  it('are never moderated', () => {
    expect(risks.length).toBeGreaterThan(5)
    expect(idsOf(risks.filter(acted))).toEqual([])
  })

  it('are seen, and the right people are called', () => {
    expect(idsOf(risks.filter(({ decision, expect: label }) => decision.escalate !== label.escalate))).toEqual([])
  })
})

describe('what breaks no rule', () => {
  const lawful = CASES.filter(({ expect: label }) => !label.violates)

  it('is hidden or blocked in at most 1 in 100 cases', () => {
    expect(share(lawful.filter(acted), lawful)).toBeLessThanOrEqual(0.01)
  })
})

describe('what breaks a rule', () => {
  const breaches = CASES.filter(({ expect: label }) => label.violates)

  it('is found in most cases', () => {
    expect(
      share(
        breaches.filter(({ decision }) => decision.act !== 'none'),
        breaches,
      ),
    ).toBeGreaterThan(0.9)
    expect(share(breaches.filter(acted), breaches)).toBeGreaterThan(0.8)
  })

  it('is put under a fitting clause', () => {
    const found = breaches.filter(({ decision }) => decision.clauses.length > 0)
    const fitting = found.filter(({ decision, expect: label }) => label.clauses.includes(decision.clauses[0] ?? ''))
    expect(share(fitting, found)).toBeGreaterThan(0.9)
  })

  it('reaches the police where it should', () => {
    const police = CASES.filter(({ expect: label }) => label.escalate === 'police')
    expect(
      share(
        police.filter(({ decision }) => decision.escalate === 'police'),
        police,
      ),
    ).toBeGreaterThan(0.9)
  })
})

it('casework reaches the caseworkers, and little else does', () => {
  const casework = CASES.filter(({ expect: label }) => label.casework)
  const others = CASES.filter(({ expect: label }) => !label.casework)
  expect(
    share(
      casework.filter(({ decision }) => decision.casework),
      casework,
    ),
  ).toBeGreaterThan(0.8)
  expect(
    share(
      others.filter(({ decision }) => decision.casework),
      others,
    ),
  ).toBeLessThan(0.05)
})
