import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../../src/store/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, insult, look, type Stage } from './seed.ts'

/** Two people at one queue, each with a browser; and hands that are quicker than the machine. */

describe.skipIf(!hasBrowser)('in two browsers', () => {
  let stage: Stage
  let browser: Browser
  let visit: Awaited<ReturnType<typeof visiting>>
  let priya: Awaited<ReturnType<Stage['join']>>
  let tom: Awaited<ReturnType<Stage['join']>>

  beforeAll(async () => {
    stage = await aStage()
    browser = await launchChromium()
    visit = await visiting(stage.app, browser)
    priya = await stage.join('Priya Nair')
    tom = await stage.join('Tom Walsh')
  })
  afterAll(async () => {
    await browser.close()
    visit.close()
    expect(visit.complaints).toEqual([])
    expect(stage.failures).toEqual([])
    await stage.close()
  })

  const holder = async ({ id }: Case) => (await stage.store.claims.on([id], stage.parts.now())).get(id)?.name
  const answered = async ({ id }: Case) => (await stage.store.queue.find(id))?.reviews.length
  const card = (page: Page, { id }: Case) => page.locator(`#case-${id}`)
  const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id')
  const emptied = async (): Promise<void> => {
    for (const { id } of await stage.store.queue.page({}, null, 100))
      await stage.store.queue.answer(id, tom.id, { answer: 'agreed', anyway: true }, null, stage.parts.now())
  }
  const three = async (): Promise<[Case, Case, Case]> => [
    await stage.put(insult()),
    await stage.put(insult()),
    await stage.put(insult()),
  ]

  it('says to each what the other looks at, by focus and by page, and asks before both decide one', async () => {
    const [first, second, third] = await three()
    const [hers, his] = [await visit.open(priya.cookie), await visit.open(tom.cookie)]
    await hers.goto(visit.base)
    await his.goto(visit.base)
    await card(hers, first).focus()
    await expect.poll(() => holder(first)).toBe('Priya Nair')
    await card(his, first).focus()
    await expect.poll(() => card(his, first).locator('.held').innerText()).toContain('Priya Nair is looking at this')
    expect(await card(hers, first).locator('.held').isVisible()).toBe(false)

    // He decides all the same, and has to say so.
    await Promise.all([his.waitForURL(/answer/), his.keyboard.press('a')])
    expect(await his.getByRole('heading', { level: 1 }).innerText()).toBe('A colleague is looking at this')
    expect(await answered(first)).toBe(0)
    await his.getByRole('link', { name: 'Back to the queue' }).click()

    // She walks on: what she left is free, and what she looks at is hers.
    await hers.keyboard.press('j')
    await expect.poll(() => holder(second)).toBe('Priya Nair')
    await expect.poll(() => holder(first)).toBeUndefined()
    await card(his, first).focus()
    await Promise.all([his.waitForURL(/done=/), his.keyboard.press('d')])
    expect(await answered(first)).toBe(1)
    // Past hers.
    expect(await focused(his)).toBe(`case-${third.id}`)

    await Promise.all([his.waitForURL(/\/case\//), his.keyboard.press('o')])
    await expect.poll(() => holder(third)).toBe('Tom Walsh')
    await his.goto('about:blank')
    await expect.poll(() => holder(third)).toBeUndefined()
    await hers.context().close()
    await his.context().close()
    await emptied()
  })

  it('leaves a case to others by one key, goes on, and takes it back by another', async () => {
    const [first, second] = await three()
    const page = await visit.open(priya.cookie)
    await page.goto(visit.base)
    await card(page, first).focus()
    await Promise.all([page.waitForURL(/left=/), page.keyboard.press('h')])
    expect(await card(page, first).count()).toBe(0)
    expect(await focused(page)).toBe(`case-${second.id}`)
    await Promise.all([page.waitForURL((url) => !url.search.includes('left=')), page.keyboard.press('u')])
    expect(await focused(page)).toBe(`case-${first.id}`)
    expect(await answered(first)).toBe(0)
    await page.context().close()
    await emptied()
  })

  it('never decides two cases by a double press, nor by a key that is held down', async () => {
    const [first, second, third] = await three()
    const page = await visit.open(priya.cookie)
    await page.goto(visit.base)
    await card(page, first).focus()
    // The second press comes when the next case has the focus already.
    await Promise.all([page.waitForURL(/done=/), page.keyboard.press('a')])
    const early = await page.evaluate<boolean>(`(() => {
      sessionStorage.setItem('pressed', 'a ' + Date.now())
      const event = new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true })
      return !document.activeElement.dispatchEvent(event)
    })()`)
    expect(early).toBe(true)
    await page.waitForTimeout(400)
    expect(await answered(first)).toBe(1)
    expect(await answered(second)).toBe(0)

    await page.keyboard.down('a')
    await page.keyboard.down('a')
    await page.waitForURL(new RegExp(`done=${second.id}`))
    for (let n = 0; n < 5; n++) await page.keyboard.down('a')
    await page.keyboard.up('a')
    await page.waitForTimeout(400)
    expect([await answered(second), await answered(third)]).toEqual([1, 0])
    await page.context().close()
    await emptied()
  })

  it('applies no key to a case that is not there yet, and says so', async () => {
    const [first, second, third] = await three()
    const page = await visit.open(priya.cookie)
    await page.goto(`${visit.base}/case/${first.id}`)
    await page.locator('[data-case]').focus()
    // All of them before the answer can have come.
    const toasts = await page.evaluate<number>(`(() => {
      for (const key of ['a', 'd', 'j', 'h', 'a', 'o'])
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      return document.querySelectorAll('.toast').length
    })()`)
    expect(toasts).toBe(1)
    await page.waitForURL(/done=/)
    const given = (await stage.store.queue.find(first.id))?.reviews.map(({ answer }) => answer)
    expect(given).toEqual(['agreed'])
    expect([await answered(second), await answered(third)]).toEqual([0, 0])
    expect(await focused(page)).toBe(`case-${second.id}`)
    await page.context().close()
    await emptied()
  })

  it.each(LOOKS)('has no fault in axe with filters, claims and notes, $colorScheme at $width px', async (given) => {
    const one = await stage.put(insult())
    await stage.put(look())
    await stage.store.claims.take(one.id, tom.id, stage.parts.now())
    await stage.store.notes.write(one.itemId, priya.id, `They rang twice. ${'x'.repeat(200)}`, stage.parts.now())
    const { colorScheme, width } = given
    const page = await visit.open(priya.cookie, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
    const faults: string[] = []
    const person = one.item.authorId ?? ''
    for (const [name, path] of Object.entries({
      narrowed: `/?age=new&clause=abuse&platform=bluesky&person=${person}`,
      whose: '/?who=a',
      claimed: `/case/${one.id}`,
    })) {
      await page.goto(`${visit.base}${path}`)
      faults.push(...(await faultsOf(page, `shared-${name}`, given)))
      if (width === 320) faults.push(...(await tooSmall(page, name)))
    }
    expect(faults).toEqual([])
    await page.context().close()
    await emptied()
  })
})
