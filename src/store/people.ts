import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Db } from './db.ts'
import { append } from './log.ts'

const DAY = 86_400_000
const SESSION_DAYS = 14
const INVITATION_DAYS = 7

/** OWASP's figures for scrypt: 2^17, 8, 1 needs 128 MB a try; 2^15 with p = 3 is their equal at 32 MB. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
const newToken = (): string => randomBytes(32).toString('base64url')

export interface Staff {
  id: string
  name: string
}

export const people = (db: Db) => ({
  any: async (): Promise<boolean> => (await db.person.count()) > 0,

  all: (): Promise<Staff[]> =>
    db.person.findMany({ where: { disabledAt: null }, select: { id: true, name: true }, orderBy: { name: 'asc' } }),

  /** A token for a one-time link, good for a week. `by` is null at the very first start. */
  invite: (by: string | null, now: Date): Promise<string> =>
    db.$transaction(async (tx) => {
      const token = newToken()
      await tx.invitation.create({
        data: { hash: hashOf(token), expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY) },
      })
      await append(tx, now, [{ kind: 'invited', actor: by ?? 'tool' }])
      return token
    }),

  invitationIsGood: async (token: string, now: Date): Promise<boolean> => {
    const row = await db.invitation.findUnique({ where: { hash: hashOf(token) } })
    return row !== null && row.usedAt === null && row.expiresAt > now
  },

  /** Use an invitation once. Null if it is used up, expired or unknown, 'name-taken' if somebody has that name. */
  accept: async (token: string, name: string, password: string, now: Date): Promise<Staff | 'name-taken' | null> => {
    const salt = randomBytes(16)
    const key = await derive(password, salt, 32, COST)
    return db.$transaction(async (tx) => {
      if (await tx.person.findUnique({ where: { name } })) return 'name-taken'
      const { count } = await tx.invitation.updateMany({
        where: { hash: hashOf(token), usedAt: null, expiresAt: { gt: now } },
        data: { usedAt: now },
      })
      if (count === 0) return null
      const stored = ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$')
      const { id } = await tx.person.create({ data: { name, password: stored, createdAt: now } })
      await append(tx, now, [{ kind: 'joined', actor: id }])
      return { id, name }
    })
  },

  /** The person, or null: which of name and password was wrong is not told, and both take the same time. */
  check: async (name: string, password: string): Promise<Staff | null> => {
    const person = await db.person.findFirst({ where: { name, disabledAt: null } })
    const [, N, r, p, salt, key] = (person?.password ?? '').split('$')
    const cost = person ? { ...COST, N: Number(N), r: Number(r), p: Number(p) } : COST
    const given = await derive(password, Buffer.from(salt ?? '', 'base64'), 32, cost)
    const right = Buffer.from(key ?? '', 'base64')
    const same = given.length === right.length && timingSafeEqual(given, right)
    return person && same ? { id: person.id, name: person.name } : null
  },

  signIn: async (personId: string, now: Date): Promise<{ token: string; expiresAt: Date }> => {
    const token = newToken()
    const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY)
    await db.session.deleteMany({ where: { expiresAt: { lt: now } } })
    await db.session.create({ data: { hash: hashOf(token), personId, expiresAt } })
    return { token, expiresAt }
  },

  /** Who holds this session; null if it is over. */
  of: async (token: string, now: Date): Promise<Staff | null> => {
    const row = await db.session.findUnique({ where: { hash: hashOf(token) }, include: { person: true } })
    if (!row || row.expiresAt <= now || row.person.disabledAt !== null) return null
    return { id: row.person.id, name: row.person.name }
  },

  signOut: async (token: string): Promise<void> => {
    await db.session.deleteMany({ where: { hash: hashOf(token) } })
  },
})
