import { within } from './deadline.ts'
import { type Picture, PlatformError } from './platform.ts'

const PATIENCE = 20_000

/**
 * A picture at an address that the caller has checked: no token goes along, and no redirect is followed, since where it leads nobody
 * has checked.
 * @param whose as people call the platform: 'X'
 * @returns null if it is gone, no picture, or over `maxBytes`
 * @throws PlatformError; the signal's reason
 */
export async function pictureAt(
  url: string,
  whose: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Picture | null> {
  try {
    return await within(PATIENCE, signal, (stop) => download(url, whose, maxBytes, stop))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PlatformError) throw error
    throw new PlatformError('unavailable', `${whose}’s pictures could not be reached.`)
  }
}

async function download(url: string, whose: string, maxBytes: number, signal: AbortSignal): Promise<Picture | null> {
  const { status, headers, body } = await fetch(url, { signal, redirect: 'manual' })
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const announced = Number(headers.get('content-length') ?? 0)
  const isPicture = status === 200 && type.startsWith('image/') && announced <= maxBytes
  if (!isPicture || !body) {
    await body?.cancel()
    if (status === 429 || status >= 500) throw new PlatformError('unavailable', `${whose}’s pictures are in trouble.`)
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
