import { type Context, Hono } from 'hono'
import type { Staff } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { endSession } from '../guard.ts'
import { field } from '../parts/form.ts'
import { Sorry, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'

/** Who works here, how a colleague joins, and how one leaves. */
export function peoplePage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.get('/people', async (c) => {
    const people = await store.people.all()
    const former = await store.people.former()
    return show(
      c,
      parts,
      { title: 'People', at: '/people' },
      <>
        {c.req.query('removed') === undefined ? null : <Status>The access was removed.</Status>}
        <h1>People</h1>
        <ul class="rows people">
          {people.map((one) => (
            <Person one={one} me={c.var.staff} alone={people.length === 1} />
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
        {former.length === 0 ? null : (
          <details class="section">
            <summary>
              <h2>Who has left</h2>
            </summary>
            <ul class="rows people">
              {former.map(({ id, name }) => (
                <li>
                  <span id={`person-${id}`}>{name}</span>
                  <form method="post" action={`/people/${id}/link`}>
                    <button class="quiet" aria-describedby={`person-${id}`}>
                      Let them back in
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          </details>
        )}
      </>,
    )
  })

  pages.post('/people/invite', async (c) => {
    const token = await store.people.invite(c.var.staff.id, now())
    return showLink(c, parts, token, { title: 'A link for a colleague', does: 'It lets somebody new in.' })
  })

  /** Whoever forgot the password, or comes back, keeps their name and what they answered. */
  pages.post(`/people/${ID}/link`, async (c) => {
    const id = c.req.param('id')
    const token = await store.people.invite(c.var.staff.id, now(), id)
    const name = (await store.people.names()).get(id) ?? ''
    const does = `With it, ${name} chooses a new password. Until then everything stays as it is.`
    return showLink(c, parts, token, { title: `A link for ${name}`, does })
  })

  pages.get(`/people/${ID}/remove`, async (c) => {
    const id = c.req.param('id')
    const one = (await store.people.all()).find((person) => person.id === id)
    if (one === undefined) return c.notFound()
    const own = id === c.var.staff.id
    const heading = own ? 'Remove your own access?' : `Remove the access of ${one.name}?`
    return show(
      c,
      parts,
      { title: 'Remove access', at: '/people' },
      <>
        <h1>{heading}</h1>
        <p>
          {own ? 'You are' : 'They are'} signed out everywhere at once, and can’t sign in again until a colleague lets{' '}
          {own ? 'you' : 'them'} back in. What {own ? 'you' : 'they'} answered stays, with {own ? 'your' : 'their'}{' '}
          name.
        </p>
        <p>Links that nobody has used yet stop working, whoever they were made for.</p>
        <form method="post" action={`/people/${id}/remove`} class="buttons">
          <button name="sure" value="yes" class="main">
            {own ? 'Remove my access' : 'Remove access'}
          </button>
        </form>
        <p class="links">
          <a href="/people">Leave it as it is</a>
        </p>
      </>,
    )
  })

  pages.post(`/people/${ID}/remove`, async (c) => {
    const id = c.req.param('id')
    if (field(await c.req.parseBody(), 'sure') !== 'yes') return c.redirect(`/people/${id}/remove`, 303)
    const own = id === c.var.staff.id
    const became = await store.people.remove(id, c.var.staff.id, now())
    if (became === 'last')
      return show(
        c,
        parts,
        { title: 'Nobody would be left', status: 409 },
        <Sorry heading="Nobody would be left" to="/people" way="Back to people">
          <p>
            The last administrator can’t be removed: nobody could let anybody in again. Make somebody else one first.
          </p>
        </Sorry>,
      )
    if (own) await endSession(c, parts)
    return c.redirect(own ? '/sign-in' : '/people?removed=1', 303)
  })

  return pages
}

const Person = ({ one: { id, name }, me, alone }: { one: Staff; me: Staff; alone: boolean }) => {
  const own = id === me.id
  return (
    <li>
      <span id={`person-${id}`}>
        {name}
        {own ? ' (you)' : null}
      </span>
      <form method="post" action={`/people/${id}/link`}>
        <button class="quiet" aria-describedby={`person-${id}`}>
          New password
        </button>
      </form>
      {alone ? null : (
        <a href={`/people/${id}/remove`} aria-describedby={`person-${id}`}>
          Remove access
        </a>
      )}
    </li>
  )
}

/** Shown in the answer to the post itself: the link is nowhere kept, so no address could show it again. */
function showLink(
  c: Context<Env>,
  parts: ConsoleParts,
  token: string,
  { title, does }: { title: string; does: string },
) {
  const url = new URL('/welcome', c.req.url)
  url.protocol = parts.secureCookies ? 'https:' : url.protocol
  url.searchParams.set('key', token)
  return show(
    c,
    parts,
    { title: 'A one-time link', at: '/people' },
    <>
      <h1>{title}</h1>
      <p>{does} It works once, until a week from now, and is shown only here. Copy it now, and send it only to them.</p>
      <p class="once">
        <code>{url.href}</code>
      </p>
      <p>
        <a href="/people">Back to people</a>
      </p>
    </>,
  )
}
