import { z } from 'zod'
import { BREACHES, GRAVITIES } from './model.ts'

const Slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens')
const Probability = z.number().min(0).max(1)

/**
 * One published rule. `words` is quoted from the office's own page letter for letter: it is shown to staff and sent to
 * people, so nothing in it is ours.
 */
export const Clause = z.strictObject({
  id: Slug,
  /** The heading it stands under on the page. */
  section: z.string().min(1),
  words: z.string().min(1),
  /** Which breaches it forbids; empty for a rule no detector can read and only staff may cite. */
  breaches: z.array(z.enum(BREACHES)),
  /** Is it published as a ground for acting on social media? */
  ground: z.boolean(),
  /** Scores from which the tool asks a person to look, proposes the remedy, and acts by itself (null: never). */
  thresholds: z.strictObject({ review: Probability, propose: Probability, alone: Probability.nullable() }),
  /** The strongest thing to ask the office to agree to, by gravity of the finding. */
  remedies: z.record(z.enum(GRAVITIES), z.enum(['none', 'review', 'hide', 'block'])),
  /** What the tool may do by itself, above `thresholds.alone`. Only what can be undone. */
  alone: z.array(z.enum(['hide', 'mute'])),
})
export type Clause = z.infer<typeof Clause>

export const Policy = z.strictObject({
  id: Slug,
  /** Changes with every change of the words or the numbers; kept with each decision. */
  version: z.string().min(1),
  /** Whose policy it is. */
  office: z.string().min(1),
  source: z.string().min(1),
  clauses: z.array(Clause).min(1),
  /** Steps a person passes before a block may be proposed for ordinary breaches. */
  ladder: z.strictObject({
    /** Formal warnings before a block is proposed; grave breaches bypass the ladder. */
    warningsBeforeBlock: z.int().min(0),
    /** How long a warning counts, and a person has to change, in days. */
    warningDays: z.int().min(1),
  }),
  informInWriting: z.enum(['will', 'may', 'unstated']),
  noteOnRecord: z.enum(['will', 'may', 'unstated']),
  threatsToPolice: z.enum(['all', 'may', 'unstated']),
  fakeProfiles: z.enum(['zero-tolerance', 'unstated']),
  thirdParties: z.enum(['people', 'organisations', 'both', 'unstated']),
  adjustments: z.array(z.string().min(1)),
  decisionMakers: z.array(z.string().min(1)).min(1),
  bulkBlocks: z.boolean(),
  /** The standard redirect. `{office}`, `{phone}` and `{email}` are filled in; each must occur where the channel allows. */
  redirect: z.strictObject({ text: z.string().min(1), everyDays: z.int().min(1) }),
})
export type Policy = z.infer<typeof Policy>
