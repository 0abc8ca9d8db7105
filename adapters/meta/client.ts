import { z } from 'zod'
import { within } from '../deadline.ts'
import { PlatformError } from '../platform.ts'
import { abuseBy } from './abuse.ts'
import { failureOf, lost, TakenForAbuse, TooMuch, Unconfirmed } from './failure.ts'
import type { Bucket, Graph, Query, Rows } from './graph.ts'
import { readable } from './known.ts'
import type { Settings } from './settings.ts'
import { Astray, type Exchanged, exchange, nextPage, TooLong } from './transport.ts'
import { usageBy } from './usage.ts'

export interface ClientParts {
  settings: Pick<Settings, 'app' | 'api'>
  /** @throws PlatformError 'unauthorised' where there is none */
  token: (signal: AbortSignal) => Promise<string>
  now: () => Date
  /** Milliseconds for one call, its answer included. */
  patience: number
}

const META = 'https://graph.facebook.com'

interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  path: string | readonly string[]
  params: Readonly<Record<string, unknown>>
  bucket: Bucket
  acting: boolean
  says?: string | undefined
}

const List = z.object({
  data: z.array(z.unknown()),
  paging: z.object({ next: z.string().optional() }).optional().catch(undefined),
})
const Fault = z.object({ error: z.object({}) })

/** What fetch says where nothing can have been sent. */
const UNSENT: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]
const Cause = z.object({ cause: z.object({ code: z.string() }) })

export function graph({ settings, token, now, patience }: ClientParts): Graph {
  const origin = settings.api ?? META
  const usage = usageBy(now)
  const abuse = abuseBy(now)

  /** @throws PlatformError, Refusal, Unconfirmed */
  const call = async ({ method, path, params, bucket, acting, says }: Call, signal: AbortSignal): Promise<unknown> => {
    signal.throwIfAborted()
    const writes = method !== 'GET'
    usage.check(bucket, acting)
    if (writes) abuse.check(says)
    const key = await token(signal)
    const { status, headers, body } = await answered(writes, signal, (stop) =>
      exchange(method, path, params, { token: key, secret: settings.app.secret, origin, signal: stop }),
    )
    const regains = usage.heard(bucket, headers)
    if (status < 300 && body !== undefined && !Fault.safeParse(body).success) return body
    const failure = failureOf({ status, body }, { writes, now: now(), regains })
    if (failure instanceof TakenForAbuse) throw abuse.met(failure, says)
    if (failure instanceof PlatformError && failure.trouble === 'throttled')
      usage.throttled(bucket, failure.retryAt ?? now())
    throw failure
  }

  /** @throws PlatformError or Unconfirmed where no answer came; the signal's reason once it is aborted */
  const answered = async (
    writes: boolean,
    signal: AbortSignal,
    make: (stop: AbortSignal) => Promise<Exchanged>,
  ): Promise<Exchanged> => {
    try {
      return await within(patience, signal, make)
    } catch (error) {
      signal.throwIfAborted()
      // Whatever fetch throws may hold the address and the headers, so nothing of it is passed on.
      if (error instanceof Astray) throw new PlatformError('unexpected', error.message)
      if (error instanceof TooLong && !writes) throw new TooMuch()
      const isUnsent = UNSENT.includes(Cause.safeParse(error).data?.cause.code ?? '')
      throw lost(writes && !isUnsent)
    }
  }

  const read = async <T extends z.ZodType>(asked: Call, schema: T, signal: AbortSignal): Promise<z.output<T>> => {
    const result = schema.safeParse(await call(asked, signal))
    if (result.success) return result.data
    throw new PlatformError('unexpected', 'Meta answered something that this version can’t read.')
  }

  /** A list, asked for in ever shorter pages where Meta finds it too long: else one long quarrel would stop a source for ever. */
  const fewer = async (asked: Call, signal: AbortSignal): Promise<z.output<typeof List>> => {
    try {
      return await read(asked, List, signal)
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error
      const half = Math.floor(limitOf(asked) / 2)
      if (half < 1) throw error
      return fewer({ ...asked, params: { ...asked.params, limit: half } }, signal)
    }
  }

  return {
    get: ({ path, query = {}, bucket, acting = false }, schema, signal) =>
      read({ method: 'GET', path: path.split('/'), params: query, bucket, acting }, schema, signal),

    list: async (from, row, signal) => {
      const { bucket, acting = false } = from
      const asked: { path: Call['path']; params: Query } =
        'next' in from ? { path: from.next, params: {} } : { path: from.path.split('/'), params: from.query ?? {} }
      const { data, paging } = await fewer({ method: 'GET', ...asked, bucket, acting }, signal)
      return {
        rows: readable(row, data),
        next: paging?.next === undefined ? null : further(paging.next, origin),
      } satisfies Rows<unknown>
    },

    send: async ({ method, path, body = {}, bucket, says }, schema, signal) => {
      const answer = await call({ method, path: path.split('/'), params: body, bucket, acting: true, says }, signal)
      const result = schema.safeParse(answer)
      if (result.success) return result.data
      throw new Unconfirmed()
    },

    rest: (bucket) => usage.rest(bucket),
  }
}

/** How many rows are asked for; 0 where that is left to Meta. */
const limitOf = ({ path, params }: Call): number =>
  Number(params['limit'] ?? (typeof path === 'string' ? new URL(path).searchParams.get('limit') : 0))

/** @throws PlatformError where it leads elsewhere */
function further(next: string, origin: string): string {
  try {
    return nextPage(next, origin)
  } catch (error) {
    if (error instanceof Astray) throw new PlatformError('unexpected', error.message)
    throw error
  }
}
