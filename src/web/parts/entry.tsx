import type { Entry } from '../deps.ts'
import { When } from './clock.tsx'
import { entryWords } from './words.ts'

/** One line of the log. `names`: of staff by id, also of those who have left. */
interface Props {
  entry: Entry
  names: ReadonlyMap<string, string>
  /** With the way to its case, where the line does not stand on that page already. */
  linked?: boolean
}

export const EntryLine = ({ entry, names, linked = false }: Props) => (
  <li>
    <span class="seq">{String(entry.seq)}</span>
    <div>
      <p>
        {entryWords(entry, names)}
        {entry.itemId === null || !linked ? null : (
          <>
            {' '}
            <a href={`/item/${entry.itemId}`}>The case</a>
          </>
        )}
      </p>
      <p class="meta">
        <When at={entry.at} /> · {entry.actor === 'tool' ? 'the tool' : (names.get(entry.actor) ?? 'somebody unknown')}{' '}
        · <code title={entry.hash}>{entry.hash.slice(0, 12)}</code>
      </p>
    </div>
  </li>
)
