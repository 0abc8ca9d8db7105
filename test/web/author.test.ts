import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../../src/store/index.ts'
import { anAuthor } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, atRisk, insult, look, read, type Stage, visitor } from './seed.ts'

/** One person with accounts on several platforms: who says so, how, and what the console then shows. */

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let visit: ReturnType<typeof visitor>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  visit = visitor(stage.app, priya.cookie)
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

let round = 0
const idOf = ({ item }: Case): string => item.authorId ?? ''
/** Somebody wrote on two platforms, under names that nobody could match. */
async function somebody() {
  const name = `walker${++round}`
  const here = await stage.put(
    insult({
      author: anAuthor({ platform: 'facebook', displayName: `Ros <b>Okafor</b> ${round}`, handle: `Ros ${round}` }),
    }),
  )
  const there = await stage.put(look({ author: anAuthor({ platform: 'x', displayName: 'hill', handle: `@${name}` }) }))
  return { name, here, there, hereId: idOf(here), thereId: idOf(there) }
}
const TOLD = { ground: 'told', why: 'In their message of 3 May' }
const link = ({ hereId, thereId }: { hereId: string; thereId: string }) =>
  visit.post(`/author/${hereId}/link`, { with: thereId, ...TOLD })
const identityOf = async (id: string) => (await stage.store.identities.find(id))[0]?.identity
const logged = async () => (await stage.store.log.page(null, 1))[0]

describe('linking the accounts of one person', () => {
  it('begins at a case, with a search among those who wrote on other platforms, and guesses nobody', async () => {
    const { name, here, there, hereId, thereId } = await somebody()
    expect(await visit.page(`/case/${here.id}`)).toContain(`href="/author/${hereId}"`)
    const before = await visit.page(`/author/${hereId}`)
    expect(read(before)).toContain('on Facebook')
    expect(read(before)).toContain('Serjeant never guesses')
    expect(before).not.toContain(name)

    const found = await visit.page(`/author/${hereId}?q=${name.toUpperCase()}`)
    expect(read(found)).toContain(`hill @${name} on X`)
    expect(found).toContain(`/author/${hereId}/link?with=${thereId}`)
    expect(read(await visit.page(`/author/${thereId}?q=okafor`))).toContain('on Facebook')
    expect(read(await visit.page(`/author/${hereId}?q=nobody-such`))).toContain('Nobody known by that name has written')
    expect(there.item.author?.identity).toBeNull()
  })

  it('shows both, asks how the office knows and where it was said, and takes no other ground', async () => {
    const { name, hereId, thereId } = await somebody()
    const path = `/author/${hereId}/link`
    const asked = await visit.page(`${path}?with=${thereId}`)
    expect(read(asked)).toContain(`Ros &lt;b&gt;Okafor&lt;/b&gt; ${round}`)
    expect(read(asked)).toContain(`hill @${name} on X`)
    expect(asked).not.toContain('<b>Okafor')
    for (const [form, error] of [
      [{}, 'Say how the office knows.'],
      [{ ground: 'style', why: 'They write alike' }, 'Say how the office knows.'],
      [{ ground: 'profile', why: '  ' }, 'Write where they said it'],
    ] as const) {
      const refused = await visit.post(path, { with: thereId, ...form })
      expect(refused.status).toBe(422)
      const html = await refused.text()
      expect(read(html)).toContain(error)
      if ('ground' in form && form.ground === 'profile') expect(html).toMatch(/value="profile"[^>]*checked/)
    }
    expect(await identityOf(hereId)).toBeNull()

    const linked = await visit.post(path, { with: thereId, ...TOLD })
    expect(linked.headers.get('location')).toBe(`/author/${hereId}?linked=1`)
    expect(await logged()).toMatchObject({ kind: 'linked', actor: priya.id, authorId: hereId })
    expect(await identityOf(hereId)).toBe(await identityOf(thereId))
    // A second press changes nothing.
    const { seq } = (await logged()) ?? {}
    expect((await visit.post(path, { with: thereId, ...TOLD })).status).toBe(303)
    expect((await logged())?.seq).toBe(seq)
  })

  it('is refused for two of one platform, and finds nothing under an unknown id', async () => {
    const { hereId } = await somebody()
    const { hereId: alike } = await somebody()
    const refused = await link({ hereId, thereId: alike })
    expect(refused.status).toBe(409)
    expect(read(await refused.text())).toContain('Only accounts on different platforms can be linked.')
    const nobody = '00000000-0000-7000-8000-000000000000'
    for (const path of [
      `/author/${nobody}`,
      `/author/${nobody}/unlink`,
      `/author/${hereId}/link?with=${nobody}`,
      `/author/${hereId}/link`,
    ])
      expect([path, (await visit.get(path)).status]).toEqual([path, 404])
    expect((await visit.post(`/author/${hereId}/link`, { with: "'; --", ...TOLD })).status).toBe(404)
  })

  it('shows one history, what was agreed and said, and who linked them, on each page of theirs', async () => {
    const both = await somebody()
    await link(both)
    for (const [own, other, platform, place] of [
      [both.here, both.there, 'X', 'Facebook'],
      [both.there, both.here, 'Facebook', 'X'],
    ] as const) {
      const page = await visit.page(`/case/${own.id}`)
      expect(read(page)).toContain(`also on ${platform}`)
      expect(read(page)).toContain(`Also on ${platform}`)
      expect(page).toContain(`href="/case/${other.id}"`)
      const whole = read(await visit.page(`/author/${idOf(own)}`))
      expect(whole).toContain(`Linked by Priya Nair`)
      expect(whole).toContain('they told the office')
      expect(whole).toContain(TOLD.why)
      expect(whole).toContain(`on ${place}`)
      expect(whole.match(/its case/g)).toHaveLength(2)
    }
  })

  it('says that somebody who seemed to be at risk on one platform is in care on the other', async () => {
    const both = await somebody()
    const risk = await stage.put(atRisk({ author: anAuthor({ platform: 'instagram', handle: `ig${round}` }) }))
    await visit.post(`/author/${both.hereId}/link`, {
      with: idOf(risk),
      ground: 'profile',
      why: 'Their profile says so',
    })
    expect(read(await visit.page(`/author/${both.hereId}`))).toContain('This person seemed to be at risk')
    expect(read(await visit.page(`/author/${both.thereId}`))).not.toContain('This person seemed to be at risk')
  })

  it('is taken apart by somebody who is asked first, and is in the log', async () => {
    const both = await somebody()
    await link(both)
    const path = `/author/${both.thereId}/unlink`
    expect(read(await visit.page(path))).toContain('This one is taken out:')
    expect((await visit.post(path)).headers.get('location')).toBe(path)
    expect(await identityOf(both.hereId)).not.toBeNull()
    expect((await visit.post(path, { sure: 'yes' })).headers.get('location')).toBe(`/author/${both.thereId}?unlinked=1`)
    expect(await logged()).toMatchObject({ kind: 'unlinked', actor: priya.id, authorId: both.thereId })
    expect([await identityOf(both.hereId), await identityOf(both.thereId)]).toEqual([null, null])
    expect((await visit.get(path)).headers.get('location')).toBe(`/author/${both.thereId}`)
    expect(read(await visit.page(`/case/${both.here.id}`))).not.toContain('also on')
  })
})

it('a block that was taken back on the platform is shown as that, and can’t be undone once more', async () => {
  const found = await stage.put(insult())
  await visit.post(`/case/${found.id}/answer`, { answer: 'agreed' })
  // The block waits for the standard answer before it.
  for (const _ of ['before', 'the block'])
    for (const errand of await stage.store.outbox.lease(stage.accountId, stage.parts.now(), 'w', 200, 60_000))
      await stage.store.outbox.settle(errand, { is: 'done', receipt: null }, stage.parts.now())
  const { questions, compared } = stage.store.reconciling
  const asked = await questions(stage.accountId, 'block', null, stage.parts.now())
  const ours = asked.filter(({ does }) => does.author?.id === found.item.author?.externalId)
  const before = await visit.page(`/case/${found.id}`)
  expect(await compared(ours, new Set(ours.map(({ doesNot }) => doesNot.id)), stage.parts.now())).toBe(1)
  const after = await visit.page(`/case/${found.id}`)
  expect(read(after)).toContain('Done, and taken back by hand')
  expect(read(after)).toContain('Serjeant does not do it again by itself.')
  const undoable = (html: string) => html.match(/action="\/action\/[^"]+\/undo"/g)?.length ?? 0
  expect(undoable(after)).toBe(undoable(before) - 1)
})

it('a block that somebody made by hand is said beside the proposal', async () => {
  const found = await stage.put(insult())
  const { questions, compared } = stage.store.reconciling
  const asked = await questions(stage.accountId, 'block', null, stage.parts.now())
  const ours = asked.filter(({ does }) => does.author?.id === found.item.author?.externalId)
  await compared(ours, new Set(ours.map(({ does }) => does.id)), stage.parts.now())
  expect(read(await visit.page(`/case/${found.id}`))).toContain('Somebody has done it by hand on Bluesky already')
})

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser
  let tabs: Awaited<ReturnType<typeof visiting>>
  beforeAll(async () => {
    browser = await launchChromium()
    tabs = await visiting(stage.app, browser)
  })
  afterAll(async () => {
    await browser.close()
    tabs.close()
  })

  it('accounts are linked and taken apart by keyboard alone, without JavaScript', async () => {
    const { name, here, hereId, thereId } = await somebody()
    const tab = await tabs.open(priya.cookie, { javaScriptEnabled: false })
    await tab.goto(`${tabs.base}/case/${here.id}`)
    await tab.locator('summary', { hasText: 'The person' }).press('Enter')
    await tab.getByRole('link', { name: 'Link their account on another platform' }).press('Enter')
    await tab.getByLabel('Its handle or name').fill(name)
    await tab.keyboard.press('Enter')
    await tab.getByRole('link', { name: 'The same person' }).press('Enter')
    expect(await tab.getByRole('heading', { level: 1 }).innerText()).toBe('Is this the same person?')
    await tab.getByLabel('They told this office so themselves').press('Space')
    await tab.getByLabel('Where did they say it?').fill(TOLD.why)
    await tab.keyboard.press('Enter')
    expect(await tab.getByRole('status').innerText()).toBe('The accounts are linked as one person.')
    expect(await identityOf(thereId)).toBe(await identityOf(hereId))
    await tab.getByRole('link', { name: 'Take apart' }).last().press('Enter')
    await tab.getByRole('button', { name: 'Take it apart' }).press('Enter')
    expect(await tab.getByRole('status').innerText()).toBe('This account stands by itself again.')
    expect(await identityOf(hereId)).toBeNull()
    await tab.context().close()
  })

  it('no page has a fault in axe, scrolls sideways, or has small buttons', async () => {
    const [linked, apart] = [await somebody(), await somebody()]
    await link(linked)
    const risk = await stage.put(atRisk({ author: anAuthor({ platform: 'instagram', handle: 'r'.repeat(60) }) }))
    await visit.post(`/author/${linked.hereId}/link`, { with: idOf(risk), ground: 'profile', why: 'w'.repeat(300) })
    const pages = {
      'author-linked': `/author/${linked.hereId}`,
      'author-search': `/author/${apart.hereId}?q=${apart.name}`,
      'author-link': `/author/${apart.hereId}/link?with=${apart.thereId}`,
      'author-unlink': `/author/${linked.thereId}/unlink`,
      'author-case': `/case/${linked.here.id}`,
    }
    const faults: string[] = []
    // Each colour scheme and each width once: no colour depends on the width.
    for (const given of process.env['SHOTS'] === undefined ? LOOKS.slice(1, 3) : LOOKS) {
      const { colorScheme, width } = given
      // axe is put into the page, which our own policy rightly forbids.
      const tab = await tabs.open(priya.cookie, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
      for (const [name, path] of Object.entries(pages)) {
        await tab.goto(`${tabs.base}${path}`)
        faults.push(...(await faultsOf(tab, name, given)))
        if (width === 320) faults.push(...(await tooSmall(tab, name)))
      }
      await tab.context().close()
    }
    expect(faults).toEqual([])
    expect(tabs.complaints).toEqual([])
  }, 120_000)
})
