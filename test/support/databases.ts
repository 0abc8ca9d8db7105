import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, inject } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/store/engine/open.ts'
import { freshDatabase } from './postgres.ts'

/** Open a new, empty database with the program's tables; `close` also removes it. */
export type Open = (options?: Partial<DatabaseOptions>) => Promise<Database>

/** A folder of one's own, removed by `remove`. */
export async function scratchFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serjeant-data-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const onFatal = (error: Error): void => {
  throw error
}

const openEmbedded: Open = async (options) => {
  const { folder, remove } = await scratchFolder()
  const database = await openDatabase({ dir: folder, onFatal, ...options })
  return {
    ...database,
    close: async () => {
      await database.close()
      await remove()
    },
  }
}

/** The whole suite on the embedded database, and again on the server if this machine has one. */
export function eachDatabase(suite: (open: Open, kind: Database['kind']) => void): void {
  const server = inject('postgres')
  describe('on the embedded database', () => suite(openEmbedded, 'embedded'))
  describe.skipIf(server === null)('on a Postgres server', () => {
    suite(async (options) => openDatabase({ url: await freshDatabase(server ?? ''), onFatal, ...options }), 'server')
  })
}
