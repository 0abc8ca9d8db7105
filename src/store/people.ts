import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Db, Tx } from './db.ts'
import { append } from './log.ts'

const DAY = 86_400_000
const SESSION_DAYS = 14
const INVITATION_DAYS = 7

/** OWASP's figures for scrypt: 2^17, 8, 1 needs 128 MB a try; 2^15 with p = 3 is their equal at 32 MB. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
const newToken = (): string => randomBytes(32).toString('base64url')

/** A link for somebody who is known names them. Only the hash of the whole is kept, so it can't be bent to another. */
const tokenFor = (personId: string | null): string => (personId === null ? newToken() : `${personId}.${newToken()}`)
const boundTo = (token: string): string | null => (token.includes('.') ? (token.split('.')[0] ?? null) : null)

export interface Staff {
  id: string
  name: string
}

/** What became of the wish to remove somebody's access. */
export type Removal = 'removed' | 'was-gone' | 'last'

export const people = (db: Db) => ({
  any: async (): Promise<boolean> => (await db.person.count()) > 0,

  /** Those who have access, by name. */
  all: (): Promise<Staff[]> =>
    db.person.findMany({ where: { disabledAt: null }, select: { id: true, name: true }, orderBy: { name: 'asc' } }),

  /** Those whose access was removed, by name: their answers stay, and their names with them. */
  former: (): Promise<Staff[]> =>
    db.person.findMany({
      where: { disabledAt: { not: null } },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
    }),

  /** The names of all who ever had access, by id: for the log. */
  names: async (): Promise<Map<string, string>> =>
    new Map((await db.person.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [id, name])),

  /**
   * A token for a one-time link, good for a week. `by` is null at the very first start.
   * @param personId whom it lets in again, with their name and history: a password was forgotten, or somebody is back.
   * Without it, it lets in somebody new.
   */
  invite: (by: string | null, now: Date, personId: string | null = null): Promise<string> =>
    db.$transaction(async (tx) => {
      if (personId !== null) await tx.person.findUniqueOrThrow({ where: { id: personId } })
      const token = tokenFor(personId)
      await tx.invitation.create({
        data: { hash: hashOf(token), expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY) },
      })
      const body = personId === null ? {} : { person: personId }
      await append(tx, now, [{ kind: 'invited', actor: by ?? 'tool', body }])
      return token
    }),

  /** Whom this link lets in: `somebody` is null where it is somebody new. Null if it is used up, expired or unknown. */
  invitation: async (token: string, now: Date): Promise<{ somebody: Staff | null } | null> => {
    const row = await db.invitation.findUnique({ where: { hash: hashOf(token) } })
    if (row === null || row.usedAt !== null || row.expiresAt <= now) return null
    const id = boundTo(token)
    const select = { id: true, name: true }
    return { somebody: id === null ? null : await db.person.findUniqueOrThrow({ where: { id }, select }) }
  },

  /**
   * Use an invitation once. Null if it is used up, expired or unknown, 'name-taken' if somebody has that name. A link
   * for somebody known sets their password, ends their sessions, and leaves their name as it is.
   */
  accept: async (token: string, name: string, password: string, now: Date): Promise<Staff | 'name-taken' | null> => {
    const stored = await hashed(password)
    return db.$transaction(async (tx) => {
      const known = boundTo(token)
      await oneAtATime(tx)
      if (known === null && (await named(tx, name))) return 'name-taken'
      const { count } = await tx.invitation.updateMany({
        where: { hash: hashOf(token), usedAt: null, expiresAt: { gt: now } },
        data: { usedAt: now },
      })
      if (count === 0) return null
      if (known !== null) {
        const person = await tx.person.update({ where: { id: known }, data: { password: stored, disabledAt: null } })
        await tx.session.deleteMany({ where: { personId: known } })
        await append(tx, now, [{ kind: 'renewed', actor: known }])
        return { id: known, name: person.name }
      }
      // The links printed at a start are for whoever comes first: with somebody here, they open nothing any more.
      if ((await tx.person.count()) === 0) await tx.invitation.deleteMany({ where: { usedAt: null } })
      const { id } = await tx.person.create({ data: { name, password: stored, createdAt: now } })
      await append(tx, now, [{ kind: 'joined', actor: id }])
      return { id, name }
    })
  },

  /**
   * Take somebody's access away: their sessions end, and so does every link that was not used yet, since whoever leaves
   * may have kept one. The last person stays: nobody could let anybody in again.
   */
  remove: (id: string, by: string, now: Date): Promise<Removal> =>
    db.$transaction(async (tx) => {
      await oneAtATime(tx)
      const staying = await tx.person.findMany({ where: { disabledAt: null }, select: { id: true } })
      if (staying.every((person) => person.id !== id)) return 'was-gone'
      if (staying.length === 1) return 'last'
      await tx.person.update({ where: { id }, data: { disabledAt: now } })
      await tx.session.deleteMany({ where: { personId: id } })
      await tx.invitation.deleteMany({ where: { usedAt: null } })
      await append(tx, now, [{ kind: 'removed', actor: by, body: { person: id } }])
      return 'removed'
    }),

  /** The person, or null: which of name and password was wrong is not told, and both take the same time. */
  check: async (name: string, password: string): Promise<Staff | null> => {
    const found = await named(db, name)
    const person = found?.disabledAt === null ? found : undefined
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

async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, 32, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Who has that name, in whatever case. Compared here and not by the database, whose idea of case varies by its locale. */
async function named(db: Db | Tx, name: string) {
  const everybody = await db.person.findMany()
  return everybody.find((person) => person.name.toLowerCase() === name.toLowerCase())
}

/** Two who join at once may not take the same name, nor two who leave at once leave nobody. */
async function oneAtATime(tx: Tx): Promise<void> {
  await tx.$executeRaw`LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE`
}
