import type { Incoming, Platform, Purse } from '../../adapters/platform.ts'
import { xAccount } from '../../adapters/x/index.ts'
import type { ItemKind } from '../../moderation/model.ts'
import type { Message, Person, Post, startX } from '../emulators/x/index.ts'
import { vaultInMemory } from './bluesky-account.ts'
import { purseInMemory } from './means.ts'

/** An office's account on the emulated X. */

type X = Awaited<ReturnType<typeof startX>>

export interface Means {
  now?: () => Date
  settings?: Record<string, unknown>
  purse?: Purse
  /** Milliseconds for one call. */
  patience?: number
}

/** The person's account as Serjeant has it, signed in by OAuth 1.0a. */
export function accountOn(x: X, person: Person, { now = () => new Date(), ...means }: Means = {}): Platform {
  const { settings, purse = purseInMemory(now), patience } = means
  return xAccount(
    {
      handle: person.handle,
      settings: { ...x.credentialsFor(person), ...settings },
      vault: vaultInMemory(),
      purse,
      now,
    },
    patience === undefined ? {} : { patience },
  )
}

const about = (
  kind: ItemKind,
  id: string,
  text: string,
  { id: author, handle }: Person,
  at: Incoming['handle'],
): Incoming => ({
  item: { id, kind, text, writtenAt: new Date(), links: [], media: [] },
  revision: id,
  author: { platform: 'x', id: author, handle },
  conversation: null,
  link: `https://x.com/i/status/${id}`,
  handle: at,
})

/** A post as an order about it names it, without the reading. `own`: in a conversation that the account began. */
export function postItem({ id, author, typed, conversation }: Post, is: { own: boolean; summoned: boolean }): Incoming {
  const handle = { post: id, conversation, root: conversation, ...is }
  return about(is.own ? 'reply' : 'mention', id, typed, author, handle)
}

export function messageItem({ id, from, text, conversation }: Message): Incoming {
  return about('message', id, text, from, { conversation, participant: from.id })
}
