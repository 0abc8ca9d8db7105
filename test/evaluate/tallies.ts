import { columns } from '../../src/commands/columns.ts'
import type { Judged } from '../../src/commands/judge.ts'
import { isActedOn, isFound } from './figures.ts'
import type { Plain } from './labels.ts'
import { said } from './report.ts'
import { groups, type Share, share } from './share.ts'

/** What is counted where labels say little: texts by group, and corpora by label. */

/** Danger to somebody breaks no clause: there, to be escalated is to be found. */
export const isNoticed = (answer: Judged): boolean => isFound({ answer }) || answer.escalate !== null

export type PlainFigures = ReturnType<typeof plainFigures>

export function plainFigures(all: readonly { label: Plain; answer: Judged }[]) {
  const counted = (some: typeof all) => ({
    flagged: share(some, ({ answer }) => isNoticed(answer)),
    actedOn: share(some, isActedOn),
  })
  return {
    violating: counted(all.filter(({ label }) => label.violates)),
    lawful: counted(all.filter(({ label }) => !label.violates)),
    groups: [...groups(all, ({ label }) => label.group)].map(([name, some]) => ({ name, ...counted(some) })),
    flaggedLawful: all
      .filter(({ label, answer }) => !label.violates && isNoticed(answer))
      .map(({ label: { line, group, text }, answer: { clauses, act } }) => ({ line, group, text, clauses, act })),
  }
}

export function plainReport({ violating, lawful, groups: rows, flaggedLawful }: PlainFigures, withTexts: boolean) {
  return [
    ...columns([
      ['', 'flagged', 'hide or block'],
      ['violating', said(violating.flagged), said(violating.actedOn)],
      ['lawful', said(lawful.flagged), said(lawful.actedOn)],
      ...rows.map(({ name, flagged, actedOn }) => [`  ${name}`, said(flagged), said(actedOn)]),
    ]),
    ...flaggedLawful.map(
      ({ line, group, clauses, act, text }) =>
        `  lawful and flagged: line ${line} [${group}], ${act}, ${clauses.join('+') || 'escalated'}${withTexts ? `, ${JSON.stringify(text)}` : ''}`,
    ),
  ]
}

/** Flagged and acted on, by label and its value: `abuse: 1` are the texts that are said to be abusive. */
export type CorpusFigures = Map<string, { flagged: Share; actedOn: Share }>

export function corpusTally(): { add: (y: Record<string, 0 | 1>, answer: Judged) => void; figures: CorpusFigures } {
  const figures: CorpusFigures = new Map()
  return {
    figures,
    add: (y, answer) => {
      for (const [name, value] of Object.entries(y)) {
        const key = `${name}: ${value}`
        const counts = figures.get(key) ?? { flagged: { n: 0, of: 0 }, actedOn: { n: 0, of: 0 } }
        count(counts.flagged, isNoticed(answer))
        count(counts.actedOn, isActedOn({ answer }))
        figures.set(key, counts)
      }
    },
  }
}

function count(into: Share, isSo: boolean): void {
  into.of++
  if (isSo) into.n++
}

export const corpusReport = (figures: CorpusFigures): string[] =>
  columns([
    ['label', 'flagged', 'hide or block'],
    ...[...figures]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { flagged, actedOn }]) => [name, said(flagged), said(actedOn)]),
  ])
