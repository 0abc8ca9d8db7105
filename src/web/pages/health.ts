import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'

/** The sign of life, open to everybody: so it names platforms, and neither accounts nor reasons. */
export function healthPage({ health }: ConsoleParts): Hono<Env> {
  return new Hono<Env>().get('/healthz', async (c) => {
    try {
      const { ok, rehearsal, accounts } = await health()
      const platforms = accounts.map(({ platform, trouble }) => ({ platform, ok: trouble === null }))
      return c.json({ ok, rehearsal, accounts: platforms }, ok ? 200 : 503)
    } catch {
      return c.json({ ok: false, because: 'The database does not answer.' }, 503)
    }
  })
}
