import type { Access } from './call.ts'
import { VERSIONS } from './contract.ts'
import { faultsOfMeta } from './faults.ts'
import type { Rules } from './graph.ts'
import { type House, serve } from './server.ts'
import { newTokens } from './tokens.ts'
import { usageBy } from './usage.ts'
import { newWebhooks } from './webhooks.ts'
import { newWorld } from './world.ts'

/**
 * Meta's Graph API, as far as a moderation bot meets it for a Page and its Instagram account: on 127.0.0.1, with a
 * memory and without mercy. What it knows of Meta comes from Meta's documentation and specifications of 2025 and 2026;
 * what nobody could look up says GUESS.
 */

export { specsAreThere, VERSIONS } from './contract.ts'
export type { Scope, Task } from './endpoints.ts'
export type { RefusalName } from './refusals.ts'
export type { Exchange } from './server.ts'
export type { Grant } from './tokens.ts'

export interface Options {
  /** Unix milliseconds; the real clock, if absent. */
  now?: () => number
  /** Standard is what an app has before Meta's review: it learns of nobody without a role. Advanced, if absent. */
  access?: Access
  /** Whether the app demands appsecret_proof with every call: false, if absent. */
  requireProof?: boolean
  /** How many people engaged with each Page in the last day, by which Meta limits calls: 100, if absent. */
  engaged?: number
  /** How long a link to a picture opens, in milliseconds: four days, if absent. */
  pictureLife?: number
  /** What `POST /{page}/blocked` answers, which nobody has confirmed: a map by person, if absent. */
  blockAnswer?: Rules['blockAnswer']
}

export type Meta = Awaited<ReturnType<typeof startMeta>>

const DAY = 24 * 3_600_000
/** As long as Meta's links have been seen to last. */
const PICTURE_LIFE = 4 * DAY

/** Start it. Whoever starts it closes it. */
export async function startMeta(options: Options = {}) {
  const now = options.now ?? Date.now
  let house: House | null = null
  const serving = await serve(() => {
    if (!house) throw new Error('Meta is not built yet')
    return house
  })
  const rules: Rules = {
    access: options.access ?? 'advanced',
    requireProof: options.requireProof ?? false,
    blockAnswer: options.blockAnswer ?? 'map',
    versions: VERSIONS,
  }
  const pictureLife = options.pictureLife ?? PICTURE_LIFE
  const world = newWorld({ now, picturesAt: `${serving.url}/cdn`, pictureLife })
  const tokens = newTokens(now)
  const usage = usageBy(now, options.engaged ?? 100)
  const violations: string[] = []
  const graph = { world, tokens, usage, rules, now, url: serving.url, violations }
  const built: House = { graph, faults: faultsOfMeta(), reads: [], writes: [] }
  house = built
  const webhooks = newWebhooks(tokens.app.secret, world.happenings)

  return {
    /** Where it listens; pictures are there too. */
    url: serving.url,
    /** The people, and all they have written and done. */
    world,
    /** Makes calls go wrong. */
    faults: built.faults,
    /** All calls that write, in their order; also those refused or lost. */
    writes: built.writes,
    /** All calls that look. */
    reads: built.reads,
    /** What broke Meta's specifications, in requests and in answers. Tests end by finding it empty. */
    violations,
    /** Gives tokens out; each grant may be changed at any time. */
    tokens,
    /** The app that all tokens are for. */
    app: tokens.app,
    /** `fill` uses calls up. */
    usage,

    /** Meta changes its mind: reviews the app, demands proofs, lets a version die, sends further pages elsewhere. */
    rule: (change: Partial<Rules>): void => void Object.assign(rules, change),

    deliver: webhooks.deliver,
    shakeHands: webhooks.shakeHands,

    close: () => serving.close(),
  }
}
