// What the built program needs besides compiled TypeScript, put into dist: the web's stylesheets, scripts and pictures,
// data files, and an empty database to copy at the first start.
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = path.join(root, 'dist')
const ASSETS = /\.(css|js|mjs|json|svg|png|ico|txt|woff2|bin|gz|wasm)$/

for (const folder of ['src', 'adapters', 'moderation']) {
  cpSync(path.join(root, folder), path.join(dist, folder), {
    recursive: true,
    filter: (file) => !path.extname(file) || ASSETS.test(file),
  })
}
// tsc writes it so that nobody may run it, and `npx serjeant` does.
chmodSync(path.join(dist, 'src', 'cli.js'), 0o755)
await makeEmptyDatabase()

/** Postgres' initdb takes 4 s and 800 MB: once, here, and not at an office's first start. Kept while PGlite is the same. */
async function makeEmptyDatabase() {
  const made = path.join(dist, 'empty-database')
  const stamp = path.join(dist, 'empty-database.version')
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const { version } = lock.packages['node_modules/@electric-sql/pglite']
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return
  const draft = `${made}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  await (await PGlite.create({ fs: new NodeFS(draft) })).close()
  rmSync(made, { recursive: true, force: true })
  renameSync(draft, made)
  writeFileSync(stamp, version)
}
