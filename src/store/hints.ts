import type { Hint, SourceHint } from '../../adapters/platform.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import type { Pass } from './sources.ts'
import { storable, storableJson } from './text.ts'

/** Of one account, of those that have a value; beyond it they are lost. A platform that tells more than this is flooded. */
const MOST = 2000
/** UTF-16 units of a key, and of a value as JSON: room for ids, and for nobody's words. */
const LONGEST_KEY = 200
const LONGEST_VALUE = 1000
/** However much is told, a source is not asked more often than this. Milliseconds. */
const BREATH = 10_000

/** A hint as it is kept. `times` grows whenever it is told again, so that only what was dealt with is forgotten. */
export interface KeptHint extends Hint {
  times: number
}

/** What platforms told of, till a page was stored that deals with it. */
export const hints = (db: Db) => ({
  /**
   * Keep what was told, and have its sources asked at once: but not before a platform lets them. Without a value, a source's
   * hints all say the same and are one. What names a source that the account hasn't is passed over.
   * @returns how many could not be kept, since there are too many, or they are too long or nameless
   */
  keep: (accountId: string, told: readonly SourceHint[], now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      let lost = 0
      // Sorted, so that two processes lock the same rows in the same order; and each source before its hints, as passes do.
      for (const source of [...new Set(told.map((hint) => hint.source))].sort()) {
        if ((await hurry(tx, accountId, source, now)) === 0) continue
        lost += await keepOf(
          tx,
          { accountId, source },
          told.filter((hint) => hint.source === source),
          now,
        )
      }
      return lost
    }, PATIENCE),

  /** What this source was told, oldest first. */
  of: async ({ accountId, source }: Pick<Pass, 'accountId' | 'source'>, most: number): Promise<KeptHint[]> => {
    const rows = await db.hint.findMany({
      where: { accountId, source },
      select: { key: true, value: true, times: true },
      orderBy: [{ heardAt: 'asc' }, { key: 'asc' }],
      take: most,
    })
    return rows.map(({ key, value, times }) => ({ key, value: value as Hint['value'], times }))
  },
})

async function keepOf(
  tx: Tx,
  of: { accountId: string; source: string },
  told: readonly SourceHint[],
  now: Date,
): Promise<number> {
  const byKey = new Map(told.map(({ key, value }) => [value === null ? '' : storable(key), storableJson(value)]))
  const fits = [...byKey].filter(
    ([key, value]) =>
      (key === '') === (value === null) && key.length <= LONGEST_KEY && JSON.stringify(value).length <= LONGEST_VALUE,
  )
  const again = await tx.hint.updateManyAndReturn({
    where: { ...of, key: { in: fits.map(([key]) => key) } },
    data: { times: { increment: 1 } },
    select: { key: true },
  })
  const repeated = new Set(again.map(({ key }) => key))
  const fresh = fits.filter(([key]) => !repeated.has(key))
  const plain = fresh.filter(([, value]) => value === null)
  const named = fresh.filter(([, value]) => value !== null)
  const kept = named.length === 0 ? 0 : await tx.hint.count({ where: { accountId: of.accountId, key: { not: '' } } })
  const taken = [...plain, ...named.slice(0, Math.max(0, MOST - kept))]
  await tx.hint.createMany({
    data: taken.map(([key, value]) => ({ ...of, key, value: value === null ? Prisma.DbNull : value, heardAt: now })),
    skipDuplicates: true,
  })
  return byKey.size - repeated.size - taken.length
}

/** In the transaction that stores the page. What was told again since it was handed over stays. */
export async function dealtWith(tx: Tx, { accountId, source }: Pass, dealt: readonly KeptHint[]): Promise<void> {
  if (dealt.length === 0) return
  const OR = dealt.map(({ key, times }) => ({ key, times }))
  await tx.hint.deleteMany({ where: { accountId, source, OR } })
}

/**
 * Ask a source as soon as it may be asked.
 * @returns how many such sources there are
 */
function hurry(tx: Tx, accountId: string, source: string, now: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE source SET next_at = LEAST(next_at, ${soonest(now)})
    WHERE account_id = ${accountId}::uuid AND name = ${source}`
}

/** The same for what was told during a pass that is over by now, and may not have been dealt with. */
export async function hurryIfTold(db: Db, { accountId, source }: Pick<Pass, 'accountId' | 'source'>, now: Date) {
  await db.$executeRaw`
    UPDATE source SET next_at = LEAST(next_at, ${soonest(now)})
    WHERE account_id = ${accountId}::uuid AND name = ${source}
      AND EXISTS (SELECT 1 FROM hint h WHERE h.account_id = source.account_id AND h.source = source.name)`
}

const soonest = (now: Date): Prisma.Sql =>
  Prisma.sql`GREATEST(${now}::timestamptz, not_before, last_ok_at + ${BREATH} * interval '1 millisecond')`
