import type { Talk } from '../../adapters/platform.ts'
import { type Config, ConfigError } from '../config.ts'
import { connectAccount, connectionOf } from '../main.ts'
import { DatabaseError } from '../store/engine/errors.ts'
import { openStore, type Store } from '../store/index.ts'

export interface ConnectParts {
  config: Config
  key: Uint8Array
  platform: string
  /** Which of several accounts on that platform. */
  handle?: string | undefined
  talk: Talk
  now?: () => Date
}

/** As a shell tells of a program that Ctrl-C ended. */
const INTERRUPTED = 130

/**
 * Walk somebody through signing an account in, and keep what the platform gives.
 * @returns 0, or 130 if they gave up
 * @throws ConfigError, PlatformError or DatabaseError with a sentence that says what to do
 */
export async function connect(parts: ConnectParts): Promise<number> {
  const { config, platform, handle, talk, now = () => new Date() } = parts
  connectionOf(platform)
  const account = accountOf(config, platform, handle)
  const store = await openToWrite(parts)
  try {
    talk.signal.throwIfAborted()
    await connectAccount(config, store, account, talk, now)
    return 0
  } catch (error) {
    if (!talk.signal.aborted || error !== talk.signal.reason) throw error
    talk.say('Given up. Nothing was changed.')
    return INTERRUPTED
  } finally {
    await store.close()
  }
}

function accountOf({ accounts }: Config, platform: string, handle: string | undefined): Config['accounts'][number] {
  const there = accounts.filter((account) => account.platform === platform)
  const names = there.map((account) => account.handle).join(', ')
  const found = handle === undefined ? there : there.filter((account) => plain(account.handle) === plain(handle))
  const [only] = found
  if (only && found.length === 1) return only
  if (there.length === 0) {
    throw new ConfigError(
      `serjeant.json has no account on ${platform} yet. Write { "platform": "${platform}", "handle": "…" } into its "accounts", with the MP’s handle there, and run this again: it says how to go on.`,
    )
  }
  throw new ConfigError(
    handle === undefined
      ? `serjeant.json has several accounts on ${platform}: ${names}. Say which: npx serjeant connect ${platform} ${only?.handle}`
      : `serjeant.json has no account of that name on ${platform}, only ${names}.`,
  )
}

const plain = (handle: string): string => handle.replace(/^@/, '').toLowerCase()

async function openToWrite({ config, key }: ConnectParts): Promise<Store> {
  const { databaseUrl: url, dataDir: dir } = config
  try {
    return await openStore({ url, dir, key, onFatal: () => process.exit(70) })
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== 'folder-in-use') throw error
    throw new ConfigError(
      `Serjeant is running on ${dir}, and has the embedded database to itself. Stop it, connect, and start it again: what people write meanwhile is read then.`,
    )
  }
}
