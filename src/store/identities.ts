import { randomUUID } from 'node:crypto'
import type { Author, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { storable, textHash } from './text.ts'

/**
 * One person with accounts on several platforms. Only staff say so, of two accounts at a time and on a ground that is no guess;
 * nothing is copied from one account to the other, so that whatever is taken apart again stands as if it had never been
 * one: each account keeps its own past, and what counts is added up when it is asked for.
 */

/** On what staff may say it: the person told the office, or says it in public on one of the profiles. */
export const GROUNDS = ['told', 'profile'] as const
export type Ground = (typeof GROUNDS)[number]

type Linked = 'linked' | 'linked-already' | 'same-platform' | 'gone'

/** How many candidates are shown: who looks for a common name must say more of it. */
const CANDIDATES = 20
/** As in decide(): so long somebody who seemed to be at risk is treated with care. */
const CARE_DAYS = 30
const DAY = 86_400_000

/** What is the same for all accounts of one person. */
export const personOf = ({ id, identity }: Pick<Author, 'id' | 'identity'>): string => identity ?? id

/** By each of these ids: all accounts of that person, itself the first. */
export async function accountsOf(db: Db | Tx, authorIds: readonly string[]): Promise<Map<string, string[]>> {
  const accounts = new Map(authorIds.map((id) => [id, [id]]))
  if (accounts.size === 0) return accounts
  const rows = await db.$queryRaw<{ id: string; other: string }[]>`
    SELECT a.id, b.id AS other FROM author a JOIN author b ON b.identity = a.identity AND b.id <> a.id
    WHERE a.id = ANY(${[...accounts.keys()]}::uuid[]) ORDER BY b.id`
  for (const { id, other } of rows) accounts.get(id)?.push(other)
  return accounts
}

export const accountsOfOne = async (db: Db | Tx, authorId: string): Promise<string[]> =>
  (await accountsOf(db, [authorId])).get(authorId) ?? []

/** Hold these people, with every account of theirs: what is true of them stays so till the transaction ends. */
export async function lockPeople(tx: Tx, authorIds: readonly string[]): Promise<void> {
  if (authorIds.length === 0) return
  const ids = [...new Set(authorIds)]
  // By id, whoever it belongs to, since two who hold them in another order would wait for each other.
  await tx.$queryRaw`
    SELECT id FROM author WHERE id IN (
      SELECT unnest(${ids}::uuid[])
      UNION SELECT b.id FROM author a JOIN author b ON b.identity = a.identity WHERE a.id = ANY(${ids}::uuid[]))
    ORDER BY id FOR UPDATE`
}

/** Nobody may hold a person while it changes who that is: whoever does is waited for, and whoever comes waits. */
const alone = (tx: Tx) => tx.$executeRaw`LOCK TABLE author IN EXCLUSIVE MODE`

const APART = {
  identity: null,
  identifiedBy: null,
  identifiedAt: null,
  identifiedGround: null,
  identifiedWhy: null,
} satisfies Prisma.AuthorUpdateManyMutationInput

export const identities = (db: Db) => ({
  /** The accounts of whoever has this one, which comes first; empty where there is none. */
  find: async (authorId: string): Promise<Author[]> => {
    const ids = (await accountsOf(db, [authorId])).get(authorId) ?? []
    const authors = await db.author.findMany({ where: { id: { in: ids } }, orderBy: { firstSeenAt: 'asc' } })
    const [own] = authors.filter(({ id }) => id === authorId)
    return own ? [own, ...authors.filter(({ id }) => id !== authorId)] : []
  },

  /** Accounts on other platforms whose handle or name has these words, to choose from. Never who is like whom: staff know. */
  search: async (authorId: string, words: string): Promise<Author[]> => {
    const wanted = storable(words.trim().replace(/^@/, ''))
    if (wanted === '') return []
    const { platform, identity } = await db.author.findUniqueOrThrow({ where: { id: authorId } })
    const contains = { contains: wanted.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const
    return db.author.findMany({
      where: {
        platform: { not: platform },
        handle: { not: '' },
        OR: [{ handle: contains }, { displayName: contains }],
        ...(identity === null ? {} : { NOT: { identity } }),
      },
      orderBy: [{ handle: 'asc' }, { id: 'asc' }],
      take: CANDIDATES,
    })
  },

  /**
   * Two accounts are one person, with whatever else either of them was linked to before.
   * @param why in staff's own words: kept beside the accounts while they are linked; the log has its hash
   */
  link: (
    authorId: string,
    otherId: string,
    said: { ground: Ground; why: string },
    person: string,
    now: Date,
  ): Promise<Linked> =>
    db.$transaction(async (tx) => {
      await alone(tx)
      const found = await tx.author.findMany({ where: { id: { in: [authorId, otherId] } } })
      const [own, other] = [authorId, otherId].map((id) => found.find((one) => one.id === id))
      if (!own || !other || own.handle === '' || other.handle === '') return 'gone'
      if (own.platform === other.platform) return 'same-platform'
      if (own.identity !== null && own.identity === other.identity) return 'linked-already'
      const identity = own.identity ?? other.identity ?? randomUUID()
      const why = storable(said.why)
      const told = { identifiedBy: person, identifiedAt: now, identifiedGround: said.ground, identifiedWhy: why }
      if (other.identity !== null)
        await tx.author.updateMany({ where: { identity: other.identity }, data: { identity } })
      await tx.author.update({ where: { id: otherId }, data: { identity, ...told } })
      if (own.identity === null) await tx.author.update({ where: { id: authorId }, data: { identity, ...told } })
      const body = { other: otherId, ground: said.ground, why: textHash(why) }
      await append(tx, now, [{ kind: 'linked', actor: person, authorId, body }])
      return 'linked'
    }, PATIENCE),

  /** This account is somebody else's after all. @returns false if it was linked to none */
  unlink: (authorId: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      await alone(tx)
      const facts = await partFrom(tx, [authorId], person)
      await append(tx, now, facts)
      return facts.length > 0
    }, PATIENCE),

  /**
   * Take out of the links whoever nothing is left of, so that nothing ties an id without a name to somebody with one. Who seemed
   * to be at risk lately stays linked for as long as that counts: people delete what they wrote in despair.
   * @returns how many
   */
  forget: (now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      await alone(tx)
      const since = new Date(now.getTime() - CARE_DAYS * DAY)
      const dismissed = { reviews: { some: { answer: 'dismissed', undoneAt: null } } }
      const inCare = { decision: { is: { atRisk: true, decidedAt: { gt: since }, NOT: dismissed } } }
      const where = { handle: '', identity: { not: null }, items: { none: inCare } }
      const nameless = await tx.author.findMany({ where, select: { id: true } })
      const facts = await partFrom(
        tx,
        nameless.map(({ id }) => id),
        'tool',
      )
      await append(tx, now, facts)
      return facts.length
    }, PATIENCE),
})

/** One account by itself is linked to nothing: whoever is left alone by this is taken apart too. */
async function partFrom(tx: Tx, authorIds: readonly string[], actor: string): Promise<NewFact[]> {
  const facts: NewFact[] = []
  for (const id of authorIds) {
    const author = await tx.author.findUnique({ where: { id }, select: { identity: true } })
    if (!author?.identity) continue
    await tx.author.update({ where: { id }, data: APART })
    const left = await tx.author.findMany({ where: { identity: author.identity }, select: { id: true } })
    if (left.length === 1) await tx.author.updateMany({ where: { identity: author.identity }, data: APART })
    facts.push({ kind: 'unlinked', actor, authorId: id, body: { from: left.map((one) => one.id) } })
  }
  return facts
}
