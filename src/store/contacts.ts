import type { PointOfContact } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { accountsOfOne, lockPeople } from './identities.ts'
import { append } from './log.ts'

/** Who of the office is there for somebody: one for the person, on whatever platform they write. */
export const contacts = (db: Db) => ({
  of: async (authorId: string): Promise<PointOfContact | null> =>
    db.pointOfContact.findFirst({
      where: { authorId: { in: await accountsOfOne(db, authorId) } },
      orderBy: { setAt: 'desc' },
    }),

  /** @param personId whoever of staff it is from now on; null for nobody in particular */
  set: (authorId: string, personId: string | null, staff: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      await lockPeople(tx, [authorId])
      const accounts = await accountsOfOne(tx, authorId)
      const before = await tx.pointOfContact.findMany({ where: { authorId: { in: accounts } } })
      if (before.length === (personId === null ? 0 : 1) && before.every((one) => one.personId === personId)) return
      if (personId !== null) await tx.person.findUniqueOrThrow({ where: { id: personId, disabledAt: null } })
      await tx.pointOfContact.deleteMany({ where: { authorId: { in: accounts } } })
      if (personId !== null) await tx.pointOfContact.create({ data: { authorId, personId, setBy: staff, setAt: now } })
      await append(tx, now, [{ kind: 'contact', actor: staff, authorId, body: { person: personId } }])
    }, PATIENCE),
})
