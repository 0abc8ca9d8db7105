import type { Span } from '../../../moderation/model.ts'
import { segments } from './segments.ts'

export interface Piece {
  text: string
  /** A finding rests on it. */
  flagged: boolean
  /** What is shown in its place; null where it is shown itself. */
  mask: string | null
}

/**
 * The text in pieces: each masked stretch is one, the rest is cut where a flagged stretch begins or ends. All pieces in order
 * give the text again. What is masked can't be read from the masks, whatever its spelling.
 */
export function pieces(text: string, masked: readonly Span[], flagged: readonly Span[]): Piece[] {
  let at = 0
  return segments(text, masked).flatMap(({ text: part, flagged: hidden }): Piece[] => {
    const [start, end] = [at, at + part.length]
    at = end
    const own = flagged
      .filter((span) => span.start < end && span.end > start)
      .map((span) => ({ start: span.start - start, end: span.end - start }))
    if (hidden) return [{ text: part, flagged: own.length > 0, mask: byLetter(part) }]
    return segments(part, own).map((segment) => ({ ...segment, mask: null }))
  })
}

const LETTER = /^[\p{L}\p{N}]/u

/**
 * Its first letter, and blocks for the rest: "c███". One letter for the whole stretch, since of "f  u  c  k" each would tell
 * all. Accents that would climb on the letter are blocks like the rest.
 */
function byLetter(text: string): string {
  const [first = ''] = text
  return LETTER.test(first) ? first + blocks(text.slice(first.length)) : blocks(text)
}

/** Every word as blocks, one for each of its characters: spaces stay, so that the line still wraps, and nothing can be read. */
export function blocks(text: string): string {
  return text.replace(/\S+/gu, (word) => '█'.repeat(Math.min(12, Array.from(word).length)))
}
