import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import { dayIn } from '../../day.ts'
import type { Hold } from '../../rules.ts'
import type { Exposed, Settings } from '../../store/index.ts'
import type { ConsoleParts, Env, Health } from '../deps.ts'
import { may, type Right } from '../rights.ts'
import { Awaiting } from './awaiting.tsx'
import { Break, Enough, enoughFor, needsBreak, Support } from './care.tsx'
import { Clock } from './clock.tsx'
import { Lead } from './help.tsx'
import { Meanings } from './meanings.tsx'
import { OverdueAtTop } from './overdue.tsx'
import { Desk } from './police.tsx'
import { promisedCounts, sumOf } from './promises.ts'
import { ASKED, pageOf, type Reader, Reading } from './reader.tsx'
import { platformName } from './words.ts'

type Facts = Pick<ConsoleParts, 'now' | 'office' | 'health' | 'store' | 'means' | 'inForce' | 'policy'>

interface Shown {
  /** Of ours: never anything a stranger wrote, since titles end up in histories and task bars. */
  title: string
  status?: 200 | 401 | 403 | 404 | 409 | 413 | 421 | 422 | 429 | 500
  /** Which entry of the navigation this page is. */
  at?: string
  /** Where it was enough for today, a break is suggested in its place. Never for what can't wait. */
  mayWait?: boolean
}

const PLACES: readonly { href: string; name: string; right?: Right }[] = [
  { href: '/', name: 'Queue' },
  { href: '/police', name: 'Police', right: 'refer' },
  { href: '/by-hand', name: 'By hand' },
  { href: '/letters', name: 'Letters' },
  { href: '/answers', name: 'Answers' },
  { href: '/log', name: 'Log', right: 'data' },
  { href: '/pictures', name: 'Pictures', right: 'data' },
  { href: '/register', name: 'Register', right: 'data' },
  { href: '/accounts', name: 'Accounts' },
  { href: '/people', name: 'People' },
  { href: '/settings', name: 'Settings' },
]

/** A whole page behind the sign-in, with what is said on every page until it is put right. */
export async function show(c: Context<Env>, parts: Facts, shown: Shown, children: Child) {
  const { means, now, office, store } = parts
  const { staff } = c.var
  const day = dayIn(office.timezone, now())
  const care = await store.care.of(staff.id, day)
  const enough = enoughFor(care, store.settings.present())
  if (shown.mayWait && c.req.method === 'GET' && needsBreak(care, enough)) return suggestBreak(c, parts, care.met)
  const { title, status = 200, at } = shown
  const waiting: Record<string, number> = {
    '/by-hand': await store.outbox.byHandCount(),
    '/letters': sumOf(await promisedCounts(parts)),
  }
  const second = await store.confirming.waiting(now())
  const health = await parts.health()
  const mayRefer = may(c.var.staff, 'refer')
  const { police: contact, policeReminders } = store.settings.present()
  const overdue = mayRefer ? await store.referrals.overdue(now(), policeReminders) : null
  const met = new Map<string, Exposed>()
  const reader: Reader = {
    mask: care.mask,
    asked: new Set(c.req.queries(ASKED)),
    here: pageOf(c),
    met: (one) => met.set(one.what, one),
  }
  const page = await c.html(
    <Document title={title} foot={<Foot contacts={store.settings.present().support} />}>
      <header class="top">
        <p class="brand">
          Serjeant <span class="for">{office.mp.name}</span>
        </p>
        <nav aria-label="Console">
          {PLACES.filter(({ right }) => right === undefined || may(c.var.staff, right)).map(({ href, name }) => (
            <a href={href} aria-current={at === href ? 'page' : undefined}>
              {name}
              {waiting[href] ? <Count n={waiting[href]} of="waiting" /> : null}
            </a>
          ))}
        </nav>
        <form method="post" action="/sign-out" class="me">
          <a href="/me" aria-current={at === '/me' ? 'page' : undefined}>
            {staff.name}
            <span class="unseen">: my settings</span>
          </a>
          <button class="quiet">Sign out</button>
        </form>
      </header>
      <Awaiting session={c.var.session} second={second} here={c.req.path} />
      <NoticesAtTop {...health} />
      <HoldAtTop hold={parts.inForce().hold} />
      {overdue === null ? null : <OverdueAtTop overdue={overdue} days={policeReminders} />}
      {care.met >= enough && at !== '/break' ? <Enough met={care.met} /> : null}
      <Clock.Provider value={{ now: now(), timezone: office.timezone }}>
        <Meanings.Provider value={means ?? (() => undefined)}>
          <Lead.Provider value={office.safeguarding ?? null}>
            <Desk.Provider value={{ contact, mayRefer }}>
              <Reading.Provider value={reader}>
                <main id="main" tabindex={-1}>
                  {children}
                </main>
              </Reading.Provider>
            </Desk.Provider>
          </Lead.Provider>
        </Meanings.Provider>
      </Clock.Provider>
    </Document>,
    status,
  )
  // Only now it is written out, and whatever stood in it was met.
  await store.exposure.record(staff.id, day, [...met.values()])
  return page
}

/** In the place of a page that can wait; carrying on leads to it. */
export async function suggestBreak(c: Context<Env>, parts: Facts, met: number, to = pageOf(c)): Promise<Response> {
  const { store } = parts
  const waiting = await store.queue.counts()
  const others = await store.handing.hasColleagues(c.var.staff.id)
  const { support } = store.settings.present()
  return show(
    c,
    parts,
    { title: 'Time for a break?', at: '/break' },
    <Break met={met} waiting={waiting} others={others} contacts={support} to={to} />,
  )
}

/** A page for somebody who is not signed in: one thing to read or do. */
export function showAlone(c: Context, { title, status = 200 }: Shown, children: Child) {
  return c.html(
    <Document title={title}>
      <main id="main" class="alone" tabindex={-1}>
        <p class="brand">Serjeant</p>
        {children}
      </main>
    </Document>,
    status,
  )
}

const Document = ({ title, children, foot }: { title: string; children: Child; foot?: Child }) =>
  html`<!doctype html>${(
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Serjeant`}</title>
        <link rel="stylesheet" href="/style.css" />
        <script src="/keys.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        {children}
        {foot}
      </body>
    </html>
  )}`

/** The same on every page, so that it is found where it was. */
const Foot = ({ contacts }: { contacts: Settings['support'] }) => (
  <footer>
    <KeyGuide />
    <p>
      Some of this is hard to read. <a href="/break">Take a break</a> when you need one; somebody else can carry on from
      the same queue.
    </p>
    <Support contacts={contacts} />
  </footer>
)

/** The keys work only while a case has the focus, so they get in nobody's way (WCAG 2.1.4); without the script, not at all. */
const KEYS = [
  ['j', 'next case'],
  ['k', 'the case before'],
  ['a', 'agree'],
  ['d', 'dismiss'],
  ['c', 'change'],
  ['h', 'leave it to your colleagues'],
  ['u', 'undo the last answer'],
  ['s', 'show what is masked, or mask it again'],
  ['o', 'open the case'],
  ['g', 'answer all that are like it together'],
  ['?', 'this guide'],
] as const

const KeyGuide = () => (
  <details class="keys" id="keys">
    <summary>Keys</summary>
    <p>
      They work while a case, or the line that says what you answered, has the focus: press Tab until it is outlined.
    </p>
    <dl>
      {KEYS.map(([key, does]) => (
        <div>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  </details>
)

const NoticesAtTop = ({ rehearsal, callsStaff, accounts }: Omit<Health, 'ok'>) => (
  <>
    {rehearsal ? (
      <p class="notice">This is a rehearsal: everybody who writes here is invented, and nothing leaves this machine.</p>
    ) : null}
    {rehearsal || callsStaff ? null : (
      <p class="notice">
        No alert is set up, so nobody is called for threats or for people at risk: look here often. Whoever installed
        Serjeant can set one up.
      </p>
    )}
    {accounts.map(({ platform, handle, trouble }) =>
      trouble === null ? null : (
        <p class="notice bad">
          <strong>
            {platformName(platform)} {handle}:
          </strong>{' '}
          {trouble} Until this is put right, what people write there may not appear here, threats and people at risk
          among it: look on {platformName(platform)} yourselves. <a href="/accounts">See the accounts</a>
        </p>
      ),
    )}
  </>
)

/** Why the tool does nothing by itself: whoever wonders should not have to look for it. */
const HoldAtTop = ({ hold }: { hold: Hold | null }) =>
  hold === null ? null : hold.is === 'stopped' ? (
    <p class="notice bad">
      <strong>The tool is stopped.</strong> Nothing is hidden, blocked or answered until it is let go on.{' '}
      <a href="/settings/stop">Who stopped it, and why</a>
    </p>
  ) : (
    <p class="notice">
      Between dissolution and the declaration the tool does nothing by itself.{' '}
      <a href="/settings/election">The election</a>
    </p>
  )

export const Count = ({ n, of }: { n: number; of: string }) => (
  <span class="count">
    {n}
    <span class="unseen"> {of}</span>
  </span>
)

/** What just happened, with a way back. keys.js says it once more after loading, since only a change is read out. */
export const Status = ({ children, undo }: { children: Child; undo?: Child }) => (
  <div class="status">
    <p role="status">{children}</p>
    {undo}
  </div>
)

/** What is wrong with what somebody sent. */
export const Failure = ({ children }: { children: string | undefined }) =>
  children === undefined ? null : (
    <p class="error" role="alert">
      {children}
    </p>
  )

export const Empty = ({ children }: { children: Child }) => <p class="empty">{children}</p>

export const More = ({ href, children }: { href: string; children: Child }) => (
  <p class="more">
    <a href={href}>{children}</a>
  </p>
)

interface SorryProps {
  heading: string
  children: Child
  /** Where to go from here; null where nowhere is right. */
  to?: string | null
  way?: string
}

/** Half a page that says what went wrong and where to go. */
export const Sorry = ({ heading, children, to = '/', way = 'Back to the queue' }: SorryProps) => (
  <section class="sorry">
    <h1>{heading}</h1>
    {children}
    {to === null ? null : (
      <p>
        <a href={to}>{way}</a>
      </p>
    )}
  </section>
)
