import { authorOf, type Case, isNameless, type Store } from '../../store/index.ts'
import { Day, When } from './clock.tsx'
import { Around, Beside, Writer } from './said.tsx'
import { counted, kindWords, listed, platformName } from './words.ts'

/** Whoever wrote it, over all the accounts that staff have linked. */

export type Accounts = Awaited<ReturnType<Store['identities']['find']>>
export type History = Awaited<ReturnType<Store['written']['page']>>

interface Props {
  found: Case
  accounts: Accounts
  history: History
}

export const Person = ({ found, accounts, history }: Props) => {
  const { author } = found.item
  if (author === null)
    return (
      <section>
        <h2>The person</h2>
        <p>
          The platform does not say who wrote this, so there is no history. A block is done by hand, beside what they
          wrote.
        </p>
      </section>
    )
  const facts = authorOf(author)
  const others = history.filter(({ id }) => id !== found.item.id)
  const linked = accounts.filter(({ id }) => id !== author.id)
  const places = listed([...new Set(linked.map(({ platform }) => platformName(platform)))])
  return (
    <details class="section">
      <summary>
        <h2>The person</h2>{' '}
        <span class="faint">
          {others.length === 0 ? 'first time here' : counted(others.length, 'other item')}
          {linked.length === 0 ? null : `, also on ${places}`}
        </span>
      </summary>
      <dl class="facts">
        <div>
          <dt>First seen here</dt>
          <dd>
            <When at={author.firstSeenAt} />
          </dd>
        </div>
        {facts.createdAt === undefined ? null : (
          <div>
            <dt>Account made</dt>
            <dd>
              <Day at={facts.createdAt} />
            </dd>
          </div>
        )}
        {facts.followers === undefined ? null : (
          <div>
            <dt>Followers</dt>
            <dd>{facts.followers.toLocaleString('en-GB')}</dd>
          </div>
        )}
        <Agreed {...author} />
        {linked.map((account) => (
          <div>
            <dt>Also on {platformName(account.platform)}</dt>
            <dd>
              <Writer author={account} />
            </dd>
          </div>
        ))}
      </dl>
      {isNameless(author) && linked.length === 0 ? null : (
        <p class="links">
          <a href={`/author/${author.id}`}>
            {linked.length === 0 ? 'Link their account on another platform …' : 'The person and their accounts'}
          </a>
        </p>
      )}
      <form method="post" action={`/author/${author.id}/hand-on`}>
        <button>Stop showing me this person</button>
        <p class="faint">
          Your colleagues answer what they write, and no reason is asked for. You can take it back under your own name
          at the top. While nobody else may answer, you are shown it all the same.
        </p>
      </form>
      {facts.bio ? (
        <>
          <h3>How they describe themselves</h3>
          <Around what={`${author.id}.bio`} text={facts.bio} kind={false} />
        </>
      ) : null}
      {others.length === 0 ? null : (
        <>
          <h3>What else they wrote to this office</h3>
          <Written history={others} where={linked.length > 0} />
        </>
      )}
    </details>
  )
}

/** What was said to the person and agreed with them, whatever the account. */
export const Agreed = ({ redirectedAt, adjustments }: { redirectedAt: Date | null; adjustments: number }) => (
  <>
    {redirectedAt === null ? null : (
      <div>
        <dt>Told where to write</dt>
        <dd>
          <When at={redirectedAt} />
        </dd>
      </div>
    )}
    {adjustments === 0 ? null : (
      <div>
        <dt>Adjustments agreed</dt>
        <dd>{adjustments}</dd>
      </div>
    )}
  </>
)

/** @param where also say on which platform */
export const Written = ({ history, where }: { history: History; where: boolean }) => (
  <ol class="thread">
    {history.map(({ decision, account, ...item }) => (
      <li>
        <p class="meta">
          {kindWords(item.kind)}
          {where ? ` on ${platformName(account.platform)}` : null}, <When at={item.writtenAt} />
          {decision === null ? (
            ' · not judged yet'
          ) : (
            <>
              {' '}
              · <a href={`/case/${decision.id}`}>its case</a>
              {decision.clauses.length === 0 ? null : `: clause ${decision.clauses.join(', ')}`}
            </>
          )}
        </p>
        <Beside item={item} kind={decision !== null && decision.clauses.length === 0} />
      </li>
    ))}
  </ol>
)
