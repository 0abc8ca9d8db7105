import type { Span } from '../../../moderation/model.ts'

export interface Segment {
  text: string
  flagged: boolean
}

/**
 * The text cut at the edges of the spans: all segments in order give the text again. Spans may overlap, touch, or reach
 * outside; none splits a surrogate pair, since half a character can't be shown.
 */
export function segments(text: string, spans: readonly Span[]): Segment[] {
  const whole: Segment[] = []
  let at = 0
  for (const { start, end } of merged(text, spans)) {
    if (start > at) whole.push({ text: text.slice(at, start), flagged: false })
    whole.push({ text: text.slice(start, end), flagged: true })
    at = end
  }
  if (at < text.length) whole.push({ text: text.slice(at), flagged: false })
  return whole
}

function merged(text: string, spans: readonly Span[]): Span[] {
  const inside = spans
    .map(({ start, end }) => ({
      start: edge(text, Math.max(0, start), -1),
      end: edge(text, Math.min(text.length, end), 1),
    }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start)
  const result: Span[] = []
  for (const span of inside) {
    const last = result.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else result.push(span)
  }
  return result
}

/** `at`, or one further out where it falls between the halves of a pair. */
function edge(text: string, at: number, outwards: 1 | -1): number {
  const splits = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1))
  return at > 0 && splits ? at + outwards : at
}

/**
 * Characters that reorder what follows them: `‮gpj.exe` reads as `exe.jpg`. Split off, so that each can be shown as what
 * it is instead of doing what it does. The plain direction marks of Arabic and Hebrew are left alone.
 */
export function reordering(text: string): { text: string; control: boolean }[] {
  return text
    .split(/([\u202A-\u202E\u2066-\u2069])/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, control: /^[\u202A-\u202E\u2066-\u2069]$/.test(part) }))
}
