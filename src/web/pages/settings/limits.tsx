import { type Context, Hono } from 'hono'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { field, line } from '../../parts/form.ts'
import { show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Why, Wrong } from '../../parts/settings.tsx'
import { may } from '../../rights.ts'

const MOST_ALONE = 10_000
const MOST_ANSWERS = 1000

/** How much the tool may do by itself before it only proposes. */
export function limitSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now, configured } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/limits', (c) => page(c, null))

  pages.post('/settings/limits', needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const alonePerHour = whole(field(form, 'alone'), MOST_ALONE)
    const redirectsPerHour = whole(field(form, 'answers'), MOST_ANSWERS)
    if (alonePerHour === null) return page(c, `Write a whole number from 0 to ${MOST_ALONE} of hides and mutes.`)
    if (redirectsPerHour === null) return page(c, `Write a whole number from 0 to ${MOST_ANSWERS} of answers.`)
    const isConfigured = alonePerHour === configured.alonePerHour && redirectsPerHour === configured.redirectsPerHour
    const chosen = isConfigured ? undefined : { alonePerHour, redirectsPerHour }
    await store.settings.change('limits', chosen, c.var.staff.id, now(), line(form, 'why', 500))
    return c.redirect('/settings/limits?kept=1', 303)
  })

  function page(c: Context<Env>, wrong: string | null) {
    const { alonePerHour, redirectsPerHour } = parts.inForce()
    return show(
      c,
      parts,
      { title: 'Limits', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>Limits</h1>
        <p>
          When the tool has done so much by itself on one account within an hour, it only proposes until the hour is
          over, and you are told. A sudden rise is either a pile-on or a mistake of the tool’s, and both want a person.
        </p>
        <Wrong>{wrong}</Wrong>
        {may(c.var.staff, 'policy') ? (
          <form method="post" class="stack">
            <Field
              name="alone"
              type="number"
              min={0}
              max={MOST_ALONE}
              value={alonePerHour}
              required
              label="Hides and mutes in an hour"
              hint={`${configured.alonePerHour} unless changed here. 0: none.`}
            />
            <Field
              name="answers"
              type="number"
              min={0}
              max={MOST_ANSWERS}
              value={redirectsPerHour}
              required
              label="Standard answers in an hour"
              hint={`${configured.redirectsPerHour} unless changed here, and three times as many in a day. Platforms take more for spam.`}
            />
            <Why />
            <button class="main">Keep</button>
          </form>
        ) : (
          <p>
            {alonePerHour} hides and mutes in an hour, and {redirectsPerHour} standard answers.
          </p>
        )}
        <BackToSettings />
      </>,
    )
  }

  return pages
}

const whole = (text: string, most: number): number | null =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) <= most ? Number(text) : null
