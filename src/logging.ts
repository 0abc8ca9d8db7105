import pino, { type Logger } from 'pino'

export type { Logger }

/**
 * What the levels promise whoever runs this:
 *   error  something is lost or stopped unless a person acts
 *   warn   something went wrong and will be tried again, or needs a look this week
 *   info   the service's own life: started, polled after a gap, stopped
 *   debug  for whoever changes the code
 * Messages are fixed sentences, facts are fields. Strangers' text, handles and secrets are never fields.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
}

/**
 * An error as fields: its name, its code or that of its cause (`fetch` keeps it there), where it came from, and its
 * message only where this project wrote it.
 */
export function describe(error: unknown): { error: string; code?: string; at?: string } {
  if (!(error instanceof Error)) return { error: typeof error }
  const told = sayable(error)
  const code = codeOf(error) ?? codeOf(error.cause)
  const frame = error.stack?.split('\n').find((line) => /^\s+at .*\/(src|adapters|moderation)\//.test(line))
  return {
    error: told === null ? error.name : `${error.name}: ${told}`,
    ...(code === undefined ? {} : { code }),
    ...(frame ? { at: frame.trim() } : {}),
  }
}

/** What an error says, where this project wrote it for people to read; else null. */
export const sayable = (error: unknown): string | null =>
  error instanceof Error && SAFE.has(error.name) ? error.message : null

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Prisma's and SDKs' messages quote what they were given; ours are written to be read. */
const SAFE = new Set([
  'PlatformError',
  'DatabaseError',
  'ConfigError',
  'LeaseLost',
  'WrongKey',
  'NotOpen',
  'AdviserError',
])
