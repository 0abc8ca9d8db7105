import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dayIn } from '../../src/day.ts'
import type { Case, Staff } from '../../src/store/index.ts'
import { aFinding, anAuthor, NOON } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { animation, drawing } from '../support/pictures.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, atRisk, hiddenAlone, insult, look, read, type Stage, threat, visitor } from './seed.ts'

/** How staff are spared: masks, what they meet counted for themselves, breaks, and people they need not be shown. */

let stage: Stage
let me: Staff & { cookie: string }
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

let joined = 0
/** Somebody new each time, whose day begins with nothing. */
beforeEach(async () => {
  me = await stage.join(`Reader ${++joined}`)
})

const mine = () => visitor(stage.app, me.cookie)
const met = async (): Promise<number> => {
  const day = dayIn('Europe/London', stage.parts.now())
  return (await stage.store.care.of(me.id, day)).met
}
const article = (html: string): string => /<article.*?<\/article>/s.exec(html)?.[0] ?? ''
const masksOff = (html: string): string => read(html).replaceAll('[masked word]', '')

describe('what is masked', () => {
  it('is not in the page until it is asked for, and counts then, once', async () => {
    const found = await stage.put(insult())
    const { page } = mine()
    expect(article(await page(`/case/${found.id}`))).not.toMatch(/worthless|shit/)
    expect(await met()).toBe(0)
    for (let n = 0; n < 2; n++)
      expect(article(await page(`/case/${found.id}?show=${found.item.id}`))).toContain('worthless sack of shit')
    expect(await met()).toBe(1)
    // Asking for another part shows no more than that.
    expect(article(await page(`/case/${found.id}?show=other&show=${found.id}`))).not.toMatch(/worthless|shit/)
  })

  it('stays so on a page that answers a form, and leads back to the case', async () => {
    const found = await stage.put(insult())
    const html = await (await mine().post(`/case/${found.id}/answer`, { answer: 'changed', action: 'fly' })).text()
    expect(article(html)).not.toMatch(/worthless|shit/)
    expect(html).toContain(`action="/case/${found.id}#part-${found.item.id}"`)
  })

  it('is the coarse words of names and of what stands around it, too', async () => {
    const author = anAuthor({ displayName: 'Total Cunt', handle: '@gaz' })
    const found = await stage.put(look({ author }))
    const html = article(await mine().page(`/case/${found.id}`))
    expect(html).not.toContain('Cunt')
    expect(masksOff(html)).toContain('Total C███ @gaz')
  })

  it('is the whole text for whoever wants it so', async () => {
    const found = await stage.put(insult())
    const { page, post } = mine()
    expect((await post('/me', { mask: 'whole', enough: '' })).status).toBe(303)
    const html = article(await page(`/case/${found.id}`))
    expect(html).not.toMatch(/Hartley|Answer the question/)
    expect(read(html)).toContain('[masked text]')
    expect(article(await page(`/case/${found.id}?show=${found.item.id}`))).toContain('worthless sack of shit')
    expect(await met()).toBe(1)
  })

  it('is nothing for whoever wants it so, and each hard text that is shown counts', async () => {
    const found = await stage.put(insult())
    const harmless = await stage.put(look())
    const { page, post } = mine()
    await post('/me', { mask: 'nothing', enough: '' })
    expect(article(await page(`/case/${harmless.id}`))).not.toContain('<mark>worthless')
    const html = article(await page(`/case/${found.id}`))
    expect(html).toContain('<mark>worthless sack of shit</mark>')
    expect(html).not.toContain('class="ask"')
    const day = dayIn('Europe/London', stage.parts.now())
    const { unmasked } = await stage.store.exposure.totals(day, new Date(day.getTime() + 86_400_000))
    expect(await met()).toBe(unmasked)
    expect(unmasked).toBeGreaterThan(0)
  })

  it('is never what somebody at risk wrote, which counts as read', async () => {
    const found = await stage.put(atRisk({ findings: [...(atRisk().findings ?? []), aFinding({ spans: [] })] }))
    const { page, post } = mine()
    await post('/me', { mask: 'whole', enough: '' })
    expect(read(article(await page(`/case/${found.id}`)))).toContain(found.item.text)
    expect(await met()).toBe(1)
  })

  it('is each finding’s own words as well, where the whole text is', async () => {
    const [first] = insult().findings ?? []
    const findings = [first, aFinding({ score: 0.6, spans: [{ start: 20, end: 32 }] })].flatMap((one) => one ?? [])
    const found = await stage.put(insult({ findings }))
    const { page, post } = mine()
    await post('/me', { mask: 'whole', enough: '' })
    expect(article(await page(`/case/${found.id}`))).not.toMatch(/“.*sack/)
    const [own] = found.item.findings
    const html = read(article(await page(`/case/${found.id}?show=${own?.id}`)))
    expect(html).toMatch(/“(worthless )?sack of shit”/)
    expect(html).not.toContain('Answer the question')
    expect(await met()).toBe(1)
  })
})

describe('my settings', () => {
  it('refuse what makes no sense, and keep the rest', async () => {
    const { post, page } = mine()
    for (const enough of ['0', '4', '51', '7.5', 'ten'])
      expect((await post('/me', { mask: 'whole', enough })).status, enough).toBe(422)
    expect((await post('/me', { mask: 'all', enough: '' })).status).toBe(422)
    expect(await page('/me')).toMatch(/value="letters" checked/)
    expect((await post('/me', { mask: 'whole', enough: '10' })).status).toBe(303)
    expect(await page('/me')).toMatch(/value="whole" checked/)
  })

  it('are told to nobody: neither in the log nor to colleagues', async () => {
    const { post } = mine()
    const before = (await stage.store.log.page(null, 1))[0]?.seq
    await post('/me', { mask: 'nothing', enough: '5' })
    await post('/break/go-on', { to: '/' })
    await post('/break/pass-on')
    expect((await stage.store.log.page(null, 1))[0]?.seq).toBe(before)
  })
})

describe('a break', () => {
  const readSoMany = async (n: number) => {
    const all = Array.from({ length: n }, (_, one) => ({ what: `thing ${one}`, kind: 'words' as const }))
    await stage.store.exposure.record(me.id, dayIn('Europe/London', stage.parts.now()), all)
  }

  it('is suggested once it is enough, in the place of what can wait, and again after half as many', async () => {
    const found = await stage.put(insult())
    const { page, post, get } = mine()
    await post('/me', { mask: 'letters', enough: '10' })
    await readSoMany(9)
    expect(await page('/')).not.toContain('Time for a break?')
    await readSoMany(10)
    for (const path of ['/', `/case/${found.id}?lane=proposal`]) {
      const html = read(await page(path))
      expect(html).toMatch(/Time for a break\?\s*You have read 1\d hard things today\./)
      expect(html).toContain('Nobody is told of it')
    }
    // Everything else stays as it was, and so does an answer that is on its way.
    expect(await page('/answers')).not.toContain('Time for a break?</h1>')
    expect((await post(`/case/${found.id}/answer`, { answer: 'dismissed' })).status).toBe(303)
    const on = await post('/break/go-on', { to: `/case/${found.id}` })
    expect(on.headers.get('location')).toBe(`/case/${found.id}`)
    expect(await page('/')).not.toContain('Time for a break?</h1>')
    expect(read(await page('/'))).toMatch(/You have read 1\d hard things today\. Take a break/)
    await readSoMany(25)
    expect(await page('/')).toContain('Time for a break?</h1>')
    expect((await get('/break')).status).toBe(200)
  })

  it('keeps nobody from threats and from people at risk', async () => {
    const urgent = [await stage.put(threat()), await stage.put(atRisk())]
    const { page } = mine()
    await readSoMany(60)
    const html = await page('/')
    expect(html).toContain('Time for a break?</h1>')
    expect(read(html)).toMatch(/What can’t wait stays open to you: \S.* \(\d+\), \S.* \(\d+\)\./)
    for (const path of ['/?lane=risk', '/?lane=police', ...urgent.map(({ id }) => `/case/${id}`)])
      expect(await page(path), path).not.toContain('Time for a break?</h1>')
  })

  it('leads nowhere but back into the console', async () => {
    for (const to of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', ''])
      expect((await mine().post('/break/go-on', { to })).headers.get('location'), to).toBe('/')
  })

  it('comes with whom the office says one can turn to, and never with a link that runs', async () => {
    expect(read(await mine().page('/break'))).toContain('Employee Assistance Programme')
    const support = [
      { name: 'Samaritans', phone: '116 123', url: 'https://www.samaritans.org/', note: 'at any hour' },
      { name: 'Nobody', url: 'javascript:alert(1)' },
    ]
    await stage.store.settings.change('support', support, me.id, stage.parts.now())
    for (const path of ['/break', '/people']) {
      const html = await mine().page(path)
      expect(html).toContain('href="tel:116123"')
      expect(html).toContain('href="https://www.samaritans.org/"')
      expect(html).not.toContain('javascript:')
      expect(html).not.toContain('Employee Assistance')
    }
    await stage.store.settings.change('support', undefined, me.id, stage.parts.now())
  })
})

describe('a person one need not be shown', () => {
  it('is out of one’s own queue and in that of colleagues, until taken back', async () => {
    const author = anAuthor({ id: 'did:left', handle: '@left.example', displayName: 'Left Alone' })
    const found = await stage.put(look({ author }))
    const { post, page } = mine()
    const own = async (cookie: string) => read(await visitor(stage.app, cookie).page('/?lane=look'))
    expect(await own(me.cookie)).toContain('Left Alone')
    expect((await post(`/author/${found.item.authorId}/hand-on`)).headers.get('location')).toBe('/me?left=1')
    expect(await own(me.cookie)).not.toContain('Left Alone')
    await stage.put(look({ author, item: { text: 'And another thing about the car park.' } }))
    expect(await own(me.cookie)).not.toContain('Left Alone')
    const colleague = await stage.join(`Colleague ${joined}`)
    expect(await own(colleague.cookie)).toContain('Left Alone')
    expect(read(await page('/me'))).toMatch(/Left Alone @?\S+ on \w+/)
    expect(read(await visitor(stage.app, colleague.cookie).page('/me'))).not.toContain('Left Alone')
    await post(`/author/${found.item.authorId}/take-back`)
    expect(await own(me.cookie)).toContain('Left Alone')
  })

  it('is shown all the same while nobody else may answer, somebody at risk first of all', async () => {
    const alone = await aStage()
    const only = await alone.join('Only One')
    const found = await alone.put(atRisk())
    const { post, page } = visitor(alone.app, only.cookie)
    await post(`/author/${found.item.authorId}/hand-on`)
    expect(read(await page('/?lane=risk'))).toContain('Maureen')
    expect(read(await page('/me?left=1'))).toContain('you are shown them all the same')
    await alone.close()
  })
})

describe('a pile-on', () => {
  it('is answered without one hard word, where one who opens each meets all', async () => {
    const all: Case[] = []
    for (let n = 0; n < 20; n++) {
      const author = anAuthor({ id: `did:${n}`, handle: `@pile${n}` })
      all.push(await stage.put(n % 2 === 0 ? insult({ author }) : hiddenAlone({ author })))
    }
    const { page, post } = mine()
    for (const one of all.slice(0, 10)) {
      await page(`/case/${one.id}?lane=${one.lane}`)
      expect((await post(`/case/${one.id}/answer`, { answer: 'agreed' })).status).toBe(303)
    }
    expect(await met()).toBe(0)
    for (const one of all.slice(10)) await page(`/case/${one.id}?show=${one.item.id}`)
    expect(await met()).toBe(10)
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

  const withPicture = async (): Promise<Case> => {
    const media = [{ kind: 'image' as const, url: 'https://img.example/m', alt: 'A fucking drawing' }]
    const found = await stage.put(insult({ item: { ...insult().item, media } }))
    const bytes = await animation(await drawing(1), await drawing(2))
    await stage.store.pictures.keep(found.item.pictures[0]?.id ?? '', { bytes, type: 'image/gif' }, NOON)
    return found
  }

  it.each([true, false])('shows and masks in place, and counts it, with JavaScript: %s', async (javaScriptEnabled) => {
    const found = await withPicture()
    const page = await visit.open(me.cookie, { javaScriptEnabled })
    await page.goto(`${visit.base}/case/${found.id}`)
    const own = page.locator('article')
    const ask = (name: string) => own.getByRole('button', { name }).click()
    await ask('Show the masked words')
    await own.getByText('worthless sack of shit').first().waitFor()
    expect(await own.locator('.blurred').count()).toBe(1)
    await ask('Show picture 1')
    await own.locator('.blurred').waitFor({ state: 'detached' })
    if (javaScriptEnabled) expect(page.url()).not.toContain('show=')
    else expect(await own.getByText('worthless sack of shit').count()).toBe(1)
    expect(await met()).toBe(2)
    await ask('Mask it again')
    await own.getByText('worthless sack of shit').first().waitFor({ state: 'detached' })
    expect(await own.getByAltText('Picture 1').count()).toBe(1)
    expect(await met()).toBe(2)
    await page.context().close()
  })

  it('says to ears what eyes see, and no blocks', async () => {
    const found = await withPicture()
    const page = await visit.open(me.cookie)
    await page.goto(`${visit.base}/case/${found.id}`)
    const heard = await page.locator('article').ariaSnapshot()
    expect(heard).toContain('[masked word]')
    expect(heard).not.toMatch(/█|shit|fucking/)
    await page.context().close()
  })

  it('never lets anything play by itself', async () => {
    const found = await withPicture()
    const page = await visit.open(me.cookie)
    const id = found.item.pictures[0]?.id
    await page.goto(`${visit.base}/case/${found.id}?show=${id}`)
    expect(await page.locator('video, audio, [autoplay], iframe, object, embed').count()).toBe(0)
    const sizes = async (query: string) => (await (await mine().get(`/picture/${id}${query}`)).arrayBuffer()).byteLength
    expect(await sizes('')).toBeLessThan(await sizes('?moving=1'))
    expect(await page.getByRole('link', { name: 'Let it move' }).count()).toBe(1)
    await page.context().close()
  })

  it('goes where it is asked to where the part can’t be fetched', async () => {
    const found = await stage.put(insult())
    const page = await visit.open(me.cookie)
    await page.goto(`${visit.base}/case/${found.id}`)
    await page.evaluate('window.fetch = () => Promise.reject(new Error("offline"))')
    await page.locator('article').getByRole('button', { name: 'Show the masked words' }).click()
    await page.waitForURL(/show=/)
    expect(await page.locator('article mark').first().innerText()).toContain('worthless')
    await page.context().close()
  })

  it.each(LOOKS)(
    'is without a fault, $colorScheme at $width px',
    async (given) => {
      const { colorScheme, width } = given
      const found = await withPicture()
      const left = await stage.put(look({ author: anAuthor({ id: 'did:l', displayName: 'L'.repeat(60) }) }))
      const page = await visit.open(me.cookie, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
      const faults: string[] = []
      const at = async (name: string, path: string, on: Page = page) => {
        await on.goto(`${visit.base}${path}`)
        faults.push(...(await faultsOf(on, `care-${name}`, given)), ...(await tooSmall(on, `care-${name}`)))
      }
      const picture = found.item.pictures[0]?.id
      await at('letters', `/case/${found.id}`)
      await at('shown', `/case/${found.id}?show=${found.item.id}&show=${picture}`)
      await at('queue', '/?lane=proposal')
      await mine().post('/me', { mask: 'whole', enough: '5' })
      await at('whole', `/case/${found.id}`)
      await mine().post(`/author/${left.item.authorId}/hand-on`)
      await at('me', '/me?chosen=1')
      await at('break', '/break')
      await stage.store.exposure.record(
        me.id,
        dayIn('Europe/London', stage.parts.now()),
        ['a', 'b', 'c', 'd', 'e'].map((what) => ({ what, kind: 'words' })),
      )
      await at('suggested', '/')
      await at('enough', '/?lane=police')
      await mine().post('/me', { mask: 'nothing', enough: '' })
      await at('nothing', `/case/${found.id}`)
      expect(faults).toEqual([])
      await page.context().close()
    },
    120_000,
  )

  it('gave the browser nothing to complain about', () => {
    expect(visit.complaints).toEqual([])
    expect(stage.failures).toEqual([])
  })
})
