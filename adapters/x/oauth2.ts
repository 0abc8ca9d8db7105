import { ApiResponseError, TwitterApi } from 'twitter-api-v2'
import { z } from 'zod'
import { within } from '../deadline.ts'
import { PlatformError } from '../platform.ts'
import { failureOf, Unconfirmed } from './failure.ts'
import type { Settings } from './settings.ts'
import { wired } from './wire.ts'

/** X's endpoints for OAuth 2.0 tokens. They are free, and have answers and refusals of their own (RFC 6749). */

/** The app, as OAuth 2.0 knows it. */
export interface App {
  client: NonNullable<Settings['client']>
  api: Settings['api']
  now: () => Date
}

/** What X gives when somebody signs in, and at each renewal. */
export interface Grant {
  access: string
  /** Good once. Absent where `offline.access` was not granted. */
  refresh: string | undefined
  /** Milliseconds from now. */
  life: number
  /** Absent: what was asked for. */
  scopes: string[] | undefined
}

export type Wanted =
  | { grant_type: 'authorization_code'; code: string; code_verifier: string; redirect_uri: string }
  | { grant_type: 'refresh_token'; refresh_token: string }

/** X itself says that it takes this code or this refresh token no more. */
export class Ended extends Error {
  override readonly name = 'Ended'

  constructor() {
    super('X does not take it any more.')
  }
}

const API = 'https://api.x.com/2/oauth2'
/** Milliseconds for a call. */
const PATIENCE = 20_000
const USUAL_LIFE = 7200

const Token = z.string().min(1)
const Granted = z.object({
  access_token: Token,
  refresh_token: Token.optional(),
  expires_in: z.number().positive().catch(USUAL_LIFE),
  scope: z
    .string()
    .transform((scope) => scope.split(' ').filter(Boolean))
    .optional()
    .catch(undefined),
})

/**
 * Exchange what can be exchanged but once. Nothing cuts it short, not even the end of the service: an answer that nobody waits
 * for is a sign-in lost.
 *
 * The library's own `refreshOAuth2Token` throws a TypeError at an answer without `scope`, with the old token spent by then.
 *
 * @throws PlatformError (nothing was spent), Ended, Refusal (of something else, or by somebody else), Unconfirmed (it may be spent)
 */
export async function obtain(app: App, wanted: Wanted): Promise<Grant> {
  try {
    const { data } = Granted.safeParse(await post(app, 'token', wanted))
    if (!data) throw new Unconfirmed()
    return {
      access: data.access_token,
      refresh: data.refresh_token,
      life: data.expires_in * 1000,
      scopes: data.scope,
    }
  } catch (error) {
    if (error instanceof Unconfirmed) throw error
    if (error instanceof ApiResponseError && isAboutClient(error)) throw wrongClient()
    if (error instanceof ApiResponseError && isAboutGrant(error)) throw new Ended()
    throw failureOf(error, { writes: true, now: app.now(), retryAt: undefined })
  }
}

/** Give a sign-in back. What comes of it makes no difference. */
export async function giveBack(app: App, { access, refresh }: Grant): Promise<void> {
  await post(app, 'revoke', { token: refresh ?? access }).catch(() => {})
}

function post({ client: { id, secret }, api }: App, what: 'token' | 'revoke', form: Record<string, string>) {
  const app = secret === undefined ? { clientId: id } : { clientId: id, clientSecret: secret }
  return within(PATIENCE, new AbortController().signal, (signal) =>
    // As a form: the library means to, and sends JSON.
    new TwitterApi(app, wired({ api }, signal)).post<unknown>(
      `${API}/${what}`,
      { ...form, client_id: id },
      { forceBodyMode: 'url' },
    ),
  )
}

const OAuthError = z.object({ error: z.string(), error_description: z.string().catch('') })

function isAboutClient({ code, data }: ApiResponseError): boolean {
  const error = OAuthError.safeParse(data).data?.error
  return code === 401 || error === 'invalid_client' || error === 'unauthorized_client'
}

/** RFC 6749 has "invalid_grant" for it; X says "invalid_request" with "Value passed for the token was invalid.". */
function isAboutGrant({ code, data }: ApiResponseError): boolean {
  const { error, error_description: words = '' } = OAuthError.safeParse(data).data ?? {}
  if (code !== 400) return false
  return error === 'invalid_grant' || (error === 'invalid_request' && /\b(token|code)\b.* invalid/i.test(words))
}

const wrongClient = (): PlatformError =>
  new PlatformError(
    'unauthorised',
    'X does not accept the app’s client id and secret. Compare them with those in X’s developer console (console.x.com): a client of the type "Native App" has no secret, any other must have it.',
  )
