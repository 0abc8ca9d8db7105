import { createContext, useContext } from 'hono/jsx'
import type { Case } from '../../store/index.ts'
import { HOW, type How, OUTCOMES, type PoliceOutcome, type Referral, type Settings } from '../../store/index.ts'
import { waitsForPolice } from '../answers.ts'
import { Clock, When } from './clock.tsx'
import { type Form, text } from './form.ts'
import { localOf } from './local-time.ts'

/** What the office knows of the police, and what the police know of a case. */

interface Desk {
  /** Whom the office reports to; undefined where nobody has said. */
  contact: Settings['police']
  /** May whoever reads this report to the police, and take the evidence out? */
  mayRefer: boolean
}
export const Desk = createContext<Desk>({ contact: undefined, mayRefer: false })

/** UTF-16 units. */
export const LONGEST = { name: 200, reference: 100, words: 2000 }

const HOW_WORDS: Record<How, string> = {
  '999': 'by calling 999',
  '101': 'by calling 101, or the force’s own number',
  online: 'on the force’s website',
  email: 'by email',
  'in-person': 'in person',
}
const OUTCOME_WORDS: Record<PoliceOutcome, string> = {
  'no-action': 'No further action',
  'spoken-to': 'They spoke to the person',
  caution: 'A caution',
  charged: 'Charged, or summoned to court',
  other: 'Something else: say below',
}

/** Whom to ring or write to, and the evidence at one press. For a banner that has said 999 already. */
export const PoliceAtHand = ({ found }: { found: Case }) => {
  const { contact, mayRefer } = useContext(Desk)
  return (
    <>
      {contact === undefined ? (
        mayRefer ? (
          <p>
            Nobody has set whom this office reports to. <a href="/police#contact">Set it</a>, so that it stands here.
          </p>
        ) : null
      ) : (
        <Contact contact={contact} />
      )}
      {mayRefer && found.item.blankedAt === null ? <PackForm id={found.id} /> : null}
    </>
  )
}

const Contact = ({ contact }: { contact: NonNullable<Settings['police']> }) => {
  const { force, officer, phone, email, reference } = contact
  return (
    <p>
      This office reports to <strong class="plain">{force}</strong>
      {officer === undefined ? null : `, ${officer}`}
      {phone === undefined ? null : (
        <>
          : <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>
        </>
      )}
      {email === undefined ? null : (
        <>
          {phone === undefined ? ': ' : ', '}
          <a href={`mailto:${email}`}>{email}</a>
        </>
      )}
      {reference === undefined ? null : `. Quote ${reference}`}.
    </p>
  )
}

const PackForm = ({ id }: { id: string }) => (
  <form method="post" action={`/case/${id}/pack`} class="buttons">
    <button aria-describedby={`pack-${id}`}>Make the evidence pack</button>
    <span class="faint" id={`pack-${id}`}>
      One file for the police. That you made it is in the log.
    </span>
  </form>
)

/** Instead of the answering, where all is answered and only the police’s reference is missing. */
export const WaitsForPolice = ({ found }: { found: Case }) =>
  waitsForPolice(found) ? (
    <p class="aside">
      <strong>Answered.</strong> It stays open until the police’s reference is noted, or why it was not reported:{' '}
      <a href={`/case/${found.id}#police`}>note it</a>.
    </p>
  ) : null

export interface RefusedForm {
  error: string
  form: Form
}

interface Props {
  found: Case
  referrals: readonly Referral[]
  captured: { capturedAt: Date; sha256: string } | null
  /** A reference, or a reason, must be noted before it can be closed. */
  isOwed: boolean
  names: ReadonlyMap<string, string>
  refused: RefusedForm | undefined
}

/** What was reported and what came of it, and the forms that note it. */
export const Police = (props: Props) => {
  const { found, referrals, captured, isOwed, names, refused } = props
  const { mayRefer } = useContext(Desk)
  const concerns = found.escalate === 'police' || referrals.length > 0
  if (!concerns)
    return mayRefer && found.item.blankedAt === null ? (
      <section id="police">
        <details open={refused !== undefined}>
          <summary>Report it to the police …</summary>
          <PackForm id={found.id} />
          <Record {...props} />
        </details>
      </section>
    ) : null
  return (
    <section id="police">
      <h2>The police</h2>
      {captured === null ? null : (
        <p class="meta">
          What was known was frozen as evidence <When at={captured.capturedAt} />: the text, its author as they looked
          then, and what stood around it. <code title={captured.sha256}>{captured.sha256.slice(0, 12)}</code>
        </p>
      )}
      {isOwed ? (
        <p class="aside">
          <strong>This office reports every threat.</strong> This case can’t be closed before the police’s reference is
          noted here, or why it was not reported.
        </p>
      ) : null}
      {referrals.length === 0 ? <p>Nothing is noted here yet.</p> : null}
      <ol class="rows">
        {referrals.map((referral) => (
          <One referral={referral} names={names} mayRefer={mayRefer} refused={refused} />
        ))}
      </ol>
      {mayRefer ? (
        <details open={refused !== undefined && !('of' in refused.form)}>
          <summary>
            {referrals.length === 0 ? 'Note that it was reported, or why not …' : 'Note another report …'}
          </summary>
          <Record {...props} />
        </details>
      ) : (
        <p class="faint">A senior colleague or the data lead notes here what was reported.</p>
      )}
    </section>
  )
}

interface OneProps {
  referral: Referral
  names: ReadonlyMap<string, string>
  mayRefer: boolean
  refused: RefusedForm | undefined
}

const One = ({ referral, names, mayRefer, refused }: OneProps) => {
  const { id, kind, force, officer, how, reference, why, at, recordedBy, outcome, note, concludedAt, heardAt } =
    referral
  const by = names.get(recordedBy) ?? 'somebody unknown'
  const isOpen = kind === 'referred' && concludedAt === null
  return (
    <li class="section" id={`referral-${id}`}>
      {kind === 'not-referred' ? (
        <p>
          <strong>Not reported</strong>, noted by {by} <When at={at} />. <span class="why">{why}</span>
        </p>
      ) : (
        <p>
          <strong>Reported to {force}</strong>
          {officer === null ? null : `, ${officer}`} <When at={at} />, {HOW_WORDS[how as How]}, noted by {by}.{' '}
          {reference === null ? (
            <strong>The reference is still to come.</strong>
          ) : (
            <>
              Reference <strong>{reference}</strong>.
            </>
          )}
        </p>
      )}
      {outcome === null ? null : (
        <p>
          {OUTCOME_WORDS[outcome as PoliceOutcome].replace(': say below', '')}
          {concludedAt === null ? null : (
            <>
              , noted <When at={concludedAt} />
            </>
          )}
          . {note === null ? null : <span class="why">{note}</span>}
        </p>
      )}
      {isOpen ? (
        <p class="meta">
          Last heard <When at={heardAt} />. While the police have it, nothing removes it here.
        </p>
      ) : null}
      {isOpen && mayRefer ? (
        <Follow referral={referral} refused={refused?.form['of'] === id ? refused : undefined} />
      ) : null}
    </li>
  )
}

const Wrong = ({ refused, id }: { refused: RefusedForm | undefined; id: string }) =>
  refused === undefined ? null : (
    <p class="error" role="alert" id={id}>
      {refused.error}
    </p>
  )

/** What comes after a report: its reference, that somebody asked, and what came of it. */
const Follow = ({ referral: { id, reference }, refused }: { referral: Referral; refused: RefusedForm | undefined }) => (
  <>
    {reference === null ? (
      <form method="post" action={`/referral/${id}/reference`} class="stack">
        <label class="field">
          <span>The police’s reference</span>
          <input name="reference" required maxlength={LONGEST.reference} autocomplete="off" />
        </label>
        <button class="main">Note the reference</button>
      </form>
    ) : null}
    <form method="post" action={`/referral/${id}/asked`}>
      <button class="quiet">I asked them: no news yet</button>
    </form>
    <details open={refused !== undefined}>
      <summary>Note what came of it …</summary>
      <form method="post" action={`/referral/${id}/outcome`} class="stack">
        <Wrong refused={refused} id={`wrong-${id}`} />
        <fieldset aria-describedby={refused === undefined ? undefined : `wrong-${id}`}>
          <legend>What did the police do?</legend>
          {OUTCOMES.map((outcome) => (
            <label>
              <input
                type="radio"
                name="outcome"
                value={outcome}
                required
                checked={refused?.form['outcome'] === outcome}
              />
              <span>{OUTCOME_WORDS[outcome]}</span>
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>More about it (optional)</span>
          <textarea name="words" rows={2} maxlength={LONGEST.words}>
            {refused === undefined ? '' : text(refused.form, 'words', LONGEST.words)}
          </textarea>
        </label>
        <p class="faint">
          From then on it is kept no longer than anything else. To keep it for a court, wait until that is over.
        </p>
        <button class="main">Note what came of it</button>
      </form>
    </details>
  </>
)

const Record = ({ found, refused }: Props) => {
  const { contact } = useContext(Desk)
  const { now, timezone } = useContext(Clock)
  const ours = refused !== undefined && !('of' in refused.form) ? refused : undefined
  const was = (name: string, assumed = ''): string =>
    ours === undefined ? assumed : text(ours.form, name, LONGEST.words)
  const wrong = ours === undefined ? undefined : 'wrong-referral'
  return (
    <>
      <form method="post" action={`/case/${found.id}/referral`} class="stack">
        <Wrong refused={ours} id="wrong-referral" />
        <label class="field">
          <span>
            Reported to <small>The force or the team, for example the one for Members of Parliament.</small>
          </span>
          <input
            name="force"
            required
            maxlength={LONGEST.name}
            value={was('force', contact?.force)}
            aria-describedby={wrong}
          />
        </label>
        <label class="field">
          <span>Officer (optional)</span>
          <input name="officer" maxlength={LONGEST.name} value={was('officer', contact?.officer)} autocomplete="off" />
        </label>
        <label class="field">
          <span>How</span>
          <select name="how">
            {HOW.map((how) => (
              <option value={how} selected={was('how', '101') === how}>
                {HOW_WORDS[how]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>When</span>
          <input
            type="datetime-local"
            name="at"
            required
            value={was('at', localOf(now, timezone))}
            max={localOf(now, timezone)}
          />
        </label>
        <label class="field">
          <span>
            The police’s reference <small>Leave it empty if it is still to come, and note it here later.</small>
          </span>
          <input name="reference" maxlength={LONGEST.reference} value={was('reference')} autocomplete="off" />
        </label>
        <button name="kind" value="referred" class="main">
          Note that it was reported
        </button>
      </form>
      <details open={ours?.form['kind'] === 'not-referred'}>
        <summary>It was not reported …</summary>
        <form method="post" action={`/case/${found.id}/referral`} class="stack">
          <label class="field">
            <span>Why not?</span>
            <textarea name="why" rows={2} required maxlength={LONGEST.words} aria-describedby={wrong}>
              {was('why')}
            </textarea>
          </label>
          <button name="kind" value="not-referred">
            Note why it was not reported
          </button>
        </form>
      </details>
    </>
  )
}
