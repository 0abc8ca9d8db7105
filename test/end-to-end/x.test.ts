import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { OFFICE } from '../builders.ts'
import { type Exchange, type Person as OnX, type Post, startX, type X } from '../emulators/x/index.ts'
import { type Person, type Posted, type Town, townOn } from '../support/bluesky.ts'
import { witnessBefore } from '../support/bluesky-witness.ts'
import { CHROMIUM, launchChromium } from '../support/chromium.ts'
import { missing } from '../support/missing.ts'
import { type Running, run, scratch, startProcess, writeConfig } from '../support/service.ts'

/**
 * An office on X and on Bluesky with one configuration, one queue and one log: the built service in a process of its own, real
 * Bluesky servers, X as far as it can be had, and a member of staff in a browser. What came of it X itself is asked.
 */

const ABUSE = 'You fucking cunt, I hope you die screaming of cancer'
const CRITICISM = 'You promised us buses and we got nothing. Utterly useless, and you know it.'
const CASEWORK = 'My mum has been waiting 14 months for her PIP appeal. Can your office please help us?'
const MESSAGE = 'Hello, my landlord has cut off our heating and the council won’t answer. Can someone ring me please?'
const HANDLE = 'JoHartleyMP'
const HIDE = 'PUT tweets/:id/hidden'

const info = inject('bluesky')
const ready =
  info !== null && (existsSync(CHROMIUM) || missing('Chromium, in which staff answer,', 'apt-get install chromium'))

describe.skipIf(!ready)('an office on X and on Bluesky', () => {
  let x: X
  let town: Town
  const onX = {} as { mp: OnX; abuser: OnX; critic: OnX; constituent: OnX; neighbours: OnX[]; tenant: OnX; post: Post }
  const onBluesky = {} as { mp: Person; abuser: Person; post: Posted }
  let abuse: Post
  let criticism: Post
  let casework: Post
  let bluesky: Awaited<ReturnType<typeof witnessBefore>>
  let setting: Parameters<typeof startProcess>[0]
  let service: Running
  let browser: Browser
  let page: Page
  const patiently = { timeout: 55_000, interval: 200 }

  const hiddenOnBluesky = async (): Promise<string[]> => {
    await town.sync()
    const { data } = await town.stranger.app.bsky.feed.getPostThread({ uri: onBluesky.post.uri })
    const thread = data.thread as { post?: { threadgate?: { record?: { hiddenReplies?: string[] } } } }
    return thread.post?.threadgate?.record?.hiddenReplies ?? []
  }
  /** What the account has said, to whom. */
  const saidOnX = () =>
    x.world.postsBy(onX.mp).flatMap(({ replyTo, typed }) => (replyTo ? [{ to: replyTo, typed }] : []))
  const lettersTo = (to: Post): string[] => saidOnX().flatMap((said) => (said.to === to ? [said.typed] : []))
  const messagesTo = (to: OnX): string[] =>
    x.world.messagesBetween(onX.mp, to).flatMap(({ from, text }) => (from === onX.mp ? [text] : []))
  const nameTheOffice = [
    expect.stringContaining(OFFICE.public.phone ?? ''),
    expect.stringContaining(OFFICE.public.email ?? ''),
  ]

  beforeAll(async () => {
    if (info === null) return
    x = await startX()
    const { world } = x
    const [mp, abuser, critic, constituent, ann, ben, tenant] = [
      HANDLE,
      'KeysTapper',
      'kath',
      'nikhil',
      'ann',
      'ben',
      'ewa',
    ].map((handle) => world.person(handle))
    if (!mp || !abuser || !critic || !constituent || !ann || !ben || !tenant) throw new Error('somebody is missing')
    const post = world.post(mp, 'I have written to the bus company about the 42.')
    Object.assign(onX, { mp, abuser, critic, constituent, neighbours: [ann, ben], tenant, post })
    abuse = world.post(abuser, ABUSE, { replyTo: post })
    criticism = world.post(critic, CRITICISM, { replyTo: post })
    casework = world.post(constituent, CASEWORK, { mentionsTyped: [mp] })
    for (const one of onX.neighbours) world.post(one, `${CASEWORK} Yours, ${one.handle}`, { replyTo: post })
    world.message(tenant, mp, MESSAGE)

    town = townOn(info)
    onBluesky.mp = await town.person('jo', 'Jo Hartley MP')
    onBluesky.abuser = await town.person('tap', 'Tap')
    onBluesky.post = await onBluesky.mp.say('I have written to the bus company about the 42.')
    await onBluesky.abuser.say(ABUSE, { to: onBluesky.post })
    bluesky = await witnessBefore(info.pds)
    const { password } = await onBluesky.mp.appPassword()

    const { consumer, access, api } = x.credentialsFor(mp)
    const often = { mode: 'perform', pollSeconds: { live: 1, slow: 3 } }
    const accounts = [
      {
        ...often,
        platform: 'x',
        handle: `@${HANDLE}`,
        settings: {
          consumer: { key: consumer.key, secret: { env: 'X_SECRET' } },
          access: { token: access.token, secret: { env: 'X_TOKEN_SECRET' } },
          api,
        },
      },
      {
        ...often,
        platform: 'bluesky',
        handle: onBluesky.mp.handle,
        settings: {
          service: bluesky.url,
          publicAppView: info.appView,
          plc: info.plc,
          appPassword: { env: 'MP_PASSWORD' },
        },
      },
    ]
    const folder = scratch()
    setting = {
      dataDir: folder,
      config: writeConfig(folder, { office: OFFICE, accounts, redirectsPerHour: 1000, alonePerHour: 1000 }),
      env: { MP_PASSWORD: password, X_SECRET: consumer.secret, X_TOKEN_SECRET: access.secret },
    }
    service = await startProcess(setting)
    browser = await launchChromium()
    page = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
    bluesky?.close()
    await x?.close()
  })

  it('hides the abuse on both, and leaves the criticism alone', async () => {
    await expect.poll(() => x.world.hiddenReplies(onX.mp), patiently).toEqual([abuse])
    await expect.poll(hiddenOnBluesky, patiently).toHaveLength(1)
    expect(criticism.life.hidden).toBe(false)
    expect(lettersTo(criticism)).toEqual([])
  })

  it('answers by the office’s phone and email: whoever named the account once, and a message by a message', async () => {
    await expect.poll(() => lettersTo(casework), patiently).toHaveLength(1)
    await expect.poll(() => messagesTo(onX.tenant), patiently).toHaveLength(1)
    for (const letter of [...lettersTo(casework), ...messagesTo(onX.tenant)])
      for (const name of nameTheOffice) expect(letter).toEqual(name)
  })

  it('answers those who did not name it once for all, under the MP’s own post', async () => {
    await expect.poll(() => lettersTo(onX.post), patiently).toHaveLength(1)
    expect(lettersTo(onX.post)[0]).toEqual(nameTheOffice[0])
    expect(saidOnX().map(({ to }) => to)).toHaveLength(2)
  })

  it('shows staff both platforms in one queue', async () => {
    await page.goto(`${service.url}${service.welcome}`)
    await page.getByLabel('Your name').fill('Priya Nair')
    await page.getByLabel('Password', { exact: false }).first().fill('correct horse battery staple')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${service.url}/`)
    await page.goto(`${service.url}/?lane=proposal`)
    const cards = page.locator('[data-case]')
    expect(await cards.count()).toBe(2)
    expect(await cards.filter({ hasText: onX.abuser.handle }).count()).toBe(1)
    expect(await cards.filter({ hasText: onBluesky.abuser.handle }).count()).toBe(1)
    expect(await page.getByText(CRITICISM).count()).toBe(0)
  })

  it('makes of a block on X a task for staff, with the link and what to press', async () => {
    const card = page.locator('[data-case]').filter({ hasText: onX.abuser.handle })
    await card
      .getByRole('button', { name: /^Agree/ })
      .first()
      .click()
    const task = page.locator('li.card').filter({ hasText: onX.abuser.handle })
    const there = async (): Promise<number> => {
      await page.goto(`${service.url}/by-hand`)
      return task.filter({ hasText: `“Block @${onX.abuser.handle}”` }).count()
    }
    await expect.poll(there, patiently).toBe(1)
    expect(await task.getByRole('link', { name: 'Open X' }).first().getAttribute('href')).toBe(
      `https://x.com/i/user/${onX.abuser.id}`,
    )
    expect(x.world.blocked.has(onX.mp, onX.abuser)).toBe(false)
  })

  it('goes on with Bluesky while X hangs', async () => {
    const lift = x.faults.always('*', 'hang')
    const hanging = async (): Promise<boolean> => x.reads.some(({ status, answered }) => status === 0 && !answered)
    await expect.poll(hanging, patiently).toBe(true)
    await (await town.person('tim')).say(ABUSE, { to: onBluesky.post })
    await expect.poll(hiddenOnBluesky, patiently).toHaveLength(2)
    lift()
  })

  it('goes on with X while Bluesky hangs, from the next start', async () => {
    await service.kill()
    bluesky.hang(true)
    const late = x.world.post(x.world.person('tom'), ABUSE, { replyTo: onX.post })
    service = await startProcess(setting)
    await expect.poll(() => late.life.hidden, patiently).toBe(true)
    bluesky.hang(false)
  })

  describe('killed three times while people write on X', () => {
    const abusive: Post[] = []
    const asking: Post[] = []
    const before = { hides: 0 }

    beforeAll(async () => {
      before.hides = x.writes.filter(({ name }) => name === HIDE).length
      for (let n = 0; n < 3; n++) {
        for (let more = 0; more < 3; more++) {
          const by = (who: string): OnX => x.world.person(`${who}${n}${more}`)
          abusive.push(x.world.post(by('troll'), `${ABUSE} (${n}${more})`, { replyTo: onX.post }))
          asking.push(x.world.post(by('caller'), CASEWORK, { mentionsTyped: [onX.mp] }))
          await sleep(Math.random() * 700)
        }
        await service.kill()
        service = await startProcess(setting)
      }
    }, 90_000)

    it('loses nothing, and does nothing twice', async () => {
      await expect.poll(() => abusive.filter(({ life }) => !life.hidden), patiently).toEqual([])
      await expect.poll(() => asking.filter((post) => lettersTo(post).length === 0), patiently).toEqual([])
      expect(asking.map((post) => lettersTo(post).length)).toEqual(asking.map(() => 1))
      // X can't be asked whether a reply is hidden, so one whose answer a kill swallowed is hidden once more: to no effect.
      const hides = x.writes.filter(({ name }) => name === HIDE).slice(before.hides)
      const again = hides.map(({ path }) => path).filter((path, n, paths) => paths.indexOf(path) !== n)
      expect(again.length).toBeLessThanOrEqual(3)
      expect(new Set(again).size).toBe(again.length)
      const letters = x.writes.filter(({ name }) => name === 'POST tweets').map(textOf)
      expect(new Set(letters).size).toBe(letters.length)
      expect(x.writes.filter(({ name }) => name?.startsWith('POST dm_'))).toHaveLength(1)
      expect(x.writes.filter(({ status }) => status >= 400)).toEqual([])
    })

    it('leaves a log that verifies, and says nothing that it should keep to itself', async () => {
      const stopped = await service.stop()
      expect({ stopped, said: stopped === 0 ? '' : service.output().slice(-1500) }).toEqual({ stopped: 0, said: '' })
      const { stdout, code } = await run(['verify'], setting)
      expect(stdout).toMatch(/^The log is whole/)
      expect(code).toBe(0)
      const secrets = [...Object.values(setting.env ?? {}), ABUSE, CRITICISM, CASEWORK, MESSAGE, 'OAuth ', 'Bearer']
      expect(secrets.filter((secret) => service.output().includes(secret))).toEqual([])
      expect(x.violations).toEqual([])
    })
  })
})

const textOf = ({ body }: Exchange): string => JSON.stringify(body)
