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
