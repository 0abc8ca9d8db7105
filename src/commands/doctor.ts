import { ability, PlatformError, type Probe, type Vault } from '../../adapters/platform.ts'
import { ACTION_KINDS, type ActionKind, type ItemKind } from '../../moderation/model.ts'
import { type Config, readConfig, readKey } from '../config.ts'
import { createPlatform } from '../main.ts'
import { openStore, type Store } from '../store/index.ts'

const PROBE = 30_000

/** Says in plain words what is right and what is not. @returns 0 if all is well, 1 if something needs a person */
export async function doctor(env: NodeJS.ProcessEnv): Promise<number> {
  let wrong = 0
  const good = (text: string): void => console.log(`✓ ${text}`)
  const bad = (text: string): void => {
    wrong++
    console.log(`✗ ${text}`)
  }

  let config: Config
  try {
    config = readConfig(env)
    readKey(env, config.dataDir)
  } catch (error) {
    bad((error as Error).message)
    return 1
  }
  good(`Configuration: ${config.office.mp.name}, policy "${config.policy.id}" (${config.policy.version}).`)
  if (!config.policy.clauses.some(({ ground }) => ground)) {
    console.log(
      '  This policy publishes no grounds for social media: everything is proposed, nothing is done by the tool alone.',
    )
  }
  if (config.rehearsal) console.log('  No account is configured: the rehearsal is on.')

  let store: Store | null = null
  try {
    const key = readKey(env, config.dataDir)
    store = await openStore({ url: config.databaseUrl, dir: config.dataDir, key, onFatal: () => process.exit(70) })
    await store.ping()
    good(`Database: ${store.kind === 'server' ? 'a Postgres server' : `embedded, in ${config.dataDir}`}, ready.`)
  } catch (error) {
    bad(`Database: ${(error as Error).message}`)
  }

  const rows = store ? await store.accounts.all() : []
  for (const { platform: name, handle, mode, settings } of config.accounts) {
    const row = rows.find((one) => one.platform === name && one.handle === handle)
    try {
      const vault = store && row ? store.vault(row.id) : inMemory()
      const platform = createPlatform(name, handle, settings, vault, () => new Date())
      try {
        const probe = await platform.probe(AbortSignal.timeout(PROBE))
        good(`${name} ${probe.handle}: signed in, mode "${mode}".`)
        for (const line of inWords(probe)) console.log(`  ${line}`)
      } finally {
        await platform.close()
      }
    } catch (error) {
      const said = error instanceof PlatformError || (error as Error).name === 'ConfigError'
      bad(`${name} ${handle}: ${said ? (error as Error).message : 'something unexpected went wrong'}`)
    }
  }
  await store?.close()
  console.log(wrong === 0 ? 'All is well.' : `${wrong} thing${wrong === 1 ? '' : 's'} to mend.`)
  return wrong === 0 ? 0 : 1
}

function inWords({ capabilities, notes }: Probe): string[] {
  const kinds: ItemKind[] = ['reply', 'mention', 'quote', 'comment', 'message']
  const can = (action: ActionKind, how: string): boolean =>
    kinds.some((kind) => ability(capabilities, action, kind) === how)
  const list = (how: string): string => ACTION_KINDS.filter((action) => can(action, how)).join(', ') || 'nothing'
  const never = ACTION_KINDS.filter((action) => !can(action, 'automatic') && !can(action, 'manual'))
  return [
    `By itself or when staff agree: ${list('automatic')}.`,
    ...(list('manual') === 'nothing' ? [] : [`Staff do by hand: ${list('manual')}.`]),
    ...(never.length === 0 ? [] : [`Not possible here: ${never.join(', ')}.`]),
    ...notes,
  ]
}

/** For an account that was never started, or whose database is in use: sign in anew and keep nothing. */
function inMemory(): Vault {
  let kept: Awaited<ReturnType<Vault['read']>> = null
  return {
    read: () => Promise.resolve(kept),
    update: async (change) => {
      kept = await change(kept)
      return kept
    },
  }
}
