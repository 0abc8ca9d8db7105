import { z } from 'zod'

const Secret = z.string({ error: 'is missing: X’s developer console shows it' }).trim().min(1, 'is empty')

/** US dollars; X's smallest price is a tenth of a cent. */
const Dollars = z.number().min(0.01, 'is less than a cent').max(1_000_000, 'is more than a million dollars')

export const Settings = z
  .strictObject({
    /** OAuth 1.0a: the app's own key and, below, the account's token for it. Neither expires. */
    consumer: z.strictObject({ key: Secret, secret: Secret }).optional(),
    access: z.strictObject({ token: Secret, secret: Secret }).optional(),
    /** OAuth 2.0: the account then signs in with `serjeant connect x`. `secret` where the app is a confidential one. */
    client: z.strictObject({ id: Secret, secret: Secret.optional() }).optional(),
    tier: z
      .enum(['pay-per-use', 'enterprise'], { error: 'is either pay-per-use or enterprise' })
      .default('pay-per-use'),
    /** The app belongs to the account that it reads for, so that X charges a fifth for what is the account's own. */
    owned: z.boolean().default(true),
    /** What the office lets Serjeant spend here. */
    ceiling: z
      .strictObject({ day: Dollars.default(5), month: Dollars.default(60) })
      .refine(({ day, month }) => day <= month, 'allows more for a day than for the whole month')
      .prefault({}),
    /** X does not say whether people and posts that come along with an answer are charged for. */
    chargedForIncluded: z.boolean().default(false),
    /** One answer in the thread under the MP's own post, where X lets none be given to the person. */
    redirectUnderOwnPost: z.boolean().default(true),
    /** How far back to read at the first start. X's search reaches no further than seven days. */
    lookBackDays: z.number().int().min(1).max(7).default(7),
    /** For tests: another place to find X at. A token must never go to a stranger, so it is this machine or none. */
    api: z
      .url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/, error: 'must be an address at http://127.0.0.1' })
      .transform((url) => new URL(url).origin)
      .optional(),
  })
  .refine(({ consumer, access }) => (consumer === undefined) === (access === undefined), {
    error: 'go together: give both or neither',
    path: ['consumer" and "access'],
  })
  .refine(({ consumer, client }) => consumer === undefined || client === undefined, {
    error: 'exclude each other: give "consumer" and "access" (OAuth 1.0a), or "client" (OAuth 2.0)',
    path: ['consumer" and "client'],
  })
export type Settings = z.output<typeof Settings>

/** @throws Error naming every setting that is wrong, and never what was written there; or that there is nothing to sign in with */
export function readSettings(given: Record<string, unknown>): Settings {
  const result = Settings.safeParse(given)
  if (result.success) {
    const { consumer, client } = result.data
    if (consumer || client) return result.data
    throw new Error('This account isn’t connected yet. Run `npx serjeant connect x`: it says what to do.')
  }
  const faults = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no setting ${[...issue.path, ''].join('.')}${issue.keys.join(', ')}`
      : `"${issue.path.join('.')}" ${issue.message}`,
  )
  throw new Error(`The settings of an X account need a change: ${faults.join('; ')}.`)
}
