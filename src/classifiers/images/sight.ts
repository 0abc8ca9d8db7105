import type { Breach } from '../../../moderation/model.ts'
import type { Match, Sight } from '../../../moderation/sight.ts'
import type { Frame, Looked } from './examiner.ts'
import { fingerprint, nearest } from './hash.ts'

/** From what the program saw to what is kept of it. */

/** A picture that staff want known again. */
export interface Known {
  kind: Match['kind'] | 'mp' | 'staff'
  title: string
  breach: Breach | null
  holder: string | null
  hashes: string[]
}

/** Null where nothing can be said because the program itself failed. */
export function sightOf(looked: Looked, known: readonly Known[]): Sight | null {
  switch (looked.is) {
    case 'failed':
      return null
    case 'refused':
      return { refused: looked.why, hashes: [], nudity: null, match: null }
    case 'seen': {
      const { frames } = looked
      return { refused: null, hashes: hashesOf(frames), nudity: nudityOf(frames), match: matchOf(frames, known) }
    }
  }
}

/** One each of the frames that can be told from others. */
export const hashesOf = (frames: readonly Frame[]): string[] => [
  ...new Set(frames.flatMap((frame) => fingerprint(frame) ?? [])),
]

/**
 * The classifier takes soft brown light for skin: of 40 such pictures that show nothing at all it called 29 sexual. With
 * so few edges nobody can recognise anything, and its word counts for nothing.
 */
const RECOGNISABLE = 0.005

function nudityOf(frames: readonly Frame[]): Sight['nudity'] {
  const seen = frames.flatMap(({ classes, edges }) => (classes !== null && edges >= RECOGNISABLE ? classes : []))
  if (seen.length === 0) return null
  const highest = (name: 'Porn' | 'Hentai'): number => Math.max(...seen.map((classes) => classes[name] ?? 0))
  return { photograph: highest('Porn'), drawing: highest('Hentai') }
}

/**
 * What staff found harmless is harmless, however like something else it is; else the nearest. Of a moving picture every
 * frame has to be harmless: anything can follow one that is.
 */
function matchOf(frames: readonly Frame[], known: readonly Known[]): Match | null {
  const harmless = frames.map((frame) => nearestOf(hashesOf([frame]), known, 'never'))
  if (harmless.every((match) => match !== null)) return harmless[0] ?? null
  return nearestOf(hashesOf(frames), known, 'unwanted', 'ours')
}

function nearestOf(hashes: readonly string[], known: readonly Known[], ...kinds: Match['kind'][]): Match | null {
  const near = known.flatMap((one) => {
    const distance = nearest(hashes, one.hashes)
    const match = distance === null ? null : inWords(one, distance, hashes)
    return match !== null && kinds.includes(match.kind) ? match : []
  })
  return near.sort((a, b) => Number(isPart(a)) - Number(isPart(b)) || a.distance - b.distance)[0] ?? null
}

const isPart = (match: Match): boolean => match.kind !== 'never' && match.part === true

/** A frame of what is known isn't there: the one that is may be any picture that somebody set before a bad one. */
const partOf = (one: Known, hashes: readonly string[]): { part?: true } =>
  one.hashes.every((hash) => nearest([hash], hashes) !== null) ? {} : { part: true }

function inWords(one: Known, distance: number, hashes: readonly string[]): Match | null {
  const { kind, title, breach, holder } = one
  switch (kind) {
    case 'unwanted':
      return breach === null ? null : { kind, title, breach, distance, ...partOf(one, hashes) }
    case 'ours':
      return { kind, title, holder, distance, ...partOf(one, hashes) }
    case 'never':
      return { kind, title, distance }
    case 'mp':
    case 'staff':
      return null
  }
}

/** Whose portrait this is like; the MP's first. */
export function likeOf(hashes: readonly string[], known: readonly Known[]): 'mp' | 'staff' | null {
  const is = (kind: 'mp' | 'staff'): boolean =>
    known.some((one) => one.kind === kind && nearest(hashes, one.hashes) !== null)
  return is('mp') ? 'mp' : is('staff') ? 'staff' : null
}
