import { createHash } from 'node:crypto'
import type { Json } from '../../adapters/platform.ts'

/**
 * The log as a chain: each entry's hash covers the hash before it, so that a changed, removed or inserted entry breaks
 * every hash after it. Pure; `log.ts` does the storing.
 */

export const GENESIS = '0'.repeat(64)

export interface Fact {
  kind: string
  /** 'tool', or the id of the person who did it. */
  actor: string
  itemId: string | null
  authorId: string | null
  actionId: string | null
  body: { [key: string]: Json }
}

export interface ChainedFact extends Fact {
  seq: bigint
  at: Date
  hash: string
}

/** JSON with sorted keys and no spaces: the same value always gives the same bytes, whatever jsonb did to it. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const fields = Object.keys(value).sort()
    return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

const sha256 = (...parts: string[]): string => createHash('sha256').update(parts.join('')).digest('hex')

type Line = Omit<ChainedFact, 'hash'>

function lineOf({ seq, at, kind, actor, itemId, authorId, actionId, body }: Line): string {
  return canonical({ seq: String(seq), at: at.toISOString(), kind, actor, itemId, authorId, actionId, body })
}

/** What an entry adds to the chain. It tells nothing of the entry, so that a proof may carry it in the entry's place. */
export const digestOf = (entry: Line): string => sha256(lineOf(entry))

/** The hash of the entry with that digest, where it follows on `previous`. */
export const linked = (previous: string, digest: string): string => sha256(previous, digest)

/**
 * Does it follow on `previous`? The first logs chained the whole line and not its digest. A line begins with a brace and
 * a digest never does, so neither can pass for the other.
 */
export const follows = (previous: string, entry: ChainedFact): boolean =>
  entry.hash === linked(previous, digestOf(entry)) || entry.hash === sha256(previous, lineOf(entry))

/** Hang facts on the chain after `head`, all at one instant. */
export function chain(head: { seq: bigint; hash: string }, at: Date, facts: readonly Fact[]): ChainedFact[] {
  let { seq, hash } = head
  return facts.map((fact) => {
    seq += 1n
    hash = linked(hash, digestOf({ ...fact, seq, at }))
    return { ...fact, seq, at, hash }
  })
}

export type Break = { seq: bigint; why: 'changed' | 'missing' }

/** The first entry of `entries` that does not follow from `head`; null if all do. */
export function firstBreak(head: { seq: bigint; hash: string }, entries: readonly ChainedFact[]): Break | null {
  let { seq, hash } = head
  for (const entry of entries) {
    if (entry.seq !== seq + 1n) return { seq: seq + 1n, why: 'missing' }
    if (!follows(hash, entry)) return { seq: entry.seq, why: 'changed' }
    ;({ seq, hash } = entry)
  }
  return null
}
