import { ConfigError } from '../config.ts'
import { type Checked, checkPack } from '../evidence/check.ts'

/**
 * Prints whether an evidence pack is as it was made. Needs nothing but the pack.
 * @returns 0 if it is, 1 with what was changed if not
 * @throws ConfigError where there is no such file
 */
export async function verifyPack(path: string, print: (line: string) => void): Promise<number> {
  const checked = await checkedAt(path)
  const { faults, fingerprint, manifest, notCarried } = checked
  if (faults.length > 0) {
    print('The pack was changed after it was made, or damaged on its way:')
    for (const fault of new Set(faults)) print(`  - ${fault}`)
    print(`SHA-256 of this file: ${fingerprint}`)
    return 1
  }
  if (manifest !== null) for (const line of whatItIs(manifest)) print(line)
  print(`SHA-256 of this file: ${fingerprint}`)
  if (notCarried > 0n)
    print(`Of the log between its lines about this, ${notCarried} lines about other things are not in the pack.`)
  print('To be certain that the office made it, ask them, on a number you know, whether their log has this SHA-256.')
  return 0
}

async function checkedAt(path: string): Promise<Checked> {
  try {
    return await checkPack(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new ConfigError(`${path} can’t be read (${code}). Give the zip file itself.`)
    throw error
  }
}

const whatItIs = ({ made, madeBy, office, captured, files, log }: NonNullable<Checked['manifest']>): string[] => [
  `The pack is whole: ${files.length + 2} files, each as it was made on ${made.london} (${made.utc})`,
  `by ${madeBy}, of the office of ${office.mp}. What was known was frozen on ${captured.at.london}.`,
  `The log’s lines about it follow on one another, and reach line ${log.seq} with the hash ${log.hash}.`,
]
