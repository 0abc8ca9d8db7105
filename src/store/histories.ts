import type { Standing } from '../../moderation/model.ts'
import type { Db } from './db.ts'
import { accountsOf } from './identities.ts'
import { IS_BREACH } from './standings.ts'

const DAY = 86_400_000

/** What was true of a person at a moment of the past, from what is stored of it. The present is `standingsOf`. */

/** Something that was so from one moment on and, if it was taken back, till another. */
interface Spell {
  from: Date
  till: Date | null
}

/** Something that came of an item. */
interface Happening {
  at: Date
  itemId: string | null
  seq: bigint
}

/** All that is known of a person's past with the office, before and after any one item. */
export interface History {
  warnings: Spell[]
  breaches: (Spell & { itemId: string })[]
  redirects: Happening[]
  /** With the answers by which staff found that nobody was. */
  risks: (Happening & { dismissals: Spell[] })[]
  adjustments: Spell[]
}

export const noHistory = (): History => ({ warnings: [], breaches: [], redirects: [], risks: [], adjustments: [] })

/** Items that are decided together have one moment: then the order of arrival tells. */
interface Moment {
  at: Date
  seq: bigint
  itemId: string
}

/** @param warningDays how long a warning counts */
export function standingAt(history: History, now: Moment, warningDays: number): Standing {
  const { at, itemId } = now
  const isSo = ({ from, till }: Spell): boolean => from <= at && (till === null || till > at)
  const wasBefore = (event: Happening): boolean =>
    event.itemId !== itemId && (event.at < at || (event.at.getTime() === at.getTime() && event.seq < now.seq))
  const counts = new Date(at.getTime() - warningDays * DAY)
  return {
    warnings: history.warnings.filter((warning) => isSo(warning) && warning.from > counts).length,
    breaches: history.breaches.filter((breach) => breach.itemId !== itemId && isSo(breach)).length,
    redirectedAt: latest(history.redirects.filter(wasBefore)),
    atRiskAt: latest(history.risks.filter((risk) => wasBefore(risk) && !risk.dismissals.some(isSo))),
    adjustments: history.adjustments.filter(isSo).length,
  }
}

function latest(events: readonly Happening[]): Date | null {
  return events.reduce<Date | null>((newest, { at }) => (newest === null || at > newest ? at : newest), null)
}

/** Of these people over all their accounts, as they are linked today; by the ids that were given. */
export async function historiesOf(db: Db, authorIds: readonly string[]): Promise<Map<string, History>> {
  return unitedBy(db, authorIds, async (ids, into) => {
    await readWarnings(db, ids, into)
    await readRedirects(db, ids, into)
    await readRisks(db, ids, into)
    await readBreaches(db, ids, into)
    await readAdjustments(db, ids, into)
  })
}

type Read = (authorIds: string[], into: Into) => Promise<void>

async function unitedBy(db: Db, authorIds: readonly string[], read: Read): Promise<Map<string, History>> {
  const accounts = await accountsOf(db, authorIds)
  if (accounts.size === 0) return new Map()
  const own = new Map([...accounts.values()].flat().map((id) => [id, noHistory()]))
  const into = (authorId: string | null): History => own.get(authorId ?? '') ?? noHistory()
  await read([...own.keys()], into)
  return new Map([...accounts].map(([id, ids]) => [id, ids.map(into).reduce(joined)]))
}

const joined = (one: History, other: History): History => ({
  warnings: [...one.warnings, ...other.warnings],
  breaches: [...one.breaches, ...other.breaches],
  redirects: [...one.redirects, ...other.redirects],
  risks: [...one.risks, ...other.risks],
  adjustments: [...one.adjustments, ...other.adjustments],
})

export const histories = (db: Db) => ({
  /**
   * When these people last seemed to be at risk, on whatever platform, unless staff found that nobody was. Those who never
   * did are left out.
   */
  lastAtRisk: async (authorIds: readonly string[]): Promise<Map<string, Date>> => {
    const risks = await unitedBy(db, authorIds, (ids, into) => readRisks(db, ids, into))
    const last = new Map<string, Date>()
    for (const [id, history] of risks) {
      const at = latest(history.risks.filter(({ dismissals }) => dismissals.every(({ till }) => till !== null)))
      if (at) last.set(id, at)
    }
    return last
  },
})

type Into = (authorId: string | null) => History

async function readWarnings(db: Db, authorIds: string[], into: Into): Promise<void> {
  const warnings = await db.action.findMany({
    where: {
      authorId: { in: authorIds },
      kind: 'warn',
      undoOf: null,
      state: 'done',
      NOT: { carries: { kind: { not: 'warn' } } },
    },
    select: {
      authorId: true,
      settledAt: true,
      undoneBy: { select: { createdAt: true } },
      letters: { select: { until: true } },
    },
  })
  for (const { authorId, settledAt, undoneBy, letters } of warnings) {
    const till = [undoneBy?.createdAt ?? null, letters[0]?.until ?? null].reduce(earlierOf)
    if (settledAt) into(authorId).warnings.push({ from: settledAt, till })
  }
}

async function readRedirects(db: Db, authorIds: string[], into: Into): Promise<void> {
  const redirects = await db.action.findMany({
    where: { authorId: { in: authorIds }, kind: 'redirect', undoOf: null, state: { notIn: ['proposed', 'dropped'] } },
    include: { item: { select: { seq: true } } },
  })
  for (const { authorId, itemId, item, origin, createdAt, runAt, settledAt } of redirects) {
    // What staff agreed to went out when they agreed, long after it was proposed.
    const at = origin === 'tool' ? createdAt : (settledAt ?? runAt)
    into(authorId).redirects.push({ at, itemId, seq: item?.seq ?? 0n })
  }
}

async function readRisks(db: Db, authorIds: string[], into: Into): Promise<void> {
  const risks = await db.decision.findMany({
    where: { atRisk: true, authorId: { in: authorIds } },
    select: {
      decidedAt: true,
      item: { select: { id: true, seq: true, authorId: true } },
      reviews: { where: { answer: 'dismissed' }, select: { at: true, undoneAt: true } },
    },
  })
  for (const { item, decidedAt, reviews } of risks) {
    const dismissals = reviews.map(({ at, undoneAt }) => ({ from: at, till: undoneAt }))
    into(item.authorId).risks.push({ at: decidedAt, itemId: item.id, seq: item.seq, dismissals })
  }
}

const earlierOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one

async function readAdjustments(db: Db, authorIds: string[], into: Into): Promise<void> {
  const agreed = await db.adjustment.findMany({
    where: { authorId: { in: authorIds }, state: { in: ['agreed', 'ended'] } },
    select: { authorId: true, decidedAt: true, endedAt: true },
  })
  for (const { authorId, decidedAt, endedAt } of agreed) {
    if (decidedAt) into(authorId).adjustments.push({ from: decidedAt, till: endedAt })
  }
}

async function readBreaches(db: Db, authorIds: string[], into: Into): Promise<void> {
  const breaches = await db.$queryRaw<(Spell & { authorId: string; itemId: string })[]>`
    SELECT r.author_id AS "authorId", d.item_id AS "itemId", r.at AS "from", r.undone_at AS till
    FROM review r JOIN decision d ON d.id = r.decision_id
    WHERE r.author_id = ANY(${authorIds}::uuid[]) AND ${IS_BREACH}`
  for (const { authorId, ...breach } of breaches) into(authorId).breaches.push(breach)
}
