import type { z } from 'zod'
import type { PlatformSetup } from '../platform.ts'
import type { Settings } from './settings.ts'

/** The words in which the adapters of Facebook and Instagram speak of Meta's Graph API. */

/** Whose calls Meta counts together, by the names its usage headers have. */
export type Bucket = 'pages' | 'instagram' | 'messenger'

export type Query = Readonly<Record<string, string | number | boolean>>
/** Sent as JSON. */
export type Body = Readonly<Record<string, unknown>>

export interface Asking {
  /** From the version on: '123_456/comments'. Ids are strings: they do not fit a number. */
  path: string
  query?: Query
  bucket: Bucket
  /** A look without which an order can't be carried out: it may use what is kept back for acting. */
  acting?: true
}

export interface Sending {
  method: 'POST' | 'DELETE'
  path: string
  body?: Body
  bucket: Bucket
  /** The office's own words, where it carries any: 'abusive' is then a Refusal of these. */
  says?: string
}

/** One page of a list. */
export interface Rows<T> {
  rows: T[]
  /** Where the next page is, without the token; null at the end. It may be stored; it ends within hours, and is 'invalid' then. */
  next: string | null
}

/**
 * The one way to Meta. Every call carries the Page's token in its header and a proof of the app's secret, heeds what Meta last
 * said of its limits, and ends in time; each rejects with the signal's reason once that is aborted.
 */
export interface Graph {
  /** @throws PlatformError, Refusal */
  get<T extends z.ZodType>(asking: Asking, schema: T, signal: AbortSignal): Promise<z.output<T>>
  /**
   * A page of an edge. A row that can't be read is left out: one hostile comment must not stop a source.
   * @param from an edge, or what an earlier page gave as `next` (a next page elsewhere than at Meta is refused)
   * @throws PlatformError, Refusal
   */
  list<T extends z.ZodType>(
    from: Asking | { next: string; bucket: Bucket; acting?: true },
    row: T,
    signal: AbortSignal,
  ): Promise<Rows<z.output<T>>>
  /**
   * Write.
   * @throws PlatformError (nothing was written), Refusal (Meta said no), Unconfirmed (it may have been written)
   */
  send<T extends z.ZodType>(sending: Sending, schema: T, signal: AbortSignal): Promise<z.output<T>>
  /**
   * What staff should know of the limits: from when there may be a call again, or till when calls should be fewer, and why.
   * Null where all is well.
   */
  rest(bucket: Bucket): { till: Date; because: string } | null
}

/** The Page that the token is for, and the Instagram account that is linked to it. */
export interface Page {
  id: string
  name: string
  instagram: { id: string; username: string } | null
}

/** What every part of both adapters works with. */
export interface Account {
  settings: Settings
  graph: Graph
  now: () => Date
  /** Kept after the first time. @throws PlatformError 'unauthorised' where nobody has connected the account */
  page(signal: AbortSignal): Promise<Page>
  /** The permissions that the token has now. @throws PlatformError */
  scopes(signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Milliseconds for one call. */
  patience: number
}

/** What a test may want otherwise. */
export interface Means {
  patience?: number
}

export type Setup = Pick<PlatformSetup, 'handle' | 'settings' | 'vault' | 'now'>
