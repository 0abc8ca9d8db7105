import { z } from 'zod'
import { type Capabilities, PlatformError, type PlatformSetup, type Talk } from '../platform.ts'
import { accountOn } from './account.ts'
import { graph } from './client.ts'
import { endingOf, isRefusal } from './failure.ts'
import type { Graph } from './graph.ts'
import { reviewText, SCOPES } from './review.ts'
import { type Product, type Rights, rightsOf, tried } from './rights.ts'
import { readSettings, type Settings } from './settings.ts'
import { inspect, type Kept, pagesOf } from './tokens.ts'

export interface Ways {
  /** What the adapter makes of the rights, for the trial at the end to say. */
  capabilities?: (rights: Rights) => Capabilities
  /** Milliseconds for one call; for tests. */
  patience?: number
}

const PATIENCE = 30_000
const DAY = 24 * 3_600_000

/**
 * Walk somebody through making the office's app and a token for it, keep the Page's own token, and say what it is good for.
 * @throws PlatformError, or Error with a sentence that says what to do; the signal's reason if they give up. The vault is then
 *   as it was: once the token is kept, nothing is thrown that would say otherwise.
 */
export async function connect(
  product: Product,
  setup: PlatformSetup,
  talk: Talk,
  { patience = PATIENCE, capabilities }: Ways = {},
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
  const { page } = kept
  talk.say(`Signed in to ${product} as ${product === 'Instagram' ? `@${page.instagram?.username}` : page.name}.`)
  say(await trial({ product, setup, talk, patience, capabilities }))
}

interface Trying extends Pick<Connecting, 'product' | 'setup' | 'talk'> {
  patience: number
  capabilities: Ways['capabilities']
}

/** Lines to print. The account is connected by now, so that whatever fails here is told and no more. */
async function trial({ product, setup, talk, patience, capabilities }: Trying): Promise<readonly string[]> {
  const { account, keys } = accountOn(product, setup, { patience })
  try {
    const rights = await rightsOf({ account, keys, vault: setup.vault, product }, talk.signal)
    const review = ['', 'Unless Meta has reviewed the app already:', '', ...reviewText(product, setup.handle)]
    return [...tried(rights, capabilities?.(rights) ?? null), ...review]
  } catch (error) {
    if (talk.signal.aborted) return []
    if (!isRefusal(error) && !(error instanceof PlatformError)) throw error
    return [`What it is good for could not be tried out: ${error.message} npx serjeant doctor tries it again.`]
  }
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
  const { type, isValid, subcode, page, endsAt } = await inspect(
    by(`${settings.app.id}|${settings.app.secret}`),
    typed,
    talk.signal,
  )
  if (!isValid) throw new OnceMore(`${endingOf(subcode)} Make another, and put it in here.`)
  // Chosen in Meta's explorer, a Page's token ends within hours, and only a person's is made a lasting one.
  if (type === 'PAGE' && endsAt !== null && endsAt.getTime() - setup.now().getTime() < DAY) throw new OnceMore(BRIEF)
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
  if (chosen.token === '' && type === 'USER') throw new OnceMore(TASKLESS)
  return { page: chosen.page, token: chosen.token === '' ? token : chosen.token }
}

const BRIEF =
  'This token of the Page ends within a day. At developers.facebook.com/tools/explorer choose “User Token” instead of the Page, press “Generate Access Token”, and put that in: Serjeant makes a lasting one of it.'
const TASKLESS =
  'Meta gives no token of this Page to whoever made this one. In the Page’s settings, “Page access”, give them full access; then make another token.'

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

/**
 * A person's token is good for an hour or two; the Page's token that this one opens does not end. Meta documents this only as a
 * GET with all of it in the address; that is why errors of calls never hold theirs.
 */
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

const also = (product: Product): string[] =>
  SCOPES(product === 'Facebook' ? 'Instagram' : 'Facebook').filter((scope) => !SCOPES(product).includes(scope))

function howToMakeTheToken(product: Product): string[] {
  return [
    'Now a token, by which Serjeant signs in. The lasting way is a system user:',
    '',
    '  1. Open https://business.facebook.com/settings, “Users”, “System users”, and press “Add”. Its name: Serjeant.',
    '  2. Press “Assign assets”: the Page with full access, and the app.',
    '  3. Press “Generate token”, choose the app, choose “Never” for when it ends, and tick:',
    ...SCOPES(product).map((scope) => `       ${scope}`),
    `     If the office connects ${product === 'Facebook' ? 'Instagram' : 'Facebook'} too, tick also, and use the same token there:`,
    ...also(product).map((scope) => `       ${scope}`),
    '  4. Copy the token, and put it in here. It is kept sealed, and shown nowhere.',
    '',
    'Without a business portfolio: open https://developers.facebook.com/tools/explorer, choose the app, tick the same,',
    'leave “User Token” chosen, press “Generate Access Token”, tick the Page, and copy that. Serjeant makes a lasting one of it.',
    '',
  ]
}
