import type { Page } from './facebook.ts'
import type { Tell } from './happenings.ts'
import type { Account } from './instagram.ts'
import type { Person, ScopedIds } from './people.ts'
import type { Gallery, Picture } from './pictures.ts'
import { putByTime } from './shelf.ts'

/** Conversations of people with a Page on Messenger, and with its account on Instagram. */

export interface Conversation {
  readonly node: 'UnifiedThread'
  readonly id: string
  readonly with: Page | Account
  readonly person: Person
  folder: 'inbox' | 'other' | 'pending' | 'spam'
  /** Whether the person may write no more, though they are not blocked elsewhere. */
  closed: boolean
  /** Oldest first. */
  readonly messages: Message[]
}

export interface Message {
  readonly node: 'UnifiedMessage'
  readonly id: string
  readonly conversation: Conversation
  readonly author: Page | Account | Person
  text: string
  readonly at: number
  readonly pictures: readonly Picture[]
  readonly extras: Extras
}

/** What else a message may hold. */
export interface Extras {
  /** The address of one. */
  sticker?: string
  shares?: readonly { id: string; link: string; name?: string }[]
  story?: { mention?: { id: string; link: string }; reply_to?: { id: string; link: string } }
  /** A kind of message that Meta shows to no program. */
  is_unsupported?: boolean
}

interface Means {
  now: () => number
  number: () => string
  ids: ScopedIds
  gallery: Gallery
  tell: Tell
}

export type Inbox = ReturnType<typeof newInbox>

export function newInbox({ now, number, ids, gallery, tell }: Means) {
  const conversations: Conversation[] = []
  const things = new Map<string, Conversation | Message>()

  const between = (side: Page | Account, person: Person): Conversation | null =>
    conversations.find((one) => one.with === side && one.person === person) ?? null

  const begin = (side: Page | Account, person: Person): Conversation => {
    const conversation: Conversation = {
      node: 'UnifiedThread',
      id: `t_${number()}`,
      with: side,
      person,
      folder: 'inbox',
      closed: false,
      messages: [],
    }
    conversations.push(conversation)
    things.set(conversation.id, conversation)
    return conversation
  }

  const say = (
    author: Page | Account | Person,
    conversation: Conversation,
    text: string,
    { at = now(), pictures = [], extras = {} }: Sending,
  ): Message => {
    const message: Message = {
      node: 'UnifiedMessage',
      id: `m_${number()}`,
      conversation,
      author,
      text,
      at,
      pictures: pictures.map((one) => gallery.hang(one === 'pixel' ? undefined : one)),
      extras,
    }
    putByTime(conversation.messages, message)
    things.set(message.id, message)
    const { with: side, person } = conversation
    const theirs = { id: ids.of(person, side) }
    const own = author === side
    tell({
      of: side,
      // An echo of what the Page itself says has a field of its own on Messenger. GUESS: on Instagram it has not.
      field: own && side.node === 'Page' ? 'message_echoes' : 'messages',
      value: {
        sender: own ? { id: side.id } : theirs,
        recipient: own ? theirs : { id: side.id },
        timestamp: at,
        message: { mid: message.id, text, ...(own ? { is_echo: true } : {}) },
      },
    })
    return message
  }

  return {
    /** Somebody writes to the Page or the account. @throws Error if they are blocked */
    receive: (from: Person, to: Page | Account, text: string, sending: Sending = {}): Message => {
      if (to.blocked.has(from) || between(to, from)?.closed) throw new Error(`${from.name} is blocked by ${to.name}`)
      return say(from, between(to, from) ?? begin(to, from), text, sending)
    },

    /** The Page or the account writes, whether by the API or by hand. */
    send: (from: Page | Account, to: Person, text: string, sending: Sending = {}): Message =>
      say(from, between(from, to) ?? begin(from, to), text, sending),

    between,

    /** GUESS: neither counts as a message, and the list of conversations stays as it was. */
    edit: (message: Message, text: string): void => {
      message.text = text
    },
    unsend: (message: Message): void => {
      const { messages } = message.conversation
      messages.splice(messages.indexOf(message), 1)
      things.delete(message.id)
    },

    /** When this person last wrote; -Infinity if they never did. */
    lastHeard: (side: Page | Account, person: Person): number =>
      between(side, person)?.messages.findLast(({ author }) => author === person)?.at ?? -Infinity,

    /** Those with the newest message first. */
    of: (side: Page | Account): Conversation[] =>
      conversations.filter((one) => one.with === side).sort((a, b) => touchedAt(b) - touchedAt(a)),

    find: (id: string): Conversation | Message | null => things.get(id) ?? null,
  }
}

export interface Sending {
  /** Unix milliseconds; now, if absent. */
  at?: number
  pictures?: readonly (Uint8Array | 'pixel')[]
  extras?: Extras
}

export function touchedAt({ messages }: Conversation): number {
  return messages.at(-1)?.at ?? 0
}
