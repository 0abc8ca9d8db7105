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

/** What somebody in an office is there for; one person may have several roles. */
export const ROLES = ['reviewer', 'senior', 'data-lead', 'administrator'] as const
export type Role = (typeof ROLES)[number]

export interface Staff {
  id: string
  name: string
  roles: readonly Role[]
}

const SHOWN = { id: true, name: true, roles: true } as const
const asStaff = ({ id, name, roles }: { id: string; name: string; roles: string[] }): Staff => ({
  id,
  name,
  roles: ROLES.filter((role) => roles.includes(role)),
})

/** What became of the wish to remove somebody's access. */
export type Removal = 'removed' | 'was-gone' | 'last'

export const people = (db: Db) => ({
  any: async (): Promise<boolean> => (await db.person.count()) > 0,

  /** Those who have access, by name. */
  all: async (): Promise<Staff[]> =>
    (await db.person.findMany({ where: { disabledAt: null }, select: SHOWN, orderBy: { name: 'asc' } })).map(asStaff),

  /** Those whose access was removed, by name: their answers stay, and their names with them. */
  former: async (): Promise<Staff[]> =>
    (await db.person.findMany({ where: { disabledAt: { not: null } }, select: SHOWN, orderBy: { name: 'asc' } })).map(
      asStaff,
    ),

  /** The names of all who ever had access, by id: for the log. */
  names: async (): Promise<Map<string, string>> =>
    new Map((await db.person.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [id, name])),

  /**
   * A token for a one-time link, good for a week. `by` is null at the very first start.
   * @param personId whom it lets in again, with their name and history: a password was forgotten, or somebody is back.
   * Without it, it lets in somebody new.
   * @param roles of somebody new; at the very first start there is one person for everything
   */
  invite: (
    by: string | null,
    now: Date,
    personId: string | null = null,
    roles: readonly Role[] = ROLES,
  ): Promise<string> =>
    db.$transaction(async (tx) => {
      if (personId !== null) await tx.person.findUniqueOrThrow({ where: { id: personId } })
      const token = tokenFor(personId)
      await tx.invitation.create({
        data: { hash: hashOf(token), roles: [...roles], expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY) },
      })
      const body = personId === null ? { roles: [...roles] } : { person: personId }
      await append(tx, now, [{ kind: 'invited', actor: by ?? 'tool', body }])
      return token
    }),

  /** Whom this link lets in: `somebody` is null where it is somebody new. Null if it is used up, expired or unknown. */
  invitation: async (token: string, now: Date): Promise<{ somebody: Staff | null } | null> => {
    const row = await db.invitation.findUnique({ where: { hash: hashOf(token) } })
    if (row === null || row.usedAt !== null || row.expiresAt <= now) return null
    const id = boundTo(token)
    if (id === null) return { somebody: null }
    return { somebody: asStaff(await db.person.findUniqueOrThrow({ where: { id }, select: SHOWN })) }
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
        return asStaff(person)
      }
      // The links printed at a start are for whoever comes first: with somebody here, they open nothing any more.
      if ((await tx.person.count()) === 0) await tx.invitation.deleteMany({ where: { usedAt: null } })
      const { roles } = await tx.invitation.findUniqueOrThrow({ where: { hash: hashOf(token) } })
      const person = await tx.person.create({ data: { name, password: stored, roles, createdAt: now } })
      await append(tx, now, [{ kind: 'joined', actor: person.id, body: { roles } }])
      return asStaff(person)
    })
  },

  /**
   * Take somebody's access away: their sessions end, and so does every link that was not used yet, since whoever leaves
   * may have kept one. The last administrator stays: nobody could let anybody
   * in again.
   */
  remove: (id: string, by: string, now: Date): Promise<Removal> =>
    db.$transaction(async (tx) => {
      await oneAtATime(tx)
      const staying = await tx.person.findMany({ where: { disabledAt: null }, select: { id: true, roles: true } })
      if (staying.every((person) => person.id !== id)) return 'was-gone'
      if (!staying.some((person) => person.id !== id && person.roles.includes('administrator'))) return 'last'
      await tx.person.update({ where: { id }, data: { disabledAt: now } })
      await tx.session.deleteMany({ where: { personId: id } })
      await tx.invitation.deleteMany({ where: { usedAt: null } })
      await append(tx, now, [{ kind: 'removed', actor: by, body: { person: id } }])
      return 'removed'
    }),

  /**
   * What somebody may do from now on, in every open session. Somebody always remains who may let people in and out.
   * @returns false if nobody would, and nothing was changed
   */
  giveRoles: (id: string, roles: readonly Role[], by: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      await oneAtATime(tx)
      const { roles: before } = await tx.person.findUniqueOrThrow({ where: { id }, select: SHOWN })
      const wanted = ROLES.filter((role) => roles.includes(role))
      if (wanted.join() === before.join()) return true
      const administrators = await tx.person.findMany({
        where: { disabledAt: null, roles: { has: 'administrator' }, id: { not: id } },
        select: { id: true },
      })
      if (administrators.length === 0 && !wanted.includes('administrator')) return false
      await tx.person.update({ where: { id }, data: { roles: wanted } })
      await append(tx, now, [{ kind: 'roles', actor: by, body: { person: id, roles: wanted } }])
      return true
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
    return person && same ? asStaff(person) : null
  },

  signIn: async (personId: string, now: Date): Promise<{ token: string; expiresAt: Date }> => {
    const token = newToken()
    const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY)
    await db.session.deleteMany({ where: { expiresAt: { lt: now } } })
    const times = { beganAt: now, seenAt: now, confirmedAt: now, expiresAt }
    await db.session.create({ data: { hash: hashOf(token), personId, ...times } })
    return { token, expiresAt }
  },

  /** Who holds this session; null if it is over. */
  of: async (token: string, now: Date): Promise<Staff | null> => {
    const row = await db.session.findUnique({ where: { hash: hashOf(token) }, include: { person: true } })
    if (!row || row.half || row.expiresAt <= now || row.person.disabledAt !== null) return null
    return asStaff(row.person)
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
