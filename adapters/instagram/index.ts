import { accountOn } from '../meta/account.ts'
import { connect } from '../meta/connect.ts'
import type { Means } from '../meta/graph.ts'
import { image } from '../meta/image.ts'
import { LONGEST, prepareLetter } from '../meta/letters.ts'
import { understood } from '../meta/understood.ts'
import { push } from '../meta/webhooks.ts'
import type { Platform, PlatformKind, PlatformSetup } from '../platform.ts'
import { fetchFrom, sourcesOf } from '../sources.ts'
import { capabilities, perform } from './perform.ts'
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
    prepare: () => prepareLetter(account.now()),
    perform: (order, signal) => perform(account, order, signal),
    image: (url, maxBytes, signal) => image(account.settings, url, maxBytes, signal),
    push: push(account, 'instagram'),
    close: async () => {},
  }
}

export const instagram: PlatformKind = {
  name: 'instagram',
  means: MEANS,
  letters: { answering: ['comment', 'mention', 'message'], most: LONGEST.instagram, counts: 'bytes' },
  create: (setup) => instagramAccount(setup),
  connect: (setup, talk) => connect('Instagram', setup, talk, { capabilities }),
}
