import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { capabilities as onFacebook } from '../../adapters/facebook/perform.ts'
import { accountOn } from '../../adapters/meta/account.ts'
import { type Product, type Rights, rightsOf, tried } from '../../adapters/meta/rights.ts'
import { NOON } from '../builders.ts'
import type { Page } from '../emulators/meta/facebook.ts'
import { type Grant, type Meta, startMeta } from '../emulators/meta/index.ts'
import { vaultInMemory } from '../support/bluesky-account.ts'

const DAY = 86_400_000

let meta: Meta
let page: Page
let grant: Grant
let time: number
let vault: ReturnType<typeof vaultInMemory>
beforeEach(async () => {
  time = NOON.getTime()
  vault = vaultInMemory()
  meta = await startMeta({ now: () => time, requireProof: true })
  page = meta.world.page('Jo Hartley MP')
  grant = meta.tokens.systemUser([page])
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

/** As a process that has just started looks. */
async function look(product: Product = 'Facebook'): Promise<Rights> {
  const { id, secret } = meta.app
  const settings = { app: { id, secret }, api: meta.url, token: grant.token }
  const { account, keys } = accountOn(product, { handle: 'jo', settings, vault, now: () => new Date(time) })
  return rightsOf({ account, keys, vault, product }, AbortSignal.timeout(20_000))
}

describe('what may be done', () => {
  it('is all, where nothing is missing, and nothing is to be told', async () => {
    const post = meta.world.post(page, 'Surgery on Friday')
    meta.world.comment(post, meta.world.person('Sam Ordinary'), 'Thank you')
    expect(await look()).toMatchObject({ seesAuthors: true, notes: [], warnings: [] })
  })

  it.each<[string, (scopes: Set<string>) => void, Product]>([
    ['pages_manage_engagement', (scopes) => scopes.delete('pages_manage_engagement'), 'Facebook'],
    ['pages_messaging', (scopes) => scopes.delete('pages_messaging'), 'Facebook'],
    ['instagram_manage_comments', (scopes) => scopes.delete('instagram_manage_comments'), 'Instagram'],
    ['business_management', (scopes) => scopes.delete('business_management'), 'Instagram'],
  ])('is told where %s was never given, with what to tick, and no call to staff', async (scope, take, product) => {
    meta.world.instagram.account(page, 'johartleymp')
    take(grant.scopes)
    const { notes, warnings } = await look(product)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain(`tick ${scope}`)
    expect(warnings).toEqual([])
  })
})

describe('whether Meta says who writes', () => {
  it.each([
    ['standard', false],
    ['advanced', true],
  ] as const)('shows by a comment, at %s access', async (access, seen) => {
    meta.rule({ access })
    const post = meta.world.post(page, 'Surgery on Friday')
    meta.world.comment(post, meta.world.person('Sam Ordinary'), 'Thank you')
    const { seesAuthors, notes } = await look()
    expect(seesAuthors).toBe(seen)
    expect(notes.some((note) => note.includes('has not reviewed the office’s app'))).toBe(!seen)
  })

  it('is unknown where only the Page itself has written', async () => {
    meta.rule({ access: 'standard' })
    meta.world.comment(meta.world.post(page, 'Surgery on Friday'), page, 'Come at ten')
    expect((await look()).seesAuthors).toBeNull()
  })
})

describe('staff are called', () => {
  it.each(['expiresAt', 'dataAccessEndsAt'] as const)('fourteen days before the end, by %s', async (which) => {
    grant[which] = time + 14 * DAY + 1000
    expect((await look()).warnings).toEqual([])
    time += 1000
    const [warning = '', ...more] = (await look()).warnings
    expect(more).toEqual([])
    expect(warning).toContain(
      new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/London' }).format(grant[which]),
    )
    expect(warning).toContain('npx serjeant connect facebook')
  })

  it('at once when a permission is taken away, till it is back', async () => {
    await look()
    grant.scopes.delete('pages_messaging')
    for (let day = 0; day < 2; day++) {
      const { warnings } = await look()
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain('the permission pages_messaging')
      expect(warnings[0]).toContain('tick pages_messaging')
      time += DAY
    }
    grant.scopes.add('pages_messaging')
    expect((await look()).warnings).toEqual([])
  })

  it('of what is lost though something else is won at the same time', async () => {
    grant.scopes.delete('pages_manage_posts')
    await look()
    grant.scopes.add('pages_manage_posts')
    grant.scopes.delete('pages_messaging')
    for (let day = 0; day < 2; day++) {
      const { warnings } = await look()
      expect(warnings.map((one) => /permission (\w+)/.exec(one)?.[1])).toEqual(['pages_messaging'])
    }
  })

  it('at once when a task on the Page is taken away, with where to give it', async () => {
    await look()
    grant.tasks.get(page)?.delete('MODERATE')
    const { warnings } = await look()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('the task MODERATE')
    expect(warnings[0]).toContain('Meta Business Suite')
  })

  it('with the token kept beside what was seen', async () => {
    vault.stored = { token: 'a-token-that-is-kept' }
    await look()
    expect(vault.stored).toMatchObject({ token: 'a-token-that-is-kept', seen: { tasks: expect.any(Array) } })
  })

  it('when the token has ended', async () => {
    await look()
    grant.ended = 'passwordChanged'
    await expect(look()).rejects.toMatchObject({ trouble: 'unauthorised' })
  })
})

describe('a trial', () => {
  it('says what is automatic, proposed and by hand at this access', async () => {
    const post = meta.world.post(page, 'Surgery on Friday')
    meta.world.comment(post, meta.world.person('Sam Ordinary'), 'Thank you')
    const lineOf = (lines: string[], head: string): string => lines.find((line) => line.includes(head)) ?? ''
    const open = await look()
    const advanced = tried(open, onFacebook(open))
    expect(lineOf(advanced, 'Automatic:')).toContain('hide (comments)')
    expect(lineOf(advanced, 'Proposed')).toContain('block')
    expect(lineOf(advanced, 'Automatic:')).not.toContain('block')
    meta.rule({ access: 'standard' })
    const closed = await look()
    const standard = tried(closed, onFacebook(closed))
    expect(standard[0]).toContain('Standard Access')
    expect(lineOf(standard, 'Automatic:')).toContain('hide (comments)')
    expect(lineOf(standard, 'Proposed')).not.toContain('block')
    expect(lineOf(standard, 'by hand')).toContain('block')
  })
})
