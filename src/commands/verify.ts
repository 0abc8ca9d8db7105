import { type Config, ConfigError } from '../config.ts'
import { brokenWhere } from '../store/index.ts'
import { openExisting } from './existing.ts'

/**
 * Prints whether the log's chain holds.
 * @returns 0 if it does, 1 with the first broken entry if not
 * @throws ConfigError where there is nothing that could be checked; DatabaseError
 */
export async function verify(config: Config): Promise<number> {
  const found = await openExisting(config, null)
  if (found.is !== 'open') throw new ConfigError(whyNot(found.is, config))
  const { store } = found
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
    console.log(
      `The log is broken: ${brokenWhere(result)}. Nothing after it can be relied on. Keep a copy of the data before anything else.`,
    )
    return 1
  } finally {
    await store.close()
  }
}

function whyNot(is: 'absent' | 'behind' | 'in use', { dataDir, consoleUrl, databaseUrl }: Config): string {
  if (is === 'in use')
    return `Serjeant is running on ${dataDir}: open ${consoleUrl}/log, whose Check button does the same, or stop it first.`
  const where = databaseUrl === undefined ? `in ${dataDir}` : 'in the database of DATABASE_URL'
  return is === 'absent'
    ? `There is no log ${where} yet: it begins at the first start.`
    : `The log ${where} is of an older version. Start Serjeant once, which brings it up to date, then check it.`
}
