import type { Json, Letter, Order, Outcome } from '../../adapters/platform.ts'
import type { ActionKind, ItemKind } from '../../moderation/model.ts'
import { type Action, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append } from './log.ts'
import { isAtRisk } from './risk.ts'
import { storable, storableJson } from './text.ts'

/** An action leased by a worker; `leasedBy` and `attempt` are the fence. */
export interface Errand {
  id: string
  accountId: string
  worker: string
  /** When it was ordered. Too long after that, it is given up and shown to staff. */
  begunAt: Date
  /** 'tool', or the id of the person who agreed. */
  origin: string
  /** Our own id of whoever it is done to, where that is known. */
  authorId: string | null
  /** False until prepare()'s answer was stored. */
  isPrepared: boolean
  order: Order
}

export const outbox = (db: Db) => ({
  /**
   * Lease what is due on one account, most urgent first. An action whose lease ran out is leased again with a higher `attempt`: an
   * earlier try may have reached the platform, so the adapter looks first. Where pictures of evidence are still to be fetched,
   * they are fetched before anything is done about it.
   * @param undoOnly what takes something back, and nothing else
   */
  lease: async (
    accountId: string,
    now: Date,
    worker: string,
    most: number,
    leaseMs: number,
    undoOnly = false,
  ): Promise<Errand[]> => {
    const till = new Date(now.getTime() + leaseMs)
    const patient = new Date(now.getTime() - FOR_PICTURES)
    const leased = await db.$queryRaw<{ id: string }[]>`
      UPDATE action SET state = 'running', attempts = attempts + 1, leased_by = ${worker}, leased_till = ${till}
      WHERE id IN (
        SELECT a.id FROM action a
        WHERE a.account_id = ${accountId}::uuid
          AND ((a.state = 'queued' AND a.run_at <= ${now}) OR (a.state = 'running' AND a.leased_till < ${now}))
          AND NOT EXISTS (SELECT 1 FROM action b WHERE b.id = a.after_id AND b.state IN ('queued', 'running'))
          AND (NOT ${undoOnly} OR a.undo_of IS NOT NULL)
          AND NOT (a.kind <> 'redirect' AND a.undo_of IS NULL AND (a.begun_at > ${patient} OR a.kind = 'delete')
            AND EXISTS (SELECT 1 FROM capture c JOIN picture p ON p.item_id = c.item_id
              WHERE c.item_id = a.item_id AND p.state = 'waiting'))
        ORDER BY a.urgency DESC, a.run_at LIMIT ${most} FOR UPDATE OF a SKIP LOCKED)
      RETURNING id`
    const rows = await db.action.findMany({
      where: { id: { in: leased.map(({ id }) => id) } },
      include: ORDERED,
      orderBy: [{ urgency: 'desc' }, { runAt: 'asc' }, { id: 'asc' }],
    })
    return rows.map((row) => ({
      id: row.id,
      accountId: row.accountId,
      worker,
      begunAt: row.begunAt ?? row.createdAt,
      origin: row.origin,
      authorId: row.authorId,
      isPrepared: row.prepared !== null,
      order: orderOf(row),
    }))
  },

  /** Store what prepare() chose, before the first try. False if the lease was lost. */
  prepared: async (errand: Errand, value: Json): Promise<boolean> => {
    const { count } = await db.action.updateMany({ where: fence(errand), data: { prepared: wrap(value) } })
    return count === 1
  },

  /**
   * Record what became of it.
   * @returns false if the lease was lost: somebody else has it now and will record the outcome
   */
  settle: (errand: Errand, outcome: Outcome, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.action.updateMany({
        where: fence(errand),
        data: { ...settled(outcome, errand.order, now), leasedBy: null, leasedTill: null },
      })
      if (count === 0) return false
      const row = await tx.action.findUniqueOrThrow({ where: { id: errand.id }, include: { undoes: true } })
      // Thousands of the same kind would each be refused in turn; and the most urgent is still first when the time comes.
      if (outcome.is === 'retry' && outcome.all === true) {
        const { accountId, kind } = row
        await tx.action.updateMany({
          where: { accountId, kind, state: 'queued', runAt: { lt: outcome.at } },
          data: { runAt: outcome.at, because: storable(outcome.because) },
        })
      }
      await record(tx, row, outcome.is, now)
      return true
    }, PATIENCE),

  /** Is it about somebody who seemed to be at risk since it was ordered, maybe on another platform? */
  isInCare: async ({ authorId }: Pick<Errand, 'authorId'>, now: Date): Promise<boolean> =>
    authorId !== null && isAtRisk(db, authorId, now),

  /** Give it back untried, for now: it does not count as a try. */
  defer: async (errand: Errand, at: Date, because: string): Promise<void> => {
    const data = { state: 'queued', runAt: at, because, attempts: { decrement: 1 }, leasedBy: null, leasedTill: null }
    await db.action.updateMany({ where: fence(errand), data })
  },

  /**
   * Put off what the tool itself ordered of one kind on an account: each by itself would be leased and given back in turn, and
   * in a pile-on thousands wait.
   */
  putOff: async (accountId: string, kind: ActionKind, at: Date, because: string): Promise<void> => {
    await db.action.updateMany({
      where: { accountId, kind, state: 'queued', origin: 'tool', undoOf: null, runAt: { lt: at } },
      data: { runAt: at, because },
    })
  },

  /** Whoever was signed out is in again: what waits is tried at once. What must wait for another reason is put off anew. */
  wake: async (accountId: string, now: Date): Promise<void> => {
    const where = { accountId, state: 'queued', runAt: { gt: now } }
    await db.action.updateMany({ where, data: { runAt: now, because: null } })
  },

  /**
   * When this account sent redirects since then, newest first. One may do for many orders, which then have the same receipt:
   * it was sent when the first of them was settled.
   */
  redirects: async (accountId: string, since: Date): Promise<Date[]> => {
    const rows = await db.$queryRaw<{ at: Date }[]>`
      SELECT min(settled_at) AS at FROM action
      WHERE account_id = ${accountId}::uuid AND kind = 'redirect' AND undo_of IS NULL AND state = 'done'
      GROUP BY coalesce(receipt, to_jsonb(id)) HAVING min(settled_at) > ${since}
      ORDER BY at DESC`
    return rows.map(({ at }) => at)
  },

  /** What staff were asked to do by hand on this account, and is to be looked for on the platform by now. */
  toLookFor: async (accountId: string, kinds: readonly ActionKind[], now: Date, most = 100): Promise<Order[]> => {
    const where = { accountId, kind: { in: [...kinds] }, state: 'manual', settledAt: null, runAt: { lte: now } }
    const rows = await db.action.findMany({ where, include: ORDERED, orderBy: { runAt: 'asc' }, take: most })
    return rows.map(orderOf)
  },

  /**
   * It was looked for: what was found is done, and the rest is looked for again, more and more seldom.
   * @param found null where it could not be looked
   */
  lookedFor: (orders: readonly Order[], found: ReadonlySet<string> | null, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const rows = await tx.action.updateManyAndReturn({
        where: { id: { in: [...(found ?? [])] }, ...BY_HAND, state: 'manual' },
        data: { state: 'done', because: 'Seen on the platform: somebody did it by hand.', settledAt: now },
      })
      const rest = orders.filter(({ id }) => !found?.has(id))
      for (const { id, attempt } of rest) {
        const data = found ? { attempts: attempt + 1, runAt: nextLook(attempt, now) } : { runAt: nextLook(0, now) }
        await tx.action.updateMany({ where: { id, state: 'manual' }, data })
      }
      await append(
        tx,
        now,
        rows.map((row) => ({
          kind: 'seen-done',
          ...subjectOf(row),
          body: { account: row.accountId, action: row.kind, undo: row.undoOf !== null },
        })),
      )
    }, PATIENCE),

  /** What staff must do or check by hand, oldest first. */
  byHand: (take = 50) =>
    db.action.findMany({
      where: BY_HAND,
      include: { item: { include: { author: true } }, author: true, account: true },
      orderBy: { begunAt: 'asc' },
      take,
    }),

  byHandCount: (): Promise<number> => db.action.count({ where: BY_HAND }),

  /** A person says that they did it by hand, or that it will not be done. */
  settledByHand: (id: string, personId: string, did: boolean, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const rows = await tx.action.updateManyAndReturn({
        where: { id, ...BY_HAND },
        data: {
          settledAt: now,
          ...(did ? { state: 'done', because: 'Done by hand.' } : { state: 'dropped', because: 'Left undone.' }),
        },
      })
      const kind = did ? 'done-by-hand' : 'left-undone'
      await append(
        tx,
        now,
        rows.map((row) => ({
          kind,
          actor: personId,
          ...subjectOf(row),
          body: { account: row.accountId, action: row.kind },
        })),
      )
    }, PATIENCE),

  /** A person asks to try again what was refused or could not be confirmed. */
  again: (id: string, personId: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const rows = await tx.action.updateManyAndReturn({
        where: { id, ...BY_HAND, state: { in: ['unconfirmed', 'refused'] } },
        // A second try, whatever the number of those before: the adapter looks first, and the patience is new.
        data: { state: 'queued', runAt: now, begunAt: now, because: null, attempts: 1 },
      })
      const facts = rows.map((row) => ({
        kind: 'queued',
        actor: personId,
        ...subjectOf(row),
        body: { account: row.accountId, action: row.kind, again: true },
      }))
      await append(tx, now, facts)
    }, PATIENCE),
})

/** How long what is ordered waits for pictures that can't be fetched; what deletes them waits until they are given up. */
const FOR_PICTURES = 10 * 60_000

/** What a person must do, check or let go. */
const BY_HAND = {
  state: { in: ['manual', 'unconfirmed', 'refused'] },
  settledAt: null,
} satisfies Prisma.ActionWhereInput

export const ORDERED = { item: true, author: true, undoes: true } satisfies Prisma.ActionInclude

export const orderOf = (row: Prisma.ActionGetPayload<{ include: typeof ORDERED }>): Order => ({
  id: row.id,
  action: row.kind as ActionKind,
  undo: row.undoOf !== null,
  item: row.item && {
    id: row.item.externalId,
    kind: row.item.kind as ItemKind,
    revision: row.item.revision,
    handle: row.item.handle as Json,
  },
  author: row.author && { id: row.author.externalId, handle: row.author.handle },
  ...(row.letter === null ? {} : { letter: row.letter as unknown as Letter }),
  ...(row.breach === null ? {} : { breach: row.breach }),
  prepared: unwrap(row.prepared),
  receipt: (row.undoes?.receipt ?? null) as Json,
  attempt: row.attempts,
})

/** Looking may cost money: ten minutes after staff were asked, then twice as long each time, at most a day. */
const FIRST_LOOK = 10 * 60_000
const nextLook = (looks: number, now: Date): Date =>
  new Date(now.getTime() + Math.min(FIRST_LOOK * 2 ** Math.min(looks, 8), 86_400_000))

export const subjectOf = ({ id, itemId, authorId }: Action) => ({ actionId: id, itemId, authorId })

/** jsonb null and SQL NULL differ: a prepared null must not look unprepared. */
const wrap = (value: Json): Prisma.InputJsonObject => ({ value: storableJson(value) })
const unwrap = (stored: Prisma.JsonValue): Json => (stored === null ? null : (stored as { value: Json }).value)

const fence = (errand: Errand) => ({
  id: errand.id,
  state: 'running',
  leasedBy: errand.worker,
  attempts: errand.order.attempt,
})

function settled(outcome: Outcome, order: Order, now: Date): Prisma.ActionUpdateManyMutationInput {
  switch (outcome.is) {
    case 'done':
    case 'already-done':
      return {
        state: 'done',
        because: outcome.is === 'done' ? null : already(order),
        receipt: outcome.receipt === null ? Prisma.DbNull : storableJson(outcome.receipt),
        settledAt: now,
        otherwiseAt: null,
      }
    case 'manual':
      return {
        state: 'manual',
        because: storable(outcome.words),
        link: storable(outcome.link),
        attempts: 0,
        runAt: nextLook(0, now),
      }
    case 'retry':
      return { state: 'queued', because: storable(outcome.because), runAt: outcome.at }
    case 'unconfirmed':
    case 'refused':
      return { state: outcome.is, because: storable(outcome.because) }
    case 'gone':
      return { state: 'gone', because: 'It no longer exists there.', settledAt: now }
  }
}

/** A letter that stands there already may not have been to this person. */
const already = ({ action, undo }: Order): string =>
  (action === 'redirect' || action === 'warn') && !undo
    ? 'Nothing new was sent: the answer stands there already.'
    : 'It was so already.'

async function record(tx: Tx, row: Action & { undoes: Action | null }, is: Outcome['is'], now: Date): Promise<void> {
  const { id: actionId, itemId, authorId } = row
  // A retry changes nothing that anybody could see; thousands of them would drown the log.
  if (is === 'retry') return
  const wait = now.getTime() - (row.begunAt ?? row.createdAt).getTime()
  const body = {
    account: row.accountId,
    action: row.kind,
    undo: row.undoOf !== null,
    clause: row.clause,
    origin: row.origin,
    attempts: row.attempts,
    wait,
  }
  await append(tx, now, [{ kind: is, itemId, authorId, actionId, body }])
}
