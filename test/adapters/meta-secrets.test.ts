import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { Graph } from '../../adapters/meta/graph.ts'
import { NOON } from '../builders.ts'
import type { Page, Post } from '../emulators/meta/facebook.ts'
import type { Fault } from '../emulators/meta/faults.ts'
import { type Meta, startMeta } from '../emulators/meta/index.ts'
import { REFUSALS } from '../emulators/meta/refusals.ts'
import { failureOf, graphAt, oddServer } from '../support/meta-graph.ts'

/**
 * Nothing secret stands in an address or an error, whatever goes wrong. Meta's own `debug_token` and `oauth/access_token` take what
 * they ask for in the address alone, by its documentation; no other call does.
 */

const TEXT = 'A text for one pair of eyes'
const Anything = z.looseObject({})
const signal = new AbortController().signal

let meta: Meta
let page: Page
let post: Post
let token: string
const secrets = (): string[] => {
  const { secret } = meta.app
  return [token, secret, createHmac('sha256', secret).update(token).digest('hex'), TEXT]
}
beforeEach(async () => {
  meta = await startMeta({ now: () => NOON.getTime(), requireProof: true })
  page = meta.world.page('Jo Hartley MP')
  post = meta.world.post(page, 'Surgery this Friday at ten.')
  token = meta.tokens.page(page).token
})
afterEach(async () => {
  expect(meta.violations).toEqual([])
  await meta.close()
})

const calls = (to: Graph): (() => Promise<unknown>)[] => [
  () => to.get({ path: page.id, query: { fields: 'id' }, bucket: 'pages' }, Anything, signal),
  () => to.list({ path: `${page.id}/feed`, bucket: 'pages' }, Anything, signal),
  () =>
    to.send(
      { method: 'POST', path: `${post.id}/comments`, body: { message: TEXT }, bucket: 'pages' },
      Anything,
      signal,
    ),
]

/** All that anybody could print of an error. */
function printed(error: unknown): string {
  const own = error instanceof Error ? [error.message, error.stack, String(error.cause)] : []
  return [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error), ...own].join('\n')
}

const FAULTS = [
  'hang',
  'reset',
  'lost',
  'truncate',
  ...(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]),
] as const satisfies readonly Fault[]
it.each(FAULTS)('tells nothing when it meets %s', async (fault) => {
  meta.faults.always('*', fault)
  const patience = fault === 'hang' ? 100 : 10_000
  const failures = []
  for (const n of [0, 1, 2]) {
    const to = graphAt(meta.url, { token, secret: meta.app.secret, now: () => NOON, patience })
    failures.push(await failureOf(calls(to)[n]?.() ?? Promise.resolve()))
  }
  for (const failure of failures) {
    expect((failure as Error).message).not.toBe('it did not fail')
    for (const secret of secrets()) expect(printed(failure)).not.toContain(secret)
  }
})

it('tells nothing where Meta quotes what it was sent', async () => {
  const server = await oddServer((_, response) => {
    response
      .writeHead(400)
      .end(JSON.stringify({ error: { code: 100, message: secrets().join(' '), fbtrace_id: token } }))
  })
  const to = graphAt(server.url, { token, secret: meta.app.secret })
  for (const call of calls(to)) {
    const failure = printed(await failureOf(call()))
    for (const secret of secrets()) expect(failure).not.toContain(secret)
  }
  await server.close()
})

it('puts neither token, app secret nor text into an address, and the proof of a read alone', async () => {
  const server = await oddServer((_, response) => void response.end('{"data":[]}'))
  const to = graphAt(server.url, { token, secret: meta.app.secret })
  await Promise.all(calls(to).map((call) => call()))
  expect(server.heard).toHaveLength(3)
  const [key = '', secret = '', proof = ''] = secrets()
  for (const { method, url } of server.heard) {
    for (const kept of [key, secret, TEXT]) expect(decodeURIComponent(url.replaceAll('+', ' '))).not.toContain(kept)
    expect(url.includes(proof)).toBe(method === 'GET')
  }
  await server.close()
})
