import { type FetchRequest, type Page, PlatformError, type Source } from './platform.ts'

/** What an adapter can read, by name. */
export type Readers<A> = Readonly<
  Record<string, { pace: Source['pace']; fetch(account: A, request: FetchRequest): Promise<Page> }>
>

export function sourcesOf(readers: Readers<never>): Source[] {
  return Object.entries(readers).map(([name, { pace }]) => ({ name, pace }))
}

/**
 * Read the source that is asked for.
 * @param platform as people call it
 * @throws PlatformError where there is none of that name; whatever reading throws; the signal's reason
 */
export async function fetchFrom<A>(
  platform: string,
  readers: Readers<A>,
  account: A,
  request: FetchRequest,
): Promise<Page> {
  request.signal.throwIfAborted()
  const source = readers[request.source]
  if (!source) throw new PlatformError('unexpected', `${platform} has no source called ${request.source}.`)
  return source.fetch(account, request)
}
