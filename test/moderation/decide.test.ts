import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type Question } from '../../moderation/decide.ts'
import {
  type Ability,
  ACTION_KINDS,
  type ActionKind,
  BREACHES,
  type Decision,
  type Finding,
  GRAVITIES,
  ITEM_KINDS,
  type Standing,
} from '../../moderation/model.ts'
import { type Clause, POLICIES, Policy, proposeOnly } from '../../moderation/policy.ts'
import { aFinding, aJudgement, anAuthor, anItem, NOON } from '../builders.ts'

const named = (id: string): Policy => Policy.parse(POLICIES[id])
const NEW: Standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null }
const DAY = 86_400_000

type Given = Partial<Omit<Question, 'standing' | 'judgement' | 'can' | 'policy'>> & {
  policy?: string | Policy
  kind?: (typeof ITEM_KINDS)[number]
  author?: null
  standing?: Partial<Standing>
  can?: Partial<Record<ActionKind, Ability>>
  failed?: string[]
  unread?: string
  writtenAt?: Date
}

/** An ordinary reply from a known author, in an account that performs, on a platform that can do everything. */
function decided(findings: Finding[], given: Given = {}): Decision {
  const {
    kind = 'reply',
    author = anAuthor(),
    policy = 'standard',
    standing,
    can = {},
    failed,
    unread,
    writtenAt,
    ...rest
  } = given
  return decide({
    judgement: { ...aJudgement(...findings), ...(failed && { failed }), ...(unread && { unread }) },
    subject: { item: anItem({ kind, ...(writtenAt && { writtenAt }) }), author, context: { earlier: [], others: [] } },
    policy: typeof policy === 'string' ? named(policy) : policy,
    standing: { ...NEW, ...standing },
    mode: 'perform',
    can: (action) => can[action] ?? 'automatic',
    now: NOON,
    ...rest,
  })
}

const abuse = (given: Partial<Finding> = {}): Finding => aFinding({ concern: 'abuse', ...given })
const grave = (given: Partial<Finding> = {}): Finding => abuse({ gravity: 'grave', ...given })
const threat = (given: Partial<Finding> = {}): Finding =>
  aFinding({ concern: 'threat', gravity: 'grave', score: 0.8, reason: 'Harm is announced.', ...given })
const risk = (given: Partial<Finding> = {}): Finding =>
  aFinding({ concern: 'at-risk', score: 0.7, reason: 'Somebody may harm themselves.', ...given })
const distress = risk({ gravity: 'mild', score: 0.35, reason: 'The author is in distress.' })
const casework = aFinding({ concern: 'casework', gravity: 'mild', score: 0.7, reason: 'Somebody asks for help.' })

const steps = ({ steps: all }: Decision): string[] =>
  all.map(({ action, how, clause }) => `${how} ${action} ${clause ?? '-'}`)

/** Policies nobody would write, too: what decide() keeps must not depend on an office's good sense. */
const reckless = (policy: Policy): Policy => {
  const thresholds = { review: 0, propose: 0, alone: 0 }
  const clauses = policy.clauses.map((clause): Clause => ({ ...clause, thresholds, alone: ['hide', 'mute'] }))
  return { ...policy, clauses }
}

describe('people at risk', () => {
  it.each([
    ['abuse of the gravest sort', [grave()], 'none', 'safeguarding'],
    ['a call for help', [casework], 'none', 'safeguarding'],
    ['a threat', [threat()], 'review', 'police'],
  ] as const)('are never moderated, whatever stands beside it: %s', (_, beside, act, escalate) => {
    const decision = decided([...beside, risk()], { standing: { warnings: 9, breaches: 9 } })
    expect(decision).toMatchObject({ outcome: 'review', act, escalate, steps: [] })
    expect(decision.reasons[0]).toBe('Somebody may harm themselves.')
  })

  it('reach whom the finding names, and the caseworkers too', () => {
    expect(decided([risk({ escalate: 'police' }), risk({ escalate: 'safeguarding' }), casework])).toMatchObject({
      escalate: 'police',
      casework: true,
      clauses: [],
    })
  })

  it('may threaten, and then the clause is named for the person who looks', () => {
    expect(decided([threat(), risk()], { policy: 'dhesi' }).clauses).toEqual(['threats'])
  })

  it('are told from those in distress, beside whom an ordinary breach is looked at and a grave one stays grave', () => {
    const ordinary = decided([abuse(), distress])
    expect([ordinary.act, ordinary.outcome, steps(ordinary)]).toEqual(['review', 'review', []])
    expect(ordinary.reasons).toContain(
      'The author seems to be in distress, so a person should look before anything is hidden.',
    )
    const gravest = decided([grave(), distress])
    expect([gravest.act, steps(gravest)]).toEqual(['block', ['propose hide abuse', 'propose block abuse']])
    expect(decided([distress])).toMatchObject({ outcome: 'review', act: 'none', escalate: null })
  })

  it.each([
    ['plain', 0.3, 'safeguarding'],
    ['mild', 0.5, 'safeguarding'],
    ['mild', 0.49, null],
    ['grave', 0.29, null],
  ] as const)('are believed: a %s finding of %d calls %s', (gravity, score, escalate) => {
    expect(decided([risk({ gravity, score })]).escalate).toBe(escalate)
  })
})

describe('what the office has no rule against', () => {
  it('is left alone, and staff are told why', () => {
    const decision = decided([aFinding({ concern: 'deception', gravity: 'grave' })], { policy: 'western' })
    expect(decision).toMatchObject({ outcome: 'leave', act: 'none', clauses: [], steps: [] })
    expect(decision.reasons).toContain('It may be deception, but this office publishes no rule against that.')
  })

  it('still goes to the police where it is a threat', () => {
    const policy = {
      ...named('smart'),
      clauses: named('smart').clauses.filter(({ id }) => id === 'serious-allegations'),
    }
    expect(decided([threat()], { policy })).toMatchObject({ outcome: 'review', act: 'none', escalate: 'police' })
  })
})

describe('what is in a language the tool hardly reads', () => {
  it('is looked at by a person, and nothing is said against it', () => {
    expect(decided([], { unread: 'Polish' })).toMatchObject({ outcome: 'review', act: 'none', clauses: [], steps: [] })
  })
})

describe('what may be a threat, but is too unsure to name a breach', () => {
  it('is shown to a person at once, under no rule, and nothing is proposed', () => {
    const decision = decided([threat({ gravity: 'mild', score: 0.25 })])
    expect(decision).toMatchObject({ outcome: 'review', act: 'none', clauses: [], steps: [], escalate: 'police' })
    expect(decision.reasons).toContain('Harm is announced.')
  })

  it('says so, and not that nothing was found', () => {
    const { reasons } = decided([threat({ gravity: 'mild', score: 0.25 })])
    expect(reasons).toContain('That is unsure, so a person should read it soon; no rule is said to be broken.')
    expect(reasons.join(' ')).not.toMatch(/police|Nothing in it/)
  })

  it('adds nothing where somebody is at risk: who is desperate says dark things', () => {
    const unsure = threat({ gravity: 'mild', score: 0.4 })
    expect(decided([unsure, risk()])).toMatchObject({ act: 'none', clauses: [], escalate: 'safeguarding' })
  })

  it('is noise below that', () => {
    expect(decided([threat({ score: 0.24 })])).toMatchObject({ outcome: 'leave', escalate: null })
  })
})

describe('scores and gravity', () => {
  it.each([
    ['mild', 0.95, 'review'],
    ['plain', 0.95, 'hide'],
    ['grave', 0.95, 'block'],
    ['grave', 0.5, 'block'],
    ['grave', 0.49, 'review'],
    ['plain', 0.3, 'review'],
    ['grave', 0.29, 'none'],
  ] as const)('a %s finding of %d leads to %s', (gravity, score, act) => {
    expect(decided([abuse({ gravity, score })]).act).toBe(act)
  })

  it('nothing found is left alone', () => {
    const decision = decided([])
    expect(decision).toMatchObject({ outcome: 'leave', act: 'none', clauses: [], escalate: null, steps: [] })
    expect(decision.reasons).toEqual(["Nothing in it is found to break one of the office's rules."])
  })

  it('clauses stand in the order of what comes of them, then of the score, then as declared', () => {
    const found = [
      aFinding({ concern: 'spam', gravity: 'mild', score: 0.99 }),
      aFinding({ concern: 'discrimination', score: 0.6 }),
      aFinding({ concern: 'abuse', score: 0.7 }),
      aFinding({ concern: 'harassment', score: 0.7 }),
      aFinding({ concern: 'unlawful', gravity: 'grave', score: 0.55 }),
      aFinding({ concern: 'abuse', score: 0.6 }),
    ]
    expect(decided(found).clauses).toEqual(['unlawful', 'abuse', 'harassment', 'discrimination', 'spam'])
  })

  it('every decision names the policy it was made by', () => {
    expect(decided([abuse()], { policy: 'benn' }).policy).toEqual({ id: 'benn', version: named('benn').version })
  })
})

describe('what the tool does by itself', () => {
  it('is to hide, where the clause allows it and the score is high', () => {
    const decision = decided([abuse()])
    expect([decision.outcome, steps(decision)]).toEqual(['perform', ['perform hide abuse']])
    expect(decision.reasons).toEqual([
      'An obscene word is aimed at a person.',
      'The tool may hide by itself, since that can be undone.',
    ])
  })

  it.each<[string, Given, Finding[]]>([
    ['the account only proposes', { mode: 'propose' }, [abuse()]],
    ['the score is lower', {}, [abuse({ score: 0.79 })]],
    ['the clause does not allow it', {}, [aFinding({ concern: 'spam' })]],
    ['the office publishes no grounds', { policy: 'smart' }, [abuse()]],
    ['the platform leaves it to people', { can: { hide: 'manual' } }, [abuse()]],
    ['an adjustment is agreed with the author', { standing: { adjustments: 1 } }, [abuse()]],
    ['a detector failed', { failed: ['at-risk'] }, [abuse()]],
  ])('is nothing, but to propose, where %s', (_, given, findings) => {
    const decision = decided(findings, given)
    expect(decision.outcome).toBe('propose')
    expect(decision.steps.map(({ action, how }) => [action, how])).toEqual([['hide', 'propose']])
  })

  it('rests on the clause that allows it, though a graver one leads', () => {
    const decision = decided([threat(), abuse()])
    expect(steps(decision)).toEqual(['perform hide abuse', 'propose block threat'])
    expect(steps(decided([threat(), abuse({ gravity: 'mild' })]))).toEqual([
      'propose hide threat',
      'propose block threat',
    ])
  })

  it('is nothing at all in an account that is only watched, which still says what it would be', () => {
    const decision = decided([grave(), casework], { mode: 'watch' })
    expect(decision).toMatchObject({ outcome: 'propose', act: 'block', steps: [] })
    expect(decision.reasons).toContain('The account is only watched: nothing is proposed and nothing is done.')
  })
})

describe('where a thing cannot be done', () => {
  it('a direct message is never hidden: a person looks, and a grave one may cost a block', () => {
    expect(decided([abuse()], { kind: 'message' })).toMatchObject({ outcome: 'review', act: 'review', steps: [] })
    expect(steps(decided([grave()], { kind: 'message' }))).toEqual(['propose block abuse'])
  })

  it('the author is muted instead of hiding', () => {
    const decision = decided([abuse()], { kind: 'mention', can: { hide: 'impossible' } })
    expect([decision.act, steps(decision)]).toEqual(['hide', ['propose mute abuse']])
    expect(decision.reasons).toContain("This can't be hidden here, so the author is to be muted instead.")
  })

  it('a person looks if there is nothing to propose', () => {
    const decision = decided([abuse()], { can: { hide: 'impossible', mute: 'impossible' } })
    expect([decision.outcome, decision.act, steps(decision)]).toEqual(['review', 'review', []])
  })

  it('a block is proposed though the platform withholds who wrote it, and nothing else is done to somebody unknown', () => {
    const nobody = decided([grave({ score: 0.7 })], { author: null })
    expect([nobody.act, steps(nobody)]).toEqual(['block', ['propose hide abuse', 'propose block abuse']])
    expect(nobody.reasons).toContain('The platform withholds who wrote this: it can be seen where it stands.')
    const unmuted = decided([abuse()], { kind: 'mention', can: { hide: 'impossible' }, author: null })
    expect([unmuted.act, steps(unmuted)]).toEqual(['review', []])
  })

  it('a block gives way to hiding, and says why', () => {
    const never = decided([grave({ score: 0.7 })], { can: { block: 'impossible' } })
    expect(never.reasons).toContain("People can't be blocked here, so no block is proposed.")
  })

  it('a block by hand is still proposed', () => {
    expect(steps(decided([grave({ score: 0.7 })], { can: { block: 'manual' } }))).toContain('propose block abuse')
  })
})

describe('the ladder', () => {
  it.each<[Partial<Standing>, string]>([
    [{ warnings: 0, breaches: 3 }, 'hide'],
    [{ warnings: 1, breaches: 0 }, 'hide'],
    [{ warnings: 1, breaches: 1 }, 'block'],
    [{ warnings: 1, breaches: 1, adjustments: 1 }, 'hide'],
    [{ warnings: 2, breaches: 1, adjustments: 1 }, 'block'],
  ])('for an ordinary breach, with %j, ends in %s', (standing, act) => {
    expect(decided([abuse()], { standing }).act).toBe(act)
  })

  it('says how it came to a block, or how far it still is', () => {
    expect(decided([abuse()], { standing: { warnings: 1, breaches: 2 } }).reasons).toContain(
      'It comes after 2 earlier breaches and 1 formal warning.',
    )
    expect(decided([abuse()], { standing: { breaches: 2 } }).reasons).toContain(
      'A block may be proposed once 1 formal warning stood before it; in force: 0.',
    )
    expect(decided([grave()]).reasons).toContain('A breach as grave as this needs no warning before it.')
  })

  it('is not climbed by people who ask for help', () => {
    expect(decided([abuse(), casework], { standing: { warnings: 5, breaches: 5 } }).act).toBe('review')
  })
})

describe('what was on another platform', () => {
  const THERE = 'on another platform, where staff have linked an account to this one'
  const recently = new Date(NOON.getTime() - 3 * DAY)

  it.each([
    [
      'warnings',
      [abuse()],
      { warnings: 1, breaches: 2, elsewhere: ['warnings'] },
      `It comes after 2 earlier breaches and 1 formal warning (in part ${THERE}).`,
    ],
    [
      'breaches',
      [abuse()],
      { warnings: 1, breaches: 2, elsewhere: ['breaches'] },
      `It comes after 2 earlier breaches and 1 formal warning (in part ${THERE}).`,
    ],
    [
      'adjustments',
      [abuse()],
      { adjustments: 1, elsewhere: ['adjustments'] },
      `An adjustment is agreed with the author (in part ${THERE}), so a person decides.`,
    ],
    [
      'a call for help',
      [abuse()],
      { atRiskAt: recently, elsewhere: ['atRiskAt'] },
      `The author seemed to be at risk within the last 30 days (${THERE}), so a person decides.`,
    ],
    [
      'a call for help, where help is asked for now',
      [casework],
      { atRiskAt: recently, elsewhere: ['atRiskAt'] },
      `The author may still be at risk (${THERE}), so no standard answer is sent.`,
    ],
    [
      'the standard answer',
      [casework],
      { redirectedAt: recently, elsewhere: ['redirectedAt'] },
      `The author was pointed to the phone and the email within the last 30 days (${THERE}).`,
    ],
  ] as const)(
    'is said in the reasons, and changes nothing else: %s',
    (_, findings, { elsewhere, ...standing }, reason) => {
      const told = decided([...findings], { standing: { ...standing, elsewhere } })
      expect(told.reasons).toContain(reason)
      const { reasons, ...same } = decided([...findings], { standing })
      expect(told).toMatchObject(same)
      expect(reasons.join(' ')).not.toContain('another platform')
    },
  )

  it('is not said of what the decision does not rest on', () => {
    const known = { warnings: 1, breaches: 2, redirectedAt: recently }
    const standing: Partial<Standing> = { ...known, elsewhere: ['redirectedAt', 'adjustments'] }
    expect(decided([abuse()], { standing }).reasons.join(' ')).not.toContain('another platform')
  })
})

describe('the redirect', () => {
  it('answers casework, by itself only where the account performs', () => {
    const decision = decided([casework])
    expect(decision).toMatchObject({ outcome: 'leave', act: 'none', casework: true })
    expect(steps(decision)).toEqual(['perform redirect -'])
    expect(steps(decided([casework], { mode: 'propose' }))).toEqual(['propose redirect -'])
    expect(steps(decided([casework], { policy: 'smart' }))).toEqual(['perform redirect -'])
  })

  it.each([
    [29, []],
    [30, ['perform redirect -']],
  ])('goes to a person once in thirty days: after %d', (days, expected) => {
    const redirectedAt = new Date(NOON.getTime() - days * DAY)
    expect(steps(decided([casework], { standing: { redirectedAt } }))).toEqual(expected)
  })

  it('does not answer what was written days ago: the first start reads weeks of history', () => {
    const writtenAt = new Date(NOON.getTime() - 3 * DAY)
    expect(steps(decided([casework], { writtenAt }))).toEqual([])
  })

  it('is not sent to somebody who seemed to be at risk lately', () => {
    const atRiskAt = new Date(NOON.getTime() - 29 * DAY)
    expect(steps(decided([casework], { standing: { atRiskAt } }))).toEqual([])
    expect(steps(decided([abuse()], { standing: { atRiskAt } }))).toEqual(['propose hide abuse'])
  })

  it.each<[string, Finding[], Given, string[]]>([
    ['goes with a mild breach', [abuse({ gravity: 'mild' })], {}, ['perform redirect -']],
    ['waits for a person beside plain abuse', [abuse()], {}, ['propose redirect -']],
    ['waits for a person beside distress', [distress], {}, ['propose redirect -']],
    ['waits for a person where the author is not known', [], { author: null }, ['propose redirect -']],
    ['waits for a person where a detector failed', [], { failed: ['at-risk'] }, ['propose redirect -']],
    ['waits for a person where only people can send it', [], { can: { redirect: 'manual' } }, ['propose redirect -']],
    ['is not sent where it cannot be', [], { can: { redirect: 'impossible' } }, []],
    ['is no answer to a threat', [threat({ gravity: 'mild' })], {}, []],
    ['is no answer to what is hidden', [grave({ score: 0.7 })], {}, ['propose hide abuse', 'propose block abuse']],
    ['is no answer to somebody at risk', [risk()], {}, []],
  ])('%s', (_, beside, given, expected) => {
    expect(steps(decided([casework, ...beside], given))).toEqual(expected)
  })
})

it('what was not judged whole is never passed as harmless', () => {
  const decision = decided([], { failed: ['threat'] })
  expect(decision).toMatchObject({ outcome: 'review', act: 'review', steps: [] })
  expect(decision.reasons[0]).toBe('Part of the judge failed on this item, so a person should look.')
})

describe('whatever is found, and wherever', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true })
  const finding = fc.record({
    concern: fc.constantFrom(...BREACHES, 'at-risk' as const, 'casework' as const),
    score,
    gravity: fc.constantFrom(...GRAVITIES),
    escalate: fc.option(fc.constantFrom('police' as const, 'safeguarding' as const), { nil: undefined }),
  })
  const few = fc.integer({ min: 0, max: 3 })
  const ours = Object.values(POLICIES)
  const policy = fc.constantFrom(...ours, ...ours.map(reckless))
  const question = fc
    .record({
      findings: fc.array(finding, { maxLength: 6 }),
      kind: fc.constantFrom(...ITEM_KINDS),
      known: fc.boolean(),
      policy,
      standing: fc.record({
        warnings: few,
        breaches: few,
        adjustments: few,
        redirectedAt: fc.option(fc.date({ min: new Date(0), max: NOON, noInvalidDate: true })),
        atRiskAt: fc.option(fc.constantFrom(NOON, new Date(0))),
      }),
      mode: fc.constantFrom('watch' as const, 'propose' as const, 'perform' as const),
      abilities: fc.array(fc.constantFrom<Ability[]>('automatic', 'manual', 'impossible'), {
        minLength: ACTION_KINDS.length,
        maxLength: ACTION_KINDS.length,
      }),
      failed: fc.boolean(),
    })
    .map(({ findings, kind, known, abilities, failed, policy: rules, ...rest }): Question => {
      const found = findings.map(({ escalate, ...each }) => aFinding({ ...each, ...(escalate && { escalate }) }))
      return {
        ...rest,
        judgement: { ...aJudgement(...found), ...(failed && { failed: ['spam'] }) },
        subject: {
          item: anItem({ kind }),
          author: known ? anAuthor() : null,
          context: { earlier: [], others: [] },
        },
        policy: rules,
        can: (action) => abilities[ACTION_KINDS.indexOf(action)] ?? 'impossible',
        now: NOON,
      }
    })

  const always = (rule: (question: Question, decision: Decision) => void): void =>
    fc.assert(
      fc.property(question, (each) => rule(each, decide(each))),
      { numRuns: 1000 },
    )
  it('no block is ever carried out by the tool', () => {
    always((_, decision) => {
      expect(decision.steps.filter(({ action, how }) => action === 'block' && how === 'perform')).toEqual([])
    })
  })

  it('nothing that falls on more than the one breach is ever asked for', () => {
    always((_, { steps: all }) => {
      const asked = all.map(({ action }) => action)
      expect(asked.filter((action) => action === 'delete' || action === 'close-comments')).toEqual([])
    })
  })

  it('nothing is done to anybody at risk', () => {
    always(({ judgement }, decision) => {
      if (!judgement.findings.some(({ concern, score: sure }) => concern === 'at-risk' && sure >= 0.5)) return
      expect(decision.steps).toEqual([])
      expect(['none', 'review']).toContain(decision.act)
      expect(decision.escalate).not.toBeNull()
    })
  })

  it('nothing is done by the tool to somebody who seemed to be at risk lately', () => {
    always(({ standing: { atRiskAt }, now }, { steps: all }) => {
      if (atRiskAt === null || now.getTime() - atRiskAt.getTime() > 30 * DAY) return
      expect(all.filter(({ how, action }) => how === 'perform' || action === 'redirect')).toEqual([])
    })
  })

  it('no direct message is hidden', () => {
    always(({ subject }, decision) => {
      if (subject.item.kind !== 'message') return
      expect(decision.act).not.toBe('hide')
      expect(decision.steps.map(({ action }) => action)).not.toContain('hide')
    })
  })

  it('a watched account has no steps', () => {
    always(({ mode }, decision) => {
      if (mode === 'watch') expect(decision.steps).toEqual([])
    })
  })

  it('an office without grounds does nothing by itself but answer', () => {
    always(({ policy: rules }, decision) => {
      if (proposeOnly(rules))
        expect(decision.steps.filter(({ action, how }) => action !== 'redirect' && how === 'perform')).toEqual([])
    })
  })

  it('what is criticism, thanks or a question, with nothing found, is left alone', () => {
    always(({ judgement }, decision) => {
      if (judgement.findings.length > 0 || judgement.failed) return
      expect(decision).toMatchObject({ outcome: 'leave', act: 'none', steps: [], escalate: null })
    })
  })

  it('no step is impossible, and none is performed that only people can do', () => {
    always(({ can }, decision) => {
      for (const { action, how } of decision.steps) {
        expect(can(action)).not.toBe('impossible')
        if (how === 'perform') expect(can(action)).toBe('automatic')
      }
    })
  })

  it('every threat that is heard reaches the police', () => {
    always(({ judgement }, decision) => {
      if (judgement.findings.some(({ concern, score: sure }) => concern === 'threat' && sure >= 0.3))
        expect(decision.escalate).toBe('police')
    })
  })

  it('outcome, act, clauses, steps and reasons agree', () => {
    always(({ mode, policy: rules }, { outcome, act, clauses, steps: all, reasons, policy: by }) => {
      const performed = all.some(({ action, how }) => action !== 'redirect' && how === 'perform')
      const strong = act === 'hide' || act === 'block'
      expect(outcome === 'perform').toBe(performed)
      expect(outcome === 'propose').toBe(strong && !performed)
      if (strong) expect(clauses.length).toBeGreaterThan(0)
      if (strong && mode !== 'watch') expect(all.length).toBeGreaterThan(0)
      if (act === 'review') expect(outcome).toBe('review')
      expect(act === 'block' && mode !== 'watch').toBe(all.some(({ action }) => action === 'block'))
      expect(all.filter(({ clause, action }) => (clause === null) !== (action === 'redirect'))).toEqual([])
      expect(clauses).toEqual([...new Set(clauses)])
      expect(reasons.length).toBeGreaterThan(0)
      expect(by).toEqual({ id: rules.id, version: rules.version })
    })
  })

  it('the same question has the same answer, and is left as it was', () => {
    always((each, decision) => {
      const before = structuredClone({ ...each, can: null })
      expect(decide(each)).toEqual(decision)
      expect({ ...each, can: null }).toEqual(before)
    })
  })
})
