import { z } from 'zod'
import { within } from '../../adapters/deadline.ts'
import type { Picture } from '../../adapters/platform.ts'
import { BREACHES, type Finding, GRAVITIES, type Judgement, type Subject } from '../../moderation/model.ts'
import { wellFormed } from './text.ts'

/**
 * Another judge, beside the detectors: it may only add findings. What needs a network or heavy weights is one of these.
 * It may be slow, be wrong, break, or obey what a stranger wrote into the text it is shown.
 */
export interface Adviser {
  /** Shown to staff: 'OpenAI moderation'. */
  readonly name: string
  /** The host strangers' words go to; null if they stay here. */
  readonly sendsTo: string | null
  /** It looks at pictures; the others are given none. */
  readonly seesPictures?: boolean
  /** Has it anything to say of this? Else it isn't asked, and isn't missed. */
  suits?(subject: Subject, pictures: readonly Picture[]): boolean
  /** @throws what it likes; an `AdviserError` tells staff why */
  advise(subject: Subject, pictures: Picture[], stop: AbortSignal): Promise<Finding[]>
}

/** What the advisers say of one subject. */
export interface Advice {
  findings: Finding[]
  /** The names of those that did not answer in time, or not in a form that can be used. */
  unheard: string[]
}

/** One adviser's findings on one item; more is no judgement but noise. */
const MOST = 12

/**
 * Ask all side by side, and wait no longer than the deadline (milliseconds). Whoever fails, or is late, costs only its
 * own findings, and what is no right finding is dropped. Rejects only when `stop` aborts.
 */
export async function consult(
  advisers: readonly Adviser[],
  subject: Subject,
  pictures: Picture[],
  deadlineMs: number,
  stop: AbortSignal,
): Promise<Advice> {
  const rightly = findingOn(subject.item.text)
  const answers = await Promise.allSettled(
    advisers.map((one) =>
      within(deadlineMs, stop, (signal) => one.advise(subject, one.seesPictures ? pictures : [], signal)),
    ),
  )
  stop.throwIfAborted()
  const findings: Finding[] = []
  const unheard: string[] = []
  for (const [n, answer] of answers.entries()) {
    if (answer.status === 'fulfilled' && Array.isArray(answer.value)) {
      const right = answer.value.flatMap((one) => rightly.safeParse(one).data ?? [])
      findings.push(...right.slice(0, MOST))
    } else unheard.push(advisers[n]?.name ?? '')
  }
  return { findings, unheard }
}

/**
 * May advisers be asked about this? Whoever may be at risk is helped whatever others say, and their words are nobody else's
 * business. In a language that the detectors can't read nobody knows whether somebody is.
 */
export const mayBeAdvised = (judgement: Judgement): boolean => !tellsOfRisk(judgement) && judgement.unread === undefined

/** Does it say that somebody may be at risk, however unsurely? */
export const tellsOfRisk = ({ findings }: Judgement): boolean => findings.some(({ concern }) => concern === 'at-risk')

/** Text that a database holds and a page can show; a server may call its model what it likes. */
const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !text.includes('\0') && wellFormed(text) === text, 'must be storable')

/** A finding whose every word and number can be stored and shown, resting on words that are there. */
const findingOn = (text: string) =>
  z.object({
    concern: z.enum([...BREACHES, 'at-risk', 'casework']),
    score: z.number().min(0).max(1),
    gravity: z.enum(GRAVITIES),
    reason: words(400),
    spans: z
      .array(
        z
          .object({ start: z.int().min(0), end: z.int().max(text.length) })
          .refine(({ start, end }) => start < end, 'must not be empty'),
      )
      .max(20),
    detector: words(80),
    version: words(80),
    escalate: z.enum(['police', 'safeguarding']).exactOptional(),
  })
