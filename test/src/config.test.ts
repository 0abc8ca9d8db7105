import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, findKey, readConfig, readKey } from '../../src/config.ts'
import { OFFICE } from '../builders.ts'

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'config-'))

function written(config: unknown): { SERJEANT_CONFIG: string } {
  const file = path.join(folder(), 'serjeant.json')
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config))
  return { SERJEANT_CONFIG: file }
}

const ACCOUNT = {
  platform: 'bluesky',
  handle: 'mp.example',
  settings: { appPassword: { env: 'BLUESKY_APP_PASSWORD' } },
}

describe('the configuration', () => {
  it('absent, is the rehearsal', () => {
    const config = readConfig({ SERJEANT_CONFIG: undefined })
    expect(config).toMatchObject({
      rehearsal: true,
      policy: { id: 'standard' },
      accounts: [{ platform: 'rehearsal', mode: 'perform' }],
    })
  })

  it('takes secrets from the environment, and proposes unless told to do more', () => {
    const config = readConfig({
      ...written({ office: OFFICE, accounts: [ACCOUNT] }),
      BLUESKY_APP_PASSWORD: 'abcd-efgh',
    })
    expect(config.accounts).toMatchObject([{ mode: 'propose', settings: { appPassword: 'abcd-efgh' } }])
    expect(config.rehearsal).toBe(false)
  })

  it('takes whom to tell of people at risk, with or without a phone and an email', () => {
    const lead = { name: 'Tom Walsh', email: 'tom@office.example' }
    const { office } = readConfig(written({ office: { ...OFFICE, safeguarding: lead } }))
    expect(office.safeguarding).toEqual(lead)
    expect(readConfig(written({ office: OFFICE })).office.safeguarding).toBeUndefined()
  })

  it.each<[string, unknown, Record<string, string>, RegExp]>([
    [
      'a safeguarding lead without a name',
      { office: { ...OFFICE, safeguarding: { phone: '01632 960101' } } },
      {},
      /office\.safeguarding\.name is missing/,
    ],
    ['a secret that is not set', { office: OFFICE, accounts: [ACCOUNT] }, {}, /BLUESKY_APP_PASSWORD, which is not set/],
    ['JSON with a comma too many', '{"office": {},}', {}, /is not JSON: look near/],
    ['a word nobody knows', { office: OFFICE, acounts: [] }, {}, /acounts/],
    [
      'a missing phone',
      { office: { ...OFFICE, public: { email: 'a@b.example' } } },
      {},
      /^ {2}office\.public\.phone is missing; write text in quotation marks\.$/m,
    ],
    [
      'a time zone that is none',
      { office: { ...OFFICE, timezone: 'London' } },
      {},
      /office\.timezone is not a time zone/,
    ],
    [
      'a webhook that is none',
      { office: OFFICE, alerts: { webhook: 'ntfy' } },
      {},
      /alerts\.webhook must be a web addr/,
    ],
    [
      'a secret webhook that is none',
      { office: OFFICE, alerts: { webhook: { env: 'HOOK' } } },
      { HOOK: 'ntfy' },
      /^(?!.*ntfy).*webhook for alerts must be a web address/,
    ],
    [
      'a level of the log that is none',
      { office: OFFICE },
      { LOG_LEVEL: 'loud' },
      /LOG_LEVEL must be one of trace, debug/,
    ],
    ['a host that is none', { office: OFFICE }, { HOST: 'my computer' }, /HOST must be an address/],
    ['a file for a data folder', { office: OFFICE }, { DATA_DIR: import.meta.filename }, /DATA_DIR must be a folder/],
    [
      'a file in the path of the data folder',
      { office: OFFICE },
      { DATA_DIR: `${import.meta.filename}/data` },
      /is a file/,
    ],
    [
      'a key written into the file',
      { office: OFFICE, judges: { openaiModeration: { key: 'sk-secret' } } },
      {},
      /^(?!.*sk-secret).*judges\.openaiModeration\.key must be \{ "env": "NAME" \}: the key itself stays out/s,
    ],
    [
      'a judge whose key is not set',
      { office: OFFICE, judges: { perspective: { key: { env: 'PERSPECTIVE_KEY' } } } },
      {},
      /PERSPECTIVE_KEY, which is not set/,
    ],
    [
      'a judge nobody knows',
      { office: OFFICE, judges: { oracle: {} } },
      {},
      /judges has "oracle", which means nothing/,
    ],
    [
      'a deadline longer than the lease allows',
      { office: OFFICE, judges: { deadlineSeconds: 60 } },
      {},
      /judges\.deadlineSeconds must be 20 or less/,
    ],
    [
      'a judge without an address',
      { office: OFFICE, judges: { policyJudge: { url: 'localhost:11434', model: 'x' } } },
      {},
      /judges\.policyJudge\.url must be a web address/,
    ],
    ['a policy nobody has', { office: OFFICE, policy: 'nobody' }, {}, /There is no policy "nobody"/],
    ['a port that is none', { office: OFFICE }, { PORT: 'http' }, /PORT must be a number/],
  ])('refuses %s with a sentence that says what to do', (_what, config, env, says) => {
    const read = (): unknown => readConfig({ ...written(config), ...env })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(says)
  })

  it('asks no other judge, and sends nobody’s private messages anywhere, unless told to', () => {
    expect(readConfig({}).judges).toEqual({ deadlineSeconds: 3, privateMessages: false })
    const { judges } = readConfig({
      ...written({
        office: OFFICE,
        judges: {
          perspective: { key: { env: 'PERSPECTIVE_KEY' } },
          openaiModeration: { key: { env: 'OPENAI_API_KEY' } },
          policyJudge: { url: 'http://127.0.0.1:11434/v1/', model: 'gpt-oss-safeguard:20b' },
        },
      }),
      PERSPECTIVE_KEY: 'AIza',
      OPENAI_API_KEY: 'sk',
    })
    expect(judges).toEqual({
      deadlineSeconds: 3,
      privateMessages: false,
      perspective: { key: 'AIza', perMinute: 60 },
      openaiModeration: { key: 'sk', url: 'https://api.openai.com/v1' },
      policyJudge: { url: 'http://127.0.0.1:11434/v1', model: 'gpt-oss-safeguard:20b', atOnce: 4 },
    })
  })

  it('takes an empty variable for none', () => {
    const empty = { HOST: '', PORT: '', DATA_DIR: '', DATABASE_URL: '', LOG_LEVEL: '', SERJEANT_CONFIG: '' }
    expect(readConfig(empty)).toEqual(readConfig({}))
    expect(readConfig(empty)).toMatchObject({ listen: { host: '127.0.0.1', port: 8080 }, dataDir: 'data/rehearsal' })
  })

  it('writes an IPv6 address as addresses are written', () => {
    expect(readConfig({ HOST: '::1' }).consoleUrl).toBe('http://[::1]:8080')
    expect(readConfig({ HOST: '::' }).consoleUrl).toBe('http://localhost:8080')
  })

  it('does not repeat what stands in a broken file: it may be a password', () => {
    expect(() => readConfig(written('{"appPassword": "hunter2-secret" "x"}'))).toThrow(/^(?!.*hunter2)/s)
  })

  it('names a file that is not there', () => {
    expect(() => readConfig({ SERJEANT_CONFIG: '/nowhere/serjeant.json' })).toThrow(
      '/nowhere/serjeant.json, which is not there',
    )
  })
})

describe('the key', () => {
  it('is made once, for nobody else to read, and kept', () => {
    const dir = path.join(folder(), 'data')
    const key = readKey({}, dir)
    expect(key).toHaveLength(32)
    expect(statSync(path.join(dir, 'key')).mode & 0o077).toBe(0)
    expect(readKey({}, dir)).toEqual(key)
  })

  it('is not made by looking for it', () => {
    const dir = path.join(folder(), 'data')
    expect(findKey({}, dir)).toBeNull()
    expect(existsSync(dir)).toBe(false)
    const key = readKey({}, dir)
    expect(findKey({}, dir)).toEqual(key)
  })

  it('from the environment leaves no file behind', () => {
    const dir = folder()
    const text = Buffer.alloc(32, 7).toString('base64')
    expect(readKey({ SERJEANT_KEY: text }, dir)).toEqual(Buffer.alloc(32, 7))
    expect(existsSync(path.join(dir, 'key'))).toBe(false)
  })

  it('of the wrong length is refused', () => {
    expect(() => readKey({ SERJEANT_KEY: 'c2hvcnQ=' }, folder())).toThrow(/32 bytes in base64/)
  })
})

describe('the example file', () => {
  it('is a right one', () => {
    const example = readFileSync(path.resolve(import.meta.dirname, '../../serjeant.example.json'), 'utf8')
    const names = [...example.matchAll(/"env":\s*"(\w+)"/g)].map(([, name]) => [name ?? '', 'x'] as const)
    expect(readConfig({ ...written(example), ...Object.fromEntries(names) }).rehearsal).toBe(false)
  })
})
