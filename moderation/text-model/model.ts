import { readFileSync } from 'node:fs'
import type { NormalText } from '../model.ts'
import { type Encoder, encoderOf, LONGEST } from './encoder.ts'
import { type Ngrams, ngramsOf } from './ngrams.ts'
import { type Pieces, piecesOf } from './pieces.ts'
import { readWeights } from './weights.ts'
import { wordsOf } from './words.ts'

/**
 * The shipped text model: a cheap layer of n-grams for every text, and a sentence encoder where those are in doubt. Both
 * answer with chances, calibrated on sentences that neither had learnt from. The weights are read once, at the first text.
 */

/** For each head, how likely it is: 0 to 1. */
export type Chances = ReadonlyMap<string, number>

/** How the two layers' answers become a chance: fitted by training/calibrate.ts. */
export interface Calibration {
  /** For the cheap layer alone. */
  ngrams: Readonly<Record<string, readonly [slope: number, bias: number]>>
  /** For both: the slopes of the encoder's own head, of its head for any breach, and of the n-grams' nearest head. */
  both: Readonly<Record<string, readonly [own: number, breach: number, ngrams: number, bias: number]>>
  thresholds: Thresholds
}

/** Chances from which something is found. What was measured at each is in the model card. */
export interface Thresholds {
  /** The encoder is asked only if the cheap layer gives one of these heads so much. */
  doubt: readonly (readonly [head: string, least: number])[]
  /** For the likeliest breach, by the chance of any. */
  breach: Threshold
  /** Below these chances of any breach a text surely is, or rather seems, lawful, whatever words stand in it. */
  lawful: { surely: number; rather: number }
  /** By the head's own chance, whatever else is likelier. */
  heads: Readonly<Record<string, Threshold | undefined>>
}

interface Threshold {
  /** A person should look. */
  mild: number
  /** An ordinary breach. */
  plain: number
}

/** Raised with every training: findings are kept with each decision. */
export const VERSION = '1'

export interface TextModel {
  thresholds: Thresholds
  /** Some thirty thousand texts a second. */
  cheap: (words: string) => Chances
  /** Some sixty texts a second. */
  full: (words: string, post: string | undefined) => Chances
}

export const OWN_PIECES = 96
export const POST_PIECES = LONGEST - OWN_PIECES

const chance = (logit: number): number => 1 / (1 + Math.exp(-logit))
/** The n-grams know fewer heads; for the others a breach of any kind is what they can say. */
const nearest = (head: string, known: ReadonlyMap<string, number>): number =>
  known.get(head) ?? known.get('breach') ?? 0

function textModelOf(ngramsFile: Uint8Array, encoderFile: Uint8Array, calibration: Calibration): TextModel {
  const cheapWeights = readWeights(ngramsFile)
  const ngrams: Ngrams = ngramsOf(cheapWeights)
  const weights = readWeights(encoderFile)
  const encoder: Encoder = encoderOf(weights)
  const pieces: Pieces = piecesOf(weights.header.vocabulary ?? [])
  const named = (heads: readonly string[], logits: Float32Array): Map<string, number> =>
    new Map(heads.map((head, h) => [head, logits[h] ?? 0]))
  const letters = (words: string): Map<string, number> => named(cheapWeights.header.heads, ngrams(words))

  return {
    thresholds: calibration.thresholds,
    cheap: (words) => {
      const logits = letters(words)
      return new Map(
        Object.entries(calibration.ngrams).map(([head, [slope, bias]]) => [
          head,
          chance(slope * nearest(head, logits) + bias),
        ]),
      )
    },
    full: (words, post) => {
      const logits = named(
        weights.header.heads,
        encoder(pieces(words, OWN_PIECES), post === undefined ? [] : pieces(post, POST_PIECES)),
      )
      const known = letters(words)
      return new Map(
        Object.entries(calibration.both).map(([head, [own, breach, cheap, bias]]) => [
          head,
          chance(
            own * (logits.get(head) ?? 0) + breach * (logits.get('breach') ?? 0) + cheap * nearest(head, known) + bias,
          ),
        ]),
      )
    },
  }
}

let shipped: TextModel | undefined

/** The model in this folder. */
export function textModel(): TextModel {
  const file = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url))
  shipped ??= textModelOf(
    file('ngrams.bin'),
    file('encoder.bin'),
    JSON.parse(new TextDecoder().decode(file('calibration.json'))) as Calibration,
  )
  return shipped
}

const cache = new WeakMap<NormalText, string>()

/** The words of a text, made once for all who ask. */
export function wordsFor(normal: NormalText, original: string): string {
  let words = cache.get(normal)
  if (words === undefined) cache.set(normal, (words = wordsOf(normal, original)))
  return words
}
