import type { Context } from 'hono'
import type { Case } from '../../store/index.ts'
import { isOpen, mayGoBack } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { Whereabouts } from '../parts/answering.tsx'
import { Findings, Sent, Who } from '../parts/case.tsx'
import { type Form, field, text } from '../parts/form.ts'
import { show } from '../parts/layout.tsx'
import { readWalk } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'
import { finds } from '../parts/words.ts'

/** Somebody's life may hang on it, so one press is not enough: it takes a second step, and a reason. */

/** Is the second step still to be taken? Not where the answer can't be given any more. */
export const asksFirst = (found: Case, form: Form): boolean =>
  field(form, 'answer') === 'nobody-at-risk' &&
  isOpen(found) &&
  found.atRisk &&
  mayGoBack(found) &&
  (field(form, 'sure') !== 'yes' || field(form, 'why').trim() === '')

export function showNobodyAtRisk(c: Context<Env>, parts: ConsoleParts, found: Case, form: Form) {
  const isWithoutReason = field(form, 'sure') === 'yes'
  const from = field(form, 'from') === 'queue' ? 'queue' : 'case'
  return show(
    c,
    parts,
    { title: 'Is nobody at risk?', at: '/', status: isWithoutReason ? 422 : 200 },
    <>
      <h1>Is nobody at risk?</h1>
      <article class="card">
        <h2>
          <Who found={found} />
        </h2>
        <Sent found={found} />
        <Said found={found} />
        <Findings found={found} />
      </article>
      <form method="post" action={`/case/${found.id}/answer`} class="stack">
        <Whereabouts walk={readWalk((name) => form[name])} from={from} />
        <input type="hidden" name="sure" value="yes" />
        <div id="what-follows">
          <p>
            For 30 days the tool does nothing by itself to somebody who may be at risk. That ends here at once: the tool
            will treat this person as anybody else again, unless something else they wrote puts them at risk.
          </p>
          {found.escalate === 'police' ? (
            <p>
              {finds(found, 'threat') ? 'A threat was found too' : 'It may be a matter for the police'}: the case moves
              to the lane for the police.
            </p>
          ) : found.casework ? (
            <p>They ask for help too: the case moves to Casework.</p>
          ) : null}
          <p>If you are unsure, leave it as it is. You can undo this later.</p>
        </div>
        {isWithoutReason ? (
          <p class="error" role="alert" id="why-error">
            Write why nobody is at risk.
          </p>
        ) : null}
        <label class="field">
          <span>Why is nobody at risk?</span>
          <textarea
            name="why"
            rows={2}
            maxlength={2000}
            required
            autofocus
            aria-describedby={isWithoutReason ? 'why-error' : 'what-follows'}
          >
            {text(form, 'why', 2000)}
          </textarea>
        </label>
        <button name="answer" value="nobody-at-risk" class="main">
          Nobody is at risk
        </button>
      </form>
      <p class="links">
        <a href={`/case/${found.id}`}>Leave it as it is</a>
      </p>
    </>,
  )
}
