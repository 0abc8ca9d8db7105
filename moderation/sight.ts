import { BREACHES, type Breach, type Finding } from './model.ts'

/** What was seen on the pictures of an item, and what follows from it. Looking itself is for src/classifiers/images. */

export interface Sight {
  /** Why it could not be looked at; null if it could. */
  refused: Refusal | null
  /** What tells it from other pictures, a frame each; none where it is too plain. */
  hashes: string[]
  /** How sure the classifier is of a sexual photograph or drawing, 0 to 1; null where it is not installed. */
  nudity: { photograph: number; drawing: number } | null
  /** Which of the pictures that staff want known again it is; null for none. */
  match: Match | null
}

/** `erased`: nobody may look at it, since the same file was erased here before. */
export type Refusal = 'too-large' | 'too-slow' | 'unreadable' | 'unknown-kind' | 'erased'

/** `part`: of a moving picture that is known, only a frame is in this one. */
export type Match =
  | { kind: 'unwanted'; title: string; breach: Breach; distance: number; part?: true }
  | { kind: 'ours'; title: string; holder: string | null; distance: number; part?: true }
  /** Staff said that it is harmless, and nothing that a machine sees on it counts. */
  | { kind: 'never'; title: string; distance: number }

/** One picture of an item as it was seen. `alt` is the author's own description. */
export interface Seen {
  alt: string | null
  sight: Sight
}

const NAME = 'pictures'
const VERSION = '1'

/** Below the first the classifier is taken for wrong, and a bathing suit is nobody's business; from the second it is believed. */
const SEXUAL = { perhaps: 0.7, surely: 0.9 }
/** A fingerprint that differs so little is the same file saved again; beyond, a person should make sure. Bits of 64. */
const SAME = 4
/** Enough for a person to look, by every office's thresholds, and for nothing else. */
const LOOK = 0.35

/**
 * What the pictures of an item say, beside what its words say.
 * @param others the findings on the words
 * @param known the author broke a rule before, and a person agreed that they did
 */
export function judgePictures(seen: readonly Seen[], others: readonly Finding[], known: boolean): Finding[] {
  const found = seen.flatMap(({ sight }, n) => onPicture(sight, seen.length > 1 ? `Picture ${n + 1}` : 'The picture'))
  return found.length > 0 ? found : unseen(seen, others, known)
}

/** Has the item to be judged with this? */
export const tells = (sight: Sight): boolean => onPicture(sight, '').length > 0

function onPicture({ refused, match, nudity }: Sight, which: string): Finding[] {
  if (match?.kind === 'never') return []
  if (refused === 'erased') {
    const again = `${which} is the same file as one that was erased here, since it may show the abuse of a child`
    const found = finding('unlawful', 0.9, 'grave', `${again}. This is another post: report it too.`)
    return [{ ...found, escalate: 'police' }]
  }
  if (refused === 'too-large' || refused === 'too-slow')
    return [
      finding('graphic-imagery', LOOK, 'mild', `${which} is made so that looking at it takes too much: ${UNSEEN}`),
    ]
  return [...(match ? [matched(match, which)] : []), ...(nudity ? sexual(nudity, which) : [])]
}

function matched(match: Exclude<Match, { kind: 'never' }>, which: string): Finding {
  if (match.part) {
    const breach = match.kind === 'unwanted' ? match.breach : 'ip-violation'
    const like = `${which} is like a frame of a moving picture that staff registered, ${match.title}`
    return finding(breach, LOOK, 'mild', `${like}: whether it is the frame that counts, only a person can see.`)
  }
  const same = match.distance <= SAME
  const [score, gravity] = same ? ([0.9, 'plain'] as const) : ([0.7, 'plain'] as const)
  const like = same ? 'is' : 'looks like'
  if (match.kind === 'unwanted') {
    const reason = `${which} ${like} one that staff don't want to see here again: ${match.title}.`
    return finding(match.breach, score, gravity, reason)
  }
  const holder = match.holder === null ? '' : `, of ${match.holder}`
  const leave = 'whether they had leave to use it, only a person can find out'
  return finding(
    'ip-violation',
    score,
    gravity,
    `${which} ${like} the registered work ${match.title}${holder}: ${leave}.`,
  )
}

function sexual({ photograph, drawing }: NonNullable<Sight['nudity']>, which: string): Finding[] {
  const score = Math.max(photograph, drawing)
  if (score < SEXUAL.perhaps) return []
  const what = photograph >= drawing ? 'a sexual photograph' : 'a sexual drawing'
  return score < SEXUAL.surely
    ? [finding('graphic-imagery', score, 'mild', `${which} may be ${what}, by the classifier of nudity.`)]
    : [finding('graphic-imagery', score, 'plain', `${which} is ${what}, by the classifier of nudity.`)]
}

const UNSEEN = 'what it shows, only a person can see.'

/**
 * No machine here knows blood or violence. A picture that nobody described goes to a person where something else speaks
 * against it: a faint sign in the words, or what the author did before. Of the others there are too many.
 */
function unseen(seen: readonly Seen[], others: readonly Finding[], known: boolean): Finding[] {
  const undescribed = seen.filter(({ alt, sight }) => !alt?.trim() && sight.match?.kind !== 'never')
  const faint = others.some(({ concern }) => BREACHES.some((breach) => breach === concern))
  const heard = others.some(({ concern, score }) => concern === 'at-risk' || (concern !== 'casework' && score >= 0.3))
  if (undescribed.length === 0 || heard || !(faint || known)) return []
  const why = known ? 'The author broke a rule before' : 'The words are a faint sign of a breach'
  return [
    finding(
      'graphic-imagery',
      LOOK,
      'mild',
      `${why}, and the picture has no description: whether it shows blood or violence, only a person can see.`,
    ),
  ]
}

const finding = (concern: Finding['concern'], score: number, gravity: Finding['gravity'], reason: string): Finding => ({
  concern,
  score,
  gravity,
  reason,
  spans: [],
  detector: NAME,
  version: VERSION,
})
