import { createRequire } from 'node:module'

/**
 * Meta's own SDK, as far as it is used. It takes 90 ms and 29 MB to load, so that waits for the first call. Of its transport and its
 * objects nothing is: the one puts the token into every address and knows no time-out, the others send what they have read
 * back over what they are told to write. Whoever else wants it comes here, which a test sees to.
 */
interface Sdk {
  FacebookAdsApi: {
    /** @param reports its crash reporter swallows exceptions of the whole process and floods Meta with them: false, always */
    new (token: string, locale: string, reports: false): Api
    /** The version that the SDK was made for: 'v24.0'. */
    readonly VERSION: string
  }
}

/** What all of the SDK's objects call Meta by. */
export interface Api {
  /** @param path below the version, or the address of a further page */
  call(method: string, path: string | readonly string[], params?: Readonly<Record<string, unknown>>): Promise<unknown>
}

let loaded: Sdk | undefined

export function sdk(): Sdk {
  loaded ??= createRequire(import.meta.url)('facebook-nodejs-business-sdk') as Sdk
  return loaded
}
