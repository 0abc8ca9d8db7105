import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'

const run = promisify(execFile)
/** Where Debian puts each version's programs. */
const DEBIAN = '/usr/lib/postgresql'

export interface Postgres {
  /** A superuser's, to the database `postgres`. */
  url: string
  stop(): Promise<void>
}

/** The newest Postgres of this machine; null if it has none. */
export async function installedPostgres(): Promise<string | null> {
  const versions = await readdir(DEBIAN).catch(() => [])
  const newest = versions.map(Number).sort((a, b) => b - a)[0]
  return newest === undefined ? null : path.join(DEBIAN, String(newest), 'bin')
}

/**
 * A throw-away server of its own on loopback. Nothing it holds outlives it, so it syncs nothing. Set to London time,
 * where a program that leans on the server's time zone is an hour out all summer.
 */
export async function startPostgres(): Promise<Postgres> {
  const bin = await installedPostgres()
  if (!bin) throw new Error(`There is no Postgres in ${DEBIAN}: apt-get install postgresql`)
  const folder = await mkdtemp(path.join(tmpdir(), 'serjeant-postgres-'))
  const user = process.getuid?.() === 0 ? await userPostgres() : null
  if (user) await chown(folder, user.uid, user.gid)
  const as = user ?? {}
  const data = path.join(folder, 'data')
  await run(path.join(bin, 'initdb'), ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...as,
    cwd: folder,
  })
  const port = await freePort()
  await appendFile(
    path.join(data, 'postgresql.conf'),
    `listen_addresses='127.0.0.1'\nport=${port}\nunix_socket_directories=''\nmax_connections=200\nfsync=off\ntimezone='Europe/London'\n`,
  )
  const server = spawn(path.join(bin, 'postgres'), ['-D', data], { ...as, cwd: folder, stdio: 'ignore' })
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit')
      server.kill('SIGINT') // Postgres' "fast": it does not wait for its clients
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  const url = `postgresql://test@127.0.0.1:${port}/postgres`
  try {
    await answering(url, () => server.exitCode !== null)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

/** A new, empty database on that server, for one test file. */
export async function freshDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await query(url, `CREATE DATABASE ${name}`)
  const fresh = new URL(url)
  fresh.pathname = name
  return fresh.href
}

/** One statement on a connection of its own. */
export async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function userPostgres(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => run('id', [what, 'postgres'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answering(url: string, ended: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (ended()) throw new Error('Postgres ended as soon as it was started')
    const answer = await query(url, 'SELECT 1').then(
      () => true,
      () => false,
    )
    if (answer) return
    await sleep(50)
  }
  throw new Error('Postgres did not answer within ten seconds')
}
