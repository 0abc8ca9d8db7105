import { pictureAt } from '../picture.ts'
import type { Picture } from '../platform.ts'
import type { Settings } from './settings.ts'

/** Where X keeps pictures that anybody may see. Those of messages are elsewhere, and not given to everybody. */
const HOST = 'https://pbs.twimg.com'

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
  return origin === HOST || (origin !== null && origin === api) ? pictureAt(url, 'X', maxBytes, signal) : null
}
