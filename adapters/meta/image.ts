import { within } from '../deadline.ts'
import { type Picture, PlatformError } from '../platform.ts'

/** Meta's stores of pictures: of Facebook, of Instagram, and of messages on either. */
const STORES = /\.(fbcdn\.net|cdninstagram\.com|fbsbx\.com)$/
const PATIENCE = 20_000

/**
 * A picture from Meta's own stores and nobody else's: an address may come from a stranger. Its address opens the picture for some
 * days, whoever asks, so no token goes along.
 * @param settings where else pictures may be, in tests
 * @returns null if it is gone, its address has ended, it is no picture, or over `maxBytes`
 * @throws PlatformError; the signal's reason
 */
export async function image(
  { api }: { api?: string | undefined },
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Picture | null> {
  signal.throwIfAborted()
  if (!isStored(url, api)) return null
  try {
    return await within(PATIENCE, signal, (stop) => download(url, maxBytes, stop))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PlatformError) throw error
    throw new PlatformError('unavailable', 'Meta’s pictures could not be reached.')
  }
}

function isStored(url: string, api: string | undefined): boolean {
  if (!URL.canParse(url)) return false
  const { origin, protocol, hostname, port, username, password } = new URL(url)
  if (origin === api) return true
  return protocol === 'https:' && port === '' && username + password === '' && STORES.test(hostname)
}

async function download(url: string, maxBytes: number, signal: AbortSignal): Promise<Picture | null> {
  // Where a store sends one elsewhere, that would have to be checked like the first address. They don't.
  const { status, headers, body } = await fetch(url, { signal, redirect: 'manual' })
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const announced = Number(headers.get('content-length') ?? 0)
  const isPicture = status === 200 && type.startsWith('image/') && announced <= maxBytes
  if (!isPicture || !body) {
    await body?.cancel()
    if (status === 429 || status >= 500) throw new PlatformError('unavailable', 'Meta’s pictures are in trouble.')
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
  return { bytes: Buffer.concat(chunks), type: type.trim() }
}
