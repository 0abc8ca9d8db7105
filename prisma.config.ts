import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// These commands want the schema engine to be there, and would download it, but never run it. The stand-in fails: with
// a program that succeeds, `migrate deploy` would report success having done nothing.
if (['generate', 'validate', 'format'].includes(process.argv[2] ?? '')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(new URL('scripts/no-schema-engine', import.meta.url))
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
})
