import { accountOn } from '../meta/account.ts'
import { Refusal } from '../meta/failure.ts'
import type { Means } from '../meta/graph.ts'
import { image } from '../meta/image.ts'
import { type Platform, PlatformError, type PlatformKind, type PlatformSetup } from '../platform.ts'
import { fetchFrom, sourcesOf } from '../sources.ts'
import { perform, prepare } from './perform.ts'
import { probe } from './probe.ts'
import { sources } from './sources.ts'
import { MEANS } from './words.ts'

export type { Means } from '../meta/graph.ts'

/** @throws Error naming the settings that are wrong */
export function instagramAccount(setup: PlatformSetup, means: Means = {}): Platform {
  const { account, keys } = accountOn('Instagram', setup, means)
  return {
    name: 'instagram',
    handle: setup.handle,
    sources: sourcesOf(sources),
    probe: (signal) => understood(() => probe(account, keys, setup, signal)),
    fetch: (request) => understood(() => fetchFrom('Instagram', sources, account, request)),
    prepare: () => prepare(account.now()),
    perform: (order, signal) => perform(account, order, signal),
    image: (url, maxBytes, signal) => image(account.settings, url, maxBytes, signal),
    close: async () => {},
  }
}

const WITHHELD =
  'Meta does not let the app read this: a permission is missing, or was taken back. `npx serjeant doctor` says which, and who can give it.'

/** A refusal that nobody was ready for. */
async function understood<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.reason === 'permission') throw new PlatformError('unauthorised', WITHHELD)
    throw new PlatformError('unexpected', error.message)
  }
}

export const instagram: PlatformKind = {
  name: 'instagram',
  means: MEANS,
  create: (setup) => instagramAccount(setup),
}
