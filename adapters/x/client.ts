import type { IncomingHttpHeaders } from 'node:http'
import { ApiResponseError, TwitterApi, type TwitterApiTokens, type TwitterResponse } from 'twitter-api-v2'
import { z } from 'zod'
import { within } from '../deadline.ts'
import { PlatformError } from '../platform.ts'
import type { Endpoint, Price } from './endpoints.ts'
import { failureOf, lockedOut, Refusal, refusalOf, Unconfirmed, wordsOf } from './failure.ts'
import type { Money } from './money.ts'
import type { Pace } from './pace.ts'
import type { Settings } from './settings.ts'
import { fieldsFor, isMisunderstood, other, type Vocabulary } from './vocabulary.ts'
import { wired } from './wire.ts'

/** What a request is signed with: OAuth 2.0's access token, or OAuth 1.0a's four keys. */
export type Credentials = string | Required<TwitterApiTokens>

export interface Tokens {
  /** @throws PlatformError 'unauthorised' where nobody has signed in */
  authorise(signal: AbortSignal): Promise<Credentials>
  /**
   * X no longer takes these: others. Whoever comes second with the same finds them renewed.
   * @throws PlatformError 'unauthorised' where only a person can help
   */
  renewed(stale: Credentials, signal: AbortSignal): Promise<Credentials>
  /** What OAuth 2.0 has granted; null where the app's own permissions count (OAuth 1.0a). */
  scopes(): Promise<readonly string[] | null>
}

/** OAuth 1.0a: keys that never expire, so that X refusing them is the end of it. */
export function fixedTokens(keys: Required<TwitterApiTokens>): Tokens {
  return {
    authorise: async () => keys,
    renewed: async () => {
      throw lockedOut()
    },
    scopes: async () => null,
  }
}

export interface Asked {
  /** For `:id` and `:target` in the path. */
  params?: Record<string, string>
  query?: Record<string, string | number>
  /** Of the `ids` in the query so many are enough, the first of them, where money is short; all, if absent. */
  enough?: number
  /** A look without which an order can't be carried out: it may use what is kept back for acting. */
  acting?: true
}

export interface Sent {
  params?: Record<string, string>
  body?: Record<string, unknown>
  /** Where it costs something else than usual. */
  price?: Price
}

/**
 * The one way to X. Every call heeds its limits and the office's ceiling beforehand, and is counted afterwards; each rejects
 * with the signal's reason once that is aborted.
 */
export interface Client {
  /**
   * Ask. Fields and expansions are added here, in the words that X takes. Less is asked for where money is short.
   * @throws PlatformError, Refusal
   */
  get<T extends z.ZodType>(endpoint: Endpoint, asked: Asked, schema: T, signal: AbortSignal): Promise<z.output<T>>
  /**
   * Write.
   * @throws PlatformError (nothing was written), Refusal (X said no), Unconfirmed (it may have been written)
   */
  send<T extends z.ZodType>(endpoint: Endpoint, sent: Sent, schema: T, signal: AbortSignal): Promise<z.output<T>>
  /** From when X allows the call again, if not now. */
  closedUntil(endpoint: Endpoint): Date | undefined
  /** What the app may do, as X last said: 'read', 'read-write', 'read-write-directmessages'. OAuth 1.0a only. */
  accessLevel(): string | undefined
}

export interface ClientParts {
  settings: Settings
  tokens: Tokens
  money: Money
  pace: Pace
  now: () => Date
  /** Milliseconds for one call, its answer included. */
  patience?: number
}

const PATIENCE = 20_000

const Resource = z.object({ id: z.string() })
const Resources = z.union([z.array(z.unknown()), Resource.transform((one) => [one])]).catch([])
const Countable = z.object({ data: Resources, includes: z.object({ users: Resources }).catch({ users: [] }) })

const names = (entries: readonly unknown[]): string[] => {
  return entries.flatMap((entry) => Resource.safeParse(entry).data?.id ?? [])
}

interface Request extends Omit<Asked, 'acting' | 'enough'> {
  endpoint: Endpoint
  body?: Record<string, unknown>
}

export function client({ settings, tokens, money, pace, now, patience = PATIENCE }: ClientParts): Client {
  let vocabulary: Vocabulary = 'tweet'
  let level: string | undefined

  const heard = (endpoint: Endpoint, headers: IncomingHttpHeaders, status: number): void => {
    const said = headers['x-access-level']
    if (typeof said === 'string') level = said
    pace.heard(endpoint, headers, status === 429)
  }

  const exchange = async ({ endpoint, params = {}, query = {}, body }: Request, by: Credentials, stop: AbortSignal) => {
    const { method, path } = endpoint
    const means = wired(settings, stop)
    const { v2 } = typeof by === 'string' ? new TwitterApi(by, means) : new TwitterApi(by, means)
    const options = { params, fullResponse: true } as const
    const calls = {
      GET: () => v2.get<unknown>(path, query, options),
      DELETE: () => v2.delete<unknown>(path, query, options),
      POST: () => v2.post<unknown>(path, body, options),
      PUT: () => v2.put<unknown>(path, body, options),
    }
    try {
      const answer: TwitterResponse<unknown> = await calls[method]()
      heard(endpoint, answer.headers, 200)
      return answer.data
    } catch (error) {
      if (error instanceof ApiResponseError) heard(endpoint, error.headers, error.code)
      throw error
    }
  }

  /** @throws whatever the library throws, or the tokens */
  const authorised = async (request: Request, signal: AbortSignal): Promise<unknown> => {
    const once = (by: Credentials) => within(patience, signal, (stop) => exchange(request, by, stop))
    const credentials = await tokens.authorise(signal)
    try {
      return await once(credentials)
    } catch (error) {
      // And never on a 403, which renewing would not help and could only spend the one renewal there is.
      if (!(error instanceof ApiResponseError && error.code === 401)) throw error
      return once(await tokens.renewed(credentials, signal))
    }
  }

  const understood = async (request: Request, signal: AbortSignal): Promise<unknown> => {
    const inWords = (words: Vocabulary) => {
      const query = { ...fieldsFor(request.endpoint, words), ...request.query }
      return authorised({ ...request, query }, signal)
    }
    const words = vocabulary
    try {
      return await inWords(words)
    } catch (error) {
      const isWords =
        error instanceof ApiResponseError && error.code === 400 && isMisunderstood(wordsOf(error.data).all)
      if (!isWords) throw error
      const answer = await inWords(other(words))
      vocabulary = other(words)
      return answer
    }
  }

  const failed = (error: unknown, { endpoint }: Request, writes: boolean): Error => {
    return failureOf(error, { writes, now: now(), retryAt: pace.closedUntil(endpoint) })
  }

  return {
    closedUntil: (endpoint) => pace.closedUntil(endpoint),
    accessLevel: () => level,

    get: async (endpoint, asked, schema, signal) => {
      signal.throwIfAborted()
      pace.check(endpoint)
      const price = money.priceOf(endpoint)
      const wanted = wantedOf(endpoint, asked)
      const { acting, enough = wanted, ...rest } = asked
      const purpose = acting ? 'act' : endpoint.reads === 'messages' ? 'messages' : 'posts'
      const held = await money.hold(price, wanted, endpoint.page?.least ?? enough, purpose)
      const query = { ...rest.query, ...granted(endpoint, asked, held.units) }
      const request = { endpoint, ...rest, query }
      try {
        const answer = await understood(request, signal)
        const { data, includes } = Countable.catch({ data: [], includes: { users: [] } }).parse(answer)
        await held.settle(price, names(data))
        if (settings.chargedForIncluded) await held.settle('User: Read', names(includes.users))
        const result = schema.safeParse(answer)
        if (result.success) return result.data
        throw new PlatformError('unexpected', 'X answered something that this version can’t read.')
      } catch (error) {
        signal.throwIfAborted()
        throw failed(error, request, false)
      } finally {
        held.release()
      }
    },

    send: async (endpoint, { price = endpoint.price, ...sent }, schema, signal) => {
      signal.throwIfAborted()
      pace.check(endpoint)
      const held = await money.hold(price, 1, 1, 'act')
      const request = { endpoint, ...sent }
      try {
        const answer = await authorised(request, signal)
        const result = schema.safeParse(answer)
        if (!result.success) throw refusedWithin(answer) ?? new Unconfirmed()
        await held.settle(price, 1)
        return result.data
      } catch (error) {
        const failure = failed(error, request, true)
        // An answer that was lost was paid for, for all we know.
        if (failure instanceof Unconfirmed) await held.settle(price, 1)
        signal.throwIfAborted()
        throw failure
      } finally {
        held.release()
      }
    },
  }
}

function wantedOf({ page }: Endpoint, { query = {} }: Asked): number {
  if (page) return Math.min(page.most, Math.max(page.least, Number(query['max_results'] ?? page.most)))
  return idsIn(query)?.length ?? 1
}

/** What is asked for, when it may be so many things. */
function granted({ page }: Endpoint, { query = {} }: Asked, units: number): Record<string, string | number> {
  if (page) return { max_results: units }
  const ids = idsIn(query)
  return ids ? { ids: ids.slice(0, units).join(',') } : {}
}

function idsIn({ ids }: Record<string, string | number>): string[] | undefined {
  return typeof ids === 'string' ? ids.split(',') : undefined
}

/** X may say no with status 200: errors, and nothing that was done. */
function refusedWithin(answer: unknown): Refusal | null {
  const { data } = z.object({ errors: z.array(z.unknown()).min(1), data: z.undefined().optional() }).safeParse(answer)
  return data ? refusalOf(200, answer) : null
}
