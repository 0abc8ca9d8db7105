import { within } from '../deadline.ts'
import { type Picture, PlatformError } from '../platform.ts'
import type { Settings } from './settings.ts'

/** Where X keeps pictures that anybody may see. Those of messages are elsewhere, and not given to everybody. */
const HOST = 'https://pbs.twimg.com'
const PATIENCE = 20_000

/**
 * A picture from X's own servers and nobody else's: an address may come from a stranger.
 * @throws PlatformError
 */
export async function image(
  { api }: Pick<Settings, 'api'>,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Picture | null> {
  signal.throwIfAborted()
  const origin = URL.canParse(url) ? new URL(url).origin : null
  if (origin === null || (origin !== HOST && origin !== api)) return null
  try {
    return await within(PATIENCE, signal, (stop) => download(url, maxBytes, stop))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PlatformError) throw error
    throw new PlatformError('unavailable', 'X’s pictures could not be reached.')
  }
}

async function download(url: string, maxBytes: number, signal: AbortSignal): Promise<Picture | null> {
  const answer = await fetch(url, { signal, redirect: 'manual' })
  const { status, headers, body } = answer
  const type = headers.get('content-type') ?? ''
  const announced = Number(headers.get('content-length') ?? 0)
  const isPicture = status === 200 && type.startsWith('image/') && announced <= maxBytes
  if (!isPicture || !body) {
    await body?.cancel()
    if (status === 429 || status >= 500) throw new PlatformError('unavailable', 'X’s pictures are in trouble.')
    return null
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    // Leaving the loop ends the download.
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return { bytes: Buffer.concat(chunks), type }
}
