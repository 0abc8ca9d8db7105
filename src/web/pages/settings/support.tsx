import { type Context, Hono } from 'hono'
import { ENOUGH, type Settings } from '../../../store/index.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { type Form, line } from '../../parts/form.ts'
import { show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Wrong } from '../../parts/settings.tsx'
import { may } from '../../rights.ts'

type Support = Settings['support']
/** Two empty rows beside what is there: without a script nobody can add more at once. */
const SPARE = 2
const MOST = 10

/** Whom staff can turn to. Shown at the foot of each page. */
export function supportSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/support', (c) => page(c, store.settings.present().support, null))

  pages.post('/settings/support', needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const given = readRows(form)
    const enough = Number(line(form, 'enough', 10))
    if (!(Number.isInteger(enough) && enough >= ENOUGH.least && enough <= ENOUGH.most))
      return page(c, given, `Give a whole number from ${ENOUGH.least} to ${ENOUGH.most} of hard things a day.`)
    const nameless = given.some(({ name }) => name === '')
    if (nameless) return page(c, given, 'Give each a name.')
    if (given.some(({ url }) => url !== undefined && !isWeb(url)))
      return page(c, given, 'A web address begins with https:// or http://.')
    if (enough !== store.settings.present().enough) await store.settings.change('enough', enough, c.var.staff.id, now())
    await store.settings.change('support', given.length === 0 ? undefined : given, c.var.staff.id, now())
    return c.redirect('/settings/support?kept=1', 303)
  })

  function page(c: Context<Env>, support: Support, wrong: string | null) {
    const rows = Math.min(MOST, support.length + SPARE)
    return show(
      c,
      parts,
      { title: 'Support for staff', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>Support for staff</h1>
        <p>Whom to turn to when what you read weighs on you. It stands at the foot of each page.</p>
        <Wrong>{wrong}</Wrong>
        {may(c.var.staff, 'policy') ? (
          <form method="post" class="stack">
            {Array.from({ length: rows }, (_, n) => (
              <fieldset>
                <legend>{support[n]?.name || 'Another'}</legend>
                <Field name={`name-${n}`} label="Name" value={support[n]?.name} maxlength={200} />
                <Field name={`phone-${n}`} type="tel" label="Phone" value={support[n]?.phone} maxlength={50} />
                <Field name={`url-${n}`} label="Web address" value={support[n]?.url} maxlength={300} />
                <Field
                  name={`note-${n}`}
                  label="A note, such as when they answer"
                  value={support[n]?.note}
                  maxlength={300}
                />
              </fieldset>
            ))}
            <p class="faint">A row left empty is taken out.</p>
            <Field
              name="enough"
              type="number"
              min={ENOUGH.least}
              max={ENOUGH.most}
              value={store.settings.present().enough}
              required
              label="Suggest a break after so many hard things a day"
              hint="Texts whose masks are off, and pictures that are shown. Everybody may choose fewer for themselves."
            />
            <button class="main">Keep</button>
          </form>
        ) : null}
        <BackToSettings />
      </>,
    )
  }

  return pages
}

function readRows(form: Form): Support {
  return Array.from({ length: MOST }, (_, n) => {
    const [name, phone, url, note] = (['name', 'phone', 'url', 'note'] as const).map((one) =>
      line(form, `${one}-${n}`, 300),
    )
    return { name: name ?? '', ...(phone ? { phone } : {}), ...(url ? { url } : {}), ...(note ? { note } : {}) }
  }).filter((row) => Object.values(row).some((value) => value !== ''))
}

const isWeb = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
