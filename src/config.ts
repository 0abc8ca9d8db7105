import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Letter } from '../adapters/platform.ts'
import { explain, steps } from '../moderation/explain.ts'
import type { OfficeFacts } from '../moderation/model.ts'
import { fillRedirect, POLICIES, type Policy, readPolicy } from '../moderation/policy.ts'

/** Something in the configuration is wrong; the message says what, where, and what to write instead. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const Text = z.string().trim().min(1)
const Web = z.url({ protocol: /^https?$/ })

const Secret = z.strictObject(
  { env: Text },
  { error: 'must be { "env": "NAME" }: the key itself stays out of the file' },
)
const Server = Web.transform((url) => url.replace(/\/+$/, ''))

/** Judges outside this program, each off unless it is named here. */
const Judges = z.strictObject({
  /** How long a batch of items waits for their answers. The items are leased for a minute. */
  deadlineSeconds: z.number().min(0.5).max(20).default(3),
  /** May judges on other machines read private messages? */
  privateMessages: z.boolean().default(false),
  perspective: z.strictObject({ key: Secret, perMinute: z.int().min(1).default(60) }).optional(),
  openaiModeration: z.strictObject({ key: Secret, url: Server.default('https://api.openai.com/v1') }).optional(),
  /** Any chat model behind an OpenAI-compatible address. */
  policyJudge: z
    .strictObject({ url: Server, model: Text, key: Secret.optional(), atOnce: z.int().min(1).max(50).default(4) })
    .optional(),
})

const Office = z.strictObject({
  mp: z.strictObject({ name: Text, constituency: Text.optional(), handles: z.record(Text, Text).default({}) }),
  staff: z.array(z.strictObject({ name: Text, role: Text.optional() })).default([]),
  public: z.strictObject({ phone: Text, email: z.email(), address: Text.optional(), website: z.url().optional() }),
  /** Whom staff tell of people at risk. Shown in the console, and to nobody outside. */
  safeguarding: z.strictObject({ name: Text, phone: Text.optional(), email: z.email().optional() }).optional(),
  timezone: Text.refine(isTimezone, 'is not a time zone; write for example "Europe/London"').default('Europe/London'),
})

const Configured = z.strictObject({
  office: Office,
  /** One of ours by name, or a file of the office's own. */
  policy: Text.default('standard'),
  accounts: z
    .array(
      z.strictObject({
        platform: Text,
        handle: Text,
        mode: z.enum(['watch', 'propose', 'perform']).default('propose'),
        settings: z.record(z.string(), z.unknown()).default({}),
        /** How often to look, in seconds; left out, it adapts to the day and to what happens. */
        pollSeconds: z
          .strictObject({ live: z.number().min(1).optional(), slow: z.number().min(1).optional() })
          .prefault({}),
        /**
         * How long the words of what broke no rule and asked for nothing are kept; left out, a week where the platform wants
         * all that is kept looked up again each day, and for ever elsewhere.
         */
        keepDays: z.int().min(1).max(3650).optional(),
      }),
    )
    .default([]),
  listen: z
    .strictObject({ host: Text.default('127.0.0.1'), port: z.int().min(0).max(65_535).default(8080) })
    .prefault({}),
  /** How staff reach the console, where that is not http://host:port. */
  url: Web.optional(),
  alerts: z
    .strictObject({
      webhook: z
        .union([Web, z.strictObject({ env: Text })], {
          error: 'must be a web address that begins with https://, or { "env": "NAME" }',
        })
        .optional(),
    })
    .prefault({}),
  judges: Judges.prefault({}),
  /** The circuit breaker: hides and mutes the tool may do by itself on one account in an hour. */
  alonePerHour: z.int().min(0).default(60),
  /** Standard redirects from one account in an hour, and three times as many in a day; the rest wait. */
  redirectsPerHour: z.int().min(0).default(20),
})

type File = z.infer<typeof Configured>

/** With every `{ env }` replaced by what it stands for. */
type Resolved<T> = T extends { env: string } ? string : T extends object ? { [K in keyof T]: Resolved<T[K]> } : T

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export interface Config {
  office: File['office']
  policy: Policy
  /** The policy's standard redirect with this office's phone and email. */
  redirect: Letter
  accounts: File['accounts']
  listen: File['listen']
  consoleUrl: string
  /** The names the console answers to: anything else is somebody else's page calling it. Null: any. */
  hosts: string[] | null
  webhook: string | null
  judges: Resolved<File['judges']>
  alonePerHour: number
  redirectsPerHour: number
  dataDir: string
  databaseUrl: string | undefined
  logLevel: (typeof LEVELS)[number]
  /** Nothing is configured: the rehearsal account is on. */
  rehearsal: boolean
}

/** The office the rehearsal street writes to. */
const REHEARSAL: z.input<typeof Configured> = {
  office: {
    mp: { name: 'Jo Hartley', constituency: 'Ambleford South', handles: { rehearsal: '@JoHartleyMP' } },
    staff: [
      { name: 'Priya Nair', role: 'office manager' },
      { name: 'Tom Walsh', role: 'caseworker' },
    ],
    public: {
      phone: '01632 960100',
      email: 'jo.hartley.mp@parliament.example',
      address: '14 Mill Lane, Ambleford',
      website: 'https://johartley.example.org',
    },
    safeguarding: { name: 'Priya Nair', phone: '01632 960101' },
  },
  accounts: [{ platform: 'rehearsal', handle: '@JoHartleyMP', mode: 'perform' }],
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Environment and file, read once. An empty variable counts as none. Where there is no file and no account, the rehearsal.
 * @throws ConfigError
 */
export function readConfig(given: Env): Config {
  const env: Env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  const file = env['SERJEANT_CONFIG'] ?? 'serjeant.json'
  const written = existsSync(file) ? parse(file) : absent(env, file)
  const rehearsal = written.accounts.length === 0
  const { office, alonePerHour, redirectsPerHour } = written
  const policy = readPolicyNamed(written.policy, path.dirname(file))
  const accounts = rehearsal ? Configured.parse(REHEARSAL).accounts : written.accounts
  const host = env['HOST'] ?? written.listen.host
  const port = env['PORT'] === undefined ? written.listen.port : portOf(env['PORT'])
  const own = urlOf(host === '0.0.0.0' || host === '::' ? 'localhost' : host, port)
  if (!URL.canParse(own)) throw new ConfigError(`HOST must be an address of this machine, not "${host}".`)
  return {
    office,
    policy,
    redirect: redirectOf(policy, office),
    accounts: accounts.map((account) => ({
      ...account,
      settings: withSecrets(account.settings, env, file) as File['accounts'][number]['settings'],
    })),
    listen: { host, port },
    consoleUrl: (written.url ?? own).replace(/\/$/, ''),
    hosts: hostsOf(host, written.url),
    webhook: webhookOf(withSecrets(written.alerts.webhook, env, file)),
    judges: withSecrets(written.judges, env, file) as Config['judges'],
    alonePerHour,
    redirectsPerHour,
    // Of its own, so that the first real account begins with an empty queue and an empty log.
    dataDir: folderOf(path.join(env['DATA_DIR'] ?? 'data', rehearsal ? 'rehearsal' : '')),
    databaseUrl: env['DATABASE_URL'],
    logLevel: levelOf(env['LOG_LEVEL'] ?? 'info'),
    rehearsal,
  }
}

/** On every address of the machine nobody knows the names, unless the file says under which staff reach it. */
function hostsOf(host: string, url: string | undefined): string[] | null {
  const anywhere = host === '0.0.0.0' || host === '::'
  if (anywhere && url === undefined) return null
  const named = url === undefined ? [] : [new URL(url).hostname]
  return [...new Set([...named, ...(anywhere ? [] : [host]), 'localhost', '127.0.0.1'])]
}

/** Where a host is reached; an IPv6 address stands in brackets. */
export const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

function absent(env: Env, file: string): File {
  if (env['SERJEANT_CONFIG'] !== undefined) throw new ConfigError(`SERJEANT_CONFIG names ${file}, which is not there.`)
  return { ...Configured.parse(REHEARSAL), accounts: [] }
}

function parse(file: string): File {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // JSON.parse quotes the text it stumbles over, which may hold a password somebody wrote there.
    const where =
      error instanceof SyntaxError
        ? (/(?:line \d+ column \d+|position \d+)/.exec(error.message)?.[0] ?? 'its end')
        : null
    throw new ConfigError(
      where
        ? `${file} is not JSON: look near ${where} for a missing comma, quote or bracket.`
        : `${file} can’t be read.`,
    )
  }
  const result = Configured.safeParse(json, { error: explain })
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${steps(issue.path) || 'The file'} ${issue.message}.`)
  throw new ConfigError(`${file} needs a change:\n${lines.join('\n')}\nserjeant.example.json shows a right one.`)
}

/** `{ "env": "NAME" }` stands for a secret that is kept out of the file. */
function withSecrets(value: unknown, env: Env, file: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => withSecrets(inner, env, file))
  if (value === null || typeof value !== 'object') return value
  const keys = Object.keys(value)
  const name = (value as { env?: unknown }).env
  if (keys.length === 1 && typeof name === 'string') {
    const secret = env[name]
    if (!secret)
      throw new ConfigError(
        `${file} takes a secret from ${name}, which is not set. Set it in the environment or in .env.`,
      )
    return secret
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSecrets(inner, env, file)]))
}

function redirectOf(policy: Policy, office: OfficeFacts): Letter {
  try {
    return fillRedirect(policy, office)
  } catch (error) {
    throw new ConfigError((error as Error).message)
  }
}

/** One of ours by name, or a file, relative to `folder`. @throws ConfigError */
export function readPolicyNamed(name: string, folder: string): Policy {
  const ours = POLICIES[name]
  if (ours) return ours
  const file = path.resolve(folder, name)
  if (!existsSync(file)) {
    throw new ConfigError(
      `There is no policy "${name}". Write one of ${Object.keys(POLICIES).join(', ')}, or the path of a policy file.`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new ConfigError(`The policy file ${file} is not JSON: look for a missing comma, quote or bracket.`)
  }
  try {
    return readPolicy(json, file)
  } catch (error) {
    throw new ConfigError((error as Error).message)
  }
}

/**
 * The key that seals saved sign-ins: SERJEANT_KEY, else `key` in the data folder. Null if none was made yet.
 * @throws ConfigError
 */
export function findKey(env: Env, dataDir: string): Uint8Array | null {
  const given = env['SERJEANT_KEY']
  if (given) return keyOf(given, 'SERJEANT_KEY')
  const file = path.join(dataDir, 'key')
  if (!existsSync(file)) return null
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new ConfigError(`${file} can’t be read. Give the user that runs Serjeant the right to.`)
  }
  return keyOf(text, file)
}

/**
 * As `findKey`, and made at the first start.
 * @throws ConfigError
 */
export function readKey(env: Env, dataDir: string): Uint8Array {
  const found = findKey(env, dataDir)
  if (found) return found
  const key = randomBytes(32)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(path.join(dataDir, 'key'), `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    // Another process that starts beside this one may have been quicker.
    const theirs = findKey(env, dataDir)
    if (theirs) return theirs
    throw new ConfigError(
      `The data folder ${dataDir} can’t be written to. Give the user that runs Serjeant the right to, or set DATA_DIR to another.`,
    )
  }
  return key
}

function keyOf(text: string, from: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32)
    throw new ConfigError(`${from} must hold 32 bytes in base64; make one with: openssl rand -base64 32`)
  return key
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new ConfigError(`PORT must be a number from 0 to 65535, not "${text}".`)
}

function levelOf(text: string): Config['logLevel'] {
  const level = LEVELS.find((one) => one === text)
  if (level) return level
  throw new ConfigError(`LOG_LEVEL must be one of ${LEVELS.join(', ')}, not "${text}".`)
}

function folderOf(dir: string): string {
  for (let at = path.resolve(dir); ; at = path.dirname(at)) {
    if (!existsSync(at)) continue
    if (statSync(at).isDirectory()) return dir
    throw new ConfigError(`DATA_DIR must be a folder, and ${at} is a file.`)
  }
}

/** A secret one has passed no schema yet, and is not quoted. */
function webhookOf(value: unknown): string | null {
  if (value === undefined || Web.safeParse(value).success) return (value as string | undefined) ?? null
  throw new ConfigError('The webhook for alerts must be a web address that begins with https://.')
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
