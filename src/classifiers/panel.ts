import { setTimeout } from 'node:timers/promises'
import { within } from '../../adapters/deadline.ts'
import type { Picture } from '../../adapters/platform.ts'
import type { Concern, Finding, Subject } from '../../moderation/model.ts'
import { clauseFor, type Policy } from '../../moderation/policy.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../logging.ts'
import { gate } from './gate.ts'
import { type Guarded, guarded, type Restraint } from './guard.ts'
import { type Advice, type Adviser, consult } from './index.ts'
import { openAiModeration } from './openai-moderation.ts'
import { policyJudge } from './policy-judge.ts'

export interface PanelParts {
  settings: Config['judges']
  policy: Policy
  pictures: {
    /** Some of an item's pictures are still to be fetched. */
    areComing(itemId: string): Promise<boolean>
    /** Those that were kept of it. */
    keptOf(itemId: string): Promise<Picture[]>
  }
  log: Logger
  now: () => Date
  random: () => number
}

export interface Panel {
  judges: readonly (Guarded & { readsPrivate: boolean })[]
  /** Asked all side by side; call it for a whole batch at once. Rejects only when `stop` aborts. */
  advise: (id: string, subject: Subject, stop: AbortSignal) => Promise<Advice>
}

/** Items whose pictures are in memory at once: each may have four of 5 MB, and again as text. */
const WITH_PICTURES = 3
/** Pictures are fetched while their item is judged already. How often to look whether they came, in milliseconds. */
const LOOK = 200
/** The most an optional judge may be sure, whatever the policy: it was measured elsewhere, or nowhere. */
const MOST = 0.79
const A_HAIR = 0.01

/** The optional judges of the configuration, each kept within its bounds. Off by default: then nobody is asked. */
export async function panel({ settings, policy, pictures, log, now, random }: PanelParts): Promise<Panel> {
  const deadline = Math.round(settings.deadlineSeconds * 1000)
  const judges = (await configured(settings, policy, now)).map(({ adviser, ...limits }) => {
    const readsPrivate = settings.privateMessages || adviser.sendsTo === null
    return {
      ...guarded(bounded(adviser, policy, readsPrivate), { ...limits, fair: deadline / 4, log, now, random }),
      readsPrivate,
    }
  })
  const enter = gate(WITH_PICTURES)
  const looks = (): boolean => judges.some((judge) => judge.seesPictures && !judge.isResting())

  /** As soon as none is to come any more, or when `late` aborts. */
  const arrived = async (id: string, late: AbortSignal): Promise<void> => {
    while (!late.aborted && (await pictures.areComing(id))) await setTimeout(LOOK, undefined, { signal: late })
  }

  return {
    judges,
    advise: async (id, subject, stop) => {
      const began = performance.now()
      const ask = (kept: Picture[]): Promise<Advice> => {
        const left = Math.max(1, Math.round(deadline - (performance.now() - began)))
        return consult(judges, subject, kept, left, stop)
      }
      if (!looks() || !subject.item.media.some(({ kind }) => kind === 'image')) return ask([])
      await within(deadline / 3, stop, (late) => arrived(id, late)).catch(() => {})
      let leave = (): void => {}
      let kept: Picture[] = []
      try {
        leave = await within(deadline / 6, stop, enter)
        kept = await pictures.keptOf(id)
      } catch {
        // Too many pictures at once, or they can't be read: the words are still judged.
      }
      try {
        return await ask(kept)
      } finally {
        leave()
      }
    },
  }
}

/** The configured judges as they are, and how much each may be asked. */
export async function configured(
  { perspective, openaiModeration, policyJudge: own }: Config['judges'],
  policy: Policy,
  now: () => Date,
): Promise<({ adviser: Adviser } & Pick<Restraint, 'atOnce' | 'perMinute'>)[]> {
  const judges = []
  if (perspective) {
    const { key, perMinute } = perspective
    const { perspective: create } = await import('./perspective.ts')
    judges.push({ adviser: create({ key, now }), atOnce: 8, perMinute })
  }
  if (openaiModeration) judges.push({ adviser: openAiModeration({ ...openaiModeration, now }), atOnce: 8 })
  if (own) judges.push({ adviser: policyJudge({ ...own, policy, now }), atOnce: own.atOnce })
  return judges
}

/**
 * What no optional judge may do, whichever it is: read private messages in other people's computers unless the office says
 * so, and be so sure that the tool acts by itself.
 */
function bounded(adviser: Adviser, policy: Policy, readsPrivate: boolean): Adviser {
  return {
    ...adviser,
    suits: (subject, pictures) =>
      (readsPrivate || subject.item.kind !== 'message') && adviser.suits?.(subject, pictures) !== false,
    advise: async (subject, pictures, stop) => {
      const findings = await adviser.advise(subject, pictures, stop)
      return findings.flatMap((finding): Finding[] => {
        const score = Math.min(finding.score, ceiling(policy, finding.concern))
        return score > 0 ? [{ ...finding, score }] : []
      })
    },
  }
}

/** Just below where a clause lets the tool act by itself. */
function ceiling(policy: Policy, concern: Concern): number {
  if (concern === 'at-risk' || concern === 'casework') return MOST
  const alone = clauseFor(policy, concern)?.thresholds.alone ?? 1
  return Math.min(MOST, alone - A_HAIR)
}
