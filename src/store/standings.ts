import type { Facet, Standing } from '../../moderation/model.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Db, Tx } from './db.ts'
import { accountsOf } from './identities.ts'

/** What is true of people now, over all the accounts that staff have linked. The past is in `histories.ts`. */

const DAY = 86_400_000

/**
 * Of a decision `d` and its review `r`: a breach counts once a person agreed to it, or named another clause instead, and not
 * once more where they answered the rest of it later,
 */
export const IS_BREACH = Prisma.sql`((r.answer = 'agreed' AND d.act IN ('hide', 'block'))
  OR (r.answer = 'changed' AND r.change->>'clause' IS NOT NULL))
  AND NOT EXISTS (SELECT FROM review p WHERE p.decision_id = r.decision_id AND p.id <> r.id AND p.apart <> '{}'
    AND p.at <= r.at AND (p.undone_at IS NULL OR p.undone_at > r.at))`
/** and did not take that back. */
const COUNTS_AS_BREACH = Prisma.sql`r.undone_at IS NULL AND (${IS_BREACH})`

/** Of one account alone. */
type Own = Omit<Standing, 'elsewhere'>

const stranger = (): Standing => ({ warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null })

/** How these authors stand, for as long as the transaction holds them. */
export interface Standings {
  of(authorId: string | null): Standing
  /** It has just come to be so, for whoever this is, on each of their accounts. */
  note(authorId: string | null, facet: 'redirectedAt' | 'atRiskAt'): void
}

/** @param warningDays how long a warning counts */
export async function standingsOf(
  tx: Tx,
  authorIds: readonly string[],
  warningDays: number,
  now: Date,
): Promise<Standings> {
  const accounts = await accountsOf(tx, authorIds)
  const own = await ownStandings(tx, [...new Set([...accounts.values()].flat())], warningDays, now)
  const whole = new Map<string, Standing>()
  for (const [id, ids] of accounts) {
    const others = ids.filter((other) => other !== id).flatMap((other) => own.get(other) ?? [])
    whole.set(id, united(own.get(id) ?? stranger(), others))
  }
  return {
    of: (authorId) => whole.get(authorId ?? '') ?? stranger(),
    note: (authorId, facet) => {
      if (authorId === null) return
      for (const id of accounts.get(authorId) ?? []) {
        const standing = whole.get(id)
        if (!standing) continue
        const { elsewhere: before = [], ...known } = standing
        const elsewhere = before.filter((one) => one !== facet)
        whole.set(id, withElsewhere({ ...known, [facet]: now }, id === authorId ? elsewhere : [...elsewhere, facet]))
      }
    },
  }
}

const COUNTED = ['warnings', 'breaches', 'adjustments'] as const
const DATED = ['redirectedAt', 'atRiskAt'] as const

/**
 * One person's, from an account of theirs and from the others. Counts are added up, adjustments among them: where the same one
 * was noted on two platforms, that is a step of patience too many, and none too few.
 */
function united(own: Own, others: readonly Own[]): Standing {
  const standing: Own = { ...own }
  const elsewhere: Facet[] = []
  for (const facet of COUNTED) {
    const there = others.reduce((sum, other) => sum + other[facet], 0)
    standing[facet] += there
    if (there > 0) elsewhere.push(facet)
  }
  for (const facet of DATED) {
    for (const other of others) standing[facet] = laterOf(standing[facet], other[facet])
    if (standing[facet] !== own[facet]) elsewhere.push(facet)
  }
  return withElsewhere(standing, elsewhere)
}

const withElsewhere = (standing: Own, elsewhere: readonly Facet[]): Standing =>
  elsewhere.length === 0 ? standing : { ...standing, elsewhere }

export const laterOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one

async function ownStandings(tx: Tx, ids: readonly string[], warningDays: number, now: Date): Promise<Map<string, Own>> {
  if (ids.length === 0) return new Map()
  const since = new Date(now.getTime() - warningDays * DAY)
  const rows = await tx.$queryRaw<(Own & { id: string })[]>`
    SELECT a.id, a.adjustments, a.redirected_at AS "redirectedAt",
      (SELECT count(*)::int FROM action w
        WHERE w.author_id = a.id AND w.kind = 'warn' AND w.undo_of IS NULL AND w.state = 'done' AND w.settled_at > ${since}
          AND NOT EXISTS (SELECT 1 FROM action u WHERE u.undo_of = w.id)
          AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.about_id = w.id AND l.until <= ${now})
          AND NOT EXISTS (SELECT 1 FROM letter c WHERE c.carried_by = w.id AND c.kind <> 'warn')) AS warnings,
      (SELECT count(*)::int FROM review r JOIN decision d ON d.id = r.decision_id
        WHERE r.author_id = a.id AND ${COUNTS_AS_BREACH}) AS breaches,
      (SELECT max(d.decided_at) FROM decision d
        WHERE d.author_id = a.id AND d.at_risk
          AND NOT EXISTS (SELECT 1 FROM review r WHERE r.decision_id = d.id AND r.answer = 'dismissed' AND r.undone_at IS NULL)) AS "atRiskAt"
    FROM author a WHERE a.id = ANY(${[...ids]}::uuid[])`
  return new Map(rows.map(({ id, ...standing }) => [id, standing]))
}

/** Which of these people broke a rule before, by a person's answer, on whatever platform. */
export async function isKnown(db: Db | Tx, authorIds: readonly string[]): Promise<Set<string>> {
  const accounts = await accountsOf(db, authorIds)
  if (accounts.size === 0) return new Set()
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT r.author_id AS id FROM review r JOIN decision d ON d.id = r.decision_id
    WHERE r.author_id = ANY(${[...accounts.values()].flat()}::uuid[]) AND ${COUNTS_AS_BREACH}`
  const breakers = new Set(rows.map(({ id }) => id))
  return new Set(authorIds.filter((id) => accounts.get(id)?.some((account) => breakers.has(account))))
}
