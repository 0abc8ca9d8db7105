import type { Alike, Case, Hindrance, Store } from '../../store/index.ts'
import { Status } from './layout.tsx'
import { cardId, kept, path, type Walk } from './place.ts'
import { counted, deed, stateWords } from './words.ts'

/** What the queue and the pages of many cases at once share. */

/** From how many people: those whom the platform does not name can't be told apart. */
export function fromPeople({ people, unnamed }: Alike): string {
  if (people === 0) return 'from people the platform does not name'
  return `from ${counted(people, 'person', 'people')}${unnamed ? ' and others the platform does not name' : ''}`
}

/** On a card: what else is like it, and the way to answer all of it at once. */
export const LikeIt = ({ found, alike, walk }: { found: Case; alike: Alike | undefined; walk: Walk }) => {
  if (alike === undefined) return null
  const { by, count, more } = alike
  const others = more ? `more than ${count}` : String(count - 1)
  const who = by === 'person' ? ' from them' : ` like it${more ? '' : `, ${fromPeople(alike)} in all`}`
  const words = `And ${others} more${who}.`
  return (
    <p class="aside like-it">
      {words}{' '}
      <a href={path(`/together/${found.id}`, { ...kept(walk), after: walk.after, by }, cardId(found))} data-key="g">
        Answer them together{' '}
        <kbd class="hint" aria-hidden="true">
          g
        </kbd>
      </a>
    </p>
  )
}

const HINDRANCES: Record<Hindrance, string> = {
  answered: 'it was answered already',
  edited: 'its text was edited, and is judged anew',
  gone: 'it is gone from the platform',
  risk: 'the person may be at risk, so it is read by itself',
  adjusted: 'something was agreed with the person, so it is decided by itself',
  anew: 'it was judged anew, and is decided by itself',
  claimed: 'a colleague is looking at it',
  impossible: 'this answer can’t be given there',
}
export const hindranceWords = (why: Hindrance): string => HINDRANCES[why]

export type Joint = NonNullable<Awaited<ReturnType<Store['together']['find']>>>

const SAID: Record<string, string> = { agreed: 'Agreed', dismissed: 'Dismissed', changed: 'Changed' }

/** "Agreed: 36 together." and what was begun by it. */
export function jointWords({ reviews, standing, begun, apart, leftOut, undoneAt }: Joint): string {
  const back = reviews.length - standing
  if (undoneAt !== null)
    return `Taken back: ${counted(back, 'case is', 'cases are')} open again.${standing > 0 ? ` ${standing} could not be taken back.` : ''}`
  const [first] = reviews
  const deeds = begun.map(({ kind, state, count }) => `${stateWords(state)}: ${deed(kind).do} (${count}).`)
  return [
    `${SAID[first?.answer ?? ''] ?? 'Answered'}: ${standing} together.`,
    ...deeds,
    apart.length > 0 ? `Whether to block waits for an answer of its own, ${counted(apart.length, 'case')}.` : '',
    leftOut.length > 0 ? `${leftOut.length} had changed and ${leftOut.length === 1 ? 'was' : 'were'} left out.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** After an answer to many: what it was, and the way back from it in one step. */
export const LastTogether = ({ joint, me, walk }: { joint: Joint | null; me: string; walk: Walk }) =>
  joint === null || joint.personId !== me ? null : (
    <Status
      undo={joint.standing > 0 && joint.undoneAt === null ? <UndoTogether joint={joint} walk={walk} /> : undefined}
    >
      {jointWords(joint)} <a href={`/together/given/${joint.id}`}>See which</a>
    </Status>
  )

export const UndoTogether = ({ joint, walk }: { joint: Joint; walk: Walk }) => (
  <form method="post" action={`/together/given/${joint.id}/undo`}>
    {Object.entries({ ...kept(walk), after: walk.after }).map(([name, value]) =>
      value === null ? null : <input type="hidden" name={name} value={value} />,
    )}
    <button data-key="u">
      Undo all {joint.standing}{' '}
      <kbd class="hint" aria-hidden="true">
        u
      </kbd>
    </button>
  </form>
)
