/**
 * Pictures that move, brought to a standstill: nothing that a stranger sent plays by itself, blurred or not. Only the first
 * picture is kept, by taking out whole parts of the file; nothing is decoded here.
 */

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** @returns the same bytes where nothing moves; null where it may move and can't be stilled */
export function still(bytes: Uint8Array, type: string): Uint8Array | null {
  try {
    if (type === 'image/gif') return stillGif(bytes)
    if (type === 'image/png') return stillPng(bytes)
    if (type === 'image/webp') return stillWebp(bytes)
    if (type === 'image/avif') return isSequence(bytes) ? null : bytes
    return bytes
  } catch (error) {
    // It ends before it should.
    if (error instanceof RangeError) return null
    throw error
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes of a table of colours, from the flags that announce it. */
const tableOf = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** Up to the end of the first picture, and the end of the file. */
function stillGif(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes)
  const pastBlocks = (from: number): number => {
    let at = from
    while (view.getUint8(at) !== 0) at += view.getUint8(at) + 1
    return at + 1
  }
  let at = 13 + tableOf(view.getUint8(10))
  // Extensions, which say how long a picture stands, come before it.
  while (view.getUint8(at) === 0x21) at = pastBlocks(at + 2)
  if (view.getUint8(at) !== 0x2c) return bytes
  const end = pastBlocks(at + 10 + tableOf(view.getUint8(at + 9)) + 1)
  return joined([bytes.subarray(0, end), Uint8Array.of(0x3b)])
}

/** A picture for whoever can't show it moving is part of each: what makes it move is left out. */
function stillPng(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes)
  const kept = [bytes.subarray(0, 8)]
  for (let at = 8; at < bytes.length; ) {
    const end = at + 12 + view.getUint32(at)
    if (!['acTL', 'fcTL', 'fdAT'].includes(ascii(bytes, at + 4, 4))) kept.push(bytes.subarray(at, end))
    at = end
  }
  return joined(kept)
}

/** The first frame's own picture, as a file of its own. */
function stillWebp(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    if (ascii(bytes, at, 4) === 'ANMF') {
      // Where it stands, how large it is and how long: 16 bytes.
      const frame = bytes.subarray(at + 8 + 16, at + 8 + size)
      const parts = ascii(frame, 0, 4) === 'ALPH' ? [extended(bytes.subarray(at + 8 + 6, at + 8 + 12)), frame] : [frame]
      const whole = joined([new Uint8Array(12), ...parts])
      whole.set(bytes.subarray(0, 12))
      viewOf(whole).setUint32(4, whole.length - 8, true)
      return whole
    }
    at += 8 + size + (size % 2)
  }
  return bytes
}

/** The header that a picture with an alpha channel needs; the size as it stands in the frame, three bytes each. */
function extended(size: Uint8Array): Uint8Array {
  const ALPHA = 0x10
  return joined([
    Uint8Array.from('VP8X', (char) => char.charCodeAt(0)),
    Uint8Array.of(10, 0, 0, 0, ALPHA, 0, 0, 0),
    size,
  ])
}

const isSequence = (bytes: Uint8Array): boolean =>
  ascii(bytes, 8, Math.max(0, Math.min(viewOf(bytes).getUint32(0), 256) - 8)).includes('avis')

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
