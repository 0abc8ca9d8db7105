import { PlatformError, type Probe } from '../platform.ts'
import type { Account } from './account.ts'
import { isWithoutMessages } from './failure.ts'
import { capabilities } from './perform.ts'
import { Convos, Preferences, Profile } from './schema.ts'
import type { Sessions } from './session.ts'

/** Sign in, and find out what the app password and the account's settings permit. @throws PlatformError */
export async function probe(account: Account, sessions: Sessions, signal: AbortSignal): Promise<Probe> {
  signal.throwIfAborted()
  const { handle, accessJwt } = await sessions.get()
  const notes = [...(await notedOnNotifications(account, signal))]
  const messages = await messageAccess(account, signal)
  if (messages === 'none')
    notes.push(
      'Direct messages can’t be read: the app password was made without access to them. Make one with “Allow access to your direct messages” if the office wants them watched.',
    )
  if (messages === 'unknown')
    notes.push('Bluesky’s service for direct messages does not answer at the moment. Nothing need be done.')
  if (isMainPassword(accessJwt))
    notes.push(
      'The configuration holds the account’s own password, which can do anything. Make an app password and put that there instead.',
    )
  const avatar = await avatarOf(account, signal)
  return { handle, capabilities: capabilities(messages !== 'none'), notes, ...(avatar ? { avatar } : {}) }
}

/** Not worth failing for: the next probe asks again. */
async function avatarOf(account: Account, signal: AbortSignal): Promise<string | undefined> {
  try {
    const actor = await account.did()
    const profile = await account.lines.own(signal, Profile, (agent, options) =>
      agent.app.bsky.actor.getProfile({ actor }, options),
    )
    return profile.avatar
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

async function messageAccess({ lines }: Account, signal: AbortSignal): Promise<'full' | 'none' | 'unknown'> {
  try {
    await lines.chat(signal, Convos, (agent, options) => agent.chat.bsky.convo.listConvos({ limit: 1 }, options))
    return 'full'
  } catch (error) {
    if (isWithoutMessages(error)) return 'none'
    if (error instanceof PlatformError && error.trouble !== 'unauthorised') return 'unknown'
    throw error
  }
}

const WHAT = { reply: 'replies', mention: 'mentions', quote: 'quotes' } as const

async function notedOnNotifications({ lines }: Account, signal: AbortSignal): Promise<string[]> {
  const { preferences } = await lines.own(signal, Preferences, (agent, options) =>
    agent.app.bsky.notification.getPreferences({}, options),
  )
  const silenced = (['reply', 'mention', 'quote'] as const).filter(
    (kind) => !preferences[kind].list || preferences[kind].include === 'follows',
  )
  if (silenced.length === 0) return []
  const which = silenced.map((kind) => WHAT[kind]).join(' and ')
  return [
    `The account’s notification settings leave out some ${which}, so they are found late or not at all. In Bluesky open Settings, Notifications, and show ${which} from everyone in the list.`,
  ]
}

/** An app password's tokens say so in their scope. */
function isMainPassword(token: string): boolean {
  const [, payload = ''] = token.split('.')
  return Buffer.from(payload, 'base64url').toString().includes('"scope":"com.atproto.access"')
}
