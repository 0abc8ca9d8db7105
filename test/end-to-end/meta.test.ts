import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page as Tab } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { OFFICE } from '../builders.ts'
import { type Exchange, type Meta, startMeta } from '../emulators/meta/index.ts'
import { type Person as OnX, startX, type X } from '../emulators/x/index.ts'
import { type Person, type Posted, type Town, townOn } from '../support/bluesky.ts'
import { CHROMIUM, launchChromium } from '../support/chromium.ts'
import { missing } from '../support/missing.ts'
import { type Running, run, scratch, startProcess, writeConfig } from '../support/service.ts'

/**
 * An office with a Facebook Page and an Instagram account, beside X and Bluesky, in one queue and one log: the built service in
 * a process of its own, and a member of staff in a browser. What came of it the platforms themselves are asked.
 */

const ABUSE = 'You fucking cunt, I hope you die screaming of cancer'
const CRITICISM = 'You promised us buses and we got nothing. Utterly useless, and you know it.'
const CASEWORK = 'My mum has been waiting 14 months for her PIP appeal. Can your office please help us?'
const MESSAGE = 'Hello, my landlord has cut off our heating and the council won’t answer. Can someone ring me please?'

const info = inject('bluesky')
const ready =
  info !== null && (existsSync(CHROMIUM) || missing('Chromium, in which staff answer,', 'apt-get install chromium'))
const patiently = { timeout: 55_000, interval: 200 }
const OFTEN = { mode: 'perform', pollSeconds: { live: 1, slow: 3 } }

type World = Meta['world']
type FacebookPage = ReturnType<World['page']>
type Instagram = ReturnType<World['instagram']['account']>
type Comment = ReturnType<World['comment']>
type InstagramComment = ReturnType<World['instagram']['comment']>
type Stranger = ReturnType<World['person']>

/** The office's Page and its Instagram account, with a post on each, and the accounts as the configuration has them. */
function officeOn(meta: Meta) {
  const { world } = meta
  const page = world.page('Jo Hartley MP')
  const instagram = world.instagram.account(page, 'johartleymp')
  const post = world.post(page, 'I have written to the bus company about the 42.')
  const medium = world.instagram.publish(instagram, 'On the 42, with its passengers.')
  const { token } = meta.tokens.systemUser([page])
  const settings = {
    app: { id: meta.app.id, secret: { env: 'META_SECRET' } },
    token: { env: 'META_TOKEN' },
    api: meta.url,
  }
  return {
    page,
    instagram,
    post,
    medium,
    accounts: [
      { ...OFTEN, platform: 'facebook', handle: page.name, settings },
      { ...OFTEN, platform: 'instagram', handle: `@${instagram.handle}`, settings },
    ],
    env: { META_SECRET: meta.app.secret, META_TOKEN: token },
  }
}

/** Signs the first member of staff in. */
async function signIn(tab: Tab, { url, welcome }: Running): Promise<void> {
  await tab.goto(`${url}${welcome}`)
  await tab.getByLabel('Your name').fill('Priya Nair')
  await tab.getByLabel('Password', { exact: false }).first().fill('correct horse battery staple')
  await tab.keyboard.press('Enter')
  await tab.waitForURL(`${url}/`)
}

const answersUnder = (side: FacebookPage | Instagram, comment: Comment | InstagramComment): string[] =>
  comment.node === 'Comment'
    ? comment.post.comments.flatMap((one) => (one.author === side && one.parent === comment ? [one.message] : []))
    : comment.medium.comments.flatMap((one) => (one.author === side && one.parent === comment ? [one.text] : []))

describe.skipIf(!ready)('an office on Facebook, Instagram, X and Bluesky', () => {
  let meta: Meta
  let x: X
  let town: Town
  let office: ReturnType<typeof officeOn>
  let facebook: { abuse: Comment; criticism: Comment; casework: Comment }
  let instagram: { abuse: InstagramComment; criticism: InstagramComment; casework: InstagramComment }
  let abuser: Stranger
  let tenant: Stranger
  const onX = {} as { mp: OnX; abuser: OnX }
  const onBluesky = {} as { mp: Person; abuser: Person; post: Posted }
  let setting: Parameters<typeof startProcess>[0]
  let service: Running
  let browser: Browser
  let tab: Tab
  const nameTheOffice = [
    expect.stringContaining(OFFICE.public.phone ?? ''),
    expect.stringContaining(OFFICE.public.email ?? ''),
  ]

  const hiddenOnBluesky = async (): Promise<string[]> => {
    await town.sync()
    const { data } = await town.stranger.app.bsky.feed.getPostThread({ uri: onBluesky.post.uri })
    const thread = data.thread as { post?: { threadgate?: { record?: { hiddenReplies?: string[] } } } }
    return thread.post?.threadgate?.record?.hiddenReplies ?? []
  }
  const messagesTo = (to: Stranger, side: FacebookPage | Instagram): string[] =>
    meta.world.inbox.between(side, to)?.messages.flatMap(({ author, text }) => (author === side ? [text] : [])) ?? []

  beforeAll(async () => {
    if (info === null) return
    meta = await startMeta({ requireProof: true })
    office = officeOn(meta)
    const { world } = meta
    const { page, post, medium } = office
    const critic = world.person('Kath Bell')
    const constituent = world.person('Nikhil Rao')
    abuser = world.person('Keys Tapper')
    tenant = world.person('Ewa Nowak')
    facebook = {
      abuse: world.comment(post, abuser, ABUSE),
      criticism: world.comment(post, critic, CRITICISM),
      casework: world.comment(post, constituent, CASEWORK),
    }
    instagram = {
      abuse: world.instagram.comment(medium, abuser, ABUSE),
      criticism: world.instagram.comment(medium, critic, CRITICISM),
      casework: world.instagram.comment(medium, constituent, CASEWORK),
    }
    world.inbox.receive(tenant, page, MESSAGE)
    world.inbox.receive(tenant, office.instagram, MESSAGE)

    x = await startX()
    onX.mp = x.world.person('JoHartleyMP')
    onX.abuser = x.world.person('KeysTapper')
    x.world.post(onX.abuser, ABUSE, {
      replyTo: x.world.post(onX.mp, 'I have written to the bus company about the 42.'),
    })
    town = townOn(info)
    onBluesky.mp = await town.person('jo', 'Jo Hartley MP')
    onBluesky.abuser = await town.person('tap', 'Tap')
    onBluesky.post = await onBluesky.mp.say('I have written to the bus company about the 42.')
    await onBluesky.abuser.say(ABUSE, { to: onBluesky.post })
    const { password } = await onBluesky.mp.appPassword()

    const accounts = [
      ...office.accounts,
      { ...OFTEN, platform: 'x', handle: '@JoHartleyMP', settings: x.credentialsFor(onX.mp) },
      {
        ...OFTEN,
        platform: 'bluesky',
        handle: onBluesky.mp.handle,
        settings: {
          service: info.pds,
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
      env: { ...office.env, MP_PASSWORD: password },
    }
    service = await startProcess(setting)
    browser = await launchChromium()
    tab = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
    await x?.close()
    await meta?.close()
  })

  it('hides the abuse on all four, and leaves the criticism alone', async () => {
    await expect.poll(() => [facebook.abuse.hidden, instagram.abuse.hidden], patiently).toEqual([true, true])
    await expect.poll(() => x.world.hiddenReplies(onX.mp), patiently).toHaveLength(1)
    await expect.poll(hiddenOnBluesky, patiently).toHaveLength(1)
    expect([facebook.criticism.hidden, instagram.criticism.hidden]).toEqual([false, false])
    expect(answersUnder(office.page, facebook.criticism)).toEqual([])
    expect(answersUnder(office.instagram, instagram.criticism)).toEqual([])
  })

  it('answers whoever asks for help once, by the office’s phone and email: in public in public, by a message to a message', async () => {
    const letters = (): string[][] => [
      answersUnder(office.page, facebook.casework),
      answersUnder(office.instagram, instagram.casework),
      messagesTo(tenant, office.page),
      messagesTo(tenant, office.instagram),
    ]
    await expect.poll(() => letters().map(({ length }) => length), patiently).toEqual([1, 1, 1, 1])
    for (const letter of letters().flat()) for (const name of nameTheOffice) expect(letter).toEqual(name)
  })

  it('shows staff all four platforms in one queue', async () => {
    await signIn(tab, service)
    await tab.goto(`${service.url}/?lane=proposal`)
    const cards = tab.locator('[data-case]')
    expect(await cards.count()).toBe(4)
    for (const platform of ['Facebook', 'Instagram', 'X', 'Bluesky'])
      expect(await cards.filter({ hasText: platform }).count(), platform).toBeGreaterThan(0)
    expect(await tab.getByText(CRITICISM).count()).toBe(0)
  })

  it('blocks once staff agree, after saying where to write: on Facebook by name, on Instagram by the conversation', async () => {
    for (const platform of ['Facebook', 'Instagram']) {
      await tab.goto(`${service.url}/?lane=proposal`)
      const card = tab.locator('[data-case]').filter({ hasText: `on ${platform}` })
      await card
        .getByRole('button', { name: /^Agree/ })
        .first()
        .click()
    }
    const blocked = (): boolean[] => [office.page.blocked.has(abuser), office.instagram.blocked.has(abuser)]
    await expect.poll(blocked, patiently).toEqual([true, true])
    // Under what is hidden Instagram lets nobody answer, so it was said in private.
    expect(messagesTo(abuser, office.instagram)).toEqual([nameTheOffice[0]])
    expect(answersUnder(office.page, facebook.abuse)).toEqual([nameTheOffice[0]])
  })

  it('goes on with the others while Meta hangs, and with Meta afterwards', async () => {
    const lift = meta.faults.always('*', 'hang')
    const hanging = (): boolean => meta.reads.some(({ status }) => status === 0)
    await expect.poll(hanging, patiently).toBe(true)
    await (await town.person('tim')).say(ABUSE, { to: onBluesky.post })
    await expect.poll(hiddenOnBluesky, patiently).toHaveLength(2)
    const late = meta.world.comment(office.post, meta.world.person('Late Larry'), ABUSE)
    lift()
    // What hangs is given up after half a minute.
    await expect.poll(() => late.hidden, { ...patiently, timeout: 100_000 }).toBe(true)
  }, 150_000)

  describe('killed three times while people write on Facebook and Instagram', () => {
    const abusive: (Comment | InstagramComment)[] = []
    const asking: { comment: Comment | InstagramComment; side: FacebookPage | Instagram }[] = []

    beforeAll(async () => {
      const { world } = meta
      for (let n = 0; n < 3; n++) {
        for (let more = 0; more < 3; more++) {
          const by = (who: string): Stranger => world.person(`${who} ${n}${more}`)
          const help = `${CASEWORK} (${n}${more})`
          abusive.push(world.comment(office.post, by('troll'), `${ABUSE} (${n}${more})`))
          abusive.push(world.instagram.comment(office.medium, by('ogre'), `${ABUSE} (${n}${more})`))
          asking.push({ comment: world.comment(office.post, by('caller'), help), side: office.page })
          const comment = world.instagram.comment(office.medium, by('writer'), help)
          asking.push({ comment, side: office.instagram })
          await sleep(Math.random() * 700)
        }
        await service.kill()
        service = await startProcess(setting)
      }
    }, 120_000)

    it('loses nothing, and does nothing twice', async () => {
      await expect.poll(() => abusive.filter(({ hidden }) => !hidden), patiently).toEqual([])
      const answers = (): number[] => asking.map(({ comment, side }) => answersUnder(side, comment).length)
      await expect.poll(answers, patiently).toEqual(asking.map(() => 1))
      const refused = meta.writes.filter(isRefused)
      expect(refused.map(({ path }) => path)).toEqual([`/${instagram.abuse.id}/replies`])
    })

    it('leaves a log that verifies, and says nothing that it should keep to itself', async () => {
      const stopped = await service.stop()
      expect({ stopped, said: stopped === 0 ? '' : service.output().slice(-1500) }).toEqual({ stopped: 0, said: '' })
      const { stdout, stderr, code } = await run(['verify'], setting)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^The log is whole/)
      const secrets = [...Object.values(setting.env ?? {}), ABUSE, CRITICISM, CASEWORK, MESSAGE, 'EAA', 'Bearer']
      expect(secrets.filter((secret) => service.output().includes(secret))).toEqual([])
      const calls = [...meta.reads, ...meta.writes]
      expect(calls.flatMap(({ tokenIn }) => tokenIn).filter((where) => where !== 'header')).toEqual([])
      expect(meta.violations).toEqual([])
      expect(x.violations).toEqual([])
    })
  })
})

const isRefused = ({ status }: Exchange): boolean => status >= 400

describe.skipIf(!ready)('an office whose app Meta has not reviewed', () => {
  let meta: Meta
  let office: ReturnType<typeof officeOn>
  let abuse: Comment
  let abuseThere: InstagramComment
  let service: Running
  let browser: Browser
  let tab: Tab

  beforeAll(async () => {
    meta = await startMeta({ requireProof: true, access: 'standard' })
    office = officeOn(meta)
    const abuser = meta.world.person('Keys Tapper')
    abuse = meta.world.comment(office.post, abuser, ABUSE)
    abuseThere = meta.world.instagram.comment(office.medium, abuser, ABUSE)
    const folder = scratch()
    const config = writeConfig(folder, { office: OFFICE, accounts: office.accounts })
    service = await startProcess({ dataDir: folder, config, env: office.env })
    browser = await launchChromium()
    tab = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
    await meta?.close()
  })

  it('hides what it is not told the author of', async () => {
    await expect.poll(() => [abuse.hidden, abuseThere.hidden], patiently).toEqual([true, true])
  })

  it.each([
    ['Facebook', /^https:\/\/www\.facebook\.com\//],
    ['Instagram', /^https:\/\/www\.instagram\.com\//],
  ])('asks staff to block by hand on %s, with where to go', async (platform, place) => {
    if (tab.url() === 'about:blank') await signIn(tab, service)
    await tab.goto(`${service.url}/?lane=proposal`)
    const card = tab.locator('[data-case]').filter({ hasText: `on ${platform}` })
    await card
      .getByRole('button', { name: /^Agree/ })
      .first()
      .click()
    const opens = tab.getByRole('link', { name: `Open ${platform}` })
    const task = tab.locator('li.card').filter({ hasText: '“Block', has: opens })
    const there = async (): Promise<number> => {
      await tab.goto(`${service.url}/by-hand`)
      return task.count()
    }
    await expect.poll(there, patiently).toBe(1)
    expect(
      await task
        .getByRole('link', { name: `Open ${platform}` })
        .first()
        .getAttribute('href'),
    ).toMatch(place)
  })

  it('sends Meta nothing about somebody it doesn’t name, and breaks none of its rules', () => {
    const blocks = meta.writes.filter(({ path }) => /blocked|moderate_conversations/.test(path))
    expect(blocks).toEqual([])
    expect(meta.violations).toEqual([])
  })
})
