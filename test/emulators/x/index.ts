import { type AccessLevel, ALL_SCOPES, newAuth, type TokenAnswer } from './auth.ts'
import type { Call } from './call.ts'
import { contractFor } from './contract.ts'
import { faultsOfX } from './faults.ts'
import { limitsBy } from './limits.ts'
import { type House, serve } from './server.ts'
import { type Vocabulary, WORDS } from './vocabulary.ts'
import { newWorld, type Person } from './world.ts'

/**
 * X, as far as a moderation bot meets it: its API v2 on 127.0.0.1, with a memory and without mercy. What it knows of X
 * comes from X's documentation and specification of August 2026; what nobody could look up says GUESS.
 */

export { specsAreThere } from './contract.ts'
export type { Exchange } from './server.ts'
export type { Vocabulary } from './vocabulary.ts'
export type { Message, Person, Post } from './world.ts'

export interface Options {
  /** Unix milliseconds; the real clock, if absent. */
  now?: () => number
  tier?: Call['tier']
  vocabulary?: Vocabulary
  /** Whether an implicit handle in front of a reply lets the account answer it. X leaves it open: false, if absent. */
  implicitSummons?: boolean
  /** Whether calls above X's limits are refused: true, if absent. */
  limits?: boolean
}

export type X = Awaited<ReturnType<typeof startX>>

/** Start it. Whoever starts it closes it. */
export async function startX(options: Options = {}) {
  const now = options.now ?? Date.now
  const vocabulary = options.vocabulary ?? 'tweet'
  const auth = newAuth(now)
  let house: House | null = null
  const serving = await serve(() => {
    if (!house) throw new Error('X is not built yet')
    return house
  })
  const built: House = {
    world: newWorld(now, `${serving.url}/media`),
    auth,
    faults: faultsOfX(),
    limits: limitsBy(now, options.limits ?? true),
    words: WORDS[vocabulary],
    contract: await contractFor(vocabulary),
    tier: options.tier ?? 'pay-per-use',
    implicitSummons: options.implicitSummons ?? false,
    now,
    browser: { person: null, consents: true },
    reads: [],
    writes: [],
    violations: [],
  }
  house = built

  return {
    /** Where it listens; pictures and the page for signing in are there too. */
    url: serving.url,
    /** The people, and all they have written and done. */
    world: built.world,
    /** Makes calls go wrong. */
    faults: built.faults,
    /** `spend` uses calls up. */
    limits: built.limits,
    /** All calls that write, in their order; also those refused or lost. */
    writes: built.writes,
    /** All calls that look. */
    reads: built.reads,
    /** What broke X's specification, in requests and in answers. Tests end by finding it empty. */
    violations: built.violations,
    /** The app's OAuth 2 clients: with a secret, and without one. */
    client: auth.client,
    publicClient: auth.publicClient,

    /** Settings with which the adapter signs in as this person by OAuth 1.0a. */
    credentialsFor: (person: Person, level?: AccessLevel) => ({
      consumer: { ...auth.consumer },
      access: auth.signedTokenFor(person, level),
      api: serving.url,
    }),

    /** OAuth 2 tokens of this person; all scopes, if none are given. They last two hours by the emulator's clock. */
    signIn: (person: Person, scopes: readonly string[] = ALL_SCOPES, clientId?: string): TokenAnswer =>
      auth.signIn(person, scopes, clientId),

    /** Who is signed in to X in the browser that goes to /i/oauth2/authorize, and whether they let the app in. */
    browseAs: (person: Person | null, consents = true): void => {
      built.browser = { person, consents }
    },

    /** All tokens of this person end, as when they remove the app from their account. */
    revoke: auth.revokeAll,

    /** X changes its vocabulary from one day to the next. */
    speak: async (other: Vocabulary): Promise<void> => {
      built.words = WORDS[other]
      built.contract = await contractFor(other)
    },

    /** X changes its mind about what a summons is, or the app its plan. */
    rule: (rules: Partial<Pick<House, 'tier' | 'implicitSummons'>>): void => {
      Object.assign(built, rules)
    },

    close: () => serving.close(),
  }
}
