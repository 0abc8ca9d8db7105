import { createHash } from 'node:crypto'

/** What X makes of a text that somebody typed: escaped, its links shortened, its handles known. */

/** A link as X describes it; `start` and `end` count code points of the text as it is sent. */
export interface UrlEntity {
  start: number
  end: number
  url: string
  expanded_url: string
  display_url: string
  media_key?: string
}

export interface MentionEntity {
  start: number
  end: number
  username: string
  id: string
}

export interface Composed {
  /** With &amp; &lt; &gt; and t.co links. */
  text: string
  urls: UrlEntity[]
  mentions: MentionEntity[]
}

/** A link that X puts after the text: to the post quoted, or to what is attached. */
export interface Suffix {
  expanded: string
  display: string
  mediaKey?: string
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const PIECES = /(?<url>https?:\/\/\S+)|(?<![\w@])@(?<handle>\w{1,15})\b|[&<>]/gu
const HANDLES = /https?:\/\/\S+|(?<![\w@])@(\w{1,15})\b/gu

/** The handles named in a text, lower case, in order, each once. */
export function handlesIn(text: string): string[] {
  const handles = [...text.matchAll(HANDLES)].flatMap(([, handle]) => (handle ? [handle.toLowerCase()] : []))
  return [...new Set(handles)]
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character)
}

/**
 * @param idOf the id of whoever has that handle (in lower case), if anybody has
 */
export function compose(raw: string, suffixes: readonly Suffix[], idOf: (handle: string) => string | null): Composed {
  const urls: UrlEntity[] = []
  const mentions: MentionEntity[] = []
  let text = ''
  let length = 0
  const append = (piece: string): { start: number; end: number } => {
    const start = length
    text += piece
    length += codePoints(piece)
    return { start, end: length }
  }
  const link = (expanded: string, display: string, mediaKey?: string): void => {
    const url = shortened(expanded)
    const entity = { ...append(url), url, expanded_url: expanded, display_url: display }
    urls.push(mediaKey === undefined ? entity : { ...entity, media_key: mediaKey })
  }

  let done = 0
  for (const match of raw.matchAll(PIECES)) {
    append(raw.slice(done, match.index))
    done = match.index + match[0].length
    const { url, handle } = match.groups ?? {}
    if (url) link(url, url.replace(/^https?:\/\//, '').slice(0, 30))
    else if (handle) {
      const where = append(match[0])
      const id = idOf(handle.toLowerCase())
      if (id) mentions.push({ ...where, username: handle, id })
    } else append(escaped(match[0]))
  }
  append(raw.slice(done))
  for (const suffix of suffixes) {
    if (text !== '') append(' ')
    link(suffix.expanded, suffix.display, suffix.mediaKey)
  }
  return { text, urls, mentions }
}

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

export function firstCodePoints(text: string, count: number): string {
  return Array.from(text).slice(0, count).join('')
}

/** The same address always becomes the same short one. */
function shortened(address: string): string {
  return `https://t.co/${createHash('sha1').update(address).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 10)}`
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** Code points that X counts as one; all others as two (twitter-text, configuration 3). */
const SINGLE: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
]
/** Splitting into graphemes is slow, and most texts need none of it. */
const ALL_SINGLE = /^[\0-\u10ff]*$/
const LINK_LENGTH = 23

/** How long X says a text is. 280 are allowed to those who do not pay. */
export function weightedLength(text: string): number {
  const normal = text.normalize('NFC')
  const links = normal.match(/https?:\/\/\S+/gu) ?? []
  const rest = normal.replaceAll(/https?:\/\/\S+/gu, '')
  let length = links.length * LINK_LENGTH
  if (ALL_SINGLE.test(rest)) return length + rest.length
  for (const { segment } of graphemes.segment(rest)) {
    if (/\p{Extended_Pictographic}/u.test(segment) && segment.length > 1) length += 2
    else for (const character of segment) length += weightOf(character.codePointAt(0) ?? 0)
  }
  return length
}

function weightOf(codePoint: number): number {
  return SINGLE.some(([from, to]) => codePoint >= from && codePoint <= to) ? 1 : 2
}
