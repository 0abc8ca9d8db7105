import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Talk } from '../../adapters/platform.ts'
import { connect } from '../../src/commands/connect.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { askOnce, terminal } from '../../src/commands/terminal.ts'
import { type Config, ConfigError, readConfig } from '../../src/config.ts'
import { connectAccount } from '../../src/main.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { NOON, OFFICE } from '../builders.ts'
import { startX, type X } from '../emulators/x/index.ts'
import { scratch } from '../support/service.ts'

/** `serjeant connect`, up to the platform's own part of it. */

const KEY = randomBytes(32)
const now = (): Date => NOON

function environmentOf(...accounts: unknown[]): Record<string, string> {
  const folder = scratch()
  const file = path.join(folder, 'serjeant.json')
  writeFileSync(file, JSON.stringify({ office: OFFICE, accounts }))
  return { SERJEANT_CONFIG: file, DATA_DIR: path.join(folder, 'data'), SERJEANT_KEY: KEY.toString('base64') }
}

const configOf = (...accounts: unknown[]): Config => readConfig(environmentOf(...accounts))

const on = (platform: string, handle: string, settings: object = {}) => ({ platform, handle, settings })

/** Follows the link as a browser does, and pastes where it came to. */
function aBrowser(): Talk & { said: string[] } {
  const said: string[] = []
  return {
    said,
    signal: new AbortController().signal,
    say: (line) => said.push(line),
    ask: async () => {
      const link = said.find((line) => line.includes('/authorize?')) ?? ''
      const { headers } = await fetch(link, { redirect: 'manual' })
      return headers.get('location') ?? ''
    },
  }
}

describe('which account', () => {
  const trying = (config: Config, platform: string, handle?: string): Promise<number> =>
    connect({ config, key: KEY, platform, handle, talk: aBrowser() })

  it.each([
    ['a platform nobody has heard of', 'y', undefined, 'There is no platform "y".'],
    ['one that needs no connecting', 'bluesky', undefined, 'Nothing is to be connected on bluesky'],
    ['several', 'x', undefined, 'several accounts on x: @One, @Two. Say which: npx serjeant connect x @One'],
    ['none of that name', 'x', '@Three', 'no account of that name on x, only @One, @Two.'],
  ])('is said where it is not clear: %s', async (_, platform, handle, words) => {
    const config = configOf(on('x', '@One'), on('x', '@Two'), on('bluesky', 'jo.example'))
    const tried = trying(config, platform, handle)
    await expect(tried).rejects.toBeInstanceOf(ConfigError)
    await expect(tried).rejects.toThrow(words)
  })

  it('is said where none is configured, with what to write', async () => {
    await expect(trying(configOf(on('bluesky', 'jo.example')), 'x')).rejects.toThrow(
      'serjeant.json has no account on x yet. Write { "platform": "x", "handle": "…" } into its "accounts"',
    )
  })
})

describe('connecting', () => {
  let x: X
  let environment: Record<string, string>
  let config: Config
  let store: Store
  beforeAll(async () => {
    x = await startX({ now: () => NOON.getTime() })
    environment = environmentOf(on('x', '@JoHartleyMP', { client: x.client, api: x.url }))
    config = readConfig(environment)
    const onFatal = (error: unknown): never => {
      throw error
    }
    store = await openStore({ dir: config.dataDir, key: KEY, onFatal })
  })
  afterAll(async () => {
    expect(x.violations).toEqual([])
    await x.close()
  })
  const account = (): Config['accounts'][number] => {
    const [first] = config.accounts
    if (!first) throw new Error('no account')
    return first
  }

  it('beside a running service on the embedded database asks for it to be stopped', async () => {
    const talk = aBrowser()
    const tried = connect({ config, key: KEY, platform: 'x', talk })
    await expect(tried).rejects.toThrow(/^Serjeant is running on .* Stop it, connect, and start it again/)
    expect(talk.said).toEqual([])
  })

  it('is not asked for by `doctor` beside a running service, which alone can read the sign-in', async () => {
    const said: string[] = []
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
    try {
      expect(await doctor(environment)).toBe(0)
    } finally {
      log.mockRestore()
    }
    expect(said).toContain('  x @JoHartleyMP: its sign-in is in the database. The console’s page Accounts says more.')
    expect(said.join('\n')).not.toContain('Nobody has signed')
    expect(said.at(-1)).toBe('Not everything could be checked while Serjeant is running: the page Accounts says more.')
  })

  it('keeps nothing of another account, and says whose it was', async () => {
    x.browseAs(x.world.person('SomebodyElse'))
    const tried = connectAccount(config, store, account(), aBrowser(), now)
    await expect(tried).rejects.toBeInstanceOf(ConfigError)
    await expect(tried).rejects.toThrow(
      'The x account @JoHartleyMP: the account that signed in is @SomebodyElse, not @JoHartleyMP.',
    )
    const [row] = await store.accounts.all()
    expect(await store.vault(row?.id ?? '').read()).toBeNull()
  })

  it('seals the sign-in, and has an account that was in trouble read again at once', async () => {
    const [row] = await store.accounts.configure(config.accounts, now())
    if (!row) throw new Error('no account')
    await store.accounts.readFrom(row.id, ['mentions'], now())
    for (const pass of await store.sources.lease(now(), 'test', 60_000)) {
      await store.sources.release(pass, now(), new Date(NOON.getTime() + 3_600_000), null)
    }
    await store.accounts.troubled(row.id, 'Nobody has signed in.')
    x.browseAs(x.world.person('JoHartleyMP'))
    const talk = aBrowser()
    await connectAccount(config, store, account(), talk, now)
    expect(talk.said).toContain('Signed in to X as @JoHartleyMP.')
    expect(await store.vault(row.id).read()).toMatchObject({ access: expect.any(String), over: false })
    const [after] = await store.accounts.all()
    expect(after).toMatchObject({ id: row.id, trouble: null, sources: [{ nextAt: NOON }] })
  })

  it('is given up with Ctrl-C: nothing changes, and the shell is told', async () => {
    await store.close()
    const giveUp = new AbortController()
    const said: string[] = []
    const ask = (): Promise<never> => {
      giveUp.abort(new DOMException('Given up', 'AbortError'))
      return new Promise(() => {})
    }
    const talk: Talk = { signal: giveUp.signal, say: (line) => said.push(line), ask }
    expect(await connect({ config, key: KEY, platform: 'x', handle: 'johartleymp', talk })).toBe(130)
    expect(said.at(-1)).toBe('Given up. Nothing was changed.')
  })
})

describe('the terminal', () => {
  /** A keyboard, and what stands on the screen. */
  function aTerminal(isTTY: boolean) {
    const input = Object.assign(new PassThrough(), { isTTY })
    const output = new PassThrough()
    const screen = text(output)
    const seen = (): Promise<string> => {
      output.end()
      return screen
    }
    return { input, screen: seen, ...terminal(input, output) }
  }

  it('hands on what was piped in, trimmed and in order, also before it was asked for', async () => {
    const { input, talk, close } = aTerminal(false)
    input.end('  one \ntwo')
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([await talk.ask('?'), await talk.ask('?')]).toEqual(['one', 'two'])
    await expect(talk.ask('?')).rejects.toThrow('Nobody can type here any more.')
    expect(talk.signal.aborted).toBe(false)
    close()
  })

  it('tells a question that waits when its input ends', async () => {
    const { input, talk, close } = aTerminal(false)
    const asked = talk.ask('Address:')
    input.end()
    await expect(asked).rejects.toThrow('Nobody can type here any more.')
    close()
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('takes %s for giving up', async (_, key) => {
    const { input, talk, close } = aTerminal(true)
    const asked = talk.ask('Address:')
    input.write(key)
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    expect(talk.signal.aborted).toBe(true)
    await expect(talk.ask('again')).rejects.toMatchObject({ name: 'AbortError' })
    close()
  })

  it('says things while a question waits, and gives the keyboard back at the end', async () => {
    const listeners = process.listenerCount('SIGINT')
    const { input, talk, close, screen } = aTerminal(true)
    const asked = talk.ask('Address:')
    talk.say('Meanwhile.')
    input.write('here\r')
    expect(await asked).toBe('here')
    expect(process.listenerCount('SIGINT')).toBe(listeners + 1)
    close()
    expect(process.listenerCount('SIGINT')).toBe(listeners)
    expect(talk.signal.aborted).toBe(false)
    expect(await screen()).toMatch(/Address: .*\r\u001b\[KMeanwhile\.\n.*Address: /s)
  })

  it('asks once where that is enough, and takes nobody for no answer', async () => {
    expect(await askOnce(Object.assign(new PassThrough().end('x\n')), new PassThrough(), '?')).toBe('x')
    expect(await askOnce(new PassThrough().end(), new PassThrough(), '?')).toBe('')
  })
})
