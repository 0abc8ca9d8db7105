import type { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append } from './log.ts'
import { asStaff, type Staff } from './people.ts'
import { hashOf, newToken } from './secrets.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
/** However busy it is, a session ends after a week. */
const LONGEST_DAYS = 7
/** A right password waits so long for the second factor. */
const HALF_MINUTES = 10
/** Guesses at a code of six digits that one right password allows. */
const MOST_TRIES = 5
/** That somebody was here is noted no more often. */
const NOTED_MINUTES = 5

/** Somebody who is signed in, and what is known of their sign-in. */
export interface Session {
  id: string
  staff: Staff
  /** When they last showed that it is them. */
  confirmedAt: Date
  /** Is there anything beside the password? */
  hasFactor: boolean
  /** Somebody changed something about their sign-in, and they have not read it yet. */
  hasNews: boolean
}

/** One line of a person's list of where they are signed in. */
export interface OpenSession {
  id: string
  browser: string
  beganAt: Date
  seenAt: Date
}

const WHOSE = {
  person: { include: { _count: { select: { passkeys: true, news: true } } } },
} satisfies Prisma.SessionInclude

/** @param idleHours after so long without a page a session is over; asked each time, since staff may change it */
export const sessions = (db: Db, idleHours: () => number) => {
  const idle = (now: Date): Date => new Date(now.getTime() - idleHours() * HOUR)

  const begin = async (personId: string, now: Date, browser: string, half: boolean) => {
    await db.session.deleteMany({ where: { OR: [{ expiresAt: { lt: now } }, { seenAt: { lt: idle(now) } }] } })
    const token = newToken()
    const length = half ? HALF_MINUTES * MINUTE : LONGEST_DAYS * 24 * HOUR
    const expiresAt = new Date(now.getTime() + length)
    const times = { beganAt: now, seenAt: now, confirmedAt: now, expiresAt }
    await db.session.create({ data: { hash: hashOf(token), personId, browser, half, ...times } })
    return { token, expiresAt }
  }

  return {
    /** A token for somebody who showed all they have to show. Always a new one: none is ever taken from the browser. */
    begin: (personId: string, now: Date, browser = ''): Promise<{ token: string; expiresAt: Date }> =>
      begin(personId, now, browser, false),

    /** A token for somebody whose password was right and who has a second factor to show: it opens nothing. */
    beginHalf: (personId: string, now: Date): Promise<{ token: string; expiresAt: Date }> =>
      begin(personId, now, '', true),

    /** Who holds this token; null if the session is over. */
    of: async (token: string, now: Date): Promise<Session | null> => {
      const row = await db.session.findUnique({ where: { hash: hashOf(token) }, include: WHOSE })
      if (row === null || row.half || row.expiresAt <= now || row.seenAt <= idle(now)) return null
      const { person } = row
      if (person.disabledAt !== null) return null
      if (now.getTime() - row.seenAt.getTime() >= NOTED_MINUTES * MINUTE)
        await db.session.updateMany({ where: { hash: row.hash }, data: { seenAt: now } })
      return {
        id: row.id,
        staff: asStaff(person),
        confirmedAt: row.confirmedAt,
        hasFactor: person.totp !== null || person._count.passkeys > 0,
        hasNews: person._count.news > 0,
      }
    },

    /** Whose second factor is awaited; null if that is over. */
    ofHalf: async (token: string, now: Date): Promise<Staff | null> => {
      const row = await db.session.findUnique({ where: { hash: hashOf(token) }, include: { person: true } })
      const good = row?.half === true && row.expiresAt > now && row.person.disabledAt === null
      return good ? asStaff(row.person) : null
    },

    /** Count a try at the second factor before it is looked at. @returns false once there were too many */
    takeTry: async (token: string, now: Date): Promise<boolean> => {
      const where = { hash: hashOf(token), half: true, expiresAt: { gt: now }, tries: { lt: MOST_TRIES } }
      const { count } = await db.session.updateMany({ where, data: { tries: { increment: 1 } } })
      return count > 0
    },

    /** They showed again that it is them. */
    confirm: async (id: string, now: Date): Promise<void> => {
      await db.session.updateMany({ where: { id }, data: { confirmedAt: now } })
    },

    end: async (token: string): Promise<void> => {
      await db.session.deleteMany({ where: { hash: hashOf(token) } })
    },

    /** Where somebody is signed in, the latest first. */
    all: (personId: string, now: Date): Promise<OpenSession[]> =>
      db.session.findMany({
        where: { personId, half: false, expiresAt: { gt: now }, seenAt: { gt: idle(now) } },
        select: { id: true, browser: true, beganAt: true, seenAt: true },
        orderBy: { seenAt: 'desc' },
        take: 50,
      }),

    /** Sign somebody out everywhere but here. */
    endOthers: (personId: string, keptId: string, now: Date): Promise<void> =>
      db.$transaction(async (tx) => {
        if ((await endOf(tx, personId, keptId)) === 0) return
        await append(tx, now, [{ kind: 'signed-out-elsewhere', actor: personId }])
      }, PATIENCE),
  }
}

/** End somebody's sessions, but for one, in the transaction of what ends them. */
export async function endOf(tx: Tx, personId: string, keptId: string | null = null): Promise<number> {
  const where = { personId, ...(keptId === null ? {} : { id: { not: keptId } }) }
  return (await tx.session.deleteMany({ where })).count
}
