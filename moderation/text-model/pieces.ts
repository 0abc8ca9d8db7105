/**
 * Text into the pieces of a SentencePiece unigram vocabulary: of all ways to cut a text into known pieces, the likeliest.
 * Kudo, "Subword regularization", 2018. Linear in the length of the text, since no piece is long.
 */

/** A piece and its log probability; its place in the list is its number. Number 0 stands for what isn't known. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[]

/** The first numbers are marks, not text. */
const RESERVED = 6
const BLANK = '\u2581'
/** Cheaper than no piece and dearer than any. */
const UNKNOWN = -20

/** Numbers of the pieces of a text, at most `most` of them; runs of the unknown count as one. */
export type Pieces = (text: string, most: number) => number[]

export function piecesOf(vocabulary: Vocabulary): Pieces {
  const known = new Map<string, number>()
  let longest = 1
  for (const [number, [piece]] of vocabulary.entries()) {
    if (number < RESERVED) continue
    known.set(piece, number)
    longest = Math.max(longest, piece.length)
  }

  return (text, most) => {
    // No piece spans fewer than one unit, so what follows could only be cut off again.
    const marked =
      BLANK +
      text
        .normalize('NFKC')
        .slice(0, most * longest)
        .replaceAll(' ', BLANK)
    const best = new Float64Array(marked.length + 1).fill(Number.NEGATIVE_INFINITY)
    const from = new Int32Array(marked.length + 1)
    const number = new Int32Array(marked.length + 1)
    best[0] = 0
    for (let start = 0; start < marked.length; start++) {
      const so = best[start] ?? 0
      if (so === Number.NEGATIVE_INFINITY) continue
      const offer = (end: number, piece: number, score: number): void => {
        if (so + score <= (best[end] ?? 0)) return
        best[end] = so + score
        from[end] = start
        number[end] = piece
      }
      for (let end = start + 1; end <= Math.min(start + longest, marked.length); end++) {
        const piece = known.get(marked.slice(start, end))
        if (piece !== undefined) offer(end, piece, vocabulary[piece]?.[1] ?? UNKNOWN)
      }
      offer(start + 1, 0, UNKNOWN)
    }
    const found: number[] = []
    for (let end = marked.length; end > 0; end = from[end] ?? 0) {
      const piece = number[end] ?? 0
      if (piece !== 0 || found.at(-1) !== 0) found.push(piece)
    }
    return found.reverse().slice(0, most)
  }
}
