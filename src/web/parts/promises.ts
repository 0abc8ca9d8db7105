import type { ConsoleParts } from '../deps.ts'

/** What is left to do of what the office has promised, as the navigation and the pages count it. */
export interface PromisedCounts {
  letters: number
  notes: number
  /** To be looked at again by now. */
  blocks: number
  /** Those that are overdue. */
  contests: number
}

/** What this office's policy has people told, and noted. */
export const promisesOf = ({ policy }: Pick<ConsoleParts, 'policy'>) => ({
  letters: policy.informInWriting === 'will',
  notes: policy.noteOnRecord === 'will',
})

export async function promisedCounts(parts: Pick<ConsoleParts, 'store' | 'policy' | 'now'>): Promise<PromisedCounts> {
  const { store, now } = parts
  const left = await store.promises.counts(promisesOf(parts))
  const { overdue } = await store.contests.counts(now())
  return { ...left, blocks: await store.blocks.dueCount(now()), contests: overdue }
}

export const sumOf = ({ letters, notes, blocks, contests }: PromisedCounts): number =>
  letters + notes + blocks + contests
