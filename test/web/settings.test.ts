import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Settings, Staff } from '../../src/store/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, insult, read, type Stage, visitor } from './seed.ts'

/** What staff choose: how strict the tool is, what is said in the office's name, and that nothing is done at all. */

type Member = Staff & { cookie: string }

let stage: Stage
let priya: Member
let tom: Member
let visit: ReturnType<typeof visitor>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  tom = await stage.join('Tom Walsh')
  await stage.store.people.giveRoles(tom.id, ['reviewer'], priya.id, stage.parts.now())
  // A role taken away ends what is open under it.
  tom.cookie = await signIn(tom)
  visit = visitor(stage.app, priya.cookie)
  for (let n = 0; n < 3; n++) await stage.put(insult())
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const present = (): Settings => stage.store.settings.present()
const signIn = async ({ id }: Staff) => `serjeant=${(await stage.store.sessions.begin(id, stage.parts.now())).token}`
const toms = () => visitor(stage.app, tom.cookie)
const last = async () => (await stage.store.log.page(null, 1))[0]
const HOUR = 60

describe('changing a setting', () => {
  const PATHS = [
    'stop/end',
    'rules',
    'rules/adopt',
    'rules/forget',
    'answer',
    'limits',
    'times',
    'election',
    'election/none',
    'support',
  ]

  it.each(PATHS)('takes the role: %s', async (path) => {
    const before = await last()
    const answer = await toms().post(`/settings/${path}`, { why: 'Because' })
    expect(answer.status).toBe(403)
    expect(await last()).toEqual(before)
  })

  it('shows everybody what holds, and those who may not change it no form', async () => {
    for (const path of ['', '/rules', '/answer', '/limits', '/election', '/support']) {
      const page = await toms().page(`/settings${path}`)
      expect(read(page)).toContain('Settings')
      expect(page.match(/<form method="post"(?! action="\/sign-out")/g)).toBeNull()
    }
  })

  it('is in the log with who, why, before and after, and shown on the page of settings', async () => {
    await visit.post('/settings/limits', { alone: '5', answers: '2', why: 'A quiet month' })
    expect(stage.parts.inForce()).toMatchObject({ alonePerHour: 5, redirectsPerHour: 2 })
    expect(await last()).toMatchObject({
      kind: 'setting',
      actor: priya.id,
      body: { setting: 'limits', before: null, after: { alonePerHour: 5, redirectsPerHour: 2 }, why: 'A quiet month' },
    })
    expect(read(await visit.page('/settings'))).toMatch(/Limits.*Changed .* by Priya Nair/)
    const { alonePerHour, redirectsPerHour } = stage.parts.configured
    await visit.post('/settings/limits', { alone: String(alonePerHour), answers: String(redirectsPerHour) })
    expect(present().limits).toBeUndefined()
  })

  it.each(['', '-1', '1.5', '10001', '1e3', 'ten'])('refuses %j hides in an hour, in words', async (alone) => {
    const answer = await visit.post('/settings/limits', { alone, answers: '2' })
    expect([answer.status, read(await answer.text())]).toEqual([422, expect.stringContaining('a whole number from 0')])
    expect(present().limits).toBeUndefined()
  })
})

describe('the standard answer', () => {
  const TEXT = 'From {office}: ring {phone} or write to {email}.'

  it('is tried first, as it will stand there, and then kept', async () => {
    const tried = await visit.post('/settings/answer', { text: TEXT, days: '7', do: 'try' })
    const { mp, public: open } = stage.parts.office
    expect(read(await tried.text())).toContain(
      `From ${mp.name}&#39;s office: ring ${open.phone} or write to ${open.email}.`,
    )
    expect(present().redirect).toBeUndefined()
    await visit.post('/settings/answer', { text: TEXT, days: '7', do: 'keep' })
    expect(present().redirect).toEqual({ text: TEXT, everyDays: 7 })
    expect(stage.parts.farewell?.everyDays).toBe(7)
    const { redirect } = stage.parts.configured.policy
    await visit.post('/settings/answer', { text: redirect.text, days: String(redirect.everyDays), do: 'keep' })
    expect(present().redirect).toBeUndefined()
  })

  it.each([
    ['', 'Write the words'],
    ['Ring {phone}.', 'must hold {email}'],
    [`${TEXT} {postcode}`, 'holds {postcode}'],
    [`${TEXT}${' and so on'.repeat(30)}`, 'Shorten it by'],
  ])('refuses %j, and says why', async (text, why) => {
    const answer = await visit.post('/settings/answer', { text, days: '7', do: 'keep' })
    expect([answer.status, read(await answer.text())]).toEqual([422, expect.stringContaining(why)])
    expect(present().redirect).toBeUndefined()
  })
})

describe('how strict the tool is', () => {
  const scores = (more: Record<string, string> = {}): Record<string, string> => {
    const { clauses } = stage.parts.configured.policy
    const given = clauses.flatMap(({ id, thresholds: { review, propose, alone } }) => [
      [`review-${id}`, String(review)],
      [`propose-${id}`, String(propose)],
      [`alone-${id}`, alone === null ? '' : String(alone)],
    ])
    return { ...Object.fromEntries(given), ...more }
  }
  const compared = async (): Promise<string> => {
    for (;;) {
      const page = read(await visit.page('/settings/rules'))
      if (!page.includes('Being reckoned')) return page
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  it('shows how sure the tool was of what it found', async () => {
    const page = read(await visit.page('/settings/rules'))
    expect(page).toMatch(/Clause abuse.*Found 3 times in the last 30 days/)
  })

  it('says what another choice would have done, decides nothing by it, and then puts it into force', async () => {
    const before = stage.parts.policy.version
    const never = scores({ 'review-abuse': '1', 'propose-abuse': '1', 'alone-abuse': '' })
    expect((await visit.post('/settings/rules', never)).status).toBe(303)
    expect(stage.parts.policy.version).toBe(before)
    const page = await compared()
    expect(page).toMatch(/Of 3 decisions of the last 30 days, 3 would have been another/)
    expect(page).toContain('Nothing would have been done about anybody at risk.')
    const draft = present().draft
    if (draft === undefined) throw new Error('nothing is tried')
    expect((await visit.post('/settings/rules/adopt', { draft: 'another' })).status).toBe(422)
    expect((await visit.post('/settings/rules/adopt', { draft: draft.since, why: 'Too many' })).status).toBe(303)
    expect(present()).toMatchObject({ thresholds: { abuse: { review: 1, propose: 1, alone: null } } })
    expect(present().draft).toBeUndefined()
    expect(stage.parts.policy.version).not.toBe(before)
    await visit.post('/settings/rules', scores())
    await visit.post('/settings/rules/adopt', { draft: present().draft?.since ?? '' })
    expect(stage.parts.policy.version).toBe(before)
  })

  it.each([
    [{ 'review-abuse': '0.1' }, 'numbers from 0.3 to 1'],
    [{ 'review-abuse': 'NaN' }, 'numbers from 0.3 to 1'],
    [{ 'alone-abuse': '0.5' }, 'where its false alarms were measured'],
    [{ 'review-abuse': '0.9', 'propose-abuse': '0.4' }, 'no lower than the one before it'],
  ])('refuses %j', async (more, why) => {
    const answer = await visit.post('/settings/rules', scores(more))
    expect([answer.status, read(await answer.text())]).toEqual([422, expect.stringContaining(why)])
    expect(present().draft).toBeUndefined()
  })
})

describe('an election', () => {
  const DAYS = { from: '2026-11-24', till: '2026-12-17', text: '' }

  it('holds the tool back, says so on every page, and is over when somebody says so', async () => {
    expect((await visit.post('/settings/election', DAYS)).status).toBe(303)
    expect(stage.parts.inForce().hold?.is).toBe('election')
    expect(stage.parts.farewell).toBeNull()
    expect(read(await visit.page('/log'))).toContain(
      'Between dissolution and the declaration the tool does nothing by itself',
    )
    await visit.post('/settings/election/none')
    expect(stage.parts.inForce().hold).toBeNull()
  })

  it.each([
    [{ ...DAYS, till: '2026-11-23' }, 'can’t come before'],
    [{ ...DAYS, from: '24 November' }, 'Give both days'],
    [{ ...DAYS, text: 'Ring {phone}, {email}: Jo Hartley MP' }, 'leave “MP” out'],
    [{ ...DAYS, text: 'Ring {phone} {email} or jo@parliament.uk' }, 'Parliamentary addresses'],
    [{ ...DAYS, text: 'Ring us' }, 'must hold'],
  ])('refuses %j', async (form, why) => {
    const answer = await visit.post('/settings/election', form)
    expect([answer.status, read(await answer.text())]).toEqual([422, expect.stringContaining(why)])
    expect(present().election).toBeUndefined()
  })
})

describe('support for staff', () => {
  it('keeps those with a name, and takes out what is left empty', async () => {
    const enough = String(present().enough)
    const form = {
      enough,
      'name-0': 'Mind',
      'phone-0': '0300 123 3393',
      'name-1': 'Samaritans',
      'url-1': 'https://samaritans.example',
    }
    await visit.post('/settings/support', form)
    expect(present().support).toEqual([
      { name: 'Mind', phone: '0300 123 3393' },
      { name: 'Samaritans', url: 'https://samaritans.example' },
    ])
    expect((await visit.post('/settings/support', { enough, 'phone-0': '1' })).status).toBe(422)
    expect(
      (await visit.post('/settings/support', { enough, 'name-0': 'X', 'url-0': 'javascript:alert(1)' })).status,
    ).toBe(422)
    await visit.post('/settings/support', { enough })
    expect(present().support).toEqual([])
  })
})

describe('times', () => {
  const TIMES = { blockReviewDays: '90', contestWorkingDays: '10', enough: '30' }

  it('are kept each by itself, and only what changed is in the log', async () => {
    await visit.post('/settings/times', { ...TIMES, contestWorkingDays: '20', enough: '50', why: 'Asked for' })
    expect(await last()).toMatchObject({ body: { setting: 'blockReviewDays', after: 90, why: 'Asked for' } })
    expect(present()).toMatchObject({ blockReviewDays: 90, contestWorkingDays: 20, enough: 50 })
  })

  it.each([{ enough: '4' }, { blockReviewDays: '' }, { contestWorkingDays: '61' }])('refuse %j', async (more) => {
    const before = present()
    expect((await visit.post('/settings/times', { ...TIMES, ...more })).status).toBe(422)
    expect(present()).toEqual(before)
  })
})

describe('the mode of an account', () => {
  it('is chosen here, and stays so whatever the configuration file says', async () => {
    const { accounts } = stage.store
    const mode = async () => (await accounts.all()).find(({ id }) => id === stage.accountId)?.mode
    expect((await toms().post(`/accounts/${stage.accountId}/mode`, { mode: 'watch' })).status).toBe(403)
    await visit.post(`/accounts/${stage.accountId}/mode`, { mode: 'everything' })
    expect(await mode()).toBe('perform')
    await visit.post(`/accounts/${stage.accountId}/mode`, { mode: 'propose' })
    expect(await last()).toMatchObject({
      kind: 'account',
      actor: priya.id,
      body: { mode: 'propose', before: 'perform' },
    })
    await accounts.configure([{ platform: 'bluesky', handle: '@johartley', mode: 'perform' }], stage.parts.now())
    expect(await mode()).toBe('propose')
    expect(read(await visit.page('/accounts'))).toContain('Proposing: nothing happens until somebody agrees.')
  })
})

describe('stopping the tool', () => {
  const stopped = () => stage.parts.inForce().hold

  it('is for anybody, wants a reason, and lapses after a day if nobody agrees', async () => {
    expect((await toms().post('/settings/stop', { why: ' ' })).status).toBe(422)
    expect(stopped()).toBeNull()
    await toms().post('/settings/stop', { why: 'It hid a question' })
    expect(stopped()).toMatchObject({ is: 'stopped', by: tom.id, why: 'It hid a question' })
    expect(read(await visit.page('/log'))).toContain('The tool is stopped.')
    await visit.post('/settings/stop', { why: 'Another press' })
    expect(stopped()).toMatchObject({ by: tom.id })
    stage.pass(24 * HOUR)
    expect(stopped()).toBeNull()
    // Nobody pressed anything for a day, so the sessions have ended.
    for (const one of [priya, tom]) one.cookie = await signIn(one)
    visit = visitor(stage.app, priya.cookie)
  })

  it('lasts once a colleague agrees, and is ended by whoever may', async () => {
    await toms().post('/settings/stop', { why: 'It hid another' })
    const page = await visit.page('/second')
    const id = /\/second\/([\w-]+)\/agree/.exec(page)?.[1] ?? 'none'
    expect((await toms().post(`/second/${id}/agree`)).status).not.toBe(303)
    expect(stopped()).toMatchObject({ is: 'stopped', till: expect.any(Date) })
    expect((await visit.post(`/second/${id}/agree`)).status).toBe(303)
    expect(stopped()).toMatchObject({ is: 'stopped', till: null })
    const woken = stage.woken()
    expect((await visit.post('/settings/stop/end', { why: 'Mended' })).status).toBe(303)
    expect([stopped(), stage.woken()]).toEqual([null, woken + 1])
  })
})

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser
  let look: Awaited<ReturnType<typeof visiting>>
  beforeAll(async () => {
    browser = await launchChromium()
    look = await visiting(stage.app, browser)
    priya.cookie = await signIn(priya)
    await stage.store.settings.change(
      'draft',
      { since: stage.parts.now().toISOString(), thresholds: { abuse: { review: 0.9, propose: 0.9, alone: null } } },
      priya.id,
      stage.parts.now(),
    )
  })
  afterAll(async () => {
    await browser.close()
    look.close()
  })

  it.each(LOOKS)(
    'is sound in $colorScheme at $width px',
    async (given) => {
      const { colorScheme, width } = given
      const page = await look.open(priya.cookie, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
      const faults: string[] = []
      for (const name of ['', 'rules', 'answer', 'limits', 'times', 'election', 'support', 'stop']) {
        await page.goto(`${look.base}/settings/${name}`.replace(/\/$/, ''))
        faults.push(...(await faultsOf(page, `settings-${name}`, given)))
        if (width === 320) faults.push(...(await tooSmall(page, name)))
      }
      expect([...faults, ...look.complaints]).toEqual([])
      await page.context().close()
    },
    120_000,
  )
})
