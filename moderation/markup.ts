/** A text and, for each of its characters and its end, the offset it began at before. */
export interface Traced {
  text: string
  from: readonly number[]
}

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    shy: '',
    zwj: '',
    zwnj: '',
    lsquo: "'",
    rsquo: "'",
    ldquo: '"',
    rdquo: '"',
    ndash: '-',
    mdash: '-',
    hellip: '...',
    pound: '£',
    euro: '€',
    cent: '¢',
    bull: '•',
    middot: '·',
    commat: '@',
    excl: '!',
    dollar: '$',
    lowbar: '_',
    hyphen: '-',
    period: '.',
    comma: ',',
    newline: '\n',
    tab: ' ',
  }),
)

const PHRASING =
  'abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr'
const BLOCK =
  'article|aside|blockquote|body|br|center|dd|div|dl|dt|footer|h[1-6]|head|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|td|th|thead|title|tr|ul'
/**
 * Only what HTML knows, and only with attributes that say nothing: no platform shows HTML, so all else within "<" and ">" is
 * read by people as it stands, links and insults with it. What a comment says is judged apart (concealed.ts).
 */
const ATTRIBUTE = String.raw`\s+(?:align|class|color|data-[a-z]+|dir|face|id|lang|size|style)\s?=\s?["']?(?:[\w#%.,-]|[:;] ?)*["']?`
const TAG = new RegExp(
  `<(?:!--[^<>]{0,200}--|/?(?:(${BLOCK})|${PHRASING})(?=[\\s/>])(?:${ATTRIBUTE}){0,4}\\s?/?)>`,
  'gi',
)

/**
 * The text without HTML: entities are the characters they stand for; tags are nothing, or a blank where they begin a line.
 * "<3" and "a < b" stay. Linear in the length of the text: what a pattern reads after "<" or "&" is bounded.
 */
export function withoutMarkup(text: string): Traced {
  const plain = { text, from: Array.from({ length: text.length + 1 }, (_, i) => i) }
  const decoded = text.includes('&') ? replaced(plain, ENTITY, decode) : plain
  return decoded.text.includes('<') ? replaced(decoded, TAG, gapFor) : decoded
}

/** Words parted by tags alone stay apart; "id<b>i</b>ot" and "<b>id</b><b>iot</b>" don't. */
function gapFor({ 0: tag, 1: block, index, input }: RegExpExecArray): string {
  if (block) return ' '
  if (!tag.startsWith('</')) return ''
  const after = index + tag.length
  const next = input.charAt(after)
  return next === '' || /\s/.test(next) || (next === '<' && !input.startsWith(tag.slice(2, -1), after + 1)) ? ' ' : ''
}

function decode([entity, decimal, hex, name]: RegExpExecArray): string {
  if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? accented(name) ?? entity
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return point <= 0x10ffff ? String.fromCodePoint(point) : entity
}

/** "&eacute;" is an "é", which is folded to its letter in any case. */
const accented = (name: string): string | undefined =>
  /^([a-z])(?:acute|grave|circ|uml|tilde|cedil|ring|slash)$/i.exec(name)?.[1]

function replaced({ text, from }: Traced, what: RegExp, by: (found: RegExpExecArray) => string): Traced {
  let out = ''
  const places: number[] = []
  let at = 0
  const keep = (end: number): void => {
    out += text.slice(at, end)
    for (; at < end; at++) places.push(from[at] ?? 0)
  }
  for (const found of text.matchAll(what)) {
    keep(found.index)
    const instead = by(found)
    out += instead
    for (let i = 0; i < instead.length; i++) places.push(from[at] ?? 0)
    at += found[0].length
  }
  keep(text.length)
  places.push(from[text.length] ?? 0)
  return { text: out, from: places }
}
