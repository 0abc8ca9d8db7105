import { z } from 'zod'
import { PlatformError, type PlatformSetup, type Talk } from '../platform.ts'
import { graph } from './client.ts'
import { endingOf, isRefusal } from './failure.ts'
import type { Graph } from './graph.ts'
import { reviewText, SCOPES } from './review.ts'
import type { Product } from './rights.ts'
import { readSettings, type Settings } from './settings.ts'
import { inspect, type Kept, pagesOf } from './tokens.ts'

/** What a test may want otherwise. */
export interface Ways {
  /** Milliseconds for one call. */
  patience?: number
}

const PATIENCE = 30_000

/**
 * Walk somebody through making the office's app and a token for it, and keep the Page's own token.
 * @throws PlatformError, or Error with a sentence that says what to do; the signal's reason if they give up. The vault is then
 *   as it was.
 */
export async function connect(
  product: Product,
  setup: PlatformSetup,
  talk: Talk,
  { patience = PATIENCE }: Ways = {},
): Promise<void> {
  const say = (lines: readonly string[]): void => {
    for (const line of lines) talk.say(line)
  }
  if (!('app' in setup.settings)) {
    say(howToMakeTheApp(product, setup.handle))
    throw new Error('it can’t be connected yet. Go through the steps above, then run this again.')
  }
  const settings = readSettings(product, setup.settings)
  if (settings.token !== undefined) {
    throw new Error('it signs in with the "token" in its settings. Take that out to connect it, or leave it as it is.')
  }
  const by = (token: string): Graph => graph({ settings, token: async () => token, now: () => setup.now(), patience })
  say(howToMakeTheToken(product))
  const kept = await asked(talk, 'The token: ', (token) => pageWith({ product, settings, by, talk, setup }, token))
  talk.signal.throwIfAborted()
  await setup.vault.update(async () => kept)
  talk.say(`Signed in to ${product} as ${kept.page.instagram?.username ?? kept.page.name}.`)
  const wanted = await talk.ask('Show what to write to Meta, so that it tells Serjeant who writes? (y or n) ')
  if (/^y/i.test(wanted)) say(reviewText(product, setup.handle))
}

interface Connecting {
  product: Product
  settings: Settings
  by: (token: string) => Graph
  talk: Talk
  setup: PlatformSetup
}

/** What was typed is of no use, and something else may be. The message is for whoever typed it. */
class OnceMore extends Error {
  override readonly name = 'OnceMore'
}

/** Ask until an answer is of use. @throws whatever `take` throws beside OnceMore */
async function asked<T>(talk: Talk, question: string, take: (answer: string) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await take(await talk.ask(question))
    } catch (error) {
      if (!(error instanceof OnceMore)) throw error
      talk.say(error.message)
    }
  }
}

/** @throws OnceMore, PlatformError, Error */
async function pageWith(connecting: Connecting, typed: string): Promise<Kept> {
  const { settings, by, talk, product, setup } = connecting
  if (!/^[\w|-]{20,}$/.test(typed)) throw new OnceMore('That is no token: it is one long word, and begins with EAA.')
  const { type, isValid, subcode, page } = await inspect(
    by(`${settings.app.id}|${settings.app.secret}`),
    typed,
    talk.signal,
  )
  if (!isValid) throw new OnceMore(`${endingOf(subcode)} Make another, and put it in here.`)
  const token = type === 'USER' ? await lasting(connecting, typed) : typed
  const all = await pagesOf(by(token), type === 'PAGE' ? (page ?? 'me') : null, talk.signal)
  const pages = product === 'Facebook' ? all : all.filter((one) => one.page.instagram !== null)
  const named = pages.filter((one) => [one.page.instagram?.username, one.page.id].includes(plain(setup.handle)))
  const fitting = named.length === 1 ? named : pages
  const [only] = fitting
  if (!only) {
    throw new OnceMore(
      all.length === 0
        ? 'This token reaches no Page. Make another, and give it the Page with full access.'
        : 'No Page that this token reaches has an Instagram account. Link it in the Instagram app (Settings, “Account type and tools”), and make another token.',
    )
  }
  const chosen = fitting.length === 1 ? only : await whichOf(fitting, talk)
  return { page: chosen.page, token: chosen.token === '' ? token : chosen.token }
}

async function whichOf(pages: Awaited<ReturnType<typeof pagesOf>>, talk: Talk) {
  pages.forEach(({ page }, n) => {
    const on = page.instagram === null ? '' : `, on Instagram @${page.instagram.username}`
    talk.say(`  ${n + 1}  ${page.name} (${page.id})${on}`)
  })
  return asked(talk, 'Which of them? Its number: ', async (typed) => {
    const found = pages[Number(typed) - 1]
    if (!found) throw new OnceMore(`Type a number from 1 to ${pages.length}.`)
    return found
  })
}

const Exchanged = z.object({ access_token: z.string().min(20) })

/** A person's token is good for an hour or two; the Page's token that this one opens does not end. */
async function lasting({ settings, by, talk }: Connecting, token: string): Promise<string> {
  const { id, secret } = settings.app
  const query = { grant_type: 'fb_exchange_token', client_id: id, client_secret: secret, fb_exchange_token: token }
  try {
    const asking = { path: 'oauth/access_token', query, bucket: 'pages' } as const
    const { access_token } = await by(token).get(asking, Exchanged, talk.signal)
    return access_token
  } catch (error) {
    if (isRefusal(error) || (error instanceof PlatformError && error.trouble === 'unauthorised')) {
      throw new OnceMore('Meta does not make this token a lasting one. Make another with the office’s own app chosen.')
    }
    throw error
  }
}

const plain = (handle: string): string => handle.replace(/^@/, '')

function howToMakeTheApp(product: Product, handle: string): string[] {
  const platform = product.toLowerCase()
  return [
    `Meta lets programs in only by an app that the office makes there. So first, for ${handle}:`,
    '',
    ...(product === 'Facebook'
      ? []
      : [
          '  0. The Instagram account must be a professional one and linked to the office’s Facebook Page: in the Instagram app,',
          '     Settings, “Account type and tools”. Its settings for messages must allow “Connected tools”.',
        ]),
    '  1. Open https://developers.facebook.com/apps in a browser, signed in as somebody who manages the Page.',
    '  2. Press “Create app”, choose the business type, and the office’s business portfolio.',
    '  3. In the app open “App settings”, “Basic”: copy the App ID and the App secret. Write both into .env:',
    '       META_APP_ID=…',
    '       META_APP_SECRET=…',
    '  4. Under “Advanced” switch on “Require app secret”.',
    '  5. In serjeant.json, give this account the settings:',
    '       "settings": { "app": { "id": { "env": "META_APP_ID" }, "secret": { "env": "META_APP_SECRET" } } }',
    `  6. Run npx serjeant connect ${platform} again.`,
    '',
  ]
}

function howToMakeTheToken(product: Product): string[] {
  return [
    'Now a token, by which Serjeant signs in. The lasting way is a system user:',
    '',
    '  1. Open https://business.facebook.com/settings, “Users”, “System users”, and press “Add”. Its name: Serjeant.',
    '  2. Press “Assign assets”: the Page with full access, and the app.',
    '  3. Press “Generate token”, choose the app, choose “Never” for when it ends, and tick:',
    ...SCOPES(product).map((scope) => `       ${scope}`),
    '  4. Copy the token, and put it in here. It is kept sealed, and shown nowhere.',
    '',
    'Without a business portfolio: open https://developers.facebook.com/tools/explorer, choose the app, tick the same, press',
    '“Generate Access Token”, choose the Page, and copy that. Serjeant makes a lasting one of it.',
    '',
  ]
}
