import { createReadStream, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { explain, steps } from '../../moderation/explain.ts'
import { BREACHES } from '../../moderation/model.ts'
import { ConfigError } from '../../src/config.ts'

/** What somebody says of a text, beside what is judged of it: the schema is that of test/cases/README.md. */
const Case = z.object({
  id: z.string(),
  kind: z.string(),
  difficulty: z.string(),
  family: z.string().optional(),
  doubt: z.string().optional(),
  text: z.string(),
  /** English where nothing is said. */
  lang: z.string().optional(),
  expect: z.object({
    violates: z.boolean(),
    /** Breaches by the project's names, most fitting first. */
    clauses: z.array(z.enum(BREACHES)),
    escalate: z.enum(['police', 'safeguarding']).nullable(),
    casework: z.boolean(),
    act: z.enum(['none', 'review', 'hide', 'block']),
  }),
})
export type Case = z.infer<typeof Case>

/** A line of a corpus: 0 or 1 for each label that is known. */
const Labelled = z.object({ text: z.string(), y: z.record(z.string(), z.union([z.literal(0), z.literal(1)])) })
type Labelled = z.infer<typeof Labelled>

/** A line of mpbench.tsv. */
export interface Plain {
  line: number
  group: string
  violates: boolean
  text: string
}

/** `line` is what `serjeant judge` is given for it. */
export interface Row<T> {
  label: T
  line: string
}

/** Cases and plain rows are few and read whole; a corpus is read as it is judged. */
export type Suite = { file: string } & (
  | { is: 'cases'; rows: Row<Case>[] }
  | { is: 'plain'; rows: Row<Plain>[] }
  | { is: 'corpus'; rows: AsyncIterable<Row<Labelled['y']>> }
  | { is: 'absent' }
)

/**
 * What a file holds, told by its name and its first line. A missing table is no error: it lies outside the project.
 * @throws ConfigError that names the line and what is wrong with it, without its words
 */
export async function readSuite(file: string): Promise<Suite> {
  const isTable = path.extname(file) === '.tsv'
  if (!existsSync(file)) {
    if (isTable) return { file, is: 'absent' }
    throw new ConfigError(`${file} is not there.`)
  }
  if (isTable) return { file, is: 'plain', rows: linesOf(file).flatMap(plainOf(file)) }
  const first = parsed(await firstLine(file), file, 1)
  if (typeof first === 'object' && first !== null && 'y' in first) return { file, is: 'corpus', rows: corpus(file) }
  return { file, is: 'cases', rows: linesOf(file).flatMap(caseOf(file)) }
}

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split(/\r?\n/)

const caseOf =
  (file: string) =>
  (line: string, n: number): Row<Case>[] =>
    line.trim() === '' ? [] : [{ label: read(Case, parsed(line, file, n + 1), file, n + 1), line }]

/** Columns: group, violates (0 or 1), clause, text. Lines that begin with # are remarks. */
const plainOf =
  (file: string) =>
  (line: string, n: number): Row<Plain>[] => {
    if (line === '' || line.startsWith('#')) return []
    const [group = '', violates = '', , ...text] = line.split('\t')
    if (text.length === 0 || !/^[01]$/.test(violates)) {
      throw new ConfigError(`${file}, line ${n + 1} needs four columns: group, 0 or 1, clause, text.`)
    }
    const label = { line: n + 1, group, violates: violates === '1', text: text.join('\t') }
    return [{ label, line: JSON.stringify({ id: `${n + 1}`, text: label.text }) }]
  }

async function* corpus(file: string): AsyncGenerator<Row<Labelled['y']>> {
  let n = 0
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    n++
    if (line.trim() === '') continue
    const { text, y } = read(Labelled, parsed(line, file, n), file, n)
    yield { label: y, line: JSON.stringify({ id: `${n}`, text }) }
  }
}

async function firstLine(file: string): Promise<string> {
  const input = createReadStream(file, 'utf8')
  try {
    for await (const line of createInterface({ input })) if (line.trim() !== '') return line
    throw new ConfigError(`${file} is empty.`)
  } finally {
    input.destroy()
  }
}

function parsed(line: string, file: string, n: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new ConfigError(`${file}, line ${n} is not JSON.`)
  }
}

function read<T>(schema: z.ZodType<T>, json: unknown, file: string, n: number): T {
  const result = schema.safeParse(json, { error: explain })
  if (result.success) return result.data
  const because = result.error.issues.map((issue) => `${steps(issue.path) || 'it'} ${issue.message}`)
  throw new ConfigError(`${file}, line ${n}: ${because.join('; ')}.`)
}
