import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append } from './log.ts'
import { hashOf } from './secrets.ts'
import { open, seal } from './vault.ts'

/** The second factor: codes from an app, passkeys, and codes on paper for whoever has lost both. */

const PERIOD_SECONDS = 30
/** Half a minute early or late: telephones' clocks drift. */
const DRIFT = 1
const OFFERED_MINUTES = 30
const PAPER_CODES = 10
/** Without letters and digits that are taken for others. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** What somebody can show beside their password. */
export interface Factors {
  app: boolean
  passkeys: PasskeyRow[]
  /** Codes on paper that are left. */
  codes: number
}

export interface PasskeyRow {
  id: string
  name: string
  addedAt: Date
  usedAt: Date | null
}

/** What a passkey's answer is checked against. */
export interface KnownPasskey {
  id: string
  personId: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
}

export interface NewPasskey {
  id: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
  transports: readonly string[]
  name: string
}

/** A secret for an app, before anybody showed that the app has it. */
export interface Offer {
  /** For the form to bring back: sealed, for this person, for half an hour. */
  sealed: string
  /** For whoever types it. */
  secret: string
  /** For the camera. */
  url: string
}

export const factors = (db: Db, key: Uint8Array) => {
  const boundTo = (personId: string): string => `totp ${personId}`

  return {
    of: async (personId: string): Promise<Factors> => {
      const person = await db.person.findUniqueOrThrow({
        where: { id: personId },
        select: {
          totp: true,
          passkeys: { select: { id: true, name: true, addedAt: true, usedAt: true }, orderBy: { addedAt: 'asc' } },
          _count: { select: { codes: { where: { usedAt: null } } } },
        },
      })
      return { app: person.totp !== null, passkeys: person.passkeys, codes: person._count.codes }
    },

    /** Who has anything beside a password. */
    holders: async (): Promise<Set<string>> => {
      const where = { OR: [{ totp: { not: null } }, { passkeys: { some: {} } }] }
      return new Set((await db.person.findMany({ where, select: { id: true } })).map(({ id }) => id))
    },

    /** A new secret to put into an app. Nothing is kept of it yet. */
    offerApp: (personId: string, label: string, now: Date): Offer => {
      const secret = new Secret({ size: 20 })
      const until = now.getTime() + OFFERED_MINUTES * 60_000
      const sealed = seal(key, `${boundTo(personId)} offered`, { secret: secret.base32, until })
      const url = totpOf(secret.base32, label).toString()
      return { sealed: Buffer.from(sealed).toString('base64url'), secret: secret.base32, url }
    },

    /** The offer as it was made, to be shown again; null if it is over or was not made for this person. */
    readOffer: (personId: string, label: string, sealed: string, now: Date): Offer | null => {
      const secret = readOffer(key, `${boundTo(personId)} offered`, sealed, now)
      return secret === null ? null : { sealed, secret, url: totpOf(secret, label).toString() }
    },

    /** The app has the secret, as its code shows. @returns the codes on paper, to be shown once; null for a wrong code */
    addApp: async (personId: string, sealed: string, code: string, now: Date): Promise<string[] | null> => {
      const secret = readOffer(key, `${boundTo(personId)} offered`, sealed, now)
      const step = secret === null ? null : stepOf(secret, code, now)
      if (secret === null || step === null) return null
      return db.$transaction(async (tx) => {
        const totp = seal(key, boundTo(personId), secret)
        await tx.person.update({ where: { id: personId }, data: { totp, totpStep: step } })
        const codes = await makeCodes(tx, personId)
        await append(tx, now, [{ kind: 'app-added', actor: personId }])
        return codes
      }, PATIENCE)
    },

    removeApp: (personId: string, now: Date): Promise<void> =>
      db.$transaction(async (tx) => {
        const where = { id: personId, totp: { not: null } }
        const { count } = await tx.person.updateMany({ where, data: { totp: null, totpStep: null } })
        if (count === 0) return
        await forgetCodes(tx, personId)
        await append(tx, now, [{ kind: 'app-removed', actor: personId }])
      }, PATIENCE),

    /** Is this the app's code, and was neither it nor a later one used? */
    checkApp: async (personId: string, code: string, now: Date): Promise<boolean> => {
      const person = await db.person.findUnique({ where: { id: personId }, select: { totp: true } })
      if (!person?.totp) return false
      const step = stepOf(open(key, boundTo(personId), person.totp) as string, code, now)
      if (step === null) return false
      const unused = { OR: [{ totpStep: null }, { totpStep: { lt: step } }] }
      const { count } = await db.person.updateMany({ where: { id: personId, ...unused }, data: { totpStep: step } })
      return count > 0
    },

    /** New codes on paper, to be shown once: the old ones end. */
    renewCodes: (personId: string, now: Date): Promise<string[]> =>
      db.$transaction(async (tx) => {
        const codes = await makeCodes(tx, personId)
        await append(tx, now, [{ kind: 'codes-made', actor: personId }])
        return codes
      }, PATIENCE),

    /** Use one of the codes on paper. @returns false for one that is unknown or used */
    useCode: (personId: string, code: string, now: Date): Promise<boolean> =>
      db.$transaction(async (tx) => {
        const where = { hash: codeHash(personId, code), personId, usedAt: null }
        const { count } = await tx.recoveryCode.updateMany({ where, data: { usedAt: now } })
        if (count > 0) await append(tx, now, [{ kind: 'code-used', actor: personId }])
        return count > 0
      }, PATIENCE),

    /** Something for a passkey to sign, once. @param personId null before a sign-in */
    challenge: async (challenge: string, personId: string | null, now: Date, minutes: number): Promise<void> => {
      await db.challenge.deleteMany({ where: { expiresAt: { lt: now } } })
      const expiresAt = new Date(now.getTime() + minutes * 60_000)
      await db.challenge.create({ data: { challenge, personId, expiresAt } })
    },

    /** Take it: false if it was never given to this person, was taken, or is over. */
    takeChallenge: async (challenge: string, personId: string | null, now: Date): Promise<boolean> =>
      (await db.challenge.deleteMany({ where: { challenge, personId, expiresAt: { gt: now } } })).count > 0,

    passkey: async (id: string): Promise<KnownPasskey | null> => {
      const row = await db.passkey.findUnique({ where: { id }, include: { person: { select: { disabledAt: true } } } })
      if (row === null || row.person.disabledAt !== null) return null
      return { id, personId: row.personId, publicKey: new Uint8Array(row.publicKey), counter: Number(row.counter) }
    },

    /** @returns the codes on paper where this is the first factor, to be shown once; null if the key is known already */
    addPasskey: (personId: string, given: NewPasskey, now: Date): Promise<string[] | 'known'> =>
      db.$transaction(async (tx) => {
        if ((await tx.passkey.count({ where: { id: given.id } })) > 0) return 'known'
        const data = { ...given, transports: [...given.transports], personId, addedAt: now }
        await tx.passkey.create({ data })
        const codes = (await tx.recoveryCode.count({ where: { personId } })) > 0 ? [] : await makeCodes(tx, personId)
        await append(tx, now, [{ kind: 'passkey-added', actor: personId }])
        return codes
      }, PATIENCE),

    /** It was used. @returns false if it counts, and did not count on: then it is a copy */
    usedPasskey: async (id: string, counter: number, now: Date): Promise<boolean> => {
      const onwards = counter === 0 ? { counter: 0 } : { counter: { lt: counter } }
      const { count } = await db.passkey.updateMany({ where: { id, ...onwards }, data: { counter, usedAt: now } })
      return count > 0
    },

    removePasskey: (personId: string, id: string, now: Date): Promise<void> =>
      db.$transaction(async (tx) => {
        const { count } = await tx.passkey.deleteMany({ where: { id, personId } })
        if (count === 0) return
        await forgetCodes(tx, personId)
        await append(tx, now, [{ kind: 'passkey-removed', actor: personId }])
      }, PATIENCE),
  }
}

/** Take off all that somebody has beside their password, in the transaction of what takes it off. @returns was there any? */
export async function unfactor(tx: Tx, personId: string): Promise<boolean> {
  const where = { id: personId, totp: { not: null } }
  const { count: apps } = await tx.person.updateMany({ where, data: { totp: null, totpStep: null } })
  const { count: passkeys } = await tx.passkey.deleteMany({ where: { personId } })
  await tx.recoveryCode.deleteMany({ where: { personId } })
  return apps + passkeys > 0
}

const totpOf = (secret: string, label: string): TOTP =>
  new TOTP({ issuer: 'Serjeant', label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret })

/** The half minute, counted from 1970, of which this is the code; null if it is none of now. */
function stepOf(secret: string, code: string, now: Date): number | null {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const drift = totpOf(secret, '').validate({ token, timestamp: now.getTime(), window: DRIFT })
  return drift === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + drift
}

function readOffer(key: Uint8Array, bound: string, sealed: string, now: Date): string | null {
  try {
    const { secret, until } = open(key, bound, Buffer.from(sealed, 'base64url')) as { secret: string; until: number }
    return until > now.getTime() ? secret : null
  } catch {
    // Somebody else's, or made up.
    return null
  }
}

/** With its owner, so that nobody's code is another's. Its 79 bits are beyond guessing, also with the hash in hand. */
const codeHash = (personId: string, code: string): string =>
  hashOf(`${personId} ${code.toLowerCase().replace(/[\s-]/g, '')}`)

async function makeCodes(tx: Tx, personId: string): Promise<string[]> {
  await tx.recoveryCode.deleteMany({ where: { personId } })
  const codes = Array.from({ length: PAPER_CODES }, newCode)
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ personId, hash: codeHash(personId, code) })) })
  return codes
}

/** Four groups of four. A byte beyond the last whole round of letters is thrown away: each letter is as likely. */
function newCode(): string {
  let letters = ''
  while (letters.length < 16) {
    for (const byte of randomBytes(32)) {
      if (byte < LETTERS.length * Math.floor(256 / LETTERS.length)) letters += LETTERS[byte % LETTERS.length]
    }
  }
  return [0, 4, 8, 12].map((at) => letters.slice(at, at + 4)).join('-')
}

/** Codes on paper stand in for another factor: without one, they are none. */
async function forgetCodes(tx: Tx, personId: string): Promise<void> {
  const left = await tx.person.count({
    where: { id: personId, OR: [{ totp: { not: null } }, { passkeys: { some: {} } }] },
  })
  if (left === 0) await tx.recoveryCode.deleteMany({ where: { personId } })
}
