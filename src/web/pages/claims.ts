import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { field } from '../parts/form.ts'
import { claimTill, heldWords } from '../parts/held.tsx'
import { ID } from '../parts/place.ts'
import { may } from '../rights.ts'

/** What keys.js tells of where somebody looks. Without it a claim is taken by opening a case, and ends by itself. */
export function claimPages(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.post(`/case/${ID}/claim`, needs('answer'), async (c) => {
    const me = c.var.staff
    const id = c.req.param('id')
    const claim = may(me, 'answer')
      ? await store.claims.take(id, me.id, now())
      : (await store.claims.on([id], now())).get(id)
    return c.json({ till: claimTill(claim, me.id) ?? null, held: heldWords(claim, me.id, now()) })
  })

  pages.post(`/case/${ID}/unclaim`, needs('answer'), async (c) => {
    const till = Number(field(await c.req.parseBody(), 'till'))
    if (Number.isSafeInteger(till)) await store.claims.end(c.req.param('id'), c.var.staff.id, new Date(till))
    return c.body(null, 204)
  })

  return pages
}
