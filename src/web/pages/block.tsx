import { type Context, Hono } from 'hono'
import type { Block } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import type { Topic } from '../drafting.ts'
import { needs } from '../guard.ts'
import { Day, When } from '../parts/clock.tsx'
import { dayOf, field, line } from '../parts/form.ts'
import { Sorry, show } from '../parts/layout.tsx'
import { Written } from '../parts/person.tsx'
import { ID } from '../parts/place.ts'
import { Writer } from '../parts/said.tsx'
import { platformName } from '../parts/words.ts'
import { begin } from './letter.tsx'

const DAY = 86_400_000
/** A block looked at again may stay for so long at most before somebody looks once more. Days. */
const LONGEST = 730
const LONGEST_WHY = 500

/** A block that is due to be looked at again: it is lifted, or it stays till another day. */
export function blockPage(parts: ConsoleParts): Hono<Env> {
  const { store, now, wake } = parts
  const pages = new Hono<Env>()
  pages.use(`/block/${ID}`, needs('answer'))

  pages.get(`/block/${ID}`, async (c) => {
    const block = await store.blocks.find(c.req.param('id'))
    return block === null ? over(c) : showBlock(c, parts, block, null)
  })

  pages.post(`/block/${ID}`, async (c) => {
    const id = c.req.param('id')
    const block = await store.blocks.find(id)
    if (block === null) return over(c)
    const form = await c.req.parseBody()
    const does = field(form, 'does')
    const why = line(form, 'why', LONGEST_WHY)
    const refuse = (error: string) => showBlock(c, parts, block, { why, until: field(form, 'until'), does, error })
    if (why === '') return refuse('Write why: the letter to them says so.')
    const { id: staff } = c.var.staff
    if (does === 'for-good') {
      if (block.authorId === null) return refuse('The platform does not say who it is.')
      await store.confirming.ask({ kind: 'permanent-block', subject: block.authorId, why }, staff, now())
      return c.redirect('/second', 303)
    }
    if (does === 'lift') {
      if (!(await store.queue.undoAction(id, staff, now()))) return over(c)
      wake()
      return c.redirect(await letterOf(id, 'lifted', why, staff), 303)
    }
    if (does !== 'keep') return refuse('Choose one of these.')
    const until = dayOf(form, 'until')
    const latest = new Date(now().getTime() + LONGEST * DAY)
    if (until === null || until <= now() || until > latest)
      return refuse('Write the day on which somebody looks at it once more: after today, and within two years.')
    if (!(await store.blocks.keep(id, until, why, staff, now()))) return over(c)
    return c.redirect(await letterOf(id, 'kept', why, staff), 303)
  })

  async function letterOf(id: string, is: 'kept' | 'lifted', why: string, staff: string): Promise<string> {
    const about = await store.letters.action(id)
    if (about === null) return '/letters/blocks'
    const { author } = about
    const topic: Topic = { kind: 'block-review', author, about, contest: null, adjustment: null, outcome: { is, why } }
    return begin(parts, topic, { aboutId: id }, staff)
  }

  const over = (c: Context<Env>) =>
    show(
      c,
      parts,
      { title: 'This block stands no longer', at: '/letters', status: 409 },
      <Sorry heading="This block stands no longer" to="/letters/blocks" way="Blocks to look at again">
        <p>Somebody lifted it meanwhile. Nothing was changed now.</p>
      </Sorry>,
    )

  return pages
}

interface Refused {
  why: string
  until: string
  does: string
  error: string
}

async function showBlock(c: Context<Env>, parts: ConsoleParts, block: Block, refused: Refused | null) {
  const { store, now } = parts
  const { blockReviewDays } = store.settings.present()
  const suggested = new Date(now().getTime() + blockReviewDays * DAY).toISOString().slice(0, 10)
  const history = block.authorId === null ? [] : await store.written.page(block.authorId, null, 10)
  const platform = platformName(block.account.platform)
  const described = refused === null ? undefined : 'block-error'
  return show(
    c,
    parts,
    { title: 'A block to look at again', at: '/letters', status: refused === null ? 200 : 422 },
    <>
      <h1>
        Blocked on {platform}: <Writer author={block.author} />
      </h1>
      <p class="meta">
        Since {block.settledAt === null ? null : <When at={block.settledAt} />}
        {block.reviewAt === null ? (
          block.forGood ? (
            ', for good'
          ) : null
        ) : (
          <>
            , to be looked at again on <Day at={block.reviewAt} />
          </>
        )}
      </p>
      <p class="links">
        {block.authorId === null ? null : <a href={`/author/${block.authorId}`}>The person</a>}
        {block.decisionId === null ? null : <a href={`/case/${block.decisionId}`}>Why they were blocked</a>}
      </p>
      <form method="post" action={`/block/${block.id}`} class="stack">
        {refused === null ? null : (
          <p class="error" role="alert" id="block-error">
            {refused.error}
          </p>
        )}
        <label class="field">
          <span>
            Why? <small>The letter says it to them; for good, a colleague reads it.</small>
          </span>
          <input
            name="why"
            value={refused?.why ?? ''}
            maxlength={LONGEST_WHY}
            required
            autocomplete="off"
            aria-describedby={described}
          />
        </label>
        <label class="field">
          <span>If it stays: to be looked at once more on</span>
          <input type="date" name="until" value={refused?.until || suggested} aria-describedby={described} />
        </label>
        <div class="buttons">
          <button name="does" value="keep">
            It stays till then
          </button>
          <button name="does" value="lift" class="main">
            Lift the block
          </button>
          {block.forGood || block.authorId === null ? null : (
            <button name="does" value="for-good">
              For good: ask a colleague …
            </button>
          )}
        </div>
      </form>
      {history.length === 0 ? null : (
        <section>
          <h2>What they wrote last</h2>
          <Written history={history} where />
        </section>
      )}
    </>,
  )
}
