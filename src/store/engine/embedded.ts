import { existsSync, rmSync, statfsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { codeOf, DatabaseError, full } from './errors.ts'
import { FsyncNodeFS, sync, syncTree } from './fsync-fs.ts'
import { lockFolder } from './lock.ts'
import { packagePath } from './package-path.ts'
import type { Session } from './pglite-stream.ts'

/** Of the pinned PGlite. A folder of another major version can't be opened, only refused. */
const POSTGRES_MAJOR = '18'

/**
 * PGlite's defaults contain `-F`, which is fsync off; see `FsyncNodeFS` for the method. 32 MB of buffers instead of
 * 128 saves 100 MB of memory and half of the start.
 */
const PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['wal_sync_method=fsync', 'shared_buffers=32MB', 'min_wal_size=32MB', 'max_wal_size=128MB'].flatMap((setting) => [
    '-c',
    setting,
  ]),
]

/** Bytes. Postgres writes its journal in files of 16 MB, and stops dead when it can't make the next. */
const STARVED = 2 * 16 * 1024 * 1024
/** Bytes. With less a checkpoint might end the engine half-way. */
const CHECKPOINT_ROOM = 2 * STARVED

const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5])
/** How an engine's last words begin. Bytes no row can hold, since text has no NUL. */
const LAST_WORDS = ['PANIC', 'FATAL'].map((severity) => Buffer.from(`S${severity}\0V${severity}\0`))
const NO_ROOM = Buffer.from('\0C53100\0')
/** Bytes: no word above, nor a ReadyForQuery, is longer. */
const LONGEST_WORD = 16

export interface Engine extends Session {
  /** @throws DatabaseError `disk-full` if a checkpoint would not have the room it wants */
  assertRoom: () => void
  /** The whole database as .tar.gz, of what is committed now. */
  dump: () => Promise<Buffer>
  close(): Promise<void>
}

/**
 * Open the database in `folder`, making it if there is none.
 * @param onFatal called at once, from inside the engine, when it dies: end the process there. What was committed is on
 *   the disk, and the next start repairs the rest.
 */
export async function openEngine(folder: string, onFatal: (error: DatabaseError) => void): Promise<Engine> {
  const release = await lockFolder(folder)
  const home = path.join(folder, 'database')
  let lite: PGlite
  try {
    if (!existsSync(home)) await settle(home, makeEmpty)
    await assertVersion(home)
    lite = await startEngine(home)
  } catch (error) {
    await release()
    throw notStarted(folder, error)
  }

  let dead: DatabaseError | null = null
  const died = (error: DatabaseError): DatabaseError => {
    if (!dead) {
      dead = error
      onFatal(error)
    }
    return dead
  }
  return {
    async greet() {
      if (dead) throw dead
      for (const sql of ['ROLLBACK', 'DISCARD ALL', "SET TIME ZONE 'UTC'"]) await lite.exec(sql)
    },

    async converse(request, answer) {
      if (dead) throw dead
      // Answers come in pieces of the engine's buffer, which may end anywhere: in the middle of its last word, too.
      let end = Buffer.alloc(0)
      try {
        await lite.runExclusive(() =>
          lite.execProtocolRawStream(request, {
            onRawData: (data) => {
              const piece = Buffer.from(data)
              answer(piece)
              const heard = Buffer.concat([end, piece])
              end = heard.subarray(-LONGEST_WORD)
              // PGlite swallows the exception of an engine that aborts and talks on to what is left of it.
              if (LAST_WORDS.some((words) => heard.includes(words)))
                died(heard.includes(NO_ROOM) ? diskFull(folder) : stopped(folder))
            },
          }),
        )
      } catch (error) {
        throw died(stopped(folder, error)) // statements' errors come back as data
      }
      if (dead) throw dead
      if (!end.subarray(-6, -1).equals(READY_FOR_QUERY)) throw died(stopped(folder))
    },

    assertRoom() {
      if (roomIn(folder) < CHECKPOINT_ROOM) throw diskFull(folder)
    },

    async dump() {
      const file = await lite.dumpDataDir('gzip')
      return Buffer.from(await file.arrayBuffer())
    },

    async close() {
      if (!dead) await lite.close()
      await release()
    },
  }
}

/** After a kill in the middle of a repair the first start may fail, rarely, having repaired enough for the second. */
async function startEngine(home: string): Promise<PGlite> {
  const start = (): Promise<PGlite> => PGlite.create({ fs: new FsyncNodeFS(home), startParams: PARAMETERS })
  try {
    return await start()
  } catch (error) {
    if (codeOf(error) !== '' || starved(home)) throw error
    return start()
  }
}

/**
 * Put a dump in a folder that has no database yet.
 * @throws DatabaseError `folder-in-use`; `folder-unusable` if there is a database already
 */
export async function restoreDump(folder: string, dump: Uint8Array): Promise<void> {
  const release = await lockFolder(folder)
  try {
    const home = path.join(folder, 'database')
    if (existsSync(home)) {
      throw new DatabaseError(
        'folder-unusable',
        `The data folder ${folder} holds a database already. Restore into an empty folder.`,
      )
    }
    await settle(home, async (draft) => {
      const loadDataDir = new Blob([Uint8Array.from(dump)])
      await (await PGlite.create({ fs: new NodeFS(draft), startParams: PARAMETERS, loadDataDir })).close()
    })
  } finally {
    await release()
  }
}

/**
 * A new, empty database. The build makes one to be copied: 0.2 s, where Postgres' initdb takes 4 s, and 600 MB that
 * the process never gives back.
 */
async function makeEmpty(folder: string): Promise<void> {
  const template = packagePath('dist', 'empty-database')
  if (existsSync(template)) await cp(template, folder, { recursive: true })
  else await (await PGlite.create({ fs: new NodeFS(folder) })).close()
}

/** Make a folder whole or not at all: elsewhere, to the disk, and only then under its name. */
async function settle(home: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${home}.new`
  rmSync(draft, { recursive: true, force: true })
  try {
    await mkdir(draft, { mode: 0o700 })
    await make(draft)
    syncTree(draft)
    await rename(draft, home)
    sync(path.dirname(home))
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function assertVersion(home: string): Promise<void> {
  const version = (await readFile(path.join(home, 'PG_VERSION'), 'utf8')).trim()
  if (version === POSTGRES_MAJOR) return
  throw new DatabaseError(
    'newer-database',
    `The database in ${home} was made by another version of this program (its engine is Postgres ${version}, this one is ${POSTGRES_MAJOR}). ` +
      'Start the version that made it. Nothing was changed.',
  )
}

/** Bytes this program may still write. */
function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const starved = (folder: string): boolean => roomIn(folder) < STARVED

const diskFull = (folder: string, cause?: unknown): DatabaseError =>
  new DatabaseError('disk-full', full({ folder }), cause)

const stopped = (folder: string, cause?: unknown): DatabaseError =>
  starved(folder)
    ? diskFull(folder, cause)
    : new DatabaseError(
        'engine-stopped',
        `The database engine in ${folder} stopped. What was stored is safe. Start the program again.`,
        cause,
      )

/** PGlite does not pass on why its engine would not start. */
function notStarted(folder: string, error: unknown): unknown {
  if (error instanceof DatabaseError || codeOf(error) !== '') return error
  if (starved(folder)) return diskFull(folder, error)
  return new DatabaseError(
    'engine-stopped',
    `The database in ${folder} could not be started. Try once more; if it fails again, put the folder aside and restore a backup.`,
    error,
  )
}
