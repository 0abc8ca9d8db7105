/** As much of one of zod's issues as is needed to say it in words. */
interface Issue {
  readonly code?: unknown
  readonly input?: unknown
  readonly expected?: unknown
  readonly values?: unknown
  readonly keys?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly format?: unknown
}

const WANTED: Record<string, string> = {
  string: 'text in quotation marks',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false, without quotation marks',
  array: 'a list in square brackets',
  object: 'an object in curly brackets',
  record: 'an object in curly brackets',
}

const FORMATS: Record<string, string> = { email: 'an email address', url: 'a web address that begins with https://' }

/**
 * What is wrong with a value and what to write instead, for whoever wrote the file and is no engineer. Hand it to zod as
 * `error`. Never quotes a value: it may be a stranger's words or a secret written in the wrong place.
 */
export function explain(issue: Issue): string {
  const { code, input, expected, values, keys, minimum, maximum, format } = issue
  if (code === 'unrecognized_keys' && Array.isArray(keys)) {
    return `has ${keys.map((key) => `"${key}"`).join(' and ')}, which means nothing here; remove it or mend its spelling`
  }
  if (input === undefined) return `is missing; write ${Array.isArray(values) ? oneOf(values) : wanted(expected)}`
  if (code === 'invalid_type' && expected === 'int' && typeof input === 'number') return 'must be a whole number'
  if (code === 'invalid_type') return `must be ${wanted(expected)}, not ${described(input)}`
  if (code === 'invalid_value' && Array.isArray(values)) return `must be ${oneOf(values)}`
  if (code === 'too_small' && (typeof input === 'string' || Array.isArray(input))) return 'must not be empty'
  if (code === 'too_small') return `must be ${String(minimum)} or more`
  if (code === 'too_big') return `must be ${String(maximum)} or less`
  if (code === 'invalid_format') return `must be ${FORMATS[String(format)] ?? `a valid ${String(format)}`}`
  return 'is not right'
}

/** Where in the file: `thresholds.review`, `staff, entry 2, name`. */
export function steps(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `, entry ${step + 1}, ` : `.${String(step)}`))
    .join('')
    .replaceAll(', .', ', ')
    .replaceAll(/^[., ]+|[., ]+$/g, '')
}

const wanted = (type: unknown): string => WANTED[String(type)] ?? `a ${String(type)}`

function oneOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value))
  return quoted.length === 1 ? `${quoted[0]}` : `one of ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function described(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
