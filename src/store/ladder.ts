import type { Standing } from '../../moderation/model.ts'
import type { Db } from './db.ts'
import { accountsOfOne } from './identities.ts'
import { standingsOf } from './standings.ts'

/** Where somebody stands on the office's ladder, with the warnings it rests on. */

const DAY = 86_400_000

export interface Warning {
  id: string
  decisionId: string | null
  clause: string | null
  at: Date
  /** Until when it counts. */
  until: Date
  withdrawnAt: Date | null
  letterId: string | null
}

export const ladder = (db: Db) => ({
  /**
   * @param warningDays how long a warning counts
   * @returns the person's standing over all their accounts, and every warning they were given, newest first
   */
  of: async (
    authorId: string,
    warningDays: number,
    now: Date,
  ): Promise<{ standing: Standing; warnings: Warning[] }> => {
    const standings = await db.$transaction((tx) => standingsOf(tx, [authorId], warningDays, now))
    const rows = await db.action.findMany({
      where: {
        authorId: { in: await accountsOfOne(db, authorId) },
        kind: 'warn',
        undoOf: null,
        state: 'done',
        // What took another letter to the platform warns nobody.
        NOT: { carries: { kind: { not: 'warn' } } },
      },
      include: { undoneBy: true, letters: true },
      orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
    })
    const warnings = rows.flatMap(({ id, decisionId, clause, settledAt: at, undoneBy, letters: [letter] }) => {
      if (at === null) return []
      const until = letter?.until ?? new Date(at.getTime() + warningDays * DAY)
      return {
        id,
        decisionId,
        clause,
        at,
        until,
        withdrawnAt: undoneBy?.createdAt ?? null,
        letterId: letter?.id ?? null,
      }
    })
    return { standing: standings.of(authorId), warnings }
  },
})
