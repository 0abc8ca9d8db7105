import { type Context, Hono } from 'hono'
import { filledIn, LONGEST_REDIRECT, RedirectText } from '../../../../moderation/policy.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { needs } from '../../guard.ts'
import { field, line, text } from '../../parts/form.ts'
import { show } from '../../parts/layout.tsx'
import { BackToSettings, Field, Kept, Why, Wrong } from '../../parts/settings.tsx'
import { platformName } from '../../parts/words.ts'
import { may } from '../../rights.ts'

interface Draft {
  text: string
  everyDays: string
}

/** The words that people who ask for help are sent. */
export function answerSettings(parts: ConsoleParts): Hono<Env> {
  const { store, now, configured } = parts
  const pages = new Hono<Env>()

  pages.get('/settings/answer', (c) => {
    const { text: words, everyDays } = chosen()
    return page(c, { text: words, everyDays: String(everyDays) }, null)
  })

  pages.post('/settings/answer', needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const draft = { text: text(form, 'text', 1000).trim(), everyDays: field(form, 'days').trim() }
    const wrong =
      wrongWith(parts, draft.text) ?? (isDays(draft.everyDays) ? null : 'Write a number of days from 1 to 365.')
    if (wrong !== null || field(form, 'do') === 'try') return page(c, draft, wrong)
    const { redirect } = configured.policy
    const wanted = { text: draft.text, everyDays: Number(draft.everyDays) }
    const isConfigured = wanted.text === redirect.text && wanted.everyDays === redirect.everyDays
    await store.settings.change(
      'redirect',
      isConfigured ? undefined : wanted,
      c.var.staff.id,
      now(),
      line(form, 'why', 500),
    )
    return c.redirect('/settings/answer?kept=1', 303)
  })

  const chosen = () => store.settings.present().redirect ?? configured.policy.redirect

  async function page(c: Context<Env>, draft: Draft, wrong: string | null) {
    const accounts = (await parts.health()).accounts
    const mayChange = may(c.var.staff, 'policy')
    return show(
      c,
      parts,
      { title: 'The standard answer', at: '/settings', status: wrong === null ? 200 : 422 },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>The standard answer</h1>
        <p>
          Sent to people who ask the office for help, and before a block: at most once to each person in so many days,
          and never to somebody who seems to be at risk.
        </p>
        <Wrong>{wrong}</Wrong>
        {mayChange ? (
          <form method="post" class="stack">
            <label class="field">
              <span>
                The words
                <small>
                  {'{office}'}, {'{phone}'} and {'{email}'} are filled in; phone and email must be there.
                </small>
              </span>
              <textarea name="text" rows={4} maxlength={1000} required>
                {draft.text}
              </textarea>
            </label>
            <Field
              name="days"
              type="number"
              min={1}
              max={365}
              value={draft.everyDays}
              required
              label="At most once to one person in so many days"
            />
            <Why />
            <div class="buttons">
              <button name="do" value="try">
                Show what it looks like
              </button>
              <button name="do" value="keep" class="main">
                Keep
              </button>
            </div>
          </form>
        ) : null}
        <Preview parts={parts} words={draft.text} accounts={accounts} />
        <BackToSettings />
      </>,
    )
  }

  return pages
}

const isDays = (days: string): boolean => /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= 365

/** In words; null where it can be sent. */
export function wrongWith({ configured }: Pick<ConsoleParts, 'configured'>, words: string): string | null {
  const read = RedirectText.safeParse(words)
  if (!read.success)
    return words === '' ? 'Write the words.' : `The text ${read.error.issues.map(({ message }) => message).join('; ')}.`
  const { length } = filledIn(words, configured.office)
  return length <= LONGEST_REDIRECT
    ? null
    : `Filled in, it has ${length} characters, and X takes ${LONGEST_REDIRECT}. Shorten it by ${length - LONGEST_REDIRECT}.`
}

interface PreviewProps {
  parts: ConsoleParts
  words: string
  accounts: readonly { platform: string; handle: string }[]
}

/** As it will stand on each platform: the words are the same, the name above them is not. */
const Preview = ({ parts: { configured }, words, accounts }: PreviewProps) => {
  const filled = filledIn(words, configured.office)
  return (
    <section>
      <h2>What it looks like</h2>
      {accounts.map(({ platform, handle }) => (
        <figure class="post">
          <figcaption>
            {platformName(platform)} <span class="handle">{handle}</span>
          </figcaption>
          <p class="words">{filled}</p>
        </figure>
      ))}
      <p class="meta">
        {filled.length} of {LONGEST_REDIRECT} characters: as many as every platform takes.
      </p>
    </section>
  )
}
