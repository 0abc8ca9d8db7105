import { isKnown, rankOf } from './vocabulary.ts'

/** No known word is longer; this bounds the work for each letter. */
const LONGEST = 18
/** What a letter outside every word costs; a word costs the logarithm of its rank, so that common words win. */
const STRAY = 14
/** So much of a token may be strange, for names and misspellings; more, and it was no sentence. */
const STRANGE = 0.25

/**
 * "youareafool" parted into words: the cheapest way, by dynamic programming. Linear in the length.
 * @param token Letters and apostrophes in lower case
 * @returns null if it doesn't part into known words
 */
function segment(token: string): string | null {
  const cost = new Float64Array(token.length + 1)
  /** Length of the last word of the cheapest way to each place; 0 for a stray letter. */
  const last = new Uint8Array(token.length + 1)
  for (let end = 1; end <= token.length; end++) {
    cost[end] = (cost[end - 1] ?? 0) + STRAY
    for (let length = 1; length <= Math.min(end, LONGEST); length++) {
      const rank = rankOf(token.slice(end - length, end))
      if (rank === undefined) continue
      const total = (cost[end - length] ?? 0) + 2 + Math.log(rank + 2)
      if (total >= (cost[end] ?? 0)) continue
      cost[end] = total
      last[end] = length
    }
  }
  const words: string[] = []
  let strange = 0
  for (let end = token.length; end > 0; ) {
    const stop = end
    while (end > 0 && last[end] === 0) end--
    if (end < stop) words.push(token.slice(end, stop))
    strange += stop - end
    const length = last[end] ?? 0
    if (length > 0) words.push(token.slice(end - length, end))
    end -= length
  }
  return strange > token.length * STRANGE ? null : words.reverse().join(' ')
}

const RUN = /[a-z']+/g

/** Long tokens that are no word, parted into words; the rest as it stands. In lower case. */
export function segmentLong(text: string, longerThan: number): string {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(RUN, (run) => (run.length <= longerThan || isKnown(run) ? run : (segment(run) ?? run)))
}
