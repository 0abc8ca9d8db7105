import { type Context, Hono } from 'hono'
import { makePack } from '../../evidence/pack.ts'
import { type Case, type GivenReferral, HOW, OUTCOMES } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { When } from '../parts/clock.tsx'
import { type Form, field, line, text } from '../parts/form.ts'
import { Empty, More, Sorry, Status, show } from '../parts/layout.tsx'
import { instantOf } from '../parts/local-time.ts'
import { ID, isId, path } from '../parts/place.ts'
import { LONGEST } from '../parts/police.tsx'
import { platformName } from '../parts/words.ts'
import { showCase } from './case.tsx'

const PAGE = 50

/** Threats on their way to the police: what is with them, the evidence to take there, and whom to take it to. */
export function policePages(parts: ConsoleParts): Hono<Env> {
  const { store, now, office } = parts
  const pages = new Hono<Env>()
  const mayRefer = needs('refer')

  pages.get('/police', mayRefer, async (c) => {
    const after = c.req.query('after')
    const open = await store.referrals.open(isId(after) ? after : null, PAGE + 1)
    const shown = open.slice(0, PAGE)
    const last = open.length > PAGE ? shown.at(-1) : undefined
    return show(
      c,
      parts,
      { title: 'The police', at: '/police' },
      <>
        {c.req.query('set') === undefined ? null : <Status>Kept.</Status>}
        <h1>The police</h1>
        <p class="hint-line">
          If anybody may be in immediate danger, call 999. What waits for a report is in the queue, under{' '}
          <a href="/?lane=police">For the police</a>.
        </p>
        <section>
          <h2>With the police now</h2>
          {shown.length === 0 ? <Empty>Nothing is with the police now.</Empty> : null}
          <ol class="rows">
            {shown.map((one) => (
              <Open referral={one} />
            ))}
          </ol>
          {last === undefined ? null : <More href={path('/police', { after: last.id })}>The next {PAGE}</More>}
        </section>
        <Contacts parts={parts} />
        <Reminders parts={parts} />
      </>,
    )
  })

  pages.post('/police/contact', mayRefer, async (c) => {
    const form = await c.req.parseBody()
    const of = (name: string) => line(form, name, LONGEST.name) || undefined
    const force = of('force')
    const email = of('email')
    if (email !== undefined && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email))
      return sorry(c, 'That is no email address.')
    if (force === undefined && ['officer', 'phone', 'email', 'reference'].some((name) => of(name) !== undefined))
      return sorry(c, 'Say first which force or team it is.')
    const contact = { officer: of('officer'), phone: of('phone'), email, reference: of('reference') }
    const given = Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== undefined))
    const wanted = force === undefined ? undefined : { force, ...given }
    await store.settings.change('police', wanted, c.var.staff.id, now())
    return c.redirect('/police?set=1', 303)
  })

  pages.post('/police/reminders', mayRefer, async (c) => {
    const form = await c.req.parseBody()
    const [days, outcomeDays] = [Number(field(form, 'days')), Number(field(form, 'outcomeDays'))]
    const isDays = (n: number, most: number): boolean => Number.isInteger(n) && n >= 1 && n <= most
    if (!isDays(days, 30) || !isDays(outcomeDays, 180)) return sorry(c, 'Give whole days: up to 30, and up to 180.')
    await store.settings.change('policeReminders', { days, outcomeDays }, c.var.staff.id, now())
    return c.redirect('/police?set=1', 303)
  })

  const sorry = (c: Context<Env>, what: string) =>
    show(
      c,
      parts,
      { title: 'That can’t be kept', status: 422, at: '/police' },
      <Sorry heading="That can’t be kept" to="/police" way="Back to the police">
        <p>{what} Nothing was changed now.</p>
      </Sorry>,
    )

  /** The evidence of a case as one file. Where nobody was called for it, it is frozen first. */
  pages.post(`/case/${ID}/pack`, mayRefer, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const { id, name } = c.var.staff
    const isThere = await store.evidence.capture(found.item.id, id, now())
    const made = { store, office, policy: parts.policy, now: now(), by: { id, name } }
    const pack = isThere ? await makePack(found.item.id, made) : null
    if (pack === null)
      return show(
        c,
        parts,
        { title: 'Its words are gone', status: 409 },
        <Sorry heading="Its words are gone" to={`/case/${found.id}`} way="Back to the case">
          <p>They were removed here before anybody kept them, so there is nothing to make a pack of.</p>
        </Sorry>,
      )
    return c.body(streamOf(pack.bytes()), 200, {
      'content-type': 'application/zip',
      'content-length': String(pack.size),
      'content-disposition': `attachment; filename="${pack.name}"`,
    })
  })

  pages.post(`/case/${ID}/referral`, mayRefer, async (c) => {
    const found = await store.queue.find(c.req.param('id'))
    if (found === null) return c.notFound()
    const form = await c.req.parseBody()
    const given = readReferral(form, office.timezone, now())
    if (typeof given === 'string') return showCase(c, parts, found, { police: { error: given, form } })
    // Nobody may have been called for it: then it is frozen now, and kept from now on.
    await store.evidence.capture(found.item.id, c.var.staff.id, now())
    await store.referrals.record(found.id, c.var.staff.id, given, now())
    return c.redirect(path(`/case/${found.id}`, { noted: '1' }, 'police'), 303)
  })

  const back = async (c: Context<Env>, referral: string) => {
    const found = await caseOf(referral)
    return found === null ? c.notFound() : c.redirect(path(`/case/${found.id}`, { noted: '1' }, 'police'), 303)
  }
  const caseOf = async (referral: string): Promise<Case | null> => {
    const itemId = await store.referrals.itemOf(referral)
    const id = itemId === null ? null : await store.queue.ofItem(itemId)
    return id === null ? null : store.queue.find(id)
  }

  pages.post(`/referral/${ID}/reference`, mayRefer, async (c) => {
    const reference = line(await c.req.parseBody(), 'reference', LONGEST.reference)
    if (reference !== '') await store.referrals.addReference(c.req.param('id'), c.var.staff.id, reference, now())
    return back(c, c.req.param('id'))
  })

  pages.post(`/referral/${ID}/asked`, mayRefer, async (c) => {
    await store.referrals.asked(c.req.param('id'), c.var.staff.id, now())
    return back(c, c.req.param('id'))
  })

  pages.post(`/referral/${ID}/outcome`, mayRefer, async (c) => {
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    const outcome = OUTCOMES.find((one) => one === field(form, 'outcome'))
    const words = text(form, 'words', LONGEST.words).trim()
    const found = await caseOf(id)
    if (found === null) return c.notFound()
    const error =
      outcome === undefined
        ? 'Choose what the police did.'
        : outcome === 'other' && words === ''
          ? 'Say what it was.'
          : null
    if (outcome === undefined || error !== null)
      return showCase(c, parts, found, { police: { error: error ?? '', form: { ...form, of: id } } })
    await store.referrals.conclude(id, c.var.staff.id, outcome, words, now())
    return back(c, id)
  })

  return pages
}

/** What was noted, or a sentence that says what is missing. */
function readReferral(form: Form, timezone: string, now: Date): GivenReferral | string {
  if (field(form, 'kind') === 'not-referred') {
    const why = text(form, 'why', LONGEST.words).trim()
    return why === '' ? 'Write why it was not reported.' : { kind: 'not-referred', why, at: now }
  }
  const force = line(form, 'force', LONGEST.name)
  if (force === '') return 'Write whom it was reported to.'
  const how = HOW.find((one) => one === field(form, 'how'))
  if (how === undefined) return 'Choose how it was reported.'
  const at = instantOf(field(form, 'at'), timezone)
  if (at === null || at.getTime() > now.getTime() + 60_000) return 'Give the day and the time when it was reported.'
  const [officer, reference] = [line(form, 'officer', LONGEST.name), line(form, 'reference', LONGEST.reference)]
  return { kind: 'referred', force, officer: officer || null, how, reference: reference || null, at }
}

type Referred = Awaited<ReturnType<ConsoleParts['store']['referrals']['open']>>[number]

const Open = ({ referral }: { referral: Referred }) => {
  const { id, force, at, reference, heardAt, item } = referral
  const name = `with-${id}`
  return (
    <li class="card">
      <h3 id={name}>
        {force}: {reference ?? 'the reference is still to come'}
      </h3>
      <p class="meta">
        From {platformName(item.account.platform)} · reported <When at={at} /> · last heard <When at={heardAt} />
      </p>
      {item.decision === null ? null : (
        <p class="links">
          <a href={`/case/${item.decision.id}#police`} aria-describedby={name}>
            Open the case
          </a>
        </p>
      )}
    </li>
  )
}

const Contacts = ({ parts }: { parts: ConsoleParts }) => {
  const contact = parts.store.settings.present().police
  return (
    <section id="contact">
      <h2>Whom this office reports to</h2>
      <p class="hint-line">
        For example the Parliamentary Liaison and Investigation Team, or your force’s own contact for Members under
        Operation Bridger. The tool knows no number but 999 and 101: ask your force for yours. It stands beside every
        threat.
      </p>
      <form method="post" action="/police/contact" class="stack">
        <label class="field">
          <span>Force or team</span>
          <input name="force" maxlength={LONGEST.name} value={contact?.force} autocomplete="off" />
        </label>
        <label class="field">
          <span>Officer (optional)</span>
          <input name="officer" maxlength={LONGEST.name} value={contact?.officer} autocomplete="off" />
        </label>
        <label class="field">
          <span>Phone (optional)</span>
          <input name="phone" type="tel" maxlength={LONGEST.name} value={contact?.phone} autocomplete="off" />
        </label>
        <label class="field">
          <span>Email (optional)</span>
          <input name="email" type="email" maxlength={LONGEST.name} value={contact?.email} autocomplete="off" />
        </label>
        <label class="field">
          <span>What to quote (optional)</span>
          <input name="reference" maxlength={LONGEST.name} value={contact?.reference} autocomplete="off" />
        </label>
        <button class="main">Keep this</button>
      </form>
    </section>
  )
}

const Reminders = ({ parts }: { parts: ConsoleParts }) => {
  const { days, outcomeDays } = parts.store.settings.present().policeReminders
  return (
    <section>
      <h2>Reminders</h2>
      <form method="post" action="/police/reminders" class="stack">
        <label class="field">
          <span>Days after which a case still unanswered, or a reference still missing, is overdue</span>
          <input name="days" type="number" min={1} max={30} required value={String(days)} />
        </label>
        <label class="field">
          <span>Days after which to ask the police what came of a report</span>
          <input name="outcomeDays" type="number" min={1} max={180} required value={String(outcomeDays)} />
        </label>
        <button>Keep this</button>
      </form>
    </section>
  )
}

/** Made as it is read, so that no more of it is in memory than is on its way. */
const streamOf = (pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: async () => {
      await pieces.return(undefined)
    },
  })
