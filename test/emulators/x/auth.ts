import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Person } from './world.ts'

/** Who is calling: OAuth 1.0a signatures, and OAuth 2.0 with PKCE. One app, with its keys. */

/** What OAuth 1.0a lets a token do; X tells it in the header x-access-level. */
export type AccessLevel = 'read' | 'read-write' | 'read-write-directmessages'

export interface Caller {
  person: Person
  /** Null: OAuth 1.0a, which knows no scopes. */
  scopes: readonly string[] | null
  level: AccessLevel | null
}

export interface TokenAnswer {
  token_type: 'bearer'
  expires_in: number
  access_token: string
  refresh_token?: string
  scope: string
}

export const ALL_SCOPES =
  'tweet.read tweet.write tweet.moderate.write users.read mute.read mute.write block.read block.write dm.read dm.write offline.access'.split(
    ' ',
  )

const CODE_LIFE = 30_000
const ACCESS_LIFE = 2 * 3_600_000

interface Grant {
  person: Person
  scopes: readonly string[]
}
interface Code extends Grant {
  clientId: string
  redirect: string
  challenge: string
  ends: number
}
interface SignedToken {
  person: Person
  secret: string
  level: AccessLevel
}

/** A refusal of the OAuth 2 endpoints, which have a form of their own (RFC 6749, 5.2). */
export interface OAuthRefusal {
  status: number
  body: { error: string; error_description: string }
}

export type Auth = ReturnType<typeof newAuth>

/** @param now Unix milliseconds */
export function newAuth(now: () => number) {
  const consumer = { key: randomBytes(12).toString('hex'), secret: randomBytes(25).toString('hex') }
  const client = { id: randomBytes(17).toString('base64url'), secret: randomBytes(25).toString('base64url') }
  const publicClient = { id: randomBytes(17).toString('base64url') }
  const signed = new Map<string, SignedToken>()
  const nonces = new Set<string>()
  const access = new Map<string, Grant & { ends: number }>()
  const refreshes = new Map<string, Grant & { clientId: string }>()
  const codes = new Map<string, Code>()

  const issue = ({ person, scopes }: Grant, clientId: string): TokenAnswer => {
    const accessToken = randomBytes(30).toString('base64url')
    access.set(accessToken, { person, scopes, ends: now() + ACCESS_LIFE })
    const answer = {
      token_type: 'bearer',
      expires_in: ACCESS_LIFE / 1000,
      access_token: accessToken,
      scope: scopes.join(' '),
    } as const
    if (!scopes.includes('offline.access')) return answer
    const refreshToken = randomBytes(30).toString('base64url')
    refreshes.set(refreshToken, { person, scopes, clientId })
    return { ...answer, refresh_token: refreshToken }
  }

  /** The client that a call to the OAuth 2 endpoints proves to be; null if it proves nothing. */
  const clientOf = (authorization: string, form: URLSearchParams): string | null => {
    if (authorization.startsWith('Basic ')) {
      const [id, secret] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
      return id === client.id && secret === client.secret ? client.id : null
    }
    return form.get('client_id') === publicClient.id ? publicClient.id : null
  }

  const wrongClient: OAuthRefusal = {
    status: 401,
    body: { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
  }
  const wrongValue = (what: string): OAuthRefusal => ({
    status: 400,
    body: { error: 'invalid_request', error_description: `Value passed for the ${what} was invalid.` },
  })

  const takeCode = (form: URLSearchParams, clientId: string): Grant | null => {
    const value = form.get('code') ?? ''
    const code = codes.get(value)
    codes.delete(value)
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || code.ends <= now() || code.clientId !== clientId) return null
    return code.redirect === form.get('redirect_uri') && code.challenge === verifier ? code : null
  }

  return {
    consumer,
    client,
    publicClient,

    /** A person's access token for OAuth 1.0a, as the developer console makes it. It never ends. */
    signedTokenFor: (person: Person, level: AccessLevel = 'read-write-directmessages') => {
      const token = `${person.id}-${randomBytes(20).toString('hex')}`
      const secret = randomBytes(22).toString('hex')
      signed.set(token, { person, secret, level })
      return { token, secret }
    },

    /** A person's OAuth 2 tokens, as if they had been through the sign-in. */
    signIn: (person: Person, scopes: readonly string[] = ALL_SCOPES, clientId = client.id): TokenAnswer =>
      issue({ person, scopes }, clientId),

    /** All of a person's tokens end, as when they remove the app. */
    revokeAll: (person: Person): void => {
      for (const tokens of [signed, access, refreshes]) {
        for (const [token, grant] of tokens) if (grant.person === person) tokens.delete(token)
      }
    },

    /** @param url the address that was called, with the host that the signature is made for */
    callerOf: (authorization: string, method: string, url: URL, form: URLSearchParams | null): Caller | null => {
      if (authorization.startsWith('Bearer ')) {
        const grant = access.get(authorization.slice(7))
        return grant && grant.ends > now() ? { person: grant.person, scopes: grant.scopes, level: null } : null
      }
      if (!authorization.startsWith('OAuth ')) return null
      const stated = new Map(
        [...authorization.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          decodeURIComponent(value),
        ]),
      )
      const token = signed.get(stated.get('oauth_token') ?? '')
      const nonce = stated.get('oauth_nonce') ?? ''
      // The time stated is that of the real clock, which the emulator's need not be: only the nonce is checked.
      if (!token || nonce === '' || nonces.has(nonce)) return null
      if (stated.get('oauth_consumer_key') !== consumer.key) return null
      const expected = signature(method, url, form, stated, `${percent(consumer.secret)}&${percent(token.secret)}`)
      if (!same(expected, stated.get('oauth_signature') ?? '')) return null
      nonces.add(nonce)
      return { person: token.person, scopes: null, level: token.level }
    },

    /**
     * The page on which somebody lets the app in.
     * @param person who is signed in to X in that browser
     * @returns where the browser is sent, or what the page says instead
     */
    authorise: (
      query: URLSearchParams,
      person: Person | null,
      consents: boolean,
    ): { to: string } | { wrong: string } => {
      const clientId = query.get('client_id') ?? ''
      const scopes = (query.get('scope') ?? '').split(' ')
      const challenge = query.get('code_challenge') ?? ''
      const redirect = query.get('redirect_uri') ?? ''
      const state = query.get('state') ?? ''
      if (clientId !== client.id && clientId !== publicClient.id) return { wrong: 'client_id' }
      if (query.get('response_type') !== 'code') return { wrong: 'response_type' }
      // Libraries write s256 too, and X lets them.
      if (query.get('code_challenge_method')?.toUpperCase() !== 'S256' || !challenge) return { wrong: 'code_challenge' }
      if (!scopes.every((scope) => ALL_SCOPES.includes(scope))) return { wrong: 'scope' }
      if (!URL.canParse(redirect)) return { wrong: 'redirect_uri' }
      if (!state || !person) return { wrong: person ? 'state' : 'session' }
      const to = new URL(redirect)
      to.searchParams.set('state', state)
      if (!consents) {
        to.searchParams.set('error', 'access_denied')
        return { to: to.href }
      }
      const code = randomBytes(45).toString('base64url')
      codes.set(code, { person, scopes, clientId, redirect, challenge, ends: now() + CODE_LIFE })
      to.searchParams.set('code', code)
      return { to: to.href }
    },

    token: (authorization: string, form: URLSearchParams): { status: 200; body: TokenAnswer } | OAuthRefusal => {
      const clientId = clientOf(authorization, form)
      if (!clientId) return wrongClient
      switch (form.get('grant_type')) {
        case 'authorization_code': {
          const grant = takeCode(form, clientId)
          return grant ? { status: 200, body: issue(grant, clientId) } : wrongValue('authorization code')
        }
        case 'refresh_token': {
          const value = form.get('refresh_token') ?? ''
          const grant = refreshes.get(value)
          if (!grant || grant.clientId !== clientId) return wrongValue('token')
          // GUESS, though libraries count on it: a refresh token works once. The access token lives on.
          refreshes.delete(value)
          return { status: 200, body: issue(grant, clientId) }
        }
        default:
          return wrongValue('grant_type')
      }
    },

    revoke: (authorization: string, form: URLSearchParams): { status: 200; body: { revoked: true } } | OAuthRefusal => {
      if (!clientOf(authorization, form)) return wrongClient
      const value = form.get('token') ?? ''
      access.delete(value)
      refreshes.delete(value)
      return { status: 200, body: { revoked: true } }
    },
  }
}

/** RFC 5849, 3.4: what is signed is the method, the address, and every parameter of the query, the form and the header. */
function signature(
  method: string,
  url: URL,
  form: URLSearchParams | null,
  stated: ReadonlyMap<string, string>,
  key: string,
): string {
  const parameters = [...url.searchParams, ...(form ?? []), ...stated]
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => [percent(name), percent(value)] as const)
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const base = [method, percent(url.origin + url.pathname), percent(parameters)].join('&')
  return createHmac('sha1', key).update(base).digest('base64')
}

function percent(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
