import { createHash } from 'node:crypto'

/**
 * Strangers' text may hold what Postgres text can't: NUL and lone surrogates. They are stored as a visible stand-in of
 * the same length, so that offsets of findings stay true, beside the exact original as JSON (which escapes both).
 */

const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** The text as Postgres can hold it: NUL becomes U+2400, a lone surrogate U+FFFD; same length in UTF-16 units. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, (unit) => (unit === '\0' ? '\u2400' : '\uFFFD'))
}

/** `exact` is null where the text could be stored as it is. */
export function store(text: string): { text: string; exact: string | null } {
  const plain = storable(text)
  return plain === text ? { text, exact: null } : { text: plain, exact: JSON.stringify(text) }
}

/** SHA-256 of a text's UTF-16 code units, little-endian, in hex: lone surrogates count too. */
export function textHash(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex')
}

/** What the stranger wrote, to the last code unit. */
export function original(row: { text: string; exact: string | null }): string {
  return row.exact === null ? row.text : (JSON.parse(row.exact) as string)
}

/** The same for every string inside a JSON value, keys included. */
export function storableJson<T>(value: T): T {
  if (typeof value === 'string') return storable(value) as T
  if (Array.isArray(value)) return value.map(storableJson) as T
  if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storableJson(inner)])) as T
  }
  return value
}
