import { Hono } from 'hono'
import { type Case, isUnanswered } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { Sent, Who } from '../parts/case.tsx'
import { LONGEST_REASON } from '../parts/evidence.tsx'
import { field, line } from '../parts/form.ts'
import { Sorry, show } from '../parts/layout.tsx'
import { cardId, ID, path } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'
import { platformName } from '../parts/words.ts'
import { showCase } from './case.tsx'

/** Keeping what a platform would have forgotten, and letting it go. Both are in the log, with the person's name. */
export function evidencePage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  const find = async (id: string): Promise<Case | null> => {
    const found = await store.queue.find(id)
    return found !== null && parts.forgets?.(found.item.account.platform) ? found : null
  }

  pages.post(`/case/${ID}/keep`, needs('data'), async (c) => {
    const found = await find(c.req.param('id'))
    if (found === null) return c.notFound()
    const why = line(await c.req.parseBody(), 'why', LONGEST_REASON)
    if (why === '') return showCase(c, parts, found, { keep: 'Write what it is kept for.' })
    const kept = await store.forgetting.hold(found.item.id, c.var.staff.id, why, now())
    // Where a colleague was quicker, or a button was pressed twice, the case says who keeps it and why.
    if (kept || (await find(found.id))?.item.heldAt)
      return c.redirect(path(`/case/${found.id}`, { kept: '1' }, cardId(found)), 303)
    return show(
      c,
      parts,
      { title: 'It is gone already', status: 409 },
      <Sorry heading="It is gone already" to={`/case/${found.id}`} way="Back to the case">
        <p>Its words were removed before this could keep them. Nothing was changed now.</p>
      </Sorry>,
    )
  })

  pages.get(`/case/${ID}/release`, needs('data'), async (c) => {
    const found = await find(c.req.param('id'))
    if (found === null) return c.notFound()
    if (found.item.heldAt === null) return c.redirect(`/case/${found.id}`, 303)
    return show(
      c,
      parts,
      { title: 'No longer keep it?', at: '/' },
      <>
        <h1>No longer keep it as evidence?</h1>
        <article class="card">
          <h2>
            <Who found={found} />
          </h2>
          <Sent found={found} />
          <Said found={found} />
          <p>
            It is kept for: <span class="why">{found.item.heldWhy}</span>
          </p>
        </article>
        <p>
          <strong>{whatFollows(found)}</strong> What was decided, by whom and when stays, and so does the log.
        </p>
        <form method="post" action={`/case/${found.id}/release`} class="buttons">
          <button name="sure" value="yes" class="main">
            No longer keep it
          </button>
        </form>
        <p class="links">
          <a href={`/case/${found.id}`}>Leave it as it is</a>
        </p>
      </>,
    )
  })

  pages.post(`/case/${ID}/release`, needs('data'), async (c) => {
    const found = await find(c.req.param('id'))
    if (found === null) return c.notFound()
    if (field(await c.req.parseBody(), 'sure') !== 'yes') return c.redirect(`/case/${found.id}/release`, 303)
    await store.forgetting.release(found.item.id, c.var.staff.id, now())
    return c.redirect(path(`/case/${found.id}`, { released: '1' }, cardId(found)), 303)
  })

  return pages
}

function whatFollows(found: Case): string {
  const { goneAt, account } = found.item
  const name = platformName(account.platform)
  if (goneAt === null) {
    const read = isUnanswered(found) ? ' and somebody has answered this case' : ''
    return `While it stands on ${name}, it is kept. Once its author deletes it there${read}, its words, links and pictures are removed here within a day, and nobody can bring them back.`
  }
  const when = isUnanswered(found) ? 'as soon as somebody answers this case' : 'within minutes'
  return `It is gone from ${name}, so its words, links and pictures are removed here ${when}, and nobody can bring them back.`
}
