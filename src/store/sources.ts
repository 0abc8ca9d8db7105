import type { Json } from '../../adapters/platform.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Db, Tx } from './db.ts'
import { hurryIfTold } from './hints.ts'

/** A source leased for one pass. `fence` proves that the lease still holds. */
export interface Pass {
  accountId: string
  source: string
  cursor: Json
  fence: number
  failures: number
}

/** Somebody else has the lease now: drop what you hold, it will be fetched again. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * Nobody waits longer. A time further ahead was written by a clock that was wrong, and counts as past. Milliseconds.
 */
const LONGEST_WAIT = 6 * 3_600_000

export const sources = (db: Db) => ({
  /** Lease the sources that are due; each for `leaseMs`, after which another worker may take it. */
  lease: async (now: Date, worker: string, leaseMs: number): Promise<Pass[]> => {
    const till = new Date(now.getTime() + leaseMs)
    const notYet = new Date(now.getTime() + LONGEST_WAIT)
    const rows = await db.$queryRaw<(Omit<Pass, 'cursor'> & { cursor: Json })[]>`
      UPDATE source SET leased_by = ${worker}, leased_till = ${till}, fence = fence + 1
      WHERE (account_id, name) IN (
        SELECT s.account_id, s.name FROM source s JOIN account a ON a.id = s.account_id
        WHERE a.retired_at IS NULL
          AND (s.next_at <= ${now} OR s.next_at > ${notYet})
          AND (s.leased_till IS NULL OR s.leased_till < ${now} OR s.leased_till > ${notYet})
        FOR UPDATE OF s SKIP LOCKED)
      RETURNING account_id AS "accountId", name AS source, cursor, fence, failures`
    return rows
  },

  /** The pass was broken off for no fault of the platform's: somebody else may take it up at once. */
  giveBack: async ({ accountId, source: name, fence }: Pass, nextAt: Date): Promise<void> => {
    const data = { leasedBy: null, leasedTill: null, nextAt }
    await db.source.updateMany({ where: { accountId, name, fence }, data })
  },

  /**
   * The pass is over. `trouble` null means that all went well; else it counts as a failure and is shown to staff.
   * @param note why the next pass is later than usual
   * @param rest till when the platform wants not to be asked, whatever it tells meanwhile
   */
  release: async (
    pass: Pass,
    now: Date,
    nextAt: Date,
    trouble: string | null,
    note: string | null = null,
    rest: Date | null = null,
  ): Promise<void> => {
    const longest = (wanted: Date): Date => new Date(Math.min(wanted.getTime(), now.getTime() + LONGEST_WAIT))
    // What failed is waited for, however loudly the platform calls.
    const notBefore = trouble === null ? rest : nextAt
    await db.source.updateMany({
      where: { accountId: pass.accountId, name: pass.source, fence: pass.fence },
      data: {
        leasedBy: null,
        leasedTill: null,
        nextAt: longest(nextAt),
        notBefore: notBefore && longest(notBefore),
        trouble,
        note,
        ...(trouble === null ? { lastOkAt: now, failures: 0 } : { failures: { increment: 1 } }),
      },
    })
    await hurryIfTold(db, pass, now)
  },
})

/** Move the cursor, in the transaction that stores what was read up to it. @throws LeaseLost */
export async function advance(tx: Tx, pass: Pass, cursor: Json): Promise<void> {
  const { count } = await tx.source.updateMany({
    where: { accountId: pass.accountId, name: pass.source, fence: pass.fence },
    data: { cursor: cursor === null ? Prisma.DbNull : (cursor as Prisma.InputJsonValue) },
  })
  if (count === 0) throw new LeaseLost(`another process polls ${pass.source} now`)
}
