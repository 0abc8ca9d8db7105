import { Hono } from 'hono'
import { useContext } from 'hono/jsx'
import type { Store } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { actionWords } from '../parts/case.tsx'
import { Clock, When } from '../parts/clock.tsx'
import { field } from '../parts/form.ts'
import { Empty, Status, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { Out, Removed, Writer } from '../parts/said.tsx'
import { platformName, stateWords } from '../parts/words.ts'
import { isWithheld } from '../withholding.ts'

type Task = Awaited<ReturnType<Store['outbox']['byHand']>>[number]

/** What the tool could not do, or can't be sure of: nothing is quietly left undone. */
export function byHandPage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()

  pages.get('/by-hand', async (c) => {
    const tasks = await store.outbox.byHand()
    return show(
      c,
      parts,
      { title: 'By hand', at: '/by-hand' },
      <>
        {c.req.query('noted') === undefined ? null : <Status>Noted.</Status>}
        <h1>By hand</h1>
        <p class="hint-line">
          Decided, but the platform does not let the tool do it, or it could not be sure it worked.
        </p>
        {tasks.length === 0 ? <Empty>There is nothing to do by hand.</Empty> : null}
        <ol class="rows">
          {tasks.map((task) => (
            <Row
              task={task}
              looks={task.author !== null && (parts.looksByItself?.(task.accountId, task.kind) ?? false)}
            />
          ))}
        </ol>
      </>,
    )
  })

  pages.post(`/action/${ID}/by-hand`, needs('answer'), async (c) => {
    const id = c.req.param('id')
    const { id: person } = c.var.staff
    const did = field(await c.req.parseBody(), 'did')
    // Each is without effect on a task that is settled: a second press changes nothing.
    if (did === 'yes' || did === 'no') await store.outbox.settledByHand(id, person, did === 'yes', now())
    else if (did === 'again') await store.outbox.again(id, person, now())
    else return c.notFound()
    wake()
    return c.redirect('/by-hand?noted=1', 303)
  })

  return pages
}

/** Whoever did it need not come back to say so. */
const Looks = ({ next }: { next: Date }) => {
  const { now } = useContext(Clock)
  return (
    <p class="hint-line">
      Serjeant looks by itself whether it was done: next {next > now ? <When at={next} /> : 'within the next minutes'}.
      You need not come back to say so.
    </p>
  )
}

const Row = ({ task, looks }: { task: Task; looks: boolean }) => {
  const heading = `task-${task.id}`
  return (
    <li class="card">
      <h2 id={heading}>
        {actionWords(task)}:{' '}
        {isWithheld(task) ? (
          'somebody who wrote in private'
        ) : (
          <Writer author={task.author ?? task.item?.author ?? null} />
        )}
      </h2>
      <p class="meta">
        {platformName(task.account.platform)} · <span class={`state ${task.state}`}>{stateWords(task.state)}</span> ·
        ordered <When at={task.begunAt ?? task.createdAt} />
      </p>
      {task.item === null ? null : <Removed item={task.item} />}
      {task.because === null ? null : <p class="how">{task.because}</p>}
      {task.state === 'manual' && looks ? <Looks next={task.runAt} /> : null}
      <p class="links">
        <Out href={task.link ?? task.item?.link ?? null}>{`Open ${platformName(task.account.platform)}`}</Out>
        {task.decisionId === null ? null : <a href={`/case/${task.decisionId}`}>Open the case</a>}
      </p>
      <form method="post" action={`/action/${task.id}/by-hand`} class="buttons">
        <button name="did" value="yes" class="main" aria-describedby={heading}>
          I have done it
        </button>
        {task.state === 'manual' ? null : (
          <button name="did" value="again" aria-describedby={heading}>
            Try again
          </button>
        )}
        <button name="did" value="no" aria-describedby={heading}>
          Leave it
        </button>
      </form>
    </li>
  )
}
