import type { Policy } from '../../../moderation/policy.ts'
import type { Store } from '../../store/index.ts'
import { AGES, type Age, kept, path, type Walk } from './place.ts'
import { Writer } from './said.tsx'
import { platformName } from './words.ts'

/** What of the queue is shown: chosen in a form, said in chips, kept in the address. */

type Accounts = Awaited<ReturnType<Store['accounts']['named']>>
type Writers = Awaited<ReturnType<Store['queue']['writers']>>

const AGE_WORDS: Readonly<Record<Age, string>> = {
  new: 'Came within a day',
  day: 'Waiting for over a day',
  week: 'Waiting for over a week',
}

interface Props {
  walk: Walk
  accounts: Accounts
  policy: Policy
  /** How many that wait break each clause, with all else that was asked for. */
  clauses: ReadonlyMap<string, number>
  /** Whom the queue is narrowed down to; null where it is not, or nobody has that id. */
  person: Writers[number] | null
  /** The words somebody looked for a person with, and whom they fit; null if nobody was looked for. */
  search: { words: string; found: Writers } | null
  /** How many wait, with all that was asked for. */
  n: number
}

export const isNarrowed = (walk: Walk): boolean => Object.values(kept({ ...walk, lane: null })).some(Boolean)

export const Filters = ({ walk, accounts, policy, clauses, person, search, n }: Props) => {
  const platforms = [...new Set(accounts.map(({ platform }) => platform))]
  const several = accounts.length > platforms.length
  return (
    <>
      <Chips walk={walk} accounts={accounts} policy={policy} person={person} n={n} />
      <details class="filters" open={search !== null}>
        <summary>Filter</summary>
        <form method="get" action="/">
          {walk.lane === null ? null : <input type="hidden" name="lane" value={walk.lane} />}
          {walk.person === null ? null : <input type="hidden" name="person" value={walk.person} />}
          {platforms.length < 2 ? null : (
            <Choice
              name="platform"
              label="Platform"
              chosen={walk.platform}
              options={platforms.map((name) => [name, platformName(name)])}
            />
          )}
          {several ? (
            <Choice
              name="account"
              label="Account"
              chosen={walk.account}
              options={accounts.map(({ id, platform, handle }) => [id, `${handle} on ${platformName(platform)}`])}
            />
          ) : null}
          <Choice
            name="clause"
            label="Rule"
            chosen={walk.clause}
            options={chosenToo([...clauses.keys()], walk.clause).map((id) => [
              id,
              `${clauseName(id, policy)} (${clauses.get(id) ?? 0})`,
            ])}
          />
          <Choice
            name="age"
            label="How long it waits"
            chosen={walk.age}
            options={AGES.map((age) => [age, AGE_WORDS[age]])}
          />
          <label class="field">
            <span>Name or handle</span>
            <input name="who" maxlength={100} autocomplete="off" value={search?.words ?? ''} />
          </label>
          <button>Show these</button>
        </form>
        {search === null ? null : <Found walk={walk} {...search} />}
      </details>
    </>
  )
}

const chosenToo = (ids: readonly string[], chosen: string | null): readonly string[] =>
  chosen === null || ids.includes(chosen) ? ids : [...ids, chosen]

/** A rule by its first words; by its id where it is no longer in force. */
function clauseName(id: string, policy: Policy): string {
  const words = policy.clauses.find((clause) => clause.id === id)?.words
  if (words === undefined) return id
  return words.length > 60 ? `${words.slice(0, 59)}…` : words
}

interface ChoiceProps {
  name: string
  label: string
  chosen: string | null
  options: readonly (readonly [string, string])[]
}

const Choice = ({ name, label, chosen, options }: ChoiceProps) => (
  <label class="field">
    <span>{label}</span>
    <select name={name}>
      <option value="">Any</option>
      {options.map(([value, words]) => (
        <option value={value} selected={chosen === value}>
          {words}
        </option>
      ))}
    </select>
  </label>
)

/** Several fit, or nobody does: one person is narrowed down to at once. */
const Found = ({ walk, found }: { walk: Walk; words: string; found: Writers }) =>
  found.length === 0 ? (
    <p role="status">Nothing of anybody with these words in their name waits here.</p>
  ) : (
    <>
      <p role="status">Whose?</p>
      <ul class="rows people">
        {found.map((author) => (
          <li>
            <a href={path('/', { ...kept(walk), person: author.id })}>
              <span>
                <Writer author={author} /> on {platformName(author.platform)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )

type ChipsProps = Pick<Props, 'walk' | 'accounts' | 'policy' | 'person' | 'n'>

const Chips = ({ walk, accounts, policy, person, n }: ChipsProps) => {
  if (!isNarrowed(walk)) return null
  const account = accounts.find(({ id }) => id === walk.account)
  const all = kept(walk)
  const chips = [
    walk.platform !== null && (['platform', platformName(walk.platform)] as const),
    walk.account !== null && (['account', account?.handle ?? 'an account that is gone'] as const),
    walk.clause !== null && (['clause', clauseName(walk.clause, policy)] as const),
    walk.age !== null && (['age', AGE_WORDS[walk.age]] as const),
    walk.person !== null && (['person', person === null ? 'Somebody' : <Writer author={person} />] as const),
  ].filter((chip) => chip !== false)
  return (
    <div class="chips">
      <p>
        <strong>{n.toLocaleString('en-GB')}</strong> {n === 1 ? 'matches' : 'match'}:
      </p>
      <ul>
        {chips.map(([name, words]) => (
          <li>
            <a href={path('/', { ...all, [name]: null })}>
              <span class="unseen">No longer only: </span>
              <span class="chip-words">{words}</span> <span aria-hidden="true">×</span>
            </a>
          </li>
        ))}
        {chips.length > 1 ? (
          <li>
            <a href={path('/', { lane: walk.lane })}>Show everything</a>
          </li>
        ) : null}
      </ul>
    </div>
  )
}
