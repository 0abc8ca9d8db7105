import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../adapters/platform.ts'
import { type ChainedFact, canonical, chain, type Fact, firstBreak, GENESIS } from '../../../src/store/chain.ts'

const fact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.constantFrom('seen', 'judged', 'done'),
  actor: fc.constantFrom('tool', 'a-person'),
  itemId: fc.option(fc.uuid()),
  authorId: fc.option(fc.uuid()),
  actionId: fc.option(fc.uuid()),
  body: fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>),
})
const facts = fc.array(fact, { minLength: 1, maxLength: 8 })
const START = { seq: 0n, hash: GENESIS }
const AT = new Date('2026-11-24T12:00:00Z')

describe('the chain', () => {
  it('holds for what was appended, in one go or in several', () => {
    fc.assert(
      fc.property(facts, facts, (first, second) => {
        const a = chain(START, AT, first)
        const last = a.at(-1) ?? START
        const b = chain(last, AT, second)
        expect(firstBreak(START, [...a, ...b])).toBeNull()
        expect([...a, ...b].map(({ hash }) => hash)).toEqual(
          chain(START, AT, [...first, ...second]).map(({ hash }) => hash),
        )
      }),
    )
  })

  it('holds for what the first logs chained too, which was the whole line, and breaks there alike', () => {
    fc.assert(
      fc.property(facts, facts, (first, second) => {
        let { seq, hash } = START
        const old = first.map((one): ChainedFact => {
          seq += 1n
          const line = canonical({ ...one, seq: String(seq), at: AT.toISOString() })
          hash = createHash('sha256').update(hash).update(line).digest('hex')
          return { ...one, seq, at: AT, hash }
        })
        expect(firstBreak(START, [...old, ...chain({ seq, hash }, AT, second)])).toBeNull()
        const forged = old.with(0, { ...(old[0] as ChainedFact), actor: 'somebody' })
        expect(firstBreak(START, forged)).toEqual({ seq: 1n, why: 'changed' })
      }),
    )
  })

  const tampered: [string, (entry: ChainedFact) => ChainedFact][] = [
    ['its kind', (entry) => ({ ...entry, kind: `${entry.kind}!` })],
    ['its actor', (entry) => ({ ...entry, actor: 'somebody' })],
    ['its time', (entry) => ({ ...entry, at: new Date(entry.at.getTime() + 1) })],
    ['its body', (entry) => ({ ...entry, body: { ...entry.body, more: 1 } })],
    ['its item', (entry) => ({ ...entry, itemId: '00000000-0000-7000-8000-000000000000' })],
    ['its hash', (entry) => ({ ...entry, hash: GENESIS })],
  ]
  it.each(tampered)('breaks at the entry whose %s was changed', (_what, change) => {
    fc.assert(
      fc.property(facts, fc.nat(), (list, pick) => {
        const entries = chain(START, AT, list)
        const n = pick % entries.length
        const entry = entries[n]
        if (!entry) return
        const forged = entries.with(n, change(entry))
        expect(firstBreak(START, forged)).toEqual({ seq: entry.seq, why: 'changed' })
      }),
    )
  })

  it('breaks where an entry was taken out', () => {
    fc.assert(
      fc.property(fc.array(fact, { minLength: 2, maxLength: 8 }), fc.nat(), (list, pick) => {
        const entries = chain(START, AT, list)
        const n = pick % (entries.length - 1)
        expect(firstBreak(START, entries.toSpliced(n, 1))).toEqual({ seq: BigInt(n + 1), why: 'missing' })
      }),
    )
  })
})

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue() as fc.Arbitrary<Json>, (value) => {
        const text = canonical(value)
        expect(canonical(JSON.parse(text) as Json)).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
    expect(canonical({ b: 1, a: [{ d: null, c: 'x' }] })).toBe('{"a":[{"c":"x","d":null}],"b":1}')
  })
})
