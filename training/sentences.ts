import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { BREACHES, type Breach } from '../moderation/model.ts'

/**
 * The sentences written for this project, in training/data: `LABEL<TAB>text` a line (before the text
 * the post it answers and ⟶, or what the author wrote before and ⇒), families of contrasting twins apart by a
 * blank line. A family is never split between what is learnt and what is measured.
 */
export interface Sentence {
  text: string
  /** The post it answers, and what its author wrote before, oldest first. */
  around: { post?: string; earlier: { text: string }[] }
  breaches: Breach[]
  atRisk: boolean
  casework: boolean
  /** An office would block for it; or only have a person look. */
  weight: 'grave' | 'plain' | 'mild' | null
  /** Of file and family. */
  family: string
}

/** Between a post and what is answered to it. */
const ANSWERS = ' ⟶ '
/** Between what an author wrote before and what is judged. */
const FOLLOWS = ' ⇒ '
const LABELS: ReadonlySet<string> = new Set(['ok', 'casework', 'at-risk', ...BREACHES])

/** @throws Error that names file and line if one can't be read */
export function readSentences(folder: string): Sentence[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => {
      let family = 0
      return readFileSync(path.join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line, at) => {
          if (line.trim() === '') {
            family++
            return []
          }
          return sentenceOf(line, `${name}:${family}`, `${name}, line ${at + 1}`)
        })
    })
}

function sentenceOf(line: string, family: string, where: string): Sentence {
  const tab = line.indexOf('\t')
  const labels = line.slice(0, tab).split('+')
  const said = line.slice(tab + 1).trim()
  const names = labels.map((label) => label.replace(/[!?]$/, ''))
  if (tab < 0 || said === '' || names.some((name) => !LABELS.has(name))) {
    throw new Error(`${where} is not a known label, a tab and a text.`)
  }
  const breaches = BREACHES.filter((breach) => names.includes(breach))
  const [post, all = ''] = said.includes(ANSWERS) ? said.split(ANSWERS, 2) : [undefined, said]
  const earlier = all.split(FOLLOWS)
  const text = earlier.pop() ?? ''
  return {
    text,
    around: { ...(post !== undefined && { post }), earlier: earlier.map((each) => ({ text: each })) },
    breaches: breaches.sort((a, b) => names.indexOf(a) - names.indexOf(b)),
    atRisk: names.includes('at-risk'),
    casework: names.includes('casework'),
    weight: breaches.length === 0 ? null : weightOf(line.slice(0, tab)),
    family,
  }
}

function weightOf(label: string): 'grave' | 'plain' | 'mild' {
  if (label.includes('!')) return 'grave'
  return label.includes('?') ? 'mild' : 'plain'
}
