import { Hono } from 'hono'
import type { Capabilities } from '../../../adapters/platform.ts'
import { type Ability, ACTION_KINDS, ITEM_KINDS } from '../../../moderation/model.ts'
import { capabilitiesOf } from '../../store/index.ts'
import type { ConsoleParts, Env, Health } from '../deps.ts'
import { When } from '../parts/clock.tsx'
import { Empty, show } from '../parts/layout.tsx'
import { Out } from '../parts/said.tsx'
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

/** How each account is doing, and what its platform lets us do there. */
export function accountsPage(parts: ConsoleParts): Hono<Env> {
  return new Hono<Env>().get('/accounts', async (c) => {
    const { accounts } = await parts.health()
    const rows = await parts.store.accounts.all()
    return show(
      c,
      parts,
      { title: 'Accounts', at: '/accounts' },
      <>
        <h1>Accounts</h1>
        {accounts.length === 0 ? <Empty>No account is configured.</Empty> : null}
        {accounts.map((account) => {
          const row = rows.find(({ platform, handle }) => platform === account.platform && handle === account.handle)
          return <Account account={account} capabilities={row ? capabilitiesOf(row) : null} />
        })}
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

const Account = ({
  account,
  capabilities,
}: {
  account: Health['accounts'][number]
  capabilities: Capabilities | null
}) => {
  const { platform, handle, mode, trouble, lastOkAt, notes } = account
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
      <p>{modeWords(mode)}</p>
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
