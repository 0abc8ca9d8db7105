/**
 * The file of a trained model: four bytes that say how long the header is, the header in JSON, then the numbers. Matrices are
 * kept in eight bits with one scale a column, vectors in 32-bit floating point, little-endian.
 */
export interface Weights {
  header: Header
  floats: (name: string) => Float32Array
  rows: (name: string) => Rows
}

export interface Rows {
  height: number
  width: number
  /** As they are kept, row by row, and what a column's are multiplied by. */
  bytes: Int8Array
  scales: Float32Array
  /** One row, in a buffer that the next call uses again. */
  row: (n: number) => Float32Array
}

export interface Header {
  tensors: Readonly<Record<string, { shape: readonly number[]; at: number; scales?: number }>>
  vocabulary: readonly string[]
  heads: readonly string[]
  [more: string]: unknown
}

/** @throws Error if the file is not whole */
export function readWeights(file: Uint8Array): Weights {
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(0, true)
  const header: Header = JSON.parse(new TextDecoder().decode(file.subarray(4, 4 + length)))
  // A copy, since floating numbers must begin at a multiple of four.
  const data = new Uint8Array(file.subarray(4 + length))

  const tensor = (name: string) => {
    const found = header.tensors[name]
    if (!found) throw new Error(`The text model has no part called ${name}.`)
    return found
  }
  const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)
  const floats = (at: number, count: number): Float32Array => {
    if (at + 4 * count > data.length) throw new Error('The file of the text model is cut off.')
    return new Float32Array(data.buffer, data.byteOffset + at, count)
  }

  return {
    header,
    floats: (name) => floats(tensor(name).at, size(tensor(name).shape)),
    rows: (name) => {
      const { shape, at, scales } = tensor(name)
      const [height = 0, width = 0] = shape
      if (scales === undefined) throw new Error(`The part ${name} of the text model is not a matrix.`)
      const by = floats(scales, width)
      const numbers = new Int8Array(data.buffer, data.byteOffset + at, height * width)
      const row = new Float32Array(width)
      return {
        height,
        width,
        bytes: numbers,
        scales: by,
        row: (n) => {
          for (let c = 0; c < width; c++) row[c] = (numbers[n * width + c] ?? 0) * (by[c] ?? 0)
          return row
        },
      }
    },
  }
}
