import type { NormalText } from '../model.ts'

/** Words of telling what somebody else said; not "posted by", but "someone posted", "he called me", "they keep saying". */
const TELLING =
  /(?<![a-z])(?:said|says|saying|shout(?:ed|ing|s)|scream(?:ed|ing)|yell(?:ed|ing)|wrote|written|writing|call(?:s|ed|ing)|repl(?:y|ied|ies|ying)|messag(?:e|ed|ing|es)|told|tweet(?:s|ed)?|post(?:s|ed|er|ers)?|email(?:s|ed)?|graffiti|spray(?:ed)?|quot(?:e|es|ed|ing)|words?|term|chant(?:s|ed|ing)?|comments?|commented|report(?:ed)?|heard|sign|line|caption|headline|slogan|letter)(?![a-z])/

/** "called my daughter a ...", "calling someone ...": the words right before what was said. */
const CALLED =
  /(?<![a-z])(?:(?:call(?:s|ed|ing)?) (?:me|us|him|her|them|my [a-z]+|our [a-z]+|a [a-z]+|the [a-z]+|someone|somebody|anyone|people|each other|[a-z]+) (?:an? |the )?(?:[a-z]+ ){0,2}|(?:tweets?|posts?|comments?|messages?|emails?|man|woman|men|lads?|someone|somebody|people|they|he|she|who|bloke|account|sign|leaflets?|banner|stickers?|neighbour|kids|customer|troll|bots?) (?:[a-z]+ )?(?:saying|says|said|shouted|shouting|shouts|chanting|chanted|claiming|screamed|screaming|wrote|telling|told)(?: that| at me| to me| me| us| him| her| at my [a-z]+| to my [a-z]+| my [a-z]+)?[:,]? (?:all |the |these )?|(?:the (?:word|term|slur)s?|terms like|words like|(?:been|being|was|were|get|got|getting) (?:called|labelled)|abuse like|slurs like) (?:an? )?(?:[a-z]+ ){0,2})["']?$/

/** A quotation shorter than this may be for emphasis. */
const QUOTATION = 24

/**
 * Is the stretch somebody else's speech that the author only tells of? True inside quotation marks, if the quotation is
 * long or the text around it tells of speech; and after "called my son a". An abuser may hide behind quotation marks;
 * punishing the one who reports abuse is the worse mistake.
 */
export function isReported(normal: NormalText, start: number, end: number): boolean {
  const { text } = normal
  if (CALLED.test(text.slice(Math.max(0, start - 60), start))) return true
  for (const [open, close] of quotations(normal)) {
    if (open > start || close < end) continue
    const around = `${text.slice(Math.max(0, open - 200), open)} ${text.slice(close + 1, close + 200)}`
    if (!/[a-z]{2}/.test(around)) return false
    return close - open >= QUOTATION || TELLING.test(around)
  }
  return false
}

const cache = new WeakMap<NormalText, (readonly [number, number])[]>()
/** Quotations longer than this are a stray mark and its distant fellow. */
const LONGEST = 500

/** Pairs of quotation marks. A single one opens after a blank and closes before one, so apostrophes don't count. */
function quotations(normal: NormalText): (readonly [number, number])[] {
  const known = cache.get(normal)
  if (known) return known
  const { text } = normal
  const found: (readonly [number, number])[] = []
  let double = -1
  let single = -1
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') {
      if (double >= 0 && i - double <= LONGEST) found.push([double, i])
      double = double >= 0 && i - double <= LONGEST ? -1 : i
    } else if (char === "'") {
      const after = i + 1 < text.length ? text.charAt(i + 1) : ' '
      const before = i > 0 ? text.charAt(i - 1) : ' '
      if (/[\s(]/.test(before) && /\S/.test(after)) single = i
      else if (single >= 0 && i - single <= LONGEST && !/[a-z0-9]/.test(after)) {
        found.push([single, i])
        single = -1
      }
    }
  }
  cache.set(normal, found)
  return found
}
