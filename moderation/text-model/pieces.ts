/**
 * Text into the pieces of a WordPiece vocabulary, as BERT reads it (Devlin et al., 2019): words and signs apart, in lower case
 * and without accents, each word cut into the longest known pieces from its beginning. Linear in the length of the text,
 * since no word and no piece is long.
 */

/** A piece's place in the list is its number. A piece that begins with ## goes on inside a word. */
export type Vocabulary = readonly string[]

/** The first numbers are marks, not text: nothing, what isn't known, before a text, after one. */
export const MARKS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const
const UNKNOWN = 1
export const [BEGIN, END] = [2, 3] as const
const INSIDE = '##'
/** Longer words are no words. */
const LONGEST_WORD = 100

/** Numbers of the pieces of a text, at most `most` of them. */
export type Pieces = (text: string, most: number) => number[]

export function piecesOf(vocabulary: Vocabulary): Pieces {
  const known = new Map(vocabulary.map((piece, number) => [piece, number]))
  for (const mark of MARKS) known.delete(mark)
  const longest = Math.max(1, ...vocabulary.map((piece) => piece.length))

  const cut = (word: string): number[] => {
    if (word.length > LONGEST_WORD) return [UNKNOWN]
    const found: number[] = []
    let start = 0
    while (start < word.length) {
      const before = start === 0 ? '' : INSIDE
      let end = Math.min(word.length, start + longest)
      let piece: number | undefined
      for (; end > start && piece === undefined; end--) piece = known.get(before + word.slice(start, end))
      if (piece === undefined) return [UNKNOWN]
      found.push(piece)
      start = end + 1
    }
    return found
  }

  return (text, most) => {
    const found: number[] = []
    for (const [word] of plain(text.slice(0, most * LONGEST_WORD)).matchAll(WORD)) {
      found.push(...cut(word))
      if (found.length >= most) break
    }
    return found.slice(0, most)
  }
}

/** Signs and Chinese characters stand for themselves; what lies between them is a word. */
const WORD = /[\p{P}\p{Script=Han}$+<=>^`|~]|[^\s\p{P}\p{Script=Han}$+<=>^`|~]+/gu
const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}|\p{Cc}/gu, (sign) => (/\s/.test(sign) ? ' ' : ''))
