import type { Span } from '../../../moderation/model.ts'

/** Words behind these are new whatever they are: the table grows with the square. */
const MOST = 300

/**
 * Which words of `text` do not stand in `first`, in the order of both: what is new in a copy. Neighbours are one stretch.
 * Words are compared without regard to case; what is only left out of the copy leaves no mark.
 */
export function additions(text: string, first: string): Span[] {
  const [own, other] = [wordsIn(text).slice(0, MOST), wordsIn(first).slice(0, MOST)]
  // longest[i][j]: how many words the rests from i and from j have in common, in order.
  const longest: Uint16Array[] = []
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0
  for (let i = own.length - 1; i >= 0; i--) {
    const row = new Uint16Array(other.length + 1)
    longest[i] = row
    for (let j = other.length - 1; j >= 0; j--)
      row[j] = own[i]?.word === other[j]?.word ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const spans: Span[] = []
  let wasNew = false
  for (let i = 0, j = 0; i < own.length; ) {
    const word = own[i]
    if (!word) break
    if (word.word === other[j]?.word) {
      i++
      j++
      wasNew = false
    } else if (j < other.length && at(i, j + 1) >= at(i + 1, j)) j++
    else {
      const last = spans.at(-1)
      if (wasNew && last) last.end = word.end
      else spans.push({ start: word.start, end: word.end })
      wasNew = true
      i++
    }
  }
  const unread = wordsIn(text)[MOST]
  if (unread) spans.push({ start: unread.start, end: text.length })
  return spans
}

/** Are these the same words, whatever stands between them and in whatever case? */
export const isSame = (text: string, first: string): boolean =>
  text === first ||
  text.toLowerCase().split(/\s+/).join(' ').trim() === first.toLowerCase().split(/\s+/).join(' ').trim()

const wordsIn = (text: string) =>
  Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => ({
    word: word.toLowerCase(),
    start: index,
    end: index + word.length,
  }))
