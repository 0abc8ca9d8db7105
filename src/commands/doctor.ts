import { within } from '../../adapters/deadline.ts'
import { ability, PlatformError, type Probe, type Purse, type Vault } from '../../adapters/platform.ts'
import { ACTION_KINDS, type ActionKind, type ItemKind, type Subject } from '../../moderation/model.ts'
import { createExaminer } from '../classifiers/images/examiner.ts'
import { configured } from '../classifiers/panel.ts'
import { type Config, findKey, readConfig } from '../config.ts'
import { sayable } from '../logging.ts'
import { createPlatform, isSignedInByHand } from '../main.ts'
import type { Store } from '../store/index.ts'
import { openExisting } from './existing.ts'

const PROBE = 30_000

/** What the optional judges are asked about to see whether they answer. Ours, and nobody else's. */
const HARMLESS: Subject = {
  item: {
    id: 'check',
    kind: 'reply',
    text: 'Thank you for the answer. When will the 42 bus come back to our village?',
    writtenAt: new Date(0),
    links: [],
    media: [],
  },
  author: null,
  context: { earlier: [], others: [] },
}

const UNEXPECTED = 'something unexpected went wrong.'

const NOT_OPEN = {
  absent: 'will be made at the first start.',
  behind: 'of an older version; the next start brings it up to date.',
  'in use': 'not checked: Serjeant is running on this folder.',
} as const

/**
 * Says in plain words what is right and what is not. Looks only: makes no key, no database, and changes none.
 * @returns 0 if all is well, 1 if something needs a person
 */
export async function doctor(env: NodeJS.ProcessEnv): Promise<number> {
  let wrong = 0
  const good = (text: string): void => console.log(`✓ ${text}`)
  const bad = (text: string): void => {
    wrong++
    console.log(`✗ ${text}`)
  }

  const plain = (text: string): void => console.log(`  ${text}`)

  let config: Config
  let key: Uint8Array | null
  try {
    config = readConfig(env)
    key = findKey(env, config.dataDir)
  } catch (error) {
    bad(`Configuration: ${sayable(error) ?? UNEXPECTED}`)
    return 1
  }
  good(`Configuration: ${config.office.mp.name}, policy "${config.policy.id}" (${config.policy.version}).`)
  if (!config.policy.clauses.some(({ ground }) => ground)) {
    plain(
      'This policy publishes no grounds for social media: everything is proposed, nothing is done by the tool alone.',
    )
  }
  if (config.rehearsal) plain('No account is configured: the rehearsal is on.')
  if (key === null) plain(`The key that seals saved sign-ins will be made at the first start, in ${config.dataDir}.`)

  const embedded = config.databaseUrl === undefined
  let store: Store | null = null
  let inUse = false
  try {
    const found = await openExisting(config, key)
    inUse = found.is === 'in use'
    if (found.is === 'open') {
      store = found.store
      await store.ping()
      good(`Database: ${embedded ? `embedded, in ${config.dataDir}` : 'a Postgres server'}, ready.`)
    } else {
      plain(`Database: ${NOT_OPEN[found.is]}`)
    }
  } catch (error) {
    bad(`Database: ${sayable(error) ?? UNEXPECTED}`)
  }

  const rows = store ? await store.accounts.all() : []
  for (const { platform: name, handle, mode, settings } of config.accounts) {
    const row = rows.find((one) => one.platform === name && one.handle === handle)
    try {
      const now = (): Date => new Date()
      const keep =
        store && row && key
          ? { vault: store.vault(row.id), purse: store.spending.purse(row.id, now) }
          : { vault: inMemory(), purse: NO_PURSE }
      const platform = createPlatform(name, handle, settings, keep, now)
      try {
        const probe = await platform.probe(AbortSignal.timeout(PROBE))
        good(`${name} ${probe.handle}: signed in, mode "${mode}".`)
        for (const line of inWords(probe)) plain(line)
      } finally {
        await platform.close()
      }
    } catch (error) {
      const isOutOfReach = inUse && isSignedInByHand(name) && isRefused(error)
      if (isOutOfReach)
        plain(`${name} ${handle}: its sign-in is in the database. The console’s page Accounts says more.`)
      else bad(`${name} ${handle}: ${sayable(error) ?? UNEXPECTED}`)
    }
  }
  await store?.close()
  await pictures(good, plain)

  for (const { adviser } of await configured(config.judges, config.policy, () => new Date())) {
    const began = performance.now()
    try {
      await within(PROBE, new AbortController().signal, (signal) => adviser.advise(HARMLESS, [], signal))
      const seconds = (performance.now() - began) / 1000
      const goes = adviser.sendsTo === null ? 'stays on this machine' : `is sent to ${adviser.sendsTo}`
      good(`${adviser.name}: answers. What people write ${goes}.`)
      if (seconds > config.judges.deadlineSeconds)
        plain(
          `It took ${seconds.toFixed(1)} s, longer than "deadlineSeconds": most of what it finds would come too late.`,
        )
    } catch (error) {
      const why = sayable(error) ?? (performance.now() - began >= PROBE ? 'It did not answer in 30 s.' : UNEXPECTED)
      bad(`${adviser.name}: ${why} Without it, items are judged here as ever.`)
    }
  }
  const well = inUse
    ? 'Not everything could be checked while Serjeant is running: the page Accounts says more.'
    : 'All is well.'
  console.log(wrong === 0 ? well : `${wrong} thing${wrong === 1 ? '' : 's'} to mend.`)
  return wrong === 0 ? 0 : 1
}

const isRefused = (error: unknown): boolean => error instanceof PlatformError && error.trouble === 'unauthorised'

/** The parts that look at pictures are optional: without them all else works, so nothing is to be mended. */
async function pictures(good: (text: string) => void, plain: (text: string) => void): Promise<void> {
  const examiner = createExaminer()
  const means = await examiner.means().catch(() => ({ pictures: false, nudity: false }))
  await examiner.close()
  if (!means.pictures)
    plain('Pictures: not looked at. The optional package "sharp" is not installed, or does not run here.')
  else if (means.nudity)
    good('Pictures: searched for nudity and for those in "Pictures and works"; not for blood or violence.')
  else plain('Pictures: those in "Pictures and works" are found. Nudity is not: "nsfwjs" is not installed.')
}

function inWords({ capabilities, notes, warnings = [] }: Probe): string[] {
  const kinds: ItemKind[] = ['reply', 'mention', 'quote', 'comment', 'message']
  const can = (action: ActionKind, how: string): boolean =>
    kinds.some((kind) => ability(capabilities, action, kind) === how)
  const list = (how: string): string => ACTION_KINDS.filter((action) => can(action, how)).join(', ') || 'nothing'
  const never = ACTION_KINDS.filter((action) => !can(action, 'automatic') && !can(action, 'manual'))
  return [
    `By itself or when staff agree: ${list('automatic')}.`,
    ...(list('manual') === 'nothing' ? [] : [`Staff do by hand: ${list('manual')}.`]),
    ...(never.length === 0 ? [] : [`Not possible here: ${never.join(', ')}.`]),
    ...warnings,
    ...notes,
  ]
}

/** Where nothing is stored, nothing was spent; the few looks of a probe cost less than a cent. */
const NO_PURSE: Purse = { spend: async () => {}, spent: async () => new Map() }

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
