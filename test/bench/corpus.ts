import { readFileSync } from 'node:fs'
import { readLine, readOfficeFacts, subjectOf } from '../../moderation/input.ts'
import type { OfficeFacts, Subject } from '../../moderation/model.ts'
import { type Case, type Plain, type Row, readSuite } from '../evaluate/labels.ts'

/** The texts that everybody is measured on. The second file lies outside the project and may be absent. */
export const FILES = ['test/cases/dev.jsonl', '../shared/corpora/mpbench.tsv']
const OFFICE = 'test/cases/office.json'
const NOW = new Date('2026-11-24T12:00:00Z')

export function anOffice(): OfficeFacts {
  const office = readOfficeFacts(JSON.parse(readFileSync(OFFICE, 'utf8')))
  if (office.is === 'wrong') throw new Error(office.because.join('; '))
  return office.value
}

/** Empty for a file that is absent. */
export async function labelled(file: string): Promise<Row<Case | Plain>[]> {
  const suite = await readSuite(file)
  return suite.is === 'cases' || suite.is === 'plain' ? suite.rows : []
}

export async function subjects(): Promise<Subject[]> {
  const rows = (await Promise.all(FILES.map(labelled))).flat()
  return rows.map(({ line }) => subjectFrom(line))
}

function subjectFrom(text: string): Subject {
  const line = readLine(JSON.parse(text))
  if (line.is === 'wrong') throw new Error(line.because.join('; '))
  return subjectOf(line.value, NOW)
}
