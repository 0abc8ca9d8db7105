import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Json, Vault } from '../../../adapters/platform.ts'
import { openStore, type Store } from '../../../src/store/index.ts'
import { open, seal } from '../../../src/store/vault.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase, scratchFolder } from '../../support/databases.ts'
import { freshDatabase } from '../../support/postgres.ts'

const KEY = randomBytes(32)
const ID = '0190b5a0-0000-7000-8000-000000000001'

describe('a sealed secret', () => {
  it('opens with its key, for its account', () => {
    expect(open(KEY, ID, seal(KEY, ID, { token: 'abc' }))).toEqual({ token: 'abc' })
  })

  it.each<[string, (sealed: Uint8Array<ArrayBuffer>) => Json]>([
    ['another key', (sealed) => open(randomBytes(32), ID, sealed)],
    ['another account', (sealed) => open(KEY, 'somebody-else', sealed)],
    ['a changed byte', (sealed) => open(KEY, ID, sealed.with(30, (sealed[30] ?? 0) ^ 1))],
    ['an end cut off', (sealed) => open(KEY, ID, sealed.subarray(0, -1))],
  ])('does not open with %s, and the error says what to do', (_what, attempt) => {
    expect(() => attempt(seal(KEY, ID, { token: 'abc' }))).toThrow(/Put back the key/)
  })

  it('shows nothing of itself', () => {
    expect(Buffer.from(seal(KEY, ID, 'a-very-secret-token')).includes('secret')).toBe(false)
  })
})

eachDatabase((_open, kind) => {
  let store: Store
  let vault: Vault
  let remove: () => Promise<void>

  beforeAll(async () => {
    const scratch = await scratchFolder()
    ;({ remove } = scratch)
    const onFatal = (error: unknown): never => {
      throw error
    }
    const url = kind === 'server' ? await freshDatabase(inject('postgres') ?? '') : undefined
    store = await openStore({ url, dir: scratch.folder, key: KEY, onFatal })
    const [account] = await store.accounts.configure([{ platform: 'rehearsal', handle: '@mp', mode: 'watch' }], NOON)
    vault = store.vault(account?.id ?? '')
  })
  afterAll(async () => {
    await store.close()
    await remove()
  })

  it('has one writer at a time: whoever comes second finds what the first left', async () => {
    expect(await vault.read()).toBeNull()
    let inside = 0
    const refresh = () =>
      vault.update(async (stored) => {
        expect(++inside).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 5))
        inside--
        return Number(stored ?? 0) + 1
      })
    const results = await Promise.all(Array.from({ length: 10 }, refresh))
    expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await vault.read()).toBe(10)
  })

  it('keeps what it had when the change fails, and lets the next one in', async () => {
    const before = await vault.read()
    await expect(vault.update(() => Promise.reject(new Error('the server is away')))).rejects.toThrow('away')
    expect(await vault.read()).toEqual(before)
    expect(await vault.update(async () => 'next')).toBe('next')
  })
})
