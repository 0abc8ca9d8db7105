import { useContext } from 'hono/jsx'
import { warningsNeeded } from '../../../moderation/decide.ts'
import { dayIn } from '../../../moderation/letters.ts'
import type { Standing } from '../../../moderation/model.ts'
import type { Policy } from '../../../moderation/policy.ts'
import { FORMATS, type Format, type Staff, type Store, type Warning } from '../../store/index.ts'
import { Clock, Day, When } from './clock.tsx'
import { counted, letterName, platformName, stateWords, wayWords, wishWords } from './words.ts'

/** UTF-16 units. */
export const LONGEST = { kind: 300, detail: 200, why: 300, note: 2000 }

/** Everything the office knows, has agreed and has promised about a person, over all their accounts. */
export async function dossierOf(store: Store, authorId: string, policy: Policy, now: Date) {
  return {
    ...(await store.ladder.of(authorId, policy.ladder.warningDays, now)),
    wishes: await store.adjustments.ofPerson(authorId),
    contact: await store.contacts.of(authorId),
    blocks: await store.blocks.ofPerson(authorId),
    letters: await store.letters.ofPerson(authorId),
    contests: await store.contests.ofPerson(authorId),
    notes: await store.authorNotes.ofPerson(authorId),
    names: await store.people.names(),
    staff: await store.people.all(),
  }
}
export type Dossier = Awaited<ReturnType<typeof dossierOf>>

interface Props {
  dossier: Dossier
  authorId: string
  policy: Policy
}

export const Dossier = ({ dossier, authorId, policy }: Props) => (
  <>
    <Ladder standing={dossier.standing} warnings={dossier.warnings} policy={policy} />
    <Blocks dossier={dossier} />
    <Adjustments dossier={dossier} authorId={authorId} policy={policy} />
    <Contact dossier={dossier} authorId={authorId} />
    <Letters dossier={dossier} />
    <Contests dossier={dossier} />
    <Notes dossier={dossier} authorId={authorId} />
  </>
)

const NUMBERS = ['No warning in force', 'One warning', 'Two warnings', 'Three warnings']

/** Where they stand, in a sentence: "One warning, counts till 12 March 2027; a block may be proposed after the next breach." */
function standsAt(standing: Standing, inForce: readonly Warning[], policy: Policy, timezone: string): string {
  const { warnings, breaches } = standing
  const said = NUMBERS[warnings] ?? `${warnings} warnings`
  const [last] = inForce.toSorted((a, b) => b.until.getTime() - a.until.getTime())
  const till = last ? `, ${warnings === 1 ? 'counts' : 'the last counts'} till ${dayIn(timezone, last.until)}` : ''
  const left = warningsNeeded(policy, standing) - warnings
  if (left <= 0)
    return `${said}${till}; a block may be proposed after the next breach${breaches === 0 ? ', once staff have agreed to one' : ''}.`
  const next = left === 1 ? 'one' : String(left)
  const come = `${next}${warnings === 0 ? '' : ' more'} ${left === 1 ? 'has' : 'have'} to come`
  return `${said}${till}; ${come} before a block may be proposed for an ordinary breach.`
}

interface LadderProps {
  standing: Standing
  warnings: readonly Warning[]
  policy: Policy
}

const Ladder = ({ standing, warnings, policy }: LadderProps) => {
  const { now, timezone } = useContext(Clock)
  const inForce = warnings.filter(({ until, withdrawnAt }) => withdrawnAt === null && until > now)
  return (
    <section id="ladder">
      <h2>Where they stand</h2>
      <p>{standsAt(standing, inForce, policy, timezone)}</p>
      <p class="hint-line">
        {standing.breaches === 0 ? 'No breach' : counted(standing.breaches, 'breach', 'breaches')} that staff agreed to.
        A warning counts for {counted(policy.ladder.warningDays, 'day')}
        {standing.adjustments === 0
          ? null
          : `; ${counted(standing.adjustments, 'agreed adjustment')} ${standing.adjustments === 1 ? 'adds' : 'add'} as many warnings before a block`}
        . A grave breach, such as a threat, needs no warning before it.
      </p>
      {warnings.length === 0 ? null : (
        <ul class="given">
          {warnings.map(({ at, until, withdrawnAt, clause, decisionId, letterId }) => (
            <li>
              Warned <When at={at} />
              {clause === null ? null : `, clause ${clause}`}:{' '}
              {withdrawnAt === null ? (
                <>
                  {until > now ? 'counts till' : 'counted till'} <Day at={until} />
                </>
              ) : (
                <>
                  withdrawn <When at={withdrawnAt} />
                </>
              )}
              {decisionId === null ? null : (
                <>
                  {' '}
                  · <a href={`/case/${decisionId}`}>its case</a>
                </>
              )}
              {letterId === null ? null : (
                <>
                  {' '}
                  · <a href={`/letter/${letterId}`}>its letter</a>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const Blocks = ({ dossier: { blocks } }: { dossier: Dossier }) =>
  blocks.length === 0 ? null : (
    <section id="blocks">
      <h2>Blocked</h2>
      <ul class="given">
        {blocks.map(({ id, account, settledAt, reviewAt, forGood }) => (
          <li>
            On {platformName(account.platform)}
            {settledAt === null ? null : (
              <>
                {' '}
                since <Day at={settledAt} />
              </>
            )}
            {forGood ? ', for good' : null}
            {reviewAt === null ? null : (
              <>
                , to be looked at again on <Day at={reviewAt} />
              </>
            )}{' '}
            · <a href={`/block/${id}`}>look at it again</a>
          </li>
        ))}
      </ul>
    </section>
  )

const FORMAT_WORDS: Record<Format, string> = {
  plain: 'As usual',
  'large-print': 'In large print',
  coloured: 'On coloured paper',
  translated: 'In translation',
}

const Adjustments = ({ dossier: { wishes, names }, authorId, policy }: Props) => (
  <section id="adjustments">
    <h2>Adjustments</h2>
    {wishes.length === 0 ? <p class="faint">They have asked for nothing yet.</p> : null}
    <ul class="rows people">
      {wishes.map((wish) => (
        <li>
          <div>
            <p>
              <strong>{wish.detail}</strong> <span class="tag">{wishWords(wish.state)}</span>
            </p>
            <p class="meta">
              {wish.kind} · letters {FORMAT_WORDS[wish.format as Format].toLowerCase()} · asked{' '}
              <Day at={wish.askedAt} />
              {wish.decidedAt === null ? null : (
                <>
                  {' '}
                  · {wish.state === 'declined' ? 'declined' : 'agreed'} by{' '}
                  {names.get(wish.decidedBy ?? '') ?? 'somebody unknown'} <Day at={wish.decidedAt} />
                </>
              )}
              {wish.endedAt === null ? null : (
                <>
                  {' '}
                  · ended <Day at={wish.endedAt} />
                </>
              )}
              {wish.why ? <span class="why">{wish.why}</span> : null}
            </p>
            {wish.state === 'ended' ? null : (
              <form method="post" action={`/adjustment/${wish.id}`} class="stack">
                {wish.state === 'agreed' ? null : (
                  <label class="field">
                    <span>
                      Who agreed, or why not? <small>For example “the MP, on the phone”. Needed to decline.</small>
                    </span>
                    <input name="why" maxlength={LONGEST.why} autocomplete="off" />
                  </label>
                )}
                <div class="buttons">
                  {wish.state === 'agreed' ? (
                    <button name="does" value="ended">
                      It ends
                    </button>
                  ) : (
                    <button name="does" value="agreed">
                      It is agreed
                    </button>
                  )}
                  {wish.state === 'asked' ? (
                    <button name="does" value="declined">
                      It is declined
                    </button>
                  ) : null}
                </div>
              </form>
            )}
            {wish.state === 'agreed' ? (
              <form method="post" action={`/adjustment/${wish.id}/letter`}>
                <button class="quiet">
                  {wish.letter === null ? 'Write to them about it …' : 'The letter about it'}
                </button>
              </form>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
    <details class="change">
      <summary>They ask for something …</summary>
      <form method="post" action={`/author/${authorId}/adjustments`} class="stack">
        <p>
          Once agreed, it adds a warning before a block may be proposed, the tool does nothing to them by itself, and
          letters keep to it.
        </p>
        <label class="field">
          <span>What the policy says of it</span>
          <select name="kind">
            {policy.adjustments.map((kind) => (
              <option value={kind}>{kind.length > 90 ? `${kind.slice(0, 89)}…` : kind}</option>
            ))}
            <option value="Something else">Something else</option>
          </select>
        </label>
        <label class="field">
          <span>
            What it is for them <small>For example “large print, 18 points”. The letters say it so.</small>
          </span>
          <input name="detail" maxlength={LONGEST.detail} required autocomplete="off" />
        </label>
        <label class="field">
          <span>Letters to them</span>
          <select name="format">
            {FORMATS.map((format) => (
              <option value={format}>{FORMAT_WORDS[format]}</option>
            ))}
          </select>
        </label>
        <button>Write it down</button>
      </form>
    </details>
  </section>
)

const Contact = ({ dossier: { contact, names, staff }, authorId }: { dossier: Dossier; authorId: string }) => (
  <section id="contact">
    <h2>Point of contact</h2>
    <p>
      {contact === null ? (
        'Whoever answers.'
      ) : (
        <>
          {names.get(contact.personId) ?? 'Somebody unknown'}, since <Day at={contact.setAt} />
          {staff.some(({ id }: Staff) => id === contact.personId) ? '.' : '. They have left: name somebody else.'}
        </>
      )}
    </p>
    <details class="change">
      <summary>Name somebody …</summary>
      <form method="post" action={`/author/${authorId}/contact`} class="stack">
        <label class="field">
          <span>Who is there for them?</span>
          <select name="person">
            <option value="">Nobody in particular</option>
            {staff.map(({ id, name }: Staff) => (
              <option value={id} selected={contact?.personId === id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button>Set it</button>
      </form>
    </details>
  </section>
)

const Letters = ({ dossier: { letters } }: { dossier: Dossier }) =>
  letters.length === 0 ? null : (
    <section id="letters">
      <h2>Letters</h2>
      <ul class="given">
        {letters.map((letter) => (
          <li>
            <a href={`/letter/${letter.id}`}>{letterName(letter.kind)}</a>:{' '}
            {letter.state === 'draft'
              ? 'not sent'
              : letter.state === 'no-address'
                ? 'no address is known'
                : `went ${wayWords(letter.way)}`}
            , <When at={letter.settledAt ?? letter.writtenAt} />
            {letter.carrier === null ? null : ` · ${stateWords(letter.carrier.state)}`}
          </li>
        ))}
      </ul>
    </section>
  )

const Contests = ({ dossier: { contests } }: { dossier: Dossier }) =>
  contests.length === 0 ? null : (
    <section id="contests">
      <h2>What they contested</h2>
      <ul class="given">
        {contests.map(({ id, state, receivedAt, dueAt }) => (
          <li>
            <a href={`/contest/${id}`}>
              Received <Day at={receivedAt} />
            </a>
            {state === 'open' ? (
              <>
                : an answer is due <Day at={dueAt} />
              </>
            ) : state === 'overturned' ? (
              ': taken back'
            ) : (
              ': the decision stays'
            )}
          </li>
        ))}
      </ul>
    </section>
  )

const Notes = ({ dossier: { notes, names }, authorId }: { dossier: Dossier; authorId: string }) => (
  <section id="notes">
    <h2>Notes</h2>
    <ul class="given">
      {notes.map(({ id, text, by, at }) => (
        <li>
          <p class="why">{text}</p>
          <p class="meta">
            {names.get(by) ?? 'Somebody unknown'}, <When at={at} />
          </p>
          <form method="post" action={`/author-note/${id}/remove`}>
            <button class="quiet">Remove this note</button>
          </form>
        </li>
      ))}
    </ul>
    <details class="change">
      <summary>Write a note …</summary>
      <form method="post" action={`/author/${authorId}/notes`} class="stack">
        <label class="field">
          <span>
            What should colleagues know? <small>They may ask to see it: write what you would say to them.</small>
          </span>
          <textarea name="words" rows={3} maxlength={LONGEST.note} required />
        </label>
        <button>Keep the note</button>
      </form>
    </details>
  </section>
)
