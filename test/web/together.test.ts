import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { POLICIES } from '../../moderation/policy.ts'
import type { Case } from '../../src/store/index.ts'
import { aFinding, anAuthor } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, atRisk, type Given, insult, read, type Stage, threat, visitor } from './seed.ts'

/** Many cases that are alike, answered as one: on the pages, by keyboard, and without JavaScript. */

const TEXT = 'You are a worthless sack of shit, Hartley. Answer the question about the library.'
const hide = { action: 'hide', how: 'propose', clause: 'abuse', breach: 'abuse' } as const
const block = { ...hide, action: 'block' } as const

const copy = (n: number, text = TEXT, steps: Given['decision'] = {}): Given => ({
  author: anAuthor({ displayName: `Writer ${n}`, handle: `@writer${n}` }),
  item: { text },
  findings: [aFinding({ spans: [{ start: text.indexOf('worthless'), end: text.indexOf('worthless') + 22 }] })],
  decision: { outcome: 'propose', act: 'hide', clauses: ['abuse'], reasons: [], steps: [hide], ...steps },
})

const stages: Stage[] = []
async function opened(policy = 'standard') {
  const chosen = POLICIES[policy]
  if (!chosen) throw new Error('no such policy')
  const stage = await aStage({ policy: chosen })
  stages.push(stage)
  const priya = await stage.join('Priya Nair')
  const put = async (...given: Given[]): Promise<Case[]> => {
    const cases: Case[] = []
    for (const one of given) {
      stage.pass(1)
      cases.push(await stage.put(one))
    }
    stage.pass(1)
    return cases
  }
  const state = async ({ id }: { id: string }): Promise<string[]> => {
    const found = await stage.store.queue.find(id)
    return found?.actions.map(({ kind, state: stands }) => `${kind} ${stands}`).sort() ?? []
  }
  return { stage, priya, put, state, ...visitor(stage.app, priya.cookie) }
}
afterEach(async () => {
  for (const stage of stages.splice(0)) {
    expect(stage.failures).toEqual([])
    await stage.close()
  }
})

/** The fields of the page's own form, as a browser would send them back. */
function formOf(html: string): [string, string][] {
  const form = /<form[^>]*id="joint".*?<\/form>/s.exec(html)?.[0] ?? ''
  return [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name ?? '',
    value ?? '',
  ])
}
const body = (fields: [string, string][]): string => new URLSearchParams(fields).toString()

describe('the pages', () => {
  it('say on a card how many are like it, and nothing where none is', async () => {
    const { put, page } = await opened()
    const [first] = await put(copy(1), copy(2, `${TEXT} 🤡`), copy(3), copy(4, 'You absolute muppet of a man'))
    const html = read(await page('/'))
    expect(html).toContain('And 2 more like it, from 3 people in all.')
    expect(html.match(/more like it/g)).toHaveLength(3)
    expect(await page('/')).toContain(`/together/${first?.id}?by=words#case-${first?.id}`)
  })

  it('list them with who wrote what, and mark what differs', async () => {
    const { put, page } = await opened()
    const [first] = await put(copy(1), copy(2), copy(3, `${TEXT} Signed, the whole street.`))
    const html = await page(`/together/${first?.id}`)
    expect(read(html)).toContain('3 that are alike')
    expect(read(html)).toContain('They say nearly the same, from 3 people')
    expect(html.match(/Word for word the same/g)).toHaveLength(1)
    expect(html).toContain('<mark>Signed, the whole street.</mark>')
    expect(html.match(/name="out"/g)).toHaveLength(3)
  })

  it('answer all but those that are left out, on whatever page they stood, and take it back', async () => {
    const { put, page, post, state, stage } = await opened()
    const cases = await put(
      ...Array.from({ length: 34 }, (_, n) => copy(n)),
      copy(99, 'Something else altogether, sadly.'),
    )
    const [first, second] = cases as [Case, Case]
    const html = await page(`/together/${first.id}?lane=proposal`)
    expect(read(html)).toContain('34 that are alike')
    const [next] = /name="go" value="(\d+\.[\w-]+)"/.exec(html.slice(html.indexOf('class="more"')))?.slice(1) ?? []
    const turned = await stage.app.request(`http://localhost/together/${first.id}`, {
      method: 'POST',
      headers: {
        cookie: (await stage.join('Tom')).cookie,
        origin: 'http://localhost',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: body([...formOf(html), ['out', second.id], ['go', next ?? '']]),
    })
    const secondPage = await page(turned.headers.get('location')?.split('#')[0] ?? '')
    expect(read(secondPage)).toContain('You leave out 1')
    const last = cases[33] as Case
    expect(secondPage).toContain(`value="${last.id}" form="joint"`)
    const fields = Object.fromEntries(formOf(secondPage))
    expect(fields['out']).toBe(second.id)
    const answered = await post(`/together/${first.id}`, { ...fields, answer: 'agreed', why: 'One campaign.' })
    const to = answered.headers.get('location') ?? ''
    expect(to).toMatch(new RegExp(`^/\\?lane=proposal&together=[\\w-]+#case-`))
    expect(to).toContain(`#case-${second.id}`)
    expect(await state(first)).toEqual(['hide queued'])
    expect(await state(last)).toEqual(['hide queued'])
    expect(await state(second)).toEqual(['hide proposed'])
    expect((await stage.store.queue.find(last.id))?.reviews[0]?.why).toBe('One campaign.')
    const queue = await page(to.split('#')[0] ?? '')
    expect(read(queue)).toContain('Agreed: 33 together. On its way: hide it (33).')
    const undo = /action="(\/together\/given\/[\w-]+\/undo)"/.exec(queue)?.[1] ?? ''
    const back = await post(undo, { lane: 'proposal' })
    expect(back.headers.get('location')).toContain(`#case-${first.id}`)
    expect(read(await page(back.headers.get('location')?.split('#')[0] ?? ''))).toContain(
      'Taken back: 33 cases are open again.',
    )
    expect(await state(first)).toEqual(['hide proposed'])
    expect((await post(undo)).status).toBe(409)
  }, 60_000)

  it('name whoever was left out since something had changed', async () => {
    const { put, page, post, stage } = await opened()
    const by = anAuthor({ displayName: 'Maureen', handle: '@maureen' })
    const [first, second] = (await put(copy(1), { ...copy(2), author: by }, copy(3))) as [Case, Case]
    const fields = Object.fromEntries(formOf(await page(`/together/${first.id}`)))
    await put(atRisk({ author: by }))
    const answered = await post(`/together/${first.id}`, { ...fields, answer: 'agreed' })
    const html = read(await page((answered.headers.get('location') ?? '').split('#')[0] ?? ''))
    expect(html).toContain('Agreed: 2 together.')
    expect(html).toContain('1 had changed and was left out.')
    const given = read(await page(`/together/given/${fields['id']}`))
    expect(given).toContain('Maureen @maureen: the person may be at risk, so it is read by itself.')
    expect((await stage.store.queue.find(second.id))?.closedAt).toBeNull()
  })

  it('block nobody in bulk where the policy forbids it, and say so', async () => {
    const blocks = { act: 'block', steps: [hide, block] } as const
    const decision = { act: blocks.act, steps: [...blocks.steps] }
    const { put, page, post, state } = await opened('dhesi')
    const [first, second] = (await put(copy(1, TEXT, decision), copy(2, TEXT, decision))) as [Case, Case]
    const html = await page(`/together/${first.id}`)
    expect(read(html)).toContain('This office blocks nobody in bulk. If you agree: hide it, for all of them.')
    expect(read(html)).toContain('Agree: hide it, for 2')
    expect(html).not.toMatch(/name="action" value="(block|delete|close-comments)"/)
    const fields = Object.fromEntries(formOf(html))
    const clause = POLICIES['dhesi']?.clauses[0]?.id ?? ''
    const forced = { ...fields, answer: 'changed', action: 'block', clause }
    expect((await post(`/together/${first.id}`, forced)).status).toBe(422)
    await post(`/together/${first.id}`, { ...fields, answer: 'agreed' })
    for (const one of [first, second]) expect(await state(one)).toEqual(['block proposed', 'hide queued'])
    const card = read(await page('/'))
    expect(card).toContain('You agreed, but whether to block the person is left open')
    expect(card).toContain('Do not block the person')
    expect(card).not.toContain('more like it')
  })

  it('block together where the policy allows it', async () => {
    const decision = { act: 'block' as const, steps: [hide, block] }
    const { put, page, post, state } = await opened('benn')
    const [first, second] = (await put(copy(1, TEXT, decision), copy(2, TEXT, decision))) as [Case, Case]
    const html = await page(`/together/${first.id}`)
    expect(read(html)).not.toContain('in bulk')
    await post(`/together/${first.id}`, { ...Object.fromEntries(formOf(html)), answer: 'agreed' })
    for (const one of [first, second])
      expect(await state(one)).toEqual(['block queued', 'hide queued', 'redirect queued'])
  })

  it('ask why before threats are dismissed together, and are for those alone who may answer', async () => {
    const { put, page, post, stage } = await opened()
    const [first] = (await put(threat(), threat())) as [Case, Case]
    const fields = Object.fromEntries(formOf(await page(`/together/${first.id}`)))
    const refused = await post(`/together/${first.id}`, { ...fields, answer: 'dismissed' })
    expect(refused.status).toBe(422)
    expect(read(await refused.text())).toContain('Say first why these are no matter for the police.')
    const link = await stage.store.people.invite(null, stage.parts.now(), null, ['administrator'])
    const admin = await stage.store.people.accept(link, 'Only Admin', 'correct horse battery staple', stage.parts.now())
    if (admin === null || typeof admin === 'string') throw new Error('could not join')
    const { token } = await stage.store.sessions.begin(admin.id, stage.parts.now())
    const other = visitor(stage.app, `serjeant=${token}`)
    expect((await other.post(`/together/${first.id}`, { ...fields, answer: 'agreed' })).status).toBe(403)
  })

  it('find nothing under unknown ids, and take whatever an address says', async () => {
    const { put, get } = await opened()
    const [one] = (await put(insult())) as [Case]
    for (const path of [
      '/together/00000000-0000-7000-8000-000000000000',
      '/together/x',
      '/together/given/00000000-0000-7000-8000-000000000000',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404])
    for (const query of ['by=x', 'till=-1', 'till=9e99', 'past=1.x', 'out=<b>', 'id=x', 'till=99999999999999999'])
      expect([query, (await get(`/together/${one.id}?${query}`)).status]).toEqual([query, 200])
  })
})

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  it('answers a pile-on with two keys and takes it back with one', async () => {
    const { put, state, stage, priya } = await opened()
    const [first, second, third, other] = (await put(
      copy(1),
      copy(2),
      copy(3),
      copy(9, 'Something else altogether, sadly.'),
    )) as [Case, Case, Case, Case]
    const visit = await visiting(stage.app, browser)
    const page = await visit.open(priya.cookie)
    const press = (key: string) =>
      Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press(key)])
    const focused = (): Promise<string> => page.evaluate('document.activeElement.id')
    await page.goto(`${visit.base}/`)
    await page.locator(`#case-${first.id}`).focus()
    await press('g')
    expect(await focused()).toBe(`case-${first.id}`)
    await page.getByLabel('Leave this one out').nth(1).focus()
    await page.keyboard.press('Space')
    // Enter on a box presses the first button, which only counts.
    await press('Enter')
    expect(await page.getByText('You leave out 1').isVisible()).toBe(true)
    await press('a')
    expect(await focused()).toBe(`case-${second.id}`)
    expect(await Promise.all([first, second, third, other].map(state))).toEqual([
      ['hide queued'],
      ['hide proposed'],
      ['hide queued'],
      ['hide proposed'],
    ])
    await page.waitForTimeout(400)
    await press('u')
    expect(await focused()).toBe(`case-${first.id}`)
    expect(await state(third)).toEqual(['hide proposed'])
    expect(visit.complaints).toEqual([])
    await page.context().close()
    visit.close()
  })

  it('does the same without JavaScript', async () => {
    const { put, state, stage, priya } = await opened()
    const [first, second] = (await put(copy(1), copy(2), copy(3))) as [Case, Case]
    const visit = await visiting(stage.app, browser)
    const page = await visit.open(priya.cookie, { javaScriptEnabled: false })
    await page.goto(`${visit.base}/`)
    await page
      .getByRole('link', { name: /Answer them together/ })
      .first()
      .click()
    await page.getByLabel('Leave this one out').nth(1).check()
    await page.getByText('Change …').click()
    await page.getByLabel('Mute the person').check()
    await page.getByLabel('Which published rule').selectOption('abuse')
    await page.getByRole('button', { name: /Decide this for/ }).click()
    expect(await page.getByRole('status').innerText()).toContain('Changed: 2 together.')
    expect(await state(first)).toEqual(['hide dropped', 'mute queued'])
    expect(await state(second)).toEqual(['hide proposed'])
    await page.getByRole('button', { name: /Undo all 2/ }).click()
    expect(await state(first)).toContain('hide proposed')
    await page.context().close()
    visit.close()
  })

  it('has pages without a fault in axe, light and dark, narrow and wide', async () => {
    const { put, stage, priya, get, post, page: html } = await opened('dhesi')
    const decision = { act: 'block' as const, steps: [hide, block] }
    const long = `${TEXT} ${'Donaudampfschifffahrt'.repeat(9)}`
    const [first] = (await put(
      copy(1, TEXT, decision),
      copy(2, TEXT, decision),
      copy(3, `${TEXT} says the whole street 🤡`, decision),
      copy(4, long, decision),
    )) as [Case]
    await put(...Array.from({ length: 3 }, (_, n) => copy(n + 50, 'Fool of a man, go home to wherever it is')))
    const [one] = (await stage.store.queue.page({ lane: 'proposal' }, null, 99)).slice(-1) as [Case]
    const fields = Object.fromEntries(formOf(await html(`/together/${one.id}`)))
    await post(`/together/${one.id}`, { ...fields, answer: 'agreed' })
    expect((await get(`/together/given/${fields['id']}`)).status).toBe(200)
    const visit = await visiting(stage.app, browser)
    const faults: string[] = []
    const pages: [string, string][] = [
      ['together', `/together/${first.id}`],
      ['together-given', `/together/given/${fields['id']}`],
      ['together-answered', `/?together=${fields['id']}`],
    ]
    for (const look of LOOKS) {
      const viewport = { width: look.width, height: 900 }
      const page: Page = await visit.open(priya.cookie, { colorScheme: look.colorScheme, viewport, bypassCSP: true })
      for (const [name, path] of pages) {
        await page.goto(`${visit.base}${path}`)
        faults.push(...(await faultsOf(page, name, look)), ...(await tooSmall(page, name)))
      }
      await page.context().close()
    }
    expect(faults).toEqual([])
    visit.close()
  }, 120_000)
})
