import { ability, type Letter } from '../adapters/platform.ts'
import { decide } from '../moderation/decide.ts'
import { judge } from '../moderation/judge.ts'
import type { ActionKind, Judgement, OfficeFacts } from '../moderation/model.ts'
import type { Policy } from '../moderation/policy.ts'
import { describe, type Logger } from './logging.ts'
import { type Assessed, capabilitiesOf, type Store, type Waiting } from './store/index.ts'

/** Judging fifty takes well under a second; the lease is for a process that died over them. */
const BATCH = 50
const LEASE = 60_000

export interface AssessParts {
  store: Store
  office: OfficeFacts
  policy: Policy
  redirect: Letter
  alonePerHour: number
  log: Logger
  now: () => Date
  /** A breach was found on this account. */
  breached: (accountId: string) => void
  /** Decisions are stored: there may be something to do, and somebody to call. */
  decided: () => void
}

/** Judges what waits, batch by batch, until nothing waits. */
export function assessor({ store, office, policy, redirect, alonePerHour, log, now, breached, decided }: AssessParts) {
  const rules = { warningDays: policy.ladder.warningDays, alonePerHour, redirect }

  const assess = (waiting: Waiting): Assessed => {
    const judgement = judged(waiting)
    const capabilities = capabilitiesOf(waiting.account)
    const { subject } = waiting
    const can = (action: ActionKind) => (capabilities ? ability(capabilities, action, subject.item.kind) : 'impossible')
    return {
      waiting,
      judgement,
      decide: (standing, mode) => decide({ judgement, subject, policy, standing, mode, can, now: now() }),
    }
  }

  const judged = (waiting: Waiting): Judgement => {
    try {
      return judge(waiting.subject, office)
    } catch (error) {
      log.error({ item: waiting.id, ...describe(error) }, 'an item could not be judged')
      return { findings: [], scores: { abuse: 0, hate: 0, threat: 0 }, failed: ['judge'] }
    }
  }

  return async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const batch = await store.assessing.lease(now(), BATCH, LEASE)
      if (batch.length === 0) return
      const assessed = batch.map(assess)
      await store.assessing.settle(assessed, rules, now())
      for (const { waiting, judgement } of assessed) {
        if (
          judgement.findings.some(
            ({ concern, score }) => concern !== 'casework' && concern !== 'at-risk' && score >= 0.6,
          )
        )
          breached(waiting.account.id)
      }
      decided()
      // The embedded database and the judge share this thread with the console.
      await new Promise(setImmediate)
    }
  }
}
