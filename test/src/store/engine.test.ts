import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { cp, mkdir, utimes, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openEngine, restoreDump } from '../../../src/store/engine/embedded.ts'
import { DatabaseError, explain } from '../../../src/store/engine/errors.ts'
import { type Database, openDatabase } from '../../../src/store/engine/open.ts'
import { packagePath } from '../../../src/store/engine/package-path.ts'
import { PGliteStream } from '../../../src/store/engine/pglite-stream.ts'
import { eachDatabase, scratchFolder } from '../../support/databases.ts'
import { kills } from '../../support/kills.ts'
import { missing } from '../../support/missing.ts'
import { freshDatabase, query } from '../../support/postgres.ts'

const KILLS = kills(8)
const MIGRATIONS = packagePath('prisma', 'migrations')
const onFatal = (error: Error): void => {
  throw error
}
const account = (handle: string) => ({ platform: 'rehearsal', handle, mode: 'watch' })

/** The other row of a pair that was committed in one transaction. */
const twin = (handle: string): string => handle.replace(/[ab]$/, (which) => (which === 'a' ? 'b' : 'a'))

function collect(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (data: string) => {
    text += data
  })
  return () => text
}

/** Until so many lines were printed: how fast that goes is the machine's affair. */
async function has(stream: Readable, text: () => string, lines: number): Promise<void> {
  while (text().split('\n').length <= lines) await once(stream, 'data')
}

async function refusal(url: string): Promise<DatabaseError> {
  try {
    await openDatabase({ url, onFatal })
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
  throw new Error('it opened')
}

/** Mount a small disk there. @returns false where this user may not */
function tinyDisk(folder: string, size: string): boolean {
  return spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
}

/** The program's migrations and one more, in a folder of their own. */
async function migrationsWith(name: string, sql: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const scratch = await scratchFolder()
  await cp(MIGRATIONS, scratch.folder, { recursive: true })
  await mkdir(path.join(scratch.folder, name))
  await writeFile(path.join(scratch.folder, name, 'migration.sql'), sql)
  return scratch
}

/** What opening the database again with other migrations does: a file for each kind of quarrel. */
type Reopen = (migrations: string) => Promise<Database>

eachDatabase((open, kind) => {
  let db: Database
  beforeAll(async () => {
    db = await open()
  })
  afterAll(() => db.close())

  it('keeps an instant an instant, whatever zone the server is set to', async () => {
    const at = new Date('2026-07-01T12:00:00.123Z')
    await db.prisma.account.create({ data: { ...account('instant'), createdAt: at } })
    const [row] = await db.prisma.$queryRaw<{ epoch: number }[]>`
      SELECT extract(epoch FROM created_at)::float8 AS epoch FROM account WHERE handle = 'instant'`
    expect(row?.epoch).toBeCloseTo(at.getTime() / 1000, 3)
    const read = await db.prisma.account.findFirstOrThrow({ where: { handle: 'instant' } })
    expect(read.createdAt).toEqual(at)
  })

  it('undoes all of a transaction that fails', async () => {
    await db.prisma.account.create({ data: account('twice') })
    const both = db.prisma.$transaction(async (tx) => {
      await tx.account.create({ data: account('undone') })
      await tx.account.create({ data: account('twice') })
    })
    await expect(both).rejects.toMatchObject({ code: 'P2002' })
    expect(await db.prisma.account.count({ where: { handle: 'undone' } })).toBe(0)
  })

  it('gives the isolation asked for', async () => {
    const [row] = await db.prisma.$transaction(
      (tx) => tx.$queryRaw<{ level: string }[]>`SELECT current_setting('transaction_isolation') AS level`,
      { isolationLevel: 'Serializable' },
    )
    expect(row?.level).toBe('serializable')
  })

  it('serves many at once', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `many-${n}`)
    await Promise.all(
      names.map((name, n) =>
        n % 3 > 0
          ? db.prisma.account.create({ data: account(name) })
          : db.prisma.$transaction(async (tx) => {
              await tx.account.create({ data: account(name) })
              await tx.account.count()
            }),
      ),
    )
    expect(await db.prisma.account.count({ where: { handle: { startsWith: 'many-' } } })).toBe(60)
  })

  it('carries several megabytes in one value', async () => {
    const trouble = 'é'.repeat(3_000_000)
    await db.prisma.account.create({ data: { ...account('large'), trouble } })
    const read = await db.prisma.account.findFirstOrThrow({ where: { handle: 'large' } })
    expect(read.trouble === trouble).toBe(true)
  })

  it('takes words that look like the end of an engine for the text they are', async () => {
    const trouble = 'SPANIC VPANIC SFATAL VFATAL'
    await db.prisma.account.create({ data: { ...account('SPANIC'), trouble } })
    expect(await db.prisma.account.findFirst({ where: { trouble } })).toMatchObject({ handle: 'SPANIC', trouble })
  })

  it('counts what its tables hold, where no server does', async () => {
    await db.analyse()
    if (kind === 'server') return
    const { rows } = await db.pool.query<{ held: number }>(
      `SELECT reltuples::float8 AS held FROM pg_class WHERE oid = 'account'::regclass`,
    )
    expect(rows[0]?.held).toBeGreaterThan(60)
  })

  it('maintains itself', async () => {
    await db.maintain()
    expect(await db.prisma.account.count({ where: { handle: 'twice' } })).toBe(1)
  })

  describe('migrations', () => {
    let reopen: Reopen
    let remove: (() => Promise<void>) | undefined
    beforeAll(async () => {
      if (kind === 'server') {
        const url = await freshDatabase(inject('postgres') ?? '')
        reopen = (migrations) => openDatabase({ url, migrations, onFatal })
      } else {
        const scratch = await scratchFolder()
        ;({ remove } = scratch)
        reopen = (migrations) => openDatabase({ dir: scratch.folder, migrations, onFatal })
      }
      await (await reopen(MIGRATIONS)).close()
    })
    afterAll(() => remove?.())

    it('undoes a broken one, and applies it once it is mended', async () => {
      const broken = await migrationsWith(
        '29990101000000_more',
        'CREATE TABLE more (n int); INSERT INTO less VALUES (1);',
      )
      await expect(reopen(broken.folder)).rejects.toMatchObject({ code: 'failed-migration' })
      await writeFile(path.join(broken.folder, '29990101000000_more', 'migration.sql'), 'CREATE TABLE more (n int);')
      const mended = await reopen(broken.folder)
      expect(await mended.prisma.$queryRaw`SELECT * FROM more`).toEqual([])
      await mended.close()
      await broken.remove()
    })

    it('leaves a newer database alone', async () => {
      const opening = reopen(MIGRATIONS)
      await expect(opening).rejects.toMatchObject({ name: 'DatabaseError', code: 'newer-database' })
      await expect(opening).rejects.toThrow('29990101000000_more')
    })

    it('refuses a migration edited after it was applied', async () => {
      const edited = await migrationsWith('29990101000000_more', 'CREATE TABLE more (n bigint);')
      await expect(reopen(edited.folder)).rejects.toMatchObject({ code: 'edited-migration' })
      await edited.remove()
    })
  })
})

describe('the embedded engine', () => {
  it('syncs every commit to the disk', async () => {
    const { folder, remove } = await scratchFolder()
    const db = await openDatabase({ dir: folder, onFatal })
    const real = fs.fsyncSync
    let syncs = 0
    fs.fsyncSync = (descriptor) => {
      syncs++
      real(descriptor)
    }
    syncBuiltinESMExports()
    try {
      for (let n = 0; n < 5; n++) {
        const before = syncs
        await db.prisma.account.create({ data: account(`synced-${n}`) })
        expect(syncs).toBeGreaterThan(before)
      }
    } finally {
      fs.fsyncSync = real
      syncBuiltinESMExports()
    }
    await db.close()
    await remove()
  })

  it('is not taken for dead whatever the length of its answer: its buffer may end in the middle of its last word', async () => {
    const { folder, remove } = await scratchFolder()
    const db = await openDatabase({ dir: folder, onFatal })
    for (let length = 7900; length < 8300; length++) {
      const { rows } = await db.pool.query<{ n: number }>('SELECT length(x) AS n, x FROM repeat($1, $2) AS x', [
        'x',
        length,
      ])
      expect(rows[0]?.n).toBe(length)
    }
    await db.close()
    await remove()
  })

  it('lets one process at a time into a folder, however long its name', async () => {
    const { folder, remove } = await scratchFolder()
    const deep = path.join(
      folder,
      'a-folder-deep-inside-others'.repeat(3),
      'with-a-name-longer-than-a-socket-may-have'.repeat(3),
    )
    const first = await openDatabase({ dir: deep, onFatal })
    const second = openDatabase({ dir: deep, onFatal })
    await expect(second).rejects.toMatchObject({ code: 'folder-in-use' })
    await expect(second).rejects.toThrow(deep)
    await first.close()
    await (await openDatabase({ dir: deep, onFatal })).close()
    await remove()
  })

  it('waits out whoever was killed while it replaced a dead socket, and does not take it for alive', async () => {
    const { folder, remove } = await scratchFolder()
    await writeFile(path.join(folder, 'lock'), '') // answers as a dead socket does
    const gate = path.join(folder, 'lock.takeover')
    await mkdir(gate)
    const fourSecondsAgo = Date.now() / 1000 - 4
    await utimes(gate, fourSecondsAgo, fourSecondsAgo)
    await (await openDatabase({ dir: folder, onFatal })).close()
    await remove()
  })

  it('gives a new connection a clean session', async () => {
    const { folder, remove } = await scratchFolder()
    const engine = await openEngine(folder, onFatal)
    const pool = new Pool({ max: 1, stream: () => new PGliteStream(engine) })
    await pool.query('CREATE TABLE t (n int)')
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO t VALUES (1)')
    client.release(true) // dropped inside its transaction
    const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM t')
    expect(rows).toEqual([{ n: 0 }])
    await expect(pool.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' })
    await pool.end()
    await engine.close()
    await remove()
  })

  it('dumps and restores', async () => {
    const from = await scratchFolder()
    const db = await openDatabase({ dir: from.folder, onFatal })
    await db.prisma.account.create({ data: account('kept') })
    const dump = await db.dump()
    await db.close()

    const to = await scratchFolder()
    await restoreDump(to.folder, dump ?? new Uint8Array())
    await expect(restoreDump(to.folder, dump ?? new Uint8Array())).rejects.toMatchObject({ code: 'folder-unusable' })
    const restored = await openDatabase({ dir: to.folder, onFatal })
    expect(await restored.prisma.account.findMany()).toMatchObject([{ handle: 'kept' }])
    await restored.close()
    await Promise.all([from.remove(), to.remove()])
  })

  it('starts over where a first start was cut off', async () => {
    const { folder, remove } = await scratchFolder()
    await mkdir(path.join(folder, 'database.new', 'base'), { recursive: true })
    await writeFile(path.join(folder, 'database.new', 'PG_VERSION'), '18\n')
    await (await openDatabase({ dir: folder, onFatal })).close()
    await remove()
  })

  it('refuses a folder that is not its own, in words', async () => {
    const { folder, remove } = await scratchFolder()
    await writeFile(path.join(folder, 'file'), '')
    await expect(openDatabase({ dir: path.join(folder, 'file'), onFatal })).rejects.toMatchObject({
      code: 'folder-unusable',
    })
    await remove()
  })

  it.each(['60m', '75m'])('says that the disk is full and loses nothing (%s)', { timeout: 120_000 }, async (size) => {
    const { folder, remove } = await scratchFolder()
    // At 60 MB the journal has no room for its next file, which ends the engine; at 75 MB only the tables don't.
    if (!tinyDisk(folder, size)) {
      missing('The right to mount a small disk to fill', 'run the tests as root')
      return
    }
    try {
      let fatal: DatabaseError | undefined
      const db = await openDatabase({
        dir: folder,
        onFatal: (error) => {
          fatal = error
        },
      })
      let stored = 0
      const fill = async (): Promise<never> => {
        for (;;) {
          await db.prisma.account.create({
            data: { ...account(`row-${stored}`), trouble: randomBytes(4000).toString('hex') },
          })
          stored++
        }
      }
      const failure: unknown = await fill().catch((error: unknown) => error)
      expect(fatal ?? db.explain(failure)).toMatchObject({ code: 'disk-full' })
      await expect(db.maintain()).rejects.toMatchObject({ code: 'disk-full' })
      await db.close()
      await expect(openDatabase({ dir: folder, onFatal })).rejects.toMatchObject({ code: 'disk-full' })

      spawnSync('/usr/bin/mount', ['-o', 'remount,size=300m', folder])
      const later = await openDatabase({ dir: folder, onFatal })
      expect(await later.prisma.account.count()).toBe(stored)
      await later.close()
    } finally {
      spawnSync('/usr/bin/umount', ['--lazy', folder]) // a dead engine keeps its files open until the process ends
      await remove()
    }
  })

  it('loses no committed row and halves no transaction when killed', { timeout: KILLS * 30_000 }, async () => {
    const { folder, remove } = await scratchFolder()
    const committed: string[] = []
    for (let round = 0; round < KILLS; round++) {
      const child = spawn(process.execPath, [path.join(import.meta.dirname, 'committer.mjs'), folder])
      const closed = once(child, 'close')
      const [printed, trouble] = [collect(child.stdout), collect(child.stderr)]
      // One round in five is killed while it starts, the others after some rows, and not at their very ends.
      if (round % 5 > 0) await Promise.race([has(child.stdout, printed, randomInt(15, 60)), closed])
      await sleep(randomInt(round % 5 > 0 ? 20 : 300))
      child.kill('SIGKILL')
      await closed
      expect(trouble()).toBe('')
      committed.push(...printed().split('\n').slice(0, -1))
    }
    const db = await openDatabase({ dir: folder, onFatal })
    const kept = new Set((await db.prisma.account.findMany()).map(({ handle }) => handle))
    expect(committed.length).toBeGreaterThan(50)
    expect(committed.filter((handle) => !kept.has(handle))).toEqual([])
    expect([...kept].filter((handle) => handle.startsWith('pair-') && !kept.has(twin(handle)))).toEqual([])
    await db.close()
    await remove()
  })
})

describe.skipIf(inject('postgres') === null)('a Postgres server', () => {
  const server = inject('postgres') ?? ''
  it('is brought up to date by one of several that start at once', async () => {
    const url = await freshDatabase(server)
    const copies = await Promise.all([1, 2, 3].map(() => openDatabase({ url, onFatal })))
    const [first] = copies
    const applied = await first?.prisma.$queryRawUnsafe('SELECT migration_name FROM _prisma_migrations')
    expect(applied).toHaveLength(fs.readdirSync(MIGRATIONS).length - 1) // the folder also holds migration_lock.toml
    await Promise.all(copies.map((copy) => copy.close()))
  })

  it('survives a broken connection', async () => {
    const url = await freshDatabase(server)
    const db = await openDatabase({ url, onFatal })
    await query(
      server,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}'`,
    )
    await expect.poll(() => db.pool.totalCount, { timeout: 10_000 }).toBe(0)
    expect(await db.prisma.account.count()).toBe(0)
    await db.close()
  })

  it('says in words why it can’t be used, without the password', async () => {
    await query(server, "CREATE ROLE outsider LOGIN PASSWORD 'right'")
    const fresh = await freshDatabase(server)
    const as = (change: (url: URL) => void): string => {
      const url = new URL(fresh)
      change(url)
      return url.href
    }
    const cases: [string, string][] = [
      [as((url) => (url.port = '9')), 'unreachable'],
      [as((url) => (url.hostname = 'no-such-host.invalid')), 'unreachable'],
      [as((url) => (url.pathname = 'no_such_database')), 'refused'],
      [as((url) => (url.username = 'nobody')), 'refused'],
      [as((url) => (url.username = 'outsider')), 'refused'],
      ['postgresql://user:hunter2@host:port/database', 'bad-url'],
      ['mysql://user:hunter2@127.0.0.1/database', 'bad-url'],
    ]
    for (const [url, code] of cases) {
      const error = await refusal(url.replace('@', ':hunter2@').replace(':hunter2:hunter2', ':hunter2'))
      expect(error).toMatchObject({ code })
      expect(error.message).not.toContain('hunter2')
    }
  })

  it('knows a full disk, and leaves an ordinary error alone', () => {
    const full = Object.assign(new Error('could not extend file'), { code: '53100' })
    const wrapped = new Error('P2010', { cause: { originalCode: '53100' } })
    for (const error of [full, wrapped]) expect(explain(error, { url: server })?.code).toBe('disk-full')
    expect(explain(Object.assign(new Error('duplicate'), { code: 'P2002' }), { url: server })).toBeNull()
  })
})
