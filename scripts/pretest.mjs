// Brings what `npm test` needs and a fresh machine may not have: a real Postgres, a browser, the Bluesky server software
// in its folder, and the built program. Says nothing where nothing is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const BLUESKY_STACK = path.join(root, 'test', 'bluesky-stack')
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']
const NEEDS = [
  {
    what: 'Postgres',
    package: 'postgresql',
    there: () => hasPostgres(),
    skipped: 'the store is tested on the embedded database only',
  },
  {
    what: 'Chromium',
    package: 'chromium',
    there: () => BROWSERS.some(onPath),
    skipped: 'the console is not tested in a browser',
  },
  {
    // better-sqlite3, part of the Bluesky server software, is compiled where its ready-made binary can't be had.
    what: 'A compiler',
    package: 'g++ make python3',
    there: () => blueskyStackIsThere() || ['g++', 'make', 'python3'].every(onPath),
    skipped: 'the Bluesky server software may fail to install',
  },
]

bringPackages()
bringBlueskyStack()
run('npm', ['run', '--silent', 'build'])

function bringPackages() {
  const missing = NEEDS.filter((need) => !need.there())
  if (missing.length === 0) return
  const install = `apt-get install --no-install-recommends ${missing.map((need) => need.package).join(' ')}`
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    say(`${missing.map((need) => need.what).join(' and ')} missing: apt-get update, then ${install}`)
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const quietly = ['-qq', '-y', '--no-install-recommends']
    run('apt-get', ['update', '-qq'], { env: environment, mayFail: true })
    run('apt-get', ['install', ...quietly, ...missing.flatMap((need) => need.package.split(' '))], {
      env: environment,
      mayFail: true,
    })
  }
  const still = missing.filter((need) => !need.there())
  for (const need of still) say(`${need.what} is missing, so ${need.skipped}.`)
  if (still.length === 0) return
  say(`On Debian or Ubuntu: sudo ${install}`)
  if (process.env.CI === 'true') process.exit(1)
}

function bringBlueskyStack() {
  if (blueskyStackIsThere()) return
  say('Installing the Bluesky server software for the tests (test/bluesky-stack)')
  const done = run('npm', ['ci', '--prefix', BLUESKY_STACK, '--no-fund', '--no-audit', '--loglevel=error'], {
    mayFail: true,
  })
  if (done) return
  say('It could not be installed, so the Bluesky adapter is not tested against a real server.')
  if (process.env.CI === 'true') process.exit(1)
}

function blueskyStackIsThere() {
  const lock = path.join(BLUESKY_STACK, 'package-lock.json')
  // npm writes this file at the end of an install.
  const installed = path.join(BLUESKY_STACK, 'node_modules', '.package-lock.json')
  return !existsSync(lock) || (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs)
}

function hasPostgres() {
  const folder = '/usr/lib/postgresql'
  return (
    existsSync(folder) && readdirSync(folder).some((version) => existsSync(path.join(folder, version, 'bin/initdb')))
  )
}

function onPath(command) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, command)))
}

/** @returns whether it succeeded; ends the process with its code if it had to */
function run(command, args, { env = process.env, mayFail = false } = {}) {
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0 && !mayFail) process.exit(status ?? 1)
  return status === 0
}

function say(sentence) {
  console.log(`pretest: ${sentence}`)
}
