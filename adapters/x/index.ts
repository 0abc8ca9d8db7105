import { type Platform, PlatformError, type PlatformKind, type PlatformSetup } from '../platform.ts'
import { fetchFrom, type Readers, sourcesOf } from '../sources.ts'
import { type Account, type Me, myself, rememberRoots } from './account.ts'
import { fetchAgain } from './again.ts'
import { client, fixedTokens, type Tokens } from './client.ts'
import { connect } from './connect.ts'
import { fetchConversations } from './conversations.ts'
import { LONGEST_MESSAGE } from './correspondence.ts'
import { isRefusal, Refusal } from './failure.ts'
import { image } from './image.ts'
import { fetchMentions } from './mentions.ts'
import { fetchMessages } from './messages.ts'
import { money } from './money.ts'
import { ownPosts } from './own.ts'
import { pace } from './pace.ts'
import { doneByHand } from './people.ts'
import { perform, prepare } from './perform.ts'
import { probe } from './probe.ts'
import { readSettings, type Settings } from './settings.ts'
import { renewedTokens } from './tokens.ts'
import { MEANS } from './words.ts'

const SOURCES: Readers<Account> = {
  mentions: { pace: 'live', fetch: fetchMentions },
  messages: { pace: 'live', fetch: fetchMessages },
  conversations: { pace: 'slow', fetch: fetchConversations },
  again: { pace: 'slow', fetch: fetchAgain },
}

/** What a test may want otherwise. */
export interface Means {
  /** Milliseconds for one call to X. */
  patience?: number
}

/** @throws Error naming the settings that are wrong */
export function xAccount(setup: PlatformSetup, means: Means = {}): Platform {
  const settings = readSettings(setup.settings)
  const now = (): Date => setup.now()
  const { tokens, settled } = signingFor(settings, setup, now)
  const purse = money(settings, setup.purse, now)
  let me: Me | null = null
  const account: Account = {
    settings,
    now,
    money: purse,
    roots: rememberRoots(now),
    own: ownPosts(() => account),
    client: client({ settings, tokens, money: purse, pace: pace(now), now, ...means }),
    me: async (signal) => {
      if (me) return me
      const { id, username } = await myself(account, signal)
      me = { id, handle: username }
      return me
    },
  }
  return {
    name: 'x',
    handle: setup.handle,
    sources: sourcesOf(SOURCES),
    probe: (signal) =>
      understood(async () => {
        // People change their handles: asked for anew once a day.
        me = null
        return probe(account, tokens, setup.handle, signal)
      }),
    fetch: (request) => understood(() => fetchFrom('X', SOURCES, account, request)),
    prepare,
    perform: (order, signal) => perform(account, order, signal),
    seesByHand: ['block'],
    doneByHand: (orders, signal) => understood(() => doneByHand(account, orders, signal)),
    image: (url, maxBytes, signal) => image(settings, url, maxBytes, signal),
    close: settled,
  }
}

/** @throws Error if the settings hold neither kind of keys, which reading them has ruled out */
function signingFor(
  { consumer, access, client: app, api }: Settings,
  { handle, vault }: PlatformSetup,
  now: () => Date,
): { tokens: Tokens; settled: () => Promise<void> } {
  if (app) {
    const tokens = renewedTokens({ client: app, api, handle, vault, now })
    return { tokens, settled: () => tokens.settled() }
  }
  if (!consumer || !access) throw new Error('An X account needs keys to sign in with.')
  const { key: appKey, secret: appSecret } = consumer
  const { token: accessToken, secret: accessSecret } = access
  return { tokens: fixedTokens({ appKey, appSecret, accessToken, accessSecret }), settled: async () => {} }
}

const WITHHELD =
  'X does not let the app read the account: it was not granted that, or the app’s plan does not have it. X’s developer console shows both; `npx serjeant doctor` says what is missing.'

/** A refusal that nobody was ready for. */
async function understood<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (isRefusal(error, 'permission', 'tier')) throw new PlatformError('unauthorised', WITHHELD)
    throw error instanceof Refusal ? new PlatformError('unexpected', error.message) : error
  }
}

export const x: PlatformKind = {
  name: 'x',
  forgets: true,
  means: MEANS,
  letters: { answering: ['message'], most: LONGEST_MESSAGE, counts: 'units' },
  create: (setup) => xAccount(setup),
  connect,
}
