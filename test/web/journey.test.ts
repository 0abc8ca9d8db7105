import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../../src/store/index.ts'
import { aFinding, anAuthor, NOON } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import {
  A_STREET,
  abusiveMessage,
  alarm,
  aStage,
  atRisk,
  atRiskAndThreatening,
  doxxing,
  hiddenAlone,
  inDanger,
  insult,
  look,
  PASSWORD,
  type Stage,
} from './seed.ts'

/** The console as staff meet it: in a browser, by keyboard, on a phone, in the dark, and without JavaScript. */

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id')

describe.skipIf(!hasBrowser)('in a browser', () => {
  let stage: Stage
  let browser: Browser
  let visit: Awaited<ReturnType<typeof visiting>>
  let base: string
  let cookie: string

  beforeAll(async () => {
    stage = await aStage()
    browser = await launchChromium()
    visit = await visiting(stage.app, browser)
    base = visit.base
    cookie = (await stage.join('Priya Nair')).cookie
  })
  afterAll(async () => {
    await browser.close()
    visit.close()
    await stage.close()
  })

  const open = (options: BrowserContextOptions = {}, session = cookie): Promise<Page> => visit.open(session, options)
  const answered = async (one: Case) => {
    const now = await stage.store.queue.find(one.id)
    return now?.reviews.map(({ answer, undoneAt }) => (undoneAt === null ? answer : `${answer}, taken back`))
  }

  it('goes from the first link to the last answer by keyboard alone', async () => {
    const cases: Case[] = []
    for (let n = 0; n < 4; n++) {
      stage.pass(1)
      cases.push(await stage.put(insult({ author: anAuthor({ displayName: `Writer ${n}`, handle: `@w${n}` }) })))
    }
    const [first, second, third] = cases as [Case, Case, Case]
    const key = await stage.store.people.invite(null, stage.parts.now())
    const page = await open({}, '')
    const press = async (keys: string): Promise<void> => {
      for (const one of keys.split(' ')) await page.keyboard.press(one)
    }
    const settled = async (keys: string): Promise<void> => {
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), press(keys)])
    }

    await page.goto(`${base}/welcome?key=${key}`)
    await page.getByLabel('Your name').focus()
    await page.keyboard.type('Keys Only')
    await press('Tab')
    await page.keyboard.insertText(PASSWORD)
    await settled('Enter')
    expect(new URL(page.url()).pathname).toBe('/')

    await page.getByRole('button', { name: 'Sign out' }).focus()
    await settled('Enter')
    await page.getByLabel('Name').focus()
    await page.keyboard.type('Keys Only')
    await press('Tab')
    await page.keyboard.type(PASSWORD)
    await settled('Enter')
    await page.goto(`${base}/?lane=proposal`)

    // A key pressed while no case has the focus does nothing.
    await press('a d')
    expect(await answered(first)).toEqual([])

    let steps = 0
    while ((await focused(page)) !== `case-${first.id}`) {
      await press('Tab')
      expect(++steps).toBeLessThan(30)
    }
    const card = page.locator(`#case-${first.id}`)
    const masked = card.locator('.masked')
    expect(await masked.isVisible()).toBe(true)
    await press('s')
    await masked.waitFor({ state: 'detached' })
    expect(await card.locator('mark').innerText()).toBe('worthless sack of shit')
    await expect.poll(() => page.locator('[aria-live=polite]').last().textContent()).toContain('You are a worthless')
    expect(await focused(page)).toBe(`case-${first.id}`)
    await press('s')
    await masked.waitFor()
    expect(await card.innerText()).not.toContain('shit')

    await press('j')
    expect(await focused(page)).toBe(`case-${second.id}`)
    await press('k')
    expect(await focused(page)).toBe(`case-${first.id}`)

    await settled('a')
    expect(await answered(first)).toEqual(['agreed'])
    expect(await focused(page)).toBe(`case-${second.id}`)
    await expect
      .poll(() => page.getByRole('status').innerText())
      .toContain('Agreed. On its way: hide it, block the person and say where to write.')

    await settled('u')
    expect(await answered(first)).toEqual(['agreed, taken back'])
    expect(await focused(page)).toBe(`case-${first.id}`)

    await settled('d')
    expect(await answered(first)).toEqual(['agreed, taken back', 'dismissed'])
    expect(await focused(page)).toBe(`case-${second.id}`)

    await settled('c')
    expect(page.url()).toContain(`/case/${second.id}`)
    expect(await page.getByText('What should happen instead?').isVisible()).toBe(true)
    await page.getByLabel('Mute the person').focus()
    await press('Space Tab')
    await page.keyboard.type('Do not insult')
    await page.getByRole('button', { name: 'Decide this' }).focus()
    await settled('Enter')
    expect(await answered(second)).toEqual(['changed'])
    expect(page.url()).toContain(`/case/${third.id}`)
    expect(await focused(page)).toBe(`case-${third.id}`)

    await press('?')
    expect(await page.getByText('the case before').isVisible()).toBe(true)
    // Focus is on the guide now: no case, so no key.
    await press('a')
    expect(await answered(third)).toEqual([])
    await page.context().close()
  })

  it('offers the way back by key when no case is left, and only while the focus is there', async () => {
    const own = await aStage()
    const alone = await visiting(own.app, browser)
    const found = await own.put(look())
    const page = await alone.open((await own.join('Last One')).cookie)
    const press = (key: string) =>
      Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press(key)])
    await page.goto(alone.base)
    await page.locator(`#case-${found.id}`).focus()
    await press('a')
    expect(await page.getByText('Nothing is waiting.').isVisible()).toBe(true)
    expect(await page.evaluate('document.activeElement.dataset.key')).toBe('u')
    // The words stand there from the start, and are said beside the page.
    expect(await page.getByRole('status').innerText()).toContain('Agreed.')
    await expect.poll(() => page.locator('[aria-live=polite]').textContent()).toContain('Agreed.')
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('u')
    expect((await own.store.queue.find(found.id))?.closedAt).not.toBeNull()
    await page.getByRole('button', { name: 'Undo' }).focus()
    await press('u')
    expect((await own.store.queue.find(found.id))?.closedAt).toBeNull()
    await page.context().close()
    alone.close()
    await own.close()
  })

  it('does all of it without JavaScript', async () => {
    const one = await stage.put(hiddenAlone())
    const page = await open({ javaScriptEnabled: false })
    await page.goto(`${base}/case/${one.id}`)
    const own = page.locator('article')
    expect(await own.locator('.masked').isVisible()).toBe(true)
    await own.getByRole('button', { name: 'Show the masked words' }).click()
    expect(await own.locator('mark').innerText()).toBe('vermin')
    expect(await own.locator('.masked').count()).toBe(0)
    await own.getByRole('button', { name: 'Mask it again' }).click()
    expect(await own.locator('.masked').isVisible()).toBe(true)
    const why = page.getByRole('textbox', { name: 'Why? (optional)' }).first()
    await why.fill('Fair comment after all.')
    await why.press('Enter')
    expect(await answered(one)).toEqual([])
    await page.getByRole('button', { name: 'Dismiss: undo it' }).click()
    expect(await page.getByRole('status').innerText()).toContain('Dismissed.')
    await page.getByRole('button', { name: 'Undo' }).first().click()
    expect(await answered(one)).toEqual(['dismissed, taken back'])
    await page.getByText('Change …').click()
    await page.getByRole('button', { name: 'Decide this' }).click()
    expect(await answered(one)).toEqual(['dismissed, taken back', 'changed'])
    await page.context().close()
  })

  it('does not take one key for an answer where somebody may be at risk, with JavaScript or without', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const one = await stage.put(atRisk())
      const page = await open({ javaScriptEnabled })
      await page.goto(`${base}/?lane=risk`)
      if (javaScriptEnabled) {
        await page.locator(`#case-${one.id}`).focus()
        await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('d')])
        expect(await page.evaluate('document.activeElement.name')).toBe('why')
      } else await page.locator(`#case-${one.id}`).getByRole('button', { name: 'Nobody is at risk' }).click()
      expect(await answered(one)).toEqual([])
      await page.getByRole('button', { name: 'Nobody is at risk' }).click()
      expect(await answered(one), 'without a reason').toEqual([])
      await page.getByLabel('Why is nobody at risk?').fill('It is a line of a song.')
      await page.getByRole('button', { name: 'Nobody is at risk' }).click()
      await page.waitForURL(/done=/)
      expect(await page.getByRole('status').innerText()).toContain('Marked: nobody is at risk.')
      await page.getByRole('button', { name: 'Undo' }).first().click()
      await page.waitForURL(/undone=/)
      expect(await answered(one)).toEqual(['nobody-at-risk, taken back'])
      expect(await stage.store.queue.find(one.id)).toMatchObject({ lane: 'risk', atRisk: true, closedAt: null })
      await page.context().close()
    }
  })

  it('parts the fields of the forms by which staff add things', async () => {
    const page = await open()
    for (const path of ['/pictures', '/register']) {
      await page.goto(`${base}${path}`)
      const gaps: number[] = await page.evaluate(`[...document.querySelectorAll('form > .field, form > fieldset')]
        .map((one) => one.nextElementSibling.getBoundingClientRect().top - one.getBoundingClientRect().bottom)`)
      expect(gaps.length).toBeGreaterThan(2)
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8)
    }
    await page.context().close()
  })

  it('keeps a picture blurred until it is asked for', async () => {
    const one = await stage.put({ ...look(), item: { media: [{ kind: 'image', url: 'https://img.example/a' }] } })
    await stage.store.pictures.keep(one.item.pictures[0]?.id ?? '', { bytes: PNG, type: 'image/png' }, NOON)
    const page = await open()
    await page.goto(`${base}/case/${one.id}`)
    expect(await page.getByAltText('Picture 1').count()).toBe(1)
    const filter = (): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('.pictures img')).filter`)
    expect(await filter()).toContain('blur')
    await page.getByRole('button', { name: 'Show picture 1' }).focus()
    await page.keyboard.press('Space')
    await expect.poll(filter).toBe('none')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Blur picture 1 again')
    expect(await page.evaluate(`document.querySelector('.pictures img').naturalWidth`)).toBe(1)
    await page.context().close()
  })

  it('answers once when a button is pressed twice', async () => {
    const one = await stage.put(look())
    const page = await open()
    await page.goto(`${base}/case/${one.id}`)
    const button = page.getByRole('button', { name: 'Seen: leave it up' })
    await Promise.all([page.waitForURL(/done=/), button.dblclick()])
    expect(await answered(one)).toEqual(['agreed'])
    expect(await page.getByRole('heading', { name: 'Somebody was quicker' }).count()).toBe(0)
    await page.context().close()
  })

  describe('every page', () => {
    /** Path by name; with a long word, a long name and every lane, since those are what breaks a narrow page. */
    const pages = new Map<string, string>()

    beforeAll(async () => {
      for (const given of A_STREET) await stage.put(given())
      const long = { displayName: 'N'.repeat(80), handle: `@${'a'.repeat(200)}.example` }
      const text = `${'Donaudampfschifffahrt'.repeat(20)} ${'\u0300'.repeat(50)} https://example.com/${'x'.repeat(300)}`
      const links = [`https://example.com/${'y'.repeat(300)}`]
      const media = [{ kind: 'image' as const, url: 'https://img.example/b', alt: 'z'.repeat(200) }]
      const wide = await stage.put(look({ author: anAuthor({ ...long, bio: text }), item: { text, links, media } }))
      await stage.store.pictures.keep(wide.item.pictures[0]?.id ?? '', { bytes: PNG, type: 'image/png' }, NOON)
      const person = await stage.join('Answering Person')
      const done = await stage.put(insult())
      const answer = { answer: 'agreed', why: 'The third time this week.' } as const
      await stage.store.queue.answer(done.id, person.id, answer, null, stage.parts.now())
      for (const errand of await stage.store.outbox.lease(stage.accountId, stage.parts.now(), 'w', 1000, 60_000)) {
        if (errand.order.item?.id !== done.item.externalId) continue
        const words = 'Open the reply, press the three dots, then “Hide reply for everyone”.'
        const manual = { is: 'manual', link: 'https://bsky.example/reply', words } as const
        await stage.store.outbox.settle(errand, manual, stage.parts.now())
      }
      const title = 'N'.repeat(180)
      const ours = { kind: 'ours', hashes: ['x'], title, holder: title, note: title } as const
      await stage.store.known.add(ours, person.id, stage.parts.now())
      const work = { title, holder: title, text: `${title} ${'as it was printed '.repeat(99)}` }
      await stage.store.works.add(work, person.id, stage.parts.now())
      const [both, other] = [await stage.put(atRiskAndThreatening()), await stage.put(doxxing())]
      const message = await stage.put(abusiveMessage())
      const [unsure, danger] = [await stage.put(alarm()), await stage.put(inDanger())]
      const findings = [...(insult().findings ?? []), aFinding({ score: 0.6, spans: [{ start: 20, end: 45 }] })]
      const twice = await stage.put(insult({ findings }))
      const { queue } = stage.store
      const of = async (lane: 'risk' | 'police' | 'proposal' | 'performed') =>
        (await queue.page({ lane }, null, 1))[0]?.id ?? 'none'
      const mine = await queue.page({ lane: 'casework' }, null, 1)
      const own = await stage.store.sessions.of(cookie.split('=')[1] ?? '', stage.parts.now())
      const justNow = mine[0]?.id ?? 'none'
      await queue.answer(justNow, own?.staff.id ?? '', { answer: 'agreed' }, null, stage.parts.now())
      const key = await stage.store.people.invite(null, stage.parts.now())
      const given = Object.entries({
        queue: '/',
        answered: `/?done=${justNow}`,
        proposals: '/?lane=proposal',
        empty: '/?lane=casework',
        risk: `/case/${await of('risk')}`,
        police: `/case/${await of('police')}`,
        proposal: `/case/${await of('proposal')}?change=1`,
        performed: `/case/${await of('performed')}`,
        wide: `/case/${wide.id}`,
        closed: `/case/${done.id}`,
        'by-hand': '/by-hand',
        answers: '/answers',
        log: '/log',
        accounts: '/accounts',
        people: '/people',
        pictures: '/pictures',
        register: '/register',
        erasing: `/pictures/${wide.item.pictures[0]?.id}/erase`,
        removing: `/people/${person.id}/remove`,
        both: `/case/${both.id}`,
        doxxing: `/case/${other.id}?change=1`,
        message: `/case/${message.id}`,
        alarm: `/case/${unsure.id}`,
        danger: `/case/${danger.id}`,
        twice: `/case/${twice.id}`,
        missing: '/case/nothing',
        'sign-in': '/sign-in',
        welcome: `/welcome?key=${key}`,
        'used-up': '/welcome?key=old',
      })
      for (const [name, path] of given) pages.set(name, path)
    })

    it.each(LOOKS)(
      'is without a fault in axe, $colorScheme at $width px, and never scrolls sideways',
      async (given) => {
        const { colorScheme, width } = given
        // axe is put into the page, which our own policy rightly forbids.
        const page = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
        const faults: string[] = []
        for (const [name, path] of pages) {
          await page.goto(`${base}${path}`)
          faults.push(...(await faultsOf(page, name, given)))
        }
        expect(faults).toEqual([])
        await page.context().close()
      },
      120_000,
    )

    it('has buttons and links of a size that a thumb can hit', async () => {
      const page = await open({ viewport: { width: 320, height: 900 } })
      const small: string[] = []
      for (const [name, path] of pages) {
        await page.goto(`${base}${path}`)
        small.push(...(await tooSmall(page, name)))
      }
      expect(small).toEqual([])
      await page.context().close()
    })
  })

  it('gave the browser nothing to complain about', () => {
    expect(visit.complaints).toEqual([])
    expect(stage.failures).toEqual([])
  })
})

/** One grey pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
