import { useContext } from 'hono/jsx'
import type { Claim } from '../../store/index.ts'
import { Clock } from './clock.tsx'

/** Who looks at a case at this moment, so that nobody decides it unawares. */

const MINUTE = 60_000

/** "Priya is looking at this (2 min)"; empty where nobody else does. */
export function heldWords(claim: Claim | null | undefined, me: string, now: Date): string {
  if (!claim || claim.personId === me) return ''
  const minutes = Math.floor((now.getTime() - claim.since.getTime()) / MINUTE)
  return `${claim.name} is looking at this (${minutes < 1 ? 'since just now' : `${minutes} min`})`
}

/** The line is there also while it says nothing: keys.js fills it when the card gets the focus. */
export const Held = ({ claim, me }: { claim: Claim | null | undefined; me: string }) => {
  const { now } = useContext(Clock)
  return (
    <p class="held" data-held role="note">
      {heldWords(claim, me, now)}
    </p>
  )
}

/** What keys.js needs to keep a claim while the page is open, and to end it. Milliseconds since 1970. */
export const claimTill = (claim: Claim | null | undefined, me: string): string | undefined =>
  claim?.personId === me ? String(claim.till.getTime()) : undefined
