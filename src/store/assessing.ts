import type { Letter } from '../../adapters/platform.ts'
import type {
  Context,
  Decision,
  Judgement,
  Mode,
  Remark,
  Standing,
  Step,
  Subject,
  Author as Writer,
} from '../../moderation/model.ts'
import type { Account, Author, Conversation, Item, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { original, storable } from './text.ts'

const DAY = 86_400_000
/** How far back a person's own items, and everybody's, count as context. */
const EARLIER = { days: 30, most: 30 }
const OTHERS = { hours: 24, most: 60 }

export interface Waiting {
  id: string
  account: Account
  attempts: number
  subject: Subject
}

export interface Assessed {
  waiting: Waiting
  judgement: Judgement
  /** Called inside the transaction with what is true of the person at that moment; must be pure. */
  decide: (standing: Standing, mode: Mode) => Decision
}

export interface Rules {
  /** How long a formal warning counts. */
  warningDays: number
  /** The circuit breaker: actions (redirects aside) the tool may queue by itself on one account in an hour. */
  alonePerHour: number
  /** The office's standard redirect, placeholders filled. */
  redirect: Letter
}

/** Lanes of the queue, most urgent first. */
export const URGENCY = { risk: 100, police: 90, proposal: 60, performed: 40, look: 30, casework: 20 } as const
export type Lane = keyof typeof URGENCY

export const assessing = (db: Db) => ({
  /** Lease items that wait to be judged, oldest first, and gather what a detector may look at. */
  lease: async (now: Date, most: number, leaseMs: number): Promise<Waiting[]> => {
    const till = new Date(now.getTime() + leaseMs)
    const leased = await db.$queryRaw<{ id: string }[]>`
      UPDATE item SET leased_till = ${till}, attempts = attempts + 1
      WHERE id IN (
        SELECT id FROM item WHERE state = 'waiting' AND (leased_till IS NULL OR leased_till < ${now})
        ORDER BY seen_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING id`
    if (leased.length === 0) return []
    const items = await db.item.findMany({
      where: { id: { in: leased.map((row) => row.id) } },
      include: { account: true, author: true, conversation: true },
      orderBy: [{ seenAt: 'asc' }, { id: 'asc' }],
    })
    const contexts = await gather(db, items)
    return items.map((item) => ({
      id: item.id,
      account: item.account,
      attempts: item.attempts,
      subject: { item: itemOf(item), author: item.author && authorOf(item.author), context: contexts(item) },
    }))
  },

  /** Give items back unjudged, to be tried again from `at`. */
  postpone: async (ids: readonly string[], at: Date): Promise<void> => {
    await db.item.updateMany({ where: { id: { in: [...ids] }, state: 'waiting' }, data: { leasedTill: at } })
  },

  /**
   * Store findings, decision, proposed and queued actions and the log's entries of a batch in one transaction.
   * An item that was settled meanwhile by another worker is passed over.
   */
  settle: (batch: readonly Assessed[], rules: Rules, now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      const items = await tx.item.findMany({
        where: { id: { in: batch.map(({ waiting }) => waiting.id) }, state: 'waiting' },
        select: { id: true, authorId: true, accountId: true, externalId: true, kind: true },
      })
      const rows = new Map(items.map((item) => [item.id, item]))
      const ids = [...new Set(items.flatMap((item) => item.authorId ?? []))].sort()
      // Whoever decides about a person holds that person's row: "once per person" is then true across processes.
      if (ids.length > 0)
        await tx.$queryRaw`SELECT id FROM author WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`
      const standings = await standingsOf(tx, ids, rules, now)
      const alone = await aloneLastHour(tx, now)

      const out = { findings: [] as Prisma.FindingCreateManyInput[], decisions: [] as Prisma.DecisionCreateManyInput[] }
      const plans: { row: (typeof items)[number]; decision: Decision; steps: Step[] }[] = []
      for (const { waiting, judgement, decide } of batch) {
        const row = rows.get(waiting.id)
        if (!row) continue
        const nobody: Standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null }
        const standing = (row.authorId && standings.get(row.authorId)) || nobody
        const wanted = waiting.account.mode as Mode
        const tripped = wanted === 'perform' && (alone.get(row.accountId) ?? 0) >= rules.alonePerHour
        const decision = decide(standing, tripped ? 'propose' : wanted)
        if (tripped) decision.reasons.push('The circuit breaker is open: the tool has done enough by itself this hour.')
        for (const { action, how } of decision.steps) {
          // Proposed or performed, the next of this person's items in the batch needs no second one.
          if (action === 'redirect') standing.redirectedAt = now
          else if (how === 'perform') alone.set(row.accountId, (alone.get(row.accountId) ?? 0) + 1)
        }
        for (const { escalate, ...finding } of judgement.findings) {
          out.findings.push({
            ...finding,
            itemId: row.id,
            reason: storable(finding.reason),
            spans: finding.spans.map(({ start, end }) => ({ start, end })),
            escalate: escalate ?? null,
          })
        }
        plans.push({ row, decision, steps: decision.steps })
      }
      for (let i = 0; i < out.findings.length; i += 100)
        await tx.finding.createMany({ data: out.findings.slice(i, i + 100) })

      const decisions = await tx.decision.createManyAndReturn({
        data: plans.map(({ row, decision }) => ({ itemId: row.id, decidedAt: now, ...decisionRow(decision) })),
        select: { id: true, itemId: true, urgency: true },
      })
      const byItem = new Map(decisions.map((decision) => [decision.itemId, decision]))
      const actions: Prisma.ActionCreateManyInput[] = []
      const facts: NewFact[] = []
      const findings = new Map(batch.map(({ waiting, judgement }) => [waiting.id, judgement.findings]))
      for (const { row, decision, steps } of plans) {
        const stored = byItem.get(row.id)
        if (!stored) continue
        const { id: itemId, authorId } = row
        const { outcome, act, clauses, escalate, casework, policy } = decision
        const said = (findings.get(itemId) ?? []).map(({ concern, score, gravity, detector, version }) => ({
          concern,
          score,
          gravity,
          detector,
          version,
        }))
        facts.push({
          kind: 'judged',
          itemId,
          authorId,
          body: { outcome, act, clauses, escalate, casework, policy, findings: said },
        })
        for (const [n, step] of steps.entries()) {
          const state = step.how === 'perform' ? 'queued' : 'proposed'
          actions.push({
            accountId: row.accountId,
            itemId,
            authorId,
            decisionId: stored.id,
            kind: step.action,
            clause: step.clause,
            breach: step.breach,
            origin: 'tool',
            ...(step.action === 'redirect' ? { letter: rules.redirect as unknown as Prisma.InputJsonObject } : {}),
            state,
            urgency: stored.urgency,
            runAt: now,
            createdAt: now,
            dedupeKey: `${stored.id}:${step.action}:${n}`,
          })
          facts.push({ kind: state, itemId, authorId, body: { action: step.action, clause: step.clause } })
        }
      }
      if (actions.length > 0) await tx.action.createMany({ data: actions })
      await tx.item.updateMany({
        where: { id: { in: [...rows.keys()] } },
        data: { state: 'assessed', leasedTill: null },
      })
      // A proposed redirect does not count until somebody agrees to it.
      const sent = ({ action, how }: Step): boolean => action === 'redirect' && how === 'perform'
      const redirected = plans.flatMap(({ row, steps }) => (row.authorId && steps.some(sent) ? [row.authorId] : []))
      if (redirected.length > 0)
        await tx.author.updateMany({ where: { id: { in: redirected } }, data: { redirectedAt: now } })
      facts.push(...(await supersede(tx, items, now)))
      await append(tx, now, facts)
      return plans.length
    }, PATIENCE),
})

function decisionRow(decision: Decision) {
  const { outcome, act, clauses, escalate, casework, reasons, policy } = decision
  const lane = laneOf(decision)
  const block = act === 'block' ? 5 : 0
  const urgency = lane === null ? 0 : URGENCY[lane] + block
  return {
    outcome,
    act,
    clauses,
    escalate,
    casework,
    reasons,
    policy: policy.id,
    policyVersion: policy.version,
    lane,
    urgency,
  }
}

/** Where staff find it; null if nobody needs to see it. */
function laneOf({
  outcome,
  escalate,
  casework,
  steps,
}: Pick<Decision, 'outcome' | 'escalate' | 'casework' | 'steps'>): Lane | null {
  if (escalate === 'safeguarding') return 'risk'
  if (escalate === 'police') return 'police'
  if (steps.some(({ action, how }) => action !== 'redirect' && how === 'propose')) return 'proposal'
  if (outcome === 'perform') return 'performed'
  // A watched account proposes nothing, and there is still something to look at.
  if (outcome !== 'leave') return 'look'
  return casework ? 'casework' : null
}

/** An edit was judged: what was still open about the text before it no longer waits, and nothing of it is carried out. */
async function supersede(
  tx: Tx,
  items: readonly { id: string; accountId: string; externalId: string }[],
  now: Date,
): Promise<NewFact[]> {
  const older = await tx.item.findMany({
    where: {
      OR: items.map(({ accountId, externalId }) => ({ accountId, externalId })),
      id: { notIn: items.map(({ id }) => id) },
      decision: { closedAt: null, lane: { not: null } },
    },
    select: { id: true, authorId: true },
  })
  if (older.length === 0) return []
  const ids = older.map(({ id }) => id)
  await tx.decision.updateMany({ where: { itemId: { in: ids } }, data: { closedAt: now } })
  await tx.action.updateMany({
    where: { itemId: { in: ids }, state: 'proposed' },
    data: { state: 'dropped', because: 'The text was edited and judged anew.', settledAt: now },
  })
  return older.map(({ id, authorId }) => ({ kind: 'superseded', itemId: id, authorId }))
}

async function standingsOf(tx: Tx, ids: readonly string[], rules: Rules, now: Date): Promise<Map<string, Standing>> {
  if (ids.length === 0) return new Map()
  const since = new Date(now.getTime() - rules.warningDays * DAY)
  const rows = await tx.$queryRaw<(Standing & { id: string })[]>`
    SELECT a.id, a.adjustments, a.redirected_at AS "redirectedAt",
      (SELECT count(*)::int FROM action w WHERE w.author_id = a.id AND w.kind = 'warn' AND w.state = 'done' AND w.settled_at > ${since}) AS warnings,
      (SELECT count(*)::int FROM item i JOIN decision d ON d.item_id = i.id JOIN review r ON r.decision_id = d.id
        WHERE i.author_id = a.id AND r.answer <> 'dismissed' AND r.undone_at IS NULL AND d.act IN ('hide', 'block')) AS breaches
    FROM author a WHERE a.id = ANY(${[...ids]}::uuid[])`
  return new Map(rows.map(({ id, ...standing }) => [id, standing]))
}

async function aloneLastHour(tx: Tx, now: Date): Promise<Map<string, number>> {
  const since = new Date(now.getTime() - 3_600_000)
  const rows = await tx.$queryRaw<{ id: string; n: number }[]>`
    SELECT account_id AS id, count(*)::int AS n FROM action
    WHERE origin = 'tool' AND kind <> 'redirect' AND undo_of IS NULL AND state NOT IN ('proposed', 'dropped') AND created_at > ${since}
    GROUP BY account_id`
  return new Map(rows.map(({ id, n }) => [id, n]))
}

type Stored = Item & { author: Author | null; conversation: Conversation | null }

/** One query for all authors' earlier items and one an account for everybody's, not two an item. */
async function gather(db: Db, items: readonly Stored[]): Promise<(item: Stored) => Context> {
  const authorIds = [...new Set(items.flatMap((item) => item.authorId ?? []))]
  const accountIds = [...new Set(items.map((item) => item.accountId))]
  const newest = items.reduce((at, item) => Math.max(at, item.writtenAt.getTime()), 0)
  const earlier = await db.$queryRaw<Around[]>`
    SELECT i.id, i.author_id AS "authorId", i.account_id AS "accountId", i.text, i.exact, i.written_at AS "writtenAt", NULL AS handle
    FROM unnest(${authorIds}::uuid[]) AS a(id) CROSS JOIN LATERAL (
      SELECT * FROM item WHERE author_id = a.id AND written_at > ${new Date(newest - EARLIER.days * DAY)}
      ORDER BY written_at DESC LIMIT ${EARLIER.most + items.length}) i`
  const others: Around[] = []
  for (const accountId of accountIds) {
    const rows = await db.item.findMany({
      where: { accountId, writtenAt: { gt: new Date(newest - OTHERS.hours * 3_600_000) } },
      select: {
        id: true,
        authorId: true,
        accountId: true,
        text: true,
        exact: true,
        writtenAt: true,
        author: { select: { handle: true } },
      },
      orderBy: { seenAt: 'desc' },
      take: OTHERS.most + items.length,
    })
    others.push(...rows.map(({ author, ...row }) => ({ ...row, handle: author?.handle ?? null })))
  }
  const before = (item: Stored) => (row: Around) => row.id !== item.id && row.writtenAt <= item.writtenAt
  const oldestFirst = (a: Around, b: Around): number => a.writtenAt.getTime() - b.writtenAt.getTime()
  return (item) => ({
    ...(item.conversation?.post ? { post: item.conversation.post } : {}),
    earlier: earlier
      .filter((row) => row.authorId === item.authorId && item.authorId !== null && before(item)(row))
      .sort(oldestFirst)
      .slice(-EARLIER.most)
      .map(remark),
    others: others
      .filter((row) => row.accountId === item.accountId && row.authorId !== item.authorId && before(item)(row))
      .sort(oldestFirst)
      .slice(-OTHERS.most)
      .map(remark),
  })
}

interface Around {
  id: string
  authorId: string | null
  accountId: string
  text: string
  exact: string | null
  writtenAt: Date
  handle: string | null
}

const remark = (row: Around): Remark => ({
  text: original(row),
  at: row.writtenAt,
  ...(row.handle === null ? {} : { handle: row.handle }),
})

/** The stored item in the words of moderation/model.ts. */
function itemOf(row: Item): Subject['item'] {
  return {
    id: row.externalId,
    kind: row.kind as Subject['item']['kind'],
    text: original(row),
    ...(row.lang === null ? {} : { lang: row.lang }),
    writtenAt: row.writtenAt,
    links: row.links,
    media: row.media as unknown as Subject['item']['media'],
  }
}

export function authorOf(row: Author): Writer {
  const { createdAt, ...facts } = row.profile as Omit<Writer, 'createdAt'> & { createdAt?: string }
  return {
    ...facts,
    platform: row.platform,
    id: row.externalId,
    handle: row.handle,
    ...(row.displayName === null ? {} : { displayName: row.displayName }),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt) }),
  }
}
