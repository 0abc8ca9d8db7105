import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Capabilities } from '../../adapters/platform.ts'
import type { Case } from '../../src/store/index.ts'
import { createConsole } from '../../src/web/app.tsx'
import { anAuthor, aPage, NOON } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, atRisk, insult, look, read, type Stage, threat, visitor } from './seed.ts'

/** A platform that wants things forgotten, charges for calls, and leaves blocking to people. */

const BLOCKING: Capabilities = {
  hide: 'automatic',
  delete: 'impossible',
  'close-comments': 'impossible',
  mute: 'automatic',
  restrict: 'impossible',
  block: 'manual',
  'delete-own': 'automatic',
  report: 'manual',
  redirect: 'automatic',
  warn: 'automatic',
}
const BUDGET = { currency: 'USD', day: 5_000_000, month: 60_000_000, pricesOf: '2026-10-01' }
const SLOWLY = 'X has cost $3.10 of today’s $5.00, so Serjeant looks every 12 minutes.'
const AN_ID = '00000000-0000-7000-8000-000000000000'

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let tom: Awaited<ReturnType<Stage['join']>>
let at: ReturnType<typeof visitor>

beforeAll(async () => {
  stage = await aStage({ forgets: (name) => name === 'x', looksByItself: () => true }, 'x')
  priya = await stage.join('Priya Nair')
  tom = await stage.join('Tom Walsh')
  at = visitor(stage.app, priya.cookie)
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const now = (): Date => stage.parts.now()
const page = async (path: string): Promise<string> => read(await at.page(path))
const itemOf = async ({ id }: Case) => (await stage.store.queue.find(id))?.item
const blank = (): Promise<number> => stage.store.forgetting.blankGone([stage.accountId], now())

async function goes({ item }: Case): Promise<void> {
  const [pass] = await stage.store.sources.lease(now(), 'test', 60_000)
  if (!pass) throw new Error('the source is leased')
  await stage.store.intake.store(pass, aPage([], { gone: [item.externalId] }), now())
  await stage.store.sources.release(pass, now(), now(), null)
}

const answer = (found: Case): Promise<unknown> =>
  stage.store.queue.answer(found.id, priya.id, { answer: 'dismissed' }, null, now())

/** Answered, deleted by its author, and blanked. */
async function blanked(found: Case): Promise<Case> {
  await goes(found)
  await answer(found)
  expect(await blank()).toBeGreaterThan(0)
  return found
}

describe('keeping as evidence', () => {
  it('takes a reason, which all colleagues see with the name and the time', async () => {
    const found = await stage.put(threat())
    const without = await at.post(`/case/${found.id}/keep`, { why: '  ' })
    expect(without.status).toBe(422)
    expect(read(await without.text())).toContain('Write what it is kept for.')
    expect((await itemOf(found))?.heldAt).toBeNull()

    const kept = await at.post(`/case/${found.id}/keep`, { why: 'Met Police, <b>ref.</b>  7' })
    expect(kept.headers.get('location')).toBe(`/case/${found.id}?kept=1#case-${found.id}`)
    const html = await visitor(stage.app, tom.cookie).page(`/case/${found.id}`)
    expect(read(html)).toContain('Kept as evidence by Priya Nair since today, 12:00')
    expect(html).toContain('Met Police, &lt;b&gt;ref.&lt;/b&gt; 7')
    expect(read(html)).toContain('What was written is kept here as evidence, also if its author deletes it on X.')
    expect(await page('/?lane=police')).toContain('· kept as evidence')

    await goes(found)
    await answer(found)
    await blank()
    expect((await itemOf(found))?.text).toBe(found.item.text)
  })

  it('says who was quicker instead of failing', async () => {
    const found = await stage.put(threat())
    await visitor(stage.app, tom.cookie).post(`/case/${found.id}/keep`, { why: 'Tom’s reason' })
    expect((await at.post(`/case/${found.id}/keep`, { why: 'Mine' })).status).toBe(303)
    expect(await page(`/case/${found.id}`)).toContain('Kept as evidence by Tom Walsh')
    expect((await itemOf(found))?.heldWhy).toBe('Tom’s reason')
  })

  it('is ended only by a second step, which says what follows', async () => {
    const found = await stage.put(threat())
    await at.post(`/case/${found.id}/keep`, { why: 'For the police' })
    const ask = (): Promise<string> => page(`/case/${found.id}/release`)
    expect(await ask()).toContain('deletes it there and somebody has answered this case, its words')
    await goes(found)
    expect(await ask()).toContain('removed here as soon as somebody answers this case')
    await answer(found)
    expect(await ask()).toContain('removed here within minutes')

    expect((await at.post(`/case/${found.id}/release`)).headers.get('location')).toBe(`/case/${found.id}/release`)
    expect((await itemOf(found))?.heldAt).not.toBeNull()
    await at.post(`/case/${found.id}/release`, { sure: 'yes' })
    expect((await itemOf(found))?.heldAt).toBeNull()
    expect(await blank()).toBe(1)
    expect((await at.get(`/case/${found.id}/release`)).status).toBe(303)
    const log = await page(`/case/${found.id}`)
    for (const words of ['Kept as evidence, whatever', 'No longer kept as evidence.', 'Its words, links and pictures'])
      expect(log).toContain(words)
  })

  it('comes too late for what is gone', async () => {
    const found = await blanked(await stage.put(look()))
    expect(await at.page(`/case/${found.id}`)).not.toContain(`/case/${found.id}/keep`)
    const late = await at.post(`/case/${found.id}/keep`, { why: 'For the police' })
    expect(late.status).toBe(409)
    expect(read(await late.text())).toContain('Its words were removed before this could keep them.')
  })

  it('is offered only where the platform forgets', async () => {
    const found = await stage.put(threat())
    const there = visitor(createConsole({ ...stage.parts, forgets: () => false }), priya.cookie)
    const html = read(await there.page(`/case/${found.id}`))
    expect(html).not.toContain('Keep as evidence')
    expect(html).toContain('What was written is kept here as evidence: don’t delete it on the platform.')
    for (const path of ['keep', 'release']) expect((await there.post(`/case/${found.id}/${path}`)).status).toBe(404)
    expect((await there.get(`/case/${found.id}/release`)).status).toBe(404)
    expect((await at.post(`/case/${AN_ID}/keep`, { why: 'x' })).status).toBe(404)
  })

  it.each([
    ['a threat', threat],
    ['somebody at risk', atRisk],
  ])('is suggested beside %s, on the card and on the case', async (_, given) => {
    const found = await stage.put(given())
    const said =
      'Once its author deletes it on X and somebody has answered this case, the words go within a day, unless they are kept as evidence.'
    expect(await page(`/case/${found.id}`)).toContain(said)
    expect(await page(`/?lane=${found.lane}`)).toContain(said)
    expect(await at.page(`/?lane=${found.lane}`)).toContain(`href="/case/${found.id}?keep=1#keep"`)
    expect(await page(`/case/${found.id}`)).not.toContain('don’t delete it on the platform')
  })
})

const REMOVED =
  /Deleted by its author, or no longer public; the words were removed on 24 November 2026, as the platform’s/

describe('what was blanked', () => {
  it('says so wherever its words stood, and names nobody whose name was removed', async () => {
    const author = anAuthor({ displayName: 'Gone Girl', handle: '@gonegirl' })
    const conversation = { id: 'a-thread', post: 'My post.', postedAt: NOON, above: [] }
    const media = [{ kind: 'image' as const, url: 'https://img.example/g', alt: 'A picture of a face' }]
    const first = await stage.put(look({ author, conversation, item: { text: 'The first remark.', media } }))
    const open = await stage.put(look({ author, conversation, item: { text: 'The second remark.' } }))
    const beside = await stage.put(look({ conversation, item: { text: 'A neighbour’s remark.' } }))
    // Not dangerous, so nobody need have answered it.
    await goes(open)
    expect(await blank()).toBe(1)
    expect(await page(`/case/${first.id}`)).toMatch(REMOVED)
    expect(await page(`/case/${first.id}`)).toContain('@gonegirl')
    await goes(first)
    await blank()

    for (const path of ['/', `/case/${first.id}`, `/case/${beside.id}`]) {
      const html = await at.page(path)
      expect([path, read(html)]).toEqual([path, expect.stringMatching(REMOVED)])
      expect(html).not.toMatch(/remark\.(?<!neighbour’s remark\.)|gonegirl|Gone Girl|of a face|<bdi dir="auto"><\/bdi>/)
      expect(read(html)).toContain('somebody whose account details were removed')
    }
    const html = await page(`/case/${first.id}`)
    expect(html).toContain('Reply on X from somebody whose account details were removed')
    expect(html).not.toMatch(/No words\.|gone before it could be kept|Keep as evidence/)
  })

  it('says something else where the office had the platform purged', async () => {
    const found = await stage.put(look({ conversation: null }))
    await stage.store.forgetting.purge('x', false, now(), () => {})
    const html = await page(`/case/${found.id}`)
    expect(html).toContain('The words were removed on 24 November 2026, as the office has decided')
    expect(html).not.toContain('Deleted by its author')
    expect(await page('/log')).toMatch(/What was kept of a platform was removed here: X; \d+ items; evidence stays\./)
  })
})

describe('tasks by hand', () => {
  it('say that they are looked for, and when next, only where the platform shows it', async () => {
    const found = await stage.put(insult())
    for (const one of [found, await stage.put(insult())])
      await stage.store.queue.answer(one.id, priya.id, { answer: 'agreed' }, null, now())
    for (const errand of await stage.store.outbox.lease(stage.accountId, now(), 'w', 100, 60_000)) {
      const words = 'Open the profile, press the three dots, then “Block”.'
      const outcome =
        errand.order.action === 'block'
          ? ({ is: 'manual', link: 'https://x.example/barred', words } as const)
          : ({ is: 'refused', because: 'It may not be hidden.' } as const)
      await stage.store.outbox.settle(errand, outcome, now())
    }
    const tasks = await stage.store.outbox.byHand(500)
    const block = tasks.find(({ state, itemId }) => state === 'manual' && itemId === found.item.id)
    const time = block?.runAt.toLocaleTimeString('en-GB', { timeZone: 'Europe/London', timeStyle: 'short' })
    const said = `Serjeant looks by itself whether it was done: next today, ${time}. You need not come back to say so.`
    const html = await page('/by-hand')
    expect(html).toContain(said)
    expect(html.split('looks by itself').length, 'not where the platform refused').toBe(3)

    const parts = { ...stage.parts, looksByItself: () => false }
    expect(await visitor(createConsole(parts), priya.cookie).page('/by-hand')).not.toContain('looks by itself')

    await stage.store.outbox.lookedFor([], new Set([block?.id ?? '']), now())
    expect(await page(`/case/${found.id}`)).toContain(
      'Seen on the platform: somebody did it by hand: block the person.',
    )
  })
})

describe('what an account costs', () => {
  it('is said of an account that has a budget, dearest first, with the list and why it looks less often', async () => {
    expect(await page('/accounts')).not.toContain('What it costs')
    const probe = { handle: '@johartley', capabilities: BLOCKING, notes: [], budget: BUDGET }
    await stage.store.accounts.probed(stage.accountId, probe, now())
    expect(await page('/accounts')).toContain('$0.00 of $5.00 today, $0.00 of $60.00 this month.')

    const spend = async (day: string, what: string, units: number, micros: number): Promise<void> => {
      const purse = stage.store.spending.purse(stage.accountId, () => new Date(`${day}T23:59:59Z`))
      await purse.spend(what, units, micros)
    }
    await spend('2026-10-31', 'Posts: Read', 9, 9_000_000)
    await spend('2026-11-02', 'Posts: Read', 3660, 18_300_000)
    await spend('2026-11-24', 'Owned Reads', 3, 3_000)
    await spend('2026-11-24', 'Posts: Read', 600, 3_000_000)
    await spend('2026-11-24', 'Content: Create', 6, 97_000)
    const [pass] = await stage.store.sources.lease(now(), 'test', 60_000)
    if (!pass) throw new Error('the source is leased')
    await stage.store.sources.release(pass, now(), now(), null, SLOWLY)

    const html = await at.page('/accounts')
    const words = read(html)
    expect(words).toContain('$3.10 of $5.00 today, $21.40 of $60.00 this month.')
    expect(words).toContain('price list of 1 October 2026')
    expect(words).toContain(SLOWLY)
    expect([...html.matchAll(/<rect width="(\d+)"/g)].map(([, width]) => width)).toEqual(['62', '36'])
    expect(words).toMatch(/Today\s?62 %This month\s?36 %/)
    const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      read(row.replaceAll('</t', ' </t')).trim(),
    )
    expect(rows.slice(1)).toEqual([
      'Posts: Read 4,260 this month $3.00 $21.30',
      'Content: Create 6 this month $0.10 $0.10',
      'Owned Reads 3 this month under $0.01 under $0.01',
    ])
  })
})

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser
  let visit: Awaited<ReturnType<typeof visiting>>
  beforeAll(async () => {
    browser = await launchChromium()
    visit = await visiting(stage.app, browser)
  })
  afterAll(async () => {
    await browser.close()
    visit.close()
  })

  const reach = async (tab: Page, name: string): Promise<void> => {
    for (let steps = 0; steps < 60; steps++) {
      const there = (await tab.evaluate(
        `(document.activeElement.innerText || document.activeElement.name || '').trim()`,
      )) as string
      if (there === name) return
      await tab.keyboard.press('Tab')
    }
    throw new Error(`"${name}" can’t be reached by Tab`)
  }

  it.each([true, false])('is kept and let go by keyboard alone, with JavaScript: %s', async (javaScriptEnabled) => {
    const found = await stage.put(threat())
    const tab = await visit.open(priya.cookie, { javaScriptEnabled })
    const press = (key: string) => Promise.all([tab.waitForNavigation({ waitUntil: 'load' }), tab.keyboard.press(key)])
    await tab.goto(`${visit.base}/case/${found.id}`)
    await reach(tab, 'Keep as evidence …')
    await tab.keyboard.press('Enter')
    await reach(tab, 'why')
    await tab.keyboard.type('Met Police, ref. 7 aduck')
    await press('Enter')
    expect(await tab.getByRole('status').innerText()).toBe('Kept as evidence.')
    expect((await itemOf(found))?.heldWhy).toBe('Met Police, ref. 7 aduck')
    expect((await itemOf(found))?.heldBy).toBe(priya.id)
    await reach(tab, 'No longer keep it …')
    await press('Enter')
    await reach(tab, 'No longer keep it')
    await press('Enter')
    expect(await tab.getByRole('status').innerText()).toBe('No longer kept as evidence.')
    expect((await itemOf(found))?.heldAt).toBeNull()
    await tab.context().close()
  })

  it('opens the form that the banner leads to', async () => {
    const found = await stage.put(threat())
    const tab = await visit.open(priya.cookie, { javaScriptEnabled: false })
    await tab.goto(`${visit.base}/case/${found.id}`)
    expect(await tab.getByLabel('What is it kept for?').isVisible()).toBe(false)
    await tab.getByRole('link', { name: 'kept as evidence' }).click()
    expect(await tab.getByLabel('What is it kept for?').isVisible()).toBe(true)
    await tab.context().close()
  })

  it('has no page with a fault in axe, that scrolls sideways, or with small buttons', async () => {
    const [held, dangerous] = [await stage.put(threat()), await stage.put(atRisk())]
    await stage.store.forgetting.hold(held.item.id, priya.id, 'D'.repeat(300), now())
    const gone = await blanked(await stage.put(look()))
    const pages = {
      'x-held': `/case/${held.id}`,
      'x-release': `/case/${held.id}/release`,
      'x-risk': `/case/${dangerous.id}`,
      'x-blanked': `/case/${gone.id}`,
      'x-by-hand': '/by-hand',
      'x-accounts': '/accounts',
    }
    const faults: string[] = []
    // Each colour scheme and each width once: no colour depends on the width.
    for (const given of process.env['SHOTS'] === undefined ? LOOKS.slice(1, 3) : LOOKS) {
      const { colorScheme, width } = given
      // axe is put into the page, which our own policy rightly forbids.
      const tab = await visit.open(priya.cookie, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
      for (const [name, path] of Object.entries(pages)) {
        await tab.goto(`${visit.base}${path}`)
        faults.push(...(await faultsOf(tab, name, given)))
        if (width === 320) faults.push(...(await tooSmall(tab, name)))
      }
      await tab.context().close()
    }
    expect(faults).toEqual([])
    expect(visit.complaints).toEqual([])
  }, 120_000)
})
