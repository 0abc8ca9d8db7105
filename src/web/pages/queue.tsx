import { Hono } from 'hono'
import type { Alike, Case, Claim, Lane } from '../../store/index.ts'
import { mayChange } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { AnswerForm, GivenAnswer, LastAnswer, LastLeft } from '../parts/answering.tsx'
import { Banner, DoneLine, Findings, LaneTag, Proposed, RuleInShort, Sent, Who } from '../parts/case.tsx'
import { Filters, isNarrowed } from '../parts/filters.tsx'
import { Held } from '../parts/held.tsx'
import { PrivateCase } from '../parts/in-private.tsx'
import { Count, Empty, More, Status, show } from '../parts/layout.tsx'
import { cardId, filterOf, isId, kept, path, placeOf, readPlace, readWalk, type Walk } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'
import { LastTogether, LikeIt } from '../parts/together.tsx'
import { LANE_ORDER, laneWords } from '../parts/words.ts'
import { isWithheld } from '../withholding.ts'

const PAGE = 20
/** UTF-16 units, of the words of somebody's name. */
const LONGEST_QUERY = 100

/** The queue: what waits for a person, most urgent first, a lane at a time or all together. */
export function queuePage(parts: ConsoleParts): Hono<Env> {
  const { store } = parts
  return new Hono<Env>().get('/', async (c) => {
    const walk = readWalk((name) => c.req.query(name))
    const me = c.var.staff.id
    const now = parts.now()
    const filter = filterOf(walk, await store.handing.leftBy(me), now)
    const who = (c.req.query('who') ?? '').slice(0, LONGEST_QUERY)
    const search = who.trim() === '' ? null : { words: who, found: await store.queue.writers(who, filter) }
    const [only, ...others] = search?.found ?? []
    if (only && others.length === 0) return c.redirect(path('/', { ...kept(walk), person: only.id }), 303)
    // One more than is shown: it says whether there is another page.
    const found = await store.queue.page(filter, readPlace(walk.after), PAGE + 1)
    const { lanes: counts, clauses } = await store.queue.survey(filter)
    const claims = await store.claims.on(
      found.map(({ id }) => id),
      now,
    )
    const accounts = await store.accounts.named()
    const person = walk.person === null ? null : ((await store.identities.find(walk.person))[0] ?? null)
    const shown = found.slice(0, PAGE)
    const alike = await store.together.sizes(shown, { me, now })
    const joint = c.req.query('together')
    const together = isId(joint) ? await store.together.find(joint) : null
    const last = found.length > PAGE ? shown.at(-1) : undefined
    const done = c.req.query('done')
    const answered = isId(done) ? await store.queue.find(done) : null
    const justLeft = c.req.query('left')
    const heading = walk.lane === null ? 'The queue' : laneWords(walk.lane).name
    return show(
      c,
      parts,
      { title: heading, at: '/', mayWait: walk.lane !== 'risk' && walk.lane !== 'police' },
      <>
        {answered === null ? null : <LastAnswer found={answered} me={me} walk={walk} from="queue" />}
        <LastTogether joint={together} me={me} walk={walk} />
        {isId(justLeft) ? <LastLeft id={justLeft} walk={walk} from="queue" /> : null}
        {c.req.query('undone') === undefined ? null : <Status>Taken back. The case is open again.</Status>}
        <h1>{heading}</h1>
        <Lanes walk={walk} counts={counts} />
        {walk.lane === null ? null : <p class="hint-line">{laneWords(walk.lane).hint}</p>}
        <Filters
          walk={walk}
          accounts={accounts}
          policy={parts.policy}
          clauses={clauses}
          person={person}
          search={search}
          n={walk.lane === null ? LANE_ORDER.reduce((sum, one) => sum + counts[one], 0) : counts[walk.lane]}
        />
        {shown.length === 0 ? (
          <Empty>
            {walk.after !== null
              ? 'There is nothing more behind this.'
              : isNarrowed(walk)
                ? 'Nothing that waits matches this.'
                : walk.lane === null
                  ? 'Nothing is waiting. Good time for a cup of tea.'
                  : laneWords(walk.lane).empty}
          </Empty>
        ) : (
          shown.map((one) => (
            <Card found={one} parts={parts} walk={walk} me={me} claim={claims.get(one.id)} alike={alike.get(one.id)} />
          ))
        )}
        {walk.after === null ? null : <More href={path('/', kept(walk))}>Back to the front of the queue</More>}
        {last === undefined ? null : (
          <More href={path('/', { ...kept(walk), after: placeOf(last) })}>The next {PAGE}</More>
        )}
      </>,
    )
  })
}

const Lanes = ({ walk, counts }: { walk: Walk; counts: Record<Lane, number> }) => {
  const all = LANE_ORDER.reduce((sum, lane) => sum + counts[lane], 0)
  return (
    <nav class="lanes" aria-label="Lanes">
      <a href={path('/', { ...kept(walk), lane: null })} aria-current={walk.lane === null ? 'page' : undefined}>
        All <Count n={all} of="waiting" />
      </a>
      {LANE_ORDER.map((lane) => (
        <a
          href={path('/', { ...kept(walk), lane })}
          aria-current={walk.lane === lane ? 'page' : undefined}
          class={lane}
        >
          {laneWords(lane).name} <Count n={counts[lane]} of="waiting" />
        </a>
      ))}
    </nav>
  )
}

interface CardProps {
  found: Case
  parts: ConsoleParts
  walk: Walk
  me: string
  claim: Claim | undefined
  alike: Alike | undefined
}

const Card = ({ found, parts, walk, me, claim, alike }: CardProps) => {
  if (isWithheld(found.item)) return <PrivateCase found={found} />
  const { policy, farewell, forgets } = parts
  const heading = `who-${found.id}`
  const whole = path(`/case/${found.id}`, kept(walk))
  const { authorId } = found.item
  return (
    <article class="card" id={cardId(found)} data-case tabindex={0} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>
          <Who found={found} />
        </h2>
        <LaneTag lane={found.lane} />
        <Sent found={found} />
      </header>
      <Held claim={claim} me={me} />
      <Banner found={found} policy={policy} forgets={forgets} />
      <Said found={found} />
      {found.item.pictures.length === 0 || found.item.blankedAt !== null ? null : (
        <p class="meta">
          With {found.item.pictures.length === 1 ? 'a picture' : `${found.item.pictures.length} pictures`}.
        </p>
      )}
      <Findings found={found} />
      <RuleInShort found={found} policy={policy} />
      <Proposed found={found} policy={policy} farewell={farewell} />
      <DoneLine found={found} />
      <LikeIt found={found} alike={alike} walk={walk} />
      {/* A part of it was answered, and the rest waits: whoever takes it on must know. */}
      {found.reviews
        .filter(({ undoneAt }) => undoneAt === null)
        .map((review) => (
          <p class="aside">
            <GivenAnswer review={review} me={me} />
          </p>
        ))}
      <div class="foot">
        <AnswerForm found={found} walk={walk} from="queue" heading={heading} />
        <p class="links">
          {mayChange(found) ? (
            <a href={path(`/case/${found.id}`, { ...kept(walk), change: '1' }, 'change')} data-key="c">
              Change …
            </a>
          ) : null}
          <a href={whole} data-key="o" aria-describedby={heading}>
            Open the case
          </a>
          {authorId === null || walk.person !== null ? null : (
            <a href={path('/', { ...kept(walk), person: authorId })} aria-describedby={heading}>
              Only theirs
            </a>
          )}
        </p>
      </div>
    </article>
  )
}
