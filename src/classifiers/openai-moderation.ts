import { z } from 'zod'
import type { Picture } from '../../adapters/platform.ts'
import type { Concern, Finding, Gravity } from '../../moderation/model.ts'
import { ask } from './ask.ts'
import type { Adviser } from './index.ts'
import { isBlank, wellFormed } from './text.ts'

/**
 * OpenAI's moderation model for text and pictures: fixed categories, no policy. It has never been measured on what MPs are
 * sent, so its lines stand high, it asks for a person's look rather than a remedy, and it says nothing of the categories that
 * politics is full of ("violence" in a text on war).
 */

/** The endpoint takes one picture a request and refuses two: the others are asked about beside it. */
const PICTURES = 4
/** What it reads. Of a moving GIF it would see nothing certain. */
const TYPES = ['image/png', 'image/jpeg', 'image/webp']
/** Of the text, in UTF-16 units: beginning and end tell enough. */
const HEAD = 8000
const TAIL = 2000

const Scores = z.object({
  harassment: z.number().default(0),
  'harassment/threatening': z.number().default(0),
  hate: z.number().default(0),
  'hate/threatening': z.number().default(0),
  illicit: z.number().nullish(),
  'illicit/violent': z.number().nullish(),
  'self-harm': z.number().default(0),
  'self-harm/intent': z.number().default(0),
  'self-harm/instructions': z.number().default(0),
  sexual: z.number().default(0),
  'sexual/minors': z.number().default(0),
  violence: z.number().default(0),
  'violence/graphic': z.number().default(0),
})
type Category = keyof z.infer<typeof Scores>

const Answer = z.object({
  model: z.string().min(1).max(80),
  results: z
    .array(
      z.object({
        category_scores: Scores,
        category_applied_input_types: z.partialRecord(z.string(), z.array(z.string())).default({}),
      }),
    )
    .min(1)
    .max(1),
})
type Result = z.infer<typeof Answer>['results'][number]

interface Reading {
  category: Category
  /** Of the text or of the picture? A category counts only for what the model says it applied it to. */
  of: 'text' | 'image'
  from: number
  concern: Concern
  gravity: Gravity
  /** How sure, whatever the model's number: its scale is its own. */
  score: number
  reason: string
  escalate?: 'safeguarding'
}

const A_LOOK = { gravity: 'mild', score: 0.45 } as const

const READINGS: readonly Reading[] = [
  {
    category: 'self-harm/intent',
    of: 'text',
    from: 0.5,
    concern: 'at-risk',
    gravity: 'plain',
    score: 0.6,
    escalate: 'safeguarding',
    reason: 'OpenAI’s model reads it as somebody who means to harm themselves.',
  },
  {
    category: 'self-harm',
    of: 'image',
    from: 0.6,
    concern: 'at-risk',
    ...A_LOOK,
    escalate: 'safeguarding',
    reason: 'OpenAI’s model sees self-harm in a picture.',
  },
  {
    category: 'sexual/minors',
    of: 'text',
    from: 0.4,
    concern: 'at-risk',
    // Whoever tells of it is helped, and whoever enjoys it isn't shielded: a person must tell them apart.
    ...A_LOOK,
    escalate: 'safeguarding',
    reason: 'OpenAI’s model reads of a child and sex: a child may need help, or it may be a crime.',
  },
  {
    category: 'harassment/threatening',
    of: 'text',
    from: 0.7,
    concern: 'threat',
    ...A_LOOK,
    reason: 'OpenAI’s model reads a threat in it.',
  },
  {
    category: 'hate/threatening',
    of: 'text',
    from: 0.7,
    concern: 'threat',
    ...A_LOOK,
    reason: 'OpenAI’s model reads a threat against a group in it.',
  },
  {
    category: 'hate',
    of: 'text',
    from: 0.7,
    concern: 'discrimination',
    ...A_LOOK,
    reason: 'OpenAI’s model reads hatred of a group in it.',
  },
  {
    category: 'harassment',
    of: 'text',
    from: 0.8,
    concern: 'abuse',
    ...A_LOOK,
    reason: 'OpenAI’s model reads it as harassing somebody.',
  },
  {
    category: 'sexual',
    of: 'text',
    from: 0.8,
    concern: 'abuse',
    ...A_LOOK,
    reason: 'OpenAI’s model reads it as sexual.',
  },
  {
    category: 'illicit/violent',
    of: 'text',
    from: 0.8,
    concern: 'unlawful',
    ...A_LOOK,
    reason: 'OpenAI’s model reads advice on violence or weapons in it.',
  },
  {
    category: 'sexual',
    of: 'image',
    from: 0.7,
    concern: 'graphic-imagery',
    gravity: 'plain',
    score: 0.6,
    reason: 'OpenAI’s model takes a picture for sexual.',
  },
  {
    category: 'violence/graphic',
    of: 'image',
    from: 0.7,
    concern: 'graphic-imagery',
    gravity: 'plain',
    score: 0.6,
    reason: 'OpenAI’s model sees gore in a picture.',
  },
]

/**
 * "Kill yourself" scores as self-harm and is an attack: whoever says it would be protected as if they were in danger. Where
 * the text harasses, only the intent of its author counts.
 */
const DISTRESS: Reading = {
  category: 'self-harm',
  of: 'text',
  from: 0.5,
  concern: 'at-risk',
  ...A_LOOK,
  escalate: 'safeguarding',
  reason: 'OpenAI’s model reads of self-harm in it.',
}
const HARASSING = 0.4

export interface OpenAiModerationSettings {
  key: string
  /** Ends in /v1. */
  url: string
  now: () => Date
}

export function openAiModeration({ key, url, now }: OpenAiModerationSettings): Adviser {
  const one = async (text: string | null, picture: Picture | undefined, signal: AbortSignal): Promise<Finding[]> => {
    const input = [...(text === null ? [] : [{ type: 'text', text }]), ...(picture ? [asPart(picture)] : [])]
    const body = { model: 'omni-moderation-latest', input }
    const { model, results } = await ask({ url: `${url}/moderations`, key, body, answer: Answer, signal, now })
    return results.flatMap((result) => findingsOf(result, model))
  }

  return {
    name: 'OpenAI moderation',
    sendsTo: new URL(url).host,
    seesPictures: true,
    suits: ({ item }, pictures) => !isBlank(item.text) || pictures.some(isReadable),
    advise: async ({ item }, pictures, stop) => {
      const text = isBlank(item.text) ? null : shortened(wellFormed(item.text))
      const [first, ...others] = pictures.filter(isReadable).slice(0, PICTURES)
      const found = await Promise.all([one(text, first, stop), ...others.map((picture) => one(null, picture, stop))])
      return found.flat()
    },
  }
}

const isReadable = ({ type }: Picture): boolean => TYPES.includes(type)

const asPart = ({ bytes, type }: Picture) => ({
  type: 'image_url',
  image_url: { url: `data:${type};base64,${Buffer.from(bytes).toString('base64')}` },
})

const shortened = (text: string): string =>
  text.length <= HEAD + TAIL ? text : wellFormed(`${text.slice(0, HEAD)}\n${text.slice(-TAIL)}`)

function findingsOf({ category_scores: scores, category_applied_input_types: applied }: Result, model: string) {
  const holds = ({ category, of, from }: Reading): boolean =>
    (scores[category] ?? 0) >= from && (applied[category] ?? ['text']).includes(of)
  const readings = scores.harassment < HARASSING ? [...READINGS, DISTRESS] : READINGS
  return readings.filter(holds).map(
    ({ concern, gravity, score, reason, escalate }): Finding => ({
      concern,
      gravity,
      score,
      reason,
      // It names no words.
      spans: [],
      detector: 'openai-moderation',
      version: model,
      ...(escalate ? { escalate } : {}),
    }),
  )
}
