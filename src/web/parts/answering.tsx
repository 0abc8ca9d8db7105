import { type Child, useContext } from 'hono/jsx'
import { ACTION_KINDS, ON_AUTHOR } from '../../../moderation/model.ts'
import type { Policy } from '../../../moderation/policy.ts'
import { type Case, capabilitiesOf, type Farewell } from '../../store/index.ts'
import {
  begunFor,
  type Given,
  isOpen,
  mayAgree,
  mayChange,
  mayGoBack,
  saysFarewell,
  waitsForPolice,
} from '../answers.ts'
import { Clock, When } from './clock.tsx'
import { Status } from './layout.tsx'
import { Meaning } from './meanings.tsx'
import { kept, type Walk } from './place.ts'
import { WaitsForPolice } from './police.tsx'
import {
  abilityWords,
  answerWords,
  CHOICES,
  canDoTo,
  deed,
  given as givenWords,
  laneWords,
  listed,
  sentence,
  stateWords,
} from './words.ts'

/** The forms in which staff answer. Plain posts: they work without the script, which only presses the same buttons. */

export type From = 'queue' | 'case'

export const Whereabouts = ({ walk, from }: { walk: Walk; from: From }) => (
  <>
    <input type="hidden" name="from" value={from} />
    {Object.entries({ ...kept(walk), after: walk.after }).map(([name, value]) =>
      value === null ? null : <input type="hidden" name={name} value={value} />,
    )}
  </>
)

const Key = ({ children }: { children: string }) => (
  <kbd class="hint" aria-hidden="true">
    {children}
  </kbd>
)

interface AnswerProps {
  found: Case
  walk: Walk
  from: From
  /** The id of the heading that says which case these buttons answer. */
  heading: string
  children?: Child
}

export const AnswerForm = ({ found, walk, from, heading, children }: AnswerProps) => {
  if (!isOpen(found) || found.lane === null) return null
  if (waitsForPolice(found)) return <WaitsForPolice found={found} />
  const words = answerWords(found)
  return (
    <form method="post" action={`/case/${found.id}/answer`} class="answer">
      <Whereabouts walk={walk} from={from} />
      {children}
      <div class="buttons">
        {mayAgree(found) ? (
          <button name="answer" value="agreed" class="main" data-key="a" aria-describedby={heading}>
            {words.agreed} <Key>a</Key>
          </button>
        ) : null}
        {mayGoBack(found) ? (
          <button
            name="answer"
            value={found.atRisk ? 'nobody-at-risk' : 'dismissed'}
            data-key="d"
            aria-describedby={heading}
          >
            {words.dismissed} <Key>d</Key>
          </button>
        ) : null}
        <button formaction={`/case/${found.id}/hand-on`} class="quiet" data-key="h" aria-describedby={heading}>
          Leave it to others <Key>h</Key>
        </button>
      </div>
    </form>
  )
}

export interface Refused {
  error: string
  action: string
  clause: string
  why: string
}

interface ChangeProps {
  found: Case
  policy: Policy
  farewell: Farewell | null
  walk: Walk
  open: boolean
  refused: Refused | null
}

/** Something else than was proposed. What this account can't do is not offered. */
export const ChangeForm = ({ found, policy, farewell, walk, open, refused }: ChangeProps) => {
  const { now } = useContext(Clock)
  if (!mayChange(found)) return null
  const first = saysFarewell(found, farewell, now) ? 'Before it they are sent the office’s standard answer. ' : ''
  return (
    <details class="change" open={open || refused !== null}>
      <summary data-key="c">
        {found.lane === null ? 'Decide something' : 'Change …'} <Key>c</Key>
      </summary>
      <form method="post" action={`/case/${found.id}/answer`} id="change">
        <Whereabouts walk={walk} from="case" />
        {refused === null ? null : (
          <p class="error" role="alert" id="change-error">
            {refused.error}
          </p>
        )}
        <ChangeFields found={found} policy={policy} choices={choicesFor(found)} first={first} refused={refused} />
        <label class="field">
          <span>Why this instead? (optional)</span>
          <textarea name="why" rows={2} maxlength={2000}>
            {refused?.why ?? ''}
          </textarea>
        </label>
        <button name="answer" value="changed" class="main">
          Decide this
        </button>
      </form>
    </details>
  )
}

interface ChangeFieldsProps {
  found: Case
  policy: Policy
  choices: ReturnType<typeof choicesFor>
  /** What comes before a block. */
  first?: string
  refused: Omit<Given, 'answer'> | null
}

/** What to do instead, and by which rule. */
export const ChangeFields = ({ found, policy, choices, first = '', refused }: ChangeFieldsProps) => {
  const grounds = policy.clauses.filter(({ ground }) => ground)
  const others = policy.clauses.filter(({ ground }) => !ground)
  return (
    <>
      <fieldset>
        <legend>What should happen instead?</legend>
        <label>
          <input type="radio" name="action" value="none" checked={(refused?.action || 'none') === 'none'} />
          <span>
            {found.item.kind === 'message' ? 'Nothing' : 'Nothing: leave it up'}{' '}
            <small>With a clause below, the breach is noted and nothing is done.</small>
          </span>
        </label>
        {choices.map(({ kind, can }) => (
          <label>
            <input type="radio" name="action" value={kind} checked={refused?.action === kind} />
            <span>
              {sentence(deed(kind).do)}{' '}
              <small>
                <Meaning platform={found.item.account.platform} action={kind} /> {kind === 'block' ? first : null}
                {kind === 'warn'
                  ? 'You write it next; until it is sent, nobody is warned.'
                  : abilityWords(can, 'The tool does it once you decide.')}
              </small>
            </span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>Which published rule does it break?</span>
        <select name="clause" aria-describedby={refused === null ? undefined : 'change-error'}>
          <option value="">None</option>
          <ClauseOptions name="Grounds for acting on social media" clauses={grounds} chosen={refused?.clause} />
          <ClauseOptions name="Other rules" clauses={others} chosen={refused?.clause} />
        </select>
      </label>
    </>
  )
}

const ClauseOptions = ({
  name,
  clauses,
  chosen,
}: {
  name: string
  clauses: Policy['clauses']
  chosen: string | undefined
}) =>
  clauses.length === 0 ? null : (
    <optgroup label={name}>
      {clauses.map(({ id, words }) => (
        <option value={id} selected={chosen === id}>
          {words.length > 90 ? `${words.slice(0, 89)}…` : words}
        </option>
      ))}
    </optgroup>
  )

export function choicesFor(found: Case) {
  const capabilities = capabilitiesOf(found.item.account)
  const isKnown = found.item.authorId !== null
  return (
    CHOICES.filter((kind) => isKnown || !(ON_AUTHOR.includes(kind) || kind === 'warn') || kind === 'block')
      // It may be evidence, and the police ask the platform for it.
      .filter((kind) => kind !== 'delete' || found.escalate !== 'police')
      // A letter can always go by email or by post.
      .map((kind) => ({ kind, can: kind === 'warn' ? 'manual' : canDoTo(found.item, capabilities, kind) }))
      .filter(({ can }) => can !== 'impossible')
  )
}

const UndoForm = ({ review, walk, from }: { review: string; walk: Walk; from: From }) => (
  <form method="post" action={`/review/${review}/undo`}>
    <Whereabouts walk={walk} from={from} />
    <button data-key="u">
      Undo <Key>u</Key>
    </button>
  </form>
)

/** It was left to others, with the way back. */
export const LastLeft = ({ id, walk, from }: { id: string; walk: Walk; from: From }) => (
  <Status
    undo={
      <form method="post" action={`/case/${id}/take-back`}>
        <Whereabouts walk={walk} from={from} />
        <button data-key="u">
          Undo <Key>u</Key>
        </button>
      </form>
    }
  >
    Left to your colleagues: it is out of your queue, and stays in theirs. <a href={`/case/${id}`}>See the case</a>
  </Status>
)

/** On the page of a case that one left to others. */
export const LeftToOthers = ({ id, walk }: { id: string; walk: Walk }) => (
  <form method="post" action={`/case/${id}/take-back`} class="aside">
    <p>
      You left this to your colleagues, so it is not in your queue. If you left the person, take that back{' '}
      <a href="/me">in your settings</a>.
    </p>
    <Whereabouts walk={walk} from="case" />
    <button class="quiet">Have it in my queue again</button>
  </form>
)

type Reviewed = Case['reviews'][number]

const SAID: Record<string, string> = {
  agreed: 'Agreed.',
  dismissed: 'Dismissed.',
  changed: 'Changed.',
  'nobody-at-risk': 'Marked: nobody is at risk.',
}

/**
 * What the last answer was, everything that was begun by then, and the way back from it. Only their own is offered back
 * here; the page of answers has everybody's.
 */
export const LastAnswer = ({ found, me, walk, from }: { found: Case; me: string; walk: Walk; from: From }) => {
  const given = found.reviews.findLast(({ undoneAt }) => undoneAt === null)
  if (given?.personId !== me) return null
  const begun = begunFor(found)
  const undone = found.actions.some(({ undoOf, state }) => undoOf !== null && state === 'queued')
  return (
    <Status undo={<UndoForm review={given.id} walk={walk} from={from} />}>
      {SAID[given.answer]}{' '}
      {isOpen(found) && found.lane !== null ? `It waits in the lane “${laneWords(found.lane).name}” now. ` : null}
      {[...new Set(begun.map(({ state }) => state))].map((state) => {
        const kinds = begun.filter((action) => action.state === state).map(({ kind }) => kind)
        const deeds = ACTION_KINDS.filter((kind) => kinds.includes(kind)).map((kind) => deed(kind).do)
        return `${stateWords(state)}: ${listed(deeds)}. `
      })}
      {undone ? 'What the tool did is being undone. ' : null}
      {begun.some(({ kind }) => kind === 'redirect') ? 'Undo does not take back an answer once it is sent. ' : null}
      <a href={`/case/${found.id}`}>See the case</a>
    </Status>
  )
}

/** Who answered and how, with the reason they gave. */
export const GivenAnswer = ({ review, me }: { review: Reviewed; me: string }) => {
  const change = review.change as { action: string; clause: string | null } | null
  return (
    <>
      {review.personId === me ? 'You' : review.person.name} {givenWords(review.answer)}
      {change === null ? null : `: ${change.action === 'none' ? 'leave it up' : deed(change.action).do}`}
      {change?.clause ? ` (clause ${change.clause})` : ''}
      {review.apart.length > 0
        ? `, but whether to ${listed(review.apart.map((kind) => deed(kind).do))} is left open`
        : ''}
      , <When at={review.at} />
      {review.undoneAt === null ? null : (
        <>
          {' '}
          (taken back <When at={review.undoneAt} />)
        </>
      )}
      {review.why === null ? null : <span class="why">{review.why}</span>}
    </>
  )
}
