import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atRisk as atRiskDetector } from '../../moderation/detect/at-risk.ts'
import { judge } from '../../moderation/judge.ts'
import { type Case, NotAllowed } from '../../src/store/index.ts'
import { createConsole } from '../../src/web/app.tsx'
import { ownPath } from '../../src/web/guard.ts'
import { throttle } from '../../src/web/throttle.ts'
import { aFinding, anAuthor, anItem, NOON, OFFICE } from '../builders.ts'
import { OPEN } from './routes.ts'
import {
  A_STREET,
  abusiveMessage,
  alarm,
  aStage,
  atRisk,
  atRiskAndThreatening,
  casework,
  doxxing,
  FORM,
  HERE,
  hiddenAlone,
  inDanger,
  insult,
  look,
  PASSWORD,
  read,
  type Stage,
  threat,
  visitor,
} from './seed.ts'

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let tom: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  tom = await stage.join('Tom Walsh')
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

type Visitor = ReturnType<typeof visitor>
const get: Visitor['get'] = (...given) => visitor(stage.app, priya.cookie).get(...given)
const post: Visitor['post'] = (...given) => visitor(stage.app, priya.cookie).post(...given)
const page: Visitor['page'] = (...given) => visitor(stage.app, priya.cookie).page(...given)
const now = async ({ id }: { id: string }): Promise<Case> => {
  const found = await stage.store.queue.find(id)
  if (!found) throw new Error('the case is gone')
  return found
}
const actions = async (found: Case) =>
  (await now(found)).actions.map(({ kind, state, undoOf }) => `${undoOf === null ? '' : 'undo '}${kind} ${state}`)

const signIn = (name: string, password: string, next = '/') =>
  post('/sign-in', { name, password, next }, { cookie: '' })

const give = (found: Case, form: Record<string, string>, headers = {}) =>
  post(`/case/${found.id}/answer`, form, headers)

const task = async (outcome: Parameters<Stage['store']['outbox']['settle']>[1]) => {
  const found = await stage.put(insult())
  await post(`/case/${found.id}/answer`, { answer: 'agreed' })
  const errands = await stage.store.outbox.lease(stage.accountId, NOON, 'w', 200, 60_000)
  const errand = errands.find(({ order }) => order.item?.id === found.item.externalId && order.action === 'hide')
  if (!errand) throw new Error('nothing to do')
  await stage.store.outbox.settle(errand, outcome, NOON)
  return errand.id
}
const state = async (id: string) => (await stage.store.outbox.byHand(500)).find((one) => one.id === id)?.state
const at = (ms: number): Date => new Date(ms)

describe('who gets in', () => {
  const AN_ID = '00000000-0000-7000-8000-000000000000'
  it('asks every route but the open ones for a session', async () => {
    const routes = stage.app.routes.filter(({ method }) => method !== 'ALL')
    const closed = routes.filter(({ path }) => !OPEN.includes(path))
    expect(closed.length).toBeGreaterThan(12)
    for (const { method, path } of closed) {
      const url = `${HERE}${path.replace(/:id\{.*?\}(?=\/|$)/, AN_ID)}`
      const headers = { origin: HERE, 'content-type': FORM }
      for (const cookie of ['', 'serjeant=made-up']) {
        const answer = await stage.app.request(url, { method, headers: { ...headers, cookie } })
        if (method === 'GET') {
          expect([path, answer.status]).toEqual([path, 303])
          expect(answer.headers.get('location')).toMatch(/^\/sign-in/)
        } else expect([path, answer.status]).toEqual([path, 401])
        expect(await answer.text()).not.toContain('Hartley')
      }
    }
  })

  it('does not tell strangers which addresses exist', async () => {
    expect((await get('/nothing-here', {})).status).toBe(303)
  })

  it('finds nothing under unknown and malformed ids, and never fails over them', async () => {
    for (const path of [`/case/${AN_ID}`, '/case/42', '/case/%00', `/item/${AN_ID}`, `/picture/${AN_ID}`, '/picture/x'])
      expect([path, (await get(path)).status]).toEqual([path, 404])
    for (const path of [`/case/${AN_ID}/answer`, `/review/${AN_ID}/undo`, '/review/42/undo', `/action/${AN_ID}/undo`])
      expect([path, (await post(path)).status]).toEqual([path, 404])
    for (const query of ['lane=nonsense', 'after=1.2.3', 'done=x', "after=100.1';--", 'lane=__proto__'])
      expect([query, (await get(`/?${query}`)).status]).toEqual([query, 200])
    expect((await get('/log?before=99999999999999999999')).status).toBe(200)
  })

  it('refuses forms that other pages send, signed in or not', async () => {
    const found = await stage.put(insult())
    const path = `/case/${found.id}/answer`
    for (const origin of ['https://evil.example', 'null', `${HERE}.evil.example`])
      expect((await post(path, { answer: 'agreed' }, { origin, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(read(await (await post(path, {}, { origin: 'null' })).text())).toContain('This came from another page')
    expect((await now(found)).closedAt).toBeNull()
    expect((await post('/sign-in', {}, { origin: 'https://evil.example' })).status).toBe(403)
  })

  it('lets forms pass behind a proxy that ends TLS', async () => {
    const answer = await post('/sign-in', { name: 'x', password: 'y' }, { origin: 'https://localhost' })
    expect(answer.status).toBe(401)
  })

  it('answers only to its own names', async () => {
    const answer = await stage.app.request('http://rebound.example/', { headers: { cookie: priya.cookie } })
    expect(answer.status).toBe(421)
    expect(await answer.text()).toContain('<h1>This is not the address of the console</h1>')
    expect((await stage.app.request('http://rebound.example/style.css')).status).toBe(200)
  })

  it('opens the page a chat’s link leads to, although a strict cookie is not sent then', async () => {
    const answer = await get('/answers?x=1', { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('refresh')).toBe('0;url=/answers?x=1')
  })

  it('says to whoever answers after the session ended that nothing came of it, and leads back to the case', async () => {
    const found = await stage.put(look())
    const answer = await give(found, { answer: 'agreed' }, { cookie: '' })
    expect(answer.status).toBe(401)
    const html = await answer.text()
    expect(read(html)).toContain('Nothing was changed')
    expect(html).toContain(`href="/sign-in?next=${encodeURIComponent(`/case/${found.id}`)}"`)
    expect((await now(found)).closedAt).toBeNull()
  })

  it('sends strict headers with every page', async () => {
    for (const answer of [
      await get('/'),
      await get('/nothing'),
      await get('/sign-in', {}),
      await get('/healthz', {}),
    ]) {
      const policy = answer.headers.get('content-security-policy') ?? ''
      for (const rule of ["default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"])
        expect(policy).toContain(rule)
      expect(policy).not.toContain('unsafe')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('referrer-policy')).toBe('same-origin')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it('sends nobody to another site after signing in', () => {
    const away = [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/\t/evil.example',
      'javascript:1',
      '',
      'x',
    ]
    for (const wanted of away) expect([wanted, ownPath(wanted)]).toEqual([wanted, '/'])
    expect(ownPath('/case/1?lane=risk')).toBe('/case/1?lane=risk')
  })
})

describe('the way in', () => {
  it('lets somebody choose a name and a password with a link that works once', async () => {
    const key = await stage.store.people.invite(null, NOON)
    expect(await page(`/welcome?key=${key}`)).toContain('autocomplete="new-password"')
    expect((await post('/welcome', { key, name: 'Ann', password: 'too short' })).status).toBe(422)
    expect((await post('/welcome', { key, name: ' ', password: PASSWORD })).status).toBe(422)
    expect(await (await post('/welcome', { key, name: 'Tom Walsh', password: PASSWORD })).text()).toContain(
      'has that name',
    )
    const joined = await post('/welcome', { key, name: 'Ann  Other', password: PASSWORD }, { cookie: '' })
    expect(joined.status).toBe(303)
    expect(joined.headers.get('set-cookie')).toMatch(/^serjeant=.+HttpOnly; SameSite=Strict/)
    expect((await post('/welcome', { key, name: 'Eve', password: PASSWORD })).status).toBe(404)
    expect((await get(`/welcome?key=${key}`)).status).toBe(404)
    expect((await signIn('Ann Other', PASSWORD)).status).toBe(303)
  })

  it('leads back to the page that was asked for', async () => {
    const asked = await get('/log?before=9', {})
    expect(asked.headers.get('location')).toBe('/sign-in?next=%2Flog%3Fbefore%3D9')
    expect(await page('/sign-in?next=%2Flog%3Fbefore%3D9')).toContain('value="/log?before=9"')
    expect((await signIn('Tom Walsh', PASSWORD, '/log?before=9')).headers.get('location')).toBe('/log?before=9')
  })

  it('does not say which of name and password was wrong', async () => {
    const answers = [await signIn('Tom Walsh', 'wrong wrong wrong'), await signIn('Nobody', 'wrong wrong wrong')]
    const [one, other] = await Promise.all(answers.map(async (answer) => read(await answer.text())))
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(one).toBe(other)
  })

  it('slows down guessing, by name', async () => {
    const fresh = createConsole(stage.parts)
    const guess = (name: string, password: string) =>
      fresh.request(`${HERE}/sign-in`, {
        method: 'POST',
        headers: { origin: HERE, 'content-type': FORM },
        body: new URLSearchParams({ name, password }).toString(),
      })
    for (let n = 0; n < 8; n++) expect((await guess('tom walsh', `guess ${n}`)).status).toBe(401)
    expect((await guess('Tom Walsh', PASSWORD)).status).toBe(429)
    expect((await guess('Priya Nair', PASSWORD)).status).toBe(303)
  })

  it('slows down guesses that come all at once', async () => {
    const fresh = createConsole(stage.parts)
    const body = new URLSearchParams({ name: 'Tom Walsh', password: 'a guess' }).toString()
    const headers = { origin: HERE, 'content-type': FORM }
    const guess = async () => fresh.request(`${HERE}/sign-in`, { method: 'POST', headers, body })
    const guesses = Array.from({ length: 20 }, guess)
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(8)
    expect(statuses.filter((status) => status === 429)).toHaveLength(12)
  })

  it('never sends a browser to another site', async () => {
    const answer = await stage.app.request(`${HERE}//evil.example/x?y`, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(answer.headers.get('refresh')).toBe('0;url=/')
  })

  it('forgets failures after a while, and never keeps more than its bound', () => {
    const limit = throttle(2, 1000, 3)
    expect([limit.take('a', at(0)), limit.take('a', at(1)), limit.take('a', at(2))]).toEqual([true, true, false])
    expect(limit.take('a', at(1000))).toBe(true)
    for (const key of ['b', 'c', 'd']) limit.take(key, at(1003))
    expect([limit.take('a', at(1004)), limit.take('a', at(1005))]).toEqual([true, true])
  })

  it('uses a __Host- cookie over https', async () => {
    const secure = createConsole({ ...stage.parts, secureCookies: true })
    const answer = await secure.request(`${HERE}/sign-in`, {
      method: 'POST',
      headers: { origin: HERE, 'content-type': FORM },
      body: new URLSearchParams({ name: 'Tom Walsh', password: PASSWORD }).toString(),
    })
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-serjeant=.+Path=\/.+HttpOnly; Secure; SameSite=Strict/)
  })

  it('ends the session on signing out', async () => {
    const eve = await stage.join('Eve')
    expect((await get('/', { cookie: eve.cookie })).status).toBe(200)
    const out = await post('/sign-out', {}, { cookie: eve.cookie })
    expect(out.headers.get('location')).toBe('/sign-in')
    expect((await get('/', { cookie: eve.cookie })).status).toBe(303)
  })

  it('says to the very first what to do, also after a failed try', async () => {
    const empty = await aStage()
    try {
      const { post: send } = visitor(empty.app, '')
      const html = await (await send('/sign-in', { name: 'x', password: 'y' })).text()
      expect(html).toContain('Nobody has joined yet.')
    } finally {
      await empty.close()
    }
  })

  it('shows the link for a colleague once, and it works', async () => {
    const html = await (await post('/people/invite')).text()
    const [, key] = /welcome\?key=([\w-]+)/.exec(html) ?? []
    expect((await get(`/welcome?key=${key}`, {})).status).toBe(200)
    expect(await page('/people')).not.toContain(key)
  })
})

describe('hostile words', () => {
  const EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'><a href="javascript:alert(3)">x</a>'

  it('are inert wherever they stand', async () => {
    const found = await stage.put({
      ...look(),
      author: anAuthor({ displayName: EVIL, handle: `@${EVIL}`, bio: EVIL }),
      item: { text: EVIL, links: ['javascript:alert(4)', EVIL], media: [{ kind: 'other', alt: EVIL }] },
      conversation: {
        id: 'evil',
        post: EVIL,
        postedAt: NOON,
        above: [{ handle: EVIL, text: EVIL, at: NOON }],
      },
      link: 'javascript:alert(5)',
      findings: [aFinding({ spans: [{ start: 3, end: 12 }], reason: EVIL })],
    })
    for (const path of ['/?lane=look', `/case/${found.id}`, '/answers', '/by-hand', '/log']) {
      const html = await page(path)
      expect(html).not.toMatch(/<script>|<img src=x|onerror=alert\(2\)>"'|<a href="javascript|href="javascript:/)
      const scripts = html.match(/<script[^>]*>/g)
      expect(scripts).toEqual(['<script src="/keys.js" defer="">'])
    }
    const html = await page(`/case/${found.id}`)
    expect(html).toContain('javascript:alert(4)')
    expect(html.match(/href="(?!\/|#|https:)[^"]*"/g)).toBeNull()
  })

  it('never get into titles or addresses', async () => {
    const found = await stage.put(insult({ author: anAuthor({ displayName: 'Fuckwit', handle: '@fuckwit' }) }))
    for (const path of ['/', `/case/${found.id}`]) {
      const [, title] = /<title>(.*?)<\/title>/s.exec(await page(path)) ?? []
      expect(title).toMatch(/^(The queue|Reply on Bluesky) · Serjeant$/)
    }
  })

  it('show characters that reorder text instead of obeying them', async () => {
    const text = 'open invoice\u202Egpj.exe please'
    const found = await stage.put({ ...look(), item: { text }, findings: [] })
    const html = await page(`/case/${found.id}`)
    expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
    expect(html).toContain('U+202E')
  })

  it('keep what stands after a NUL and a lone surrogate', async () => {
    const found = await stage.put({ ...look(), item: { text: 'before\0after \uD83D end' }, findings: [] })
    expect(read(await page(`/case/${found.id}`))).toContain('before␀after � end')
  })
})

describe('what is shown', () => {
  it('puts each case in its lane, with the lane’s own words', async () => {
    for (const given of A_STREET) await stage.put(given())
    const counts = await stage.store.queue.counts()
    const html = read(await page('/'))
    for (const lane of [
      'People at risk',
      'For the police',
      'Proposals',
      'Done by the tool',
      'Worth a look',
      'Casework',
    ])
      expect(html).toContain(lane)
    expect(read(await page('/?lane=proposal'))).toContain(`Proposals ${counts.proposal} waiting`)
    expect(await page('/?lane=casework')).not.toContain('gazt')
  })

  it('masks coarse and flagged words by letter and shows the rest, until somebody asks', async () => {
    const found = await stage.put(insult())
    const html = await page(`/case/${found.id}`)
    const [masked = ''] = /<p class="words masked".*?<\/p>/s.exec(html) ?? []
    expect(read(masked).replaceAll('[masked word]', '')).toMatch(
      /^You are a w█+ s███ ██ ████, Hartley\. Answer the question/,
    )
    expect(/<article.*?<\/article>/s.exec(html)?.[0]).not.toMatch(/worthless|sack|shit/)
    expect(html).not.toContain('shit')
    const asked = await page(`/case/${found.id}?show=${found.item.id}`)
    expect(asked).toMatch(/<mark>worthless sack of shit<\/mark>/)
  })

  it('masks all telling words where a finding names none', async () => {
    const found = await stage.put(insult({ findings: [aFinding({ spans: [] })] }))
    const [masked = ''] = /<p class="words masked".*?<\/p>/s.exec(await page(`/case/${found.id}`)) ?? []
    expect(masked).not.toMatch(/worthless|sack|shit|Answer|question|library/)
  })

  it('shows somebody at risk at once, says what to do, and offers nothing against them', async () => {
    const found = await stage.put(atRisk())
    for (const html of [await page('/?lane=risk'), await page(`/case/${found.id}`)]) {
      expect(html).toContain(`dir="auto">${found.item.text.slice(0, 40)}`)
      expect(read(html)).toContain('call 999 now')
      expect(read(html)).toContain('safeguarding lead')
      expect(html).toContain('We are helping')
    }
    const html = await page(`/case/${found.id}`)
    expect(html).not.toContain('value="block"')
    expect(html).not.toContain('value="changed"')
  })

  it('shows whoever is at risk and threatens as at risk, with both numbers to call and nothing against them', async () => {
    const found = await stage.put(atRiskAndThreatening())
    expect(found.lane).toBe('risk')
    for (const html of [await page('/?lane=risk'), await page(`/case/${found.id}`)]) {
      const words = read(html)
      for (const said of [
        'call 999 now',
        'safeguarding lead',
        'Parliamentary Liaison',
        'We are helping',
        'Nobody is at risk',
      ])
        expect(words).toContain(said)
      expect(words).not.toContain('It is a threat')
    }
    const html = await page(`/case/${found.id}`)
    expect(html).not.toMatch(/value="(block|changed|mute)"/)
    expect(read(html)).toContain(found.item.text)
    expect((await give(found, { answer: 'changed', action: 'mute', clause: 'threat' })).status).toBe(422)
  })

  it('sends whoever helps somebody in danger to the police at hand, and to nobody who looks after MPs', async () => {
    const found = await stage.put(inDanger())
    for (const words of [read(await page('/?lane=risk')), read(await page(`/case/${found.id}`))]) {
      expect(words).toContain('call 999 now. If not, call 101 for the local police.')
    }
    const words = read(await page(`/case/${found.id}`))
    expect(words).toContain('Tell the office’s safeguarding lead, whatever the hour.')
    expect(words).not.toMatch(/Parliamentary Liaison|threat/i)
    const both = read(await page(`/case/${(await stage.put(atRiskAndThreatening())).id}`))
    expect(both).toMatch(/call 101.*A threat was found too: report it to the Parliamentary Liaison .* \(PLaIT\)/)
  })

  it('asks for each threat to be reported, not for every second one', async () => {
    const words = read(await page(`/case/${(await stage.put(threat())).id}`))
    expect(words).toMatch(/call 999 now\. ?If not, report the threat to the Parliamentary Liaison/)
    const crime = read(await page(`/case/${(await stage.put(doxxing())).id}`))
    expect(crime).toMatch(/call 999 now\. ?If not, report it to the Parliamentary Liaison/)
    expect(words + crime).not.toContain('every other')
  })

  it('says of an alarm that the tool is unsure, and leaves it to the reader', async () => {
    const all = { ...stage.parts.policy, threatsToPolice: 'all' } as const
    const { page: strict } = visitor(createConsole({ ...stage.parts, policy: all }), priya.cookie)
    expect(read(await strict(`/case/${(await stage.put(threat())).id}`))).toContain('policy is to report all threats')
    const found = await stage.put(alarm())
    expect(found.lane).toBe('police')
    for (const words of [read(await strict('/?lane=police')), read(await strict(`/case/${found.id}`))])
      expect(words).toContain('The tool is unsure. Read it; if you think it is a threat, report it: to 999 if')
    expect(read(await strict(`/case/${found.id}`))).not.toMatch(/report all threats|If not, report/)
    expect(await page(`/case/${found.id}`)).toContain('Not a threat')
  })

  it('holds against nobody what is too faint or excused, save what raised the alarm', async () => {
    const alarming = await stage.put(alarm())
    const raised = await page(`/case/${alarming.id}?show=${alarming.item.id}`)
    const [listed = ''] = /<ul class="findings">.*?<\/ul>/s.exec(raised) ?? []
    expect(read(listed)).toMatch(/^Threat: It reads like a threat, .* a faint sign, mild $/)
    expect(raised).toContain('<mark>See you at the surgery</mark>')
    expect(raised).not.toContain('<mark>that consultation</mark>')
    const excused = await stage.put({
      ...look(),
      findings: (alarm().findings ?? []).slice(0, 1),
      item: alarm().item ?? {},
    })
    const html = await page(`/case/${excused.id}`)
    expect(html).not.toMatch(/class="findings"|<mark>|a faint sign/)
    const [folded = ''] = /<details><summary>What rules noticed and context excused.*?<\/details>/s.exec(html) ?? []
    expect(read(folded)).toContain('Nothing of this counts')
    expect(read(folded)).toContain('Abuse: An insult is aimed at the MP. But the text as a whole reads as lawful.')
    expect(await page('/?lane=look')).not.toContain('An insult is aimed at the MP. But')
  })

  it('still lists a faint finding on which the decision rests, whatever threshold an office set', async () => {
    const [faint] = alarm().findings ?? []
    if (!faint) throw new Error('no finding')
    const decision = { ...insult().decision, reasons: [faint.reason] }
    const found = await stage.put(insult({ item: alarm().item ?? {}, findings: [faint], decision }))
    const html = await page(`/case/${found.id}?show=${found.item.id}`)
    expect(html).toContain('<mark>that consultation</mark>')
    expect(html).not.toContain('What rules noticed')
  })

  it('does not let an excused finding choose the words of the answers', async () => {
    const [, faint] = alarm().findings ?? []
    if (!faint) throw new Error('no finding')
    const found = await stage.put(
      doxxing({ findings: [...(doxxing().findings ?? []), { ...faint, reason: 'Excused.' }] }),
    )
    const html = await page(`/case/${found.id}`)
    expect(html).toContain('Agree: hide it and block the person')
    expect(read(html)).not.toMatch(/The tool is unsure|report the threat/)
  })

  it('tells the marks of several findings apart, hidden as the text is', async () => {
    const claim = 'It reads like abuse of the person it is aimed at, says the text model; the marked words weigh most.'
    const [first] = insult().findings ?? []
    if (!first) throw new Error('no finding')
    const text = insult().item?.text ?? ''
    const middle = text.indexOf('sack')
    const second = aFinding({ score: 0.6, reason: claim, spans: [{ start: middle, end: middle + 21 }] })
    const third = aFinding({ score: 0.5, concern: 'spam', reason: claim })
    const all = await stage.put(insult({ findings: [first, second, third] }))
    const lines = (html: string) => (html.match(/<li><strong>(?:Abuse|Spam):.*?<\/li>/gs) ?? []).map(read)
    const asked = await page(`/case/${all.id}?show=${all.item.id}`)
    expect(asked).toContain('<mark>worthless sack of shit, Hartley</mark>')
    expect(lines(asked)).toEqual([
      expect.stringMatching(/almost certain, plain “worthless sack of shit”$/),
      expect.stringMatching(/the marked words weigh most\. possible, plain “sack of shit, Hartley”$/),
      expect.stringMatching(/says the text model\. possible, plain $/),
    ])
    const masked = lines((await page(`/case/${all.id}`)).replaceAll('[masked word]', ''))
    expect(masked[0]).toMatch(/“w█+ s███ ██ ████”$/)
    expect(masked[1]).toMatch(/“s███ ██ ████, Hartley”$/)
    const alone = await page(`/case/${(await stage.put(insult())).id}`)
    expect(alone).not.toContain('class="own"')
    const findings = [...(inDanger().findings ?? []), aFinding({ concern: 'casework', spans: [{ start: 0, end: 4 }] })]
    const open = await page(`/case/${(await stage.put(inDanger({ findings }))).id}`)
    expect(read(open)).toContain('“locked myself in the bathroom”')
  })

  it('says whom in the office to tell of somebody at risk', async () => {
    const found = await stage.put(atRisk())
    const told = async (safeguarding: { name: string; phone?: string; email?: string }) => {
      const office = { ...stage.parts.office, safeguarding }
      const { page: shown } = visitor(createConsole({ ...stage.parts, office }), priya.cookie)
      return [read(await shown(`/case/${found.id}`)), read(await shown('/?lane=risk'))]
    }
    const lead = { name: 'Tom Walsh', phone: '01632 960101', email: 'tom@office.example' }
    for (const words of await told(lead))
      expect(words).toContain(
        'Tell Tom Walsh, the office’s safeguarding lead, whatever the hour: 01632 960101 or tom@office.example.',
      )
    for (const words of await told({ name: 'Tom Walsh' }))
      expect(words).toContain('Tell Tom Walsh, the office’s safeguarding lead, whatever the hour. Do not')
  })

  it.each([
    ['I have saved up tablets, I want to end it all tonight.', 'Samaritans: 116 123'],
    ['My husband hits me and took my passport. He won’t let me leave.', 'Abuse Helpline: 0808 2000 247'],
    ['I hear the kids next door screaming, the little girl has bruises on her arms.', 'NSPCC: 0808 800 5000'],
    ['Her nephew is taking all the pension of the old lady next door.', 'adult social care'],
  ])('names to staff the help that fits what the detector says of %j', async (text, help) => {
    const subject = { item: anItem({ text }), author: null, context: { earlier: [], others: [] } }
    const { findings } = judge(subject, OFFICE, [atRiskDetector])
    expect(findings).not.toEqual([])
    const html = await page(`/case/${(await stage.put(atRisk({ item: { text }, findings }))).id}`)
    const [before = '', after = ''] = html.split('<summary>Other help you can name to them')
    expect(read(before)).toContain(help)
    expect(read(after)).not.toContain(help)
  })

  it('keeps all the help ready, folded away, where nobody can tell which fits', async () => {
    const [before = '', after = ''] = (await page(`/case/${(await stage.put(inDanger())).id}`)).split(
      '<summary>Help you can name to them',
    )
    for (const help of ['116 123', '0808 2000 247', '0808 800 5000', 'adult social care']) {
      expect(read(before)).not.toContain(help)
      expect(read(after)).toContain(help)
    }
    expect(read(await page(`/case/${(await stage.put(threat())).id}`))).not.toContain('Samaritans')
  })

  it('says what goes before a block and what must follow it', async () => {
    const found = await stage.put(insult())
    const promising = createConsole({ ...stage.parts, policy: { ...stage.parts.policy, informInWriting: 'will' } })
    const words = read(await visitor(promising, priya.cookie).page(`/case/${found.id}`))
    expect(words).toContain('Before it, the person is sent the office’s standard answer')
    expect(words).toContain('Please ring 01632 960100.')
    expect(words).toContain('somebody in the office must write the letter')
    const { author } = insult()
    await give(await stage.put(insult({ author: author ?? null })), { answer: 'agreed' })
    const again = await stage.put(insult({ author: author ?? null }))
    expect(read(await page(`/case/${again.id}`))).not.toContain('Before it')
    const silent = createConsole({ ...stage.parts, farewell: null })
    expect(read(await visitor(silent, priya.cookie).page(`/case/${found.id}`))).not.toContain('Before it')
  })

  it('gives each reason once', async () => {
    const found = await stage.put(doxxing())
    expect(read(await page(`/case/${found.id}`)).match(/It says where somebody lives\./g)).toHaveLength(1)
  })

  it('asks of a private message what can be asked of it', async () => {
    const found = await stage.put(abusiveMessage())
    for (const words of [read(await page('/?lane=look')), read(await page(`/case/${found.id}`))]) {
      expect(words).toContain('A message can’t be hidden. You can mute or block under Change.')
      expect(words).toContain('Not abuse')
    }
    expect(read(await page(`/case/${found.id}`))).not.toMatch(/leave it up|stays up/)
  })

  it('offers on an account that is gone no more than to say that it was seen', async () => {
    const own = await aStage()
    try {
      const [proposal, hidden] = [await own.put(insult()), await own.put(hiddenAlone())]
      await own.store.accounts.configure([], NOON)
      const reader = visitor(own.app, (await own.join('Reader')).cookie)
      for (const { id } of [proposal, hidden]) {
        const html = await reader.page(`/case/${id}`)
        expect(read(html)).toContain('no longer connected')
        expect(html).not.toMatch(/value="changed"|data-key="c"|action="\/action\/[^"]*undo/)
      }
      expect(await reader.page(`/case/${hidden.id}`)).not.toContain('value="dismissed"')
      const path = `/case/${proposal.id}/answer`
      expect((await reader.post(path, { answer: 'changed', action: 'hide', clause: 'abuse' })).status).toBe(422)
      expect((await reader.post(`/case/${hidden.id}/answer`, { answer: 'dismissed' })).status).toBe(422)
      expect((await reader.post(path, { answer: 'agreed' })).status).toBe(303)
      const after = await own.store.queue.find(proposal.id)
      expect(after?.actions.map((action) => action.state)).toEqual(['dropped', 'dropped'])
      expect((await reader.get('/')).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  it('quotes the published words with section, clause and version', async () => {
    const found = await stage.put(insult())
    const html = read(await page(`/case/${found.id}`))
    expect(html).toContain('Do not insult people in obscene or degrading words')
    expect(html).toContain(
      'An office without a published policy, “What we ask of everybody who writes to us”, clause abuse, version 1',
    )
  })

  it('quotes the sentence that leads into a list before the entry', async () => {
    const [first, ...others] = stage.parts.policy.clauses
    if (!first) throw new Error('no clause')
    const clauses = [{ ...first, lead: 'We may block those who write what is:' }, ...others]
    const listing = visitor(createConsole({ ...stage.parts, policy: { ...stage.parts.policy, clauses } }), priya.cookie)
    const found = await stage.put(insult())
    const whole = `We may block those who write what is: ${first.words}`
    expect(read(await listing.page(`/case/${found.id}`))).toContain(whole)
    expect(read(await listing.page('/?lane=proposal'))).toContain(`“${whole}”`)
  })

  it('says when the policy has moved on since', async () => {
    const newer = createConsole({ ...stage.parts, policy: { ...stage.parts.policy, version: '2' } })
    const found = await stage.put(insult())
    const answer = await newer.request(`${HERE}/case/${found.id}`, { headers: { cookie: priya.cookie } })
    expect(read(await answer.text())).toContain('version 1 (quoted from version 2, in force now)')
  })

  it('says what agreeing will really do here', async () => {
    const reply = await stage.put(insult())
    expect(read(await page(`/case/${reply.id}`))).toMatch(
      /Proposed: block the person\. .*? The tool does it once you agree\./,
    )
    expect(read(await page(`/case/${reply.id}`))).toMatch(
      /no longer see it under your post\. +The tool does it once you decide\./,
    )
    const mention = await stage.put(insult({ item: { kind: 'mention' } }))
    const html = read(await page(`/case/${mention.id}`))
    expect(html).toMatch(/Proposed: block the person\. .*? Done by hand/)
    expect(html).toMatch(/Proposed: hide it\. .*? Not possible here/)
  })

  it('shows confidence in words, with the figure beside it', async () => {
    const found = await stage.put(insult())
    const html = await page(`/case/${found.id}`)
    expect(html).toMatch(/title="abuse 1: 0\.97">almost certain, plain</)
    expect(read(html)).not.toMatch(/\d\s?%/)
  })

  it('speaks the office’s own time', async () => {
    const found = await stage.put({ ...look(), item: { writtenAt: new Date('2026-07-01T23:30:00Z') } })
    expect(await page(`/case/${found.id}`)).toContain('<time datetime="2026-07-01T23:30:00.000Z">2 July, 00:30</time>')
  })

  it('shows the thread, the person’s other items, and the log', async () => {
    const author = anAuthor({ displayName: 'Regular', handle: '@regular' })
    await stage.put({ author, item: { text: 'Thank you for the bus.' } })
    const found = await stage.put(insult({ author }))
    const html = read(await page(`/case/${found.id}`))
    expect(html).toContain('I have written to the bus company.')
    expect(html).toContain('What stands around it')
    expect(html).toContain('Thank you for the bus.')
    expect(html).toContain('It was judged: something is proposed; clause abuse.')
  })

  it('pages through the queue by place, each case once', async () => {
    const own = await aStage()
    try {
      for (let n = 0; n < 23; n++) {
        own.pass(1)
        await own.put(look({ author: anAuthor({ handle: `@n${n}.` }) }))
      }
      const { cookie } = await own.join('Reader')
      const fetched = async (path: string) => (await own.app.request(`${HERE}${path}`, { headers: { cookie } })).text()
      const first = await fetched('/?lane=look')
      const [, next = ''] = /href="(\/\?lane=look&amp;after=[^"]+)"/.exec(first) ?? []
      const second = await fetched(next.replaceAll('&amp;', '&'))
      const handles = [first, second].map((html) => [...html.matchAll(/@n(\d+)\./g)].map(([, n]) => Number(n)))
      expect(handles).toEqual([Array.from({ length: 20 }, (_, n) => n), [20, 21, 22]])
    } finally {
      await own.close()
    }
  })
})

describe('answering', () => {
  it('queues what was agreed to, says goodbye first, and wakes the service', async () => {
    const found = await stage.put(insult())
    const before = stage.woken()
    const answered = await give(found, { answer: 'agreed', from: 'case', why: 'Third time this week.' })
    expect(answered.status).toBe(303)
    expect(stage.woken()).toBe(before + 1)
    expect((await actions(found)).sort()).toEqual(['block queued', 'hide queued', 'redirect queued'])
    expect((await now(found)).reviews).toMatchObject([
      { answer: 'agreed', why: 'Third time this week.', personId: priya.id },
    ])
  })

  it('leads to the next case and offers to undo', async () => {
    const found = await stage.put(insult())
    const answered = await give(found, { answer: 'agreed', from: 'queue', lane: 'proposal' })
    const to = answered.headers.get('location') ?? ''
    expect(to).toMatch(/^\/\?lane=proposal&done=[\w-]+(#case-[\w-]+)?$/)
    const html = await page(to)
    const [, undo = ''] = /action="(\/review\/[\w-]+\/undo)"/.exec(html) ?? []
    expect(read(html)).toContain('Agreed. On its way: hide it, block the person and say where to write.')
    expect(read(html)).toContain('Undo does not take back an answer once it is sent.')
    const undone = await post(undo, { from: 'queue', lane: 'proposal' })
    expect(undone.headers.get('location')).toBe(`/?lane=proposal&undone=1#case-${found.id}`)
    expect((await now(found)).closedAt).toBeNull()
    expect((await actions(found)).filter((line) => line.endsWith('queued'))).toEqual([])
  })

  it('tells the second colleague that the first was quicker, and records nothing', async () => {
    const found = await stage.put(insult())
    await give(found, { answer: 'dismissed' }, { cookie: tom.cookie })
    const late = await give(found, { answer: 'agreed' })
    expect(late.status).toBe(409)
    expect(read(await late.text())).toMatch(/Somebody was quicker.*Tom Walsh dismissed it/)
    expect((await now(found)).reviews).toHaveLength(1)
  })

  it('says so where it was oneself, in another window', async () => {
    const found = await stage.put(insult())
    await give(found, { answer: 'dismissed' })
    const late = await give(found, { answer: 'agreed' })
    expect(late.status).toBe(409)
    expect(read(await late.text())).toMatch(/You have answered this already.*You dismissed it.*another window/)
  })

  it('takes a double click for one answer', async () => {
    const found = await stage.put(insult())
    const both = await Promise.all([give(found, { answer: 'agreed' }), give(found, { answer: 'agreed' })])
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect((await now(found)).reviews).toHaveLength(1)
    expect(await actions(found)).toHaveLength(3)
  })

  it('undoes what the tool did by itself when it is dismissed', async () => {
    const found = await stage.put(hiddenAlone())
    const [errand] = await stage.store.outbox
      .lease(stage.accountId, NOON, 'w', 50, 60_000)
      .then((errands) => errands.filter(({ order }) => order.item?.id === found.item.externalId))
    if (!errand) throw new Error('nothing to do')
    await stage.store.outbox.settle(errand, { is: 'done', receipt: { uri: 'x' } }, NOON)
    await give(found, { answer: 'dismissed' })
    expect((await actions(found)).sort()).toEqual(['hide done', 'undo hide queued'])
  })

  it('does what staff choose instead, under the rule they cite', async () => {
    const found = await stage.put(look())
    const answered = await give(found, { answer: 'changed', action: 'hide', clause: 'allegation', why: '' })
    expect(answered.status).toBe(303)
    const { actions: made, reviews } = await now(found)
    expect(made).toMatchObject([{ kind: 'hide', state: 'queued', clause: 'allegation', origin: priya.id }])
    expect(reviews).toMatchObject([{ answer: 'changed', change: { action: 'hide', clause: 'allegation' }, why: null }])
  })

  it('does nothing to anybody without a published rule, nor what can’t be done here', async () => {
    const found = await stage.put(look())
    const wrong = [
      { answer: 'changed', action: 'hide', clause: '' },
      { answer: 'changed', action: 'hide', clause: 'made-up' },
      { answer: 'changed', action: 'restrict', clause: 'abuse' },
      { answer: 'changed', action: 'redirect', clause: 'abuse' },
      { answer: 'changed', action: 'explode', clause: 'abuse' },
      { answer: 'whatever' },
    ]
    for (const form of wrong) {
      const refused = await give(found, { ...form, why: 'kept <b>' })
      expect([form, refused.status]).toEqual([form, 422])
      const html = await refused.text()
      expect(html).toContain('role="alert"')
      expect(html).toContain('kept &lt;b&gt;')
    }
    expect((await now(found)).reviews).toEqual([])
  })

  it('shows a plain page where the store refuses', async () => {
    const found = await stage.put(look())
    const refuse = () => Promise.reject(new NotAllowed('Somebody may be at risk here.'))
    const store = { ...stage.store, queue: { ...stage.store.queue, answer: refuse } }
    const strict = visitor(createConsole({ ...stage.parts, store }), priya.cookie)
    const answer = await strict.post(`/case/${found.id}/answer`, { answer: 'agreed' })
    expect(answer.status).toBe(409)
    expect(read(await answer.text())).toContain('Somebody may be at risk here. Nothing was changed now.')
  })

  it('never moderates somebody at risk, whatever the form says', async () => {
    const found = await stage.put(atRisk())
    const changed = await give(found, { answer: 'changed', action: 'block', clause: 'abuse' })
    expect(changed.status).toBe(422)
    const steps = insult().decision?.steps?.filter(({ action }) => action === 'block') ?? []
    const wrongly = await stage.put(atRisk({ decision: { ...atRisk().decision, steps } }))
    expect((await give(wrongly, { answer: 'agreed' })).status).toBe(422)
    expect(await actions(wrongly)).toEqual(['block proposed'])
    expect((await give(found, { answer: 'agreed' })).status).toBe(303)
  })

  it('takes two steps and a reason to say that nobody is at risk, and moves the rest of the case on', async () => {
    const found = await stage.put(atRisk())
    const press = { answer: 'nobody-at-risk', from: 'queue', lane: 'risk' }
    expect(await page('/?lane=risk')).toMatch(/value="nobody-at-risk" data-key="d"/)
    expect((await give(found, { answer: 'dismissed' })).status).toBe(422)

    const asked = await give(found, press)
    expect(asked.status).toBe(200)
    const html = await asked.text()
    expect(read(html)).toContain('the tool will treat this person as anybody else again')
    expect(read(html)).toContain('They ask for help too: the case moves to Casework.')
    expect(html).toMatch(/<textarea name="why"[^>]* required/)
    expect(html).toContain('name="lane" value="risk"')
    const unsaid = await give(found, { ...press, sure: 'yes', why: ' ' })
    expect(unsaid.status).toBe(422)
    expect(await unsaid.text()).toContain('role="alert"')
    expect((await now(found)).reviews).toEqual([])

    const sure = { ...press, sure: 'yes', why: 'It is a line of a song.' }
    // The second press of a double click is no answer to what is left of the case.
    const both = await Promise.all([give(found, sure), give(found, sure)])
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect((await now(found)).reviews).toHaveLength(1)
    const said = read(await page(both[0]?.headers.get('location') ?? ''))
    expect(said).toContain('Marked: nobody is at risk. It waits in the lane “Casework” now.')
    expect(read(await page('/answers'))).toContain('You marked: nobody is at risk')
    const card = read(await page('/?lane=casework'))
    expect(card).toContain('You marked: nobody is at risk')
    expect(card).toContain('It is a line of a song.')
    expect(await page(`/case/${found.id}`)).toContain('Not casework')
    expect(read(await page(`/case/${found.id}`))).toContain('Answered: marked: nobody is at risk.')

    const [review] = (await now(found)).reviews
    await give(found, { answer: 'agreed' })
    expect(await page('/answers')).not.toContain(`/review/${review?.id}/undo`)
    expect((await post(`/review/${review?.id}/undo`)).status).toBe(409)
    expect(await now(found)).toMatchObject({ atRisk: false, lane: 'casework' })
  })

  it('says that somebody was quicker where a colleague found that nobody is at risk', async () => {
    const found = await stage.put(atRisk())
    const sure = { answer: 'nobody-at-risk', sure: 'yes', why: 'A quotation.' }
    await give(found, sure, { cookie: tom.cookie })
    const late = await give(found, { answer: 'nobody-at-risk' })
    expect(late.status).toBe(409)
    expect(read(await late.text())).toMatch(/Somebody was quicker.*Tom Walsh marked: nobody is at risk/)
    expect((await now(found)).closedAt).toBeNull()
  })

  it('takes an answer back once', async () => {
    const found = await stage.put(look())
    await give(found, { answer: 'dismissed' })
    const [review] = (await now(found)).reviews
    const undo = () => post(`/review/${review?.id}/undo`)
    expect((await undo()).status).toBe(303)
    expect((await undo()).status).toBe(409)
    expect(read(await page('/answers'))).toContain('You dismissed it')
  })

  it('lists what is done already beside what is on its way', async () => {
    const steps = [...(hiddenAlone().decision?.steps ?? []), ...(insult().decision?.steps ?? []).slice(1)]
    const found = await stage.put(hiddenAlone({ decision: { ...hiddenAlone().decision, steps } }))
    const errands = await stage.store.outbox.lease(stage.accountId, NOON, 'w', 200, 60_000)
    const errand = errands.find(({ order }) => order.item?.id === found.item.externalId)
    if (!errand) throw new Error('nothing to do')
    await stage.store.outbox.settle(errand, { is: 'done', receipt: null }, NOON)
    const answered = await give(found, { answer: 'agreed', from: 'queue' })
    const html = read(await page(answered.headers.get('location') ?? ''))
    expect(html).toContain('Agreed. Done: hide it. On its way: block the person and say where to write.')
  })

  it('undoes one action, once', async () => {
    const found = await stage.put(hiddenAlone())
    const [action] = found.actions
    const undo = () => post(`/action/${action?.id}/undo`, { case: found.id })
    expect((await undo()).headers.get('location')).toBe(`/case/${found.id}?undoing=1`)
    expect((await undo()).status).toBe(409)
  })

  it('lets staff act on what the tool found harmless', async () => {
    const found = await stage.put({ item: { text: 'missed by the tool' } })
    expect(read(await page(`/case/${found.id}`))).toContain('Decide something')
    expect((await give(found, { answer: 'changed', action: 'hide', clause: 'abuse' })).status).toBe(303)
    expect(await actions(found)).toEqual(['hide queued'])
  })

  it('keeps a threat’s and a request’s own words for the answers', async () => {
    const [police, help] = [await stage.put(threat()), await stage.put(casework())]
    expect(await page(`/case/${police.id}`)).toContain('It is a threat: hide it and block the person')
    expect(await page(`/case/${help.id}`)).toContain('Taken on')
    const other = await page(`/case/${(await stage.put(doxxing())).id}`)
    expect(other).toContain('Agree: hide it and block the person')
    expect(other).not.toMatch(/[Tt]hreat:|Not a threat/)
  })
})

describe('by hand', () => {
  it('shows the link and the exact words, until it is done', async () => {
    const id = await task({ is: 'manual', link: 'https://bsky.example/x', words: 'Press the three dots, then Hide.' })
    const html = await page('/by-hand')
    expect(html).toMatch(/href="https:\/\/bsky\.example\/x" rel="noreferrer noopener" target="_blank"/)
    expect(html).toContain('Press the three dots, then Hide.')
    expect(read(await page('/'))).toMatch(/By hand\d+ waiting/)
    await post(`/action/${id}/by-hand`, { did: 'yes' })
    expect(await state(id)).toBeUndefined()
  })

  it('tries again, or leaves it', async () => {
    const [one, other] = [
      await task({ is: 'unconfirmed', because: 'No answer came.' }),
      await task({ is: 'refused', because: 'No.' }),
    ]
    await post(`/action/${one}/by-hand`, { did: 'again' })
    expect(await state(one)).toBeUndefined()
    await post(`/action/${other}/by-hand`, { did: 'no' })
    expect(await state(other)).toBeUndefined()
    expect((await post(`/action/${other}/by-hand`, { did: 'nonsense' })).status).toBe(404)
  })
})

describe('the rest', () => {
  it('checks the log when asked, and says so', async () => {
    expect(read(await page('/log'))).toContain('Not checked since the service started.')
    expect((await post('/log/check')).headers.get('location')).toBe('/log')
    const html = read(await page('/log'))
    const [head] = await stage.store.log.page(null, 1)
    expect(html).toMatch(/All [\d,]+ lines hold\./)
    expect(html).toContain(head?.hash)
  })

  it('pages through the log by its numbers', async () => {
    const [, before = ''] = /\/log\?before=(\d+)/.exec(await page('/log')) ?? []
    const html = await page(`/log?before=${before}`)
    expect(html).toContain(`<span class="seq">${Number(before) - 1}</span>`)
    expect(html).not.toContain(`<span class="seq">${before}</span>`)
  })

  it('says in plain words what each account can do', async () => {
    const html = read(await page('/accounts'))
    expect(html).toContain(
      'Hide itReply and comment: the tool can do this.Mention, quote and private message: not possible here.',
    )
    expect(html).toContain('Restrict the personNot possible here.')
    expect(html).toContain('Mentions can’t be hidden here')
  })

  it('shows pictures blurred, as pictures only, and never lets them run', async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
    const urls = ['https://img.example/a', 'https://img.example/b']
    const media = urls.map((url) => ({ kind: 'image' as const, url }))
    const found = await stage.put({ ...look(), item: { media } })
    const [png, svg] = found.item.pictures
    await stage.store.pictures.keep(png?.id ?? '', { bytes, type: 'image/png' }, NOON)
    await stage.store.pictures.keep(svg?.id ?? '', { bytes, type: 'image/svg+xml' }, NOON)
    const [shown, kept] = [await get(`/picture/${png?.id}`), await get(`/picture/${svg?.id}`)]
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(bytes)
    expect(kept.headers.get('content-type')).toBe('application/octet-stream')
    expect(kept.headers.get('content-disposition')).toMatch(/^attachment/)
    for (const answer of [shown, kept]) {
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(await page(`/case/${found.id}`)).toContain('Show picture 1')
  })

  it('gives a sign of life to anybody, without names or reasons', async () => {
    expect(await (await get('/healthz', {})).json()).toEqual({
      ok: true,
      rehearsal: false,
      accounts: [{ platform: 'bluesky', ok: true }],
    })
    const broken = createConsole({ ...stage.parts, health: () => Promise.reject(new Error('secret')) })
    const answer = await broken.request(`${HERE}/healthz`)
    expect(answer.status).toBe(503)
    expect(await answer.text()).not.toContain('secret')
    const health = await stage.parts.health()
    const silent = createConsole({ ...stage.parts, health: async () => ({ ...health, ok: false }) })
    expect((await silent.request(`${HERE}/healthz`)).status).toBe(503)
  })

  it('says on every page what is wrong with an account', async () => {
    const health = await stage.parts.health()
    const accounts = health.accounts.map((one) => ({ ...one, trouble: 'The app password was revoked.' }))
    const troubled = createConsole({ ...stage.parts, health: async () => ({ ...health, accounts, rehearsal: true }) })
    const answer = await troubled.request(`${HERE}/people`, { headers: { cookie: priya.cookie } })
    const html = read(await answer.text())
    expect(html).toContain('Bluesky @johartley: The app password was revoked.')
    expect(html).toContain('This is a rehearsal')
  })

  it('says on every page that nobody is called, where no alert is set up', async () => {
    const health = await stage.parts.health()
    const shown = async (more: Partial<typeof health>) => {
      const app = createConsole({ ...stage.parts, health: async () => ({ ...health, ...more }) })
      return read(await visitor(app, priya.cookie).page('/people'))
    }
    const notice = 'No alert is set up, so nobody is called for threats or for people at risk'
    expect(await shown({ callsStaff: false })).toContain(notice)
    expect(await shown({})).not.toContain(notice)
    expect(await shown({ callsStaff: false, rehearsal: true })).not.toContain(notice)
  })

  it('asks after the accounts only for pages that say how they are', async () => {
    let asked = 0
    const health = () => {
      asked++
      return stage.parts.health()
    }
    const { get: fetched } = visitor(createConsole({ ...stage.parts, health }), priya.cookie)
    for (const path of ['/style.css', '/picture/00000000-0000-7000-8000-000000000000', '/item/42']) await fetched(path)
    const before = asked
    await fetched('/people')
    expect(asked - before).toBe(1)
    await fetched('/style.css')
    expect(asked - before).toBe(1)
  })

  it('shows a plain page when something breaks, tells the service, and quotes nothing', async () => {
    const seen: unknown[] = []
    const failed = (error: unknown): void => {
      seen.push(error)
    }
    const store = {
      ...stage.store,
      queue: { ...stage.store.queue, survey: () => Promise.reject(new Error('their words')) },
    }
    const broken = createConsole({ ...stage.parts, store, failed })
    const answer = await broken.request(`${HERE}/`, { headers: { cookie: priya.cookie } })
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('their words')
    expect(seen).toHaveLength(1)
  })

  it('refuses a form that is far too large', async () => {
    const found = await stage.put(look())
    const answer = await post(`/case/${found.id}/answer`, { answer: 'dismissed', why: 'x'.repeat(100_000) })
    expect(answer.status).toBe(413)
  })
})
