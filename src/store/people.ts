import type { Db, Tx } from './db.ts'
import { unfactor } from './factors.ts'
import { append } from './log.ts'
import { hashed, hashOf, matches, newToken } from './secrets.ts'
import { endOf } from './sessions.ts'

const DAY = 86_400_000
const INVITATION_DAYS = 7

/** A link for somebody who is known names them. Only the hash of the whole is kept, so it can't be bent to another. */
const tokenFor = (personId: string | null): string => (personId === null ? newToken() : `${personId}.${newToken()}`)
const boundTo = (token: string): string | null => (token.includes('.') ? (token.split('.')[0] ?? null) : null)

/** What somebody in an office is there for; one person may have several roles. */
export const ROLES = ['reviewer', 'senior', 'data-lead', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** Who may read what was written in private, and so decide about it. */
export const MESSAGE_READERS: readonly Role[] = ['senior', 'data-lead']

export interface Staff {
  id: string
  name: string
  roles: readonly Role[]
}

const SHOWN = { id: true, name: true, roles: true } as const
export const asStaff = ({ id, name, roles }: { id: string; name: string; roles: string[] }): Staff => ({
  id,
  name,
  roles: ROLES.filter((role) => roles.includes(role)),
})

/** What became of the wish to remove somebody's access. */
export type Removal = 'removed' | 'was-gone' | 'last'

/** What somebody else did to a person's sign-in. */
export interface News {
  kind: 'link' | 'renewed' | 'unfactored' | 'roles'
  /** Who; null where it was the tool. */
  by: string | null
  at: Date
}

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
   * @param unfactors somebody known has lost their second factor too: using the link takes it off
   */
  invite: (
    by: string | null,
    now: Date,
    personId: string | null = null,
    roles: readonly Role[] = ROLES,
    unfactors = false,
  ): Promise<string> =>
    db.$transaction(async (tx) => {
      if (personId !== null) {
        await tx.person.findUniqueOrThrow({ where: { id: personId } })
        await tell(tx, personId, 'link', by, now)
      }
      const token = tokenFor(personId)
      const expiresAt = new Date(now.getTime() + INVITATION_DAYS * DAY)
      await tx.invitation.create({
        data: { hash: hashOf(token), roles: [...roles], madeBy: by, unfactors, expiresAt },
      })
      const body = personId === null ? { roles: [...roles] } : { person: personId, unfactors }
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
   * for somebody known sets their password, ends their sessions, and leaves their name as it is. Their second factor
   * stays, unless the link was made to take it off.
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
      const invitation = await tx.invitation.findUniqueOrThrow({ where: { hash: hashOf(token) } })
      if (known !== null) {
        const { madeBy, unfactors } = invitation
        const person = await tx.person.update({ where: { id: known }, data: { password: stored, disabledAt: null } })
        await endOf(tx, known)
        const unfactored = unfactors && (await unfactor(tx, known))
        await tell(tx, known, 'renewed', madeBy, now)
        if (unfactored) await tell(tx, known, 'unfactored', madeBy, now)
        await append(tx, now, [{ kind: 'renewed', actor: known, body: unfactored ? { unfactored } : {} }])
        return asStaff(person)
      }
      // The links printed at a start are for whoever comes first: with somebody here, they open nothing any more.
      if ((await tx.person.count()) === 0) await tx.invitation.deleteMany({ where: { usedAt: null } })
      const { roles } = invitation
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
      await endOf(tx, id)
      await tx.invitation.deleteMany({ where: { usedAt: null } })
      await append(tx, now, [{ kind: 'removed', actor: by, body: { person: id } }])
      return 'removed'
    }),

  /**
   * What somebody may do from now on, in every open session. Where something is taken away, they are signed out. Somebody
   * always remains who may let people in and out.
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
      if (id !== by) {
        await tell(tx, id, 'roles', by, now)
        if (before.some((role) => !(wanted as string[]).includes(role))) await endOf(tx, id)
      }
      await append(tx, now, [{ kind: 'roles', actor: by, body: { person: id, roles: wanted } }])
      return true
    }),

  /** The person, or null: which of name and password was wrong is not told, and both take the same time. */
  check: async (name: string, password: string): Promise<Staff | null> => {
    const found = await named(db, name)
    const person = found?.disabledAt === null ? found : undefined
    const same = await matches(person?.password, password)
    return person && same ? asStaff(person) : null
  },

  /** Is it this person's password? */
  checkOwn: async (id: string, password: string): Promise<boolean> => {
    const person = await db.person.findUniqueOrThrow({ where: { id }, select: { password: true } })
    return matches(person.password, password)
  },

  /** A new password, chosen by its owner: they are signed out everywhere but here. */
  changePassword: async (id: string, password: string, sessionId: string, now: Date): Promise<void> => {
    const stored = await hashed(password)
    await db.$transaction(async (tx) => {
      await tx.person.update({ where: { id }, data: { password: stored } })
      await endOf(tx, id, sessionId)
      await append(tx, now, [{ kind: 'password-changed', actor: id }])
    })
  },

  /** What others did to their sign-in and they have not read yet, the latest first. */
  news: async (id: string): Promise<News[]> => {
    const rows = await db.personNews.findMany({ where: { personId: id }, orderBy: { at: 'desc' }, take: 20 })
    return rows.map(({ kind, by, at }) => ({ kind: kind as News['kind'], by, at }))
  },

  /** They have read it. */
  readNews: async (id: string, till: Date): Promise<void> => {
    await db.personNews.deleteMany({ where: { personId: id, at: { lte: till } } })
  },
})

/** Kept until they read it: whoever takes over somebody's sign-in can't do it unnoticed. */
async function tell(tx: Tx, personId: string, kind: News['kind'], by: string | null, at: Date): Promise<void> {
  await tx.personNews.create({ data: { personId, kind, by, at } })
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
