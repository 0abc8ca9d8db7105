import { HEARD } from '../moderation/decide.ts'

/** What staff are called for, and which findings that rests on: the alert and the console say the same of it. */

interface Told {
  concern: string
  score: number
  reason: string
  escalate: string | null
}

interface Decided<T extends Told> {
  atRisk: boolean
  escalate: string | null
  reasons: readonly string[]
  item: { findings: readonly T[] }
}

/**
 * The findings that the decision rests on. The others are kept with the item and held against nobody: whatever they are
 * about, the text as a whole was taken for lawful, or the sign was too faint.
 */
export function weighed<T extends Told>({ reasons, item }: Decided<T>): T[] {
  return item.findings.filter(({ score, reason }) => score >= HEARD || reasons.includes(reason))
}

/** alarm: too unsure to be called a threat, and too dangerous to pass over; crime: for the police, and no threat. */
export type Danger = 'risk' | 'threat' | 'alarm' | 'crime'

/** Somebody at risk comes first, whoever else is to be told; null where nobody is called. */
export function dangerOf({ atRisk, escalate, item: { findings } }: Decided<Told>): Danger | null {
  if (atRisk || escalate === 'safeguarding') return 'risk'
  if (escalate === null) return null
  const heard = findings.filter(({ score }) => score >= HEARD)
  if (heard.some(({ concern }) => concern === 'threat')) return 'threat'
  const faint = findings.some(({ concern }) => concern === 'threat')
  return faint && !heard.some((finding) => finding.escalate === 'police') ? 'alarm' : 'crime'
}
