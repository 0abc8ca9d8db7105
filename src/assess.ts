import { ability } from '../adapters/platform.ts'
import { decide, isInCare } from '../moderation/decide.ts'
import { judge } from '../moderation/judge.ts'
import type { ActionKind, Decision, Judgement, OfficeFacts } from '../moderation/model.ts'
import type { Policy } from '../moderation/policy.ts'
import { judgePictures } from '../moderation/sight.ts'
import { type Advice, mayBeAdvised, tellsOfRisk } from './classifiers/index.ts'
import { describe, type Logger } from './logging.ts'
import { backoff } from './pace.ts'
import type { Hold, InForce } from './rules.ts'
import { type Assessed, capabilitiesOf, type Rules, type Store, type Waiting } from './store/index.ts'

/** Judging so many takes well under a second; the lease is for a process that died over them. */
const BATCH = 30
const LEASE = 60_000
/** An item that breaks the judge this often by itself goes to a person instead. */
const TRIES = 5

export interface AssessParts {
  store: Store
  office: OfficeFacts
  /** Asked for each batch: staff may change it at any time. */
  inForce: () => InForce
  log: Logger
  now: () => Date
  random?: () => number
  /** The optional judges. Asked about a whole batch side by side; rejects only when the signal aborts. */
  advise?: (waiting: Waiting, stop: AbortSignal) => Promise<Advice>
  /** A breach was found on this account. */
  breached: (accountId: string) => void
  /** The circuit breaker kept the tool from acting by itself on this account. */
  tripped?: (accountId: string) => void
  /** An item was judged: more may be found out about its author. */
  judged?: (waiting: Waiting) => Promise<void>
  /** Decisions are stored: there may be something to do, and somebody to call. */
  decided: () => void
}

/** Judges what waits, batch by batch, until nothing waits. */
export function assessor(parts: AssessParts) {
  const { store, office, inForce, log, now, random = Math.random, breached, decided } = parts

  const assess = async (
    waiting: Waiting,
    own: Judgement,
    atRisk: ReadonlyMap<string, Date>,
    { policy, answers, hold }: InForce,
    stop: AbortSignal,
  ): Promise<Assessed> => {
    const inCare = isInCare(atRisk.get(waiting.person ?? ''), now())
    const advice = inCare ? NO_ADVICE : await advised(waiting, own, stop)
    const judgement = { ...own, findings: [...own.findings, ...advice.findings] }
    const capabilities = capabilitiesOf(waiting.account)
    const { subject } = waiting
    const can = (action: ActionKind) =>
      capabilities && (answers || action !== 'redirect')
        ? ability(capabilities, action, subject.item.kind)
        : 'impossible'
    return {
      waiting,
      judgement,
      decide: (standing, configured) => {
        const held = hold !== null && configured === 'perform'
        const mode = held ? 'propose' : configured
        const decision = decide({ judgement, subject, policy, standing, mode, can, now: now() })
        if (held && decision.steps.length > 0) decision.reasons.push(HELD[hold.is])
        decision.reasons.push(...advice.unheard.map((name) => `${name} gave no answer, so this is judged without it.`))
        return decision
      },
      tripped: () => parts.tripped?.(waiting.account.id),
    }
  }

  const advised = async (waiting: Waiting, own: Judgement, stop: AbortSignal): Promise<Advice> =>
    parts.advise && mayBeAdvised(own) ? parts.advise(waiting, stop) : NO_ADVICE

  /** When the people of a batch last seemed to be at risk. Asked only on account of those whom words might be sent to. */
  const lastAtRisk = async (batch: readonly Waiting[]): Promise<Map<string, Date>> => {
    const people = new Map<string, Date>()
    if (!parts.advise) return people
    const last = await store.histories.lastAtRisk(batch.flatMap(({ authorId }) => authorId ?? []))
    for (const { authorId, person } of batch) {
      const at = last.get(authorId ?? '')
      if (person !== null && at) people.set(person, at)
    }
    return people
  }

  const judged = (waiting: Waiting): Judgement => {
    try {
      const { subject, pictures, known } = waiting
      const judgement = judge(subject, office)
      const seen = judgePictures(pictures, judgement.findings, known)
      return seen.length === 0 ? judgement : { ...judgement, findings: [...judgement.findings, ...seen] }
    } catch (error) {
      log.error({ item: waiting.id, ...describe(error) }, 'an item could not be judged')
      return BROKEN
    }
  }

  /** One bad item must not hold up the batch it is in: what fails together is tried one by one. */
  const settle = async (batch: readonly Assessed[], rules: InForce): Promise<void> => {
    try {
      await store.assessing.settle(batch, rulesFor(rules), now())
    } catch (error) {
      if (store.explain(error) !== null) throw error
      const [one, ...others] = batch
      if (others.length > 0) for (const each of batch) await settle([each], rules)
      else if (one) await giveBack(one, rules, error)
    }
  }

  const giveBack = async (one: Assessed, rules: InForce, error: unknown): Promise<void> => {
    const { id, attempts } = one.waiting
    log.error({ item: id, attempts, ...describe(error) }, 'an item could not be settled')
    if (attempts >= TRIES && (await handOver(one, rules))) return
    await store.assessing.postpone([id], new Date(now().getTime() + backoff(attempts - 1, random())))
  }

  /** Give it to a person. False if not even that can be stored. */
  const handOver = async ({ waiting, judgement }: Assessed, rules: InForce): Promise<boolean> => {
    try {
      await store.assessing.settle(
        [{ waiting, judgement: BROKEN, decide: () => look(judgement, rules.policy) }],
        rulesFor(rules),
        now(),
      )
      return true
    } catch (error) {
      if (store.explain(error) !== null) throw error
      return false
    }
  }

  return async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const batch = await store.assessing.lease(now(), BATCH, LEASE)
      if (batch.length === 0) return
      const atRisk = await lastAtRisk(batch)
      const judgements: [Waiting, Judgement][] = []
      for (const waiting of batch) {
        if (signal.aborted) break
        const own = judged(waiting)
        judgements.push([waiting, own])
        if (waiting.person !== null && tellsOfRisk(own)) atRisk.set(waiting.person, now())
        // The embedded database and the judge share this thread with the console.
        await new Promise(setImmediate)
      }
      const left = batch.slice(judgements.length)
      // The service ends: whoever starts next need not wait for the lease.
      if (left.length > 0)
        await store.assessing.postpone(
          left.map(({ id }) => id),
          now(),
        )
      const rules = inForce()
      const assessed = await Promise.all(
        judgements.map(([waiting, own]) => assess(waiting, own, atRisk, rules, signal)),
      )
      await settle(assessed, rules)
      for (const { waiting, judgement } of assessed) {
        if (
          judgement.findings.some(
            ({ concern, score }) => concern !== 'casework' && concern !== 'at-risk' && score >= 0.6,
          )
        )
          breached(waiting.account.id)
        await parts.judged?.(waiting)
      }
      decided()
    }
  }
}

const rulesFor = ({ policy, alonePerHour, redirect }: InForce): Rules => ({
  warningDays: policy.ladder.warningDays,
  alonePerHour,
  redirect,
  reportsThreats: policy.threatsToPolice === 'all',
})

const HELD: Record<Hold['is'], string> = {
  stopped: 'The tool was stopped by staff, so it does nothing by itself.',
  election: 'Between dissolution and the declaration there are no MPs, so the tool does nothing by itself.',
}

const NO_ADVICE: Advice = { findings: [], unheard: [] }

/** What is said of an item by a judge that broke on it. */
const BROKEN: Judgement = { findings: [], scores: { abuse: 0, hate: 0, threat: 0 }, failed: ['judge'] }

/** A decision that rests on no more than whom the findings call: the rest of them may be what can't be stored. */
function look({ findings }: Judgement, { id, version }: Policy): Decision {
  const calls = findings.map(({ escalate }) => escalate)
  return {
    outcome: 'review',
    act: 'review',
    clauses: [],
    escalate: (['safeguarding', 'police'] as const).find((who) => calls.includes(who)) ?? null,
    atRisk: findings.some(({ concern }) => concern === 'at-risk'),
    casework: false,
    reasons: ['The judge broke on this; a person should look.'],
    steps: [],
    policy: { id, version },
  }
}
