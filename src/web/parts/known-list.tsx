import type { Child } from 'hono/jsx'
import { When } from './clock.tsx'
import { Theirs } from './said.tsx'

/** What staff have entered, for the tool to know it again, and the form they enter it by. */

interface Known {
  id: string
  /** What staff call it. */
  title: string
  /** Said of it on the same line. */
  more?: Child
  note?: string | null
  addedBy: string
  addedAt: Date
  /** Said after who added it. */
  remark?: string | null
}

interface ListProps {
  heading: string
  rows: readonly Known[]
  /** Of staff by id. */
  names: ReadonlyMap<string, string>
  /** The path under which each is removed, by its id. */
  at: string
}

/** Nothing where there are none. */
export const KnownList = ({ heading, rows, names, at }: ListProps) =>
  rows.length === 0 ? null : (
    <section>
      <h2>{heading}</h2>
      <ul class="rows known">
        {rows.map(({ id, title, more = null, note = null, addedBy, addedAt, remark = null }) => (
          <li>
            <div>
              <p id={`known-${id}`}>
                <strong>
                  <Theirs>{title}</Theirs>
                </strong>
                {more}
              </p>
              {note === null ? null : (
                <p>
                  <Theirs>{note}</Theirs>
                </p>
              )}
              <p class="meta">
                Added <When at={addedAt} /> by {addedBy === 'tool' ? 'the tool' : (names.get(addedBy) ?? 'somebody')}
                {remark === null ? null : ` · ${remark}`}
              </p>
            </div>
            <form method="post" action={`${at}/${id}/remove`}>
              <button class="quiet" aria-describedby={`known-${id}`}>
                Remove
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  )

/** Whose a work is, after its title. */
export const HeldBy = ({ holder }: { holder: string }) => (
  <>
    , of <Theirs>{holder}</Theirs>
  </>
)

interface FormProps {
  action: string
  id?: string
  enctype?: 'multipart/form-data'
  autocomplete?: 'off'
  /** Why it was refused, if it was. */
  error: string | undefined
  children: Child
}

export const AddForm = ({ id = 'add', error, children, ...form }: FormProps) => (
  <form method="post" id={id} {...form}>
    {error === undefined ? null : (
      <p class="error" role="alert" id={`${id}-error`}>
        {error}
      </p>
    )}
    {children}
    <button class="main">Add it</button>
  </form>
)

interface KindProps<Kind extends string> {
  kinds: readonly Kind[]
  words: Readonly<Record<Kind, { one: string; hint: string }>>
  /** Null: none, and one must be. */
  chosen: Kind | null
}

export const KindField = <Kind extends string>({ kinds, words, chosen }: KindProps<Kind>) => (
  <fieldset>
    <legend>What is it?</legend>
    {kinds.map((kind) => (
      <label>
        <input type="radio" name="kind" value={kind} checked={kind === chosen} required />
        <span>
          {words[kind].one.charAt(0).toUpperCase() + words[kind].one.slice(1)} <small>{words[kind].hint}</small>
        </span>
      </label>
    ))}
  </fieldset>
)

interface FieldProps {
  label: string
  hint?: string
  children: Child
}

export const Field = ({ label, hint, children }: FieldProps) => (
  <label class="field">
    <span>
      {label}
      {hint === undefined ? null : (
        <>
          {' '}
          <small>{hint}</small>
        </>
      )}
    </span>
    {children}
  </label>
)

/** No longer than this is anything's name. UTF-16 units. */
export const LONGEST_NAME = 200

interface NameProps {
  name: string
  hint: string
  given: string | undefined
  /** The error of this form, if it has one. */
  describedBy: string | undefined
}

/** By what name it stands in the list. */
export const NameField = ({ name, hint, given = '', describedBy }: NameProps) => (
  <Field label="What to call it" hint={hint}>
    <input name={name} maxlength={LONGEST_NAME} required value={given} aria-describedby={describedBy} />
  </Field>
)
