import { type Context, Hono } from 'hono'
import { type Hold, standingStop } from '../../../rules.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { When } from '../../parts/clock.tsx'
import { line } from '../../parts/form.ts'
import { Status, show } from '../../parts/layout.tsx'
import { BackToSettings, Why, Wrong } from '../../parts/settings.tsx'
import { may } from '../../rights.ts'

/** The one thing that a colleague is asked to confirm is about. */
const EVERYTHING = 'everything'

/** Stop everything at once: anybody may. It lasts longer than a day if a colleague confirms it. */
export function stopSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/stop', (c) => page(c, null))

  pages.post('/settings/stop', async (c) => {
    const why = line(await c.req.parseBody(), 'why', 500)
    if (why === '') return page(c, 'Say in a few words why: whoever comes next must know.')
    const { id: by } = c.var.staff
    if (standingStop(store.settings.present(), now()) === null) {
      await store.settings.change('stop', { since: now().toISOString(), by, why, confirmedBy: null }, by, now(), why)
      await store.confirming.ask({ kind: 'stop-all', subject: EVERYTHING, why }, by, now())
    }
    return c.redirect('/settings/stop?stopped=1', 303)
  })

  pages.post('/settings/stop/end', needs('policy'), async (c) => {
    const why = line(await c.req.parseBody(), 'why', 500)
    const { id: by } = c.var.staff
    if (standingStop(store.settings.present(), now()) !== null) {
      await store.settings.change('stop', undefined, by, now(), why)
      const asked = await store.confirming.about('stop-all', EVERYTHING, now())
      if (asked) await store.confirming.cancel(asked.id, by, now())
      wake()
    }
    return c.redirect('/settings/stop?ended=1', 303)
  })

  async function page(c: Context<Env>, wrong: string | null) {
    const hold = standingStop(store.settings.present(), now())
    const names = await store.people.names()
    return show(
      c,
      parts,
      { title: 'Stop the tool', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        {c.req.query('stopped') === undefined || hold === null ? null : <Status>The tool is stopped.</Status>}
        {c.req.query('ended') === undefined || hold !== null ? null : <Status>The tool goes on.</Status>}
        <h1>Stop the tool</h1>
        {hold === null ? (
          <>
            <p>
              Nothing more is hidden, muted, blocked or answered on any account, at once: neither what the tool would do
              by itself nor what colleagues have agreed to. What was done stays as it is, and can still be undone.
              Reading and judging go on, and you are still called for threats and for people at risk.
            </p>
            <p>
              Anybody here may do this. It ends by itself after a day, unless a colleague agrees that it should stay
              stopped.
            </p>
            <Wrong>{wrong}</Wrong>
            <form method="post" class="stack">
              <Why required />
              <button class="main">Stop everything now</button>
            </form>
          </>
        ) : (
          <Stopped hold={hold} by={names.get(hold.by) ?? 'somebody unknown'}>
            {may(c.var.staff, 'policy') ? (
              <form method="post" action="/settings/stop/end" class="stack">
                <Why />
                <button>Let it go on</button>
              </form>
            ) : (
              <p>A senior or an administrator can let it go on.</p>
            )}
          </Stopped>
        )}
        <BackToSettings />
      </>,
    )
  }

  return pages
}

const Stopped = ({ hold, by, children }: { hold: Extract<Hold, { is: 'stopped' }>; by: string; children: unknown }) => (
  <>
    <p>
      <strong>It is stopped.</strong> {by} stopped it, <When at={hold.since} />: “{hold.why}”
    </p>
    <p>
      {hold.till === null ? (
        'A colleague agreed: it stays stopped until somebody lets it go on.'
      ) : (
        <>
          It goes on by itself <When at={hold.till} />, unless a colleague <a href="/second">agrees</a> that it should
          stay stopped.
        </>
      )}{' '}
      What was ordered meanwhile waits, and is done then.
    </p>
    {children}
  </>
)
