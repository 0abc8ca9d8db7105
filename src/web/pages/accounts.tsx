import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Capabilities } from '../../../adapters/platform.ts'
import { type Ability, ACTION_KINDS, ITEM_KINDS, type Mode } from '../../../moderation/model.ts'
import { capabilitiesOf, periodsOf, type Store } from '../../store/index.ts'
import type { ConsoleParts, Env, Health, Judge } from '../deps.ts'
import { needs } from '../guard.ts'
import { When } from '../parts/clock.tsx'
import { field } from '../parts/form.ts'
import { Empty, show } from '../parts/layout.tsx'
import { ID } from '../parts/place.ts'
import { Out } from '../parts/said.tsx'
import { Kept } from '../parts/settings.tsx'
import { type Bill, Spending } from '../parts/spending.tsx'
import {
  abilityWords,
  canDo,
  counted,
  deed,
  kindWords,
  listed,
  modeWords,
  platformName,
  sentence,
} from '../parts/words.ts'
import { may } from '../rights.ts'

const MODES: readonly Mode[] = ['watch', 'propose', 'perform']

/** How each account is doing, and what its platform lets us do there. */
export function accountsPage(parts: ConsoleParts): Hono<Env> {
  const pages = new Hono<Env>()

  pages.post(`/accounts/${ID}/mode`, needs('policy'), async (c) => {
    const form = await c.req.parseBody()
    const mode = MODES.find((one) => one === field(form, 'mode'))
    if (mode === undefined) return c.redirect('/accounts', 303)
    await parts.store.accounts.chooseMode(c.req.param('id'), mode, c.var.staff.id, parts.now())
    return c.redirect('/accounts?kept=1', 303)
  })

  return pages.get('/accounts', async (c) => {
    const { accounts } = await parts.health()
    const rows = await parts.store.accounts.all()
    const bills = new Map<string, Bill | null>()
    for (const row of rows) bills.set(row.id, await billOf(parts.store, row, parts.now()))
    return show(
      c,
      parts,
      { title: 'Accounts', at: '/accounts' },
      <>
        <Kept when={c.req.query('kept')} />
        <h1>Accounts</h1>
        {accounts.length === 0 ? <Empty>No account is configured.</Empty> : null}
        {accounts.map((account) => {
          const row = rows.find(({ platform, handle }) => platform === account.platform && handle === account.handle)
          return (
            <Account account={account} row={row} bill={bills.get(row?.id ?? '') ?? null}>
              {row && may(c.var.staff, 'policy') ? <ModeForm row={row} /> : null}
            </Account>
          )
        })}
        <Judges judges={parts.judges ?? []} />
        <section>
          <h2>The policy in force</h2>
          <p>
            {parts.policy.office}, version {parts.policy.version}, with {counted(parts.policy.clauses.length, 'rule')}.{' '}
            {URL.canParse(parts.policy.source) ? (
              <Out href={parts.policy.source}>As published</Out>
            ) : (
              parts.policy.source
            )}
          </p>
        </section>
      </>,
    )
  })
}

type Row = Awaited<ReturnType<Store['accounts']['all']>>[number]

async function billOf({ spending }: Store, row: Row, now: Date): Promise<Bill | null> {
  const standing = await spending.standing(row, now)
  if (standing === null) return null
  const { today, thisMonth } = periodsOf(now)
  const spentToday = await spending.between(row.id, ...today)
  return { ...standing, spentToday, spentThisMonth: await spending.between(row.id, ...thisMonth) }
}

/** Staff must know, and be able to tell people, where their words go. */
const Judges = ({ judges }: { judges: readonly Judge[] }) => {
  const abroad = judges.filter(({ sendsTo }) => sendsTo !== null)
  return (
    <section>
      <h2>Who judges</h2>
      <p>
        {abroad.length === 0
          ? 'Serjeant judges here. Nothing that people write is sent to anybody else to be judged.'
          : 'Serjeant judges here, and asks others too, as your office has set up. They can only point at something more; whatever they say, a person decides. Words of somebody who seems to be at risk are not sent.'}
      </p>
      {judges.length === 0 ? null : (
        <ul>
          {judges.map((judge) => (
            <li>
              <strong>{judge.name}</strong>: {destination(judge)}
              {judge.trouble() === null ? null : <p class="error">It has no say at the moment. {judge.trouble()}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function destination({ sendsTo, seesPictures, readsPrivate }: Judge): string {
  if (sendsTo === null) return 'runs on this machine. What people write stays here.'
  const what = seesPictures ? 'what people write, and their pictures,' : 'what people write'
  const isSent = seesPictures ? 'are sent' : 'is sent'
  return `${what} ${isSent} to ${sendsTo}. Private messages are ${readsPrivate ? 'sent too' : 'not'}.`
}

interface AccountProps {
  account: Health['accounts'][number]
  row: Row | undefined
  bill: Bill | null
  children?: Child
}

const Account = ({ account, row, bill, children }: AccountProps) => {
  const { platform, handle, mode, trouble, lastOkAt, notes } = account
  const capabilities = row ? capabilitiesOf(row) : null
  // Several sources may rest for one and the same reason.
  const rests = new Set(row?.sources.flatMap(({ note }) => note ?? []))
  return (
    <section class="card">
      <h2>
        {platformName(platform)} {handle}
      </h2>
      {trouble === null ? (
        <p class="good">
          {lastOkAt === null ? (
            'Waiting to be read for the first time.'
          ) : (
            <>
              All is well. Read <When at={lastOkAt} />.
            </>
          )}
        </p>
      ) : (
        <p class="error">
          {trouble}{' '}
          {lastOkAt === null ? null : (
            <>
              Last read <When at={lastOkAt} />.
            </>
          )}
        </p>
      )}
      {[...rests]
        .filter((note) => note !== trouble)
        .map((note) => (
          <p class="aside">{note}</p>
        ))}
      <p>{modeWords(row?.mode ?? mode)}</p>
      {children}
      {capabilities === null ? (
        <p class="faint">What can be done here is found out at the first sign-in.</p>
      ) : (
        <dl class="facts">
          {ACTION_KINDS.map((kind) => (
            <div>
              <dt>{sentence(deed(kind).do)}</dt>
              {abilities(capabilities, kind)}
            </div>
          ))}
        </dl>
      )}
      {bill === null ? null : <Spending bill={bill} />}
      {notes.length === 0 ? null : (
        <>
          <h3>Good to know</h3>
          <ul>
            {notes.map((note) => (
              <li>{note}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** How much the tool may do on this account. */
const ModeForm = ({ row: { id, mode, platform, handle } }: { row: Row }) => (
  <details class="change">
    <summary>Change how much the tool may do here</summary>
    <form method="post" action={`/accounts/${id}/mode`}>
      <fieldset>
        <legend>
          What may the tool do on {platformName(platform)} {handle}?
        </legend>
        {MODES.map((one) => (
          <label>
            <input type="radio" name="mode" value={one} checked={mode === one} />
            <span>{modeWords(one)}</span>
          </label>
        ))}
      </fieldset>
      <button class="main">Keep</button>
    </form>
  </details>
)

/** "Done for you." where it is the same for all kinds, else a line for each answer. */
function abilities(capabilities: Capabilities, action: (typeof ACTION_KINDS)[number]) {
  const kinds = new Map<Ability, string[]>()
  for (const kind of ITEM_KINDS) {
    const can = canDo(capabilities, action, kind)
    kinds.set(can, [...(kinds.get(can) ?? []), kindWords(kind).toLowerCase()])
  }
  const [only] = kinds.keys()
  if (kinds.size === 1 && only) return <dd>{abilityWords(only)}</dd>
  return [...kinds].map(([can, names]) => (
    <dd>
      {sentence(listed(names))}: {abilityWords(can).toLowerCase()}
    </dd>
  ))
}
