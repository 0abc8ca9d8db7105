/** NIST asks for no rules on passwords but their length. Longer ones than this are refused, not cut. UTF-16 units. */
export const SHORTEST = 12
export const LONGEST = 256

/** What is wrong with a password somebody chose; null if nothing is. */
export function wrongPassword({ length }: string): string | null {
  if (length < SHORTEST) return `Choose a password of at least ${SHORTEST} characters. A few words together are good.`
  return length > LONGEST ? `Choose a password of at most ${LONGEST} characters.` : null
}
