import type { Config } from '../config.ts'
import { openStore } from '../store/index.ts'

/** Prints whether the log's chain holds. @returns 0 if it does, 1 with the first broken entry if not */
export async function verify(config: Config, key: Uint8Array): Promise<number> {
  const store = await openStore({ url: config.databaseUrl, dir: config.dataDir, key, onFatal: () => process.exit(70) })
  try {
    const bar = process.stderr.isTTY
    const result = await store.log.verify((done, all) => {
      if (bar) process.stderr.write(`\r${done} of ${all} entries`)
    })
    if (bar) process.stderr.write('\r\u001b[K')
    if (result.ok) {
      console.log(`The log is whole: ${result.entries} entries, the last with hash ${result.hash}.`)
      return 0
    }
    const why = result.why === 'missing' ? 'is missing' : 'was changed after it was written'
    console.log(
      `The log is broken: entry ${result.seq} ${why}. Nothing after it can be relied on. Keep a copy of the data before anything else.`,
    )
    return 1
  } finally {
    await store.close()
  }
}
