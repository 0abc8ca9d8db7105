import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { type Asked, NotOpen } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { When } from '../parts/clock.tsx'
import { Empty, Sorry, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { notForYou } from '../parts/turned-away.tsx'
import { WEIGHTY_WORDS } from '../parts/weighty.ts'
import { mayAgree } from '../rights.ts'

/** What one person asked for and another must agree to. */
export function secondPage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()

  pages.get('/second', async (c) => {
    const waiting = await store.confirming.waiting(now())
    const names = await store.people.names()
    return show(
      c,
      parts,
      { title: 'Waiting for a second person', at: '/second' },
      <>
        {c.req.query('agreed') === undefined ? null : <Status>Agreed. It is done, or on its way.</Status>}
        {c.req.query('ended') === undefined ? null : <Status>It will not be done.</Status>}
        <h1>Waiting for a second person</h1>
        <p class="hint-line">
          What can’t easily be put right takes two people: one asks, and another agrees within a day. Without that,
          nothing is done.
        </p>
        {waiting.length === 0 ? <Empty>Nothing waits for a second person.</Empty> : null}
        <ol class="rows">
          {waiting.map((asked) => (
            <Wish asked={asked} by={names.get(asked.askedBy) ?? 'somebody unknown'}>
              {asked.askedBy === c.var.staff.id ? (
                <>
                  <p>You asked for it: somebody else has to agree.</p>
                  <Press asked={asked} does="cancel" main={false}>
                    Take it back
                  </Press>
                </>
              ) : mayAgree(c.var.staff, WEIGHTY_WORDS[asked.kind].right) ? (
                <div class="buttons">
                  <Press asked={asked} does="agree" main>
                    Agree
                  </Press>
                  <Press asked={asked} does="cancel" main={false}>
                    Say no
                  </Press>
                </div>
              ) : (
                <p>Your role can’t agree to this: it waits for a colleague.</p>
              )}
            </Wish>
          ))}
        </ol>
      </>,
    )
  })

  pages.post(`/second/${ID}/agree`, (c) => settle(c, store.confirming.agree, 'agreed'))
  pages.post(`/second/${ID}/cancel`, (c) => settle(c, store.confirming.cancel, 'ended'))

  async function settle(c: Context<Env>, become: typeof store.confirming.agree, word: string) {
    const id = c.req.param('id') ?? ''
    const { staff } = c.var
    const asked = (await store.confirming.waiting(now())).find((one) => one.id === id)
    const own = asked?.askedBy === staff.id
    if (asked !== undefined && !own && !mayAgree(staff, WEIGHTY_WORDS[asked.kind].right)) return notForYou(c)
    try {
      await become(id, staff.id, now())
    } catch (error) {
      if (!(error instanceof NotOpen)) throw error
      return show(
        c,
        parts,
        { title: 'This waits no longer', status: 409 },
        <Sorry heading="This waits no longer" to="/second" way="What waits for a second person">
          <p>{error.message} Nothing was changed now.</p>
        </Sorry>,
      )
    }
    wake()
    return c.redirect(`/second?${word}=1`, 303)
  }

  return pages
}

const Wish = ({ asked, by, children }: { asked: Asked; by: string; children: Child }) => {
  const { name, does, see } = WEIGHTY_WORDS[asked.kind]
  const about = see(asked)
  return (
    <li class="card">
      <h2 id={`second-${asked.id}`}>{name}</h2>
      <p class="meta">
        {by} asked <When at={asked.askedAt} /> · until <When at={asked.expiresAt} />
      </p>
      <p>{does}</p>
      {asked.why === '' ? null : (
        <p>
          Why: <bdi dir="auto">{asked.why}</bdi>
        </p>
      )}
      {about === null ? null : (
        <p class="links">
          <a href={about.href}>{about.name}</a>
        </p>
      )}
      {children}
    </li>
  )
}

interface PressProps {
  asked: Asked
  does: 'agree' | 'cancel'
  main: boolean
  children: string
}

const Press = ({ asked, does, main, children }: PressProps) => (
  <form method="post" action={`/second/${asked.id}/${does}`}>
    <button class={main ? 'main' : undefined} aria-describedby={`second-${asked.id}`}>
      {children}
    </button>
  </form>
)
