import type { Incoming, Page } from '../adapters/platform.ts'
import type { Author, Decision, Finding, Item, Judgement, OfficeFacts } from '../moderation/model.ts'
import type { Policy } from '../moderation/policy.ts'
import type { InForce } from '../src/rules.ts'

/** Say only what your test is about; the rest is plausible. */

let n = 0
const next = (): number => ++n

export const NOON = new Date('2026-11-24T12:00:00Z')

export function anItem(given: Partial<Item> = {}): Item {
  return {
    id: `item-${next()}`,
    kind: 'reply',
    text: 'When will the 42 bus come back?',
    writtenAt: new Date(NOON.getTime() - 60_000),
    links: [],
    media: [],
    ...given,
  }
}

export function anAuthor(given: Partial<Author> = {}): Author {
  const id = given.id ?? `person-${next()}`
  return { platform: 'rehearsal', id, handle: `@${id}`, displayName: 'Sam Ordinary', ...given }
}

export function anIncoming(given: Partial<Omit<Incoming, 'item'>> & { item?: Partial<Item> } = {}): Incoming {
  const item = anItem(given.item)
  return {
    revision: 'r1',
    author: anAuthor(),
    conversation: { id: 'post-1', post: 'I have written to the bus company.', postedAt: NOON, above: [] },
    link: `https://rehearsal.example/${item.id}`,
    handle: { id: item.id },
    ...given,
    item,
  }
}

export function aPage(items: Incoming[], given: Partial<Page> = {}): Page {
  return { items, cursor: { at: next() }, gone: [], more: false, ...given }
}

export function aFinding(given: Partial<Finding> = {}): Finding {
  return {
    concern: 'abuse',
    score: 0.95,
    gravity: 'plain',
    reason: 'An obscene word is aimed at a person.',
    spans: [],
    detector: 'abuse',
    version: '1',
    ...given,
  }
}

export function aJudgement(...findings: Finding[]): Judgement {
  return { findings, scores: { abuse: 0, hate: 0, threat: 0 } }
}

/** Leaves it up, by the standard policy. */
export function aDecision(given: Partial<Decision> = {}): Decision {
  return {
    outcome: 'leave',
    act: 'none',
    clauses: [],
    escalate: null,
    atRisk: false,
    casework: false,
    reasons: [],
    steps: [],
    policy: { id: 'standard', version: '1' },
    ...given,
  }
}

/** What holds where staff have chosen nothing. */
export const rulesOf = (policy: Policy, more: Partial<InForce> = {}): (() => InForce) => {
  const rules: InForce = {
    policy,
    redirect: { text: 'Please ring 01632 960100.', links: [] },
    answers: true,
    alonePerHour: 60,
    redirectsPerHour: 20,
    hold: null,
    ...more,
  }
  return () => rules
}

export const OFFICE: OfficeFacts & { timezone: string } = {
  mp: { name: 'Jo Hartley', constituency: 'Ambleford South', handles: { x: '@JoHartleyMP' } },
  staff: [
    { name: 'Priya Nair', role: 'office manager' },
    { name: 'Tom Walsh', role: 'caseworker' },
  ],
  public: { phone: '01632 960100', email: 'jo.hartley.mp@parliament.example' },
  timezone: 'Europe/London',
}
