import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { pattern } from '../../moderation/detect/rules.ts'
import { sieve } from '../../moderation/detect/sieve.ts'
import type { Judgement } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const may = (source: string, text: string): boolean => sieve([source])(normalise(text))[0] === 1

describe('the sieve', () => {
  test.each([
    ['you {foul}', 'You... tosser', true],
    ['you {foul}', 'You are late', false],
    ['fly ?tip', 'flytip', true],
    ['fly ?tip', 'fly... tip', true],
    ['knife .. throat', 'knives at the ready', false],
    ['[a-z]+', 'anything', true],
  ])('%j on %j: %s', (rule, text, expected) => {
    expect(may(pattern(rule).source, text)).toBe(expected)
  })

  /** Regular expressions of the kinds that rules are made of. */
  const source = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'ab',
        'abc',
        'b',
        'cab',
        "a'?b",
        '[ab]',
        '[a-c]',
        '[\\s,]{1,3}',
        '[^.]{0,4}?',
        '[ -]?',
        '\\s',
        '.',
        'c+',
        '(?!b)',
      ),
      fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((parts) => parts.join('')),
      fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((parts) => `(?:${parts.join('|')})`),
      fc
        .tuple(tie('any'), fc.constantFrom('?', '*', '+', '{0,2}?', '{1,2}', '{2}'))
        .map(([one, often]) => `(?:${one})${often}`),
    ),
  })).any

  it('never sets aside a pattern that matches', () => {
    let matched = 0
    fc.assert(
      fc.property(
        source,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', ',', "'", '.'), maxLength: 12 }),
        (rule, text) => {
          const whole = pattern(rule)
          if (!whole.test(normalise(text).text)) return
          matched++
          expect(may(whole.source, text)).toBe(true)
        },
      ),
      { numRuns: 5_000 },
    )
    expect(matched).toBeGreaterThan(500)
  })
})

describe('with the sieve and without it', () => {
  type Judge = (text: string) => Judgement
  let sifted: Judge
  let unsifted: Judge

  async function judgeOf(): Promise<Judge> {
    vi.resetModules()
    const { judge } = await import('../../moderation/judge.ts')
    const { RULES } = await import('../../moderation/detect/index.ts')
    return (text) =>
      judge({ item: anItem({ text }), author: anAuthor(), context: { earlier: [], others: [] } }, OFFICE, RULES)
  }

  beforeAll(async () => {
    sifted = await judgeOf()
    vi.doMock('../../moderation/detect/sieve.ts', async (original) => ({
      ...(await original<typeof import('../../moderation/detect/sieve.ts')>()),
      sieve: (sources: readonly string[]) => () => new Uint8Array(sources.length).fill(1),
    }))
    unsifted = await judgeOf()
  })
  afterAll(() => vi.doUnmock('../../moderation/detect/sieve.ts'))

  const read = (name: string): string[] =>
    readFileSync(path.resolve(import.meta.dirname, '../cases', name), 'utf8')
      .trim()
      .split('\n')
  const written = [
    ...read('dev.jsonl').map((line): string => JSON.parse(line).text),
    ...read('phrases.tsv').flatMap((line) => line.split('\t')[1] ?? []),
  ]

  it('every case is judged the same', () => {
    for (const text of written) expect(sifted(text), text).toEqual(unsifted(text))
  })

  it('so is any other text of the same words', () => {
    const words = [...new Set(written.flatMap((text) => text.split(/\s+/)))]
    const text = fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ', ', '. ', '-', "'", '')), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(text, (parts) => {
        const said = parts.flat().join('')
        expect(sifted(said)).toEqual(unsifted(said))
      }),
      { numRuns: 1_000 },
    )
  })
})
