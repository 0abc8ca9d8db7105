/**
 * What can go wrong with the database, as sentences for whoever runs the office's machine. The causes keep the
 * technical detail. A message never holds a password, and never the text of a row: Postgres puts values into its
 * errors, so none of its words are passed on save those about a migration.
 */

export type DatabaseErrorCode =
  | 'disk-full'
  | 'folder-in-use'
  | 'folder-unusable'
  | 'newer-database'
  | 'edited-migration'
  | 'failed-migration'
  | 'busy'
  | 'bad-url'
  | 'unreachable'
  | 'refused'
  | 'unsupported'
  | 'engine-stopped'

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: DatabaseErrorCode

  constructor(code: DatabaseErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
  }
}

/** Where the database is: a folder on this machine, or a server. */
export type Place = { folder: string } | { url: string }

/** The place in words, without the password. */
function nameOf(place: Place): string {
  if ('folder' in place) return place.folder
  if (!URL.canParse(place.url)) return 'in DATABASE_URL'
  const { hostname, port, pathname, username, searchParams } = new URL(place.url)
  const host = searchParams.get('host') ?? (hostname || 'localhost')
  const user = username && ` as user "${decoded(username)}"`
  return `${host}:${port || '5432'}, database "${decoded(pathname.slice(1)) || decoded(username)}"${user}`
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * The plain reason behind whatever pg, Prisma or Node threw; null when it is not about the database's health but about
 * a statement (a constraint, a time-out), which is the caller's to understand.
 */
export function explain(error: unknown, place: Place): DatabaseError | null {
  const seen = errorsIn(error)
  const known = seen.find((one) => one instanceof DatabaseError)
  if (known) return known
  for (const one of seen) {
    const code = codeOf(one)
    const told = say(code, one instanceof Error ? one.message : '', place)
    if (told) return new DatabaseError(...told, error)
  }
  return null
}

/** The error, its causes, the parts of an AggregateError, and what Prisma wraps in `meta`. */
function errorsIn(error: unknown, found: object[] = []): object[] {
  if (typeof error !== 'object' || error === null || found.includes(error)) return found
  found.push(error)
  if ('errors' in error && Array.isArray(error.errors)) for (const inner of error.errors) errorsIn(inner, found)
  if ('cause' in error) errorsIn(error.cause, found)
  if ('meta' in error) errorsIn(error.meta, found)
  if ('driverAdapterError' in error) errorsIn(error.driverAdapterError, found)
  return found
}

/** Node's, Postgres' or Prisma's code for what happened; empty if there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('originalCode' in error && typeof error.originalCode === 'string') return error.originalCode
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function say(code: string, message: string, place: Place): [DatabaseErrorCode, string] | null {
  const where = nameOf(place)
  const embedded = 'folder' in place
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case '53100':
      return ['disk-full', full(place)]
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      // On a server these are not about a folder but about a socket this user may not open.
      return embedded
        ? [
            'folder-unusable',
            `The program may not write to the data folder ${where}. Give the user that runs it the right to, or choose another folder.`,
          ]
        : ['unreachable', unreachable(where)]
    case 'ENOTDIR':
    case 'EEXIST':
      return embedded ? ['folder-unusable', `The data folder ${where} is not a folder. Choose another.`] : null
    case '28P01':
    case '28000':
    case 'P1000':
      return [
        'refused',
        `The database server refused the sign-in (${where}): wrong user or password, or it does not let this machine in. Correct DATABASE_URL.`,
      ]
    case '3D000':
    case 'P1003':
      return [
        'refused',
        `The database server has no such database (${where}). Create it (createdb), or correct DATABASE_URL.`,
      ]
    case '42501':
    case '25006':
      return [
        'refused',
        `The database user may not create or change tables (${where}). Make it the owner of the database, or correct DATABASE_URL.`,
      ]
    case '53300':
      return [
        'unreachable',
        `The database server has no free connection (${where}). Raise its max_connections or stop other programs.`,
      ]
    case '55P03':
      return [
        'busy',
        `Another program has held the database's tables for a minute (${where}), perhaps a copy of this one that is still starting. Try again when it is done.`,
      ]
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EPIPE':
    case 'ENOENT':
    case '57P01':
    case '57P02':
    case '57P03':
    case 'P1001':
    case 'P1002':
    case 'P1017':
      return embedded ? null : ['unreachable', unreachable(where)]
    default:
      // pg gives these no code.
      return !embedded && /^Connection terminated|timeout exceeded when trying to connect|support SSL/.test(message)
        ? ['unreachable', unreachable(where)]
        : null
  }
}

/** The one message for it, whoever finds out. */
export function full(place: Place): string {
  const where = nameOf(place)
  return 'folder' in place
    ? `The disk is full: the database in ${where} has no room to grow. Nothing that was stored is lost. Free 100 MB or more, then start again.`
    : `The disk is full: the database server has no room left (${where}). Nothing that was stored is lost. Free some space there.`
}

const unreachable = (where: string): string =>
  `The database server does not answer (${where}). Is it running, and is DATABASE_URL right?`
