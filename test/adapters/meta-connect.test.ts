import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { capabilities } from '../../adapters/facebook/perform.ts'
import { connect, type Ways } from '../../adapters/meta/connect.ts'
import { reviewText, SCOPES } from '../../adapters/meta/review.ts'
import type { Product } from '../../adapters/meta/rights.ts'
import type { Json } from '../../adapters/platform.ts'
import { NOON } from '../builders.ts'
import type { Page } from '../emulators/meta/facebook.ts'
import { type Meta, startMeta } from '../emulators/meta/index.ts'
import { vaultInMemory } from '../support/bluesky-account.ts'
import { purseInMemory } from '../support/means.ts'

/** The walk through Meta's sign-in. */

let meta: Meta
let page: Page
let time: number
beforeEach(async () => {
  time = NOON.getTime()
  meta = await startMeta({ now: () => time, requireProof: true })
  page = meta.world.page('Jo Hartley MP')
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

class Silent extends Error {}

/** Somebody who types these, one after the other, and then nothing more. */
async function walk(typed: string[], { product = 'Facebook', settings = {}, stored = null, ways = {} }: Walking = {}) {
  const said: string[] = []
  const vault = vaultInMemory()
  vault.stored = stored
  const giveUp = new AbortController()
  const answers = [...typed]
  const { id, secret } = meta.app
  const now = (): Date => new Date(time)
  const whole = { app: { id, secret }, api: meta.url, ...settings }
  const setup = { handle: '@johartleymp', settings: whole, vault, purse: purseInMemory(now), now }
  const talk = {
    signal: giveUp.signal,
    say: (line: string) => {
      said.push(line)
      if (line.startsWith('Signed in')) ways.signedIn?.(giveUp)
    },
    ask: async (question: string) => {
      said.push(question)
      const answer = answers.shift()
      if (answer === undefined) throw new Silent('nobody types any more')
      return answer
    },
  }
  const error: unknown = await connect(product, setup, talk, ways).then(
    () => null,
    (one: unknown) => one,
  )
  return { said: said.join('\n'), error, left: answers, holds: vault.stored as { token: string; page: Json } | null }
}
interface Walking {
  product?: Product
  settings?: Record<string, unknown>
  stored?: Json
  ways?: Ways & { signedIn?: (giveUp: AbortController) => void }
}

describe('connecting a Page', () => {
  it('begins with the app, where there is none yet', async () => {
    const vault = vaultInMemory()
    const said: string[] = []
    const now = (): Date => new Date(time)
    const setup = { handle: 'jo', settings: {}, vault, purse: purseInMemory(now), now }
    const talk = { say: (line: string) => said.push(line), ask: async () => '', signal: new AbortController().signal }
    await expect(connect('Instagram', setup, talk)).rejects.toThrow('can’t be connected yet')
    expect(said.join('\n')).toContain('developers.facebook.com/apps')
    expect(said.join('\n')).toContain('must be a professional one and linked')
    expect(vault.stored).toBeNull()
  })

  it.each([
    ['a system user’s', () => meta.tokens.systemUser([page])],
    ['a person’s of an hour or two', () => meta.tokens.user([page])],
    ['a Page’s that lasts', () => meta.tokens.page(page)],
  ] as const)('keeps the Page’s own token, which never ends, from %s', async (_, make) => {
    const { token } = make()
    const { said, error, holds } = await walk([token])
    expect(error).toBeNull()
    expect(said).toContain('Signed in to Facebook as Jo Hartley MP.')
    expect(meta.tokens.callerOf(holds?.token)).toMatchObject({ type: 'PAGE', page, expiresAt: 0 })
    for (const secret of [token, holds?.token ?? '-', meta.app.secret]) expect(said).not.toContain(secret)
    time += 3 * 3_600_000
    expect(meta.tokens.callerOf(holds?.token)).toMatchObject({ page })
  })

  it('does not take a Page’s token that ends within hours, and says which to choose', async () => {
    const brief = meta.tokens.pageTokenOf(meta.tokens.user([page]), page)
    const { said, error, holds } = await walk([brief?.token ?? ''])
    expect(said).toContain('choose “User Token” instead')
    expect(error).toBeInstanceOf(Silent)
    expect(holds).toBeNull()
  })

  it('never keeps a person’s own token, though they have no task on the Page', async () => {
    const user = meta.tokens.user([page], { tasks: [] })
    const { holds } = await walk([user.token])
    expect(holds).toBeNull()
  })

  it('never keeps a person’s own token, though Meta names the Page and gives none of its own', async () => {
    meta.faults.once('GET User/accounts', { status: 200, body: { data: [{ id: page.id, name: page.name }] } })
    const { said, error, holds } = await walk([meta.tokens.user([page]).token])
    expect(said).toContain('“Page access”, give them full access')
    expect(error).toBeInstanceOf(Silent)
    expect(holds).toBeNull()
  })

  it('asks again for what is no token, or is one no more', async () => {
    const gone = meta.tokens.user([page])
    gone.ended = 'passwordChanged'
    const { said, error } = await walk(['hello', gone.token, meta.tokens.systemUser([page]).token])
    expect(error).toBeNull()
    expect(said).toContain('That is no token')
    expect(said).toContain('changed their password')
  })

  it('asks which of several Pages', async () => {
    const other = meta.world.page('Jo’s campaign')
    const { token } = meta.tokens.systemUser([page, other])
    const { said, holds } = await walk([token, '7', '2'])
    expect(said).toContain(`1  ${page.name} (${page.id})`)
    expect(said).toContain('Type a number from 1 to 2.')
    expect(holds?.page).toMatchObject({ id: other.id })
  })

  it('takes the Page whose Instagram account is meant, and no Page without one', async () => {
    const none = await walk([meta.tokens.systemUser([page]).token], { product: 'Instagram' })
    expect(none.said).toContain('No Page that this token reaches has an Instagram account')
    expect(none.holds).toBeNull()
    const other = meta.world.page('Jo’s campaign')
    meta.world.instagram.account(other, 'jocampaign')
    meta.world.instagram.account(page, 'johartleymp')
    const { said, holds } = await walk([meta.tokens.systemUser([other, page]).token], { product: 'Instagram' })
    expect(said).toContain('Signed in to Instagram as @johartleymp.')
    expect(holds?.page).toMatchObject({ id: page.id, instagram: { username: 'johartleymp' } })
  })

  it('leaves the vault as it was where the settings hold a token, or Meta is away', async () => {
    const stored = { token: 'as-it-was' }
    const { token } = meta.tokens.systemUser([page])
    const set = await walk([token], { settings: { token }, stored })
    expect(String(set.error)).toContain('signs in with the "token" in its settings')
    meta.faults.once('GET debug_token', { status: 500, body: {} })
    const away = await walk([token], { stored })
    expect(away.error).toMatchObject({ trouble: 'unavailable' })
    for (const { holds } of [set, away]) expect(holds).toEqual(stored)
  })

  it('says what it is good for, and what to write to Meta', async () => {
    meta.rule({ access: 'standard' })
    meta.world.comment(meta.world.post(page, 'Surgery'), meta.world.person('Sam Ordinary'), 'Thank you')
    const { said, error } = await walk([meta.tokens.systemUser([page]).token], { ways: { capabilities } })
    expect(error).toBeNull()
    expect(said).toContain('(Standard Access)')
    expect(said).toMatch(/Automatic: +hide \(comments\)/)
    expect(said).toMatch(/by hand:.*block/)
    expect(said).toContain(reviewText('Facebook', '@johartleymp').join('\n'))
  })

  it('is done once the token is kept, though somebody gives up then or the trial fails', async () => {
    const { token } = meta.tokens.systemUser([page])
    const left = await walk([token], { ways: { signedIn: (giveUp) => giveUp.abort() } })
    expect(left.error).toBeNull()
    expect(left.holds).not.toBeNull()
    const failed = await walk([token], {
      ways: { signedIn: () => meta.faults.once('GET debug_token', { status: 500, body: {} }) },
    })
    expect(failed.error).toBeNull()
    expect(failed.holds).not.toBeNull()
    expect(failed.said).toContain('could not be tried out')
  })
})

describe('the text for Meta’s review', () => {
  it.each(['Facebook', 'Instagram'] as const)('answers for each permission on %s', (product) => {
    const text = reviewText(product, 'Jo Hartley MP').join('\n')
    // Without these nothing is withheld, or they come with the others.
    const plain = ['pages_manage_posts', 'pages_read_engagement']
    for (const scope of SCOPES(product).filter((one) => !plain.includes(one)))
      expect(text).toMatch(new RegExp(`^${scope}\\n  Why: +\\S.{30,}\\n  In the film: \\S.{20,}`, 'm'))
    expect(text).toContain('Jo Hartley MP')
  })
})
