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

function hashOf(previous: string, seq: bigint, at: Date, fact: Fact): string {
  const { kind, actor, itemId, authorId, actionId, body } = fact
  const line = canonical({ seq: String(seq), at: at.toISOString(), kind, actor, itemId, authorId, actionId, body })
  return createHash('sha256').update(previous).update(line).digest('hex')
}

/** Hang facts on the chain after `head`, all at one instant. */
export function chain(head: { seq: bigint; hash: string }, at: Date, facts: readonly Fact[]): ChainedFact[] {
  let { seq, hash } = head
  return facts.map((fact) => {
    seq += 1n
    hash = hashOf(hash, seq, at, fact)
    return { ...fact, seq, at, hash }
  })
}

export type Break = { seq: bigint; why: 'changed' | 'missing' }

/** The first entry of `entries` that does not follow from `head`; null if all do. */
export function firstBreak(head: { seq: bigint; hash: string }, entries: readonly ChainedFact[]): Break | null {
  let { seq, hash } = head
  for (const entry of entries) {
    if (entry.seq !== seq + 1n) return { seq: seq + 1n, why: 'missing' }
    if (entry.hash !== hashOf(hash, entry.seq, entry.at, entry)) return { seq: entry.seq, why: 'changed' }
    ;({ seq, hash } = entry)
  }
  return null
}
