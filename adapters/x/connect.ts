import { z } from 'zod'
import { PlatformError, type PlatformSetup, type Talk } from '../platform.ts'
import { type Answer, callbackOf, openDoor } from './answers.ts'
import { client } from './client.ts'
import { beginWalk, codeIn, missingOf, scopesFor, type Walk } from './consent.ts'
import { X } from './endpoints.ts'
import { lockedOut, Refusal, Unconfirmed } from './failure.ts'
import { money } from './money.ts'
import { type App, Ended, type Grant, giveBack, obtain } from './oauth2.ts'
import { pace } from './pace.ts'
import { readSettings, type Settings } from './settings.ts'
import { kept } from './tokens.ts'

/** What a test may want otherwise. */
export interface Ways {
  /** Where the browser comes back to. Registered with X, so it can't be any that is free. */
  port?: number
  /** Milliseconds until somebody must have come back. */
  patience?: number
}

const PORT = 8765
const PATIENCE = 30 * 60_000

/**
 * Walk somebody through letting the office's app into the MP's account, and keep the tokens X gives. An answer of X is
 * good for thirty seconds; one that comes too late, or is not the right one, is asked for again.
 * @throws PlatformError, or Error with a sentence that says what to do; the signal's reason if they give up. The vault is then
 *   as it was.
 */
export async function connect(setup: PlatformSetup, talk: Talk, ways: Ways = {}): Promise<void> {
  const { port = PORT, patience = PATIENCE } = ways
  const say = (lines: readonly string[]): void => {
    for (const line of lines) talk.say(line)
  }
  const handle = plain(setup.handle)
  const app = appIn(setup)
  if (!app) {
    say(howToMakeTheApp(handle, callbackOf(port)))
    throw new Error('it can’t be connected yet. Go through the steps above, then run this again.')
  }
  const door = await openDoor(port, patience, talk)
  try {
    const walk = beginWalk(app.settings, app.client.id, door.callback)
    say(howToLetItIn(handle, walk, door))
    for (let words: string | null = null; words === null; ) {
      words = await take(await door.next(), { setup, app, walk, callback: door.callback, handle })
      if (words !== null) talk.say(words)
    }
    talk.say('Start Serjeant, if it is stopped. `npx serjeant doctor` shows what it may do.')
  } finally {
    door.close()
  }
}

interface OfficeApp extends App {
  settings: Settings
}

/** The office's app; null if it has none yet. @throws Error if there is nothing to connect, or the settings are wrong */
function appIn(setup: PlatformSetup): OfficeApp | null {
  if (!('client' in setup.settings) && !('consumer' in setup.settings)) return null
  const settings = readSettings(setup.settings)
  if (settings.client) return { settings, client: settings.client, api: settings.api, now: () => setup.now() }
  throw new Error(
    'it signs in with the keys in its settings (OAuth 1.0a), which don’t end: nothing is to be connected. `npx serjeant doctor` tries them.',
  )
}

interface Taking {
  setup: PlatformSetup
  app: OfficeApp
  walk: Walk
  callback: string
  /** Without the @. */
  handle: string
}

/** X's answer was of no use, and another may be. The message is for whoever came with it. */
class OnceMore extends Error {
  override readonly name = 'OnceMore'
}

/** Nothing cuts this short: X takes a code but once. @returns words about the sign-in; null if it takes another answer */
async function take(answer: Answer, taking: Taking): Promise<string | null> {
  try {
    const found = codeIn(answer.address, taking.walk)
    if ('words' in found) throw new OnceMore(found.words)
    const words = await signIn(found.code, taking)
    await answer.end(true)
    return words
  } catch (error) {
    if (error instanceof OnceMore) {
      await answer.again(error.message)
      return null
    }
    await answer.end(false)
    throw error
  }
}

/** @returns words about what came of it @throws OnceMore; PlatformError; Error */
async function signIn(code: string, taking: Taking): Promise<string> {
  const { setup, app, walk, callback, handle } = taking
  const form = { grant_type: 'authorization_code', code, code_verifier: walk.verifier, redirect_uri: callback } as const
  const grant = await obtain(app, form).catch(onceMore)
  const wanted = scopesFor(app.settings)
  const scopes = grant.scopes ?? wanted
  const { vital, costs } = missingOf(wanted, scopes)
  const { refresh } = grant
  try {
    if (vital.length > 0 || refresh === undefined) {
      const what = vital.join(', ') || 'a sign-in that lasts'
      throw new Error(`X did not grant ${what}, and without that nothing works. ${PERMISSIONS}`)
    }
    await assertIs(handle, grant, taking).catch(onceMore)
    await setup.vault.update(async () => kept(app.client.id, grant, { refresh, scopes }, app.now()))
  } catch (error) {
    await giveBack(app, grant)
    throw error
  }
  const lacking = costs.length === 0 ? '' : ` X did not grant everything, so ${list(costs)}. ${PERMISSIONS}`
  return `Signed in to X as @${handle}.${lacking}`
}

/** @throws OnceMore where another answer of X may fare better */
function onceMore(error: unknown): never {
  const why =
    error instanceof Ended || error instanceof Refusal
      ? 'X does not take this answer any more: it is good once, for thirty seconds.'
      : error instanceof Unconfirmed
        ? 'X’s answer was lost on the way.'
        : error instanceof PlatformError && error.trouble !== 'unauthorised'
          ? error.message
          : null
  throw why === null ? error : new OnceMore(`${why} Open the link again.`)
}

const PERMISSIONS =
  'In X’s developer console (console.x.com), under the app’s "User authentication settings", choose "Read and write and Direct message", save, and run this again.'

/** X's handles are letters, digits and underscores: safe to print. */
const Me = z.object({ data: z.object({ username: z.string().regex(/^\w{1,15}$/) }) })

/** @throws Error if it is another account's */
async function assertIs(handle: string, { access }: Grant, { setup, app }: Taking): Promise<void> {
  const { settings, now } = app
  const tokens = {
    authorise: async () => access,
    renewed: async () => {
      throw lockedOut()
    },
    scopes: async () => null,
  }
  const x = client({ settings, tokens, money: money(settings, setup.purse, now), pace: pace(now), now })
  const { data } = await x.get(X.me, {}, Me, new AbortController().signal)
  if (data.username.toLowerCase() === handle.toLowerCase()) return
  throw new Error(
    `the account that signed in is @${data.username}, not @${handle}. Nothing of it was kept. Sign out of X in that browser, or open a private window, and run this again.`,
  )
}

const plain = (handle: string): string => handle.replace(/^@/, '')

const list = (parts: readonly string[]): string =>
  parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join()

function howToMakeTheApp(handle: string, callback: string): string[] {
  return [
    `X lets programs in only by an app that the office makes there. So first, for @${handle}:`,
    '',
    '  1. Ask X first: its terms want government users on its Enterprise plan, and an MP’s office may be one.',
    '     adapters/x/README.md has the forms and what to ask.',
    `  2. Open https://console.x.com in a browser, sign in as @${handle} itself, and accept the developer agreement.`,
    '     An app that belongs to the account it reads for pays a fifth for what is the account’s own.',
    '  3. Buy credits there and set a spending limit: X charges for every call. Serjeant’s own limit is $5 a day and $60',
    '     a month, unless "ceiling" in its settings says otherwise.',
    '  4. Press "Create App". A name could be "Moderation for …", with the MP’s name; as its use, say that it reads and',
    '     moderates replies, mentions and messages to the MP’s own account.',
    '  5. Open the app’s "User authentication settings" and set:',
    '       App permissions:              Read and write and Direct message',
    '       Type of App:                  Web App, Automated App or Bot',
    `       Callback URI / Redirect URL:  ${callback}   (exactly so, with no / at its end)`,
    '       Website URL:                  the MP’s website',
    '  6. Save. X then shows the OAuth 2.0 Client ID and Client Secret, and the secret only once. Write both into .env:',
    '       X_CLIENT_ID=…',
    '       X_CLIENT_SECRET=…',
    '  7. In serjeant.json, give this account the settings:',
    '       "settings": { "client": { "id": { "env": "X_CLIENT_ID" }, "secret": { "env": "X_CLIENT_SECRET" } } }',
    '',
  ]
}

function howToLetItIn(
  handle: string,
  { link }: Walk,
  { callback, isOpen }: { callback: string; isOpen: boolean },
): string[] {
  const here = isOpen
    ? '  3. If that browser runs on this machine, that is all: it says when it is done.'
    : '  3. Something else uses this machine’s port for the answer, so it must be pasted, wherever the browser runs:'
  return [
    `Now let Serjeant into @${handle}. It asks for no password, and X shows what it may do. Ctrl-C gives up.`,
    '',
    `  1. In a browser on any machine, sign in to X as @${handle}, and as nobody else: a private window is surest.`,
    '  2. Open this link there, and press "Authorize app":',
    '',
    link,
    '',
    here,
    `     If it runs on another, it now says that ${callback} can’t be reached, and that is as it should be: copy the`,
    '     whole address from its address bar and paste it here, within thirty seconds. After that, open the link again.',
    '',
    'If X says "Something went wrong" instead, look in https://console.x.com at the app’s "User authentication settings":',
    `the Callback URI must be exactly ${callback} and the permissions "Read and write and Direct message".`,
    '',
  ]
}
