import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** How passwords and one-time secrets are kept: so that whoever reads the database can't sign in with what they read. */

/** OWASP's figures for scrypt: 2^17, 8, 1 needs 128 MB a try; 2^15 with p = 3 is their equal at 32 MB. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

/** Of a secret that nobody could guess: for those a fast hash is enough. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a password: scrypt, with its parameters and salt. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, 32, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Is it the password? Takes the same time where there is none to compare with. */
export async function matches(kept: string | undefined, password: string): Promise<boolean> {
  const [, N, r, p, salt, key] = (kept ?? '').split('$')
  const cost = kept === undefined ? COST : { ...COST, N: Number(N), r: Number(r), p: Number(p) }
  const given = await derive(password, Buffer.from(salt ?? '', 'base64'), 32, cost)
  const right = Buffer.from(key ?? '', 'base64')
  return given.length === right.length && timingSafeEqual(given, right)
}
