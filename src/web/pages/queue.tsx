import { Hono } from 'hono'
import type { Case, Lane } from '../../store/index.ts'
import { mayChange } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { AnswerForm, GivenAnswer, LastAnswer } from '../parts/answering.tsx'
import { Banner, DoneLine, Findings, LaneTag, Proposed, RuleInShort, Sent, Who } from '../parts/case.tsx'
import { Count, Empty, More, Status, show } from '../parts/layout.tsx'
import { cardId, isId, laneFilter, path, placeOf, readPlace, readWalk, type Walk } from '../parts/place.ts'
import { Said } from '../parts/said.tsx'
import { LANE_ORDER, laneWords } from '../parts/words.ts'

const PAGE = 20

/** The queue: what waits for a person, most urgent first, a lane at a time or all together. */
export function queuePage(parts: ConsoleParts): Hono<Env> {
  const { store } = parts
  return new Hono<Env>().get('/', async (c) => {
    const walk = readWalk((name) => c.req.query(name))
    // One more than is shown: it says whether there is another page.
    const found = await store.queue.page(laneFilter(walk), readPlace(walk.after), PAGE + 1)
    const counts = await store.queue.counts()
    const shown = found.slice(0, PAGE)
    const last = found.length > PAGE ? shown.at(-1) : undefined
    const done = c.req.query('done')
    const answered = isId(done) ? await store.queue.find(done) : null
    const heading = walk.lane === null ? 'The queue' : laneWords(walk.lane).name
    return show(
      c,
      parts,
      { title: heading, at: '/' },
      <>
        {answered === null ? null : <LastAnswer found={answered} me={c.var.staff.id} walk={walk} from="queue" />}
        {c.req.query('undone') === undefined ? null : <Status>Taken back. The case is open again.</Status>}
        <h1>{heading}</h1>
        <Lanes walk={walk} counts={counts} />
        {walk.lane === null ? null : <p class="hint-line">{laneWords(walk.lane).hint}</p>}
        {shown.length === 0 ? (
          <Empty>
            {walk.after !== null
              ? 'There is nothing more behind this.'
              : walk.lane === null
                ? 'Nothing is waiting. Good time for a cup of tea.'
                : laneWords(walk.lane).empty}
          </Empty>
        ) : (
          shown.map((one) => <Card found={one} parts={parts} walk={walk} me={c.var.staff.id} />)
        )}
        {walk.after === null ? null : <More href={path('/', { lane: walk.lane })}>Back to the front of the queue</More>}
        {last === undefined ? null : (
          <More href={path('/', { lane: walk.lane, after: placeOf(last) })}>The next {PAGE}</More>
        )}
      </>,
    )
  })
}

const Lanes = ({ walk, counts }: { walk: Walk; counts: Record<Lane, number> }) => {
  const all = LANE_ORDER.reduce((sum, lane) => sum + counts[lane], 0)
  return (
    <nav class="lanes" aria-label="Lanes">
      <a href="/" aria-current={walk.lane === null ? 'page' : undefined}>
        All <Count n={all} of="waiting" />
      </a>
      {LANE_ORDER.map((lane) => (
        <a href={path('/', { lane })} aria-current={walk.lane === lane ? 'page' : undefined} class={lane}>
          {laneWords(lane).name} <Count n={counts[lane]} of="waiting" />
        </a>
      ))}
    </nav>
  )
}

const Card = ({ found, parts, walk, me }: { found: Case; parts: ConsoleParts; walk: Walk; me: string }) => {
  const { policy, farewell, forgets } = parts
  const heading = `who-${found.id}`
  const whole = path(`/case/${found.id}`, { lane: walk.lane })
  return (
    <article class="card" id={cardId(found)} data-case tabindex={0} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>
          <Who found={found} />
        </h2>
        <LaneTag lane={found.lane} />
        <Sent found={found} />
      </header>
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
            <a href={path(`/case/${found.id}`, { lane: walk.lane, change: '1' }, 'change')} data-key="c">
              Change …
            </a>
          ) : null}
          <a href={whole} data-key="o" aria-describedby={heading}>
            Open the case
          </a>
        </p>
      </div>
    </article>
  )
}
