import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { text } from '../parts/form.ts'
import { LONGEST_NOTE } from '../parts/notes.tsx'
import { ID, path } from '../parts/place.ts'

/** What staff write about an item for each other. */
export function notePages({ store, now }: ConsoleParts): Hono<Env> {
  const pages = new Hono<Env>()

  pages.post(`/item/${ID}/note`, needs('answer'), async (c) => {
    const itemId = c.req.param('id')
    const id = await store.queue.ofItem(itemId)
    if (id === null) return c.notFound()
    const words = text(await c.req.parseBody(), 'note', LONGEST_NOTE).trim()
    if (words !== '') await store.notes.write(itemId, c.var.staff.id, words, now())
    return c.redirect(path(`/case/${id}`, {}, 'notes'), 303)
  })

  pages.post(`/note/${ID}/remove`, needs('answer'), async (c) => {
    const itemId = await store.notes.remove(c.req.param('id'), c.var.staff.id, now())
    const id = itemId === null ? null : await store.queue.ofItem(itemId)
    return c.redirect(id === null ? '/' : path(`/case/${id}`, {}, 'notes'), 303)
  })

  return pages
}
