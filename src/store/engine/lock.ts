import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, rm, rmdir, stat } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, DatabaseError } from './errors.ts'

/** A unix socket's path must fit in 108 bytes (104 on macOS), or it is cut short without a word. */
const LONGEST_PATH = 103

/**
 * Milliseconds after which whoever is replacing a dead socket has died at it. Whoever waits must wait longer, or a kill in that
 * moment reads as a living holder.
 */
const LONGEST_TAKEOVER = 10_000

/**
 * One process per data folder: the engine has no lock of its own, and two would overwrite each other's rows.
 *
 * The lock is a listening unix socket. The kernel drops the listener with the process, so a killed holder cannot look
 * alive, and no process id is compared (they repeat in containers). The socket listens under a private name first, so
 * the public name never points at one that does not answer yet.
 *
 * @returns what releases the lock
 * @throws DatabaseError `folder-in-use`, `folder-unusable`
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const handle = await open(folder)
  const near = nearby(folder, handle)
  const file = path.join(near, 'lock')
  const mine = path.join(near, `lock.${randomBytes(4).toString('hex')}`)
  const server = net.createServer((connection) => connection.destroy())
  // The handle last: once it is closed, its short name may stand for whatever the process opens next.
  const shut = async (): Promise<void> => {
    await rm(mine, { force: true })
    await new Promise((resolve) => server.close(resolve))
    await handle.close()
  }
  const release = async (): Promise<void> => {
    await rm(file, { force: true })
    await shut()
  }
  try {
    await listen(server, mine)
    if (!(await take(mine, file, path.join(near, 'lock.takeover')))) {
      throw new DatabaseError(
        'folder-in-use',
        `The data folder ${folder} is in use by another running copy of this program. Stop that one first, or give this one a folder of its own.`,
      )
    }
    await rm(mine, { force: true })
    return release
  } catch (error) {
    await shut()
    throw cannotLock(error, folder)
  }
}

/** A short name for the folder however deep it lies: on Linux, through the open handle. */
function nearby(folder: string, handle: FileHandle): string {
  const short = `/proc/self/fd/${handle.fd}`
  if (existsSync(short)) return short
  if (Buffer.byteLength(folder) + '/lock.takeover'.length <= LONGEST_PATH) return folder
  throw new DatabaseError(
    'folder-unusable',
    `The name of the data folder is too long: ${folder}. Choose a shorter one.`,
  )
}

async function listen(server: net.Server, file: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(file, resolve)
  })
  server.unref()
}

/** Put our socket under the public name; false if a living process has it. */
async function take(mine: string, file: string, gate: string): Promise<boolean> {
  const end = performance.now() + LONGEST_TAKEOVER + 5000
  while (performance.now() < end) {
    if (await linked(mine, file)) return true
    if (await answers(file)) return false
    // A dead socket is replaced by one process at a time, else two could each remove one and link their own.
    if (!(await entered(gate))) continue
    try {
      if (await answers(file)) return false
      await rm(file, { force: true })
      if (await linked(mine, file)) return true
    } finally {
      await rmdir(gate).catch(() => {})
    }
  }
  return false
}

async function entered(gate: string): Promise<boolean> {
  try {
    await mkdir(gate)
    return true
  } catch {
    const { mtimeMs } = await stat(gate).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > LONGEST_TAKEOVER) await rmdir(gate).catch(() => {}) // whoever was inside is dead
    await sleep(50)
    return false
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

const answers = (file: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = net.connect(file)
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false))
    connection.once('connect', () => connection.destroy())
  })

function cannotLock(error: unknown, folder: string): unknown {
  if (!['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(codeOf(error))) return error
  return new DatabaseError(
    'folder-unusable',
    `The data folder ${folder} is on a disk where it can't be locked, such as a network share. Choose a folder on this machine's own disk.`,
    error,
  )
}
