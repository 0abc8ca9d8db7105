import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ConsoleParts, Env } from '../deps.ts'
import { addressOf } from '../guard.ts'
import { throttle } from '../throttle.ts'

/** A thousand things in one delivery, and room to spare. Bytes. */
const LARGEST = 1024 * 1024
const MINUTE = 60_000
/** A minute, from one address. Each costs a hash over a megabyte at most, signed or not. */
const MOST = 600

/**
 * Where platforms tell of what is new: open to everybody, so it says nothing to whoever can't prove to be one. Meant for
 * programs, which have neither a session nor a page of ours to come from.
 */
export function pushPage({ push, now }: ConsoleParts): Hono<Env> {
  const pages = new Hono<Env>()
  if (!push?.isOpen) return pages.all('/push', (c) => c.body(null, 404))
  const calls = throttle(MOST, MINUTE)
  /** Counted is who can't prove to be a platform: behind a proxy all have one address, and a stranger must not shut it. */
  const turnedAway = (c: Context<Env>) =>
    calls.take(addressOf(c), now()) ? c.body(null, 403) : c.body(null, 429, { 'retry-after': '60' })

  pages.get('/push', (c) => {
    const answer = push.greet(c.req.query())
    return answer === null ? turnedAway(c) : c.text(answer)
  })

  pages.post('/push', bodyLimit({ maxSize: LARGEST, onError: (c) => c.body(null, 413) }), async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer())
    return (await push.hear(c.req.header(), body)) ? c.body(null, 200) : turnedAway(c)
  })
  return pages
}
