/**
 * `work`, done once for each of the last `most` texts. For what is asked of the same neighbours again and again: each item
 * of a conversation is compared with all that came before it. The answer must follow from the text alone.
 */
export function remember<T>(work: (text: string) => T, most: number): (text: string) => T {
  const known = new Map<string, { answer: T }>()
  return (text) => {
    const found = known.get(text)
    if (found) {
      // Last in line to be forgotten.
      known.delete(text)
      known.set(text, found)
      return found.answer
    }
    const answer = work(text)
    known.set(text, { answer })
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return answer
  }
}
