import { accountOn } from '../../adapters/meta/account.ts'
import { graph } from '../../adapters/meta/client.ts'
import { fetchInbox } from '../../adapters/meta/inbox.ts'
import { MessageHandle, type Network } from '../../adapters/meta/messages.ts'
import type { FetchRequest, Incoming, Json, Page } from '../../adapters/platform.ts'
import type { Message, Sending } from '../emulators/meta/inbox.ts'
import { type Options, startMeta } from '../emulators/meta/index.ts'
import type { Person } from '../emulators/meta/people.ts'
import type { GrantFacts } from '../emulators/meta/tokens.ts'
import { vaultInMemory } from './bluesky-account.ts'

/** An MP's inbox on one of Meta's two networks, people who write there, and what the service has stored of it. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface Staging extends Options {
  grant?: GrantFacts
}

/** Milliseconds for a call: enough for the slowest machine. */
const PATIENCE = 20_000

export type Office = Awaited<ReturnType<typeof inboxOn>>

/** The clock stands still until it is moved. Whoever opens it closes it. */
export async function inboxOn(network: Network, { grant: facts, ...options }: Staging = {}) {
  const clock = { now: Date.UTC(2026, 10, 25, 12) }
  const now = (): Date => new Date(clock.now)
  const meta = await startMeta({ now: () => clock.now, requireProof: true, engaged: 10_000, ...options })
  const { world } = meta
  const page = world.page('Jo Hartley MP')
  const onInstagram = world.instagram.account(page, 'johartleymp')
  const side = network === 'facebook' ? page : onInstagram
  const grant = meta.tokens.page(page, facts)
  const { id, secret } = meta.app
  const settings = { app: { id, secret }, token: grant.token, api: meta.url }
  const { account } = accountOn(
    network === 'facebook' ? 'Facebook' : 'Instagram',
    { handle: 'johartleymp', settings, vault: vaultInMemory(), now },
    { patience: PATIENCE },
  )
  /** The same for whoever can't wait: it is signed in already. */
  const hasty = {
    ...account,
    graph: graph({ settings: account.settings, now, patience: 100, token: async () => grant.token }),
  }

  const stored = new Map<string, Incoming>()
  const gone = new Set<string>()
  let cursor: Json = null

  /** One call of the source, its page kept as the service keeps it. */
  const once = async (signal: AbortSignal = soon(), by = account): Promise<Page> => {
    const request: FetchRequest = {
      source: 'messages',
      cursor,
      known: async (keys) => new Set(keys.filter((key) => stored.has(key))),
      stored: async () => [],
      hints: [],
      signal,
    }
    const given = await fetchInbox(by, network, request)
    for (const one of given.items) stored.set(`${one.item.id} ${one.revision}`, one)
    for (const one of given.gone) gone.add(one)
    cursor = JSON.parse(JSON.stringify(given.cursor)) as Json
    return given
  }

  /** @returns what is new */
  const read = async (): Promise<Incoming[]> => {
    const all: Incoming[] = []
    for (let calls = 0; calls < 500; calls++) {
      const given = await once()
      all.push(...given.items)
      if (!given.more) return all
    }
    throw new Error('the inbox never comes to an end')
  }

  return {
    meta,
    world,
    network,
    page,
    onInstagram,
    side,
    grant,
    clock,
    account,
    hasty,
    stored,
    gone,
    once,
    read,
    cursor: (): Json => cursor,
    /** Go on from what was stored by another version, or otherwise than here. */
    resume: (from: Json): void => void (cursor = from),
    /** The account, where each read comes after something else: time that passes, or an error. */
    reading: (first: (from: object) => void): typeof account => ({
      ...account,
      graph: {
        ...account.graph,
        get: async (from, schema, signal) => {
          first(from)
          return account.graph.get(from, schema, signal)
        },
        list: async (from, row, signal) => {
          first(from)
          return account.graph.list(from, row, signal)
        },
      },
    }),
    sam: world.person('Sam Ordinary'),
    later: (ms: number): void => void (clock.now += ms),
    receive: (from: Person, text: string, sending?: Sending): Message => world.inbox.receive(from, side, text, sending),
    send: (to: Person, text: string, sending?: Sending): Message => world.inbox.send(side, to, text, sending),
    idOf: (person: Person): string => world.idOf(person, side),
  }
}

export const soon = (): AbortSignal => AbortSignal.timeout(20_000)

export const handleOf = ({ handle }: Incoming): MessageHandle => MessageHandle.parse(handle)

export const textsOf = (items: readonly Incoming[]): string[] => items.map(({ item }) => item.text)
