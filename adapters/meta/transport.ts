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

/** A further page leads elsewhere than to Meta: the token must not go there. */
export class Astray extends Error {
  override readonly name = 'Astray'

  constructor() {
    super('The address of a further page is not Meta’s.')
  }
}

/** Bytes of an answer; what is longer is not read to its end. */
const MOST = 32_000_000

/**
 * One call to Meta, for the SDK's objects and for everybody else: the token in a header and never in an address, the proof with
 * every call, nowhere but to Meta, no redirect followed.
 * @throws Astray, or whatever fetch throws
 */
export function exchange(
  method: string,
  path: string | readonly string[],
  params: Readonly<Record<string, unknown>>,
  means: Means,
): Promise<Exchanged> {
  return transport(means).call(method, path, params) as Promise<Exchanged>
}

/** Below the version: 'v24.0'. */
const root = (origin: string): string => `${origin}/${sdk().FacebookAdsApi.VERSION}/`

/** @returns the same without the token and the proof, which each call brings itself */
export function nextPage(address: string, origin: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !url.href.startsWith(root(origin))) throw new Astray()
  for (const secret of ['access_token', 'appsecret_proof']) url.searchParams.delete(secret)
  return url.href
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
      const url = new URL(
        typeof path === 'string' ? nextPage(path, origin) : root(origin) + path.map(encodeURIComponent).join('/'),
      )
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      const asked = { method, headers, signal, redirect: 'error' } as const
      if (method === 'POST') {
        const json = { ...headers, 'content-type': 'application/json' }
        return answerOf(await fetch(url, { ...asked, headers: json, body: JSON.stringify(sent) }))
      }
      for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, worded(value))
      return answerOf(await fetch(url, asked))
    }
  }
  return new Transport(token, 'en_GB', false)
}

const worded = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

async function answerOf(response: Response): Promise<Exchanged> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array
    size += bytes.length
    if (size > MOST) throw new RangeError('The answer is too long.')
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
