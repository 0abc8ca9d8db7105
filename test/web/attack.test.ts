import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../src/store/index.ts'
import { createConsole } from '../../src/web/app.tsx'
import { may, type Right } from '../../src/web/rights.ts'
import { NOON } from '../builders.ts'
import { OPEN, routesOf } from './routes.ts'
import { aStage, FORM, HERE, insult, PASSWORD, read, type Stage, visitor } from './seed.ts'

/** Somebody who means harm tries the doors: a stranger, a page elsewhere, and a colleague who wants more than their role. */

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let of: Record<Role, string>
let ids: Record<string, string>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  const found = await stage.put(insult())
  ids = {
    '/case': found.id,
    '/author': found.item.authorId ?? '',
    '/item': found.item.id,
    '/people': (await stage.join('Whoever')).id,
  }
  const cookies = await Promise.all(ROLES.map(async (role) => [role, (await stage.join(role, [role])).cookie] as const))
  of = Object.fromEntries(cookies) as Record<Role, string>
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const cookieOf = (answer: Response, name = 'serjeant'): string => {
  const set = answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`) && !one.startsWith(`${name}=;`))
  return set?.split(';')[0] ?? ''
}
const headersOf = (cookie: string) => ({ cookie, origin: HERE, 'content-type': FORM })
const encoded = (form: Record<string, string>): string => new URLSearchParams(form).toString()

/** A try at the sign-in from some address on the network. */
const guess = (app: Stage['app'], name: string, password: string, address: string, cookie = '') =>
  app.request(
    `${HERE}/sign-in`,
    { method: 'POST', headers: headersOf(cookie), body: encoded({ name, password }) },
    { incoming: { socket: { remoteAddress: address, remotePort: 1, remoteFamily: 'IPv4' } } },
  )

/**
 * Whom each route is for. `null`: whoever is signed in. A route that is not here fails the test: say first whom it is for,
 * here and beside it.
 */
const FOR: Readonly<Record<string, Right | null>> = {
  'GET /': null,
  'GET /case/:id': null,
  'GET /item/:id': null,
  'GET /picture/:id': null,
  'POST /case/:id/answer': 'answer',
  'POST /review/:id/undo': 'answer',
  'POST /action/:id/undo': 'answer',
  'POST /action/:id/by-hand': 'answer',
  'GET /by-hand': null,
  'GET /answers': null,
  'GET /together/:id': null,
  'POST /together/:id': 'answer',
  'GET /together/given/:id': null,
  'POST /together/given/:id/undo': 'answer',
  'POST /case/:id/claim': 'answer',
  'POST /case/:id/unclaim': 'answer',
  'POST /case/:id/hand-on': 'answer',
  'POST /case/:id/take-back': 'answer',
  'POST /item/:id/note': 'answer',
  'POST /note/:id/remove': 'answer',
  'GET /author/:id': null,
  'GET /author/:id/link': 'answer',
  'POST /author/:id/link': 'answer',
  'GET /author/:id/unlink': 'answer',
  'POST /author/:id/unlink': 'answer',
  'POST /author/:id/adjustments': 'answer',
  'POST /adjustment/:id': 'answer',
  'POST /author/:id/contact': 'answer',
  'POST /author/:id/notes': 'answer',
  'POST /author/:id/hand-on': 'answer',
  'POST /author/:id/take-back': null,
  'POST /author-note/:id/remove': 'answer',
  'POST /action/:id/noted': 'answer',
  'GET /letters': 'answer',
  'GET /letters/notes': 'answer',
  'GET /letters/blocks': 'answer',
  'GET /letters/contests': 'answer',
  'POST /action/:id/letter': 'answer',
  'POST /contest/:id/letter': 'answer',
  'POST /adjustment/:id/letter': 'answer',
  'GET /letter/:id': 'answer',
  'GET /letter/:id/print': 'answer',
  'POST /letter/:id': 'answer',
  'GET /case/:id/contest': 'answer',
  'POST /case/:id/contest': 'answer',
  'GET /contest/:id': 'answer',
  'POST /contest/:id/decide': 'overturn',
  'GET /block/:id': 'answer',
  'POST /block/:id': 'answer',
  'POST /case/:id/keep': 'data',
  'GET /case/:id/release': 'data',
  'POST /case/:id/release': 'data',
  'GET /police': 'refer',
  'POST /police/contact': 'refer',
  'POST /police/reminders': 'refer',
  'POST /case/:id/pack': 'refer',
  'POST /case/:id/referral': 'refer',
  'POST /referral/:id/reference': 'refer',
  'POST /referral/:id/asked': 'refer',
  'POST /referral/:id/outcome': 'refer',
  'POST /case/:id/disclosure': 'answer',
  'POST /case/:id/signposted': 'answer',
  'GET /signposting': null,
  'POST /signposting': 'policy',
  'GET /log': 'data',
  'POST /log/check': 'data',
  'GET /me': null,
  'POST /me': null,
  'GET /break': null,
  'POST /break/go-on': null,
  'POST /break/pass-on': null,
  'GET /people': null,
  'POST /people/invite': 'staff',
  'GET /people/:id/link': 'staff',
  'POST /people/:id/link': 'staff',
  'GET /people/:id/roles': 'staff',
  'POST /people/:id/roles': 'staff',
  'POST /people/rules': 'staff',
  'GET /people/:id/remove': 'staff',
  'POST /people/:id/remove': 'staff',
  'GET /my-sign-in': null,
  'POST /my-sign-in/password': null,
  'GET /my-sign-in/app': null,
  'POST /my-sign-in/app': null,
  'POST /my-sign-in/app/remove': null,
  'POST /my-sign-in/codes': null,
  'POST /my-sign-in/passkeys/options': null,
  'POST /my-sign-in/passkeys': null,
  'POST /my-sign-in/passkeys/remove': null,
  'POST /my-sign-in/others/end': null,
  'POST /my-sign-in/read': null,
  'POST /confirm': null,
  'POST /confirm/passkey-options': null,
  'POST /sign-out': null,
  'GET /accounts': null,
  'POST /accounts/:id/mode': 'policy',
  'GET /pictures': 'data',
  'POST /pictures/add': 'data',
  'POST /pictures/add-from-case': 'data',
  'POST /pictures/:id/remove': 'data',
  'POST /pictures/texts/add': 'data',
  'POST /pictures/texts/:id/remove': 'data',
  'GET /pictures/:id/erase': 'answer',
  'POST /pictures/:id/erase': 'answer',
  'GET /register': 'data',
  'POST /register/add': 'data',
  'POST /register/:id/remove': 'data',
  'GET /settings': null,
  'GET /settings/stop': null,
  'POST /settings/stop': null,
  'POST /settings/stop/end': 'policy',
  'GET /settings/rules': null,
  'POST /settings/rules': 'policy',
  'POST /settings/rules/adopt': 'policy',
  'POST /settings/rules/forget': 'policy',
  'GET /settings/answer': null,
  'POST /settings/answer': 'policy',
  'GET /settings/limits': null,
  'POST /settings/limits': 'policy',
  'GET /settings/times': null,
  'POST /settings/times': 'policy',
  'GET /settings/election': null,
  'POST /settings/election': 'policy',
  'POST /settings/election/none': 'policy',
  'GET /settings/support': null,
  'POST /settings/support': 'policy',
  'GET /second': null,
  'POST /second/:id/agree': null,
  'POST /second/:id/cancel': null,
}
/** These end the caller's session, and the next try would meet none. */
const ENDS = new Set(['POST /sign-out', 'POST /people/:id/remove'])

describe('a colleague who wants more', () => {
  it('finds each door either for everybody or for those whose role it is', async () => {
    const closed = routesOf(stage.app).filter(({ path }) => !OPEN.includes(path))
    const undeclared = closed.map(({ method, path }) => `${method} ${path}`).filter((one) => FOR[one] === undefined)
    expect(undeclared).toEqual([])
    const gone = Object.keys(FOR).filter((one) => !closed.some(({ method, path }) => one === `${method} ${path}`))
    expect(gone).toEqual([])
    const wrong: string[] = []
    for (const { method, path, at } of closed) {
      const door = `${method} ${path}`
      const right = FOR[door] ?? null
      for (const role of ROLES) {
        const allowed = right === null || may({ roles: [role] }, right)
        if (allowed && ENDS.has(door)) continue
        const answer = await stage.app.request(`${HERE}${at(ids)}`, { method, headers: headersOf(of[role]) })
        const refused = answer.status === 403
        if (refused === allowed) wrong.push(`${door} as ${role}: ${answer.status}`)
        if (!allowed && method === 'GET') expect(read(await answer.text())).toContain('not part of your role')
      }
    }
    expect(wrong).toEqual([])
  }, 120_000)

  it('can’t raise themselves, by any form', async () => {
    const tom = await stage.join('Tom Walsh', ['reviewer'])
    const all = Object.fromEntries(ROLES.map((role) => [`role-${role}`, 'yes']))
    const { post } = visitor(stage.app, tom.cookie)
    expect((await post(`/people/${tom.id}/roles`, all)).status).toBe(403)
    expect((await post('/people/invite', all)).status).toBe(403)
    expect((await post(`/people/${priya.id}/link`)).status).toBe(403)
    // What was chosen for somebody is what they get, whatever their own form says.
    const key = await stage.store.people.invite(priya.id, NOON, null, ['reviewer'])
    await visitor(stage.app, '').post('/welcome', { key, name: 'Bent', password: PASSWORD, ...all })
    const roles = Object.fromEntries((await stage.store.people.all()).map((one) => [one.name, one.roles]))
    expect([roles['Tom Walsh'], roles['Bent']]).toEqual([['reviewer'], ['reviewer']])
  })

  it('can’t touch what is another’s', async () => {
    const [ann, bob] = [await stage.join('Ann'), await stage.join('Bob')]
    const { factors, sessions } = stage.store
    const key = { id: 'anns-key', publicKey: new Uint8Array(1), counter: 0, transports: [], name: 'Hers' }
    const codes = await factors.addPasskey(ann.id, key, NOON)
    await visitor(stage.app, bob.cookie).post('/my-sign-in/passkeys/remove', { id: 'anns-key' })
    expect((await factors.of(ann.id)).passkeys).toHaveLength(1)
    expect(await factors.useCode(bob.id, codes[0] ?? '', NOON)).toBe(false)
    expect(await factors.useCode(ann.id, codes[0] ?? '', NOON)).toBe(true)
    const offer = factors.offerApp(ann.id, ann.name, NOON)
    expect(factors.readOffer(bob.id, bob.name, offer.sealed, NOON)).toBeNull()
    await visitor(stage.app, bob.cookie).post('/my-sign-in/others/end')
    expect(await sessions.all(ann.id, NOON)).toHaveLength(1)
    await factors.challenge('for-ann', ann.id, NOON, 5)
    expect(await factors.takeChallenge('for-ann', bob.id, NOON)).toBe(false)
    expect(await factors.takeChallenge('for-ann', null, NOON)).toBe(false)
  })

  it('can’t agree with themselves, in a window of their own or by a made-up form', async () => {
    const author = await stage.store.confirming.ask(
      { kind: 'stop-all', subject: 'attack', why: 'A test' },
      priya.id,
      NOON,
    )
    const answer = await visitor(stage.app, priya.cookie).post(`/second/${author.id}/agree`)
    expect(answer.status).toBe(409)
    expect((await stage.store.confirming.waiting(NOON)).map(({ id }) => id)).toContain(author.id)
    await stage.store.confirming.cancel(author.id, priya.id, NOON)
  })
})

describe('a page elsewhere', () => {
  it('can’t send anything, of whatever kind, to any address, also where its visitor is signed in', async () => {
    const posts = routesOf(stage.app).filter(({ method }) => method !== 'GET')
    expect(posts.length).toBeGreaterThan(40)
    const kinds = [FORM, 'multipart/form-data; boundary=x', 'text/plain', 'application/json', 'image/png', '']
    for (const { method, path, at } of posts) {
      for (const kind of kinds) {
        for (const origin of ['https://evil.example', 'null', `${HERE}.evil.example`, '']) {
          const headers = {
            cookie: priya.cookie,
            ...(origin === '' ? { 'sec-fetch-site': 'same-site' } : {}),
            ...(origin === '' ? {} : { origin }),
            ...(kind === '' ? {} : { 'content-type': kind }),
          }
          const answer = await stage.app.request(`${HERE}${at(ids)}`, { method, headers, body: 'answer=agreed' })
          expect([path, kind, origin, answer.status]).toEqual([path, kind, origin, 403])
        }
      }
    }
  }, 120_000)

  it('changes nothing by an address alone', async () => {
    const head = await stage.store.log.head()
    const links = routesOf(stage.app).filter(({ method, path }) => method === 'GET' && !OPEN.includes(path))
    for (const { at } of links)
      await stage.app.request(`${HERE}${at(ids)}?sure=yes&answer=agreed&did=yes`, { headers: { cookie: priya.cookie } })
    expect(await stage.store.log.head()).toEqual(head)
  }, 120_000)

  it('is told nothing by another method, nor by a form that claims one', async () => {
    const { post, get } = visitor(stage.app, of.reviewer)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
      for (const path of ['/people/invite', '/', '/register'])
        expect((await stage.app.request(`${HERE}${path}`, { method, headers: headersOf(of.reviewer) })).status).toBe(
          404,
        )
    const override = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' }
    expect((await get('/people/invite', { cookie: of.administrator, ...override })).status).toBe(404)
    expect((await post('/people?_method=DELETE', { _method: 'DELETE' })).status).toBe(404)
    const head = await stage.app.request(`${HERE}/log`, { method: 'HEAD', headers: { cookie: '' } })
    expect(head.status).toBe(401)
  })
})

describe('a stranger at the door', () => {
  it('guesses eight times at a name, forty times from an address, and fifty times at a name from everywhere', async () => {
    const app = createConsole(stage.parts)
    const many = async (n: number, one: (at: number) => ReturnType<typeof guess>) => {
      const statuses = []
      for (let at = 0; at < n; at++) statuses.push((await one(at)).status)
      return statuses.filter((status) => status === 401).length
    }
    const tooLong = 'x'.repeat(300)
    expect(await many(12, () => guess(app, 'Ann', tooLong, '10.0.0.1'))).toBe(8)
    expect(await many(50, (at) => guess(app, `Name ${at}`, tooLong, '10.0.0.2'))).toBe(40)
    expect(await many(80, (at) => guess(app, 'Priya Nair', tooLong, `10.1.0.${at}`))).toBe(50)
    // Nobody is kept out of a browser in which they signed in before, however many guess.
    const known = `serjeant-known=${stage.store.browsers.tokenFor(priya.id, NOON)}`
    expect((await guess(app, 'Priya Nair', PASSWORD, '10.9.9.9')).status).toBe(429)
    expect((await guess(app, 'Priya Nair', PASSWORD, '10.9.9.9', known)).status).toBe(303)
    // A browser that is known for one name is known for no other, and counts its own tries.
    const bens = await stage.join('Ben')
    const his = `serjeant-known=${stage.store.browsers.tokenFor(bens.id, NOON)}`
    expect((await guess(app, 'Priya Nair', PASSWORD, '10.9.9.9', his)).status).toBe(429)
    expect(await many(20, () => guess(app, 'Priya Nair', tooLong, '10.9.9.9', known))).toBe(10)
    for (const forged of [`${priya.id}.${NOON.getTime()}.AAAA`, `${priya.id}..`, `..`, known.replace(/.$/, '!')])
      expect((await guess(app, 'Priya Nair', PASSWORD, '10.9.9.9', `serjeant-known=${forged}`)).status).toBe(429)
  })

  it('guesses four hundred times in all, and no colleague in a known browser notices', async () => {
    const app = createConsole(stage.parts)
    let tried = 0
    for (let at = 0; at < 450; at++)
      if ((await guess(app, `Nobody ${at}`, 'x'.repeat(300), `10.2.${at % 100}.1`)).status === 401) tried++
    expect(tried).toBe(400)
    const known = `serjeant-known=${stage.store.browsers.tokenFor(priya.id, NOON)}`
    expect((await guess(app, 'Priya Nair', PASSWORD, '10.2.0.1', known)).status).toBe(303)
  })

  it('learns from neither words nor time whether somebody works here', async () => {
    const app = createConsole(stage.parts)
    const tried = async (name: string, address: string) => {
      const began = performance.now()
      const answer = await guess(app, name, 'a wrong password', address)
      const words = read(await answer.text()).replaceAll(name, '')
      return { status: answer.status, words, took: performance.now() - began }
    }
    const [here, away] = [[], []] as { status: number; words: string; took: number }[][]
    for (let n = 0; n < 7; n++) {
      here?.push(await tried('Priya Nair', `10.3.0.${n}`))
      away?.push(await tried('Nobody Such', `10.3.1.${n}`))
    }
    const median = (all: { took: number }[] = []) => all.map(({ took }) => took).sort((a, b) => a - b)[3] ?? 0
    expect(new Set([...(here ?? []), ...(away ?? [])].map(({ status, words }) => `${status} ${words}`)).size).toBe(1)
    // Without the derivation of a key that nobody has, the second would take a hundredth of the first.
    expect(median(away) / median(here)).toBeGreaterThan(0.4)
    expect(median(away) / median(here)).toBeLessThan(2.5)
  })

  it('gains nothing from a session it planted, and nothing from one it stole before the owner left', async () => {
    const eve = await stage.join('Eve Adam')
    const planted = 'serjeant=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const signIn = (cookie: string) =>
      visitor(stage.app, cookie).post('/sign-in', { name: 'Eve Adam', password: PASSWORD })
    const fresh = cookieOf(await signIn(planted))
    expect(fresh).not.toBe(planted)
    const page = (cookie: string) => visitor(stage.app, cookie).get('/people')
    expect([(await page(planted)).status, (await page(fresh)).status]).toEqual([303, 200])
    // Signing in anew ends what the browser brought.
    const newer = cookieOf(await signIn(fresh))
    expect([(await page(fresh)).status, (await page(newer)).status]).toEqual([303, 200])
    await visitor(stage.app, newer).post('/sign-out')
    expect((await page(newer)).status).toBe(303)

    const [stolen, own] = [cookieOf(await signIn('')), cookieOf(await signIn(''))]
    const password = 'battery horse correct staple'
    const changed = await visitor(stage.app, own).post('/my-sign-in/password', { present: PASSWORD, wanted: password })
    expect(changed.status).toBe(303)
    expect([(await page(stolen)).status, (await page(own)).status, (await page(eve.cookie)).status]).toEqual([
      303, 200, 303,
    ])
    await visitor(stage.app, priya.cookie).post(`/people/${eve.id}/roles`, { 'role-reviewer': 'yes' })
    expect((await page(own)).status).toBe(303)
  })

  it('gets nowhere under another name of the host, by tricks of the path, or with injected headers', async () => {
    const { app } = stage
    const rebound = await app.request('http://evil.example/log', { headers: { cookie: priya.cookie } })
    expect(rebound.status).toBe(421)
    const forwarded = { 'x-forwarded-host': 'evil.example', 'x-original-url': '/log', 'x-rewrite-url': '/log' }
    const plain = await app.request(`${HERE}/sign-in`, { headers: forwarded })
    expect(await plain.text()).not.toContain('evil.example')
    const tricks = [
      '//log',
      '/./log',
      '/sign-in/../log',
      '/sign-in/%2e%2e/log',
      '/sign-in/..;/log',
      '/style.css/../log',
      '/style.css/%2e%2e%2flog',
      '/LOG',
      '/log/',
      '/log%00',
      '/log;/sign-in',
      '/log?/sign-in',
      '/sign-in#/../log',
      '/%6cog',
      '/sign-in%2f..%2flog',
    ]
    for (const path of tricks) {
      const answer = await app.request(`${HERE}${path}`, { headers: { cookie: '' } })
      expect([path, answer.status === 200 && !path.startsWith('/sign-in#')]).toEqual([path, false])
      expect(await answer.text()).not.toContain('lines hold')
    }
    for (const next of ['/x\r\nset-cookie: a=b', '/x%0d%0aset-cookie:a=b', '//evil.example', 'https://evil.example']) {
      const form = { name: 'Priya Nair', password: PASSWORD, next }
      const answer = await visitor(app, '').post('/sign-in', form)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toMatch(/^\/(?!\/)/)
      expect(answer.headers.getSetCookie().every((one) => one.startsWith('serjeant'))).toBe(true)
    }
  })

  it('can’t make the machine swallow a form without end, on any address', async () => {
    const body = `name=${'x'.repeat(9_000_000)}`
    const long = { 'content-length': String(body.length) }
    for (const { method, path, at } of routesOf(stage.app).filter((one) => one.method !== 'GET')) {
      const strange = await stage.app.request(`${HERE}${at(ids)}`, {
        method,
        headers: { ...headersOf(''), ...long },
        body,
      })
      expect([path, [401, 413].includes(strange.status)]).toEqual([path, true])
      const known = { ...headersOf(of.reviewer), ...long }
      const answer = await stage.app.request(`${HERE}${at(ids)}`, { method, headers: known, body })
      expect([path, answer.status]).toEqual([path, 413])
    }
  }, 120_000)

  it('meets cookies that no script reads, no other site sends and no sibling plants', async () => {
    const secure = createConsole({ ...stage.parts, secureCookies: true })
    const answer = await guess(secure, 'Priya Nair', PASSWORD, '10.4.0.1')
    const set = answer.headers.getSetCookie()
    expect(set).toHaveLength(2)
    for (const one of set) expect(one).toMatch(/^__Host-serjeant.*; Path=\/;.*HttpOnly; Secure; SameSite=Strict$/)
    expect(set.join()).not.toContain('Domain')
  })
})
