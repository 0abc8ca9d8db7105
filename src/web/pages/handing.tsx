import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { field } from '../parts/form.ts'
import { Sorry, show } from '../parts/layout.tsx'
import { cardId, ID, kept, path, readWalk } from '../parts/place.ts'
import { onwards } from './case.tsx'

/** Leaving a case to one's colleagues, for no reason that anybody asks for; and having it back. */
export function handingPages(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.post(`/case/${ID}/hand-on`, needs('answer'), async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const became = await store.handing.leave(found.id, c.var.staff.id, now())
    if (became === 'left') return c.redirect(await onwards(parts, form, found, c.var.staff.id, 'left'), 303)
    const heading = became === 'nobody-else' ? 'Nobody else is left for this' : 'This no longer waits for an answer'
    return show(
      c,
      parts,
      { title: heading, status: 409, at: '/' },
      <Sorry heading={heading}>
        <p>
          {became === 'nobody-else'
            ? 'Everybody else who may answer has left it to others already, or nobody else has access. So it stays with you for now: take your time, or talk to somebody in the office first.'
            : 'A colleague has answered it already.'}
        </p>
        <p>
          <a href={path(`/case/${found.id}`, kept(readWalk((name) => form[name])))}>See the case</a>
        </p>
      </Sorry>,
    )
  })

  pages.post(`/case/${ID}/take-back`, needs('answer'), async (c) => {
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    await store.handing.resume(id, c.var.staff.id, now())
    const walk = readWalk((name) => form[name])
    if (field(form, 'from') !== 'queue') return c.redirect(path(`/case/${id}`, kept(walk), cardId({ id })), 303)
    return c.redirect(path('/', { ...kept(walk), after: walk.after }, cardId({ id })), 303)
  })

  return pages
}
