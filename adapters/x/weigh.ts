/**
 * How X counts a text, and what in it X makes a link of: the rules that X has published as twitter-text, configuration 3.
 * A link makes a post cost thirteen times as much, and staff write the letters: so what might be one counts as one, though
 * no such domain exists.
 */

export const LONGEST_POST = 280
const LINK = 23

/** An e-mail address is left alone: X takes no domain for a link that stands before or behind an @. */
const EMAIL = String.raw`(?<email>[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+)`
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`
const DOMAIN = String.raw`(?<![\p{L}\p{N}@＠#＃$_./-])(?:${LABEL}\.)+\p{L}{2,63}(?![\p{L}\p{N}@＠])(?::\d+)?(?:[/?]\S*)?`
const LINKS = new RegExp(String.raw`${EMAIL}|https?://\S+|${DOMAIN}`, 'giu')

/** The emoji that are made of one or of several characters, each as a whole. */
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv')

/** The code points that count once, in pairs of first and last: Latin to Georgian, and marks of punctuation. */
const SINGLE: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
]

const isSingle = (codePoint: number): boolean => SINGLE.some(([first, last]) => first <= codePoint && codePoint <= last)

/** What X would make links of, as written. */
export function linksIn(text: string): string[] {
  return [...text.matchAll(LINKS)].filter(({ groups }) => groups?.['email'] === undefined).map(([link]) => link)
}

/** The weight of a text, of which a post may have 280. */
export function weigh(text: string): number {
  const plain = text
    .normalize('NFC')
    .replaceAll(LINKS, (found: string, email?: string) => (email === undefined ? '-'.repeat(LINK) : found))
    .replaceAll(EMOJI, '--')
  let weight = 0
  for (const character of plain) weight += isSingle(character.codePointAt(0) ?? 0) ? 1 : 2
  return weight
}
