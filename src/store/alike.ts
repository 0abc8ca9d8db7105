import { CARE_DAYS } from '../../moderation/decide.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Db, Tx } from './db.ts'
import { leftTo } from './handing.ts'
import { accountsOf } from './identities.ts'

/**
 * What waits and is alike enough for one answer: the same is proposed for the same reason, and either the words are nearly the
 * same, or the same person wrote it within a day. Nobody at risk is among them, nor anybody with whom something else was
 * agreed, nor what somebody has begun to answer: those are read one by one.
 */

export const BONDS = ['words', 'person'] as const
/** Why they are alike. */
export type Bond = (typeof BONDS)[number]

/** One person's flood: what they wrote so long before and after. */
const FLOOD = 86_400_000
const DAY = 86_400_000
/** Of so many the queue says "more than": nobody counts further before they have opened it. */
const COUNTED = { words: 500, person: 200 } as const
/** As many are answered at once, and then once more. */
export const MOST = 5_000

/** Who wants to know, and when: nobody meets here what they left to their colleagues, nor what one of them looks at. */
export interface Viewer {
  me: string
  now: Date
}

/** What else is like a case that waits. */
export interface Alike {
  by: Bond
  /** Itself among them. */
  count: number
  /** There are more than were counted. */
  more: boolean
  people: number
  /** Some are from people whom the platform does not name. */
  unnamed: boolean
}

/** Where a page of them ended. */
export interface AlikePlace {
  decidedAt: Date
  id: string
}

/** Everybody who seemed to be at risk lately, with each of their accounts. */
const inCare = (now: Date): Prisma.Sql => {
  const risks = Prisma.sql`FROM decision r JOIN author w ON w.id = r.author_id
    WHERE r.at_risk AND r.decided_at > ${new Date(now.getTime() - CARE_DAYS * DAY)} AND NOT EXISTS (
      SELECT FROM review v WHERE v.decision_id = r.id AND v.answer = 'dismissed' AND v.undone_at IS NULL)`
  return Prisma.sql`ARRAY(
    SELECT r.author_id ${risks}
    UNION SELECT o.id FROM author o WHERE o.identity IN (SELECT w.identity ${risks}))`
}

/** Of an author `a` or of nobody who is named: was something else agreed with them, on whatever platform? */
const isAdjusted = Prisma.sql`(a.adjustments > 0 OR EXISTS (
  SELECT FROM author o WHERE o.identity = a.identity AND o.adjustments > 0)) IS TRUE`

const isBegun = Prisma.sql`EXISTS (SELECT FROM review v WHERE v.decision_id = d.id AND v.undone_at IS NULL)`

const isInCare = (now: Date): Prisma.Sql => Prisma.sql`(d.author_id = ANY(${inCare(now)})) IS TRUE`

const isClaimed = ({ me, now }: Viewer): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM claim c WHERE c.decision_id = d.id AND c.person_id <> ${me}::uuid AND c.till > ${now})`

/** Of a decision `d` and its author `a`: may it be answered with others? */
const fits = (viewer: Viewer): Prisma.Sql => Prisma.sql`d.closed_at IS NULL AND d.lane IS NOT NULL AND d.lane <> 'risk'
  AND NOT d.at_risk AND NOT ${isBegun} AND NOT ${isInCare(viewer.now)} AND NOT ${isAdjusted}
  AND NOT ${isClaimed(viewer)} AND NOT ${leftTo(viewer.me)}`

const DECISION = Prisma.sql`decision d LEFT JOIN author a ON a.id = d.author_id`

/** What makes others like this one. */
interface Kin {
  id: string
  likenessId: string | null
  proposal: string | null
  authorId: string | null
  decidedAt: Date
}

/** Of a decision `d`: is it like this one? Null where nothing can be. */
function isLike(kin: Kin, by: Bond, accounts: readonly string[]): Prisma.Sql | null {
  if (kin.proposal === null) return null
  if (by === 'words') {
    if (kin.likenessId === null) return null
    return Prisma.sql`d.likeness_id = ${kin.likenessId}::uuid AND d.proposal = ${kin.proposal}`
  }
  if (accounts.length === 0) return null
  const [from, till] = [-FLOOD, FLOOD].map((ms) => new Date(kin.decidedAt.getTime() + ms))
  return Prisma.sql`d.author_id = ANY(${[...accounts]}::uuid[]) AND d.proposal = ${kin.proposal}
    AND d.decided_at BETWEEN ${from} AND ${till}`
}

const KIN = { id: true, likenessId: true, proposal: true, authorId: true, decidedAt: true } as const

type Counted = Omit<Alike, 'by' | 'more'>

async function count(db: Db, like: Prisma.Sql, most: number, viewer: Viewer): Promise<Counted> {
  const [found] = await db.$queryRaw<Counted[]>`
    SELECT count(*)::int AS count, count(DISTINCT person)::int AS people, coalesce(bool_or(person IS NULL), false) AS unnamed
    FROM (SELECT coalesce(a.identity, a.id) AS person FROM ${DECISION} WHERE ${like} AND ${fits(viewer)} LIMIT ${most + 1}) m`
  return found ?? { count: 0, people: 0, unnamed: false }
}

export const alike = (db: Db) => ({
  /** By decision: what is like it, in the way in which more are. Those that nothing is like are left out. */
  sizes: async (decisionIds: readonly string[], viewer: Viewer): Promise<Map<string, Alike>> => {
    const kins = await db.$queryRaw<Kin[]>`
      SELECT d.id, d.likeness_id AS "likenessId", d.proposal, d.author_id AS "authorId", d.decided_at AS "decidedAt"
      FROM ${DECISION} WHERE d.id = ANY(${[...decisionIds]}::uuid[]) AND d.proposal IS NOT NULL AND ${fits(viewer)}`
    const accounts = await accountsOf(
      db,
      kins.flatMap(({ authorId }) => authorId ?? []),
    )
    // A pile-on fills a page with cards of one kind, which is counted once.
    const counted = new Map<string, Counted>()
    const sizes = new Map<string, Alike>()
    for (const kin of kins) {
      const own = accounts.get(kin.authorId ?? '') ?? []
      for (const by of BONDS) {
        const like = isLike(kin, by, own)
        if (like === null) continue
        const key = [by, by === 'words' ? kin.likenessId : [...own].sort().join(), kin.proposal].join(' ')
        const found = counted.get(key) ?? (await count(db, like, COUNTED[by], viewer))
        counted.set(key, found)
        const size = { ...found, by, count: Math.min(found.count, COUNTED[by]), more: found.count > COUNTED[by] }
        if (size.count > Math.max(1, sizes.get(kin.id)?.count ?? 0)) sizes.set(kin.id, size)
      }
    }
    return sizes
  },

  /** How many are like this one in this way, itself among them. @param till those decided later are left out */
  size: async (decisionId: string, by: Bond, till: Date, viewer: Viewer): Promise<Alike> => {
    const like = await likeOne(db, decisionId, by)
    const none = { count: 0, people: 0, unnamed: false }
    const found = like === null ? none : await count(db, before(like, till), MOST, viewer)
    return { ...found, by, count: Math.min(found.count, MOST), more: found.count > MOST }
  },

  /** Their ids, longest waiting first. */
  members: (
    decisionId: string,
    by: Bond,
    till: Date,
    page: { after: AlikePlace | null; take: number },
    viewer: Viewer,
  ): Promise<string[]> => membersOf(db, decisionId, by, till, page, viewer),
})

const before = (like: Prisma.Sql, till: Date): Prisma.Sql => Prisma.sql`${like} AND d.decided_at <= ${till}`

async function likeOne(db: Db, decisionId: string, by: Bond): Promise<Prisma.Sql | null> {
  const kin = await db.decision.findUnique({ where: { id: decisionId }, select: KIN })
  if (kin === null) return null
  const accounts = kin.authorId === null ? [] : ((await accountsOf(db, [kin.authorId])).get(kin.authorId) ?? [])
  return isLike(kin, by, accounts)
}

export async function membersOf(
  db: Db,
  decisionId: string,
  by: Bond,
  till: Date,
  { after, take }: { after: AlikePlace | null; take: number },
  viewer: Viewer,
): Promise<string[]> {
  const like = await likeOne(db, decisionId, by)
  if (like === null) return []
  const behind =
    after === null ? Prisma.empty : Prisma.sql`AND (d.decided_at, d.id) > (${after.decidedAt}, ${after.id}::uuid)`
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM ${DECISION} WHERE ${before(like, till)} AND ${fits(viewer)} ${behind}
    ORDER BY d.decided_at, d.id LIMIT ${take}`
  return rows.map(({ id }) => id)
}

/** Why a case is not answered with those it was like. */
export const HINDRANCES = ['answered', 'edited', 'gone', 'risk', 'adjusted', 'anew', 'claimed', 'impossible'] as const
export type Hindrance = (typeof HINDRANCES)[number]

/**
 * What became of these since they were shown, by decision; those of which nothing did are left out.
 * @param shownAt when the page was made on which they were chosen
 */
export async function hindrances(
  db: Db | Tx,
  decisionIds: readonly string[],
  shownAt: Date,
  viewer: Viewer,
): Promise<Map<string, Hindrance>> {
  const rows = await db.$queryRaw<{ id: string; why: Hindrance | null }[]>`
    SELECT d.id, CASE
      WHEN d.at_risk OR ${isInCare(viewer.now)} THEN 'risk'
      WHEN EXISTS (SELECT FROM item o WHERE o.account_id = i.account_id AND o.external_id = i.external_id AND o.seq > i.seq)
        THEN 'edited'
      WHEN d.closed_at IS NOT NULL OR ${isBegun} THEN 'answered'
      WHEN d.proposal IS NULL THEN 'anew'
      WHEN i.gone_at > ${shownAt} THEN 'gone'
      WHEN ${isAdjusted} THEN 'adjusted'
      WHEN ${isClaimed(viewer)} THEN 'claimed' END AS why
    FROM ${DECISION} JOIN item i ON i.id = d.item_id WHERE d.id = ANY(${[...decisionIds]}::uuid[])`
  return new Map(rows.flatMap(({ id, why }) => (why === null ? [] : [[id, why]])))
}
