/**
 * The one calculation that is too slow in plain JavaScript: a product of matrices of whole numbers, eight at a time, as a
 * WebAssembly function put together here (some forty times as fast). Instructions by the WebAssembly 2.0 specification,
 * section 5.4.
 */

/** Columns of the right-hand matrix lie together in panels of this many. */
export const PANEL = 8
/** Rows of the left-hand matrix are done together, so there must be room for a multiple of this many. */
export const ROWS = 4
/** So many steps in a row without a jump, each of two numbers. */
const STEPS = 4
/** The inner size must be a multiple of this. */
export const INNER = 2 * STEPS
/** Left-hand numbers no larger than this can't overflow, with eight bits on the right and 2,048 of them. */
export const LARGEST = 8_191

const BYTES = 4
const I32 = 0x7f
const V128 = 0x7b

/** Instructions one after another. */
const run = (...parts: readonly (readonly number[])[]): number[] => parts.flat()

/** Unsigned LEB128, which the format writes all its numbers in. */
function leb(value: number): number[] {
  const low = value & 0x7f
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)]
}
/** Signed LEB128 of a small number. */
const constant = (value: number): number[] => {
  const out = [0x41]
  let rest = value
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...out, low]
    out.push(low | 0x80)
  }
}
const get = (local: number): number[] => [0x20, ...leb(local)]
const set = (local: number): number[] => [0x21, ...leb(local)]
const add = [0x6a]
const multiply = [0x6c]
const advance = (local: number, by: number[]): number[] => [...get(local), ...by, ...add, ...set(local)]
const simd = (code: number): number[] => [0xfd, ...leb(code)]
const load = (from: number, offset: number): number[] => [...get(from), ...simd(0), 2, ...leb(offset)]
const splat = (from: number, offset: number): number[] => [...get(from), ...simd(9), 2, ...leb(offset)]
const store = (offset: number): number[] => [...simd(11), 2, ...leb(offset)]
/** Eight products of 16-bit numbers, summed up two by two. */
const dot = simd(0xba)
const plus = simd(0xae)
const float = simd(0xfa)
const floatTimes = simd(0xe6)
const floatPlus = simd(0xe4)
const nought = [...simd(12), ...Array.from({ length: 16 }, () => 0)]
/** Runs the body until the counter, lowered by `step` at its end, is nought or less. */
const loop = (counter: number, step: number, instructions: number[]): number[] => [
  0x03,
  0x40,
  ...instructions,
  ...get(counter),
  ...constant(-step),
  ...add,
  0x22,
  ...leb(counter),
  ...constant(0),
  0x4a,
  0x0d,
  0x00,
  0x0b,
]

const [left, right, scales, bias, rowScales, out, height, inner, width] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const
const ARGUMENTS = 9
/** Counters and places, after the arguments. */
const [columns, rows, step, at, leftBytes, outBytes, from, to, scale] = [9, 10, 11, 12, 13, 14, 15, 16, 17] as const
const row = (r: number): number => 18 + r
/** Vectors: the sums, row by row, then two of the panel. */
const sum = (r: number, half: number): number => row(ROWS) + 2 * r + half
const panel = (half: number): number => sum(ROWS, half)

const each = (count: number, make: (n: number) => number[]): number[] =>
  Array.from({ length: count }, (_, n) => make(n)).flat()

function body(): number[] {
  const points = each(ROWS, (r) => [
    ...(r === 0 ? get(from) : [...get(row(r - 1)), ...get(leftBytes), ...add]),
    ...set(row(r)),
  ])
  const start = each(ROWS, (r) => each(2, (half) => [...nought, ...set(sum(r, half))]))
  const steps = each(STEPS, (s) => [
    ...each(2, (half) => [...load(at, s * PANEL * BYTES + 16 * half), ...set(panel(half))]),
    ...each(ROWS, (r) =>
      each(2, (half) => [
        ...splat(row(r), s * BYTES),
        ...get(panel(half)),
        ...dot,
        ...get(sum(r, half)),
        ...plus,
        ...set(sum(r, half)),
      ]),
    ),
  ])
  const products = loop(step, INNER, [
    ...steps,
    ...advance(at, constant(STEPS * PANEL * BYTES)),
    ...each(ROWS, (r) => advance(row(r), constant(STEPS * BYTES))),
  ])
  const stores = each(ROWS, (r) => [
    ...(r === 0 ? get(to) : [...get(row(0)), ...get(outBytes), ...add]),
    ...set(row(0)),
    ...each(2, (half) => [
      ...get(row(0)),
      ...run(get(sum(r, half)), float, load(scales, 16 * half), floatTimes),
      ...run(splat(scale, BYTES * r), floatTimes, load(bias, 16 * half), floatPlus),
      ...store(16 * half),
    ]),
  ])
  const block = [
    ...points,
    ...start,
    ...run(get(right), set(at), get(inner), set(step)),
    ...products,
    ...stores,
    ...run(get(leftBytes), constant(ROWS), multiply, get(from), add, set(from)),
    ...run(get(outBytes), constant(ROWS), multiply, get(to), add, set(to)),
    ...advance(scale, constant(ROWS * BYTES)),
  ]
  return [
    ...run(get(inner), constant(2), multiply, set(leftBytes)),
    ...run(get(width), constant(BYTES), multiply, set(outBytes)),
    ...run(get(width), set(columns)),
    ...loop(columns, PANEL, [
      ...run(get(left), set(from), get(out), set(to)),
      ...run(get(rowScales), set(scale), get(height), set(rows)),
      ...loop(rows, ROWS, block),
      ...advance(right, [...get(inner), ...constant(2 * PANEL), ...multiply]),
      ...each(3, (n) => advance([scales, bias, out][n] ?? 0, constant(PANEL * BYTES))),
    ]),
    0x0b,
  ]
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: number[]): number[] => [id, ...leb(content.length), ...content]
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)]
  const locals = [2, ...leb(row(ROWS) - ARGUMENTS), I32, ...leb(2 * ROWS + 2), V128]
  const code = [...locals, ...body()]
  const start = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  return Uint8Array.from([
    ...start,
    ...section(1, [1, 0x60, ARGUMENTS, ...each(ARGUMENTS, () => [I32]), 0]),
    ...section(2, [1, ...name('m'), ...name('m'), 0x02, 0x00, 0x00]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('f'), 0x00, 0x00]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ])
}

/**
 * `out = left * right`, each sum times the scale of its row and of its column, plus the bias of its column. Places in the memory
 * are given by the byte they begin at. `left` is height by inner and `right` inner by width, of 16-bit whole numbers, `right` in
 * panels (see `place`); scales and bias are 32-bit floating numbers, and so is what comes `out`, height by width. There must be
 * room for a multiple of ROWS rows. `inner` is a multiple of INNER, `width` of PANEL.
 */
export type Product = (
  left: number,
  right: number,
  scales: number,
  bias: number,
  rowScales: number,
  out: number,
  height: number,
  inner: number,
  width: number,
) => void

export function productIn(memory: WebAssembly.Memory): Product {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { m: { m: memory } })
  return exports['f'] as Product
}

/** Where the number in row r and column c of a matrix `of` so many rows lies in its panels: two rows of a column side by side. */
export const place = (r: number, c: number, of: number): number =>
  Math.floor(c / PANEL) * of * PANEL + (r - (r % 2)) * PANEL + (c % PANEL) * 2 + (r % 2)
