import type { Context } from 'hono'
import { HEARD } from '../../../moderation/decide.ts'
import type { Case } from '../../store/index.ts'
import { isOpen, mayGoBack } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { Whereabouts } from '../parts/answering.tsx'
import { Findings, Sent, Who } from '../parts/case.tsx'
import { type Form, field } from '../parts/form.ts'
import { show } from '../parts/layout.tsx'
import { readWalk } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'

/** Where the office has promised to report every threat, whoever calls one none says why. */

/** Is the reason still to be given? The store says whether the promise holds for this case. */
export const asksWhyNone = (found: Case, form: Form): boolean =>
  field(form, 'answer') === 'dismissed' &&
  isOpen(found) &&
  !found.atRisk &&
  mayGoBack(found) &&
  found.item.findings.some(({ concern, score }) => concern === 'threat' && score >= HEARD) &&
  field(form, 'why').trim() === ''

export function showNoThreat(c: Context<Env>, parts: ConsoleParts, found: Case, form: Form) {
  const from = field(form, 'from') === 'queue' ? 'queue' : 'case'
  const isWithoutReason = field(form, 'sure') === 'yes'
  return show(
    c,
    parts,
    { title: 'Is it no threat?', at: '/', status: isWithoutReason ? 422 : 200 },
    <>
      <h1>Is it no threat?</h1>
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
        <p id="what-follows">
          This office reports every threat to the police. If this is none, say why; your answer and your reason are
          kept. If you are unsure, leave it as it is, and ask a colleague.
        </p>
        {isWithoutReason ? (
          <p class="error" role="alert" id="why-error">
            Write why it is no threat.
          </p>
        ) : null}
        <label class="field">
          <span>Why is it no threat?</span>
          <textarea
            name="why"
            rows={2}
            maxlength={2000}
            required
            autofocus
            aria-describedby={isWithoutReason ? 'why-error' : 'what-follows'}
          />
        </label>
        <button name="answer" value="dismissed" class="main">
          It is no threat
        </button>
      </form>
      <p class="links">
        <a href={`/case/${found.id}`}>Leave it as it is</a>
      </p>
    </>,
  )
}
