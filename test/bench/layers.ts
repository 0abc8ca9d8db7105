import type { Detector, Subject } from '../../moderation/model.ts'
import type { TextModel } from '../../moderation/text-model/model.ts'
import { anOffice } from './corpus.ts'

export interface Layer {
  name: string
  /** Ready to judge: the weights are read, the word lists are compiled. Null where there is no such detector. */
  load: () => Promise<((subject: Subject) => unknown) | null>
}

/** What anybody can install instead: true if it flags the text. */
export interface Filter {
  name: string
  load: () => Promise<(text: string) => boolean>
}

/** Detectors that rest on a trained model, by name: each is a line of its own, beside the model's parts. */
const TRAINED: readonly string[] = ['text-model']

/** Loads nothing before it is asked: each is measured in a process of its own. */
export const LAYERS: readonly Layer[] = [
  { name: 'nothing', load: async () => () => undefined },
  {
    name: 'normalisation',
    load: async () => {
      const { normalise } = await import('../../moderation/normalise.ts')
      return ({ item }) => normalise(item.text)
    },
  },
  { name: 'rules', load: () => judgedBy(({ name }) => !TRAINED.includes(name)) },
  { name: 'n-grams (every text)', load: () => readBy(({ cheap }, words) => cheap(words)) },
  { name: 'encoder (if in doubt)', load: () => readBy(({ full }, words) => full(words, {})) },
  ...TRAINED.map((trained) => ({ name: trained, load: () => judgedBy(({ name }) => name === trained) })),
  { name: 'all together', load: () => judgedBy(() => true) },
]

async function judgedBy(isIn: (detector: Detector) => boolean): ReturnType<Layer['load']> {
  const { judge } = await import('../../moderation/judge.ts')
  const { DETECTORS } = await import('../../moderation/detect/index.ts')
  const office = anOffice()
  const detectors = DETECTORS.filter(isIn)
  return detectors.length === 0 ? null : (subject) => judge(subject, office, detectors)
}

/** A layer of the text model by itself, asked about every text. */
async function readBy(layer: (model: TextModel, words: string) => unknown): ReturnType<Layer['load']> {
  const { normalise } = await import('../../moderation/normalise.ts')
  const { textModel, wordsFor } = await import('../../moderation/text-model/model.ts')
  const model = textModel()
  return ({ item: { text } }) => layer(model, wordsFor(normalise(text), text))
}

export const FILTERS: readonly Filter[] = [
  {
    name: 'obscenity',
    load: async () => {
      const { RegExpMatcher, englishDataset, englishRecommendedTransformers } = await import('obscenity')
      const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers })
      return (text) => matcher.hasMatch(text)
    },
  },
  {
    name: 'bad-words',
    load: async () => {
      const { Filter: BadWords } = await import('bad-words')
      const filter = new BadWords()
      return (text) => filter.isProfane(text)
    },
  },
  {
    name: '@2toad/profanity',
    load: async () => {
      const { profanity } = await import('@2toad/profanity')
      return (text) => profanity.exists(text)
    },
  },
  {
    name: 'leo-profanity',
    load: async () => {
      const { default: leo } = await import('leo-profanity')
      return (text) => leo.check(text)
    },
  },
  {
    name: 'glin-profanity',
    load: async () => {
      const { Filter: Glin } = await import('glin-profanity')
      const filter = new Glin()
      return (text) => filter.isProfane(text)
    },
  },
]
