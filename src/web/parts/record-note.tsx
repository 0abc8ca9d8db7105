import { useContext } from 'hono/jsx'
import { dayIn, noteOnRecord } from '../../../moderation/letters.ts'
import type { Policy } from '../../../moderation/policy.ts'
import type { Block, LetterRow } from '../../store/index.ts'
import type { ConsoleParts } from '../deps.ts'
import { Clock, When } from './clock.tsx'
import { deed, platformName, sentence, wayWords } from './words.ts'

type Noted = Pick<Block, 'id' | 'kind' | 'clause' | 'settledAt' | 'createdAt' | 'reviewAt' | 'notedAt' | 'state'> & {
  account: { platform: string }
}

interface Props {
  action: Noted
  author: { handle: string } | null
  letter: Pick<LetterRow, 'state' | 'way' | 'settledAt' | 'until'> | null
  office: ConsoleParts['office']
  policy: Policy
}

const WHAT: Record<string, string> = { warn: 'Warned', restrict: 'Restricted', block: 'Blocked' }

/** What goes on the person's record in the office's casework system: to copy from here, and to tick off. */
export const RecordNote = ({ action, author, letter, office, policy }: Props) => {
  const { timezone } = useContext(Clock)
  if (action.state !== 'done') return null
  const told =
    letter?.state === 'sent' && letter.settledAt !== null
      ? `Told in writing ${wayWords(letter.way)} on ${dayIn(timezone, letter.settledAt)}.`
      : null
  const words = noteOnRecord({
    office,
    timezone,
    handle: author?.handle ?? 'unknown',
    platform: platformName(action.account.platform),
    what: WHAT[action.kind] ?? sentence(deed(action.kind).done),
    at: action.settledAt ?? action.createdAt,
    clause: policy.clauses.find(({ id }) => id === action.clause) ?? null,
    policy,
    until: action.kind === 'block' ? action.reviewAt : (letter?.until ?? null),
    told,
  })
  return (
    <section class="record">
      <h2>For the person’s record</h2>
      <p class="hint-line">
        {policy.noteOnRecord === 'will' ? 'The policy promises' : 'The policy allows'} a note on the office’s records.
        Copy this into the casework system.
      </p>
      <label class="field">
        <span class="unseen">The note</span>
        <textarea rows={4} readonly>
          {`\n${words}`}
        </textarea>
      </label>
      {action.notedAt === null ? (
        <form method="post" action={`/action/${action.id}/noted`}>
          <button>It is on their record</button>
        </form>
      ) : (
        <p class="good">
          Noted <When at={action.notedAt} />
        </p>
      )}
    </section>
  )
}
