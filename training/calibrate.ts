import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BREACHES } from '../moderation/model.ts'
import { encoderOf } from '../moderation/text-model/encoder.ts'
import type { Calibration, Thresholds } from '../moderation/text-model/model.ts'
import { ngramsOf } from '../moderation/text-model/ngrams.ts'
import { readWeights } from '../moderation/text-model/weights.ts'

/**
 * From the answers on sentences that the model had not learnt from: how its two layers become one chance, and from which chance
 * something is found. Thresholds are set by the share of lawful sentences that may be flagged.
 *
 * Usage: calibrate TRAINED_FOLDER OUT_FOLDER
 */

/**
 * What share of the lawful may be flagged, and by what: of our cases, most of which were written to look like breaches, and of
 * civil replies that politicians really got (Theocharis et al.), which are what mostly comes in. The stricter of the two holds.
 */
type Share = readonly [cases: number, civil: number]
const ALLOWED = {
  /** As the likeliest breach, to be looked at; and to be hidden if a person agrees. */
  mild: [0.02, 0.025],
  plain: [0.006, 0.01],
  /** By one head alone; and how many may be so likely to be any breach that a head alone counts. */
  head: [0.002, 0.002],
  beside: [0.035, 0.06],
  /** Threats and people at risk: a miss costs more than a look. */
  threat: [0.016, 0.004],
  wary: [0.06, 0.015],
  atRisk: [0.06, 0.012],
  casework: [0.05, 1],
} as const satisfies Record<string, Share>
/** So many of the lawful cases are taken for that though a rule finds an ordinary, or a grave, breach; or at least for worth a look only. */
const LAWFUL = { plain: 0.93, grave: 0.85, rather: 0.975 }
/** Of sentences with anything in them, how many the cheap layer may keep from the encoder. */
const MISSED = 0.04

/** A rare head's chance stays small even where it is right: below this, only the likeliest breach is named. */
const LEAST_ALONE = 0.7

interface Row {
  words: string
  y: Record<string, number>
  encoder: ArrayLike<number>
  cheap: ArrayLike<number>
}

/** Written by people who hadn't seen the judge; thresholds are set on these, and the one below only shows what became of it. */
const CASES = ['phrases.tsv', 'dev.jsonl', 'second.jsonl', 'third.jsonl']
const SHOWN = 'fourth.jsonl'

const [, , trained = '', out = ''] = process.argv
const read = <T>(name: string): T[] =>
  readFileSync(path.join(trained, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T)

/** Sentences of training/data, answered by models that had not learnt from them. */
const cheapBy = new Map(read<Pick<Held, 'row' | 'logits'>>('ngrams-held.jsonl').map(({ row, logits }) => [row, logits]))
const held = read<Held>('held.jsonl').flatMap(({ row, words, y, logits }): Row[] => {
  const cheap = cheapBy.get(row)
  return cheap ? [{ words, y, encoder: logits, cheap }] : []
})
/** Cases, answered by the shipped one. */
const cheapWeights = readWeights(readFileSync(path.join(trained, 'ngrams.bin')))
const ngrams = ngramsOf(cheapWeights)
const encoderWeights = readWeights(readFileSync(path.join(trained, 'encoder.bin')))
const encoder = encoderOf(encoderWeights)
/** What they learnt of the corpora alone is no head that anybody asks for. */
const ours = (head: string): boolean => !head.startsWith('world-')
const ENCODER_HEADS = encoderWeights.header.heads.filter(ours)
const CHEAP_HEADS = cheapWeights.header.heads.filter(ours)
const answered = ({ pieces, own, post, words, y }: Prepared): Row => ({
  words,
  y,
  encoder: encoder(pieces.slice(0, own), pieces.slice(own, own + post), pieces.slice(own + post)),
  cheap: ngrams(words),
})
const measured = read<Prepared>('measured.jsonl')
const cases = measured
  .filter(({ source }) => CASES.includes(source))
  .map((row) => ({ ...answered(row), source: row.source }))
const shown = measured.filter(({ source }) => source === SHOWN).map(answered)
if (shown.length === 0)
  throw new Error(`${SHOWN} is not among the prepared cases: nothing would show what became of it.`)
/** Crowds called them civil; one in a hundred is not. */
const civil = measured.filter(({ source, y }) => source === 'theocharis' && y['breach'] === 0).map(answered)
const rows = [...held, ...cases]

interface Held {
  /** Its place among the prepared rows. */
  row: number
  words: string
  y: Record<string, number>
  logits: number[]
}

interface Prepared {
  source: string
  pieces: number[]
  own: number
  post: number
  words: string
  y: Record<string, number>
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const round = (x: number): number => Math.round(x * 1e4) / 1e4

/** Logistic regression by Newton's method on a few features; the last weight is the bias. A little ridge keeps it tame. */
function logistic(features: readonly (readonly number[])[], truth: readonly number[]): number[] {
  const size = (features[0]?.length ?? 0) + 1
  let weights = Array.from({ length: size }, () => 0)
  for (let step = 0; step < 30; step++) {
    const slope = weights.map((w, i) => (i < size - 1 ? 0.5 * w : 0))
    const curve = weights.map((_, i) => weights.map((__, j): number => (i === j ? 0.5 : 0)))
    for (const [n, each] of features.entries()) {
      const x = [...each, 1]
      const p = sigmoid(x.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0))
      for (let i = 0; i < size; i++) {
        slope[i] = (slope[i] ?? 0) + (p - (truth[n] ?? 0)) * (x[i] ?? 0)
        const line = curve[i]
        if (line) for (let j = 0; j < size; j++) line[j] = (line[j] ?? 0) + p * (1 - p) * (x[i] ?? 0) * (x[j] ?? 0)
      }
    }
    const move = solve(curve, slope)
    weights = weights.map((w, i) => w - (move[i] ?? 0))
    if (Math.max(...move.map(Math.abs)) < 1e-6) break
  }
  return weights
}

/** Gauss elimination; the matrix is small and positive definite. */
function solve(matrix: number[][], right: number[]): number[] {
  const system = matrix.map((line, i) => [...line, right[i] ?? 0])
  for (const [i, line] of system.entries()) {
    const pivot = line[i] ?? 1
    for (let j = i; j < line.length; j++) line[j] = (line[j] ?? 0) / pivot
    for (const [k, other] of system.entries()) {
      if (k === i) continue
      const factor = other[i] ?? 0
      for (let j = i; j < other.length; j++) other[j] = (other[j] ?? 0) - factor * (line[j] ?? 0)
    }
  }
  return system.map((line) => line.at(-1) ?? 0)
}

const cheapOf = ({ cheap }: Row, head: string): number =>
  cheap[Math.max(0, cheapWeights.header.heads.indexOf(head))] ?? 0
const ownOf = ({ encoder: logits }: Row, head: string): number => logits[encoderWeights.header.heads.indexOf(head)] ?? 0
/** Not known is neither: such rows are left out. */
const truthOf = ({ y }: Row, head: string): number => y[head] ?? -1
const known = (some: readonly Row[], head: string): Row[] => some.filter((row) => truthOf(row, head) >= 0)

const both = Object.fromEntries(
  ENCODER_HEADS.map((head) => {
    const some = known(rows, head)
    const features = some.map((row) => [
      ownOf(row, head),
      head === 'breach' ? 0 : ownOf(row, 'breach'),
      cheapOf(row, head),
    ])
    const [own = 0, breach = 0, cheap = 0, bias = 0] = logistic(
      features,
      some.map((row) => truthOf(row, head)),
    )
    return [head, [own, breach, cheap, bias].map(round) as [number, number, number, number]]
  }),
)
const alone = Object.fromEntries(
  CHEAP_HEADS.map((head) => {
    const some = known(rows, head)
    const [slope = 0, bias = 0] = logistic(
      some.map((row) => [cheapOf(row, head)]),
      some.map((row) => truthOf(row, head)),
    )
    return [head, [round(slope), round(bias)] as [number, number]]
  }),
)

const chance = (row: Row, head: string): number => {
  const [own = 0, breach = 0, cheap = 0, bias = 0] = both[head] ?? []
  return sigmoid(own * ownOf(row, head) + breach * ownOf(row, 'breach') + cheap * cheapOf(row, head) + bias)
}
const cheapChance = (row: Row, head: string): number => {
  const [slope = 0, bias = 0] = alone[head] ?? []
  return sigmoid(slope * cheapOf(row, head) + bias)
}

/** The value that no more than the share of these exceed. */
function above(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => b - a)
  return round((sorted[Math.floor(share * sorted.length)] ?? 1) + 1e-4)
}

const lawful = cases.filter((row) => truthOf(row, 'breach') === 0)
const chances = (some: readonly Row[], head: string): number[] => some.map((row) => chance(row, head))
/** Most lawful phrases were written as traps for rules on threats: no measure of how often a threat is seen where there is none. */
const noTraps = cases.filter(({ source, y }) => source !== 'phrases.tsv' && y['breach'] === 0)
const without = (head: string): Row[] => cases.filter((row) => truthOf(row, head) === 0)
const from = (head: string, some: readonly Row[], [ofCases, ofCivil]: Share): number =>
  Math.max(above(chances(some, head), ofCases), ofCivil === 1 ? 0 : above(chances(civil, head), ofCivil))

const thresholds: Thresholds = {
  doubt: ['breach', 'threat', 'at-risk', 'casework'].map((head) => {
    const having = rows.filter((row) => truthOf(row, head) === 1).map((row) => cheapChance(row, head))
    return [head, round(above(having, 1 - MISSED))] as const
  }),
  breach: {
    mild: from('breach', lawful, ALLOWED.mild),
    plain: from('breach', lawful, ALLOWED.plain),
    beside: from('breach', lawful, ALLOWED.beside),
  },
  lawful: {
    plain: above(chances(lawful, 'breach'), 1 - LAWFUL.plain),
    grave: above(chances(lawful, 'breach'), 1 - LAWFUL.grave),
    rather: above(chances(lawful, 'breach'), 1 - LAWFUL.rather),
  },
  heads: {
    ...Object.fromEntries(
      BREACHES.map((head) => {
        const sure = Math.max(LEAST_ALONE, from(head, lawful, ALLOWED.head))
        const mild = head === 'threat' ? from(head, noTraps, ALLOWED.threat) : sure
        const wary = head === 'threat' ? { wary: from(head, noTraps, ALLOWED.wary) } : {}
        return [head, { ...wary, mild, plain: Math.max(mild, sure) }]
      }),
    ),
    'at-risk': { mild: from('at-risk', without('at-risk'), ALLOWED.atRisk), plain: 1 },
    casework: { mild: from('casework', without('casework'), ALLOWED.casework), plain: 1 },
  },
}

const calibration: Calibration = { ngrams: alone, both, thresholds }
writeFileSync(path.join(out, 'calibration.json'), `${JSON.stringify(calibration, null, 2)}\n`)

/** Area under the curve, by ranks. */
function auc(values: readonly number[], truth: readonly number[]): number {
  const order = values.map((value, i) => ({ value, truth: truth[i] ?? 0 })).sort((a, b) => a.value - b.value)
  let ranks = 0
  let positives = 0
  for (const [i, each] of order.entries()) {
    if (each.truth !== 1) continue
    ranks += i + 1
    positives++
  }
  return (ranks - (positives * (positives + 1)) / 2) / Math.max(1, positives * (order.length - positives))
}
const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const flagged = (row: Row): boolean =>
  chance(row, 'breach') >= thresholds.breach.mild ||
  (chance(row, 'breach') >= thresholds.breach.beside &&
    BREACHES.some((head) => chance(row, head) >= (thresholds.heads[head]?.mild ?? 1)))

function table(title: string, all: readonly Row[]): void {
  print(`\n${title}: ${all.length}`)
  print('head                   n    AUC  cheap AUC    found  others flagged')
  for (const head of ENCODER_HEADS) {
    const some = known(all, head)
    const truth = some.map((row) => truthOf(row, head))
    const having = some.filter((row) => truthOf(row, head) === 1)
    const others = some.filter((row) => truthOf(row, head) === 0)
    const least = head === 'breach' ? thresholds.breach.mild : thresholds.heads[head]?.mild
    if (having.length === 0 || least === undefined) continue
    const share = (of: readonly Row[]): string =>
      percent(of.filter((row) => chance(row, head) >= least).length, of.length)
    const area = (value: (row: Row, of: string) => number): string =>
      auc(
        some.map((row) => value(row, head)),
        truth,
      ).toFixed(3)
    print(
      [
        head.padEnd(18),
        String(having.length).padStart(5),
        area(chance).padStart(6),
        area(cheapOf).padStart(10),
        share(having).padStart(8),
        share(others).padStart(15),
      ].join(' '),
    )
  }
  const [breaches, others] = [1, 0].map((truth) => all.filter((row) => truthOf(row, 'breach') === truth))
  const share = (of: readonly Row[] = []): string => percent(of.filter(flagged).length, of.length)
  print(`by any of these: ${share(breaches)} of breaches found, ${share(others)} of the others flagged`)
}

table('Sentences of training/data that were held out', held)
table('Cases that thresholds were set on', cases)
table('Cases that no threshold is computed from', shown)
/** A model that takes a group's name for a breach flags lawful sentences about it more often than others. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  Muslims: /\b(?:muslims?|islam|mosques?|hijabs?|imam)\b/i,
  Jews: /\b(?:jew(?:s|ish)?|synagogues?|rabbi)\b/i,
  'Black people': /\bblack (?:people|women?|men|man|kids?|lads?|girls?|mp)\b|\bafrican|caribbean|nigerian\b/i,
  'South Asians': /\b(?:asians?|indians?|pakistanis?|bangladeshis?|sikhs?|hindus?)\b/i,
  'migrants and refugees': /\b(?:migrants?|immigrants?|immigration|refugees?|asylum)\b/i,
  'Travellers and Roma': /\b(?:travellers?|gyps(?:y|ies)|roma)\b/i,
  'gay, lesbian and bisexual people': /\b(?:gay|gays|lesbians?|bisexual|queer|pride)\b/i,
  'trans people': /\b(?:trans|transgender|drag)\b/i,
  women: /\b(?:wom[ae]n|girls?|mothers?|mums?|wife)\b/i,
  'disabled people': /\b(?:disabled|disability|wheelchairs?|autis(?:m|tic)|deaf|blind|adhd)\b/i,
  'old people': /\b(?:pensioners?|boomers?|elderly|old (?:people|folk|man|woman|lady))\b/i,
  Scots: /\b(?:wee|aye|cannae|dinnae|ken|didnae|wisnae|yer)\b/i,
  'Multicultural London and African American English':
    /\b(?:innit|bruv|fam|mandem|wagwan|finna|ain't|y'all|ting|peng)\b/i,
  'spelling of those who write little': /\b(?:u|ur|dont|cant|im|ive|wot|coz|cos|plz|thx)\b/i,
}
const free = held.filter((row) => truthOf(row, 'breach') === 0)
print('\nLawful sentences held out, by whom they are about or how they are written')
for (const [group, words] of Object.entries(GROUPS)) {
  const some = free.filter((row) => words.test(row.words))
  print(
    `${group.padEnd(52)} ${String(some.length).padStart(5)} ${percent(some.filter(flagged).length, some.length).padStart(8)}`,
  )
}
print(
  `${'all'.padEnd(52)} ${String(free.length).padStart(5)} ${percent(free.filter(flagged).length, free.length).padStart(8)}`,
)

const asked = (row: Row): boolean => thresholds.doubt.some(([head, least]) => cheapChance(row, head) >= least)
print(`\nThe encoder is asked for ${percent(lawful.filter(asked).length, lawful.length)} of lawful cases.`)
