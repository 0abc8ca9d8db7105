import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { ActionKind } from '../../../moderation/model.ts'
import { type Alike, type AlikePlace, BONDS, type Bond, type Case, capabilitiesOf, NotOpen } from '../../store/index.ts'
import { type Given, isConnected, mayAgree, mayGoBack, proposedFor, readAnswer } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { ChangeFields, choicesFor, Whereabouts } from '../parts/answering.tsx'
import { Banner, Findings, LaneTag, Proposed, RuleInShort, Sent, Who } from '../parts/case.tsx'
import { When } from '../parts/clock.tsx'
import { field, fields, text } from '../parts/form.ts'
import { Held } from '../parts/held.tsx'
import { More, Sorry, show } from '../parts/layout.tsx'
import { cardId, ID, isId, kept, path, readWalk, type Walk } from '../parts/place.ts'
import { Said, SaidLike, Writer } from '../parts/said.tsx'
import { fromPeople, hindranceWords, jointWords, UndoTogether } from '../parts/together.tsx'
import { notForYou } from '../parts/turned-away.tsx'
import { abilityWords, answerWords, canDoTo, deed, listed, platformName, sentence } from '../parts/words.ts'
import { may } from '../rights.ts'
import { onwards } from './case.tsx'

/** Many cases that are alike, and one answer to all of them but those that are left out. */

const PAGE = 30
/** Whoever leaves out more than these has not found what is alike. They travel in the address. */
const MOST_OUT = 150
/** The form's id: the boxes stand outside it, beside texts that bring forms of their own. */
const FORM = 'joint'

/** What somebody chose so far. Travels in the address and in the form. */
interface Chosen {
  /** The answer's id, should it come to one. */
  id: string
  by: Bond
  /** When the first of these pages was made: what came later is not among them. */
  till: Date
  out: readonly string[]
  past: AlikePlace | null
}

export function togetherPages(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()

  pages.get(`/together/${ID}`, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const chosen = readChosen((name) => c.req.query(name), c.req.queries('out') ?? [], now())
    return showTogether(
      c,
      parts,
      found,
      readWalk((name) => c.req.query(name)),
      chosen,
    )
  })

  pages.post(`/together/${ID}`, needs('answer'), async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    if (isClosedTo(c, found)) return notForYou(c)
    const form = await c.req.parseBody({ all: true })
    const walk = readWalk((name) => form[name])
    const chosen = readChosen((name) => field(form, name), fields(form, 'out'), now())
    const go = field(form, 'go')
    if (go !== '') return c.redirect(addressOf(found, walk, { ...chosen, past: readPast(go) }), 303)
    const given = {
      answer: field(form, 'answer'),
      action: field(form, 'action'),
      clause: field(form, 'clause'),
      why: text(form, 'why', 2000),
    }
    const wrong = wrongWith(given, found, parts, chosen)
    if (wrong !== null) return showTogether(c, parts, found, walk, chosen, { ...given, error: wrong })
    const give = (one: Case) => {
      const answer = readAnswer(
        given,
        one,
        parts.policy,
        choicesTogether(one, parts).map(({ kind }) => kind),
      )
      return typeof answer === 'string' ? null : answer
    }
    const asked = {
      id: chosen.id,
      decisionId: found.id,
      by: chosen.by,
      till: chosen.till,
      but: chosen.out,
      shown: field(form, 'shown').split(' ').filter(isId),
    }
    const { farewell } = parts
    const me = c.var.staff.id
    await store.together.answer(asked, { person: me, give, apart: apartOf(parts), farewell, now: now() })
    wake()
    return c.redirect(await onwards(parts, { ...form, from: 'queue' }, found, me, 'together', chosen.id), 303)
  })

  pages.get(`/together/given/${ID}`, async (c) => {
    const joint = await store.together.find(c.req.param('id'))
    if (joint === null) return c.notFound()
    const ids = [...joint.leftOut.map(({ id }) => id), ...joint.apart].slice(0, MOST_OUT)
    const cases = new Map((await store.queue.of(ids)).map((one) => [one.id, one]))
    const lines = (of: readonly { id: string; words: string }[]) => (
      <ul class="rows">
        {of.slice(0, MOST_OUT).map(({ id, words }) => {
          const one = cases.get(id)
          return one === undefined || isClosedTo(c, one) ? null : (
            <li>
              <a href={`/case/${id}`}>
                <Who found={one} />
              </a>
              {words === '' ? null : `: ${words}.`}
            </li>
          )
        })}
      </ul>
    )
    return show(
      c,
      parts,
      { title: 'Answered together', at: '/answers' },
      <>
        <h1>Answered together</h1>
        <p>
          {joint.personId === c.var.staff.id ? 'You' : joint.person.name}, <When at={joint.at} />. {jointWords(joint)}
        </p>
        {joint.standing > 0 && joint.undoneAt === null ? <UndoTogether joint={joint} walk={NOWHERE} /> : null}
        {joint.leftOut.length === 0 ? null : (
          <section>
            <h2>Left out, since something had changed</h2>
            {lines(joint.leftOut.map(({ id, why }) => ({ id, words: hindranceWords(why) })))}
          </section>
        )}
        {joint.apart.length === 0 ? null : (
          <section>
            <h2>Still waiting: is the person to be blocked?</h2>
            {lines(joint.apart.map((id) => ({ id, words: '' })))}
          </section>
        )}
        <More href={`/together/${joint.decisionId}`}>See what is like it and still waits</More>
      </>,
    )
  })

  pages.post(`/together/given/${ID}/undo`, needs('answer'), async (c) => {
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    const joint = await store.together.find(id)
    if (joint === null) return c.notFound()
    try {
      const { stay } = await store.together.takeBack(id, c.var.staff.id, now())
      wake()
      if (stay.length > 0) return c.redirect(`/together/given/${id}`, 303)
      const walk = readWalk((name) => form[name])
      const fragment = cardId({ id: joint.decisionId })
      return c.redirect(path('/', { ...kept(walk), after: walk.after, together: id }, fragment), 303)
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

  return pages
}

const NOWHERE = readWalk(() => undefined)

/** What was written in private is for those alone who may read it. */
const isClosedTo = (c: Context<Env>, { item }: Case): boolean =>
  item.kind === 'message' && !may(c.var.staff, 'messages')

function readChosen(read: (name: string) => string | undefined, out: readonly string[], now: Date): Chosen {
  const till = Number(read('till'))
  const id = read('id')
  return {
    id: isId(id) ? id : randomUUID(),
    by: BONDS.find((one) => one === read('by')) ?? 'words',
    till: Number.isSafeInteger(till) && till > 0 && till < now.getTime() ? new Date(till) : now,
    out: [...new Set(out.filter(isId))],
    past: readPast(read('past') ?? ''),
  }
}

const pastOf = ({ decidedAt, id }: AlikePlace): string => `${decidedAt.getTime()}.${id}`

function readPast(word: string): AlikePlace | null {
  const [, at, id] = /^(\d{1,13})\.(.*)$/.exec(word) ?? []
  return at !== undefined && isId(id) ? { decidedAt: new Date(Number(at)), id } : null
}

function addressOf(found: Case, walk: Walk, { id, by, till, out, past }: Chosen): string {
  const given = { ...kept(walk), after: walk.after, id, by, till: String(till.getTime()), past: past && pastOf(past) }
  const base = path(`/together/${found.id}`, given)
  return `${base}${out
    .slice(0, MOST_OUT)
    .map((one) => `&out=${one}`)
    .join('')}#${cardId(found)}`
}

/**
 * What is never done to many at once: what can't be undone, what falls on everybody else too, and what takes a letter to each. A
 * block, where the policy forbids it.
 */
const NEVER: readonly ActionKind[] = ['delete', 'close-comments', 'warn']
const choicesTogether = (found: Case, { policy }: ConsoleParts) =>
  choicesFor(found).filter(({ kind }) => !NEVER.includes(kind) && (policy.bulkBlocks || kind !== 'block'))

const apartOf = ({ policy }: ConsoleParts): ActionKind[] => (policy.bulkBlocks ? [] : ['block'])

/** What is agreed to for all of them, and what is left to an answer of its own. */
function agreedTo(found: Case, parts: ConsoleParts) {
  const apart = apartOf(parts)
  const isApart = ({ kind }: { kind: string }): boolean => apart.some((one) => one === kind)
  const proposed = proposedFor(found)
  const together = { ...found, actions: found.actions.filter((one) => !proposed.includes(one) || !isApart(one)) }
  return { together, apart: proposed.filter(isApart), onlyApart: proposed.length > 0 && proposed.every(isApart) }
}

const ANSWERS = ['agreed', 'dismissed', 'changed']

function wrongWith(given: Given, found: Case, parts: ConsoleParts, { out }: Chosen): string | null {
  if (!ANSWERS.includes(given.answer)) return 'Choose an answer.'
  if (out.length > MOST_OUT)
    return `More than ${MOST_OUT} are left out: too many for one answer. Decide some by themselves first.`
  if (given.answer === 'agreed' && agreedTo(found, parts).onlyApart) return 'Nobody is blocked in bulk here.'
  if (given.answer === 'dismissed' && found.escalate === 'police' && given.why.trim() === '')
    return 'Say first why these are no matter for the police.'
  const answer = readAnswer(
    given,
    found,
    parts.policy,
    choicesTogether(found, parts).map(({ kind }) => kind),
  )
  return typeof answer === 'string' ? answer : null
}

interface Refused extends Given {
  error: string
}

async function showTogether(
  c: Context<Env>,
  parts: ConsoleParts,
  found: Case,
  walk: Walk,
  chosen: Chosen,
  refused: Refused | null = null,
) {
  if (isClosedTo(c, found)) return notForYou(c)
  const { store, policy, farewell, forgets } = parts
  const viewer = { me: c.var.staff.id, now: parts.now() }
  const { by, till, past, out } = chosen
  const size = await store.together.size(found.id, by, till, viewer)
  const [otherBond = by] = BONDS.filter((bond) => bond !== by)
  const other = await store.together.size(found.id, otherBond, till, viewer)
  // One more than is shown says whether there is another page; and the case itself stands above them.
  const ids = await store.together.members(found.id, by, till, { after: past, take: PAGE + 2 }, viewer)
  const others = ids.filter((id) => id !== found.id)
  const shown = await store.queue.of(others.slice(0, PAGE))
  const last = others.length > PAGE ? shown.at(-1) : undefined
  const claim = (await store.claims.on([found.id], viewer.now)).get(found.id)
  const heading = 'together-heading'
  const first = `who-${found.id}`
  const left = Math.max(0, size.count - out.length)
  const page = new Set([found.id, ...shown.map(({ id }) => id)])
  return show(
    c,
    parts,
    { title: 'Answer together', at: '/', status: refused === null ? 200 : 422 },
    <>
      <nav class="beside" aria-label="Cases">
        <a href={path('/', { ...kept(walk), after: walk.after }, cardId(found))} data-beside="-1">
          Back to the queue
        </a>
      </nav>
      <article class="card together" id={cardId(found)} data-case tabindex={0} aria-labelledby={heading}>
        <h1 id={heading}>{size.count < 2 ? 'Nothing else like it waits' : `${size.count} that are alike`}</h1>
        <Bonds
          size={size}
          other={other}
          address={addressOf(found, walk, { ...chosen, by: otherBond, past: null, out: [] })}
        />
        <section aria-labelledby={first}>
          <h2 id={first}>
            <Who found={found} />
          </h2>
          <LaneTag lane={found.lane} />
          <Sent found={found} />
          <Held claim={claim} me={viewer.me} />
          <Banner found={found} policy={policy} forgets={forgets} />
          <Said found={found} />
          <Findings found={found} />
          <RuleInShort found={found} policy={policy} />
          <Proposed found={found} policy={policy} farewell={farewell} />
          <p class="links">
            <LeaveOut one={found} out={out} of={first} />
            <a href={path(`/case/${found.id}`, kept(walk))} data-key="o">
              Open the case
            </a>
          </p>
        </section>
        {size.count < 2 ? null : (
          <>
            <section class="deciding">
              <h2>Your answer to {left} of them</h2>
              <form method="post" action={`/together/${found.id}`} id={FORM} class="answer">
                <Whereabouts walk={walk} from="queue" />
                <input type="hidden" name="id" value={chosen.id} />
                <input type="hidden" name="by" value={by} />
                <input type="hidden" name="till" value={String(till.getTime())} />
                <input type="hidden" name="past" value={past === null ? '' : pastOf(past)} />
                <input type="hidden" name="shown" value={[...page].join(' ')} />
                {out
                  .filter((id) => !page.has(id))
                  .map((id) => (
                    <input type="hidden" name="out" value={id} />
                  ))}
                {/* The first button is what Enter presses, on a box or anywhere: it must do nothing to anybody. */}
                <p>
                  {out.length === 0
                    ? 'Tick below what you want to leave out. '
                    : `You leave out ${out.length}; ${out.length === 1 ? 'it stays' : 'they stay'} in the queue. `}
                  <button name="go" value={past === null ? 'count' : pastOf(past)} class="quiet">
                    Count again
                  </button>
                </p>
                {refused === null ? null : (
                  <p class="error" role="alert" id="change-error">
                    {refused.error}
                  </p>
                )}
                <Apart found={found} parts={parts} size={size} />
                <label class="field">
                  <span>Why? (optional, said of each)</span>
                  <textarea name="why" rows={1} maxlength={2000}>
                    {refused?.why ?? ''}
                  </textarea>
                </label>
                <Buttons found={found} parts={parts} left={left} heading={heading} />
                {isConnected(found) ? (
                  <details class="change" open={refused?.answer === 'changed'}>
                    <summary data-key="c">
                      Change …{' '}
                      <kbd class="hint" aria-hidden="true">
                        c
                      </kbd>
                    </summary>
                    <ChangeFields
                      found={found}
                      policy={policy}
                      choices={choicesTogether(found, parts)}
                      refused={refused}
                    />
                    <button name="answer" value="changed" class="main">
                      Decide this for {left}
                    </button>
                  </details>
                ) : null}
              </form>
            </section>
            <section>
              <h2>The others</h2>
              {by === 'words' ? (
                <p class="hint-line">Marked is what differs from the first.</p>
              ) : (
                <p class="hint-line">All by the same person. Marked is what is not in the first.</p>
              )}
              <ol class="alike">
                {shown.map((one) => (
                  <Other one={one} first={found} out={out} />
                ))}
              </ol>
              <p class="more">
                {past === null ? null : (
                  <button form={FORM} name="go" value="first" class="quiet">
                    Back to the first of them
                  </button>
                )}
                {last === undefined ? null : (
                  <button form={FORM} name="go" value={pastOf(last)} class="quiet">
                    The next {PAGE}
                  </button>
                )}
              </p>
            </section>
          </>
        )}
      </article>
    </>,
  )
}

const Bonds = ({ size, other, address }: { size: Alike; other: Alike; address: string }) => (
  <p class="hint-line">
    {size.by === 'words'
      ? `They say nearly the same, ${fromPeople(size)}, and the same is proposed for each.`
      : 'One person wrote them within a day, and the same is proposed for each.'}
    {size.more ? ' There are more: these come first.' : ''}
    {other.count < 2 ? null : (
      <>
        {' '}
        <a href={address}>
          {other.by === 'words'
            ? `${other.count} that say nearly the same, whoever wrote them`
            : `${other.count} by the same person, whatever they say`}
        </a>
      </>
    )}
  </p>
)

/** Why some of what is proposed is not done to many at once. */
const Apart = ({ found, parts, size }: { found: Case; parts: ConsoleParts; size: Alike }) => {
  const { apart, together } = agreedTo(found, parts)
  if (apart.length === 0) return null
  const rest = listed([...new Set(proposedFor(together).map(({ kind }) => deed(kind).do))])
  return (
    <p class="aside">
      <strong>This office blocks nobody in bulk.</strong>{' '}
      {rest === ''
        ? 'Whoever is to be blocked is decided about one by one.'
        : `If you agree: ${rest}, for all of them.`}{' '}
      {rest === ''
        ? null
        : size.people === 1
          ? 'Whether to block the person stays in the queue, as one case.'
          : 'Whether to block stays in the queue, once for each person.'}
    </p>
  )
}

const Buttons = ({
  found,
  parts,
  left,
  heading,
}: {
  found: Case
  parts: ConsoleParts
  left: number
  heading: string
}) => {
  const { together, onlyApart } = agreedTo(found, parts)
  const words = answerWords(together)
  return (
    <div class="buttons">
      {mayAgree(found) && !onlyApart ? (
        <button name="answer" value="agreed" class="main" data-key="a" aria-describedby={heading}>
          {words.agreed}, for {left}{' '}
          <kbd class="hint" aria-hidden="true">
            a
          </kbd>
        </button>
      ) : null}
      {mayGoBack(found) ? (
        <button name="answer" value="dismissed" data-key="d" aria-describedby={heading}>
          {words.dismissed}, for {left}{' '}
          <kbd class="hint" aria-hidden="true">
            d
          </kbd>
        </button>
      ) : null}
    </div>
  )
}

const LeaveOut = ({ one, out, of }: { one: Case; out: readonly string[]; of: string }) => (
  <label class="leave-out">
    <input type="checkbox" name="out" value={one.id} form={FORM} checked={out.includes(one.id)} aria-describedby={of} />
    Leave this one out
  </label>
)

const Other = ({ one, first, out }: { one: Case; first: Case; out: readonly string[] }) => {
  const who = `who-${one.id}`
  return (
    <li>
      <p class="meta" id={who}>
        <Writer author={one.item.author} />
        {one.item.account.platform === first.item.account.platform
          ? null
          : `, on ${platformName(one.item.account.platform)}`}{' '}
        <When at={one.item.writtenAt} />
        {one.item.goneAt === null ? null : ' · gone from the platform'}
      </p>
      <SaidLike found={one} first={first} />
      <Differs one={one} first={first} />
      <p class="links">
        <LeaveOut one={one} out={out} of={who} />
        <a href={`/case/${one.id}`} aria-describedby={who}>
          Open the case
        </a>
      </p>
    </li>
  )
}

/** The same is proposed for each; what it comes to may differ, by the account or the kind of post. */
const Differs = ({ one, first }: { one: Case; first: Case }) => {
  const can = ({ item }: Case, kind: string) => canDoTo(item, capabilitiesOf(item.account), kind)
  const other = proposedFor(one).filter(({ kind }) => can(one, kind) !== can(first, kind))
  if (other.length === 0) return null
  return (
    <p class="faint">
      {other.map(({ kind }) => `${sentence(deed(kind).do)}: ${abilityWords(can(one, kind)).toLowerCase()} `)}
    </p>
  )
}
