import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BREACHES } from '../moderation/model.ts'
import { normalise } from '../moderation/normalise.ts'
import { EARLIER_PIECES, earlierWords, OWN_PIECES, POST_PIECES } from '../moderation/text-model/model.ts'
import { MARKS, piecesOf, type Vocabulary } from '../moderation/text-model/pieces.ts'
import { wordsOf } from '../moderation/text-model/words.ts'
import { readSentences } from './sentences.ts'

/**
 * Makes what the trainers read: each text as the judge will see it, cut into pieces, with what is known of it. A head that is
 * absent from `y` is unknown, which is not 0.
 *
 * Usage: prepare OUT_FOLDER SENTENCES_FOLDER CORPORA_FOLDER ENCODER_FOLDER
 */
interface Row {
  /** Numbers of the pieces: so many of the text's own, so many of the post it answers, then what its author wrote before. */
  pieces: number[]
  own: number
  post: number
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

interface Around {
  post?: string
  earlier?: { text: string }[]
}

interface Case {
  id: string
  text: string
  image?: string
  context?: Around
  expect: { violates: boolean; clauses: string[]; escalate: string | null; casework: boolean }
}

const [, , out = '', sentences = '', corpora = '', encoder = ''] = process.argv

const seen = (text: string): string => wordsOf(normalise(text), text)
/** The encoder's own vocabulary, in the form of the `tokenizers` library. */
const { model } = JSON.parse(readFileSync(path.join(encoder, 'tokenizer.json'), 'utf8')) as {
  model: { vocab: Record<string, number> }
}
const everyPiece = Object.keys(model.vocab).sort((a, b) => (model.vocab[a] ?? 0) - (model.vocab[b] ?? 0))

/** A text in words, before it is known which pieces the model will have. */
type Draft = Omit<Row, 'pieces' | 'own' | 'post'> & { around: { post: string; earlier: string } }

const draftOf = (text: string, { post = '', earlier = [] }: Around, row: Omit<Draft, 'around' | 'words'>): Draft => ({
  words: seen(text),
  around: { post: seen(post), earlier: earlierWords(earlier.map(({ text: said }) => said)) },
  ...row,
})
const rows: Draft[] = []
const write = (...given: Parameters<typeof draftOf>): void => void rows.push(draftOf(...given))

for (const { text, around, breaches, atRisk, casework, weight, family } of readSentences(sentences)) {
  const y = {
    breach: breaches.length > 0 ? 1 : 0,
    ...Object.fromEntries(BREACHES.map((breach) => [breach, breaches.includes(breach) ? 1 : 0])),
    'at-risk': atRisk ? 1 : 0,
    casework: casework ? 1 : 0,
    grave: weight === 'grave' ? 1 : 0,
  }
  write(text, around, { y, weight: weight === 'mild' ? 0.7 : 1, family, source: 'sentences' })
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
    write(
      text.replaceAll(/\bURL\b/g, 'https://a.example'),
      {},
      {
        y: Object.fromEntries(Object.entries(known).filter((each): each is [string, number] => each[1] !== undefined)),
        weight,
        family: id,
        source: name,
      },
    )
  }
}

/** Never learnt from: what the trainer prints figures on besides the sentences it holds out. */
const measured: Draft[] = []
const measure = (name: string, id: string, text: string, around: Around, y: Row['y']): void => {
  measured.push(draftOf(text, around, { y, weight: 0, family: id, source: name }))
}
const congress = path.join(corpora, 'theocharis.jsonl')
for (const line of existsSync(congress) ? readFileSync(congress, 'utf8').split('\n').filter(Boolean) : []) {
  const { id, text, y } = JSON.parse(line) as { id: string; text: string; y: Record<string, number> }
  measure('theocharis', id, text, {}, { breach: y['abuse'] ?? 0, abuse: y['abuse'] ?? 0 })
}
const cases = path.resolve('test/cases')
for (const name of readdirSync(cases).filter((each) => each.endsWith('.jsonl'))) {
  for (const line of readFileSync(path.join(cases, name), 'utf8').split('\n').filter(Boolean)) {
    const { id, text, image, context, expect } = JSON.parse(line) as Case
    measure(name, id, image === undefined ? text : `[image: ${image}] ${text}`, context ?? {}, {
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
  measure(
    'phrases.tsv',
    label,
    text,
    {},
    {
      breach,
      ...Object.fromEntries(BREACHES.map((each) => [each, each === label ? 1 : 0])),
      // "free" says nothing about the person, and no label whether the office is asked for help.
      ...(label === 'free' ? {} : { 'at-risk': label === 'at-risk' ? 1 : 0 }),
      ...(label === 'casework' ? { casework: 1 } : {}),
    },
  )
}

/** The encoder knows thirty thousand pieces; those that such texts as ours are made of need half the room. */
const KEPT = 18_000
function vocabularyOf(drafts: readonly Draft[]): Vocabulary {
  const marks: readonly string[] = MARKS
  const times = new Int32Array(everyPiece.length)
  const every = piecesOf(everyPiece)
  for (const { words, around } of drafts) {
    for (const text of [words, around.post, around.earlier])
      for (const piece of every(text, OWN_PIECES)) times[piece] = (times[piece] ?? 0) + 1
  }
  const kept = everyPiece
    .map((piece, number) => ({ piece, number, times: times[number] ?? 0 }))
    .filter(({ piece }) => !marks.includes(piece) && !/^\[.+\]$/.test(piece))
    // Letters are always kept, so that any word can be cut. Among the rare, the encoder's own order goes by how common they are.
    .sort((one, other) => lettersFirst(one.piece, other.piece) || other.times - one.times || one.number - other.number)
    .slice(0, KEPT - marks.length)
  return [...marks, ...kept.map(({ piece }) => piece)]
}
const isLetter = (piece: string): boolean => /^(?:##)?[a-z0-9]$/.test(piece)
const lettersFirst = (one: string, other: string): number => Number(isLetter(other)) - Number(isLetter(one))

mkdirSync(out, { recursive: true })
const vocabulary = vocabularyOf(rows)
const pieces = piecesOf(vocabulary)
const rowOf = ({ around, words, ...rest }: Draft): Row => {
  const own = pieces(words, OWN_PIECES)
  const post = pieces(around.post, POST_PIECES)
  const earlier = pieces(around.earlier, EARLIER_PIECES)
  return { pieces: [...own, ...post, ...earlier], own: own.length, post: post.length, words, ...rest }
}
for (const [name, drafts] of Object.entries({ rows, measured })) {
  const file = createWriteStream(path.join(out, `${name}.jsonl`))
  for (const draft of drafts) file.write(`${JSON.stringify(rowOf(draft))}\n`)
  file.end()
}
writeFileSync(path.join(out, 'vocabulary.json'), JSON.stringify(vocabulary))
