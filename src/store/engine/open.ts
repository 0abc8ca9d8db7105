import { PrismaPg } from '@prisma/adapter-pg'
import { type ClientBase, Pool } from 'pg'
import { PrismaClient } from '../../generated/prisma/client.ts'
import { DatabaseError, explain, type Place } from './errors.ts'
import { migrate } from './migrate.ts'
import { packagePath } from './package-path.ts'

export interface DatabaseOptions {
  /** A Postgres server: `postgresql://user:password@host:5432/database`. Absent, the embedded database. */
  url?: string
  /** The embedded database's folder; made if absent. One process at a time. */
  dir?: string
  /** The folder of migrations; absent, the program's own. */
  migrations?: string
  /**
   * The embedded engine died. Called from inside it and at once: end the process here, and start it anew. Also told
   * to be `disk-full` when that is why.
   */
  onFatal: (error: DatabaseError) => void
}

export interface Database {
  kind: 'embedded' | 'server'
  pool: Pool
  /** For batches in createMany, 100 rows at most: Prisma's plan of a larger one takes megabytes. */
  prisma: PrismaClient
  /** The plain reason behind an error of `prisma` or `pool`, if it is the database's health; see `explain`. */
  explain(error: unknown): DatabaseError | null
  /** The embedded database has nobody else to VACUUM it and to write a checkpoint: hourly to nightly. */
  maintain(): Promise<void>
  /** Nor to count what its tables hold, without which it soon reads them whole for one row: hourly, and in a moment. */
  analyse(): Promise<void>
  /** The embedded database as one .tar.gz (for `restoreDump`); null on a server, where pg_dump is the tool. */
  dump(): Promise<Buffer | null>
  close(): Promise<void>
}

/**
 * Connect, or start the embedded engine, and bring the tables up to date.
 * @throws DatabaseError with a sentence that says what to do
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const place: Place = options.url ? { url: options.url } : { folder: options.dir ?? 'data' }
  try {
    const connection = 'url' in place ? connect(place.url) : await embed(place.folder, options.onFatal)
    try {
      await prepare(connection.pool, options.migrations ?? packagePath('prisma', 'migrations'))
    } catch (error) {
      await connection.close()
      throw error
    }
    return databaseOf(connection, place)
  } catch (error) {
    throw explain(error, place) ?? error
  }
}

interface Connection {
  kind: Database['kind']
  pool: Pool
  checkRoom: () => void
  dump: () => Promise<Buffer | null>
  /** The pool, and the engine if there is one. */
  close: () => Promise<void>
}

function connect(url: string): Connection {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new DatabaseError(
      'bad-url',
      'DATABASE_URL is not the address of a Postgres server. It looks like postgresql://user:password@host:5432/database; characters such as @ : / # in the password are written as %40 %3A %2F %23.',
    )
  }
  // The pool waits for onConnect's promise, though its types don't say so.
  // oxlint-disable-next-line typescript/no-misused-promises
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, keepAlive: true, onConnect })
  return { kind: 'server', pool: quietly(pool), checkRoom: () => {}, dump: async () => null, close: () => pool.end() }
}

async function embed(folder: string, onFatal: DatabaseOptions['onFatal']): Promise<Connection> {
  // Not loaded for a server: it is 20 MB of WebAssembly.
  const [{ openEngine }, { PGliteStream }] = await Promise.all([import('./embedded.ts'), import('./pglite-stream.ts')])
  const engine = await openEngine(folder, onFatal)
  const stream = (): InstanceType<typeof PGliteStream> => new PGliteStream(engine)
  // One session, hence one connection; whoever wants it waits while another's transaction or a VACUUM runs.
  const pool = new Pool({ max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: 60_000, stream })
  const close = async (): Promise<void> => {
    await pool.end()
    await engine.close()
  }
  return { kind: 'embedded', pool: quietly(pool), checkRoom: engine.assertRoom, dump: engine.dump, close }
}

/**
 * Prisma's driver writes and reads timestamptz as if the session were in UTC: on a server set to London every instant
 * would be an hour out, all summer, and a round trip would not show it.
 */
const onConnect = async (client: ClientBase): Promise<void> => {
  await client.query("SET TIME ZONE 'UTC'")
}

/** An idle connection broke. The next query opens another, and tells if it can't; unheard, this would end the process. */
function quietly(pool: Pool): Pool {
  return pool.on('error', () => {})
}

async function prepare(pool: Pool, migrations: string): Promise<void> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ server_version_num: string; server_version: string }>(
      "SELECT current_setting('server_version_num') AS server_version_num, current_setting('server_version') AS server_version",
    )
    const [version] = rows
    if (Number(version?.server_version_num) < 140_000) {
      throw new DatabaseError(
        'unsupported',
        `The database server is Postgres ${version?.server_version}; 14 or newer is needed.`,
      )
    }
    await migrate(client, migrations)
  } finally {
    client.release()
  }
}

function databaseOf({ kind, pool, checkRoom, dump, close }: Connection, place: Place): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), queryPlanCacheMaxSize: 100 })
  return {
    kind,
    pool,
    prisma,
    explain: (error) => explain(error, place),
    async maintain() {
      if (kind === 'server') return
      checkRoom()
      await pool.query('VACUUM (ANALYZE)')
      await pool.query('CHECKPOINT')
    },
    async analyse() {
      if (kind === 'embedded') await pool.query('ANALYZE')
    },
    async dump() {
      if (kind === 'server') return null
      checkRoom()
      await pool.query('CHECKPOINT')
      return dump()
    },
    async close() {
      await prisma.$disconnect()
      await close()
    },
  }
}
