import { type Context, Hono } from 'hono'
import type { Factors, News, Offer, OpenSession } from '../../store/index.ts'
import { confirmed, recently } from '../again.tsx'
import type { ConsoleParts, Env } from '../deps.ts'
import { addressOf } from '../guard.ts'
import { Day, When } from '../parts/clock.tsx'
import { field, line } from '../parts/form.ts'
import { Failure, Status, show } from '../parts/layout.tsx'
import { PasskeyForm } from '../parts/passkey-form.tsx'
import { LONGEST, SHORTEST, wrongPassword } from '../parts/password.ts'
import { Qr } from '../parts/qr.tsx'
import { counted } from '../parts/words.ts'
import { addPasskey, creationOptions, relyingParty, requestOptions } from '../passkeys.ts'
import { throttle } from '../throttle.ts'

const QUARTER = 15 * 60_000
const LONGEST_NAME = 60

/** Somebody's own way in: their password, what stands beside it, and where they are signed in. */
export function mySignInPage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  const again = recently(parts)
  const passwords = throttle(8, QUARTER)
  const codes = throttle(10, QUARTER)
  const passkeys = relyingParty(parts.url) !== null

  const showMine = async (c: Context<Env>, more: { error?: string; done?: string } = {}) => {
    const { staff, session } = c.var
    const [mine, open, news, names] = [
      await store.factors.of(staff.id),
      await store.sessions.all(staff.id, now()),
      await store.people.news(staff.id),
      await store.people.names(),
    ]
    const wanted = store.settings.present().secondFactor === 'required' && !session.hasFactor
    const done = more.done ?? DONE[c.req.query('done') ?? '']
    return show(
      c,
      parts,
      { title: 'My sign-in', status: more.error === undefined ? 200 : 422 },
      <>
        {done === undefined ? null : <Status>{done}</Status>}
        <h1>My sign-in</h1>
        {wanted ? (
          <p class="notice">
            <strong>Your office asks for a second factor.</strong> Add an authenticator app or a passkey below: the rest
            of the console opens once you have.
          </p>
        ) : null}
        <Failure>{more.error}</Failure>
        <Heard news={news} names={names} />
        <App has={mine.app} />
        <Passkeys mine={mine} possible={passkeys} />
        <Paper mine={mine} />
        <Password name={staff.name} />
        <Sessions open={open} own={session.id} />
      </>,
    )
  }

  pages.get('/my-sign-in', (c) => showMine(c))

  pages.post('/my-sign-in/password', async (c) => {
    const form = await c.req.parseBody()
    const { staff, session } = c.var
    const wanted = field(form, 'wanted')
    if (!passwords.take(`${staff.id} ${addressOf(c)}`, now()))
      return showMine(c, { error: 'Too many tries. Wait a quarter of an hour.' })
    if (!(await store.people.checkOwn(staff.id, field(form, 'present').slice(0, LONGEST))))
      return showMine(c, { error: 'The password you have now is another. Nothing was changed.' })
    const error = wrongPassword(wanted)
    if (error !== null) return showMine(c, { error })
    await store.people.changePassword(staff.id, wanted, session.id, now())
    return c.redirect('/my-sign-in?done=password', 303)
  })

  pages.get('/my-sign-in/app', again, (c) => {
    const { id, name } = c.var.staff
    return showOffer(c, parts, store.factors.offerApp(id, name, now()))
  })

  pages.post('/my-sign-in/app', again, async (c) => {
    const form = await c.req.parseBody()
    const { id, name } = c.var.staff
    const offer = store.factors.readOffer(id, name, field(form, 'offer'), now())
    if (offer === null) return c.redirect('/my-sign-in/app', 303)
    const error = 'That code is not right. Look for the newest, and check that your telephone’s clock is.'
    if (!codes.take(id, now())) return showOffer(c, parts, offer, 'Too many tries. Wait a quarter of an hour.')
    const paper = await store.factors.addApp(id, offer.sealed, field(form, 'code'), now())
    return paper === null ? showOffer(c, parts, offer, error) : showCodes(c, parts, paper)
  })

  pages.post('/my-sign-in/app/remove', again, async (c) => {
    await store.factors.removeApp(c.var.staff.id, now())
    return c.redirect('/my-sign-in?done=app', 303)
  })

  pages.post('/my-sign-in/codes', again, async (c) => {
    const { app, passkeys: own } = await store.factors.of(c.var.staff.id)
    if (!app && own.length === 0) return c.redirect('/my-sign-in', 303)
    return showCodes(c, parts, await store.factors.renewCodes(c.var.staff.id, now()))
  })

  pages.post('/my-sign-in/passkeys/options', async (c) =>
    passkeys ? c.json(await creationOptions(parts, c.var.staff)) : c.notFound(),
  )

  pages.post('/my-sign-in/passkeys', again, async (c) => {
    if (!passkeys) return c.notFound()
    const form = await c.req.parseBody()
    const name = line(form, 'name', LONGEST_NAME) || 'A passkey'
    const added = await addPasskey(parts, c.var.staff, field(form, 'passkey'), name)
    if (added === null) return showMine(c, { error: 'That passkey did not answer as it should. Nothing was added.' })
    if (added === 'known') return showMine(c, { error: 'That passkey was added before.' })
    return added.length > 0 ? showCodes(c, parts, added) : c.redirect('/my-sign-in?done=passkey', 303)
  })

  pages.post('/my-sign-in/passkeys/remove', again, async (c) => {
    await store.factors.removePasskey(c.var.staff.id, field(await c.req.parseBody(), 'id'), now())
    return c.redirect('/my-sign-in?done=removed', 303)
  })

  pages.post('/my-sign-in/others/end', async (c) => {
    await store.sessions.endOthers(c.var.staff.id, c.var.session.id, now())
    return c.redirect('/my-sign-in?done=others', 303)
  })

  pages.post('/my-sign-in/read', async (c) => {
    const till = Number(field(await c.req.parseBody(), 'till'))
    await store.people.readNews(c.var.staff.id, Number.isSafeInteger(till) ? new Date(till) : new Date(0))
    return c.redirect('/my-sign-in?done=read', 303)
  })

  pages.post('/confirm', (c) => confirmed(c, parts))
  pages.post('/confirm/passkey-options', async (c) =>
    passkeys ? c.json(await requestOptions(parts, c.var.staff.id)) : c.notFound(),
  )

  return pages
}

const DONE: Readonly<Record<string, string>> = {
  password: 'Your password is changed. You are signed out everywhere else.',
  app: 'The app opens nothing here any more.',
  passkey: 'The passkey is added.',
  removed: 'The passkey opens nothing here any more.',
  others: 'You are signed out everywhere else.',
  read: 'Noted.',
}

const NEWS: Readonly<Record<News['kind'], string>> = {
  link: 'made a link for a new password of yours',
  renewed: 'had made the link with which your password was changed',
  unfactored: 'had made the link that took your second factor off',
  roles: 'changed your roles',
}

/** What others did to somebody's sign-in: told until they say that they have read it. */
const Heard = ({ news, names }: { news: readonly News[]; names: ReadonlyMap<string, string> }) => {
  const [latest] = news
  if (latest === undefined) return null
  return (
    <section class="notice">
      <h2>What colleagues changed about your sign-in</h2>
      <ul>
        {news.map(({ kind, by, at }) => (
          <li>
            <When at={at} />: {by === null ? 'somebody' : (names.get(by) ?? 'somebody')} {NEWS[kind]}.
          </li>
        ))}
      </ul>
      <p>If you didn’t ask for it and nobody told you, ask them now, and tell whoever looks after your office’s IT.</p>
      <form method="post" action="/my-sign-in/read">
        <button name="till" value={String(latest.at.getTime())}>
          I have read it
        </button>
      </form>
    </section>
  )
}

const App = ({ has }: { has: boolean }) => (
  <section class="part">
    <h2>Authenticator app</h2>
    <p>
      {has
        ? 'You have one: after your password you are asked for its code.'
        : 'An app on your telephone that shows six digits, new each half minute. Whoever has only your password doesn’t get in.'}
    </p>
    {has ? (
      <form method="post" action="/my-sign-in/app/remove">
        <button class="quiet">Remove the app</button>
      </form>
    ) : null}
    <p class="links">
      <a href="/my-sign-in/app">{has ? 'Use another app or telephone' : 'Add an app'}</a>
    </p>
  </section>
)

const Passkeys = ({ mine, possible }: { mine: Factors; possible: boolean }) => (
  <section class="part">
    <h2>Passkeys</h2>
    <p>
      With a passkey you sign in by your finger, your face or a PIN, without a password. Once you have one, the password
      alone opens nothing any more.
    </p>
    <ul class="rows people">
      {mine.passkeys.map(({ id, name, addedAt, usedAt }) => (
        <li>
          <span id={`passkey-${id}`}>
            {name}{' '}
            <small>
              added <Day at={addedAt} />
              {usedAt === null ? null : (
                <>
                  , used <When at={usedAt} />
                </>
              )}
            </small>
          </span>
          <form method="post" action="/my-sign-in/passkeys/remove">
            <button class="quiet" name="id" value={id} aria-describedby={`passkey-${id}`}>
              Remove
            </button>
          </form>
        </li>
      ))}
    </ul>
    {possible ? (
      <>
        <PasskeyForm action="/my-sign-in/passkeys" options="/my-sign-in/passkeys/options" button="Add a passkey">
          <label class="field">
            <span>What you call it</span>
            <input name="name" maxlength={LONGEST_NAME} placeholder="My telephone" autocomplete="off" />
          </label>
        </PasskeyForm>
        <noscript>
          <p class="faint">Passkeys need JavaScript, which is off in this browser.</p>
        </noscript>
      </>
    ) : (
      <p class="faint">They don’t work under this address: they need a name and https.</p>
    )}
  </section>
)

const Paper = ({ mine }: { mine: Factors }) =>
  !mine.app && mine.passkeys.length === 0 ? null : (
    <section class="part">
      <h2>Codes on paper</h2>
      <p>
        For the day you have lost your telephone. {counted(mine.codes, 'code is', 'codes are')} left; each works once.
      </p>
      <form method="post" action="/my-sign-in/codes">
        <button>Make new codes</button>
      </form>
    </section>
  )

const Password = ({ name }: { name: string }) => (
  <section class="part">
    <h2>Password</h2>
    <form method="post" action="/my-sign-in/password" class="stack">
      <input hidden value={name} autocomplete="username" readonly />
      <label class="field">
        <span>The one you have</span>
        <input name="present" type="password" autocomplete="current-password" required />
      </label>
      <label class="field">
        <span>
          The new one <small>At least {SHORTEST} characters. You may paste one from a password manager.</small>
        </span>
        <input name="wanted" type="password" autocomplete="new-password" required minlength={SHORTEST} />
      </label>
      <button>Change it</button>
    </form>
  </section>
)

const Sessions = ({ open, own }: { open: readonly OpenSession[]; own: string }) => (
  <section class="part">
    <h2>Where you are signed in</h2>
    <ul class="rows people">
      {open.map(({ id, browser, beganAt, seenAt }) => (
        <li>
          <span>
            {browser === '' ? 'A browser' : browser}
            {id === own ? ' (this one)' : null}{' '}
            <small>
              since <When at={beganAt} />, last seen <When at={seenAt} />
            </small>
          </span>
        </li>
      ))}
    </ul>
    {open.length > 1 ? (
      <form method="post" action="/my-sign-in/others/end">
        <button>Sign out everywhere else</button>
      </form>
    ) : null}
  </section>
)

/** The secret in clear, for the camera and for whoever types: the only page that ever holds it. */
const showOffer = (c: Context<Env>, parts: ConsoleParts, offer: Offer, error?: string) =>
  show(
    c,
    parts,
    { title: 'Add an authenticator app', status: error === undefined ? 200 : 422 },
    <>
      <h1>Add an authenticator app</h1>
      <ol>
        <li>Open the app on your telephone. Any will do; your telephone’s own password manager often is one.</li>
        <li>
          Let it look at this square. <Qr text={offer.url} label="A QR code for your authenticator app" />
          <details>
            <summary>No camera?</summary>
            <p>
              Type this into the app: <code>{offer.secret.match(/.{1,4}/g)?.join(' ')}</code>
            </p>
          </details>
        </li>
        <li>Write here the six digits that it shows.</li>
      </ol>
      <form method="post" action="/my-sign-in/app" class="stack">
        <Failure>{error}</Failure>
        <input type="hidden" name="offer" value={offer.sealed} />
        <label class="field">
          <span>Code</span>
          <input name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength={10} />
        </label>
        <button class="main">Add it</button>
      </form>
      <p class="links">
        <a href="/my-sign-in">Leave it as it is</a>
      </p>
    </>,
  )

/** Shown in the answer to the post itself: only their hashes are kept, so no address could show them again. */
const showCodes = (c: Context<Env>, parts: ConsoleParts, codes: readonly string[]) =>
  show(
    c,
    parts,
    { title: 'Your codes on paper' },
    <>
      <h1>Your codes on paper</h1>
      <p>
        If you lose your telephone, one of these lets you in instead. Each works once, and they are shown only here:
        print them or write them down, and keep them away from your computer. Codes you had before end.
      </p>
      <ol class="once codes">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p>
        <a href="/my-sign-in">I have kept them</a>
      </p>
    </>,
  )
