import type { OfficeFacts, Span } from './model.ts'
import { normalise, spanOf } from './normalise.ts'
import { replace } from './respell.ts'

/**
 * Private details as people write and disguise them, each as one token: "O77OO-9OO123" and "oh double seven double oh ..."
 * are both `phone:7700900123`. The office keeps keyed hashes of such tokens; what is found here is looked up among them and
 * means nothing by itself, so every stretch that might be a detail is one.
 */

export const DETAIL_KINDS = ['phone', 'address', 'postcode', 'plate', 'email', 'handle', 'name'] as const
export type DetailKind = (typeof DETAIL_KINDS)[number]

export interface Detail extends Span {
  kind: DetailKind
  /** The kind, a colon, and the detail in its plainest writing. */
  token: string
}

/** All that might be a private detail, in a text of any length: of very long ones the beginning and the end. */
export function detailsIn(text: string): Detail[] {
  if (text.length <= HEAD + TAIL) return within(text)
  const from = text.length - TAIL
  const late = within(text.slice(from)).map((detail) => ({
    ...detail,
    start: detail.start + from,
    end: detail.end + from,
  }))
  return [...within(text.slice(0, HEAD)), ...late]
}

/** UTF-16 units. */
const HEAD = 8_000
const TAIL = 4_000

/**
 * How a value is kept and looked up, or null if it isn't recognised as one of its kind: a telephone number has ten digits
 * or more, an address a number or a named house, a plate five signs.
 */
export function tokenOf(kind: DetailKind, value: string): string | null {
  const text = value.trim().slice(0, 200)
  if (kind === 'name') return nameToken(text)
  if (kind === 'address') return addressToken(text)
  if (kind === 'handle') return handleToken(text)
  const whole = detailsIn(text).filter((detail) => detail.kind === kind)
  // The longest: of "M1 1AE" the plate is no more than a part.
  const best = whole.sort((a, b) => b.end - b.start - (a.end - a.start))[0]
  if (!best || (kind === 'plate' && best.token.length < 'plate:'.length + 5)) return null
  return best.token
}

const published = new WeakMap<OfficeFacts, ReadonlySet<string>>()

/** What the office itself has made public, and everybody may repeat. */
export function publishedBy(office: OfficeFacts): ReadonlySet<string> {
  let known = published.get(office)
  if (!known) {
    const { phone, email, address, website } = office.public
    const people = [office.mp.name, ...office.staff.map(({ name }) => name)]
    const accounts = Object.values(office.mp.handles)
    known = new Set([
      ...[phone, email, address, website].flatMap((text) => detailsIn(text ?? '').map(({ token }) => token)),
      ...people.flatMap((name) => tokenOf('name', name) ?? []),
      ...accounts.flatMap((handle) => tokenOf('handle', handle) ?? []),
    ])
    published.set(office, known)
  }
  return known
}

/** A way to read the text: its characters, and where each began in the original. */
interface View {
  text: string
  from: readonly number[]
}

function within(text: string): Detail[] {
  const plain = fold(text)
  const counted = inDigits(plain)
  const joined = unspaced(counted)
  const found = [
    ...phones(counted),
    ...[plain, joined].flatMap((view) => [...shaped('postcode', view), ...shaped('plate', view)]),
    ...[plain, spelt(plain)].flatMap(emails),
    ...handles(plain),
    ...addresses(counted),
    ...names(text),
  ]
  const seen = new Set<string>()
  return found.filter(({ token, start }) => {
    const place = `${token} ${start}`
    return !seen.has(place) && seen.add(place)
  })
}

const DROPPED = /[\p{M}\p{Cf}]/u

/** Lower case, compatibility forms and keycaps to plain signs, invisible ones dropped. Unlike `normalise`, digits stay. */
function fold(text: string): View {
  const from: number[] = []
  let out = ''
  for (let at = 0; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
    const plain = char < '\x80' ? char.toLowerCase() : char.normalize('NFKD').toLowerCase()
    for (const unit of plain.length > 4 ? char : plain) {
      if (DROPPED.test(unit)) continue
      for (let i = 0; i < unit.length; i++) from.push(at)
      out += unit
    }
    at += char.length
  }
  return { text: out, from: [...from, text.length] }
}

const rewrite = ({ text, from }: View, what: RegExp, by: (found: RegExpExecArray) => string): View => {
  const changed = replace(text, from, what, by)
  const end = from.at(-1) ?? 0
  return { text: changed.text, from: changed.from.length > changed.text.length ? changed.from : [...changed.from, end] }
}

const detail = (kind: DetailKind, value: string, { from }: View, start: number, end: number): Detail => ({
  kind,
  token: `${kind}:${value}`,
  start: from[start] ?? 0,
  // To where the next character begins.
  end: from[Math.min(end, from.length - 1)] ?? 0,
})

const UNITS = 'zero|one|two|three|four|five|six|seven|eight|nine'.split('|')
const TEENS = 'ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen'.split('|')
const TENS = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety'.split('|')
const NOUGHT = 'oh|o|nought|naught|nil'
const WORD_NUMBERS = new RegExp(
  `(?<![a-z])(?:(${TENS.join('|')})(?:[ -](${UNITS.slice(1).join('|')}))?|(${TEENS.join('|')})|(${UNITS.join('|')})|${NOUGHT})(?![a-z])`,
  'g',
)
const TIMES = /(?<![a-z])(double|treble|triple)[ -]?(\d)(?!\d)/g
const HUNDRED = /(?<=\d)[ -]?(hundred|thousand)(?: and)?(?![a-z])/g
/** "O77OO" and "9l2": letters that pass for digits, among digits. */
const PASSING = /(?<![a-z0-9])(?=[oil]*\d)[oil\d]{2,}(?![a-z0-9])/g

/** Numbers in words, and letters that stand for digits, as digits. */
function inDigits(view: View): View {
  const digits = rewrite(view, PASSING, ([found]) => found.replaceAll('o', '0').replaceAll(/[il]/g, '1'))
  const words = rewrite(digits, WORD_NUMBERS, ([, tens, unit, teen, single]) => {
    if (tens !== undefined) return `${10 * (TENS.indexOf(tens) + 2) + (unit ? UNITS.indexOf(unit) : 0)}`
    if (teen !== undefined) return `${10 + TEENS.indexOf(teen)}`
    return single === undefined ? '0' : `${UNITS.indexOf(single)}`
  })
  const hundreds = rewrite(words, HUNDRED, ([, power]) => (power === 'hundred' ? '00' : '000'))
  return rewrite(hundreds, TIMES, ([, times, digit = '']) => digit.repeat(times === 'double' ? 2 : 3))
}

const SPACED = /(?<![a-z0-9])[a-z0-9](?:[ .\-_*]{1,2}[a-z0-9](?![a-z0-9])){3,}/g
/** "a m 1 2 a b" as "am12ab". */
const unspaced = (view: View): View => rewrite(view, SPACED, ([found]) => found.replaceAll(/[^a-z0-9]/g, ''))

/** Digits with a little between them: ten at least, and as many more as there are. */
const DIGITS = /\+?\d(?:[\s().\-/_,*~|:·•]{0,3}\d){9,60}/g

/** Every stretch of a run of digits that could be a number of this country; a run with "+" also as it stands. */
function phones(view: View): Detail[] {
  const found: Detail[] = []
  for (const { 0: whole, index } of view.text.matchAll(DIGITS)) {
    const places = [...whole.matchAll(/\d/g)].map((digit) => index + digit.index)
    const digits = whole.replaceAll(/\D/g, '')
    const add = (national: string, first: number, last: number): void => {
      const [start = index, end = index] = [places[first], places[last - 1]]
      if (/^[1-9]\d{8,9}$/.test(national)) found.push(detail('phone', national, view, start, end + 1))
    }
    for (let at = 0; at < digits.length; at++) {
      const rest = digits.slice(at)
      const abroad = /^(?:00)?440?/.exec(rest)
      if (abroad) add(rest.slice(abroad[0].length, abroad[0].length + 10), at, at + abroad[0].length + 10)
      if (rest.startsWith('0')) for (const length of [10, 9]) add(rest.slice(1, length + 1), at, at + length + 1)
    }
    if (digits.length === 10) add(digits, 0, 10)
    if (whole.startsWith('+') && !digits.startsWith('44')) {
      found.push(detail('phone', `+${digits}`, view, index, index + whole.length))
    }
  }
  return found
}

const SHAPES = {
  postcode: /(?<![a-z0-9])([a-z]{1,2}\d[a-z\d]?)[ .-]{0,3}([\doil][a-z]{2})(?![a-z0-9])/g,
  plate:
    /(?<![a-z0-9])(?:[a-z]{2}[\doil]{2}[ .-]?[a-z]{3}|[a-z]\d{1,3}[ .-]?[a-z]{3}|[a-z]{3}[ .-]?\d{1,4}[a-z]?|[a-z]{1,2}[ .-]?\d{3,4}|\d{3,4}[ .-]?[a-z]{1,3})(?![a-z0-9])/g,
} as const

function shaped(kind: 'postcode' | 'plate', view: View): Detail[] {
  return [...view.text.matchAll(SHAPES[kind])].map(({ 0: found, index }) =>
    detail(kind, confusable(found.replaceAll(/[^a-z0-9]/g, '')), view, index, index + found.length),
  )
}

/** On a plate and in a postcode "O" and "0" are one sign, and so are "I", "L" and "1". */
const confusable = (text: string): string => text.replaceAll('o', '0').replaceAll(/[il]/g, '1')

const AT_WORD = /[ ]?[[({<]? ?(?<![a-z])at(?![a-z]) ?[\])}>]?[ ]?|(?<=[a-z0-9]) ?[[({<] ?@ ?[\])}>] ?/g
const DOT_WORD = /[ ]?[[({<]? ?(?<![a-z])dot(?![a-z]) ?[\])}>]?[ ]?|(?<=[a-z0-9]) ?[[({<] ?\. ?[\])}>] ?/g

/** "priya dot nair [at] example dot com". Every "at" becomes a sign: most make nothing that anybody keeps. */
const spelt = (view: View): View =>
  rewrite(
    rewrite(view, AT_WORD, () => '@'),
    DOT_WORD,
    () => '.',
  )

const LOCAL = /[a-z0-9._%+-]{1,64}$/
const DOMAIN = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/

function emails(view: View): Detail[] {
  return [...view.text.matchAll(/ ?@ ?/g)].flatMap(({ 0: sign, index }) => {
    const local = LOCAL.exec(view.text.slice(Math.max(0, index - 64), index))?.[0]
    const after = index + sign.length
    const domain = DOMAIN.exec(view.text.slice(after, after + 200))?.[0]
    if (local === undefined || domain === undefined) return []
    return detail('email', mailbox(local, domain), view, index - local.length, after + domain.length)
  })
}

/** What follows "+" is a label, and Google overlooks dots. */
function mailbox(local: string, domain: string): string {
  const box = local.replace(/\+.*$/, '').replace(/^\./, '')
  return /^(?:gmail|googlemail)\.com$/.test(domain) ? `${box.replaceAll('.', '')}@gmail.com` : `${box}@${domain}`
}

const SITES = 'instagram|facebook|fb|tiktok|twitter|x|linkedin|threads|snapchat|youtube|t|bsky'
const HANDLES = [
  /(?<![a-z0-9.])@([a-z0-9_][a-z0-9_.-]{2,60})/g,
  new RegExp(
    `(?<![a-z0-9-])(?:${SITES})\\.(?:com|net|me|app)/(?:in/|add/|profile/|@)?([a-z0-9_][a-z0-9_.-]{2,60})`,
    'g',
  ),
  /(?<![a-z])(?:insta(?:gram)?|snap(?:chat)?|tik ?tok|facebook|fb|twitter|linkedin|discord|telegram|bluesky|threads)(?:'?s)?(?: (?:is|name|handle|account|user|username|page|profile)){0,3}[ :=-]{1,3}([a-z0-9_][a-z0-9_.-]{2,60})/g,
]

const bareHandle = (handle: string): string => handle.replace(/^@/, '').replace(/[.-]+$/, '')

function handles(view: View): Detail[] {
  return HANDLES.flatMap((pattern) =>
    [...view.text.matchAll(pattern)].map(({ 0: found, 1: handle = '', index }) =>
      detail('handle', bareHandle(handle), view, index + found.length - handle.length, index + found.length),
    ),
  )
}

function handleToken(value: string): string | null {
  const view = fold(value)
  const linked = handles(view)[0]
  if (linked) return linked.token
  const bare = bareHandle(view.text.trim())
  return /^[a-z0-9_][a-z0-9_.-]{2,60}$/.test(bare) ? `handle:${bare}` : null
}

/** Kinds of street, long and short. */
const STREETS: ReadonlyMap<string, string> = new Map(
  [
    'road rd',
    'street st str',
    'lane ln la',
    'avenue ave av',
    'close cl clo',
    'drive dr drv',
    'crescent cres cr',
    'gardens gdns gdn garden',
    'court ct crt',
    'place pl',
    'square sq',
    'terrace tce terr ter',
    'grove gr grv',
    'way wy',
    'park pk',
    'green grn',
    'mount mt',
    ...'row walk hill mews rise view vale bank parade common wharf quay meadow meadows fields villas broadway'.split(
      ' ',
    ),
  ].flatMap((line) => {
    const [whole = '', ...short] = line.split(' ')
    return [whole, ...short].map((name) => [name, whole] as const)
  }),
)
const KINDS_OF_STREET = new Set(STREETS.values())
const DWELLINGS = new Set(
  'house cottage farm farmhouse lodge barn hall manor villa mill vicarage rectory bungalow'.split(' '),
)

interface Word extends Span {
  text: string
}

/** The words of a view; between two that follow each other no more than three other signs stand. */
const wordsIn = ({ text }: View, plain = (word: string): string => word): Word[] =>
  [...text.matchAll(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu)].map(({ 0: word, index }) => ({
    text: plain(word).replace(/['’]/, ''),
    start: index,
    end: index + word.length,
  }))

const adjacent = (one: Word | undefined, next: Word | undefined): boolean =>
  one !== undefined && next !== undefined && next.start - one.end <= 3

/** From word `at`, up to `most` that follow one another. */
function following(words: readonly Word[], at: number, most: number): Word[] {
  const taken: Word[] = words.slice(at, at + 1)
  while (taken.length < most && adjacent(taken.at(-1), words[at + taken.length])) {
    taken.push(...words.slice(at + taken.length, at + taken.length + 1))
  }
  return taken
}

const HOUSE_NUMBER = /^\d{1,4}[a-z]?$/
const street = (words: readonly Word[]): string => words.map(({ text }) => STREETS.get(text) ?? text).join(' ')

/** "12 acacia avenue" by its number, "rose cottage mill lane" by its kind of house. */
function addresses(view: View): Detail[] {
  const words = wordsIn(view)
  const found: Detail[] = []
  const add = (taken: readonly Word[]): void => {
    const [first, last] = [taken[0], taken.at(-1)]
    // A row of numbers is no street, and a long one would be thousands of them, each to be hashed.
    if (first && last && taken.some(({ text }) => /\p{L}{2}/u.test(text)))
      found.push(detail('address', street(taken), view, first.start, last.end))
  }
  words.forEach(({ text }, at) => {
    if (HOUSE_NUMBER.test(text)) {
      const taken = following(words, at, 5)
      for (let length = 2; length <= taken.length; length++) add(taken.slice(0, length))
    }
    if (!DWELLINGS.has(text)) return
    for (let before = 1; before <= 2; before++) {
      const taken = following(words, at - before, before + 5)
      for (let length = before + 2; length <= taken.length; length++) {
        if (STREETS.has(taken[length - 1]?.text ?? '')) add(taken.slice(0, length))
      }
    }
  })
  return found
}

/** Of a whole address, the house and the street: the town adds nothing, and the postcode is a detail of its own. */
function addressToken(value: string): string | null {
  const parts = [...value.split(/[,\n]/), value].map((part) =>
    addresses(inDigits(fold(part))).map(({ token }) => token),
  )
  const complete = parts.map((tokens) => tokens.findLast((token) => KINDS_OF_STREET.has(token.split(' ').at(-1) ?? '')))
  // A street without a kind ("12 Kingsway") goes as far as the first comma.
  return complete.find((token) => token !== undefined) ?? parts.flatMap((tokens) => tokens.slice(-1))[0] ?? null
}

const FAMILY = new Set(
  'wife husband partner son daughter kid kids child children baby girl boy mum mother dad father sister brother nan gran grandson granddaughter niece nephew family girlfriend boyfriend fiance fiancee'.split(
    ' ',
  ),
)
/** A single given name counts this close to a word for a relative. */
const NEAR = 4
/** A full name has two words or more. */
const LONGEST_NAME = 4

const unpossessed = (word: string): string => word.replace(/['’]s$/, '')

function names(text: string): Detail[] {
  const normal = normalise(text)
  const view: View = { text: normal.text, from: normal.map }
  const words = wordsIn(view, unpossessed)
  const near = new Set<number>()
  words.forEach(({ text: word }, at) => {
    if (FAMILY.has(word)) for (let place = at - NEAR; place <= at + NEAR; place++) near.add(place)
  })
  return words.flatMap((_, at) => {
    const taken = following(words, at, LONGEST_NAME)
    const alone = near.has(at) ? 1 : 2
    return taken.flatMap((last, n) => {
      if (n + 1 < alone || taken.slice(0, n + 1).some(({ text: word }) => /\d/.test(word))) return []
      const value = taken.slice(0, n + 1).map((word) => word.text)
      const { start, end } = spanOf(normal, taken[0]?.start ?? 0, last.end)
      return { kind: 'name' as const, token: `name:${value.join(' ')}`, start, end }
    })
  })
}

function nameToken(value: string): string | null {
  const normal = normalise(value)
  const words = wordsIn({ text: normal.text, from: normal.map }, unpossessed)
  if (words.length === 0 || words.length > LONGEST_NAME || normal.text.length < 3) return null
  return words.some(({ text }) => /\d/.test(text)) ? null : `name:${words.map(({ text }) => text).join(' ')}`
}
