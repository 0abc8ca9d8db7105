// `prisma migrate dev --create-only` without a download: Prisma's own schema engine as WebAssembly, on a PGlite.
//   npm run db:migration <name>   write prisma/migrations/<time>_<name>/migration.sql for what changed in schema.prisma
//   npm run db:check              fail if schema.prisma and the migrations disagree
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } })
const [wanted] = positionals
if (!values.check && !wanted) fail('Give the migration a name: npm run db:migration add_report')

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = path.join(root, 'prisma', 'migrations')
const lockfile = path.join(folder, 'migration_lock.toml')

const missing = await difference(wanted ?? 'check')
if (missing === null) console.log('schema.prisma and the migrations agree.')
else if (values.check)
  fail(`schema.prisma and the migrations disagree. Missing:\n${missing.sql}Make it: npm run db:migration <name>`)
else {
  mkdirSync(path.join(folder, missing.name), { recursive: true })
  writeFileSync(path.join(folder, missing.name, 'migration.sql'), missing.sql)
  if (!existsSync(lockfile)) writeFileSync(lockfile, '# Prisma reads this. Do not edit.\nprovider = "postgresql"\n')
  console.log(`Wrote prisma/migrations/${missing.name}/migration.sql: read it, and add by hand what Prisma can't say.`)
}
process.exit() // the engine leaves its databases open

/** A migration from what the migrations build to what the schema says; null if that is the same. */
async function difference(migrationName) {
  const schemaFile = path.join(root, 'prisma', 'schema.prisma')
  const schema = { files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }] }
  const migrationsList = {
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lockfile) ? readFileSync(lockfile, 'utf8') : null },
    migrationDirectories: readMigrations(),
  }
  const filters = { externalTables: [], externalEnums: [] }
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: 'pglite',
    connect,
    connectToShadowDb: connect,
  })
  loadEngine()
  const datamodels = schema.files.map((file) => [file.path, file.content])
  const engine = await bindings.SchemaEngine.new({ datamodels }, () => {}, factory)
  try {
    // In this order: createMigration reads what devDiagnostic has remembered, and that wants the migrations applied.
    await engine.applyMigrations({ migrationsList, filters })
    const { action } = await engine.devDiagnostic({ migrationsList, filters })
    if (action.tag !== 'createMigration') fail(`The migrations need attention: ${action.reason}`)
    const made = await engine.createMigration({ draft: false, migrationName, migrationsList, schema, filters })
    return made.migrationScript === null ? null : { name: made.generatedMigrationName, sql: made.migrationScript }
  } catch (error) {
    return fail(`${error.message}\n${factory.errorRegistry.consumeError(0)?.error?.message ?? ''}`)
  }
}

function readMigrations() {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return entries
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') },
      },
    }))
}

/** By hand, since Node 20 can't import WebAssembly. */
function loadEngine() {
  const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
  const wasm = new WebAssembly.Module(readFileSync(file.replace(/\.js$/, '.wasm')))
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) }
  const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': bindings })
  // oxlint-disable-next-line no-underscore-dangle -- wasm-bindgen's names
  bindings.__wbg_set_wasm(instance.exports)
  // oxlint-disable-next-line no-underscore-dangle
  instance.exports.__wbindgen_start()
}

/** A fresh database as the engine sees one. It asks the catalogues only, so a few types are enough. */
async function connect() {
  const db = new PGlite()
  const query = async ({ sql, args }) => {
    try {
      const { fields, rows, affectedRows } = await db.query(sql, args, { rowMode: 'array', parsers: parsers() })
      const columnTypes = fields.map(({ dataTypeID }) => columnType(dataTypeID))
      return { columnNames: fields.map((field) => field.name), columnTypes, rows, affectedRows }
    } catch (error) {
      throw inPrismasWords(error)
    }
  }
  return {
    provider: 'postgres',
    adapterName: 'pglite',
    queryRaw: query,
    executeRaw: async (statement) => (await query(statement)).affectedRows ?? 0,
    executeScript: async (script) => {
      await db.exec(script).catch((error) => {
        throw inPrismasWords(error)
      })
    },
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    startTransaction: async () => {
      throw new Error('The schema engine was not expected to open a transaction')
    },
    dispose: () => db.close(),
  }
}

/** By Postgres' type numbers: int8, oid and timestamptz as text. */
function parsers() {
  return { 20: String, 26: String, 1184: (value) => value.replace(' ', 'T').replace(/\+00$/, '+00:00') }
}

function columnType(number) {
  const { Boolean, Character, Int32, Int64, DateTime, CharacterArray, TextArray, Int32Array, Text } = ColumnTypeEnum
  const types = {
    16: Boolean,
    18: Character,
    20: Int64,
    21: Int32,
    23: Int32,
    26: Int64,
    1002: CharacterArray,
    1003: TextArray,
    1005: Int32Array,
    1007: Int32Array,
    1009: TextArray,
    1015: TextArray,
    1184: DateTime,
  }
  return types[number] ?? Text
}

function inPrismasWords({ code, message, severity, detail, column, hint }) {
  const original = { originalCode: code, originalMessage: message }
  // How the engine learns that there is no table of migrations yet.
  if (code === '42P01')
    return new DriverAdapterError({ ...original, kind: 'TableDoesNotExist', table: message.split('"')[1] })
  return new DriverAdapterError({ ...original, kind: 'postgres', code, severity, message, detail, column, hint })
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
