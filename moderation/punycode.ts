/**
 * A domain label as it is shown: "xn--prliament-d4f" with the letter that isn't an "a". RFC 3492; this folder runs where
 * Node's own decoder doesn't.
 * @returns null if it is no valid Punycode
 */
export function decodePunycode(encoded: string): string | null {
  const split = encoded.lastIndexOf('-')
  const output = Array.from(encoded.slice(0, Math.max(0, split)), (char) => char.codePointAt(0) ?? 0)
  let point = 128
  let index = 0
  let bias = 72
  for (let at = split + 1; at < encoded.length; ) {
    const before = index
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(encoded.charCodeAt(at++))
      if (digit === null || index > MOST) return null
      index += digit * weight
      const threshold = Math.min(Math.max(k - bias, 1), 26)
      if (digit < threshold) break
      weight *= BASE - threshold
    }
    const length = output.length + 1
    bias = adapt(index - before, length, before === 0)
    point += Math.floor(index / length)
    index %= length
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null
    output.splice(index++, 0, point)
  }
  return String.fromCodePoint(...output)
}

const BASE = 36
const MOST = 0x7fffffff

/** a to z, then 0 to 9; past the end, null. */
function digitOf(unit: number): number | null {
  if (unit >= 97 && unit <= 122) return unit - 97
  if (unit >= 65 && unit <= 90) return unit - 65
  return unit >= 48 && unit <= 57 ? unit - 22 : null
}

function adapt(delta: number, length: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? 700 : 2))
  rest += Math.floor(rest / length)
  let k = 0
  for (; rest > 455; k += BASE) rest = Math.floor(rest / 35)
  return k + Math.floor((36 * rest) / (rest + 38))
}
