import { type Context, Hono } from 'hono'
import { type Clause, type Policy, Thresholds } from '../../../../moderation/policy.ts'
import type { Played } from '../../../replaying.ts'
import { amended } from '../../../rules.ts'
import type { Histogram as Bins, Settings } from '../../../store/index.ts'
import { type Compared, comparer } from '../../comparing.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { When } from '../../parts/clock.tsx'
import { type Form, field, line } from '../../parts/form.ts'
import { Histogram } from '../../parts/histogram.tsx'
import { Status, show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Why, Wrong } from '../../parts/settings.tsx'
import { counted } from '../../parts/words.ts'
import { may } from '../../rights.ts'

const DAY = 86_400_000
/** How much of the past a choice is tried on. Days. */
const PAST = 30
/** Below this, what detectors say is noise. */
const LOWEST = 0.3

type Chosen = Settings['thresholds']

/** How sure the tool must be, rule by rule: first tried on the past, then put into force. */
export function ruleSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now, configured } = parts
  const pages = new Hono<Env>()
  const comparing = comparer(store, (error) => parts.failed?.(error))

  pages.get('/settings/rules', (c) => page(c, null))

  /** Try it: nothing is decided by it yet. */
  pages.post('/settings/rules', needs('policy'), async (c) => {
    const read = readChosen(await c.req.parseBody(), configured.policy)
    if (typeof read === 'string') return page(c, read)
    const draft = isNothing(read) && isNothing(present()) ? undefined : { thresholds: read, since: now().toISOString() }
    await store.settings.change('draft', draft, c.var.staff.id, now())
    return c.redirect('/settings/rules?tried=1#comparison', 303)
  })

  pages.post('/settings/rules/adopt', needs('policy'), async (c) => {
    const { draft } = store.settings.present()
    const form = await c.req.parseBody()
    // Somebody may have tried something else meanwhile: what is put into force is what was read.
    if (draft === undefined || field(form, 'draft') !== draft.since)
      return page(c, 'A colleague has changed what is tried meanwhile. Look at it again.')
    const by = c.var.staff.id
    const wanted = isNothing(draft.thresholds) ? undefined : draft.thresholds
    await store.settings.change('thresholds', wanted, by, now(), line(form, 'why', 500))
    await store.settings.change('draft', undefined, by, now())
    return c.redirect('/settings/rules?kept=1', 303)
  })

  pages.post('/settings/rules/forget', needs('policy'), async (c) => {
    await store.settings.change('draft', undefined, c.var.staff.id, now())
    return c.redirect('/settings/rules', 303)
  })

  const present = (): Chosen => store.settings.present().thresholds

  async function page(c: Context<Env>, wrong: string | null) {
    const { draft } = store.settings.present()
    const shown = amended(configured.policy, { thresholds: draft?.thresholds ?? present() })
    const found = await store.scores.since(new Date(now().getTime() - PAST * DAY))
    const mayChange = may(c.var.staff, 'policy')
    const compared = draft === undefined ? null : compare(draft)
    const rules = configured.policy.clauses
      .filter(({ breaches }) => breaches.length > 0)
      .map((clause) => (
        <Rule
          clause={clause}
          chosen={shown.clauses.find(({ id }) => id === clause.id) ?? clause}
          bins={sum(clause.breaches.flatMap((breach) => [found.get(breach) ?? []]))}
          mayChange={mayChange}
        />
      ))
    if (compared?.is === 'running') c.header('refresh', '3;url=/settings/rules#comparison')
    return show(
      c,
      parts,
      { title: 'How strict the tool is', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        {c.req.query('tried') === undefined || draft === undefined ? null : (
          <Status>It is being tried. Nothing is decided by it yet.</Status>
        )}
        <h1>How strict the tool is</h1>
        <p>
          For each thing it finds, the tool says how sure it is, from 0 to 1. These are the scores from which it asks
          you to look, proposes something, or does it by itself. It never does anything by itself below the score at
          which its false alarms were measured. Threats and people at risk are always shown, whatever stands here.
        </p>
        {draft === undefined ? null : (
          <section id="comparison" class="card">
            <h2>Being tried, not in force</h2>
            <p class="meta">
              Since <When at={new Date(draft.since)} />
            </p>
            <Comparison compared={compared} />
            {mayChange ? (
              <>
                {compared?.is === 'done' ? (
                  <form method="post" action="/settings/rules/adopt" class="stack">
                    <input type="hidden" name="draft" value={draft.since} />
                    <Why />
                    <button class="main">Put it into force</button>
                  </form>
                ) : null}
                <form method="post" action="/settings/rules/forget">
                  <button class="quiet">Forget it</button>
                </form>
              </>
            ) : null}
          </section>
        )}
        <Wrong>{wrong}</Wrong>
        {mayChange ? (
          <form method="post" class="rules">
            {rules}
            <button class="main">Try it on the last {PAST} days</button>
          </form>
        ) : (
          rules
        )}
        <BackToSettings />
      </>,
    )
  }

  function compare(draft: NonNullable<Settings['draft']>): Compared {
    const before = parts.policy
    const { redirect } = before
    const after = amended(configured.policy, { thresholds: draft.thresholds, redirect })
    // By the day, so that those who look again meanwhile look at the same.
    const today = Math.floor(now().getTime() / DAY) * DAY
    return comparing.ask({ before, after, since: new Date(today - PAST * DAY) }, now())
  }

  return pages
}

const isNothing = (chosen: Chosen): boolean => Object.keys(chosen).length === 0

const sum = (all: readonly Bins[]): Bins => {
  const [first = [], ...others] = all.filter(({ length }) => length > 0)
  return first.map((n, i) => others.reduce((total, bins) => total + (bins[i] ?? 0), n))
}

/** What differs from the policy's own, or a sentence that says what is wrong. */
function readChosen(form: Form, policy: Policy): Chosen | string {
  const chosen: Chosen = {}
  for (const clause of policy.clauses.filter(({ breaches }) => breaches.length > 0)) {
    const read = readThresholds(form, clause)
    if (typeof read === 'string') return `Clause ${clause.id}: ${read}`
    const { review, propose, alone } = clause.thresholds
    if (read.review !== review || read.propose !== propose || read.alone !== alone) chosen[clause.id] = read
  }
  return chosen
}

function readThresholds(form: Form, { id, thresholds }: Clause): Clause['thresholds'] | string {
  const number = (name: string): number => {
    const text = field(form, `${name}-${id}`).trim()
    return /^[01](\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  }
  const [review, propose] = [number('review'), number('propose')]
  const isNever = thresholds.alone === null || field(form, `alone-${id}`).trim() === ''
  const alone = isNever ? null : number('alone')
  if ([review, propose, alone ?? 1].some((score) => Number.isNaN(score) || score < LOWEST || score > 1))
    return `write numbers from ${LOWEST} to 1, such as 0.75.`
  if (thresholds.alone !== null && alone !== null && alone < thresholds.alone)
    return `by itself from ${thresholds.alone} at the lowest, where its false alarms were measured.`
  const read = Thresholds.safeParse({ review, propose, alone })
  return read.success ? read.data : 'each score must be no lower than the one before it.'
}

interface RuleProps {
  clause: Clause
  chosen: Clause
  bins: Bins
  mayChange: boolean
}

const Rule = ({ clause, chosen: { thresholds }, bins, mayChange }: RuleProps) => {
  const { id, words, thresholds: own } = clause
  const found = bins.reduce((total, n) => total + n, 0)
  const lines = [
    { at: thresholds.review, name: 'review' },
    { at: thresholds.propose, name: 'propose' },
    ...(thresholds.alone === null ? [] : [{ at: thresholds.alone, name: 'alone' }]),
  ]
  return (
    <fieldset class="card">
      <legend>Clause {id}</legend>
      <p class="cites">“{words}”</p>
      {found === 0 ? (
        <p class="faint">Nothing of this kind was found in the last {PAST} days.</p>
      ) : (
        <>
          <p>
            Found {counted(found, 'time')} in the last {PAST} days. How sure the tool was, from 0 on the left to 1:
          </p>
          <Histogram bins={bins} lines={lines} />
        </>
      )}
      {mayChange ? (
        <div class="three">
          <Score name={`review-${id}`} label="Asks you to look from" value={thresholds.review} own={own.review} />
          <Score name={`propose-${id}`} label="Proposes from" value={thresholds.propose} own={own.propose} />
          {own.alone === null ? null : (
            <Score
              name={`alone-${id}`}
              label="Does it by itself from"
              value={thresholds.alone}
              own={own.alone}
              lowest={own.alone}
              hint="Empty: never."
            />
          )}
        </div>
      ) : (
        <p>
          Asks you to look from {thresholds.review}, proposes from {thresholds.propose},{' '}
          {thresholds.alone === null ? 'and never does it by itself' : `and does it by itself from ${thresholds.alone}`}
          .
        </p>
      )}
    </fieldset>
  )
}

interface ScoreProps {
  name: string
  label: string
  value: number | null
  own: number
  lowest?: number
  hint?: string
}

const Score = ({ name, label, value, own, lowest = LOWEST, hint = '' }: ScoreProps) => (
  <Field
    name={name}
    type="number"
    label={label}
    hint={`The policy’s own: ${own}. ${hint}`}
    min={lowest}
    max={1}
    step="any"
    value={value ?? undefined}
  />
)

const Comparison = ({ compared }: { compared: Compared | null }) => {
  if (compared === null) return null
  if (compared.is === 'failed')
    return <p class="error">It could not be reckoned. Load the page again to try once more.</p>
  if (compared.is === 'running')
    return (
      <p role="status">
        Being reckoned: {compared.done} of {compared.of} decisions of the last {PAST} days. The page looks again by
        itself.
      </p>
    )
  return <Outcome played={compared.played} />
}

const Outcome = ({ played }: { played: Played }) => {
  const { decisions, changed, shifts, clauses, people, redirects, atRisk } = played
  if (decisions === 0) return <p>Nothing was decided in the last {PAST} days, so there is nothing to try it on.</p>
  return (
    <>
      <p>
        Of {counted(decisions, 'decision')} of the last {PAST} days,{' '}
        <strong>{changed === 0 ? 'none would have been another' : `${changed} would have been another`}</strong>.
      </p>
      {shifts.length === 0 ? null : (
        <table>
          <caption>What would have become of them</caption>
          <thead>
            <tr>
              <th scope="col">Instead of</th>
              <th scope="col">it would be</th>
              <th scope="col">Decisions</th>
            </tr>
          </thead>
          <tbody>
            {shifts.map(({ from, to, decisions: n }) => (
              <tr>
                <th scope="row">{from}</th>
                <td>{to}</td>
                <td>{n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul>
        {clauses
          .filter(({ before, after }) => before !== after)
          .map(({ clause, before, after }) => (
            <li>
              Clause {clause} would have been named {counted(after, 'time')} instead of {before}.
            </li>
          ))}
        <li>
          Blocks would be proposed for {people.newlyBlocked} more people, and for {people.blockedNoMore} no longer.
        </li>
        <li>
          Standard answers: {redirects.after} instead of {redirects.before}.
        </li>
      </ul>
      {atRisk.touched.length === 0 ? (
        <p>Nothing would have been done about anybody at risk.</p>
      ) : (
        <p class="error">
          Something would have been done about {counted(atRisk.touched.length, 'item')} of people at risk. Don’t put it
          into force, and tell whoever maintains Serjeant: this must never be.
        </p>
      )}
      <p class="faint">
        Reckoned from what was found then, and from what people have answered since; other decisions would have led to
        others, which can’t be known.
      </p>
    </>
  )
}
