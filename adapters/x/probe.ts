import { PlatformError, type Probe } from '../platform.ts'
import { type Account, myself } from './account.ts'
import type { Tokens } from './client.ts'
import { type Endpoint, type Scope, X } from './endpoints.ts'
import { isRefusal } from './failure.ts'
import { CURRENCY, inMicros, PRICES_OF } from './money.ts'
import { capabilities } from './perform.ts'
import { Listed } from './schema.ts'

/** What the app's own permissions amount to: OAuth 1.0a, in the words of X's header. */
const LEVELS: Record<string, readonly Scope[]> = {
  read: ['tweet.read', 'users.read', 'block.read'],
  'read-write': [
    'tweet.read',
    'users.read',
    'block.read',
    'tweet.write',
    'tweet.moderate.write',
    'mute.write',
    'block.write',
  ],
}
const ALL = [...new Set(Object.values(X).map(({ scope }) => scope))]

/** Sign in, and find out what the keys and the plan permit. @throws PlatformError */
export async function probe(account: Account, tokens: Tokens, configured: string, signal: AbortSignal): Promise<Probe> {
  const { settings, client } = account
  const me = await myself(account, signal)
  const level = client.accessLevel() ?? ''
  const stated = await tokens.scopes()
  // Where X says nothing, trying will tell.
  const granted = new Set<string>(stated ?? LEVELS[level] ?? ALL)
  const tried: [Endpoint, Record<string, string>][] = [
    [X.messages, {}],
    [X.blocked, { id: me.id }],
  ]
  for (const [endpoint, params] of tried) {
    if (granted.has(endpoint.scope) && !(await isAllowed(account, endpoint, params, signal)))
      granted.delete(endpoint.scope)
  }
  // What can't be read can't be answered.
  if (!granted.has('dm.read')) granted.delete('dm.write')
  const scopes = new Set(ALL.filter((scope) => granted.has(scope)))
  const { profile_image_url: avatar } = me
  const { day, month } = settings.ceiling
  return {
    handle: `@${me.username}`,
    capabilities: capabilities(settings, scopes),
    notes: [
      ...notedOnHandle(me.username, configured),
      ...notedOnScopes(scopes, stated !== null),
      ...notedOnPlan(account),
      NOTED_ON_MESSAGES,
    ],
    ...(avatar && !avatar.includes('/default_profile') ? { avatar } : {}),
    ...(settings.tier === 'enterprise'
      ? {}
      : { budget: { currency: CURRENCY, day: inMicros(day), month: inMicros(month), pricesOf: PRICES_OF } }),
  }
}

/** One entry is asked for, at a cent or less. What can't be told now is taken for allowed: the next probe asks again. */
async function isAllowed(
  { client }: Account,
  endpoint: Endpoint,
  params: Record<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.get(endpoint, { params, query: { max_results: 1 }, acting: true }, Listed, signal)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    if (error instanceof PlatformError && error.trouble !== 'unauthorised') return true
    throw error
  }
}

const plainHandle = (handle: string): string => handle.replace(/^@/, '').toLowerCase()

function notedOnHandle(handle: string, configured: string): string[] {
  if (plainHandle(handle) === plainHandle(configured)) return []
  return [
    `X’s keys belong to @${handle}, and the configuration says ${configured}. If the account was renamed, change the configuration; if not, these are another account’s keys.`,
  ]
}

const MISSING: readonly [Scope, string][] = [
  ['dm.read', 'Direct messages can’t be read or answered'],
  ['tweet.write', 'Nothing can be posted or deleted, so neither redirects nor warnings'],
  ['tweet.moderate.write', 'Replies can’t be hidden'],
  ['mute.write', 'Nobody can be muted'],
  ['block.read', 'Serjeant can’t see whom staff have blocked, so they must say so themselves'],
]

function notedOnScopes(granted: ReadonlySet<Scope>, isOAuth2: boolean): string[] {
  const remedy = isOAuth2
    ? 'ask whoever installed Serjeant to stop it, run npx serjeant connect x, agree to all that is asked for, and start it again'
    : 'in X’s developer console give the app “Read and write and Direct message”, make the access token anew, and put it in the configuration'
  return MISSING.filter(([scope]) => !granted.has(scope)).map(
    ([, what]) => `${what}. If the office wants it, ${remedy}.`,
  )
}

const NOTED_ON_MESSAGES =
  'Serjeant sees only first messages on X. Conversations in X’s encrypted chat can’t be read by any program: look in the X app every day.'

function notedOnPlan({ settings }: Account): string[] {
  if (settings.tier === 'enterprise') return []
  return [
    'X lets only Enterprise customers block by program. Staff are shown where to press Block, and Serjeant sees when it is done.',
    'X lets a program answer only people who name or quote the account. To others staff answer by hand, or one answer stands under the MP’s own post.',
  ]
}
