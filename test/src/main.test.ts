import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import cron from 'node-cron'
import pino from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { verify } from '../../src/commands/verify.ts'
import { ConfigError, readConfig } from '../../src/config.ts'
import { type Service, startService } from '../../src/main.ts'
import { OFFICE } from '../builders.ts'
import { scratch } from '../support/service.ts'
import { completion, standIn, status } from './classifiers/stand-in.ts'

type Env = Record<string, string>
const KEY = randomBytes(32)

/** A data folder of one's own, and a file if something is configured. */
function surroundings(accounts: unknown[] = [], more: Env = {}): Env {
  const dir = scratch()
  const file = path.join(dir, 'serjeant.json')
  if (accounts.length > 0) writeFileSync(file, JSON.stringify({ office: OFFICE, accounts }))
  return {
    DATA_DIR: path.join(dir, 'data'),
    PORT: '0',
    ...(accounts.length > 0 ? { SERJEANT_CONFIG: file } : {}),
    ...more,
  }
}

function start(env: Env): Promise<Service> {
  const onFatal = (error: unknown): never => {
    throw error
  }
  return startService(readConfig(env), { key: KEY, log: pino({ level: 'silent' }), onFatal })
}

/** Nothing of it is left: no clock ticks, and the next one starts on the same folder. */
async function isClosed(env: Env): Promise<void> {
  expect(cron.getTasks().size).toBe(0)
  const dir = env['DATA_DIR'] ?? ''
  const DATA_DIR = env['SERJEANT_CONFIG'] ? dir : path.join(dir, 'rehearsal')
  const next = await start(surroundings([{ platform: 'rehearsal', handle: '@next' }], { DATA_DIR }))
  await next.stop()
}

describe('a start', () => {
  it('on a port in use says so in a sentence, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const env = surroundings([], { PORT: String(port) })
    await expect(start(env)).rejects.toThrow(ConfigError)
    await expect(start(env)).rejects.toThrow(`Port ${port} is in use`)
    expect(cron.getTasks().size).toBe(0)
    other.close()
  })

  it('that fails late leaves nothing running', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    free.close()
    await once(free, 'close')
    const env = surroundings([{ platform: 'rehearsal', handle: '@mp', settings: { sed: 1 } }], { PORT: String(port) })
    await expect(start(env)).rejects.toThrow('The rehearsal account @mp')
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed')
    await isClosed(env)
  })
})

describe('made-up people', () => {
  const INVENTED = { platform: 'rehearsal', handle: '@mp' }
  const REAL = {
    platform: 'bluesky',
    handle: 'mp.example',
    settings: { appPassword: 'x', service: 'http://127.0.0.1:9' },
  }

  it('never stand in one queue and one log with real ones', async () => {
    await expect(start(surroundings([INVENTED, REAL]))).rejects.toThrow(ConfigError)
    const env = surroundings([INVENTED])
    await (await start(env)).stop()
    const after = surroundings([REAL], { DATA_DIR: env['DATA_DIR'] ?? '' })
    await expect(start(after)).rejects.toThrow('a real account needs one of its own')
  })

  it('are kept in a folder of their own where nothing is configured', () => {
    expect(readConfig({ DATA_DIR: '/x' }).dataDir).toBe('/x/rehearsal')
    expect(readConfig(surroundings([REAL], { DATA_DIR: '/x' })).dataDir).toBe('/x')
  })
})

describe('a service', () => {
  it('stops within seconds while its platform hangs', async () => {
    const faults = ['probe', 'fetch', 'perform', 'image'].map((call) => ({ call, how: 'hang', times: 100 }))
    const env = surroundings([{ platform: 'rehearsal', handle: '@mp', mode: 'perform', settings: { faults } }])
    const service = await start(env)
    expect(await (await fetch(`${service.url}/healthz`)).json()).toMatchObject({ ok: true })
    const began = performance.now()
    await service.stop()
    expect(performance.now() - began).toBeLessThan(5000)
    await isClosed(env)
  })
})

describe('looking', () => {
  const said: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    said.push(line)
  })
  afterEach(() => {
    said.length = 0
  })

  it('makes neither a key nor a database', async () => {
    const env = surroundings()
    expect(await doctor(env)).toBe(0)
    expect(said.filter((line) => line.includes('will be made at the first start'))).toHaveLength(2)
    await expect(verify(readConfig(env))).rejects.toThrow('There is no log')
    expect(existsSync(env['DATA_DIR'] ?? '')).toBe(false)
  })

  it('beside a running service is no fault, and says where to look instead', async () => {
    const env = surroundings()
    const service = await start(env)
    try {
      expect(await doctor(env)).toBe(0)
      expect(said).toContain('  Database: not checked: Serjeant is running on this folder.')
      const config = { ...readConfig(env), consoleUrl: service.url }
      await expect(verify(config)).rejects.toThrow(`${service.url}/log, whose Check button does the same`)
    } finally {
      await service.stop()
    }
  })

  it('asks each optional judge something harmless, and says in words what is wrong', async () => {
    const server = await standIn()
    try {
      const judges = {
        openaiModeration: { key: { env: 'OPENAI' }, url: server.url },
        policyJudge: { url: server.url, model: 'safeguard' },
      }
      const file = path.join(scratch(), 'serjeant.json')
      writeFileSync(file, JSON.stringify({ office: OFFICE, judges }))
      const env = surroundings([], { SERJEANT_CONFIG: file, OPENAI: 'sk-secret' })
      server.reply((response, asked) =>
        (asked.path.endsWith('moderations') ? status(401) : completion('{"findings": []}'))(response, asked),
      )
      expect(await doctor(env)).toBe(1)
      expect(said).toContain(
        '✗ OpenAI moderation: It doesn’t accept the key, or the key isn’t allowed this (401). Without it, items are judged here as ever.',
      )
      expect(said).toContain('✓ Policy judge (safeguard): answers. What people write stays on this machine.')
      expect(said.join()).not.toContain('sk-secret')
      expect(server.asked).toHaveLength(2)
    } finally {
      await server.close()
    }
  })

  it('says that Perspective is over, once it is', async () => {
    vi.setSystemTime('2027-01-02T12:00:00Z')
    try {
      const file = path.join(scratch(), 'serjeant.json')
      writeFileSync(file, JSON.stringify({ office: OFFICE, judges: { perspective: { key: { env: 'KEY' } } } }))
      expect(await doctor(surroundings([], { SERJEANT_CONFIG: file, KEY: 'AIza' }))).toBe(1)
      expect(said.join()).toContain('Perspective closed on 31 December 2026')
    } finally {
      vi.useRealTimers()
    }
  })

  it('finds what a service left well', async () => {
    const env = surroundings([], { SERJEANT_KEY: KEY.toString('base64') })
    await (await start(env)).stop()
    expect(await doctor(env)).toBe(0)
    expect(said.filter((line) => line.includes('Database: embedded'))).toHaveLength(1)
    expect(await verify(readConfig(env))).toBe(0)
    expect(said.at(-1)).toMatch(/^The log is whole: \d+ entries/)
  })
})
