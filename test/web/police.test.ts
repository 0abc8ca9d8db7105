import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICIES } from '../../moderation/policy.ts'
import { readAt, readZip } from '../../src/evidence/zip.ts'
import { overdueWords } from '../../src/overdue.ts'
import type { Case } from '../../src/store/index.ts'
import { instantOf, localOf } from '../../src/web/parts/local-time.ts'
import { anAuthor } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { alarm, aStage, atRisk, atRiskAndThreatening, insult, read, type Stage, threat, visitor } from './seed.ts'

/** The way of a threat to the police, and of somebody at risk to help, in the console. */

const dhesi = POLICIES['dhesi']
if (!dhesi) throw new Error('a policy is missing')
const WORDS = 'Ring us: 01632 960100. In danger: 999.'
/** One, red. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const REPORT = { kind: 'referred', force: 'Cumbria', officer: '', how: '101', at: '2026-11-24T11:00', reference: '' }

/** Whoever is given other roles signs in anew. */
const signedInAgain = async ({ store, parts }: Stage, id: string): Promise<string> =>
  `serjeant=${(await store.sessions.begin(id, parts.now())).token}`

let stage: Stage
let senior: ReturnType<typeof visitor>
let reviewer: ReturnType<typeof visitor>
let cookie: string
let seniorId: string

beforeAll(async () => {
  stage = await aStage({ policy: dhesi }, 'bluesky', { reportsThreats: true })
  const [first, second] = [await stage.join('Priya Nair'), await stage.join('Tom Walsh')]
  await stage.store.people.giveRoles(second.id, ['reviewer'], first.id, stage.parts.now())
  seniorId = first.id
  cookie = first.cookie
  senior = visitor(stage.app, first.cookie)
  reviewer = visitor(stage.app, await signedInAgain(stage, second.id))
})
afterAll(() => stage.close())

const path = (found: Case, rest = ''): string => `/case/${found.id}${rest}`
const now = (found: Case) => stage.store.queue.find(found.id)
const isClosed = async (found: Case): Promise<boolean> => (await now(found))?.closedAt !== null
const referral = async (found: Case): Promise<string> =>
  (await stage.store.referrals.ofItem(found.item.id)).at(-1)?.id ?? ''
const kinds = async (found: Case) => (await stage.store.log.ofItem(found.item.id)).map(({ kind }) => kind)

describe('a threat', () => {
  it('says 999 first, then whom the office reports to, with the evidence at one press', async () => {
    const found = await stage.put(threat())
    expect(read(await senior.page(path(found)))).toContain('Nobody has set whom this office reports to.')
    const contact = {
      force: 'Cumbria, for Members',
      officer: 'PC Ash',
      phone: '01632 960555',
      email: 'ash@police.example',
    }
    expect((await senior.post('/police/contact', { ...contact, reference: 'MP 12' })).status).toBe(303)
    for (const page of [await senior.page('/?lane=police'), await senior.page(path(found))]) {
      const words = read(page)
      const told = 'This office reports to Cumbria, for Members, PC Ash: 01632 960555, ash@police.example. Quote MP 12.'
      expect(words).toContain(told)
      expect(words.indexOf('call 999 now')).toBeLessThan(words.indexOf(told))
      expect(page).toContain(`action="/case/${found.id}/pack"`)
    }
    expect(await reviewer.page(path(found))).toContain('This office reports to')
    expect(await reviewer.page(path(found))).not.toContain('/pack"')
  })

  it('gives its evidence as a file, to those who may take it out, and the log says so', async () => {
    const found = await stage.put(threat())
    expect((await reviewer.post(path(found, '/pack'))).status).toBe(403)
    expect(await kinds(found)).not.toContain('packed')
    const answer = await senior.post(path(found, '/pack'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="serjeant-evidence-2026-11-24-[0-9a-f]{8}\.zip"$/,
    )
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes.length).toBe(Number(answer.headers.get('content-length')))
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect((await stage.store.log.ofItem(found.item.id)).at(-1)).toMatchObject({ kind: 'packed', actor: seniorId })
  })

  it('is answered at once and open until its reference is noted', async () => {
    const found = await stage.put(threat())
    expect((await reviewer.post(path(found, '/answer'), { answer: 'agreed' })).status).toBe(303)
    expect(await isClosed(found)).toBe(false)
    const page = read(await reviewer.page(path(found)))
    expect(page).toContain('It stays open until the police’s reference is noted')
    expect(page).not.toContain('It is a threat: hide it')
    expect(page).toContain('A senior colleague or the data lead notes here')
    expect((await reviewer.post(path(found, '/referral'), REPORT)).status).toBe(403)

    expect((await senior.post(path(found, '/referral'), REPORT)).status).toBe(303)
    expect(await isClosed(found)).toBe(false)
    expect(read(await senior.page(path(found)))).toContain('The reference is still to come.')
    const id = await referral(found)
    expect((await senior.post(`/referral/${id}/reference`, { reference: 'CU-44' })).status).toBe(303)
    expect(await isClosed(found)).toBe(true)
    expect(read(await senior.page('/police'))).toContain('Cumbria: CU-44')

    expect((await senior.post(`/referral/${id}/asked`)).status).toBe(303)
    expect((await senior.post(`/referral/${id}/outcome`, {})).status).toBe(422)
    expect((await senior.post(`/referral/${id}/outcome`, { outcome: 'other' })).status).toBe(422)
    expect(
      (await senior.post(`/referral/${id}/outcome`, { outcome: 'charged', words: 'At court in May' })).status,
    ).toBe(303)
    expect(read(await senior.page('/police'))).not.toContain('CU-44')
    expect(read(await senior.page(path(found)))).toContain('Charged, or summoned to court')
    expect((await kinds(found)).filter((kind) => kind.startsWith('refer'))).toEqual([
      'referred',
      'referral-reference',
      'referral-asked',
      'referral-outcome',
    ])
  })

  it('is called none only with a reason, which is asked for on a page of its own', async () => {
    const found = await stage.put(threat())
    const asked = await reviewer.post(path(found, '/answer'), { answer: 'dismissed' })
    expect(asked.status).toBe(200)
    expect(read(await asked.text())).toContain('Is it no threat?')
    expect((await reviewer.post(path(found, '/answer'), { answer: 'dismissed', sure: 'yes', why: ' ' })).status).toBe(
      422,
    )
    expect(await isClosed(found)).toBe(false)
    const given = await reviewer.post(path(found, '/answer'), { answer: 'dismissed', sure: 'yes', why: 'A song.' })
    expect(given.status).toBe(303)
    expect(await isClosed(found)).toBe(true)
    const unsure = await stage.put(alarm())
    expect((await reviewer.post(path(unsure, '/answer'), { answer: 'dismissed' })).status).toBe(303)
  })

  it.each([
    [{ ...REPORT, force: ' ' }, 'Write whom it was reported to.'],
    [{ ...REPORT, how: 'pigeon' }, 'Choose how it was reported.'],
    [{ ...REPORT, at: '2026-11-24T13:00' }, 'Give the day and the time'],
    [{ ...REPORT, at: 'yesterday' }, 'Give the day and the time'],
    [{ kind: 'not-referred', why: '  ' }, 'Write why it was not reported.'],
  ])('is not noted as reported by %o', async (form, error) => {
    const found = await stage.put(threat())
    const answer = await senior.post(path(found, '/referral'), form)
    expect(answer.status).toBe(422)
    expect(read(await answer.text())).toContain(error)
    expect(await stage.store.referrals.ofItem(found.item.id)).toEqual([])
  })

  it('may be something that nobody was called for: it is frozen when it is reported', async () => {
    const found = await stage.put(insult())
    expect(read(await senior.page(path(found)))).toContain('Report it to the police …')
    expect(read(await reviewer.page(path(found)))).not.toContain('Report it to the police')
    expect((await senior.post(path(found, '/referral'), { ...REPORT, reference: 'CU-5' })).status).toBe(303)
    expect((await kinds(found)).slice(-2)).toEqual(['captured', 'referred'])
    expect(read(await senior.page(path(found)))).toContain('What was known was frozen as evidence')
  })

  it('is told of on every page when it is overdue, to those who may report it, in numbers alone', async () => {
    const own = await aStage({ policy: dhesi }, 'bluesky', { reportsThreats: true })
    const first = await own.join('Priya Nair')
    await own.put(threat())
    own.pass(47 * 60)
    const page = async (one: { cookie: string }) => read(await visitor(own.app, one.cookie).page('/by-hand'))
    const again = async (name: string) => own.join(name)
    expect(await page(await again('Ann Early'))).not.toContain('A case for the police has waited')
    own.pass(2 * 60)
    const [late, other] = [await again('Ann Late'), await again('Tom Walsh')]
    await own.store.people.giveRoles(other.id, ['reviewer'], first.id, own.parts.now())
    expect(await page(late)).toContain('A case for the police has waited for more than 2 days.')
    expect(await page({ cookie: await signedInAgain(own, other.id) })).not.toContain('has waited for more than')
    await own.close()
  })
})

/** What is private is for those who may read messages; this everybody may. */
const inPublic = () =>
  atRisk({ item: { text: 'I can’t do this any more, I don’t want to wake up tomorrow.', kind: 'reply' } })

describe('somebody at risk', () => {
  it('has words of help beside them, the tool’s own until the office approves some', async () => {
    const found = await stage.put(inPublic())
    const page = await reviewer.page(path(found))
    for (const number of ['999', '116 123', '0808 2000 247', '0808 800 5000', '0800 1111'])
      expect(page).toContain(number)
    expect(read(page)).toContain('nobody in this office has approved them yet')
    expect((await reviewer.post('/signposting', { words: WORDS })).status).toBe(403)
    expect((await senior.post('/signposting', { words: WORDS })).status).toBe(303)
    expect(read(await reviewer.page(path(found)))).toContain(WORDS)
    expect((await reviewer.post(path(found, '/signposted'))).status).toBe(303)
    expect(await kinds(found)).toContain('signposted')
    await senior.post('/signposting', { words: '' })
    expect(read(await reviewer.page('/signposting'))).toContain('Samaritans')
  })

  it('has a note of everybody who was told, when and why', async () => {
    const found = await stage.put(inPublic())
    const told = { told: 'council', whom: 'Adult social care', at: '2026-11-24T11:30', why: 'To protect their life.' }
    for (const [form, error] of [
      [{ ...told, told: 'press' }, 'Choose who was told.'],
      [{ ...told, whom: '' }, 'Write the name or the office'],
      [{ ...told, at: '2027-01-01T00:00' }, 'Give the day and the time'],
      [{ ...told, why: ' ' }, 'Write what they were told, and why.'],
    ] as const) {
      const refused = await reviewer.post(path(found, '/disclosure'), form)
      expect(refused.status).toBe(422)
      expect(read(await refused.text())).toContain(error)
    }
    expect((await reviewer.post(path(found, '/disclosure'), told)).status).toBe(303)
    const page = read(await reviewer.page(path(found)))
    expect(page).toContain('The council’s social care: Adult social care')
    expect(page).toContain('noted by Tom Walsh')
    const entry = (await stage.store.log.ofItem(found.item.id)).at(-1)
    expect(entry).toMatchObject({ kind: 'disclosed', body: { told: 'council' } })
    expect(JSON.stringify(entry?.body)).not.toContain('Adult social care')
  })

  it.each([atRisk, atRiskAndThreatening])('is never hidden, blocked or sent the standard answer: %o', async (given) => {
    const found = await stage.put(given())
    expect(found.actions).toEqual([])
    for (const action of ['hide', 'block', 'redirect']) {
      const answer = await senior.post(path(found, '/answer'), { answer: 'changed', action, clause: 'threat' })
      expect(answer.status).toBe(422)
    }
    expect((await now(found))?.actions).toEqual([])
    const page = await senior.page(path(found))
    expect(page).not.toContain('id="change"')
  })
})

it('a time in a form is the office’s, in summer and in winter', () => {
  expect(instantOf('2026-07-01T12:00', 'Europe/London')?.toISOString()).toBe('2026-07-01T11:00:00.000Z')
  expect(instantOf('2026-12-01T12:00', 'Europe/London')?.toISOString()).toBe('2026-12-01T12:00:00.000Z')
  expect(instantOf('2026-13-01T12:00', 'Europe/London')).toBeNull()
  for (const at of ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', '2026-10-25T02:30:00Z'])
    expect(instantOf(localOf(new Date(at), 'Europe/London'), 'Europe/London')).toEqual(new Date(at))
})

it('what is overdue is said in sentences', () => {
  const days = { days: 2, outcomeDays: 28 }
  expect(overdueWords({ waiting: 0, unreferenced: 0, silent: 0 }, days)).toEqual([])
  expect(overdueWords({ waiting: 1, unreferenced: 2, silent: 1 }, days)).toEqual([
    'A case for the police has waited for more than 2 days.',
    '2 reports to the police have had no reference for more than 2 days.',
    'Nobody has heard from the police about a report for more than 28 days.',
  ])
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

  /** What the police have, unpacked: the address of its page. */
  const unpacked = async (found: Case, folder: string): Promise<string> => {
    writeFileSync(join(folder, 'pack.zip'), Buffer.from(await (await senior.post(path(found, '/pack'))).arrayBuffer()))
    const file = await open(join(folder, 'pack.zip'))
    for (const { name, offset, size } of await readZip(file)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), await readAt(file, offset, size))
    }
    await file.close()
    return pathToFileURL(join(folder, 'index.html')).href
  }

  it('shows the police a page that runs nothing, fetches nothing, shows what is harmless, and has no fault', async () => {
    const hostile = '<script>document.title="run"</script>\u202E<img src="https://evil.example/x">'
    const media = ['harmless', 'unlooked'].map((name) => ({
      kind: 'image' as const,
      url: `https://img.example/${name}`,
    }))
    const author = anAuthor({ displayName: hostile, handle: '@w'.repeat(40), bio: hostile })
    const found = await stage.put(threat({ author, item: { text: `${'W'.repeat(90)} ${hostile}`, media } }))
    for (const { id } of found.item.pictures)
      await stage.store.pictures.keep(id, { bytes: PIXEL, type: 'image/png' }, stage.parts.now())
    const sight = { refused: null, hashes: [], nudity: { photograph: 0, drawing: 0 }, match: null }
    await stage.store.pictures.examined(found.item.pictures[0]?.id ?? '', sight, stage.parts.now())
    await senior.post(path(found, '/referral'), { ...REPORT, reference: 'CU-77' })
    const folder = mkdtempSync(join(tmpdir(), 'serjeant-page-'))
    try {
      const url = await unpacked(found, folder)
      const plain = await visit.open('')
      const asked: string[] = []
      plain.on('request', (request) => asked.push(request.url()))
      await plain.goto(url)
      expect(await plain.title()).toBe('Evidence · Serjeant')
      expect(asked.filter((one) => !one.startsWith('file:'))).toEqual([])
      const shown = 'JSON.stringify([...document.images].map((one) => one.naturalWidth))'
      expect(await plain.evaluate(shown)).toBe('[1]')
      expect(await plain.getByText('media/2.png').count()).toBe(2)
      await plain.context().close()
      const faults: string[] = []
      for (const look of LOOKS) {
        const viewport = { width: look.width, height: 900 }
        const page = await visit.open('', { bypassCSP: true, colorScheme: look.colorScheme, viewport })
        await page.goto(url)
        faults.push(...(await faultsOf(page, 'pack', look)))
        await page.context().close()
      }
      expect(faults).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each(LOOKS)('has no fault that axe finds, and no sideways scroll, %o', async (look) => {
    const long = anAuthor({ displayName: 'W'.repeat(80), handle: `@${'w'.repeat(60)}` })
    const [waiting, answered, risk, other] = [
      await stage.put(threat({ author: long })),
      await stage.put(threat()),
      await stage.put(atRisk()),
      await stage.put(insult()),
    ]
    await senior.post(path(answered, '/answer'), { answer: 'agreed' })
    await senior.post(path(answered, '/referral'), { ...REPORT, force: 'W'.repeat(150) })
    await senior.post(path(waiting, '/referral'), { kind: 'not-referred', why: 'W'.repeat(150) })
    const told = { told: 'police', whom: 'W'.repeat(120), at: '2026-11-24T11:30', why: 'To protect their life.' }
    await senior.post(path(risk, '/disclosure'), told)
    const page = await visit.open(cookie, {
      bypassCSP: true,
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: 900 },
    })
    const faults: string[] = []
    for (const [name, to] of [
      ['police', '/police'],
      ['signposting', '/signposting'],
      ['threat', path(waiting)],
      ['threat-answered', path(answered)],
      ['at-risk', path(risk)],
      ['not-for-police', path(other)],
      ['lane-police', '/?lane=police'],
    ] as const) {
      await page.goto(`${visit.base}${to}`)
      faults.push(...(await faultsOf(page, name, look)), ...(await tooSmall(page, name)))
    }
    expect(faults).toEqual([])
    expect(visit.complaints).toEqual([])
    await page.context().close()
  })
})
