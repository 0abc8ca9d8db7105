import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { serve } from '@hono/node-server'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { CHROMIUM } from '../support/chromium.ts'
import { missing } from '../support/missing.ts'
import type { Stage } from './seed.ts'

/** The console in a real browser, and what is asked of each of its pages. What runs in the page is text: here is no document. */

export const hasBrowser =
  existsSync(CHROMIUM) || missing('Chromium, in which the console’s pages are tried,', 'apt-get install chromium')

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
const AXED = `axe.run({ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })
  .then(({ violations, passes }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => id + ' ' + nodes[0].html.slice(0, 120)),
  }))`
const SMALL = `[...document.querySelectorAll('button, summary, select, nav a, input:not([type=hidden], [type=radio], [type=checkbox])')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.5)
  .map((element) => element.outerHTML.slice(0, 80))`
/** A folder for pictures of every page, for people to look at. */
const SHOTS = process.env['SHOTS']

interface Found {
  passes: number
  violations: string[]
}

export const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 320 },
  { colorScheme: 'dark', width: 320 },
] as const

/** The console on a port of its own, and pages in which whatever the browser complains about is noted. */
export async function visiting(app: Stage['app'], browser: Browser) {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const base = `http://127.0.0.1:${address.port}`
  const complaints: string[] = []
  return {
    base,
    complaints,
    /** A page of one's own, signed in where there is a cookie. */
    open: async (cookie: string, options: BrowserContextOptions = {}): Promise<Page> => {
      const context = await browser.newContext({ locale: 'en-GB', ...options })
      const [name = '', value = ''] = cookie.split(/=(.*)/)
      if (cookie !== '') await context.addCookies([{ name, value, url: base }])
      const page = await context.newPage()
      page.on('console', (message) => {
        // Answers such as 409 are said here too, and are what some pages are about.
        const expected = message.text().startsWith('Failed to load resource')
        if (message.type() === 'error' && !expected) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      return page
    },
    close: (): void => {
      server.close()
    },
  }
}

/** What is wrong with a page, as it comes and with everything open that can be: what is folded away is not looked at. */
export async function faultsOf(page: Page, name: string, look: (typeof LOOKS)[number]): Promise<string[]> {
  const faults: string[] = []
  for (const unfolded of [false, true]) {
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open ||= ${unfolded}`)
    const over: number = await page.evaluate(OVERHANG)
    if (over > 0) faults.push(`${name}: ${over} px too wide`)
    await page.addScriptTag({ path: AXE })
    const found: Found = await page.evaluate(AXED)
    expect(found.passes).toBeGreaterThan(8)
    faults.push(...found.violations.map((fault) => `${name}: ${fault}`))
    if (SHOTS !== undefined && !unfolded) {
      mkdirSync(SHOTS, { recursive: true })
      const path = `${SHOTS}/${name}-${look.colorScheme}-${look.width}.png`
      await page.screenshot({ path, fullPage: name !== 'answered' })
    }
  }
  return faults
}

/** Buttons and links too small for a thumb. */
export async function tooSmall(page: Page, name: string): Promise<string[]> {
  const found: string[] = await page.evaluate(SMALL)
  return found.map((html) => `${name}: ${html}`)
}
