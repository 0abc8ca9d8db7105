import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../src/config.ts'

/** What is written about the program, and around it, must be true of it: nobody else notices when it stops being so. */

const root = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
/** Every first group of a pattern in a text, without repeats. */
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].flatMap((match) => match[1] ?? [])),
]

const Package = z.object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
const { scripts } = Package.parse(JSON.parse(read('package.json')))
const dockerfile = read('Dockerfile')
const compose = read('compose.yaml')
const environment = read('.env.example')

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs/decisions')).map((name) => `docs/decisions/${name}`),
]

describe.each(PAGES)('%s', (page) => {
  const text = read(page)

  it('links to what exists', () => {
    const links = all(text, /\]\((?!https?:|#)([^)#]+)/g)
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  it('names files and folders that exist', () => {
    const named = all(text, /`((?:src|adapters|moderation|prisma|test|docs|scripts)\/[\w./-]*)`/g)
    expect(named.filter((path) => !existsSync(join(root, path)) && !path.includes('threads'))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    expect(all(text, /npm run ([\w:-]+)/g).filter((name) => !(name in scripts))).toEqual([])
  })
})

it('.env.example describes every variable that is read, and no other', () => {
  const described = all(environment, /^#?([A-Z][A-Z_]+)=/gm)
  const forAccounts = all(read('serjeant.example.json'), /"env": "(\w+)"/g)
  const forCompose = all(compose, /\$\{([A-Z_]+)/g)
  const forService = all(read('src/config.ts'), /\benv\['([A-Z_]+)'\]/g)
  expect(described.toSorted()).toEqual([...new Set([...forAccounts, ...forCompose, ...forService])].toSorted())
})

it('serjeant.example.json is a right one, and its listen gives way to the environment', () => {
  const config = readConfig({
    SERJEANT_CONFIG: join(root, 'serjeant.example.json'),
    BLUESKY_APP_PASSWORD: 'not-a-real-password',
    PORT: '9000',
  })
  expect(config).toMatchObject({
    rehearsal: false,
    policy: { id: 'standard' },
    accounts: [{ platform: 'bluesky', mode: 'propose', settings: { appPassword: 'not-a-real-password' } }],
    listen: { host: '127.0.0.1', port: 9000 },
  })
})

describe('the container', () => {
  it('copies only what exists and what .dockerignore lets through', () => {
    const copied = all(dockerfile, /^COPY (?!--from)(.+) \S+$/gm).flatMap((sources) => sources.split(' '))
    expect(copied).not.toHaveLength(0)
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const admitted = all(read('.dockerignore'), /^!(.+)$/gm)
    expect(copied.toSorted()).toEqual(admitted.toSorted())
  })

  it('runs on the Node of .nvmrc in both stages', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
    expect(images).toEqual(Array(2).fill(`node:${read('.nvmrc').trim()}-bookworm-slim`))
  })

  it('keeps in the image what the program can load', () => {
    const [, pattern] = /-regex '([^']+)' -delete/.exec(dockerfile) ?? []
    const pruned = new RegExp(`^(?:${pattern})$`)
    const prisma = readdirSync(join(root, 'node_modules/@prisma/client/runtime')).map(
      (name) => `node_modules/@prisma/client/runtime/${name}`,
    )
    const kept = prisma.filter((file) => !pruned.test(file))
    expect(kept.filter((file) => file.includes('postgresql'))).not.toHaveLength(0)
    expect(kept.filter((file) => /sqlite|mysql|sqlserver|cockroachdb/.test(file))).toEqual([])
    expect(kept).toContain('node_modules/@prisma/client/runtime/client.js')
    expect(pruned.test('node_modules/zod/index.js')).toBe(false)
  })

  it.each([
    ['a service that answers', 200, 0],
    ['a service in trouble', 503, 1],
    ['a service that is gone', null, 1],
  ])('is told by its health check of %s', async (_, status, exit) => {
    const [, json] = /HEALTHCHECK [^[]*CMD (\[.+\])$/m.exec(dockerfile) ?? []
    const [command, ...args] = z
      .array(z.string())
      .min(1)
      .parse(JSON.parse(json ?? '[]'))
    expect(command).toBe('node')
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? (status ?? 500) : 404).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = z.object({ port: z.number() }).parse(server.address())
    if (status === null) await new Promise((done) => server.close(done))
    const check = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: 'ignore' })
    expect(await once(check, 'exit')).toEqual([exit, null])
    server.close()
  })
})

it('.ci/run can be run', () => {
  expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111)
})
