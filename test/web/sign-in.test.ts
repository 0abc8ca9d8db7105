import { URI } from 'otpauth'
import { decodeQR } from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsole } from '../../src/web/app.tsx'
import { aStage, FORM, HERE, PASSWORD, read, type Stage, visitor } from './seed.ts'

/** The second factor, the sessions and the way back for whoever has lost all of it. */

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const now = (): Date => stage.parts.now()
const seconds = (n: number): void => stage.pass(n / 60)
const cookies = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .filter((one) => !one.endsWith('='))
    .join('; ')
const enter = (name: string, password = PASSWORD, app = stage.app) =>
  visitor(app, '').post('/sign-in', { name, password })
const sealedIn = (html: string): string => /name="offer" value="([\w-]+)"/.exec(html)?.[1] ?? 'none'
const codesIn = (html: string): string[] =>
  [...html.matchAll(/<code>([a-z2-9-]{19})<\/code>/g)].map(([, code]) => code ?? '')
const logged = async (most = 4) => (await stage.store.log.page(null, most)).map(({ kind }) => kind)

/** Somebody with an app, as they set it up on the pages. */
async function withApp(name: string) {
  const one = await stage.join(name)
  const { page, post } = visitor(stage.app, one.cookie)
  const html = await page('/my-sign-in/app')
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? ''
  const app = URI.parse(`otpauth://totp/Serjeant:x?secret=${secret}&issuer=Serjeant`)
  if (!('period' in app)) throw new Error('no TOTP')
  const code = (shift = 0): string => app.generate({ timestamp: now().getTime() + shift * 1000 })
  const added = await post('/my-sign-in/app', { offer: sealedIn(html), code: code() })
  return { ...one, html, code, paper: codesIn(await added.text()), page, post }
}

describe('an authenticator app', () => {
  it('is set up by a square that a camera reads, and kept only once its code was right', async () => {
    const ann = await stage.join('Ann Other')
    const { page, post } = visitor(stage.app, ann.cookie)
    const html = await page('/my-sign-in/app')
    const [, size = '0', path = ''] = /viewBox="0 0 (\d+) \d+".*?<path d="([^"]+)"/s.exec(html) ?? []
    const width = Number(size)
    const scale = 4
    const data = new Uint8Array((width * scale) ** 2 * 4).fill(255)
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1/g)) {
      for (let row = 0; row < scale; row++) {
        const at = ((Number(y) * scale + row) * width + Number(x)) * scale * 4
        for (let dot = 0; dot < scale; dot++) data.fill(0, at + dot * 4, at + dot * 4 + 3)
      }
    }
    const url = decodeQR({ width: width * scale, height: width * scale, data })
    const app = URI.parse(url)
    expect(app).toMatchObject({ issuer: 'Serjeant', label: 'Ann Other', digits: 6, period: 30 })

    expect((await post('/my-sign-in/app', { offer: sealedIn(html), code: '000000' })).status).toBe(422)
    expect((await enter('Ann Other')).headers.get('location')).toBe('/')
    if (!('period' in app)) throw new Error('no TOTP')
    const added = await post('/my-sign-in/app', {
      offer: sealedIn(html),
      code: app.generate({ timestamp: now().getTime() }),
    })
    expect(codesIn(await added.text())).toHaveLength(10)
    expect(await logged(1)).toEqual(['app-added'])
    expect((await enter('Ann Other')).headers.get('location')).toBe('/sign-in/second')
    // Nothing of it stands in the database as it is.
    const stored = JSON.stringify(await stage.store.factors.of(ann.id))
    expect(stored).not.toContain(/secret=(\w+)/.exec(url)?.[1])
  })

  it('opens with a code of now, once, a half minute early or late, and the password alone opens nothing', async () => {
    const bob = await withApp('Bob App')
    const half = cookies(await enter('Bob App'))
    expect(half).toMatch(/^serjeant-half=/)
    const asked = visitor(stage.app, half)
    expect((await asked.get('/')).status).toBe(303)
    const passedOff = half.replace('serjeant-half', 'serjeant')
    expect((await visitor(stage.app, passedOff).get('/')).status).toBe(303)
    // The code that added the app is used up.
    expect((await asked.post('/sign-in/second', { code: bob.code() })).status).toBe(401)
    seconds(60)
    expect((await asked.post('/sign-in/second', { code: bob.code(90) })).status).toBe(401)
    expect((await asked.post('/sign-in/second', { code: bob.code(-60) })).status).toBe(401)
    const late = await asked.post('/sign-in/second', { code: bob.code(-30), next: '/log' })
    expect([late.status, late.headers.get('location')]).toEqual([303, '/log'])
    expect((await visitor(stage.app, cookies(late)).get('/')).status).toBe(200)
    // The half session ended with it, and the same code is no second time good.
    expect((await asked.post('/sign-in/second', { code: bob.code() })).headers.get('location')).toBe('/sign-in')
    const again = visitor(stage.app, cookies(await enter('Bob App')))
    expect((await again.post('/sign-in/second', { code: bob.code(-30) })).status).toBe(401)
    const both = await Promise.all([1, 2, 3].map(async () => again.post('/sign-in/second', { code: bob.code() })))
    expect(both.map(({ status }) => status).filter((status) => status === 303).length).toBeGreaterThan(0)
    const through = both.filter((answer) => cookies(answer).includes('serjeant='))
    expect(through).toHaveLength(1)
  })

  it('lets nobody guess: five codes for a password, and no end to that by beginning anew', async () => {
    await withApp('Guessed At')
    const app = createConsole(stage.parts)
    let looked = 0
    for (let round = 0; round < 6; round++) {
      const half = visitor(app, cookies(await enter('Guessed At', PASSWORD, app)))
      const tries = await Promise.all(
        Array.from({ length: 8 }, async () => half.post('/sign-in/second', { code: '000000' })),
      )
      looked += tries.filter(({ status }) => status === 401).length
    }
    expect(looked).toBeLessThanOrEqual(20)
  })

  it('is stood in for by each code on paper once, which is in the log', async () => {
    const cat = await withApp('Cat Paper')
    const [paper = ''] = cat.paper
    const half = async () => visitor(stage.app, cookies(await enter('Cat Paper')))
    const answer = await (await half()).post('/sign-in/second', { code: paper.toUpperCase().replaceAll('-', ' ') })
    expect(answer.status).toBe(303)
    expect(await logged(1)).toEqual(['code-used'])
    expect((await (await half()).post('/sign-in/second', { code: paper })).status).toBe(401)
    expect(read(await cat.page('/my-sign-in'))).toContain('9 codes are left')
    await cat.post('/my-sign-in/codes')
    expect((await (await half()).post('/sign-in/second', { code: cat.paper[1] ?? '' })).status).toBe(401)
    await cat.post('/my-sign-in/app/remove')
    expect((await enter('Cat Paper')).headers.get('location')).toBe('/')
    expect(await stage.store.factors.of(cat.id)).toMatchObject({ app: false, codes: 0 })
  })

  it('may be asked of everybody: then whoever has none gets to where they add one, and nowhere else', async () => {
    const { post } = visitor(stage.app, priya.cookie)
    await post('/people/rules', { secondFactor: 'required', hours: '12' })
    expect(await logged(1)).toEqual(['setting'])
    const { get, page } = visitor(stage.app, priya.cookie)
    for (const path of ['/', '/people', '/log', '/second'])
      expect((await get(path)).headers.get('location')).toBe('/my-sign-in?wanted=1')
    expect(read(await page('/my-sign-in'))).toContain('Your office asks for a second factor.')
    expect((await get('/my-sign-in/app')).status).toBe(200)
    await stage.store.settings.change('secondFactor', 'optional', priya.id, now())
    expect((await get('/')).status).toBe(200)
    expect(read(await page('/people'))).toMatch(/Priya Nair.{0,80}no second factor/)
  })
})

describe('a session', () => {
  it('ends when nobody was there for as long as the office says, and after a week in any case', async () => {
    const dan = await stage.join('Dan Idle')
    const { get } = visitor(stage.app, dan.cookie)
    stage.pass(11 * 60)
    expect((await get('/')).status).toBe(200)
    stage.pass(11 * 60)
    expect((await get('/')).status).toBe(200)
    stage.pass(12 * 60)
    expect((await get('/')).status).toBe(303)
    const busy = visitor(stage.app, `serjeant=${(await stage.store.sessions.begin(dan.id, now())).token}`)
    let hours = 0
    while ((await busy.get('/healthz')).status === 200 && (await busy.get('/people')).status === 200 && hours < 300) {
      hours += 10
      stage.pass(600)
    }
    expect(hours).toBeGreaterThan(160)
    expect(hours).toBeLessThanOrEqual(170)
  })

  it('is listed for its owner, who ends all others', async () => {
    const eve = await stage.join('Eve Twice')
    const agent = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0 <script>'
    const elsewhere = await stage.app.request(`${HERE}/sign-in`, {
      method: 'POST',
      headers: { origin: HERE, 'content-type': FORM, 'user-agent': agent },
      body: new URLSearchParams({ name: 'Eve Twice', password: PASSWORD }).toString(),
    })
    const own = visitor(stage.app, eve.cookie)
    expect(read(await own.page('/my-sign-in'))).toContain('Firefox on Windows')
    await own.post('/my-sign-in/others/end')
    expect((await visitor(stage.app, cookies(elsewhere)).get('/')).status).toBe(303)
    expect((await own.get('/')).status).toBe(200)
    expect(await logged(1)).toEqual(['signed-out-elsewhere'])
  })

  it('is asked once more who it is before what matters, and loses nothing that was written', async () => {
    const fay = await stage.join('Fay Again')
    const { get, post, page } = visitor(stage.app, fay.cookie)
    stage.pass(31)
    const asked = await (await get(`/people/${fay.id}/roles`)).text()
    expect(asked).toContain('Roles of Fay Again')
    const form = { 'role-reviewer': 'yes', 'role-administrator': 'yes' }
    const html = await (await post(`/people/${fay.id}/roles`, form)).text()
    expect(read(html)).toContain('Is it you?')
    expect(html).toContain('name="role-reviewer" value="yes"')
    const before = (await stage.store.people.all()).find(({ id }) => id === fay.id)?.roles
    expect(before).toHaveLength(4)
    const wrong = await post(`/people/${fay.id}/roles`, { ...form, 'again-password': 'wrong' })
    expect(wrong.status).toBe(422)
    const right = await post(`/people/${fay.id}/roles`, { ...form, 'again-password': PASSWORD })
    expect(right.status).toBe(303)
    const after = (await stage.store.people.all()).find(({ id }) => id === fay.id)?.roles
    expect(after).toEqual(['reviewer', 'administrator'])
    // For the next half hour nobody asks.
    expect(await page('/my-sign-in/app')).toContain('Add an authenticator app')
    stage.pass(31)
    const again = await (await get('/my-sign-in/app')).text()
    expect(again).toContain('name="next" value="/my-sign-in/app"')
    const on = await post('/confirm', { next: '/my-sign-in/app', 'again-password': PASSWORD })
    expect(on.headers.get('location')).toBe('/my-sign-in/app')
  })

  it('is asked with the second factor too, and not without end', async () => {
    const gil = await withApp('Gil Factor')
    stage.pass(31)
    const alone = await gil.post('/my-sign-in/codes', { 'again-password': PASSWORD })
    expect(alone.status).toBe(422)
    const both = await gil.post('/my-sign-in/codes', { 'again-password': PASSWORD, 'again-code': gil.code() })
    expect(codesIn(await both.text())).toHaveLength(10)
    stage.pass(31)
    const tries = []
    for (let n = 0; n < 12; n++) tries.push((await gil.post('/my-sign-in/codes', { 'again-password': 'wrong' })).status)
    expect(tries.filter((status) => status === 422)).toHaveLength(10)
    expect(tries.at(-1)).toBe(429)
  })
})

describe('whoever has lost everything', () => {
  it('gets back by a link that takes off what they lost, keeps it if it was not said so, and is told', async () => {
    const hal = await withApp('Hal Lost')
    priya.cookie = `serjeant=${(await stage.store.sessions.begin(priya.id, now())).token}`
    const { page, post } = visitor(stage.app, priya.cookie)
    expect(read(await page(`/people/${hal.id}/link`))).toContain('Have they lost their second factor too?')
    const link = async (form: Record<string, string>) =>
      /welcome\?key=([\w.-]+)/.exec(await (await post(`/people/${hal.id}/link`, form)).text())?.[1] ?? 'none'
    const nobody = visitor(stage.app, '')
    const use = async (key: string) => nobody.post('/welcome', { key, password: 'a wholly new password' })
    // With the factor kept, the link does not get past it.
    expect((await use(await link({}))).headers.get('location')).toBe('/sign-in/second')
    const back = await use(await link({ unfactors: 'yes' }))
    expect(back.headers.get('location')).toBe('/')
    expect(await logged(1)).toEqual(['renewed'])
    const own = visitor(stage.app, cookies(back))
    expect(read(await own.page('/'))).toContain('A colleague changed something about your sign-in.')
    const told = read(await own.page('/my-sign-in'))
    expect(told).toContain('Priya Nair had made the link that took your second factor off.')
    expect(told).toContain('Priya Nair made a link for a new password of yours.')
    await own.post('/my-sign-in/read', { till: String(now().getTime()) })
    expect(read(await own.page('/'))).not.toContain('A colleague changed something')
    expect((await enter('Hal Lost', 'a wholly new password')).headers.get('location')).toBe('/')
  })

  it('is told what became of their roles, and loses nothing without the log', async () => {
    const ian = await stage.join('Ian Roles')
    await stage.store.people.giveRoles(ian.id, ['reviewer'], priya.id, now())
    expect(await logged(1)).toEqual(['roles'])
    expect((await visitor(stage.app, ian.cookie).get('/')).status).toBe(303)
    const own = visitor(stage.app, cookies(await enter('Ian Roles')))
    expect(read(await own.page('/my-sign-in'))).toContain('Priya Nair changed your roles.')
    expect(await own.page('/people')).not.toContain('/people/invite')
    expect(await own.page('/')).not.toContain('href="/log"')
  })
})
