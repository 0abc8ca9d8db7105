import type { Writable } from 'node:stream'
import { fillRedirect, type Policy, PolicyError } from '../../moderation/policy.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Difference } from '../difference.ts'
import { type Played, playAgain } from '../replaying.ts'
import { columns } from './columns.ts'
import { openExisting } from './existing.ts'

export interface ReplayParts {
  config: Config
  /** The policy that somebody thinks of switching on. */
  policy: Policy
  /** Of items that arrived since then. */
  since: Date
  json: boolean
  print: (line: string) => void
  /** Told how far it is, if it is a terminal. */
  error: Writable & { isTTY?: boolean }
}

/**
 * Say what another policy would have made of what is stored, beside the policy in force. Reads only.
 * @returns 1 if the new policy would have done anything about somebody at risk, which must never be; else 0
 * @throws ConfigError where there is nothing to replay, or the service has the database to itself; DatabaseError
 */
export async function replay(parts: ReplayParts): Promise<number> {
  const { config, policy, print, json } = parts
  assertUsable(policy, config)
  const found = await openExisting(config, null)
  if (found.is !== 'open') throw new ConfigError(whyNot(found.is, config))
  try {
    const { error, since } = parts
    const played = await playAgain(found.store, { before: config.policy, after: policy, since }, ({ done, of }) => {
      if (error.isTTY) error.write(`\r${done} of ${of} decisions`)
    })
    if (error.isTTY) error.write('\r\u001b[K')
    if (json) print(JSON.stringify(asJson(played, parts), null, 2))
    else for (const line of report(played, parts)) print(line)
    return played.atRisk.touched.length === 0 ? 0 : 1
  } finally {
    await found.store.close()
  }
}

/** What could not be switched on need not be replayed. */
function assertUsable(policy: Policy, { office }: Config): void {
  try {
    fillRedirect(policy, office)
  } catch (error) {
    throw error instanceof PolicyError ? new ConfigError(error.message) : error
  }
}

function whyNot(is: 'absent' | 'behind' | 'in use', { dataDir, databaseUrl }: Config): string {
  if (is === 'in use') {
    return `Serjeant is running on ${dataDir}, and has the embedded database to itself. Stop it, replay, and start it again: what people write meanwhile is read then. Or stop it, copy the folder, start it again, and replay with DATA_DIR naming the copy.`
  }
  const where = databaseUrl === undefined ? `in ${dataDir}` : 'in the database of DATABASE_URL'
  return is === 'absent'
    ? `There is nothing to replay ${where} yet: it begins at the first start.`
    : `What is stored ${where} is of an older version. Start Serjeant once, which brings it up to date, then replay.`
}

/** What is not known any more, or not played. Whoever decides by the figures must know. */
const APPROXIMATE = [
  'What was found in each item is what was found then: the judge is not asked again, and where a part of it had failed, that is not kept.',
  'The mode of an account, what can be done on its platform, and which accounts are one person’s are those of today.',
  'Warnings, breaches that staff agreed to, adjustments, standard answers and people at risk stand as they really stood. Other decisions would have led to others, and that is not played; so one person may be counted for several standard answers.',
  'The limit on what the tool does by itself in an hour is not played.',
  'A text that was edited counts once for each of its versions.',
]

function report(played: Played, { config, policy, since }: ReplayParts): string[] {
  const { decisions, changed, otherwise, waiting, people, redirects, atRisk, again, shifts, clauses, sample } = played
  const day = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: config.office.timezone,
  })
  const nameOf = ({ id, version }: Policy): string => `"${id}" (${version})`
  const scope = `${count(decisions, 'decision')} about what arrived since ${day.format(since)}`
  if (decisions === 0) return [`There are no ${scope.slice(2)}, so there is nothing to compare.`]
  return [
    `${scope}: policy ${nameOf(config.policy)}, in force, beside ${nameOf(policy)}.`,
    ...(waiting > 0 ? [`${count(waiting, 'item')} not judged yet, and left out.`] : []),
    ...sameName(config.policy, policy),
    '',
    changed === 0 ? 'None would come to another outcome.' : `${changed} would come to another outcome:`,
    ...(changed === 0 ? [] : columns([['decisions', 'from', 'to'], ...shifts.map(shiftRow)])),
    ...(otherwise === 0 ? [] : [`${otherwise} would come to the same by other clauses or steps.`]),
    '',
    ...columns([
      ['clause', 'before', 'after'],
      ...clauses.map(({ clause, before, after }) => [clause, `${before}`, `${after}`]),
    ]),
    '',
    `People whose block would be proposed: ${people.newlyBlocked} new, ${people.blockedNoMore} no longer.`,
    `Standard answers: ${redirects.before} before, ${redirects.after} after.`,
    atRisk.touched.length === 0
      ? `✓ People at risk: nothing would be done about any of their ${count(atRisk.items, 'item')}.`
      : `✗✗✗ PEOPLE AT RISK: SOMETHING WOULD BE DONE ABOUT ${atRisk.touched.length} OF THEIR ${atRisk.items} ITEMS. Don't switch it on: ${atRisk.touched.map((id) => linkTo(config, id)).join(' ')}`,
    ...(sample.length === 0 ? [] : ['', `${sample.length} of all these, the greatest changes first:`]),
    ...sample.flatMap(({ itemId, decisionId, from, to, clauses: named, reasons }) => [
      `  item ${itemId}: ${from}${under(named.before)} -> ${to}${under(named.after)}`,
      `    ${linkTo(config, decisionId)}`,
      ...reasons.map((reason) => `    - ${reason}`),
    ]),
    ...(config.databaseUrl === undefined && sample.length > 0
      ? ['  Start Serjeant to open these: it is stopped.']
      : []),
    '',
    'Only approximately, since:',
    ...APPROXIMATE.map((sentence) => `  - ${sentence}`),
    ...(again.of === 0
      ? ['  - None of this was decided under the policy in force, so how true it is was not measured.']
      : [
          `  - The policy in force, played again, decides ${again.same} of the ${again.of} it really decided as it did then.`,
        ]),
    'Nothing was written.',
  ]
}

const shiftRow = ({ decisions, from, to }: Difference['shifts'][number]): string[] => [`${decisions}`, from, to]

const under = (clauses: readonly string[]): string => (clauses.length === 0 ? '' : ` (${clauses.join(', ')})`)

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

const linkTo = ({ consoleUrl }: Config, decisionId: string): string => `${consoleUrl}/case/${decisionId}`

/** Two policies that call themselves the same can't be told apart in the log afterwards. */
function sameName(one: Policy, other: Policy): string[] {
  const isSame = one.id === other.id && one.version === other.version && JSON.stringify(one) !== JSON.stringify(other)
  return isSame ? ['Both have the same version and yet differ: give the new one another before it is switched on.'] : []
}

function asJson({ sample, ...played }: Played, { config, policy, since }: ReplayParts): object {
  const named = ({ id, version }: Policy): object => ({ id, version })
  return {
    since,
    before: named(config.policy),
    after: named(policy),
    ...played,
    sample: sample.map(({ decisionId, ...change }) => ({ ...change, link: linkTo(config, decisionId) })),
    approximate: APPROXIMATE,
  }
}
