import { accountOn } from '../meta/account.ts'
import { connect } from '../meta/connect.ts'
import type { Means } from '../meta/graph.ts'
import { image } from '../meta/image.ts'
import { LONGEST, prepareLetter } from '../meta/letters.ts'
import { understood } from '../meta/understood.ts'
import { push } from '../meta/webhooks.ts'
import type { Platform, PlatformKind, PlatformSetup } from '../platform.ts'
import { fetchFrom, sourcesOf } from '../sources.ts'
import { doneByHand } from './people.ts'
import { capabilities, perform } from './perform.ts'
import { probe } from './probe.ts'
import { reader } from './reader.ts'
import { sources } from './sources.ts'
import { MEANS } from './words.ts'

export type { Means } from '../meta/graph.ts'

/** @throws Error naming the settings that are wrong */
export function facebookAccount(setup: PlatformSetup, means: Means = {}): Platform {
  const { account, keys } = accountOn('Facebook', setup, means)
  const reading = reader(account)
  return {
    name: 'facebook',
    handle: setup.handle,
    sources: sourcesOf(sources),
    probe: (signal) => understood(() => probe(account, keys, setup, signal)),
    fetch: (request) => understood(() => fetchFrom('Facebook', sources, reading, request)),
    prepare: () => prepareLetter(account.now()),
    perform: (order, signal) => perform(account, order, signal),
    seesByHand: ['block'],
    doneByHand: (orders, signal) => understood(() => doneByHand(account, orders, signal)),
    image: (url, maxBytes, signal) => image(account.settings, url, maxBytes, signal),
    push: push(account, 'page'),
    close: async () => {},
  }
}

export const facebook: PlatformKind = {
  name: 'facebook',
  means: MEANS,
  letters: { answering: ['comment', 'mention', 'message'], most: LONGEST.facebook, counts: 'units' },
  create: (setup) => facebookAccount(setup),
  connect: (setup, talk) => connect('Facebook', setup, talk, { capabilities }),
}
