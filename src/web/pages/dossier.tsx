import { Hono } from 'hono'
import { FORMATS, type Turn } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { LONGEST } from '../parts/dossier.tsx'
import { field, line, text } from '../parts/form.ts'
import { ID, isId, path } from '../parts/place.ts'

/** What staff write down about a person, each a small form on their page, and come back to where they were. */
export function dossierPage({ store, now }: ConsoleParts): Hono<Env> {
  const pages = new Hono<Env>()
  for (const route of ['adjustments', 'contact', 'notes']) pages.use(`/author/${ID}/${route}`, needs('answer'))
  for (const route of [`/adjustment/${ID}`, `/author-note/${ID}/remove`, `/action/${ID}/noted`])
    pages.use(route, needs('answer'))

  const known = async (id: string): Promise<boolean> => (await store.identities.find(id)).length > 0
  const back = (id: string, said: string, fragment = said): string => path(`/author/${id}`, { did: said }, fragment)

  pages.post(`/author/${ID}/adjustments`, async (c) => {
    const id = c.req.param('id')
    if (!(await known(id))) return c.notFound()
    const form = await c.req.parseBody()
    const detail = line(form, 'detail', LONGEST.detail)
    const kind = line(form, 'kind', LONGEST.kind)
    const format = FORMATS.find((one) => one === field(form, 'format'))
    if (detail === '' || kind === '' || format === undefined) return c.redirect(back(id, 'unsaid', 'adjustments'), 303)
    await store.adjustments.ask(id, { kind, detail, format }, c.var.staff.id, now())
    return c.redirect(back(id, 'adjustments'), 303)
  })

  pages.post(`/adjustment/${ID}`, async (c) => {
    const id = c.req.param('id')
    const found = await store.adjustments.find(id)
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const turn = TURNS.find((one) => one === field(form, 'does'))
    const why = line(form, 'why', LONGEST.why)
    if (turn === undefined || (turn === 'declined' && why === ''))
      return c.redirect(back(found.authorId, 'unsaid', 'adjustments'), 303)
    // Two who press at once find it done.
    await store.adjustments.turn(id, turn, why, c.var.staff.id, now())
    return c.redirect(back(found.authorId, 'adjustments'), 303)
  })

  pages.post(`/author/${ID}/contact`, async (c) => {
    const id = c.req.param('id')
    if (!(await known(id))) return c.notFound()
    const wanted = field(await c.req.parseBody(), 'person')
    await store.contacts.set(id, isId(wanted) ? wanted : null, c.var.staff.id, now())
    return c.redirect(back(id, 'contact'), 303)
  })

  pages.post(`/author/${ID}/notes`, async (c) => {
    const id = c.req.param('id')
    if (!(await known(id))) return c.notFound()
    const words = text(await c.req.parseBody(), 'words', LONGEST.note).trim()
    if (words === '') return c.redirect(back(id, 'unsaid', 'notes'), 303)
    await store.authorNotes.add(id, words, c.var.staff.id, now())
    return c.redirect(back(id, 'notes'), 303)
  })

  pages.post(`/author-note/${ID}/remove`, async (c) => {
    const authorId = await store.authorNotes.remove(c.req.param('id'), c.var.staff.id, now())
    return authorId === null ? c.notFound() : c.redirect(back(authorId, 'notes'), 303)
  })

  pages.post(`/action/${ID}/noted`, async (c) => {
    await store.promises.noted(c.req.param('id'), c.var.staff.id, now())
    return c.redirect('/letters/notes?noted=1', 303)
  })

  return pages
}

const TURNS: readonly Turn[] = ['agreed', 'declined', 'ended']
