import { type Context, Hono } from 'hono'
import { DETAIL_KINDS, type DetailKind, detailsIn, publishedBy, tokenOf } from '../../../moderation/details.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { field, line, text } from '../parts/form.ts'
import { AddForm, Field, KindField, KnownList, LONGEST_NAME, NameField } from '../parts/known-list.tsx'
import { Empty, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'

/**
 * The private details that nobody may publish. What is entered is hashed and forgotten: no page shows it again, and a form
 * that is refused comes back without it.
 */
export function registerPage(parts: ConsoleParts): Hono<Env> {
  const { store, office, now } = parts
  const pages = new Hono<Env>()

  pages.get('/register', needs('data'), (c) => showRegister(c, parts, null))

  pages.post('/register/add', needs('data'), async (c) => {
    const form = await c.req.parseBody()
    const kind = DETAIL_KINDS.find((one) => one === field(form, 'kind')) ?? 'phone'
    const value = text(form, 'value', LONGEST)
    const label = line(form, 'label', LONGEST_NAME)
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

  pages.post(`/register/${ID}/remove`, needs('data'), async (c) => {
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
  const listed = rows.map(({ label, matched, ...row }) => ({
    ...row,
    title: label,
    remark: matched ? null : 'entered under another key, so it can’t be found',
  }))
  return show(
    c,
    parts,
    { title: 'Protected register', at: '/register', status: refused === null ? 200 : 422 },
    <>
      {c.req.query('added') === undefined ? null : <Status>It was added.</Status>}
      {c.req.query('removed') === undefined ? null : <Status>It was removed.</Status>}
      <h1>Protected register</h1>
      <p>
        Home addresses, numbers, cars and relatives of the MP and of staff. Whoever posts one, in the usual ways of
        writing it, is found at once, and it goes to the police lane. What you enter is scrambled so that nobody can
        read it back, and never shown again: not here, not in the log, not in a backup.
      </p>
      {rows.some(({ matched }) => !matched) ? (
        <p class="aside">
          <strong>Some of these can’t be found any more:</strong> they were entered under another key (DATA_DIR/key, or
          SERJEANT_KEY). Put that key back, or remove them and enter them again.
        </p>
      ) : null}
      {DETAIL_KINDS.map((kind) => (
        <KnownList
          heading={KINDS[kind].name}
          rows={listed.filter((row) => row.kind === kind)}
          names={names}
          at="/register"
        />
      ))}
      {rows.length === 0 ? <Empty>Nothing is on the register yet.</Empty> : null}
      <h2>Add a detail</h2>
      <Form refused={refused} />
    </>,
  )
}

const Form = ({ refused }: { refused: Refused | null }) => (
  <AddForm action="/register/add" autocomplete="off" error={refused?.error}>
    <KindField kinds={DETAIL_KINDS} words={KINDS} chosen={refused?.kind ?? 'phone'} />
    <Field label="The detail itself" hint="It is not kept in clear and can’t be shown to you later">
      <input name="value" maxlength={LONGEST} required autocomplete="off" spellcheck={false} />
    </Field>
    <NameField
      name="label"
      hint="Shown in this list: for example “Jo’s mobile”"
      given={refused?.label}
      describedBy={refused === null ? undefined : 'add-error'}
    />
  </AddForm>
)
