import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { show } from '../parts/layout.tsx'

/** Who works here, and how a colleague joins. */
export function peoplePage(parts: ConsoleParts): Hono<Env> {
  const { store, now, secureCookies } = parts
  const pages = new Hono<Env>()

  pages.get('/people', async (c) => {
    const people = await store.people.all()
    return show(
      c,
      parts,
      { title: 'People', at: '/people' },
      <>
        <h1>People</h1>
        <ul>
          {people.map(({ id, name }) => (
            <li>
              {name}
              {id === c.var.staff.id ? ' (you)' : null}
            </li>
          ))}
        </ul>
        <h2>Invite a colleague</h2>
        <p>
          You get a link that works once, for a week. Send it only to them: whoever opens it can read and answer
          everything here.
        </p>
        <form method="post" action="/people/invite">
          <button class="main">Make a link</button>
        </form>
      </>,
    )
  })

  // Shown in the answer to the post itself: the link is nowhere kept, so no address could show it again.
  pages.post('/people/invite', async (c) => {
    const token = await store.people.invite(c.var.staff.id, now())
    const url = new URL('/welcome', c.req.url)
    url.protocol = secureCookies ? 'https:' : url.protocol
    url.searchParams.set('key', token)
    return show(
      c,
      parts,
      { title: 'A link for a colleague', at: '/people' },
      <>
        <h1>A link for a colleague</h1>
        <p>It works once, until a week from now, and is shown only here. Copy it now.</p>
        <p class="once">
          <code>{url.href}</code>
        </p>
        <p>
          <a href="/people">Back to people</a>
        </p>
      </>,
    )
  })

  return pages
}
