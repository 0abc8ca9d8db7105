import { type Context, Hono } from 'hono'
import { SETTING_SHAPES, type Settings } from '../../../store/index.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { field, line } from '../../parts/form.ts'
import { show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Why, Wrong } from '../../parts/settings.tsx'
import { may } from '../../rights.ts'

type Time = 'blockReviewDays' | 'contestWorkingDays' | 'enough'

interface Asked {
  name: Time
  label: string
  hint: string
  min: number
  max: number
}

const ASKED: readonly Asked[] = [
  {
    name: 'blockReviewDays',
    label: 'Look at a block again after so many days',
    hint: 'Somebody then decides whether it is still needed.',
    min: 1,
    max: 730,
  },
  {
    name: 'contestWorkingDays',
    label: 'Answer whoever contests a decision within so many working days',
    hint: 'Afterwards it is shown as overdue.',
    min: 1,
    max: 60,
  },
  {
    name: 'enough',
    label: 'Suggest a break after so many hard things in a day',
    hint: 'Everybody may choose fewer for themselves. Nobody else is told.',
    min: 5,
    max: 500,
  },
]

/** How long things may take, and how much is enough. */
export function timeSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/times', (c) => page(c, null))

  pages.post('/settings/times', needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const wanted = new Map<Time, number>()
    for (const { name, label, min, max } of ASKED) {
      const text = field(form, name).trim()
      const read = SETTING_SHAPES[name].safeParse(/^\d{1,4}$/.test(text) ? Number(text) : text)
      if (!read.success) return page(c, `“${label}”: write a whole number from ${min} to ${max}.`)
      wanted.set(name, read.data)
    }
    const present: Settings = store.settings.present()
    for (const [name, value] of wanted)
      if (present[name] !== value)
        await store.settings.change(name, value, c.var.staff.id, now(), line(form, 'why', 500))
    return c.redirect('/settings/times?kept=1', 303)
  })

  function page(c: Context<Env>, wrong: string | null) {
    const present = store.settings.present()
    return show(
      c,
      parts,
      { title: 'Times', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>Times</h1>
        <Wrong>{wrong}</Wrong>
        {may(c.var.staff, 'policy') ? (
          <form method="post" class="stack">
            {ASKED.map((asked) => (
              <Field type="number" required value={present[asked.name]} {...asked} />
            ))}
            <Why />
            <button class="main">Keep</button>
          </form>
        ) : (
          <dl class="facts">
            {ASKED.map(({ name, label }) => (
              <div>
                <dt>{label}</dt>
                <dd>{present[name]}</dd>
              </div>
            ))}
          </dl>
        )}
        <BackToSettings />
      </>,
    )
  }

  return pages
}
