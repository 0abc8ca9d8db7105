import { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'

/**
 * A case, or all that somebody writes, may be left to one's colleagues without a reason. It leaves one's own queue and stays in
 * theirs. Where nobody else is left, also because a colleague has gone since, everybody sees it again: nothing may lie
 * where nobody looks.
 */

export type Left = 'left' | 'nobody-else' | 'not-open'

/** Has this person left the decision `d` to others? Of somebody with several accounts, on whatever platform it is. */
const isLeftBy = (person: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  EXISTS (SELECT FROM handoff h WHERE h.person_id = ${person} AND h.decision_id = d.id)
  OR EXISTS (SELECT FROM handoff h WHERE h.person_id = ${person} AND h.author_id = d.author_id)
  OR EXISTS (
    SELECT FROM handoff h JOIN author a ON a.id = h.author_id AND a.identity IS NOT NULL JOIN author b ON b.identity = a.identity
    WHERE h.person_id = ${person} AND b.id = d.author_id))`

/** Is anybody else who may answer still shown the decision `d`? */
const isSeenByOthers = (person: string): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM person p
  WHERE p.id <> ${person}::uuid AND p.disabled_at IS NULL AND p.roles && ARRAY['reviewer', 'senior']
    -- Who answers, and may not read what is private, is nobody to leave that to.
    AND ('senior' = ANY(p.roles) OR NOT EXISTS (SELECT FROM item i WHERE i.id = d.item_id AND i.kind = 'message'))
    AND NOT ${isLeftBy(Prisma.sql`p.id`)})`

/**
 * The open decisions that this person has left to others, where there are some. Asked from what was left, which is little, so
 * that the queue of those who left nothing costs nothing.
 */
const leftIds = (person: string): Prisma.Sql => Prisma.sql`
  WITH people AS (
    SELECT author_id AS id FROM handoff WHERE person_id = ${person}::uuid AND author_id IS NOT NULL
    UNION
    SELECT b.id FROM handoff h JOIN author a ON a.id = h.author_id JOIN author b ON b.identity = a.identity
    WHERE h.person_id = ${person}::uuid),
  gone AS (
    SELECT decision_id AS id FROM handoff WHERE person_id = ${person}::uuid AND decision_id IS NOT NULL
    UNION
    SELECT o.id FROM people JOIN decision o ON o.author_id = people.id AND o.closed_at IS NULL AND o.lane IS NOT NULL)
  SELECT d.id FROM gone JOIN decision d ON d.id = gone.id
  WHERE d.closed_at IS NULL AND ${isSeenByOthers(person)}`

/** A condition on `d`, decision: this person left it to others. Found out once, not for each row. */
export const leftTo = (person: string): Prisma.Sql => Prisma.sql`d.id = ANY(ARRAY(${leftIds(person)}))`

export const handing = (db: Db) => ({
  /** The open decisions that this person has left to others. */
  leftBy: async (person: string): Promise<string[]> =>
    (await db.$queryRaw<{ id: string }[]>(leftIds(person))).map(({ id }) => id),

  /** Leave an open case to one's colleagues; pressed twice, it is left once. */
  leave: (decisionId: string, person: string, now: Date): Promise<Left> =>
    db.$transaction(async (tx) => {
      const [found] = await tx.$queryRaw<{ itemId: string; others: boolean }[]>`
        SELECT d.item_id AS "itemId", ${isSeenByOthers(person)} AS others
        FROM decision d WHERE d.id = ${decisionId}::uuid AND d.closed_at IS NULL FOR UPDATE OF d`
      if (!found) return 'not-open'
      if (!found.others) return 'nobody-else'
      const data = [{ personId: person, decisionId, at: now }]
      const { count } = await tx.handoff.createMany({ data, skipDuplicates: true })
      await tx.claim.deleteMany({ where: { decisionId, personId: person } })
      if (count > 0) await append(tx, now, [{ kind: 'handed-on', actor: person, itemId: found.itemId }])
      return 'left'
    }, PATIENCE),

  /** Have it in one's own queue again. @returns false if it was not left by this person */
  resume: (decisionId: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.handoff.deleteMany({ where: { decisionId, personId: person } })
      if (count === 0) return false
      const { itemId } = await tx.decision.findUniqueOrThrow({ where: { id: decisionId }, select: { itemId: true } })
      await append(tx, now, [{ kind: 'resumed', actor: person, itemId }])
      return true
    }, PATIENCE),

  /**
   * Leave all that somebody writes, now and later, with whatever account of theirs. Never refused: where nobody else is
   * there, it holds from the day that somebody is.
   */
  leaveAuthor: (authorId: string, person: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const data = [{ personId: person, authorId, at: now }]
      const { count } = await tx.handoff.createMany({ data, skipDuplicates: true })
      await tx.claim.deleteMany({ where: { personId: person, decision: { authorId } } })
      if (count > 0) await append(tx, now, [{ kind: 'author-handed-on', actor: person, authorId }])
    }, PATIENCE),

  /** Be shown them again. */
  resumeAuthor: (authorId: string, person: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { count } = await tx.handoff.deleteMany({ where: { authorId, personId: person } })
      if (count > 0) await append(tx, now, [{ kind: 'author-resumed', actor: person, authorId }])
    }, PATIENCE),

  /** Whom this person leaves to their colleagues, the last first. */
  authorsLeft: async (person: string) => {
    const where = { personId: person, authorId: { not: null } }
    const rows = await db.handoff.findMany({ where, include: { author: true }, orderBy: { at: 'desc' } })
    return rows.flatMap(({ author, at }) => (author === null ? [] : [{ author, at }]))
  },

  /** May anybody beside this person answer what waits? */
  hasColleagues: async (person: string): Promise<boolean> => {
    const answers = { roles: { hasSome: ['reviewer', 'senior'] } }
    return (await db.person.count({ where: { id: { not: person }, disabledAt: null, ...answers } })) > 0
  },
})
