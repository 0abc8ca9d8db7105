import type { Capabilities } from '../../adapters/platform.ts'
import type { Finding, ItemKind, Mode, Standing } from '../../moderation/model.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { capabilitiesOf } from './accounts.ts'
import { IS_BREACH } from './assessing.ts'
import type { Db } from './db.ts'

const DAY = 86_400_000

/** What was decided about an item and what that rested on, as well as it can still be known. Not its text: nobody asks. */
export interface Past {
  seq: bigint
  itemId: string
  decisionId: string
  authorId: string | null
  kind: ItemKind
  writtenAt: Date
  /** The account's of today: what they were then is not kept. */
  mode: Mode
  capabilities: Capabilities | null
  /** In no order. */
  findings: Finding[]
  decided: {
    at: Date
    policy: { id: string; version: string }
    outcome: string
    act: string
    clauses: string[]
    escalate: string | null
    atRisk: boolean
  }
  /** What was true of the author when it was decided, with warnings that count so long. */
  standing: (warningDays: number) => Standing
}

export interface Period {
  /** When the item was seen. */
  since: Date
  /** What arrives meanwhile is left out. */
  last: bigint
}

const DECIDED = {
  id: true,
  seq: true,
  authorId: true,
  kind: true,
  writtenAt: true,
  account: { select: { mode: true, capabilities: true } },
  author: { select: { adjustments: true } },
  findings: true,
  decision: true,
} satisfies Prisma.ItemSelect
type Row = Prisma.ItemGetPayload<{ select: typeof DECIDED }>

/** Reads only, page by page, so that memory stays the same however much is stored. */
export const replaying = (db: Db) => ({
  /** The period's end, and how much is in it: `waiting` was not judged yet. */
  period: async (since: Date): Promise<Period & { decided: number; waiting: number }> => {
    const newest = await db.item.aggregate({ _max: { seq: true } })
    const period = { since, last: newest._max.seq ?? 0n }
    const decided = await db.item.count({ where: { ...within(period), decision: { isNot: null } } })
    const waiting = await db.item.count({ where: { ...within(period), decision: null } })
    return { ...period, decided, waiting }
  },

  /** What was decided of items of the period that follow `after`, in the order they came. */
  page: async (period: Period, after: bigint, take = 500): Promise<Past[]> => {
    const rows = await db.item.findMany({
      where: { ...within(period), seq: { gt: after, lte: period.last }, decision: { isNot: null } },
      orderBy: { seq: 'asc' },
      take,
      select: DECIDED,
    })
    const histories = await historiesOf(db, [...new Set(rows.flatMap(({ authorId }) => authorId ?? []))])
    return rows.flatMap((row) => past(row, row.authorId === null ? undefined : histories.get(row.authorId)) ?? [])
  },
})

const within = ({ since, last }: Period) => ({ seenAt: { gte: since }, seq: { lte: last } })

function past(row: Row, history: History | undefined): Past | null {
  const { id: itemId, seq, authorId, kind, writtenAt, account, author, findings, decision } = row
  if (decision === null) return null
  const { decidedAt: at, policy, policyVersion, outcome, act, clauses, escalate, atRisk } = decision
  return {
    seq,
    itemId,
    decisionId: decision.id,
    authorId,
    kind: kind as ItemKind,
    writtenAt,
    mode: account.mode as Mode,
    capabilities: capabilitiesOf(account),
    findings: findings.map(findingOf),
    decided: { at, policy: { id: policy, version: policyVersion }, outcome, act, clauses, escalate, atRisk },
    standing: (warningDays) => ({
      ...standingAt(history ?? noHistory(), { at, seq, itemId }, warningDays),
      adjustments: author?.adjustments ?? 0,
    }),
  }
}

function findingOf(row: Row['findings'][number]): Finding {
  const { concern, score, gravity, reason, spans, detector, version, escalate } = row
  const told = { concern, score, gravity, reason, spans, detector, version, ...(escalate === null ? {} : { escalate }) }
  return told as unknown as Finding
}

/** Something that was so from one moment on and, if it was taken back, till another. */
interface Spell {
  from: Date
  till: Date | null
}

/** Something that came of an item. */
interface Event {
  at: Date
  itemId: string | null
  seq: bigint
}

/** All that is known of a person's past with the office, before and after any one item. */
interface History {
  warnings: Spell[]
  breaches: (Spell & { itemId: string })[]
  redirects: Event[]
  /** With the answers by which staff found that nobody was. */
  risks: (Event & { dismissals: Spell[] })[]
}

const noHistory = (): History => ({ warnings: [], breaches: [], redirects: [], risks: [] })

/** Items that are decided together have one moment: then the order of arrival tells. */
interface Moment {
  at: Date
  seq: bigint
  itemId: string
}

function standingAt(history: History, now: Moment, warningDays: number): Omit<Standing, 'adjustments'> {
  const { at, itemId } = now
  const isSo = ({ from, till }: Spell): boolean => from <= at && (till === null || till > at)
  const wasBefore = (event: Event): boolean =>
    event.itemId !== itemId && (event.at < at || (event.at.getTime() === at.getTime() && event.seq < now.seq))
  const counts = new Date(at.getTime() - warningDays * DAY)
  return {
    warnings: history.warnings.filter((warning) => isSo(warning) && warning.from > counts).length,
    breaches: history.breaches.filter((breach) => breach.itemId !== itemId && isSo(breach)).length,
    redirectedAt: latest(history.redirects.filter(wasBefore)),
    atRiskAt: latest(history.risks.filter((risk) => wasBefore(risk) && !risk.dismissals.some(isSo))),
  }
}

function latest(events: readonly Event[]): Date | null {
  return events.reduce<Date | null>((newest, { at }) => (newest === null || at > newest ? at : newest), null)
}

async function historiesOf(db: Db, authorIds: string[]): Promise<Map<string, History>> {
  const histories = new Map(authorIds.map((id) => [id, noHistory()]))
  if (authorIds.length === 0) return histories
  const of = (authorId: string | null): History => histories.get(authorId ?? '') ?? noHistory()

  for (const { authorId, settledAt, undoneBy } of await db.action.findMany({
    where: { authorId: { in: authorIds }, kind: 'warn', undoOf: null, state: 'done', settledAt: { not: null } },
    select: { authorId: true, settledAt: true, undoneBy: { select: { createdAt: true } } },
  })) {
    if (settledAt) of(authorId).warnings.push({ from: settledAt, till: undoneBy?.createdAt ?? null })
  }

  for (const { authorId, itemId, item, origin, createdAt, runAt, settledAt } of await db.action.findMany({
    where: { authorId: { in: authorIds }, kind: 'redirect', undoOf: null, state: { notIn: ['proposed', 'dropped'] } },
    include: { item: { select: { seq: true } } },
  })) {
    // What staff agreed to went out when they agreed, long after it was proposed.
    const at = origin === 'tool' ? createdAt : (settledAt ?? runAt)
    of(authorId).redirects.push({ at, itemId, seq: item?.seq ?? 0n })
  }

  for (const { item, decidedAt, reviews } of await db.decision.findMany({
    where: { atRisk: true, item: { authorId: { in: authorIds } } },
    select: {
      decidedAt: true,
      item: { select: { id: true, seq: true, authorId: true } },
      reviews: { where: { answer: 'dismissed' }, select: { at: true, undoneAt: true } },
    },
  })) {
    const dismissals = reviews.map(({ at, undoneAt }) => ({ from: at, till: undoneAt }))
    of(item.authorId).risks.push({ at: decidedAt, itemId: item.id, seq: item.seq, dismissals })
  }

  for (const { authorId, ...breach } of await db.$queryRaw<(Spell & { authorId: string; itemId: string })[]>`
    SELECT i.author_id AS "authorId", i.id AS "itemId", r.at AS "from", r.undone_at AS till
    FROM item i JOIN decision d ON d.item_id = i.id JOIN review r ON r.decision_id = d.id
    WHERE i.author_id = ANY(${authorIds}::uuid[]) AND ${IS_BREACH}`) {
    of(authorId).breaches.push(breach)
  }
  return histories
}
