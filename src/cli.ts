#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { readConfig, readKey } from './config.ts'
import { createLogger, describe, sayable } from './logging.ts'

/** How long a stop may take before the process ends anyway; a lease then runs out by itself. Milliseconds. */
const STOP = 20_000

// Whoever read has seen enough: `serjeant doctor | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const program = new Command('serjeant').description(
  'Keeps order on an MP’s social accounts: protects staff, and leaves criticism alone.',
)

program
  .command('start', { isDefault: true })
  .description('run the service and its console; with nothing configured, the rehearsal')
  .action(async () => {
    const { startService } = await import('./main.ts')
    const config = readConfig(process.env)
    const log = createLogger(config.logLevel)
    const service = await startService(config, {
      key: readKey(process.env, config.dataDir),
      log,
      onFatal: (error) => {
        log.fatal(describe(error), 'the database stopped; start again')
        process.exit(70)
      },
    })
    let stopping = false
    const stop = (): void => {
      if (stopping) process.exit(1)
      stopping = true
      setTimeout(() => process.exit(1), STOP).unref()
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error(describe(error), 'stopping broke off')
          process.exit(1)
        },
      )
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
    // Whoever reads that it runs may stop it in the same moment.
    greet(service, config.rehearsal)
  })

program
  .command('judge')
  .description('judge JSON Lines from standard input, one decision a line; no database, no network but for --judges')
  .requiredOption('--policy <name or file>', 'whose rules')
  .requiredOption('--office <file>', 'names the MP, staff and public contacts')
  .option('--judges', 'ask the optional judges of serjeant.json too: sends them the lines')
  .action(async ({ policy: name, office, judges }: { policy: string; office: string; judges?: true }) => {
    const { advisedBy, judgeLines, readOffice } = await import('./commands/judge.ts')
    const { readPolicyNamed } = await import('./config.ts')
    const policy = readPolicyNamed(name, '.')
    process.exitCode = await judgeLines({
      policy,
      ...(judges ? { advise: await advisedBy(readConfig(process.env), policy) } : {}),
      office: readOffice(office),
      input: process.stdin,
      output: process.stdout,
      error: process.stderr,
    })
  })

program
  .command('verify')
  .description('check the log’s chain and name the first entry that breaks it; or check an evidence pack, offline')
  .argument('[pack]', 'an evidence pack: serjeant-evidence-….zip')
  .action(async (pack: string | undefined) => {
    if (pack !== undefined) {
      const { verifyPack } = await import('./commands/verify-pack.ts')
      process.exitCode = await verifyPack(pack, (line) => console.log(line))
      return
    }
    const { verify } = await import('./commands/verify.ts')
    process.exitCode = await verify(readConfig(process.env))
  })

program
  .command('replay')
  .description('say what a changed policy would have made of what is stored, before it is switched on; changes nothing')
  .requiredOption('--policy <name or file>', 'the policy to try')
  .option('--since <when>', 'how far back: 30d, 12h, 2w, or a day as 2026-11-01', '30d')
  .option('--json', 'for machines')
  .action(async ({ policy, since, json = false }: { policy: string; since: string; json?: boolean }) => {
    const { replay } = await import('./commands/replay.ts')
    const { readSince } = await import('./commands/since.ts')
    const { readPolicyNamed } = await import('./config.ts')
    const config = readConfig(process.env)
    process.exitCode = await replay({
      config,
      policy: readPolicyNamed(policy, '.'),
      since: readSince(since, new Date(), config.office.timezone),
      json,
      print: (line) => console.log(line),
      error: process.stderr,
    })
  })

program
  .command('doctor')
  .description('check the configuration, the database, and each account’s credentials and what they permit')
  .action(async () => {
    const { doctor } = await import('./commands/doctor.ts')
    process.exitCode = await doctor(process.env)
  })

program
  .command('connect')
  .description('sign an account in, step by step, where its platform wants a person for it')
  .argument('<platform>', 'as in serjeant.json: x')
  .argument('[handle]', 'which account, if there are several there')
  .action(async (platform: string, handle: string | undefined) => {
    const { connect } = await import('./commands/connect.ts')
    const { terminal } = await import('./commands/terminal.ts')
    const config = readConfig(process.env)
    const keyboard = terminal(process.stdin, process.stdout)
    try {
      const key = readKey(process.env, config.dataDir)
      process.exitCode = await connect({ config, key, platform, handle, talk: keyboard.talk })
    } finally {
      keyboard.close()
    }
  })

program
  .command('purge')
  .description('blank all that is kept of one platform; decisions and the log stay')
  .requiredOption('--platform <name>', 'whose: x')
  .option('--held', 'also what somebody keeps as evidence', false)
  .option('--yes', 'do not ask', false)
  .action(async ({ platform, held, yes }: { platform: string; held: boolean; yes: boolean }) => {
    const { purge } = await import('./commands/purge.ts')
    const { askOnce } = await import('./commands/terminal.ts')
    process.exitCode = await purge({
      config: readConfig(process.env),
      platform,
      held,
      ask: yes ? undefined : (question) => askOnce(process.stdin, process.stdout, question),
      print: (line) => console.log(line),
      error: process.stderr,
    })
  })

function greet({ url, welcome }: { url: string; welcome: string | null }, rehearsal: boolean): void {
  const lines = [`Serjeant is running. The console is at ${url}`]
  if (rehearsal) {
    lines.push('Nothing is configured yet, so this is a rehearsal: invented people write to an invented MP.')
  }
  if (welcome)
    lines.push('', 'To sign in for the first time, open this link (it works once, for a week):', `  ${url}${welcome}`)
  console.log(lines.join('\n'))
}

/** Of an error nobody expected only the name and the place: libraries' messages quote what they were given. */
function tell(error: unknown): void {
  const { error: name, code, at } = describe(error)
  console.error(['Something unexpected went wrong:', name, code, at].filter(Boolean).join(' '))
  if (process.env['LOG_LEVEL'] !== 'debug') return console.error('LOG_LEVEL=debug says more.')
  for (let one = error; one instanceof Error; one = one.cause) {
    console.error([one.name, ...(one.stack?.match(/^ {4}at .*/gm) ?? [])].join('\n'))
  }
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env')
  await program.parseAsync()
} catch (error) {
  const said = sayable(error)
  if (said === null) tell(error)
  else console.error(said)
  process.exitCode = said === null ? 70 : 78
}
