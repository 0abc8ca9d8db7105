import { hostname } from 'node:os'
import { type ServerType, serve } from '@hono/node-server'
import cron from 'node-cron'
import { platforms } from '../adapters/index.ts'
import type { Platform, PlatformKind, Purse, Talk, Vault } from '../adapters/platform.ts'
import type { ActionKind, OfficeFacts } from '../moderation/model.ts'
import { actor } from './act.ts'
import { alerter, bulletin, type Trouble } from './alerts.ts'
import { assessor } from './assess.ts'
import { createExaminer } from './classifiers/images/examiner.ts'
import { panel } from './classifiers/panel.ts'
import { type Config, ConfigError, urlOf } from './config.ts'
import { type Duty, type DutyParts, duty } from './duty.ts'
import { compareAvatars, mightPass, pictureExaminer } from './examine.ts'
import { watch } from './health.ts'
import { describe, type Logger } from './logging.ts'
import { looker, reconciler } from './look.ts'
import { overdueWords } from './overdue.ts'
import { pictureKeeper } from './pictures.ts'
import { poller, type Served } from './poll.ts'
import { listener } from './push.ts'
import { mayRedirect } from './redirect.ts'
import { rulesInForce } from './rules.ts'
import { openStore, type Store } from './store/index.ts'
import { createConsole } from './web/app.tsx'

/** The composition root: everything is built here, in one visible function, and nowhere else. */

export interface Service {
  /** Where the console answers. */
  url: string
  /** The one-time path of the first sign-in, while nobody has an account. */
  welcome: string | null
  stop(): Promise<void>
}

export interface Surroundings {
  key: Uint8Array
  log: Logger
  now?: () => Date
  random?: () => number
  /** The database is gone for good: the process can't go on. */
  onFatal: (error: unknown) => void
}

type FetchCallback = Parameters<typeof serve>[0]['fetch']

const QUARTER = 15 * 60_000
const HOUR = 4 * QUARTER
const DAY = 24 * HOUR
/** Days. Looking up each day what is kept costs money. */
const KEPT_WHERE_LOOKED_UP = 7

/**
 * What is opened is closed in the opposite order, by `stop` and by a start that fails alike. The door is opened first,
 * since a port in use is the likeliest to fail, and the clock is started last, when nothing can fail any more.
 * @throws ConfigError, DatabaseError
 */
export async function startService(config: Config, around: Surroundings): Promise<Service> {
  const { log, now = () => new Date(), random = Math.random } = around
  const { office, policy, webhook, consoleUrl, rehearsal } = config
  const startedAt = now()
  const opened: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) {
      try {
        await one()
      } catch (error) {
        log.error(describe(error), 'something could not be closed')
      }
    }
  }
  try {
    const door = await openDoor(config)
    opened.push(door.shut)
    const store = await openStore({
      url: config.databaseUrl,
      dir: config.dataDir,
      key: around.key,
      onFatal: around.onFatal,
    })
    opened.push(() => store.close())
    if (store.kind === 'embedded') await store.endLeases()
    const served = await serveAccounts(config, store, now)
    opened.push(() => Promise.all([...served.values()].map(({ platform }) => platform.close())))
    const worker = `${hostname()} ${process.pid}`
    const breaches = recentBreaches(now)
    const { health, unread } = watch({ store, served, rehearsal, callsStaff: webhook !== null, startedAt, now })

    const complain = (what: string) => (error: unknown) => log.error(describe(store.explain(error) ?? error), what)
    const onDuty = (work: DutyParts['work'], what: string): Duty => duty({ work, failed: complain(what), now, random })
    const inForce = rulesInForce(config, () => store.settings.present(), now)
    const acting = [...served.values()].map((account) => {
      const carryOut = actor({
        store,
        account,
        worker,
        log,
        now,
        mayRedirect: async (id) => {
          const { answers, redirectsPerHour } = inForce()
          return answers ? mayRedirect(store, id, redirectsPerHour, now()) : new Date(now().getTime() + HOUR)
        },
        isStopped: () => inForce().hold?.is === 'stopped',
      })
      return onDuty(carryOut, 'actions could not be carried out')
    })
    const act = (): void => {
      for (const one of acting) one.wake()
    }
    const alerts = onDuty(alerter({ store, webhook, consoleUrl, log, now }), 'staff could not be called')
    const own = ownTroubles(served, now)
    const troubles = async () => [...(await unread()), ...(await overdueTroubles(store, now())), ...own.present()]
    const bulletins = onDuty(bulletin({ webhook, consoleUrl, log, troubles }), 'staff could not be told of trouble')
    const examiner = createExaminer()
    opened.push(() => examiner.close())
    const advisers = await panel({ settings: config.judges, policy, pictures: store.pictures, log, now, random })
    // One object for as long as the service runs: the detectors' rules are made ready for it once.
    const known: OfficeFacts = {
      ...office,
      protected: store.register,
      get works() {
        return store.works.present()
      },
    }
    const assessing = onDuty(
      assessor({
        store,
        office: known,
        inForce,
        advise: ({ id, subject }, stop) => advisers.advise(id, subject, stop),
        log,
        now,
        random,
        breached: breaches.add,
        tripped: own.tripped,
        judged: async ({ authorId, subject: { author } }) => {
          if (authorId === null || author?.avatar === undefined || !mightPass(author, office)) return
          if (await store.avatars.want(authorId, author.avatar, now())) examining.wake()
        },
        decided: () => {
          act()
          alerts.wake()
        },
      }),
      'items could not be judged',
    )
    const examining = onDuty(
      pictureExaminer({ store, served, examiner, log, now, random, again: () => assessing.wake() }),
      'pictures could not be looked at',
    )
    const pictures = onDuty(
      pictureKeeper({ store, served, log, now, random, kept: () => examining.wake() }),
      'pictures could not be kept',
    )
    const polls = poller({
      store,
      served,
      worker,
      timezone: office.timezone,
      log,
      now,
      random,
      breaches: breaches.count,
      broke: complain('a polling pass broke'),
      arrived: () => {
        assessing.wake()
        pictures.wake()
      },
    })
    const polling = onDuty(polls.tick, 'polling could not start')
    const looking = onDuty(looker({ store, served, log, now }), 'what staff did by hand could not be looked for')
    const reconciling = onDuty(reconciler({ store, served, log, now }), 'who is blocked could not be compared')
    const forgetting = onDuty(async () => {
      const ids = [...served.values()].filter(({ forgets }) => forgets).map(({ id }) => id)
      let blanked = await store.forgetting.blankGone(ids, now())
      for (const { id, keepDays } of served.values()) {
        if (keepDays === undefined) continue
        blanked += await store.forgetting.blankOld(id, new Date(now().getTime() - keepDays * DAY), now())
      }
      if (blanked > 0)
        log.info({ blanked }, 'words were blanked that their authors deleted, or that nobody needs any longer')
    }, 'what is gone from a platform could not be blanked')
    const duties = [polling, assessing, ...acting, alerts, pictures, examining]
    opened.push(async () => {
      await Promise.all([...duties, bulletins, looking, reconciling, forgetting].map((one) => one.stop()))
      await polls.settled()
    })

    const app = createConsole({
      store,
      office,
      get policy() {
        return inForce().policy
      },
      get farewell() {
        const {
          answers,
          redirect: letter,
          policy: {
            redirect: { everyDays },
          },
        } = inForce()
        return answers ? { letter, everyDays } : null
      },
      inForce,
      configured: config,
      now,
      wake: act,
      health,
      judges: advisers.judges,
      forgets: (name) => platforms[name]?.forgets === true,
      means: (name, action) => platforms[name]?.means?.[action as ActionKind],
      letters: (name) => platforms[name]?.letters ?? null,
      looksByItself: (id, kind) => served.get(id)?.platform.seesByHand?.some((one) => one === kind) === true,
      examiner,
      portrayed: async () => {
        if (await compareAvatars(store, now())) assessing.wake()
      },
      push: listener({ store, served, log, now, told: () => polling.wake() }),
      url: consoleUrl,
      secureCookies: consoleUrl.startsWith('https:'),
      hosts: config.hosts,
      failed: complain('the console could not answer'),
    })
    door.answer(app.fetch)
    // Shut first when all is closed, so that nobody asks for what is no longer there; a second time does no harm.
    opened.push(door.shut)
    const url = config.listen.port === 0 ? urlOf(config.listen.host, door.port) : consoleUrl
    const welcome = (await store.people.any()) ? null : `/welcome?key=${await store.people.invite(null, now())}`

    const maintain = async (): Promise<void> => {
      try {
        await store.maintain()
        await store.identities.forget(now())
        // Kept outside the database, this shows later whether somebody wrote the whole log anew.
        log.info(await store.log.head(), 'the log reaches so far')
        own.upkeep(true)
      } catch (error) {
        complain('nightly upkeep failed')(error)
        own.upkeep(false)
      }
    }
    const analyse = (): Promise<void> => store.analyse().catch(complain('the database could not be counted'))
    const nightly = async (): Promise<void> => {
      reconciling.wake()
      await maintain()
    }
    const wakeAll = (): void => {
      for (const one of duties) one.wake()
    }
    const wakeEachMinute = async (): Promise<void> => {
      bulletins.wake()
      looking.wake()
      await Promise.all([
        store.register.load().catch(complain('the protected register could not be read')),
        store.works.load().catch(complain('the registered texts could not be read')),
        store.settings.load().catch(complain('the settings could not be read')),
        store.blocks
          .date(store.settings.present().blockReviewDays)
          .catch(complain('blocks could not be given a day on which somebody looks at them again')),
        store.confirming.expire(now()).catch(complain('what waited for a second person could not be ended')),
      ])
    }
    // UTC: in London an hour is missing every March, and every October one stands still.
    const clocks = [
      cron.schedule('* * * * * *', wakeAll, { timezone: 'UTC', noOverlap: true, suppressMissedWarning: true }),
      cron.schedule('* * * * *', wakeEachMinute, { timezone: 'UTC', suppressMissedWarning: true }),
      cron.schedule('*/15 * * * *', () => forgetting.wake(), { timezone: 'UTC', suppressMissedWarning: true }),
      cron.schedule('41 * * * *', analyse, { timezone: 'UTC', noOverlap: true }),
      cron.schedule('17 4 * * *', nightly, { timezone: office.timezone, noOverlap: true }),
    ]
    opened.push(() => Promise.all(clocks.map(async (clock) => clock.destroy())))
    wakeAll()
    log.info({ accounts: served.size, database: store.kind, policy: policy.id, version: policy.version }, 'started')

    return {
      url,
      welcome,
      stop: async () => {
        await close()
        log.info('stopped')
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function serveAccounts(config: Config, store: Store, now: () => Date): Promise<ReadonlyMap<string, Served>> {
  for (const { platform } of config.accounts) kindOf(platform)
  await keepApart(config, store)
  const rows = await store.accounts.configure(config.accounts, now())
  const served = new Map<string, Served>()
  for (const [n, { platform: name, handle, settings, pollSeconds, keepDays: wanted }] of config.accounts.entries()) {
    const row = rows[n]
    if (!row) continue
    const keep = { vault: store.vault(row.id), purse: store.spending.purse(row.id, now) }
    const platform = createPlatform(name, handle, settings, keep, now)
    await store.accounts.readFrom(
      row.id,
      platform.sources.map((source) => source.name),
      now(),
    )
    const forgets = kindOf(name).forgets === true
    const keepDays = wanted ?? (forgets ? KEPT_WHERE_LOOKED_UP : undefined)
    served.set(row.id, { id: row.id, platform, forgets, keepDays, probedAt: null, pollSeconds })
  }
  return served
}

/** @throws ConfigError if made-up people would stand in one queue and one log with real ones */
async function keepApart(config: Config, store: Store): Promise<void> {
  const names = [...config.accounts.map(({ platform }) => platform), ...(await store.accounts.platforms())]
  const isInvented = (name: string): boolean => platforms[name]?.invented === true
  if (!names.some(isInvented) || names.every(isInvented)) return
  const wanted = config.rehearsal
    ? 'No account is configured (is SERJEANT_CONFIG right?), and this database belongs to a real office: the rehearsal can’t run on it.'
    : 'The rehearsal was run on this database: a real account needs one of its own.'
  throw new ConfigError(`${wanted} Choose another with DATABASE_URL or DATA_DIR.`)
}

function kindOf(name: string) {
  const kind = platforms[name]
  if (!kind) throw new ConfigError(`There is no platform "${name}". Write one of ${Object.keys(platforms).join(', ')}.`)
  return kind
}

/** @throws ConfigError with the adapter's own sentence */
export function createPlatform(
  name: string,
  handle: string,
  settings: Record<string, unknown>,
  keep: { vault: Vault; purse: Purse },
  now: () => Date,
): Platform {
  try {
    return kindOf(name).create({ handle, settings, ...keep, now })
  } catch (error) {
    throw inWords(error, name, handle)
  }
}

/** Does a person sign in there, so that the sign-in lies in the database alone? */
export const isSignedInByHand = (name: string): boolean => platforms[name]?.connect !== undefined

/** @throws ConfigError if there is no such platform, or nobody need sign in there by hand */
export function connectionOf(name: string): NonNullable<PlatformKind['connect']> {
  const kind = kindOf(name)
  const connect = kind.connect?.bind(kind)
  if (connect) return connect
  throw new ConfigError(`Nothing is to be connected on ${name}: all it needs stands in serjeant.json and .env.`)
}

/**
 * Have somebody sign a configured account in. If it was in trouble, it is then tried at once, by a running service too.
 * @throws ConfigError, PlatformError
 */
export async function connectAccount(
  config: Config,
  store: Store,
  account: Config['accounts'][number],
  talk: Talk,
  now: () => Date,
): Promise<void> {
  const { platform: name, handle, settings } = account
  await keepApart(config, store)
  const rows = await store.accounts.configure(config.accounts, now())
  const row = rows[config.accounts.indexOf(account)]
  if (!row) throw new ConfigError(`The ${name} account ${handle} is not in serjeant.json.`)
  const keep = { vault: store.vault(row.id), purse: store.spending.purse(row.id, now) }
  try {
    await connectionOf(name)({ handle, settings, ...keep, now }, talk)
  } catch (error) {
    throw inWords(error, name, handle)
  }
  await store.accounts.configure(config.accounts, now())
}

/** What adapters throw as a bare Error is a sentence for people; anything else is of a class of its own. */
function inWords(error: unknown, name: string, handle: string): unknown {
  const isSentence = error instanceof Error && error.name === 'Error'
  return isSentence ? new ConfigError(`The ${name} account ${handle}: ${error.message}`) : error
}

/** What has waited for the police too long: staff are told that it has, and of nobody. */
async function overdueTroubles(store: Store, now: Date): Promise<Trouble[]> {
  const days = store.settings.present().policeReminders
  const words = overdueWords(await store.referrals.overdue(now, days), days)
  const over = 'Nothing is overdue with the police any more.'
  return words.length === 0 ? [] : [{ id: 'overdue with the police', text: words.join(' '), over }]
}

function recentBreaches(now: () => Date) {
  const at = new Map<string, number[]>()
  const recent = (accountId: string): number[] =>
    (at.get(accountId) ?? []).filter((time) => now().getTime() - time < QUARTER)
  return {
    add: (accountId: string): void => {
      at.set(accountId, [...recent(accountId).slice(-50), now().getTime()])
    },
    count: (accountId: string): number => recent(accountId).length,
  }
}

/** What is wrong with the service for other reasons than a platform's. */
function ownTroubles(served: ReadonlyMap<string, Served>, now: () => Date) {
  const trippedAt = new Map<string, number>()
  let kept = true
  return {
    tripped: (accountId: string): void => {
      trippedAt.set(accountId, now().getTime())
    },
    upkeep: (well: boolean): void => {
      kept = well
    },
    present: (): Trouble[] => {
      const open = [...trippedAt].filter(([, at]) => now().getTime() - at < HOUR)
      const troubles = open.map(([accountId]) => {
        const where = served.get(accountId)?.platform.name ?? 'one account'
        return {
          id: `breaker ${accountId}`,
          text: `Serjeant has done as much by itself on ${where} as it may in an hour, and now only proposes.`,
          over: `Serjeant acts by itself on ${where} again.`,
        }
      })
      const upkeep = { id: 'upkeep', text: 'Serjeant’s nightly upkeep failed; its log says why.' }
      return kept ? troubles : [...troubles, { ...upkeep, over: 'Serjeant’s nightly upkeep works again.' }]
    },
  }
}

/**
 * Listens, and answers that it is not ready until it is told what to answer with.
 * @throws ConfigError
 */
async function openDoor({ listen: { host, port } }: Config) {
  let answer: FetchCallback = () => new Response('Serjeant is starting. Try again in a moment.', { status: 503 })
  const listening = await new Promise<{ server: ServerType; port: number }>((resolve, reject) => {
    const server = serve({ fetch: (request, env) => answer(request, env), hostname: host, port }, (info) =>
      resolve({ server, port: info.port }),
    )
    server.once('error', ({ code, name }: NodeJS.ErrnoException) => {
      const why =
        code === 'EADDRINUSE'
          ? `Port ${port} is in use, perhaps by Serjeant itself. Stop what uses it, or choose another port: PORT=8081 npm start`
          : `Could not listen on ${urlOf(host, port)} (${code ?? name}). Is HOST an address of this machine?`
      reject(new ConfigError(why))
    })
  })
  const { server } = listening
  return {
    port: listening.port,
    answer: (callback: FetchCallback): void => {
      answer = callback
    },
    shut: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
