import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { OFFICE } from '../builders.ts'
import { type Person, type Posted, type Town, townOn } from '../support/bluesky.ts'
import { CHROMIUM, launchChromium } from '../support/chromium.ts'
import { missing } from '../support/missing.ts'
import { type Running, run, scratch, startProcess, writeConfig } from '../support/service.ts'

/**
 * The main job, whole: strangers write to an MP on real Bluesky servers; the built service, in a process of its own,
 * reads, judges and acts; a member of staff answers in a browser; the servers are asked what came of it.
 */

const ABUSE = 'You fucking cunt, I hope you die screaming of cancer'
const CRITICISM = 'You promised us buses and we got nothing. Utterly useless, and you know it.'
const CASEWORK = 'My mum has been waiting 14 months for her PIP appeal. Can your office please help us?'
const MESSAGE = 'Hello, my landlord has cut off our heating and the council won’t answer. Can someone ring me please?'

const info = inject('bluesky')
const ready =
  info !== null && (existsSync(CHROMIUM) || missing('Chromium, in which staff answer,', 'apt-get install chromium'))

describe.skipIf(!ready)('an item’s whole way, on real Bluesky servers', () => {
  let town: Town
  let mp: Person
  let abuser: Person
  let critic: Person
  let constituent: Person
  let tenant: Person
  let post: Posted
  const said = { abuse: '', criticism: '', casework: '' }
  let service: Running
  let browser: Browser
  let page: Page
  const folder = scratch()
  let setting: Parameters<typeof startProcess>[0]

  const hidden = async (): Promise<string[]> => {
    await town.sync()
    const { data } = await town.stranger.app.bsky.feed.getPostThread({ uri: post.uri })
    const thread = data.thread as { post?: { threadgate?: { record?: { hiddenReplies?: string[] } } } }
    return thread.post?.threadgate?.record?.hiddenReplies ?? []
  }
  const repliesBy = async (uri: string): Promise<{ handle: string; text: string }[]> => {
    await town.sync()
    const { data } = await town.stranger.app.bsky.feed.getPostThread({ uri })
    const thread = data.thread as { replies?: { post: { author: { handle: string }; record: { text: string } } }[] }
    return (thread.replies ?? []).map(({ post: { author, record } }) => ({ handle: author.handle, text: record.text }))
  }
  const blocked = async (): Promise<boolean> => {
    await town.sync()
    const { data } = await mp.agent.app.bsky.actor.getProfile({ actor: abuser.did })
    return data.viewer?.blocking !== undefined
  }
  const patiently = { timeout: 40_000, interval: 500 }

  beforeAll(async () => {
    if (info === null) return
    town = townOn(info)
    mp = await town.person('jo', 'Jo Hartley MP')
    abuser = await town.person('tap', 'Tap')
    critic = await town.person('kath', 'Kath')
    constituent = await town.person('nikhil', 'Nikhil')
    tenant = await town.person('ewa', 'Ewa')
    await mp.openMessages()
    post = await mp.say('I have written to the bus company about the 42.')
    said.abuse = (await abuser.say(ABUSE, { to: post })).uri
    said.criticism = (await critic.say(CRITICISM, { to: post })).uri
    said.casework = (await constituent.say(CASEWORK, { to: post })).uri
    await tenant.write(mp.did, MESSAGE)

    const { password } = await mp.appPassword()
    const settings = {
      service: info.pds,
      publicAppView: info.appView,
      plc: info.plc,
      appPassword: { env: 'MP_PASSWORD' },
    }
    const account = {
      platform: 'bluesky',
      handle: mp.handle,
      mode: 'perform',
      pollSeconds: { live: 2, slow: 5 },
      settings,
    }
    setting = {
      dataDir: folder,
      config: writeConfig(folder, { office: OFFICE, accounts: [account] }),
      env: { MP_PASSWORD: password },
    }
    service = await startProcess(setting)
    browser = await launchChromium()
    page = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
  })

  it('hides the abuse, and only the abuse', async () => {
    await expect.poll(hidden, patiently).toEqual([said.abuse])
  })

  it('answers the casework with the office’s phone and email, once, and nobody else in public', async () => {
    const letters = async (): Promise<string[]> => (await repliesBy(said.casework)).map(({ text }) => text)
    await expect.poll(letters, patiently).toHaveLength(1)
    const [letter] = await letters()
    expect(letter).toContain(OFFICE.public.phone)
    expect(letter).toContain(OFFICE.public.email)
    expect(await repliesBy(said.criticism)).toEqual([])
    expect(await repliesBy(said.abuse)).toEqual([])
  })

  it('answers the direct message in private', async () => {
    const answers = async (): Promise<string[]> => {
      const { data } = await tenant.chat.getConvoForMembers({ members: [mp.did] })
      const { data: all } = await tenant.chat.getMessages({ convoId: data.convo.id })
      return all.messages.flatMap((one) => ('text' in one && one.sender.did === mp.did ? [one.text] : []))
    }
    await expect.poll(answers, patiently).toHaveLength(1)
    expect((await answers())[0]).toContain(OFFICE.public.phone)
  })

  it('lets staff sign in by the link it printed, and shows them the proposal with the text masked', async () => {
    await page.goto(`${service.url}${service.welcome}`)
    await page.getByLabel('Your name').fill('Priya Nair')
    await page.getByLabel('Password', { exact: false }).first().fill('correct horse battery staple')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${service.url}/`)
    await page.goto(`${service.url}/?lane=proposal`)
    const cards = page.locator('[data-case]')
    expect(await cards.count()).toBe(1)
    expect(await cards.first().locator('mark').first().isVisible()).toBe(false)
    expect(await page.getByText(CRITICISM).count()).toBe(0)
  })

  it('blocks nobody until a person agrees, and then on the server', async () => {
    expect(await blocked()).toBe(false)
    await page
      .getByRole('button', { name: /^Agree/ })
      .first()
      .click()
    await expect.poll(blocked, patiently).toBe(true)
  })

  it('sent the way to reach the office before the block', async () => {
    const { data } = await mp.agent.com.atproto.repo.listRecords({ repo: mp.did, collection: 'app.bsky.feed.post' })
    const answers = data.records.map(
      ({ value }) => value as { text: string; reply?: { parent: { uri: string } }; createdAt: string },
    )
    const farewell = answers.filter(({ reply }) => reply?.parent.uri === said.abuse)
    expect(farewell).toHaveLength(1)
    expect(farewell[0]?.text).toContain(OFFICE.public.email)
    const blocks = await mp.agent.com.atproto.repo.listRecords({ repo: mp.did, collection: 'app.bsky.graph.block' })
    const block = blocks.data.records[0]?.value as { createdAt: string }
    expect(farewell[0] && farewell[0].createdAt <= block.createdAt).toBe(true)
  })

  it('takes the block off again with one press of Undo', async () => {
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(blocked, patiently).toBe(false)
    expect(await hidden()).toEqual([said.abuse])
  })

  it('leaves no text, handle, token or password in what it printed', async () => {
    const printed = service.output()
    const secrets = [
      setting.env?.['MP_PASSWORD'] ?? 'x',
      ABUSE,
      CRITICISM,
      CASEWORK,
      MESSAGE,
      abuser.handle,
      'eyJ',
      'Bearer',
    ]
    expect(secrets.filter((secret) => printed.includes(secret))).toEqual([])
  })

  describe('killed over and over while people write', () => {
    const KILLS = 50
    const uris: string[] = []
    const abusive: string[] = []
    const asking: { uri: string; by: Person }[] = []

    beforeAll(async () => {
      await service.stop()
      for (let n = 0; n < KILLS; n++) {
        const running = startProcess(setting)
        const kind = n % 3
        if (kind === 0) abusive.push((await abuser.say(`${ABUSE} (${n})`, { to: post })).uri)
        else if (kind === 1) uris.push((await critic.say(`${CRITICISM} (${n})`, { to: post })).uri)
        else {
          const by = n < 30 ? await town.person(`caller${n}`) : constituent
          asking.push({ uri: (await by.say(`${CASEWORK} (${n})`, { to: post })).uri, by })
        }
        const started = await running
        await sleep(Math.random() * 1200)
        await started.kill()
      }
      service = await startProcess(setting)
    }, 600_000)

    it('loses nothing: every abusive reply is hidden, none twice', async () => {
      await expect.poll(async () => (await hidden()).toSorted(), patiently).toEqual([said.abuse, ...abusive].toSorted())
    })

    it('sends each person the redirect once, however often they asked and it was killed', async () => {
      const fresh = asking.filter(({ by }) => by !== constituent)
      for (const { uri } of fresh) await expect.poll(() => repliesBy(uri), patiently).toHaveLength(1)
      // Two letters in a moment would both be there by now.
      await sleep(3000)
      const { data } = await mp.agent.com.atproto.repo.listRecords({
        repo: mp.did,
        collection: 'app.bsky.feed.post',
        limit: 100,
      })
      const parents = data.records.flatMap(
        ({ value }) => (value as { reply?: { parent: { uri: string } } }).reply?.parent.uri ?? [],
      )
      expect(parents.toSorted()).toEqual([said.casework, said.abuse, ...fresh.map(({ uri }) => uri)].toSorted())
    })

    it('leaves a log that verifies', async () => {
      expect(await service.stop()).toBe(0)
      const { stdout, code } = await run(['verify'], setting)
      expect(stdout).toMatch(/^The log is whole/)
      expect(code).toBe(0)
    })
  })
})
