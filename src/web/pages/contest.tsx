import { type Context, Hono } from 'hono'
import { type Case, type ContestRow, NotOpen } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { afterWorkingDays } from '../drafting.ts'
import { needs } from '../guard.ts'
import { GivenAnswer } from '../parts/answering.tsx'
import { DoneLine, Rules, Who } from '../parts/case.tsx'
import { Day, When } from '../parts/clock.tsx'
import { dayOf, field, text } from '../parts/form.ts'
import { Sorry, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'
import { listed } from '../parts/words.ts'
import { may } from '../rights.ts'

const LONGEST = 2000

/** Somebody told the office that a decision about them is wrong: it is written down, and a colleague decides. */
export function contestPage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()
  pages.use(`/case/${ID}/contest`, needs('answer'))
  pages.use(`/contest/${ID}`, needs('answer'))
  pages.use(`/contest/${ID}/decide`, needs('overturn'))

  pages.get(`/case/${ID}/contest`, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    return found === null ? c.notFound() : showNew(c, parts, found, null)
  })

  pages.post(`/case/${ID}/contest`, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const words = text(form, 'words', LONGEST).trim()
    const receivedAt = dayOf(form, 'received')
    const refuse = (error: string) => showNew(c, parts, found, { words, received: field(form, 'received'), error })
    if (receivedAt === null || receivedAt > now()) return refuse('Write the day on which it came, today or before.')
    if (words === '') return refuse('Write in a few words of yours what they say.')
    const dueAt = afterWorkingDays(receivedAt, store.settings.present().contestWorkingDays)
    return held(c, found.id, async () => {
      const id = await store.contests.record(found.id, { receivedAt, words, dueAt }, c.var.staff.id, now())
      return `/contest/${id}?recorded=1`
    })
  })

  pages.get(`/contest/${ID}`, async (c) => {
    const contest = await store.contests.find(c.req.param('id'))
    return contest === null ? c.notFound() : showContest(c, parts, contest, null)
  })

  pages.post(`/contest/${ID}/decide`, async (c) => {
    const contest = await store.contests.find(c.req.param('id'))
    if (contest === null) return c.notFound()
    const form = await c.req.parseBody()
    const outcome = OUTCOMES.find((one) => one === field(form, 'outcome'))
    const why = text(form, 'why', LONGEST).trim()
    const refuse = (error: string) => showContest(c, parts, contest, { outcome: outcome ?? '', why, error })
    if (outcome === undefined) return refuse('Say whether the decision stays.')
    if (why === '') return refuse('Write why: the person is told so.')
    return held(c, contest.decisionId, async () => {
      await store.contests.decide(contest.id, outcome, why, c.var.staff.id, now())
      wake()
      return `/contest/${contest.id}?decided=1`
    })
  })

  async function held(c: Context<Env>, decisionId: string, work: () => Promise<string>) {
    try {
      return c.redirect(await work(), 303)
    } catch (error) {
      if (!(error instanceof NotOpen)) throw error
      return show(
        c,
        parts,
        { title: 'This was done already', at: '/letters', status: 409 },
        <Sorry heading="This was done already" to={`/case/${decisionId}`} way="See the case">
          <p>{error.message} Nothing was changed now.</p>
        </Sorry>,
      )
    }
  }

  return pages
}

const OUTCOMES = ['upheld', 'overturned'] as const

interface RefusedNew {
  words: string
  received: string
  error: string
}

function showNew(c: Context<Env>, parts: ConsoleParts, found: Case, refused: RefusedNew | null) {
  const { contestWorkingDays } = parts.store.settings.present()
  const described = refused === null ? undefined : 'contest-error'
  return show(
    c,
    parts,
    { title: 'A person contests a decision', at: '/letters', status: refused === null ? 200 : 422 },
    <>
      <h1>They contest this</h1>
      <About found={found} me={c.var.staff.id} />
      <p>
        Somebody who had no part in the decision looks at it anew, and the person has an answer within{' '}
        {contestWorkingDays} working days. You need not ask them for proof of anything.
      </p>
      <form method="post" action={`/case/${found.id}/contest`} class="stack">
        {refused === null ? null : (
          <p class="error" role="alert" id="contest-error">
            {refused.error}
          </p>
        )}
        <label class="field">
          <span>When did it come?</span>
          <input
            type="date"
            name="received"
            required
            value={refused?.received ?? parts.now().toISOString().slice(0, 10)}
            max={parts.now().toISOString().slice(0, 10)}
            aria-describedby={described}
          />
        </label>
        <label class="field">
          <span>
            What do they say? <small>In a few words of yours; their email stays where it is.</small>
          </span>
          <textarea name="words" rows={4} maxlength={LONGEST} required aria-describedby={described}>
            {`\n${refused?.words ?? ''}`}
          </textarea>
        </label>
        <button class="main">Write it down</button>
      </form>
      <p class="links">
        <a href={`/case/${found.id}`}>Back to the case</a>
      </p>
    </>,
  )
}

const About = ({ found, me }: { found: Case; me: string }) => (
  <article class="card">
    <h2>
      <Who found={found} />
    </h2>
    <Said found={found} />
    <DoneLine found={found} />
    <ul class="given">
      {found.reviews.map((review) => (
        <li>
          <GivenAnswer review={review} me={me} />
        </li>
      ))}
    </ul>
    <p class="links">
      <a href={`/case/${found.id}`}>The whole case</a>
    </p>
  </article>
)

interface Refused {
  outcome: string
  why: string
  error: string
}

async function showContest(c: Context<Env>, parts: ConsoleParts, contest: ContestRow, refused: Refused | null) {
  const { store, policy, now } = parts
  const found = await store.queue.find(contest.decisionId)
  if (found === null) return c.notFound()
  const names = await store.people.names()
  const involved = await store.contests.involved(contest.decisionId)
  const isOpen = contest.state === 'open'
  return show(
    c,
    parts,
    { title: 'A contested decision', at: '/letters', status: refused === null ? 200 : 422 },
    <>
      {c.req.query('recorded') === undefined ? null : <Status>Written down.</Status>}
      {c.req.query('decided') === undefined ? null : <Status>Decided. The person has yet to be told.</Status>}
      <h1>A contested decision</h1>
      <About found={found} me={c.var.staff.id} />
      <Rules found={found} policy={policy} />
      <dl class="facts">
        <div>
          <dt>Received</dt>
          <dd>
            <Day at={contest.receivedAt} />
          </dd>
        </div>
        <div>
          <dt>{isOpen && contest.dueAt < now() ? 'An answer was due' : 'An answer is due'}</dt>
          <dd>
            <Day at={contest.dueAt} />
          </dd>
        </div>
        <div>
          <dt>Written down by</dt>
          <dd>{names.get(contest.notedBy) ?? 'somebody unknown'}</dd>
        </div>
      </dl>
      <h2>What they say</h2>
      <p class="why">{contest.words}</p>
      {isOpen ? (
        involved.has(c.var.staff.id) ? (
          <p class="aside">
            <strong>Somebody else decides this.</strong> You had a part in what is contested. So had{' '}
            {listed(
              [...involved].filter((id) => id !== c.var.staff.id).map((id) => names.get(id) ?? 'somebody unknown'),
            ) || 'nobody else'}
            .
          </p>
        ) : may(c.var.staff, 'overturn') ? (
          <Decide contest={contest} refused={refused} />
        ) : (
          <p class="aside">
            <strong>A senior colleague decides this.</strong> Your role can write it down, and write the answer later.
          </p>
        )
      ) : (
        <section>
          <h2>{contest.state === 'overturned' ? 'It was taken back' : 'The decision stays'}</h2>
          <p class="meta">
            {names.get(contest.decidedBy ?? '') ?? 'Somebody unknown'},{' '}
            {contest.decidedAt === null ? null : <When at={contest.decidedAt} />}
          </p>
          <p class="why">{contest.why}</p>
          <form method="post" action={`/contest/${contest.id}/letter`}>
            <button class="main">{contest.letter === null ? 'Write the answer to them' : 'The answer to them'}</button>
          </form>
        </section>
      )}
    </>,
  )
}

const Decide = ({ contest, refused }: { contest: ContestRow; refused: Refused | null }) => (
  <form method="post" action={`/contest/${contest.id}/decide`} class="stack">
    {refused === null ? null : (
      <p class="error" role="alert" id="contest-error">
        {refused.error}
      </p>
    )}
    <fieldset>
      <legend>Look at it as if nobody had decided yet. Was it right?</legend>
      <label>
        <input type="radio" name="outcome" value="upheld" required checked={refused?.outcome === 'upheld'} />
        <span>It stays</span>
      </label>
      <label>
        <input type="radio" name="outcome" value="overturned" required checked={refused?.outcome === 'overturned'} />
        <span>
          It is taken back{' '}
          <small>What was done is undone on the platform, and no breach or warning of it counts any more.</small>
        </span>
      </label>
    </fieldset>
    <label class="field">
      <span>
        Why? <small>The letter to them says so: write it to them.</small>
      </span>
      <textarea
        name="why"
        rows={3}
        maxlength={LONGEST}
        required
        aria-describedby={refused === null ? undefined : 'contest-error'}
      >
        {`\n${refused?.why ?? ''}`}
      </textarea>
    </label>
    <button class="main">Decide</button>
  </form>
)
