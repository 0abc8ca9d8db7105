import type { TestProject } from 'vitest/node'
import { missing } from './missing.ts'
import { installedPostgres, type Postgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A running server's address; null if this machine has none. */
    postgres: string | null
  }
}

/** One Postgres for all the test files of a project that want one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await start()
  project.provide('postgres', postgres?.url ?? null)
  return async () => postgres?.stop()
}

async function start(): Promise<Postgres | null> {
  if (await installedPostgres()) return startPostgres()
  return missing('Postgres, on which the database tests run a second time,', 'apt-get install postgresql')
}
