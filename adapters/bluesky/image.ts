import { createHash } from 'node:crypto'
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
      if (found === 'forbidden') continue
      // What Bluesky shows in place of a picture that is too large is another picture.
      if (found === 'too large') return null
      const { status, type, bytes } = found
      if (status >= 500 || status === 429) trouble = new PlatformError('unavailable', NOT_NOW)
      const isGenuine = place === url || contentId(bytes) === named.cid
      if (status === 200 && isGenuine) return type.startsWith('image/') ? { bytes, type } : null
    } catch (error) {
      signal.throwIfAborted()
      trouble = error
    }
  }
  if (trouble) throw trouble
  return null
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** The name of bytes in Bluesky's way. An author's server may give us other bytes than it gives to Bluesky. */
function contentId(bytes: Uint8Array): string {
  // Version 1, plain bytes, SHA-256, 32 bytes of it.
  const name = Buffer.concat([Buffer.from('01551220', 'hex'), createHash('sha256').update(bytes).digest()])
  const bits = Array.from(name, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{1,5}/g) ?? []
  return `b${letters.map((letter) => BASE32[Number.parseInt(letter.padEnd(5, '0'), 2)]).join('')}`
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
    return typeof found === 'object' && found.status === 200
      ? serverIn(JSON.parse(Buffer.from(found.bytes).toString()))
      : null
  } catch {
    signal.throwIfAborted()
    return null
  }
}
