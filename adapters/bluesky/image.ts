import { type Picture, PlatformError } from '../platform.ts'
import { fetchGuarded } from './guarded.ts'
import { pictureIn } from './map.ts'
import { serverIn } from './session.ts'
import { isLoopback, type Settings } from './settings.ts'

const LONGEST_DOCUMENT = 100_000

/**
 * A picture as its author uploaded it, from the author's own server; if that has it no more, as Bluesky shows it.
 * @throws PlatformError
 */
export async function image(
  settings: Settings,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Picture | null> {
  signal.throwIfAborted()
  const named = pictureIn(url)
  if (!named) return null
  const loopback = isLoopback(settings.service)
  const server = await serverOf(settings, named.did, loopback, signal)
  const places = [url]
  if (server) places.unshift(`${server}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams(named).toString()}`)
  let trouble: unknown
  for (const place of places) {
    try {
      const found = await fetchGuarded(place, maxBytes, loopback, signal)
      // Over the limit is over the limit: what Bluesky shows instead is another picture.
      if (!found) return null
      if (found.status === 200) return found.type.startsWith('image/') ? { bytes: found.bytes, type: found.type } : null
      if (found.status >= 500 || found.status === 429) trouble = new PlatformError('unavailable', NOT_NOW)
    } catch (error) {
      signal.throwIfAborted()
      trouble = error
    }
  }
  if (trouble) throw trouble
  return null
}

const NOT_NOW = 'The server that has a picture is in trouble.'

/** Null where the author is unknown, or says nothing of a server. */
async function serverOf(
  { plc }: Settings,
  did: string,
  loopback: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const web = /^did:web:([\w.-]+)$/.exec(did)?.[1]
  if (web === undefined && !did.startsWith('did:plc:')) return null
  const place = web === undefined ? `${plc}/${did}` : `https://${web}/.well-known/did.json`
  try {
    const found = await fetchGuarded(place, LONGEST_DOCUMENT, loopback, signal)
    return found?.status === 200 ? serverIn(JSON.parse(Buffer.from(found.bytes).toString())) : null
  } catch {
    signal.throwIfAborted()
    return null
  }
}
