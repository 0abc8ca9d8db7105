import type { Letter } from '../../adapters/platform.ts'
import type { Decision, Judgement, Mode, Standing, Step, Subject, Author as Writer } from '../../moderation/model.ts'
import { GRAVITIES } from '../../moderation/model.ts'
import type { Seen } from '../../moderation/sight.ts'
import { type Account, type Author, type Avatar, type Item, type Picture, Prisma } from '../generated/prisma/client.ts'
import { gather } from './context.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { capture, wantedBy } from './evidence.ts'
import { lockPeople, personOf } from './identities.ts'
import { ALONE, type Fresh, type Grouped, grouped } from './likeness.ts'
import { append, type NewFact } from './log.ts'
import { sightIn } from './pictures.ts'
import { type Amended, amend, breachesOn, EARLIER_DECISION, isAnswered } from './rejudging.ts'
import { isKnown, standingsOf } from './standings.ts'
import { original, storable } from './text.ts'

/** Rows in one statement: Prisma's plan of a createMany grows with its batch. */
const BATCH = 100

export interface Waiting {
  id: string
  authorId: string | null
  /** Whoever wrote it, the same on every platform that staff have linked. */
  person: string | null
  account: Account
  attempts: number
  subject: Subject
  /** Its pictures that were looked at. One that is looked at later has the item judged once more. */
  pictures: (Seen & { id: string })[]
  /** Its author broke a rule before, and a person agreed. Asked only where there are pictures. */
  known: boolean
}

export interface Assessed {
  waiting: Waiting
  judgement: Judgement
  /** Called inside the transaction with what is true of the person at that moment; must be pure. */
  decide: (standing: Standing, mode: Mode) => Decision
  /** The circuit breaker keeps the tool from doing this by itself. */
  tripped?: () => void
}

export interface Rules {
  /** How long a formal warning counts. */
  warningDays: number
  /** The circuit breaker: actions (redirects aside) the tool may queue by itself on one account in an hour. */
  alonePerHour: number
  /** The office's standard redirect, placeholders filled. */
  redirect: Letter
  /** The policy promises to report every threat to the police. */
  reportsThreats?: boolean
}

/** Lanes of the queue, most urgent first. */
export const URGENCY = { risk: 100, police: 90, proposal: 60, performed: 40, look: 30, casework: 20 } as const
export type Lane = keyof typeof URGENCY

/** What settling needs to know of an item. */
const SETTLED = {
  id: true,
  seq: true,
  authorId: true,
  accountId: true,
  externalId: true,
  author: { select: { avatar: { select: { like: true } } } },
  decision: EARLIER_DECISION,
} satisfies Prisma.ItemSelect
type Row = Prisma.ItemGetPayload<{ select: typeof SETTLED }>

export interface Plan {
  row: Row
  judgement: Judgement
  decision: Decision
}

export const assessing = (db: Db) => ({
  /** Lease items that wait to be judged, in the order they came, and gather what a detector may look at. */
  lease: async (now: Date, most: number, leaseMs: number): Promise<Waiting[]> => {
    const till = new Date(now.getTime() + leaseMs)
    const leased = await db.$queryRaw<{ id: string }[]>`
      UPDATE item SET leased_till = ${till}, attempts = attempts + 1
      WHERE id IN (
        SELECT id FROM item WHERE state = 'waiting' AND (leased_till IS NULL OR leased_till < ${now})
        ORDER BY seq LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING id`
    if (leased.length === 0) return []
    const items = await db.item.findMany({
      where: { id: { in: leased.map((row) => row.id) } },
      include: {
        account: true,
        author: { include: { avatar: true } },
        conversation: true,
        pictures: {
          where: { examinedAt: { not: null } },
          select: { id: true, alt: true, sight: true },
          orderBy: { id: 'asc' },
        },
      },
      orderBy: { seq: 'asc' },
    })
    const contexts = await gather(db, items)
    const pictured = items.filter(({ pictures }) => pictures.length > 0).flatMap(({ authorId }) => authorId ?? [])
    const known = await isKnown(db, pictured)
    return items.map((item) => ({
      id: item.id,
      authorId: item.authorId,
      person: item.author && personOf(item.author),
      account: item.account,
      attempts: item.attempts,
      subject: { item: itemOf(item), author: item.author && authorOf(item.author), context: contexts(item) },
      pictures: item.pictures.flatMap(seenOn),
      known: item.authorId !== null && known.has(item.authorId),
    }))
  },

  /** Give items back unjudged, to be tried again from `at`. */
  postpone: async (ids: readonly string[], at: Date): Promise<void> => {
    await db.item.updateMany({ where: { id: { in: [...ids] }, state: 'waiting' }, data: { leasedTill: at } })
  },

  /**
   * Store findings, decision, proposed and queued actions and the log's entries of a batch in one transaction.
   * An item that was settled meanwhile by another worker is passed over. One that was decided before, and is judged once
   * more for what was seen since, keeps its decision: that is amended.
   * @returns how many were settled
   */
  settle: (batch: readonly Assessed[], rules: Rules, now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      const rows = await lockWaiting(tx, batch)
      const plans = await planned(tx, batch, rows, rules, now)
      const newest = await newestOf(tx, rows)
      const [first, again] = [plans.filter(({ row }) => !row.decision), plans.filter(({ row }) => row.decision)]
      await saveFindings(tx, first)
      const facts = await capture(tx, forPolice(plans, rules), now)
      const alike = await grouped(tx, freshOf(batch, first), now)
      facts.push(...(await saveDecisions(tx, first, { newest, alike }, rules, now)))
      for (const plan of again) {
        const isNewest = newest.get(textKey(plan.row)) === plan.row.seq
        const amended = await amend(tx, plan, isNewest, now)
        facts.push(...amended.facts)
        await amendFindings(tx, plan, amended.restsOn)
      }
      await tx.item.updateMany({
        where: { id: { in: rows.map(({ id }) => id) } },
        data: { state: 'assessed', leasedTill: null },
      })
      await weigh(tx, batch, rows, now)
      await noteRedirects(tx, first, now)
      facts.push(...(await supersede(tx, first, newest, now)))
      await append(tx, now, facts)
      return plans.length
    }, PATIENCE),
})

const forPolice = (plans: readonly Plan[], { reportsThreats = false }: Rules) =>
  plans.flatMap(({ row, decision, judgement }) => wantedBy(row.id, decision, judgement, reportsThreats) ?? [])

/** Whoever decides about a person holds that person's rows: "once per person" is then true across processes. */
async function lockWaiting(tx: Tx, batch: readonly Assessed[]): Promise<Row[]> {
  const where = { id: { in: batch.map(({ waiting }) => waiting.id) }, state: 'waiting' }
  const found = await tx.item.findMany({ where, select: { authorId: true } })
  await lockPeople(
    tx,
    found.flatMap(({ authorId }) => authorId ?? []),
  )
  await tx.$queryRaw`SELECT id FROM item WHERE id = ANY(${where.id.in}::uuid[]) ORDER BY id FOR UPDATE`
  // Of what nobody is known to have written, this alone keeps an answer from being given meanwhile and overwritten.
  await tx.$queryRaw`SELECT id FROM decision WHERE item_id = ANY(${where.id.in}::uuid[]) ORDER BY id FOR UPDATE`
  const rows = await tx.item.findMany({ where, select: SETTLED })
  const likes = new Map(batch.map(({ waiting }) => [waiting.id, waiting.subject.author?.avatarLike ?? null]))
  // Whoever's avatar was recognised in the meantime is judged knowing it, as soon as the lease is over.
  return rows.filter(({ id, author }) => (author?.avatar?.like ?? null) === likes.get(id))
}

/** What was seen on the pictures was weighed; what was seen only in the meantime has the item judged once more. */
async function weigh(tx: Tx, batch: readonly Assessed[], rows: readonly Row[], now: Date): Promise<void> {
  const settled = new Set(rows.map(({ id }) => id))
  const weighed = batch.flatMap(({ waiting }) => (settled.has(waiting.id) ? waiting.pictures.map(({ id }) => id) : []))
  await tx.picture.updateMany({ where: { id: { in: weighed } }, data: { weighedAt: now } })
  await tx.item.updateMany({
    where: { id: { in: [...settled] }, pictures: { some: { tells: true, weighedAt: null } } },
    data: { state: 'waiting', leasedTill: null },
  })
}

async function planned(
  tx: Tx,
  batch: readonly Assessed[],
  rows: readonly Row[],
  rules: Rules,
  now: Date,
): Promise<Plan[]> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const authors = [...new Set(rows.flatMap(({ authorId }) => authorId ?? []))]
  const standings = await standingsOf(tx, authors, rules.warningDays, now)
  const alone = await aloneLastHour(tx, now)
  const plans: Plan[] = []
  for (const { waiting, judgement, decide, tripped } of batch) {
    const row = byId.get(waiting.id)
    if (!row) continue
    const standing = standings.of(row.authorId)
    // Judged once more: what a person found on this very item is no earlier breach.
    const before = { ...standing, breaches: standing.breaches - breachesOn(row.decision) }
    // What a person answered the tool does not overrule by itself, whatever it has learnt since.
    const mode =
      row.decision && isAnswered(row.decision) ? notAlone(waiting.account.mode as Mode) : (waiting.account.mode as Mode)
    let decision = decide(before, mode)
    const done = decision.steps.filter(isAlone).length
    const used = alone.get(row.accountId) ?? 0
    if (done > 0 && used + done > rules.alonePerHour) {
      tripped?.()
      decision = decide(before, notAlone(mode))
      decision.reasons.push('The circuit breaker is open: the tool has done enough by itself this hour.')
    } else alone.set(row.accountId, used + done)
    // The next of this person's items in the batch must know.
    if (decision.steps.some(({ action }) => action === 'redirect')) standings.note(row.authorId, 'redirectedAt')
    if (decision.atRisk) standings.note(row.authorId, 'atRiskAt')
    plans.push({ row, judgement, decision })
  }
  return plans
}

const notAlone = (mode: Mode): Mode => (mode === 'perform' ? 'propose' : mode)

const isAlone = ({ action, how }: Step): boolean => how === 'perform' && action !== 'redirect'

/** What stands beside a decision is what it rests on: staff read it, and the replay decides by it. */
async function amendFindings(tx: Tx, plan: Plan, restsOn: Amended['restsOn']): Promise<void> {
  if (restsOn === 'earlier') return
  const where = { itemId: plan.row.id }
  if (restsOn === 'fresh') await tx.finding.deleteMany({ where })
  const known = new Set((await tx.finding.findMany({ where, select: { concern: true } })).map(({ concern }) => concern))
  const findings = plan.judgement.findings.filter(({ concern }) => !known.has(concern))
  await saveFindings(tx, [{ ...plan, judgement: { ...plan.judgement, findings } }])
}

async function saveFindings(tx: Tx, plans: readonly Plan[]): Promise<void> {
  const findings = plans.flatMap(({ row, judgement }) =>
    judgement.findings.map(({ escalate, ...finding }) => ({
      ...finding,
      itemId: row.id,
      reason: storable(finding.reason),
      spans: finding.spans.map(({ start, end }) => ({ start, end })),
      escalate: escalate ?? null,
    })),
  )
  for (let i = 0; i < findings.length; i += BATCH) await tx.finding.createMany({ data: findings.slice(i, i + BATCH) })
}

/** What tells which of these may be answered as one. */
function freshOf(batch: readonly Assessed[], plans: readonly Plan[]): Fresh[] {
  const written = new Map(batch.map(({ waiting: { id, subject } }) => [id, subject.item]))
  return plans.flatMap(({ row, decision }) => {
    const item = written.get(row.id)
    return item ? [{ itemId: row.id, item, lane: laneOf(decision), decision }] : []
  })
}

async function saveDecisions(
  tx: Tx,
  plans: readonly Plan[],
  { newest, alike }: { newest: ReadonlyMap<string, bigint>; alike: ReadonlyMap<string, Grouped> },
  rules: Rules,
  now: Date,
): Promise<NewFact[]> {
  const stored = await tx.decision.createManyAndReturn({
    data: plans.map(({ row, decision }) => ({
      itemId: row.id,
      accountId: row.accountId,
      authorId: row.authorId,
      decidedAt: now,
      // A newer text of the same item is known: that one is judged, and this one is history. A threat never is, unread.
      closedAt: newest.get(textKey(row)) === row.seq || isDanger(laneOf(decision)) ? null : now,
      ...decisionRow(decision),
      ...(alike.get(row.id) ?? ALONE),
    })),
    select: { id: true, itemId: true, urgency: true },
  })
  const byItem = new Map(stored.map((decision) => [decision.itemId, decision]))
  const facts: NewFact[] = []
  const actions: Prisma.ActionCreateManyInput[] = []
  for (const { row, judgement, decision } of plans) {
    const { id: itemId, authorId, accountId } = row
    const kept = byItem.get(itemId)
    if (!kept) continue
    facts.push(judgedFact({ row, judgement, decision }))
    if (newest.get(textKey(row)) !== row.seq) continue
    for (const [n, { action, how, clause, breach }] of decision.steps.entries()) {
      actions.push({
        accountId,
        itemId,
        authorId,
        decisionId: kept.id,
        kind: action,
        clause,
        breach,
        origin: 'tool',
        ...(action === 'redirect' ? { letter: rules.redirect as unknown as Prisma.InputJsonObject } : {}),
        state: how === 'perform' ? 'queued' : 'proposed',
        urgency: kept.urgency + severity(judgement),
        runAt: now,
        createdAt: now,
        begunAt: how === 'perform' ? now : null,
        dedupeKey: `${kept.id}:${action}:${n}`,
      })
    }
  }
  facts.push(...(await saveActions(tx, actions)))
  return facts
}

/** Within a lane the gravest goes first: in a pile-on a platform takes so many orders in a quarter of an hour, and no more. */
const severity = ({ findings }: Judgement): number =>
  Math.max(0, ...findings.map(({ gravity }) => GRAVITIES.indexOf(gravity)))

/** What the log keeps of a judgement and what was decided on it. */
export function judgedFact({ row, judgement, decision }: Plan): NewFact {
  const { id: itemId, authorId, accountId: account } = row
  const { outcome, act, clauses, escalate, atRisk, casework, policy, reasons } = decision
  const findings = judgement.findings.map(({ concern, score, gravity, detector, version }) => ({
    concern,
    score,
    gravity,
    detector,
    version,
  }))
  const body = { account, outcome, act, clauses, escalate, atRisk, casework, policy, reasons, findings }
  return { kind: 'judged', itemId, authorId, body }
}

/** @returns what the log is to say of them */
export async function saveActions(tx: Tx, actions: readonly Prisma.ActionCreateManyInput[]): Promise<NewFact[]> {
  const facts: NewFact[] = []
  const select = { id: true, itemId: true, authorId: true, accountId: true, kind: true, clause: true, state: true }
  for (let i = 0; i < actions.length; i += BATCH) {
    const made = await tx.action.createManyAndReturn({ data: actions.slice(i, i + BATCH), select })
    for (const { id: actionId, itemId, authorId, accountId: account, kind: action, clause, state } of made) {
      facts.push({ kind: state, itemId, authorId, actionId, body: { account, action, clause } })
    }
  }
  return facts
}

/** A proposed redirect does not count until somebody agrees to it. */
async function noteRedirects(tx: Tx, plans: readonly Plan[], now: Date): Promise<void> {
  const sent = plans.filter(({ decision }) =>
    decision.steps.some(({ action, how }) => action === 'redirect' && how === 'perform'),
  )
  const ids = sent.flatMap(({ row }) => row.authorId ?? [])
  if (ids.length > 0) await tx.author.updateMany({ where: { id: { in: ids } }, data: { redirectedAt: now } })
}

/** A decision as columns, with its place in the queue. */
export function decisionRow(decision: Decision) {
  const { outcome, act, clauses, escalate, atRisk, casework, reasons, policy } = decision
  const lane = laneOf(decision)
  const urgency = lane === null ? 0 : URGENCY[lane] + (act === 'block' ? 5 : 0)
  const kept = { outcome, act, clauses, escalate, atRisk, casework, reasons }
  return { ...kept, policy: policy.id, policyVersion: policy.version, lane, urgency }
}

/** Where staff must have read it, whatever its author does. */
const isDanger = (lane: string | null): boolean => lane === 'risk' || lane === 'police'

/** Where staff find it; null if nobody needs to see it. */
function laneOf({ outcome, escalate, atRisk, casework, steps }: Decision): Lane | null {
  if (atRisk || escalate === 'safeguarding') return 'risk'
  if (escalate === 'police') return 'police'
  if (steps.some(({ action, how }) => action !== 'redirect' && how === 'propose')) return 'proposal'
  if (outcome === 'perform') return 'performed'
  // A watched account proposes nothing, and there is still something to look at.
  if (outcome !== 'leave') return 'look'
  return casework ? 'casework' : null
}

const textKey = ({ accountId, externalId }: Pick<Row, 'accountId' | 'externalId'>): string =>
  `${accountId} ${externalId}`

/** The newest known text of each item, by order of arrival. */
async function newestOf(tx: Tx, rows: readonly Row[]): Promise<Map<string, bigint>> {
  const found = await tx.item.groupBy({
    by: ['accountId', 'externalId'],
    where: {
      accountId: { in: [...new Set(rows.map(({ accountId }) => accountId))] },
      externalId: { in: rows.map(({ externalId }) => externalId) },
    },
    _max: { seq: true },
  })
  return new Map(found.map(({ _max, ...item }) => [textKey(item), _max.seq ?? 0n]))
}

/**
 * The newest text of an item was judged: what is open about an older one no longer waits, and nothing of it is begun.
 * Where something was done about the older text already, that case stays open: a person must say whether it still stands.
 * So does a threat, or a call for help, that its author edits into something harmless: nobody has read it yet.
 */
async function supersede(
  tx: Tx,
  plans: readonly Plan[],
  newest: ReadonlyMap<string, bigint>,
  now: Date,
): Promise<NewFact[]> {
  const current = plans.filter(({ row }) => newest.get(textKey(row)) === row.seq)
  const inDanger = new Set(current.flatMap(({ row, decision }) => (isDanger(laneOf(decision)) ? textKey(row) : [])))
  const older = await tx.item.findMany({
    where: {
      OR: current.map(({ row: { accountId, externalId, seq } }) => ({ accountId, externalId, seq: { lt: seq } })),
      decision: { closedAt: null, lane: { not: null } },
    },
    select: {
      id: true,
      authorId: true,
      accountId: true,
      externalId: true,
      actions: { select: { id: true, kind: true, state: true, attempts: true } },
      decision: { select: { lane: true } },
    },
  })
  const facts: NewFact[] = []
  for (const { id: itemId, authorId, accountId, externalId, actions, decision } of older) {
    const unbegun = actions.filter(
      ({ state, attempts }) => state === 'proposed' || (state === 'queued' && attempts === 0),
    )
    await tx.action.updateMany({
      where: { id: { in: unbegun.map(({ id }) => id) } },
      data: { state: 'dropped', because: 'The text was edited and judged anew.', settledAt: now },
    })
    const deeds = actions.filter(
      ({ kind, state }) => kind !== 'redirect' && ['queued', 'running', 'done', 'unconfirmed'].includes(state),
    )
    const unread = isDanger(decision?.lane ?? null) && !inDanger.has(textKey({ accountId, externalId }))
    const stands = unread || deeds.some(({ id }) => !unbegun.some((dropped) => dropped.id === id))
    if (!stands) await tx.decision.updateMany({ where: { itemId }, data: { closedAt: now } })
    facts.push({ kind: 'superseded', itemId, authorId, body: { account: accountId, stands } })
  }
  return facts
}

async function aloneLastHour(tx: Tx, now: Date): Promise<Map<string, number>> {
  const since = new Date(now.getTime() - 3_600_000)
  const rows = await tx.$queryRaw<{ id: string; n: number }[]>`
    SELECT account_id AS id, count(*)::int AS n FROM action
    WHERE origin = 'tool' AND kind <> 'redirect' AND undo_of IS NULL AND state NOT IN ('proposed', 'dropped') AND begun_at > ${since}
    GROUP BY account_id`
  return new Map(rows.map(({ id, n }) => [id, n]))
}

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

export function authorOf(row: Author & { avatar?: Avatar | null }): Writer {
  const { createdAt, ...facts } = row.profile as Omit<Writer, 'createdAt'> & { createdAt?: string }
  const like = row.avatar?.like as Writer['avatarLike'] | null | undefined
  return {
    ...facts,
    ...(like ? { avatarLike: like } : {}),
    platform: row.platform,
    id: row.externalId,
    handle: row.handle,
    ...(row.displayName === null ? {} : { displayName: row.displayName }),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt) }),
  }
}

function seenOn({ id, alt, sight }: Pick<Picture, 'id' | 'alt' | 'sight'>): Waiting['pictures'] {
  const seen = sightIn(sight)
  return seen === null ? [] : [{ id, alt, sight: seen }]
}
