import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { judge } from '../../moderation/judge.ts'
import type { Subject } from '../../moderation/model.ts'
import { POLICIES } from '../../moderation/policy.ts'
import { columns } from '../../src/commands/columns.ts'
import { isFound } from '../evaluate/figures.ts'
import { judgeRows } from '../evaluate/judging.ts'
import type { Case, Plain } from '../evaluate/labels.ts'
import { isNoticed } from '../evaluate/tallies.ts'
import { anOffice, FILES, labelled, subjects } from './corpus.ts'
import type { Cost } from './layer.ts'
import { FILTERS, LAYERS } from './layers.ts'

/**
 * What judging costs on one core, layer by layer, beside the word filters that npm offers, and what each flags: the same
 * texts in the same run. And texts made to be slow.
 */
export async function benchJudge(): Promise<void> {
  const all = await subjects()
  const costs: string[][] = []
  for (const { name } of [...LAYERS, ...FILTERS]) {
    const cost = await costOf(name)
    if (cost) costs.push(inWords(name, cost))
  }
  console.log(
    `judge: ${all.length} texts, each layer in a process of its own${ONE_CORE.length > 0 ? ', on one core' : ''}`,
  )
  const titles = ['', 'items/s', 'p50 ms', 'p95 ms', 'max ms', 'first ms', 'peak MB']
  for (const row of columns([titles, ...costs])) console.log(row)
  for (const file of FILES) await benchFlags(file)
  const [plain] = all
  if (plain) benchHostile(plain)
}

const TASKSET = '/usr/bin/taskset'
/** On this core alone, where that can be asked for: node's helper threads would else take a second one. */
const ONE_CORE = existsSync(TASKSET) ? [TASKSET, '-c', firstCore()] : []

function firstCore(): string {
  const [, core = '0'] = /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return core
}

async function costOf(name: string): Promise<Cost | null> {
  const script = path.join(import.meta.dirname, 'layer.js')
  const [command, ...args] = [...ONE_CORE, process.execPath, script, name]
  const { stdout } = await promisify(execFile)(command ?? process.execPath, args)
  return JSON.parse(stdout) as Cost | null
}

function inWords(name: string, { perSecond, p50, p95, max, loadMs, memory }: Cost): string[] {
  return [
    name,
    Math.round(perSecond).toLocaleString('en-GB'),
    ...[p50, p95, max].map((ms) => ms.toFixed(2)),
    loadMs.toFixed(0),
    memory.toFixed(0),
  ]
}

/** How many of what violates a policy, and of what doesn't, each of them flags. */
async function benchFlags(file: string): Promise<void> {
  const rows = await labelled(file)
  if (rows.length === 0) return console.log(`judge: ${file} is not there, so nobody is measured on it`)
  const violates = (label: Case | Plain): boolean => ('expect' in label ? label.expect.violates : label.violates)
  const texts = rows.map(({ label }) => ({ violates: violates(label), text: label.text }))
  const policy = POLICIES['standard']
  if (!policy) throw new Error('There is no standard policy.')
  const ours: { violates: boolean; flagged: boolean }[] = []
  await judgeRows(rows, { policy, office: anOffice(), error: process.stderr }, (label, answer) => {
    // A case of somebody at risk violates nothing and is still to be escalated; the table counts such texts as violating.
    const flagged = 'expect' in label ? isFound({ answer }) : isNoticed(answer)
    ours.push({ violates: violates(label), flagged })
  })
  const table = [counted('Serjeant', ours)]
  for (const { name, load } of FILTERS) {
    const flags = await load()
    table.push(
      counted(
        name,
        texts.map(({ text, ...rest }) => ({ ...rest, flagged: flags(text) })),
      ),
    )
  }
  console.log(`judge: ${path.basename(file)}`)
  for (const row of columns([['', 'violating flagged', 'lawful flagged'], ...table])) console.log(row)
}

function counted(name: string, all: readonly { violates: boolean; flagged: boolean }[]): string[] {
  const of = (violates: boolean): string => {
    const some = all.filter((one) => one.violates === violates)
    return `${some.filter(({ flagged }) => flagged).length} of ${some.length}`
  }
  return [name, of(true), of(false)]
}

/** Pieces that make many rules begin and none end. */
const HOSTILE = [
  'you ',
  'i will ',
  'he is ',
  'fat ugly stupid ',
  'all muslims are the ',
  '" \'',
  'you  - ',
  '🐷🐍',
  'i.',
  'my husband ',
  'he lives at 1 a street ',
]
const HOSTILE_LENGTH = 50_000

function benchHostile(plain: Subject): void {
  const office = anOffice()
  for (const piece of HOSTILE) {
    const text = piece.repeat(HOSTILE_LENGTH / piece.length)
    const subject = { ...plain, item: { ...plain.item, text } }
    const tries = Array.from({ length: 3 }, () => {
      const before = performance.now()
      judge(subject, office)
      return performance.now() - before
    })
    console.log(`judge: ${Math.min(...tries).toFixed(0)} ms for 50 kB of ${JSON.stringify(piece)}`)
  }
}
