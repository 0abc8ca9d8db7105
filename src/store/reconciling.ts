import type { Order } from '../../adapters/platform.ts'
import type { ActionKind } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append, type NewFact } from './log.ts'
import { ORDERED, orderOf, subjectOf } from './outbox.ts'

/**
 * What stands between an account and a person, here and on the platform: staff block and unblock there as well. The platform
 * is right. What it says goes into the record and the log, and nothing is ordered on account of it.
 */

/** So long a block that was taken back on the platform is still looked for: somebody may think again. */
const LOOKED_FOR_DAYS = 30
const DAY = 86_400_000

/** What is to be asked of the platform: whether the deed stands, and whether it surely doesn't. One may be told and not the other. */
export interface Question {
  actionId: string
  /** In which state it was asked about: what has moved on since is not told by the answer. */
  state: string
  does: Order
  doesNot: Order
}

export const reconciling = (db: Db) => ({
  /**
   * What of this kind is done or, in open cases, proposed about somebody on whom it does not stand yet; by id, behind `after`.
   * What is on its way, or to be done by hand, is looked for by others.
   */
  questions: async (
    accountId: string,
    kind: ActionKind,
    after: string | null,
    now: Date,
    most = 50,
  ): Promise<Question[]> => {
    const since = new Date(now.getTime() - LOOKED_FOR_DAYS * DAY)
    const rows = await db.action.findMany({
      where: {
        accountId,
        kind,
        authorId: { not: null },
        undoOf: null,
        undoneBy: null,
        OR: [
          { state: 'done', OR: [{ otherwiseAt: null }, { otherwiseAt: { gt: since } }] },
          {
            state: 'proposed',
            decision: { is: { closedAt: null } },
            author: { is: { actions: { none: { accountId, kind, ...STANDING } } } },
          },
        ],
        ...(after === null ? {} : { id: { gt: after } }),
      },
      include: ORDERED,
      orderBy: { id: 'asc' },
      take: most,
    })
    return rows.map((row) => {
      const does = orderOf(row)
      const doesNot = { ...does, id: `not ${does.id}`, undo: true, receipt: row.receipt as Order['receipt'] }
      return { actionId: row.id, state: row.state, does, doesNot }
    })
  },

  /**
   * @param stand the ids of the questions' orders that the platform says stand
   * @returns how often it says otherwise than the record did
   */
  compared: (questions: readonly Question[], stand: ReadonlySet<string>, now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      const facts: NewFact[] = []
      for (const { actionId: id, state, does, doesNot } of questions) {
        const isThere = stand.has(does.id)
        if (isThere === stand.has(doesNot.id)) continue
        const isAsRecorded = isThere === (state === 'done')
        const { kind, because } = (state === 'done' ? DONE : PROPOSED)[isThere ? 'stands' : 'gone']
        const rows = await tx.action.updateManyAndReturn({
          where: { id, state, undoneBy: null, otherwiseAt: isAsRecorded ? { not: null } : null },
          data: { because, otherwiseAt: isAsRecorded ? null : now },
        })
        for (const row of rows)
          facts.push({ kind, ...subjectOf(row), body: { account: row.accountId, action: row.kind } })
      }
      await append(tx, now, facts)
      return facts.length
    }, PATIENCE),
})

const STANDING = {
  undoOf: null,
  undoneBy: null,
  otherwiseAt: null,
  state: { in: ['queued', 'running', 'done', 'manual', 'unconfirmed'] },
} satisfies Prisma.ActionWhereInput

/** What the log and the record say, where the platform says otherwise than before. */
interface Turn {
  kind: string
  because: string | null
}

const DONE: Record<'stands' | 'gone', Turn> = {
  stands: { kind: 'stands-again', because: 'Seen on the platform: somebody did it again there.' },
  gone: {
    kind: 'stands-no-longer',
    because: 'Seen on the platform: somebody took it back there. Serjeant does not do it again by itself.',
  },
}
const PROPOSED: Record<'stands' | 'gone', Turn> = {
  stands: { kind: 'stands-already', because: 'Seen on the platform: somebody has done it there already.' },
  gone: { kind: 'stands-no-longer', because: null },
}
