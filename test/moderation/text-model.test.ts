import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findingsOf, seemsLawful } from '../../moderation/detect/second-opinion.ts'
import type { Reading } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { encoderOf } from '../../moderation/text-model/encoder.ts'
import { INNER, LARGEST, PANEL, place, productIn } from '../../moderation/text-model/kernel.ts'
import { type Chances, type TextModel, textModel } from '../../moderation/text-model/model.ts'
import { placesOf } from '../../moderation/text-model/ngrams.ts'
import { piecesOf } from '../../moderation/text-model/pieces.ts'
import { readWeights } from '../../moderation/text-model/weights.ts'
import { wordsOf } from '../../moderation/text-model/words.ts'
import { anItem, OFFICE } from '../builders.ts'

const FOLDER = path.resolve(import.meta.dirname, '../../moderation/text-model')

describe('the product of matrices', () => {
  it('is what plain JavaScript makes of it', () => {
    const memory = new WebAssembly.Memory({ initial: 40 })
    const product = productIn(memory)
    const sizes = fc.record({
      height: fc.integer({ min: 1, max: 9 }),
      inner: fc.integer({ min: 1, max: 6 }).map((n) => n * INNER),
      width: fc.integer({ min: 1, max: 4 }).map((n) => n * PANEL),
      seed: fc.integer(),
    })
    fc.assert(
      fc.property(sizes, ({ height, inner, width, seed }) => {
        let s = seed
        const random = (most: number): number => {
          s = (Math.imul(s, 1664525) + 1013904223) | 0
          return Math.round((s / 2 ** 31) * most)
        }
        const left = Int16Array.from({ length: height * inner }, () => random(LARGEST))
        const right = Int16Array.from({ length: inner * width }, () => random(127))
        const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random(1000) / 1000)
        const [columns, bias, rows] = [numbers(width), numbers(width), numbers(height)]
        const at = { left: 0, right: 65_536, columns: 131_072, bias: 196_608, rows: 262_144, out: 327_680 }
        new Int16Array(memory.buffer, at.left, left.length).set(left)
        const panels = new Int16Array(memory.buffer, at.right, right.length)
        for (let r = 0; r < inner; r++)
          for (let c = 0; c < width; c++) panels[place(r, c, inner)] = right[r * width + c] ?? 0
        new Float32Array(memory.buffer, at.columns, width).set(columns)
        new Float32Array(memory.buffer, at.bias, width).set(bias)
        new Float32Array(memory.buffer, at.rows, height).set(rows)
        product(at.left, at.right, at.columns, at.bias, at.rows, at.out, height, inner, width)
        const out = new Float32Array(memory.buffer, at.out, height * width)
        for (let r = 0; r < height; r++) {
          for (let c = 0; c < width; c++) {
            let sum = 0
            for (let k = 0; k < inner; k++) sum += (left[r * inner + k] ?? 0) * (right[k * width + c] ?? 0)
            const want = sum * (columns[c] ?? 0) * (rows[r] ?? 0) + (bias[c] ?? 0)
            expect(Math.abs((out[r * width + c] ?? 0) - want)).toBeLessThanOrEqual(1e-5 * Math.abs(want) + 1e-3)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('pieces', () => {
  const cut = piecesOf([
    ...['�', '<s>', '</s>', 'x', 'y', 'z'].map((piece) => [piece, 0] as const),
    ['\u2581un', -3],
    ['\u2581', -2],
    ['u', -5],
    ['n', -5],
    ['kind', -4],
    ['k', -6],
    ['i', -6],
    ['d', -6],
  ])

  it('are the likeliest way to cut a text', () => {
    expect(cut('unkind', 9)).toEqual([6, 10])
  })

  it('take a run of what is unknown as one', () => {
    expect(cut('un☂☂☂kind', 9)).toEqual([6, 0, 10])
  })

  it('are never more than asked for, of whatever text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => cut(text, 12).length <= 12))
  })
})

describe('words', () => {
  const words = (text: string): string => wordsOf(normalise(text), text)

  it('keep a capital that begins a word, and lower those that shout', () => {
    expect(words('Jo HARTLEY is here')).toBe('Jo hartley is here')
  })

  it('blank accounts and addresses and spell out pictures', () => {
    expect(words('@someone see https://a.example/b 🔪')).toBe('@ see link knife')
  })
})

describe('the shipped model', () => {
  const Parity = z.array(z.object({ pieces: z.array(z.number()), own: z.number(), logits: z.array(z.number()) }))
  const parity = Parity.parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, 'text-model.parity.json'), 'utf8')),
  )

  it('says what its trainer said before the weights were made small', () => {
    const weights = readWeights(readFileSync(path.join(FOLDER, 'encoder.bin')))
    const encode = encoderOf(weights)
    expect(parity.length).toBeGreaterThan(10)
    for (const { pieces, own, logits } of parity) {
      const found = encode(pieces.slice(0, own), pieces.slice(own))
      for (const [head, logit] of logits.entries()) expect(Math.abs((found[head] ?? 0) - logit)).toBeLessThan(0.25)
    }
  })

  it('refuses a file that is cut off', () => {
    const file = readFileSync(path.join(FOLDER, 'encoder.bin'))
    expect(() => encoderOf(readWeights(file.subarray(0, file.length - 100_000)))).toThrow('cut off')
  })

  it('tells what is plainly one thing or the other', () => {
    const model = textModel()
    const breach = (text: string): number => model.full(wordsOf(normalise(text), text), undefined).get('breach') ?? 0
    expect(breach('People like you should be put down like the dogs you are, you worthless creature')).toBeGreaterThan(
      0.7,
    )
    expect(breach('Thank you for coming to the school fair on Saturday, the children loved it')).toBeLessThan(0.2)
  })

  it('answers for any text at all', () => {
    const model = textModel()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const chance of model.full(wordsOf(normalise(text), text), text).values()) {
          expect(chance).toBeGreaterThanOrEqual(0)
          expect(chance).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('n-grams', () => {
  it('fall on places within the table, each once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const places = placesOf(text, 1024)
        expect(new Set(places).size).toBe(places.length)
        expect(places.every((n) => n >= 0 && n < 1024)).toBe(true)
      }),
    )
  })
})

describe('the second opinion', () => {
  const thresholds = {
    doubt: [['breach', 0.1]] as const,
    breach: { mild: 0.6, plain: 0.9 },
    lawful: { surely: 0.02, rather: 0.05 },
    heads: {
      threat: { mild: 0.5, plain: 0.95 },
      'at-risk': { mild: 0.7, plain: 1 },
      casework: { mild: 0.7, plain: 1 },
    },
  }
  /** A model that knows one bad word. */
  const model = (full: Record<string, number>, word = 'menace', cheap = 0.5): TextModel => ({
    thresholds,
    cheap: (words) => new Map([['breach', words.includes(word) ? cheap : cheap / 2]]),
    full: (words): Chances =>
      words.includes(word)
        ? new Map(Object.entries(full))
        : new Map([
            ['breach', 0.01],
            ['threat', 0.01],
          ]),
  })
  const reading = (text: string): Reading => ({
    item: anItem({ text }),
    author: null,
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  })
  const THREAT = { breach: 0.8, threat: 0.7, abuse: 0.2 }

  it('names the likeliest breach and marks the phrase it rests on', () => {
    const text =
      'Lovely day for a walk by the river, said the menace in the park to nobody at all, and went on his way home'
    const [finding, ...more] = findingsOf(reading(text), model(THREAT))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ concern: 'threat', gravity: 'mild', escalate: 'police' })
    expect(finding?.spans.map(({ start, end }) => text.slice(start, end)).join()).toContain('menace')
  })

  it('is never sure enough for the tool to act by itself, and never makes a breach grave', () => {
    const [finding] = findingsOf(reading('the menace'), model({ breach: 1, threat: 1, grave: 1 }))
    expect(finding?.gravity).toBe('plain')
    expect(finding?.score).toBeLessThan(0.8)
  })

  it('asks the encoder only where the cheap layer is in doubt', () => {
    expect(findingsOf(reading('the menace'), model(THREAT, 'menace', 0.01))).toEqual([])
  })

  it('finds what stands in the middle of a long letter', () => {
    const filler = 'I write about the bins on our street and the state of the pavement. '
    const text = `${filler.repeat(20)}And then there is the menace of it. ${filler.repeat(20)}`
    const suspicious: TextModel = {
      ...model(THREAT),
      cheap: (words) => new Map([['breach', words.includes('menace') ? 0.9 : 0.2]]),
    }
    expect(findingsOf(reading(text), suspicious).map(({ concern }) => concern)).toEqual(['threat'])
  })

  it('calls a text lawful only if the encoder was asked', () => {
    expect(seemsLawful(reading('good morning'), model(THREAT))).toBe('surely')
    expect(seemsLawful(reading('good morning'), model(THREAT, 'menace', 0.01))).toBe('no')
    expect(seemsLawful(reading('the menace'), model(THREAT))).toBe('no')
  })
})
