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
      const hashes = hashesOf(looked.frames)
      return { refused: null, hashes, nudity: nudityOf(looked.frames), match: matchOf(hashes, known) }
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

/** What staff found harmless is harmless, however like something else it is; else the nearest. */
function matchOf(hashes: readonly string[], known: readonly Known[]): Match | null {
  const near = known
    .flatMap((one) => {
      const distance = nearest(hashes, one.hashes)
      const match = distance === null ? null : inWords(one, distance)
      return match ?? []
    })
    .sort((a, b) => a.distance - b.distance)
  return near.find(({ kind }) => kind === 'never') ?? near[0] ?? null
}

function inWords({ kind, title, breach, holder }: Known, distance: number): Match | null {
  switch (kind) {
    case 'unwanted':
      return breach === null ? null : { kind, title, breach, distance }
    case 'ours':
      return { kind, title, holder, distance }
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
