import { Hono } from 'hono'
import { type GivenDisclosure, TOLD } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { type Form, field, line, text } from '../parts/form.ts'
import { Status, show } from '../parts/layout.tsx'
import { instantOf } from '../parts/local-time.ts'
import { ID, path } from '../parts/place.ts'
import { LONGEST_WORDS, SIGNPOSTING } from '../parts/safeguarding.tsx'
import { may } from '../rights.ts'
import { showCase } from './case.tsx'

/** Helping people at risk: words that the office has approved, and a note of everybody who was told. */
export function safeguardingPages(parts: ConsoleParts): Hono<Env> {
  const { store, now, office } = parts
  const pages = new Hono<Env>()

  pages.post(`/case/${ID}/disclosure`, needs('answer'), async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const given = readDisclosure(form, office.timezone, now())
    if (typeof given === 'string') return showCase(c, parts, found, { safeguarding: { error: given, form } })
    await store.disclosures.add(found.item.id, c.var.staff.id, given, now())
    return c.redirect(path(`/case/${found.id}`, { noted: '1' }, 'safeguarding'), 303)
  })

  pages.post(`/case/${ID}/signposted`, needs('answer'), async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const words = store.settings.present().signposting ?? SIGNPOSTING
    await store.disclosures.signposted(found.item.id, c.var.staff.id, words, now())
    return c.redirect(path(`/case/${found.id}`, { noted: '1' }, 'safeguarding'), 303)
  })

  pages.get('/signposting', async (c) => {
    const approved = store.settings.present().signposting
    const mayApprove = may(c.var.staff, 'policy')
    return show(
      c,
      parts,
      { title: 'Words of help' },
      <>
        {c.req.query('set') === undefined ? null : <Status>Kept.</Status>}
        <h1>Words of help</h1>
        <p>
          For somebody who may be at risk. Staff copy them and send them by hand; the tool never sends them by itself.
          They stand beside <a href="/?lane=risk">each case of somebody at risk</a>.
        </p>
        {approved === undefined ? (
          <p class="aside">
            These are the tool’s own words. Have your safeguarding lead read them and ring the numbers before you
            approve them.
          </p>
        ) : null}
        {mayApprove ? (
          <form method="post" action="/signposting" class="stack">
            <label class="field">
              <span>
                The words <small>Leave it empty to go back to the tool’s own.</small>
              </span>
              <textarea name="words" rows={10} maxlength={LONGEST_WORDS}>
                {approved ?? SIGNPOSTING}
              </textarea>
            </label>
            <button class="main">This office approves these words</button>
          </form>
        ) : (
          <p class="how">{approved ?? SIGNPOSTING}</p>
        )}
      </>,
    )
  })

  pages.post('/signposting', needs('policy'), async (c) => {
    const words = text(await c.req.parseBody(), 'words', LONGEST_WORDS).trim()
    await store.settings.change('signposting', words === '' ? undefined : words, c.var.staff.id, now())
    return c.redirect('/signposting?set=1', 303)
  })

  return pages
}

/** What was noted, or a sentence that says what is missing. */
function readDisclosure(form: Form, timezone: string, now: Date): GivenDisclosure | string {
  const told = TOLD.find((one) => one === field(form, 'told'))
  if (told === undefined) return 'Choose who was told.'
  const whom = line(form, 'whom', 200)
  if (whom === '') return 'Write the name or the office of whoever was told.'
  const at = instantOf(field(form, 'at'), timezone)
  if (at === null || at.getTime() > now.getTime() + 60_000) return 'Give the day and the time when they were told.'
  const why = text(form, 'why', LONGEST_WORDS).trim()
  return why === '' ? 'Write what they were told, and why.' : { told, whom, at, why }
}
