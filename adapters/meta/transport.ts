import { createHmac } from 'node:crypto'
import { sdk } from './sdk.ts'

/** What came back, read whole. `body` is undefined where it is no JSON. */
export interface Exchanged {
  status: number
  headers: Readonly<Record<string, string>>
  body: unknown
}

export interface Means {
  token: string
  /** The app's, which proves that the token was not stolen. */
  secret: string
  /** https://graph.facebook.com, without a slash at the end. */
  origin: string
  /** Ends the call. */
  signal: AbortSignal
}

/** An address leads elsewhere than to Meta's API: the token must not go there. Nothing was sent. */
export class Astray extends Error {
  override readonly name = 'Astray'

  constructor() {
    super('An address to be called is not one of Meta’s API.')
  }
}

/** More came than is read. */
export class TooLong extends Error {
  override readonly name = 'TooLong'
}

/** Bytes of an answer; what is longer is not read to its end. */
const MOST = 32_000_000

/**
 * One call to Meta, for the SDK's objects and for everybody else: the token in a header and never in an address, the proof with
 * every call, nowhere but to Meta, no redirect followed.
 * @throws Astray, TooLong, or whatever fetch throws
 */
export function exchange(
  method: string,
  path: string | readonly string[],
  params: Readonly<Record<string, unknown>>,
  means: Means,
): Promise<Exchanged> {
  return transport(means).call(method, path, params)
}

/** Any version: Meta moves calls on to the next one once theirs is no longer served. */
const VERSIONED = /^\/v\d+\.\d+\//

/**
 * @returns the same without the token and the proof, which each call brings itself
 * @throws Astray
 */
export function nextPage(address: string, origin: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  // A name and password before the host would show up here and nowhere in the origin.
  if (url === null || !url.href.startsWith(`${origin}/`) || !VERSIONED.test(url.pathname)) throw new Astray()
  return withoutSecrets(url)
}

/** Meta writes the token into every link to a further page. */
export function withoutSecrets(link: URL): string {
  const url = new URL(link)
  for (const secret of ['access_token', 'appsecret_proof']) url.searchParams.delete(secret)
  return url.href
}

/** @throws Astray where a part would lead up and out of the version, as no id of Meta's does */
function below(origin: string, path: readonly string[]): string {
  if (path.some((part) => part === '' || /^\.+$/.test(part))) throw new Astray()
  return [origin, sdk().FacebookAdsApi.VERSION, ...path.map((part) => encodeURIComponent(part))].join('/')
}

function transport({ token, secret, origin, signal }: Means) {
  const { FacebookAdsApi } = sdk()
  class Transport extends FacebookAdsApi {
    override async call(
      method: string,
      path: string | readonly string[],
      params: Readonly<Record<string, unknown>> = {},
    ): Promise<Exchanged> {
      const proof = createHmac('sha256', secret).update(token).digest('hex')
      const sent = { ...params, appsecret_proof: proof }
      const url = new URL(typeof path === 'string' ? nextPage(path, origin) : below(origin, path))
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      const asked = { method, headers, signal, redirect: 'error' } as const
      if (method === 'POST') {
        const written = { ...headers, 'content-type': 'application/json' }
        return answerOf(await fetch(url, { ...asked, headers: written, body: JSON.stringify(sent) }))
      }
      for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, worded(value))
      return answerOf(await fetch(url, asked))
    }
  }
  // Whatever the SDK might do by itself, or print, it has no token to do it with.
  return new Transport('kept elsewhere', 'en_GB', false)
}

const worded = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

async function answerOf(response: Response): Promise<Exchanged> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array
    size += bytes.length
    if (size > MOST) throw new TooLong()
    chunks.push(bytes)
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), body: json(Buffer.concat(chunks)) }
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
