import type { Span } from './model.ts'

/** Words a text carries so that its reader sees them and a filter doesn't, and the stretch they are hidden in. */
export interface Concealed {
  text: string
  span: Span
}

/**
 * What a text hides: stretches turned round by a bidirectional override, base64 where it is the whole text, and single words
 * spelled backwards where the text says so. Each is to be judged like any other text. Never throws.
 */
export function concealed(text: string): Concealed[] {
  return [...turned(text), ...encoded(text), ...backwards(text)]
}

const OVERRIDE = /\u202E([^\u202C\u202E\n]{1,2000})\u202C?/g

function turned(text: string): Concealed[] {
  if (!text.includes('\u202E')) return []
  return [...text.matchAll(OVERRIDE)].slice(0, 5).map((match) => ({
    text: reversed(match[1] ?? ''),
    span: { start: match.index, end: match.index + match[0].length },
  }))
}

const BASE64 = /^\s*([A-Za-z0-9+/]{12,2000}={0,2})\s*$/

function encoded(text: string): Concealed[] {
  const token = BASE64.exec(text)?.[1]
  if (token === undefined) return []
  const plain = decode(token)
  // Any long word decodes to something; only readable text was meant.
  return /^[\x20-\x7e\s]+$/.test(plain) && plain.includes(' ')
    ? [{ text: plain, span: { start: 0, end: text.length } }]
    : []
}

/** Without `atob` or `Buffer`, which are the host's: this folder runs anywhere. Latin-1 is enough for what is readable. */
function decode(token: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let out = ''
  let bits = 0
  let held = 0
  for (const char of token) {
    const value = digits.indexOf(char)
    if (value < 0) break
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out += String.fromCharCode((held >> bits) & 0xff)
    }
  }
  return out
}

const SAYS_BACKWARDS = /\b(?:backwards?|reversed?|in a mirror)\b/i

function backwards(text: string): Concealed[] {
  if (text.length > 500 || !SAYS_BACKWARDS.test(text)) return []
  return [{ text: text.replaceAll(/[A-Za-z]{4,}/g, reversed), span: { start: 0, end: text.length } }]
}

const reversed = (text: string): string => Array.from(text).reverse().join('')
