import type { Db, Tx } from './db.ts'

/**
 * Who looks at a case. A lease of a few minutes that is renewed while somebody does, so that whoever closes the lid of a
 * laptop holds nobody up. It is a courtesy between colleagues and no lock: the answer itself is given once, whoever claims.
 */

/** Milliseconds. */
export const CLAIM = 5 * 60_000

export interface Claim {
  personId: string
  name: string
  since: Date
  till: Date
}

/** A colleague looks at it: whoever answers all the same has to say so. */
export class Claimed extends Error {
  override readonly name = 'Claimed'
  readonly claim: Claim

  constructor(claim: Claim) {
    super('Somebody else is looking at this.')
    this.claim = claim
  }
}

const SHOWN = { personId: true, since: true, till: true, person: { select: { name: true } } } as const

export const claims = (db: Db) => ({
  /**
   * Look at an open case, or go on looking. One statement, so that of two who come at once one has it.
   * @returns the claim that stands then, one's own or a colleague's; null where it no longer waits
   */
  take: async (decisionId: string, person: string, now: Date): Promise<Claim | null> => {
    const till = new Date(now.getTime() + CLAIM)
    await db.claim.deleteMany({ where: { personId: person, till: { lte: now } } })
    await db.$executeRaw`
      INSERT INTO claim (decision_id, person_id, since, till)
      SELECT id, ${person}::uuid, ${now}, ${till} FROM decision WHERE id = ${decisionId}::uuid AND closed_at IS NULL
      ON CONFLICT (decision_id) DO UPDATE SET
        person_id = EXCLUDED.person_id, till = EXCLUDED.till,
        since = CASE WHEN claim.person_id = EXCLUDED.person_id THEN claim.since ELSE EXCLUDED.since END
      WHERE claim.person_id = EXCLUDED.person_id OR claim.till <= ${now}`
    return (await claimsOn(db, [decisionId], now)).get(decisionId) ?? null
  },

  /** Look away. @param till of the claim as it was known then: one that was renewed since, in another window, stays */
  end: async (decisionId: string, person: string, till: Date): Promise<void> => {
    await db.claim.deleteMany({ where: { decisionId, personId: person, till: { lte: till } } })
  },

  /** Who looks at these at this moment, by decision. */
  on: (decisionIds: readonly string[], now: Date): Promise<Map<string, Claim>> => claimsOn(db, decisionIds, now),
})

async function claimsOn(db: Db | Tx, decisionIds: readonly string[], now: Date): Promise<Map<string, Claim>> {
  const where = { decisionId: { in: [...decisionIds] }, till: { gt: now } }
  const rows = await db.claim.findMany({ where, select: { decisionId: true, ...SHOWN } })
  return new Map(rows.map(({ decisionId, person: { name }, ...claim }) => [decisionId, { ...claim, name }]))
}

/** @throws Claimed if a colleague looks at it */
export async function assertUnclaimed(tx: Tx, decisionId: string, person: string, now: Date): Promise<void> {
  const claim = (await claimsOn(tx, [decisionId], now)).get(decisionId)
  if (claim && claim.personId !== person) throw new Claimed(claim)
}
