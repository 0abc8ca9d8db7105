import { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { subjectOf } from './outbox.ts'

/**
 * What was decided and is not complete: the person was not told in writing, as the policy promises, or nothing was noted on their
 * record. Each list is as long as what is left to do, never as what was done.
 */

/** Where a page ended: the next one begins behind it. */
export interface LeftAfter {
  at: Date
  id: string
}

/** A letter that somebody has to write. */
export interface Owed extends LeftAfter {
  /** What it is about: an action or a contest. */
  of: 'action' | 'contest'
}

export interface Left {
  letters: number
  notes: number
}

const SHOWN = {
  item: true,
  account: true,
  author: true,
  letters: { include: { carrier: true } },
} satisfies Prisma.ActionInclude

/** Done, stands, and nobody has seen to it that the person knows. One on its way by a platform stands here till it is there. */
const UNTOLD = Prisma.sql`a.kind IN ('restrict', 'block') AND a.undo_of IS NULL AND a.state = 'done' AND a.written_at IS NULL
  AND a.otherwise_at IS NULL AND NOT EXISTS (SELECT 1 FROM action u WHERE u.undo_of = a.id)
  AND NOT EXISTS (SELECT 1 FROM letter l JOIN action c ON c.id = l.carried_by WHERE l.about_id = a.id AND c.state = 'done')
  AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.about_id = a.id AND l.kind <> 'block-review' AND l.way IN ('email', 'post'))`
const UNANSWERED = Prisma.sql`k.state <> 'open' AND k.answered_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM letter l JOIN action c ON c.id = l.carried_by WHERE l.contest_id = k.id AND c.state = 'done')`
const UNNOTED = Prisma.sql`a.kind IN ('warn', 'restrict', 'block') AND a.undo_of IS NULL AND a.state = 'done' AND a.noted_at IS NULL
  AND a.otherwise_at IS NULL AND NOT EXISTS (SELECT 1 FROM action u WHERE u.undo_of = a.id)
  AND NOT EXISTS (SELECT 1 FROM letter c WHERE c.carried_by = a.id AND c.kind <> 'warn')`

const START: LeftAfter = { at: new Date(0), id: '00000000-0000-0000-0000-000000000000' }

export const promises = (db: Db) => ({
  /**
   * Letters to write, longest waiting first: warnings, answers to contests and, where the policy promises it, what tells of a
   * restriction or a block.
   */
  toWrite: (isPromised: boolean, after: LeftAfter | null, take = 25): Promise<Owed[]> => {
    const { at, id } = after ?? START
    return db.$queryRaw<Owed[]>`
      SELECT * FROM (
        (SELECT 'action' AS of, a.id, a.created_at AS at FROM action a
          WHERE a.state = 'unwritten' AND (a.created_at, a.id) > (${at}, ${id}::uuid) ORDER BY a.created_at, a.id LIMIT ${take})
        UNION ALL
        (SELECT 'contest', k.id, k.decided_at FROM contest k
          WHERE ${UNANSWERED} AND (k.decided_at, k.id) > (${at}, ${id}::uuid) ORDER BY k.decided_at, k.id LIMIT ${take})
        UNION ALL
        (SELECT 'action', a.id, a.settled_at FROM action a
          WHERE ${isPromised} AND ${UNTOLD} AND (a.settled_at, a.id) > (${at}, ${id}::uuid)
          ORDER BY a.settled_at, a.id LIMIT ${take})) left_to_do
      ORDER BY at, id LIMIT ${take}`
  },

  /** What such a list names, with all that is shown of it. */
  actions: (ids: readonly string[]) => db.action.findMany({ where: { id: { in: [...ids] } }, include: SHOWN }),

  /** Notes to make on people's records, longest waiting first. */
  toNote: async (after: LeftAfter | null, take = 25) => {
    const { at, id } = after ?? START
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT a.id FROM action a WHERE ${UNNOTED} AND (a.settled_at, a.id) > (${at}, ${id}::uuid)
      ORDER BY a.settled_at, a.id LIMIT ${take}`
    const actions = await db.action.findMany({ where: { id: { in: rows.map((row) => row.id) } }, include: SHOWN })
    return rows.flatMap((row) => actions.find((action) => action.id === row.id) ?? [])
  },

  counts: async ({ letters, notes }: { letters: boolean; notes: boolean }): Promise<Left> => {
    const [row] = await db.$queryRaw<[Left]>`
      SELECT (SELECT count(*)::int FROM action a WHERE a.state = 'unwritten')
        + (SELECT count(*)::int FROM contest k WHERE ${UNANSWERED})
        + (SELECT count(*)::int FROM action a WHERE ${letters} AND ${UNTOLD}) AS letters,
        (SELECT count(*)::int FROM action a WHERE ${notes} AND ${UNNOTED}) AS notes`
    return row
  },

  /** It is on the person's record. @returns false if somebody was quicker */
  noted: (actionId: string, staff: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const rows = await tx.action.updateManyAndReturn({
        where: { id: actionId, notedAt: null, undoOf: null },
        data: { notedAt: now, notedBy: staff },
      })
      const facts = rows.map((row) => ({
        kind: 'noted',
        actor: staff,
        ...subjectOf(row),
        body: { account: row.accountId, action: row.kind },
      }))
      await append(tx, now, facts)
      return rows.length > 0
    }, PATIENCE),
})
