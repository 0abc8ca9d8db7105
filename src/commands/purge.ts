import type { Writable } from 'node:stream'
import { type Config, ConfigError } from '../config.ts'
import type { Store } from '../store/index.ts'
import { openExisting } from './existing.ts'

export interface PurgeParts {
  config: Config
  platform: string
  /** Also what a person keeps as evidence. */
  held: boolean
  /** Asks the question and gives what was typed; absent, nobody is asked. */
  ask?: ((question: string) => Promise<string>) | undefined
  print: (line: string) => void
  /** Told how far it is, if it is a terminal. */
  error: Writable & { isTTY?: boolean }
  now?: () => Date
}

/**
 * Blank all that is kept of one platform, as its rules may want when an office stops using it.
 * @returns 0 if it is gone, 1 if somebody thought better of it
 * @throws ConfigError where there is nothing of that platform, or the service is running; DatabaseError
 */
export async function purge(parts: PurgeParts): Promise<number> {
  const { config } = parts
  const found = await openExisting(config, null)
  if (found.is !== 'open') throw new ConfigError(whyNot(found.is, config))
  try {
    return await purgeFrom(found.store, parts)
  } finally {
    await found.store.close()
  }
}

export async function purgeFrom(store: Store, parts: PurgeParts): Promise<number> {
  const { platform, held, ask, print, now = () => new Date() } = parts
  await assertKept(store, platform)
  // Of a service beside it, which a server's database allows, this is all that shows.
  if (await store.forgetting.isInUse(platform, now())) throw new ConfigError(RUNNING)
  const kept = await store.forgetting.kept(platform)
  for (const line of whatHappens(kept, parts)) print(line)
  const typed = ask ? await ask(`Type ${platform} to go on:`) : platform
  if (typed !== platform) {
    print(typed === '' ? 'Nothing was typed, and nothing changed.' : 'That is something else, so nothing was changed.')
    return 1
  }
  const gone = await blank(store, kept.items - kept.withPolice - (held ? 0 : kept.held), parts)
  print(`Done: ${items(gone)} blanked, and the sign-in forgotten.`)
  return 0
}

const RUNNING =
  'Serjeant is running. Stop it, purge, and start it again. If it was killed just now, wait for three minutes first.'

async function assertKept(store: Store, platform: string): Promise<void> {
  const names = await store.accounts.platforms()
  if (names.includes(platform)) return
  throw new ConfigError(
    names.length === 0
      ? 'No account was ever connected here, so there is nothing to purge.'
      : `There never was an account on a platform of that name here, only on ${names.sort().join(', ')}.`,
  )
}

function whatHappens(
  kept: { items: number; held: number; withPolice: number },
  { config, platform, held }: PurgeParts,
): string[] {
  const isConfigured = config.accounts.some((account) => account.platform === platform)
  return [
    `Of ${platform}, ${items(kept.items)} kept, ${kept.held} of them held as evidence.`,
    '',
    'What goes, and can’t be brought back:',
    '  - what people wrote, with its pictures and links, and what stood above it',
    '  - the names and profiles of those who wrote it, save where a mute, a restriction or a block still stands',
    '  - how to sign in there, so far as Serjeant keeps it',
    ...(held && kept.held > 0 ? [`  - the ${items(kept.held)} held as evidence, too`] : []),
    'What stays:',
    '  - what was decided about each item, when, by which clause and by whom, and the log',
    ...(!held && kept.held > 0
      ? [`  - the ${items(kept.held)} held as evidence, until somebody lets them go; --held purges them, too`]
      : []),
    ...(kept.withPolice > 0
      ? [`  - the ${items(kept.withPolice)} that the police have, until somebody notes in the console what came of it`]
      : []),
    '  - on the platform itself everything, also the leave that the account gave Serjeant: take it back there, in the',
    '    account’s settings',
    '  - with you the backups made before now, and keys in .env or serjeant.json',
    ...(isConfigured
      ? ['', `There is still an account on ${platform} in serjeant.json: take it out, or it is read again.`]
      : []),
    '',
  ]
}

async function blank(store: Store, all: number, { platform, held, error, now }: PurgeParts): Promise<number> {
  const progress = (done: number): void => {
    if (error.isTTY) error.write(`\r${done} of ${all} items`)
  }
  const gone = await store.forgetting.purge(platform, held, now?.() ?? new Date(), progress)
  if (error.isTTY) error.write('\r\u001b[K')
  return gone
}

const items = (n: number): string => `${n.toLocaleString('en-GB')} item${n === 1 ? '' : 's'}`

function whyNot(is: 'absent' | 'behind' | 'in use', { dataDir, databaseUrl }: Config): string {
  if (is === 'in use') {
    return `Serjeant is running on ${dataDir}, and has the embedded database to itself. Stop it, purge, and start it again.`
  }
  const where = databaseUrl === undefined ? `in ${dataDir}` : 'in the database of DATABASE_URL'
  return is === 'absent'
    ? `Nothing is stored ${where} yet, so there is nothing to purge.`
    : `What is stored ${where} is of an older version. Start Serjeant once, which brings it up to date, then purge.`
}
