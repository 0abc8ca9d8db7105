import { Agent, XRPCError } from '@atproto/api'
import { z } from 'zod'
import { timely } from '../deadline.ts'
import { PlatformError } from '../platform.ts'
import { failureOf, isLockedOut, lockedOut, type Waiting } from './failure.ts'
import type { Session, Sessions } from './session.ts'
import type { Settings } from './settings.ts'

const TIMEOUT = 20_000

interface Options {
  signal: AbortSignal
  headers: Record<string, string>
}

/**
 * Ask Bluesky something and read the answer by a schema.
 * @throws PlatformError, Refusal, or the signal's reason once it is aborted
 */
export type Line = <T extends z.ZodType>(
  signal: AbortSignal,
  schema: T,
  call: (agent: Agent, options: Options) => Promise<{ data?: unknown }>,
) => Promise<z.output<T>>

/** The same servers, asked as three. */
export interface Lines {
  /** As the account itself. */
  own: Line
  /** As anybody who is not signed in: sees what blocks and mutes hide from the account. */
  stranger: Line
  /** As the account, of the service for direct messages. */
  chat: Line
}

export interface LineParts extends Waiting {
  settings: Settings
  sessions: Sessions
  fetch: typeof fetch
}

export function lines({ settings, sessions, fetch: send, now, random }: LineParts): Lines {
  const sent = (input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> => {
    return send(input, { ...init, signal: timely(TIMEOUT, init.signal) })
  }

  const fetchHandler = async (path: string, init: RequestInit): Promise<Response> => {
    const as = (session: Session): Promise<Response> => {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${session.accessJwt}`)
      return sent(new URL(path, session.server), { ...init, headers })
    }
    const session = await sessions.get()
    const answer = await as(session)
    return (await isOver(answer)) ? as(await sessions.renew(session.accessJwt)) : answer
  }

  const line = (agent: Agent, headers: Record<string, string> = {}): Line => {
    let throttled = 0
    return async (signal, schema, call) => {
      signal.throwIfAborted()
      try {
        const { data } = await call(agent, { signal, headers }).catch(unvalidated)
        throttled = 0
        return schema.parse(data)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof z.ZodError)
          throw new PlatformError('unexpected', 'Bluesky answered something that this version can’t read.')
        const failure = failureOf(error, { now, random }, throttled)
        if (!(failure instanceof PlatformError)) throw isLockedOut(failure) ? lockedOut(failure.error) : failure
        if (failure.trouble === 'throttled') throttled += 1
        throw failure
      }
    }
  }

  const own = new Agent({ fetchHandler })
  return {
    own: line(own),
    chat: line(own, { 'atproto-proxy': `${settings.chat}#bsky_chat` }),
    stranger: line(new Agent({ service: settings.publicAppView, fetch: sent })),
  }
}

/** The client refuses a whole page for one odd entry in it. Our own schemas take what they know and leave the rest. */
function unvalidated(error: unknown): { data: unknown } {
  if (error instanceof XRPCError && 'responseBody' in error) return { data: error.responseBody }
  throw error
}

const ErrorBody = z.object({ error: z.string(), message: z.string().optional() })

async function isOver(answer: Response): Promise<boolean> {
  if (answer.status !== 400 && answer.status !== 401) return false
  const { data } = ErrorBody.safeParse(
    await answer
      .clone()
      .json()
      .catch(() => null),
  )
  if (data?.error === 'ExpiredToken') return true
  // "Bad token method" and "Bad token scope": a good token, for something else.
  return data?.error === 'InvalidToken' && !data.message?.startsWith('Bad token')
}
