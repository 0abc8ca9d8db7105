import { type Context, Hono } from 'hono'
import { isInCare } from '../../../moderation/decide.ts'
import { LONGEST_LETTER, LONGEST_SUBJECT, publishedWords } from '../../../moderation/letters.ts'
import { fillRedirect } from '../../../moderation/policy.ts'
import { type Case, isUnsent, type LetterRow, NotOpen } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import {
  clauseOf,
  draftOf,
  faultsOf,
  isTold,
  itemOf,
  type Postbox,
  postboxOf,
  type Topic,
  tooLong,
  topicOf,
  untilOf,
} from '../drafting.ts'
import { needs } from '../guard.ts'
import { When } from '../parts/clock.tsx'
import { type Form, field, line, text } from '../parts/form.ts'
import { Sorry, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { RecordNote } from '../parts/record-note.tsx'
import { Writer } from '../parts/said.tsx'
import { type Setting, Sheet, settingOf } from '../parts/sheet.tsx'
import { letterName, platformName, stateWords, wayWords } from '../parts/words.ts'

/** One letter: drafted from the case, made theirs by staff, and sent once. */
export function letterPage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()
  pages.use('/letter/*', needs('answer'))
  pages.use(`/action/${ID}/letter`, needs('answer'))
  pages.use(`/contest/${ID}/letter`, needs('answer'))
  pages.use(`/adjustment/${ID}/letter`, needs('answer'))

  pages.post(`/action/${ID}/letter`, async (c) => {
    const place = await letterAbout(parts, c.req.param('id'), c.var.staff.id)
    return place === null ? c.notFound() : c.redirect(place, 303)
  })

  pages.post(`/contest/${ID}/letter`, async (c) => {
    const contest = await store.contests.find(c.req.param('id'))
    if (contest === null || contest.state === 'open') return c.notFound()
    const topic: Topic = { kind: 'contest', author: contest.author, about: null, contest, adjustment: null }
    return c.redirect(await begin(parts, topic, { contestId: contest.id }, c.var.staff.id), 303)
  })

  pages.post(`/adjustment/${ID}/letter`, async (c) => {
    const adjustment = await store.adjustments.find(c.req.param('id'))
    if (adjustment?.state !== 'agreed') return c.notFound()
    const [author = null] = await store.identities.find(adjustment.authorId)
    const topic: Topic = { kind: 'adjustment', author, about: null, contest: null, adjustment }
    return c.redirect(await begin(parts, topic, { adjustmentId: adjustment.id }, c.var.staff.id), 303)
  })

  pages.get(`/letter/${ID}`, async (c) => {
    const letter = await store.letters.find(c.req.param('id'))
    return letter === null ? c.notFound() : showLetter(c, parts, letter, null)
  })

  pages.get(`/letter/${ID}/print`, async (c) => {
    const letter = await store.letters.find(c.req.param('id'))
    return letter === null ? c.notFound() : showPrint(c, parts, letter)
  })

  pages.post(`/letter/${ID}`, async (c) => {
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    const letter = await store.letters.find(id)
    if (letter === null) return c.notFound()
    const topic = topicOf(letter)
    const until = untilOf(parts, topic)
    const does = field(form, 'does')
    const { id: staff } = c.var.staff
    try {
      if (does === 'no-address') {
        const why = line(form, 'why', 300)
        if (why === '')
          return showLetter(c, parts, letter, ['Write where was looked, so that nobody looks in vain again.'])
        await store.letters.noAddress(id, why, staff, now())
        return c.redirect(`/letter/${id}?settled=1`, 303)
      }
      const said = does === 'anew' && letter.kind !== 'block-review' ? await draftOf(parts, topic) : writtenIn(form)
      // Whatever comes of it, what they wrote is kept.
      await store.letters.revise(id, { ...said, until }, staff, now())
      const way = WAYS.find((one) => one === does)
      if (way === undefined) return c.redirect(`/letter/${id}?kept=1`, 303)
      const faults = faultsOf(parts, topic, said, until)
      if (way === 'platform') {
        const trouble = tooLong(await boxOf(parts, topic), said.text, platformOf(topic))
        if (trouble !== null) faults.push(trouble)
      }
      if (faults.length > 0) return showLetter(c, parts, { ...letter, ...said }, faults)
      const { links } = fillRedirect(parts.policy, parts.office)
      await store.letters.send(id, way, { to: line(form, 'to', 200), links, until }, staff, now())
      wake()
      return c.redirect(`/letter/${id}?settled=1`, 303)
    } catch (error) {
      if (!(error instanceof NotOpen)) throw error
      return show(
        c,
        parts,
        { title: 'This letter can’t be sent', at: '/letters', status: 409 },
        <Sorry heading="This letter can’t be sent" to={`/letter/${id}`} way="See the letter as it is now">
          <p>{error.message} Nothing was changed now.</p>
        </Sorry>,
      )
    }
  })

  return pages
}

const WAYS = ['platform', 'email', 'post'] as const

const writtenIn = (form: Form) => ({
  subject: line(form, 'subject', LONGEST_SUBJECT),
  text: text(form, 'text', LONGEST_LETTER + 1000),
})

/** The draft that tells of an action, made where there is none yet. @returns where it is; null where nothing is to be told */
async function letterAbout(parts: ConsoleParts, actionId: string, staff: string): Promise<string | null> {
  const action = await parts.store.letters.action(actionId)
  if (action === null || action.undoOf !== null || !isTold(action.kind)) return null
  const topic: Topic = { kind: action.kind, author: action.author, about: action, contest: null, adjustment: null }
  return begin(parts, topic, { aboutId: action.id }, staff)
}

/** Where the letter of a warning that was just decided is to be written. */
export async function warningOf(parts: ConsoleParts, found: Case, staff: string): Promise<string | null> {
  const now = await parts.store.queue.find(found.id)
  const warning = now?.actions.find(({ kind, state }) => kind === 'warn' && state === 'unwritten')
  return warning === undefined ? null : letterAbout(parts, warning.id, staff)
}

/** @returns where the draft is */
export async function begin(
  parts: ConsoleParts,
  topic: Topic,
  about: Parameters<ConsoleParts['store']['letters']['write']>[1],
  staff: string,
): Promise<string> {
  const { store, policy, now } = parts
  const before = await store.letters.about(topic.kind, about)
  if (before !== null) return `/letter/${before}`
  const { id, version } = policy
  const draft = await draftOf(parts, topic)
  const authorId = topic.author?.id ?? null
  const clause = topic.about?.clause ?? null
  const letter = { kind: topic.kind, authorId, clause, policy: { id, version }, ...draft, until: untilOf(parts, topic) }
  return `/letter/${await store.letters.write(letter, about, staff, now())}`
}

const platformOf = (topic: Topic): string =>
  platformName(topic.about?.account.platform ?? topic.contest?.decision.item.account.platform ?? '')

async function boxOf(parts: ConsoleParts, topic: Topic): Promise<Postbox> {
  const blocks = topic.author === null ? [] : await parts.store.blocks.ofPerson(topic.author.id)
  return postboxOf(parts, topic, blocks)
}

/** How letters to them are set, by what is agreed with them. */
async function settingsOf({ store }: ConsoleParts, { authorId }: LetterRow): Promise<Setting> {
  const wishes = authorId === null ? [] : await store.adjustments.ofPerson(authorId)
  return settingOf(wishes.filter(({ state }) => state === 'agreed'))
}

async function showLetter(c: Context<Env>, parts: ConsoleParts, letter: LetterRow, faults: readonly string[] | null) {
  const { store, policy, now } = parts
  const topic = topicOf(letter)
  const names = await store.people.names()
  const inCare =
    letter.authorId !== null &&
    isInCare((await store.histories.lastAtRisk([letter.authorId])).get(letter.authorId), now())
  const open = isUnsent(letter) && !isOver(letter)
  const item = itemOf(topic)
  const setting = await settingsOf(parts, letter)
  const caseId = item === null ? null : await store.queue.ofItem(item.id)
  return show(
    c,
    parts,
    { title: letterName(letter.kind), at: '/letters', status: faults === null ? 200 : 422 },
    <>
      {c.req.query('kept') === undefined ? null : <Status>The draft is kept. Nothing was sent.</Status>}
      {c.req.query('settled') === undefined ? null : <Status>Noted.</Status>}
      {c.req.query('noted') === undefined ? null : <Status>Noted on their record.</Status>}
      <h1>
        {letterName(letter.kind)}: <Writer author={letter.author} />
      </h1>
      <p class="links">
        {caseId === null ? null : <a href={`/case/${caseId}`}>The case</a>}
        {letter.authorId === null ? null : <a href={`/author/${letter.authorId}`}>The person</a>}
        <a href={`/letter/${letter.id}/print`}>As a printed page or a PDF</a>
      </p>
      {inCare ? (
        <p class="aside">
          <strong>This person seemed to be at risk lately.</strong> No warning and nothing about a block or a
          restriction is sent to them, and the tool sends them nothing at all. Speak to whoever leads on safeguarding.
        </p>
      ) : null}
      {setting.words.length === 0 ? null : (
        <p class="aside">
          <strong>Agreed with them:</strong> {setting.words.join('; ')}.
          {setting.isTranslated ? ' Have it translated before you send it, and put the English below.' : null}
        </p>
      )}
      {faults === null ? null : (
        <div class="error" role="alert" id="letter-error">
          <p>It was not sent; what you wrote is kept.</p>
          <ul>
            {faults.map((fault) => (
              <li>{fault}</li>
            ))}
          </ul>
        </div>
      )}
      {open ? (
        <Edit letter={letter} box={await boxOf(parts, topic)} platform={platformOf(topic)} faulty={faults !== null} />
      ) : (
        <Gone letter={letter} names={names} />
      )}
      {letter.about !== null &&
      letter.kind !== 'hide' &&
      letter.kind !== 'block-review' &&
      policy.noteOnRecord !== 'unstated' ? (
        <RecordNote
          action={letter.about}
          author={letter.author}
          letter={letter}
          office={parts.office}
          policy={policy}
        />
      ) : null}
      {open ? <TheRule topic={topic} policy={policy} /> : null}
    </>,
  )
}

/** What it tells of was taken back, so nobody needs to know. */
const isOver = ({ about, kind }: LetterRow): boolean =>
  about !== null && kind !== 'block-review' && (about.undoneBy !== null || about.state === 'dropped')

interface EditProps {
  letter: LetterRow
  box: Postbox
  platform: string
  faulty: boolean
}

const Edit = ({ letter, box, platform, faulty }: EditProps) => (
  <>
    {letter.carrier !== null && letter.state === 'sent' ? (
      <p class="aside">
        <strong>It did not arrive on {platform}.</strong> {letter.carrier.because} Choose another way.
      </p>
    ) : null}
    <form method="post" action={`/letter/${letter.id}`} class="stack letter">
      <label class="field">
        <span>Subject, for an email</span>
        <input name="subject" value={letter.subject} maxlength={LONGEST_SUBJECT} required autocomplete="off" />
      </label>
      <label class="field">
        <span>
          The letter{' '}
          <small>Plain text. Change what you like; the rule, the day, and the phone and email have to stay.</small>
        </span>
        <textarea
          name="text"
          rows={20}
          maxlength={LONGEST_LETTER}
          required
          aria-describedby={faulty ? 'letter-error' : undefined}
        >
          {`\n${letter.text}`}
        </textarea>
      </label>
      <label class="field">
        <span>
          Where it goes <small>If by email or by post: so that a colleague can look it up. Optional.</small>
        </span>
        <input name="to" maxlength={200} autocomplete="off" />
      </label>
      <div class="buttons">
        <button name="does" value="keep">
          Keep the draft
        </button>
        {letter.kind === 'block-review' ? null : (
          <button name="does" value="anew" formnovalidate>
            Begin again from the template
          </button>
        )}
      </div>
      <fieldset>
        <legend>When it is as it should be</legend>
        {box.is === 'open' ? (
          <>
            <p class="hint-line">
              {platform} takes {box.most.toLocaleString('en-GB')} characters in a message.
            </p>
            <button name="does" value="platform" class="main">
              Send it as a private message on {platform}
            </button>
          </>
        ) : (
          <p class="hint-line">{box.because}</p>
        )}
        <p class="hint-line">
          For email, copy the subject and the letter into the office’s own email program and send it there. For post,
          print it.
        </p>
        <div class="buttons">
          <button name="does" value="email">
            I have sent it by email
          </button>
          <button name="does" value="post">
            I have posted it, or handed it over
          </button>
        </div>
      </fieldset>
    </form>
    {letter.state === 'no-address' ? null : (
      <details class="change">
        <summary>Nobody knows where to write to</summary>
        <form method="post" action={`/letter/${letter.id}`} class="stack">
          <p>
            {letter.kind === 'warn'
              ? 'Then no warning is given: what reached nobody warned nobody.'
              : 'Then that is written down, and it no longer waits here. You can still send it, should you learn where to.'}
          </p>
          <label class="field">
            <span>Where did you look?</span>
            <input name="why" maxlength={300} required autocomplete="off" />
          </label>
          <button name="does" value="no-address">
            No address is known
          </button>
        </form>
      </details>
    )}
  </>
)

const Gone = ({ letter, names }: { letter: LetterRow; names: ReadonlyMap<string, string> }) => (
  <section>
    {letter.state === 'draft' ? (
      <p>What it tells of was taken back, so it is not sent.</p>
    ) : (
      <p>
        {letter.state === 'sent' ? `It went ${wayWords(letter.way)}` : 'No address is known'}
        {letter.settledAt === null ? null : (
          <>
            , <When at={letter.settledAt} />
          </>
        )}{' '}
        ({names.get(letter.settledBy ?? '') ?? 'somebody unknown'}).
        {letter.carrier === null ? null : (
          <>
            {' '}
            <span class={`state ${letter.carrier.state}`}>{stateWords(letter.carrier.state)}</span>
          </>
        )}
        {letter.why === null ? null : <span class="why">{letter.why}</span>}
      </p>
    )}
    <h2>{letter.subject}</h2>
    <p class="words">{letter.text === '' ? 'The words were removed, as the person’s name was.' : letter.text}</p>
  </section>
)

const TheRule = ({ topic, policy }: { topic: Topic; policy: ConsoleParts['policy'] }) => {
  const clause = clauseOf(policy, topic)
  return clause === null ? null : (
    <section>
      <h2>The rule, to copy</h2>
      <figure class="rule">
        <blockquote>
          <p>{publishedWords(clause)}</p>
        </blockquote>
        <figcaption>
          {policy.office}, “{clause.section}”, clause {clause.id}, version {policy.version}
        </figcaption>
      </figure>
    </section>
  )
}

/** A page of its own: print it, or save it as a PDF, and only the sheet comes out. */
async function showPrint(c: Context<Env>, parts: ConsoleParts, letter: LetterRow) {
  const topic = topicOf(letter)
  const faults = letter.state === 'draft' ? faultsOf(parts, topic, letter, untilOf(parts, topic)) : []
  const setting = await settingsOf(parts, letter)
  return show(
    c,
    parts,
    { title: letterName(letter.kind), at: '/letters', status: faults.length === 0 ? 200 : 409 },
    faults.length > 0 ? (
      <Sorry heading="This is not ready to print" to={`/letter/${letter.id}`} way="Back to the letter">
        <ul>
          {faults.map((fault) => (
            <li>{fault}</li>
          ))}
        </ul>
      </Sorry>
    ) : (
      <>
        <p class="links unprinted">
          <a href={`/letter/${letter.id}`}>Back to the letter</a>
        </p>
        <p class="hint-line unprinted">
          Print this page, or save it as a PDF: press Ctrl and P (on a Mac, Cmd and P). Only the letter comes out.
        </p>
        <Sheet letter={letter} office={parts.office} setting={setting} />
      </>
    ),
  )
}
