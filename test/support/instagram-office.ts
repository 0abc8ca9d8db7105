import { instagramAccount, type Means } from '../../adapters/instagram/index.ts'
import type { FetchRequest, Hint, Incoming, Json, Page, Platform, Stored } from '../../adapters/platform.ts'
import { type Meta, type Options, startMeta } from '../emulators/meta/index.ts'
import type { GrantFacts } from '../emulators/meta/tokens.ts'
import { vaultInMemory } from './bluesky-account.ts'
import { purseInMemory } from './means.ts'

export { orderFor } from './bluesky-account.ts'

/** An MP's Instagram account on the emulated Meta, people who write there, and the service's side of the port. */

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Staging extends Options {
  settings?: Record<string, unknown>
  grant?: GrantFacts
  patience?: number
}

export type Office = Awaited<ReturnType<typeof office>>

/** The clock stands still until it is moved. Whoever opens it closes it. */
export async function office({ settings, grant: facts, patience, ...options }: Staging = {}) {
  const clock = { now: Date.UTC(2026, 10, 25, 12) }
  const meta = await startMeta({ now: () => clock.now, requireProof: true, ...options })
  const { world } = meta
  const page = world.page('Jo Hartley MP')
  const account = world.instagram.account(page, 'johartleymp')
  const sam = world.person('Sam Ordinary')
  const grant = meta.tokens.page(page, facts)
  const platformWith = (more: Record<string, unknown> = {}, means: Means = {}): Platform =>
    platformOn(meta, grant.token, () => new Date(clock.now), { ...settings, ...more }, means)
  return {
    meta,
    world,
    instagram: world.instagram,
    clock,
    page,
    account,
    sam,
    grant,
    platformWith,
    platform: platformWith({}, patience === undefined ? {} : { patience }),
    later: (ms: number): void => void (clock.now += ms),
  }
}

export function platformOn(
  { app, url }: Meta,
  token: string,
  now: () => Date,
  settings: Record<string, unknown> = {},
  means: Means = {},
): Platform {
  const whole = { app: { id: app.id, secret: app.secret }, token, api: url, ...settings }
  const setup = { handle: 'johartleymp', settings: whole, vault: vaultInMemory(), purse: purseInMemory(now), now }
  return instagramAccount(setup, means)
}

export const soon = (): AbortSignal => AbortSignal.timeout(20_000)

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`
const asJson = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json

/** Keeps what it reads, as the service does: each page with its cursor, what is known passed over, hints forgotten then. */
export function readerOf(platform: Platform) {
  const stored = new Map<string, Incoming>()
  const cursors = new Map<string, Json>()
  const gone = new Set<string>()
  const hints = new Map<string, Hint[]>()

  const kept = async (after: string | null, most: number): Promise<Stored[]> => {
    const from = after === null ? 0 : Number(after) + 1
    const newest = new Map([...stored.values()].map((one) => [one.item.id, one]))
    return [...newest.values()]
      .map(({ item: { id, kind }, revision }, n) => ({ id, kind, revision, gone: gone.has(id), place: String(n) }))
      .slice(from, from + most)
  }

  /** One call of a source. @returns the page */
  const once = async (source: string): Promise<Page> => {
    const request: FetchRequest = {
      source,
      cursor: cursors.get(source) ?? null,
      known: async (keys) => new Set(keys.filter((key) => stored.has(key) && !gone.has(key.split(' ')[0] ?? ''))),
      stored: kept,
      hints: hints.get(source) ?? [],
      signal: soon(),
    }
    const page = await platform.fetch(request)
    hints.delete(source)
    for (const incoming of page.items) {
      stored.set(keyOf(incoming), incoming)
      gone.delete(incoming.item.id)
    }
    for (const id of page.gone) gone.add(id)
    cursors.set(source, asJson(page.cursor))
    return page
  }

  /** Read a source to its end. @returns what it gave */
  const read = async (source: string): Promise<Incoming[]> => {
    const all: Incoming[] = []
    for (let calls = 0; calls < 1000; calls += 1) {
      const page = await once(source)
      all.push(...page.items)
      if (!page.more) return all
    }
    throw new Error(`${source} never comes to an end`)
  }

  const find = (id: string): Incoming => {
    const found = [...stored.values()].findLast(({ item }) => item.id === id)
    if (!found) throw new Error(`nothing was heard of ${id}`)
    return found
  }

  return {
    once,
    read,
    find,
    gone,
    stored,
    cursors,
    ids: (): string[] => [...new Set([...stored.values()].map(({ item }) => item.id))],
    hint: (source: string, value: Json): void => {
      hints.set(source, [...(hints.get(source) ?? []), { key: JSON.stringify(value), value }])
    },
  }
}
