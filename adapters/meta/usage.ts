import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { PlatformError } from '../platform.ts'
import type { Bucket } from './graph.ts'

/**
 * How much of what Meta allows is used up, by what its answers say. Meta says nothing until a good part is used: no word means
 * that nobody knows, and one goes on.
 */

/** Per cent: from here on Serjeant looks more seldom. */
const FEWER = 75
/** Per cent: from here on nothing is read, and what is left is kept for acting. */
const KEPT = 95
/** Per cent, as long as Meta answers no more. */
const REFUSED = Number.POSITIVE_INFINITY
const MINUTE = 60_000
/** What Meta said is forgotten after this: without calls it says nothing new. */
const LASTS = 15 * MINUTE
/** Meta counts by the day. A longer wait is a slip of Meta's, and a wild one is no date at all. */
const LONGEST = 24 * 60 * MINUTE
/** How long a source rests where calls should be fewer. */
const SELDOM = 10 * MINUTE

const Share = z.object({
  type: z.string().catch(''),
  call_count: z.number().catch(0),
  total_cputime: z.number().catch(0),
  total_time: z.number().catch(0),
  /** Minutes. */
  estimated_time_to_regain_access: z.number().catch(0),
})
const Shares = z.array(Share.catch({ type: '', ...nothingUsed() })).catch([])
const ByUseCase = z.record(z.string(), Shares).catch({})

function nothingUsed() {
  return { call_count: 0, total_cputime: 0, total_time: 0, estimated_time_to_regain_access: 0 }
}

/** @returns what is not JSON as null */
function parsed(header: string | string[] | undefined): unknown {
  try {
    return JSON.parse(String(header ?? 'null'))
  } catch {
    return null
  }
}

interface Known {
  /** Per cent. */
  used: number
  /** Unix milliseconds: what was said is good till then. */
  till: number
}

export type Usage = ReturnType<typeof usageBy>

export function usageBy(now: () => Date) {
  const known = new Map<Bucket, Known>()
  const standing = (bucket: Bucket): Known | null => {
    const found = known.get(bucket)
    return found && found.till > now().getTime() ? found : null
  }

  return {
    /** @returns how long Meta says that it will answer no more, in milliseconds: 0 where it says nothing of that */
    heard: (bucket: Bucket, headers: IncomingHttpHeaders): number => {
      const ofBusiness = Object.values(ByUseCase.parse(parsed(headers['x-business-use-case-usage'])))
        .flat()
        .filter(({ type }) => type === bucket)
      const ofOthers = [headers['x-app-usage'], headers['x-page-usage']].map((header) =>
        Share.safeParse(parsed(header)),
      )
      const shares = [...ofBusiness, ...ofOthers.flatMap(({ data }) => data ?? [])]
      if (shares.length === 0) return 0
      const used = Math.max(...shares.flatMap((share) => [share.call_count, share.total_cputime, share.total_time]))
      const minutes = Math.max(0, ...shares.map((share) => share.estimated_time_to_regain_access))
      const regains = Math.min(minutes * MINUTE, LONGEST)
      // A call that was under way when Meta refused another has less to say than the refusal.
      if (standing(bucket)?.used === REFUSED) return regains
      known.set(bucket, {
        used: regains > 0 ? REFUSED : used,
        till: now().getTime() + (regains > 0 ? regains : LASTS),
      })
      return regains
    },

    /** Meta refused a call for its limits. */
    throttled: (bucket: Bucket, till: Date): void => void known.set(bucket, { used: REFUSED, till: till.getTime() }),

    /**
     * @param acting may it use what is kept for acting?
     * @throws PlatformError 'throttled' where the call is not to be made
     */
    check: (bucket: Bucket, acting: boolean): void => {
      const found = standing(bucket)
      if (found === null || found.used < (acting ? 100 : KEPT)) return
      throw new PlatformError('throttled', usedUp(found.used), { retryAt: new Date(found.till) })
    },

    /** What staff should know; null where all is well. */
    rest: (bucket: Bucket): { till: Date; because: string } | null => {
      const found = standing(bucket)
      if (found === null || found.used < FEWER) return null
      const length = found.used >= KEPT ? found.till - now().getTime() : SELDOM
      return { till: new Date(now().getTime() + length), because: usedUp(found.used) }
    },
  }
}

const usedUp = (used: number): string =>
  `${Math.min(100, Math.round(used))} per cent of the calls that Meta allows in a day are used up, so Serjeant looks more seldom until it allows more.`
