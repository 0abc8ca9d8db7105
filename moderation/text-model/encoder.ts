import { LARGEST, type Product, place, productIn, ROWS } from './kernel.ts'
import type { Weights } from './weights.ts'

/**
 * A sentence encoder of two transformer layers, fine-tuned from Google's Universal Sentence Encoder Lite (Apache-2.0) by
 * training/encoder.py, which says what each step is. From numbers of pieces to one number a head (a logit).
 */
export type Encoder = (own: readonly number[], post: readonly number[]) => Float32Array

/** Longer texts are cut by the caller. Pieces of text and post together. */
export const LONGEST = 128
const HEADS = 4
const EPSILON = 1e-6

/** A linear step: where its weights and its bias begin in the memory, in bytes. */
interface Linear {
  right: number
  scales: number
  bias: number
  inner: number
  width: number
}

interface Layer {
  norm1: Norm
  qkv: Linear
  out: Linear
  widen: Linear | null
  norm2: Norm
  up: Linear
  down: Linear
}

interface Norm {
  scale: Float32Array
  bias: Float32Array
}

/** Bytes of memory come in pages of this many. */
const PAGE = 65_536

export function encoderOf(weights: Weights): Encoder {
  const table = weights.rows('table')
  const which = weights.floats('which')
  const pace = weights.floats('pace')
  const size = table.width

  /** Places in the memory are given out once, one after another. */
  let end = 0
  const pending: (() => void)[] = []
  const room = (floats: number): number => {
    const start = end
    end += 4 * Math.ceil(floats / 4) * 4
    return start
  }
  const linear = (name: string): Linear => {
    const { height: inner, width } = weights.rows(name)
    const made = { right: room((inner * width) / 2), scales: room(width), bias: room(width), inner, width }
    pending.push(() => fill(made, name))
    return made
  }
  const norm = (name: string): Norm => ({
    scale: weights.floats(`${name}.scale`),
    bias: weights.floats(`${name}.bias`),
  })
  const layer = (name: string): Layer => ({
    norm1: norm(`${name}.norm1`),
    qkv: linear(`${name}.qkv`),
    out: linear(`${name}.out`),
    widen: weights.has(`${name}.widen`) ? linear(`${name}.widen`) : null,
    norm2: norm(`${name}.norm2`),
    up: linear(`${name}.up`),
    down: linear(`${name}.down`),
  })
  const layers = [layer('0'), layer('1')]
  const tanh = linear('tanh')
  const heads = linear('heads')
  const most = LONGEST + ROWS
  const widest = Math.max(...layers.flatMap(({ qkv, up }) => [qkv.width, up.width]))
  const scratch = { a: room(most * widest), b: room(most * widest), c: room(most * widest) }
  const whole = { numbers: room((most * widest) / 2), scales: room(most) }

  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) })
  const product: Product = productIn(memory)
  const at = (byte: number, floats: number): Float32Array => new Float32Array(memory.buffer, byte, floats)
  const fill = ({ right, scales, bias, inner, width }: Linear, name: string): void => {
    const { bytes, scales: by } = weights.rows(name)
    const to = new Int16Array(memory.buffer, right, inner * width)
    for (let r = 0; r < inner; r++) {
      for (let c = 0; c < width; c++) to[place(r, c, inner)] = bytes[r * width + c] ?? 0
    }
    at(scales, width).set(by)
    at(bias, width).set(weights.floats(`${name}.bias`))
  }
  for (const each of pending) each()

  const times = (left: number, { right, scales, bias, inner, width }: Linear, out: number, height: number): void => {
    toWhole(
      at(left, height * inner),
      new Int16Array(memory.buffer, whole.numbers, height * inner),
      at(whole.scales, height),
    )
    product(whole.numbers, right, scales, bias, whole.scales, out, height, inner, width)
  }

  return (own, post) => {
    const pieces = [...own, ...post].slice(0, LONGEST)
    const length = Math.max(1, pieces.length)
    let width = size
    let x = new Float32Array(length * width)
    for (let i = 0; i < pieces.length; i++) {
      const piece = table.row(pieces[i] ?? 0)
      const part = i < own.length ? 0 : width
      for (let c = 0; c < width; c++) {
        const angle = i * (pace[c % pace.length] ?? 0)
        const timing = c < pace.length ? Math.sin(angle) : Math.cos(angle)
        x[i * width + c] = 2 * (piece[c] ?? 0) + timing + (which[part + c] ?? 0)
      }
    }
    const seen = Array.from({ length }, (_, i) => (pieces[i] ?? 0) > 0)

    for (const { norm1, qkv, out, widen, norm2, up, down } of layers) {
      normed(x, width, norm1, at(scratch.a, length * width))
      times(scratch.a, qkv, scratch.b, length)
      attend(at(scratch.b, length * qkv.width), qkv.width / 3, seen, at(scratch.a, length * out.inner))
      times(scratch.a, out, scratch.c, length)
      if (widen) {
        at(scratch.a, length * width).set(x)
        times(scratch.a, widen, scratch.b, length)
        width = widen.width
        x = at(scratch.b, length * width).slice()
      }
      addTo(x, at(scratch.c, length * width))
      normed(x, width, norm2, at(scratch.a, length * width))
      times(scratch.a, up, scratch.b, length)
      rectify(at(scratch.b, length * up.width))
      times(scratch.b, down, scratch.c, length)
      addTo(x, at(scratch.c, length * width))
    }

    const mean = at(scratch.a, width).fill(0)
    let count = 0
    for (let i = 0; i < Math.min(own.length, length); i++) {
      if (!seen[i]) continue
      count++
      for (let c = 0; c < width; c++) mean[c] = (mean[c] ?? 0) + (x[i * width + c] ?? 0)
    }
    for (let c = 0; c < width; c++) mean[c] = (mean[c] ?? 0) / Math.max(1, count)
    times(scratch.a, tanh, scratch.b, 1)
    const sentence = at(scratch.b, tanh.width)
    for (let c = 0; c < tanh.width; c++) sentence[c] = Math.tanh(sentence[c] ?? 0)
    times(scratch.b, heads, scratch.c, 1)
    return at(scratch.c, heads.width).slice()
  }
}

/** Each row in whole numbers as large as fit, and what they must be multiplied by. */
function toWhole(from: Float32Array, to: Int16Array, scales: Float32Array): void {
  const inner = from.length / scales.length
  for (let r = 0; r < scales.length; r++) {
    let largest = 1e-9
    for (let i = r * inner; i < (r + 1) * inner; i++) largest = Math.max(largest, Math.abs(from[i] ?? 0))
    scales[r] = largest / LARGEST
    const by = LARGEST / largest
    for (let i = r * inner; i < (r + 1) * inner; i++) to[i] = Math.round((from[i] ?? 0) * by)
  }
}

function normed(x: Float32Array, width: number, { scale, bias }: Norm, out: Float32Array): void {
  for (let start = 0; start < x.length; start += width) {
    let sum = 0
    for (let c = 0; c < width; c++) sum += x[start + c] ?? 0
    const mean = sum / width
    let squares = 0
    for (let c = 0; c < width; c++) squares += ((x[start + c] ?? 0) - mean) ** 2
    const by = 1 / Math.sqrt(squares / width + EPSILON)
    for (let c = 0; c < width; c++)
      out[start + c] = ((x[start + c] ?? 0) - mean) * by * (scale[c] ?? 0) + (bias[c] ?? 0)
  }
}

/** What each piece makes of all that are seen: softmax(q k) v, in four heads side by side. */
function attend(qkv: Float32Array, width: number, seen: readonly boolean[], out: Float32Array): void {
  const length = seen.length
  const head = width / HEADS
  const by = 1 / Math.sqrt(head)
  const scores = new Float32Array(length)
  for (let h = 0; h < HEADS; h++) {
    for (let i = 0; i < length; i++) {
      const q = i * 3 * width + h * head
      let highest = Number.NEGATIVE_INFINITY
      for (let j = 0; j < length; j++) {
        const k = j * 3 * width + width + h * head
        let score = 0
        for (let c = 0; c < head; c++) score += (qkv[q + c] ?? 0) * (qkv[k + c] ?? 0)
        scores[j] = seen[j] ? score * by : -1e9
        highest = Math.max(highest, scores[j] ?? 0)
      }
      let sum = 0
      for (let j = 0; j < length; j++) sum += scores[j] = Math.exp((scores[j] ?? 0) - highest)
      const o = i * width + h * head
      out.fill(0, o, o + head)
      for (let j = 0; j < length; j++) {
        const share = (scores[j] ?? 0) / sum
        const v = j * 3 * width + 2 * width + h * head
        for (let c = 0; c < head; c++) out[o + c] = (out[o + c] ?? 0) + share * (qkv[v + c] ?? 0)
      }
    }
  }
}

function addTo(x: Float32Array, other: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + (other[i] ?? 0)
}

function rectify(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if ((x[i] ?? 0) < 0) x[i] = 0
}
