import type { Capabilities } from '../../adapters/platform.ts'
import { unread } from '../../moderation/language.ts'
import type { Finding, ItemKind, Mode, Standing } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { capabilitiesOf } from './accounts.ts'
import type { Db } from './db.ts'
import { type History, historiesOf, noHistory, standingAt } from './histories.ts'

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
  /** The language it is in, where that is one the detectors hardly read: told anew, since it isn't kept. */
  unread: string | null
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
  text: true,
  kind: true,
  writtenAt: true,
  account: { select: { mode: true, capabilities: true } },
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
  const { id: itemId, seq, authorId, text, kind, writtenAt, account, findings, decision } = row
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
    unread: unread(text),
    decided: { at, policy: { id: policy, version: policyVersion }, outcome, act, clauses, escalate, atRisk },
    standing: (warningDays) => standingAt(history ?? noHistory(), { at, seq, itemId }, warningDays),
  }
}

function findingOf(row: Row['findings'][number]): Finding {
  const { concern, score, gravity, reason, spans, detector, version, escalate } = row
  const told = { concern, score, gravity, reason, spans, detector, version, ...(escalate === null ? {} : { escalate }) }
  return told as unknown as Finding
}
