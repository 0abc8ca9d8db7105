import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readLine, readOfficeFacts, subjectOf } from '../../moderation/input.ts'
import { judge } from '../../moderation/judge.ts'
import type { OfficeFacts, Subject } from '../../moderation/model.ts'

/** How fast one core judges: the labelled cases over and over, and texts made to be slow. */

const CASES = path.resolve('test/cases')
const NOW = new Date('2026-11-24T12:00:00Z')
const ROUNDS = 10

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

export function benchJudge(): void {
  const office = anOffice()
  const subjects = readCases()
  for (const subject of subjects) judge(subject, office)

  const times: number[] = []
  const start = performance.now()
  for (let round = 0; round < ROUNDS; round++) {
    for (const subject of subjects) {
      const before = performance.now()
      judge(subject, office)
      times.push(performance.now() - before)
    }
  }
  const seconds = (performance.now() - start) / 1_000
  times.sort((a, b) => a - b)
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0
  console.log(
    `judge: ${Math.round(times.length / seconds)} items/s, p95 ${p95.toFixed(2)} ms (${subjects.length} cases)`,
  )

  const [plain] = subjects
  if (!plain) return
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

function anOffice(): OfficeFacts {
  const office = readOfficeFacts(JSON.parse(readFileSync(path.join(CASES, 'office.json'), 'utf8')))
  if (office.is === 'wrong') throw new Error(office.because.join('; '))
  return office.value
}

function readCases(): Subject[] {
  return readFileSync(path.join(CASES, 'dev.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((text) => {
      const line = readLine(JSON.parse(text))
      if (line.is === 'wrong') throw new Error(line.because.join('; '))
      return subjectOf(line.value, NOW)
    })
}
