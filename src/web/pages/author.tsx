import { type Context, Hono } from 'hono'
import { isInCare } from '../../../moderation/decide.ts'
import { GROUNDS, type Ground, isNameless } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { When } from '../parts/clock.tsx'
import { Dossier, dossierOf } from '../parts/dossier.tsx'
import { field, line } from '../parts/form.ts'
import { Empty, More, Sorry, Status, show } from '../parts/layout.tsx'
import { type Accounts, Agreed, Written } from '../parts/person.tsx'
import { ID, isId, path } from '../parts/place.ts'
import { Writer } from '../parts/said.tsx'
import { platformName } from '../parts/words.ts'

type Account = Accounts[number]

/** Items on a page of what somebody wrote. */
const HISTORY = 20
const beforeOf = (last: { writtenAt: Date; id: string } | undefined): string | null =>
  last === undefined ? null : `${last.writtenAt.getTime()}.${last.id}`

function readBefore(word: string | undefined): { at: Date; id: string } | null {
  const [, at, id] = /^(-?\d{1,15})\.(.*)$/.exec(word ?? '') ?? []
  return at !== undefined && isId(id) ? { at: new Date(Number(at)), id } : null
}

/** UTF-16 units. */
const LONGEST = { query: 100, why: 300 }

const WORDS: Readonly<Record<Ground, string>> = {
  told: 'They told this office so themselves',
  profile: 'They say so in public, on one of the two profiles',
}

/**
 * One person's accounts, and the linking of them. It is never proposed: staff look for the other account by its name, and say
 * how they know.
 */
export function authorPage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()

  pages.get(`/author/${ID}`, async (c) => {
    const accounts = await store.identities.find(c.req.param('id'))
    return accounts[0] === undefined ? c.notFound() : showPerson(c, parts, accounts[0], accounts)
  })

  pages.get(`/author/${ID}/link`, needs('answer'), async (c) => {
    const both = await bothOf(c.req.param('id'), c.req.query('with'))
    return both === null ? c.notFound() : showLink(c, parts, both, null)
  })

  pages.post(`/author/${ID}/link`, needs('answer'), async (c) => {
    const form = await c.req.parseBody()
    const both = await bothOf(c.req.param('id'), form['with'])
    if (both === null) return c.notFound()
    const [own, other] = both
    const ground = GROUNDS.find((one) => one === field(form, 'ground')) ?? null
    const why = line(form, 'why', LONGEST.why)
    const refuse = (error: string) => showLink(c, parts, both, { ground, why, error })
    if (ground === null) return refuse('Say how the office knows. If it is neither of these, don’t link them.')
    if (why === '') return refuse('Write where they said it, so that a colleague can look.')
    const became = await store.identities.link(own.id, other.id, { ground, why }, c.var.staff.id, now())
    // Two who press at once, or one who presses twice, find them linked.
    if (became === 'linked' || became === 'linked-already')
      return c.redirect(path(`/author/${own.id}`, { linked: '1' }), 303)
    return show(
      c,
      parts,
      { title: 'These can’t be linked', status: 409 },
      <Sorry heading="These can’t be linked" to={`/author/${own.id}`} way="Back to the person">
        <p>
          {became === 'gone'
            ? 'One of the two accounts no longer has a name here: what its owner wrote was removed.'
            : 'Both are on the same platform. Only accounts on different platforms can be linked.'}{' '}
          Nothing was changed now.
        </p>
      </Sorry>,
    )
  })

  pages.get(`/author/${ID}/unlink`, needs('answer'), async (c) => {
    const [own, ...others] = await store.identities.find(c.req.param('id'))
    if (own === undefined) return c.notFound()
    if (others.length === 0) return c.redirect(`/author/${own.id}`, 303)
    return showUnlink(c, parts, own, others)
  })

  pages.post(`/author/${ID}/unlink`, needs('answer'), async (c) => {
    const id = c.req.param('id')
    if (field(await c.req.parseBody(), 'sure') !== 'yes') return c.redirect(`/author/${id}/unlink`, 303)
    await store.identities.unlink(id, c.var.staff.id, now())
    return c.redirect(path(`/author/${id}`, { unlinked: '1' }), 303)
  })

  const bothOf = async (id: string, other: unknown): Promise<[Account, Account] | null> => {
    if (!isId(other)) return null
    const [[own], [second]] = [await store.identities.find(id), await store.identities.find(other)]
    return own && second ? [own, second] : null
  }

  return pages
}

const Named = ({ author }: { author: Account }) => (
  <>
    <Writer author={author} /> on {platformName(author.platform)}
  </>
)

async function showPerson(c: Context<Env>, parts: ConsoleParts, own: Account, accounts: Accounts) {
  const { store, now } = parts
  const query = (c.req.query('q') ?? '').slice(0, LONGEST.query)
  const before = readBefore(c.req.query('before'))
  const found = await store.written.page(own.id, before, HISTORY + 1)
  const history = found.slice(0, HISTORY)
  const dossier = await dossierOf(store, own.id, parts.policy, now())
  const names = await store.people.names()
  const atRiskAt = (await store.histories.lastAtRisk([own.id])).get(own.id)
  const candidates = query.trim() === '' ? null : await store.identities.search(own.id, query)
  const isLinked = accounts.length > 1
  const redirects = accounts.flatMap(({ redirectedAt }) => redirectedAt ?? [])
  return show(
    c,
    parts,
    { title: 'A person and their accounts' },
    <>
      {c.req.query('linked') === undefined ? null : <Status>The accounts are linked as one person.</Status>}
      {c.req.query('unlinked') === undefined ? null : <Status>This account stands by itself again.</Status>}
      {c.req.query('did') === undefined ? null : (
        <Status>
          {c.req.query('did') === 'unsaid' ? 'Something was left empty, so nothing was written down.' : 'Noted.'}
        </Status>
      )}
      <h1>
        <Named author={own} />
      </h1>
      {isInCare(atRiskAt, now()) && atRiskAt ? (
        <p class="aside">
          <strong>This person seemed to be at risk</strong> <When at={atRiskAt} />
          {isLinked ? ', on one of these accounts' : null}: for 30 days the tool does nothing to them by itself
          {isLinked ? ', on any of them' : null}.
        </p>
      ) : null}
      <dl class="facts">
        <div>
          <dt>First seen here</dt>
          <dd>
            <When
              at={accounts.reduce((first, one) => (one.firstSeenAt < first ? one.firstSeenAt : first), own.firstSeenAt)}
            />
          </dd>
        </div>
        <Agreed
          redirectedAt={redirects.reduce<Date | null>((last, at) => (last === null || at > last ? at : last), null)}
          adjustments={accounts.reduce((sum, one) => sum + one.adjustments, 0)}
        />
      </dl>
      <Dossier dossier={dossier} authorId={own.id} policy={parts.policy} />
      {isLinked ? (
        <section>
          <h2>Their accounts</h2>
          <ul class="rows people">
            {accounts.map((account) => (
              <Linked account={account} own={own} names={names} />
            ))}
          </ul>
        </section>
      ) : null}
      {isNameless(own) ? null : (
        <section id="link">
          <h2>{isLinked ? 'Link another account' : 'Link their account on another platform'}</h2>
          <p>
            Serjeant never guesses who is the same person. If they told the office, or say so on a profile, look for the
            account here: it must have written to the office before.
          </p>
          <form method="get" action={`/author/${own.id}#link`} class="stack">
            <label class="field">
              <span>Its handle or name</span>
              <input name="q" value={query} maxlength={LONGEST.query} required autocomplete="off" spellcheck={false} />
            </label>
            <button>Look for it</button>
          </form>
          {candidates === null ? null : <Candidates own={own} candidates={candidates} />}
        </section>
      )}
      {history.length === 0 ? null : (
        <section>
          <h2 id="wrote">What they wrote to this office</h2>
          <Written history={history} where />
          {found.length > HISTORY ? (
            <More href={path(`/author/${own.id}`, { before: beforeOf(history.at(-1)) }, 'wrote')}>Earlier</More>
          ) : null}
        </section>
      )}
    </>,
  )
}

interface LinkedProps {
  account: Account
  own: Account
  /** Of staff by id, also of those who have left. */
  names: ReadonlyMap<string, string>
}

const Linked = ({ account, own, names }: LinkedProps) => (
  <li>
    <div>
      <p id={`author-${account.id}`}>
        {account.id === own.id ? (
          <Named author={account} />
        ) : (
          <a href={`/author/${account.id}`}>
            <span>
              <Named author={account} />
            </span>
          </a>
        )}
      </p>
      {account.identifiedAt === null ? null : (
        <p class="meta">
          Linked by {names.get(account.identifiedBy ?? '') ?? 'somebody unknown'} <When at={account.identifiedAt} />:{' '}
          {account.identifiedGround === 'told' ? 'they told the office' : 'they say so in public'}.
          <span class="why">{account.identifiedWhy}</span>
        </p>
      )}
    </div>
    <a href={`/author/${account.id}/unlink`} aria-describedby={`author-${account.id}`}>
      Take apart …
    </a>
  </li>
)

const Candidates = ({ own, candidates }: { own: Account; candidates: Accounts }) =>
  candidates.length === 0 ? (
    <Empty>
      Nobody known by that name has written to the office on another platform. Whom a platform doesn’t name can’t be
      found.
    </Empty>
  ) : (
    <ul class="rows people">
      {candidates.map((other) => (
        <li>
          <span id={`author-${other.id}`}>
            <Named author={other} />
          </span>
          <a href={path(`/author/${own.id}/link`, { with: other.id })} aria-describedby={`author-${other.id}`}>
            The same person …
          </a>
        </li>
      ))}
    </ul>
  )

interface Refused {
  ground: Ground | null
  why: string
  error: string
}

function showLink(c: Context<Env>, parts: ConsoleParts, [own, other]: [Account, Account], refused: Refused | null) {
  const describedBy = refused === null ? 'what-follows' : 'link-error'
  return show(
    c,
    parts,
    { title: 'Is this the same person?', status: refused === null ? 200 : 422 },
    <>
      <h1>Is this the same person?</h1>
      <article class="card">
        <p>
          <Named author={own} />
        </p>
        <p>
          <Named author={other} />
        </p>
      </article>
      <div id="what-follows">
        <p>
          From then on they count as one. Warnings, breaches and agreed adjustments count together, the standard answer
          is sent only once, and whoever seemed to be at risk on one platform is left alone by the tool on the other
          too. Nothing that was done is changed, and you can take them apart again.
        </p>
        <p>
          A like name, picture or way of writing is no proof, and what the office knows from casework is not for this:
          platforms forbid to match people by it. If you are unsure, leave them apart.
        </p>
      </div>
      <form method="post" action={`/author/${own.id}/link`} class="stack">
        <input type="hidden" name="with" value={other.id} />
        {refused === null ? null : (
          <p class="error" role="alert" id="link-error">
            {refused.error}
          </p>
        )}
        <fieldset>
          <legend>How does the office know?</legend>
          {GROUNDS.map((ground) => (
            <label>
              <input type="radio" name="ground" value={ground} required checked={refused?.ground === ground} />
              <span>{WORDS[ground]}</span>
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>
            Where did they say it?{' '}
            <small>For example “in their message of 3 May”, or “their profile names the other account”.</small>
          </span>
          <input
            name="why"
            value={refused?.why ?? ''}
            maxlength={LONGEST.why}
            required
            autocomplete="off"
            aria-describedby={describedBy}
          />
        </label>
        <button class="main">They are the same person</button>
      </form>
      <p class="links">
        <a href={`/author/${own.id}`}>Leave them apart</a>
      </p>
    </>,
  )
}

function showUnlink(c: Context<Env>, parts: ConsoleParts, own: Account, others: readonly Account[]) {
  return show(
    c,
    parts,
    { title: 'Take apart?' },
    <>
      <h1>Is this account somebody else’s?</h1>
      <article class="card">
        <p>
          <strong>This one is taken out:</strong> <Named author={own} />
        </p>
        {others.map((other) => (
          <p>
            <Named author={other} />
          </p>
        ))}
      </article>
      <p>
        From then on each counts by itself, as if they had never been linked: what one of them did is no longer held
        against the other, nor does care for one protect the other. What was decided meanwhile stays: look through what
        waits for an answer.
      </p>
      <form method="post" action={`/author/${own.id}/unlink`} class="buttons">
        <button name="sure" value="yes" class="main">
          Take it apart
        </button>
      </form>
      <p class="links">
        <a href={`/author/${own.id}`}>Leave it as it is</a>
      </p>
    </>,
  )
}
