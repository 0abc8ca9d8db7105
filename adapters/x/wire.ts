import { setMaxListeners } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { IClientSettings } from 'twitter-api-v2'
import type { Settings } from './settings.ts'

/**
 * How the library reaches X.
 * @param signal ends the request, whatever it waits for: by itself the library waits for ever
 */
export function wired({ api }: Pick<Settings, 'api'>, signal: AbortSignal): Partial<IClientSettings> {
  const local = api === undefined ? null : new URL(api)
  return {
    // A fresh connection each time: on one that X has just closed a write would be lost, and nobody could say whether.
    // An agent for http is what lets the library, which calls https.request, speak to this machine.
    httpAgent: local ? new http.Agent() : new https.Agent(),
    // The library does not hear when a compressed answer breaks off: it waits for ever, or brings the process down.
    compression: false,
    plugins: [
      {
        onBeforeRequest: ({ computedParams, requestOptions }) => {
          requestOptions.signal = signal
          if (local) computedParams.url = new URL(computedParams.url.pathname + computedParams.url.search, local)
        },
      },
    ],
  }
}

/**
 * Make a call that ends when `stop` aborts or `ms` are over, even where it does not heed its signal. `AbortSignal.any` with
 * `AbortSignal.timeout` would be shorter, and may never fire (nodejs/node#57736).
 */
export async function within<T>(ms: number, stop: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  stop.throwIfAborted()
  const ending = new AbortController()
  const over = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true })
  })
  const end = (): void => ending.abort(stop.reason)
  const timer = setTimeout(() => ending.abort(new DOMException('It took too long', 'TimeoutError')), ms)
  setMaxListeners(0, stop)
  stop.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([call(ending.signal), over])
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', end)
  }
}
