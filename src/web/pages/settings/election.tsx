import { type Context, Hono } from 'hono'
import { dayIn } from '../../../rules.ts'
import type { Settings } from '../../../store/index.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { field, line, text } from '../../parts/form.ts'
import { show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Why, Wrong } from '../../parts/settings.tsx'
import { may } from '../../rights.ts'
import { wrongWith } from './answer.tsx'

type Election = NonNullable<Settings['election']>

/** From dissolution to the declaration there are no MPs, and the House's resources are not for candidates. */
export function electionSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now, office } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/election', (c) => page(c, store.settings.present().election ?? null, null))

  pages.post('/settings/election', needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const words = text(form, 'text', 1000).trim()
    const given = { from: field(form, 'from'), till: field(form, 'till'), ...(words === '' ? {} : { redirect: words }) }
    const wrong = wrongElection(given) ?? (words === '' ? null : (wrongWith(parts, words) ?? wrongInElection(words)))
    if (wrong !== null) return page(c, given, wrong)
    await store.settings.change('election', given, c.var.staff.id, now(), line(form, 'why', 500))
    return c.redirect('/settings/election?kept=1', 303)
  })

  pages.post('/settings/election/none', needs('policy'), async (c) => {
    await store.settings.change('election', undefined, c.var.staff.id, now())
    return c.redirect('/settings/election?kept=1', 303)
  })

  function page(c: Context<Env>, election: Election | null, wrong: string | null) {
    const today = dayIn(office.timezone, now())
    const set = store.settings.present().election
    const mayChange = may(c.var.staff, 'policy')
    return show(
      c,
      parts,
      { title: 'Election', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>Election</h1>
        <p>
          From dissolution there are no MPs until the result is declared. On these days the tool reads and judges as
          ever, and you are called for threats and for people at risk; but it does nothing by itself, and sends no
          answer unless you write one for the time.
        </p>
        {set === undefined ? null : (
          <p>
            <strong>{standing(set, today)}</strong>
          </p>
        )}
        <h2>Before dissolution</h2>
        <ul>
          <li>Ask the House which accounts you may use as a candidate; take “MP” out of their names and profiles.</li>
          <li>
            Say on each account that it isn’t a Member’s during the election, and where constituents turn for help.
          </li>
          <li>Finish or hand over casework: staff lose their passes and parliamentary mailboxes some days later.</li>
          <li>Don’t use what people wrote to the office for the campaign.</li>
        </ul>
        <Wrong>{wrong}</Wrong>
        {mayChange ? (
          <form method="post" class="stack">
            <Field name="from" type="date" label="The day of dissolution" value={election?.from} required />
            <Field
              name="till"
              type="date"
              label="The day of the declaration"
              hint="The last day that this holds."
              value={election?.till}
              required
            />
            <label class="field">
              <span>
                The standard answer in this time (optional)
                <small>
                  Neutral, without “MP” and parliamentary addresses. Material of a campaign needs an imprint (“Promoted
                  by …”). Left empty, none is sent.
                </small>
              </span>
              <textarea name="text" rows={4} maxlength={1000}>
                {election?.redirect ?? ''}
              </textarea>
            </label>
            <Why />
            <button class="main">Keep</button>
          </form>
        ) : null}
        {set !== undefined && mayChange ? (
          <form method="post" action="/settings/election/none">
            <button>No election</button>
          </form>
        ) : null}
        <BackToSettings />
      </>,
    )
  }

  return pages
}

function standing({ from, till }: Election, today: string): string {
  if (today < from) return `It begins on ${spoken(from)}, and ends with ${spoken(till)}.`
  return today <= till ? `It holds now, until ${spoken(till)}.` : `It ended with ${spoken(till)}.`
}

/** A day is the same wherever it is read. */
const spoken = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(`${day}T00:00:00Z`))

const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))

function wrongElection({ from, till }: Election): string | null {
  if (!isDay(from) || !isDay(till)) return 'Give both days.'
  return from <= till ? null : 'The declaration can’t come before dissolution.'
}

/** Nobody is an MP in this time. */
function wrongInElection(words: string): string | null {
  if (/\bMPs?\b/.test(words)) return 'In this time there are no MPs: leave “MP” out of the answer.'
  return /parliament\.uk/i.test(words) ? 'Parliamentary addresses can’t be used in this time: leave them out.' : null
}
