import { hostname } from 'node:os'
import { serve } from '@hono/node-server'
import cron from 'node-cron'
import { platforms } from '../adapters/index.ts'
import type { Platform, Vault } from '../adapters/platform.ts'
import { actor } from './act.ts'
import { alerter } from './alerts.ts'
import { assessor } from './assess.ts'
import { type Config, ConfigError } from './config.ts'
import { type Duty, duty } from './duty.ts'
import { describe, type Logger } from './logging.ts'
import { pictureKeeper } from './pictures.ts'
import { poller, type Served } from './poll.ts'
import { mayRedirect } from './redirect.ts'
import { openStore, type Store } from './store/index.ts'
import { createConsole, type Health } from './web/app.tsx'

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

const QUARTER = 15 * 60_000
/** No successful poll for this long is said out loud on /healthz. */
const SILENCE = 20 * 60_000

/** @throws ConfigError, DatabaseError */
export async function startService(config: Config, around: Surroundings): Promise<Service> {
  const { log, now = () => new Date(), random = Math.random } = around
  const { office, policy, redirect } = config
  const store = await openStore({
    url: config.databaseUrl,
    dir: config.dataDir,
    key: around.key,
    onFatal: around.onFatal,
  })
  try {
    if (store.kind === 'embedded') await store.endLeases()
    const served = await serveAccounts(config, store, now)
    const worker = `${hostname()} ${process.pid}`
    const breaches = recentBreaches(now)

    const complain = (what: string) => (error: unknown) => log.error(describe(store.explain(error) ?? error), what)
    const acting = [...served.values()].map((account) => {
      const carryOut = actor({ store, account, worker, log, now, mayRedirect: (id) => mayRedirect(store, id, now()) })
      return duty(carryOut, complain('actions could not be carried out'))
    })
    const act = (): void => {
      for (const one of acting) one.wake()
    }
    const alerts = duty(
      alerter({ store, webhook: config.webhook, consoleUrl: config.consoleUrl, log, now }),
      complain('staff could not be called'),
    )
    const assessing = duty(
      assessor({
        store,
        office,
        policy,
        redirect,
        alonePerHour: config.alonePerHour,
        log,
        now,
        breached: breaches.add,
        decided: () => {
          act()
          alerts.wake()
        },
      }),
      complain('items could not be judged'),
    )
    const pictures = duty(pictureKeeper({ store, served, log, now, random }), complain('pictures could not be kept'))
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
    const polling = duty(polls.tick, complain('polling could not start'))

    const duties: Duty[] = [polling, assessing, ...acting, alerts, pictures]
    // UTC: in London an hour is missing every March, and every October one stands still.
    const heartbeat = cron.schedule(
      '* * * * * *',
      () => {
        for (const one of duties) one.wake()
      },
      { timezone: 'UTC', noOverlap: true, suppressMissedWarning: true },
    )
    const nightly = cron.schedule('17 4 * * *', () => store.maintain().catch(complain('nightly upkeep failed')), {
      timezone: office.timezone,
      noOverlap: true,
    })

    const app = createConsole({
      store,
      office,
      policy,
      farewell: { letter: redirect, everyDays: policy.redirect.everyDays },
      now,
      wake: act,
      health: () => healthOf(store, config, now()),
      secureCookies: config.consoleUrl.startsWith('https:'),
      hosts: hostsOf(config),
      failed: complain('the console could not answer'),
    })
    const { server, port } = await serveConsole(app.fetch, config)
    for (const one of duties) one.wake()

    const base = config.listen.port === 0 ? `http://${config.listen.host}:${port}` : config.consoleUrl
    const welcome = (await store.people.any()) ? null : `/welcome?key=${await store.people.invite(null, now())}`
    log.info({ accounts: served.size, database: store.kind, policy: policy.id, version: policy.version }, 'started')

    return {
      url: base,
      welcome,
      stop: async () => {
        await Promise.all([heartbeat.destroy(), nightly.destroy()])
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          if ('closeAllConnections' in server) server.closeAllConnections()
        })
        await Promise.all(duties.map((one) => one.stop()))
        await polls.settled()
        await Promise.all([...served.values()].map(({ platform }) => platform.close()))
        await store.close()
        log.info('stopped')
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function serveAccounts(config: Config, store: Store, now: () => Date): Promise<ReadonlyMap<string, Served>> {
  for (const { platform } of config.accounts) kindOf(platform)
  const rows = await store.accounts.configure(config.accounts, now())
  const served = new Map<string, Served>()
  for (const [n, { platform: name, handle, settings, pollSeconds }] of config.accounts.entries()) {
    const row = rows[n]
    if (!row) continue
    const platform = createPlatform(name, handle, settings, store.vault(row.id), now)
    await store.accounts.readFrom(
      row.id,
      platform.sources.map((source) => source.name),
      now(),
    )
    served.set(row.id, { id: row.id, platform, probedAt: null, pollSeconds })
  }
  return served
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
  vault: Vault,
  now: () => Date,
): Platform {
  try {
    return kindOf(name).create({ handle, settings, vault, now })
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`The ${name} account ${handle}: ${(error as Error).message}`)
  }
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

/** Well when the database answers and every account was read lately. */
async function healthOf(store: Store, config: Config, now: Date): Promise<Health> {
  await store.ping()
  const accounts = (await store.accounts.all()).map(
    ({ platform, handle, mode, trouble, notes, createdAt, sources }) => {
      const read = sources.flatMap(({ lastOkAt }) => lastOkAt ?? [])
      const lastOkAt = read.length === 0 ? null : new Date(Math.max(...read.map((at) => at.getTime())))
      const silent = now.getTime() - (lastOkAt ?? createdAt).getTime() > SILENCE
      const failing = sources.find((source) => source.trouble !== null)?.trouble ?? null
      return {
        platform,
        handle,
        mode,
        notes,
        lastOkAt,
        trouble: trouble ?? failing ?? (silent ? 'It could not be read lately.' : null),
        silent,
      }
    },
  )
  return { ok: accounts.every(({ silent }) => !silent), accounts, rehearsal: config.rehearsal }
}

/** The names the console answers to: anything else is somebody else's page calling it. Null: behind a proxy, any. */
function hostsOf({ listen, consoleUrl }: Config): string[] | null {
  if (listen.host === '0.0.0.0' || listen.host === '::') return null
  return [...new Set([listen.host, 'localhost', '127.0.0.1', new URL(consoleUrl).hostname])]
}

async function serveConsole(fetch: (request: Request) => Response | Promise<Response>, config: Config) {
  const { host, port } = config.listen
  return new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, (info) => resolve({ server, port: info.port }))
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        new ConfigError(
          taken
            ? `Port ${port} is in use by another program. Stop it, or choose another port: PORT=8081 npm start`
            : `Could not listen on ${host}:${port} (${error.code ?? error.name}).`,
        ),
      )
    })
  })
}
