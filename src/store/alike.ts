import { CARE_DAYS } from '../../moderation/decide.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Db, Tx } from './db.ts'
import { leftTo } from './handing.ts'
import { accountsOf } from './identities.ts'
import type { Case } from './queue.ts'

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
const COUNTED = { words: 100, person: 100 } as const
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

/**
 * Did the author `a` of a decision `d` seem to be at risk lately, on whatever platform? Counted, since only so each row is looked
 * up by its index, however many people ever were.
 */
function isInCare(now: Date): Prisma.Sql {
  const isRisk = Prisma.sql`r.at_risk AND r.decided_at > ${new Date(now.getTime() - CARE_DAYS * DAY)} AND NOT EXISTS (
    SELECT FROM review v WHERE v.decision_id = r.id AND v.answer = 'dismissed' AND v.undone_at IS NULL)`
  return Prisma.sql`((SELECT count(*) FROM decision r WHERE r.author_id = d.author_id AND ${isRisk}) > 0
    OR a.identity IS NOT NULL AND (
      SELECT count(*) FROM author o JOIN decision r ON r.author_id = o.id WHERE o.identity = a.identity AND ${isRisk}) > 0)`
}

/**
 * Of an author `a` or of nobody who is named: was something else agreed with them, on whatever platform? Few are linked, so
 * these are looked up once; the rows are not compared with all authors.
 */
const isAdjusted = Prisma.sql`(a.adjustments > 0 OR a.identity = ANY(ARRAY(
  SELECT o.identity FROM author o WHERE o.identity IS NOT NULL AND o.adjustments > 0))) IS TRUE`

/** Counted for the same reason. */
const isBegun = Prisma.sql`(SELECT count(*) FROM review v WHERE v.decision_id = d.id AND v.undone_at IS NULL) > 0`

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

/** Between which times the same person's are one flood. */
function around({ decidedAt }: Pick<Kin, 'decidedAt'>): [Date, Date] {
  const at = decidedAt.getTime()
  return [new Date(at - FLOOD), new Date(at + FLOOD)]
}

/** Of a decision `d`: is it like this one? Null where nothing can be. */
function isLike(kin: Kin, by: Bond, accounts: readonly string[]): Prisma.Sql | null {
  if (kin.proposal === null) return null
  if (by === 'words') {
    if (kin.likenessId === null) return null
    return Prisma.sql`d.likeness_id = ${kin.likenessId}::uuid AND d.proposal = ${kin.proposal}`
  }
  if (accounts.length === 0) return null
  const [from, till] = around(kin)
  return Prisma.sql`d.author_id = ANY(${[...accounts]}::uuid[]) AND d.proposal = ${kin.proposal}
    AND d.decided_at BETWEEN ${from} AND ${till}`
}

const KIN = { id: true, likenessId: true, proposal: true, authorId: true, decidedAt: true } as const

type Counted = Omit<Alike, 'by' | 'more'>
const NOBODY: Counted = { count: 0, people: 0, unnamed: false }

async function count(db: Db, like: Prisma.Sql, most: number, viewer: Viewer): Promise<Counted> {
  const [found] = await db.$queryRaw<Counted[]>`
    SELECT ${COUNTS} FROM (SELECT ${PERSON} FROM ${DECISION} WHERE ${like} AND ${fits(viewer)} LIMIT ${most + 1}) m`
  return found ?? NOBODY
}

const PERSON = Prisma.sql`coalesce(a.identity, a.id) AS person`
const COUNTS = Prisma.sql`count(*)::int AS count, count(DISTINCT m.person)::int AS people,
  coalesce(bool_or(m.person IS NULL), false) AS unnamed`

/** What is counted once for all cards of a page that have it in common: a pile-on fills a page with cards of one kind. */
interface Key {
  by: Bond
  /** Likeness, or the accounts of one person. */
  ids: readonly string[]
  proposal: string
  from: Date
  till: Date
}

/** All of one sort in one query. @returns by the place of the key */
async function countAll(db: Db, keys: readonly Key[], by: Bond, viewer: Viewer): Promise<Map<number, Counted>> {
  const rows = keys.flatMap((key, n) => (key.by === by ? key.ids.map((id) => ({ ...key, n, id })) : []))
  if (rows.length === 0) return new Map()
  const column = by === 'words' ? Prisma.sql`d.likeness_id` : Prisma.sql`d.author_id`
  const during = by === 'words' ? Prisma.empty : Prisma.sql`AND d.decided_at BETWEEN k.from AND k.till`
  const found = await db.$queryRaw<(Counted & { n: number })[]>`
    SELECT k.n, ${COUNTS} FROM unnest(
      ${rows.map(({ n }) => n)}::int[], ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ proposal }) => proposal)}::text[],
      ${rows.map(({ from }) => from)}::timestamptz[], ${rows.map(({ till }) => till)}::timestamptz[]
    ) AS k(n, id, proposal, "from", till) CROSS JOIN LATERAL (
      SELECT ${PERSON} FROM ${DECISION} WHERE ${column} = k.id AND d.proposal = k.proposal ${during} AND ${fits(viewer)}
      LIMIT ${COUNTED[by] + 1}) m GROUP BY k.n`
  return new Map(found.map(({ n, ...counted }) => [n, counted]))
}

/** What a case says of itself: the rest is asked when its person is counted. */
const mayBeAlike = ({ proposal, closedAt, reviews }: Case): boolean =>
  proposal !== null && closedAt === null && reviews.every(({ undoneAt }) => undoneAt !== null)

export const alike = (db: Db) => ({
  /** By decision: what is like it, in the way in which more are. Those that nothing is like are left out. */
  sizes: async (cases: readonly Case[], viewer: Viewer): Promise<Map<string, Alike>> => {
    const kins = cases.filter(mayBeAlike)
    const linked = kins.flatMap(({ authorId, item }) => (authorId !== null && item.author?.identity ? [authorId] : []))
    const accounts = await accountsOf(db, linked)
    const keys = new Map<string, Key>()
    const keysOf = (kin: Kin): Map<Bond, string> => {
      const own = kin.authorId === null ? [] : (accounts.get(kin.authorId) ?? [kin.authorId])
      const ids = { words: kin.likenessId === null ? [] : [kin.likenessId], person: own.toSorted() }
      const [from, till] = around(kin)
      return new Map(
        BONDS.filter((by) => ids[by].length > 0).map((by) => {
          const name = [by, ...ids[by], kin.proposal].join(' ')
          if (!keys.has(name)) keys.set(name, { by, ids: ids[by], proposal: kin.proposal ?? '', from, till })
          return [by, name]
        }),
      )
    }
    const named = kins.map((kin) => ({ id: kin.id, keys: keysOf(kin) }))
    const all = [...keys.values()]
    const places = new Map([...keys.keys()].map((name, n) => [name, n]))
    const counted = new Map([
      ...(await countAll(db, all, 'words', viewer)),
      ...(await countAll(db, all, 'person', viewer)),
    ])
    const sizes = new Map<string, Alike>()
    for (const { id, keys: own } of named) {
      // Whoever is not counted among their own is in care: what they wrote is read by itself.
      const person = own.get('person')
      if (person !== undefined && !counted.has(places.get(person) ?? -1)) continue
      for (const [by, name] of own) {
        const found = counted.get(places.get(name) ?? -1) ?? NOBODY
        const size = { ...found, by, count: Math.min(found.count, COUNTED[by]), more: found.count > COUNTED[by] }
        if (size.count > Math.max(1, sizes.get(id)?.count ?? 0)) sizes.set(id, size)
      }
    }
    return sizes
  },

  /** How many are like this one in this way, itself among them. @param till those decided later are left out */
  size: async (decisionId: string, by: Bond, till: Date, viewer: Viewer): Promise<Alike> => {
    const like = await likeOne(db, decisionId, by)
    const found = like === null ? NOBODY : await count(db, before(like, till), MOST, viewer)
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
