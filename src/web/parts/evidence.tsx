import type { Case } from '../../store/index.ts'
import { When } from './clock.tsx'
import { platformName } from './words.ts'

/** UTF-16 units. */
export const LONGEST_REASON = 300

interface Props {
  found: Case
  /** Of staff by id, also of those who have left. */
  names: ReadonlyMap<string, string>
  /** What is wrong with the reason that was given. */
  refused: string | undefined
  /** It was asked for, so it need not be unfolded. */
  open: boolean
}

/** Who keeps an item whatever its author does, and why; or the form that keeps it. Nothing once its words are gone. */
export const Evidence = ({ found, names, refused, open }: Props) => {
  const { heldAt, heldBy, heldWhy, blankedAt, account } = found.item
  if (blankedAt !== null) return null
  if (heldAt !== null)
    return (
      <div class="aside" id="kept">
        <p>
          <strong>Kept as evidence</strong> by {names.get(heldBy ?? '') ?? 'somebody unknown'} since{' '}
          <When at={heldAt} />, whatever its author does on {platformName(account.platform)}.
          <span class="why">{heldWhy}</span>
        </p>
        <p class="links">
          <a href={`/case/${found.id}/release`}>No longer keep it …</a>
        </p>
      </div>
    )
  return (
    <details open={open || refused !== undefined}>
      <summary>Keep as evidence …</summary>
      <form method="post" action={`/case/${found.id}/keep`} class="stack" id="keep">
        <p id="keep-means">
          {platformName(account.platform)} wants what its author deletes to be removed here too. What is kept as
          evidence stays, until somebody says that it need not be kept any longer.
        </p>
        {refused === undefined ? null : (
          <p class="error" role="alert" id="keep-error">
            {refused}
          </p>
        )}
        <label class="field">
          <span>
            What is it kept for?{' '}
            <small>For example the reference that the police gave you. All colleagues see it.</small>
          </span>
          <input
            name="why"
            required
            maxlength={LONGEST_REASON}
            autocomplete="off"
            aria-describedby={refused === undefined ? 'keep-means' : 'keep-error'}
          />
        </label>
        <button>Keep as evidence</button>
      </form>
    </details>
  )
}
