import type { Case, ContestRow } from '../../store/index.ts'
import { isConnected } from '../answers.ts'
import { isTold } from '../drafting.ts'
import { Day } from './clock.tsx'
import { letterName } from './words.ts'

/** Beside a case: the letters that tell of what was decided, and what its writer says to it. */
export const Promised = ({ found, contests }: { found: Case; contests: readonly ContestRow[] }) => {
  const told = found.actions.filter(
    ({ kind, state, undoOf, undoneBy, clause }) =>
      isTold(kind) &&
      undoOf === null &&
      undoneBy === null &&
      clause !== null &&
      state !== 'dropped' &&
      // Before a block the person can still be written to where it will stand.
      (state !== 'proposed' || (kind === 'block' && isConnected(found))),
  )
  const mayContest = found.item.authorId !== null && found.closedAt !== null && !found.atRisk
  if (found.atRisk || (told.length === 0 && contests.length === 0 && !mayContest)) return null
  return (
    <div class="promised">
      {told.map(({ id, kind }) => (
        <form method="post" action={`/action/${id}/letter`}>
          <button class="quiet">{letterName(kind)} …</button>
        </form>
      ))}
      {contests.map((contest) => (
        <p>
          <a href={`/contest/${contest.id}`}>
            Contested on <Day at={contest.receivedAt} />
          </a>
          {contest.state === 'open'
            ? ': waits for a decision'
            : contest.state === 'upheld'
              ? ': it stays'
              : ': taken back'}
        </p>
      ))}
      {mayContest && contests.every(({ state }) => state !== 'open') ? (
        <p class="links">
          <a href={`/case/${found.id}/contest`}>They contest this …</a>
        </p>
      ) : null}
    </div>
  )
}
