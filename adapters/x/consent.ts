import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scope } from './endpoints.ts'
import type { Settings } from './settings.ts'

/** What Serjeant asks an account's owner to let it do, and how X's answer is read. */

type Wanted = Scope | 'offline.access'

/** What is not possible without it; null: nothing is. */
const WITHOUT: Readonly<Record<Wanted, string | null>> = {
  'tweet.read': null,
  'users.read': null,
  'offline.access': null,
  'tweet.write': 'no post can be answered',
  'tweet.moderate.write': 'no reply can be hidden',
  'mute.write': 'nobody can be muted',
  'block.read': 'Serjeant can’t see whom staff have blocked',
  'block.write': 'nobody can be blocked by Serjeant itself',
  'dm.read': 'private messages are not read',
  'dm.write': 'no private message can be answered nor its sender stopped',
}

export function scopesFor({ tier }: Pick<Settings, 'tier'>): Wanted[] {
  const all = Object.keys(WITHOUT) as Wanted[]
  // X sells blocking to Enterprise alone, and what can't be used is not asked for.
  return all.filter((scope) => tier === 'enterprise' || scope !== 'block.write')
}

/** What of it was not granted: nothing works without `vital`, and `costs` says in words what goes without the rest. */
export function missingOf(wanted: readonly Wanted[], granted: readonly string[]): { vital: string[]; costs: string[] } {
  const missing = wanted.filter((scope) => !granted.includes(scope))
  return {
    vital: missing.filter((scope) => WITHOUT[scope] === null),
    costs: missing.flatMap((scope) => WITHOUT[scope] ?? []),
  }
}

/** One walk through X's page, which only its own answer fits (RFC 7636 and RFC 6749, 10.12). */
export interface Walk {
  verifier: string
  state: string
  /** Where somebody lets the app in. */
  link: string
}

export function beginWalk(settings: Pick<Settings, 'api' | 'tier'>, clientId: string, callback: string): Walk {
  const verifier = randomBytes(48).toString('base64url')
  const state = randomBytes(24).toString('base64url')
  const link = new URL('/i/oauth2/authorize', settings.api ?? 'https://x.com')
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: scopesFor(settings).join(' '),
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  // Spaces as %20: X's docs show them so, and a "+" has been taken for a plus.
  link.search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  return { verifier, state, link: link.href }
}

/** Longer than any address X sends. */
const LONGEST = 4096

/**
 * The code in the address somebody came back with, or words about what is wrong with it. It may be anything that is on a
 * clipboard, or a stranger's: nothing of it is repeated.
 */
export function codeIn(text: string, { state }: Walk): { code: string } | { words: string } {
  const address = text.includes('://') ? text : `http://${text}`
  if (text.length > LONGEST || !URL.canParse(address)) return { words: WHOLE_ADDRESS }
  const { searchParams } = new URL(address)
  const only = (name: string): string | null => {
    const [value, ...more] = searchParams.getAll(name)
    return value !== undefined && more.length === 0 ? value : null
  }
  if (searchParams.has('code_challenge')) return { words: 'That is the link to X itself: open it in the browser.' }
  const theirs = only('state')
  if (theirs === null) return { words: WHOLE_ADDRESS }
  if (!isSame(theirs, state)) return { words: 'That is the answer to another sign-in. Open the link given last.' }
  if (searchParams.has('error')) {
    return { words: 'X says that the app was not let in. Open the link again, and press "Authorize app".' }
  }
  const code = only('code')
  return code ? { code } : { words: WHOLE_ADDRESS }
}

const WHOLE_ADDRESS =
  'That is not the address that X sends the browser to. Copy the whole of it from the browser’s address bar: it has "state=" and "code=" in it.'

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
