import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const DAY = 86_400_000
/** So long a browser in which somebody signed in is known to be theirs. */
export const KNOWN_DAYS = 90

/**
 * A sign for a browser in which somebody signed in. It opens nothing; but whoever shows it is no stranger who guesses, so
 * that strangers' guessing can be stopped without keeping staff out.
 */
export function browsers(key: Uint8Array) {
  const own = new Uint8Array(hkdfSync('sha256', key, '', 'serjeant: known browsers', 32))
  const signed = (words: string): string => createHmac('sha256', own).update(words).digest('base64url')
  return {
    tokenFor: (personId: string, now: Date): string => {
      const words = `${personId}.${now.getTime()}`
      return `${words}.${signed(words)}`
    },

    /** Whose browser it is; null for what was never given, or given too long ago. */
    ownerOf: (token: string, now: Date): string | null => {
      const [id = '', at = '', given = ''] = token.split('.')
      const right = Buffer.from(signed(`${id}.${at}`))
      const same = right.length === Buffer.byteLength(given) && timingSafeEqual(right, Buffer.from(given))
      return same && now.getTime() - Number(at) < KNOWN_DAYS * DAY ? id : null
    },
  }
}
