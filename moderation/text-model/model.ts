import { readFileSync } from 'node:fs'
import type { NormalText } from '../model.ts'
import { normalise } from '../normalise.ts'
import { type Encoder, encoderOf } from './encoder.ts'
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
  /** For the likeliest breach, by the chance of any; `beside` is how likely any must be for one head's own chance to count. */
  breach: Threshold & { beside: number }
  /**
   * Below these chances of any breach, a text is surely lawful though a rule found an ordinary, or a grave, breach in it; or
   * rather is, whichever it found.
   */
  lawful: { plain: number; grave: number; rather: number }
  /** By the head's own chance, even if another is likelier. */
  heads: Readonly<Record<string, Threshold | undefined>>
}

export interface Threshold {
  /** It may be danger: a person should look at once, though no breach is named. Only threats have it. */
  wary?: number
  /** A person should look. */
  mild: number
  /** An ordinary breach. */
  plain: number
}

/** Raised with every training: findings are kept with each decision. */
export const VERSION = '2'

export interface TextModel {
  thresholds: Thresholds
  /** Some thirty thousand texts a second. */
  cheap: (words: string) => Chances
  /** Some hundred texts a second. */
  full: (words: string, around: Around) => Chances
}

/** What a text answers and follows, each as the model reads it. */
export interface Around {
  post?: string
  /** What its author wrote just before: see earlierWords. */
  earlier?: string
}

/** So many of them, and of each so many characters: one row of words for the encoder. */
const MOST_EARLIER = 3
const EARLIER_CHARACTERS = 120
export const earlierWords = (earlier: readonly string[]): string =>
  earlier
    .slice(-MOST_EARLIER)
    .map((text) => text.slice(0, EARLIER_CHARACTERS))
    .map((text) => wordsOf(normalise(text), text))
    .join(' / ')

export const OWN_PIECES = 96
export const POST_PIECES = 32
export const EARLIER_PIECES = 48

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
    full: (words, { post, earlier }) => {
      const logits = named(
        weights.header.heads,
        encoder(
          pieces(words, OWN_PIECES),
          post === undefined ? [] : pieces(post, POST_PIECES),
          earlier === undefined ? [] : pieces(earlier, EARLIER_PIECES),
        ),
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
let broken: unknown

/**
 * The model in this folder, read once.
 * @throws the first error again, each time, if its files are not whole: reading 19 MB for every item would help nobody
 */
export function textModel(): TextModel {
  if (shipped) return shipped
  if (broken !== undefined) throw broken
  try {
    shipped = readShipped()
    return shipped
  } catch (error) {
    broken = error
    throw error
  }
}

function readShipped(): TextModel {
  const file = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url))
  return textModelOf(
    file('ngrams.bin'),
    file('encoder.bin'),
    JSON.parse(new TextDecoder().decode(file('calibration.json'))) as Calibration,
  )
}

const cache = new WeakMap<NormalText, string>()

/** The words of a text, made once for all who ask. */
export function wordsFor(normal: NormalText, original: string): string {
  let words = cache.get(normal)
  if (words === undefined) cache.set(normal, (words = wordsOf(normal, original)))
  return words
}
