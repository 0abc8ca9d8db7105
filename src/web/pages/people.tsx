import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Staff } from '../../store/index.ts'
import { recently } from '../again.tsx'
import type { ConsoleParts, Env } from '../deps.ts'
import { endSession, needs } from '../guard.ts'
import { field } from '../parts/form.ts'
import { Failure, Sorry, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { RoleChoice, readRoles, rolesWords } from '../parts/roles.tsx'
import { listed } from '../parts/words.ts'
import { may } from '../rights.ts'

/** Who works here and what they may do; how a colleague joins, and how one leaves. */
export function peoplePage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  const trusted = [needs('staff'), recently(parts)] as const

  pages.get('/people', async (c) => {
    const people = await store.people.all()
    const former = await store.people.former()
    const holders = await store.factors.holders()
    const administers = may(c.var.staff, 'staff')
    const told = DONE[c.req.query('done') ?? '']
    return show(
      c,
      parts,
      { title: 'People', at: '/people' },
      <>
        {told === undefined ? null : <Status>{told}</Status>}
        <h1>People</h1>
        <ul class="rows people">
          {people.map((one) => (
            <Person
              one={one}
              me={c.var.staff}
              administers={administers}
              alone={people.length === 1}
              hasFactor={holders.has(one.id)}
            />
          ))}
        </ul>
        {administers ? (
          <>
            <Invite />
            <Rules settings={store.settings.present()} without={people.filter(({ id }) => !holders.has(id))} />
          </>
        ) : (
          <p class="hint-line">An administrator lets colleagues in and says what each may do.</p>
        )}
        {former.length === 0 ? null : (
          <details class="section">
            <summary>
              <h2>Who has left</h2>
            </summary>
            <ul class="rows people">
              {former.map(({ id, name }) => (
                <li>
                  <span id={`person-${id}`}>{name}</span>
                  {administers ? (
                    <form method="post" action={`/people/${id}/link`}>
                      <button class="quiet" aria-describedby={`person-${id}`}>
                        Let them back in
                      </button>
                    </form>
                  ) : null}
                </li>
              ))}
            </ul>
          </details>
        )}
      </>,
    )
  })

  pages.post('/people/invite', ...trusted, async (c) => {
    const roles = readRoles(await c.req.parseBody())
    const token = await store.people.invite(c.var.staff.id, now(), null, roles)
    const does = `It lets somebody new in. ${rolesWords(roles)}.`
    return showLink(c, parts, token, { title: 'A link for a colleague', does })
  })

  /** Whoever forgot the password, or comes back, keeps their name and what they answered. */
  pages.get(`/people/${ID}/link`, needs('staff'), async (c) => {
    const one = await known(c.req.param('id'))
    const has = (await store.factors.holders()).has(one.id)
    return show(
      c,
      parts,
      { title: 'A link for a new password', at: '/people' },
      <>
        <h1>A link for {one.name}</h1>
        <p>
          With it, {one.name} chooses a new password, and every sign-in they had ends. Make sure that it is really them
          who asks: call them, or see them. They are told on the console that you made it, and so is the log.
        </p>
        <form method="post" action={`/people/${one.id}/link`} class="stack">
          {has ? (
            <fieldset>
              <legend>Have they lost their second factor too?</legend>
              <label>
                <input type="checkbox" name="unfactors" value="yes" />
                <span>
                  Yes: take it off <small>Their app, their passkeys and their codes on paper open nothing then.</small>
                </span>
              </label>
            </fieldset>
          ) : null}
          <button class="main">Make the link</button>
        </form>
        <p class="links">
          <a href="/people">Leave it as it is</a>
        </p>
      </>,
    )
  })

  pages.post(`/people/${ID}/link`, ...trusted, async (c) => {
    const { id, name } = await known(c.req.param('id'))
    const unfactors = field(await c.req.parseBody(), 'unfactors') === 'yes'
    const token = await store.people.invite(c.var.staff.id, now(), id, [], unfactors)
    const rest = unfactors ? ' Their second factor is taken off then.' : ''
    const does = `With it, ${name} chooses a new password. Until then everything stays as it is.${rest}`
    return showLink(c, parts, token, { title: `A link for ${name}`, does })
  })

  pages.get(`/people/${ID}/roles`, needs('staff'), async (c) => showRoles(c, await working(c.req.param('id'))))

  pages.post(`/people/${ID}/roles`, ...trusted, async (c) => {
    const one = await working(c.req.param('id'))
    if (one === undefined) return c.notFound()
    const roles = readRoles(await c.req.parseBody())
    if (await store.people.giveRoles(one.id, roles, c.var.staff.id, now()))
      return c.redirect(may({ roles }, 'staff') || one.id !== c.var.staff.id ? '/people?done=roles' : '/people', 303)
    return showRoles(c, one, 'Somebody has to be administrator: make somebody else one first. Nothing was changed.')
  })

  pages.post('/people/rules', ...trusted, async (c) => {
    const form = await c.req.parseBody()
    const hours = Number(field(form, 'hours'))
    if (!Number.isInteger(hours) || hours < 1 || hours > 72) return c.redirect('/people', 303)
    const wanted = field(form, 'secondFactor') === 'required' ? 'required' : 'optional'
    const { secondFactor, signOutAfterHours } = store.settings.present()
    const { id } = c.var.staff
    if (wanted !== secondFactor) await store.settings.change('secondFactor', wanted, id, now())
    if (hours !== signOutAfterHours) await store.settings.change('signOutAfterHours', hours, id, now())
    return c.redirect('/people?done=rules', 303)
  })

  pages.get(`/people/${ID}/remove`, needs('staff'), async (c) => {
    const one = await working(c.req.param('id'))
    if (one === undefined) return c.notFound()
    const own = one.id === c.var.staff.id
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
        <form method="post" action={`/people/${one.id}/remove`} class="buttons">
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

  pages.post(`/people/${ID}/remove`, ...trusted, async (c) => {
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
    return c.redirect(own ? '/sign-in' : '/people?done=removed', 303)
  })

  const working = async (id: string) => (await store.people.all()).find((person) => person.id === id)

  /** Also of those who have left. Throws what the console answers as not found. */
  const known = async (id: string): Promise<{ id: string; name: string }> => {
    const name = (await store.people.names()).get(id)
    if (name === undefined) throw new HTTPException(404)
    return { id, name }
  }

  async function showRoles(c: Context<Env>, one: Staff | undefined, error?: string) {
    if (one === undefined) return c.notFound()
    const own = one.id === c.var.staff.id
    return show(
      c,
      parts,
      { title: 'Roles', at: '/people', status: error === undefined ? 200 : 422 },
      <>
        <h1>Roles of {one.name}</h1>
        <p>
          {own
            ? 'These are your own. What you take away here, only another administrator can give you back.'
            : 'Where you take something away, they are signed out, and told at their next sign-in. The log says who changed what.'}
        </p>
        <form method="post" action={`/people/${one.id}/roles`} class="stack">
          <Failure>{error}</Failure>
          <RoleChoice given={one.roles} />
          <button class="main">Save</button>
        </form>
        <p class="links">
          <a href="/people">Leave it as it is</a>
        </p>
      </>,
    )
  }

  return pages
}

const DONE: Readonly<Record<string, string>> = {
  removed: 'The access was removed.',
  roles: 'The roles are changed.',
  rules: 'The rules for signing in are changed.',
}

interface PersonProps {
  one: Staff
  me: Staff
  administers: boolean
  alone: boolean
  hasFactor: boolean
}

const Person = ({ one: { id, name, roles }, me, administers, alone, hasFactor }: PersonProps) => (
  <li>
    <span id={`person-${id}`}>
      {name}
      {id === me.id ? ' (you)' : null}{' '}
      <small class="faint">
        {rolesWords(roles)}
        {administers && !hasFactor ? ' · no second factor' : null}
      </small>
    </span>
    {administers ? (
      <>
        <a href={`/people/${id}/roles`} aria-describedby={`person-${id}`}>
          Roles
        </a>
        <a href={`/people/${id}/link`} aria-describedby={`person-${id}`}>
          New password
        </a>
        {alone ? null : (
          <a href={`/people/${id}/remove`} aria-describedby={`person-${id}`}>
            Remove access
          </a>
        )}
      </>
    ) : null}
  </li>
)

const Invite = () => (
  <>
    <h2>Invite a colleague</h2>
    <p>You get a link that works once, for a week. Send it only to them: whoever opens it gets what you tick here.</p>
    <form method="post" action="/people/invite" class="stack">
      <RoleChoice given={['reviewer']} />
      <button class="main">Make a link</button>
    </form>
  </>
)

interface RulesProps {
  settings: { secondFactor: 'optional' | 'required'; signOutAfterHours: number }
  without: readonly Staff[]
}

const Rules = ({ settings: { secondFactor, signOutAfterHours }, without }: RulesProps) => (
  <section class="section">
    <h2>Signing in</h2>
    <form method="post" action="/people/rules" class="stack">
      <fieldset>
        <legend>A second factor beside the password</legend>
        <label>
          <input type="radio" name="secondFactor" value="optional" checked={secondFactor === 'optional'} />
          <span>Each decides for themselves</span>
        </label>
        <label>
          <input type="radio" name="secondFactor" value="required" checked={secondFactor === 'required'} />
          <span>
            Everybody needs one{' '}
            <small>
              {without.length === 0
                ? 'Everybody has one.'
                : `Without one so far: ${listed(without.map(({ name }) => name))}. They add it the next time they open the console.`}
            </small>
          </span>
        </label>
      </fieldset>
      <label class="field">
        <span>
          Sign out after so many hours without a page <small>From 1 to 72. After a week in any case.</small>
        </span>
        <input name="hours" type="number" min={1} max={72} value={String(signOutAfterHours)} required />
      </label>
      <button>Save</button>
    </form>
  </section>
)

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
