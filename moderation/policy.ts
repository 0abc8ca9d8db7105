import { z } from 'zod'
import { explain, steps } from './explain.ts'
import { BREACHES, type Breach, GRAVITIES, type OfficeFacts } from './model.ts'
import benn from './policies/benn.json' with { type: 'json' }
import dhesi from './policies/dhesi.json' with { type: 'json' }
import peacock from './policies/peacock.json' with { type: 'json' }
import smart from './policies/smart.json' with { type: 'json' }
import standard from './policies/standard.json' with { type: 'json' }
import western from './policies/western.json' with { type: 'json' }

const Slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits, with single hyphens between')
const Probability = z.number().min(0).max(1)

/** The scores from which a clause begins to matter. */
export const Thresholds = z
  .strictObject({ review: Probability, propose: Probability, alone: Probability.nullable() })
  .refine(({ review, propose, alone }) => review <= propose && propose <= (alone ?? 1), {
    error: 'must rise: "review" no higher than "propose", and "propose" no higher than "alone"',
  })

/**
 * One published rule. `words` is quoted from the office's own page letter for letter: it is shown to staff and sent to
 * people, so nothing in it is ours.
 */
export const Clause = z
  .strictObject({
    id: Slug,
    /** The heading it stands under on the page. */
    section: z.string().min(1),
    /** Where the rule is an entry of a list: the published sentence that leads into the list. */
    lead: z.string().min(1).optional(),
    words: z.string().min(1),
    /** Which breaches it forbids; empty for a rule no detector can read and only staff may cite. */
    breaches: z.array(z.enum(BREACHES)),
    /** Is it published as a ground for acting on social media? */
    ground: z.boolean(),
    /** Scores from which the tool asks a person to look, proposes the remedy, and acts by itself (null: never). */
    thresholds: Thresholds,
    /** The strongest thing to ask the office to agree to, by gravity of the finding. */
    remedies: z.record(z.enum(GRAVITIES), z.enum(['none', 'review', 'hide', 'block'])),
    /** What the tool may do by itself, above `thresholds.alone`. Only what can be undone. */
    alone: z.array(z.enum(['hide', 'mute'])),
  })
  .refine(({ ground, alone }) => ground || alone.length === 0, {
    path: ['alone'],
    error: 'must be empty, since the clause is no published ground for acting on social media ("ground" is false)',
  })
  .refine(({ thresholds, alone }) => thresholds.alone !== null || alone.length === 0, {
    path: ['thresholds', 'alone'],
    error: 'must be a number from 0 to 1, since "alone" names something the tool may do by itself; or empty "alone"',
  })
export type Clause = z.infer<typeof Clause>

const PLACEHOLDER = /\{(\w*)\}/g
const FILLED = ['office', 'phone', 'email'] as const

/** The standard redirect. `{office}`, `{phone}` and `{email}` are filled in: nobody is sent away without a way back. */
export const RedirectText = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const missing = ['{phone}', '{email}'].filter((each) => !text.includes(each))
    if (missing.length > 0) context.addIssue(`must hold ${missing.join(' and ')}, so that people can reach the office`)
    const unknown = [...text.matchAll(PLACEHOLDER)].filter(([, name]) => !FILLED.some((known) => known === name))
    for (const [whole] of unknown)
      context.addIssue(`holds ${whole}; only {office}, {phone} and {email} can be filled in`)
  })
const Redirect = z.strictObject({ text: RedirectText, everyDays: z.int().min(1) })

export const Policy = z.strictObject({
  id: Slug,
  /** Changes with every change of the words or the numbers; kept with each decision. */
  version: z.string().min(1),
  /** Whose policy it is. */
  office: z.string().min(1),
  source: z.string().min(1),
  clauses: z
    .array(Clause)
    .min(1)
    .superRefine((clauses, context) => {
      for (const [n, { id }] of clauses.entries()) {
        if (clauses.findIndex((clause) => clause.id === id) === n) continue
        context.addIssue({
          code: 'custom',
          path: [n, 'id'],
          message: `is "${id}" a second time; give every clause its own id`,
        })
      }
    }),
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
  redirect: Redirect,
})
export type Policy = z.infer<typeof Policy>

/** A policy, or an office's facts for it, can't be used. `message` says what to change, for somebody who is no engineer. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}

/**
 * Check what was read from a policy file.
 * @param from names the file in the message
 * @throws PolicyError with one line for each thing to change
 */
export function readPolicy(json: unknown, from: string): Policy {
  const result = Policy.safeParse(json, { error: explain })
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${place(json, path)} ${message}.`)
  throw new PolicyError(`${from} can't be used as a policy:\n${lines.join('\n')}`)
}

/** The ids of clauses that may be wrong in all else. */
const Named = z.object({ id: z.string().min(1) })
const Ids = z.object({ clauses: z.array(Named.optional().catch(undefined)) })

/** `clause "spam", thresholds.review`: clauses are called by their id where they have one. */
function place(json: unknown, path: readonly PropertyKey[]): string {
  const [first, n, ...rest] = path
  if (first === undefined) return 'The file'
  if (first !== 'clauses' || typeof n !== 'number') return steps(path)
  const id = Ids.safeParse(json).data?.clauses[n]?.id
  const clause = id === undefined ? `clause number ${n + 1}` : `clause "${id}"`
  return rest.length === 0 ? clause : `${clause}, ${steps(rest)}`
}

/** The policies that come with the project, by id. Without a prototype: any name may be looked up. */
export const POLICIES: Readonly<Record<string, Policy>> = Object.assign(
  Object.create(null),
  Object.fromEntries(
    Object.entries({ standard, benn, dhesi, peacock, smart, western }).map(([id, json]) => [
      id,
      readPolicy(json, `policies/${id}.json`),
    ]),
  ),
)

/** The clause to cite for a breach: the first that is a ground for acting on social media, else the first that covers it. */
export function clauseFor(policy: Policy, breach: Breach): Clause | undefined {
  const covering = policy.clauses.filter(({ breaches }) => breaches.includes(breach))
  return covering.find(({ ground }) => ground) ?? covering[0]
}

/** True where nothing is published about social media: then a person decides everything. */
export function proposeOnly(policy: Policy): boolean {
  return !policy.clauses.some(({ ground }) => ground)
}

/** The longest text that every platform takes (X: 280), in UTF-16 code units. */
export const LONGEST_REDIRECT = 280

/**
 * The standard redirect with an office's name, phone and email in it, and both as links. The shape of `Letter` in the port.
 * @throws PolicyError if the office has no phone or email to fill in, or the text grows longer than 280 characters
 */
export function fillRedirect(
  policy: Policy,
  { mp, public: { phone, email } }: OfficeFacts,
): { text: string; links: { text: string; uri: string }[] } {
  if (!phone || !email) {
    throw new PolicyError(`The redirect of policy "${policy.id}" needs the office's public phone and email; add both.`)
  }
  const text = filledIn(policy.redirect.text, { mp, public: { phone, email } })
  if (text.length > LONGEST_REDIRECT) {
    throw new PolicyError(
      `The redirect of policy "${policy.id}" has ${text.length} characters once filled in; shorten it to ${LONGEST_REDIRECT}.`,
    )
  }
  return {
    text,
    links: [
      { text: phone, uri: `tel:${dialled(phone)}` },
      { text: email, uri: `mailto:${encodeURI(email)}` },
    ],
  }
}

/** The words of a redirect with the office's facts in them, however long. */
export function filledIn(text: string, { mp, public: { phone, email } }: Pick<OfficeFacts, 'mp' | 'public'>): string {
  const values: Record<string, string | undefined> = { office: `${mp.name}'s office`, phone, email }
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => values[name] ?? whole)
}

/** In the international form that works from any telephone; a number without a country is taken for British. */
function dialled(phone: string): string {
  return phone
    .replace('(0)', '')
    .replaceAll(/[^\d+]/g, '')
    .replace(/^00/, '+')
    .replace(/^0/, '+44')
}
