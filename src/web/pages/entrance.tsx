import { type Context, Hono } from 'hono'
import type { Staff } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { addressOf, beginSession, endSession, ownPath } from '../guard.ts'
import { field } from '../parts/form.ts'
import { showAlone } from '../parts/layout.tsx'
import { throttle } from '../throttle.ts'

const QUARTER = 15 * 60_000
/** NIST asks for no rules on passwords but their length. Longer ones than this are refused, not cut. */
const SHORTEST = 12
const LONGEST = 256
const LONGEST_NAME = 80

/** The way in: a one-time link the first time, then name and password. */
export function entrancePages(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  const byName = throttle(8, QUARTER)
  // An office shares one address, so this is wider: it stops one machine from trying many names.
  const byAddress = throttle(40, QUARTER)

  pages.get('/sign-in', async (c) => {
    const anybody = await store.people.any()
    return showSignIn(c, { next: ownPath(c.req.query('next')), anybody })
  })

  pages.post('/sign-in', async (c) => {
    const form = await c.req.parseBody()
    const name = tidy(field(form, 'name'))
    const password = field(form, 'password')
    const next = ownPath(field(form, 'next'))
    const address = addressOf(c)
    // With the address, so that nobody elsewhere can lock a colleague out.
    const key = `${name.toLowerCase()} ${address}`
    const given = { next, name, anybody: await store.people.any() }
    const allowed = [byName.take(key, now()), byAddress.take(address, now())].every(Boolean)
    if (!allowed) return showSignIn(c, { ...given, error: 'Too many tries. Wait a quarter of an hour.', status: 429 })
    const person = password.length > LONGEST ? null : await store.people.check(name, password)
    if (person === null)
      return showSignIn(c, { ...given, error: 'The name and the password don’t fit together.', status: 401 })
    byName.forget(key)
    byAddress.forget(address)
    await beginSession(c, parts, person.id)
    return c.redirect(next, 303)
  })

  pages.post('/sign-out', async (c) => {
    await endSession(c, parts)
    return c.redirect('/sign-in', 303)
  })

  pages.get('/welcome', async (c) => {
    const key = c.req.query('key') ?? ''
    const invitation = await store.people.invitation(key, now())
    return invitation === null ? showUsedUp(c) : showWelcome(c, { key, ...invitation })
  })

  pages.post('/welcome', async (c) => {
    const form = await c.req.parseBody()
    const key = field(form, 'key')
    const name = tidy(field(form, 'name'))
    const password = field(form, 'password')
    const address = addressOf(c)
    // Looked up before the password is derived, which costs time: or anybody could keep the machine busy.
    const invitation = byAddress.take(address, now()) ? await store.people.invitation(key, now()) : null
    if (invitation === null) return showUsedUp(c)
    const again = { key, name, ...invitation }
    const error = (invitation.somebody === null ? wrongName(name) : null) ?? wrongPassword(password)
    if (error !== null) return showWelcome(c, { ...again, error })
    const person = await store.people.accept(key, name, password, now())
    if (person === 'name-taken')
      return showWelcome(c, { ...again, error: 'A colleague has that name, or had it. Add an initial.' })
    if (person === null) return showUsedUp(c)
    await beginSession(c, parts, person.id)
    return c.redirect('/', 303)
  })

  return pages
}

/** What is typed twice is the same name: composed letters, single spaces. */
const tidy = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim()

const wrongName = (name: string): string | null =>
  name === '' || name.length > LONGEST_NAME ? 'Write your name, as colleagues know you.' : null

function wrongPassword({ length }: string): string | null {
  if (length < SHORTEST) return `Choose a password of at least ${SHORTEST} characters. A few words together are good.`
  return length > LONGEST ? `Choose a password of at most ${LONGEST} characters.` : null
}

interface SignIn {
  next: string
  anybody: boolean
  name?: string
  error?: string
  status?: 401 | 429
}

const showSignIn = (c: Context, { next, anybody, name = '', error, status }: SignIn) =>
  showAlone(
    c,
    { title: 'Sign in', ...(status ? { status } : {}) },
    <>
      <h1>Sign in</h1>
      {anybody ? null : (
        <p class="notice">
          Nobody has joined yet. Open the link that was printed when the service started; it lets you choose a name and
          a password.
        </p>
      )}
      <form method="post" action="/sign-in" class="stack">
        <Failure>{error}</Failure>
        <input type="hidden" name="next" value={next} />
        <label class="field">
          <span>Name</span>
          <input name="name" value={name} autocomplete="username" required maxlength={LONGEST_NAME} />
        </label>
        <label class="field">
          <span>Password</span>
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button class="main">Sign in</button>
      </form>
      <p class="faint">Forgotten? A colleague can make you a link for a new password, under People.</p>
    </>,
  )

interface Welcome {
  key: string
  /** Whom the link lets in again; null where it lets in somebody new, who chooses a name. */
  somebody: Staff | null
  name?: string
  error?: string
}

const showWelcome = (c: Context, { key, somebody, name = '', error }: Welcome) =>
  showAlone(
    c,
    { title: somebody === null ? 'Welcome' : 'A new password', status: error === undefined ? 200 : 422 },
    <>
      <h1>{somebody === null ? 'Welcome' : 'A new password'}</h1>
      <p>
        {somebody === null
          ? 'Choose the name your colleagues will see, and a password.'
          : 'Choose a new password. It ends every session you had.'}{' '}
        This link works once.
      </p>
      <form method="post" action="/welcome" class="stack">
        <Failure>{error}</Failure>
        <input type="hidden" name="key" value={key} />
        <label class="field">
          <span>Your name</span>
          <input
            name="name"
            value={somebody?.name ?? name}
            autocomplete="username"
            required
            readonly={somebody !== null}
            maxlength={LONGEST_NAME}
          />
        </label>
        <label class="field">
          <span>
            Password <small>At least {SHORTEST} characters. You may paste one from a password manager.</small>
          </span>
          <input name="password" type="password" autocomplete="new-password" required minlength={SHORTEST} />
        </label>
        <button class="main">{somebody === null ? 'Join' : 'Sign in'}</button>
      </form>
    </>,
  )

const showUsedUp = (c: Context) =>
  showAlone(
    c,
    { title: 'This link is used up', status: 404 },
    <>
      <h1>This link is used up</h1>
      <p>It works once, for a week. Ask a colleague for a new one.</p>
      <p>
        <a href="/sign-in">Sign in</a>
      </p>
    </>,
  )

const Failure = ({ children }: { children: string | undefined }) =>
  children === undefined ? null : (
    <p class="error" role="alert">
      {children}
    </p>
  )
