/**
 * The calculations that are too slow in plain JavaScript, four or eight numbers at a time, as WebAssembly functions put together
 * here. Instructions by the WebAssembly 2.0 specification, section 5.4; only what Node has without a flag, so no relaxed ones.
 */

/** Columns of the right-hand matrix lie together in panels of this many, two numbers of each side by side. */
export const PANEL = 8
/**
 * Rows of the left-hand matrix lie together in strips of this many, two numbers of each side by side: as many as the sixteen
 * registers of a processor have room for.
 */
export const STRIP = 4
/** The inner size must be a multiple of this, since so many numbers are rounded at once. */
export const INNER = 8
/** Left-hand numbers no larger than this can't overflow, with eight bits on the right and 2,048 of them. */
export const LARGEST = 8_191
/** Numbers of a head of attention. */
export const HEAD = 32
const EPSILON = 1e-12
/** The score of what counts for nothing. */
const NOTHING = -1e9

/** Bytes of a number, and of a vector of four of them. */
const BYTES = 4
const VECTOR = 16
/** Two numbers of 16 bits. */
const PAIR = 4
const I32 = 0x7f
const V128 = 0x7b

/** Instructions one after another. A local stands for the instruction that reads it. */
type Code = readonly number[]

/** Unsigned LEB128, which the format writes all its numbers in. */
function leb(value: number): number[] {
  const low = value & 0x7f
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)]
}
/** Signed LEB128. */
function constant(value: number): Code {
  const out = [0x41]
  let rest = value
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...out, low]
    out.push(low | 0x80)
  }
}

const set = ([, ...local]: Code, value: Code): Code => [...value, 0x21, ...local]
const operation =
  (...code: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...code]
const equal = operation(0x46)
const below = operation(0x49)
const greater = operation(0x4a)
const add = operation(0x6a)
const multiply = operation(0x6c)
const and = operation(0x71)
const advance = (local: Code, by: Code): Code => set(local, add(local, by))

const simd = (code: number, ...more: number[]): ((...operands: Code[]) => Code) =>
  operation(0xfd, ...leb(code), ...more)
const load = (from: Code, offset = 0): Code => simd(0, 2, ...leb(offset))(from)
/** Eight numbers of 8 bits, made 16. */
const loadBytes = (from: Code, offset: number): Code => simd(1, 0, ...leb(offset))(from)
/** One number of 32 bits, four times. */
const splat = (from: Code, offset = 0): Code => simd(9, 2, ...leb(offset))(from)
const store = (to: Code, value: Code, offset = 0): Code => simd(11, 2, ...leb(offset))(to, value)
/** One of the four numbers. */
const storeOne = (to: Code, value: Code, which = 0, offset = 0): Code => simd(0x5a, 2, ...leb(offset), which)(to, value)
/** A constant four times. */
const four = (value: number): Code => simd(12, ...new Uint8Array(Float32Array.of(value, value, value, value).buffer))()
/** A whole number four times. */
const spread = simd(17)
const shuffle = (order: readonly number[], a: Code, b: Code): Code => simd(13, ...order)(a, b)
/** Eight products of 16-bit numbers, summed up two by two. */
const dot = simd(0xba)
const wholePlus = simd(0xae)
/** Of whole numbers; all that follow are of floating ones. */
const float = simd(0xfa)
const size = simd(0xe0)
const root = simd(0xe3)
const plus = simd(0xe4)
const minus = simd(0xe5)
const by = simd(0xe6)
const over = simd(0xe7)
const larger = simd(0xeb)

/** Pair by pair, so that a processor need not wait for one addition to begin the next. */
function sumOf(parts: readonly Code[]): Code {
  const half = parts.length / 2
  return parts.length > 1 ? plus(sumOf(parts.slice(0, half)), sumOf(parts.slice(half))) : (parts[0] ?? [])
}

const each = (count: number, make: (n: number) => Code): Code => Array.from({ length: count }, (_, n) => make(n)).flat()
const all = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

const LOOP = [0x03, 0x40]
const AGAIN_IF = [0x0d, 0x00, 0x0b]
/** Does the body, and again until the counter, lowered by `step` at its end, is nought or less. */
const loop = (counter: Code, step: number, ...body: Code[]): Code => [
  ...LOOP,
  ...body.flat(),
  ...advance(counter, constant(-step)),
  ...greater(counter, constant(0)),
  ...AGAIN_IF,
]
/** Does the body, and again until `at`, raised by `step` at its end, has come to `end`. */
const loopTo = (end: Code, at: Code, step: number, ...body: Code[]): Code => [
  ...LOOP,
  ...body.flat(),
  ...advance(at, constant(step)),
  ...below(at, end),
  ...AGAIN_IF,
]
const when = (condition: Code, ...body: Code[]): Code => [...condition, 0x04, 0x40, ...body.flat(), 0x0b]
/** Four numbers summed up (or the like): in the end each place holds the whole. */
const across = (vector: Code, together: (a: Code, b: Code) => Code): Code =>
  [8, 4].flatMap((turn) => {
    const turned = Array.from({ length: VECTOR }, (_, n) => (n + turn) % VECTOR)
    return set(vector, together(vector, shuffle(turned, vector, vector)))
  })

interface Made {
  parameters: number
  /** The types of the locals after the parameters. */
  locals: readonly number[]
  body: Code
}

/** The maker asks for its parameters, all of them first, and then for its locals. */
function define(
  make: (ask: { parameter: () => Code; whole: () => Code; vector: () => Code }) => readonly Code[],
): Made {
  let parameters = 0
  const locals: number[] = []
  const parameter = (): Code => [0x20, ...leb(parameters++)]
  const local = (type: number) => (): Code => [0x20, ...leb(parameters + locals.push(type) - 1)]
  const body = make({ parameter, whole: local(I32), vector: local(V128) }).flat()
  return { parameters, locals, body }
}

const product = define(({ parameter, whole, vector }) => {
  const [left, right, scales, bias] = [parameter(), parameter(), parameter(), parameter()]
  const [rowScales, out, height, inner, width] = [parameter(), parameter(), parameter(), parameter(), parameter()]
  const [columns, remaining, panel, panelEnd, strip] = [whole(), whole(), whole(), whole(), whole()]
  const [from, to, scale] = [whole(), whole(), whole()]
  const halves = [vector(), vector()]
  const most = all(STRIP, () => ({ number: vector(), parts: halves.map((half) => ({ half, sum: vector() })) }))

  /**
   * So many rows times the panel. The loop is as long as it may be: V8 brings all loads of a body forward, and with a second
   * step in it there are more than registers, which makes it half as fast. It unrolls the loop itself.
   */
  const block = (count: number): Code => {
    const rows = most.slice(0, count)
    const sums = rows.flatMap(({ number, parts }) => parts.map((part) => ({ number, ...part })))
    return [
      ...sums.flatMap(({ sum }) => set(sum, four(0))),
      ...set(panel, right),
      ...set(strip, from),
      ...loopTo(
        panelEnd,
        panel,
        2 * PANEL,
        ...halves.map((half, n) => set(half, loadBytes(panel, PANEL * n))),
        ...rows.map(({ number }, r) => set(number, splat(strip, r * PAIR))),
        ...sums.map(({ number, half, sum }) => set(sum, wholePlus(sum, dot(number, half)))),
        advance(strip, constant(STRIP * PAIR)),
      ),
      ...rows.flatMap(({ parts }, r) => [
        ...parts.flatMap(({ sum }, n) => {
          const scaled = by(by(float(sum), load(scales, VECTOR * n)), splat(scale, BYTES * r))
          return store(to, plus(scaled, load(bias, VECTOR * n)), VECTOR * n)
        }),
        ...advance(to, multiply(width, constant(BYTES))),
      ]),
      ...advance(scale, constant(count * BYTES)),
    ]
  }

  return [
    set(columns, width),
    loop(
      columns,
      PANEL,
      set(panelEnd, add(right, multiply(inner, constant(PANEL)))),
      set(from, left),
      set(to, out),
      set(scale, rowScales),
      set(remaining, and(height, constant(-STRIP))),
      when(remaining, loop(remaining, STRIP, block(STRIP), advance(from, multiply(inner, constant(2 * STRIP))))),
      when(and(height, constant(2)), block(2), advance(from, constant(2 * PAIR))),
      when(and(height, constant(1)), block(1)),
      set(right, panelEnd),
      ...[scales, bias, out].map((local) => advance(local, constant(PANEL * BYTES))),
    ),
  ]
})

/** A number added to this lies rounded in the lowest bits. */
const ROUNDING = 1.5 * 2 ** 23

const round = define(({ parameter, whole, vector }) => {
  const [from, to, scales, height, inner] = [parameter(), parameter(), parameter(), parameter(), parameter()]
  const [row, at, left, strip] = [whole(), whole(), whole(), whole()]
  const [largest, scale, pairs] = [vector(), vector(), vector()]
  const rounded = (n: number): Code => plus(by(load(from, n * VECTOR), scale), four(ROUNDING))
  /** Of eight numbers of four bytes, the two lower bytes. */
  const lower = Array.from({ length: VECTOR }, (_, n) => 2 * (n - (n % 2)) + (n % 2))
  return [
    set(row, constant(0)),
    loopTo(
      height,
      row,
      1,
      set(largest, four(1e-9)),
      set(at, from),
      set(left, inner),
      loop(left, 4, set(largest, larger(largest, size(load(at)))), advance(at, constant(VECTOR))),
      across(largest, larger),
      storeOne(scales, by(largest, four(1 / LARGEST))),
      advance(scales, constant(BYTES)),
      set(scale, over(four(LARGEST), largest)),
      set(strip, add(to, multiply(and(row, constant(STRIP - 1)), constant(PAIR)))),
      set(left, inner),
      loop(
        left,
        INNER,
        set(pairs, shuffle(lower, rounded(0), rounded(1))),
        each(4, (n) => storeOne(strip, pairs, n, n * STRIP * PAIR)),
        advance(from, constant(2 * VECTOR)),
        advance(strip, constant(4 * STRIP * PAIR)),
      ),
      when(
        equal(and(row, constant(STRIP - 1)), constant(STRIP - 1)),
        advance(to, multiply(inner, constant(2 * STRIP))),
      ),
    ),
  ]
})

const polynomial = (x: Code, parts: readonly number[]): Code =>
  parts.reduceRight<Code>((sum, part) => (sum.length === 0 ? four(part) : plus(by(sum, x), four(part))), [])
/** Abramowitz and Stegun 7.1.28, right to six digits: 1 - erf(x / sqrt(2)) is 1 over the sixteenth power of this. */
const TAIL = [1, 0.0705230784, 0.0422820123, 0.0092705272, 0.0001520143, 0.0002765672, 0.0000430638].map(
  (part, n) => part / Math.SQRT2 ** n,
)

const bend = define(({ parameter, vector }) => {
  const [x, count] = [parameter(), parameter()]
  const [value, tail] = [vector(), vector()]
  return [
    loop(
      count,
      4,
      set(value, load(x)),
      set(tail, polynomial(size(value), TAIL)),
      each(4, () => set(tail, by(tail, tail))),
      store(x, minus(larger(value, four(0)), over(by(size(value), four(0.5)), tail))),
      advance(x, constant(VECTOR)),
    ),
  ]
})

const settle = define(({ parameter, whole, vector }) => {
  const [x, more, scale] = [parameter(), parameter(), parameter()]
  const [bias, height, width] = [parameter(), parameter(), parameter()]
  const [left, at] = [whole(), whole()]
  const [sum, value, middle] = [vector(), vector(), vector()]
  const eachFour = (...body: Code[]): Code => [
    ...set(at, constant(0)),
    ...set(left, width),
    ...loop(left, 4, ...body, advance(at, constant(VECTOR))),
  ]
  const here = add(x, at)
  const mean = over(sum, float(spread(width)))
  return [
    loop(
      height,
      1,
      set(sum, four(0)),
      eachFour(set(value, plus(load(here), load(add(more, at)))), set(sum, plus(sum, value)), store(here, value)),
      across(sum, plus),
      set(middle, mean),
      set(sum, four(0)),
      eachFour(set(value, minus(load(here), middle)), set(sum, plus(sum, by(value, value))), store(here, value)),
      across(sum, plus),
      set(sum, over(four(1), root(plus(mean, four(EPSILON))))),
      eachFour(store(here, plus(by(by(load(here), sum), load(add(scale, at))), load(add(bias, at))))),
      advance(x, at),
      advance(more, at),
    ),
  ]
})

/** Halved so many times, a number is so small that three steps of the series of e are enough. */
const HALVINGS = 8
const exponential = (result: Code, x: Code): Code => [
  ...set(result, by(larger(x, four(-80)), four(2 ** -HALVINGS))),
  ...set(result, polynomial(result, [1, 1, 1 / 2, 1 / 6])),
  ...each(HALVINGS, () => set(result, by(result, result))),
]

const attend = define(({ parameter, whole, vector }) => {
  const [qkv, scores, out] = [parameter(), parameter(), parameter()]
  const [asking, height, heads] = [parameter(), parameter(), parameter()]
  const [width, stride, row, left] = [whole(), whole(), whole(), whole()]
  const [q, other, score, to] = [whole(), whole(), whole(), whole()]
  const [sum, value, highest] = [vector(), vector(), vector()]
  const parts = all(HEAD / 4, vector)
  const eachPart = (make: (part: Code, offset: number) => Code): Code =>
    parts.flatMap((part, n) => make(part, n * VECTOR))
  const eachScore = (step: number, ...body: Code[]): Code => [
    ...set(score, scores),
    ...set(left, height),
    ...loop(left, step, ...body, advance(score, constant(step * BYTES))),
  ]
  const products = parts.map((part, n) => by(part, load(other, n * VECTOR)))
  return [
    set(width, multiply(heads, constant(HEAD * BYTES))),
    set(stride, multiply(width, constant(3))),
    loop(
      heads,
      1,
      set(row, asking),
      set(q, qkv),
      set(to, out),
      loop(
        row,
        1,
        eachPart((part, offset) => set(part, by(load(q, offset), four(1 / Math.sqrt(HEAD))))),
        set(other, add(qkv, width)),
        set(highest, four(NOTHING)),
        eachScore(
          1,
          set(sum, sumOf(products)),
          across(sum, plus),
          storeOne(score, sum),
          set(highest, larger(highest, sum)),
          advance(other, stride),
        ),
        // The scores are gone through by fours from here, and what lies after the last must count for nothing.
        store(score, four(NOTHING)),
        set(sum, four(0)),
        eachScore(4, exponential(value, minus(load(score), highest)), store(score, value), set(sum, plus(sum, value))),
        across(sum, plus),
        eachPart((part) => set(part, four(0))),
        set(other, add(add(qkv, width), width)),
        eachScore(
          1,
          set(value, splat(score)),
          eachPart((part, offset) => set(part, plus(part, by(value, load(other, offset))))),
          advance(other, stride),
        ),
        set(value, over(four(1), sum)),
        eachPart((part, offset) => store(to, by(part, value), offset)),
        advance(q, stride),
        advance(to, width),
      ),
      advance(qkv, constant(HEAD * BYTES)),
      advance(out, constant(HEAD * BYTES)),
    ),
  ]
})

const FUNCTIONS = { product, round, bend, settle, attend }

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]): Code => [...leb(items.length), ...items.flat()]
  const sized = (content: Code): Code => [...leb(content.length), ...content]
  const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))]
  const name = (text: string): Code => sized([...new TextEncoder().encode(text)])
  const functions = Object.entries(FUNCTIONS)
  const start = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  return Uint8Array.from([
    ...start,
    ...section(
      1,
      functions.map(([, { parameters }]) => [0x60, ...list(all(parameters, () => [I32])), 0]),
    ),
    ...section(2, [[...name('m'), ...name('m'), 0x02, 0x00, 0x00]]),
    ...section(
      3,
      functions.map((_, n) => [n]),
    ),
    ...section(
      7,
      functions.map(([text], n) => [...name(text), 0x00, n]),
    ),
    ...section(
      10,
      functions.map(([, { locals, body }]) => sized([...list(locals.map((type) => [1, type])), ...body, 0x0b])),
    ),
  ])
}

/**
 * Places in the memory are given by the byte they begin at, and the numbers there are 32-bit floating ones unless it says
 * otherwise. No size may be nought: loops are left only after the first round.
 */
export interface Kernel {
  /**
   * `out = left * right`, each sum times the scale of its row and of its column, plus the bias of its column. `left` is height
   * by inner, of 16-bit whole numbers in strips (see `placeLeft`), and `right` inner by width, of 8-bit ones in panels (see
   * `placeRight`); what comes `out` is height by width. `inner` is a multiple of INNER, `width` of PANEL.
   */
  product: (
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
  /**
   * Each row in 16-bit whole numbers as large as LARGEST allows, in strips, and what they must be multiplied by. `inner` is a
   * multiple of INNER, and `to` has room for a multiple of STRIP rows.
   */
  round: (from: number, to: number, scales: number, height: number, inner: number) => void
  /** GELU (Hendrycks and Gimpel, 2016), in place. `count` is a multiple of 4. */
  bend: (x: number, count: number) => void
  /** Adds `more` to x and normalises each of its rows (Ba and others, 2016). `width` is a multiple of 4. */
  settle: (x: number, more: number, scale: number, bias: number, height: number, width: number) => void
  /**
   * What each of the first `asking` rows makes of all: softmax(q k) v, in so many heads of HEAD numbers side by side. A row of
   * `qkv` is its q, k and v. At `scores` there must be room for four numbers more than `height`.
   */
  attend: (qkv: number, scores: number, out: number, asking: number, height: number, heads: number) => void
}

export function kernelIn(memory: WebAssembly.Memory): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { m: { m: memory } })
  return exports as unknown as Kernel
}

/** Where the number in row r and column c of a left-hand matrix with rows of `inner` numbers lies in its strips. */
export const placeLeft = (r: number, c: number, inner: number): number =>
  (r - (r % STRIP)) * inner + (c - (c % 2)) * STRIP + (r % STRIP) * 2 + (c % 2)

/** Where the number in row r and column c of a right-hand matrix with columns of `inner` numbers lies in its panels. */
export const placeRight = (r: number, c: number, inner: number): number =>
  (c - (c % PANEL)) * inner + (r - (r % 2)) * PANEL + (c % PANEL) * 2 + (r % 2)
