/**
 * The gravest words in the disguises that a child tries: parted ("cu nt"), misspelt ("qunt", "(unt") or run together
 * ("#youfuckingcunt"). Over text that is otherwise plain. Whole words only: Scunthorpe is a town, and Niger a country.
 */

const GAP = '[\\s._*-]?'
const apart = (...letters: string[]): string => letters.join(GAP)
const U = '[uv*]{1,3}'

/** Each with the word it stands for; what follows the word (plural, "-ing") is kept. */
const DISGUISED: readonly (readonly [string, string])[] = [
  ['cunt', `${apart('[ckq(]', U, 'n', 't')}()(s|y)?`],
  ['fuck', `${apart('(?:f|ph)', U, '[cq]', 'k')}(?:(${GAP})(ers?|ing?|ed|wit|face|head))?`],
  ['nigg', `${apart('n', 'i{1,3}', 'g', 'g')}(${GAP})(ers?|as?)`],
  ['wank', `${apart('w', 'a', 'n', '[kq]')}(${GAP})(ers?)`],
  ['bitch', `${apart('b', 'i{1,3}', 't', 'c', 'h')}()(es)?`],
]
const PARTED = new RegExp(`(?<![a-z0-9])(?:${DISGUISED.map(([, spelling]) => spelling).join('|')})(?![a-z0-9])`, 'g')

const GRAVE =
  'cunts?|fuck(?:ers?|wits?|off|you)|niggers?|whores?|bitch(?:es)?|sluts?|wankers?|twats?|kill(?:you|yourself)'
const BESIDE =
  'you|your|ur|are|all|the|this|that|is|she|he|an?|mp|such|fucking|fuckin|fat|ugly|stupid|dirty|filthy|lying|old|useless|worthless|vile|absolute|total|utter|evil|thick|dumb|little|will|gonna|go|off|hartley|i'
/** A hashtag or a token that is nothing but such words, a grave one among them. */
const GLUED = new RegExp(`(?<![a-z0-9])(?:${BESIDE}){0,8}(?:${GRAVE})(?![a-z0-9])`, 'g')
const WORDS = new RegExp(`fuck(?=off|you)|kill(?=you)|(?:${GRAVE})$|yourself|${BESIDE}`, 'g')

/**
 * The text with those words as themselves. `from` is where each character began in the original, and the same is returned
 * for the new text; never falling. Linear: neither pattern can begin inside a word.
 */
export function respell(text: string, from: readonly number[]): { text: string; from: readonly number[] } {
  const whole = replace(text, from, PARTED, (found) => {
    const group = found.findIndex((part, i) => i > 0 && i % 2 === 1 && part !== undefined)
    const known = group < 0 ? undefined : DISGUISED[(group - 1) / 2]
    return (known?.[0] ?? wordOf(found[0])) + (group < 0 ? '' : (found[group + 1] ?? ''))
  })
  return replace(whole.text, whole.from, GLUED, ([token]) => (token.match(WORDS) ?? [token]).join(' '))
}

/** "fuck" alone is the one whose ending may be left out with its gap. */
const wordOf = (found: string): string => (/^(?:f|ph)/.test(found) ? 'fuck' : found)

/** Each match put in other words; its characters are spread over the stretch they replace. */
export function replace(
  text: string,
  from: readonly number[],
  what: RegExp,
  by: (found: RegExpExecArray) => string,
): { text: string; from: readonly number[] } {
  let out = ''
  const places: number[] = []
  let at = 0
  for (const found of text.matchAll(what)) {
    const word = by(found)
    if (word === found[0]) continue
    const end = found.index + found[0].length
    out += text.slice(at, found.index) + word
    for (let i = at; i < found.index; i++) places.push(from[i] ?? 0)
    for (let i = 0; i < word.length; i++) {
      places.push(
        from[found.index + Math.min(Math.floor((i * found[0].length) / word.length), found[0].length - 1)] ?? 0,
      )
    }
    at = end
  }
  if (at === 0) return { text, from }
  for (let i = at; i < text.length; i++) places.push(from[i] ?? 0)
  return { text: out + text.slice(at), from: places }
}
