import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ClientBase } from 'pg'
import { codeOf, DatabaseError } from './errors.ts'

// The table, the checksum and the advisory lock are those of Prisma's own engine, so that `prisma migrate` agrees with
// what this wrote.
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`
const PRISMA_LOCK = 72_707_369
/** Another copy's migrations may take this long before we give up waiting. */
const PATIENCE = '60s'

interface Applied {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

interface Migration {
  name: string
  script: string
  checksum: string
}

/**
 * Bring the database up to date with the migrations in `folder`. Several processes may call this at once on one
 * server: one works, the others wait and find nothing to do.
 * @returns the names of the migrations applied now
 * @throws DatabaseError `newer-database`, `edited-migration`, `failed-migration`; the database is then as it was
 */
export async function migrate(db: ClientBase, folder: string): Promise<string[]> {
  await db.query(`SET lock_timeout = '${PATIENCE}'`)
  await db.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
  try {
    // Asked first, since the right to create tables is only needed by the first start and by upgrades.
    const { rows } = await db.query<{ there: boolean }>(
      `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS there`,
    )
    if (!rows[0]?.there) await db.query(TABLE)
    const due = pending(await appliedTo(db), await migrationsIn(folder))
    for (const migration of due) await apply(db, migration)
    return due.map(({ name }) => name)
  } finally {
    await db.query('SELECT pg_advisory_unlock($1)', [PRISMA_LOCK])
    await db.query('RESET lock_timeout')
  }
}

async function appliedTo(db: ClientBase): Promise<Applied[]> {
  const { rows } = await db.query<Applied>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  return rows
}

async function migrationsIn(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') }
    }),
  )
}

function pending(applied: readonly Applied[], known: readonly Migration[]): Migration[] {
  const ours = new Map(known.map((migration) => [migration.name, migration]))
  for (const { migration_name: name, checksum, finished_at } of applied) {
    const migration = ours.get(name)
    if (finished_at === null) {
      throw new DatabaseError(
        'failed-migration',
        `An earlier upgrade of the database stopped half-way (${name}). Restore the backup made before it, or ask whoever looks after the program.`,
      )
    }
    if (!migration) {
      throw new DatabaseError(
        'newer-database',
        `The database is newer than this program: a later version has upgraded it (${name}). Start that version or a newer one. Nothing was changed.`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new DatabaseError(
        'edited-migration',
        `The program's own file prisma/migrations/${name}/migration.sql was changed after the database was made with it. Install the program afresh. Nothing was changed.`,
      )
    }
  }
  const done = new Set(applied.map((row) => row.migration_name))
  return known.filter(({ name }) => !done.has(name))
}

/** The script and its record in one transaction: an error or a kill in the middle leaves nothing behind. */
async function apply(db: ClientBase, { name, script, checksum }: Migration): Promise<void> {
  await db.query('BEGIN')
  try {
    await db.query(script)
    await db.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    )
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    throw failed(name, error)
  }
}

function failed(name: string, error: unknown): unknown {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  // Not the migration's fault: no room, no right, no lock, or the server went away.
  if (code === '' || /^(53|57|08|42501|55P03)/.test(code)) return error
  return new DatabaseError(
    'failed-migration',
    `The database could not be upgraded (${name}: ${message}). Everything is as it was: start the version you had before, and report this.`,
    error,
  )
}
