import { pictureAt } from '../picture.ts'
import type { Picture } from '../platform.ts'

/** Meta's stores of pictures: of Facebook, of Instagram, and of messages on either. */
const STORES = /\.(fbcdn\.net|cdninstagram\.com|fbsbx\.com)$/

/**
 * A picture from Meta's own stores and nobody else's: an address may come from a stranger. Its address opens the picture for some
 * days, whoever asks.
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
  return isStored(url, api) ? pictureAt(url, 'Meta', maxBytes, signal) : null
}

function isStored(url: string, api: string | undefined): boolean {
  if (!URL.canParse(url)) return false
  const { origin, protocol, hostname, port, username, password } = new URL(url)
  if (origin === api) return true
  return protocol === 'https:' && port === '' && username + password === '' && STORES.test(hostname)
}
