import { type Platform, PlatformError, type PlatformKind, type PlatformSetup } from '../platform.ts'
import { fetchFrom, type Readers, sourcesOf } from '../sources.ts'
import type { Account } from './account.ts'
import { Refusal } from './failure.ts'
import { image } from './image.ts'
import { LONGEST } from './letters.ts'
import { lines } from './lines.ts'
import { fetchConversations, fetchMessages } from './messages.ts'
import { fetchNotifications } from './notifications.ts'
import { perform, prepare } from './perform.ts'
import { probe } from './probe.ts'
import { sessions } from './session.ts'
import { readSettings } from './settings.ts'
import { fetchThreads } from './threads.ts'

const SOURCES: Readers<Account> = {
  notifications: { pace: 'live', fetch: fetchNotifications },
  messages: { pace: 'live', fetch: fetchMessages },
  threads: { pace: 'slow', fetch: fetchThreads },
  conversations: { pace: 'slow', fetch: fetchConversations },
}

/** What a test may want otherwise. */
export interface Means {
  fetch?: typeof fetch
  random?: () => number
}

/** @throws Error naming the settings that are wrong */
export function blueskyAccount(setup: PlatformSetup, means: Means = {}): Platform {
  const settings = readSettings(setup.settings)
  const now = (): Date => setup.now()
  const { fetch: send = fetch, random = Math.random } = means
  const identifier = settings.identifier ?? setup.handle.replace(/^@/, '')
  const signedIn = sessions({ settings, identifier, vault: setup.vault, fetch: send, now, random })
  const account: Account = {
    settings,
    now,
    random,
    lines: lines({ settings, sessions: signedIn, fetch: send, now, random }),
    did: async () => (await signedIn.get()).did,
  }
  return {
    name: 'bluesky',
    handle: setup.handle,
    sources: sourcesOf(SOURCES),
    probe: (signal) => understood(() => probe(account, signedIn, signal)),
    fetch: (request) => understood(() => fetchFrom('Bluesky', SOURCES, account, request)),
    prepare: (order) => prepare(order, now()),
    perform: (order, signal) => perform(account, order, signal),
    image: (url, maxBytes, signal) => image(settings, url, maxBytes, signal),
    close: async () => {},
  }
}

/** A refusal that nobody was ready for. */
async function understood<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof Refusal ? new PlatformError('unexpected', error.message) : error
  }
}

export const bluesky: PlatformKind = {
  name: 'bluesky',
  letters: { answering: ['message'], most: LONGEST.message, counts: 'graphemes' },
  create: (setup) => blueskyAccount(setup),
}
