import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json, PlatformSetup, Talk } from '../../adapters/platform.ts'
import { connect } from '../../adapters/x/connect.ts'
import { renewedTokens } from '../../adapters/x/tokens.ts'
import { NOON } from '../builders.ts'
import { type Person, startX, type X } from '../emulators/x/index.ts'

/** The walk through X's sign-in, with a browser that follows its links. */

let x: X
let mp: Person
let time: number
beforeEach(async () => {
  time = NOON.getTime()
  x = await startX({ now: () => time })
  mp = x.world.person('JoHartleyMP')
  x.browseAs(mp)
})
afterEach(async () => {
  expect(x.violations).toEqual([])
  await x.close()
})

/** Somebody at a keyboard, who types when told to. */
function aPerson(): Talk & {
  said: string[]
  type(line: string): void
  giveUp(): void
  hears(words: string): Promise<string>
} {
  const giveUp = new AbortController()
  const said: string[] = []
  const typed: string[] = []
  let next: (line: string) => void = () => {}
  let heard = (): void => {}
  return {
    signal: giveUp.signal,
    said,
    say: (line) => {
      said.push(line)
      heard()
    },
    ask: async (question) => {
      said.push(question)
      heard()
      return typed.shift() ?? new Promise((resolve) => (next = resolve))
    },
    type: (line) => {
      typed.push(line)
      next(typed.shift() ?? '')
      next = () => {}
    },
    giveUp: () => giveUp.abort(new DOMException('Given up', 'AbortError')),
    /** Wait for a line with these words. */
    hears: async (words) => {
      for (;;) {
        const line = said.find((one) => one.includes(words))
        if (line !== undefined) return line
        await new Promise<void>((resolve) => (heard = resolve))
      }
    },
  }
}

interface Walk extends ReturnType<typeof aPerson> {
  /** What stands in the vault. */
  holds(): Json
  link(): Promise<string>
  end: Promise<void>
  secrets(): string[]
}

interface Setting {
  settings?: Record<string, unknown>
  port?: number
  patience?: number
  ask?: Talk['ask']
  /** What happens while the tokens are written down. */
  meanwhile?: () => Promise<unknown>
}

function walk(setting: Setting = {}): Walk {
  const { settings = { client: x.client, api: x.url }, port = 0, patience = 20_000, ask, meanwhile } = setting
  const person = aPerson()
  if (ask) person.ask = ask
  let stored: Json = null
  const setup: PlatformSetup = {
    handle: '@JoHartleyMP',
    settings,
    vault: {
      read: async () => stored,
      update: async (change) => {
        await meanwhile?.()
        stored = await change(stored)
        return stored
      },
    },
    purse: { spend: async () => {}, spent: async () => new Map() },
    now: () => new Date(time),
  }
  const end = connect(setup, person, { port, patience })
  end.catch(() => {})
  return {
    ...person,
    end,
    holds: () => stored,
    link: () => person.hears('/i/oauth2/authorize?'),
    secrets: () => [x.client.secret, ...Object.values((stored ?? {}) as Record<string, unknown>).filter(isLong)],
  }
}

const isLong = (value: unknown): value is string => typeof value === 'string' && value.length > 30

/** The person lets the app in. @returns where X sends the browser */
async function letIn(link: string): Promise<string> {
  const { headers, status } = await fetch(link, { redirect: 'manual' })
  const to = headers.get('location')
  if (status !== 302 || to === null) throw new Error(`X said ${status}`)
  return to
}

const renewed = (holds: Json) =>
  renewedTokens({
    client: x.client,
    api: x.url,
    handle: '@JoHartleyMP',
    vault: { read: async () => holds, update: (change) => change(holds) },
    now: () => new Date(time),
  })

describe('signing in to X', () => {
  it('is done when the browser comes back by itself', async () => {
    const walking = walk()
    const page = await fetch(await letIn(await walking.link()))
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('Signed in. You may close this window')
    await walking.end
    expect(walking.said).toContain('Signed in to X as @JoHartleyMP.')
    const token = await renewed(walking.holds()).authorise(new AbortController().signal)
    const me = await fetch(`${x.url}/2/users/me`, { headers: { authorization: `Bearer ${token as string}` } })
    expect(await me.json()).toMatchObject({ data: { id: mp.id } })
  })

  it('is done though the browser’s window is closed meanwhile', async () => {
    const window = new AbortController()
    const walking = walk({
      meanwhile: async () => {
        window.abort()
        await sleep(50)
      },
    })
    const to = await letIn(await walking.link())
    await expect(fetch(to, { signal: window.signal })).rejects.toThrow('aborted')
    await walking.end
    expect(await renewed(walking.holds()).scopes()).toContain('dm.write')
  })

  it('is done when the address is pasted, with or without what browsers hide of it', async () => {
    for (const shown of [(to: string) => to, (to: string) => to.replace('http://', '')]) {
      const walking = walk()
      walking.type(shown(await letIn(await walking.link())))
      await walking.end
      expect(await renewed(walking.holds()).scopes()).toContain('dm.write')
    }
  })

  it('asks for what is used and no more, with a challenge and a state of its own', async () => {
    const [one, other] = [walk(), walk()]
    const [mine, theirs] = [new URL(await one.link()), new URL(await other.link())]
    expect(mine.searchParams.get('scope')).toBe(
      'tweet.read users.read offline.access tweet.write tweet.moderate.write mute.write block.read dm.read dm.write',
    )
    expect(mine.searchParams.get('code_challenge_method')).toBe('S256')
    expect(mine.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/x$/)
    for (const name of ['state', 'code_challenge']) {
      expect(mine.searchParams.get(name)).toMatch(/^[\w-]{32,}$/)
      expect(mine.searchParams.get(name)).not.toBe(theirs.searchParams.get(name))
    }
    for (const walking of [one, other]) walking.giveUp()
  })

  it('by the browser still works where nobody can type, as in a container', async () => {
    const walking = walk({ ask: () => Promise.reject(new Error('no input')) })
    await fetch(await letIn(await walking.link()))
    await walking.end
  })

  it('by pasting still works where the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const walking = walk({ port: (other.address() as AddressInfo).port })
    await walking.hears('must be pasted')
    walking.type(await letIn(await walking.link()))
    await walking.end
    other.close()
  })

  it('works for an app without a secret', async () => {
    const walking = walk({ settings: { client: x.publicClient, api: x.url } })
    walking.type(await letIn(await walking.link()))
    await walking.end
  })
})

describe('an answer that will not do', () => {
  it.each([
    ['nonsense', 'hello', 'That is not the address'],
    ['a terminal’s control codes', '\u001b]0;owned\u0007\u001b[2J', 'That is not the address'],
    ['a megabyte', 'http://127.0.0.1/x?state=a&code='.padEnd(1_000_000, 'a'), 'That is not the address'],
    ['a script', 'javascript://127.0.0.1/x?code=1', 'That is not the address'],
    ['an answer without a state', 'http://127.0.0.1:8765/x?code=abc', 'That is not the address'],
    ['another’s answer', 'http://127.0.0.1:8765/x?state=theirs&code=abc', 'That is the answer to another sign-in'],
    ['two states', 'http://127.0.0.1:8765/x?state=a&state=b&code=abc', 'That is not the address'],
  ])('is asked for again: %s', async (_, pasted, words) => {
    const walking = walk()
    const link = await walking.link()
    walking.type(pasted)
    const line = await walking.hears(words)
    expect(line).not.toContain(pasted.slice(0, 40))
    expect(x.writes).toEqual([])
    walking.type(await letIn(link))
    await walking.end
  })

  it('is asked for again where it came by the browser', async () => {
    const walking = walk()
    const to = new URL(await letIn(await walking.link()))
    const forged = new URL(to)
    forged.searchParams.set('state', 'x'.repeat(32))
    const page = await fetch(forged)
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('another sign-in')])
    expect(await fetch(new URL('/favicon.ico', to))).toMatchObject({ status: 404 })
    expect(await fetch(to, { method: 'POST' })).toMatchObject({ status: 404 })
    expect(x.writes).toEqual([])
    await fetch(to)
    await walking.end
  })

  it('is asked for again: the link itself, and a person who pressed Cancel', async () => {
    const walking = walk()
    const link = await walking.link()
    walking.type(link)
    await walking.hears('That is the link to X itself')
    x.browseAs(mp, false)
    walking.type(await letIn(link))
    await walking.hears('the app was not let in')
    x.browseAs(mp)
    walking.type(await letIn(link))
    await walking.end
  })

  it('is asked for again: one that is too old, and one that was used', async () => {
    const walking = walk()
    const link = await walking.link()
    const old = await letIn(link)
    time += 31_000
    walking.type(old)
    await walking.hears('it is good once, for thirty seconds. Open the link again.')
    walking.type(await letIn(link))
    await walking.end
  })

  it.each([
    ['lost', 'X’s answer was lost on the way. Open the link again.'],
    ['reset', 'Open the link again.'],
    ['rateLimited', 'X asks for fewer requests. Open the link again.'],
  ] as const)('is asked for again when X’s own goes wrong: %s', async (fault, words) => {
    const walking = walk()
    const link = await walking.link()
    x.faults.once('POST oauth2/token', fault)
    walking.type(await letIn(link))
    await walking.hears(words)
    walking.type(await letIn(link))
    await walking.end
  })
})

describe('signing in ends, and keeps nothing,', () => {
  it('when there is no way in: the port is taken and nobody can type', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const walking = walk({ port, ask: () => Promise.reject(new Error('no input')) })
    await expect(walking.end).rejects.toThrow(`port ${port} is in use, and nobody can type here`)
    other.close()
  })

  it('when another account signs in; X is given its token back', async () => {
    x.browseAs(x.world.person('SomebodyElse'))
    const walking = walk()
    const page = await fetch(await letIn(await walking.link()))
    expect(await page.text()).toContain('That did not work')
    await expect(walking.end).rejects.toThrow(
      'the account that signed in is @SomebodyElse, not @JoHartleyMP. Nothing of it was kept.',
    )
    expect(walking.holds()).toBeNull()
    expect(x.writes.map(({ name, status }) => [name, status])).toEqual([
      ['POST oauth2/token', 200],
      ['POST oauth2/revoke', 200],
    ])
  })

  it('when X grants no lasting sign-in', async () => {
    const walking = walk()
    const body = x.signIn(mp, ['tweet.read', 'users.read', 'dm.read'])
    x.faults.once('POST oauth2/token', { status: 200, body })
    walking.type(await letIn(await walking.link()))
    await expect(walking.end).rejects.toThrow('X did not grant offline.access, and without that nothing works.')
    expect(walking.holds()).toBeNull()
  })

  it('when X does not know the app', async () => {
    const walking = walk({ settings: { client: { id: x.client.id, secret: 'not-the-secret' }, api: x.url } })
    walking.type(await letIn(await walking.link()))
    await expect(walking.end).rejects.toMatchObject({ name: 'PlatformError', trouble: 'unauthorised' })
    expect((await walking.end.catch(String)) ?? '').not.toContain('not-the-secret')
  })

  it('when the person gives up, or nobody comes', async () => {
    const walking = walk()
    await walking.link()
    walking.giveUp()
    await expect(walking.end).rejects.toMatchObject({ name: 'AbortError' })
    const waiting = walk({ patience: 20 })
    await expect(waiting.end).rejects.toThrow('nobody has come back from X for a long time')
    expect([walking.holds(), waiting.holds()]).toEqual([null, null])
  })

  it('when there is no app yet, after saying how to make one', async () => {
    const walking = walk({ settings: {}, port: 8765 })
    await expect(walking.end).rejects.toThrow('Go through the steps above, then run this again.')
    const said = walking.said.join('\n')
    for (const word of [
      'https://console.x.com',
      'Read and write and Direct message',
      'Web App, Automated App or Bot',
      'http://127.0.0.1:8765/x ',
      'X_CLIENT_SECRET',
    ]) {
      expect(said).toContain(word)
    }
    expect(said).not.toContain('authorize?')
  })

  it('when the account has keys that last', async () => {
    const walking = walk({ settings: x.credentialsFor(mp) })
    await expect(walking.end).rejects.toThrow('nothing is to be connected')
  })
})

it('a scope that X did not grant is told with what it costs, and the rest is kept', async () => {
  const walking = walk()
  const granted = ['tweet.read', 'users.read', 'offline.access', 'tweet.write', 'mute.write', 'block.read']
  x.faults.once('POST oauth2/token', { status: 200, body: x.signIn(mp, granted) })
  walking.type(await letIn(await walking.link()))
  await walking.end
  expect(walking.said.find((line) => line.startsWith('Signed in'))).toBe(
    'Signed in to X as @JoHartleyMP. X did not grant everything, so no reply can be hidden, private messages are not read and no private message can be answered nor its sender stopped. In X’s developer console (console.x.com), under the app’s "User authentication settings", choose "Read and write and Direct message", save, and run this again.',
  )
  expect(await renewed(walking.holds()).scopes()).toEqual(granted)
})

it('no secret is ever said', async () => {
  const walking = walk()
  const to = await letIn(await walking.link())
  const page = await (await fetch(to)).text()
  await walking.end
  const said = [...walking.said, page].join('\n')
  const secrets = [...walking.secrets(), new URL(to).searchParams.get('code') ?? '']
  expect(secrets.length).toBeGreaterThanOrEqual(4)
  for (const secret of secrets.filter((one) => one !== x.client.id)) expect(said).not.toContain(secret)
})
