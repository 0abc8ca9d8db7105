import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decide } from '../../moderation/decide.ts'
import { RULES } from '../../moderation/detect/index.ts'
import { findingsOf, seemsLawful } from '../../moderation/detect/second-opinion.ts'
import { judge } from '../../moderation/judge.ts'
import type { Gravity, Reading } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { POLICIES } from '../../moderation/policy.ts'
import { encoderOf } from '../../moderation/text-model/encoder.ts'
import {
  HEAD,
  INNER,
  kernelIn,
  LARGEST,
  PANEL,
  placeLeft,
  placeRight,
  STRIP,
} from '../../moderation/text-model/kernel.ts'
import { type Chances, type TextModel, textModel } from '../../moderation/text-model/model.ts'
import { placesOf } from '../../moderation/text-model/ngrams.ts'
import { MARKS, piecesOf } from '../../moderation/text-model/pieces.ts'
import { readWeights } from '../../moderation/text-model/weights.ts'
import { wordsOf } from '../../moderation/text-model/words.ts'
import { anItem, OFFICE } from '../builders.ts'

const FOLDER = path.resolve(import.meta.dirname, '../../moderation/text-model')

describe('the kernel', () => {
  const memory = new WebAssembly.Memory({ initial: 200 })
  const kernel = kernelIn(memory)
  /** Where each thing lies. What was not put there is not a number, so nothing comes right that reads beyond its own. */
  const [A, B, C, D, E, F] = [0, 0x200000, 0x400000, 0x600000, 0x800000, 0xa00000]
  const floats = (at: number, count: number): Float32Array => new Float32Array(memory.buffer, at, count)
  const put = (at: number, numbers: Float32Array): void => floats(at, numbers.length).set(numbers)
  /** So many numbers to be written to, and one after them that must stay. */
  const guarded = (at: number, count: number): Float32Array => floats(at, count + 1).fill(GUARD)
  const GUARD = 7

  /** Forgets what lay in the memory. Gives numbers no larger than so much, the same ones for the same seed. */
  const afresh = (seed: number) => {
    new Uint8Array(memory.buffer).fill(0xff)
    let s = seed
    const random = (most: number): number => {
      s = (Math.imul(s, 1664525) + 1013904223) | 0
      return Math.round((s / 2 ** 31) * most)
    }
    const numbers = (count: number, most = 1): Float32Array =>
      Float32Array.from({ length: count }, () => (random(1000) / 1000) * most)
    return { random, numbers }
  }
  const seeds = fc.integer()
  const heights = fc.oneof(fc.integer({ min: 1, max: 21 }), fc.constant(180))
  const each = (count: number, see: (n: number) => void): void => {
    for (let n = 0; n < count; n++) see(n)
  }
  const sum = (count: number, of: (n: number) => number): number => {
    let all = 0
    for (let n = 0; n < count; n++) all += of(n)
    return all
  }
  const near = (found: number | undefined, want: number, by: number): void => {
    if (!(Math.abs((found ?? Number.NaN) - want) <= by * (1 + Math.abs(want)))) expect(found).toBe(want)
  }

  it('makes the product of matrices that plain JavaScript makes', () => {
    const sizes = fc.record({
      height: fc.integer({ min: 1, max: 13 }),
      inner: fc.integer({ min: 1, max: 6 }).map((n) => n * INNER),
      width: fc.integer({ min: 1, max: 4 }).map((n) => n * PANEL),
      seed: seeds,
    })
    fc.assert(
      fc.property(sizes, ({ height, inner, width, seed }) => {
        const { random, numbers } = afresh(seed)
        const left = Int16Array.from({ length: height * inner }, () => random(LARGEST))
        const right = Int8Array.from({ length: inner * width }, () => random(127))
        const [columns, bias, rows] = [numbers(width), numbers(width), numbers(height)]
        const strips = new Int16Array(memory.buffer, A, (height + STRIP) * inner)
        const panels = new Int8Array(memory.buffer, B, right.length)
        each(height, (r) => each(inner, (k) => (strips[placeLeft(r, k, inner)] = left[r * inner + k] ?? 0)))
        each(inner, (k) => each(width, (c) => (panels[placeRight(k, c, inner)] = right[k * width + c] ?? 0)))
        put(C, columns)
        put(D, bias)
        put(E, rows)
        const out = guarded(F, height * width)
        kernel.product(A, B, C, D, E, F, height, inner, width)
        each(height, (r) =>
          each(width, (c) => {
            const whole = sum(inner, (k) => (left[r * inner + k] ?? 0) * (right[k * width + c] ?? 0))
            near(out[r * width + c], whole * (columns[c] ?? 0) * (rows[r] ?? 0) + (bias[c] ?? 0), 1e-5)
          }),
        )
        expect(out[height * width]).toBe(GUARD)
      }),
      { numRuns: 60 },
    )
  })

  it('sums up the largest numbers there are', () => {
    const inner = 1536
    new Int16Array(memory.buffer, A, inner * STRIP).fill(-LARGEST)
    new Int8Array(memory.buffer, B, inner * PANEL).fill(127)
    for (const at of [C, E]) floats(at, PANEL).fill(1)
    floats(D, PANEL).fill(0)
    kernel.product(A, B, C, D, E, F, 1, inner, PANEL)
    near(floats(F, 1)[0], -LARGEST * 127 * inner, 1e-6)
  })

  it('rounds each row to whole numbers as large as may be', () => {
    const inners = fc.integer({ min: 1, max: 20 }).map((n) => n * INNER)
    fc.assert(
      fc.property(heights, inners, fc.constantFrom(0, 1e-4, 1, 1e4), seeds, (height, inner, most, seed) => {
        const from = afresh(seed).numbers(height * inner, most)
        put(A, from)
        const scales = guarded(C, height)
        kernel.round(A, B, C, height, inner)
        const strips = new Int16Array(memory.buffer, B, (height + STRIP) * inner)
        each(height, (r) => {
          const largest = Math.max(1e-9, ...from.subarray(r * inner, (r + 1) * inner).map(Math.abs))
          near((scales[r] ?? 0) * LARGEST, largest, 1e-6)
          each(inner, (c) => {
            const number = strips[placeLeft(r, c, inner)] ?? Number.NaN
            if (Math.abs(number) > LARGEST) expect(Math.abs(number)).toBe(LARGEST)
            // Half a step, and what a 32-bit number is out by.
            const want = ((from[r * inner + c] ?? 0) / largest) * LARGEST
            if (Math.abs(number - want) > 0.501) expect(number).toBe(want)
          })
        })
        expect(scales[height]).toBe(GUARD)
      }),
      { numRuns: 60 },
    )
  })

  it('bends as GELU does', () => {
    /** Abramowitz and Stegun 7.1.26. */
    const erf = (x: number): number => {
      const t = 1 / (1 + 0.3275911 * Math.abs(x))
      const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
      return Math.sign(x) * (1 - tail * Math.exp(-x * x))
    }
    const number = fc.oneof(fc.float({ min: -8, max: 8, noNaN: true }), fc.float({ min: -1e6, max: 1e6, noNaN: true }))
    const fours = fc.integer({ min: 1, max: 9 }).chain((n) => fc.array(number, { minLength: 4 * n, maxLength: 4 * n }))
    fc.assert(
      fc.property(fours, (numbers) => {
        const x = Float32Array.from(numbers)
        put(A, x)
        kernel.bend(A, x.length)
        const out = floats(A, x.length)
        for (const [n, value] of x.entries()) near(out[n], (value / 2) * (1 + erf(value / Math.SQRT2)), 1e-5)
      }),
    )
  })

  it('adds and normalises each row', () => {
    const widths = fc.oneof(fc.integer({ min: 2, max: 20 }), fc.constant(96)).map((n) => n * 4)
    fc.assert(
      fc.property(heights, widths, seeds, (height, width, seed) => {
        const { numbers } = afresh(seed)
        const [x, more] = [numbers(height * width, 3), numbers(height * width)]
        const [scale, bias] = [numbers(width), numbers(width)]
        const out = guarded(A, height * width)
        put(A, x)
        put(B, more)
        put(C, scale)
        put(D, bias)
        kernel.settle(A, B, C, D, height, width)
        each(height, (r) => {
          const value = (c: number): number => (x[r * width + c] ?? 0) + (more[r * width + c] ?? 0)
          const mean = sum(width, value) / width
          const spread = Math.sqrt(sum(width, (c) => (value(c) - mean) ** 2) / width)
          each(width, (c) =>
            near(out[r * width + c], ((value(c) - mean) / spread) * (scale[c] ?? 0) + (bias[c] ?? 0), 1e-4),
          )
        })
        expect(out[height * width]).toBe(GUARD)
      }),
      { numRuns: 40 },
    )
  })

  it('attends as softmax does, however far apart the scores are', () => {
    const sizes = fc.record({
      height: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 21 }) }, fc.constant(180)),
      heads: fc.integer({ min: 1, max: 3 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      most: fc.constantFrom(0.1, 3, 30),
      seed: seeds,
    })
    fc.assert(
      fc.property(sizes, ({ height, heads, share, most, seed }) => {
        const width = heads * HEAD
        const asking = Math.max(1, Math.round(height * share))
        const qkv = afresh(seed).numbers(height * 3 * width, most)
        put(A, qkv)
        const out = guarded(C, asking * width)
        kernel.attend(A, B, C, asking, height, heads)
        const of = (part: number, i: number, c: number): number => qkv[(i * 3 + part) * width + c] ?? 0
        each(asking, (i) =>
          each(heads, (h) => {
            const scores = Array.from(
              { length: height },
              (_, j) => sum(HEAD, (c) => of(0, i, h * HEAD + c) * of(1, j, h * HEAD + c)) / Math.sqrt(HEAD),
            )
            const highest = Math.max(...scores)
            const shares = scores.map((score) => Math.exp(score - highest))
            const all = shares.reduce((a, b) => a + b)
            each(HEAD, (c) => {
              const want = sum(height, (j) => ((shares[j] ?? 0) / all) * of(2, j, h * HEAD + c))
              near(out[i * width + h * HEAD + c], want, 1e-4 * most)
            })
          }),
        )
        expect(out[asking * width]).toBe(GUARD)
      }),
      { numRuns: 40 },
    )
  })
})

describe('pieces', () => {
  const cut = piecesOf([...MARKS, 'un', '##kind', '##ly', 'the', 'thé', '!', '##d', '##k'])

  it('are the longest that begin what is left of a word', () => {
    expect(cut('unkindly', 9)).toEqual([4, 5, 6])
  })

  it('leave lower case and no accents, and signs apart', () => {
    expect(cut('Thé!the', 9)).toEqual([7, 9, 7])
  })

  it("take a word that can't be cut as unknown, and no mark as a word", () => {
    expect(cut('unkindness [CLS]', 9)).toEqual([1, 1, 1, 1])
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
    expect(words('ask @someone: see https://a.example/b 🔪')).toBe('ask @: see link knife')
  })

  it('leave out the names of the thread before a reply, and what a picture says again', () => {
    expect(words('@one @two 🔪 well 🔪 @three')).toBe('knife well @')
  })
})

describe('the shipped model', () => {
  const Parity = z.array(
    z.object({ pieces: z.array(z.number()), own: z.number(), post: z.number(), logits: z.array(z.number()) }),
  )
  const parity = Parity.parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, 'text-model.parity.json'), 'utf8')),
  )

  it('says what its trainer said before the weights were made small', () => {
    const weights = readWeights(readFileSync(path.join(FOLDER, 'encoder.bin')))
    const encode = encoderOf(weights)
    expect(parity.length).toBeGreaterThan(10)
    for (const { pieces, own, post, logits } of parity) {
      const found = encode(pieces.slice(0, own), pieces.slice(own, own + post), pieces.slice(own + post))
      for (const [head, logit] of logits.entries()) expect(Math.abs((found[head] ?? 0) - logit)).toBeLessThan(0.25)
    }
  })

  it('refuses a file that is cut off', () => {
    const file = readFileSync(path.join(FOLDER, 'encoder.bin'))
    expect(() => encoderOf(readWeights(file.subarray(0, file.length - 100_000)))).toThrow('cut off')
  })

  it('tells what is plainly one thing or the other', () => {
    const model = textModel()
    const breach = (text: string): number => model.full(wordsOf(normalise(text), text), {}).get('breach') ?? 0
    expect(breach('People like you should be put down like the dogs you are, you worthless creature')).toBeGreaterThan(
      0.7,
    )
    expect(breach('Thank you for coming to the school fair on Saturday, the children loved it')).toBeLessThan(0.2)
  })

  it('answers for any text at all', () => {
    const model = textModel()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const chance of model.full(wordsOf(normalise(text), text), { post: text, earlier: text }).values()) {
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
    breach: { mild: 0.6, plain: 0.9, beside: 0 },
    lawful: { plain: 0.02, grave: 0.02, rather: 0.05 },
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

  it('finds what stands in the middle of a long letter, whatever the cheap layer would say of the whole', () => {
    const filler = 'I write about the bins on our street and the state of the pavement. '
    const text = `${filler.repeat(60)}And then there is the menace of it. ${filler.repeat(60)}`
    const shortSighted: TextModel = {
      ...model(THREAT),
      cheap: (words) => new Map([['breach', words.slice(0, 2_000).includes('menace') ? 0.9 : 0.02]]),
    }
    expect(findingsOf(reading(text), shortSighted).map(({ concern }) => concern)).toEqual(['threat'])
  })

  it('marks nothing where no phrase matters more than the others', () => {
    const everywhere = { ...model(THREAT), full: () => new Map(Object.entries(THREAT)) }
    const [finding] = findingsOf(reading('the menace, the menace'), everywhere)
    expect(finding?.spans).toEqual([])
    expect(finding?.reason).not.toContain('marked')
  })

  it('only asks for a look where the text alone can’t settle it', () => {
    expect(findingsOf(reading('the menace'), model({ breach: 1, spam: 1 }))).toMatchObject([
      { concern: 'spam', gravity: 'mild' },
    ])
  })

  it('raises an alarm for what may be a threat, too unsure to name one', () => {
    const wary = { ...model({ breach: 0.3, threat: 0.4 }) }
    const heads = { ...thresholds.heads, threat: { wary: 0.3, mild: 0.5, plain: 0.95 } }
    const [finding] = findingsOf(reading('the menace'), { ...wary, thresholds: { ...thresholds, heads } })
    expect(finding).toMatchObject({ concern: 'threat', score: 0.25, escalate: 'police' })
  })

  it('reads what was written just before, and not what was written long ago', () => {
    const given: (string | undefined)[] = []
    const listening: TextModel = {
      ...model(THREAT),
      full: (_, { earlier }) => {
        given.push(earlier)
        return new Map()
      },
    }
    const { item, ...rest } = reading('the menace')
    const before = (text: string, days: number) => ({
      text,
      at: new Date(item.writtenAt.getTime() - days * 86_400_000),
    })
    const context = { earlier: [before('long ago', 30), before('yesterday', 1)], others: [] }
    findingsOf({ ...rest, item, context }, listening)
    expect(given).toEqual(['yesterday'])
  })
})

describe('what a rule found', () => {
  const rule = (chances: Record<string, number>): TextModel => ({
    thresholds: {
      doubt: [['breach', 1]],
      breach: { mild: 1, plain: 1, beside: 1 },
      lawful: { plain: 0.2, grave: 0.1, rather: 0.3 },
      heads: {},
    },
    cheap: () => new Map(),
    full: (words) =>
      new Map([
        ['breach', Math.max(...Object.entries(chances).map(([word, chance]) => (words.includes(word) ? chance : 0)))],
      ]),
  })
  const lawful = (text: string, found: string, model: TextModel, gravity: Gravity = 'plain') =>
    seemsLawful(
      {
        item: anItem({ text }),
        author: null,
        context: { earlier: [], others: [] },
        office: OFFICE,
        normal: normalise(text),
      },
      { gravity, spans: [{ start: text.indexOf(found), end: text.indexOf(found) + found.length }] },
      model,
    )

  it('is lawful if the model sees nothing in it, whether or not the cheap layer was in doubt', () => {
    expect(lawful('The knife is in the drawer', 'knife', rule({ knife: 0.05 }))).toBe('surely')
    expect(lawful('The knife is in the drawer', 'knife', rule({ knife: 0.15 }), 'grave')).toBe('rather')
    expect(lawful('The knife is in the drawer', 'knife', rule({ knife: 0.25 }))).toBe('rather')
    expect(lawful('The knife is in the drawer', 'knife', rule({ knife: 0.8 }))).toBe('no')
  })

  it('is read in its own sentence too, so that no civil words around it can hide it', () => {
    const diluted: TextModel = {
      ...rule({}),
      full: (words) => new Map([['breach', words.includes('Thank') ? 0.01 : 0.9]]),
    }
    expect(lawful('Thank you for your help with the bins. I will stab you tonight.', 'stab you', diluted)).toBe('no')
  })

  it('is left alone where the model can’t read it', () => {
    expect(lawful('Te voy a matar esta noche', 'matar', rule({ matar: 0.01 }))).toBe('no')
  })

  it('stands, threats above all, behind whatever lawful words come before', () => {
    const standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null }
    const { standard } = POLICIES
    if (!standard) throw new Error('there is a standard policy')
    const now = new Date()
    const lost = readFileSync(path.resolve(import.meta.dirname, '../cases/dev.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Case.parse(JSON.parse(line)))
      .filter(({ text, expect: { violates, escalate } }) => !violates && escalate === null && text.length > 60)
      .slice(0, 60)
      .filter(({ text }) => {
        const subject = {
          item: anItem({ text: `${text} I will stab you tonight.` }),
          author: null,
          context: { earlier: [], others: [] },
        }
        const judgement = judge(subject, OFFICE)
        const seen = judge(subject, OFFICE, RULES).findings.some(
          ({ concern, score }) => concern === 'threat' && score >= 0.3,
        )
        const { escalate } = decide({
          judgement,
          subject,
          policy: standard,
          standing,
          mode: 'propose',
          can: () => 'automatic',
          now,
        })
        return seen && escalate !== 'police'
      })
    expect(lost.map(({ id }) => id)).toEqual([])
  })
})

const Case = z.object({
  id: z.string(),
  text: z.string(),
  expect: z.object({ violates: z.boolean(), escalate: z.string().nullable() }),
})
