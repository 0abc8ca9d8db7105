import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { OFFICE } from '../builders.ts'
import { type Person, type Posted, type Town, townOn } from '../support/bluesky.ts'
import { witnessBefore } from '../support/bluesky-witness.ts'
import { CHROMIUM, launchChromium } from '../support/chromium.ts'
import { kills } from '../support/kills.ts'
import { missing } from '../support/missing.ts'
import { killWithin, type Running, run, scratch, startProcess, writeConfig } from '../support/service.ts'

/**
 * The main job, whole: strangers write to an MP on real Bluesky servers; the built service, in a process of its own,
 * reads, judges and acts; a member of staff answers in a browser; the servers are asked what came of it.
 */

const ABUSE = 'You fucking cunt, I hope you die screaming of cancer'
const CRITICISM = 'You promised us buses and we got nothing. Utterly useless, and you know it.'
const CASEWORK = 'My mum has been waiting 14 months for her PIP appeal. Can your office please help us?'
const DESPAIR = 'I am going to kill myself tonight'
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
  const said = { abuse: '', criticism: '', casework: '', after: '' }
  let service: Running
  let witness: Awaited<ReturnType<typeof witnessBefore>>
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
  const isBlocked = async (who: Person): Promise<boolean> => {
    await town.sync()
    const { data } = await mp.agent.app.bsky.actor.getProfile({ actor: who.did })
    return data.viewer?.blocking !== undefined
  }
  const blocked = (): Promise<boolean> => isBlocked(abuser)
  /** What the account was ever written into the lists of hidden replies. Each write adds to the list before it. */
  const hidings = (): string[][] =>
    witness.writes
      .filter(({ collection }) => collection === 'app.bsky.feed.threadgate')
      .map(({ record }) => record?.['hiddenReplies'] as string[])
  const patiently = { timeout: 90_000, interval: 200 }

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
    witness = await witnessBefore(info.pds)
    const settings = {
      service: witness.url,
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
      config: writeConfig(folder, { office: OFFICE, accounts: [account], redirectsPerHour: 1000 }),
      env: { MP_PASSWORD: password },
    }
    service = await startProcess(setting)
    browser = await launchChromium()
    page = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
    witness?.close()
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
    // What hurts is not in the page, not even unseen, until somebody asks for it.
    expect(await cards.first().locator('.words').first().textContent()).not.toContain('cunt')
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

  it('does nothing at all to somebody at risk, whatever they write next', async () => {
    const sal = await town.person('sal')
    const three: string[] = []
    for (const text of [DESPAIR, ABUSE, CASEWORK]) three.push((await sal.say(text, { to: post })).uri)
    const cards = page.locator('[data-case]', { hasText: sal.handle })
    const waiting = async (): Promise<number> => {
      await page.goto(`${service.url}/`)
      return cards.count()
    }
    await expect.poll(waiting, patiently).toBe(3)
    // Once somebody who asked after them is answered, what was queued for any of them would be done.
    said.after = (await (await town.person('ada')).say(CASEWORK, { to: post })).uri
    await expect.poll(() => repliesBy(said.after), patiently).toHaveLength(1)
    expect(await hidden()).toEqual([said.abuse])
    for (const uri of three) expect(await repliesBy(uri)).toEqual([])
    expect(await isBlocked(sal)).toBe(false)
  })

  describe('killed over and over while people write and staff answer', () => {
    const KILLS = kills(24)
    const lastly = { timeout: 90_000, interval: 200 }
    const abusive: string[] = []
    const asking: { uri: string; by: Person }[] = []
    /** Staff agree to each one's block, and take it back for every second. */
    const trolls: { by: Person; uri: string; taken: boolean; step: 'agree' | 'take back' | 'leave' }[] = []

    /** How many of them were answered between the kills. */
    let underFire = 0
    const answered = (): number => trolls.filter(({ step }) => step !== 'agree').length
    let cookie = ''
    const consoleAt = async (at: string, path: string, form?: Record<string, string>): Promise<string> => {
      const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
      const headers = { cookie, origin: at }
      const answer = await fetch(at + path, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(5000) })
      if (answer.status !== (form ? 303 : 200)) throw new Error(`${path} was answered with ${answer.status}`)
      return answer.text()
    }
    /** The address that a form posts to, in the part of a page that names this person. */
    const formFor = (html: string, { handle }: Person, action: RegExp): string | undefined =>
      html
        .split(/(?=<article|<li class="card")/)
        .filter((part) => part.includes(handle))
        .map((part) => action.exec(part)?.[0])
        .find((path) => path !== undefined)

    /** The whole lane of proposals, page after page. */
    const proposalsAt = async (at: string): Promise<string> => {
      let html = ''
      for (let path: string | undefined = '/?lane=proposal'; path !== undefined; ) {
        const next: string = await consoleAt(at, path)
        html += next
        path = /href="(\/\?[^"]*after=[^"]*)"/.exec(next)?.[1]?.replaceAll('&amp;', '&')
      }
      return html
    }

    /** One step further with one of them. Cut off by a kill, it may have been taken or not: the next look tells. */
    const staffAt = async (at: string): Promise<void> => {
      for (const troll of trolls) {
        // Once they are blocked the reply is out of everybody's sight, and hiding it would be for nothing.
        const isHidden = hidings().some((uris) => uris.includes(troll.uri))
        if (troll.step === 'leave' || !isHidden) continue
        const open = formFor(await proposalsAt(at), troll.by, /\/case\/[\w-]+\/answer/)
        const given = formFor(await consoleAt(at, '/answers'), troll.by, /\/review\/[\w-]+\/undo/)
        if (troll.step === 'agree') {
          if (open !== undefined && given === undefined) await consoleAt(at, open, { answer: 'agreed' })
          else if (given === undefined) continue
          troll.step = troll.taken ? 'take back' : 'leave'
          return
        }
        if (given !== undefined) await consoleAt(at, given, { from: 'queue' })
        troll.step = 'leave'
        return
      }
    }

    /** Abuse, criticism and casework by turns, every third of each from somebody who is known already. */
    const write = async (n: number): Promise<void> => {
      const isKnown = Math.floor(n / 3) % 3 === 2
      if (n % 3 === 0) {
        const by = isKnown ? abuser : await town.person(`troll${n}`)
        const { uri } = await by.say(`${ABUSE} (${n})`, { to: post })
        abusive.push(uri)
        if (by !== abuser) trolls.push({ by, uri, taken: trolls.length % 2 === 1, step: 'agree' })
      } else if (n % 3 === 1) {
        await critic.say(`${CRITICISM} (${n})`, { to: post })
      } else {
        const by = isKnown ? constituent : await town.person(`caller${n}`)
        asking.push({ uri: (await by.say(`${CASEWORK} (${n})`, { to: post })).uri, by })
      }
    }

    beforeAll(
      async () => {
        await service.stop()
        cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
        for (let n = 0; n < KILLS; n++) {
          // A third of them before it says that it runs.
          const isEarly = n % 3 === 1
          const running = isEarly ? killWithin(setting, 200 + Math.random() * 700) : startProcess(setting)
          await write(2 * n)
          await write(2 * n + 1)
          const started = await running
          if (!started) continue
          const before = answered()
          const end = new AbortController()
          const staff = (async () => {
            for (; !end.signal.aborted; await sleep(200)) await staffAt(started.url).catch(() => {})
          })()
          // Some before it has read anything, some in the middle of its work.
          await sleep(Math.random() * 3500)
          // And some after staff have answered, which on a slow machine takes longer.
          if (n % 6 === 0) await vi.waitUntil(() => answered() > before || answered() === trolls.length, patiently)
          await started.kill()
          end.abort()
          await staff
        }
        underFire = answered()
        service = await startProcess(setting)
      },
      120_000 + KILLS * 20_000,
    )

    it('loses nothing: every abusive reply is hidden, and was hidden once', { timeout: 120_000 }, async () => {
      await expect.poll(async () => (await hidden()).toSorted(), lastly).toEqual([said.abuse, ...abusive].toSorted())
      const written = hidings()
      expect(written.map((uris) => uris.length)).toEqual(written.map((_, n) => n + 1))
      expect(written).toHaveLength(1 + abusive.length)
    })

    it('blocks whom staff agreed to block, once, and nobody for whom they took it back', {
      timeout: 120_000,
    }, async () => {
      expect(trolls.length).toBeGreaterThan(7)
      expect(underFire).toBeGreaterThan(0)
      const allAnswered = async (): Promise<boolean> => {
        await staffAt(service.url)
        return trolls.every(({ step }) => step === 'leave')
      }
      await expect.poll(allAnswered, lastly).toBe(true)
      const made = ({ by }: { by: Person }) =>
        witness.writes.filter(
          ({ method, collection, record }) =>
            method === 'createRecord' && collection === 'app.bsky.graph.block' && record?.['subject'] === by.did,
        )
      for (const troll of trolls) {
        await expect.poll(() => isBlocked(troll.by), patiently).toBe(!troll.taken)
        if (!troll.taken) expect(made(troll)).toHaveLength(1)
        const keys = made(troll).map(({ rkey }) => rkey)
        const lifted = witness.writes.filter(
          ({ method, collection, rkey }) =>
            method === 'deleteRecord' && collection === 'app.bsky.graph.block' && keys.includes(rkey),
        )
        expect(keys.length).toBeLessThanOrEqual(1)
        expect(lifted).toHaveLength(troll.taken ? keys.length : 0)
      }
    })

    it('sends each person the redirect once, however often they asked and it was killed', {
      timeout: 120_000,
    }, async () => {
      const fresh = asking.filter(({ by }) => by !== constituent).map(({ uri }) => uri)
      for (const uri of fresh) await expect.poll(() => repliesBy(uri), lastly).toHaveLength(1)
      // Two letters in a moment would both be there by now.
      await sleep(3000)
      const parents = witness.writes
        .filter(({ method, collection }) => method === 'createRecord' && collection === 'app.bsky.feed.post')
        .map(({ record }) => (record as { reply: { parent: { uri: string } } }).reply.parent.uri)
      // To a block that was taken back in time there was no letter.
      const perhaps = new Set(trolls.flatMap(({ uri, taken }) => (taken ? [uri] : [])))
      const farewells = trolls.flatMap(({ uri, taken }) => (taken ? [] : [uri]))
      const sure = [said.casework, said.abuse, said.after, ...fresh, ...farewells]
      expect(parents.filter((uri) => !perhaps.has(uri)).toSorted()).toEqual(sure.toSorted())
      expect(new Set(parents).size).toBe(parents.length)
    })

    it('leaves a log that verifies', async () => {
      const stopped = await service.stop()
      expect({ stopped, said: stopped === 0 ? '' : service.output().slice(-1500) }).toEqual({ stopped: 0, said: '' })
      const { stdout, code } = await run(['verify'], setting)
      expect(stdout).toMatch(/^The log is whole/)
      expect(code).toBe(0)
    })
  })
})
