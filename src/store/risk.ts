import { CARE_DAYS } from '../../moderation/decide.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import type { Lane } from './assessing.ts'
import type { Db, Tx } from './db.ts'
import { accountsOfOne } from './identities.ts'

/**
 * A decision keeps for ever that somebody seemed to be at risk. A person may find that nobody is: that is a dismissal, marked
 * as what it is, and what else was found in the item still waits for an answer of its own.
 */

/** Kept in a review's `change`: it says that nobody is at risk, and nothing about the rest. */
export const NOBODY_AT_RISK = { nobodyAtRisk: true } satisfies Prisma.InputJsonObject

interface Reviewed {
  answer: string
  undoneAt: Date | null
}

/** Is somebody taken to be at risk here now? `reviews`: of this decision, those taken back among them or not. */
export const isStillAtRisk = ({ atRisk, reviews }: { atRisk: boolean; reviews: readonly Reviewed[] }): boolean =>
  atRisk && !reviews.some(({ answer, undoneAt }) => answer === 'dismissed' && undoneAt === null)

export const saysNobodyAtRisk = ({ change }: { change: unknown }): boolean =>
  typeof change === 'object' && change !== null && 'nobodyAtRisk' in change

/** Where what else was found waits, once nobody is at risk; null if there was nothing else. */
export function laneWithoutRisk({ escalate, casework }: { escalate: string | null; casework: boolean }): Lane | null {
  if (escalate === 'police') return 'police'
  return casework ? 'casework' : null
}

const DAY = 86_400_000

/** Did this person seem to be at risk lately, on whatever platform, and did nobody find that they were not? */
export async function isAtRisk(db: Db | Tx, authorId: string, now: Date): Promise<boolean> {
  const dismissed = { reviews: { some: { answer: 'dismissed', undoneAt: null } } }
  const authors = { in: await accountsOfOne(db, authorId) }
  const where = {
    authorId: authors,
    atRisk: true,
    decidedAt: { gt: new Date(now.getTime() - CARE_DAYS * DAY) },
    NOT: dismissed,
  }
  return (await db.decision.count({ where })) > 0
}
