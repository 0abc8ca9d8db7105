import type { TestProject } from 'vitest/node'
import { type BlueskyInfo, blueskyInstalled, startBlueskyStack } from './bluesky.ts'
import { missing } from './missing.ts'
import { freshDatabase, installedPostgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A running server's address; null if this machine has none. */
    postgres: string | null
  }
}

interface Servers {
  /** Projects that are not done with them. */
  users: number
  postgres?: Promise<{ url: string; stop(): Promise<void> } | null>
  bluesky?: Promise<{ info: BlueskyInfo; stop(): Promise<void> } | null>
}

const HERE = Symbol.for('serjeant: the servers of the tests')
/** Each project loads this file anew, and they shall have their servers in common. */
const servers = ((globalThis as { [HERE]?: Servers })[HERE] ??= { users: 0 })

/** The servers that all test files share. Only some projects need Bluesky's. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  servers.users++
  try {
    const postgres = await (servers.postgres ??= ownPostgres())
    project.provide('postgres', postgres?.url ?? null)
    if (project.name !== 'database')
      project.provide('bluesky', (await (servers.bluesky ??= ownBluesky(postgres?.url)))?.info ?? null)
    return leave
  } catch (error) {
    await leave()
    throw error
  }
}

async function ownPostgres(): NonNullable<Servers['postgres']> {
  if (await installedPostgres()) return startPostgres()
  return missing('Postgres, on which the database is tested a second time,', 'apt-get install postgresql')
}

async function ownBluesky(postgres: string | undefined): NonNullable<Servers['bluesky']> {
  if (postgres !== undefined && blueskyInstalled()) return startBlueskyStack(await freshDatabase(postgres))
  return missing('The Bluesky server software with its Postgres', 'npm ci --prefix test/bluesky-stack')
}

/** Whoever leaves last stops them. What never started has nothing to stop, and has said so already. */
async function leave(): Promise<void> {
  if (--servers.users > 0) return
  const { bluesky, postgres } = servers
  delete servers.bluesky
  delete servers.postgres
  for (const one of [bluesky, postgres]) await (await one?.catch(() => null))?.stop()
}
