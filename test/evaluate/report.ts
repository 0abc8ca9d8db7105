import { columns } from '../../src/commands/columns.ts'
import type { Figures } from './figures.ts'
import { interval, type Share } from './share.ts'

/** Figures in words, for people. Nothing a stranger wrote is in them unless asked for. */

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

/** `88.9% (104 of 117; 81.9-93.4%)`: the interval is Wilson's, 95%. */
export function said(share: Share): string {
  if (share.of === 0) return 'none to count'
  const [low, high] = interval(share)
  return `${percent(share.n / share.of)} (${share.n} of ${share.of}; ${(low * 100).toFixed(1)}-${percent(high)})`
}

const brief = ({ n, of }: Share): string => (of === 0 ? '-' : `${n} of ${of}`)

export function reportOf(figures: Figures, withTexts: boolean): string[] {
  const { all, withoutDoubt, clause, act, escalation, casework, never } = figures
  const detection = (name: string, { found, actedOn }: Figures['all']): string[][] => [
    [name, 'found', said(found.recall), said(found.falseAlarms)],
    ['', 'hide or block', said(actedOn.recall), said(actedOn.falseAlarms)],
  ]
  return [
    `${figures.cases} cases. In brackets: how many of how many, and the 95% interval.`,
    '',
    ...columns([
      ['', '', 'recall on violating', 'false alarms'],
      ...detection('all', all),
      ...detection('without doubt', withoutDoubt),
    ]),
    '',
    ...columns([
      ['first clause among the expected', said(clause.anyOfThem)],
      ['first clause the most fitting', said(clause.theFirst)],
      ['act too strong', said(act.tooMuch)],
      ['act too strong on what violates nothing', said(act.tooMuchOnLawful)],
      ['act too weak', said(act.tooLittle)],
      ['threats sent to the police', said(escalation.threatsToPolice)],
      ['people at risk brought to anybody', said(escalation.atRiskToAnybody)],
      ['escalated in vain', said(escalation.toNobodysUse)],
      ['casework found', said(casework.recall)],
      ['taken for casework', said(casework.falseAlarms)],
      ['families all right', said(figures.pairs)],
    ]),
    '',
    ...tableOf('kind', figures.byKind),
    '',
    ...tableOf('difficulty', figures.byDifficulty),
    '',
    ...absolute('hidden or blocked though somebody is at risk', never.againstPeopleAtRisk),
    ...absolute('blocked though nothing is violated', never.blocksOfLawful),
    '',
    `${figures.errors.length} cases differ from their label in something:`,
    ...figures.errors.flatMap((one) => mistake(one, withTexts)),
  ]
}

function tableOf(name: string, rows: Figures['byKind']): string[] {
  return columns([
    [name, 'found', 'acted on', 'false alarms', 'acted on'],
    ...rows.map((row) => [
      row.name,
      brief(row.found.recall),
      brief(row.actedOn.recall),
      brief(row.found.falseAlarms),
      brief(row.actedOn.falseAlarms),
    ]),
  ])
}

const absolute = (what: string, ids: readonly string[]): string[] =>
  ids.length === 0 ? [`✓ none ${what}`] : [`✗✗✗ ${ids.length} ${what.toUpperCase()}: ${ids.join(', ')}`]

function mistake(one: Figures['errors'][number], withTexts: boolean): string[] {
  const { id, kind, doubtful, wrong, expected, came, reasons, text } = one
  return [
    `  ${id} [${kind}${doubtful ? ', doubtful' : ''}] ${wrong.join(', ')}`,
    `    expected ${inWords(expected)}; came ${inWords(came)}`,
    ...reasons.map((reason) => `    - ${reason}`),
    ...(withTexts ? [`    ${JSON.stringify(text)}`] : []),
  ]
}

function inWords({ clauses, act, escalate, casework }: Figures['errors'][number]['came']): string {
  return [act, ...(clauses.length > 0 ? [clauses.join('+')] : []), escalate, casework ? 'casework' : null]
    .filter((word) => word !== null)
    .join(', ')
}
