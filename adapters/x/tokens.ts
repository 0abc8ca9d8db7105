import { z } from 'zod'
import { type Json, PlatformError, type Vault } from '../platform.ts'
import type { Tokens } from './client.ts'
import { Refusal, Unconfirmed } from './failure.ts'
import { type App, Ended, type Grant, obtain } from './oauth2.ts'

const MINUTE = 60_000
/** Of a token's life. The last of its minutes are there for tries that fail. */
const RENEW_AFTER = 0.9

const Kept = z.object({
  /** The app that was signed in with: another's tokens are of no use. */
  client: z.string(),
  access: z.string(),
  refresh: z.string(),
  scopes: z.array(z.string()),
  /** Unix milliseconds. */
  since: z.number(),
  renewAt: z.number(),
  endsAt: z.number(),
  /** X was asked to renew, and its answer was lost: `refresh` may be spent. */
  doubted: z.boolean(),
  /** X does not renew it any more. */
  over: z.boolean(),
})
type Kept = z.infer<typeof Kept>

/** What to keep in the vault of a grant. `refresh` and `scopes` are for what it leaves out, which then stays as it was. */
export function kept(client: string, grant: Grant, before: { refresh: string; scopes: string[] }, now: Date): Json {
  const since = now.getTime()
  return {
    client,
    access: grant.access,
    refresh: grant.refresh ?? before.refresh,
    scopes: grant.scopes ?? before.scopes,
    since,
    renewAt: since + grant.life * RENEW_AFTER,
    endsAt: since + grant.life,
    doubted: false,
    over: false,
  } satisfies Kept
}

export interface TokenParts extends App {
  /** The account's, for the command to type. */
  handle: string
  vault: Vault
}

export interface RenewedTokens extends Tokens {
  /** Resolves when no renewal is under way. Whoever closes the vault waits for it: a new token must not be lost. */
  settled(): Promise<void>
}

/**
 * OAuth 2.0, with tokens that somebody signed in for. A refresh token is good once, so of all the office's processes one renews,
 * holding the vault, and whoever comes second finds it renewed. Only an answer of X that says so ends a sign-in; an outage,
 * however long, is waited out.
 */
export function renewedTokens(parts: TokenParts): RenewedTokens {
  const { client, handle, vault, now } = parts
  const who = `whoever installed Serjeant to stop it, run npx serjeant connect x ${handle}, and start it again.`
  let known: Kept | null = null
  let renewing: Promise<Kept> | null = null
  /** A renewal that could not be written down: it stands in for what the vault still holds. */
  let unsaved: { instead: string; json: Json } | null = null
  /** Unix milliseconds. A renewal before its time has failed; the token at hand is good until then. */
  let pausedTill = 0

  const time = (): number => now().getTime()
  const isFresh = ({ renewAt }: Kept): boolean => time() < renewAt

  /** @throws PlatformError */
  const read = (json: Json): Kept => {
    const { data } = Kept.safeParse(json)
    if (!data) throw new PlatformError('unauthorised', `Nobody has signed in yet: ask ${who}`)
    if (data.client === client.id) return data
    throw new PlatformError(
      'unauthorised',
      `The account was signed in to X with another app than this client. Ask ${who}`,
    )
  }

  const ended = ({ doubted }: Kept): PlatformError =>
    new PlatformError(
      'unauthorised',
      doubted
        ? `The sign-in to X is lost: X renewed it, and its answer did not get here. Ask ${who}`
        : `X has signed Serjeant out: somebody removed the app or changed the password. Ask ${who}`,
    )

  /** @returns what to keep, and what went wrong. An error that was thrown would keep `change` from being written down. */
  const renewal = async (before: Kept, stale: string | null): Promise<{ json: Json; trouble?: PlatformError }> => {
    if (unsaved?.instead === before.refresh) return { json: unsaved.json }
    if (before.over) return { json: before, trouble: ended(before) }
    if (stale === null ? isFresh(before) : before.access !== stale) return { json: before }
    // Otherwise a fault at X, or a clock that went back, would spend a refresh token at every call.
    if (stale !== null && Math.abs(time() - before.since) < MINUTE) {
      const trouble = new PlatformError('unauthorised', `X refuses a sign-in that it has only just given. Ask ${who}`)
      return { json: before, trouble }
    }
    try {
      const grant = await obtain(parts, { grant_type: 'refresh_token', refresh_token: before.refresh })
      const json = kept(client.id, grant, before, now())
      unsaved = { instead: before.refresh, json }
      return { json }
    } catch (error) {
      return failed(before, error)
    }
  }

  const failed = (before: Kept, error: unknown): { json: Json; trouble: PlatformError } => {
    if (error instanceof PlatformError) return { json: before, trouble: error }
    if (error instanceof Unconfirmed) {
      const trouble = new PlatformError('unavailable', 'X did not answer when the sign-in was to be renewed.')
      return { json: { ...before, doubted: true }, trouble }
    }
    if (error instanceof Ended) return { json: { ...before, over: true }, trouble: ended(before) }
    if (!(error instanceof Refusal)) throw error
    // Before X itself stand others who refuse with a page of their own; of the token they know nothing.
    const because = `The sign-in to X could not be renewed (status ${error.status}), and X does not say that it has ended: it is tried again. If that does not help, ask ${who}`
    return { json: before, trouble: new PlatformError('unexpected', because) }
  }

  const renewOnce = async (stale: string | null): Promise<Kept> => {
    let trouble: PlatformError | undefined
    const json = await vault.update(async (stored) => {
      const outcome = await renewal(read(stored), stale)
      trouble = outcome.trouble
      return outcome.json
    })
    unsaved = null
    if (trouble) throw trouble
    known = read(json)
    return known
  }

  const renew = (stale: string | null): Promise<Kept> => {
    renewing ??= renewOnce(stale).finally(() => {
      renewing = null
    })
    return renewing
  }

  const usable = async (): Promise<Kept> => {
    if (known && isFresh(known)) return known
    const stored = read(await vault.read())
    if (isFresh(stored) && !stored.over) {
      known = stored
      return stored
    }
    const isAlive = time() < stored.endsAt && !stored.over
    if (isAlive && time() < pausedTill) return stored
    try {
      return await renew(null)
    } catch (error) {
      const passes = error instanceof PlatformError && error.trouble !== 'unauthorised'
      if (!isAlive || !passes) throw error
      pausedTill = time() + MINUTE
      return stored
    }
  }

  return {
    authorise: async (signal) => {
      signal.throwIfAborted()
      return (await usable()).access
    },
    renewed: async (stale, signal) => {
      signal.throwIfAborted()
      const token = typeof stale === 'string' ? stale : ''
      const found = await renew(token)
      // A renewal that was under way may have been for another's sake, and have found nothing to do.
      return (found.access === token ? await renew(token) : found).access
    },
    scopes: async () => {
      known = read(await vault.read())
      return known.scopes
    },
    settled: async () => {
      await renewing?.catch(() => {})
    },
  }
}
