import type { Ability, ActionKind, Author, Item, ItemKind } from '../moderation/model.ts'

/**
 * The port: all that the service knows of any platform. Code asks a capability, never a platform's name.
 *
 * A Platform is one account on one platform. It is a set of calls without memory of its own: cursors, receipts and
 * prepared values are kept by the service and handed back, so a killed process loses nothing.
 */
export interface Platform {
  /** The folder's name: 'bluesky'. */
  readonly name: string
  /** The account's own handle, for people to read. */
  readonly handle: string
  /** What can be read here, each with its own cursor; one failing source never stops another. */
  readonly sources: readonly Source[]

  /**
   * Sign in and find out what this account may do. Called at start and by `serjeant doctor`.
   * @throws PlatformError
   */
  probe(signal: AbortSignal): Promise<Probe>

  /**
   * Read what is new in a source. May return items that were returned before (the service drops them) but must never
   * skip one: the service stores the items and the new cursor in one transaction and then asks again.
   * @throws PlatformError
   */
  fetch(request: FetchRequest): Promise<Page>

  /**
   * Choose beforehand whatever makes the order safe to repeat (a record key). Stored before `perform` is first called,
   * so that a crash in the middle repeats with the same value. Pure: no network.
   */
  prepare(order: Order): Json

  /**
   * Look whether the order is already carried out, perform it if not, and verify. Never throws for what a platform may
   * answer: every answer is an Outcome. Only an aborted signal rejects.
   */
  perform(order: Order, signal: AbortSignal): Promise<Outcome>

  /**
   * The picture itself, to be stored at ingest since deletion destroys it. Null if it is gone or over `maxBytes`.
   * @throws PlatformError
   */
  image(url: string, maxBytes: number, signal: AbortSignal): Promise<Picture | null>

  /** What staff did by hand and can be seen here; absent, nothing. */
  readonly seesByHand?: readonly ActionKind[]

  /**
   * Which of these orders stand by now, whoever carried them out? Looks, and writes nothing. Asked of what `seesByHand` names,
   * and seldom, for looking may cost money: of what was left to staff, and each night of what is done or only proposed, and of
   * its undo. What can't be told for certain is left out, of an order as of its undo.
   * @returns the ids of the orders that stand
   * @throws PlatformError
   */
  doneByHand?(orders: readonly Order[], signal: AbortSignal): Promise<Set<string>>

  /** The platform tells us when something happened. Absent: it can't, or the office has not set it up. */
  readonly push?: Push | undefined

  close(): Promise<void>
}

/**
 * What the platform tells of its own accord, at an address that is open to everybody. Nothing rests on it: it may come late,
 * twice or never, and whatever it says is read from the platform again. Polling finds all that it leaves out.
 */
export interface Push {
  /**
   * The platform asks whether the address is ours. No network.
   * @param query the parameters of its request
   * @returns what to answer; null for whoever does not know the secret
   */
  greet(query: Readonly<Record<string, string>>): string | null
  /**
   * @param headers with names in lower case
   * @param body as it came: what a signature was made over, to the byte
   * @returns what concerns this account, often nothing; null for what the platform has not signed
   */
  heard(
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<readonly SourceHint[] | null>
}

/** That there is something to read. */
export interface Hint {
  /** The same for a delivery that the platform repeats. */
  key: string
  /** What can be read only by whoever was told of it; null where the source finds it by itself. */
  value: Json
}

export interface SourceHint extends Hint {
  source: string
}

export interface Picture {
  bytes: Uint8Array
  type: string
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Source {
  name: string
  /** `live` follows the account's pace (seconds to minutes); `slow` reconciles every 10 to 15 minutes. */
  pace: 'live' | 'slow'
}

export interface Probe {
  handle: string
  capabilities: Capabilities
  /** Plain sentences for staff: what this account's tier or settings do not permit, and what to do about it. */
  notes: string[]
  /** For these staff are called: what ends within days, or was taken away. Plain sentences, as the notes are. */
  warnings?: string[]
  /** Where the account's own picture is: whoever wears it too may pose as the MP. */
  avatar?: string
  /** What the office lets it spend here, where calls cost money. */
  budget?: Budget
}

export interface Budget {
  /** ISO 4217, as on the platform's price list. */
  currency: string
  /** Millionths of the currency, for a day and a month in UTC. */
  day: number
  month: number
  /** The day of the price list that costs are reckoned by: YYYY-MM-DD. */
  pricesOf: string
}

/** Per action; a function of the item's kind where it matters (on Bluesky a mention can't be hidden, a reply can). */
export type Capabilities = Record<ActionKind, Ability | Partial<Record<ItemKind, Ability>>>

/** What is not named is impossible. */
export function ability(capabilities: Capabilities, action: ActionKind, kind: ItemKind): Ability {
  // What was stored before an action had its name says nothing of it.
  const entry: Capabilities[ActionKind] | undefined = capabilities[action]
  return typeof entry === 'string' ? entry : (entry?.[kind] ?? 'impossible')
}

export interface FetchRequest {
  source: string
  /** What the last page of this source returned; null at the very first. */
  cursor: Json
  /** Which of these `<id> <revision>` are stored already: lets a source stop paging. */
  known(keys: string[]): Promise<Set<string>>
  /**
   * What is stored of this account, oldest arrival first: at most `most` whose `place` comes after `after` (null: from the
   * first). For platforms whose rules want it looked at again. What was found gone in the last seven days is among it, for it
   * may be back: whatever is returned as an item once more is taken as new.
   */
  stored(after: string | null, most: number): Promise<Stored[]>
  /**
   * What the platform told of this source, oldest first. The page that is returned deals with all of it, or the request throws:
   * a hint is forgotten with the transaction that stores the page.
   */
  hints: readonly Hint[]
  signal: AbortSignal
}

/** An item whose text is kept, or was till it was gone. */
export interface Stored {
  id: string
  revision: string
  kind: ItemKind
  gone: boolean
  /** Where it stands in the order of arrival; hand it back as `after`. */
  place: string
}

export interface Page {
  items: Incoming[]
  cursor: Json
  /** Ids of items found deleted or no longer readable. */
  gone: string[]
  /** True if the source has more to give at once. */
  more: boolean
  /** Not to be asked again before then, whatever the pace. `because` is for staff, where it is not the usual rhythm. */
  rest?: { till: Date; because?: string }
}

export interface Incoming {
  item: Item
  /** Changes when the text was edited (a content id); with `item.id` it names one text for ever. */
  revision: string
  /** Null where the platform withholds it. */
  author: Author | null
  conversation: Thread | null
  /** Where a person can see it. */
  link: string
  /** What the adapter needs to act on the item later (a root uri, a convo id). Opaque to the service. */
  handle: Json
}

/** The post answered and the items around this one, as known when it was read. */
export interface Thread {
  /** Groups items under one post or one private conversation. */
  id: string
  /** The text of the MP's post. */
  post?: string
  postedAt?: Date
  link?: string
  /** What stands between the post and the item, oldest first. */
  above: { handle: string; text: string; at: Date }[]
}

/** An order to a platform: do this action, or undo it. */
export interface Order {
  /** The service's own id for it, the same on every try. */
  id: string
  action: ActionKind
  undo: boolean
  /** For delete-own: the account's own post, named by its `id` alone. */
  item: { id: string; kind: ItemKind; revision: string; handle: Json } | null
  author: { id: string; handle: string } | null
  /** For redirect and warn: what to say, and which stretches of it are links. */
  letter?: Letter
  /** For report: what the breach is. */
  breach?: string
  /** What prepare() gave. */
  prepared: Json
  /** For an undo: what the `done` outcome of the action gave. */
  receipt: Json
  /** From 1. Above 1, an earlier try may have reached the platform. */
  attempt: number
}

export interface Letter {
  text: string
  /** Each `text` occurs in the letter; `uri` may be mailto:, tel: or https:. */
  links: { text: string; uri: string }[]
}

/** What became of an order. Every answer a platform can give is one of these. */
export type Outcome =
  | { is: 'done'; receipt: Json }
  /** It was so before we came: done by staff, or by a try whose answer was lost. */
  | { is: 'already-done'; receipt: Json }
  /** There is no way to do it for a program. `link` opens the place, `words` tell staff exactly what to press. */
  | { is: 'manual'; link: string; words: string }
  /** Nothing was written. Try again at this time. `all`: no order of this kind will be taken before. */
  | { is: 'retry'; at: Date; because: string; all?: true }
  /** It may have been written and can't be checked: never repeated blindly. */
  | { is: 'unconfirmed'; because: string }
  /** The platform said no, for good. `because` is for staff. */
  | { is: 'refused'; because: string }
  /** The item or the person no longer exists there. */
  | { is: 'gone' }

export type PlatformTrouble =
  /** The credentials don't work: a person must act. Not retried until they change or an hour has passed. */
  | 'unauthorised'
  /** Try again at `retryAt`, or later. */
  | 'throttled'
  /** Network, time-out, server error: try again with growing waits. */
  | 'unavailable'
  /** The platform said something this adapter does not understand. */
  | 'unexpected'

/** The one error a platform may raise. `message` is safe to log: never a token, never anybody's words. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly trouble: PlatformTrouble
  readonly retryAt: Date | undefined

  constructor(trouble: PlatformTrouble, message: string, options: { retryAt?: Date; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.trouble = trouble
    this.retryAt = options.retryAt
  }
}

/** What the service gives an adapter when it makes a Platform for an account. */
export interface PlatformSetup {
  handle: string
  /** From the configuration file; each adapter checks its own with zod and says what is wrong. */
  settings: Record<string, unknown>
  /** Secrets kept between runs (sessions, refreshed tokens), encrypted at rest, one writer at a time. */
  vault: Vault
  purse: Purse
  now(): Date
}

export interface Vault {
  read(): Promise<Json>
  /**
   * Run `change` while no other process may; it gets what is stored now and returns what to store.
   * Used to refresh a session: whoever comes second finds it refreshed.
   */
  update(change: (stored: Json) => Promise<Json>): Promise<Json>
}

/** Where calls cost money, what was spent: kept by the service, for the ceiling and for the report. */
export interface Purse {
  /**
   * @param what the price list's own word: 'Post: Read'
   * @param micros what all the units cost together, in millionths of the list's currency
   */
  spend(what: string, units: number, micros: number): Promise<void>
  /**
   * Millionths spent since the beginning of that day in UTC, by every process that serves the account: by the price list's
   * words.
   */
  spent(since: Date): Promise<ReadonlyMap<string, number>>
}

/** Somebody at a keyboard, who is walked through signing in. */
export interface Talk {
  say(line: string): void
  /**
   * @returns what was typed, trimmed
   * @throws where nobody can type any more, or the signal aborts
   */
  ask(question: string): Promise<string>
  /** Aborted when the person gives up. */
  signal: AbortSignal
}

/** How long a letter to one person alone may be. A warning is nobody else's business: where others would read it, none is sent. */
export interface PrivateLetters {
  /** Only in answer to these; to anything else the account could only write where everybody reads it. */
  answering: readonly ItemKind[]
  most: number
  /** What is counted: UTF-16 units, what a reader takes for one letter, or bytes in UTF-8. */
  counts: 'units' | 'graphemes' | 'bytes'
}

/** The length of a text as such a platform counts it. */
export function lengthOf(text: string, counts: PrivateLetters['counts']): number {
  if (counts === 'units') return text.length
  if (counts === 'bytes') return new TextEncoder().encode(text).length
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length
}

/** One line per platform in adapters/index.ts. */
export interface PlatformKind {
  name: string
  /** Its people are made up: they never share a database, a queue and a log with real ones. */
  invented?: true
  /** Its rules forbid keeping what its author has deleted there: text, picture and name are blanked, the log stays. */
  forgets?: true
  /** What an action really does here, for staff, where that is not what it does elsewhere. */
  means?: Partial<Record<ActionKind, string>>
  /** Absent: nobody can be written to in private here. */
  letters?: PrivateLetters
  /**
   * Sign the account in with a person's help and keep what the platform gives in the vault.
   * @throws PlatformError, or Error with a sentence that says what to do
   */
  connect?(setup: PlatformSetup, talk: Talk): Promise<void>
  /** @throws Error with a clear sentence if the settings are wrong. No network. */
  create(setup: PlatformSetup): Platform
}
