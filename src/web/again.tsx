import type { Context, MiddlewareHandler } from 'hono'
import type { ConsoleParts, Env } from './deps.ts'
import { ownPath } from './guard.ts'
import { type Form, field } from './parts/form.ts'
import { show } from './parts/layout.tsx'
import { PasskeyForm } from './parts/passkey-form.tsx'
import { ownerOf, relyingParty } from './passkeys.ts'
import { type Throttle, throttle } from './throttle.ts'

/** Before what is dangerous, somebody shows once more that it is them: a computer may have been left open. */

const QUARTER = 15 * 60_000

/** One count for each console, wherever it is asked. */
const counts = new WeakMap<ConsoleParts['store'], Throttle>()

function triesOf(store: ConsoleParts['store']): Throttle {
  const tries = counts.get(store) ?? throttle(10, QUARTER)
  counts.set(store, tries)
  return tries
}

type Shown = 'yes' | 'no' | 'too-often' | 'not-tried'

/** Does this form show that it is them? With a passkey, or with the password and what stands beside it. */
async function showsAgain(c: Context<Env>, parts: ConsoleParts, form: Form): Promise<Shown> {
  const { store, now } = parts
  const { staff, session } = c.var
  const [password, code, passkey] = [
    field(form, 'again-password'),
    field(form, 'again-code'),
    field(form, 'again-passkey'),
  ]
  if (password === '' && passkey === '') return 'not-tried'
  const tries = triesOf(store)
  if (!tries.take(staff.id, now())) return 'too-often'
  const shown =
    passkey !== ''
      ? (await ownerOf(parts, passkey, staff.id)) !== null
      : (await store.people.checkOwn(staff.id, password)) &&
        (!session.hasFactor || (await checksCode(parts, staff.id, code)))
  if (!shown) return 'no'
  tries.forget(staff.id)
  await store.sessions.confirm(session.id, now())
  return 'yes'
}

/** A code from the app, or one of those on paper. */
export const checksCode = async ({ store, now }: ConsoleParts, personId: string, code: string): Promise<boolean> =>
  (await store.factors.checkApp(personId, code, now())) || (await store.factors.useCode(personId, code, now()))

/**
 * Lets pass whoever showed within so many minutes that it is them, and asks everybody else first. What a form held is not
 * lost: it goes on once they have shown it.
 */
export function recently(parts: ConsoleParts, minutes = 30): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (parts.now().getTime() - c.var.session.confirmedAt.getTime() < minutes * 60_000) return next()
    const { pathname, search } = new URL(c.req.url)
    const address = pathname + search
    if (c.req.method === 'GET') return showAgain(c, parts, { action: '/confirm', fields: [['next', address]] })
    // Read as it came: a field that came twice stays two.
    const given = [...(await c.req.formData())]
    const form: Form = Object.fromEntries(given)
    const shown = await showsAgain(c, parts, form)
    if (shown === 'yes') return next()
    // A file can't be carried along: it is chosen once more.
    if (given.some(([, value]) => typeof value !== 'string'))
      return showAgain(c, parts, { action: '/confirm', fields: [['next', '/']], shown })
    const fields = given.filter((pair): pair is [string, string] => !ASKED.has(pair[0]))
    return showAgain(c, parts, { action: address, fields, shown })
  }
}

const ASKED = new Set(['again-password', 'again-code', 'again-passkey'])

/** The page between: what was asked for goes on from here. */
export async function confirmed(c: Context<Env>, parts: ConsoleParts) {
  const form = await c.req.parseBody()
  const next = ownPath(field(form, 'next'))
  const shown = await showsAgain(c, parts, form)
  return shown === 'yes'
    ? c.redirect(next, 303)
    : showAgain(c, parts, { action: '/confirm', fields: [['next', next]], shown })
}

interface Again {
  action: string
  fields: readonly (readonly [string, string])[]
  shown?: Shown
}

const ERRORS: Record<Shown, string | null> = {
  yes: null,
  'not-tried': null,
  no: 'That didn’t fit. Nothing was changed.',
  'too-often': 'Too many tries. Wait a quarter of an hour. Nothing was changed.',
}

async function showAgain(c: Context<Env>, parts: ConsoleParts, { action, fields, shown = 'not-tried' }: Again) {
  const { staff, session } = c.var
  const error = ERRORS[shown]
  const { passkeys } = session.hasFactor ? await parts.store.factors.of(staff.id) : { passkeys: [] }
  const Kept = () => (
    <>
      {fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
  return show(
    c,
    parts,
    { title: 'Is it you?', status: shown === 'too-often' ? 429 : error === null ? 200 : 422 },
    <section class="sorry part">
      <h1>Is it you?</h1>
      <p>
        What you are about to do matters, and you signed in a while ago. Show once more that it is you; what you wrote
        goes on from here.
      </p>
      {error === null ? null : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {passkeys.length === 0 || relyingParty(parts.url) === null ? null : (
        <PasskeyForm
          action={action}
          options="/confirm/passkey-options"
          answer="again-passkey"
          button="Use a passkey"
          main
        >
          <Kept />
        </PasskeyForm>
      )}
      <form method="post" action={action} class="stack">
        <Kept />
        <input hidden value={staff.name} autocomplete="username" readonly />
        <label class="field">
          <span>Your password</span>
          <input name="again-password" type="password" autocomplete="current-password" required />
        </label>
        {session.hasFactor ? <CodeField name="again-code" /> : null}
        <button class="main">It is me: go on</button>
      </form>
      <p>
        <a href="/">Leave it</a>
      </p>
    </section>,
  )
}

export const CodeField = ({ name }: { name: string }) => (
  <label class="field">
    <span>
      Code <small>Six digits from your app, or one of your codes on paper.</small>
    </span>
    <input name={name} autocomplete="one-time-code" autocapitalize="none" spellcheck={false} required maxlength={30} />
  </label>
)
