import { once } from 'node:events'
import { serve } from '@hono/node-server'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsole } from '../../src/web/app.tsx'
import { relyingParty } from '../../src/web/passkeys.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall } from './browser.ts'
import { aStage, HERE, PASSWORD, type Stage, visitor } from './seed.ts'

/** Passkeys, with a real browser and its own virtual key. */

describe('where a passkey can be used', () => {
  it('is an address with a name, over https or on this machine', () => {
    const id = (url: string | undefined) => relyingParty(url)?.id ?? null
    expect(id('https://serjeant.example.org/x')).toBe('serjeant.example.org')
    expect(id('http://localhost:8080')).toBe('localhost')
    for (const none of ['http://serjeant.example.org', 'http://127.0.0.1:8080', 'https://10.0.0.1', 'http://[::1]:1'])
      expect(id(none)).toBeNull()
    expect(id(undefined)).toBeNull()
  })
})

describe.skipIf(!hasBrowser)('a passkey', () => {
  let stage: Stage
  let app: Stage['app']
  let browser: Browser
  let server: ReturnType<typeof serve>
  let base: string
  let page: Page
  let key: CDPSession
  let authenticatorId: string
  let priya: Awaited<ReturnType<Stage['join']>>
  const complaints: string[] = []

  beforeAll(async () => {
    stage = await aStage()
    priya = await stage.join('Priya Nair')
    // Only the server knows its port, and only the port makes the address that keys are bound to.
    server = serve({ fetch: (request) => app.fetch(request), hostname: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    base = `http://localhost:${address.port}`
    app = createConsole({ ...stage.parts, url: base })
    browser = await launchChromium()
    const context = await browser.newContext({ locale: 'en-GB' })
    page = await context.newPage()
    page.setDefaultTimeout(8000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load')) complaints.push(message.text())
    })
    key = await context.newCDPSession(page)
    await key.send('WebAuthn.enable')
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    } as const
    authenticatorId = (await key.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
  })
  afterAll(async () => {
    await browser.close()
    server.close()
    expect(complaints).toEqual([])
    expect(stage.failures).toEqual([])
    await stage.close()
  })

  const press = async (name: string): Promise<void> => {
    await Promise.all([
      page.waitForNavigation({ waitUntil: 'load' }),
      page.getByRole('button', { name, exact: true }).click(),
    ])
  }
  const place = (): string => new URL(page.url()).pathname
  const signOut = () => press('Sign out')

  it('is added on the page, opens without a password, and makes the password alone open nothing', async () => {
    await page.goto(`${base}/sign-in`)
    await page.getByLabel('Name').fill('Priya Nair')
    await page.getByLabel('Password').fill(PASSWORD)
    await press('Sign in')
    await page.goto(`${base}/my-sign-in`)
    await page.getByLabel('What you call it').fill('My laptop <b>')
    await press('Add a passkey')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your codes on paper')
    await page.goto(`${base}/my-sign-in`)
    expect(await page.locator('li', { hasText: 'My laptop <b>' }).count()).toBe(1)
    await signOut()

    await press('Use a passkey')
    expect(place()).toBe('/')
    await signOut()
    await page.getByLabel('Name').fill('Priya Nair')
    await page.getByLabel('Password').fill(PASSWORD)
    await press('Sign in')
    expect(place()).toBe('/sign-in/second')
    await press('Use a passkey')
    expect(place()).toBe('/')
  })

  it('shows once more that it is them, where that is asked', async () => {
    stage.pass(31)
    await page.goto(`${base}/my-sign-in/app`)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Is it you?')
    await press('Use a passkey')
    expect(place()).toBe('/my-sign-in/app')
  })

  it('that nobody touched, or whose owner was not verified, opens nothing', async () => {
    await signOut()
    await key.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByText('No passkey answered.').waitFor()
    expect(place()).toBe('/sign-in')
    await key.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  })

  it('answers each question once, and a copy that counts by itself opens nothing', async () => {
    let sent = ''
    await page.route('**/sign-in/passkey', async (route) => {
      sent = route.request().postData() ?? ''
      await route.continue()
    })
    await page.goto(`${base}/sign-in`)
    await press('Use a passkey')
    expect(place()).toBe('/')
    await page.unroute('**/sign-in/passkey')
    const headers = { origin: base, 'content-type': 'application/x-www-form-urlencoded' }
    const send = (body: string) => app.request(`${base}/sign-in/passkey`, { method: 'POST', headers, body })
    expect((await send(sent)).status).toBe(401)
    for (const nonsense of [
      '',
      'passkey=',
      'passkey={}',
      'passkey=%5B%5D',
      'passkey=null',
      `passkey=${'x'.repeat(999)}`,
    ])
      expect((await send(nonsense)).status).toBe(401)

    // As if another had been used a hundred times since.
    const [own] = (await stage.store.factors.of(priya.id)).passkeys
    await stage.store.factors.usedPasskey(own?.id ?? '', 1000, stage.parts.now())
    await signOut()
    await press('Use a passkey')
    expect(place()).toBe('/sign-in/passkey')
    expect(await page.getByText('That passkey opens nothing here.').count()).toBe(1)
    expect(await stage.store.factors.usedPasskey(own?.id ?? '', 999, stage.parts.now())).toBe(false)
  })

  it('of another site, or for another question, opens nothing', async () => {
    const elsewhere = createConsole({ ...stage.parts, url: 'https://serjeant.example.org' })
    const options = await visitor(elsewhere, '').post('/sign-in/passkey/options')
    expect(((await options.json()) as { rpId: string }).rpId).toBe('serjeant.example.org')
    expect((await visitor(app, '').post('/sign-in/passkey/options')).status).toBe(200)
    const none = createConsole(stage.parts)
    expect((await visitor(none, '').post('/sign-in/passkey/options')).status).toBe(429)
    expect(await visitor(none, '').page('/sign-in')).not.toContain('data-passkey')
    expect(await visitor(none, priya.cookie).page('/my-sign-in')).toContain('They don’t work under this address')
    expect(HERE).not.toBe(base)
  })

  it('has pages without a fault, in light and dark, wide and narrow', async () => {
    const { token } = await stage.store.sessions.begin(priya.id, stage.parts.now())
    await stage.store.people.invite(priya.id, stage.parts.now(), priya.id)
    const tom = await stage.join('Tom Walsh', ['reviewer', 'senior'])
    await stage.store.confirming.ask(
      { kind: 'stop-all', subject: 'everything', why: 'Somebody else uses the account' },
      tom.id,
      stage.parts.now(),
    )
    const pages = {
      'my-sign-in': '/my-sign-in',
      app: '/my-sign-in/app',
      people: '/people',
      roles: `/people/${tom.id}/roles`,
      link: `/people/${tom.id}/link`,
      second: '/second',
    }
    const faults: string[] = []
    for (const look of LOOKS) {
      const context = await browser.newContext({
        bypassCSP: true,
        colorScheme: look.colorScheme,
        viewport: { width: look.width, height: 800 },
      })
      await context.addCookies([{ name: 'serjeant', value: token, url: base }])
      const one = await context.newPage()
      for (const [name, at] of Object.entries(pages)) {
        await one.goto(`${base}${at}`)
        faults.push(...(await faultsOf(one, name, look)), ...(await tooSmall(one, name)))
      }
      await one.goto(`${base}/my-sign-in/codes`)
      stage.pass(31)
      await one.goto(`${base}/my-sign-in/app`)
      faults.push(...(await faultsOf(one, 'again', look)), ...(await tooSmall(one, 'again')))
      await stage.store.sessions.confirm(
        (await stage.store.sessions.of(token, stage.parts.now()))?.id ?? '',
        stage.parts.now(),
      )
      await context.clearCookies()
      await one.goto(`${base}/sign-in`)
      faults.push(...(await faultsOf(one, 'sign-in', look)), ...(await tooSmall(one, 'sign-in')))
      const half = await stage.store.sessions.beginHalf(priya.id, stage.parts.now())
      await context.addCookies([{ name: 'serjeant-half', value: half.token, url: base }])
      await one.goto(`${base}/sign-in/second`)
      faults.push(...(await faultsOf(one, 'second-factor', look)), ...(await tooSmall(one, 'second-factor')))
      await context.close()
    }
    expect(faults).toEqual([])
  }, 180_000)
})
