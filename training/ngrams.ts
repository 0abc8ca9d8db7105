import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { placesOf, share } from '../moderation/text-model/ngrams.ts'

/**
 * Trains the cheap layer: logistic regression by AdaGrad on hashed n-grams, one weight a feature and head.
 *
 * Usage: ngrams PREPARED_FOLDER OUT_FOLDER
 */
const HEADS = ['breach', 'abuse', 'discrimination', 'threat', 'at-risk', 'casework', 'world-abuse', 'world-hate']
const BUCKETS = 2 ** 17
const EPOCHS = 5
const RATE = 0.25
const DECAY = 2e-6
/** A sentence of ours teaches as much as so many of the world's. */
const OURS = 3

interface Row {
  words: string
  y: Record<string, number>
  weight: number
  family: string
  source: string
}

interface Learnt {
  weights: Float32Array
  bias: Float32Array
}

const [, , prepared = '', out = ''] = process.argv
const read = (name: string): Row[] =>
  readFileSync(path.join(prepared, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)

/** The same sequence each time: figures must be repeatable. */
function chance(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}

function learn(rows: readonly Row[]): Learnt {
  const random = chance(1)
  const count = HEADS.length
  const weights = new Float32Array(BUCKETS * count)
  const seen = new Float32Array(BUCKETS * count).fill(1e-3)
  const bias = new Float32Array(count).fill(-2)
  const made = rows.map(({ words }) => Int32Array.from(placesOf(words, BUCKETS)))
  const order = rows.map((_, i) => i)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0]
    }
    for (const i of order) {
      const row = rows[i]
      const places = made[i]
      if (!row || !places) continue
      const by = share(places.length)
      const emphasis = row.weight * (row.source === 'sentences' ? OURS : 1)
      for (let h = 0; h < count; h++) {
        const truth = row.y[HEADS[h] ?? '']
        if (truth === undefined) continue
        let sum = bias[h] ?? 0
        for (const place of places) sum += (weights[place * count + h] ?? 0) * by
        const error = (1 / (1 + Math.exp(-sum)) - truth) * emphasis
        bias[h] = (bias[h] ?? 0) - 0.01 * error
        for (const place of places) {
          const at = place * count + h
          const slope = error * by + DECAY * (weights[at] ?? 0)
          seen[at] = (seen[at] ?? 0) + slope * slope
          weights[at] = (weights[at] ?? 0) - (RATE * slope) / Math.sqrt(seen[at] ?? 1)
        }
      }
    }
  }
  return { weights, bias }
}

function logits({ weights, bias }: Learnt, words: string): number[] {
  const places = placesOf(words, BUCKETS)
  const by = share(places.length)
  return HEADS.map((_, h) =>
    places.reduce((sum, place) => sum + (weights[place * HEADS.length + h] ?? 0) * by, bias[h] ?? 0),
  )
}

function write({ weights, bias }: Learnt, file: string): void {
  const count = HEADS.length
  const scales = new Float32Array(count)
  for (const [at, weight] of weights.entries()) {
    scales[at % count] = Math.max(scales[at % count] ?? 0, Math.abs(weight))
  }
  const bytes = Int8Array.from(weights, (weight, at) =>
    Math.round(127 * Math.sign(weight) * Math.sqrt(Math.abs(weight) / (scales[at % count] ?? 1))),
  )
  const header = Buffer.from(
    JSON.stringify({
      heads: HEADS,
      tensors: {
        weights: { shape: [BUCKETS, count], at: 0, scales: bytes.length },
        bias: { shape: [count], at: bytes.length + 4 * count },
      },
    }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  writeFileSync(
    file,
    Buffer.concat([length, header, Buffer.from(bytes.buffer), Buffer.from(scales.buffer), Buffer.from(bias.buffer)]),
  )
}

const FOLDS = 3
const rows = read('rows.jsonl')
const ours = rows.filter(({ source }) => source === 'sentences')
const foldOf = new Map([...new Set(ours.map(({ family }) => family))].sort().map((family, n) => [family, n % FOLDS]))
const held: string[] = []
for (let fold = 0; fold < FOLDS; fold++) {
  const isHeld = ({ source, family }: Row): boolean => source === 'sentences' && foldOf.get(family) === fold
  const learnt = learn(rows.filter((row) => !isHeld(row)))
  for (const [row, each] of rows.entries()) {
    if (isHeld(each)) held.push(JSON.stringify({ row, logits: logits(learnt, each.words) }))
  }
  process.stderr.write(`fold ${fold + 1} of ${FOLDS}\n`)
}
writeFileSync(path.join(out, 'ngrams-held.jsonl'), `${held.join('\n')}\n`)
write(learn(rows), path.join(out, 'ngrams.bin'))
