import type { Account } from './graph.ts'

/**
 * The poll gives a call of a source a minute, and loses all that was read where it takes longer. So a call stops in good time by
 * itself, and says that there is more; half a minute is left for the last answer, which may come late.
 */
const LONG_ENOUGH = 25_000

/**
 * A watch, started when a call of a source begins and looked at before each page, conversation or look-up.
 *
 * @param most milliseconds
 * @returns whether the call has taken so long that it should hand back what it has
 */
export function enough({ now }: Pick<Account, 'now'>, most = LONG_ENOUGH): () => boolean {
  const began = now().getTime()
  return () => now().getTime() - began >= most
}
