import type { Act, Decision, Step } from '../moderation/model.ts'
import type { Past } from './store/index.ts'

/** Two policies on the same past, counted side by side. It keeps counts, a sample, and whose block is at stake. */

/** How many of the changed decisions are shown one by one. */
const SHOWN = 20

interface Change {
  itemId: string
  decisionId: string
  from: string
  to: string
  clauses: { before: string[]; after: string[] }
  /** Why the new policy would decide so. */
  reasons: string[]
}

export type Difference = ReturnType<ReturnType<typeof compare>['result']>

export function compare() {
  let decisions = 0
  /** Another outcome. */
  let changed = 0
  /** The same outcome, by other clauses or steps. */
  let otherwise = 0
  const shifts = new Map<string, { from: string; to: string; decisions: number }>()
  const clauses = new Map<string, { before: number; after: number }>()
  const blocked = { before: new Set<string>(), after: new Set<string>() }
  const redirects = { before: 0, after: 0 }
  const atRisk = { items: 0, touched: [] as string[] }
  const again = { same: 0, of: 0 }
  /** The greatest changes first; of equal ones, those that came first. */
  const sample: { size: number; change: Change }[] = []

  const tally = (side: 'before' | 'after', { authorId }: Past, decision: Decision): void => {
    for (const clause of decision.clauses) {
      const counts = clauses.get(clause) ?? { before: 0, after: 0 }
      counts[side]++
      clauses.set(clause, counts)
    }
    if (authorId !== null && decision.act === 'block') blocked[side].add(authorId)
    if (decision.steps.some(({ action }) => action === 'redirect')) redirects[side]++
  }

  return {
    /** @param underSamePolicy it was decided under the policy that `before` comes from */
    add: (past: Past, before: Decision, after: Decision, underSamePolicy: boolean): void => {
      decisions++
      tally('before', past, before)
      tally('after', past, after)
      if (past.decided.atRisk || after.atRisk) {
        atRisk.items++
        if (isModerated(after)) atRisk.touched.push(past.decisionId)
      }
      if (underSamePolicy) {
        again.of++
        if (isAsStored(before, past.decided)) again.same++
      }
      if (essence(before) === essence(after)) return
      const [from, to] = [inWords(before), inWords(after)]
      if (from === to) otherwise++
      else {
        changed++
        const shift = shifts.get(`${from} ${to}`) ?? { from, to, decisions: 0 }
        shift.decisions++
        shifts.set(`${from} ${to}`, shift)
      }
      const size = Math.abs(STRENGTH[after.act] - STRENGTH[before.act])
      const behind = sample.findIndex((one) => one.size < size)
      if (behind === -1 && sample.length >= SHOWN) return
      const change = {
        itemId: past.itemId,
        decisionId: past.decisionId,
        from,
        to,
        clauses: { before: before.clauses, after: after.clauses },
        reasons: after.reasons,
      }
      sample.splice(behind === -1 ? sample.length : behind, 0, { size, change })
      sample.splice(SHOWN)
    },

    result: () => ({
      decisions,
      changed,
      otherwise,
      shifts: [...shifts.values()].sort((a, b) => b.decisions - a.decisions),
      clauses: [...clauses].map(([clause, counts]) => ({ clause, ...counts })).sort(byChange),
      people: {
        newlyBlocked: without(blocked.after, blocked.before),
        blockedNoMore: without(blocked.before, blocked.after),
      },
      redirects,
      atRisk,
      again,
      sample: sample.map(({ change }) => change),
    }),
  }
}

const STRENGTH: Readonly<Record<Act, number>> = { none: 0, review: 1, hide: 2, block: 3 }

const byChange = (a: { before: number; after: number }, b: typeof a): number =>
  Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.before - a.before

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): number =>
  [...some].filter((one) => !others.has(one)).length

/** Nobody at risk is hidden, muted or blocked, nor sent the standard answer. */
const isModerated = ({ act, steps }: Decision): boolean => STRENGTH[act] >= STRENGTH.hide || steps.length > 0

/** All of a decision but its reasons and whose policy it comes from. */
const essence = ({ outcome, act, clauses, escalate, atRisk, casework, steps }: Decision): string =>
  JSON.stringify([outcome, act, clauses, escalate, atRisk, casework, steps])

function isAsStored(now: Decision, then: Past['decided']): boolean {
  return (
    now.outcome === then.outcome &&
    now.act === then.act &&
    now.escalate === then.escalate &&
    now.atRisk === then.atRisk &&
    now.clauses.join(' ') === then.clauses.join(' ')
  )
}

const DONE: Readonly<Partial<Record<Step['action'], string>>> = { hide: 'hidden', mute: 'muted' }

/** What would become of it: `hide proposed`, `hidden by the tool`. */
function inWords({ act, outcome, escalate, steps }: Decision): string {
  const own = steps.filter(({ action }) => action !== 'redirect')
  const alone = own.find(({ how }) => how === 'perform')
  const done = alone && `${DONE[alone.action] ?? alone.action} by the tool`
  switch (act) {
    case 'none':
      if (escalate !== null) return 'escalated'
      return outcome === 'leave' ? 'left alone' : 'a person looks'
    case 'review':
      return escalate === null ? 'a person looks' : 'escalated'
    case 'hide':
      if (own.length === 0) return 'hide (only watched)'
      return done ?? `${own[0]?.action} proposed`
    case 'block':
      if (own.length === 0) return 'block (only watched)'
      return done ? `block proposed, ${done}` : 'block proposed'
  }
}
