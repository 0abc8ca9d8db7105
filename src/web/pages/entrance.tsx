import { type Context, Hono } from 'hono'
import type { Staff } from '../../store/index.ts'
import { CodeField, checksCode } from '../again.tsx'
import type { ConsoleParts, Env } from '../deps.ts'
import { addressOf, beginHalf, beginSession, endSession, halfOf, knownHere, ownPath } from '../guard.ts'
import { field } from '../parts/form.ts'
import { Failure, showAlone } from '../parts/layout.tsx'
import { PasskeyForm } from '../parts/passkey-form.tsx'
import { LONGEST, SHORTEST, wrongPassword } from '../parts/password.ts'
import { ownerOf, relyingParty, requestOptions } from '../passkeys.ts'
import { throttle } from '../throttle.ts'

const QUARTER = 15 * 60_000
const HOUR = 60 * 60_000
const LONGEST_NAME = 80

/** The way in: a one-time link the first time, then name and password and what stands beside it, or a passkey. */
export function entrancePages(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  const passkeys = relyingParty(parts.url) !== null
  const { take, forgive } = guesses()
  // An office shares one address, so this is wider: it stops one machine from trying many names.
  const byAddress = throttle(40, QUARTER)
  const askedFor = throttle(60, QUARTER)
  /** Of somebody whose password is known to whoever tries. */
  const bySecond = throttle(20, HOUR)

  const welcomed = async (c: Context, person: Staff, next: string) => {
    const { app, passkeys: own } = await store.factors.of(person.id)
    if (!app && own.length === 0) {
      await beginSession(c, parts, person.id)
      return c.redirect(next, 303)
    }
    await beginHalf(c, parts, person.id)
    return c.redirect(next === '/' ? '/sign-in/second' : `/sign-in/second?next=${encodeURIComponent(next)}`, 303)
  }

  pages.get('/sign-in', async (c) => {
    const anybody = await store.people.any()
    return showSignIn(c, { next: ownPath(c.req.query('next')), anybody, passkeys })
  })

  pages.post('/sign-in', async (c) => {
    const form = await c.req.parseBody()
    const name = tidy(field(form, 'name'))
    const password = field(form, 'password')
    const next = ownPath(field(form, 'next'))
    const given = { next, name, passkeys, anybody: await store.people.any() }
    const owner = knownHere(c, parts)
    const ownName = owner === null ? undefined : (await store.people.names()).get(owner)
    const guess = { name: name.toLowerCase(), address: addressOf(c), known: ownName?.toLowerCase() }
    if (!take(guess, now())) return showSignIn(c, { ...given, error: TOO_MANY, status: 429 })
    const person = password.length > LONGEST ? null : await store.people.check(name, password)
    if (person === null)
      return showSignIn(c, { ...given, error: 'The name and the password don’t fit together.', status: 401 })
    forgive(guess)
    return welcomed(c, person, next)
  })

  pages.get('/sign-in/second', async (c) => {
    const token = halfOf(c, parts)
    const staff = token === undefined ? null : await store.sessions.ofHalf(token, now())
    if (staff === null) return c.redirect('/sign-in', 303)
    return showSecond(c, { next: ownPath(c.req.query('next')), passkeys })
  })

  pages.post('/sign-in/second', async (c) => {
    const form = await c.req.parseBody()
    const next = ownPath(field(form, 'next'))
    const token = halfOf(c, parts)
    const staff = token === undefined ? null : await store.sessions.ofHalf(token, now())
    if (staff === null || token === undefined) return c.redirect('/sign-in', 303)
    if (!bySecond.take(staff.id, now()) || !(await store.sessions.takeTry(token, now()))) {
      await store.sessions.end(token)
      return showSignIn(c, { next, passkeys, anybody: true, error: TOO_MANY_CODES, status: 429 })
    }
    if (!(await checksCode(parts, staff.id, field(form, 'code'))))
      return showSecond(c, { next, passkeys, error: 'That code is not right, or was used before. Wait for the next.' })
    bySecond.forget(staff.id)
    await beginSession(c, parts, staff.id)
    return c.redirect(next, 303)
  })

  pages.post('/sign-in/passkey/options', async (c) => {
    if (!passkeys || !askedFor.take(addressOf(c), now())) return c.json({}, 429)
    return c.json(await requestOptions(parts, null))
  })

  pages.post('/sign-in/passkey', async (c) => {
    const form = await c.req.parseBody()
    const next = ownPath(field(form, 'next'))
    const owner = askedFor.take(addressOf(c), now()) ? await ownerOf(parts, field(form, 'passkey'), null) : null
    if (owner === null) {
      const error = 'That passkey opens nothing here. Sign in with your password.'
      return showSignIn(c, { next, passkeys, anybody: true, error, status: 401 })
    }
    await beginSession(c, parts, owner)
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
    return welcomed(c, person, '/')
  })

  return pages
}

/** What is typed twice is the same name: composed letters, single spaces. */
const tidy = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim()

const wrongName = (name: string): string | null =>
  name === '' || name.length > LONGEST_NAME ? 'Write your name, as colleagues know you.' : null

const TOO_MANY =
  'Too many tries. Wait a quarter of an hour, or sign in with a browser you have used here before, or with a passkey.'
const TOO_MANY_CODES = 'Too many codes. Begin again, or ask an administrator for a link.'

interface Guess {
  name: string
  address: string
  /** Whose name is known in this browser. */
  known: string | undefined
}

/**
 * How often a password may be tried. Strangers are counted by name and address, by address, by name, and in all: so a
 * thousand machines can't try more than one. None of it stops somebody in a browser in which they signed in before: they
 * are counted apart, so that nobody can keep staff out by guessing.
 */
function guesses() {
  const here = throttle(8, QUARTER)
  const ofAddress = throttle(40, QUARTER)
  const ofName = throttle(50, QUARTER)
  const ofAll = throttle(400, QUARTER, 1)
  const known = throttle(10, QUARTER)
  const isKnown = (guess: Guess): boolean => guess.known === guess.name
  const pair = ({ name, address }: Guess): string => `${name} ${address}`
  return {
    take: (guess: Guess, now: Date): boolean => {
      if (isKnown(guess)) return known.take(guess.name, now)
      // One after the other, so that what one refuses is not held against anybody else.
      return (
        here.take(pair(guess), now) &&
        ofAddress.take(guess.address, now) &&
        ofName.take(guess.name, now) &&
        ofAll.take('all', now)
      )
    },
    /** The password was right. Who may sign in themselves may still not try others without end. */
    forgive: (guess: Guess): void => {
      if (isKnown(guess)) return known.forget(guess.name)
      here.forget(pair(guess))
      ofAddress.giveBack(guess.address)
      ofName.giveBack(guess.name)
      ofAll.giveBack('all')
    },
  }
}

interface SignIn {
  next: string
  anybody: boolean
  /** Can a passkey be used under this address? */
  passkeys: boolean
  name?: string
  error?: string
  status?: 401 | 429
}

const showSignIn = (c: Context, { next, anybody, passkeys, name = '', error, status }: SignIn) =>
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
      {passkeys ? <WithPasskey next={next} /> : null}
      <p class="faint">Forgotten? An administrator can make you a link for a new password, under People.</p>
    </>,
  )

const WithPasskey = ({ next }: { next: string }) => (
  <PasskeyForm action="/sign-in/passkey" options="/sign-in/passkey/options" button="Use a passkey">
    <input type="hidden" name="next" value={next} />
  </PasskeyForm>
)

const showSecond = (c: Context, { next, passkeys, error }: { next: string; passkeys: boolean; error?: string }) =>
  showAlone(
    c,
    { title: 'One thing more', status: error === undefined ? 200 : 401 },
    <>
      <h1>One thing more</h1>
      <p>The password was right. Now show your second factor.</p>
      <form method="post" action="/sign-in/second" class="stack">
        <Failure>{error}</Failure>
        <input type="hidden" name="next" value={next} />
        <CodeField name="code" />
        <button class="main">Sign in</button>
      </form>
      {passkeys ? <WithPasskey next={next} /> : null}
      <p class="faint">
        Lost your telephone? Use one of your codes on paper. Lost those too? An administrator can make you a link, under
        People. <a href="/sign-in">Begin again</a>
      </p>
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
