import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ConsoleParts, Env } from '../deps.ts'
import { addressOf } from '../guard.ts'
import { throttle } from '../throttle.ts'

/** A thousand things in one delivery, and room to spare. Bytes. */
const LARGEST = 1024 * 1024
const MINUTE = 60_000
/** A minute, from one address: it may be a proxy's, and all the world's then. What is turned away comes again. */
const MOST = 600

/**
 * Where platforms tell of what is new: open to everybody, so it says nothing to whoever can't prove to be one. Meant for
 * programs, which have neither a session nor a page of ours to come from.
 */
export function pushPage({ push, now }: ConsoleParts): Hono<Env> {
  const pages = new Hono<Env>()
  if (!push?.isOpen) return pages.all('/push', (c) => c.body(null, 404))
  const calls = throttle(MOST, MINUTE)
  pages.use('/push', (c, next) =>
    calls.take(addressOf(c), now()) ? next() : Promise.resolve(c.body(null, 429, { 'retry-after': '60' })),
  )

  pages.get('/push', (c) => {
    const answer = push.greet(c.req.query())
    return answer === null ? c.body(null, 403) : c.text(answer)
  })

  pages.post('/push', bodyLimit({ maxSize: LARGEST, onError: (c) => c.body(null, 413) }), async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer())
    return c.body(null, (await push.hear(c.req.header(), body)) ? 200 : 403)
  })
  return pages
}
