import type { TestProject } from 'vitest/node'
import { blueskyInstalled, startBlueskyStack } from './bluesky.ts'
import { missing } from './missing.ts'
import { freshDatabase, installedPostgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A running server's address; null if this machine has none. */
    postgres: string | null
  }
}

/** The servers that all test files of a project share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = (await installedPostgres())
    ? await startPostgres()
    : missing('Postgres, on which the database is tested a second time,', 'apt-get install postgresql')
  project.provide('postgres', postgres?.url ?? null)
  if (project.name !== 'service') return async () => postgres?.stop()

  try {
    const bluesky =
      postgres && blueskyInstalled()
        ? await startBlueskyStack(await freshDatabase(postgres.url))
        : missing('The Bluesky server software with its Postgres', 'npm ci --prefix test/bluesky-stack')
    project.provide('bluesky', bluesky?.info ?? null)
    return async () => {
      await bluesky?.stop()
      await postgres?.stop()
    }
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}
