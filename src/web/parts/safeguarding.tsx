import { useContext } from 'hono/jsx'
import { type Case, type Disclosure, TOLD, type Told } from '../../store/index.ts'
import { Clock, When } from './clock.tsx'
import { text } from './form.ts'
import { Lead } from './help.tsx'
import { localOf } from './local-time.ts'
import type { RefusedForm } from './police.tsx'

/** Words of help for somebody at risk, and who was told of them. */

/** UTF-16 units. */
export const LONGEST_WORDS = 2000

/** Till the office approves words of its own. Every number here is one that help.tsx names to staff. */
export const SIGNPOSTING = [
  'Thank you for telling us. We are sorry that things are so hard, and you don’t have to face them alone.',
  '',
  'If you or somebody else is in danger now, please call 999.',
  'Samaritans listen at any hour, free: 116 123.',
  'If somebody at home hurts or frightens you: the National Domestic Abuse Helpline run by Refuge, free, at any hour: 0808 2000 247.',
  'If you are worried about a child: the NSPCC on 0808 800 5000. Children and young people can call Childline, free: 0800 1111.',
  '',
  'A person in our office has read this and will get in touch.',
].join('\n')

const TOLD_WORDS: Record<Told, string> = {
  lead: 'The safeguarding lead',
  police: 'The police',
  ambulance: 'The ambulance service',
  council: 'The council’s social care',
  other: 'Somebody else',
}

interface Props {
  found: Case
  /** What the office has approved. */
  words: string
  isApproved: boolean
  disclosures: readonly Disclosure[]
  names: ReadonlyMap<string, string>
  mayAnswer: boolean
  refused: RefusedForm | undefined
}

/** For the safeguarding lead, and for whoever stands in for them. */
export const Safeguarding = (props: Props) => {
  const { found, words, isApproved, disclosures, names, mayAnswer } = props
  if (!found.atRisk && disclosures.length === 0) return null
  return (
    <section id="safeguarding">
      <h2>Helping them</h2>
      {found.atRisk ? (
        <>
          <label class="field">
            <span>
              Words of help, to copy and send by hand{' '}
              <small>
                {isApproved
                  ? 'Approved by this office. The tool sends them to nobody by itself.'
                  : 'The tool’s own: nobody in this office has approved them yet. Check the numbers before you send them.'}
              </small>
            </span>
            <textarea class="signposting" rows={8} readonly id="signposting">
              {words}
            </textarea>
          </label>
          <p class="links">
            <button type="button" class="quiet" data-copy="signposting" hidden>
              Copy these words
            </button>
            <a href="/signposting">Change these words …</a>
          </p>
          {mayAnswer ? (
            <form method="post" action={`/case/${found.id}/signposted`}>
              <button>I have sent them words of help</button>
            </form>
          ) : null}
        </>
      ) : null}
      <h3>Who was told</h3>
      {disclosures.length === 0 ? (
        <p>Nobody outside this page, as far as is noted here.</p>
      ) : (
        <ol class="thread">
          {disclosures.map(({ told, whom, why, at, recordedBy }) => (
            <li>
              <p>
                <strong>{TOLD_WORDS[told as Told]}</strong>: {whom}, <When at={at} />, noted by{' '}
                {names.get(recordedBy) ?? 'somebody unknown'}. <span class="why">{why}</span>
              </p>
            </li>
          ))}
        </ol>
      )}
      {mayAnswer ? <Note {...props} /> : null}
    </section>
  )
}

const Note = ({ found, refused }: Props) => {
  const { now, timezone } = useContext(Clock)
  const lead = useContext(Lead)
  const was = (name: string, assumed = ''): string =>
    refused === undefined ? assumed : text(refused.form, name, LONGEST_WORDS)
  return (
    <details open={refused !== undefined}>
      <summary>Note who was told …</summary>
      <form method="post" action={`/case/${found.id}/disclosure`} class="stack">
        {refused === undefined ? null : (
          <p class="error" role="alert" id="told-error">
            {refused.error}
          </p>
        )}
        <label class="field">
          <span>Who was told?</span>
          <select name="told">
            {TOLD.map((told) => (
              <option value={told} selected={was('told', 'lead') === told}>
                {TOLD_WORDS[told]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Their name or office</span>
          <input
            name="whom"
            required
            maxlength={200}
            value={was('whom', lead?.name)}
            autocomplete="off"
            aria-describedby={refused === undefined ? undefined : 'told-error'}
          />
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
            What they were told, and why{' '}
            <small>For example: to protect somebody’s life. The person may be shown this one day.</small>
          </span>
          <textarea name="why" rows={2} required maxlength={LONGEST_WORDS}>
            {was('why')}
          </textarea>
        </label>
        <button class="main">Note it</button>
      </form>
    </details>
  )
}
