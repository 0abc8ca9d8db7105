import type { Client } from './client.ts'
import type { Money } from './money.ts'
import type { Settings } from './settings.ts'

/** The account itself. `handle` without the @. */
export interface Me {
  id: string
  handle: string
}

/** What every part of the adapter works with. */
export interface Account {
  settings: Settings
  client: Client
  money: Money
  /** Asked once and kept. @throws PlatformError */
  me(signal: AbortSignal): Promise<Me>
  /** The first posts of conversations, as far as they were looked up. */
  roots: Roots
  now: () => Date
}

/** Null: looked for and not there. */
export type Root = { id: string; author: string; text: string; writtenAt: string | undefined } | null
export type Roots = Map<string, Root>
