import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountOn } from '../../adapters/meta/account.ts'
import { connect } from '../../adapters/meta/connect.ts'
import type { Json } from '../../adapters/platform.ts'
import { openStore } from '../../src/store/index.ts'
import { NOON } from '../builders.ts'
import type { Page } from '../emulators/meta/facebook.ts'
import { type Grant, type Meta, startMeta } from '../emulators/meta/index.ts'
import { vaultInMemory } from '../support/bluesky-account.ts'
import { scratchFolder } from '../support/databases.ts'
import { purseInMemory } from '../support/means.ts'

let meta: Meta
let page: Page
let time: number
const now = (): Date => new Date(time)
beforeEach(async () => {
  time = NOON.getTime()
  meta = await startMeta({ now: () => time, requireProof: true })
  page = meta.world.page('Jo Hartley MP')
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

const soon = (): AbortSignal => AbortSignal.timeout(20_000)
const appOf = () => ({ id: meta.app.id, secret: meta.app.secret })

function accountWith(settings: Record<string, unknown>, stored: Json = null) {
  const vault = vaultInMemory()
  vault.stored = stored
  return accountOn('Facebook', {
    handle: 'jo',
    settings: { app: appOf(), api: meta.url, ...settings },
    vault,
    now,
  })
}

/** What went wrong, whole: its words, and whatever hangs on it. */
async function failing(attempt: Promise<unknown>): Promise<{ trouble: string; message: string; whole: string }> {
  const error: unknown = await attempt.then(
    () => new Error('nothing went wrong'),
    (one: unknown) => one,
  )
  const { trouble = '', message } = error as { trouble?: string; message: string }
  return { trouble, message, whole: `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}` }
}

describe('the token in the settings', () => {
  it.each<[string, () => Grant]>([
    ['a system user’s opens the Page’s own', () => meta.tokens.systemUser([page])],
    ['a Page’s is taken as it is', () => meta.tokens.page(page)],
  ])('%s', async (_, make) => {
    const { account, keys } = accountWith({ token: make().token })
    expect(await account.page(soon())).toEqual({ id: page.id, name: 'Jo Hartley MP', instagram: null })
    const { token } = await keys.signed(soon())
    expect((await keys.inspected(soon())).isValid).toBe(true)
    expect(meta.tokens.callerOf(token)).toMatchObject({ type: 'PAGE', page })
  })

  it('is refused if it is a person’s, in words, and without a look at the Page', async () => {
    const { token } = meta.tokens.user([page])
    const { trouble, message, whole } = await failing(accountWith({ token }).account.page(soon()))
    expect(trouble).toBe('unauthorised')
    expect(message).toContain('is a person’s own')
    expect(message).toContain('npx serjeant connect facebook')
    expect(whole).not.toContain(token)
    expect(meta.reads.map(({ name }) => name)).toEqual(['GET debug_token'])
  })

  it('must say which of several Pages is meant', async () => {
    const other = meta.world.page('Jo’s campaign')
    const { token } = meta.tokens.systemUser([page, other])
    const { message } = await failing(accountWith({ token }).account.page(soon()))
    expect(message).toContain(`${page.name} (${page.id})`)
    expect(message).toContain(`${other.name} (${other.id})`)
    const { account } = accountWith({ token, page: other.id })
    expect(await account.page(soon())).toMatchObject({ id: other.id })
  })

  it('finds its Page behind many others', async () => {
    const others = Array.from({ length: 60 }, (_, n) => meta.world.page(`Page ${n}`))
    const { token } = meta.tokens.systemUser([...others, page])
    expect(await accountWith({ token, page: page.id }).account.page(soon())).toMatchObject({ id: page.id })
  })

  it('is told of if it reaches no such Page', async () => {
    const { token } = meta.tokens.systemUser([page])
    expect((await failing(accountWith({ token, page: '1' }).account.page(soon()))).message).toContain('reaches only')
    const none = meta.tokens.systemUser([]).token
    expect((await failing(accountWith({ token: none }).account.page(soon()))).message).toContain('reaches no Page')
  })

  it.each<[NonNullable<Grant['ended']>, string]>([
    ['appRemoved', 'removed the app'],
    ['checkpoint', 'sign in at www.facebook.com'],
    ['passwordChanged', 'changed their password'],
    ['unconfirmed', 'confirm their account'],
  ])('has ended (%s), and staff hear why', async (ended, words) => {
    const grant = meta.tokens.systemUser([page])
    grant.ended = ended
    const { trouble, message, whole } = await failing(accountWith({ token: grant.token }).account.page(soon()))
    expect(trouble).toBe('unauthorised')
    expect(message).toContain(words)
    expect(whole).not.toContain(grant.token)
  })
})

describe('the sign-in that is kept', () => {
  it('is missing before anybody has connected, or if it can’t be read', async () => {
    for (const stored of [null, 'old', { token: 7 }]) {
      const { trouble, message } = await failing(accountWith({}, stored).account.page(soon()))
      expect(trouble).toBe('unauthorised')
      expect(message).toContain('npx serjeant connect facebook')
    }
    expect(meta.reads).toEqual([])
  })

  it('follows whoever has renamed the Page, and stays as it was where Meta can’t be asked', async () => {
    const kept = { page: { id: page.id, name: 'As it was', instagram: null }, token: meta.tokens.page(page).token }
    expect(await accountWith({}, kept).account.page(soon())).toMatchObject({ id: page.id, name: page.name })
    const lift = meta.faults.always('*', 'badGateway')
    expect(await accountWith({}, kept).account.page(soon())).toEqual(kept.page)
    lift()
  })
})

describe('what Meta says of the tokens', () => {
  it('is what holds for both, the system user’s and the Page’s', async () => {
    const grant = meta.tokens.systemUser([page], { expiresAt: time + 50 * 86_400_000 })
    const { account, keys } = accountWith({ token: grant.token })
    await account.page(soon())
    const own = meta.tokens.callerOf((await keys.signed(soon())).token)
    Object.assign(own, { scopes: new Set([...own.scopes].filter((one) => one !== 'pages_messaging')) })
    expect(grant.scopes.has('pages_messaging')).toBe(true)
    const { endsAt, scopes } = await keys.inspected(soon())
    expect(endsAt).toEqual(new Date(time + 50 * 86_400_000))
    expect(scopes.has('pages_messaging')).toBe(false)
    expect(scopes.has('pages_manage_engagement')).toBe(true)
  })
})

describe('secrets', () => {
  it('never leave in a call’s address, but for the one that must be looked at', async () => {
    const { account } = accountWith({ token: meta.tokens.systemUser([page]).token })
    await account.page(soon())
    for (const { tokenIn, proved } of meta.reads) {
      expect(tokenIn).toEqual(['header'])
      expect(proved).toBe(true)
    }
  })

  it('are not to be found in the database’s files', async () => {
    const { folder, remove } = await scratchFolder()
    const onFatal = (error: unknown): never => {
      throw error
    }
    const store = await openStore({ dir: folder, key: randomBytes(32), onFatal })
    const grant = meta.tokens.user([page])
    const settings = { app: appOf(), api: meta.url }
    let kept = ''
    try {
      const [row] = await store.accounts.configure([{ platform: 'facebook', handle: 'jo', mode: 'watch' }], NOON)
      const vault = store.vault(row?.id ?? '')
      const talk = { say: () => {}, ask: async () => grant.token, signal: soon() }
      await connect('Facebook', { handle: 'jo', settings, vault, purse: purseInMemory(now), now }, talk)
      kept = ((await vault.read()) as { token: string }).token
    } finally {
      await store.close()
    }
    expect(meta.tokens.callerOf(kept)).toMatchObject({ type: 'PAGE', expiresAt: 0 })
    const files = filesIn(folder)
    // What is not sealed is to be found, so that the search is one.
    expect(files.some((file) => readFileSync(file).includes('facebook'))).toBe(true)
    for (const secret of [kept, grant.token, meta.app.secret])
      expect(files.filter((file) => readFileSync(file).includes(secret))).toEqual([])
    await remove()
  })
})

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => statSync(file).isFile())
