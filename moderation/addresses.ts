import type { Span } from './model.ts'
import { decodePunycode } from './punycode.ts'

/** An address of a page, as a browser would understand it. */
export interface Address {
  /** In lower case, letters as they are shown: "раrliament.uk", not "xn--...". */
  host: string
  /** Its labels, left to right. */
  labels: string[]
  /** The part that somebody registered: "example.co.uk". */
  domain: string
  /** The first label of `domain`: "example". */
  name: string
  /** Path, query and fragment, in lower case. */
  path: string
  /** What stands before "@": shown to the reader and ignored by the browser. */
  user: string
  /** A bare number where a name is usual. */
  isNumber: boolean
  /** Written with "https://" or "www.": it is meant to be followed. */
  explicit: boolean
  /** In the text it was read from. */
  span: Span
}

/** Endings of addresses that people write without "https://". */
const ENDINGS =
  'com|net|org|uk|co|info|io|me|xyz|top|click|link|site|online|live|shop|store|club|app|dev|biz|icu|vip|buzz|support|help|page|website|space|fun|pro|mobi|cc|tk|ml|ga|cf|ru|cn|pw|ly|gl|eu|scot|wales|ie|tv|us|de|fr|in|to|gd|is|ws|cyou|sbs|bond|quest'
const SCHEME = '(?:h[tx]{2}ps?:\\/{1,2}|www\\.)'
/** Not inside a word or an email address. Hosts may hold any letter: look-alikes do. */
const WRITTEN = new RegExp(
  `(?<![\\p{L}\\p{N}@._-])(?:${SCHEME}[^\\s<>"'）)]{3,2000}|(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:${ENDINGS})(?![\\p{L}\\p{N}@-]|\\.[\\p{L}\\p{N}])(?:[/?#:][^\\s<>"']{0,2000})?)`,
  'giu',
)
/** "gov[.]uk" and "hxxps" keep scanners off, and their readers on. */
const DEFANGED = /\[\.\]|\(\.\)/g

/** Those in a text, in order; at most fifty. */
export function addressesIn(text: string): Address[] {
  return [...text.matchAll(WRITTEN)].slice(0, 50).flatMap(({ 0: written, index }) => {
    const trimmed = written.replace(/[.,;:!?…]+$/, '')
    const address = readAddress(trimmed)
    return address ? { ...address, span: { start: index, end: index + trimmed.length } } : []
  })
}

/** One address, or null if a browser would make nothing of it. */
export function readAddress(written: string): Omit<Address, 'span'> | null {
  const plain = written.replaceAll(DEFANGED, '.').normalize('NFKC').toLowerCase()
  const explicit = new RegExp(`^${SCHEME}`).test(plain)
  const rest = plain.replace(/^h[tx]{2}ps?:\/{1,2}/, '')
  const [authority = ''] = rest.split(/[/?#\\]/, 1)
  const path = rest.slice(authority.length)
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? '' : authority.slice(0, at)
  const bracketed = /^\[([0-9a-f:.]+)\]/.exec(authority.slice(at + 1))
  const host = (bracketed?.[1] ?? authority.slice(at + 1).replace(/:\d*$/, '')).replace(/\.+$/, '')
  if (bracketed || NUMBER.test(host)) {
    return { host, labels: [host], domain: host, name: host, path, user, isNumber: true, explicit }
  }
  const labels = host.replace(/[。｡]/g, '.').split('.').map(shown)
  if (labels.length < 2 || labels.some((label) => label === '')) return null
  const suffix = suffixLength(labels)
  const from = Math.max(0, labels.length - suffix - 1)
  return {
    host: labels.join('.'),
    labels,
    domain: labels.slice(from).join('.'),
    name: labels[from] ?? '',
    path,
    user,
    isNumber: false,
    explicit,
  }
}

/** Four numbers, or one as browsers also take it: 3232235777, 0xc0a80101. */
const NUMBER = /^(?:\d{1,3}(?:\.\d{1,3}){3}|0x[0-9a-f]{6,8}|\d{8,10})$/

const shown = (label: string): string => (label.startsWith('xn--') ? (decodePunycode(label.slice(4)) ?? label) : label)

const SECOND = new Set('co com org net gov ac nhs police ltd plc me sch edu mod gob gouv'.split(' '))
/** Public suffixes that anybody may take a name under: what stands before them is somebody's own. */
const HOSTED =
  /\.(?:github\.io|gitlab\.io|pages\.dev|workers\.dev|web\.app|firebaseapp\.com|netlify\.app|vercel\.app|herokuapp\.com|blogspot\.com|wordpress\.com|weebly\.com|wixsite\.com|000webhostapp\.com|glitch\.me|ngrok\.io|duckdns\.org|azurewebsites\.net|r2\.dev|bsky\.social)$/

/** How many labels at the end can't be registered: "uk" is one, "co.uk" two. A short list does for what is compared. */
function suffixLength(labels: readonly string[]): number {
  if (HOSTED.test(`.${labels.join('.')}`)) return 2
  const [second = '', last = ''] = labels.slice(-2)
  return last.length === 2 && SECOND.has(second) && labels.length > 2 ? 2 : 1
}
