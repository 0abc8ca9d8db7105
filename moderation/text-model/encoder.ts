import { HEAD, kernelIn, placeRight, STRIP } from './kernel.ts'
import { BEGIN, END } from './pieces.ts'
import type { Weights } from './weights.ts'

/**
 * A sentence encoder, fine-tuned from all-MiniLM-L6-v2 (six layers of a BERT, Apache-2.0) by training/encoder.py, which says
 * what each step is. From the numbers of pieces of a text, of the post it answers and of what its author wrote before, to one
 * number a head (a logit).
 */
export type Encoder = (own: readonly number[], post: readonly number[], earlier: readonly number[]) => Float32Array

/** Pieces with the marks before, between and after them. Longer texts are cut by the caller. */
const LONGEST = 180
const LAYERS = 6

/** A linear step: where its weights and its bias begin in the memory, in bytes. */
interface Linear {
  right: number
  scales: number
  bias: number
  inner: number
  width: number
}

interface Layer {
  qkv: Linear
  out: Linear
  norm1: Norm
  up: Linear
  down: Linear
  norm2: Norm
}

interface Norm {
  scale: number
  bias: number
}

/** Bytes of memory come in pages of this many. */
const PAGE = 65_536

export function encoderOf(weights: Weights): Encoder {
  const table = weights.rows('table')
  const places = weights.rows('places')
  const which = weights.floats('which')
  const across = table.width

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
    const made = { right: room((inner * width) / 4), scales: room(width), bias: room(width), inner, width }
    pending.push(() => fill(made, name))
    return made
  }
  const norm = (name: string): Norm => {
    const made = { scale: room(across), bias: room(across) }
    pending.push(() => at(made.scale, across).set(weights.floats(`${name}.scale`)))
    pending.push(() => at(made.bias, across).set(weights.floats(`${name}.bias`)))
    return made
  }
  const layers = Array.from(
    { length: LAYERS },
    (_, n): Layer => ({
      qkv: linear(`${n}.qkv`),
      out: linear(`${n}.out`),
      norm1: norm(`${n}.norm1`),
      up: linear(`${n}.up`),
      down: linear(`${n}.down`),
      norm2: norm(`${n}.norm2`),
    }),
  )
  const first = norm('norm')
  const heads = linear('heads')
  const widest = Math.max(...layers.flatMap(({ qkv, up }) => [qkv.width, up.width]))
  const x = room(LONGEST * across)
  const a = room(LONGEST * widest)
  const b = room(LONGEST * widest)
  const whole = { numbers: room(((LONGEST + STRIP) * widest) / 2), scales: room(LONGEST) }
  const scores = room(LONGEST + 4)

  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) })
  const { product, round, bend, settle, attend } = kernelIn(memory)
  const at = (byte: number, floats: number): Float32Array => new Float32Array(memory.buffer, byte, floats)
  const fill = ({ right, scales, bias, inner, width }: Linear, name: string): void => {
    const { bytes, scales: by } = weights.rows(name)
    const to = new Int8Array(memory.buffer, right, inner * width)
    for (let r = 0; r < inner; r++) {
      for (let c = 0; c < width; c++) to[placeRight(r, c, inner)] = bytes[r * width + c] ?? 0
    }
    at(scales, width).set(by)
    at(bias, width).set(weights.floats(`${name}.bias`))
  }
  for (const each of pending) each()

  const times = (left: number, { right, scales, bias, inner, width }: Linear, out: number, height: number): void => {
    round(left, whole.numbers, whole.scales, height, inner)
    product(whole.numbers, right, scales, bias, whole.scales, out, height, inner, width)
  }
  const settled = (more: number, { scale, bias }: Norm, height: number): void =>
    settle(x, more, scale, bias, height, across)

  const floats = at(x, LONGEST * across)
  const stand = at(a, LONGEST * across)
  const standing = Array.from({ length: LONGEST }, (_, place) => places.row(place).slice())
  const mean = at(a, across)
  const logits = at(b, heads.width)

  return (own, post, earlier) => {
    const pieces = [BEGIN, ...own, END]
    const summed = Math.min(pieces.length, LONGEST)
    if (post.length > 0) pieces.push(...post, END)
    const before = pieces.length
    if (earlier.length > 0) pieces.push(...earlier, END)
    const length = Math.min(pieces.length, LONGEST)
    for (let i = 0; i < length; i++) {
      const piece = table.row(pieces[i] ?? 0)
      const part = (i < summed ? 0 : i < before ? 1 : 2) * across
      for (let c = 0; c < across; c++) floats[i * across + c] = (piece[c] ?? 0) + (which[part + c] ?? 0)
      stand.set(standing[i] ?? [], i * across)
    }
    settled(a, first, length)

    for (const [n, { qkv, out, norm1, up, down, norm2 }] of layers.entries()) {
      // Of the last layer only the text's own pieces are read.
      const asking = n < LAYERS - 1 ? length : summed
      times(x, qkv, a, length)
      attend(a, scores, b, asking, length, across / HEAD)
      times(b, out, a, asking)
      settled(a, norm1, asking)
      times(x, up, a, asking)
      bend(a, asking * up.width)
      times(a, down, b, asking)
      settled(b, norm2, asking)
    }

    mean.fill(0)
    for (let i = 0; i < summed; i++)
      for (let c = 0; c < across; c++) mean[c] = (mean[c] ?? 0) + (floats[i * across + c] ?? 0) / summed
    times(a, heads, b, 1)
    return logits.slice()
  }
}
