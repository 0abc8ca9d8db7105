import { type Context, Hono } from 'hono'
import { dayIn } from '../../day.ts'
import { ENOUGH, MASKS, type Mask, type Store } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs, ownPath } from '../guard.ts'
import { enoughFor, nextBreak, Support } from '../parts/care.tsx'
import { field, line } from '../parts/form.ts'
import { Status, show, suggestBreak } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { Writer } from '../parts/said.tsx'
import { counted, platformName } from '../parts/words.ts'

const CHOICES: Record<Mask, { name: string; means: string }> = {
  letters: {
    name: 'Coarse words only',
    means: 'Of slurs and obscenities you see the first letter, and of the words that a finding rests on.',
  },
  whole: { name: 'The whole text', means: 'Nothing of a text that may hurt is shown until you ask for it.' },
  nothing: { name: 'Nothing', means: 'You read everything as it was written. All that is hard counts as read.' },
}

/** How somebody wants to be spared, and the break. All of it is theirs alone: nobody else sees it, nor the log. */
export function mePages(parts: ConsoleParts): Hono<Env> {
  const { store, now, office } = parts
  const pages = new Hono<Env>()
  const today = (): Date => dayIn(office.timezone, now())

  pages.get('/me', (c) => showMe(c, parts, today()))

  pages.post('/me', async (c) => {
    const form = await c.req.parseBody()
    const mask = MASKS.find((one) => one === field(form, 'mask'))
    const given = line(form, 'enough', 10)
    const most = store.settings.present().enough
    const enough = given === '' ? null : Number(given)
    if (mask === undefined) return showMe(c, parts, today(), 'Choose what is masked.')
    if (enough !== null && !(Number.isInteger(enough) && enough >= ENOUGH.least && enough <= most))
      return showMe(c, parts, today(), `Give a whole number from ${ENOUGH.least} to ${most}, or leave it empty.`)
    await store.care.choose(c.var.staff.id, { mask, enough })
    return c.redirect('/me?chosen=1', 303)
  })

  /** Without a reason, since none is asked for. */
  pages.post(`/author/${ID}/hand-on`, needs('answer'), async (c) => {
    const [author] = await store.identities.find(c.req.param('id'))
    if (author === undefined) return c.notFound()
    await store.handing.leaveAuthor(author.id, c.var.staff.id, now())
    return c.redirect('/me?left=1', 303)
  })

  pages.post(`/author/${ID}/take-back`, async (c) => {
    await store.handing.resumeAuthor(c.req.param('id'), c.var.staff.id, now())
    return c.redirect('/me?resumed=1', 303)
  })

  pages.get('/break', async (c) => {
    const { met } = await store.care.of(c.var.staff.id, today())
    return suggestBreak(c, parts, met, '/')
  })

  pages.post('/break/go-on', async (c) => {
    const to = ownPath(field(await c.req.parseBody(), 'to'))
    const { id } = c.var.staff
    const care = await store.care.of(id, today())
    const enough = enoughFor(care, store.settings.present())
    // Whoever took a break before it was enough comes back to what they had.
    if (care.met >= enough) await store.care.goOn(id, today(), nextBreak(care, enough))
    return c.redirect(to, 303)
  })

  pages.post('/break/pass-on', async (c) => {
    const others = await store.handing.hasColleagues(c.var.staff.id)
    return show(
      c,
      parts,
      { title: 'Take care', at: '/break' },
      <>
        <h1>Take care of yourself</h1>
        <p>
          {others
            ? 'What is left waits for your colleagues: they have the same queue, and nothing of it is yours to finish.'
            : 'Nobody else may answer here at the moment, so the queue waits for you. It keeps.'}{' '}
          Should somebody be in danger, whoever is on call is told as always.
        </p>
        <form method="post" action="/sign-out" class="buttons">
          <button class="main">Sign out</button>
        </form>
        <Support contacts={store.settings.present().support} />
        <p class="links">
          <a href="/">Back to the queue</a>
        </p>
      </>,
    )
  })

  return pages
}

async function showMe(c: Context<Env>, parts: ConsoleParts, day: Date, error: string | null = null) {
  const { store } = parts
  const me = c.var.staff.id
  const care = await store.care.of(me, day)
  const most = store.settings.present().enough
  const others = await store.handing.hasColleagues(me)
  return show(
    c,
    parts,
    { title: 'My settings', at: '/me', status: error === null ? 200 : 422 },
    <>
      {c.req.query('chosen') === undefined ? null : <Status>Kept. It holds from the next page on.</Status>}
      {c.req.query('left') === undefined ? null : (
        <Status>
          {others
            ? 'You are not shown them any more.'
            : 'Noted. While nobody else may answer, you are shown them all the same.'}
        </Status>
      )}
      {c.req.query('resumed') === undefined ? null : <Status>You are shown them again.</Status>}
      <h1>My settings</h1>
      <p class="hint-line">Only you see this page. What you choose here is not in the log.</p>
      <p class="links">
        <a href="/my-sign-in">How I sign in</a>
      </p>
      {error === null ? null : (
        <p class="error" role="alert" id="me-error">
          {error}
        </p>
      )}
      <form method="post" action="/me" class="stack">
        <fieldset>
          <legend>What is masked until you ask for it?</legend>
          {MASKS.map((mask) => (
            <label>
              <input type="radio" name="mask" value={mask} checked={mask === care.mask} />
              <span>
                {CHOICES[mask].name} <small>{CHOICES[mask].means}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <p class="faint">
          Whoever may be at risk is always read at once. Pictures are always blurred until you ask for them.
        </p>
        <label class="field">
          <span>
            Suggest a break after so many hard things a day{' '}
            <small>
              The office says {most}. You can choose fewer, from {ENOUGH.least}; leave it empty to go by the office.
            </small>
          </span>
          <input
            name="enough"
            inputmode="numeric"
            autocomplete="off"
            value={care.enough === null ? '' : String(care.enough)}
            aria-describedby={error === null ? undefined : 'me-error'}
          />
        </label>
        <button class="main">Keep these</button>
      </form>
      <section>
        <h2>What you have read today</h2>
        <p>
          {care.met === 0 ? 'Nothing hard yet' : counted(care.met, 'hard thing')}. A text counts once its masks are off,
          a picture once it is shown, and either once a day. Nobody else is shown your count.
        </p>
      </section>
      <LeftPeople left={await store.handing.authorsLeft(me)} others={others} />
    </>,
  )
}

interface LeftProps {
  left: Awaited<ReturnType<Store['handing']['authorsLeft']>>
  others: boolean
}

/** Whom they stopped being shown, and the way back. */
const LeftPeople = ({ left, others }: LeftProps) => (
  <section>
    <h2>People you are not shown</h2>
    {left.length === 0 ? (
      <p>Nobody. On a case, under “The person”, you can leave all that they write to your colleagues.</p>
    ) : (
      <>
        {others ? null : (
          <p class="notice">
            Nobody else may answer at the moment, so you are shown them all the same: nothing may lie where nobody
            looks.
          </p>
        )}
        <ul class="rows people">
          {left.map(({ author }) => (
            <li>
              <span id={`left-${author.id}`}>
                <Writer author={author} /> on {platformName(author.platform)}
              </span>
              <form method="post" action={`/author/${author.id}/take-back`}>
                <button class="quiet" aria-describedby={`left-${author.id}`}>
                  Show me them again
                </button>
              </form>
            </li>
          ))}
        </ul>
      </>
    )}
  </section>
)
