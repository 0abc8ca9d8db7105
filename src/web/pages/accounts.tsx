import { Hono } from 'hono'
import type { Capabilities } from '../../../adapters/platform.ts'
import { type Ability, ACTION_KINDS, ITEM_KINDS, type Mode } from '../../../moderation/model.ts'
import { capabilitiesOf } from '../../store/index.ts'
import type { ConsoleParts, Env, Health } from '../deps.ts'
import { When } from '../parts/clock.tsx'
import { Empty, show } from '../parts/layout.tsx'
import { abilityWords, canDo, DEEDS, KINDS, listed, MODES, platformName } from '../parts/words.ts'

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
            {parts.policy.office}, version {parts.policy.version}, with {parts.policy.clauses.length} rules. Published
            at {parts.policy.source}
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
      <p>{MODES[mode as Mode] ?? mode}</p>
      {capabilities === null ? (
        <p class="faint">What can be done here is found out at the first sign-in.</p>
      ) : (
        <dl class="facts">
          {ACTION_KINDS.map((kind) => (
            <div>
              <dt>{DEEDS[kind].do.charAt(0).toUpperCase() + DEEDS[kind].do.slice(1)}</dt>
              <dd>{abilities(capabilities, kind)}</dd>
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

/** "Done for you." where it is the same for all kinds, else kind by kind. */
function abilities(capabilities: Capabilities, action: (typeof ACTION_KINDS)[number]): string {
  const kinds = new Map<Ability, string[]>()
  for (const kind of ITEM_KINDS) {
    const can = canDo(capabilities, action, kind)
    kinds.set(can, [...(kinds.get(can) ?? []), KINDS[kind].toLowerCase()])
  }
  const [only] = kinds.keys()
  if (kinds.size === 1 && only) return abilityWords(only)
  return [...kinds].map(([can, names]) => `${listed(names)}: ${abilityWords(can).toLowerCase()}`).join(' ')
}
