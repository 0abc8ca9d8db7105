import path from 'node:path'
import { parseArgs } from 'node:util'
import { readOffice } from '../../src/commands/judge.ts'
import { ConfigError, readPolicyNamed } from '../../src/config.ts'
import { disguisedFigures, disguisedReport } from './disguised.ts'
import { type Figures, figuresOf, type Scored } from './figures.ts'
import { judgeRows, type Setting } from './judging.ts'
import { type Case, type Plain, type Row, readSuite, type Suite } from './labels.ts'
import { reportOf } from './report.ts'
import { corpusReport, corpusTally, plainFigures, plainReport } from './tallies.ts'

const USAGE =
  'npm run evaluate -- FILE.jsonl [MORE.jsonl|.tsv] [--disguised] [--policy standard] [--office test/cases/office.json] [--texts] [--json]'

interface Measured {
  lines: string[]
  json: unknown
  /** What may never happen, did. */
  isBroken?: boolean
}

/**
 * Judge labelled files and say how well, each by itself.
 * @returns 1 if somebody at risk was moderated, or a block proposed where nothing is violated; else 0
 * @throws ConfigError that says what to change
 */
export async function evaluate(
  argv: string[],
  print: (line: string) => void,
  error: Setting['error'],
): Promise<number> {
  const { files, policy, office, json, texts, disguised } = options(argv)
  const setting = { policy: readPolicyNamed(policy, '.'), office: readOffice(office), error }
  const suites: Suite[] = []
  for (const file of files) suites.push(await readSuite(file))
  let broken = 0
  const all: Record<string, unknown> = {}
  for (const suite of suites) {
    const { file } = suite
    if (suite.is === 'absent') {
      error.write(`${file} is not there, so it is passed over.\n`)
      continue
    }
    const measured = disguised ? await measureDisguised(suite, setting) : await measure(suite, setting, texts)
    if (measured.isBroken) broken++
    all[file] = measured.json
    if (!json) for (const line of [`${path.basename(file)}, policy "${policy}"`, ...measured.lines, '']) print(line)
  }
  if (json) print(JSON.stringify(all, null, 2))
  return broken === 0 ? 0 : 1
}

function options(argv: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        policy: { type: 'string', default: 'standard' },
        office: { type: 'string', default: 'test/cases/office.json' },
        disguised: { type: 'boolean', default: false },
        texts: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    if (positionals.length > 0) return { files: positionals, ...values }
  } catch {
    // An option nobody knows.
  }
  throw new ConfigError(USAGE)
}

async function measure(suite: Exclude<Suite, { is: 'absent' }>, setting: Setting, texts: boolean): Promise<Measured> {
  switch (suite.is) {
    case 'cases': {
      const figures = figuresOf(await scored<Case>(suite.rows, setting), setting.policy)
      return { lines: reportOf(figures, texts), json: shown(figures, texts), isBroken: isBroken(figures) }
    }
    case 'plain': {
      const figures = plainFigures(await scored<Plain>(suite.rows, setting))
      const flaggedLawful = figures.flaggedLawful.map(({ text, ...rest }) => (texts ? { text, ...rest } : rest))
      return { lines: plainReport(figures, texts), json: { ...figures, flaggedLawful } }
    }
    case 'corpus': {
      const { add, figures } = corpusTally()
      await judgeRows(suite.rows, setting, add)
      return { lines: corpusReport(figures), json: Object.fromEntries(figures) }
    }
  }
}

/** Of cases alone: nothing else says in what language it is, and whether it is disguised already. */
async function measureDisguised(suite: Exclude<Suite, { is: 'absent' }>, setting: Setting): Promise<Measured> {
  if (suite.is !== 'cases') throw new ConfigError(`${suite.file} does not hold cases, which --disguised needs.`)
  const figures = await disguisedFigures(suite.rows, setting)
  return { lines: disguisedReport(figures), json: figures }
}

async function scored<T>(rows: Row<T>[], setting: Setting): Promise<{ label: T; answer: Scored['answer'] }[]> {
  const all: { label: T; answer: Scored['answer'] }[] = []
  await judgeRows(rows, setting, (label, answer) => all.push({ label, answer }))
  return all
}

const isBroken = ({ never }: Figures): boolean => Object.values(never).some((ids) => ids.length > 0)

const shown = (figures: Figures, texts: boolean): unknown => ({
  ...figures,
  errors: figures.errors.map(({ text, ...rest }) => (texts ? { ...rest, text } : rest)),
})
