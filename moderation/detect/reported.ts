import type { NormalText } from '../model.ts'

/** Words of telling what somebody else said; not "posted by", but "someone posted", "he called me", "they keep saying". */
const TELLING =
  /(?<![a-z])(?:said|says|saying|shout(?:ed|ing|s)|scream(?:ed|ing)|yell(?:ed|ing)|wrote|written|writing|call(?:s|ed|ing)|repl(?:y|ied|ies|ying)|messag(?:e|ed|ing|es)|told|tweet(?:s|ed)?|post(?:s|ed|er|ers)?|email(?:s|ed)?|graffiti|spray(?:ed)?|quot(?:e|es|ed|ing)|words?|term|chant(?:s|ed|ing)?|comments?|commented|report(?:ed)?|heard|sign|line|caption|headline|slogan|letter)(?![a-z])/

/** "called my daughter a ...", "calling someone ...": the words right before what was said. */
const CALLED =
  /(?<![a-z])(?:(?:call(?:s|ed|ing)?) (?:me|us|him|her|them|my [a-z]+|our [a-z]+|a [a-z]+|the [a-z]+|someone|somebody|anyone|people|each other|[a-z]+) (?:an? |the )?(?:[a-z]+ ){0,2}|(?:tweets?|posts?|comments?|messages?|emails?|man|woman|men|lads?|someone|somebody|people|they|he|she|who|bloke|account|sign|leaflets?|banner|stickers?|neighbour|kids|customer|troll|bots?) (?:[a-z]+ )?(?:saying|says|said|shouted|shouting|shouts|chanting|chanted|claiming|screamed|screaming|wrote|telling|told)(?: that| at me| to me| me| us| him| her| at my [a-z]+| to my [a-z]+| my [a-z]+)?[:,]? (?:all |the |these )?|(?:the (?:word|term|slur)s?|terms like|words like|(?:been|being|was|were|get|got|getting) (?:called|labelled)|abuse like|slurs like) (?:an? )?(?:[a-z]+ ){0,2})["']?$/

/** A quotation shorter than this may be for emphasis. */
const QUOTATION = 24

/** Words that condemn what was said, or ask about it. */
const CONDEMNING =
  /(?<![a-z])(?:condemn(?:s|ed)?|disgust(?:s|ed|ing)?|disgrace(?:ful)?|unacceptable|appall(?:ed|ing)|shame(?:ful)?|vile|horr(?:ible|ific|ified)|racis[mt]|sexis[mt]|homophobi[ac]|antisemiti(?:c|sm)|hate ?(?:crime|speech)|no place|not (?:ok|okay|acceptable|right|fair)|isn'?t (?:ok|okay|acceptable|right|fair)|wrong|crime|illegal|prosecut(?:e|ed)|abus(?:e|ive)|bull(?:y|ied|ying)|threats?|threatened|police|inbox|sent|received|placards?|disagree|offended|offensive|help (?:me|us))(?![a-z])|(?<![a-z])(?:who|what|why|how|is|are|was|can|could|would|do|does|did|should|will|isn'?t)(?![a-z])[^.!?\n]{3,150}\?/

/** Whoever agrees with it says it. */
const ENDORSING =
  /(?<![a-z])(?:(?<!(?:think|thinks|believe|if|whether|say|says|hope) )(?:and|&|because|cos|cuz|since|well) (?:they|he|she|it|that|this|i)(?:'?re|'?s| are| is| was| were)? (?:all |so |absolutely |totally |dead |damn |bloody |fucking |quite |100% )*(?:right(?!(?:ful|ly)?[a-z]|[ -]?wing)|true|spot on|correct|agree(?! to))|i (?:totally |fully |completely |absolutely )?agree(?! (?:to|this|that|it) )|(?:couldn'?t|could not) (?:agree more|have (?:said|put) it better)|well said|so true|too right|hear,? hear|my (?:thoughts|sentiments) exactly|(?:they|he|she)'?(?:s|re| is| are| was| were) (?:spot on|not wrong|dead right))(?![a-z])/

const LAUGHTER =
  /(?<![a-z])(?:(?:l+o+l+|lmf?ao+|rofl|hehe|ha(?:ha)+h?|jk|just (?:kidding|joking)|joke|xx*|mate|jo|yeah|ok|so there|tbh|innit)+)(?![a-z])/g
/** With fewer words than this around it, a quotation is the whole text. */
const FEW_WORDS = 4

/** Whose speech a stretch is. Of what is doubtful a person has to judge. */
export type Speech = 'own' | 'doubtful' | 'reported'

/**
 * Is the stretch somebody else's speech that the author only tells of? Yes after "called my son a"; yes inside quotation
 * marks, if the text around them tells, condemns or asks. Doubtful if a long quotation stands beside words that do none of
 * these. No if it is all there is, save laughter, or if the author says that it is right: an abuser may hide behind
 * quotation marks, and punishing the one who reports abuse would be as bad.
 */
export function speechOf(normal: NormalText, start: number, end: number): Speech {
  const { text } = normal
  if (CALLED.test(text.slice(Math.max(0, start - 60), start))) {
    return ENDORSING.test(text.slice(end, end + 200)) ? 'own' : 'reported'
  }
  for (const [open, close] of quotations(normal)) {
    if (open > start || close < end) continue
    const after = text.slice(close + 1, close + 200)
    if (ENDORSING.test(after)) return 'own'
    const around = `${text.slice(Math.max(0, open - 200), open)} ${after}`
    if (TELLING.test(around)) return 'reported'
    if (close - open < QUOTATION) return 'own'
    if (CONDEMNING.test(around)) return 'reported'
    const words = around.replaceAll(LAUGHTER, ' ').match(/[a-z]{2,}/g) ?? []
    return words.length < FEW_WORDS ? 'own' : 'doubtful'
  }
  return 'own'
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
