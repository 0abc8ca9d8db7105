import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { KNOWN_DAYS } from '../store/index.ts'
import type { ConsoleParts, Env } from './deps.ts'
import { browserWords } from './parts/browser-words.ts'
import { notForYou, opening, sessionOver, wrongAddress } from './parts/turned-away.tsx'
import { may, type Right } from './rights.ts'

/** What stands between the network and the pages. Each is a middleware; app.tsx says in which order. */

/** Only what is served here may run or be shown here; no page of ours may be framed; forms post to us alone. */
export const headers = (secure: boolean): MiddlewareHandler => {
  const shared = {
    // To nobody else; and to ourselves, or the browser would not say either that a form is our own.
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: secure ? 'max-age=31536000' : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  }
  const pages = secureHeaders({
    ...shared,
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
    },
  })
  // A stranger's bytes on our own origin: opened by themselves they run nothing and reach nothing.
  const pictures = secureHeaders({ ...shared, contentSecurityPolicy: { defaultSrc: ["'none'"], sandbox: [] } })
  return (c, next) => (c.req.path.startsWith('/picture/') ? pictures(c, next) : pages(c, next))
}

/** Pages hold what people wrote in confidence: no copy of them stays in a browser's or a proxy's cache. */
export const unstored: MiddlewareHandler = async (c, next) => {
  await next()
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
}

/** The name of a host as it is compared: an IPv6 address without its brackets. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

/** A stranger's page may point its own name at this machine (DNS rebinding): it is not answered under that name. */
export const knownHost = (hosts: readonly string[] | null): MiddlewareHandler => {
  const known = hosts?.map(bare)
  return async (c, next) => {
    // What the page that says so looks like is no secret.
    if (!known || known.includes(bare(new URL(c.req.url).hostname)) || c.req.path === '/style.css') return next()
    return wrongAddress(c)
  }
}

/**
 * Only our own pages may send anything, of whatever kind it says it is. The browser says so itself; where it doesn't, since
 * the connection is not safe, the origin tells. Compared by host alone: behind a proxy that ends TLS, the browser's origin says
 * https and the request says http.
 */
export const ownForms = (): MiddlewareHandler => (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const site = c.req.header('sec-fetch-site')
  if (site === 'same-origin') return next()
  const origin = c.req.header('origin') ?? ''
  if (site === undefined && URL.canParse(origin) && new URL(origin).host === new URL(c.req.url).host) return next()
  throw new HTTPException(403)
}

/** Open to everybody: the way in, what it looks like, and the sign of life. Everything else asks for a session. */
const OPEN = new Set([
  '/healthz',
  '/sign-in',
  '/sign-in/second',
  '/sign-in/passkey',
  '/sign-in/passkey/options',
  '/welcome',
  '/style.css',
  '/keys.js',
  '/authenticator.js',
])
/** Where somebody gets who has no second factor, in an office that wants one: to where they add it, and out. */
const WITHOUT_FACTOR = /^\/(?:sign-out|my-sign-in(?:\/.*)?)$/

export function signedIn({ store, now, secureCookies }: ConsoleParts): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (OPEN.has(c.req.path)) return next()
    const token = getCookie(c, cookieName(secureCookies, SESSION))
    const session = token === undefined ? null : await store.sessions.of(token, now())
    if (session === null) return turnAway(c)
    c.set('session', session)
    c.set('staff', session.staff)
    const lacks = !session.hasFactor && store.settings.present().secondFactor === 'required'
    if (lacks && !WITHOUT_FACTOR.test(c.req.path)) return c.redirect('/my-sign-in?wanted=1', 303)
    return next()
  }
}

/** For pages and forms that not everybody is there for. */
export const needs =
  (right: Right): MiddlewareHandler<Env> =>
  async (c, next) =>
    may(c.var.staff, right) ? next() : notForYou(c)

/** A page leads to the sign-in and from there back; a form is told that nothing came of it, and where its case is. */
function turnAway(c: Context): Response | Promise<Response> {
  const { pathname, search } = new URL(c.req.url)
  if (c.req.method !== 'GET') return sessionOver(c, signInFor(/^\/case\/[\w-]+/.exec(pathname)?.[0] ?? '/'))
  if (c.req.header('sec-fetch-site') === 'cross-site') {
    // A strict cookie is not sent when a link in a chat is followed. Our own page following it once more sends it.
    c.header('refresh', `0;url=${ownPath(pathname + search)}`)
    return opening(c)
  }
  return c.redirect(signInFor(pathname + search), 303)
}

const signInFor = (path: string): string => (path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`)

const SESSION = 'serjeant'
/** The password was right, and the second factor is awaited. */
const HALF = 'serjeant-half'
/** Somebody signed in here before. */
const KNOWN = 'serjeant-known'

/** `__Host-` makes the browser refuse a cookie planted by a sibling domain; it exists only over https. */
const cookieName = (secure: boolean, name: string): string => (secure ? `__Host-${name}` : name)

/** @param expires absent: with the browser's window */
const keep = (c: Context, secure: boolean, name: string, token: string, expires?: Date): void => {
  const till = expires === undefined ? {} : { expires }
  setCookie(c, cookieName(secure, name), token, { httpOnly: true, sameSite: 'Strict', path: '/', secure, ...till })
}

const drop = (c: Context, secure: boolean, name: string): void => {
  deleteCookie(c, cookieName(secure, name), { path: '/', secure })
}

/** Always a new token, whatever the browser brought; what it brought ends. */
export async function beginSession(c: Context, parts: ConsoleParts, personId: string): Promise<void> {
  const { store, now, secureCookies: secure } = parts
  for (const name of [SESSION, HALF]) {
    const brought = getCookie(c, cookieName(secure, name))
    if (brought !== undefined) await store.sessions.end(brought)
  }
  if (getCookie(c, cookieName(secure, HALF)) !== undefined) drop(c, secure, HALF)
  const { token, expiresAt } = await store.sessions.begin(personId, now(), browserWords(c.req.header('user-agent')))
  keep(c, secure, SESSION, token, expiresAt)
  const known = new Date(now().getTime() + KNOWN_DAYS * 86_400_000)
  keep(c, secure, KNOWN, store.browsers.tokenFor(personId, now()), known)
}

export async function endSession(c: Context, { store, secureCookies: secure }: ConsoleParts): Promise<void> {
  const token = getCookie(c, cookieName(secure, SESSION))
  if (token !== undefined) await store.sessions.end(token)
  drop(c, secure, SESSION)
}

/** The password was right: the rest is asked on a page of its own, and till then nothing is open. */
export async function beginHalf(c: Context, parts: ConsoleParts, personId: string): Promise<void> {
  const { token } = await parts.store.sessions.beginHalf(personId, parts.now())
  keep(c, parts.secureCookies, HALF, token)
}

/** The token of whoever has shown their password, and nothing else yet. */
export const halfOf = (c: Context, { secureCookies }: ConsoleParts): string | undefined =>
  getCookie(c, cookieName(secureCookies, HALF))

/** Who signed in with this browser before; null if nobody did. */
export function knownHere(c: Context, { store, now, secureCookies }: ConsoleParts): string | null {
  const token = getCookie(c, cookieName(secureCookies, KNOWN))
  return token === undefined ? null : store.browsers.ownerOf(token, now())
}

/** Who calls, for counting failed tries; one name for all where there is no socket. */
export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/** Where to go after signing in: a page of ours or the queue, never another site. */
export function ownPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/')) return '/'
  const here = 'http://console.invalid'
  if (!URL.canParse(wanted, here)) return '/'
  const url = new URL(wanted, here)
  return url.origin === here && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}
