import { Hono } from 'hono'
import { brokenWhere, type Verified } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { When } from '../parts/clock.tsx'
import { EntryLine } from '../parts/entry.tsx'
import { Empty, More, show } from '../parts/layout.tsx'

const PAGE = 50
/** How long a page waits for a check before it says that it is still going on. Milliseconds. */
const GLANCE = 3000

type Check = { at: Date; found: Verified } | { at: Date; done: bigint; all: bigint }

/** The append-only log, newest first. It is checked when somebody asks: a year's log takes a while. */
export function logPage(parts: ConsoleParts): Hono<Env> {
  const { store, now } = parts
  const pages = new Hono<Env>()
  let check: Check | null = null
  let running: Promise<void> | null = null

  const verify = async (): Promise<void> => {
    const at = now()
    check = { at, done: 0n, all: 0n }
    try {
      const found = await store.log.verify((done, all) => {
        check = { at, done, all }
      })
      check = { at, found }
    } finally {
      running = null
    }
  }

  pages.get('/log', needs('data'), async (c) => {
    const before = /^\d{1,18}$/.exec(c.req.query('before') ?? '')?.[0]
    const entries = await store.log.page(before === undefined ? null : BigInt(before), PAGE + 1)
    const [head] = before === undefined ? entries : await store.log.page(null, 1)
    const names = await store.people.names()
    const shown = entries.slice(0, PAGE)
    const last = entries.length > PAGE ? shown.at(-1) : undefined
    return show(
      c,
      parts,
      { title: 'Log', at: '/log' },
      <>
        <h1>Log</h1>
        <p class="hint-line">
          Everything that was seen, decided and done, in order. Each line carries a hash of all lines before it, so that
          none can be changed or removed unnoticed. It holds no texts.
        </p>
        <section class="check">
          <CheckLine check={check} />
          {head === undefined ? null : (
            <p class="meta">
              Head of the log: line {String(head.seq)}, <code>{head.hash}</code>
            </p>
          )}
          <form method="post" action="/log/check">
            <button>Check the whole log</button>
          </form>
        </section>
        {shown.length === 0 ? <Empty>The log is empty.</Empty> : null}
        <ol class="log">
          {shown.map((entry) => (
            <EntryLine entry={entry} names={names} linked />
          ))}
        </ol>
        {before === undefined ? null : <More href="/log">Back to the newest</More>}
        {last === undefined ? null : <More href={`/log?before=${String(last.seq)}`}>Older</More>}
      </>,
    )
  })

  pages.post('/log/check', needs('data'), async (c) => {
    // One check at a time, however many ask for it.
    running ??= verify()
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, GLANCE).unref())])
    return c.redirect('/log', 303)
  })

  return pages
}

const CheckLine = ({ check }: { check: Check | null }) => {
  if (check === null) return <p>Not checked since the service started.</p>
  if (!('found' in check))
    return (
      <p role="status">
        Being checked: {String(check.done)} of {String(check.all)} lines. Load the page again to see how it went.
      </p>
    )
  const { found, at } = check
  if (found.ok)
    return (
      <p role="status" class="good">
        All {found.entries.toLocaleString('en-GB')} lines hold. Checked <When at={at} />.
      </p>
    )
  return (
    <p role="alert" class="error">
      The log is broken: {brokenWhere(found)}. Tell whoever looks after this service, and change nothing. Checked{' '}
      <When at={at} />.
    </p>
  )
}
