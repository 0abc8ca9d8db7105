import { type Context, Hono } from 'hono'
import { dangerOf } from '../../danger.ts'
import { type Case, type Claim, Claimed, NotOpen, type Store } from '../../store/index.ts'
import { isConnected, isOpen, mayGoBack, readAnswer, waitsForPolice } from '../answers.ts'
import type { Action, ConsoleParts, Entry, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import {
  AnswerForm,
  ChangeForm,
  choicesFor,
  GivenAnswer,
  LastAnswer,
  LastLeft,
  LeftToOthers,
  type Refused,
} from '../parts/answering.tsx'
import {
  ActionState,
  actionWords,
  Banner,
  Excused,
  Findings,
  LaneTag,
  Proposed,
  Rules,
  Sent,
  Who,
} from '../parts/case.tsx'
import { When } from '../parts/clock.tsx'
import { EntryLine } from '../parts/entry.tsx'
import { Evidence } from '../parts/evidence.tsx'
import { type Form, field, text } from '../parts/form.ts'
import { claimTill, Held, heldWords } from '../parts/held.tsx'
import { PrivateCase } from '../parts/in-private.tsx'
import { Sorry, Status, show } from '../parts/layout.tsx'
import { Notes } from '../parts/notes.tsx'
import { Person } from '../parts/person.tsx'
import { Pictures } from '../parts/pictures.tsx'
import { cardId, filterOf, ID, isId, kept, path, readWalk, type Walk } from '../parts/place.ts'
import { Police, type RefusedForm, WaitsForPolice } from '../parts/police.tsx'
import { Promised } from '../parts/promised.tsx'
import { Safeguarding, SIGNPOSTING } from '../parts/safeguarding.tsx'
import { Around, Beside, Out, Said, Spared, Theirs, Writer } from '../parts/said.tsx'
import { counted, kindWords, platformName, REVERSIBLE } from '../parts/words.ts'
import { may } from '../rights.ts'
import { isWithheld } from '../withholding.ts'
import { warningOf } from './letter.tsx'
import { asksWhyNone, showNoThreat } from './no-threat.tsx'
import { asksFirst, showNobodyAtRisk } from './nobody-at-risk.tsx'

/** One decision with everything a person needs to answer it, and the answering. */
export function casePage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()

  pages.get(`/case/${ID}`, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    return found === null ? c.notFound() : showCase(c, parts, found)
  })

  /** From the log and from other pages, which know the item and not the decision. */
  pages.get(`/item/${ID}`, async (c) => {
    const id = await store.queue.ofItem(c.req.param('id'))
    return id === null ? c.notFound() : c.redirect(`/case/${id}`, 303)
  })

  pages.post(`/case/${ID}/answer`, needs('answer'), async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const given = {
      answer: field(form, 'answer'),
      action: field(form, 'action'),
      clause: field(form, 'clause'),
      why: text(form, 'why', 2000),
    }
    if (asksFirst(found, form)) return showNobodyAtRisk(c, parts, found, form)
    if (asksWhyNone(found, form) && (await store.referrals.isOwed(found.item.id)))
      return showNoThreat(c, parts, found, form)
    const possible = choicesFor(found).map(({ kind }) => kind)
    const answer = readAnswer(given, found, parts.policy, possible)
    if (typeof answer === 'string') return showCase(c, parts, found, { answer: { ...given, error: answer } })
    const { id: person } = c.var.staff
    const anyway = field(form, 'anyway') === 'yes'
    try {
      await store.queue.answer(found.id, person, { ...answer, anyway }, parts.farewell, now())
      wake()
      if (answer.answer === 'changed' && answer.action === 'warn')
        return c.redirect((await warningOf(parts, found, person)) ?? `/case/${found.id}`, 303)
      return c.redirect(await onwards(parts, form, found, person), 303)
    } catch (error) {
      if (error instanceof Claimed) return showClaimed(c, parts, found, form, error.claim)
      if (!(error instanceof NotOpen)) throw error
      // A double click is not a colleague: the same person gave the same answer a moment ago.
      const before = (await store.queue.find(found.id))?.reviews.findLast(({ undoneAt }) => undoneAt === null)
      if (before?.personId === person && before.answer === answer.answer)
        return c.redirect(await onwards(parts, form, found, person), 303)
      return tooLate(c, parts, before ?? null, found.id)
    }
  })

  pages.post(`/review/${ID}/undo`, needs('answer'), async (c) => {
    const form = await c.req.parseBody()
    try {
      const { decisionId: id } = await store.queue.takeBack(c.req.param('id'), c.var.staff.id, now())
      wake()
      const walk = readWalk((name) => form[name])
      if (field(form, 'from') !== 'queue')
        return c.redirect(path(`/case/${id}`, { ...kept(walk), undone: '1' }, cardId({ id })), 303)
      return c.redirect(path('/', { ...kept(walk), after: walk.after, undone: '1' }, cardId({ id })), 303)
    } catch (error) {
      if (!(error instanceof NotOpen)) throw error
      return show(
        c,
        parts,
        { title: 'Nothing to take back', status: 409 },
        <Sorry heading="There is nothing to take back">
          <p>{error.message} Nothing was changed now.</p>
        </Sorry>,
      )
    }
  })

  pages.post(`/action/${ID}/undo`, needs('answer'), async (c) => {
    const form = await c.req.parseBody()
    const begun = await store.queue.undoAction(c.req.param('id'), c.var.staff.id, now())
    wake()
    const decision = field(form, 'case')
    if (begun) return c.redirect(isId(decision) ? path(`/case/${decision}`, { undoing: '1' }) : '/', 303)
    return show(
      c,
      parts,
      { title: 'Nothing to undo', status: 409 },
      <Sorry heading="There is nothing to undo">
        <p>It was undone already, or never done. Nothing was changed now.</p>
      </Sorry>,
    )
  })

  return pages
}

/**
 * After an answer: the next case that nobody else looks at, in the list or on its own page, whichever the person was reading.
 * @param what became of the last one: answered, left to others, or answered with others like it, by the id of that answer
 */
export async function onwards(
  { store, now }: ConsoleParts,
  form: Form,
  found: Case,
  me: string,
  what: 'done' | 'left' | 'together' = 'done',
  which: string = found.id,
): Promise<string> {
  const walk = readWalk((name) => form[name])
  const free = { ...filterOf(walk, await store.handing.leftBy(me), now()), free: { for: me, at: now() } }
  const next = (await store.queue.next(free, found)) ?? (await store.queue.next(free, null))
  const fragment = next === null ? '' : cardId({ id: next })
  const given = { ...kept(walk), [what]: which }
  if (field(form, 'from') === 'queue') return path('/', { ...given, after: walk.after }, fragment)
  return next === null ? path('/', given) : path(`/case/${next}`, given, fragment)
}

/** A colleague looks at it: it is answered all the same only by whoever says so. */
function showClaimed(c: Context<Env>, parts: ConsoleParts, found: Case, form: Form, claim: Claim) {
  const walk = readWalk((name) => form[name])
  const again = Object.entries({ ...form, anyway: 'yes' })
  return show(
    c,
    parts,
    { title: 'A colleague is looking at this', status: 409, at: '/' },
    <Sorry heading="A colleague is looking at this" to={path('/', kept(walk))}>
      <p>
        {heldWords(claim, c.var.staff.id, parts.now())}. Your answer was not recorded yet: if both of you decide, only
        the first answer counts.
      </p>
      <form method="post" action={`/case/${found.id}/answer`} class="buttons">
        {again.map(([name, value]) =>
          typeof value === 'string' ? <input type="hidden" name={name} value={value} /> : null,
        )}
        <button>Decide all the same</button>
      </form>
      <p>
        <a href={path(`/case/${found.id}`, kept(walk))}>See the case</a>
      </p>
    </Sorry>,
  )
}

function tooLate(c: Context<Env>, parts: ConsoleParts, review: Case['reviews'][number] | null, id: string) {
  const heading =
    review === null
      ? 'This no longer waits for an answer'
      : review.personId === c.var.staff.id
        ? 'You have answered this already'
        : 'Somebody was quicker'
  return show(
    c,
    parts,
    { title: heading, status: 409 },
    <Sorry heading={heading}>
      {review === null ? (
        <p>The text was edited and judged anew.</p>
      ) : (
        <p>
          <GivenAnswer review={review} me={c.var.staff.id} />
          {review.personId === c.var.staff.id ? <span class="faint"> Perhaps in another window.</span> : null}
        </p>
      )}
      <p>
        This answer was not recorded. <a href={`/case/${id}`}>See the case as it is now</a>
      </p>
    </Sorry>,
  )
}

/** @param refused what somebody wrote in a form on this page, and what is wrong with it */
export async function showCase(
  c: Context<Env>,
  parts: ConsoleParts,
  found: Case,
  refused: { answer?: Refused; keep?: string; police?: RefusedForm; safeguarding?: RefusedForm } = {},
) {
  const { store, policy, farewell, forgets } = parts
  const { item } = found
  if (isWithheld(item))
    return show(c, parts, { title: 'A private message', at: '/' }, <PrivateCase found={found} whole />)
  const walk: Walk = { ...readWalk((name) => c.req.query(name)), after: null }
  const thread = await store.queue.thread(item)
  const history = item.authorId === null ? [] : await store.queue.history(item.authorId)
  const accounts = item.authorId === null ? [] : await store.identities.find(item.authorId)
  const entries = await store.log.ofItem(item.id)
  const names = await store.people.names()
  const me = c.var.staff.id
  const left = await store.handing.leftBy(me)
  const free = { ...filterOf(walk, left, parts.now()), free: { for: me, at: parts.now() } }
  const next = await store.queue.next(free, found)
  const notes = await store.notes.on(item.id)
  const police = {
    referrals: await store.referrals.ofItem(item.id),
    captured: await store.evidence.of(item.id),
    isOwed: await store.referrals.isOwed(item.id),
  }
  const disclosures = await store.disclosures.ofItem(item.id)
  const approved = store.settings.present().signposting
  const hasLeft = left.includes(found.id)
  const claim =
    found.lane !== null && may(c.var.staff, 'answer') && !hasLeft
      ? await store.claims.take(found.id, me, parts.now())
      : ((await store.claims.on([found.id], parts.now())).get(found.id) ?? null)
  const done = c.req.query('done')
  const justLeft = c.req.query('left')
  const answered = isId(done) ? await store.queue.find(done) : null
  const heading = `who-${found.id}`
  const given = found.reviews.findLast(({ undoneAt }) => undoneAt === null)
  return show(
    c,
    parts,
    {
      title: `${kindWords(item.kind)} on ${platformName(item.account.platform)}`,
      status: Object.keys(refused).length > 0 ? 422 : 200,
      at: '/',
      mayWait: isOpen(found) && dangerOf(found) === null,
    },
    <>
      {answered === null ? null : <LastAnswer found={answered} me={me} walk={walk} from="case" />}
      {isId(justLeft) ? <LastLeft id={justLeft} walk={walk} from="case" /> : null}
      {c.req.query('undone') === undefined ? null : <Status>Taken back. The case is open again.</Status>}
      {c.req.query('undoing') === undefined ? null : <Status>It is being undone.</Status>}
      {c.req.query('kept') === undefined ? null : <Status>Kept as evidence.</Status>}
      {c.req.query('noted') === undefined ? null : <Status>Noted.</Status>}
      {c.req.query('released') === undefined ? null : <Status>No longer kept as evidence.</Status>}
      <nav class="beside" aria-label="Cases">
        <a href={path('/', kept(walk))} data-beside="-1">
          Back to the queue
        </a>
        {next === null ? null : (
          <a href={path(`/case/${next}`, kept(walk), cardId({ id: next }))} data-beside="1">
            Next case
          </a>
        )}
      </nav>
      <article
        class="card whole"
        id={cardId(found)}
        data-case
        data-claim={claimTill(claim, me)}
        tabindex={0}
        aria-labelledby={heading}
      >
        <header>
          <h1 id={heading}>
            <Who found={found} />
          </h1>
          <LaneTag lane={found.lane} />
          <Sent found={found} />
        </header>
        <Held claim={claim} me={me} />
        {hasLeft && isOpen(found) ? <LeftToOthers id={found.id} walk={walk} /> : null}
        <Banner found={found} policy={policy} forgets={forgets} />
        {item.conversation?.post ? (
          <section class="post">
            <h2>Your post</h2>
            <Around what={item.conversation.id} text={item.conversation.post} kind />
          </section>
        ) : null}
        <section>
          <h2>What they wrote</h2>
          <Said found={found} />
          <Pictures pictures={item.blankedAt === null ? item.pictures : []} />
          <Links found={found} />
          <p class="links">
            <Out href={item.link}>{`See it on ${platformName(item.account.platform)}`}</Out>
          </p>
          {forgets?.(item.account.platform) ? (
            <Evidence found={found} names={names} refused={refused.keep} open={c.req.query('keep') !== undefined} />
          ) : null}
        </section>
        <section>
          <h2>Why it is here</h2>
          <Findings found={found} />
          <Reasons found={found} />
          <Rules found={found} policy={policy} />
          <Excused found={found} />
        </section>
        <section class="deciding">
          <h2>{isOpen(found) && !waitsForPolice(found) ? 'Your answer' : 'The answer'}</h2>
          <Proposed found={found} policy={policy} farewell={farewell} />
          <Answers found={found} me={c.var.staff.id} />
          <WaitsForPolice found={found} />
          {isOpen(found) && !waitsForPolice(found) ? (
            <>
              <AnswerForm found={found} walk={walk} from="case" heading={heading}>
                <label class="field">
                  <span>Why? (optional)</span>
                  {/* Of several lines: in a single one, Enter would press the first button, which agrees. */}
                  <textarea name="why" rows={1} maxlength={2000} />
                </label>
              </AnswerForm>
              <ChangeForm
                found={found}
                policy={policy}
                farewell={farewell}
                walk={walk}
                open={c.req.query('change') !== undefined}
                refused={refused.answer ?? null}
              />
            </>
          ) : given ? (
            mayGoBack(found) ? (
              <form method="post" action={`/review/${given.id}/undo`}>
                <button>Undo this answer</button>
              </form>
            ) : null
          ) : (
            <p>The text was edited and judged anew, so this no longer waits for an answer.</p>
          )}
          <Actions found={found} />
          <Promised found={found} contests={await store.contests.ofDecision(found.id)} />
        </section>
        <Safeguarding
          found={found}
          words={approved ?? SIGNPOSTING}
          isApproved={approved !== undefined}
          disclosures={disclosures}
          names={names}
          mayAnswer={may(c.var.staff, 'answer')}
          refused={refused.safeguarding}
        />
        <Police found={found} {...police} names={names} refused={refused.police} />
      </article>
      <Notes itemId={item.id} notes={notes} me={me} />
      <Thread found={found} thread={thread} />
      <Person found={found} accounts={accounts} history={history} />
      <section>
        <h2>The log of this case</h2>
        <ol class="log">
          {entries.map((entry: Entry) => (
            <EntryLine entry={entry} names={names} />
          ))}
        </ol>
      </section>
    </>,
  )
}

/** Why the policy makes of the findings what it does. The findings give their own reasons, which are not said twice. */
const Reasons = ({ found }: { found: Case }) => {
  const said = new Set(found.item.findings.map(({ reason }) => reason))
  const reasons = found.reasons.filter((reason) => !said.has(reason))
  return reasons.length === 0 ? null : (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li>{reason}</li>
      ))}
    </ul>
  )
}

const Answers = ({ found, me }: { found: Case; me: string }) =>
  found.reviews.length === 0 ? null : (
    <ul class="given">
      {found.reviews.map((review) => (
        <li>
          <GivenAnswer review={review} me={me} />
        </li>
      ))}
    </ul>
  )

/** A stranger's link is never one to press: it is shown as what it is. */
const Links = ({ found }: { found: Case }) => {
  const { links } = found.item
  const media = found.item.media as unknown as { kind: string; alt?: string }[]
  // Those of the pictures stand with the pictures.
  const described = media.flatMap(({ kind, alt }) => (kind === 'image' || !alt ? [] : alt))
  if (links.length === 0 && described.length === 0) return null
  return (
    <details>
      <summary>
        {[links.length > 0 && 'Links', described.length > 0 && 'Descriptions'].filter(Boolean).join(' and ')}
      </summary>
      <ul class="hostile">
        {links.map((link) => (
          <li>
            <code>
              <Theirs>{link}</Theirs>
            </code>
          </li>
        ))}
        {described.map((alt) => (
          <li>
            Their own description of the picture: <Spared>{alt}</Spared>
          </li>
        ))}
      </ul>
      {links.length === 0 ? null : <p class="faint">Not made clickable: it may be a trap.</p>}
    </details>
  )
}

const mayUndo = ({ kind, state, undoOf, undoneBy, otherwiseAt }: Action): boolean =>
  undoOf === null &&
  undoneBy === null &&
  otherwiseAt === null &&
  (state === 'queued' || (REVERSIBLE.includes(kind) && ['done', 'manual', 'unconfirmed'].includes(state)))

const Actions = ({ found }: { found: Case }) => {
  const begun = found.actions.filter(({ state }) => state !== 'proposed')
  if (begun.length === 0) return null
  return (
    <>
      <h3>What was done about it</h3>
      <ul class="actions">
        {begun.map((action) => (
          <li>
            <p>
              <strong>{actionWords(action)}</strong> <ActionState action={action} />
              {action.settledAt === null ? null : (
                <>
                  {' '}
                  <When at={action.settledAt} />
                </>
              )}
            </p>
            {action.because === null ? null : <p class="faint">{action.because}</p>}
            {isConnected(found) && mayUndo(action) ? (
              <form method="post" action={`/action/${action.id}/undo`}>
                <input type="hidden" name="case" value={found.id} />
                <button class="quiet">Undo</button>
              </form>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  )
}

interface Above {
  handle: string
  text: string
  at: string
}

const Thread = ({ found, thread }: { found: Case; thread: Awaited<ReturnType<Store['queue']['thread']>> }) => {
  const above = found.item.above as unknown as Above[]
  const others = thread.filter(({ id }) => id !== found.item.id)
  if (above.length === 0 && others.length === 0) return null
  return (
    <details class="section">
      <summary>
        <h2>What stands around it</h2> <span class="faint">{counted(above.length + others.length, 'item')}</span>
      </summary>
      <ol class="thread">
        {above.map(({ handle, text: words, at }, n) => (
          <li>
            <p class="meta">
              <Theirs>{handle}</Theirs> <When at={new Date(at)} /> · it answers this
            </p>
            {/* Nobody judged what stands between, so nobody knows whether it hurts. */}
            <Around what={`${found.item.id}.${n}`} text={words} kind={false} />
          </li>
        ))}
        {others.map(({ author, decision, ...item }) => (
          <li>
            <p class="meta">
              <Writer author={author} /> <When at={item.writtenAt} />
              {decision === null ? null : (
                <>
                  {' '}
                  · <a href={`/case/${decision.id}`}>its case</a>
                </>
              )}
            </p>
            <Beside item={item} kind={decision !== null && decision.clauses.length === 0} />
          </li>
        ))}
      </ol>
    </details>
  )
}
