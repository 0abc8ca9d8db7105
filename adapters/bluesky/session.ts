import { createHash } from 'node:crypto'
import { Agent, type ComAtprotoServerCreateSession } from '@atproto/api'
import { z } from 'zod'
import { timely } from '../deadline.ts'
import { type Json, PlatformError, type Vault } from '../platform.ts'
import { failureOf, lockedOut, type Waiting } from './failure.ts'
import type { Settings } from './settings.ts'

const MINUTE = 60_000
/** An access token is good for two hours. Renewed before that, so that no call has to fail first. */
const RENEW_AFTER = 90 * MINUTE
/** bsky.social allows 100 sign-ins a day; a rhythm of more than this means that something is wrong. */
const SIGN_INS_AN_HOUR = 4
/** Bluesky locks out who tries too often. */
const REFUSED_FOR = 60 * MINUTE
const TIMEOUT = 20_000

const Signed = z.object({
  did: z.string(),
  handle: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
  /** The account's own server. */
  server: z.string(),
  renewedAt: z.number(),
})
export type Session = z.infer<typeof Signed>

const Stored = z.object({
  /** Of identifier and app password: others than these mean that everything starts anew. */
  credentials: z.string(),
  session: Signed.nullable(),
  signIns: z.array(z.number()),
  refused: z.object({ at: z.number(), because: z.string() }).nullable(),
})
type Stored = z.infer<typeof Stored>

const DidDocument = z.object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.url() })) })

export interface SessionParts extends Waiting {
  settings: Settings
  identifier: string
  vault: Vault
  fetch: typeof fetch
}

export type Sessions = ReturnType<typeof sessions>

/**
 * One session for all processes of the office. Refresh tokens are good once: whoever holds the vault renews, and whoever
 * comes second finds it renewed.
 */
export function sessions({ settings, identifier, vault, fetch: send, now, random }: SessionParts) {
  const credentials = createHash('sha256').update(`${identifier}\0${settings.appPassword}`).digest('base64url')
  const server = new Agent({ service: settings.service, fetch: send }).com.atproto.server
  let current: Session | null = null
  let renewing: Promise<Session> | null = null

  const isFresh = (session: Session): boolean => now().getTime() - session.renewedAt < RENEW_AFTER

  /** A session that should work. @throws PlatformError */
  const get = async (): Promise<Session> => (current && isFresh(current) ? current : renew(null))

  /** @param failed the access token that no longer works, if one is known */
  const renew = (failed: string | null): Promise<Session> => {
    renewing ??= renewed(failed).finally(() => {
      renewing = null
    })
    return renewing
  }

  const renewed = async (failed: string | null): Promise<Session> => {
    let trouble: PlatformError | null = null
    const stored = await vault.update(async (json) => {
      const then = read(json)
      if (then.session && then.session.accessJwt !== failed && isFresh(then.session)) return then
      try {
        return await replace(then)
      } catch (error) {
        // The vault has to keep that it was tried, so the error goes round it.
        if (!(error instanceof PlatformError)) throw error
        trouble = error
        return then satisfies Json
      }
    })
    if (trouble) throw trouble
    current = read(stored).session
    if (!current) throw new PlatformError('unexpected', 'The saved sign-in to Bluesky can’t be read.')
    return current
  }

  const read = (json: Json): Stored => {
    const { data } = Stored.safeParse(json)
    return data?.credentials === credentials ? data : { credentials, session: null, signIns: [], refused: null }
  }

  /** Changes `stored` as it goes, so that a failure leaves what is known of it. */
  const replace = async (stored: Stored): Promise<Stored> => {
    if (stored.session) {
      const refreshed = await refresh(stored.session)
      if (refreshed) return Object.assign(stored, { session: refreshed, refused: null })
      stored.session = null
    }
    const { refused } = stored
    if (refused && now().getTime() - refused.at < REFUSED_FOR) throw new PlatformError('unauthorised', refused.because)
    return Object.assign(stored, { session: await signIn(stored), refused: null })
  }

  /** Null if the session is over. */
  const refresh = async (session: Session): Promise<Session | null> => {
    try {
      return await refreshAt(session.server, session)
    } catch (error) {
      // The account may have moved to another server since. Where it signs in, that is known.
      if (!(error instanceof PlatformError) || session.server === settings.service) throw error
      return refreshAt(settings.service, session)
    }
  }

  const refreshAt = async (place: string, { refreshJwt }: Session): Promise<Session | null> => {
    const renewal = new Agent({ service: place, fetch: send }).com.atproto.server
    try {
      const headers = { authorization: `Bearer ${refreshJwt}` }
      const { data } = await renewal.refreshSession(undefined, { headers, signal: timely(TIMEOUT) })
      return signed(data, place)
    } catch (error) {
      const failure = failureOf(error, { now, random }, 0)
      if (failure instanceof PlatformError) throw failure
      return null
    }
  }

  const signIn = async (stored: Stored): Promise<Session> => {
    const hourAgo = now().getTime() - 60 * MINUTE
    stored.signIns = stored.signIns.filter((at) => at > hourAgo)
    const [oldest] = stored.signIns
    if (oldest !== undefined && stored.signIns.length >= SIGN_INS_AN_HOUR) {
      const retryAt = new Date(oldest + 60 * MINUTE)
      throw new PlatformError('throttled', 'Signed in to Bluesky too often: its sessions do not last.', { retryAt })
    }
    const tried = now().getTime()
    try {
      const given = { identifier, password: settings.appPassword }
      const { data } = await server.createSession(given, { signal: timely(TIMEOUT) })
      stored.signIns.push(tried)
      return signed(data, settings.service)
    } catch (error) {
      const failure = failureOf(error, { now, random }, 0)
      // Bluesky counts what reaches it; an outage is none of these.
      if (failure instanceof PlatformError) throw failure
      const trouble = lockedOut(failure.error)
      stored.signIns.push(tried)
      stored.refused = { at: tried, because: trouble.message }
      throw trouble
    }
  }

  const signed = (
    data: Pick<ComAtprotoServerCreateSession.OutputSchema, 'did' | 'handle' | 'accessJwt' | 'refreshJwt' | 'didDoc'>,
    fallback: string,
  ): Session => {
    const { did, handle, accessJwt, refreshJwt, didDoc } = data
    return {
      did,
      handle,
      accessJwt,
      refreshJwt,
      server: serverIn(didDoc) ?? fallback,
      renewedAt: now().getTime(),
    }
  }

  return { get, renew }
}

/** The server of an account, from its DID document. */
export function serverIn(document: unknown): string | null {
  const services = DidDocument.safeParse(document).data?.service ?? []
  return services.find(({ id }) => id.endsWith('#atproto_pds'))?.serviceEndpoint ?? null
}
