import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Json, PlatformError, type Purse, type Vault } from '../../adapters/platform.ts'
import { client } from '../../adapters/x/client.ts'
import { X } from '../../adapters/x/endpoints.ts'
import { Refusal } from '../../adapters/x/failure.ts'
import { money } from '../../adapters/x/money.ts'
import { pace } from '../../adapters/x/pace.ts'
import { readSettings } from '../../adapters/x/settings.ts'
import { kept, type RenewedTokens, renewedTokens } from '../../adapters/x/tokens.ts'
import { NOON } from '../builders.ts'
import { type X as Emulator, type Person, startX } from '../emulators/x/index.ts'

/** Tokens that are renewed, against an X that takes each refresh token once. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const signal = new AbortController().signal

let x: Emulator
let mp: Person
let time: number
const now = (): Date => new Date(time)

beforeEach(async () => {
  time = NOON.getTime()
  x = await startX({ now: () => time })
  mp = x.world.person('JoHartleyMP')
})
afterEach(async () => {
  expect(x.violations).toEqual([])
  await x.close()
})

/** One row for all processes, one writer at a time; it can be broken. */
function aVault(stored: Json = null): Vault & { holds(): Json; breaksOnce(): void } {
  let turn: Promise<unknown> = Promise.resolve()
  let breaks = false
  return {
    holds: () => stored,
    breaksOnce: () => {
      breaks = true
    },
    read: async () => structuredClone(stored),
    update: (change) => {
      const mine = turn.then(async () => {
        const value = await change(structuredClone(stored))
        if (breaks) {
          breaks = false
          throw new Error('the disk is full')
        }
        stored = structuredClone(value)
        return value
      })
      turn = mine.catch(() => {})
      return mine
    },
  }
}

/** What `serjeant connect x` leaves in the vault. */
function signedIn(clientId = x.client.id): ReturnType<typeof aVault> {
  const { access_token: access, refresh_token: refresh = '', scope } = x.signIn(mp, undefined, clientId)
  const scopes = scope.split(' ')
  return aVault(kept(clientId, { access, refresh, life: 2 * HOUR, scopes }, { refresh, scopes }, now()))
}

const aProcess = (vault: Vault, app: { id: string; secret?: string } = x.client): RenewedTokens =>
  renewedTokens({ client: app, api: x.url, handle: '@JoHartleyMP', vault, now })

const renewals = () => x.writes.filter(({ name }) => name === 'POST oauth2/token')

async function troubleOf(call: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PlatformError)) throw new Error(`no PlatformError: ${String(error)}`)
  return error
}

const WHO = 'whoever installed Serjeant to stop it, run npx serjeant connect x @JoHartleyMP, and start it again.'

describe('renewing', () => {
  it('happens once for all callers in all processes, shortly before the token ends', async () => {
    const vault = signedIn()
    const [one, two] = [aProcess(vault), aProcess(vault)]
    const first = await one.authorise(signal)
    time += 107 * MINUTE
    expect(await one.authorise(signal)).toBe(first)
    time += 2 * MINUTE
    const all = await Promise.all([one, two, one, two].map((each) => each.authorise(signal)))
    expect(new Set(all).size).toBe(1)
    expect(all[0]).not.toBe(first)
    expect(renewals()).toHaveLength(1)
  })

  it('goes on for months, each time with the refresh token of the time before', async () => {
    const vault = signedIn()
    const tokens = aProcess(vault)
    const seen = new Set<unknown>()
    for (let day = 0; day < 60; day++) {
      time += 24 * HOUR
      seen.add(await tokens.authorise(signal))
    }
    expect(seen.size).toBe(60)
    expect(new Set(renewals().map(({ body }) => (body as Record<string, string>)['refresh_token'])).size).toBe(60)
  })

  it('happens at a 401, and for whoever comes second with the same token not again', async () => {
    const vault = signedIn()
    const [one, two] = [aProcess(vault), aProcess(vault)]
    const stale = await one.authorise(signal)
    await two.authorise(signal)
    time += 5 * MINUTE
    const renewed = await Promise.all([one.renewed(stale, signal), two.renewed(stale, signal)])
    expect(renewed[0]).toBe(renewed[1])
    expect(renewed[0]).not.toBe(stale)
    expect(renewals()).toHaveLength(1)
  })

  it('is made by the client at a 401, and never at a 403', async () => {
    const settings = readSettings({ client: x.client, api: x.url })
    const purse: Purse = { spend: async () => {}, spent: async () => new Map() }
    const asking = client({
      settings,
      tokens: aProcess(signedIn()),
      money: money(settings, purse, now),
      pace: pace(now),
      now,
    })
    const Me = z.object({ data: z.object({ id: z.string() }) })
    time += 5 * MINUTE
    x.faults.once('GET users/me', 'appPermissions')
    await expect(asking.get(X.me, {}, Me, signal)).rejects.toBeInstanceOf(Refusal)
    expect(renewals()).toHaveLength(0)
    x.faults.once('GET users/me', 'unauthorised')
    expect(await asking.get(X.me, {}, Me, signal)).toEqual({ data: { id: mp.id } })
    expect(renewals()).toHaveLength(1)
  })

  it('is not tried again at once for a token that X has only just given: each try spends one', async () => {
    const tokens = aProcess(signedIn())
    time += 3 * HOUR
    const fresh = await tokens.authorise(signal)
    const trouble = await troubleOf(tokens.renewed(fresh, signal))
    expect(trouble).toMatchObject({ trouble: 'unauthorised', message: expect.stringContaining(WHO) })
    expect(renewals()).toHaveLength(1)
  })

  it('reads an answer without "scope", which the library falls over after the token is spent', async () => {
    const vault = signedIn()
    const { scope: _, ...bare } = x.signIn(mp)
    time += 3 * HOUR
    x.faults.once('POST oauth2/token', { status: 200, body: bare })
    const tokens = aProcess(vault)
    const scopes = await tokens.scopes()
    expect(await tokens.authorise(signal)).toBe(bare.access_token)
    expect(await tokens.scopes()).toEqual(scopes)
    expect(scopes).toContain('dm.read')
  })

  it('works for an app without a secret', async () => {
    const vault = signedIn(x.publicClient.id)
    time += 3 * HOUR
    expect(await aProcess(vault, x.publicClient).authorise(signal)).toEqual(expect.any(String))
    expect(renewals()).toMatchObject([{ status: 200 }])
  })
})

describe('a renewal that fails', () => {
  it('because the sign-in is revoked needs a person, and X is not asked again', async () => {
    const vault = signedIn()
    x.revoke(mp)
    time += 3 * HOUR
    const tokens = aProcess(vault)
    for (const one of [tokens, aProcess(vault), tokens]) {
      expect(await troubleOf(one.authorise(signal))).toMatchObject({
        trouble: 'unauthorised',
        message: `X has signed Serjeant out: somebody removed the app or changed the password. Ask ${WHO}`,
      })
    }
    expect(renewals()).toHaveLength(1)
  })

  it('works again without a restart as soon as somebody has signed in', async () => {
    const vault = signedIn()
    x.revoke(mp)
    time += 3 * HOUR
    const tokens = aProcess(vault)
    await troubleOf(tokens.authorise(signal))
    const anew = signedIn().holds()
    await vault.update(async () => anew)
    expect(await tokens.authorise(signal)).toBe((anew as Record<string, unknown>)['access'])
  })

  it('on the way to X is made up for by the next, with the same refresh token', async () => {
    const tokens = aProcess(signedIn())
    time += 3 * HOUR
    x.faults.once('POST oauth2/token', 'reset')
    expect(await troubleOf(tokens.authorise(signal))).toMatchObject({ trouble: 'unavailable' })
    expect(await tokens.authorise(signal)).toEqual(expect.any(String))
    expect(new Set(renewals().map(({ body }) => (body as Record<string, string>)['refresh_token'])).size).toBe(1)
  })

  it.each(['lost', 'truncate'] as const)(
    'on the way back (%s) is tried once more, then needs a person',
    async (fault) => {
      const vault = signedIn()
      time += 3 * HOUR
      x.faults.once('POST oauth2/token', fault)
      expect(await troubleOf(aProcess(vault).authorise(signal))).toMatchObject({ trouble: 'unavailable' })
      expect(await troubleOf(aProcess(vault).authorise(signal))).toMatchObject({
        trouble: 'unauthorised',
        message: `The sign-in to X is lost: X renewed it, and its answer did not get here. Ask ${WHO}`,
      })
      expect(renewals()).toHaveLength(2)
    },
  )

  it('while the token at hand still works disturbs nobody, and is tried again after a minute', async () => {
    const vault = signedIn()
    const tokens = aProcess(vault)
    const access = await tokens.authorise(signal)
    time += 110 * MINUTE
    x.faults.once('POST oauth2/token', { status: 503, body: '<html>over capacity</html>' })
    expect(await tokens.authorise(signal)).toBe(access)
    expect(await tokens.authorise(signal)).toBe(access)
    expect(renewals()).toHaveLength(1)
    time += 2 * MINUTE
    expect(await tokens.authorise(signal)).not.toBe(access)
    expect(renewals()).toHaveLength(2)
  })

  it('for a day of outage ends nothing', async () => {
    const tokens = aProcess(signedIn())
    time += 3 * HOUR
    const mend = x.faults.always('POST oauth2/token', { status: 503, body: '' })
    for (let hour = 0; hour < 24; hour++) {
      time += HOUR
      expect(await troubleOf(tokens.authorise(signal))).toMatchObject({ trouble: 'unavailable' })
    }
    mend()
    expect(await tokens.authorise(signal)).toEqual(expect.any(String))
  })

  it.each([
    ['a gate’s page', { status: 403, body: '<html>Attention required</html>' }],
    ['a gate’s page with the status of a wrong token', { status: 400, body: '<html>Bad request</html>' }],
    ['another fault that X finds', { status: 400, body: { error: 'invalid_request', error_description: 'Too long.' } }],
  ])('by what knows nothing of the token does not give it up: %s', async (_, answer) => {
    const tokens = aProcess(signedIn())
    const access = await tokens.authorise(signal)
    time += 110 * MINUTE
    x.faults.once('POST oauth2/token', answer)
    expect(await tokens.authorise(signal), 'the token at hand still works').toBe(access)
    time += HOUR
    x.faults.once('POST oauth2/token', answer)
    expect(await troubleOf(tokens.authorise(signal))).toMatchObject({ trouble: 'unexpected' })
    expect(await tokens.authorise(signal)).toEqual(expect.any(String))
  })

  it('by the RFC’s own word for it ends the sign-in too', async () => {
    const vault = signedIn()
    time += 3 * HOUR
    x.faults.once('POST oauth2/token', { status: 400, body: { error: 'invalid_grant' } })
    for (const one of [aProcess(vault), aProcess(vault)])
      expect(await troubleOf(one.authorise(signal))).toMatchObject({ trouble: 'unauthorised' })
    expect(renewals()).toHaveLength(1)
  })

  it('for too many requests waits', async () => {
    const tokens = aProcess(signedIn())
    time += 3 * HOUR
    x.faults.once('POST oauth2/token', 'rateLimited')
    expect(await troubleOf(tokens.authorise(signal))).toMatchObject({ trouble: 'throttled' })
    expect(await tokens.authorise(signal)).toEqual(expect.any(String))
  })

  it('because the secret is wrong says so, and the sign-in lasts', async () => {
    const vault = signedIn()
    time += 3 * HOUR
    const wrong = await troubleOf(aProcess(vault, { ...x.client, secret: 'not it' }).authorise(signal))
    expect(wrong).toMatchObject({ trouble: 'unauthorised', message: expect.stringContaining('client id and secret') })
    expect(await aProcess(vault).authorise(signal)).toEqual(expect.any(String))
  })

  it('to be written down is written at the next call: X is not asked twice', async () => {
    const vault = signedIn()
    const tokens = aProcess(vault)
    time += 3 * HOUR
    vault.breaksOnce()
    await expect(tokens.authorise(signal)).rejects.toThrow('the disk is full')
    const access = await tokens.authorise(signal)
    expect(renewals()).toHaveLength(1)
    expect(vault.holds()).toMatchObject({ access })
  })
})

describe('what is in the vault', () => {
  it('is nothing before somebody has signed in', async () => {
    expect(await troubleOf(aProcess(aVault()).authorise(signal))).toMatchObject({
      trouble: 'unauthorised',
      message: `Nobody has signed in yet: ask ${WHO}`,
    })
    expect(await troubleOf(aProcess(aVault({ other: 'things' })).scopes())).toMatchObject({ trouble: 'unauthorised' })
  })

  it('is of no use to another app', async () => {
    const trouble = await troubleOf(aProcess(signedIn(), { id: 'another' }).authorise(signal))
    expect(trouble.message).toBe(`The account was signed in to X with another app than this client. Ask ${WHO}`)
    expect(renewals()).toHaveLength(0)
  })

  it('is closed only when a renewal has come to its end, even if nobody waits for it', async () => {
    const vault = signedIn()
    const tokens = aProcess(vault)
    const before = vault.holds()
    time += 3 * HOUR
    const left = tokens.authorise(signal)
    await new Promise((resolve) => setTimeout(resolve, 0))
    await tokens.settled()
    expect(vault.holds()).not.toEqual(before)
    await left
  })
})

it('no secret is in any error', async () => {
  const vault = signedIn()
  const secrets = [vault.holds(), x.client].flatMap((one) =>
    Object.values(one as Record<string, unknown>).filter((value) => typeof value === 'string' && value.length > 10),
  ) as string[]
  expect(secrets.length).toBeGreaterThanOrEqual(5)
  time += 3 * HOUR
  const said: string[] = []
  for (const fault of ['reset', 'rateLimited', 'creditsDepleted', 'truncate'] as const) {
    x.faults.once('POST oauth2/token', fault)
    const error = await troubleOf(aProcess(vault).authorise(signal))
    said.push(JSON.stringify([error, error.message, error.stack, String(error.cause)]))
  }
  for (const secret of secrets) expect(said.join()).not.toContain(secret)
})
