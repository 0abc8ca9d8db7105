import { type Context, Hono } from 'hono'
import { DETAIL_KINDS, type DetailKind, detailsIn, publishedBy, tokenOf } from '../../../moderation/details.ts'
import type { RegisterRow } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { When } from '../parts/clock.tsx'
import { field, text } from '../parts/form.ts'
import { Empty, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { Theirs } from '../parts/said.tsx'

/**
 * The private details that nobody may publish. What is entered is hashed and forgotten: no page shows it again, and a form
 * that is refused comes back without it.
 */
export function registerPage(parts: ConsoleParts): Hono<Env> {
  const { store, office, now } = parts
  const pages = new Hono<Env>()

  pages.get('/register', (c) => showRegister(c, parts, null))

  pages.post('/register/add', async (c) => {
    const form = await c.req.parseBody()
    const kind = DETAIL_KINDS.find((one) => one === field(form, 'kind')) ?? 'phone'
    const value = text(form, 'value', LONGEST)
    const label = text(form, 'label', LONGEST).replace(/\s+/g, ' ').trim()
    const token = tokenOf(kind, value)
    const refuse = (error: string, keep = true) => showRegister(c, parts, { kind, label: keep ? label : '', error })
    if (label === '') return refuse('Write what to call it, so that colleagues know it in this list.')
    if (token === null) return refuse(`That can’t be read as ${KINDS[kind].one}. ${KINDS[kind].hint}`)
    // The label is kept in clear, and shown.
    if (gives(label, kind, token, value)) {
      return refuse('The name you gave it holds what is to be kept secret. Call it for example “Jo’s mobile”.', false)
    }
    if (publishedBy(office).has(token)) return refuse('The office publishes that itself, so anybody may repeat it.')
    const added = await store.register.add({ kind, token, label }, c.var.staff.id, now())
    return added ? c.redirect('/register?added=1', 303) : refuse('That is on the register already.')
  })

  pages.post(`/register/${ID}/remove`, async (c) => {
    await store.register.remove(c.req.param('id'), c.var.staff.id, now())
    return c.redirect('/register?removed=1', 303)
  })

  return pages
}

const LONGEST = 200

/** Does the label give away the detail? By the way it is written, or letter for letter. */
function gives(label: string, kind: DetailKind, token: string, value: string): boolean {
  const plain = (one: string): string => one.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  return (
    tokenOf(kind, label) === token ||
    detailsIn(label).some((detail) => detail.token === token) ||
    (plain(value).length >= 3 && plain(label).includes(plain(value))) ||
    /\d{4}/.test(label.replaceAll(/[\s-]/g, ''))
  )
}

const KINDS: Readonly<Record<DetailKind, { name: string; one: string; hint: string }>> = {
  phone: { name: 'Telephone numbers', one: 'a telephone number', hint: 'With its area code.' },
  address: { name: 'Addresses', one: 'an address', hint: 'House number or name, and street.' },
  postcode: { name: 'Postcodes', one: 'a postcode', hint: 'The whole of it.' },
  plate: { name: 'Number plates', one: 'a number plate', hint: 'Five letters and digits or more.' },
  email: { name: 'Email addresses', one: 'an email address', hint: 'A private one.' },
  handle: { name: 'Private accounts', one: 'the name of a private account', hint: 'Or the address of its page.' },
  name: { name: 'Names', one: 'a relative’s name', hint: 'A given name alone counts beside a word like “daughter”.' },
}

interface Refused {
  kind: DetailKind
  label: string
  error: string
}

async function showRegister(c: Context<Env>, parts: ConsoleParts, refused: Refused | null) {
  const rows = await parts.store.register.all()
  const names = await parts.store.people.names()
  return show(
    c,
    parts,
    { title: 'Protected register', at: '/register', status: refused === null ? 200 : 422 },
    <>
      {c.req.query('added') === undefined ? null : <Status>It was added.</Status>}
      {c.req.query('removed') === undefined ? null : <Status>It was removed.</Status>}
      <h1>Protected register</h1>
      <p>
        Home addresses, numbers, cars and relatives of the MP and of staff. Whoever posts one, however it is written, is
        found at once, and it goes to the police lane. What you enter is turned into a keyed hash and never shown again:
        not here, not in the log, not in a backup.
      </p>
      {rows.some(({ matched }) => !matched) ? (
        <p class="aside">
          <strong>Some of these can’t be found any more:</strong> they were entered under another key (DATA_DIR/key, or
          SERJEANT_KEY). Put that key back, or remove them and enter them again.
        </p>
      ) : null}
      {DETAIL_KINDS.map((kind) => (
        <Kind kind={kind} rows={rows.filter((row) => row.kind === kind)} names={names} />
      ))}
      {rows.length === 0 ? <Empty>Nothing is on the register yet.</Empty> : null}
      <h2>Add a detail</h2>
      <AddForm refused={refused} />
    </>,
  )
}

const Kind = ({ kind, rows, names }: { kind: DetailKind; rows: RegisterRow[]; names: ReadonlyMap<string, string> }) =>
  rows.length === 0 ? null : (
    <section>
      <h2>{KINDS[kind].name}</h2>
      <ul class="rows known">
        {rows.map(({ id, label, addedBy, addedAt, matched }) => (
          <li>
            <div>
              <p id={`detail-${id}`}>
                <strong>
                  <Theirs>{label}</Theirs>
                </strong>
              </p>
              <p class="meta">
                Added <When at={addedAt} /> by {names.get(addedBy) ?? 'somebody'}
                {matched ? null : ' · entered under another key, so it can’t be found'}
              </p>
            </div>
            <form method="post" action={`/register/${id}/remove`}>
              <button class="quiet" aria-describedby={`detail-${id}`}>
                Remove
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  )

const AddForm = ({ refused }: { refused: Refused | null }) => (
  <form method="post" action="/register/add" id="add" autocomplete="off">
    {refused === null ? null : (
      <p class="error" role="alert" id="add-error">
        {refused.error}
      </p>
    )}
    <fieldset>
      <legend>What is it?</legend>
      {DETAIL_KINDS.map((kind) => (
        <label>
          <input type="radio" name="kind" value={kind} checked={(refused?.kind ?? 'phone') === kind} />
          <span>
            {`${KINDS[kind].one.charAt(0).toUpperCase()}${KINDS[kind].one.slice(1)}`} <small>{KINDS[kind].hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
    <label class="field">
      <span>
        The detail itself <small>It is not kept in clear and can’t be shown to you later</small>
      </span>
      <input name="value" maxlength={LONGEST} required autocomplete="off" spellcheck={false} />
    </label>
    <label class="field">
      <span>
        What to call it <small>Shown in this list: for example “Jo’s mobile”</small>
      </span>
      <input
        name="label"
        maxlength={LONGEST}
        required
        value={refused?.label ?? ''}
        aria-describedby={refused === null ? undefined : 'add-error'}
      />
    </label>
    <button class="main">Add it</button>
  </form>
)
