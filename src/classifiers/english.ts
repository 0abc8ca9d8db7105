/** Words that English can't do without and that its neighbours hardly share: no "a", "me", "was", "no", "die". */
const COMMON = new Set(
  (
    'the you your yours and are is of to that this these those what with for have has had not were we they them he she it its my ' +
    "do does did don't dont can't cant won't isn't aren't will would could should all but who why how when where just be been " +
    "i'm im i've i'll you're youre it's that's there their our from about get got know think people want need please thank " +
    'shut off up out if so as an by or his her him u ur in on at such here very never'
  ).split(' '),
)

/** Below so many words nothing can be counted. */
const COUNTABLE = 5
/** One word in eight: tweets in English have one in three, other languages in Latin letters hardly one in twenty. */
const SHARE = 1 / 8
const OTHER_SCRIPT = 0.2

/**
 * Is a text English enough for a judge that knows nothing else? Counts the commonest words, where there is enough to count;
 * a shorter text in Latin letters passes, since detectors of language fail on those. What the platform or the author says
 * of the language isn't asked: it is set once and forgotten.
 */
export function isEnglishEnough(text: string): boolean {
  const bare = text.replaceAll(/https?:\/\/\S+|[@#]\S+/g, ' ')
  const letters = bare.match(/\p{L}/gu)?.length ?? 0
  const latin = bare.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (letters === 0 || latin < letters * (1 - OTHER_SCRIPT)) return false
  const words =
    bare
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}']+/gu) ?? []
  if (words.length < COUNTABLE) return true
  return words.filter((word) => COMMON.has(word)).length >= words.length * SHARE
}
