import { setTimeout as sleep } from 'node:timers/promises'
import { blueskyAccount } from '../../adapters/bluesky/index.ts'
import type { FetchRequest, Incoming, Json, Order, Page, Platform, Vault } from '../../adapters/platform.ts'
import type { ActionKind } from '../../moderation/model.ts'
import type { Person, Town } from './bluesky.ts'
import { nothingStored, purseInMemory } from './means.ts'

/** An office's account on running Bluesky servers, and the service's side of the port, as small as it can be. */

export function vaultInMemory(): Vault & { stored: Json } {
  let turn: Promise<unknown> = Promise.resolve()
  const vault = {
    stored: null as Json,
    read: async () => vault.stored,
    update: (change: (stored: Json) => Promise<Json>): Promise<Json> => {
      const mine = turn.then(async () => {
        vault.stored = await change(structuredClone(vault.stored))
        return vault.stored
      })
      turn = mine.catch(() => null)
      return mine
    },
  }
  return vault
}

export interface Means {
  password?: string
  vault?: Vault
  now?: () => Date
  random?: () => number
  fetch?: typeof fetch
  settings?: Record<string, unknown>
}

/** The person's account as Serjeant has it: with an app password of its own. */
export async function officeOf(town: Town, mp: Person, means: Means = {}): Promise<Platform> {
  const { vault = vaultInMemory(), now = () => new Date(), settings, fetch: send, random } = means
  const password = means.password ?? (await mp.appPassword()).password
  const { pds, appView, plc } = town.info
  return blueskyAccount(
    {
      handle: mp.handle,
      settings: { service: pds, publicAppView: appView, plc, appPassword: password, ...settings },
      vault,
      purse: purseInMemory(),
      now,
    },
    { ...(send ? { fetch: send } : {}), ...(random ? { random } : {}) },
  )
}

export const soon = (): AbortSignal => AbortSignal.timeout(20_000)

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

/** Keeps what it reads, as the service would. */
export function readerOf(platform: Platform) {
  const stored = new Map<string, Incoming>()
  const cursors = new Map<string, Json>()
  const gone = new Set<string>()

  /** Read a source to its end. @returns what was new */
  const read = async (source: string): Promise<Incoming[]> => {
    const fresh: Incoming[] = []
    for (let more = true; more; ) {
      const request: FetchRequest = {
        source,
        cursor: cursors.get(source) ?? null,
        known: async (keys) => new Set(keys.filter((key) => stored.has(key))),
        stored: nothingStored,
        hints: [],
        signal: soon(),
      }
      const page: Page = await platform.fetch(request)
      for (const incoming of page.items) {
        if (!stored.has(keyOf(incoming))) fresh.push(incoming)
        stored.set(keyOf(incoming), incoming)
      }
      for (const id of page.gone) gone.add(id)
      cursors.set(source, structuredClone(page.cursor))
      more = page.more
    }
    return fresh
  }

  /** Read a source until it has told of this item. */
  const hear = async (source: string, id: string): Promise<Incoming> => {
    for (let tries = 0; tries < 50; tries++) {
      await read(source)
      const found = [...stored.values()].findLast(({ item }) => item.id === id)
      if (found) return found
      await sleep(100)
    }
    throw new Error(`${source} never told of ${id}`)
  }

  return { read, hear, gone, stored }
}

let orders = 0

/** An order about an item, prepared. */
export function orderFor(
  platform: Platform,
  action: ActionKind,
  { item, author, revision, handle }: Incoming,
  rest: Partial<Order> = {},
): Order {
  const order: Order = {
    id: `order-${++orders}`,
    action,
    undo: false,
    item: { id: item.id, kind: item.kind, revision, handle },
    author: author && { id: author.id, handle: author.handle },
    prepared: null,
    receipt: null,
    attempt: 1,
    ...rest,
  }
  return { ...order, prepared: platform.prepare(order) }
}

/** Fetch, with something done before or after the calls to one method. What `around` returns is what is answered. */
export function meddling(method: string, around: (send: () => Promise<Response>) => Promise<Response>): typeof fetch {
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const send = (): Promise<Response> => fetch(input, init)
    return new URL(url).pathname === `/xrpc/${method}` ? around(send) : send()
  }
}

/** The first call goes through, and its answer is lost on the way back. */
export function losingFirstAnswer(method: string): typeof fetch {
  let lost = false
  return meddling(method, async (send) => {
    const answer = await send()
    if (lost) return answer
    lost = true
    throw new TypeError('fetch failed')
  })
}
