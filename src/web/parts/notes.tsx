import type { Store } from '../../store/index.ts'
import { When } from './clock.tsx'

/** UTF-16 units. */
export const LONGEST_NOTE = 2000

interface Props {
  itemId: string
  notes: Awaited<ReturnType<Store['notes']['on']>>
  me: string
}

/** What staff write about an item, for each other alone. */
export const Notes = ({ itemId, notes, me }: Props) => (
  <section id="notes">
    <h2>Notes</h2>
    <p class="hint-line">
      Only the office’s staff see these. Write nothing that the person should not read: they may ask what is kept about
      them.
    </p>
    {notes.length === 0 ? null : (
      <ol class="thread">
        {notes.map(({ id, text, at, personId, person, removedAt }) => (
          <li>
            <p class="meta">
              {personId === me ? 'You' : person.name}, <When at={at} />
            </p>
            {removedAt === null ? <p class="note">{text}</p> : <p class="faint">Taken back by whoever wrote it.</p>}
            {removedAt === null && personId === me ? (
              <form method="post" action={`/note/${id}/remove`}>
                <button class="quiet">Take this note back</button>
              </form>
            ) : null}
          </li>
        ))}
      </ol>
    )}
    <form method="post" action={`/item/${itemId}/note`}>
      <label class="field">
        <span>Write a note</span>
        <textarea name="note" rows={2} maxlength={LONGEST_NOTE} required />
      </label>
      <button>Keep the note</button>
    </form>
  </section>
)
