import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Block, ContestRow, Store } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { Day, When } from '../parts/clock.tsx'
import { Count, Empty, More, Status, show } from '../parts/layout.tsx'
import { isId, path } from '../parts/place.ts'
import { type PromisedCounts, promisedCounts, promisesOf } from '../parts/promises.ts'
import { RecordNote } from '../parts/record-note.tsx'
import { Writer } from '../parts/said.tsx'
import { deed, letterName, platformName, sentence, stateWords } from '../parts/words.ts'

/** What the office has promised and not done yet: letters, notes on records, second looks at blocks, answers to contests. */
export function lettersPage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  pages.use('/letters', needs('answer'))
  pages.use('/letters/*', needs('answer'))

  pages.get('/letters', async (c) => {
    const owed = await store.promises.toWrite(promisesOf(parts).letters, afterOf(c), PAGE + 1)
    const shown = owed.slice(0, PAGE)
    const actions = await store.promises.actions(shown.flatMap(({ of, id }) => (of === 'action' ? id : [])))
    const rows: Child[] = []
    for (const { of, id } of shown) {
      const action = actions.find((one) => one.id === id)
      const contest = of === 'contest' ? await store.contests.find(id) : null
      if (action) rows.push(<ActionRow action={action} />)
      else if (contest) rows.push(<AnswerRow contest={contest} />)
    }
    return showTab(
      c,
      parts,
      '/letters',
      <List rows={rows} empty="Every letter is written." more={moreAfter(owed, shown.at(-1), '/letters')} />,
    )
  })

  pages.get('/letters/notes', async (c) => {
    const owed = promisesOf(parts).notes ? await store.promises.toNote(afterOf(c), PAGE + 1) : []
    const shown = owed.slice(0, PAGE)
    const last = shown.at(-1)
    const place = last?.settledAt ? { at: last.settledAt, id: last.id } : undefined
    return showTab(
      c,
      parts,
      '/letters/notes',
      <List
        rows={shown.map((action) => (
          <li class="card">
            <ActionHead action={action} />
            <RecordNote
              action={action}
              author={action.author}
              letter={action.letters.find(({ kind }) => kind !== 'block-review') ?? null}
              office={parts.office}
              policy={parts.policy}
            />
          </li>
        ))}
        empty={
          promisesOf(parts).notes
            ? 'Everything is on people’s records.'
            : 'This office’s policy promises no notes on records. You find one beside each letter.'
        }
        more={moreAfter(owed, place, '/letters/notes')}
      />,
    )
  })

  pages.get('/letters/blocks', async (c) => {
    const due = await store.blocks.due(now(), afterOf(c), PAGE + 1)
    const shown = due.slice(0, PAGE)
    const last = shown.at(-1)
    const place = last?.reviewAt ? { at: last.reviewAt, id: last.id } : undefined
    return showTab(
      c,
      parts,
      '/letters/blocks',
      <List
        rows={shown.map((block) => <BlockRow block={block} />)}
        empty="No block is due to be looked at again."
        more={moreAfter(due, place, '/letters/blocks')}
      />,
    )
  })

  pages.get('/letters/contests', async (c) => {
    const open = await store.contests.open(afterOf(c), PAGE + 1)
    const shown = open.slice(0, PAGE)
    const last = shown.at(-1)
    const place = last ? { at: last.dueAt, id: last.id } : undefined
    return showTab(
      c,
      parts,
      '/letters/contests',
      <List
        rows={shown.map((contest) => <ContestCard contest={contest} now={now()} />)}
        empty="Nothing that was decided is contested."
        more={moreAfter(open, place, '/letters/contests')}
      />,
    )
  })

  return pages
}

const PAGE = 25

interface Behind {
  at: Date
  id: string
}

const afterOf = (c: Context<Env>): Behind | null => {
  const [, at, id] = /^(\d{1,14})\.(.*)$/.exec(c.req.query('after') ?? '') ?? []
  return at !== undefined && isId(id) ? { at: new Date(Number(at)), id } : null
}

const moreAfter = (all: readonly unknown[], last: Behind | undefined, base: string): string | null =>
  all.length > PAGE && last ? path(base, { after: `${last.at.getTime()}.${last.id}` }) : null

const TABS: readonly { href: string; name: string; count: keyof PromisedCounts; hint: string }[] = [
  {
    href: '/letters',
    name: 'Letters to write',
    count: 'letters',
    hint: 'What was decided is complete once the person knows of it, or once it is written down that nobody knows where to write to.',
  },
  { href: '/letters/notes', name: 'Notes for records', count: 'notes', hint: 'For the office’s own casework system.' },
  {
    href: '/letters/blocks',
    name: 'Blocks to look at again',
    count: 'blocks',
    hint: 'Nobody is blocked for ever without anybody’s thinking about it again.',
  },
  {
    href: '/letters/contests',
    name: 'Contested',
    count: 'contests',
    hint: 'Somebody says that a decision was wrong. A colleague who had no part in it decides; the count is of those that are overdue.',
  },
]

async function showTab(c: Context<Env>, parts: ConsoleParts, at: string, list: Child) {
  const counts = await promisedCounts(parts)
  const tab = TABS.find(({ href }) => href === at)
  return show(
    c,
    parts,
    { title: tab?.name ?? 'Letters', at: '/letters' },
    <>
      {c.req.query('noted') === undefined ? null : <Status>Noted.</Status>}
      <h1>{tab?.name}</h1>
      <nav class="lanes" aria-label="What was promised">
        {TABS.map(({ href, name, count }) => (
          <a href={href} aria-current={href === at ? 'page' : undefined}>
            {name}
            {counts[count] > 0 ? <Count n={counts[count]} of={count === 'contests' ? 'overdue' : 'waiting'} /> : null}
          </a>
        ))}
      </nav>
      <p class="hint-line">{tab?.hint}</p>
      {list}
    </>,
  )
}

const List = ({ rows, empty, more }: { rows: readonly Child[]; empty: string; more: string | null }) => (
  <>
    {rows.length === 0 ? <Empty>{empty}</Empty> : <ol class="rows">{rows}</ol>}
    {more === null ? null : <More href={more}>More</More>}
  </>
)

type Owing = Awaited<ReturnType<Store['promises']['actions']>>[number]

const ActionHead = ({
  action,
}: {
  action: Pick<Owing, 'id' | 'kind' | 'author' | 'account' | 'settledAt' | 'createdAt' | 'decisionId'>
}) => (
  <>
    <h2 id={`owed-${action.id}`}>
      {sentence(deed(action.kind).done)}: <Writer author={action.author} />
    </h2>
    <p class="meta">
      {platformName(action.account.platform)} · <When at={action.settledAt ?? action.createdAt} />
      {action.decisionId === null ? null : (
        <>
          {' '}
          · <a href={`/case/${action.decisionId}`}>its case</a>
        </>
      )}
    </p>
  </>
)

const ActionRow = ({ action }: { action: Owing }) => {
  const letter = action.letters.find(({ kind }) => kind !== 'block-review')
  return (
    <li class="card">
      {action.state === 'unwritten' ? (
        <>
          <h2 id={`owed-${action.id}`}>
            To be warned: <Writer author={action.author} />
          </h2>
          <p class="meta">
            {platformName(action.account.platform)} · decided <When at={action.createdAt} /> ·{' '}
            <a href={`/case/${action.decisionId}`}>its case</a>
          </p>
        </>
      ) : (
        <ActionHead action={action} />
      )}
      {letter?.carrier ? (
        <p>
          By message: <span class={`state ${letter.carrier.state}`}>{stateWords(letter.carrier.state)}</span>{' '}
          {letter.carrier.because}
        </p>
      ) : null}
      <form method="post" action={`/action/${action.id}/letter`}>
        <button class="main" aria-describedby={`owed-${action.id}`}>
          {letter ? 'Go on with the letter' : 'Write the letter'}
        </button>
      </form>
    </li>
  )
}

const AnswerRow = ({ contest }: { contest: ContestRow }) => (
  <li class="card">
    <h2 id={`owed-${contest.id}`}>
      {letterName('contest')}: <Writer author={contest.author} />
    </h2>
    <p class="meta">
      {contest.state === 'overturned' ? 'It was taken back' : 'The decision stays'} ·{' '}
      <a href={`/contest/${contest.id}`}>what was contested</a>
    </p>
    <form method="post" action={`/contest/${contest.id}/letter`}>
      <button class="main" aria-describedby={`owed-${contest.id}`}>
        {contest.letter === null ? 'Write the answer' : 'Go on with the answer'}
      </button>
    </form>
  </li>
)

const BlockRow = ({ block }: { block: Block }) => (
  <li class="card">
    <ActionHead action={block} />
    {block.reviewAt === null ? null : (
      <p>
        To be looked at again on <Day at={block.reviewAt} />.
      </p>
    )}
    <p class="links">
      <a href={`/block/${block.id}`} aria-describedby={`owed-${block.id}`}>
        Look at it again
      </a>
    </p>
  </li>
)

const ContestCard = ({ contest, now }: { contest: ContestRow; now: Date }) => (
  <li class="card">
    <h2 id={`owed-${contest.id}`}>
      <Writer author={contest.author} /> contests a decision
    </h2>
    <p class="meta">
      {platformName(contest.decision.item.account.platform)} · received <Day at={contest.receivedAt} /> ·{' '}
      {contest.dueAt < now ? <strong class="error">an answer was due</strong> : 'an answer is due'}{' '}
      <Day at={contest.dueAt} />
    </p>
    <p class="links">
      <a href={`/contest/${contest.id}`} aria-describedby={`owed-${contest.id}`}>
        Look at it
      </a>
    </p>
  </li>
)
