import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { explain } from './errors.ts'
import { packagePath } from './package-path.ts'

/**
 * What opening a database would change, found out without changing it.
 *   absent    it would be made
 *   behind    it would be brought up to date
 *   in use    another process of this program has the embedded database open
 *   there     nothing: it opens as it is, or is refused with a sentence that says why
 */
export type Outlook = 'absent' | 'behind' | 'in use' | 'there'

/** @throws DatabaseError with a sentence that says what to do */
export async function lookAtDatabase(at: { url?: string | undefined; dir: string }): Promise<Outlook> {
  try {
    if (at.url !== undefined) return URL.canParse(at.url) ? await ask({ connectionString: at.url }) : 'there'
    return existsSync(path.join(at.dir, 'database')) ? await askEngine(at.dir) : 'absent'
  } catch (error) {
    const told = explain(error, at.url === undefined ? { folder: at.dir } : { url: at.url })
    if (told?.code === 'folder-in-use') return 'in use'
    throw told ?? error
  }
}

async function askEngine(dir: string): Promise<Outlook> {
  const [{ openEngine }, { PGliteStream }] = await Promise.all([import('./embedded.ts'), import('./pglite-stream.ts')])
  const engine = await openEngine(dir, () => {})
  try {
    return await ask({ stream: () => new PGliteStream(engine) })
  } finally {
    await engine.close()
  }
}

async function ask(config: ClientConfig): Promise<Outlook> {
  const client = new Client({ connectionTimeoutMillis: 10_000, ...config })
  // Told by the query that fails; unheard here, it would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS there`,
    )
    if (!rows[0]?.there) return 'absent'
    const applied = await client.query<{ name: string }>(
      'SELECT migration_name AS name FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    )
    const done = new Set(applied.rows.map(({ name }) => name))
    const folders = await readdir(packagePath('prisma', 'migrations'), { withFileTypes: true })
    return folders.some((entry) => entry.isDirectory() && !done.has(entry.name)) ? 'behind' : 'there'
  } finally {
    await client.end()
  }
}
