import { wordsOf } from '../../../moderation/detect/similar.ts'
import type { WorkRow } from '../../store/index.ts'
import { type Form, line, text } from './form.ts'
import { AddForm, Field, HeldBy, KnownList, LONGEST_NAME, NameField } from './known-list.tsx'

/** Registered texts: their list, and the form they are entered by. */

/** What a form said of a text. */
export interface GivenWork {
  title: string
  holder: string
  text: string
}

export type RefusedWork = GivenWork & { error: string }

/** UTF-16 units. */
const LONGEST = 20_000
/** Shorter quotations are free, so nobody would be found by less. */
const FEWEST_WORDS = 25

export const readWork = (form: Form): GivenWork => ({
  title: line(form, 'title', LONGEST_NAME),
  holder: line(form, 'holder', LONGEST_NAME),
  // Whole, so that a text that is too long is refused, and not registered in part.
  text: text(form, 'text', Infinity).trim(),
})

/** Why it can't be registered; null if it can. */
export function faultOf({ title, holder, text: words }: GivenWork): string | null {
  if (title === '') return 'Write what the text is called, so that colleagues know it in this list.'
  if (holder === '') return 'Write who holds the rights: whoever names them quotes freely.'
  if (words.length > LONGEST) return 'That is longer than 20,000 characters. Enter it in parts.'
  if (wordsOf(words).length < FEWEST_WORDS) return 'That is shorter than 25 words: anybody may quote as much.'
  return null
}

export const WorkList = ({ rows, names }: { rows: readonly WorkRow[]; names: ReadonlyMap<string, string> }) => (
  <KnownList
    heading="Registered texts"
    rows={rows.map(({ holder, text: words, ...row }) => ({
      ...row,
      more: <HeldBy holder={holder} />,
      remark: `${wordsOf(words).length.toLocaleString('en-GB')} words`,
    }))}
    names={names}
    at="/pictures/texts"
  />
)

export const WorkForm = ({ refused }: { refused: RefusedWork | null }) => (
  <AddForm action="/pictures/texts/add" id="add-text" error={refused?.error}>
    <NameField
      name="title"
      hint="Its title, or its first words"
      given={refused?.title}
      describedBy={refused === null ? undefined : 'add-text-error'}
    />
    <Field label="Who holds the rights" hint="Whoever names them quotes freely">
      <input name="holder" maxlength={LONGEST_NAME} required value={refused?.holder ?? ''} />
    </Field>
    <Field label="The text" hint="25 words to 20,000 characters">
      {/* Without a maxlength: a browser would cut what is pasted, and say nothing. */}
      <textarea name="text" rows={8} required>
        {refused?.text ?? ''}
      </textarea>
    </Field>
  </AddForm>
)
